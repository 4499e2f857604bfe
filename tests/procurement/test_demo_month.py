"""The demo's month of service goes through the services: what it tells is what supervision would have refused otherwise."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from config.demo import serving
from config.demo.people import People
from evaluation import figures
from procurement.models import Contract, Rectification, ServiceComplaint, ServiceVisit, Suspicion
from records import clock
from tests.factories import make_user
from tests.procurement import factories

pytestmark = pytest.mark.django_db


def test_a_month_of_service_leaves_records_a_rectification_of_each_kind_and_an_open_complaint(chongqing):
    office, firm = factories.make_office(chongqing), chongqing.contractors[0]
    contract = factories.make_running(office, firm)
    Contract.objects.filter(pk=contract.pk).update(starts_on=clock.today() - timedelta(days=60))
    contract.refresh_from_db()
    signer = factories.signer_of(firm)
    reporter = make_user(role=Role.CONTRACTOR_REPORTER, organisation=firm)
    users = {"jianguan": office.supervisor, "jigou": signer, "tianbao": reporter, "chenju": office.chief}
    serving.set_limits(chongqing.city, by=make_user(role=Role.CITY_BUREAU, organisation=chongqing.city))
    for _ in range(2):  # a second run adds nothing
        serving.enter(contract, People(), users=users)
        serving.work(contract, users=users)
        serving.supervise(contract, users=users)
        serving.complain(contract, users=users)
    assert contract.orders.count() == serving.PEOPLE and contract.workers.count() == serving.STAFF
    assert not ServiceVisit.objects.pending().filter(contract=contract, planned_on__lt=clock.today()).exists()
    assert {row.outcome for row in contract.visits.all()} >= {"done", "not_met", "away"}
    closed, overdue = contract.rectifications.order_by("number")
    assert closed.status == Rectification.Status.CLOSED and overdue.escalated_on == clock.today()
    assert contract.complaints.get().status == ServiceComplaint.Status.EXPLAINED
    assert contract.suspicions.get().sign == Suspicion.Sign.OTHER_EMPLOYER
    period = {"start": clock.today() - timedelta(days=60), "end": clock.today(), "as_of": clock.today()}
    told = {code: figures.compute(code, contract, **period) for code, known in figures.REGISTRY.items() if known.from_records}
    assert told["rectified_in_time"].value == 50 and told["spot_checks"].value == 75 and told["qualified_staff"].value == 100
    assert 70 < told["visits_recorded"].value < 100 and told["founded_complaints"].value == 100
    assert told["clean_checks"].value == 0 and told["no_assignment"].value == 100
    assert all(figure.rows or code in ("founded_complaints", "no_assignment") for code, figure in told.items())
