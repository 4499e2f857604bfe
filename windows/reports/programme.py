"""Programmes by version, and what a version to come changes: for the city bureau that edits them, and for all who read them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.urls import reverse

from accounts.access import may
from accounts.models import Organisation
from accounts.roles import Permission
from records import clock
from records.worklist import WorkItem
from windows.models import Case, Programme, ProgrammeDraft
from windows.models.case import OPEN
from windows.rules.programme import VERSIONS
from windows.rules.programme_change import Change, compare
from windows.services import programme_content as contents
from windows.services.programme_course import Course, course_of, same_steps

RECENT_DAYS = 30
NOW, COMING, PAST, TAKEN_BACK = "现行", "待施行", "已失效", "施行前收回"
TONES = {NOW: "ok", COMING: "info", PAST: "", TAKEN_BACK: "paused"}
NO_DISTRICT = "其他"


@dataclass(frozen=True, slots=True)
class Version:
    programme: Programme
    state: str
    tone: str
    open_cases: int


@dataclass(frozen=True, slots=True)
class Versions:
    """All versions of one programme, the newest first, and what is in preparation."""

    name: str
    group: str
    versions: list[Version]
    draft: ProgrammeDraft | None
    in_force: Programme | None
    has_coming: bool


def state_of(programme: Programme, today: date) -> str:
    if programme.taken_back:
        return TAKEN_BACK
    if programme.valid_from > today:
        return COMING
    return NOW if programme.valid_to is None or programme.valid_to > today else PAST


def versions(user) -> list[Versions]:
    """In the order of the guide; counts and drafts are what ``user`` may see."""
    today = clock.today()
    counts = dict(Case.objects.visible_to(user).open().order_by().values_list("programme").annotate(n=Count("pk")))
    drafts = {draft.code: draft for draft in ProgrammeDraft.objects.visible_to(user).open().prefetch_related("authors")}
    by_code: dict[str, list[Version]] = {}
    for row in Programme.objects.order_by("order", "code", "-valid_from", "-pk").select_related("draft"):
        state = state_of(row, today)
        by_code.setdefault(row.code, []).append(Version(row, state, TONES[state], counts.get(row.pk, 0)))
    return [_of_one(rows, drafts.get(code)) for code, rows in by_code.items()]


def _of_one(rows: list[Version], draft: ProgrammeDraft | None) -> Versions:
    in_force = next((row.programme for row in rows if row.state == NOW), None)
    shown = in_force or rows[0].programme
    return Versions(shown.name, shown.group, rows, draft, in_force, any(row.state == COMING for row in rows))


@dataclass(frozen=True, slots=True)
class District:
    """``staying``: open cases that keep the version they began with. ``recent``: begun in the last thirty days, the measure of what
    will begin under the new one. ``new``: begun under it already."""

    name: str
    staying: int
    recent: int
    new: int


@dataclass(frozen=True, slots=True)
class Preview:
    changes: list[Change]
    old: Course
    new: Course
    pairs: list
    accepted: date
    districts: list[District]
    total: District


def preview(draft: ProgrammeDraft) -> Preview:
    """What this version changes against the one it follows, with an example from its first day and the open cases by district."""
    base, content = contents.of_programme(draft.base), contents.of_draft(draft)
    accepted = draft.valid_from or clock.today() + timedelta(days=1)
    old, new = course_of(base, accepted), course_of(content, accepted)
    rows = districts(draft)
    total = District("合计", *(sum(getattr(row, name) for row in rows) for name in ("staying", "recent", "new")))
    return Preview(compare(base, content), old, new, list(same_steps(old, new)), accepted, rows, total)


def districts(draft: ProgrammeDraft) -> list[District]:
    """Two queries, whatever the number of cases."""
    names = dict(Organisation.objects.filter(kind=Organisation.Kind.BUREAU).values_list("path", "short_name"))
    since = clock.today() - timedelta(days=RECENT_DAYS)
    cases = Case.objects.filter(programme_code=draft.code).filter(Q(status__in=OPEN) | Q(registered_at__date__gt=since))
    theirs = Q(programme=draft.programme) if draft.programme_id else Q(pk__in=[])
    counted = (
        cases.order_by()
        .values_list("organisation__path")
        .annotate(
            staying=Count("pk", filter=Q(status__in=OPEN) & ~theirs),
            recent=Count("pk", filter=Q(registered_at__date__gt=since)),
            new=Count("pk", filter=theirs),
        )
    )
    sums: dict[str, Counter] = {}
    for path, staying, recent, new in counted:
        district = "/".join(path.split("/")[:2]) + "/"
        sums.setdefault(district, Counter()).update(staying=staying, recent=recent, new=new)
    return [District(names.get(path, NO_DISTRICT), n["staying"], n["recent"], n["new"]) for path, n in sorted(sums.items())]


def worklist(user) -> list[WorkItem]:
    """Drafts of others that are dated: the second person reads and puts them in force."""
    if not may(user, Permission.PROGRAMME_ENACT):
        return []
    drafts = ProgrammeDraft.objects.reached_with(user, Permission.PROGRAMME_ENACT).open().filter(valid_from__isnull=False)
    return [_to_enact(draft) for draft in drafts.exclude(authors=user)[:50]]


def _to_enact(draft: ProgrammeDraft) -> WorkItem:
    url = reverse("windows:programme_draft", args=[draft.pk])
    return WorkItem(f"{draft} 待复核发布", url, draft.valid_from, "救助事项新版本", str(VERSIONS))
