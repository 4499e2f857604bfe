"""The purchaser's side of a tender: prepare, key custody, opening, review, committee, ranking, award."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.views.decorators.debug import sensitive_post_parameters

from accounts.access import fetch, guarded, holders_of, may, require
from accounts.roles import Permission
from accounts.typed import number_in
from procurement.forms.selection import SeatForm
from procurement.forms.tender import DrawForm, NewPassphraseForm, PassphraseForm, ReasonForm, TenderForm
from procurement.models import Bid, Committee, FinalQuote, InvitationDraw, LowPriceReview, Project, Standing, Tender
from procurement.reports import bidding as reports
from procurement.rules import bidding as bidding_rules
from procurement.sealing import custody
from procurement.services import award, committee, lots, opening, quotes, results, review, scoring, tender
from records import clock
from records.files import file_response
from records.formpage import form_page

P = Permission
FORM = "procurement/tender_form.html"
DEFAULTED = ("small_business_deduction", "low_rate_mean", "low_rate_second", "low_rate_ceiling", "performance_percent")


def officers_of(organisation):
    """People who may open bids here today, those of the bureau above a township included."""
    return holders_of(P.BID_OPEN, organisation)


def visible_tender(request, pk, permission=None) -> Tender:
    rows = Tender.objects.select_related("project__organisation", "created_by")
    return fetch(rows, request.user, permission, pk=pk)


def to_tender(request, pk, text):
    messages.success(request, text)
    return redirect("procurement:tender_detail", pk=pk)


@guarded(P.TENDER_MANAGE)
def tender_prepare(request, project_pk):
    project = fetch(Project.objects.select_related("organisation"), request.user, pk=project_pk)
    require(request.user, P.TENDER_MANAGE, project.organisation)
    current = Tender.objects.filter(project=project).first()
    form = TenderForm(request.POST or None, initial=initial_of(current), officers=officers_of(project.organisation))

    def save(data):
        holders = [data.pop("holder_one"), data.pop("holder_two")]
        version = request.POST.get("version") or None
        return tender.prepare_tender(project.pk, values=data, holders=holders, version=version, by=request.user)

    def done(saved):
        return to_tender(request, saved.pk, "采购活动已保存。请两名密钥保管人各自领取密钥。")

    context = {"title": "筹备采购活动", "submit": "保存", "project": project, "tender": current, "clause": bidding_rules.OPENING}
    return form_page(request, form, save, template=FORM, context=context, done=done)


def initial_of(current) -> dict:
    if current is None:
        fresh = Tender()
        return {field: getattr(fresh, field) for field in DEFAULTED} | {"committee_size": 3, "envelope_kib": Tender.EnvelopeSize.SMALL}
    holders = [holder.user_id for holder in current.holders.all()] + [None, None]
    values = {field: getattr(current, field) for field in tender.FIELDS}
    values["required_qualifications"] = "\n".join(current.required_qualifications)
    return values | {"holder_one": holders[0], "holder_two": holders[1]}


@guarded(P.TENDER_VIEW, methods=("GET", "HEAD"))
def tender_detail(request, pk):
    current = visible_tender(request, pk)
    manage = may(request.user, P.TENDER_MANAGE, current)
    context = {
        "tender": current,
        "project": current.project,
        "gate": gate(current),
        "holders": current.holders.select_related("user"),
        "own_holding": current.holders.filter(user=request.user).first(),
        "bids": shown_bids(request, current),
        "committee": Committee.objects.filter(tender=current).first(),
        "members": shown_members(request, current),
        "members_secret": not results.names_are_public(current),
        "reviews": LowPriceReview.objects.filter(bid__tender=current).select_related("bid__contractor__organisation"),
        "unseated": list(review.seating_breaches(current)) if current.status == Tender.Status.OPENED else [],
        "waiting_sheets": scoring.sheets_of(current).filter(status="draft").count(),
        "commitments": current.commitments.count() if current.opened_at and current.status != Tender.Status.QUOTING else None,
        "quotes_gate": quotes_gate(current),
        "wants_quotes": wants_quotes(current),
        "invitation": InvitationDraw.objects.filter(tender=current).first() if current.project.method == Project.Method.INVITED else None,
        "vacancy": vacancy(current),
        "buyer_form": SeatForm(colleagues=officers_of(current.project.organisation)) if manage else None,
        "may_manage": manage,
        "escrow_waits": may(request.user, P.AWARD_CONFIRM, current) and opening.time_has_come(current),
        "draw_form": DrawForm(colleagues=officers_of(current.project.organisation)) if manage else None,
        "reason_form": ReasonForm(),
        "now": clock.now(),
    }
    return render(request, "procurement/tender_detail.html", context)


def wants_quotes(current) -> bool:
    """A consultation between review and scoring waits for its final quotes."""
    return current.status == Tender.Status.OPENED and current.project.method in quotes.METHODS and current.quotes_opened_at is None


def quotes_gate(current) -> list:
    return list(quotes.call_gate(current)) if wants_quotes(current) else []


def vacancy(current) -> bool:
    """Is a seat of the purchaser empty?"""
    drawn = Committee.objects.filter(tender=current).first()
    open_now = current.status in committee.REPLACEABLE
    return bool(drawn and open_now and drawn.members.seated().count() < current.committee_size)


def gate(current) -> list:
    """The breaches that bar the next step; empty when it may be taken."""
    match current.status:
        case Tender.Status.PREPARED:
            return list(tender.opening_for_bids_breaches(current))
        case Tender.Status.OPENED:
            return list(review.scoring_gate(current))
        case Tender.Status.SCORING:
            return list(scoring.ranking_gate(current))
        case _:
            return []


def shown_bids(request, current) -> list[dict]:
    """Bids after the opening, each with what the review finds today. Before it: none, not even how many."""
    reach = Bid.objects.visible_to(request.user).filter(tender=current)
    bids = list(review.bids_to_review(current).filter(pk__in=reach.values("pk")))
    known = review.background(current) if bids else None
    return [{"bid": bid, "credit": credit_of(bid), "findings": findings_of(bid, bids, known)} for bid in bids]


def credit_of(bid) -> list:
    """The sites looked up on the day of review (P-09), as the committee sees them; today while it is not yet judged."""
    day = localtime(bid.reviewed_at).date() if bid.reviewed_at else clock.today()
    return [check for check in bid.contractor.credit_checks.all() if check.checked_on == day]


def findings_of(bid, bids, known) -> list:
    """What the review finds today, until it is judged."""
    if bid.status != Bid.Status.OPENED:
        return []
    return list(review.qualification_findings(bid, rivals=bids, on=clock.today(), known=known))


def shown_members(request, current) -> list:
    """Names only for those who handle the tender until the result is public (P-55)."""
    known = may(request.user, P.TENDER_MANAGE, current) or results.names_are_public(current)
    rows = Committee.objects.filter(tender=current).values_list("pk", flat=True)
    return list(results.members(current)) if known and rows else []


@sensitive_post_parameters("password", "again")
@guarded(P.BID_OPEN)
def tender_custody(request, pk):
    """A holder takes the key: chooses the passphrase that alone will unlock the share."""
    current = visible_tender(request, pk)
    require_holder(current, request.user)

    def save(data):
        return tender.take_custody(pk, passphrase=data["password"], by=request.user)

    def done(_holder):
        return to_tender(request, pk, "密钥已领取。请记住开启口令：系统中没有备份，忘记口令须动用托管份额。")

    context = {
        "title": "领取开启密钥",
        "submit": "领取",
        "project": current.project,
        "clause": tender.CUSTODY,
        "note": f"口令至少 {custody.MINIMUM_LENGTH} 个字符，建议用一句话。两名保管人的口令互不知晓；开启时各自输入。",
    }
    form = NewPassphraseForm(request.POST or None)
    return form_page(request, form, save, template=FORM, context=context, done=done)


def opened_count(current) -> tuple[int, str]:
    if current.quotes_opened_at:
        return FinalQuote.objects.live().filter(bid__tender=current).count(), "最后报价"
    return current.bids.filter(opened_at__isnull=False).count(), "响应文件"


def require_holder(current, user) -> None:
    if not current.holders.filter(user=user).exists():
        raise Http404


@guarded(P.TENDER_MANAGE, methods=("POST",))
def tender_open(request, pk):
    """Begin to take bids."""
    visible_tender(request, pk, P.TENDER_MANAGE)
    tender.open_for_bids(pk, by=request.user)
    return to_tender(request, pk, "评审标准已冻结，开始接收密封的响应文件。")


@sensitive_post_parameters("password")
@guarded(P.BID_OPEN)
def tender_opening(request, pk):
    """The counter of the opening: who has put in a share, how long to wait, and the own passphrase."""
    current = visible_tender(request, pk)
    require_holder(current, request.user)

    def save(data):
        return opening.contribute_share(pk, passphrase=data["password"], by=request.user)

    def done(result):
        if result.opened:
            count, what = opened_count(result.tender)
            return to_tender(request, pk, f"已开启 {count} 份{what}。")
        messages.success(request, "您的份额已投入，请另一名保管人在自己的账号中输入口令。")
        return redirect("procurement:tender_opening", pk=pk)

    context = {"tender": current, "project": current.project, "holders": current.holders.select_related("user"), "now": clock.now()}
    context["final"] = current.status == Tender.Status.QUOTING
    context["opening_at"] = opening.opening_time(current)
    context["early"] = list(bidding_rules.too_early_breaches(now=localtime(clock.now()), opening_at=localtime(context["opening_at"])))
    context["own"] = current.holders.get(user=request.user)
    form = PassphraseForm(request.POST or None)
    return form_page(request, form, save, template="procurement/tender_opening.html", context=context, done=done)


@guarded(P.AWARD_CONFIRM, methods=("POST",))
def escrow_approve(request, pk):
    visible_tender(request, pk, P.AWARD_CONFIRM)
    opening.approve_escrow(pk, reason=request.POST.get("reason", ""), by=request.user)
    return to_tender(request, pk, "已批准动用托管份额，另一名保管人可以开启。")


def visible_bid(request, pk, permission) -> Bid:
    bid = fetch(Bid.objects.select_related("tender__project__organisation", "file"), request.user, pk=pk)
    if permission:
        require(request.user, permission, bid.tender)
    return bid


@guarded(P.TENDER_MANAGE, methods=("POST",))
def bid_judge(request, pk):
    bid = visible_bid(request, pk, P.TENDER_MANAGE)
    valid = request.POST.get("verdict") == "valid"
    review.judge_bid(pk, valid=valid, reason=request.POST.get("reason", ""), by=request.user)
    return to_tender(request, bid.tender_id, f"“{bid.contractor}”已认定为{'有效' if valid else '无效'}响应。")


@guarded(P.BID_VIEW, methods=("GET", "HEAD"))
def bid_file(request, pk):
    """The opened file, under its bid: whoever may see the bid may read it."""
    bid = visible_bid(request, pk, None)
    if bid.file is None:
        raise Http404
    return file_response(bid.file)


@guarded(P.TENDER_MANAGE, methods=("POST",))
def low_price_judge(request, pk):
    found = get_object_or_404(LowPriceReview.objects.select_related("bid__tender__project__organisation"), pk=pk)
    visible_bid(request, found.bid_id, P.TENDER_MANAGE)
    accepted = request.POST.get("verdict") == "accepted"
    review.judge_low_price(pk, accepted=accepted, reason=request.POST.get("reason", ""), by=request.user)
    return to_tender(request, found.bid.tender_id, "异常低价审查结论已记录。")


@guarded(P.TENDER_MANAGE, methods=("POST",))
def committee_draw(request, pk):
    current = visible_tender(request, pk, P.TENDER_MANAGE)
    form = DrawForm(request.POST, colleagues=officers_of(current.project.organisation))
    seat = form.cleaned_data["buyer_seat"] if form.is_valid() else None
    drawn = committee.draw_committee(pk, buyer_seat=seat, by=request.user)
    return to_tender(request, pk, f"已从专家库 {len(drawn.pool)} 人中随机抽取，种子 {drawn.seed[:8]}… 已记录。")


@guarded(P.TENDER_MANAGE, methods=("POST",))
def scoring_start(request, pk):
    visible_tender(request, pk, P.TENDER_MANAGE)
    review.start_scoring(pk, by=request.user)
    return to_tender(request, pk, "评分表已发给评审小组。")


@guarded(P.TENDER_MANAGE, methods=("POST",))
def tender_rank(request, pk):
    visible_tender(request, pk, P.TENDER_MANAGE)
    scoring.rank_bids(pk, by=request.user)
    messages.success(request, "评审结果已汇总。")
    return redirect("procurement:tender_result", pk=pk)


@guarded(P.TENDER_VIEW, methods=("GET", "HEAD"))
def tender_result(request, pk):
    """Formula, numbers, ranks, and the choice."""
    current = visible_tender(request, pk)
    if current.ranked_at is None or not may(request.user, P.PROJECT_VIEW, current.project):
        raise Http404
    chosen = current.awards.in_force().select_related("contractor__organisation", "confirmed_by", "notice").first()
    rows = reports.result_rows(current)
    lapsed = set(current.awards.forfeited().values_list("bid_id", flat=True))
    waiting = (row.standing for row in rows if row.standing.bid_id not in lapsed)
    candidate = next((row for row in waiting if not lots.at_limit(current.project, row.bid.contractor)), None)
    context = {
        "tender": current,
        "project": current.project,
        "rows": rows,
        "factors": current.factors,
        "award": chosen,
        "lapsed": lapsed,
        "candidate": candidate if not chosen else None,
        "breaches": list(award.award_breaches(current, candidate, by=request.user)) if candidate and not chosen else [],
        "members": list(results.members(current)),
        "names_public": results.names_are_public(current),
        "result_paper": results.result_paper(current, chosen) if chosen else None,
        "due": results.due_days(current, chosen),
        "may_confirm": may(request.user, P.AWARD_CONFIRM, current),
        "may_manage": may(request.user, P.TENDER_MANAGE, current),
        "reason_form": ReasonForm(),
        "refusals": current.awards.exclude(refusal=None).select_related("contractor__organisation", "refusal"),
        "signed": bool(chosen and award.signed_contract(chosen)),
    }
    context["barred"] = [breach for breach in context["breaches"] if breach.binding]
    return render(request, "procurement/tender_result.html", context)


@guarded(P.AWARD_CONFIRM, methods=("POST",))
def award_confirm(request, pk):
    current = visible_tender(request, pk, P.AWARD_CONFIRM)
    standing = get_object_or_404(Standing, bid_id=number_in(request.POST.get("bid")) or 0, bid__tender=current)
    chosen = award.confirm_award(pk, bid_id=standing.bid_id, reason=request.POST.get("reason", ""), by=request.user)
    messages.success(request, f"已确定“{chosen.contractor}”成交。请在 2 个工作日内发布结果公告。")
    return redirect("procurement:tender_result", pk=pk)


@guarded(P.TENDER_MANAGE, methods=("POST",))
def result_publish(request, pk):
    visible_tender(request, pk, P.TENDER_MANAGE)
    paper = results.publish_result(pk, by=request.user)
    messages.success(request, f"结果公告已发布：{paper.notice}。")
    return redirect("procurement:tender_result", pk=pk)


@guarded(P.TENDER_MANAGE, methods=("POST",))
def score_sheets_print(request, pk):
    current = visible_tender(request, pk, P.TENDER_MANAGE)
    results.order_score_sheets(current, by=request.user)
    messages.success(request, "评分表正在生成，完成后在下载中心领取。")
    return redirect("procurement:tender_result", pk=pk)
