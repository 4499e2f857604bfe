"""Finding a person or a case, and what stands beside the form once the person is known."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import may
from accounts.roles import Permission
from records import clock, identity
from records.crypto import blind_index
from records.worklist import Hit
from windows.models import Case, Person

HITS = 8


def looks_like_id(text: str) -> bool:
    return sum(char.isdigit() for char in identity.normalise_id(text)) >= 15


def search_filter(text: str) -> Q:
    """Number, progress code, ID number (blind index), name, or pinyin initials."""
    text = identity.normalise_id(text)
    if looks_like_id(text) and "-" not in text:
        return Q(person__id_index=blind_index(text, "id"))
    if text.isascii() and any(char.isdigit() for char in text):
        return Q(number__startswith=text) | Q(progress_code=text)
    if text.isascii():
        return Q(person__initials__startswith=text.lower()) | Q(progress_code=text)
    return Q(person__name__startswith=text)


def search(user, text: str) -> list[Hit]:
    """The window's part of the global search box."""
    if len(text.strip()) < 2:
        return []
    named = may(user, Permission.PERSON_VIEW)
    rows = Case.objects.visible_to(user).filter(search_filter(text)).select_related("person", "programme").order_by("-pk")[:HITS]
    return [
        Hit(
            f"{row.programme.name} {row.person.name if named else identity.mask_name(row.person.name)}",
            reverse("windows:case_detail", args=[row.pk]),
            "救助申请",
            f"{row.number} {row.get_status_display()}",
        )
        for row in rows
    ]


# --- a person beside the form ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonPanel:
    """What a clerk sees once the person is known: earlier and open cases, the household. ``url`` only where in reach."""

    person: Person
    id_masked: str
    phone_masked: str
    age: int | None
    cases: list[dict]
    household: list[dict]


def person_panel(user, person: Person) -> PersonPanel:
    today = clock.today()
    visible = set(Case.objects.visible_to(user).filter(person=person).values_list("pk", flat=True))
    rows = person.cases.select_related("programme", "organisation").order_by("-pk")[:20]
    cases = [
        {
            "number": row.number,
            "programme": row.programme.name,
            "code": row.programme_code,
            "where": row.organisation.name,
            "status": row.get_status_display(),
            "open": row.is_open,
            "on": f"{timezone.localdate(row.registered_at)}",
            "url": reverse("windows:case_detail", args=[row.pk]) if row.pk in visible else "",
        }
        for row in rows
    ]
    members = person.household.members.exclude(pk=person.pk) if person.household_id else Person.objects.none()
    household = [{"name": identity.mask_name(m.name), "age": _age(m, today), "sex": m.get_sex_display()} for m in members[:12]]
    return PersonPanel(person, identity.mask_id(person.id_number), identity.mask_phone(person.phone), _age(person, today), cases, household)


def _age(person: Person, today: date) -> int | None:
    return identity.age_on(person.birth_on, today) if person.birth_on else None
