"""A what-if judged: every township in one pass of the rules, its gap, its cost, and what it does to the district."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from accounts.models import Organisation
from records.policy import Breach
from staffing import rules
from staffing.models import Scenario
from staffing.reports.table import Basis, StaffCount, UnitTable
from staffing.rules import Rounding, Standing, Verdict


@dataclass(frozen=True, slots=True)
class Seat:
    """One place as it stands: the bureau (``is_bureau``) or a township; ``recorded`` None: no number of recipients on record."""

    pk: int
    name: str
    is_bureau: bool
    staff: StaffCount
    recorded: int | None = None
    recorded_on: date | None = None


@dataclass(frozen=True, slots=True)
class Assumed:
    """What is assumed for one place. ``post_cost`` None: the scenario's own."""

    recipients: int
    own: int
    posted: int
    post_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """One place of a what-if: the gap that would remain, what the purchased posts cost, and why."""

    pk: int
    name: str
    is_bureau: bool
    recipients: int
    own: int
    posted: int
    baseline: int
    verdict: Verdict
    post_cost: Decimal | None
    cost: Decimal | None
    explanation: str
    breaches: list[Breach] = field(default_factory=list)
    stale: str = ""

    @property
    def counted(self) -> int:
        return self.own + self.posted

    @property
    def standing(self) -> Standing:
        return self.verdict.standing


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """Sums of the townships' rows; posts and cost include the bureau's, which ``bureau`` shows apart."""

    rows: list[ScenarioRow]
    bureau: ScenarioRow | None
    recipients: int
    own: int
    posted: int
    baseline: int
    minimum: int
    gap: int
    understaffed: int
    above: int
    cost: Decimal | None

    @property
    def places(self) -> list[ScenarioRow]:
        return [self.bureau, *self.rows] if self.bureau else self.rows

    @property
    def stale(self) -> list[ScenarioRow]:
        return [row for row in self.places if row.stale]

    @property
    def bureau_gap(self) -> int:
        return self.bureau.verdict.gap if self.bureau else 0


def seats_of(table: UnitTable) -> list[Seat]:
    """The places of a what-if: the bureau first, then its townships."""
    bureau = Seat(table.bureau.pk, table.bureau.name, True, table.bureau_staff)
    return [bureau, *(Seat(row.pk, row.name, False, row.staff, row.recipients, row.as_of) for row in table.rows)]


def judge_assumed(pairs: Iterable[tuple[Seat, Assumed]], *, post_cost: Decimal | None, rounding: Rounding) -> ScenarioResult:
    """Judge what is typed, place by place, against the standard and against what stands there today."""
    return sum_rows([_typed_row(seat, assumed, post_cost, rounding) for seat, assumed in pairs])


def judge_now(table: UnitTable) -> ScenarioResult:
    """The district as it is, in the same columns: 现状. What today's posts cost is not on record here."""
    known = [seat for seat in seats_of(table) if seat.is_bureau or seat.recorded is not None]
    pairs = [(seat, Assumed(seat.recorded or 0, seat.staff.own, seat.staff.posted)) for seat in known]
    return judge_assumed(pairs, post_cost=None, rounding=table.basis.rounding)


def judge_scenario(scenario: Scenario, basis: Basis, table: UnitTable | None = None) -> ScenarioResult:
    """The standard applied to what the scenario assumes. With the ``table`` of today the rows say what has changed since."""
    today = {seat.pk: seat for seat in seats_of(table)} if table else {}
    rows = []
    for line in scenario.lines.all():
        place, seat = line.organisation, today.get(line.organisation_id)
        is_bureau = place.kind == Organisation.Kind.BUREAU
        assumed = Assumed(line.recipients, line.own, line.posted, line.post_cost)
        stale = _stale_words(line, seat) if table else ""
        rows.append(_row(place.pk, place.name, is_bureau, line.baseline, assumed, scenario.post_cost, basis.rounding, stale=stale))
    return sum_rows(rows)


def _typed_row(seat: Seat, assumed: Assumed, post_cost, rounding: Rounding) -> ScenarioRow:
    breaches = list(breaches_of(seat, assumed, rounding))
    return _row(seat.pk, seat.name, seat.is_bureau, seat.staff.counted, assumed, post_cost, rounding, breaches=breaches)


def breaches_of(seat: Seat, assumed: Assumed, rounding: Rounding) -> Iterable[Breach]:
    """What stands against assuming this for that place: impossible numbers, and cuts of what is there (W-19a … W-19c)."""
    target, current = assumed.own + assumed.posted, seat.staff.counted
    if seat.is_bureau:
        yield from rules.district_change_breaches(target, current=current)
        return
    yield from rules.recipients_breaches(assumed.recipients)
    if seat.recorded is not None and assumed.recipients >= 0:
        yield from rules.change_breaches(target, recipients=seat.recorded, current=current, rounding=rounding)


def _row(pk, name, is_bureau, baseline, assumed: Assumed, post_cost, rounding: Rounding, **more) -> ScenarioRow:
    target = assumed.own + assumed.posted
    verdict = rules.judge_district(target) if is_bureau else rules.judge_township(target, assumed.recipients, rounding)
    price = assumed.post_cost if assumed.post_cost is not None else post_cost
    cost = price * assumed.posted if price is not None else None
    why = f"区县级专职原则上不少于 {rules.DISTRICT_MINIMUM} 人" if is_bureau else rules.explain_headcount(assumed.recipients, rounding)
    return ScenarioRow(pk, name, is_bureau, assumed.recipients, assumed.own, assumed.posted, baseline, verdict, price, cost, why, **more)


def _stale_words(line, seat: Seat | None) -> str:
    if seat is None:
        return "该单位现已不在本区县"
    words = "" if seat.is_bureau else rules.stale_words(then=line.recorded, now=seat.recorded, now_on=seat.recorded_on)
    staff = f"制定时专职 {line.baseline} 人，现 {seat.staff.counted} 人" if line.baseline != seat.staff.counted else ""
    return "；".join(filter(None, (words, staff)))


def sum_rows(places: list[ScenarioRow]) -> ScenarioResult:
    rows = [row for row in places if not row.is_bureau]
    costs = [row.cost for row in places]
    return ScenarioResult(
        rows=rows,
        bureau=next((row for row in places if row.is_bureau), None),
        recipients=sum(row.recipients for row in rows),
        own=sum(row.own for row in places),
        posted=sum(row.posted for row in places),
        baseline=sum(row.baseline for row in places),
        minimum=sum(row.verdict.standard.minimum for row in rows),
        gap=sum(row.verdict.gap for row in rows),
        understaffed=sum(row.standing is Standing.UNDERSTAFFED for row in rows),
        above=sum(row.standing is Standing.ABOVE_KEEP for row in rows),
        cost=None if None in costs else sum(costs, Decimal("0.00")),
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """One place across what is compared: a row or None for each column."""

    name: str
    cells: list[ScenarioRow | None]


def compare(results: list[ScenarioResult]) -> list[Compared]:
    """Side by side, place by place, in the order of the first that names them."""
    names: dict[int, str] = {}
    for result in results:
        for row in result.places:
            names.setdefault(row.pk, row.name)
    found = [{row.pk: row for row in result.places} for result in results]
    return [Compared(name, [rows.get(pk) for rows in found]) for pk, name in names.items()]
