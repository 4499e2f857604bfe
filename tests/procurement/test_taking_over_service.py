"""Whoever took over serves: an office of the government or a substitute has its roster and writes its visits down; nobody else does."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from procurement.models import PeriodicReport, PostedWorker, ServiceOrder, ServiceRecipient, ServiceVisit, TakeoverRoute
from procurement.reports import conduct
from procurement.rules import roster as rules
from procurement.services import report as reports
from procurement.services import suspicion, takeover
from records import clock
from records.models import Message
from tests.factories import make_user
from tests.kept import fixture_of
from tests.procurement import factories, scenes, supervising
from tests.procurement.taking_over import confirm, make_substitute, propose, townships_of

pytestmark = pytest.mark.django_db


scene_once = scenes.with_running_contract
office, contract = fixture_of("office"), fixture_of("contract")


@pytest.fixture
def order(contract, office):
    """One person in the first township, to be visited today."""
    recipient = supervising.make_recipient(contract, office.supervisor)
    return supervising.make_order(recipient, office.supervisor, starts_on=clock.today())


def page(name: str, *args) -> str:
    return reverse(f"procurement:{name}", args=args)


def visit_of(order: ServiceOrder) -> ServiceVisit:
    return order.visits.pending().order_by("planned_on").first()


def hire(client, route: TakeoverRoute, **more):
    values = {"name": "周干部", "id_number": supervising.id_number(300, born="19850101"), "starts_on": clock.today()}
    values |= {"engagement": "office", "qualification": "none"} | more
    return client.post(page("serving_worker", route.pk), values)


def said(visit: ServiceVisit, worker: PostedWorker) -> dict:
    now = f"{timezone.localtime(clock.now()):%Y-%m-%dT%H:%M}"
    values = {"outcome": "done", "done_at": now, "worker": worker.pk, "sign": "name", "signed_by": "本人"}
    return values | {"version": visit.version}


def test_v09_a_township_that_took_over_serves_from_the_phone_and_a_stranger_finds_nothing(client, contract, office, order):
    town, other = townships_of(contract)
    clerk, lead = make_user(role=Role.WINDOW_CLERK, organisation=town), make_user(role=Role.TOWNSHIP_LEAD, organisation=town)
    stranger = make_user(role=Role.TOWNSHIP_LEAD, organisation=other)
    active = confirm(propose(contract, office, town, basis="own"), office.chief)
    assert Message.objects.filter(recipient__in=(clerk, lead), title__contains="任务书").count() == 2
    visit, route = visit_of(order), active.routes.get()

    client.force_login(lead)
    assert hire(client, route).status_code == 302
    worker = PostedWorker.objects.get()
    assert (worker.office, worker.contractor, worker.employer) == (town, None, str(town))
    client.force_login(clerk)
    today = client.get(page("visit_today")).content.decode()
    assert page("visit_record", visit.pk) in today and page("serving", route.pk) in today
    for name, pk in (("serving", route.pk), ("recipient_detail", order.recipient_id), ("order_detail", order.pk)):
        shown = client.get(page(name, pk)).content.decode()
        assert "R00001" in shown and page("contract_detail", contract.pk) not in shown, name
    assert client.get(page("serving_worker", route.pk)).status_code == 403, "the lead keeps the roster"

    for person, code in ((stranger, 404), (office.supervisor, 403), (factories.signer_of(contract.contractor.organisation), 404)):
        client.force_login(person)
        assert client.post(page("visit_record", visit.pk), said(visit, worker)).status_code == code, person
        assert client.get(page("serving", route.pk)).status_code == 404, person
    client.force_login(stranger)
    assert client.get(page("recipient_detail", order.recipient_id)).status_code == 404

    client.force_login(clerk)
    assert client.post(page("visit_record", visit.pk), said(visit, worker)).status_code == 302
    visit.refresh_from_db()
    assert (visit.outcome, visit.office, visit.provider, visit.off_roster) == ("done", town, None, False)
    make_substitute(office, contract.contractor.organisation)
    contract.contractor.refresh_from_db()
    confirm(propose(contract, office, contract.contractor, kind="handback", returned=active, basis=""), office.chief)
    assert list(ServiceVisit.objects.visible_to(clerk)) == [visit], "what it did stays with it"
    assert not ServiceRecipient.objects.visible_to(clerk).exists()
    worker.refresh_from_db()
    assert worker.ends_on == clock.today()


def test_v03_what_a_substitute_does_is_no_sign_against_the_contractor_and_not_its_own_record(client, contract, office, order, chongqing):
    substitute = make_substitute(office, chongqing.contractors[1])
    active = confirm(propose(contract, office, substitute), office.chief)
    admin, visit = factories.signer_of(substitute.organisation), visit_of(order)
    client.force_login(admin)
    facts = {"employer": str(substitute), "engagement": "employee", "insured_by_contractor": "yes", "place": "home"}
    assert hire(client, active.routes.get(), **facts).status_code == 302
    worker = PostedWorker.objects.get()
    assert worker.contractor == substitute
    assert client.post(page("visit_record", visit.pk), said(visit, worker)).status_code == 302
    assert list(suspicion.signs_of(contract)) == []
    today = clock.today()
    assert conduct.visits_done(contract, today, today)[:2] == (0, 0)
    assert reports.counted(PeriodicReport(contract=contract, period_start=today, period_end=today)) == {}
    assert takeover.responsible_for(contract, order.recipient.township_id)["provider"] == substitute


def test_p33_an_offices_own_staff_is_asked_for_no_employer_and_a_contractor_has_none():
    today = clock.today()
    post = rules.Post("office", "某街道", "某街道", None, True, "home", "", today, None, office=True)
    assert list(rules.post_breaches(post, contract_starts=today, contract_ends=today)) == []
    post = rules.Post("office", "某公司", "某公司", True, False, "home", "", today, None)
    assert [breach.rule for breach in rules.post_breaches(post, contract_starts=today, contract_ends=today)] == ["P-33"]
