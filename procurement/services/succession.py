"""Handed to a new contractor, service goes on under its own contract: people and orders follow there, the planned days stay.

The old contract's orders end. Queries are counted by step, not by person: rows are copied in bulk, visits move in one UPDATE.
"""

from django.db.models import Exists, F, Max, OuterRef, Subquery

from procurement.models import Contract, ServiceOrder, ServiceRecipient, ServiceVisit, Takeover, TakeoverLine
from procurement.rules import service as service_rules
from procurement.rules import takeover as rules
from records import clock
from records.policy import Breach

BATCH = 2_000
SERVABLE = (Contract.Status.SIGNED, Contract.Status.IN_SERVICE)
COPIED = (
    "name", "name_index", "id_number", "id_index", "no_id_reason", "programme", "township_id", "address", "phone", "contact_name",
    "contact_phone", "needs",
)  # fmt: skip
TERMS = ("item_id", "status", "unit", "times", "minutes", "note")
STILL_TO_COME = (ServiceVisit.Outcome.PENDING, ServiceVisit.Outcome.CALLED_OFF)


def breaches_of(takeover: Takeover, routes, cover) -> list[Breach]:
    """May the orders follow to the contract named, or go back to the contract's own contractor?"""
    target, takers = takeover.replacement, {route.provider_id for route in routes}
    if target is None:
        return list(rules.own_breaches(takers == {takeover.contract.contractor_id}))
    successor = rules.Successor(
        target.number, str(target.contractor), target.status in SERVABLE, takers == {target.contractor_id}, target.starts_on, target.ends_on
    )
    return [*rules.successor_breaches(successor, on=clock.today()), *rules.stuck_breaches(stuck_of(target, cover))]


def stuck_of(target: Contract, cover) -> list[str]:
    """Orders that the new contract has no place for; each is taken out with a reason, or the new contract is put right."""
    items = set(target.project.items.values_list("pk", flat=True))
    known = target.recipients.exclude(id_index=None)
    left = set(known.filter(status=ServiceRecipient.Status.LEFT).values_list("id_index", flat=True))
    served = set(ServiceOrder.objects.active().filter(recipient__in=known).values_list("recipient__id_index", "item"))
    found = []
    for order, route, _ in cover.lines:
        person = order.recipient.id_index
        if route is None:
            continue
        if order.item_id not in items:
            found.append(f"{order.recipient.code} 的服务项目不在新合同内")
        elif person in left:
            found.append(f"{order.recipient.code} 在新合同中已登记退出")
        elif (person, order.item_id) in served:
            found.append(f"{order.recipient.code} 在新合同中已有同一项目的服务单")
    return found


def follow(takeover: Takeover, *, by) -> None:
    """Everybody who moves, into the new contract; to be called in the transaction that confirmed it."""
    lines = list(takeover.lines.filter(reason="").select_related("order").order_by("pk"))
    orders = [line.order for line in lines]
    people = copy_people(takeover.replacement, orders, by)
    for line, successor in zip(lines, copy_orders(takeover.replacement, orders, people, by), strict=True):
        line.successor = successor
    TakeoverLine.objects.bulk_update(lines, ["successor"], batch_size=BATCH)
    move_visits(takeover)
    ended = ServiceOrder.objects.filter(pk__in=takeover.lines.order_by().filter(reason="").values("order"))
    ended.update(status=ServiceOrder.Status.ENDED, version=F("version") + 1)
    leave(takeover, people)


def copy_people(target: Contract, orders, by) -> dict[int, ServiceRecipient]:
    """Old recipient's pk → the person under the new contract: who stands there already by ID number, or a copy with a code of its own."""
    old = list(ServiceRecipient.objects.filter(pk__in={order.recipient_id for order in orders}).order_by("code"))
    there = {one.id_index: one for one in target.recipients.exclude(id_index=None)}
    last = target.recipients.aggregate(last=Max("code"))["last"]
    number = int(last[1:]) if last else 0
    found, fresh = {}, []
    for person in old:
        if (known := there.get(person.id_index)) is not None:
            found[person.pk] = known
            continue
        number += 1
        copy = ServiceRecipient(contract=target, code=f"R{number:05d}", created_by=by, **{name: getattr(person, name) for name in COPIED})
        found[person.pk] = copy
        fresh.append(copy)
    ServiceRecipient.objects.bulk_create(fresh, batch_size=BATCH)
    return found


def copy_orders(target: Contract, orders, people: dict[int, ServiceRecipient], by) -> list[ServiceOrder]:
    number = target.orders.aggregate(last=Max("number"))["last"] or 0
    fresh = []
    for at, order in enumerate(orders, start=number + 1):
        terms = {name: getattr(order, name) for name in TERMS}
        who = {"recipient": people[order.recipient_id], "provider": target.contractor, "created_by": by}
        fresh.append(ServiceOrder(contract=target, number=at, **who, **terms, **days_of(target, order)))
    return ServiceOrder.objects.bulk_create(fresh, batch_size=BATCH)


def days_of(target: Contract, order: ServiceOrder) -> dict:
    """The days of an order that follows: its rhythm goes on from the period that runs today, to its own end or the new contract's."""
    starts = service_rules.running_period(order.unit, order.starts_on, clock.today())
    ends = max(starts, min(order.ends_on, target.ends_on))
    until = min(order.planned_until, ends) if order.planned_until else None
    return {"starts_on": starts, "ends_on": ends, "planned_until": until}


def move_visits(takeover: Takeover) -> None:
    """What is planned from today on goes along with its day. What was due before stays with whoever answered for it then."""
    lines = takeover.lines.order_by().filter(reason="")
    successor = lines.filter(order=OuterRef("order")).values("successor")[:1]
    rows = ServiceVisit.objects.filter(order__in=lines.values("order"), planned_on__gte=clock.today(), outcome__in=STILL_TO_COME)
    rows.filter(planned_on__gt=takeover.replacement.ends_on).update(outcome=ServiceVisit.Outcome.CALLED_OFF)
    rows.filter(planned_on__lte=takeover.replacement.ends_on).update(order=Subquery(successor), contract=takeover.replacement)


def leave(takeover: Takeover, people) -> None:
    """Under the old contract nobody stays on the list for whom nothing is ordered any more."""
    still = ServiceOrder.objects.open().filter(recipient=OuterRef("pk"))
    gone = ServiceRecipient.objects.filter(~Exists(still), pk__in=list(people), status=ServiceRecipient.Status.ACTIVE)
    reason = f"转入合同 {takeover.replacement.number}"[:120]
    gone.update(status=ServiceRecipient.Status.LEFT, left_on=clock.today(), left_reason=reason, version=F("version") + 1)
