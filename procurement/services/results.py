"""Telling the outcome: the result announcement, and the score sheets as one PDF made by a job."""

from django.db import transaction
from django.utils.timezone import localtime

from accounts import audit
from procurement.models import CommitteeMember, ProjectPaper, Standing, Tender
from procurement.rules import bidding
from procurement.services import publication
from records import clock, jobs, workdays
from records.policy import Breach
from records.refusals import MissingCalendar, Refused
from records.workflow import claim


@transaction.atomic
def publish_result(tender_id, *, by) -> ProjectPaper:
    """The result notice with winner, amount, ranking and, only now, the names of the experts (T-13, P-55)."""
    tender = claim(Tender.objects.select_related("project__organisation"), tender_id)
    award = tender.awards.in_force().select_related("contractor__organisation").first()
    if award is None:
        raise Refused.because("T-13", bidding.CONFIRMATION, "尚未确定成交供应商，不能发布结果公告。")
    if result_paper(tender, award):
        raise Refused.because("T-13", bidding.CONFIRMATION, "本次成交结果已经公告。")
    title = f"{tender.project.name}结果公告"
    until = workdays.add_workdays(clock.today(), 1)
    audit.lift(tender.committee_key)
    return publication.paper(tender.project, ProjectPaper.Kind.RESULT, title, {"sections": sections(tender, award, until)}, by, until)


def result_paper(tender, award) -> ProjectPaper | None:
    """The announcement of this award, if there is one: a later award needs its own."""
    return tender.project.papers.filter(kind=ProjectPaper.Kind.RESULT, issued_at__gte=award.confirmed_at).first()


def sections(tender, award, until) -> list:
    project = tender.project
    rows = Standing.objects.filter(bid__tender=tender).select_related("bid__contractor__organisation")
    ranking = [f"第 {row.rank} 名 {row.bid.contractor}：总分 {row.total}" for row in rows]
    experts = [member.user.name for member in members(tender) if member.seat == CommitteeMember.Seat.EXPERT]
    winner = award.contractor
    return [
        ("一、项目基本情况", [f"项目编号：{project.code}", f"项目名称：{project.name}", f"采购方式：{project.get_method_display()}"]),
        ("二、成交信息", [f"供应商名称：{winner}", f"供应商地址：{winner.address or '见登记证书'}", f"成交金额：{award.amount:,.2f} 元"]),
        ("三、主要标的", [project.requirement]),
        ("四、评审结果", ranking),
        ("五、评审专家名单", ["、".join(experts)]),
        ("六、公告期限", [f"1 个工作日，至 {publication.spelled(until)}"]),
        ("七、联系方式", [publication.contact_of(project)]),
    ]


def members(tender):
    return CommitteeMember.objects.filter(committee__tender=tender).seated().select_related("user")


def result_breaches(award):
    """T-13: what is contracted was announced first, with its ranking and the names of those who judged."""
    if result_paper(award.tender, award) is None:
        yield Breach("T-13", bidding.CONFIRMATION, "本次成交结果尚未公告。请先在“评审结果”发布结果公告，再办理合同。")


def due_days(tender, award) -> dict:
    """T-12 from the end of the evaluation, T-13 from the choice; None while a year's calendar is unknown or nothing was chosen."""
    confirm_by = workdays_after(tender.ranked_at, bidding.CONFIRM_WORKDAYS) if tender.ranked_at else None
    return {"confirm_by": confirm_by, "announce_by": workdays_after(award.confirmed_at, bidding.RESULT_WORKDAYS) if award else None}


def workdays_after(moment, days: int):
    try:
        return workdays.add_workdays(localtime(moment).date(), days)
    except MissingCalendar:
        return None


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
