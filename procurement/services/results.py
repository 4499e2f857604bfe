"""Telling the outcome: the result announcement, and the score sheets as one PDF made by a job."""

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localtime

from accounts import audit
from accounts.roles import Role
from procurement.models import CommitteeMember, ProjectPaper, Standing, Tender
from procurement.rules import bidding
from procurement.rules import deadlines as limits
from procurement.services import deadlines, notice_text, publication
from procurement.services.papers import extras_of
from records import clock, jobs, messages, notices
from records.policy import Breach
from records.refusals import Refused
from records.workflow import claim


@transaction.atomic
def publish_result(tender_id, *, by) -> ProjectPaper:
    """The result notice with winner, amount, ranking and, only now, the names of the experts (T-13, P-55)."""
    tender = claim(Tender.objects.select_related("project__organisation"), tender_id)
    award = tender.awards.in_force().select_related("contractor__organisation").first()
    if award is None or tender.status != Tender.Status.AWARDED:
        raise Refused.because("T-13", bidding.CONFIRMATION, "尚未确定成交供应商，不能发布结果公告。")
    if result_paper(tender, award):
        raise Refused.because("T-13", bidding.CONFIRMATION, "本次成交结果已经公告。")
    title = f"{tender.project.name}结果公告"
    until = deadlines.end_of(limits.RESULT_NOTICE, clock.today())
    audit.lift(tender.committee_key)
    detail = {"contractor": str(award.contractor), "amount": award.amount, "award": award.pk}
    if award.notice is None:
        send_award_letter(award, by)
    content = {"sections": sections(tender, award, until)}
    return publication.paper(tender.project, ProjectPaper.Kind.RESULT, title, content, by, until, **detail)


def send_award_letter(award, by) -> None:
    """成交通知书 to the winner, with the day by which the contract must be signed (T-13, T-14)."""
    project = award.tender.project
    sign_by = deadlines.due(limits.SIGNING, clock.today())
    title = f"{project.name}成交通知书"
    lines = [
        ("致", [str(award.contractor)]),
        ("成交事项", [*notice_text.project_lines(project), f"成交金额：{award.amount:,.2f} 元"]),
        ("签订合同", [f"请自本通知书发出之日起三十日内（{sign_by.on or '末日以公布的工作日历为准'}前）与采购人签订合同。"]),
        ("说明", ["本通知书对采购人和成交供应商均具有法律效力。成交供应商不签订合同的，响应保证金不予退还，由下一名候选供应商递补。"]),
        ("联系方式", [publication.contact_of(project)]),
    ]
    award.notice = notices.issue(
        "procurement.award_letter",
        organisation=project.organisation,
        title=title,
        template="procurement/print/notice.html",
        context={"title": title, "organisation": str(project.organisation), "sections": notice_text.numbered(lines)},
        by=by,
        number_prefix=f"{project.organisation.label}成"[:30],
    )
    award.save(update_fields=["notice"])
    url = reverse("procurement:bid_receipt", args=[award.bid_id])
    to = award.contractor.organisation
    messages.to_role(to, Role.CONTRACTOR_ADMIN, title[:200], "请按期签订合同。", url=url, key=f"award-letter:{award.pk}")


def result_paper(tender, award) -> ProjectPaper | None:
    """The announcement of this award that stands: a later award needs its own, and a withdrawn one is issued anew."""
    return tender.project.papers.filter(kind=ProjectPaper.Kind.RESULT, notice__withdrawn_at=None, issued_at__gte=award.confirmed_at).first()


def sections(tender, award, until) -> list:
    """中标（成交）结果公告: winner, what is served, ranking, experts, fee, period, whom to ask."""
    project, values = tender.project, extras_of(tender.project, ProjectPaper.Kind.RESULT)
    rows = Standing.objects.filter(bid__tender=tender).select_related("bid__contractor__organisation")
    ranking = [] if rows else ["单一来源采购，经协商确定，不评分"]
    ranking += [f"第 {row.rank} 名 {row.bid.contractor}：总分 {row.total}" for row in rows]
    experts = [member.user.name for member in members(tender) if member.seat == CommitteeMember.Seat.EXPERT]
    winner, standards = award.contractor, "；".join(f"{one.name}：{one.target}" for one in project.standards.all())
    served = f"服务时间：{publication.spelled(project.starts_on)}至{publication.spelled(project.ends_on)}" if project.starts_on else ""
    return notice_text.numbered([
        ("项目基本情况", [*notice_text.project_lines(project), f"采购方式：{project.get_method_display()}"]),
        ("成交信息", [f"供应商名称：{winner}", f"供应商地址：{winner.address or '见登记证书'}", f"成交金额：{award.amount:,.2f} 元"]),
        ("主要标的", [
            f"名称：{project.name}", f"服务范围：{values.get('scope') or '采购需求所列范围'}", f"服务要求：{project.requirement}",
            *filter(None, [served]), f"服务标准：{standards or '采购文件所列标准'}",
        ]),
        ("评审结果", [*ranking, *filter(None, [values.get("recommendation")])]),
        ("评审专家名单", ["、".join(experts)]),
        ("代理服务收费标准及金额", [values.get("fee") or "采购人自行组织采购，不收取代理服务费。"]),
        ("公告期限", [f"1 个工作日，至 {publication.spelled(until)}"]),
        ("其他补充事宜", [values.get("other") or "认为结果损害自身权益的，可以自公告期限届满之日起七个工作日内书面提出质疑。"]),
        ("联系方式", [publication.contact_of(project)]),
    ])  # fmt: skip


def members(tender):
    return CommitteeMember.objects.filter(committee__tender=tender).seated().select_related("user")


def result_breaches(award):
    """T-13: what is contracted was announced first, with its ranking and the names of those who judged."""
    if result_paper(award.tender, award) is None:
        yield Breach("T-13", bidding.CONFIRMATION, "本次成交结果尚未公告。请先在“评审结果”发布结果公告，再办理合同。")


def due_days(tender, award) -> dict:
    """T-12 from the end of the evaluation, T-13 from the choice; None while a year's calendar is unknown or nothing was chosen."""
    confirm_by = deadlines.due(limits.CONFIRMATION, localtime(tender.ranked_at).date()).on if tender.ranked_at else None
    announce_by = deadlines.due(limits.RESULT, localtime(award.confirmed_at).date()).on if award else None
    return {"confirm_by": confirm_by, "announce_by": announce_by}


def names_are_public(tender) -> bool:
    """P-55: who judged is secret until the result is announced."""
    return tender.project.papers.filter(kind=ProjectPaper.Kind.RESULT).exists()


def order_score_sheets(tender, *, by):
    """The job that prints all score sheets of a ranked tender; asking twice gives the same job."""
    if tender.ranked_at is None:
        raise Refused.because("P-46", bidding.CONFIRMATION, "评审完成后才能打印评分表。")
    return jobs.enqueue(
        "procurement.score_sheets",
        organisation=tender.project.organisation,
        by=by,
        key=f"tender:{tender.pk}:{tender.ranked_at:%Y%m%d%H%M%S}",
        title=f"{tender.project.name}评分表",
        tender=tender.pk,
    )
