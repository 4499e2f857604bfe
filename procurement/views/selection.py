"""Between the tender's main steps: invitations, final quotes, replaced committee members, the signature under the report, the draw."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from accounts.access import fetch, guarded, may
from accounts.roles import Permission
from contractors.models import Contractor
from procurement.forms.selection import FinalQuoteForm, InvitationForm, LapseForm, QuoteCallForm, SeatForm
from procurement.models import Award, Committee, CommitteeMember, FinalQuote, InvitationDraw, Tender
from procurement.reports import selection as reports
from procurement.rules import bidding as bidding_rules
from procurement.rules import selection as rules
from procurement.services import award, committee, invitation, prints, quotes, results
from procurement.services.bidding import late_breaches_now
from procurement.views.bidding import open_tender, own_contractor
from procurement.views.tender import officers_of, to_tender, visible_tender
from records.files import file_response
from records.formpage import form_page

P = Permission
FORM = "procurement/tender_form.html"


@guarded(P.AWARD_CONFIRM)
def award_lapse(request, pk):
    """The winner will not sign: said by another person than the handler, with the winner's letter."""
    current = visible_tender(request, pk, P.AWARD_CONFIRM)
    chosen = get_object_or_404(Award, tender=current, status=Award.Status.CONFIRMED)

    def save(data):
        return award.lapse_award(chosen.pk, reason=data["reason"], refusal=data["upload"], by=request.user)

    def done(_award):
        messages.success(request, "成交结果已失效，可按排名确定下一名候选供应商。")
        return redirect("procurement:tender_result", pk=pk)

    context = {"title": f"{chosen.contractor}不签订合同", "submit": "成交结果失效", "project": current.project}
    context["clause"] = bidding_rules.CONFIRMATION
    context["note"] = "响应保证金不予退还，由下一名候选供应商递补。须由经办人以外的人办理。"
    return form_page(request, LapseForm(request.POST or None, request.FILES or None), save, template=FORM, context=context, done=done)


@guarded(P.TENDER_VIEW, methods=("GET", "HEAD"))
def award_refusal(request, pk):
    """The letter by which a winner declined."""
    chosen = fetch(Award.objects.select_related("refusal"), request.user, pk=pk)
    if chosen.refusal is None:
        raise Http404
    return file_response(chosen.refusal)


@guarded(P.TENDER_MANAGE)
def invitation_draw(request, pk):
    current = visible_tender(request, pk, P.TENDER_MANAGE)

    def save(data):
        return invitation.draw_invitations(pk, wanted=data["wanted"], by=request.user)

    def done(made):
        text = f"已从符合条件的 {len(made.pool)} 家中随机邀请 {made.wanted} 家，名单在开启前保密，公告发布时送达邀请书。"
        return to_tender(request, pk, text)

    context = {"title": "抽取受邀供应商", "submit": "随机抽取", "project": current.project, "clause": rules.INVITATION}
    context["note"] = f"目前符合资格条件的供应商 {len(invitation.qualified(current))} 家，由系统随机抽取，种子和名单留存备查，只抽一次。"
    return form_page(request, InvitationForm(request.POST or None), save, template=FORM, context=context, done=done)


@guarded(P.TENDER_MANAGE)
def quotes_call(request, pk):
    """Ask the valid bidders of a consultation for their final quotes."""
    current = visible_tender(request, pk, P.TENDER_MANAGE)

    def save(data):
        return quotes.call_quotes(pk, deadline=data["deadline"], note=data["note"], by=request.user)

    def done(_tender):
        return to_tender(request, pk, "已通知参加磋商的供应商提交最后报价。截止后由两名密钥保管人开启。")

    context = {"title": "发起最后报价", "submit": "通知供应商", "project": current.project, "clause": rules.FINAL_QUOTE}
    least = "".join(reports.limit_notes(current.project, "final_quote_minutes"))
    context["note"] = f"最后报价同样加密密封，截止前任何人看不到内容，也看不到谁已提交。评分、低价审查和合同价格都以最后报价为准。{least}"
    return form_page(request, QuoteCallForm(request.POST or None), save, template=FORM, context=context, done=done)


@sensitive_post_parameters("quote", "statement")
@guarded(P.BID_SUBMIT)
def final_quote(request, pk):
    """The bidder's last word on price."""
    current, contractor = open_tender(pk), own_contractor(request)
    bid = current.bids.valid().filter(contractor=contractor).first()
    if bid is None or current.quote_deadline is None:
        raise Http404

    def save(data):
        return quotes.submit_quote(pk, contractor=contractor, by=request.user, **data)

    def done(made):
        messages.success(request, f"最后报价已密封并收到，回执 {made.receipt}。")
        return redirect("procurement:final_quote", pk=pk)

    context = {"tender": current, "project": current.project, "bid": bid, "open_now": current.status == Tender.Status.QUOTING}
    context["late"] = list(late_breaches_now(current, current.quote_deadline)) if context["open_now"] else []
    context["quotes"] = FinalQuote.objects.filter(bid=bid).order_by("number")
    form = FinalQuoteForm(request.POST or None)
    return form_page(request, form, save, template="procurement/final_quote.html", context=context, done=done)


def handled_member(request, pk) -> CommitteeMember:
    member = get_object_or_404(CommitteeMember.objects.select_related("committee__tender__project__organisation"), pk=pk)
    visible_tender(request, member.committee.tender_id, P.TENDER_MANAGE)
    return member


@guarded(P.TENDER_MANAGE, methods=("POST",))
def seat_excuse(request, pk):
    member = handled_member(request, pk)
    committee.excuse(pk, reason=request.POST.get("reason", ""), by=request.user)
    return to_tender(request, member.committee.tender_id, "已登记缺席，按抽取顺序递补。")


@guarded(P.TENDER_MANAGE, methods=("POST",))
def seat_buyer(request, pk):
    current = visible_tender(request, pk, P.TENDER_MANAGE)
    form = SeatForm(request.POST, colleagues=officers_of(current.project.organisation))
    if form.is_valid():
        committee.name_buyer(pk, user=form.cleaned_data["user"], by=request.user)
        messages.success(request, "采购人代表已补派。")
    return redirect("procurement:tender_detail", pk=pk)


@guarded(P.BID_SCORE, methods=("POST",))
def report_sign(request, pk):
    """The member's own signature under the report, with dissent in writing or none."""
    member = get_object_or_404(CommitteeMember, pk=pk, user=request.user)
    committee.sign_report(member.pk, dissent=request.POST.get("reason", ""), by=request.user)
    messages.success(request, "评审报告已签署。")
    return redirect("procurement:desk")


@guarded(P.TENDER_VIEW, methods=("GET", "HEAD"))
def draw_record(request, pk):
    """The draw of experts (and of the invited) repeated before your eyes. Names only for the handler until the result (P-55)."""
    current = visible_tender(request, pk)
    if not may(request.user, P.PROJECT_VIEW, current.project):
        raise Http404
    found = Committee.objects.filter(tender=current).first()
    drawn = InvitationDraw.objects.filter(tender=current).first()
    named = may(request.user, P.TENDER_MANAGE, current) or results.names_are_public(current)
    context = {
        "tender": current,
        "project": current.project,
        "committee": found,
        "rows": committee.replay(found) if found else [],
        "holds": committee.draw_holds(found) if found else None,
        "named": named,
        "invitation": drawn if drawn and current.opened_at else None,
        "invited": drawn.invitations.select_related("contractor__organisation") if drawn and current.opened_at else [],
        "invitation_holds": invitation.draw_holds(drawn) if drawn else None,
        "may_print": may(request.user, P.TENDER_MANAGE, current),
    }
    return render(request, "procurement/draw_record.html", context)


@guarded(P.BID_VIEW, methods=("GET", "HEAD"))
def award_letter(request, pk):
    """成交通知书: for the purchaser's offices and the winner itself."""
    rows = Award.objects.select_related("tender__project__organisation", "notice__file")
    award = get_object_or_404(rows, pk=pk)
    own = Contractor.objects.reached_with(request.user, P.BID_SUBMIT).filter(pk=award.contractor_id).exists()
    if not own and not may(request.user, P.PROJECT_VIEW, award.tender.project):
        raise Http404
    if award.notice is None or award.notice.file is None:
        raise Http404
    return file_response(award.notice.file)


@guarded(P.TENDER_MANAGE, methods=("POST",))
def tender_paper(request, pk, kind):
    """Order one of the tender's papers as PDF."""
    current = visible_tender(request, pk, P.TENDER_MANAGE)
    if kind not in prints.PAPERS:
        raise Http404
    prints.order(current, kind, by=request.user)
    messages.success(request, f"{prints.PAPERS[kind].name}正在生成，完成后在下载中心领取。")
    back = "procurement:tender_result" if current.ranked_at else "procurement:tender_detail"
    return redirect(reverse(back, args=[pk]))
