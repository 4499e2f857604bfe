"""The notice of a project and its end before a contract: dates from today, papers frozen, nothing back-dated."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from procurement.models import Award, Contract, Project, ProjectPaper, Tender
from procurement.rules import deadlines as limits
from procurement.rules import leaving
from procurement.rules import project as rules
from procurement.services import gates, notice_text
from procurement.services.deadlines import timetable
from procurement.services.invitation import draw_breaches, tell_invited
from procurement.services.papers import contact_of, extras_of, paper, spelled
from procurement.services.tender import open_for_bids, opening_for_bids_breaches
from records import clock
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim, move

ENDS = (Project.Status.FAILED, Project.Status.TERMINATED)
ENDING_NAMES = {Project.Status.FAILED: "废标公告", Project.Status.TERMINATED: "终止公告"}


def notice_breaches(project: Project) -> list:
    """Everything that stands between an approved project and its notice today."""
    today = clock.today()
    found = [
        *gates.publication_breaches(project, on=today),
        *rules.contact_breaches(project.contact_name, project.contact_phone, project.contact_address),
    ]
    tender = getattr(project, "tender", None)
    if tender is None:
        return [*found, Breach("T-02", rules.METHODS, "尚未筹备采购活动（提交截止时间、开启时间和密钥保管人）。")]
    if project.method not in limits.PERIODS:
        return [
            *found,
            rules.Breach("P-26", rules.METHODS, f"{project.get_method_display()}没有公告期限规定，请改用竞争性磋商或公开招标。"),
        ]
    found += draw_breaches(tender)
    deadline = timezone.localtime(tender.bid_deadline).date()
    found += [breach for breach in opening_for_bids_breaches(tender) if breach.rule == "P-65"]  # keys not yet taken
    return [*found, *limits.deadline_breaches(project.method, timetable(project.method, today), deadline)]


@transaction.atomic
def publish_notice(project_id: int, *, version: int, by) -> Project:
    """Issue the notice today, open the tender for sealed bids and freeze the scale. Raises Refused with every open point."""
    project = claim(Project.objects.select_related("organisation"), project_id, version=version)
    lifted = gates.uphold_gate(project, notice_breaches(project))
    dates = timetable(project.method, clock.today())
    project.published_at = clock.now()
    project.save(update_fields=["published_at"])
    move(project, Project.Status.NOTICE_PUBLISHED, by=by, detail={"lifted": lifted, "notice_until": dates.notice_until})
    open_for_bids(project.tender.pk, by=by)
    tell_invited(project.tender)
    title = f"{project.name}{notice_name(project)}"
    paper(project, ProjectPaper.Kind.NOTICE, title, notice_context(project, dates), by, dates.notice_until)
    return project


def notice_name(project: Project) -> str:
    return "招标公告" if project.method in (Project.Method.OPEN, Project.Method.INVITED) else "磋商公告"


def notice_context(project: Project, dates: limits.Timetable) -> dict:
    """The sections of 招标公告 / 磋商公告 with what was prepared beside the project."""
    extras = extras_of(project, ProjectPaper.Kind.NOTICE)
    return {"sections": notice_text.notice_sections(project, dates, extras)}


@transaction.atomic
def end_project(project_id: int, *, outcome, version: int, reason: str, by, opinion: str = "") -> Project:
    """废标 or 终止, with its reason and, once announced, its public notice. ``outcome``: FAILED or TERMINATED; ``opinion``: who decided."""
    if outcome not in ENDS:
        raise ValueError(f"not an ending: {outcome}")
    project = claim(Project.objects.select_related("organisation"), project_id, version=version)
    if not reason.strip():
        raise Refused.because("P-50", rules.Clause("政府采购法", "第三十六条"), "请写明终止（废标）原因。")
    uphold(leaving.signed_breaches(running=signed_contract(project)))
    project.closing_reason = reason
    project.save(update_fields=["closing_reason"])
    move(project, outcome, by=by, note=opinion or reason)
    drop_award(project, reason, by)
    if outcome == Project.Status.TERMINATED:
        close_tender(project, reason, by)
    if project.published_at:
        sections = notice_text.termination_sections(project, reason, extras_of(project, ProjectPaper.Kind.TERMINATION))
        title = f"{project.name}{ENDING_NAMES[outcome]}"
        paper(project, ProjectPaper.Kind.TERMINATION, title, {"sections": sections}, by)
    return project


def signed_contract(project: Project) -> bool:
    """Is there a contract that binds? Then only its own termination ends the purchase."""
    return Contract.objects.filter(project=project, signed_at__isnull=False).exclude(status=Contract.Status.TERMINATED).exists()


@transaction.atomic
def announce_acceptance(
    contract: Contract, *, accepted_on: date, opinion: str, members: Iterable[tuple[str, str]], recipients: int, by,
    period: str = "", place: str = "", amount: Decimal | None = None, other: str = "",
) -> ProjectPaper:  # fmt: skip
    """验收结果公告 (P-61). ``members``: (name, office) of the acceptance group without the recipients, who are only counted.

    ``period`` in words for an instalment; ``amount`` the value accepted in 元. Raises Refused when a text shows personal data.
    """
    project = contract.project
    group = [f"{name}（{office}）" for name, office in members]
    group.append(f"服务对象代表 {recipients} 名（姓名不公开）")
    value = [f"本次验收金额：{amount:,.2f} 元"] if amount is not None else []
    sections = [
        ("一、合同与项目", [f"合同编号：{contract.number}", f"项目编号：{project.code}", f"项目名称：{project.name}"]),
        ("二、合同主体", [f"甲方：{project.organisation}", f"乙方：{contract.contractor}"]),
        ("三、服务内容与要求", [contract.scope, contract.quality_terms]),
        ("四、服务期限与地点", [period or f"{spelled(contract.starts_on)}至{spelled(contract.ends_on)}", *filter(None, [place])]),
        ("五、验收日期", [spelled(accepted_on)]),
        ("六、验收组成员", ["、".join(group)]),
        ("七、验收意见", [opinion, *value]),
        ("八、其他", [other or "无", contact_of(project)]),
    ]
    detail = {"accepted_on": accepted_on, "amount": amount, "contract": contract.number, "recipients": recipients}
    return paper(project, ProjectPaper.Kind.ACCEPTANCE, f"{project.name}验收结果公告", {"sections": sections}, by, **detail)


@transaction.atomic
def announce_complaint_decision(
    project: Project, *, parties: Iterable[str], facts: str, basis: str, decision: str, decided_on: date, by
) -> ProjectPaper:
    """投诉处理结果公告: who (in organisations), what happened, by which law, with what outcome. The finance department decides."""
    sections = notice_text.complaint_sections(project, parties, facts, basis, decision, decided_on)
    detail = {"decided_on": decided_on, "decision": decision}
    return paper(project, ProjectPaper.Kind.COMPLAINT, f"{project.name}投诉处理结果公告", {"sections": sections}, by, **detail)


def drop_award(project: Project, reason: str, by) -> None:
    """P-59: what was chosen and drafted falls with the purchase. Nobody refused to sign, so no security is forfeited."""
    for contract in Contract.objects.filter(project=project, status__in=Contract.UNSIGNED):
        move(contract, Contract.Status.CANCELLED, by=by, note=reason)
    for award in Award.objects.in_force().filter(tender__project=project).exclude(contract__signed_at__isnull=False):
        award.lapsed_reason, award.reopened = reason, True
        award.save(update_fields=["lapsed_reason", "reopened"])
        move(award, Award.Status.LAPSED, by=by, note=reason)


def close_tender(project: Project, reason: str, by) -> None:
    """A terminated project takes no more bids; 废标 begins at the tender itself, which closes on its own."""
    tender = Tender.objects.filter(project=project).first()
    if tender is None or Tender.Status.FAILED not in Tender.TRANSITIONS[tender.status]:
        return
    tender.failed_reason = reason
    tender.save(update_fields=["failed_reason"])
    move(tender, Tender.Status.FAILED, by=by, note=reason)
