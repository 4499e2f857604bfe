"""The public guide: programmes, what is told about them, and the windows. Nothing here writes or names anybody in need."""

from dataclasses import dataclass

from django.db.models import Q

from accounts.models import Organisation
from records import clock
from windows.models import GuideText, Programme, Window
from windows.rules.guide import OF_A_PROGRAMME

Kind = GuideText.Kind
MOST_TEXTS, MOST_WINDOWS = 60, 400


@dataclass(frozen=True, slots=True)
class Leaflet:
    """One programme as everybody may read it."""

    programme: Programme
    conditions: list[GuideText]
    standards: list[GuideText]
    more: list[GuideText]
    steps: list
    required: list
    applicable: list
    never: list


def districts():
    return Organisation.objects.filter(kind=Organisation.Kind.BUREAU).valid(clock.today()).order_by("code")


def programmes(words: str = "") -> list[Programme]:
    """In force today, by the order of the guide; ``words`` in name, group, place, department or conditions."""
    rows = list(Programme.objects.current(clock.today()).prefetch_related("steps"))
    if not words:
        return rows
    told = set(
        GuideText.objects.public().filter(Q(title__icontains=words) | Q(body__icontains=words)).values_list("programme_code", flat=True)
    )
    return [row for row in rows if row.code in told or words in f"{row.name}{row.group}{row.get_department_display()}{row.apply_at}"]


def current(code: str) -> Programme | None:
    return Programme.objects.current(clock.today()).filter(code=code).order_by("-valid_from").first()


def texts(district, *, words: str = "", **more):
    """Published explanations and answers for a district, the newest first."""
    rows = GuideText.objects.public().said_to(district).filter(**more).select_related("organisation")
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(body__icontains=words))
    return rows.order_by("-published_at")


def leaflet(programme: Programme, district) -> Leaflet:
    """A district's own condition or standard stands before the city's."""
    said = list(texts(district, programme_code=programme.code)[:MOST_TEXTS])
    papers = list(programme.materials.all())
    return Leaflet(
        programme,
        nearest(said, Kind.CONDITION),
        nearest(said, Kind.STANDARD),
        [text for text in said if text.kind not in OF_A_PROGRAMME],
        list(programme.steps.all()),
        *([paper for paper in papers if paper.need == need] for need in ("REQUIRED", "IF_APPLICABLE", "SHAREABLE")),
    )


def nearest(said: list[GuideText], kind: str) -> list[GuideText]:
    """The district's own where it has one, else the city's."""
    fitting = [text for text in said if text.kind == kind]
    own = [text for text in fitting if text.organisation.kind != Organisation.Kind.CITY]
    return own or fitting


def windows(district, words: str = ""):
    """The directory: one row a township, those without a window too, so that nobody is sent to a door that is not there."""
    rows = Window.objects.filter(organisation__path__startswith=district.path).select_related("organisation").prefetch_related("staff")
    if words:
        rows = rows.filter(Q(organisation__name__icontains=words) | Q(address__icontains=words))
    return rows.order_by("organisation__path")[:MOST_WINDOWS]
