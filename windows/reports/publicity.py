"""Public notices and objections as the pages show them, and what waits for whom. Nothing here writes."""

from django.db.models import F
from django.urls import reverse

from accounts.access import may
from accounts.roles import Permission
from records import clock
from records.worklist import WorkItem
from windows.models import Case, NoticeObjection, Person, Publicity, Window
from windows.reports.desk import principals
from windows.reports.lights import light_of
from windows.rules import publicity as rules
from windows.services import publicity as services

CLAUSE = "民发〔2021〕57号 第十九条"
ROWS = 100
WHITELIST = tuple(rules.WHITELIST.values())


def of_case(user, case: Case) -> dict:
    """What hangs, what hung, and (for those who look into them) the objections; ``open``: how many stand in the way of a conclusion."""
    rows = list(case.publicities.select_related("step", "village"))
    reads = bool(rows) and may(user, Permission.INQUIRY_VIEW, case.organisation)
    today = clock.today()
    objections = [objection_row(row, today) for row in case.objections.all()] if reads else []
    opened = sum(item["row"].status == NoticeObjection.Status.OPEN for item in objections)
    return {"rows": rows, "objections": objections, "open": opened}


def objection_row(row: NoticeObjection, today) -> dict:
    done = row.status != NoticeObjection.Status.OPEN
    return {
        "row": row,
        "url": reverse("windows:objection_detail", args=[row.pk]),
        "light": light_of(row.due_on, today=today, done=done, note=row.due_note),
        "outcome": "" if row.upheld is None else "异议成立" if row.upheld else "异议不成立",
    }


def initial(case: Case) -> dict:
    """What is known: the household's people, the window's phone."""
    household = case.person.household_id
    window = Window.objects.filter(organisation=case.organisation).first()
    return {
        "version": case.version,
        "grants": True,
        "family_count": max(Person.objects.filter(household=household).count(), 1) if household else None,
        "village": case.village_id,
        "phone": (window.phone if window else "") or case.first_contact.phone,
    }


def facts(row: Publicity, *, may_case: bool) -> list[dict]:
    """``may_case``: whoever hangs the paper in a village need not see the application behind it."""
    until = services.ends_on(row)
    found = [
        {"label": "申请", "value": str(row.case), "url": reverse("windows:case_detail", args=[row.case_id]) if may_case else ""},
        {"label": "公示之日", "value": f"{row.starts_on:%Y-%m-%d}", "help": "当日不计入，自次日起算"},
        {"label": "期满之日", "value": f"{until:%Y-%m-%d}" if until else "因异议暂停，答复后顺延", "clause": CLAUSE},
        {"label": "文号", "value": row.notice.number},
        {"label": "张贴", "value": f"{row.village.name}：{row.task.get_status_display()}"},
        {"label": "出具人", "value": str(row.posted_by)},
    ]
    if until and until != row.ends_on:
        found[2]["help"] = f"纸上写的是 {row.ends_on:%Y-%m-%d}，因异议暂停或者张贴较晚而顺延"
    return found


def sheet(row: Publicity) -> list[tuple[str, str]]:
    """The five fields as they hang: read from the paper itself."""
    return [tuple(pair) for pair in row.notice.context["rows"]]


def objection_facts(row: NoticeObjection) -> list[dict]:
    who = "匿名" if row.anonymous else f"{row.objector}　{row.contact}".strip()
    found = [
        {"label": "申请", "value": str(row.case), "url": reverse("windows:case_detail", args=[row.case_id])},
        {"label": "公示", "value": f"第 {row.publicity.ordinal} 次", "url": reverse("windows:publicity_detail", args=[row.publicity_id])},
        {"label": "提出", "value": f"{row.raised_on:%Y-%m-%d}　{row.get_channel_display()}"},
        {"label": "异议人", "value": who, "help": "为其保密，不得告知申请人和村（社区）"},
        {"label": "答复期限", "value": f"{row.due_on:%Y-%m-%d}" if row.due_on else row.due_note, "clause": CLAUSE},
        {"label": "登记人", "value": str(row.recorded_by)},
    ]
    if row.visit_id:
        found.append({"label": "重新调查", "value": "入户调查记录", "url": reverse("windows:visit_detail", args=[row.visit_id])})
    return found


def worklist(user) -> list[WorkItem]:
    """Objections of one's own cases, by their day; notices that wait to be issued stand on the desk as the step they are."""
    if not may(user, Permission.CASE_HANDLE):
        return []
    rows = NoticeObjection.objects.open().filter(case__handler__in=principals(user)).select_related("case")
    rows = rows.order_by(F("due_on").asc(nulls_last=True), "pk")[:ROWS]
    return [_item(row) for row in rows]


def _item(row: NoticeObjection) -> WorkItem:
    note = "已重新调查，写认定和答复" if row.visit_id else "重新入户调查"
    url = reverse("windows:objection_detail", args=[row.pk])
    return WorkItem(str(row), url, row.due_on, "公示异议", CLAUSE, note)
