"""Meetings and decisions as the pages show them, and what waits for whom. Nothing here writes."""

from datetime import timedelta

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, Min, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import may
from accounts.models import Membership, Organisation
from accounts.reach import reach_of
from accounts.roles import Permission
from records import clock
from records.exports import Column
from records.worklist import WorkItem
from windows.models import AgendaItem, Case, Meeting, MeetingDecision, MeetingGuest
from windows.models.meeting import called
from windows.reports.lights import light_of
from windows.rules import meeting as rules
from windows.services.guards import principals

CLAUSE, MECHANISM = str(rules.CLAUSE), str(rules.MECHANISM)
ROWS = 50
TABLE_MOST = 5_000  # of a sheet; a district decides some hundred a year
COLUMNS = [
    Column("议题", width=36),
    Column("决定"),
    Column("决定内容", width=40),
    Column("金额（元）", "money"),
    Column("责任单位", width=24),
    Column("责任人"),
    Column("会议", width=30),
    Column("到期日", "date"),
    Column("状态"),
    Column("落实结果", width=40),
]
S, D = Meeting.Status, MeetingDecision.Status


# --- the list and one meeting ---------------------------------------------------------------------------------------------


def list_row(meeting: Meeting) -> dict:
    return {
        "row": meeting,
        "url": reverse("windows:meeting_detail", args=[meeting.pk]),
        "at": f"{timezone.localtime(meeting.held_at):%Y-%m-%d %H:%M}",
        "open": f"{meeting.open_decisions} 项" if meeting.open_decisions else "—",
    }


def with_counts(rows):
    opened = Count("items__decisions", filter=Q(items__decisions__status=D.OPEN), distinct=True)
    return rows.select_related("organisation", "chair").annotate(item_count=Count("items", distinct=True), open_decisions=opened)


def at_home(user, meeting: Meeting) -> bool:
    """Sees it because of the place, and not only because of an invitation."""
    return may(user, Permission.MEETING_VIEW, meeting.organisation)


def facts(meeting: Meeting) -> list[dict]:
    found = [
        {"label": "会议类别", "value": meeting.get_kind_display(), "clause": MECHANISM if meeting.kind == "COORDINATION" else CLAUSE},
        {"label": "召集单位", "value": str(meeting.organisation)},
        {"label": "召开时间", "value": f"{timezone.localtime(meeting.held_at):%Y-%m-%d %H:%M}"},
        {"label": "地点", "value": meeting.place},
        {"label": "主持人", "value": meeting.chair.name},
        {"label": "筹备人", "value": meeting.arranged_by.name},
    ]
    optional = (("到会不足仍召开的理由", meeting.quorum_note), ("取消原因", meeting.cancel_reason), ("正在更正纪要", correcting(meeting)))
    return found + [{"label": label, "value": text} for label, text in optional if text]


def correcting(meeting: Meeting) -> str:
    return meeting.correction_reason if meeting.status == S.HELD else ""


def guest_rows(meeting: Meeting) -> list[dict]:
    words = {True: "到会", False: "未到会", None: ""}
    rows = meeting.guests.select_related("organisation", "user")
    return [{"pk": guest.pk, "name": str(guest), "present": guest.present, "state": words[guest.present]} for guest in rows]


def agenda_rows(items, points, ticked) -> list[dict]:
    """What is on the agenda, and below it what could be."""
    rows = [(f"kept:{item.pk}", item.title, item.get_source_display(), item.brief) for item in items]
    rows += [(point.key, point.title, point.label, point.brief) for point in points]
    return [{"key": key, "title": title, "source": source, "brief": brief, "ticked": key in ticked} for key, title, source, brief in rows]


def items_for(user, meeting: Meeting) -> list[dict]:
    """The place sees all. The invited see the agenda until the minutes are signed, afterwards what they have to act on."""
    rows = meeting.items.select_related("case__organisation", "case__village", "owner", "owner_organisation", "meeting")
    items = list(rows.prefetch_related("decisions__owner", "decisions__owner_organisation"))
    home = at_home(user, meeting)
    if not home and meeting.status == S.SIGNED:
        items = [item for item in items if concerns(user, item)]
    return [item_row(user, item, home) for item in items]


def concerns(user, item: AgendaItem) -> bool:
    """An open decision for this person, or for the office."""
    mine, here = principals(user), reach_of(user).exact(Permission.MEETING_VIEW)
    found = [one for one in item.decisions.all() if one.status == D.OPEN]
    return any(one.owner_id in mine or one.owner_organisation.path in here for one in found)


def item_row(user, item: AgendaItem, home: bool) -> dict:
    today = clock.today()
    told = home or item.meeting.status == S.SIGNED  # what is still being written is the convener's
    return {
        "item": item,
        "said": told and bool(item.decision),
        "discussed": home and bool(item.discussion),
        "case_url": reverse("windows:case_detail", args=[item.case_id]) if item.case and may(user, Permission.CASE_VIEW, item.case) else "",
        "decisions": [decision_row(row, today, item) for row in item.decisions.all()] if told else [],
    }


# --- decisions ------------------------------------------------------------------------------------------------------------


def decision_row(row: MeetingDecision, today, item: AgendaItem | None = None) -> dict:
    return {
        "row": row,
        "url": reverse("windows:decision_detail", args=[row.pk]),
        "title": (item or row.item).title,
        "who": f"{row.owner_organisation} {row.owner}",
        "light": light_of(row.due_on, today=today, done=row.status != D.OPEN, note=row.due_note),
    }


def sheet_rows(rows):
    """The filtered decisions as COLUMNS name them; titles are masked already."""
    for row in rows[:TABLE_MOST]:
        who = (row.owner_organisation.name, row.owner.name, row.item.meeting.title)
        yield (row.item.title, row.get_kind_display(), row.text, row.amount, *who, row.due_on, row.get_status_display(), row.result)


def decision_facts(user, row: MeetingDecision) -> list[dict]:
    meeting, case = row.item.meeting, row.item.case
    seen = Meeting.objects.visible_to(user).filter(pk=meeting.pk).exists()
    found = [
        {"label": "会议", "value": str(meeting), "url": reverse("windows:meeting_detail", args=[meeting.pk]) if seen else ""},
        {"label": "决定", "value": row.get_kind_display(), "clause": CLAUSE},
        {"label": "责任单位和责任人", "value": f"{row.owner_organisation} {row.owner}"},
        {"label": "办理时限", "value": f"{row.days} 个工作日，自 {row.starts_on} 次日起算，{row.due_on or row.due_note} 止"},
    ]
    if row.amount is not None:
        found.insert(2, {"label": "金额", "value": f"{row.amount:,.2f} 元"})
    if case and may(user, Permission.CASE_VIEW, case):
        found.append({"label": "申请", "value": case.number, "url": reverse("windows:case_detail", args=[case.pk])})
    if row.done_at:
        found.append({"label": "办结", "value": f"{row.done_by} {clock.local_day(row.done_at)}"})
    return found


def answers_for(user, row: MeetingDecision) -> bool:
    """The owner, who stands in for the owner, and colleagues at the same office: nobody above it."""
    return row.owner_id in principals(user) or row.owner_organisation.path in reach_of(user).exact(Permission.MEETING_VIEW)


def of_case(user, case: Case) -> list[dict]:
    """What meetings decided about a case, for those who may read its meetings; the page of a decision is for who convened or owes it."""
    if not may(user, Permission.MEETING_VIEW, case.organisation):
        return []
    opened = MeetingDecision.objects.visible_to(user).filter(pk=OuterRef("pk"))
    rows = MeetingDecision.objects.filter(item__case=case).annotate(opened=Exists(opened))
    found = rows.select_related("item", "owner", "owner_organisation").order_by("pk")
    return [decision_row(row, clock.today()) | ({} if row.opened else {"url": ""}) for row in found]


def open_by_office(user) -> list[dict]:
    """Open decisions by who has to act, those with the most late ones first: for the board."""
    today = clock.today()
    rows = MeetingDecision.objects.visible_to(user).open().order_by().values("owner_organisation", "owner_organisation__name")
    counted = rows.annotate(n=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)), first=Min("due_on"))
    url = reverse("windows:decision_list")
    return [
        {
            "name": row["owner_organisation__name"],
            "n": row["n"],
            "late": row["late"],
            "first": row["first"],
            "url": f"{url}?status=OPEN&office={row['owner_organisation']}",
        }
        for row in counted.order_by("-late", "-n", "owner_organisation__path")
    ]


def offices_of(user):
    """For the list's filter: who has or had something to act on, within reach."""
    owners = MeetingDecision.objects.visible_to(user).order_by().values("owner_organisation")
    return Organisation.objects.filter(pk__in=owners).order_by("path")


# --- the work list --------------------------------------------------------------------------------------------------------


def worklist(user) -> list[WorkItem]:
    if not may(user, Permission.MEETING_VIEW):
        return []
    return [*_decisions(user), *_meetings(user)]


def _decisions(user):
    """One's own; and what lies with a colleague who left the office."""
    here = reach_of(user).exact(Permission.MEETING_VIEW)
    posts = Membership.objects.active(clock.today()).filter(user=OuterRef("owner"), organisation=OuterRef("owner_organisation"))
    left = Q(owner_organisation__path__in=here) & ~Exists(posts.filter(user__is_active=True))
    mine = Q(owner__in=principals(user)) | left
    rows = MeetingDecision.objects.open().filter(mine).select_related("item__meeting").order_by(F("due_on").asc(nulls_last=True), "pk")
    for row in rows[:ROWS]:
        url = reverse("windows:decision_detail", args=[row.pk])
        note = row.item.meeting.title if row.due_on else f"{row.due_note}　{row.item.meeting.title}"
        yield WorkItem(str(row), url, row.due_on, "会议决定", MECHANISM, note)


def _meetings(user):
    """Where this person is called to; what the convener has to go on with; what waits for the chair's signature. One statement."""
    now, here = clock.now(), reach_of(user).exact(Permission.MEETING_CONVENE)
    convenes = Q(organisation__path__in=here) if here else Q(pk__in=[])
    invited = Q(Exists(MeetingGuest.objects.filter(called(user), meeting=OuterRef("pk")))) | Q(chair=user)
    called_to = Q(status=S.CONVENED, held_at__gte=now - timedelta(hours=12)) & invited
    convened = Q(status=S.CONVENED, held_at__lt=now) & convenes
    written = Q(status=S.HELD) & (convenes | Q(chair__in=principals(user)))
    rows = Meeting.objects.annotate(
        undecided=Count("items", filter=Q(items__decision="")),
        called=ExpressionWrapper(called_to, BooleanField()),
        own=ExpressionWrapper(convened | written, BooleanField()),
    )
    for row in rows.filter(called_to | convened | written).order_by("held_at", "pk")[: 2 * ROWS]:
        at, url = timezone.localtime(row.held_at), reverse("windows:meeting_detail", args=[row.pk])
        if row.called:
            yield WorkItem(row.title, url, at.date(), "参加会议", CLAUSE, f"{at:%H:%M} {row.place}")
        if row.own:
            kind = "登记到会" if row.status == S.CONVENED else "整理纪要" if row.undecided else "签发纪要"
            note = f"还有 {row.undecided} 个议题没有决定" if kind == "整理纪要" else ""
            yield WorkItem(row.title, url, at.date(), kind, MECHANISM, note)
