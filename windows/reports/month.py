"""The month at the windows as a table: the city by district, a district by township, a township by person."""

from dataclasses import dataclass, field
from datetime import date

from accounts.models import Organisation
from accounts.roles import Permission
from records import clock, exports
from windows.models import WindowMonth
from windows.rules import month as rules
from windows.rules.month import Month

Kind = Organisation.Kind
PLACES = (Kind.CITY, Kind.BUREAU, Kind.TOWNSHIP)
OFFERED = 24  # months to choose from
FIGURES = (
    ("registered", "登记"),
    ("accepted", "受理"),
    ("ended", "办结"),
    ("late", "超期办结"),
    ("open", "月末在办"),
    ("overdue", "月末逾期"),
    ("lists", "一次性告知"),
    ("second_lists", "再次告知"),
)
COLUMNS = (
    exports.Column("单位", width=26),
    exports.Column("应设窗口", "int"),
    exports.Column("已设窗口", "int"),
    exports.Column("专职人员", "int"),
    *(exports.Column(label, "int") for _, label in FIGURES),
    exports.Column("按时办结率"),
    exports.Column("平均用时（日）"),
    exports.Column("其中：确认", "int"),
    exports.Column("不予确认", "int"),
    exports.Column("不予受理", "int"),
    exports.Column("撤回", "int"),
    exports.Column("其他办结", "int"),
)
NOTES = (
    "数据取自窗口登记，按自然日计算用时；办结按办结时间归入月份，时限当日办结的算按时。",
    "月末逾期指月末仍在办、全程或者某一环节的时限已过的申请；暂停计时的不算逾期；公示须满期限，不算超期办结，期满没有办结的算逾期。",
    "再次告知应有原因（一次性告知只出一份，法律、事实变化的除外）。",
)


@dataclass(frozen=True)
class Row:
    """One district or township. ``missing``: townships below it that were not counted."""

    organisation: Organisation
    figures: dict
    missing: int = 0

    @property
    def in_time(self) -> str:
        return rules.share(self.figures["ended"] - self.figures["late"], self.figures["ended"])

    @property
    def days(self) -> str:
        return rules.mean(self.figures["days"], self.figures["timed"])

    @property
    def shown(self) -> list[int]:
        return [self.figures[name] for name, _ in FIGURES]


@dataclass(frozen=True)
class Table:
    place: Organisation
    month: Month
    rows: list[Row]
    total: Row
    until: date | None = None
    counted_at: object = None
    people: list[dict] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return self.until is None

    @property
    def is_running(self) -> bool:
        return self.until is not None and self.until < self.month.last

    @property
    def steps(self) -> list[dict]:
        """Most overdue first, then most done."""
        rows = [{"name": name, **row, "mean": rules.mean(row["days"], row["done"])} for name, row in self.total.figures["steps"].items()]
        return sorted(rows, key=lambda row: (-row["overdue"], -row["done"], row["name"]))

    @property
    def departments(self) -> list[dict]:
        found = self.total.figures["departments"].items()
        rows = [{"name": name, **row, "mean": rules.mean(row["days"], row["answered"])} for name, row in found]
        return sorted(rows, key=lambda row: (-row["overdue"], -row["sent"], row["name"]))


def places_of(user, permission=Permission.MONTH_VIEW):
    """Where this person may look (or count), the highest first."""
    return Organisation.objects.reached_with(user, permission).filter(kind__in=PLACES).order_by("path")


def months_offered() -> list[Month]:
    found = [Month.of(clock.today())]
    while len(found) < OFFERED:
        found.append(found[-1].before())
    return found


def month_table(user, place: Organisation, month: Month) -> Table:
    """The place's rows as they were counted last, within the reader's reach. Two statements, whatever the size."""
    counted = WindowMonth.objects.visible_to(user).of(month).filter(organisation__path__startswith=place.path)
    counted = list(counted.select_related("organisation__parent").order_by("organisation__path"))
    rows = [Row(one.organisation, one.figures) for one in counted]
    if place.kind == Kind.CITY:
        rows = _by_district(rows)
    until = min((one.until for one in counted), default=None)
    counted_at = min((one.counted_at for one in counted), default=None)
    missing = _uncounted(place, month, [one.organisation_id for one in counted])
    total = Row(place, rules.together(one.figures for one in counted), missing)
    people = _people(counted[0].figures) if place.kind == Kind.TOWNSHIP and counted else []
    return Table(place, month, [] if people or place.kind == Kind.TOWNSHIP else rows, total, until, counted_at, people)


def _uncounted(place: Organisation, month: Month, counted: list[int]) -> int:
    rows = Organisation.objects.filter(kind=Kind.TOWNSHIP, path__startswith=place.path).exclude(pk__in=counted)
    return rows.valid(min(month.last, clock.today())).count()


def _by_district(rows: list[Row]) -> list[Row]:
    groups: dict[int, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.organisation.parent_id, []).append(row)
    return [Row(group[0].organisation.parent, rules.together(row.figures for row in group)) for group in groups.values()]


def _people(figures: dict) -> list[dict]:
    return sorted(figures["people"].values(), key=lambda row: (-row["overdue"], -row["open"], row["name"]))


def sheet_rows(table: Table):
    """The rows and their sum, as COLUMNS name them; nothing of a month that was not counted: zeros would be read as none."""
    if table.is_empty:
        return
    for row in [*table.rows, table.total] if table.rows else [table.total]:
        figures = row.figures
        name = "合计" if table.rows and row is table.total else row.organisation.name
        coverage = (figures["townships"], figures["windows"], figures["staff"])
        yield (name, *coverage, *row.shown, row.in_time, row.days, *(figures[key] for key in rules.ENDED.values()))
