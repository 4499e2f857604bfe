"""Finding a person before anything else is typed, and writing down who came."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from pypinyin import lazy_pinyin

from accounts import audit
from records import clock, identity
from records.crypto import blind_index
from records.policy import Breach, Clause
from records.refusals import Refused, uphold
from records.workflow import claim
from windows.models import Case, Household, Person

IDENTITY = Clause("民发〔2021〕57号", "第九条")
REVEAL = Clause("个人信息保护法", "第六条")
REVEAL_REASON_MINIMUM = 4
MATCHES = 8


@dataclass(frozen=True, slots=True)
class PersonData:
    """What the clerk typed about the person. ``person_id``: one already on file was picked."""

    name: str = ""
    id_number: str = ""
    phone: str = ""
    no_id_reason: str = ""
    person_id: int | None = None
    address: str = ""
    checked: str = ""  # how an unlikely but possible number was checked face to face


def index_of(number: str) -> str:
    """The blind index of an ID number, whatever way it was typed."""
    return blind_index(identity.normalise_id(number), "id")


def find(district, number: str) -> Person | None:
    return Person.objects.filter(organisation=district, id_index=index_of(number)).select_related("household").first()


def matching(user, district, name: str) -> list[Person]:
    """People of this name whom the user may already know of: a name alone opens no other township's files."""
    return list(_of_name(user, district, name).order_by("pinyin", "pk")[:MATCHES])


def answers_to(user, district, person_id: int, name: str) -> bool:
    """Is who was picked still one of those whom this name finds? A name corrected afterwards unpicks."""
    return _of_name(user, district, name).filter(pk=person_id).exists()


def _of_name(user, district, name: str):
    rows = Person.objects.visible_to(user).filter(organisation=district)
    return rows.filter(initials__startswith=name.lower()) if name.isascii() else rows.filter(name__startswith=name)


def pinyin_of(name: str) -> tuple[str, str]:
    """("wang xiaoming"-like key for sorting, initials for searching)."""
    syllables = lazy_pinyin(name)
    return " ".join(syllables)[:200], "".join(part[:1] for part in syllables).lower()[:30]


def register(district, data: PersonData, *, by) -> Person:
    """The person on file, made or completed from what was typed. Raises Refused for a faulty number or no name."""
    try:
        with transaction.atomic():
            return _write(district, data, by=by)
    except IntegrityError:  # another window wrote this person down a moment ago
        return _write(district, data, by=by)


def _write(district, data: PersonData, *, by) -> Person:
    person, lifted = _known(district, data), []
    if person is None:
        lifted = _judge(data)
        person = Person(organisation=district, no_id_reason=data.no_id_reason.strip())
        _identify(person, data.id_number)
    if data.name.strip() and not person.pk:
        person.name = data.name.strip()
        person.pinyin, person.initials = pinyin_of(person.name)
    fresh, changed = person.pk is None, _contact(person, data)
    person.save()
    if fresh:
        detail = {"lifted": [breach.message for breach in lifted], "reason": data.checked.strip()} if lifted else {}
        audit.record("windows.person.registered", person, by=by, detail=detail)
    elif changed:
        audit.record("windows.person.changed", person, by=by, detail={"fields": changed})
    return person


def _contact(person: Person, data: PersonData) -> list[str]:
    """Take over phone and address where they were typed. Returns the names of what changed, never the values."""
    changed = []
    phone = identity.normalise_id(data.phone)
    if phone and phone != person.phone:
        person.phone = phone
        changed.append("联系电话")
    if _house(person, data.address):
        changed.append("现住址")
    return changed


@transaction.atomic
def correct_name(case: Case, *, name: str, reason: str, by) -> Person:
    """A name that was typed wrongly is put right, with the reason. Papers already handed out keep what they said."""
    person, name = claim(Person, case.person_id), name.strip()
    if len(reason.strip()) < REVEAL_REASON_MINIMUM:
        raise Refused.because("ID-1", IDENTITY, f"更正姓名须写明原因（不少于 {REVEAL_REASON_MINIMUM} 个字）。")
    if not name or name == person.name:
        raise Refused.because("ID-1", IDENTITY, "请填写与现登记不同的姓名。")
    masked = {"from": identity.mask_name(person.name), "to": identity.mask_name(name)}
    person.name = name
    person.pinyin, person.initials = pinyin_of(name)
    person.save(update_fields=["name", "pinyin", "initials"])
    detail = {"case": case.number, "reason": reason.strip(), **masked}
    audit.record("windows.person.renamed", person, by=by, organisation=case.organisation, detail=detail)
    return person


def _known(district, data: PersonData) -> Person | None:
    """A full number decides, whoever was picked before it was typed."""
    if data.id_number.strip():
        return find(district, data.id_number)
    if data.person_id is None:
        return None
    return Person.objects.select_for_update(of=("self",)).filter(organisation=district, pk=data.person_id).first()


def _judge(data: PersonData) -> list[Breach]:
    """Raises Refused; returns what the clerk's own words lifted."""
    lifted = []
    if data.id_number.strip():
        lifted = uphold(identity.check_resident_id(data.id_number, clock.today()), reason=data.checked)
    elif not data.no_id_reason.strip():
        raise Refused.because("ID-1", IDENTITY, "没有身份证号的，请登记情况说明（例：证件遗失，已告知补办）。")
    if not data.name.strip():
        raise Refused.because("ID-1", IDENTITY, "请填写姓名。")
    return lifted


def _identify(person: Person, number: str) -> None:
    facts = identity.facts_of(number, clock.today()) if number.strip() else None
    if facts is not None:
        person.id_number = identity.normalise_id(number)
        person.id_index = index_of(number)
        person.birth_on = facts.born
        person.sex = Person.Sex.MALE if facts.sex == "男" else Person.Sex.FEMALE


def _house(person: Person, address: str) -> bool:
    if not address.strip() or (person.household is not None and person.household.address == address.strip()):
        return False
    if person.household is None:
        person.household = Household.objects.create(organisation=person.organisation, address=address.strip())
    else:
        person.household.address = address.strip()
        person.household.save(update_fields=["address"])
    return True


def age(person: Person, on: date) -> int | None:
    return identity.age_on(person.birth_on, on) if person.birth_on else None


def reveal(person: Person, *, reason: str, by, organisation) -> dict[str, str]:
    """The clear number and phone, once, with a reason on record."""
    if len(reason.strip()) < REVEAL_REASON_MINIMUM:
        raise Refused.because("PIPL", REVEAL, f"查看完整证件号和电话须写明用途（不少于 {REVEAL_REASON_MINIMUM} 个字）。")
    audit.record("windows.person.revealed", person, by=by, organisation=organisation, detail={"reason": reason.strip()})
    return {"id_number": person.id_number or "（无）", "phone": person.phone or "（无）"}
