"""The pages above the apps: work list, search, display mode, errors."""

import sys
from datetime import timedelta

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from accounts.access import public, signed_in
from config.context import LARGE_COOKIE, Frame
from config.figures import figures_for
from config.middleware import DISTRICT
from contractors import reports as contractors
from evaluation import reports as evaluation
from procurement import reports as procurement
from records import reports as records
from records.api import PROBLEM, outside
from records.clock import today
from records.refusals import MissingCalendar
from records.workdays import workdays_between
from staffing import reports as staffing
from windows import reports as windows
from windows.rules.clock import DUE_SOON_WORKDAYS

# Each app tells what a person must do (``reports.worklist``) and finds (``reports.search``).
WORKLISTS = (procurement.worklist, contractors.worklist, staffing.worklist, windows.worklist, evaluation.worklist, records.worklist)
SEARCHES = (procurement.search, contractors.search, staffing.search, windows.search, evaluation.search, records.search)
SHOWN_PER_GROUP = 30
STALE_PAGE = "页面停留过久或已在别处登录，本次提交未被接受。请返回上一页刷新后重新提交，填写的内容已保存在本机草稿中。"
YEAR = 365 * 24 * 3600


@signed_in
@require_GET
def home(request):
    items = [item for worklist in WORKLISTS for item in worklist(request.user)]
    context = {"groups": by_urgency(items, today()), "total": len(items), "figures": figures_for(request.user)}
    return render(request, "home.html", context)


def by_urgency(items, on) -> list[dict]:
    """Work items grouped 逾期 / 今天 / 本周 / 以后, each by date; a group without work is left out."""
    sunday = on + timedelta(days=6 - on.weekday())
    groups = (
        ("overdue", "逾期", lambda due: due is not None and due < on),
        ("today", "今天截止", lambda due: due == on),
        ("week", "本周", lambda due: due is not None and on < due <= sunday),
        ("later", "以后", lambda due: due is None or due > sunday),
    )
    ordered = sorted(items, key=lambda item: (item.due_on is None, item.due_on or on, item.title))
    found = []
    for key, label, fits in groups:
        rows = [item for item in ordered if fits(item.due_on)]
        if rows:
            shown = [{"item": item, **light(item.due_on, on)} for item in rows[:SHOWN_PER_GROUP]]
            found.append({"key": key, "label": label, "count": len(rows), "items": shown, "more": len(rows) - len(shown)})
    return found


def light(due, on) -> dict:
    """``state`` and ``left`` of components/light.html: working days left, or over. Without a published calendar no number is guessed."""
    if due is None:
        return {"state": "", "left": None}
    try:
        left = workdays_between(on, due)
    except MissingCalendar:
        return {"state": "overdue" if due < on else "normal", "left": None}
    if due < on:
        return {"state": "overdue", "left": -left or None}
    return {"state": "due" if left <= DUE_SOON_WORKDAYS else "normal", "left": left}


@signed_in
@require_GET
def search(request):
    text = request.GET.get("q", "").strip()[:80]
    hits = [hit for source in SEARCHES for hit in source(request.user, text)] if text else []
    return render(request, "search.html", {"text": text, "hits": hits})


@signed_in
@require_POST
def district_switch(request):
    """Work in one district, or in all again (empty)."""
    chosen = request.POST.get("district", "")
    district = next((found for found in Frame(request).districts if str(found.pk) == chosen), None)
    if district is None and chosen:
        raise Http404
    request.session[DISTRICT] = district.path if district else ""
    return redirect("home")


@public
@require_POST
def display_mode(request):
    """适老模式 on or off, kept in a cookie of this browser."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    if request.POST.get("large") == "1":
        response.set_cookie(LARGE_COOKIE, "1", max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    else:
        response.delete_cookie(LARGE_COOKIE)
    return response


API = "/api/"
SAID = {
    400: "请求的地址或者内容不能识别，请检查后重新提交。",
    403: "您的岗位没有办理此事项的权限。",
    404: "找不到所请求的内容，或不在您的管辖范围内。",
    500: "本次提交没有生效。请稍后再试；多次出现时请告诉系统管理员。",
    503: "请稍后再试，本次提交没有生效。",
}


def error(request, status: int, **context):
    if request.path.startswith(API):
        return JsonResponse(outside(status, context.get("reason") or SAID[status]), status=status, content_type=PROBLEM)
    return render(request, f"{status}.html", {"keep_drafts": True, **context}, status=status)


def bad_request(request, exception):
    return error(request, 400)


def permission_denied(request, exception):
    return error(request, 403, reason=str(exception))


def csrf_failure(request, reason=""):
    return error(request, 403, reason=STALE_PAGE)


def page_not_found(request, exception):
    return error(request, 404)


DATABASE_IS_BACK = 5  # seconds after which a caller may try again


def server_error(request):
    """Rendered without the request: nothing that may itself be broken is asked. A database that is away is no fault of the page: 503."""
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    status, headers = (503, {"Retry-After": str(DATABASE_IS_BACK)}) if away else (500, {})
    if request.path.startswith(API):
        return JsonResponse(outside(status, SAID[status]), status=status, headers=headers, content_type=PROBLEM)
    try:
        page = render_to_string(f"{status}.html")
    except Exception:
        page = "系统没有完成这次操作，本次提交没有生效。请稍后返回上一页再试；多次出现时请告诉系统管理员。"
    return HttpResponse(page, status=status, headers=headers)
