"""Public papers of a project as its officers see them: what is out, what is due, what is being prepared, how it will read."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from accounts.access import may
from accounts.roles import Permission
from procurement.models import Announcement, Project, ProjectPaper
from procurement.rules import deadlines as limits
from procurement.rules import notices as rules
from procurement.services import announcements, deadlines, notice_text, publication, results
from procurement.services.contract import announcement_sections
from records import clock
from records.policy import Breach, Clause
from records.refusals import MissingCalendar
from records.worklist import WorkItem

Kind, Status = ProjectPaper.Kind, Project.Status
FORM = rules.FORM


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of notice in the life of a project. ``permission``: who prepares and issues it."""

    kind: str
    clause: Clause
    when: str
    prepare: Permission
    issue: Permission


DRAFTER, PUBLISHER, CONTRACTING = Permission.PROJECT_DRAFT, Permission.PROJECT_PUBLISH, Permission.CONTRACT_DRAFT
ENTRIES = (
    Entry(Kind.INTENT, limits.INTENT.clause, "采购活动开始前至少 30 日", DRAFTER, PUBLISHER),
    Entry(Kind.SINGLE_SOURCE, limits.SINGLE_SOURCE.clause, "单一来源采购前，不少于 5 个工作日", DRAFTER, PUBLISHER),
    Entry(Kind.NOTICE, Clause(FORM, "采购公告"), "项目批准、采购活动筹备完成后", DRAFTER, PUBLISHER),
    Entry(Kind.AMENDMENT, Clause(FORM, "更正公告"), "公告期间或者结果公告后需要更正时", DRAFTER, PUBLISHER),
    Entry(Kind.RESULT, limits.RESULT.clause, "确定成交后 2 个工作日内", Permission.TENDER_MANAGE, Permission.TENDER_MANAGE),
    Entry(Kind.CONTRACT, limits.CONTRACT_NOTICE.clause, "合同签订后 2 个工作日内", CONTRACTING, CONTRACTING),
    Entry(Kind.TERMINATION, rules.TERMINATION_FORM, "废标或者终止采购时同时发布", DRAFTER, PUBLISHER),
    Entry(Kind.ACCEPTANCE, Clause(FORM, "验收结果公告"), "验收结论作出后随验收发布", CONTRACTING, CONTRACTING),
    Entry(Kind.COMPLAINT, Clause("财政部令第94号", ""), "财政部门作出投诉处理决定后登记发布", PUBLISHER, PUBLISHER),
)
BY_KIND = {entry.kind: entry for entry in ENTRIES}


def rows_of(project: Project, user) -> list[dict]:
    """All kinds in the order of the procedure: issued papers, the draft, and the way to prepare one."""
    papers, drafts = {}, {}
    for paper in project.papers.select_related("notice"):
        papers.setdefault(paper.kind, []).append(paper_line(paper))
    for draft in project.announcements.filter(status=Announcement.Status.DRAFT):
        drafts[draft.kind] = draft
    return [row_of(project, entry, papers.get(entry.kind, []), drafts.get(entry.kind), user) for entry in ENTRIES]


def paper_line(paper: ProjectPaper) -> dict:
    notice = paper.notice
    until = f"，期限至 {paper.until}" if paper.until else ""
    withdrawn = "，已撤回" if notice.is_withdrawn else ""
    return {
        "url": reverse("public_notice", args=[notice.code]),
        "name": notice.number,
        "note": f"{timezone.localtime(paper.issued_at):%Y-%m-%d %H:%M} 发布{until}{withdrawn}",
    }


def row_of(project: Project, entry: Entry, papers: list, draft, user) -> dict:
    ready = announcements.is_open(project, entry.kind)
    state, tone = ("已发布", "ok") if papers else ("编制中", "info") if draft else ("可以编制", "due") if ready else ("未到", "")
    url = reverse("procurement:notice_prepare", args=[project.pk, entry.kind]) if ready and may(user, entry.prepare, project) else ""
    return {
        "label": Kind(entry.kind).label,
        "clause": entry.clause,
        "when": entry.when,
        "papers": papers,
        "state": state,
        "tone": tone,
        "url": url,
        "action": "继续编制" if draft else "编制",
    }


@dataclass(frozen=True, slots=True)
class Preview:
    """How the notice would read if it were issued now, or what stands against it."""

    sections: list
    breaches: list[Breach]


def preview_of(project: Project, kind, draft: Announcement | None) -> Preview:
    shut = list(announcements.closed_breaches(project, kind))
    if shut:
        return Preview([], shut)
    try:
        breaches = list(BREACHES[kind](project, draft))
        return Preview(SECTIONS[kind](project, draft), breaches)
    except MissingCalendar as missing:
        return Preview([], missing.breaches)


def ending_of(project: Project) -> dict:
    """What the head of the purchaser looks at before a purchase ends: the notice as it will be, or what is still wanting."""
    draft = announcements.draft_of(project, Kind.TERMINATION)
    preview = preview_of(project, Kind.TERMINATION, draft)
    decided = draft is not None and draft.values.get("outcome") == Status.TERMINATED.name
    return {"preview": preview, "prepared": draft, "decidable": decided and not preview.breaches}


def blank(project: Project, kind) -> Announcement:
    return Announcement(project=project, kind=kind)


def incomplete(kind, draft: Announcement | None) -> bool:
    return draft is None or any(rules.content_breaches(kind, draft.values))


def intent_text(project, draft):
    return [] if incomplete(Kind.INTENT, draft) or project.plan_amount is None else notice_text.intent_sections(project, draft.values)


def single_source_text(project, draft):
    if incomplete(Kind.SINGLE_SOURCE, draft) or project.plan_amount is None:
        return []
    today = clock.today()
    return notice_text.single_source_sections(project, draft.values, today, deadlines.end_of(limits.SINGLE_SOURCE, today))


def notice_text_of(project, draft):
    if getattr(project, "tender", None) is None or project.method not in limits.PERIODS or project.ceiling is None:
        return []
    return publication.notice_context(project, deadlines.timetable(project.method, clock.today()))["sections"]


def amendment_text(project, draft):
    first = project.papers.filter(kind__in=(Kind.NOTICE, Kind.RESULT)).order_by("pk").first()
    if incomplete(Kind.AMENDMENT, draft) or first is None:
        return []
    changes = announcements.changes_of(project, getattr(project, "tender", None), draft.values)
    return notice_text.amendment_sections(project, draft.values, changes, timezone.localtime(first.issued_at).date())


def complaint_text(project, draft):
    complaint = announcements.decided_complaint(project)
    if incomplete(Kind.COMPLAINT, draft) or complaint is None:
        return []
    values = draft.values
    lines = values["parties"].splitlines()
    return notice_text.complaint_sections(project, lines, values["facts"], values["basis"], values["decision"], complaint.decided_on)


def termination_text(project, draft):
    if incomplete(Kind.TERMINATION, draft):
        return []
    return notice_text.termination_sections(project, draft.values["reason"], draft.values)


def award_of(project):
    return project.tender.awards.in_force().select_related("contractor__organisation").first()


def result_text(project, draft):
    award = award_of(project)
    until = deadlines.end_of(limits.RESULT_NOTICE, clock.today())
    return results.sections(project.tender, award, until) if award else []


def result_breaches(project, draft):
    award = award_of(project)
    if award is None:
        yield Breach("T-13", limits.RESULT.clause, "尚未确定成交供应商，不能发布结果公告。")
    elif results.result_paper(project.tender, award):
        yield Breach("T-13", limits.RESULT.clause, "本次成交结果已经公告。")


def amendment_breaches(project, draft):
    tender = getattr(project, "tender", None)
    return announcements.amendment_breaches(project, tender, draft or blank(project, Kind.AMENDMENT))


SECTIONS = {
    Kind.INTENT: intent_text,
    Kind.SINGLE_SOURCE: single_source_text,
    Kind.NOTICE: notice_text_of,
    Kind.AMENDMENT: amendment_text,
    Kind.RESULT: result_text,
    Kind.CONTRACT: lambda project, draft: announcement_sections(project.contract),
    Kind.TERMINATION: termination_text,
    Kind.COMPLAINT: complaint_text,
}
BREACHES = {
    Kind.INTENT: lambda project, draft: announcements.intent_breaches(project, draft or blank(project, Kind.INTENT)),
    Kind.SINGLE_SOURCE: lambda project, draft: single_source_open(project, draft),
    Kind.NOTICE: lambda project, draft: publication.gates.unsettled(project, publication.notice_breaches(project)),
    Kind.AMENDMENT: amendment_breaches,
    Kind.RESULT: result_breaches,
    Kind.CONTRACT: lambda project, draft: [],
    Kind.TERMINATION: announcements.termination_breaches,
    Kind.COMPLAINT: lambda project, draft: announcements.complaint_breaches(project, draft or blank(project, Kind.COMPLAINT)),
}


def single_source_open(project, draft):
    if draft is None:
        return rules.content_breaches(Kind.SINGLE_SOURCE, {})
    return announcements.single_source_breaches(project, draft)


def issue_url(project: Project, kind, draft: Announcement | None) -> tuple[str, int]:
    """Where the notice is issued, and the version that goes along."""
    if not announcements.is_open(project, kind):
        return "", 0
    if kind in announcements.ISSUERS:
        if draft is None or draft.values.get("outcome") == Status.TERMINATED.name:  # the latter is decided by another
            return "", 0
        return reverse("procurement:announcement_issue", args=[draft.pk]), draft.version
    return {
        Kind.NOTICE: lambda: (reverse("procurement:project_publish", args=[project.pk]), project.version),
        Kind.RESULT: lambda: (reverse("procurement:result_publish", args=[project.tender.pk]), 0),
        Kind.CONTRACT: lambda: (reverse("procurement:contract_announce", args=[project.contract.pk]), project.contract.version),
    }[kind]()


def worklist(user) -> list[WorkItem]:
    """Notices that were prepared and not yet issued."""
    return [*_prepared(user), *_endings(user)]


def _endings(user):
    """A purchase that the handler proposes to end."""
    if not may(user, Permission.PROJECT_END):
        return
    rows = Announcement.objects.reached_with(user, Permission.PROJECT_END).filter(
        status=Announcement.Status.DRAFT,
        kind=Kind.TERMINATION,
        values__outcome=Status.TERMINATED.name,
        project__status__in=announcements.BEFORE_CONTRACT,
    )
    for draft in rows.select_related("project")[:50]:
        url = reverse("procurement:project_end", args=[draft.project_id])
        clause = str(rules.TERMINATION_FORM)
        yield WorkItem(f"决定是否终止：{draft.project.name}", url, None, "信息发布", clause, "核对公告预览后决定")


def _prepared(user) -> list[WorkItem]:
    if not may(user, Permission.PROJECT_PUBLISH):
        return []
    rows = Announcement.objects.reached_with(user, Permission.PROJECT_PUBLISH).filter(status=Announcement.Status.DRAFT)
    rows = rows.filter(kind__in=list(announcements.ISSUERS)).select_related("project")
    return [
        WorkItem(
            f"{draft.get_kind_display()}：{draft.project.name}",
            reverse("procurement:notice_prepare", args=[draft.project_id, draft.kind]),
            None,
            "信息发布",
            str(BY_KIND[draft.kind].clause),
            "编制完成后发布",
        )
        for draft in rows[:50]
    ]
