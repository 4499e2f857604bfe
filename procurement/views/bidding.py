"""The contractor's desk, the expert's desk, and the public proof of the sealed list."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import fetch, guarded, public
from accounts.roles import Permission
from contractors.models import Contractor
from procurement.forms.tender import BidForm, DigestForm, ExplanationForm, ReasonForm, SheetForm
from procurement.models import Bid, CommitteeMember, LowPriceReview, ScoreSheet, Tender
from procurement.reports import bidding as reports
from procurement.sealing import envelope
from procurement.sealing.content import Content
from procurement.services import bidding, committee, review, scoring
from procurement.uploads import InMemoryOnly, require_whole
from records import clock
from records.files import DOCUMENTS, RULE
from records.formpage import form_page
from records.refusals import Refused
from records.uploads import Unwelcome, clean_name, inspect

P = Permission


def own_contractor(request) -> Contractor:
    """The contractor this person may bid for."""
    contractor = Contractor.objects.reached_with(request.user, P.BID_SUBMIT).select_related("organisation").first()
    if contractor is None:
        raise Http404
    return contractor


@guarded(P.BID_SUBMIT, methods=("GET", "HEAD"))
def bidding_desk(request):
    contractor = own_contractor(request)
    bids = Bid.objects.visible_to(request.user).filter(contractor=contractor).select_related("tender__project", "low_price_review")
    live = {bid.tender_id: bid for bid in bids.live()}
    rows = [{"tender": tender, "bid": live.get(tender.pk)} for tender in reports.open_now(contractor)]
    context = {"contractor": contractor, "rows": rows, "bids": bids.order_by("-received_at")[:100], "now": clock.now()}
    return render(request, "procurement/bidding_desk.html", context)


def open_tender(pk) -> Tender:
    """Any announced tender: to know of it needs no more than the public notice."""
    return get_object_or_404(Tender.objects.open_to_bidders().select_related("project__organisation"), pk=pk)


@csrf_exempt
def bid_new(request, pk):
    """Files are taken into memory only; the handlers must be set before anything reads the request, hence the two steps."""
    request.upload_handlers = [InMemoryOnly(request)]
    return bid_form(request, pk)


@csrf_protect
@sensitive_post_parameters("quote", "proposal", "reason", "partners")
@guarded(P.BID_SUBMIT)
def bid_form(request, pk):
    tender, contractor = open_tender(pk), own_contractor(request)
    received_at = Tender.objects.database_time(pk)

    def save(data):
        require_whole(request)
        content = Content(data["quote"], data["proposal"], *checked_file(data["upload"]))
        if partners := data.get("partners"):
            name, agreement = checked_file(data["agreement"])
            content = replace(content, partners=partners, agreement_name=name, agreement=agreement)
        return bidding.submit_bid(pk, contractor=contractor, content=content, reason=data["reason"], by=request.user)

    def done(bid):
        messages.success(request, "响应文件已密封并收到。请下载密封文件和回执备查。")
        return redirect("procurement:bid_receipt", pk=bid.pk)

    open_now = tender.status == Tender.Status.OPEN
    breaches = list(bidding.acceptance_breaches(tender, contractor, content=None, received_at=received_at)) if open_now else []
    context = {"tender": tender, "project": tender.project, "contractor": contractor, "breaches": breaches, "open_now": open_now}
    context["barred"] = [breach for breach in breaches if breach.binding]
    together = tender.project.accepts_consortium
    form = BidForm(request.POST, request.FILES, consortium=together) if request.method == "POST" else BidForm(consortium=together)
    return form_page(request, form, save, template="procurement/bid_form.html", context=context, done=done)


bid_new.permission = P.BID_SUBMIT


def checked_file(upload) -> tuple[str, bytes]:
    """(name, bytes) of a document judged by its content in memory; nothing is stored."""
    if upload is None:
        return "", b""
    name, data = clean_name(upload.name), upload.read()
    try:
        inspect(data, name, DOCUMENTS)
    except Unwelcome as error:
        raise Refused.because("FILE-1", RULE, f"“{name}”未能装入信封：{error}") from None
    return name, data


def own_bid(request, pk) -> Bid:
    return get_object_or_404(Bid.objects.select_related("tender__project__organisation", "contractor__organisation"), pk=pk,
                             contractor=own_contractor(request))  # fmt: skip


@guarded(P.BID_SUBMIT, methods=("GET", "HEAD"))
def bid_receipt(request, pk):
    bid = own_bid(request, pk)
    line = bid.tender.commitments.filter(receipt=bid.receipt, kind="received").first()
    withdrawable = bid.status == Bid.Status.SUBMITTED and clock.now() <= bid.tender.bid_deadline
    context = {"bid": bid, "tender": bid.tender, "project": bid.tender.project, "line": line, "withdrawable": withdrawable}
    context["letters"] = bid.awards.filter(notice__isnull=False).select_related("notice")
    return render(request, "procurement/bid_receipt.html", context)


@guarded(P.BID_SUBMIT, methods=("GET", "HEAD"))
def bid_envelope(request, pk):
    """The sealed file itself: the bidder keeps it and can prove later that it is the one that was opened."""
    bid = own_bid(request, pk)
    response = HttpResponse(bytes(bid.envelope.sealed), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, f"{bid.receipt}.yme")
    return response


@guarded(P.BID_SUBMIT, methods=("POST",))
def bid_withdraw(request, pk):
    bid = own_bid(request, pk)
    bidding.withdraw_bid(bid.pk, contractor=bid.contractor, by=request.user)
    messages.success(request, "响应文件已撤回，截止前可以重新递交。")
    return redirect("procurement:bidding_desk")


@guarded(P.BID_SUBMIT)
def low_price_explain(request, pk):
    found = get_object_or_404(LowPriceReview.objects.select_related("bid__tender__project"), pk=pk, bid__contractor=own_contractor(request))

    def save(data):
        return review.explain_low_price(pk, by=request.user, **data)

    def done(_review):
        messages.success(request, "说明已提交，由评审小组审查。")
        return redirect("procurement:bidding_desk")

    context = {"title": "说明报价", "submit": "提交说明", "project": found.bid.tender.project, "clause": review.bidding.ABNORMALLY_LOW}
    context["note"] = "；".join(found.grounds)
    form = ExplanationForm(request.POST, request.FILES) if request.method == "POST" else ExplanationForm()
    return form_page(request, form, save, template="procurement/tender_form.html", context=context, done=done)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def commitment_list(request, pk):
    """Anybody may check, after the deadline, that the list is whole; a bidder, that its own file is on it."""
    tender = open_tender(pk)
    closed = Tender.objects.database_time(pk) > tender.bid_deadline
    form = DigestForm(request.POST or None, request.FILES or None)
    found, asked = None, False
    if request.method == "POST" and form.is_valid() and closed:
        asked = True
        upload = form.cleaned_data["upload"]
        digest = envelope.digest(upload.read()) if upload else form.cleaned_data["digest"]
        found = bidding.match_digest(tender, digest)
    lines = bidding.shown_commitments(tender) if closed else []
    context = {"tender": tender, "project": tender.project, "closed": closed, "lines": lines, "form": form, "found": found, "asked": asked}
    context["bidders"] = bidders_by_receipt(tender) if tender.opened_at else {}
    return render(request, "procurement/commitment_list.html", context)


def bidders_by_receipt(tender) -> dict:
    bids = tender.bids.filter(status__in=Bid.OPENED_STATUSES).select_related("contractor__organisation")
    return {bid.receipt: str(bid.contractor) for bid in bids}


@guarded(P.BID_SCORE, methods=("GET", "HEAD"))
def desk(request):
    """The member's own seats and sheets, nobody else's."""
    seats = CommitteeMember.objects.filter(user=request.user).seated().select_related("committee__tender__project__organisation")
    rows = []
    for member in seats.order_by("-pk"):
        sheets = member.sheets.select_related("bid__contractor__organisation").order_by("bid")
        tender = member.committee.tender
        far = {sheet.pk for sheet in scoring.unexplained_gaps(tender)} if tender.status == "scoring" and scoring.all_in(tender) else set()
        bidders = tender.bids.filter(status__in=Bid.OPENED_STATUSES).select_related("contractor__organisation")
        rows.append({"member": member, "tender": tender, "sheets": sheets, "far": far, "bidders": [str(bid.contractor) for bid in bidders]})
    context = {"rows": rows, "recusable": committee.REPLACEABLE, "reason_form": ReasonForm()}
    return render(request, "procurement/desk.html", context)


@guarded(P.BID_SCORE, methods=("POST",))
def seat_declare(request, pk):
    member = get_object_or_404(CommitteeMember, pk=pk, user=request.user)
    clear = request.POST.get("clear") == "yes"
    committee.declare(member.pk, clear=clear, statement=request.POST.get("reason", ""), by=request.user)
    messages.success(request, "已承诺与响应供应商无利害关系。" if clear else "已回避，系统按抽取顺序递补。")
    return redirect("procurement:desk")


@guarded(P.BID_SCORE)
def sheet_edit(request, pk):
    sheet = fetch(
        ScoreSheet.objects.select_related("bid__tender__project", "bid__contractor__organisation", "bid__file"), request.user, pk=pk
    )
    tender = sheet.bid.tender
    initial = {f"factor_{n}": sheet.marks.get(factor.name) for n, factor in enumerate(tender.factors_of(scoring.QUALITY))}
    form = SheetForm(request.POST or None, factors=tender.factors, initial=initial | {"opinion": sheet.opinion})
    submit = request.POST.get("act") == "submit"

    def save(data):
        version = request.POST.get("version") or None
        return scoring.save_sheet(pk, marks=form.marks, opinion=data["opinion"], submit=submit, version=version, by=request.user)

    def done(_sheet):
        messages.success(request, "评分表已提交，不能再修改。" if submit else "已暂存。")
        return redirect("procurement:desk")

    factors = tender.factors_of(scoring.QUALITY)
    given = [{"name": one.name, "weight": one.weight, "points": sheet.marks.get(one.name, "—")} for one in factors]
    context = {"sheet": sheet, "bid": sheet.bid, "tender": tender, "project": tender.project, "given": given}
    context["full"] = tender.weight_of(scoring.QUALITY)
    return form_page(request, form, save, template="procurement/sheet_form.html", context=context, done=done)


@guarded(P.BID_SCORE, methods=("POST",))
def sheet_gap(request, pk):
    sheet = fetch(ScoreSheet, request.user, pk=pk)
    scoring.explain_gap(sheet.pk, reason=request.POST.get("reason", ""), by=request.user)
    messages.success(request, "分差理由已记录。")
    return redirect("procurement:desk")
