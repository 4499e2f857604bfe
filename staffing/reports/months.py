"""Months side by side: what changed since the last frozen one, the trend of a district and of a township. Frozen rows only."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Max, Sum

from accounts.models import Organisation
from staffing.models import Caseload, Category, StaffingMonth
from staffing.rules import Standing

TOLD = 12  # changes in a message; the page has all
SHOWN = 24  # months of a trend
WATCHED = ("recipients", "minimum", "own", "posted", "gap", "standing")
LABELS = {name: StaffingMonth._meta.get_field(name).verbose_name for name in WATCHED}


@dataclass(frozen=True, slots=True)
class Change:
    """One figure of one unit: what it was, what it is."""

    label: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.label} {self.before} → {self.after}"


@dataclass(frozen=True, slots=True)
class UnitChange:
    """A unit whose figures moved; ``new`` and ``gone``: it has no row in the month before, or in this one."""

    organisation: Organisation
    changes: list[Change] = field(default_factory=list)
    new: bool = False
    gone: bool = False

    @property
    def words(self) -> str:
        if self.new:
            return "本月新列入"
        return "本月不再列入" if self.gone else "，".join(map(str, self.changes))


@dataclass(frozen=True, slots=True)
class Comparison:
    month: date
    before: date | None
    units: list[UnitChange]

    @property
    def headline(self) -> str:
        if self.before is None:
            return "首次定格"
        return f"{len(self.units)} 个单位有变化" if self.units else "与上次相比没有变化"

    def told(self) -> str:
        """The change list as a message; the page behind it has the rest."""
        if self.before is None:
            return "首次定格，没有上月可比。"
        lines = [f"与 {self.before:%Y-%m} 相比："]
        lines += [f"{unit.organisation.label}：{unit.words}" for unit in self.units[:TOLD]] or ["没有变化。"]
        if len(self.units) > TOLD:
            lines.append(f"另有 {len(self.units) - TOLD} 个单位有变化，见月度变化页。")
        return "\n".join(lines)


def shown(row: StaffingMonth, name: str) -> str:
    value = getattr(row, name)
    if name == "standing":
        return Standing(value).label
    return "—" if value is None else f"{value:,}"


def differences(before: StaffingMonth, after: StaffingMonth) -> list[Change]:
    """The watched figures that differ."""
    moved = [name for name in WATCHED if getattr(before, name) != getattr(after, name)]
    return [Change(str(LABELS[name]), shown(before, name), shown(after, name)) for name in moved]


def rows_of(bureau: Organisation, month: date) -> list[StaffingMonth]:
    """The bureau first, then its townships."""
    rows = StaffingMonth.objects.filter(month=month, organisation__path__startswith=bureau.path)
    return list(rows.select_related("organisation").order_by("organisation__path"))


def compare(bureau: Organisation, month: date) -> Comparison:
    """This month against the last one that was frozen before it."""
    earlier = StaffingMonth.objects.filter(organisation=bureau, month__lt=month).aggregate(last=Max("month"))["last"]
    if earlier is None:
        return Comparison(month, None, [])
    former = {row.organisation_id: row for row in rows_of(bureau, earlier)}
    units = []
    for row in rows_of(bureau, month):
        before = former.pop(row.organisation_id, None)
        changes = differences(before, row) if before else []
        if before is None or changes:
            units.append(UnitChange(row.organisation, changes, new=before is None))
    units += [UnitChange(row.organisation, gone=True) for row in former.values()]
    return Comparison(month, earlier, units)


def months_of(bureau: Organisation) -> list[date]:
    """Frozen months, newest first."""
    rows = StaffingMonth.objects.filter(organisation=bureau).order_by("-month")
    return list(rows.values_list("month", flat=True)[:SHOWN])


@dataclass(frozen=True, slots=True)
class Point:
    """One month of a trend; of a district the sum over its townships, the bureau's own staff apart."""

    month: date
    recipients: int | None
    minimum: int | None
    counted: int
    gap: int
    understaffed: int
    bureau: int | None = None
    standing: Standing | None = None


def district_trend(bureau: Organisation, months: list[date]) -> list[Point]:
    """One line per frozen month, newest first, from two statements."""
    rows = (
        StaffingMonth.objects.filter(month__in=months, organisation__path__startswith=bureau.path).exclude(organisation=bureau).order_by()
    )
    sums = ("recipients", "minimum", "own", "posted", "gap")
    found = {row["month"]: row for row in rows.values("month").annotate(**{f"all_{name}": Sum(name) for name in sums})}
    short = rows.filter(standing=Standing.UNDERSTAFFED).values_list("month", "organisation")
    counts: dict[date, int] = {}
    for month, _ in short:
        counts[month] = counts.get(month, 0) + 1
    own = {row.month: row.counted for row in StaffingMonth.objects.filter(month__in=months, organisation=bureau)}
    points = []
    for month in months:
        row = found.get(month) or dict.fromkeys(("all_recipients", "all_minimum")) | {"all_own": 0, "all_posted": 0, "all_gap": 0}
        staff = row["all_own"] + row["all_posted"]
        facts = (row["all_recipients"], row["all_minimum"], staff, row["all_gap"], counts.get(month, 0))
        points.append(Point(month, *facts, bureau=own.get(month)))
    return points


def township_trend(township: Organisation) -> list[Point]:
    """The same of one township, newest first."""
    rows = StaffingMonth.objects.filter(organisation=township).order_by("-month")[:SHOWN]
    return [
        Point(
            row.month, row.recipients, row.minimum, row.counted, row.gap,
            int(row.standing == Standing.UNDERSTAFFED), standing=Standing(row.standing),
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseloadDay:
    """What the townships of a district reported for one day, by category."""

    as_of: date
    townships: int
    parts: list[int | None]
    total: int
    sources: str


def caseload_days(bureau: Organisation, limit: int = SHOWN) -> list[CaseloadDay]:
    """Snapshots of a district, newest first: townships that reported, sums by category, where the numbers are from."""
    rows = Caseload.objects.filter(organisation__path__startswith=bureau.path).order_by()
    days = list(rows.values_list("as_of", flat=True).distinct().order_by("-as_of")[:limit])
    rows = rows.filter(as_of__in=days)
    sums = {(day, code): total for day, code, total in rows.values_list("as_of", "category").annotate(Sum("recipients"))}
    towns: dict[date, set[int]] = {}
    sources: dict[date, set[str]] = {}
    for day, town, source in rows.values_list("as_of", "organisation", "source").distinct():
        towns.setdefault(day, set()).add(town)
        sources.setdefault(day, set()).add(source)
    return [
        CaseloadDay(
            day,
            len(towns[day]),
            [sums.get((day, code)) for code in Category.values],
            sum(sums.get((day, code)) or 0 for code in Category.values),
            "；".join(sorted(sources[day])[:3]) + (f" 等 {len(sources[day])} 项" if len(sources[day]) > 3 else ""),
        )
        for day in days
    ]


def frozen_rows(bureau: Organisation, month: str = ""):
    """Frozen rows of a district, newest first; ``month`` "2026-11" narrows them."""
    rows = StaffingMonth.objects.filter(organisation__path__startswith=bureau.path).select_related("organisation")
    try:
        return rows.filter(month=date.fromisoformat(f"{month}-01")) if month else rows
    except ValueError:
        return rows
