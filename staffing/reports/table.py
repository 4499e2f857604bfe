"""The staffing table of a district, the table of the city, one township in full: read-only sums as plain values.

Every table is built from a fixed number of queries, however many townships it has.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, OuterRef, Q, Subquery, Sum

from accounts.models import Organisation
from accounts.roles import Permission
from records.policy import Breach
from staffing import rules
from staffing.models import Absence, Attendance, Caseload, Category, StaffMember, Training
from staffing.rules import Rounding, Standing, Verdict

DEFAULT_CATEGORIES = (Category.URBAN_DIBAO, Category.RURAL_DIBAO, Category.TEKUN)
COUNTING_NOTES = (
    "救助对象按人（不按户）计，取截至日期最近的一次数据。",
    "人数只计专职；派驻人员只计在派驻地，派驻村（社区）和供养机构的不计入乡镇（街道）；兼职不计；休假、借调的另行注明，不减人数。",
    "高于标准的维持不变，本表不提出核减意见。",
)


@dataclass(frozen=True, slots=True)
class Basis:
    """How the sums are made: printed on every table."""

    on: date
    rounding: Rounding = Rounding.CEIL
    categories: tuple[str, ...] = DEFAULT_CATEGORIES

    @property
    def categories_label(self) -> str:
        return "＋".join(Category(code).label for code in self.categories)

    @property
    def rounding_label(self) -> str:
        return f"{self.rounding.label}、上限舍去"


@dataclass(slots=True)
class StaffCount:
    """People who serve at one place."""

    own: int = 0
    posted: int = 0
    part_time: int = 0
    higher_education: int = 0
    social_work: int = 0
    trained: int = 0
    away: int = 0  # of the full-time ones, today: shown, and counted all the same

    @property
    def counted(self) -> int:
        return self.own + self.posted

    def share(self, count: int) -> str:
        return f"{count * 100 / self.counted:.0f}%" if self.counted else "—"

    @property
    def education_share(self) -> str:
        return self.share(self.higher_education)

    @property
    def social_work_share(self) -> str:
        return self.share(self.social_work)

    @property
    def trained_share(self) -> str:
        return self.share(self.trained)

    def add(self, other: "StaffCount") -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class TownshipRow:
    """One line of the table. ``verdict`` None: no caseload on record, so nothing is judged."""

    pk: int
    name: str
    path: str
    staff: StaffCount
    recipients: int | None = None
    as_of: date | None = None
    verdict: Verdict | None = None
    basis: Basis | None = None

    @property
    def standing(self) -> Standing:
        return self.verdict.standing if self.verdict else Standing.UNKNOWN

    @property
    def gap(self) -> int:
        return self.verdict.gap if self.verdict else 0

    @property
    def minimum(self) -> int | None:
        return self.verdict.standard.minimum if self.verdict else None

    @property
    def maximum(self) -> int | None:
        return self.verdict.standard.maximum if self.verdict else None

    @property
    def explanation(self) -> str:
        return rules.explain_headcount(self.recipients, self.basis.rounding) if self.verdict else ""

    @property
    def notes(self) -> list[Breach]:
        return list(rules.caseload_notes(self.recipients, self.as_of, self.basis.on)) if self.verdict else []

    @property
    def is_stale(self) -> bool:
        return self.verdict is not None and rules.is_stale(self.as_of, self.basis.on)


@dataclass(slots=True)
class Totals:
    """The last line: every figure is the sum of the lines above it."""

    townships: int = 0
    recipients: int = 0
    small: int = 0
    minimum: int = 0
    maximum: int = 0
    gap: int = 0
    understaffed: int = 0
    above: int = 0
    unknown: int = 0
    stale: int = 0
    staff: StaffCount = field(default_factory=StaffCount)

    @classmethod
    def of(cls, rows: Iterable[TownshipRow]) -> "Totals":
        total = cls()
        for row in rows:
            total.townships += 1
            total.staff.add(row.staff)
            total.unknown += row.verdict is None
            total.stale += row.is_stale
            if row.verdict is None:
                continue
            total.recipients += row.recipients
            total.small += row.maximum is None
            total.minimum += row.minimum
            total.maximum += row.maximum or 0
            total.gap += row.gap
            total.understaffed += row.standing is Standing.UNDERSTAFFED
            total.above += row.standing is Standing.ABOVE_KEEP
        return total

    @classmethod
    def together(cls, parts: Iterable["Totals"]) -> "Totals":
        """The sum of sums."""
        total = cls()
        for part in parts:
            for name in cls.__slots__:
                if name != "staff":
                    setattr(total, name, getattr(total, name) + getattr(part, name))
            total.staff.add(part.staff)
        return total

    @property
    def with_ceiling(self) -> int:
        return self.townships - self.unknown - self.small


@dataclass(slots=True)
class UnitTable:
    """One district (or special area): its own bureau, its townships, what the rules say of the whole."""

    bureau: Organisation
    basis: Basis
    rows: list[TownshipRow]
    totals: Totals
    bureau_staff: StaffCount
    breaches: list[Breach]
    villages: int
    assisted_villages: int
    trainings: int

    @property
    def common_day(self) -> date | None:
        """The snapshot day of most townships, said once; rows say theirs only when it is another."""
        days = [row.as_of for row in self.rows if row.as_of]
        return max(sorted(set(days)), key=days.count, default=None)


def district_table(bureau: Organisation, basis: Basis, *, within=None) -> UnitTable:
    """The table of one district. ``within`` narrows the townships (those a user may see)."""
    (table,) = unit_tables([bureau], basis, within=within)
    return table


def unit_tables(bureaus: Iterable[Organisation], basis: Basis, *, within=None) -> list[UnitTable]:
    """Tables of many districts in the same number of queries as for one."""
    bureaus = sorted(bureaus, key=lambda bureau: bureau.path)
    paths = [bureau.path for bureau in bureaus]
    places = (within if within is not None else Organisation.objects.all()).filter(_under(paths)).valid(basis.on)
    townships = list(places.filter(kind=Organisation.Kind.TOWNSHIP).only("name", "path").order_by("path"))
    staff = staff_counts(paths, basis.on)
    loads = caseloads([item.pk for item in townships] if len(townships) < 100 else None, basis)
    trainings = _trainings(bureaus, basis.on.year)
    villages, assisted = _village_counts(paths, basis.on)
    by_unit = defaultdict(list)
    for item in townships:
        by_unit[_unit(item.path)].append(township_row(item, loads.get(item.pk), staff.get((item.pk, "TOWNSHIP"), StaffCount()), basis))
    tables = []
    for bureau in bureaus:
        unit = _unit(bureau.path)
        own = staff.get((bureau.pk, "BUREAU"), StaffCount())
        breaches = [*rules.district_breaches(own.counted), *rules.training_breaches(trainings.get(bureau.pk, 0), basis.on.year)]
        breaches += rules.assistant_breaches(villages[unit], assisted[unit])
        rows = by_unit[unit]
        tables.append(
            UnitTable(bureau, basis, rows, Totals.of(rows), own, breaches, villages[unit], assisted[unit], trainings.get(bureau.pk, 0))
        )
    return tables


def township_row(township: Organisation, load: tuple[int, date] | None, staff: StaffCount, basis: Basis) -> TownshipRow:
    row = TownshipRow(township.pk, township.name, township.path, staff)
    if load is None:
        return row
    row.recipients, row.as_of = load
    row.verdict = rules.judge_township(staff.counted, row.recipients, basis.rounding)
    row.basis = basis
    return row


def caseloads(township_ids: list[int] | None, basis: Basis) -> dict[int, tuple[int, date]]:
    """Counted recipients by township at its own latest snapshot, and that day. None: all townships."""
    rows = Caseload.objects.filter(as_of__lte=basis.on)
    if township_ids is not None:
        rows = rows.filter(organisation__in=township_ids)
    latest = Caseload.objects.filter(organisation=OuterRef("organisation"), as_of__lte=basis.on).order_by("-as_of")
    rows = rows.filter(as_of=Subquery(latest.values("as_of")[:1])).order_by()
    counted = Sum("recipients", filter=Q(category__in=basis.categories), default=0)
    return {pk: (total, as_of) for pk, as_of, total in rows.values_list("organisation", "as_of").annotate(total=counted)}


def category_counts(township_ids: Iterable[int], on: date) -> dict[int, dict[str, int]]:
    """Recipients by category of each township at its own latest snapshot."""
    latest = Caseload.objects.filter(organisation=OuterRef("organisation"), as_of__lte=on).order_by("-as_of")
    rows = Caseload.objects.filter(organisation__in=township_ids, as_of=Subquery(latest.values("as_of")[:1])).order_by()
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for pk, category, recipients in rows.values_list("organisation", "category", "recipients"):
        found[pk][category] = recipients
    return found


def staff_counts(paths: Iterable[str], on: date) -> dict[tuple[int, str], StaffCount]:
    """People in post by (organisation, place); qualifications and this year's training count full-time staff only."""
    full_time = ~Q(employment=StaffMember.Employment.PART_TIME)
    trained = Attendance.objects.filter(
        training__status=Training.Status.HELD, training__held_on__year=on.year, training__held_on__lte=on
    ).values("member")
    rows = StaffMember.objects.in_post(on).filter(_under(paths, "organisation__path")).order_by().values_list("organisation", "place")
    rows = rows.annotate(
        own=Count("pk", filter=Q(employment=StaffMember.Employment.OWN)),
        posted=Count("pk", filter=Q(employment=StaffMember.Employment.POSTED)),
        part_time=Count("pk", filter=~full_time),
        higher=Count("pk", filter=full_time & ~Q(education=StaffMember.Education.BELOW)),
        social=Count("pk", filter=full_time & (Q(social_work_education=True) | Q(certificate__gt=0))),
        trained=Count("pk", filter=full_time & Q(pk__in=trained)),
        away=Count("pk", filter=full_time & Q(pk__in=Absence.objects.away(on).values("member"))),
    )
    return {(row[0], row[1]): StaffCount(*row[2:]) for row in rows}


def _under(paths: Iterable[str], lookup: str = "path") -> Q:
    """Below any of these paths; many paths are answered by their common root."""
    paths = list(paths)
    if len(paths) > 8:
        paths = ["50/"]
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{lookup}__startswith": path})
    return condition


def _unit(path: str) -> str:
    return "/".join(path.split("/")[:2])


def _trainings(bureaus, year: int) -> dict[int, int]:
    rows = Training.objects.held().filter(organisation__in=[bureau.pk for bureau in bureaus], held_on__year=year).order_by()
    return dict(rows.values_list("organisation").annotate(Count("pk")))


def _village_counts(paths, on: date) -> tuple[dict[str, int], dict[str, int]]:
    """Villages by unit, and those of them with at least one assistant in post (W-24)."""
    villages: dict[str, int] = defaultdict(int)
    assisted: dict[str, int] = defaultdict(int)
    standing = Organisation.objects.filter(_under(paths), kind=Organisation.Kind.VILLAGE).valid(on).order_by()
    serving = StaffMember.objects.in_post(on).filter(place=rules.Place.VILLAGE).values("organisation")
    counts = standing.values_list("parent__path").annotate(Count("pk"), assisted=Count("pk", filter=Q(pk__in=serving)))
    for path, count, with_assistant in counts:
        villages[_unit(path)] += count
        assisted[_unit(path)] += with_assistant
    return villages, assisted


def villages_of(township: Organisation, on: date) -> list[Organisation]:
    """Its villages with the number of assistants in post there (W-24)."""
    serving = Q(staff__place=rules.Place.VILLAGE, staff__started_on__lte=on) & (Q(staff__ended_on=None) | Q(staff__ended_on__gte=on))
    rows = Organisation.objects.filter(parent=township, kind=Organisation.Kind.VILLAGE).valid(on)
    return list(rows.annotate(assistants=Count("staff", filter=serving)).order_by("path"))


def units_visible_to(user, on: date):
    """District bureaus and special areas in this user's reach that exist on this day."""
    rows = Organisation.objects.reached_with(user, Permission.STAFFING_VIEW)
    return rows.filter(kind=Organisation.Kind.BUREAU).valid(on).select_related("parent").order_by("path")


def caseload_history(township: Organisation, basis: Basis, limit: int = 12) -> list[dict]:
    """Snapshots of one township, newest first: day, total counted, each category, source."""
    rows = Caseload.objects.filter(organisation=township).order_by("-as_of", "category")[: limit * len(Category)]
    days: dict[date, dict] = {}
    for row in rows:
        day = days.setdefault(row.as_of, {"as_of": row.as_of, "source": row.source, "counted": 0, "parts": []})
        day["parts"].append((row.get_category_display(), row.recipients))
        day["counted"] += row.recipients if row.category in basis.categories else 0
    return list(days.values())[:limit]
