"""Notices in preparation, and the three that are issued from what was typed: intent, single source, amendment.

The other kinds follow from the project itself; for them a preparation only adds what the form asks beside it (and attachments), and
``papers.paper`` takes it along. Nobody enters the day of a notice: it is the day on which it is issued.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts import audit
from accounts.roles import Role
from procurement.models import Announcement, AnnouncementFile, Award, Complaint, Project, ProjectPaper, Tender
from procurement.rules import bidding, catalogue, wording
from procurement.rules import deadlines as limits
from procurement.rules import notices as rules
from procurement.services import deadlines, notice_text
from procurement.services.ending import fail_tender
from procurement.services.papers import draft_of, is_withdrawn, paper
from procurement.services.publication import announce_complaint_decision, end_project
from records import clock, messages
from records.files import store_upload
from records.policy import Breach
from records.refusals import Refused, lifted_by, uphold
from records.workflow import claim, move, touch

Kind = ProjectPaper.Kind
AMENDABLE = ("requirement", "qualification", "contact_name", "contact_phone", "contact_address")
BEARING_ON_BIDS = frozenset({"requirement", "qualification"})
MOMENTS = ("bid_deadline", "opening_at")
MOST_FILES = 10
Status = Project.Status
BEFORE_CONTRACT = (Status.NOTICE_PUBLISHED, Status.OPENED, Status.EVALUATED, Status.AWARDED)


def is_open(project: Project, kind) -> bool:
    """Can a notice of this kind be prepared now?"""
    contract = getattr(project, "contract", None)
    untold = contract is not None and (contract.announced_at is None or is_withdrawn(project, Kind.CONTRACT))
    return {
        Kind.INTENT: project.status in Project.BEFORE_NOTICE and project.method not in limits.NO_INTENT_NEEDED,
        Kind.SINGLE_SOURCE: project.status in Project.BEFORE_NOTICE and project.method == Project.Method.SINGLE_SOURCE,
        Kind.NOTICE: project.status == Project.Status.APPROVED,
        Kind.AMENDMENT: project.status in (Project.Status.NOTICE_PUBLISHED, Project.Status.AWARDED, Project.Status.CONTRACTED),
        Kind.RESULT: project.status == Project.Status.AWARDED,
        Kind.CONTRACT: untold and contract.signed_at is not None,
        Kind.TERMINATION: project.status in BEFORE_CONTRACT,
        Kind.COMPLAINT: decided_complaint(project) is not None,
    }.get(kind, False)


def decided_complaint(project: Project) -> Complaint | None:
    """The oldest complaint whose decision has not been announced: one notice for each."""
    decided = Complaint.objects.filter(challenge__tender__project=project).to_announce()
    return decided.select_related("challenge__contractor__organisation").order_by("decided_on", "pk").first()


def closed_breaches(project: Project, kind):
    """NT-4: each notice has its time."""
    if not is_open(project, kind):
        message = f"项目现为“{project.get_status_display()}”，不在编制{Kind(kind).label}的环节。"
        yield Breach("NT-4", rules.CONTENT, message)


@transaction.atomic
def save_draft(project_id: int, *, kind, values: dict, by, version: int | None = None, upload=None, label: str = "") -> Announcement:
    """Keep what was typed for the next notice of this kind, and at most one more attachment."""
    project = claim(Project, project_id)
    uphold(closed_breaches(project, kind))
    draft = Announcement.objects.filter(project=project, kind=kind, status=Announcement.Status.DRAFT).first()
    if draft is None:
        draft = Announcement(project=project, kind=kind, prepared_by=by)
    else:
        draft = claim(Announcement, draft.pk, version=version)
        touch(draft)
    draft.values = values
    draft.save()
    if upload:
        attach(draft, upload, label, by)
    audit.record("procurement.announcement.prepared", draft, by=by, detail={"kind": kind, "fields": sorted(values)})
    return draft


def attach(draft: Announcement, upload, label: str, by) -> AnnouncementFile:
    if draft.files.count() >= MOST_FILES:
        raise Refused.because("NT-4", rules.CONTENT, f"一份公告最多附 {MOST_FILES} 个文件。")
    stored = store_upload(upload, organisation=draft.project.organisation, by=by)
    return AnnouncementFile.objects.create(announcement=draft, file=stored, label=label.strip()[:80] or stored.name[:80])


@transaction.atomic
def detach(announcement_id: int, file_id: int, *, by) -> None:
    """Take an attachment back, as long as the notice is not out."""
    draft = claim(Announcement, announcement_id)
    if draft.status != Announcement.Status.DRAFT:
        raise Refused.because("NT-4", rules.CONTENT, f"{draft}，附件不能再移除。")
    row = draft.files.get(pk=file_id)
    row.delete()
    audit.record("procurement.announcement.file_removed", draft, by=by, detail={"label": row.label})


@transaction.atomic
def discard_draft(announcement_id: int, *, version: int, by) -> Announcement:
    draft = claim(Announcement, announcement_id, version=version)
    return move(draft, Announcement.Status.DISCARDED, by=by)


@transaction.atomic
def explain_intent(project_id: int, *, reason: str, by) -> Project:
    """T-01: why the purchase cannot wait for thirty days of published intent. The reason goes to the gate of the notice."""
    project = claim(Project, project_id)
    if project.status not in Project.BEFORE_NOTICE:
        raise Refused.because("T-01", limits.INTENT.clause, f"项目现为“{project.get_status_display()}”，公告已发布，不能补写理由。")
    if not reason.strip():
        raise Refused.because("T-01", limits.INTENT.clause, "请写明因不可预见的原因急需采购的理由。")
    project.reasons = {**project.reasons, "T-01": reason.strip()}
    touch(project)
    project.save(update_fields=["reasons", "version"])
    audit.record("procurement.project.intent_explained", project, by=by, detail={"reason": reason.strip()})
    return project


@transaction.atomic
def issue(announcement_id: int, *, version: int, by) -> ProjectPaper:
    """Announce a prepared intent, single-source notice or amendment today. Raises Refused with every open point."""
    draft = claim(Announcement.objects.select_related("project__organisation"), announcement_id, version=version)
    if draft.status != Announcement.Status.DRAFT or draft.kind not in ISSUERS:
        raise Refused.because("NT-4", rules.CONTENT, f"{draft}不能由此发布。")
    project = claim(Project.objects.select_related("organisation"), draft.project_id)
    return ISSUERS[draft.kind](project, draft, by)


def intent_breaches(project: Project, draft: Announcement):
    """Before the intent: something to buy, a budget, a month, nothing that shuts suppliers out."""
    values = draft.values
    yield from rules.content_breaches(Kind.INTENT, values)
    if project.status not in Project.BEFORE_NOTICE:
        yield Breach("T-01", limits.INTENT.clause, f"项目现为“{project.get_status_display()}”，采购活动已经开始，不再公开意向。")
    if project.plan_amount is None:
        yield Breach("NT-4", rules.INTENT_FORM, "尚未填写采购计划金额，意向须写明预算金额。")
    if values.get("expected"):
        yield from rules.expected_breaches(values["expected"], on=clock.today())
    yield from wording_breaches(values.get("overview", ""))


def wording_breaches(text: str):
    yield from (breach for breach in wording.wording_breaches(text) if breach.binding)
    yield from catalogue.reserved_act_breaches(text)


def issue_intent(project: Project, draft: Announcement, by) -> ProjectPaper:
    uphold(intent_breaches(project, draft))
    sections = notice_text.intent_sections(project, draft.values)
    until = deadlines.end_of(limits.INTENT, clock.today())
    detail = {"expected": draft.values["expected"], "budget": project.plan_amount, "overview": draft.values["overview"]}
    return paper(project, Kind.INTENT, f"{project.name}采购意向公开", {"sections": sections}, by, until, **detail)


def single_source_breaches(project: Project, draft: Announcement):
    yield from rules.content_breaches(Kind.SINGLE_SOURCE, draft.values)
    yield from rules.opinion_breaches(draft.files.count())
    if project.method != Project.Method.SINGLE_SOURCE:
        message = f"项目采购方式为{project.get_method_display()}，只有单一来源采购须作此公示。"
        yield Breach("T-10", rules.SINGLE_SOURCE, message)
    if project.status not in Project.BEFORE_NOTICE:
        yield Breach("T-10", rules.SINGLE_SOURCE, f"项目现为“{project.get_status_display()}”，公示应在采购活动开始前进行。")
    if project.plan_amount is None:
        yield Breach("NT-4", rules.SINGLE_SOURCE_FORM, "尚未填写采购计划金额，公示须写明预算金额。")


def issue_single_source(project: Project, draft: Announcement, by) -> ProjectPaper:
    uphold(single_source_breaches(project, draft))
    today = clock.today()
    until = deadlines.end_of(limits.SINGLE_SOURCE, today)
    sections = notice_text.single_source_sections(project, draft.values, today, until)
    detail = {key: draft.values[key] for key in ("ground", "reason", "supplier", "supplier_address")}
    return paper(project, Kind.SINGLE_SOURCE, f"{project.name}单一来源公示", {"sections": sections}, by, until, **detail)


def moment_of(values: dict, name: str) -> datetime | None:
    found = values.get(name)
    return parse_datetime(found) if isinstance(found, str) and found else found or None


def new_times(tender: Tender, values: dict) -> dict[str, datetime]:
    """Deadline and opening as they will be; an opening left alone follows a moved deadline by as much as before."""
    deadline = moment_of(values, "bid_deadline") or tender.bid_deadline
    opening = moment_of(values, "opening_at") or tender.opening_at + max(deadline - tender.bid_deadline, timedelta(0))
    return {"bid_deadline": deadline, "opening_at": opening}


def changes_of(project: Project, tender: Tender | None, values: dict) -> list[dict]:
    """Every field that the amendment changes: {field, label, before, after}, times in words."""
    found = []
    for name in AMENDABLE:
        before, after = getattr(project, name), values.get(name)
        if after not in (None, "", before):
            found.append({"field": name, "label": Project._meta.get_field(name).verbose_name, "before": before, "after": after})
    for name, after in (new_times(tender, values) if tender else {}).items():
        before = getattr(tender, name)
        if after != before:
            words = [notice_text.spelled_time(moment) for moment in (before, after)]
            label = Tender._meta.get_field(name).verbose_name
            found.append({"field": name, "label": label, "before": words[0], "after": words[1], "until": after})
    return found


def bears_on_bids(values: dict, changes: list[dict]) -> bool:
    return bool(values.get("affects_bids")) or any(change["field"] in BEARING_ON_BIDS for change in changes)


def amendment_breaches(project: Project, tender: Tender | None, draft: Announcement):
    """T-04, T-06 and the rest: what may be corrected now, and whether the deadline leaves bidders their days."""
    values = draft.values
    changes = changes_of(project, tender, values)
    yield from rules.content_breaches(Kind.AMENDMENT, values)
    yield from rules.nothing_changed_breaches(changes, values.get("clarification", ""))
    yield from wording_breaches("\n".join(str(change["after"]) for change in changes if change["field"] in BEARING_ON_BIDS))
    if values.get("subject") == "result":
        yield from result_amendment_breaches(project, changes)
        return
    if tender is None or project.status != Project.Status.NOTICE_PUBLISHED:
        message = f"项目现为“{project.get_status_display()}”，公告期间才能更正采购公告和采购文件。"
        yield Breach("NT-4", rules.AMENDMENT_FORM, message)
        return
    yield from running_amendment_breaches(project, tender, values, changes)


def result_amendment_breaches(project: Project, changes: list[dict]):
    if not project.papers.filter(kind=Kind.RESULT).exists():
        yield Breach("NT-4", rules.AMENDMENT_FORM, "结果公告尚未发布，不能更正采购结果。")
    moved = [change["label"] for change in changes if not change["field"].startswith("contact_")]
    if moved:
        yield Breach("NT-4", rules.AMENDMENT_FORM, f"更正采购结果不能改变{'、'.join(moved)}。")


def running_amendment_breaches(project: Project, tender: Tender, values: dict, changes: list[dict]):
    now, times, today = Tender.objects.database_time(tender.pk), new_times(tender, values), clock.today()
    local = {name: timezone.localtime(moment) for name, moment in times.items()}
    before = timezone.localtime(tender.bid_deadline)
    yield from rules.moved_deadline_breaches(project.method, before=before, after=local["bid_deadline"], now=timezone.localtime(now))
    yield from bidding.opening_time_breaches(deadline=local["bid_deadline"], opening_at=local["opening_at"])
    if bears_on_bids(values, changes):
        earliest = deadlines.end_of(limits.periods_of(project.method).change, today)
        day = local["bid_deadline"].date()
        yield from limits.change_breaches(project.method, announced_on=today, deadline_on=day, earliest=earliest)


def issue_amendment(project: Project, draft: Announcement, by) -> ProjectPaper:
    """更正公告: the fields change with it, in one transaction; whoever has already bid is told."""
    tender = Tender.objects.filter(project=project).first()
    tender = claim(Tender, tender.pk) if tender else None
    said = tender.opening_reason if tender else ""
    lifted = uphold(amendment_breaches(project, tender, draft), reason=said)
    changes = changes_of(project, tender, draft.values)
    first = project.papers.filter(kind__in=(Kind.NOTICE, Kind.RESULT)).order_by("pk").first()
    sections = notice_text.amendment_sections(project, draft.values, changes, timezone.localtime(first.issued_at).date())
    apply_changes(project, tender, changes)
    bearing = bears_on_bids(draft.values, changes)
    facts = {"changes": changes, "bears_on_bids": bearing}
    audit.record("procurement.project.amended", project, by=by, detail={**facts, "lifted": lifted_by(said, lifted)})
    detail = {
        **facts,
        **{key: draft.values.get(key, "") for key in ("subject", "reason", "clarification")},
    }
    issued = paper(project, Kind.AMENDMENT, f"{project.name}更正公告", {"sections": sections}, by, **detail)
    if tender:
        tell_bidders(tender, issued)
    return issued


def apply_changes(project: Project, tender: Tender | None, changes: list[dict]) -> None:
    ours = [change for change in changes if change["field"] in AMENDABLE]
    times = [change for change in changes if change["field"] in MOMENTS]
    for change in ours:
        setattr(project, change["field"], change["after"])
    if ours:
        touch(project)
        project.save(update_fields=[*(change["field"] for change in ours), "version"])
    for change in times:
        setattr(tender, change["field"], change["until"])
    if times:
        touch(tender)
        tender.save(update_fields=[*(change["field"] for change in times), "version"])


def tell_bidders(tender: Tender, issued: ProjectPaper) -> None:
    """A message to each bidder. How many there are stays as secret as before the opening: nothing here is counted or recorded."""
    project = tender.project
    deadline = notice_text.spelled_time(tender.bid_deadline)
    body = f"{project.name}（{project.code}）发布了更正公告。响应文件提交截止时间：{deadline}。截止前可以撤回或者替换已递交的响应文件。"
    for bid in tender.bids.live().select_related("contractor__organisation"):
        to = bid.contractor.organisation
        url, key = reverse("procurement:bid_new", args=[tender.pk]), f"amendment:{issued.pk}:{to.pk}"
        messages.to_role(to, Role.CONTRACTOR_ADMIN, f"更正公告：{project.name}"[:200], body, url=url, key=key)


def complaint_breaches(project: Project, draft: Announcement):
    yield from closed_breaches(project, Kind.COMPLAINT)
    yield from rules.content_breaches(Kind.COMPLAINT, draft.values)


def issue_complaint(project: Project, draft: Announcement, by) -> ProjectPaper:
    uphold(complaint_breaches(project, draft))
    complaint, values = decided_complaint(project), draft.values
    issued = announce_complaint_decision(
        project,
        parties=values["parties"].splitlines(),
        facts=values["facts"],
        basis=values["basis"],
        decision=values["decision"],
        decided_on=complaint.decided_on,
        by=by,
    )
    Complaint.objects.filter(pk=complaint.pk).update(announcement=issued)
    return issued


def termination_breaches(project: Project, draft: Announcement | None):
    """Before a purchase ends in public: a prepared notice that says what happened and why."""
    yield from closed_breaches(project, Kind.TERMINATION)
    values = draft.values if draft else {}
    yield from rules.content_breaches(Kind.TERMINATION, values)
    awarded = Award.objects.in_force().filter(tender__project=project).exists()
    yield from rules.awarded_breaches(values.get("outcome", ""), awarded=awarded)


def issue_termination(project: Project, draft: Announcement, by) -> ProjectPaper:
    """废标: the tender fails, the project with it, and the notice goes out."""
    uphold([*termination_breaches(project, draft), *rules.decided_above_breaches(draft.values.get("outcome", ""))])
    fail_tender(Tender.objects.get(project=project).pk, reason=draft.values["reason"], by=by)
    return project.papers.filter(kind=Kind.TERMINATION).latest("pk")


@transaction.atomic
def terminate(project_id: int, *, version: int, opinion: str, by) -> Project:
    """终止采购 as the head of the purchaser decides it, with the notice that was prepared and looked at."""
    project = Project.objects.get(pk=project_id)
    draft = draft_of(project, Kind.TERMINATION)
    uphold(termination_breaches(project, draft))
    if draft.values["outcome"] != Status.TERMINATED.name:
        raise Refused.because("NT-4", rules.TERMINATION_FORM, "公告稿写的是废标，由经办人发布；要终止采购的，请经办人先修改公告稿。")
    reason = draft.values["reason"]
    return end_project(project_id, outcome=Status.TERMINATED, version=version, reason=reason, opinion=opinion, by=by)


ISSUERS = {
    Kind.TERMINATION: issue_termination,
    Kind.INTENT: issue_intent,
    Kind.SINGLE_SOURCE: issue_single_source,
    Kind.AMENDMENT: issue_amendment,
    Kind.COMPLAINT: issue_complaint,
}
