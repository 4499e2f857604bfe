"""The applicant's own page: slip code and last four of the ID number. Stage and date, nothing else; no way to fish for numbers."""

import hmac

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import public
from records import ratelimit
from records.crypto import decrypt, encrypt
from windows import reports
from windows.forms.counter import ProgressForm
from windows.models import Case

PER_ADDRESS, PER_CODE, WINDOW = 30, 10, 900
WRONG = "查询码或后四位不正确。请核对回执上的查询码，以及申请人身份证号（没有身份证的为联系电话）的后四位。"
NOBODY = "510200190001010000"


@public
@never_cache
@login_not_required
@require_http_methods(("GET", "HEAD", "POST"))
def progress(request, code=""):
    """GET shows the form and looks nothing up, whatever the code; POST answers the same for a wrong code and a wrong number."""
    form = ProgressForm(request.POST or None, initial={"code": code})
    if request.method != "POST":
        return page(request, form)
    ratelimit.check("progress.address", ratelimit.client_address(request), limit=PER_ADDRESS, seconds=WINDOW, fail_open=False)
    if not form.is_valid():
        return page(request, form, status=422)
    code = form.cleaned_data["code"]
    ratelimit.check("progress.code", code, limit=PER_CODE, seconds=WINDOW, fail_open=False)
    case = ask(code, form.cleaned_data["last_four"])
    if case is None:
        return page(request, form, wrong=WRONG, status=422)
    return page(request, form, view=reports.progress_view(case))


def ask(code: str, last_four: str) -> Case | None:
    """The case, if code and secret belong together. Does the same work, whether the code exists or not."""
    case = Case.objects.filter(progress_code=code).select_related("person").first()
    secret = secret_of(case) if case else decrypt(encrypt(NOBODY))[-4:]
    right = hmac.compare_digest(secret.encode(), last_four.encode())
    return case if case is not None and right and secret else None


def secret_of(case: Case) -> str:
    return (case.person.id_number or case.person.phone)[-4:]


def page(request, form, *, wrong="", view=None, status=200):
    return render(request, "windows/progress.html", {"form": form, "wrong": wrong, "view": view}, status=status)
