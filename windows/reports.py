"""Read-only views of the window's work: lights, desks, boards. Nothing here writes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from django.db.models import Count, F, Min, Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import may
from accounts.models import Membership, Organisation
from accounts.reach import reach_of
from accounts.roles import Permission, Role
from records import clock, identity, workdays
from records.crypto import blind_index
from records.refusals import MissingCalendar
from records.worklist import Hit, WorkItem
from windows.models import Case, CaseStep, Person, Referral, Step, Window
from windows.rules import clock as rules

DESK_ROWS = 200
HITS = 8
SHAPES = {
    rules.Light.NORMAL: ("●", "正常"),
    rules.Light.SOON: ("▲", "临期"),
    rules.Light.LATE: ("■", "逾期"),
    rules.Light.PAUSED: ("‖", "暂停"),
    rules.Light.UNKNOWN: ("○", "待定"),
    rules.Light.DONE: ("✓", "完成"),
}


@dataclass(frozen=True, slots=True)
class LightView:
    """Shape, word and colour (by ``code``), and the time left in words."""

    code: str
    shape: str
    word: str
    text: str


def light_of(due: date | None, *, today: date, paused=False, done=False, note: str = "", due_at=None) -> LightView:
    left = days_left(today, due)
    light = rules.light(due, today, left, paused=paused, done=done)
    if due_at is not None and light in (rules.Light.NORMAL, rules.Light.SOON) and clock.now() > due_at:
        light = rules.Light.LATE
    shape, word = SHAPES[light]
    return LightView(light.value, shape, word, _left_words(light, due, today, left, note, due_at))


def days_left(today: date, due: date | None) -> int | None:
    if due is None:
        return None
    try:
        return _between(today, due, workdays_key(today, due))
    except MissingCalendar:
        return None


def workdays_key(a: date, b: date) -> tuple:
    """Which calendars the memo below was made from."""
    digests = workdays.digests()
    return tuple(digests.get(year) for year in range(min(a, b).year, max(a, b).year + 1))


@lru_cache(maxsize=4096)
def _between(a: date, b: date, calendars: tuple) -> int:
    return workdays.workdays_between(a, b)


def _left_words(light, due, today, left, note, due_at) -> str:
    if light is rules.Light.DONE:
        return ""
    if light is rules.Light.PAUSED:
        return "暂停计时"
    if due is None:
        return note or "无时限"
    day = f"{due.month}月{due.day}日" if due.year == today.year else f"{due.year}年{due.month}月{due.day}日"
    if due_at is not None:
        return f"{day} {timezone.localtime(due_at):%H:%M} 前"
    if light is rules.Light.LATE:
        return f"逾期 {-left} 个工作日（{day}止）" if left else f"逾期 {(today - due).days} 日（{day}止）"
    if due == today:
        return f"今天到期（{day}止）"
    return f"还剩 {left} 个工作日（{day}止）" if left is not None else f"{day}止"


def step_light(step: CaseStep, today: date) -> LightView:
    return light_of(
        step.due_on,
        today=today,
        paused=step.status == CaseStep.Status.PAUSED,
        done=step.status == CaseStep.Status.DONE,
        note=step.due_note,
        due_at=step.due_at,
    )


def referral_light(row: Referral, today: date) -> LightView:
    done = row.status in (Referral.Status.ANSWERED, Referral.Status.RECALLED)
    note = "等待窗口改送或撤回" if row.status == Referral.Status.RETURNED else row.due_note
    return light_of(row.due_on, today=today, paused=row.paused_on is not None, done=done, note=note)


def case_light(case: Case, today: date) -> LightView:
    if not case.is_open:
        return light_of(None, today=today, done=True)
    if case.status == Case.Status.AWAITING:
        return LightView(rules.Light.PAUSED.value, "‖", "待补正", "等申请人补齐材料，补齐当日受理")
    return light_of(case.next_due_on, today=today)


# --- desks --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One thing on a desk; ``due`` None sorts last."""

    kind: str
    title: str
    note: str
    url: str
    due: date | None
    light: LightView
    clause: str = ""
    person: str = ""
    number: str = ""


def principals(user) -> list[int]:
    """The user and everybody they stand in for today (deputies with an end date)."""
    posts = Membership.objects.active(clock.today()).filter(user=user, deputy_for__isnull=False)
    return [user.pk, *posts.values_list("deputy_for__user_id", flat=True)]


def desk(user) -> list[DeskRow]:
    """Everything this person has to act on, the least time left first."""
    today = clock.today()
    rows = [*_received(user, today), *_county_steps(user, today), *_own_steps(user, today), *_come_back(user, today)]
    return sorted(rows, key=lambda row: (row.due is None, row.due or today, row.number))


def _received(user, today) -> Iterable[DeskRow]:
    paths = reach_of(user).paths(Permission.REFERRAL_ANSWER)
    if not paths:
        return
    rows = Referral.objects.at_receiver().filter(to_organisation__path__in=paths)
    rows = rows.select_related("case__person", "case__organisation", "programme").order_by(F("due_on").asc(nulls_last=True), "pk")
    for row in rows[:DESK_ROWS]:
        yield DeskRow(
            kind=f"{row.get_mode_display()}·{row.get_status_display()}",
            title=f"{row.programme.name}：{row.case.person.name}",
            note=f"{row.case.organisation.name} {row.sent_at:%m-%d} 送",
            url=reverse("windows:referral_detail", args=[row.pk]),
            due=row.due_on,
            light=referral_light(row, today),
            clause="渝民发〔2018〕4号 三（一）",
            person=row.case.person.name,
            number=row.case.number,
        )


def _steps(actor: str, today):
    rows = CaseStep.objects.filter(actor=actor, whole=False, status__in=(CaseStep.Status.RUNNING, CaseStep.Status.PAUSED))
    rows = rows.select_related("case__person", "case__organisation", "case__programme", "step")
    return rows.order_by(F("due_on").asc(nulls_last=True), "pk")


def _county_steps(user, today) -> Iterable[DeskRow]:
    paths = reach_of(user).paths(Permission.CASE_CONFIRM)
    condition = Q(pk__in=[])
    for path in paths:
        if _kind_of(path) != Organisation.Kind.TOWNSHIP:
            condition |= Q(case__organisation__path__startswith=path)
    if paths:
        yield from (_step_row(step, today) for step in _steps(Step.Actor.COUNTY, today).filter(condition)[:DESK_ROWS])


def _kind_of(path: str) -> str:
    return Organisation.Kind.TOWNSHIP if path.count("/") > 2 else Organisation.Kind.BUREAU


def _own_steps(user, today) -> Iterable[DeskRow]:
    paths = reach_of(user).paths(Permission.CASE_HANDLE)
    if not paths:
        return
    mine = _steps(Step.Actor.TOWNSHIP, today).filter(case__handler__in=principals(user))
    yield from (_step_row(step, today) for step in mine[:DESK_ROWS])


def _step_row(step: CaseStep, today) -> DeskRow:
    case = step.case
    return DeskRow(
        kind=step.name,
        title=f"{case.programme.name}：{case.person.name}",
        note=f"{case.organisation.name} {case.number}",
        url=f"{reverse('windows:case_detail', args=[case.pk])}#step-{step.pk}",
        due=step.due_on,
        light=step_light(step, today),
        clause=str(step.step.clause) if step.step else "",
        person=case.person.name,
        number=case.number,
    )


def _come_back(user, today) -> Iterable[DeskRow]:
    """Sub-cases that wait for the window: returned, or asked for more."""
    rows = Referral.objects.filter(status__in=(Referral.Status.RETURNED, Referral.Status.MORE_ASKED), case__handler__in=principals(user))
    for row in rows.select_related("case__person", "programme", "to_organisation").order_by("pk")[:DESK_ROWS]:
        words = row.return_reason if row.status == Referral.Status.RETURNED else row.question
        yield DeskRow(
            kind=f"{row.to_organisation.label}{row.get_status_display()}",
            title=f"{row.programme.name}：{row.case.person.name}",
            note=words[:60],
            url=f"{reverse('windows:case_detail', args=[row.case_id])}#referral-{row.pk}",
            due=today,
            light=referral_light(row, today),
            clause="渝民发〔2018〕4号 三（一）",
            person=row.case.person.name,
            number=row.case.number,
        )


def worklist(user) -> list[WorkItem]:
    """The window's part of the home page, which draws the light of a date itself; without a date the word says why."""
    return [
        WorkItem(
            row.title, row.url, row.due, row.kind, row.clause, row.note if row.due else f"{row.light.shape}{row.light.word} {row.note}"
        )
        for row in desk(user)
    ]


def open_work(user) -> int:
    """The count beside the navigation entry."""
    return len(desk(user))


# --- board --------------------------------------------------------------------------------------------------------------


@dataclass
class BoardRow:
    organisation: Organisation
    overdue: int = 0
    oldest: date | None = None
    children: list["BoardRow"] = field(default_factory=list)


def overdue_board(user) -> list[BoardRow]:
    """Overdue open cases: districts with their townships, most first. One grouped query over the partial index."""
    today = clock.today()
    counts = (
        Case.objects.visible_to(user).overdue(today).order_by().values("organisation").annotate(n=Count("pk"), oldest=Min("next_due_on"))
    )
    found = {row["organisation"]: row for row in counts}
    townships = Organisation.objects.filter(pk__in=found).select_related("parent")
    districts: dict[int, BoardRow] = {}
    for township in townships:
        row = found[township.pk]
        top = districts.setdefault(township.parent_id, BoardRow(township.parent))
        top.children.append(BoardRow(township, row["n"], row["oldest"]))
        top.overdue += row["n"]
        top.oldest = min(filter(None, (top.oldest, row["oldest"])))
    for top in districts.values():
        top.children.sort(key=lambda child: (-child.overdue, child.organisation.path))
    return sorted(districts.values(), key=lambda row: (-row.overdue, row.organisation.path))


def overdue_departments(user) -> list[dict]:
    """Overdue sub-cases by receiver."""
    rows = Referral.objects.visible_to(user).at_receiver().filter(due_on__lt=clock.today())
    return list(rows.order_by().values("to_organisation__name").annotate(n=Count("pk"), oldest=Min("due_on")).order_by("-n"))


# --- coverage -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coverage:
    """One township: has it a window (W-01), and how many dedicated people (W-02)?"""

    organisation: Organisation
    window: Window | None
    staff: tuple[str, ...]
    second_lists: int

    @property
    def fault(self) -> str:
        if self.window is None:
            return "未设立社会救助服务窗口"
        return "" if self.staff else "没有专职人员"


def coverage(user) -> list[Coverage]:
    """Every township in reach against W-01 and W-02, with the second lists it gave out (W-04)."""
    townships = Organisation.objects.reached_with(user, Permission.WINDOW_VIEW).filter(kind=Organisation.Kind.TOWNSHIP)
    townships = list(townships.valid(clock.today()).order_by("path"))
    windows = {w.organisation_id: w for w in Window.objects.filter(organisation__in=townships).prefetch_related("staff")}
    second = dict(
        Case.objects.filter(organisation__in=townships, one_time_notices__ordinal__gt=1)
        .order_by()
        .values_list("organisation")
        .annotate(n=Count("one_time_notices"))
    )
    rows = []
    for township in townships:
        window = windows.get(township.pk)
        staff = tuple(user.name for user in window.staff.all()) if window else ()
        rows.append(Coverage(township, window, staff, second.get(township.pk, 0)))
    return rows


def clerks_of(organisation: Organisation):
    """Who may be named as dedicated staff: the window's clerks of today."""
    return Membership.objects.active(clock.today()).filter(organisation=organisation, role=Role.WINDOW_CLERK)


# --- search -------------------------------------------------------------------------------------------------------------


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


# --- the applicant's own page ----------------------------------------------------------------------------------------------

STAGES = ("登记", "受理", "办理", "办结")


def progress_view(case: Case) -> dict:
    """Stage and date, and whom to call. No name, no need, no result in words: whoever finds a slip learns nothing of a life."""
    stage = {Case.Status.REGISTERED: 0, Case.Status.AWAITING: 0, Case.Status.ACCEPTED: 2}.get(Case.Status(case.status), 3)
    window = Window.objects.filter(organisation=case.organisation).first()
    return {
        "number": case.number,
        "stages": [
            {"label": label, "state": "done" if index < stage or stage == 3 else "current" if index == stage else "todo"}
            for index, label in enumerate(STAGES)
        ],
        "stage": "等待您补齐材料" if case.status == Case.Status.AWAITING else STAGES[stage],
        "due_on": case.due_on or case.next_due_on,
        "ended_on": timezone.localdate(case.ended_at) if case.ended_at else None,
        "contact": case.first_contact.name,
        "phone": (window.phone if window else "") or case.first_contact.phone,
        "where": str(case.organisation),
    }
