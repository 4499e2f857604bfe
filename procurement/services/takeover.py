"""Takeover, hand-back and drill (V-08, V-09, V-10): one proposes, another confirms, and then everything moves in one transaction.

Nothing grows with the number of recipients but the rows themselves: orders are locked once, lines are written in bulk, each
destination is one UPDATE. A planned visit belongs to its order, so it keeps its date and its new provider sees it at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, Subquery, Sum

from accounts import audit
from accounts.models import Organisation
from contractors.models import Contractor
from procurement.models import (
    Amendment,
    Contract,
    PostedWorker,
    ServiceOrder,
    ServiceVisit,
    Takeover,
    TakeoverLine,
    TakeoverPlan,
    TakeoverRoute,
)
from procurement.rules import project as project_rules
from procurement.rules import takeover as rules
from procurement.rules.contract import EXIT
from procurement.services import succession, takeover_papers
from procurement.services.contract import takeover_limit
from procurement.services.money import purchaser_district
from records import clock
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim, move, touch

Status, Kind = Takeover.Status, Takeover.Kind
LIVE = (Contract.Status.IN_SERVICE, Contract.Status.TERMINATED, Contract.Status.COMPLETED)
BATCH = 2_000
OWN_KINDS = (Organisation.Kind.BUREAU, Organisation.Kind.TOWNSHIP)


@dataclass(frozen=True, slots=True)
class Route:
    """``taker``: a Contractor, or an Organisation of the government. ``township`` None: all that no other route names."""

    taker: Contractor | Organisation
    township: Organisation | None = None

    def keys(self) -> dict:
        if isinstance(self.taker, Contractor):
            return {"provider": self.taker, "caretaker": None}
        return {"provider": None, "caretaker": self.taker}


@dataclass(frozen=True, slots=True)
class Cover:
    """Where each open order goes. ``lines``: (order, township, provider now, route or None, reason)."""

    lines: list[tuple]
    recipients: int
    moved: int = 0
    excepted: int = 0
    uncovered: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.lines)


# --- proposing ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def propose(contract_id: int, *, by, reason: str, routes: Iterable[Route], exceptions: Mapping[int, str] | None = None, **more) -> Takeover:
    """Write down who is to take what. Nothing moves. ``more``: drill, basis, basis_note, host_contract, amount, trigger,
    kind, returned, replacement. ``exceptions``: order id → why it cannot be moved. Raises Refused."""
    contract = claim(Contract.objects.select_related("project__organisation", "contractor__organisation"), contract_id)
    if not reason.strip():
        raise Refused.because("V-09", EXIT, "请写明事由。")
    now = clock.now()
    takeover = Takeover(contract=contract, reason=reason.strip(), proposed_by=by, raised_at=now, due_at=now + time_limit(contract), **more)
    uphold(standing_breaches(takeover))
    try:
        with transaction.atomic():
            takeover.save(force_insert=True)
    except IntegrityError:
        raise Refused.because("V-09", EXIT, "该合同已有待确认或正在进行的接管，请先处理。") from None
    write_routes(takeover, routes)
    write_exceptions(takeover, exceptions or {})
    uphold(breaches_of(takeover))
    detail = {"drill": takeover.drill, "basis": takeover.basis, "reason": reason, "to": [str(route) for route in takeover.routes.all()]}
    audit.record("procurement.takeover.proposed", takeover, by=by, detail=detail)
    takeover_papers.ask_for_confirmation(takeover)
    return takeover


def time_limit(contract: Contract) -> timedelta:
    """The plan's hours, never more than the policy value (V-08)."""
    plan = TakeoverPlan.objects.filter(contract=contract).first()
    limits = [float(hours) for hours in (plan and plan.activation_hours, takeover_limit(contract)) if hours]
    if not limits:
        raise Refused.because("V-08", EXIT, "接管启动时限尚未设定，请在“政策参数”中设定。")
    return timedelta(hours=min(limits))


def write_routes(takeover: Takeover, routes: Iterable[Route]) -> None:
    rows = [TakeoverRoute(takeover=takeover, township=route.township, **route.keys()) for route in routes]
    if not rows:
        raise Refused.because("V-09", EXIT, "请选择接管方。")
    if len({row.township_id for row in rows}) < len(rows):
        raise Refused.because("V-09", EXIT, "同一乡镇（街道）只能指定一个接管方。")
    TakeoverRoute.objects.bulk_create(rows)


def write_exceptions(takeover: Takeover, exceptions: Mapping[int, str]) -> None:
    reasons = {pk: text.strip()[:200] for pk, text in exceptions.items() if text.strip()}
    orders = ServiceOrder.objects.open().filter(contract=takeover.contract, pk__in=reasons).select_related("recipient")
    lines = [line_of(takeover, order, None, reasons[order.pk]) for order in orders]
    TakeoverLine.objects.bulk_create(lines, batch_size=BATCH)


def line_of(takeover: Takeover, order, route: TakeoverRoute | None, reason: str) -> TakeoverLine:
    taker = {"provider_id": route.provider_id, "caretaker_id": route.caretaker_id} if route else {}
    town, before = order.recipient.township_id, order.provider_id
    return TakeoverLine(
        takeover=takeover, order_id=order.pk, township_id=town, before_id=before, worker_id=order.worker_id, reason=reason, **taker
    )


def standing_breaches(takeover: Takeover) -> list[Breach]:
    """May this contract be taken over (handed back) at all just now?"""
    contract, found = takeover.contract, []
    if contract.status not in LIVE:
        found.append(Breach("V-09", EXIT, f"合同现为“{contract.get_status_display()}”，服务尚未开始，不需要接管。"))
    active = Takeover.objects.filter(contract=contract, status=Status.ACTIVE).exclude(pk=takeover.pk).first()
    if takeover.kind == Kind.TAKEOVER and active and not takeover.drill:
        found.append(Breach("V-09", EXIT, f"该合同已由{active.decided_by}于 {clock.local_day(active.decided_at)} 启动接管，尚未交回。"))
    if takeover.kind == Kind.HANDBACK and (active is None or takeover.returned_id != active.pk):
        found.append(Breach("V-09", EXIT, "该合同没有正在进行的接管，无需交回。"))
    return found


# --- judging --------------------------------------------------------------------------------------------------------------


def breaches_of(takeover: Takeover, cover: Cover | None = None) -> list[Breach]:
    """Everything that stands against this takeover as it is written: basis, substitutes, cover."""
    routes = list(takeover.routes.select_related("provider__organisation", "caretaker", "township"))
    cover = cover or cover_of(takeover, routes)
    found = list(standing_breaches(takeover))
    if takeover.kind == Kind.TAKEOVER and not takeover.drill:
        found += rules.basis_breaches(
            takeover.basis,
            note=takeover.basis_note,
            number=takeover.contract.number,
            add_on=add_on_of(takeover),
            own_only=all(route.caretaker_id for route in routes),
        )
    if takeover.kind == Kind.HANDBACK:
        found += succession.breaches_of(takeover, routes, cover)
    for route in routes:
        found += taker_breaches(takeover, route)
    found += rules.cover_breaches(total=cover.total, moved=cover.moved, excepted=cover.excepted, uncovered=cover.uncovered)
    return found


def taker_breaches(takeover: Takeover, route: TakeoverRoute) -> list[Breach]:
    if route.caretaker is not None:
        district = purchaser_district(takeover.contract.project.organisation)
        if route.caretaker.kind in OWN_KINDS and route.caretaker.path.startswith(district.path):
            return []
        return [Breach("V-09", EXIT, f"{route.caretaker}不是本区县的民政部门或者乡镇（街道），不能直接承担。")]
    contractor = route.provider
    return list(
        rules.substitute_breaches(
            str(contractor),
            verified=contractor.status == Contractor.Status.VERIFIED,
            debarred=contractor.is_debarred(clock.today()),
            is_present=takeover.kind == Kind.TAKEOVER and contractor.pk == takeover.contract.contractor_id,
        )
    )


def add_on_of(takeover: Takeover) -> rules.AddOn | None:
    host = takeover.host_contract
    if host is None or takeover.amount is None:
        return None
    in_force = Amendment.objects.filter(contract=host, status=Amendment.Status.IN_FORCE)
    added = in_force.aggregate(sum=Sum("increase"))["sum"] or 0
    return rules.AddOn(host.number, str(host.contractor), host.amount, added, takeover.amount)


def cover_of(takeover: Takeover, routes=None, *, lock: bool = False) -> Cover:
    """Every open order of the contract and where it goes: two queries, whatever their number."""
    routes = list(takeover.routes.all()) if routes is None else routes
    by_township = {route.township_id: route for route in routes}
    orders = ServiceOrder.objects.open().filter(contract=takeover.contract_id).order_by("pk").select_related("recipient")
    orders = orders.defer("note", "recipient__name", "recipient__id_number", "recipient__address", "recipient__phone")
    orders = orders.defer("recipient__contact_name", "recipient__contact_phone")
    if lock:
        orders = orders.select_for_update(of=("self",))
    reasons = dict(takeover.lines.filter(reason__gt="").values_list("order_id", "reason"))
    lines, uncovered, moved, excepted = [], [], 0, 0
    for order in orders:
        reason = reasons.get(order.pk, "")
        route = None if reason else by_township.get(order.recipient.township_id) or by_township.get(None)
        moved, excepted = moved + (route is not None), excepted + bool(reason)
        if route is None and not reason:
            uncovered.append(order.recipient.code)
        lines.append((order, route, reason))
    return Cover(lines, len({order.recipient_id for order, _, _ in lines}), moved, excepted, uncovered)


# --- confirming -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def confirm(takeover_id: int, *, version: int, total: int, by) -> Takeover:
    """The second person's word: every open order moves to its new provider or is set aside with its reason, all or nothing.

    ``total``: the number of orders that this person saw in the preview. A drill writes the same lines and moves nothing.
    Raises Refused, StaleVersion when somebody else was faster.
    """
    related = ("contract__project__organisation", "host_contract", "replacement__project", "replacement__contractor__organisation")
    takeover = claim(Takeover.objects.select_related(*related), takeover_id, version=version)
    for pk in sorted({takeover.contract_id, takeover.replacement_id or takeover.contract_id}):
        claim(Contract, pk)
    takeover.contract.refresh_from_db(fields=["status"])
    uphold(project_rules.other_person_breaches(by.pk, handlers={"接管提出": takeover.proposed_by_id}, act="接管确认"))
    cover = cover_of(takeover, lock=True)
    uphold([*breaches_of(takeover, cover), *rules.counted_breaches(seen=total, now=cover.total)])
    write_lines(takeover, cover)
    if not takeover.drill:
        set_aside(takeover)
        succession.follow(takeover, by=by) if takeover.replacement else move_orders(takeover)
    takeover.decided_by, takeover.decided_at = by, clock.now()
    takeover.total, takeover.moved, takeover.excepted, takeover.recipients = cover.total, cover.moved, cover.excepted, cover.recipients
    stays = takeover.kind == Kind.TAKEOVER and not takeover.drill
    takeover.ended_at = None if stays else clock.now()
    takeover.save(update_fields=["decided_by", "decided_at", "total", "moved", "excepted", "recipients", "ended_at"])
    counts = {"total": cover.total, "moved": cover.moved, "excepted": cover.excepted, "recipients": cover.recipients}
    move(takeover, Status.ACTIVE if stays else Status.DONE, by=by, detail={**counts, "drill": takeover.drill, "basis": takeover.basis})
    if takeover.kind == Kind.HANDBACK and not takeover.drill:
        if not takeover.replacement:
            give_workers_back(takeover)
        end_posts_of_takers(takeover)
        end_returned(takeover, by)
    if not takeover.drill:
        takeover_papers.issue_papers(takeover, by=by)
    return takeover


def write_lines(takeover: Takeover, cover: Cover) -> None:
    takeover.lines.filter(reason="").delete()
    lines = [line_of(takeover, order, route, "") for order, route, reason in cover.lines if route is not None]
    TakeoverLine.objects.bulk_create(lines, batch_size=BATCH)
    takeover.lines.exclude(order__in=[order.pk for order, _, _ in cover.lines]).delete()  # exceptions whose order ended meanwhile


def move_orders(takeover: Takeover) -> None:
    """One UPDATE for each destination. The old contractor reaches none of them from here on."""
    lines = takeover.lines.order_by()
    for route in lines.filter(reason="").values_list("provider", "caretaker").distinct():
        provider, caretaker = route
        orders = lines.filter(provider=provider, caretaker=caretaker, reason="").values("order")
        ServiceOrder.objects.filter(pk__in=orders).update(provider=provider, caretaker=caretaker, worker=None, version=F("version") + 1)


def set_aside(takeover: Takeover) -> None:
    """What cannot be moved stands still until somebody is found."""
    aside = takeover.lines.order_by().filter(reason__gt="").values("order")
    ServiceVisit.objects.pending().filter(order__in=aside, planned_on__gte=clock.today()).update(outcome=ServiceVisit.Outcome.CALLED_OFF)
    ServiceOrder.objects.filter(pk__in=aside).update(
        status=ServiceOrder.Status.SUSPENDED, provider=None, caretaker=None, worker=None, version=F("version") + 1
    )


def give_workers_back(takeover: Takeover) -> None:
    """Back with the contractor they came from, orders have their regular worker again."""
    had = TakeoverLine.objects.filter(takeover=takeover.returned_id, order=OuterRef("pk"), before=OuterRef("provider"))
    orders = ServiceOrder.objects.filter(pk__in=takeover.lines.order_by().filter(reason="").values("order"))
    orders.update(worker=Subquery(had.order_by().values("worker")[:1]))


def end_posts_of_takers(takeover: Takeover) -> None:
    """The people of whoever had taken over leave the roster with today; what they did stays under their names."""
    others = PostedWorker.objects.filter(contract=takeover.contract_id).exclude(contractor=takeover.contract.contractor_id)
    others.filter(ends_on=None, starts_on__lte=clock.today()).update(ends_on=clock.today(), version=F("version") + 1)


def end_returned(takeover: Takeover, by) -> None:
    returned = claim(Takeover, takeover.returned_id)
    returned.ended_at = clock.now()
    returned.save(update_fields=["ended_at"])
    move(returned, Status.DONE, by=by, note=f"交回：{'、'.join(str(route.taker) for route in takeover.routes.all())}")


@transaction.atomic
def cancel(takeover_id: int, *, version: int, by, note: str) -> Takeover:
    """Take a proposal back, or turn it down, with a reason."""
    takeover = claim(Takeover, takeover_id, version=version)
    if not note.strip():
        raise Refused.because("V-09", EXIT, "请写明撤销的原因。")
    return move(takeover, Status.CANCELLED, by=by, note=note)


# --- around it ------------------------------------------------------------------------------------------------------------


def responsible_for(contract: Contract, township_id: int) -> dict:
    """Who answers for a new order of this contract today: whoever took over, else its own contractor."""
    routes = TakeoverRoute.objects.filter(takeover__contract=contract, takeover__status=Status.ACTIVE).select_related(
        "provider", "caretaker"
    )
    by_township = {route.township_id: route for route in routes}
    route = by_township.get(township_id) or by_township.get(None)
    if route is None:
        return {"provider": contract.contractor, "caretaker": None}
    return {"provider": route.provider, "caretaker": route.caretaker}


@transaction.atomic
def resolve_exception(line_id: int, *, route: Route, by) -> TakeoverLine:
    """An order that was set aside finds its provider after all and goes on."""
    line = TakeoverLine.objects.select_for_update(of=("self",)).select_related("takeover__contract__project__organisation").get(pk=line_id)
    order = claim(ServiceOrder, line.order_id)
    if not line.reason or line.takeover.drill or order.provider_id or order.caretaker_id:
        raise Refused.because("V-10", EXIT, f"服务单 {order} 不在例外清单中。")
    uphold(taker_breaches(line.takeover, TakeoverRoute(takeover=line.takeover, **route.keys())))
    order.provider, order.caretaker = route.keys()["provider"], route.keys()["caretaker"]
    touch(order)
    order.save(update_fields=["provider", "caretaker", "version"])
    since = clock.today()
    order.visits.filter(outcome=ServiceVisit.Outcome.CALLED_OFF, planned_on__gte=since).update(outcome=ServiceVisit.Outcome.PENDING)
    move(order, ServiceOrder.Status.ACTIVE, by=by, note=f"例外已解决，由{route.taker}承接")
    audit.record("procurement.takeover.exception_resolved", line.takeover, by=by, detail={"order": str(order), "to": str(route.taker)})
    return line


def destinations(cover: Cover) -> list[dict]:
    """The preview in sums: each destination with its orders and recipients."""
    counted: dict = defaultdict(lambda: [0, set()])
    for order, route, reason in cover.lines:
        key = reason and "例外" or (route.taker_words if route else "没有接管方")
        counted[key][0] += 1
        counted[key][1].add(order.recipient_id)
    return [{"to": key, "orders": orders, "recipients": len(people)} for key, (orders, people) in counted.items()]
