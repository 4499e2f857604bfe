"""Reading a tender: its gates, its results with the numbers behind them, and what each person must do next."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.timezone import localtime

from accounts.access import may
from accounts.reach import reach_of
from accounts.roles import Permission
from procurement.models import (
    Award,
    Bid,
    Committee,
    CommitteeMember,
    FinalQuote,
    KeyHolder,
    LowPriceReview,
    Project,
    ProjectPaper,
    ScoreSheet,
    Standing,
    Tender,
)
from procurement.rules import deadlines as limits
from procurement.rules import scoring
from procurement.services import committee, deadlines
from procurement.services.scoring import gap_percent, sheets_of
from records.worklist import WorkItem

LIMIT = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One bid in the result table; ``formula`` is the price score with its numbers."""

    standing: Standing
    bidder: str
    quote: Decimal
    formula: str
    prior: str
    marks: list


def result_rows(tender) -> list[Row]:
    """The evaluation result, best first, with every number that led to it."""
    standings = list(Standing.objects.filter(bid__tender=tender).select_related("bid__contractor__organisation"))
    lowest = min((row.evaluated_price for row in standings), default=None)
    weight, marks = tender.weight_of(scoring.FactorKind.PRICE), marks_by_bid(tender)
    return [
        Row(row, str(row.bid.contractor), row.bid.price, price_formula(lowest, row, weight), prior_formula(tender, row), marks[row.bid_id])
        for row in standings
    ]


def price_formula(lowest, row: Standing, weight: Decimal) -> str:
    """P-44 as people read it: 800,000.00 ÷ 960,000.00 × 20 = 16.67."""
    if not weight:
        return "执行统一价格，价格不评分"
    deducted = f"（报价 {row.bid.price:,.2f}，小微企业扣除后）" if row.evaluated_price != row.bid.price else ""
    return f"{lowest:,.2f} ÷ {row.evaluated_price:,.2f}{deducted} × {weight.normalize():f} = {row.price_points}"


def prior_formula(tender, row: Standing) -> str:
    """P-48 as people read it: （优 1 ＋ 良 0.8）÷ 2 × 10 = 9.00; without a record as 中."""
    weight = tender.weight_of(scoring.FactorKind.PERFORMANCE)
    if not weight:
        return ""
    if not row.grades:
        return f"近三年没有绩效记录，按“中”计：{scoring.NO_RECORD_SHARE} × {weight.normalize():f} = {row.performance_points}"
    shares = " ＋ ".join(f"{grade} {scoring.GRADE_SHARES[grade]}" for grade in row.grades)
    return f"（{shares}）÷ {len(row.grades)} × {weight.normalize():f} = {row.performance_points}"


def marks_by_bid(tender) -> dict:
    found = defaultdict(list)
    for sheet in sheets_of(tender).filter(status=ScoreSheet.Status.SUBMITTED).order_by("member__position"):
        found[sheet.bid_id].append(sheet)
    return found


def paper_context(tender) -> dict:
    """What the printed records of a selection say, in one piece."""
    drawn = Committee.objects.filter(tender=tender).first()
    bids = tender.bids.filter(opened_at__isnull=False).select_related("contractor__organisation", "reviewed_by")
    reviews = LowPriceReview.objects.filter(bid__tender=tender).select_related("bid__contractor__organisation")
    return {
        "title": tender.project.name,
        "tender": tender,
        "project": tender.project,
        "holders": tender.holders.select_related("user"),
        "bids": bids.order_by("received_at"),
        "lines": tender.commitments.all(),
        "final_quotes": FinalQuote.objects.live().filter(bid__tender=tender).select_related("bid__contractor__organisation"),
        "committee": drawn,
        "drawn": committee.replay(drawn) if drawn else [],
        "holds": committee.draw_holds(drawn) if drawn else None,
        "members": drawn.members.select_related("user") if drawn else [],
        "reviews": reviews,
        "rows": result_rows(tender),
        "rounds": tender.rounds.all(),
        "gap_percent": gap_percent(tender),
    }


def worklist(user) -> list[WorkItem]:
    """Key custody, openings, reviews, declarations, score sheets and awards that wait for this person."""
    return [*_keys(user), *_handling(user), *_desk(user), *_awards(user), *_results(user), *_explanations(user)]


def _item(title, tender, name, due, kind, clause, note="") -> WorkItem:
    return WorkItem(f"{title}：{tender.project.name}", reverse(f"procurement:{name}", args=[tender.pk]), due, kind, clause, note)


def _keys(user):
    """Keys to take over before the notice, and openings to attend: one question for both."""
    taking = Q(taken_at=None, tender__status=Tender.Status.PREPARED)
    attending = Q(released_at=None, tender__status__in=(Tender.Status.OPEN, Tender.Status.QUOTING))
    for row in KeyHolder.objects.filter(taking | attending, user=user).select_related("tender__project")[: 2 * LIMIT]:
        if row.tender.status == Tender.Status.PREPARED:
            yield _item("领取开启密钥", row.tender, "tender_custody", None, "开启密钥", "一门平台运行规则 开启密钥")
            continue
        if row.tender.status == Tender.Status.OPEN:
            title, due, clause = "到场开启响应文件", localtime(row.tender.opening_at), "财政部令第87号 第四十条"
        else:
            title, due, clause = "到场开启最后报价", localtime(row.tender.quote_deadline), "财库〔2014〕214号 第二十四条"
        yield _item(title, row.tender, "tender_opening", due.date(), "开启", clause, f"{due:%H:%M}")


def _handling(user):
    """The office's tenders between opening and ranking."""
    steps = {
        Tender.Status.PREPARED: "筹备采购活动",
        Tender.Status.OPENED: "审查资格、抽取专家",
        Tender.Status.SCORING: "汇总评审结果",
    }
    if not may(user, Permission.TENDER_MANAGE):
        return
    rows = own(user).filter(status__in=steps).select_related("project")
    for tender in rows.order_by("opening_at")[:LIMIT]:
        yield _item(steps[Tender.Status(tender.status)], tender, "tender_detail", None, "采购活动", "二（四）")


def _desk(user):
    """Declarations, sheets to fill and reports to sign: one question for a seat, whatever it waits for."""
    drafts = ScoreSheet.objects.filter(member=OuterRef("pk"), status=ScoreSheet.Status.DRAFT)
    rows = CommitteeMember.objects.filter(user=user).seated().annotate(scoring=Exists(drafts)).select_related("committee__tender__project")
    reviewing = Q(committee__tender__status__in=(Tender.Status.OPENED, Tender.Status.SCORING))
    signing = Q(committee__tender__status=Tender.Status.RANKED, status=CommitteeMember.Status.ACCEPTED, signed_at=None)
    desk = reverse("procurement:desk")
    for member in rows.filter(reviewing | signing)[:LIMIT]:
        name, ranked = member.committee.tender.project.name, member.committee.tender.status == Tender.Status.RANKED
        if ranked:
            yield WorkItem(f"签署评审报告：{name}", desk, None, "评审", "政府采购法实施条例 第四十一条")
        elif member.status == CommitteeMember.Status.DRAWN:
            yield WorkItem(f"作回避声明：{name}", desk, None, "评审", "政府采购法实施条例 第九条")
        elif member.scoring:
            yield WorkItem(f"评分：{name}", desk, None, "评审", "政府采购法实施条例 第三十四条")


def _awards(user):
    if not may(user, Permission.AWARD_CONFIRM):
        return
    rows = Tender.objects.visible_to(user).filter(status=Tender.Status.RANKED).select_related("project__organisation")
    for tender in rows[:LIMIT]:
        if may(user, Permission.AWARD_CONFIRM, tender.project.organisation):
            ranked_on = localtime(tender.ranked_at).date()
            due = deadlines.due(limits.CONFIRMATION, ranked_on).on
            note = f"评审完成于 {ranked_on}，5 个工作日内"
            yield _item("确定成交供应商", tender, "tender_result", due, "成交", str(limits.CONFIRMATION.clause), note)


def _results(user):
    """T-13: chosen, and the result is not announced, or no longer."""
    if not may(user, Permission.TENDER_MANAGE):
        return
    told = ProjectPaper.objects.filter(project=OuterRef("tender__project"), kind=ProjectPaper.Kind.RESULT, notice__withdrawn_at=None)
    told = told.filter(issued_at__gte=OuterRef("confirmed_at"))
    rows = Award.objects.in_force().filter(~Exists(told), tender__in=own(user), tender__status=Tender.Status.AWARDED)
    for award in rows.select_related("tender__project")[:LIMIT]:
        due = deadlines.due(limits.RESULT, localtime(award.confirmed_at).date()).on
        yield _item("发布结果公告", award.tender, "tender_result", due, "成交", str(limits.RESULT.clause), "确定成交后 2 个工作日内")


def own(user):
    """Tenders of the offices where the user has a post that runs them, and those begun by himself."""
    offices = Q(project__organisation__path__in=reach_of(user).exact(Permission.TENDER_MANAGE)) | Q(created_by=user)
    return Tender.objects.reached_with(user, Permission.TENDER_MANAGE).filter(offices)


def _explanations(user):
    if not may(user, Permission.BID_SUBMIT):
        return
    bids = Bid.objects.visible_to(user).values("pk")
    for review in LowPriceReview.objects.filter(bid__in=bids, verdict="open", explained_at=None).select_related("bid__tender__project")[
        :LIMIT
    ]:
        url = reverse("procurement:low_price_explain", args=[review.pk])
        yield WorkItem(f"说明报价：{review.bid.tender.project.name}", url, None, "异常低价", "财库〔2026〕2号", "30 分钟内")


def open_now(contractor):
    """Tenders that this contractor may answer now, earliest deadline first; invited ones only where it was drawn."""
    uninvited = Tender.objects.filter(project__method=Project.Method.INVITED).exclude(invitation_draw__invitations__contractor=contractor)
    rows = Tender.objects.open_to_bidders().filter(status=Tender.Status.OPEN, project__status=Project.Status.NOTICE_PUBLISHED)
    rows = rows.exclude(pk__in=uninvited.values("pk"))
    return rows.select_related("project__organisation").order_by("bid_deadline")
