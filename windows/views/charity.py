"""The bureau's register of charities; and the charity's own side: what is asked, what it offered, what it delivered."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import fetch, guarded, may, organisations_for
from accounts.models import Organisation
from accounts.roles import Permission
from records import clock
from records.files import file_response
from records.formpage import form_page
from records.listing import KeysetPage
from windows.filters import BoardFilter, CharityFilter, CharityOfferFilter
from windows.forms import charity as forms
from windows.models import Charity, CharityOffer
from windows.reports import charity as reports
from windows.reports import charity_board as board
from windows.services import charities as services
from windows.services import charity_offers as offers

P = Permission
S = CharityOffer.Status
WITH = ("organisation", "bureau", "verified_by")
OFFER = ("charity__organisation", "need__organisation", "offered_by", "file")
OFFER_PAGE = "windows/offer_detail.html"


@guarded(P.CHARITY_VIEW, methods=("GET", "HEAD"))
def charity_list(request):
    chosen, today = CharityFilter(request.GET, queryset=Charity.objects.visible_to(request.user)), clock.today()
    page = KeysetPage(chosen.qs.select_related("organisation", "bureau"), order=("-pk",), request=request)
    rows = [reports.charity_row(row, today) for row in page.rows]
    context = {"filter": chosen, "page": page, "rows": rows, "may_keep": may(request.user, P.CHARITY_KEEP)}
    return render(request, "windows/charity_list.html", context)


@guarded(P.CHARITY_KEEP)
def charity_new(request):
    """One more, verified by this person's bureau."""
    bureau = organisations_for(request.user, P.CHARITY_KEEP).filter(kind=Organisation.Kind.BUREAU).order_by("path").first()
    form = forms.CharityForm(request.POST or None, initial={"checked_on": clock.today()})

    def done(row):
        messages.success(request, f"“{row}”已登记。账号由市级系统管理员建立，岗位选“慈善组织”。")
        return redirect("windows:charity_detail", pk=row.pk)

    return form_page(
        request, form, lambda data: services.register(bureau, form.register(), by=request.user), template="windows/charity_form.html",
        context={"bureau": bureau}, done=done,
    )  # fmt: skip


def charity_of(request, pk, permission=None) -> Charity:
    return fetch(Charity.objects.select_related(*WITH), request.user, permission, pk=pk)


def charity_context(request, row: Charity, **more) -> dict:
    keeps, today = may(request.user, P.CHARITY_KEEP, row.bureau), clock.today()
    start = {"version": row.version, "checked_on": today, "valid_until": row.valid_until}
    return {
        "row": row,
        "facts": reports.charity_facts(row),
        "late": not row.is_active(today),
        "check_form": forms.CharityCheckForm(initial=start, auto_id="check_%s") if keeps else None,
        "suspend_form": forms.WordsForm(initial=start, auto_id="suspend_%s", label="停用原因")
        if keeps and row.status == Charity.Status.VERIFIED
        else None,
        **more,
    }


@guarded(P.CHARITY_VIEW, methods=("GET", "HEAD"))
def charity_detail(request, pk):
    return render(request, "windows/charity_detail.html", charity_context(request, charity_of(request, pk)))


def keep(request, pk, form, verb, words: str):
    row = charity_of(request, pk, P.CHARITY_KEEP)

    def done(_):
        messages.success(request, words)
        return redirect("windows:charity_detail", pk=pk)

    context = charity_context(request, row, faulty=form)
    return form_page(
        request, form, lambda data: verb(pk, by=request.user, **data), template="windows/charity_detail.html", context=context, done=done
    )


@guarded(P.CHARITY_KEEP, methods=("POST",))
def charity_suspend(request, pk):
    return keep(request, pk, forms.WordsForm(request.POST, label="停用原因"), services.suspend, "已停用，不再看到需求")


@guarded(P.CHARITY_KEEP, methods=("POST",))
def charity_check(request, pk):
    return keep(request, pk, forms.CharityCheckForm(request.POST), services.verify_again, "核实已登记")


# --- the charity's own side


@guarded(P.CHARITY_OFFER, methods=("GET", "HEAD"))
def board_list(request):
    """What is asked today where this charity was verified: sheets, never a person."""
    chosen = BoardFilter(request.GET, queryset=board.board(request.user))
    page = KeysetPage(chosen.qs, order=("-pk",), request=request)
    own = list(board.own_charities(request.user, clock.today()))
    context = {"filter": chosen, "page": page, "rows": [board.board_row(need) for need in page.rows], "charities": own}
    return render(request, "windows/board_list.html", context)


@guarded(P.CHARITY_OFFER)
def board_need(request, pk):
    """One sheet, and the form to take it on."""
    need = get_object_or_404(board.board(request.user), pk=pk)
    own = board.own_charities(request.user, clock.today()).filter(bureau=need.organisation.parent_id)
    form = forms.OfferForm(request.POST or None, charities=own, initial={"quantity": need.left})
    row = board.board_row(need)

    def save(data):
        return offers.offer(pk, data.pop("charity"), by=request.user, **data)

    def done(made):
        messages.success(request, "已认领，等待乡镇（街道）或者区县民政局对接")
        return redirect("windows:offer_detail", pk=made.pk)

    context = {"code": row.sheet.code, "facts": board.sheet_facts(row)}
    return form_page(request, form, save, template="windows/board_need.html", context=context, done=done)


@guarded(P.CHARITY_OFFER, methods=("GET", "HEAD"))
def offer_list(request):
    chosen, today = CharityOfferFilter(request.GET, queryset=CharityOffer.objects.visible_to(request.user)), clock.today()
    page = KeysetPage(chosen.qs.select_related(*OFFER), order=("-pk",), request=request)
    context = {"filter": chosen, "page": page, "rows": [board.offer_row(row, today) for row in page.rows]}
    return render(request, "windows/offer_list.html", context)


def own_offer(request, pk) -> CharityOffer:
    return fetch(CharityOffer.objects.select_related(*OFFER), request.user, P.CHARITY_OFFER, pk=pk)


def offer_context(offer: CharityOffer, **more) -> dict:
    """Plain values and forms only: the need and its case stay out of the page."""
    today = clock.today()
    start = {"version": offer.version, "delivered_on": today, "delivered": offer.quantity}
    handed = board.handed(offer)
    return {
        "row": board.offer_row(offer, today),
        "facts": board.offer_facts(offer),
        "version": offer.version,
        "has_file": offer.file_id is not None,
        "may_take_back": offer.status == S.OFFERED,
        "deliver_form": forms.DeliverForm(initial=start, auto_id="deliver_%s") if offer.status == S.MATCHED else None,
        "handed": handed,
        "reveal_form": forms.RevealPurposeForm(auto_id="reveal_%s") if handed else None,
        "unhanded": offer.status == S.MATCHED and not handed,
        **more,
    }


@guarded(P.CHARITY_OFFER, methods=("GET", "HEAD"))
def offer_detail(request, pk):
    return render(request, OFFER_PAGE, offer_context(own_offer(request, pk)))


def act(request, pk, form, save, words: str):
    offer = own_offer(request, pk)

    def done(_):
        messages.success(request, words)
        return redirect("windows:offer_detail", pk=pk)

    return form_page(request, form, save, template=OFFER_PAGE, context=offer_context(offer, faulty=form), done=done)


@guarded(P.CHARITY_OFFER, methods=("POST",))
def offer_take_back(request, pk):
    form = forms.Versioned(request.POST)
    return act(request, pk, form, lambda data: offers.take_back(pk, by=request.user, **data), "认领已撤回")


@guarded(P.CHARITY_OFFER, methods=("POST",))
def offer_deliver(request, pk):
    form = forms.DeliverForm(request.POST, request.FILES)
    return act(request, pk, form, lambda data: offers.deliver(pk, by=request.user, **data), "交付已登记，等待受助人确认")


@guarded(P.CHARITY_OFFER, methods=("POST",))
def offer_reveal(request, pk):
    """What was handed over, in answer to a purpose; shown once, never stored, never cached."""
    offer = own_offer(request, pk)
    form = forms.RevealPurposeForm(request.POST)
    if not form.is_valid():
        return render(request, OFFER_PAGE, offer_context(offer, faulty=form), status=422)
    clear = offers.reveal(pk, by=request.user, **form.cleaned_data)
    return render(request, OFFER_PAGE, offer_context(offer, clear=[{"label": label, "value": text} for label, text in clear.items()]))


@guarded(P.CHARITY_OFFER, methods=("GET", "HEAD"))
def offer_file(request, pk):
    offer = own_offer(request, pk)
    if offer.file is None:
        raise Http404
    return file_response(offer.file, inline=True)
