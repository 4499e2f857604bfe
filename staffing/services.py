"""Verbs of staffing: record whom a township serves, who works there, what was taught, and save a what-if. All audited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from accounts import audit
from accounts.models import Organisation
from records import clock
from records.policy import Breach
from records.refusals import Refused, uphold
from records.values import policy_value
from records.workflow import claim, touch
from staffing import rules
from staffing.models import Attendance, Caseload, Category, Scenario, ScenarioLine, StaffMember, Training
from staffing.reports import DEFAULT_CATEGORIES, Basis, UnitTable
from staffing.rules import STANDARD, Place, Rounding

CATEGORY_SETTING, ROUNDING_SETTING = "recipient_categories", "staffing_rounding"
SETTING_CATEGORIES = {
    "dibao": (Category.URBAN_DIBAO, Category.RURAL_DIBAO),
    "tekun": (Category.TEKUN,),
    "marginal": (Category.EDGE,),
    "rigid": (Category.HARDSHIP,),
}
PLACES_BY_KIND = {
    Organisation.Kind.BUREAU: {Place.BUREAU, Place.CARE_HOME},
    Organisation.Kind.TOWNSHIP: {Place.TOWNSHIP, Place.CARE_HOME},
    Organisation.Kind.VILLAGE: {Place.VILLAGE},
}


def basis_for(organisation: Organisation, on: date) -> Basis:
    """Rounding and counted categories as the authority set them for this organisation; unset: the default."""
    rounding = policy_value(ROUNDING_SETTING, organisation, on)
    counted = policy_value(CATEGORY_SETTING, organisation, on)
    categories = tuple(category for code in counted.value for category in SETTING_CATEGORIES[code]) if counted else DEFAULT_CATEGORIES
    return Basis(on, Rounding(rounding.value) if rounding else Rounding.CEIL, categories)


@transaction.atomic
def record_caseload(township: Organisation, *, as_of: date, recipients: Mapping[str, int], source: str, by) -> list[Caseload]:
    """Enter or correct the numbers of one township on one day, by category. Refused: negative, fractional, future, no township."""
    uphold(_caseload_breaches(township, as_of, recipients, source))
    known = {row.category: row for row in Caseload.objects.select_for_update().filter(organisation=township, as_of=as_of)}
    saved, detail = [], {}
    for category, count in recipients.items():
        row = known.get(category) or Caseload(organisation=township, as_of=as_of, category=category)
        if row.pk and (row.recipients, row.source) == (count, source):
            continue
        detail[category] = {"from": row.recipients if row.pk else None, "to": count}
        row.recipients, row.source, row.entered_by, row.entered_at = count, source, by, clock.now()
        row.save()
        saved.append(row)
    if saved:
        audit.record("staffing.caseload.recorded", township, by=by, detail={"as_of": as_of, "source": source, "recipients": detail})
    return saved


def _caseload_breaches(township, as_of, recipients, source) -> Iterable[Breach]:
    if township.kind != Organisation.Kind.TOWNSHIP:
        yield Breach("W-19b", STANDARD, f"“{township}”不是乡镇（街道），救助对象数按乡镇（街道）登记。")
    elif not township.is_valid(as_of):
        yield Breach("W-19b", STANDARD, f"“{township}”在 {as_of:%Y-%m-%d} 不存在，请登记到承继的乡镇（街道）。")
    if as_of > clock.today():
        yield Breach("W-19b", STANDARD, f"截至日期 {as_of:%Y-%m-%d} 在今天之后。")
    if not source.strip():
        yield Breach("W-19b", STANDARD, "请写明数据来源。")
    for count in recipients.values():
        yield from rules.recipients_breaches(count)


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """What is known of one person in post; checked against W-20 and W-21 when posted."""

    organisation: Organisation
    place: str
    name: str
    employment: str
    education: str
    started_on: date
    institution: str = ""
    contract: object = None
    social_work_education: bool = False
    certificate: int = 0
    exception_reason: str = ""
    ended_on: date | None = None


@transaction.atomic
def add_staff(facts: StaffFacts, *, by) -> StaffMember:
    """Put a person on the roster. A posted one needs a contract and one of the four places; a lower degree needs a reason."""
    lifted = uphold(staff_breaches(facts), reason=facts.exception_reason)
    member = StaffMember.objects.create(**_fields(facts))
    audit.record("staffing.staff.added", member, by=by, detail=_trace(facts, lifted))
    return member


@transaction.atomic
def change_staff(pk: int, facts: StaffFacts, *, by, version: int | None = None) -> StaffMember:
    """Correct a person's entry; judged like a new one."""
    lifted = uphold(staff_breaches(facts), reason=facts.exception_reason)
    member = claim(StaffMember, pk, version=version)
    for name, value in _fields(facts).items():
        setattr(member, name, value)
    touch(member)
    member.save()
    audit.record("staffing.staff.changed", member, by=by, detail=_trace(facts, lifted))
    return member


@transaction.atomic
def end_staff(pk: int, *, on: date, by) -> StaffMember:
    """The person's last day at this place."""
    member = claim(StaffMember, pk)
    if on < member.started_on:
        raise Refused.because("W-20", STANDARD, f"离岗日期 {on:%Y-%m-%d} 早于到岗日期 {member.started_on:%Y-%m-%d}。")
    member.ended_on = on
    touch(member)
    member.save(update_fields=["ended_on", "version"])
    audit.record("staffing.staff.ended", member, by=by, detail={"ended_on": on})
    return member


def staff_breaches(facts: StaffFacts) -> Iterable[Breach]:
    """What stands against this entry, shown before the button and checked again by the verb."""
    allowed = PLACES_BY_KIND.get(facts.organisation.kind, set())
    if facts.place not in allowed:
        yield Breach("W-20", STANDARD, f"“{facts.organisation}”没有“{facts.place}”这类岗位，请改选服务单位或岗位所在。")
    if facts.place == Place.CARE_HOME and not facts.institution.strip():
        yield Breach("W-20", STANDARD, "派驻到特困供养服务机构的，请写明机构名称。")
    if facts.ended_on and facts.ended_on < facts.started_on:
        yield Breach("W-20", STANDARD, f"离岗日期 {facts.ended_on:%Y-%m-%d} 早于到岗日期 {facts.started_on:%Y-%m-%d}。")
    if facts.employment == StaffMember.Employment.POSTED:
        yield from rules.posting_breaches(
            facts.place,
            has_contract=facts.contract is not None,
            higher_education=facts.education != StaffMember.Education.BELOW,
        )
        yield from _contract_breaches(facts)


def _contract_breaches(facts: StaffFacts) -> Iterable[Breach]:
    contract = facts.contract
    if contract is None:
        return
    if contract.project.organisation.district != facts.organisation.district:
        yield Breach("W-20", STANDARD, f"合同 {contract.number} 不是本区县的合同，不能据以派驻。")
    if contract.signed_at is None:
        yield Breach("W-20", STANDARD, f"合同 {contract.number} 尚未签订，不能派驻人员。")


def _fields(facts: StaffFacts) -> dict:
    return {name: getattr(facts, name) for name in StaffFacts.__slots__}


def _trace(facts: StaffFacts, lifted: list[Breach]) -> dict:
    trace = {"place": facts.place, "employment": facts.employment, "contract": str(facts.contract or "")}
    return trace | {"lifted": [breach.rule for breach in lifted], "reason": facts.exception_reason if lifted else ""}


@transaction.atomic
def hold_training(bureau: Organisation, *, title: str, held_on: date, hours: int, party_education: bool, attendees, by) -> Training:
    """Record one training and who was there. Refused: a day to come, people of another district."""
    uphold(_training_breaches(bureau, held_on, attendees))
    training = Training.objects.create(organisation=bureau, title=title, held_on=held_on, hours=hours, party_education=party_education)
    Attendance.objects.bulk_create([Attendance(training=training, member=member) for member in attendees])
    audit.record("staffing.training.held", training, by=by, detail={"held_on": held_on, "attendees": len(attendees)})
    return training


def _training_breaches(bureau, held_on, attendees) -> Iterable[Breach]:
    if held_on > clock.today():
        yield Breach("W-22", rules.TRAINING, f"培训日期 {held_on:%Y-%m-%d} 在今天之后，培训结束后再登记。")
    for member in attendees:
        if not member.organisation.path.startswith(bureau.path):
            yield Breach("W-22", rules.TRAINING, f"{member.name}不是本区县的经办人员。")


@dataclass(frozen=True, slots=True)
class PlannedTownship:
    """One line of a what-if as typed."""

    organisation: Organisation
    recipients: int
    own: int
    posted: int


@transaction.atomic
def save_scenario(table: UnitTable, *, name: str, post_cost: Decimal, lines: list[PlannedTownship], by) -> Scenario:
    """Save a what-if under a name. Refused: a plan below the standard or below what stands above it (W-19b, W-19c)."""
    uphold(_scenario_breaches(table, lines), reason="方案仅作测算")
    scenario = Scenario.objects.create(organisation=table.bureau, name=name, post_cost=post_cost, created_by=by, created_at=clock.now())
    current = {row.pk: row.staff.counted for row in table.rows}
    ScenarioLine.objects.bulk_create(
        ScenarioLine(
            scenario=scenario,
            organisation=line.organisation,
            recipients=line.recipients,
            own=line.own,
            posted=line.posted,
            baseline=current[line.organisation.pk],
        )
        for line in lines
    )
    audit.record("staffing.scenario.saved", scenario, by=by, detail={"post_cost": post_cost, "lines": len(lines)})
    return scenario


def _scenario_breaches(table: UnitTable, lines: list[PlannedTownship]) -> Iterable[Breach]:
    rows = {row.pk: row for row in table.rows}
    for line in lines:
        yield from rules.recipients_breaches(line.recipients)
        row = rows[line.organisation.pk]
        if line.recipients < 0 or row.verdict is None:
            continue
        found = _plan_breaches(line.own + line.posted, row, table.basis.rounding)
        for breach in found:
            yield Breach(breach.rule, breach.clause, f"{row.name}：{breach.message}", breach.binding)


def _plan_breaches(target: int, row, rounding: Rounding) -> Iterable[Breach]:
    """A what-if may leave a gap open and show it; what it may not do is take away (W-19b, W-19c)."""
    facts = {"recipients": row.recipients, "current": row.staff.counted, "rounding": rounding}
    if target < row.staff.counted:
        yield from rules.plan_breaches(target, baseline=row.staff.counted, **facts)
    else:
        yield from rules.keep_breaches(target, **facts)
