"""文书公告 inside the house: what this reach has issued, and withdrawing it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import fetch, guarded, may
from accounts.roles import Permission
from records import notices
from records.files import file_response
from records.forms import NoticeFilter, WithdrawForm
from records.listing import KeysetPage
from records.models import Notice


@guarded(Permission.NOTICE_VIEW, methods=("GET", "HEAD"))
def notice_list(request):
    form = NoticeFilter(request.GET)
    rows = form.narrow(Notice.objects.visible_to(request.user).select_related("organisation").defer("context"))
    page = KeysetPage(rows, order=("-issued_at", "-pk"), request=request)
    return render(request, "records/notice_list.html", {"page": page, "rows": [prepared(row) for row in page.rows], "form": form})


@guarded(Permission.NOTICE_VIEW, methods=("GET", "HEAD"))
def notice_detail(request, pk):
    notice = fetch(Notice.objects.select_related("organisation", "file", "issued_by", "withdrawn_by"), request.user, pk=pk)
    may_withdraw = not notice.is_withdrawn and may(request.user, Permission.NOTICE_ISSUE, notice.organisation)
    context = {"notice": notice, "code": notices.spell_code(notice.code), "form": WithdrawForm(), "may_withdraw": may_withdraw}
    return render(request, "records/notice_detail.html", context)


@guarded(Permission.NOTICE_VIEW, methods=("GET", "HEAD"))
def notice_file(request, pk):
    notice = fetch(Notice.objects.select_related("file"), request.user, pk=pk)
    if notice.file is None:
        raise Http404("PDF 还在生成，请稍后刷新。")
    return file_response(notice.file, inline=request.GET.get("inline") == "1")


@guarded(Permission.NOTICE_ISSUE, methods=("POST",))
def notice_withdraw(request, pk):
    notice = fetch(Notice, request.user, Permission.NOTICE_ISSUE, pk=pk)
    form = WithdrawForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    notices.withdraw(notice.pk, by=request.user, reason=reason)
    messages.success(request, f"{notice.number} 已撤回，公开页面同时注明。")
    return redirect("records:notice_detail", pk=pk)


def prepared(notice: Notice) -> dict:
    return {
        "pk": notice.pk,
        "code": notice.code,
        "number": notice.number,
        "title": notice.title,
        "section": notices.section_of(notice.kind),
        "organisation": notice.organisation.name,
        "issued": timezone.localtime(notice.issued_at).strftime("%Y-%m-%d"),
        "state": "已撤回" if notice.is_withdrawn else ("公开" if notice.public else "内部"),
        "tone": "paused" if notice.is_withdrawn else ("ok" if notice.public else "info"),
        "has_file": notice.file_id is not None,
    }
