"""How much each person carries: a month's cases of the windows against the full-time staff of the same township."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from accounts.models import Organisation
from records import clock
from staffing.reports import StaffCount, staff_counts
from windows.models import WindowMonth
from windows.rules.month import Month

NOTES = (
    "申请件数取自窗口月报（当月统计的数），专职人数取自人员名册（自有和派驻在乡镇街道的，兼职不计），以月末为准。",
    "人均件数只说明办件量，不作人员增减的依据；配备标准按救助对象数计算。",
)


@dataclass(frozen=True, slots=True)
class Load:
    """One township, or the sum of a district. ``figures`` None: the month was not counted there."""

    name: str
    staff: int
    figures: dict | None
    pk: int | None = None

    def each(self, key: str) -> str:
        """Cases per person to one place; a dash where nobody serves or nothing was counted."""
        if self.figures is None or not self.staff:
            return "—"
        return str((Decimal(self.figures[key]) / self.staff).quantize(Decimal("0.1"), ROUND_HALF_UP))

    @property
    def registered_each(self) -> str:
        return self.each("registered")

    @property
    def ended_each(self) -> str:
        return self.each("ended")

    @property
    def open_each(self) -> str:
        return self.each("open")


SUMMED = ("registered", "ended", "open")


def workload(bureau: Organisation, month: Month) -> tuple[list[Load], Load]:
    """Townships of the district in the order of their codes, and their sum over those that were counted."""
    on = min(month.last, clock.today())
    townships = list(Organisation.objects.below(bureau).filter(kind=Organisation.Kind.TOWNSHIP).valid(on).order_by("path"))
    people = staff_counts([bureau.path], on)
    counted = dict(WindowMonth.objects.of(month).filter(organisation__in=townships).values_list("organisation", "figures"))
    rows = [Load(one.name, people.get((one.pk, "TOWNSHIP"), StaffCount()).counted, counted.get(one.pk), one.pk) for one in townships]
    known = [row for row in rows if row.figures is not None]
    total = {key: sum(row.figures[key] for row in known) for key in SUMMED} if known else None
    return rows, Load("合计", sum(row.staff for row in known), total)
