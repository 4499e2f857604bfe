"""帮扶需求 as the office works on them: registered from a case, read, matched, confirmed, taken back."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from accounts.access import fetch, guarded, may
from accounts.roles import Permission
from records import clock
from records.exports import download
from records.files import file_response
from records.formpage import form_page
from records.listing import KeysetPage
from records.pages import add_breaches
from records.refusals import Refused
from windows.filters import CharityNeedFilter
from windows.forms import charity as forms
from windows.models import Case, CharityNeed, CharityOffer, OfferComplaint
from windows.reports import charity as reports
from windows.services import charity_needs as services
from windows.services import charity_offers as offers

P = Permission
Need, Offer, Said = CharityNeed.Status, CharityOffer.Status, OfferComplaint.Status
WITH = ("organisation", "case__person__household", "case__organisation", "registered_by", "approved_by", "withdrawn_by")
DETAIL = "windows/need_detail.html"
GOING = (Need.SUBMITTED, Need.RETURNED, Need.PUBLISHED, Need.MATCHED, Need.LAPSED)
COMPLAINED = (Offer.MATCHED, Offer.DELIVERED, Offer.CONFIRMED)
AT_ONCE = 5_000


def filtered(request):
    return CharityNeedFilter(request.GET, queryset=CharityNeed.objects.visible_to(request.user), request=request)


@guarded(P.NEED_VIEW, methods=("GET", "HEAD"))
def need_list(request):
    chosen, today = filtered(request), clock.today()
    page = KeysetPage(chosen.qs.select_related("organisation"), order=("-pk",), request=request)
    context = {
        "filter": chosen,
        "page": page,
        "rows": [reports.need_row(need, today) for need in page.rows],
        "figures": reports.figures(chosen.qs),
        "query": request.GET.urlencode(),
        "keeps": may(request.user, P.CHARITY_VIEW),
    }
    return render(request, "windows/need_list.html", context)


@guarded(P.NEED_VIEW, methods=("GET",))
def need_export(request):
    """What is filtered, masked; the newest first, so many at once."""
    kind = "csv" if request.GET.get("format") == "csv" else "xlsx"
    rows = filtered(request).qs
    newest = CharityNeed.objects.filter(pk__in=rows.order_by("-pk").values("pk")[:AT_ONCE])
    return download(reports.table(newest, kind), f"帮扶需求.{kind}")


def compose(request, form, case: Case, save, context: dict):
    """Preview first: what is sent is what was looked at. ``save(cleaned data, digest)`` calls the service."""
    sheet = None
    if request.method == "POST" and form.is_valid():
        try:
            sheet = services.preview(case, form.draft())
        except Refused as refusal:
            add_breaches(form, refusal)
    context = {"case": case, "sheet": sheet, "digest": sheet.digest() if sheet else "", **context}
    template = "windows/need_form.html"
    if request.POST.get("act") != "submit" or sheet is None:
        return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)

    def done(need):
        messages.success(request, "需求已提交审核")
        return redirect("windows:need_detail", pk=need.pk)

    return form_page(request, form, lambda data: save(data, request.POST.get("seen", "")), template=template, context=context, done=done)


@guarded(P.NEED_REGISTER)
def need_new(request, pk):
    case = fetch(Case.objects.select_related("organisation", "person__household", "programme"), request.user, P.NEED_REGISTER, pk=pk)
    form = forms.NeedForm(request.POST or None, initial={"consent_on": clock.today()})
    return compose(request, form, case, lambda data, seen: services.register(pk, form.draft(), seen=seen, by=request.user), {})


@guarded(P.NEED_REGISTER)
def need_edit(request, pk):
    """What came back is put right."""
    need = need_of(request, pk, P.NEED_REGISTER)
    if need.status != Need.RETURNED:
        messages.info(request, f"需求现为“{need.get_status_display()}”，退回后才能修改。")
        return redirect("windows:need_detail", pk=pk)
    start = {name: getattr(need, name) for name in services.Draft.__slots__} | {"version": need.version}
    form = forms.NeedChangeForm(request.POST or None, initial=start)

    def save(data, seen):
        return services.change(pk, form.draft(), seen=seen, version=data["version"], by=request.user)

    return compose(request, form, need.case, save, {"need": need})


def need_of(request, pk, permission=None) -> CharityNeed:
    return fetch(CharityNeed.objects.select_related(*WITH), request.user, permission, pk=pk)


def rights_on(user, need: CharityNeed) -> dict[str, bool]:
    return {"register": may(user, P.NEED_REGISTER, need.organisation), "decide": may(user, P.NEED_DECIDE, need.organisation)}


@guarded(P.NEED_VIEW, methods=("GET", "HEAD"))
def need_detail(request, pk):
    need = need_of(request, pk)
    return render(request, DETAIL, context_of(request, need))


def context_of(request, need: CharityNeed, **more) -> dict:
    user, today = request.user, clock.today()
    rights = rights_on(user, need)
    named = may(user, P.PERSON_VIEW, need.organisation)
    return {
        "need": need,
        "tone": reports.tone(need.status),
        "facts": reports.facts(need, named),
        "sheet": reports.sheet(need),
        "progress": reports.progress(need),
        "offers": [offer_view(offer, need, rights, today) for offer in reports.offers_of(need)],
        **verbs(need, rights, user),
        **more,
    }


def verbs(need: CharityNeed, rights: dict[str, bool], user) -> dict:
    """The forms that this person may use on this need now."""
    start = {"initial": {"version": need.version}}
    reads = need.status == Need.SUBMITTED and rights["decide"]
    return {
        "own": reads and need.registered_by_id == user.pk,
        "publish_form": forms.PublishForm(**start, auto_id="publish_%s") if reads else None,
        "back_form": forms.WordsForm(**start, auto_id="back_%s", label="退回原因") if reads else None,
        "may_edit": need.status == Need.RETURNED and rights["register"],
        "may_again": need.status == Need.LAPSED and rights["decide"],
        "withdraw_form": forms.NeedWithdrawForm(**start, auto_id="withdraw_%s", label="原因")
        if need.status in GOING and rights["register"]
        else None,
    }


def offer_view(offer: CharityOffer, need: CharityNeed, rights: dict[str, bool], today) -> dict:
    """One offer with the forms that fit its status."""
    shown, status = reports.offer_row(offer, need.unit, today), offer.status
    opened = next((row for row in shown["complaints"] if row.status == Said.OPEN), None)
    decides, registers = rights["decide"], rights["register"]

    def made(form, when: bool, name: str, **more):
        start = {"version": offer.version, "confirmed_on": today, "raised_on": today}
        return form(initial=start, auto_id=f"offer{offer.pk}_{name}_%s", **more) if when else None

    return shown | {
        "match_form": made(forms.MatchForm, decides and status == Offer.OFFERED and need.status == Need.PUBLISHED, "match", need=need),
        "decline_form": made(forms.WordsForm, decides and status == Offer.OFFERED, "decline"),
        "release_form": made(forms.WordsForm, decides and status == Offer.MATCHED, "release"),
        "confirm_form": made(forms.ConfirmForm, registers and status == Offer.DELIVERED, "confirm"),
        "complain_form": made(forms.ComplaintForm, registers and status in COMPLAINED, "complain"),
        "opened": opened,
        "settle_form": forms.SettleForm(initial={"version": opened.version}, auto_id=f"offer{offer.pk}_settle_%s")
        if opened and decides
        else None,
    }


def act(request, need: CharityNeed, form, save, words: str):
    """One verb from the need's page; a refusal comes back on it with what is wrong on top."""

    def done(_):
        messages.success(request, words)
        return redirect("windows:need_detail", pk=need.pk)

    return form_page(request, form, save, template=DETAIL, context=context_of(request, need, faulty=form), done=done)


@guarded(P.NEED_DECIDE, methods=("POST",))
def need_publish(request, pk):
    need = need_of(request, pk, P.NEED_DECIDE)
    form = forms.PublishForm(request.POST)
    return act(request, need, form, lambda data: services.publish(pk, by=request.user, **data), "已发布给本区县核实的慈善组织")


@guarded(P.NEED_DECIDE, methods=("POST",))
def need_return(request, pk):
    need = need_of(request, pk, P.NEED_DECIDE)
    form = forms.WordsForm(request.POST, label="退回原因")
    return act(request, need, form, lambda data: services.send_back(pk, by=request.user, **data), "已退回修改")


@guarded(P.NEED_DECIDE, methods=("POST",))
def need_again(request, pk):
    need = need_of(request, pk, P.NEED_DECIDE)
    form = forms.Versioned(request.POST)
    return act(request, need, form, lambda data: services.tell_again(pk, by=request.user, **data), "已再次征集")


@guarded(P.NEED_REGISTER, methods=("POST",))
def need_withdraw(request, pk):
    need = need_of(request, pk, P.NEED_REGISTER)
    form = forms.NeedWithdrawForm(request.POST, label="原因")
    return act(request, need, form, lambda data: services.withdraw(pk, by=request.user, **data), "已撤下，不再提供身份信息")


def offer_of(need: CharityNeed, pk: int) -> CharityOffer:
    found = need.offers.filter(pk=pk).select_related("file").first()
    if found is None:
        raise Http404
    return found


@guarded(P.NEED_DECIDE, methods=("POST",))
def offer_match(request, pk, paper):
    need = need_of(request, pk, P.NEED_DECIDE)
    row, form = offer_of(need, paper), forms.MatchForm(request.POST, need=need)

    def save(data):
        return offers.match(row.pk, hand=set(data["hand"]), version=data["version"], by=request.user)

    return act(request, need, form, save, "已对接")


@guarded(P.NEED_DECIDE, methods=("POST",))
def offer_decline(request, pk, paper):
    need = need_of(request, pk, P.NEED_DECIDE)
    row, form = offer_of(need, paper), forms.WordsForm(request.POST)
    return act(request, need, form, lambda data: offers.decline(row.pk, by=request.user, **data), "已告知慈善组织未采纳")


@guarded(P.NEED_DECIDE, methods=("POST",))
def offer_release(request, pk, paper):
    need = need_of(request, pk, P.NEED_DECIDE)
    row, form = offer_of(need, paper), forms.WordsForm(request.POST)
    return act(request, need, form, lambda data: offers.release(row.pk, by=request.user, **data), "对接已解除")


@guarded(P.NEED_REGISTER, methods=("POST",))
def offer_confirm(request, pk, paper):
    need = need_of(request, pk, P.NEED_REGISTER)
    row, form = offer_of(need, paper), forms.ConfirmForm(request.POST)
    return act(request, need, form, lambda data: offers.confirm(row.pk, by=request.user, **data), "已确认收到")


@guarded(P.NEED_REGISTER, methods=("POST",))
def offer_complain(request, pk, paper):
    need = need_of(request, pk, P.NEED_REGISTER)
    row, form = offer_of(need, paper), forms.ComplaintForm(request.POST)
    return act(request, need, form, lambda data: offers.complain(row.pk, by=request.user, **data), "投诉已登记，核实前不再推进")


@guarded(P.NEED_DECIDE, methods=("POST",))
def complaint_settle(request, pk, paper):
    need = need_of(request, pk, P.NEED_DECIDE)
    found = OfferComplaint.objects.filter(pk=paper, offer__need=need).first()
    if found is None:
        raise Http404
    return act(request, need, forms.SettleForm(request.POST), lambda data: offers.settle(found.pk, by=request.user, **data), "投诉已核实")


@guarded(P.NEED_VIEW, methods=("GET", "HEAD"))
def need_file(request, pk, paper):
    """What the charity brought to show its delivery."""
    found = offer_of(need_of(request, pk), paper)
    if found.file is None:
        raise Http404
    return file_response(found.file, inline=True)
