"""Reading a tender: its gates, its results with the numbers behind them, and what each person must do next."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.timezone import localtime

from accounts.access import may
from accounts.roles import Permission
from procurement.models import Bid, CommitteeMember, KeyHolder, LowPriceReview, Project, ScoreSheet, Standing, Tender
from procurement.rules import scoring
from procurement.services.scoring import sheets_of
from records.worklist import WorkItem

LIMIT = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One bid in the result table; ``formula`` is the price score with its numbers."""

    standing: Standing
    bidder: str
    quote: Decimal
    formula: str
    marks: list


def result_rows(tender) -> list[Row]:
    """The evaluation result, best first, with every number that led to it."""
    standings = list(Standing.objects.filter(bid__tender=tender).select_related("bid__contractor__organisation"))
    lowest = min((row.evaluated_price for row in standings), default=None)
    weight, marks = tender.weight_of(scoring.FactorKind.PRICE), marks_by_bid(tender)
    return [Row(row, str(row.bid.contractor), row.bid.quote, price_formula(lowest, row, weight), marks[row.bid_id]) for row in standings]


def price_formula(lowest, row: Standing, weight: Decimal) -> str:
    """P-44 as people read it: 800,000.00 ÷ 960,000.00 × 20 = 16.67."""
    if not weight:
        return "执行统一价格，价格不评分"
    return f"{lowest:,.2f} ÷ {row.evaluated_price:,.2f} × {weight.normalize():f} = {row.price_points}"


def marks_by_bid(tender) -> dict:
    found = defaultdict(list)
    for sheet in sheets_of(tender).filter(status=ScoreSheet.Status.SUBMITTED).order_by("member__position"):
        found[sheet.bid_id].append(sheet)
    return found


def worklist(user) -> list[WorkItem]:
    """Key custody, openings, reviews, declarations, score sheets and awards that wait for this person."""
    return [*_custody(user), *_openings(user), *_handling(user), *_desk(user), *_awards(user), *_explanations(user)]


def _item(title, tender, name, due, kind, clause, note="") -> WorkItem:
    return WorkItem(f"{title}：{tender.project.name}", reverse(f"procurement:{name}", args=[tender.pk]), due, kind, clause, note)


def _custody(user):
    rows = KeyHolder.objects.filter(user=user, taken_at=None, tender__status=Tender.Status.PREPARED).select_related("tender__project")
    for row in rows[:LIMIT]:
        yield _item("领取开启密钥", row.tender, "tender_custody", None, "开启密钥", "一门平台运行规则 开启密钥")


def _openings(user):
    rows = KeyHolder.objects.filter(user=user, released_at=None, tender__status=Tender.Status.OPEN).select_related("tender__project")
    for row in rows[:LIMIT]:
        due = localtime(row.tender.opening_at)
        yield _item("到场开启响应文件", row.tender, "tender_opening", due.date(), "开启", "财政部令第87号 第四十条", f"{due:%H:%M}")


def _handling(user):
    """The handler's own tenders between opening and ranking."""
    steps = {
        Tender.Status.PREPARED: "筹备采购活动",
        Tender.Status.OPENED: "审查资格、抽取专家",
        Tender.Status.SCORING: "汇总评审结果",
    }
    rows = Tender.objects.visible_to(user).filter(created_by=user, status__in=steps).select_related("project")
    for tender in rows.order_by("opening_at")[:LIMIT]:
        yield _item(steps[Tender.Status(tender.status)], tender, "tender_detail", None, "采购活动", "二（四）")


def _desk(user):
    rows = CommitteeMember.objects.filter(user=user).seated().select_related("committee__tender__project")
    desk = reverse("procurement:desk")
    for member in rows.filter(committee__tender__status__in=(Tender.Status.OPENED, Tender.Status.SCORING))[:LIMIT]:
        tender = member.committee.tender
        if member.status == CommitteeMember.Status.DRAWN:
            yield WorkItem(f"作回避声明：{tender.project.name}", desk, None, "评审", "政府采购法实施条例 第九条")
        elif member.sheets.filter(status=ScoreSheet.Status.DRAFT).exists():
            yield WorkItem(f"评分：{tender.project.name}", desk, None, "评审", "政府采购法实施条例 第三十四条")


def _awards(user):
    if not may(user, Permission.AWARD_CONFIRM):
        return
    rows = Tender.objects.visible_to(user).filter(status=Tender.Status.RANKED).select_related("project__organisation")
    for tender in rows[:LIMIT]:
        if may(user, Permission.AWARD_CONFIRM, tender.project.organisation):
            due = localtime(tender.ranked_at).date()
            yield _item(
                "确定成交供应商", tender, "tender_result", None, "成交", "政府采购法实施条例 第四十三条", f"评审完成于 {due}，5 个工作日内"
            )


def _explanations(user):
    if not may(user, Permission.BID_SUBMIT):
        return
    bids = Bid.objects.visible_to(user).values("pk")
    for review in LowPriceReview.objects.filter(bid__in=bids, verdict="open", explained_at=None).select_related("bid__tender__project")[
        :LIMIT
    ]:
        url = reverse("procurement:low_price_explain", args=[review.pk])
        yield WorkItem(f"说明报价：{review.bid.tender.project.name}", url, None, "异常低价", "财库〔2026〕2号", "30 分钟内")


def open_now():
    """Tenders that contractors may answer now, earliest deadline first."""
    rows = Tender.objects.open_to_bidders().filter(status=Tender.Status.OPEN, project__status=Project.Status.NOTICE_PUBLISHED)
    return rows.select_related("project__organisation").order_by("bid_deadline")
