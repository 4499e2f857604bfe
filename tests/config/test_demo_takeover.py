"""The demo's takeover goes through the services, ends where it began, and a second run adds nothing."""

import pytest

from config.demo import takeover
from procurement.models import ServiceOrder, Takeover
from tests.procurement import factories
from tests.procurement.taking_over import make_substitute

pytestmark = pytest.mark.django_db


def test_the_contractor_fails_is_taken_over_from_and_comes_back(chongqing):
    office = factories.make_office(chongqing)
    contract = factories.make_running(office, chongqing.contractors[0])
    make_substitute(office, chongqing.contractors[0])
    make_substitute(office, chongqing.contractors[1])
    contract.contractor.refresh_from_db()
    for _ in range(2):
        takeover.drill_and_take_over(contract, users={"jianguan": office.supervisor, "chenju": office.chief})
    assert list(Takeover.objects.order_by("pk").values_list("kind", "drill", "status")) == [
        ("takeover", True, "done"),
        ("takeover", False, "done"),
        ("handback", False, "done"),
    ]
    orders = ServiceOrder.objects.filter(contract=contract)
    assert orders.count() == takeover.PEOPLE and not orders.exclude(provider=contract.contractor, status="active").exists()
