"""The day the contractor of the demo failed: a drill in spring, a takeover for three days, and the hand-back. Everything is over again."""

from datetime import timedelta

from config.demo.timing import at, workday
from contractors.models import Contractor
from procurement.models import Contract, ServiceOrder, Takeover
from procurement.services import service, takeover
from records import clock

PEOPLE = 12
REASON = "承接主体办公场所停电检修，三日内无法派工（演示）"
NOTE = "突发停电由供电故障引起，非采购双方原因，失能老人照料不能中断（演示）。"


def enter_people(contract: Contract, *, by) -> None:
    """Recipients of the care contract, unless supervision has entered its own."""
    if ServiceOrder.objects.filter(contract=contract).exists():
        return
    towns = list(contract.project.organisation.children.filter(kind="TOWNSHIP").order_by("path")[:3])
    item = contract.project.items.order_by("code").first()
    today = clock.today()
    for number in range(PEOPLE):
        data = service.RecipientData(
            name=f"演示对象{number + 1:02}", programme="TK", township=towns[number % len(towns)], no_id_reason="演示数据，不登记证件"
        )
        recipient = service.add_recipient(contract.pk, data, by=by)
        service.open_order(recipient.pk, by=by, item=item, unit="week", times=1, starts_on=today, ends_on=contract.ends_on)


def drill_and_take_over(contract: Contract, *, users) -> None:
    """A drill, a takeover with one exception, and the hand-back, each confirmed by the chief."""
    if Takeover.objects.filter(contract=contract).exists():
        return
    officer, chief = users["jianguan"], users["chenju"]
    substitute = Contractor.objects.filter(status=Contractor.Status.VERIFIED).exclude(pk=contract.contractor_id).order_by("pk").first()
    today, started = clock.today(), contract.starts_on
    days = [workday(max(started, today - timedelta(days=ago))) for ago in (20, 9, 6)]
    with at(days[0], 10):
        enter_people(contract, by=officer)
        routes = [takeover.Route(substitute)]
        row = takeover.propose(contract.pk, by=officer, reason="年度演练（演示）", routes=routes, drill=True)
        _confirm(row, chief)
    with at(days[1], 8):
        first = ServiceOrder.objects.open().filter(contract=contract).order_by("pk").first()
        row = takeover.propose(
            contract.pk,
            by=officer,
            reason=REASON,
            routes=routes,
            basis="negotiation",
            basis_note=NOTE,
            exceptions={first.pk: "住院，出院后恢复（演示）"},
        )
        _confirm(row, chief)
    with at(days[2], 9):
        line = row.lines.exclude(reason="").get()
        takeover.resolve_exception(line.pk, route=routes[0], by=officer)
        values = {"kind": Takeover.Kind.HANDBACK, "returned": row, "routes": [takeover.Route(contract.contractor)]}
        _confirm(takeover.propose(contract.pk, by=officer, reason="供电恢复，原承接主体恢复服务（演示）", **values), chief)


def _confirm(row: Takeover, chief) -> None:
    row.refresh_from_db()
    takeover.confirm(row.pk, version=row.version, total=takeover.cover_of(row).total, by=chief)
    row.refresh_from_db()
