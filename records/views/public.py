"""What anybody may open: published papers, and the check whether a paper is the one that was issued."""

import hashlib

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import public
from records import notices, ratelimit
from records.files import file_response, read_upload
from records.forms import CodeForm, CompareForm, NoticeFilter
from records.listing import KeysetPage
from records.models import Notice
from records.views.notices import prepared

VERIFY_PER_MINUTE = 30


def _limit(request) -> None:
    address = ratelimit.client_address(request)
    ratelimit.check("verify", address, limit=VERIFY_PER_MINUTE, seconds=60, fail_open=False)


@public
@require_safe
def notice_list(request):
    form = NoticeFilter(request.GET)
    rows = form.narrow(Notice.objects.published().select_related("organisation").defer("context"))
    page = KeysetPage(rows, order=("-issued_at", "-pk"), request=request)
    context = {"page": page, "rows": [prepared(notice) for notice in page.rows], "form": form}
    return render(request, "records/public_notice_list.html", context)


@public
@require_safe
def notice_detail(request, code):
    """A withdrawn paper keeps its page and says so."""
    notice = get_object_or_404(Notice.objects.filter(public=True).select_related("organisation", "file"), code=notices.read_code(code))
    return render(request, "records/public_notice_detail.html", {"notice": notice, "code": notices.spell_code(notice.code)})


@public
@require_safe
def notice_file(request, code):
    notice = get_object_or_404(Notice.objects.published().select_related("file"), code=notices.read_code(code))
    if notice.file is None:
        raise Http404("PDF 还在生成，请稍后刷新。")
    return file_response(notice.file, inline=request.GET.get("inline") == "1")


@public
@require_safe
def verify_start(request):
    """Type the code from the paper."""
    form = CodeForm(request.GET or None)
    if form.is_valid():
        return redirect("verify", code=notices.read_code(form.cleaned_data["code"]) or "0")
    return render(request, "records/verify_start.html", {"form": form})


@public
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request, code):
    """Is this the paper that was issued? A file sent here is only hashed, never kept."""
    _limit(request)
    notice = Notice.objects.filter(code=notices.read_code(code)).select_related("organisation", "file").first()
    form, same, digest = CompareForm(request.POST or None, request.FILES or None), None, ""
    if notice and notice.file and request.method == "POST" and form.is_valid():
        digest = form.cleaned_data["sha256"] or hashlib.sha256(read_upload(form.cleaned_data["file"])).hexdigest()
        same = digest == notice.file.sha256
    context = {"notice": notice, "form": form, "same": same, "digest": digest, "code": notices.spell_code(notices.read_code(code))}
    return render(request, "records/verify.html", context, status=200 if notice else 404)
