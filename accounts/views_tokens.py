"""Keys of programs: the security administrator sees all within reach, issues those of other authorities' systems, withdraws any."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables

from accounts import services
from accounts.access import fetch, guarded
from accounts.forms import SystemTokenForm
from accounts.models import ApiToken
from accounts.roles import Permission
from accounts.typed import number_in
from accounts.wallclock import today

PAGE = 50
SECRET = "new_system_token"  # noqa: S105
STATES = {"live": "有效", "over": "已过期、已吊销"}


@guarded(Permission.TOKEN_MANAGE, methods=("GET", "HEAD"))
def token_list(request):
    query, kind, state = (request.GET.get(name, "").strip() for name in ("q", "kind", "state"))
    rows = ApiToken.objects.visible_to(request.user).select_related("user", "organisation")
    if query:
        rows = rows.filter(Q(purpose__contains=query) | Q(user__username__icontains=query) | Q(prefix=query))
    if kind in ApiToken.Kind.values:
        rows = rows.filter(kind=kind)
    live = Q(revoked_at=None, expires_on__gte=today())
    rows = rows.filter(live if state == "live" else ~live) if state in STATES else rows
    before = number_in(request.GET.get("before"))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    context = {
        "tokens": [(token, token.state(today())) for token in found[:PAGE]],
        "following": found[PAGE - 1].pk if len(found) > PAGE else None,
        "query": query,
        "kind": kind,
        "kinds": ApiToken.Kind.choices,
        "state": state,
        "states": STATES.items(),
        "new_secret": request.session.pop(SECRET, "") if request.method == "GET" else "",
    }
    return render(request, "accounts/token_list.html", context)


@sensitive_variables("secret")
@guarded(Permission.TOKEN_MANAGE)
def token_issue(request):
    form = SystemTokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            _, secret = services.issue_system_token(
                data["username"].strip(),
                purpose=data["purpose"],
                expires_on=data["expires_on"],
                read_only=not data["writes"],
                by=request.user,
            )
        except ValidationError as error:
            form.add_error(None if hasattr(error, "message") else next(iter(error.message_dict)), error.messages)
        else:
            request.session[SECRET] = secret
            return redirect("accounts:token_list")
    return render(request, "accounts/token_form.html", {"form": form}, status=422 if form.errors else 200)


@guarded(Permission.TOKEN_MANAGE, methods=("POST",))
def token_withdraw(request, pk):
    token = fetch(ApiToken, request.user, pk=pk)
    services.revoke_token(token, by=request.user)
    messages.success(request, f"令牌 {token.prefix}… 已吊销，立即失效。")
    return redirect("accounts:token_list")
