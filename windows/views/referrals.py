"""A sub-case at its receiver, and the verbs of both sides."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from accounts.access import fetch, guarded, may, require
from accounts.reach import reach_of
from accounts.roles import Permission
from records import clock, identity
from records.listing import KeysetPage
from windows import reports, timeline
from windows.filters import ReferralFilter
from windows.forms.counter import AnswerForm, RevealForm, SendAgainForm, TextForm
from windows.forms.counter import Versioned as VersionForm
from windows.models import Referral
from windows.services import people, referrals, slips

WITH = ("case__person", "case__organisation", "case__handler", "case__first_contact", "programme", "to_organisation", "receiver")
S = Referral.Status


def referral_of(request, pk) -> Referral:
    return fetch(Referral.objects.select_related(*WITH), request.user, pk=pk)


def receives(user, row: Referral) -> bool:
    """Only the receiving organisation itself answers, not those above it."""
    return row.to_organisation.path in reach_of(user).paths(Permission.REFERRAL_ANSWER)


def lies_there(row: Referral) -> bool:
    """What came back or was taken back is no longer the receiver's: whose it is, is not shown to it any more."""
    return row.status not in (S.RETURNED, S.RECALLED)


def sends(user, row: Referral) -> bool:
    return may(user, Permission.CASE_HANDLE, row.case.organisation)


@guarded(Permission.REFERRAL_VIEW, methods=("GET", "HEAD"))
def referral_list(request):
    """All sub-cases in reach, sent and received."""
    chosen = ReferralFilter(request.GET, queryset=Referral.objects.visible_to(request.user))
    page = KeysetPage(
        chosen.qs.select_related("case__person", "case__organisation", "programme", "to_organisation"), order=("-pk",), request=request
    )
    today = clock.today()
    rows = [
        {
            "pk": row.pk,
            "number": row.case.number,
            "person": row.case.person.name,
            "programme": row.programme.name,
            "mode": row.get_mode_display(),
            "to": row.to_organisation.name,
            "status": row.get_status_display(),
            "light": reports.referral_light(row, today),
        }
        for row in page.rows
    ]
    return render(request, "windows/referral_list.html", {"filter": chosen, "page": page, "rows": rows})


@guarded(Permission.REFERRAL_VIEW, methods=("GET", "HEAD"))
def referral_detail(request, pk):
    return render(request, "windows/referral_detail.html", context_of(request, referral_of(request, pk)))


def context_of(request, row: Referral, **more) -> dict:
    user, start, case = request.user, {"initial": {"version": row.version}}, row.case
    receiver, sender = receives(user, row), sends(user, row)
    return {
        "row": row,
        "case": case,
        "light": reports.referral_light(row, clock.today()),
        "strip": slips.strip(row),
        "limit": slips.limit_words(row) if row.amount else "",
        "id_masked": identity.mask_id(case.person.id_number) or case.person.no_id_reason,
        "phone_masked": identity.mask_phone(case.person.phone),
        "age": people.age(case.person, clock.today()),
        "events": timeline.of_referral(row),
        "pauses": list(row.standstills.all()),
        "case_visible": may(user, Permission.CASE_VIEW, case),
        "acknowledges": receiver and row.status == S.SENT,
        "answers": receiver and row.status == S.ACKNOWLEDGED,
        "returns": receiver and row.status in (S.SENT, S.ACKNOWLEDGED),
        "supplies": sender and row.status == S.MORE_ASKED,
        "redirects": sender and row.status == S.RETURNED,
        "recalls": sender and row.is_open,
        "reveals": (receiver and lies_there(row) or sender) and may(user, Permission.PERSON_REVEAL),
        "answer_form": AnswerForm(**start, auto_id="answer_%s"),
        "return_form": TextForm(**start, label="退回理由", auto_id="return_%s"),
        "ask_form": TextForm(**start, label="需要补充的全部内容", auto_id="ask_%s"),
        "supply_form": TextForm(**start, label="补充说明", auto_id="supply_%s"),
        "recall_form": TextForm(**start, label="撤回理由", auto_id="recall_%s"),
        "again_form": SendAgainForm(**start, receivers=referrals.choices_for(case.organisation), auto_id="again_%s"),
        "reveal_form": RevealForm(auto_id="reveal_%s"),
        **more,
    }


def act(request, pk, form, verb, *, side, **names):
    """One verb: scope, side, shape, service, and back to the page."""
    row = referral_of(request, pk)
    if not side(request.user, row):
        raise PermissionDenied("这件事项由接收单位（或送出窗口）办理，您的岗位不能操作。")
    if not form.is_valid():
        return render(request, "windows/referral_detail.html", context_of(request, row, faulty=form), status=422)
    data = {names.get(name, name): value for name, value in form.cleaned_data.items()}
    verb(pk, by=request.user, **data)
    return redirect("windows:referral_detail", pk=pk)


@guarded(Permission.REFERRAL_ANSWER, methods=("POST",))
def referral_acknowledge(request, pk):
    return act(request, pk, VersionForm(request.POST), referrals.acknowledge, side=receives)


@guarded(Permission.REFERRAL_ANSWER, methods=("POST",))
def referral_return(request, pk):
    return act(request, pk, TextForm(request.POST), referrals.send_back, side=receives, text="reason")


@guarded(Permission.REFERRAL_ANSWER, methods=("POST",))
def referral_ask(request, pk):
    return act(request, pk, TextForm(request.POST), referrals.ask_more, side=receives, text="question")


@guarded(Permission.REFERRAL_ANSWER, methods=("POST",))
def referral_answer(request, pk):
    return act(request, pk, AnswerForm(request.POST), referrals.answer, side=receives)


@guarded(Permission.CASE_HANDLE, methods=("POST",))
def referral_supply(request, pk):
    return act(request, pk, TextForm(request.POST), referrals.supply, side=sends, text="supplement")


@guarded(Permission.CASE_HANDLE, methods=("POST",))
def referral_recall(request, pk):
    return act(request, pk, TextForm(request.POST), referrals.recall, side=sends, text="reason")


@guarded(Permission.CASE_HANDLE, methods=("POST",))
def referral_again(request, pk):
    form = SendAgainForm(request.POST, receivers=referrals.choices_for(referral_of(request, pk).case.organisation))
    return act(request, pk, form, referrals.send_again, side=sends)


@guarded(Permission.PERSON_REVEAL, methods=("POST",))
def referral_reveal(request, pk):
    """The department must reach the person: number and phone against a reason, on record."""
    row = referral_of(request, pk)
    if not (receives(request.user, row) and lies_there(row) or sends(request.user, row)):
        require(request.user, Permission.PERSON_REVEAL, row.case.organisation)
    form = RevealForm(request.POST)
    if not form.is_valid():
        return render(request, "windows/referral_detail.html", context_of(request, row, faulty=form), status=422)
    clear = people.reveal(row.case.person, reason=form.cleaned_data["reason"], by=request.user, organisation=row.case.organisation)
    return render(request, "windows/referral_detail.html", context_of(request, row, clear=clear))
