"""Put people on the roster, correct them, end their post."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts import audit
from accounts.models import Organisation
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim, touch
from staffing import rules
from staffing.models import StaffMember
from staffing.rules import STANDARD, Place

PLACES_BY_KIND = {
    Organisation.Kind.BUREAU: {Place.BUREAU, Place.CARE_HOME},
    Organisation.Kind.TOWNSHIP: {Place.TOWNSHIP, Place.CARE_HOME},
    Organisation.Kind.VILLAGE: {Place.VILLAGE},
}


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
    account: object = None
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
