"""What-ifs of a district: saved under a name, changed, copied, withdrawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from accounts import audit
from accounts.models import Organisation
from records import clock
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim, move, touch
from staffing.models import PostingPlan, Scenario, ScenarioLine
from staffing.reports.scenario import Assumed, breaches_of, seats_of
from staffing.reports.table import UnitTable
from staffing.rules import STANDARD

ONLY_A_SUM = "方案仅作测算"


@dataclass(frozen=True, slots=True)
class PlannedTownship:
    """One line of a what-if as typed; the bureau itself may be one. ``post_cost`` None: the scenario's own."""

    organisation: Organisation
    recipients: int
    own: int
    posted: int
    post_cost: Decimal | None = None


@transaction.atomic
def save_scenario(table: UnitTable, *, name: str, post_cost: Decimal, lines: list[PlannedTownship], by, copied_from=None) -> Scenario:
    """Save a what-if under a name. Refused: a plan below the standard or below what stands above it (W-19b, W-19c)."""
    uphold(_scenario_breaches(table, lines), reason=ONLY_A_SUM)
    facts = {"organisation": table.bureau, "name": name, "post_cost": post_cost, "copied_from": copied_from}
    scenario = Scenario.objects.create(**facts, created_by=by, created_at=clock.now())
    _write_lines(scenario, table, lines)
    audit.record("staffing.scenario.saved", scenario, by=by, detail={"post_cost": post_cost, "lines": len(lines)})
    return scenario


@transaction.atomic
def change_scenario(pk: int, table: UnitTable, *, version, name: str, post_cost: Decimal, lines: list[PlannedTownship], by) -> Scenario:
    """Judge and write the whole what-if anew, against the district as it stands now."""
    scenario = claim(Scenario, pk, version=version)
    require_open(scenario)
    uphold(_scenario_breaches(table, lines), reason=ONLY_A_SUM)
    before = {line.organisation_id: (line.recipients, line.own, line.posted, line.post_cost) for line in scenario.lines.all()}
    typed = {line.organisation.pk: (line.recipients, line.own, line.posted, line.post_cost) for line in lines}
    scenario.lines.all().delete()
    scenario.name, scenario.post_cost = name, post_cost
    touch(scenario)
    scenario.save(update_fields=["name", "post_cost", "version"])
    _write_lines(scenario, table, lines)
    changed = sum(before.get(key) != value for key, value in typed.items())
    audit.record("staffing.scenario.changed", scenario, by=by, detail={"name": name, "post_cost": post_cost, "lines": changed})
    return scenario


@transaction.atomic
def copy_scenario(pk: int, *, name: str, by) -> Scenario:
    """The same numbers under a new name, withdrawn ones too; it begins a life of its own."""
    source = claim(Scenario, pk)
    facts = {"organisation_id": source.organisation_id, "name": name, "post_cost": source.post_cost, "copied_from": source}
    scenario = Scenario.objects.create(**facts, created_by=by, created_at=clock.now())
    copies = list(source.lines.all())
    for line in copies:
        line.pk, line.scenario = None, scenario
    ScenarioLine.objects.bulk_create(copies)
    audit.record("staffing.scenario.copied", scenario, by=by, detail={"source": source.name, "lines": len(copies)})
    return scenario


@transaction.atomic
def withdraw_scenario(pk: int, *, reason: str, by) -> Scenario:
    """Out of use, with the reason on record; it stays readable."""
    scenario = claim(Scenario, pk)
    require_open(scenario)
    scenario.withdrawal_reason = reason.strip()
    scenario.save(update_fields=["withdrawal_reason"])
    return move(scenario, Scenario.Status.WITHDRAWN, by=by, note=reason)


def require_open(scenario: Scenario) -> None:
    """Neither withdrawn nor the ground of a purchase draft."""
    if scenario.status != Scenario.Status.ACTIVE:
        raise Refused.because("W-19c", STANDARD, f"方案“{scenario}”已撤销，不能再改；可以复制为新方案。")
    plan = PostingPlan.objects.select_related("project").filter(scenario=scenario).first()
    if plan is not None:
        raise Refused.because("W-20", STANDARD, f"已据此方案建立购买项目 {plan.project.code}，方案不再改动；可以复制为新方案。")


def _write_lines(scenario: Scenario, table: UnitTable, lines: list[PlannedTownship]) -> None:
    seats = {seat.pk: seat for seat in seats_of(table)}
    ScenarioLine.objects.bulk_create(
        ScenarioLine(
            scenario=scenario,
            organisation=line.organisation,
            recipients=line.recipients,
            own=line.own,
            posted=line.posted,
            post_cost=line.post_cost,
            baseline=seats[line.organisation.pk].staff.counted,
            recorded=seats[line.organisation.pk].recorded,
            recorded_on=seats[line.organisation.pk].recorded_on,
        )
        for line in lines
    )


def _scenario_breaches(table: UnitTable, lines: list[PlannedTownship]) -> Iterable[Breach]:
    seats = {seat.pk: seat for seat in seats_of(table)}
    for line in lines:
        seat = seats[line.organisation.pk]
        for breach in breaches_of(seat, Assumed(line.recipients, line.own, line.posted), table.basis.rounding):
            yield Breach(breach.rule, breach.clause, f"{seat.name}：{breach.message}", breach.binding)
