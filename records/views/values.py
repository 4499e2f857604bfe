"""政策参数: what the authority has set, what is still unset, who confirmed it, on which document."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import fetch, guarded, may, organisations_for, require
from accounts.models import Organisation
from accounts.roles import Permission
from records import clock, values
from records.forms import PolicyValueFilter, PolicyValueForm, WithdrawForm
from records.models import PolicyValue
from records.pages import add_breaches
from records.refusals import Refused
from records.values import REGISTRY

TONES = {"confirmed": "ok", "pending": "due", "example": "info", "withdrawn": "paused"}


def reachable(user):
    """Values of organisations below the user, and those handed down from above."""
    rows = PolicyValue.objects.select_related("organisation", "set_by", "confirmed_by")
    return rows.visible_to(user) | rows.issued_to(user)


@guarded(Permission.POLICY_VALUE_VIEW, methods=("GET", "HEAD"))
def value_list(request):
    """Every registered parameter with the values in force today in this reach; unset ones are shown as unset."""
    form = PolicyValueFilter(request.GET)
    form.is_valid()
    in_force: dict[str, list] = {}
    for row in reachable(request.user).in_force(clock.today()).order_by("code", "organisation__path"):
        in_force.setdefault(row.code, []).append(prepared(row))
    rows = [{"known": known, "values": in_force.get(code, [])} for code, known in REGISTRY.items()]
    context = {
        "form": form,
        "rows": [row for row in rows if _wanted(row, form.cleaned_data)],
        "unset": sum(not row["values"] for row in rows),
        "may_set": may(request.user, Permission.POLICY_VALUE_SET),
    }
    return render(request, "records/value_list.html", context)


def _wanted(row: dict, wanted: dict) -> bool:
    known, text, status = row["known"], wanted.get("q") or "", wanted.get("status") or ""
    if text and text not in known.label and text not in known.code:
        return False
    if status == "unset":
        return not row["values"]
    return not status or any(value["status"] == status for value in row["values"])


@guarded(Permission.POLICY_VALUE_VIEW, methods=("GET", "HEAD"))
def value_detail(request, code):
    """One parameter: its meaning and every value it ever had in this reach."""
    known = _known(code)
    rows = reachable(request.user).filter(code=code).order_by("-effective_from", "organisation__path")[:200]
    shown = [prepared(row) | _verbs(request.user, row) for row in rows]
    context = {"known": known, "rows": shown, "may_set": may(request.user, Permission.POLICY_VALUE_SET)}
    return render(request, "records/value_detail.html", context)


def _verbs(user, row) -> dict:
    """What this person may do with the value. Confirming one's own is shown, but blocked with its reason."""
    here = may(user, Permission.POLICY_VALUE_CONFIRM, row.organisation)
    return {
        "may_confirm": here and row.status == PolicyValue.Status.PENDING,
        "may_withdraw": here and row.status != PolicyValue.Status.WITHDRAWN,
        "own": row.set_by_id == user.pk,
    }


def _known(code):
    try:
        return REGISTRY[code]
    except KeyError:
        raise Http404("没有这个政策参数。") from None


@guarded(Permission.POLICY_VALUE_SET)
def value_set(request, code):
    known = _known(code)
    form = PolicyValueForm(request.POST or None, code=code, organisations=_settable(request.user))
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        require(request.user, Permission.POLICY_VALUE_SET, data["organisation"])
        try:
            row = values.set_value(code, by=request.user, **data)
        except Refused as refusal:
            add_breaches(form, refusal)
            return render(request, "records/value_form.html", {"form": form, "known": known}, status=422)
        messages.success(request, f"已设定{known.label}，请另一人确认。" if row.status == PolicyValue.Status.PENDING else "已设定示例值。")
        return redirect("records:value_detail", code=code)
    return render(request, "records/value_form.html", {"form": form, "known": known})


def _settable(user):
    kinds = (Organisation.Kind.CITY, Organisation.Kind.BUREAU)
    return organisations_for(user, Permission.POLICY_VALUE_SET).filter(kind__in=kinds).valid(clock.today())


@guarded(Permission.POLICY_VALUE_CONFIRM, methods=("POST",))
def value_confirm(request, pk):
    row = fetch(PolicyValue, request.user, Permission.POLICY_VALUE_CONFIRM, pk=pk)
    values.confirm_value(row.pk, by=request.user)
    messages.success(request, "已确认。")
    return redirect("records:value_detail", code=row.code)


@guarded(Permission.POLICY_VALUE_CONFIRM, methods=("POST",))
def value_withdraw(request, pk):
    row = fetch(PolicyValue, request.user, Permission.POLICY_VALUE_CONFIRM, pk=pk)
    form = WithdrawForm(request.POST)
    values.withdraw_value(row.pk, by=request.user, reason=form.cleaned_data["reason"] if form.is_valid() else "")
    messages.success(request, "已撤回。")
    return redirect("records:value_detail", code=row.code)


def prepared(row: PolicyValue) -> dict:
    return {
        "pk": row.pk,
        "organisation": row.organisation.name,
        "value": values.words(row.code, row.value),
        "unit": row.unit,
        "status": row.status,
        "status_label": row.get_status_display(),
        "tone": TONES[row.status],
        "period": f"{row.effective_from} 起" + (f"，至 {row.effective_to} 前" if row.effective_to else ""),
        "source": row.source_document,
        "set_by": f"{row.set_by} {timezone.localtime(row.set_at):%Y-%m-%d}",
        "confirmed_by": f"{row.confirmed_by} {timezone.localtime(row.confirmed_at):%Y-%m-%d}" if row.confirmed_by else "",
    }
