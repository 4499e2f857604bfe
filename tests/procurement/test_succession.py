"""V-09, V-10: the new contractor's own contract takes the service over for good: people, orders and planned days follow, all or none."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from procurement.models import Contract, ServiceOrder, ServiceRecipient, ServiceVisit, Takeover
from procurement.rules import service as service_rules
from procurement.rules import takeover as rules
from records.refusals import Refused
from tests.kept import fixture_of
from tests.procurement import factories, scenes, supervising
from tests.procurement.taking_over import confirm, make_substitute, people, propose, townships_of

pytestmark = pytest.mark.django_db
COUNT = 6


scene_once = scenes.with_office
office = fixture_of("office")


@pytest.fixture
def active(office, chongqing) -> Takeover:
    """A contract whose people the first township took over."""
    contract = factories.make_running(office, chongqing.contractors[0])
    people(contract, office.officer, COUNT)
    return confirm(propose(contract, office, townships_of(contract)[0], basis="own"), office.chief)


@pytest.fixture
def fresh(active, office, chongqing) -> Contract:
    """The contract of the replacement purchase, in service."""
    make_substitute(office, chongqing.contractors[1])
    return factories.make_running(office, chongqing.contractors[1], name="替代采购")


def hand_over(active: Takeover, fresh: Contract, office, **more) -> Takeover:
    values = {"kind": "handback", "returned": active, "basis": "", "replacement": fresh} | more
    return propose(active.contract, office, fresh.contractor, **values)


def test_v10_people_orders_and_days_follow_to_the_new_contract_and_the_sum_is_the_total(active, fresh, office):
    old = active.contract
    orders = {order.pk: order for order in old.orders.select_related("recipient")}
    aside, *moved = orders
    days = set(ServiceVisit.objects.exclude(order=aside).values_list("order__recipient__name_index", "planned_on"))
    known = supervising.make_recipient(fresh, office.officer, 7)
    ServiceRecipient.objects.filter(pk=orders[moved[0]].recipient_id).update(id_index=known.id_index, id_number=known.id_number)
    done = confirm(hand_over(active, fresh, office, exceptions={aside: "住院，由医院照料"}), office.chief)
    assert (done.total, done.moved, done.excepted) == (COUNT, COUNT - 1, 1) and done.status == Takeover.Status.DONE
    assert dict(old.orders.values_list("pk", "status")) == {aside: "suspended"} | dict.fromkeys(moved, "ended")
    follows = dict(done.lines.exclude(successor=None).values_list("order", "successor"))
    assert set(follows) == set(moved)
    for pk in moved:
        order = ServiceOrder.objects.get(pk=follows[pk])
        assert (order.contract, order.provider, order.status) == (fresh, fresh.contractor, "active")
        assert (order.item_id, order.unit, order.times, order.ends_on) == (orders[pk].item_id, "week", 1, min(old.ends_on, fresh.ends_on))
    assert fresh.recipients.count() == COUNT - 1 and ServiceOrder.objects.get(pk=follows[moved[0]]).recipient == known
    assert ServiceOrder.objects.get(pk=follows[moved[1]]).recipient.name == orders[moved[1]].recipient.name
    came = set(fresh.visits.pending().values_list("order__recipient__name_index", "planned_on"))
    assert {day for _, day in came} == {day for _, day in days} and len(came) == COUNT - 1
    assert not old.visits.pending().exists() and set(old.recipients.filter(status="active").values_list("orders", flat=True)) == {aside}
    active.refresh_from_db()
    assert active.status == Takeover.Status.DONE and active.ended_at


def test_v10_what_the_new_contract_has_no_place_for_stops_it_and_nothing_is_moved(active, fresh, office):
    supervising.make_order(supervising.make_recipient(fresh, office.officer, 7), office.officer)
    person = active.contract.recipients.order_by("pk").first()
    ServiceRecipient.objects.filter(pk=person.pk).update(id_index=fresh.recipients.get().id_index)
    before = list(ServiceOrder.objects.order_by("pk").values())
    with pytest.raises(Refused, match=f"{person.code} 在新合同中已有同一项目的服务单"):
        hand_over(active, fresh, office)
    with pytest.raises(Refused, match="请选择其合同"):
        hand_over(active, fresh, office, replacement=None)
    assert list(ServiceOrder.objects.order_by("pk").values()) == before and not fresh.visits.exclude(order__contract=fresh).exists()


def test_the_page_offers_the_new_contract_and_the_preview_says_what_follows(active, fresh, office, client):
    client.force_login(office.officer)
    url = reverse("procurement:takeover_new", args=[active.contract_id]) + "?kind=handback"
    answer = client.post(url, {"reason": "替代采购完成", "replacement": fresh.pk})
    assert answer.status_code == 302
    row = Takeover.objects.get(kind="handback")
    assert row.routes.get().provider == fresh.contractor and row.replacement == fresh
    shown = client.get(answer.url).content.decode()
    assert "转入合同" in shown and fresh.number in shown and f"{COUNT}</strong> 张" in shown


TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"may_serve": False}, "尚未签订"),
        ({"only": False}, "只能是其承接主体"),
        ({"starts_on": TODAY + timedelta(days=1)}, "不在其中"),
        ({"ends_on": TODAY - timedelta(days=1)}, "不在其中"),
    ],
)
def test_v09_orders_follow_only_to_a_contract_that_may_be_served_today(more, text):
    values = {"number": "HT-2", "contractor": "乙", "may_serve": True, "only": True, "starts_on": TODAY, "ends_on": TODAY}
    assert list(rules.successor_breaches(rules.Successor(**values), on=TODAY)) == []
    (breach,) = rules.successor_breaches(rules.Successor(**values | more), on=TODAY)
    assert breach.rule == "V-09" and text in breach.message


@pytest.mark.parametrize("unit", ["week", "month", "quarter"])
def test_an_order_that_follows_keeps_the_days_that_it_would_have_had(unit):
    starts, ends = date(2026, 1, 30), date(2026, 12, 31)
    period = service_rules.running_period(unit, starts, TODAY)
    assert starts < period <= TODAY
    days = [service_rules.visit_dates(unit, 2, first, ends, since=TODAY, until=ends) for first in (starts, period)]
    assert days[0] == days[1] and days[0]
