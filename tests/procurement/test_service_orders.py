"""Recipients, orders and the plan that follows from them."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEvent
from procurement.models import CatalogueItem, ServiceOrder, ServiceRecipient, ServiceVisit
from procurement.rules import service as rules
from procurement.services import service as services
from records import clock
from records.refusals import Refused
from tests.factories import make_user
from tests.kept import fixture_of
from tests.procurement import factories, scenes, supervising

Outcome = ServiceVisit.Outcome


scene_once = scenes.with_running_contract
office, contract = fixture_of("office"), fixture_of("contract")


def refused_by(refusal) -> set[str]:
    return {breach.rule for breach in refusal.value.breaches}


@pytest.mark.parametrize(
    ("unit", "times", "starts", "expected"),
    [
        ("week", 1, "2026-03-02", ["2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23", "2026-03-30"]),
        ("week", 2, "2026-03-23", ["2026-03-23", "2026-03-26", "2026-03-30"]),
        ("month", 1, "2026-01-31", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("month", 2, "2026-03-01", ["2026-03-01", "2026-03-15"]),
        ("quarter", 1, "2026-01-15", ["2026-01-15"]),
        ("once", 1, "2026-03-31", ["2026-03-31"]),
    ],
)
def test_visits_follow_from_the_rhythm_and_the_first_day(unit, times, starts, expected):
    first, last = date.fromisoformat(starts), date(2026, 3, 31)
    assert rules.visit_dates(unit, times, first, last, since=first, until=last) == supervising.days(*expected)


def test_a_plan_made_in_parts_is_the_plan_made_at_once():
    first, last, cut = date(2026, 1, 5), date(2026, 12, 31), date(2026, 5, 20)
    for unit, times in (("week", 3), ("month", 4), ("quarter", 5)):
        whole = rules.visit_dates(unit, times, first, last, since=first, until=last)
        parts = rules.visit_dates(unit, times, first, last, since=first, until=cut)
        assert whole == parts + rules.visit_dates(unit, times, first, last, since=cut + timedelta(days=1), until=last)


@pytest.mark.django_db
def test_names_and_numbers_of_recipients_are_not_in_the_database_in_clear(office, contract):
    recipient = supervising.make_recipient(contract, office.supervisor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM procurement_servicerecipient")
        stored = str(cursor.fetchall())
    for secret in (recipient.name, recipient.id_number, recipient.phone, recipient.address):
        assert secret and secret not in stored
    assert ServiceRecipient.objects.get(pk=recipient.pk).name == recipient.name


@pytest.mark.django_db
def test_one_id_number_is_entered_once_under_a_contract(office, contract):
    supervising.make_recipient(contract, office.supervisor)
    with pytest.raises(Refused, match="已在本合同登记"):
        supervising.make_recipient(contract, office.supervisor)


@pytest.mark.django_db
def test_a_recipient_of_another_district_is_refused(office, contract, chongqing):
    other = chongqing.districts[1].townships[0].organisation
    with pytest.raises(Refused, match="不属于本合同所在区县"):
        supervising.make_recipient(contract, office.supervisor, township=other)


@pytest.mark.django_db
def test_an_order_belongs_to_the_contractor_and_plans_its_visits(office, contract):
    order = supervising.make_order(supervising.make_recipient(contract, office.supervisor), office.supervisor)
    assert order.provider == contract.contractor and order.status == ServiceOrder.Status.ACTIVE
    planned = list(order.visits.order_by("planned_on").values_list("planned_on", flat=True))
    assert planned[:2] == [contract.starts_on, contract.starts_on + timedelta(days=7)]
    assert planned[-1] <= clock.today() + timedelta(days=services.AHEAD_DAYS)


@pytest.mark.django_db
def test_planning_every_night_doubles_nothing(office, contract):
    order = supervising.make_order(supervising.make_recipient(contract, office.supervisor), office.supervisor)
    before = order.visits.count()
    services.plan_ahead(clock.today())
    ServiceOrder.objects.filter(pk=order.pk).update(planned_until=None)
    services.plan_ahead(clock.today())
    assert order.visits.count() == before
    services.plan_ahead(clock.today() + timedelta(days=7))
    assert order.visits.count() == before + 1


@pytest.mark.django_db
def test_the_night_ends_orders_whose_last_day_is_over(office, contract):
    recipient = supervising.make_recipient(contract, office.supervisor)
    order = supervising.make_order(recipient, office.supervisor, ends_on=clock.today())
    services.plan_ahead(clock.today() + timedelta(days=1))
    order.refresh_from_db()
    assert order.status == ServiceOrder.Status.ENDED


@pytest.mark.django_db
def test_p20_an_order_stays_inside_the_contract(office, contract):
    recipient = supervising.make_recipient(contract, office.supervisor)
    other = CatalogueItem.objects.exclude(projects=contract.project).first()
    for more in ({"item": other}, {"ends_on": contract.ends_on + timedelta(days=1)}, {"unit": "week", "times": 8}):
        with pytest.raises(Refused) as refusal:
            supervising.make_order(recipient, office.supervisor, **more)
        assert refused_by(refusal) == {"P-20"}


@pytest.mark.django_db
def test_one_active_order_for_one_item_also_against_the_database(office, contract):
    order = supervising.make_order(supervising.make_recipient(contract, office.supervisor), office.supervisor)
    with pytest.raises(Refused, match="已有服务中"):
        supervising.make_order(order.recipient, office.supervisor)
    copy = ServiceOrder.objects.get(pk=order.pk)
    copy.pk, copy.number = None, 99
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)


@pytest.mark.django_db
def test_v10_the_database_refuses_an_active_order_without_a_provider(office, contract):
    order = supervising.make_order(supervising.make_recipient(contract, office.supervisor), office.supervisor)
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceOrder.objects.filter(pk=order.pk).update(provider=None)
    services.suspend_order(order.pk, by=office.supervisor, note="住院")
    ServiceOrder.objects.filter(pk=order.pk).update(provider=None)
    with pytest.raises(Refused) as refusal:
        services.resume_order(order.pk, by=office.supervisor)
    assert refused_by(refusal) == {"V-10"}


@pytest.mark.django_db
def test_a_pause_calls_visits_off_and_going_on_brings_them_back(office, contract):
    order = supervising.make_order(supervising.make_recipient(contract, office.supervisor), office.supervisor)
    planned = order.visits.pending().count()
    services.suspend_order(order.pk, by=office.supervisor, note="住院")
    assert order.visits.pending().count() == 0
    services.resume_order(order.pk, by=office.supervisor)
    assert order.visits.pending().count() == planned


@pytest.mark.django_db
def test_who_leaves_takes_all_open_orders_along(office, contract):
    recipient = supervising.make_recipient(contract, office.supervisor)
    order = supervising.make_order(recipient, office.supervisor)
    services.leave_recipient(recipient.pk, version=recipient.version, by=office.supervisor, reason="迁出本区")
    order.refresh_from_db()
    assert order.status == ServiceOrder.Status.ENDED and not order.visits.pending().exists()
    with pytest.raises(Refused, match="已退出"):
        supervising.make_order(recipient, office.supervisor)


@pytest.mark.django_db
def test_a_contractor_reaches_only_people_it_serves_now(office, contract, chongqing):
    served = supervising.make_recipient(contract, office.supervisor)
    supervising.make_recipient(contract, office.supervisor, 2)
    order = supervising.make_order(served, office.supervisor)
    own = factories.signer_of(chongqing.contractors[0])
    stranger = factories.signer_of(chongqing.contractors[1])
    assert list(ServiceRecipient.objects.visible_to(own)) == [served]
    assert not ServiceRecipient.objects.visible_to(stranger).exists()
    services.end_order(order.pk, by=office.supervisor, note="期满")
    assert not ServiceRecipient.objects.visible_to(own).exists()


@pytest.mark.django_db
def test_another_district_sees_nobody(office, contract, chongqing):
    order = supervising.make_order(supervising.make_recipient(contract, office.supervisor), office.supervisor)
    stranger = make_user(role="SUPERVISOR", organisation=chongqing.districts[1].bureau)
    for rows in (ServiceRecipient.objects, ServiceOrder.objects, ServiceVisit.objects):
        assert rows.visible_to(office.supervisor).exists() and not rows.visible_to(stranger).exists()
    assert order.pk


@pytest.mark.django_db
def test_seeing_the_full_name_needs_a_reason_that_is_kept(office, contract):
    recipient = supervising.make_recipient(contract, office.supervisor)
    with pytest.raises(Refused) as refusal:
        services.reveal_recipient(recipient, reason="看看", by=office.supervisor, with_id=True)
    assert refused_by(refusal) == {"PIPL"}
    shown = services.reveal_recipient(recipient, reason="电话核实服务情况", by=office.supervisor, with_id=True)
    assert shown["身份证号"] == recipient.id_number
    event = AuditEvent.objects.filter(action="procurement.servicerecipient.revealed").get()
    assert event.detail["reason"] == "电话核实服务情况" and recipient.name not in str(event.detail)
