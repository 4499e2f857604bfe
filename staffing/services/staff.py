"""Put people on the roster, correct them, end their post."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction

from accounts import audit
from accounts.models import Organisation
from records import clock, identity
from records.crypto import blind_index
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
    certificate_until: date | None = None
    id_number: str = ""  # blank: none known, or what is on record stays
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
    member = claim(StaffMember, pk, version=version)
    facts = replace(facts, id_number=facts.id_number or member.id_number)
    lifted = uphold(staff_breaches(facts, member=member), reason=facts.exception_reason)
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


def staff_breaches(facts: StaffFacts, *, member: StaffMember | None = None, others=None) -> Iterable[Breach]:
    """What stands against this entry, shown before the button and checked again by the verb. ``member``: the entry being
    corrected; ``others``: the person's entries, where the caller has them already."""
    allowed = PLACES_BY_KIND.get(facts.organisation.kind, set())
    if facts.place not in allowed:
        yield Breach("W-20", STANDARD, f"“{facts.organisation}”没有“{facts.place}”这类岗位，请改选服务单位或岗位所在。")
    if facts.place == Place.CARE_HOME and not facts.institution.strip():
        yield Breach("W-20", STANDARD, "派驻到特困供养服务机构的，请写明机构名称。")
    if facts.ended_on and facts.ended_on < facts.started_on:
        yield Breach("W-20", STANDARD, f"离岗日期 {facts.ended_on:%Y-%m-%d} 早于到岗日期 {facts.started_on:%Y-%m-%d}。")
    if facts.certificate_until and not facts.certificate:
        yield Breach("W-21", STANDARD, "没有社会工作职业资格的，不填登记有效期。")
    if facts.id_number:
        yield from (breach for breach in identity.check_resident_id(facts.id_number, clock.today()) if breach.binding)
    if facts.employment != StaffMember.Employment.PART_TIME:
        yield from rules.one_post_breaches(elsewhere(facts, member, others))
    if facts.employment == StaffMember.Employment.POSTED:
        yield from rules.posting_breaches(
            facts.place,
            has_contract=facts.contract is not None,
            higher_education=facts.education != StaffMember.Education.BELOW,
            labour_dispatch=facts.contract is not None and is_dispatch(facts.contract),
        )
        yield from _contract_breaches(facts)


def _contract_breaches(facts: StaffFacts) -> Iterable[Breach]:
    contract = facts.contract
    if contract is None:
        return
    if district_of(contract.project.organisation) != district_of(facts.organisation):
        yield Breach("W-20", STANDARD, f"合同 {contract.number} 不是本区县的合同，不能据以派驻。")
    if contract.signed_at is None:
        yield Breach("W-20", STANDARD, f"合同 {contract.number} 尚未签订，不能派驻人员。")

    last = min((day for day in (contract.terminated_on, contract.ends_on) if day), default=None)
    until = facts.ended_on or max(clock.today(), facts.started_on)
    days = {"started_on": facts.started_on, "serves_until": until}
    yield from rules.contract_term_breaches(contract.number, first=contract.starts_on, last=last, **days)


def is_dispatch(contract) -> bool:
    """Did the purchase answer that its contract is one of labour dispatch (P-33)?"""
    return contract.project.employment_test.get("dispatch", {}).get("answer") is True


def elsewhere(facts: StaffFacts, member: StaffMember | None, others=None) -> str:
    """Where this person already stands full-time in the same days; another district's places are not named."""
    index = index_of(facts.id_number)
    if not index:
        return ""
    if others is None:
        others = StaffMember.objects.filter(id_index=index).select_related("organisation")
    last = facts.ended_on or date.max
    for other in others:
        full_time = other.employment != StaffMember.Employment.PART_TIME and other.pk != (member.pk if member else None)
        if full_time and other.started_on <= last and facts.started_on <= (other.ended_on or date.max):
            return f"“{other.organisation}”" if district_of(other.organisation) == district_of(facts.organisation) else "其他区县"
    return ""


def district_of(organisation: Organisation) -> str:
    """The path of its district."""
    return "/".join(organisation.path.split("/")[:2])


def index_of(number: str) -> str | None:
    """The blind index of a resident number; None for none."""
    return blind_index(identity.normalise_id(number), "id") or None


def _fields(facts: StaffFacts) -> dict:
    number = identity.normalise_id(facts.id_number)
    return {name: getattr(facts, name) for name in StaffFacts.__slots__} | {"id_number": number, "id_index": index_of(number)}


def _trace(facts: StaffFacts, lifted: list[Breach]) -> dict:
    trace = {"place": facts.place, "employment": facts.employment, "contract": str(facts.contract or "")}
    return trace | {"lifted": [breach.rule for breach in lifted], "reason": facts.exception_reason if lifted else ""}
