"""Lists, search, export and the overdue board."""

import hashlib
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.access import Guarded, guarded, may
from accounts.roles import Permission
from records import clock, jobs
from records.crypto import blind_index
from records.exports import download
from records.identity import mask_name, normalise_id
from records.listing import KeysetPage
from windows import exchange, reports
from windows.filters import CaseFilter
from windows.models import Case, Person
from windows.reports import meeting

from django.views.generic import TemplateView  # isort: skip

COLUMNS = ("登记号", "求助人", "求助事项", "状态", "当前环节", "时限", "经办人")
AT_ONCE = 1_000


def filtered(request):
    rows = Case.objects.visible_to(request.user)
    return CaseFilter(request.GET, queryset=rows, request=request)


class CaseList(Guarded, TemplateView):
    permission = Permission.CASE_VIEW
    template_name = "windows/case_list.html"

    def get_queryset(self):
        return filtered(self.request)

    def get_context_data(self, **kwargs):
        chosen = filtered(self.request)
        rows = chosen.qs.select_related("person", "programme", "handler", "organisation")
        page = KeysetPage(rows, order=("-pk",), request=self.request)
        today, named = clock.today(), may(self.request.user, Permission.PERSON_VIEW)
        return super().get_context_data(
            filter=chosen,
            page=page,
            rows=[list_row(case, today, named) for case in page.rows],
            columns=[{"label": label} for label in COLUMNS],
            query=self.request.GET.urlencode(),
            **kwargs,
        )


def list_row(case: Case, today, named: bool) -> dict:
    """Plain values for the table: nothing is looked up or formatted in the template. ``named``: this reader may know people."""
    light = reports.case_light(case, today)
    return {
        "url": reverse("windows:case_detail", args=[case.pk]),
        "number": case.number,
        "person": case.person.name if named else mask_name(case.person.name),
        "programme": case.programme.name,
        "where": case.organisation.name,
        "status": case.get_status_display(),
        "step": case.next_step,
        "light": light,
        "handler": case.handler.name,
        "on": f"{timezone.localdate(case.registered_at)}",
    }


@guarded(Permission.CASE_VIEW, methods=("POST",))
def case_search(request):
    """The list's search box. Posted: an ID number becomes the person's own number before anything stands in an address."""
    text = normalise_id(request.POST.get("q", ""))
    if reports.looks_like_id(text) and "-" not in text:
        found = Person.objects.filter(id_index=blind_index(text, "id"), pk__in=Case.objects.visible_to(request.user).values("person"))
        pk = found.values_list("pk", flat=True).first()
        if pk is None:
            messages.info(request, "该身份证号在您的管辖范围内没有申请记录。")
            return redirect("windows:case_list")
        return redirect(f"{reverse('windows:case_list')}?{urlencode({'person': pk})}")
    return redirect(f"{reverse('windows:case_list')}?{urlencode({'q': text})}")


@guarded(Permission.CASE_VIEW, methods=("GET",))
def case_export(request):
    """Exactly what is filtered, masked. Up to a thousand rows at once, more by a background job."""
    rows = filtered(request).qs
    kind = "csv" if request.GET.get("format") == "csv" else "xlsx"
    if rows.order_by()[: AT_ONCE + 1].count() <= AT_ONCE:
        return download(exchange.case_table(rows, kind), f"救助申请清单.{kind}")
    query = request.GET.urlencode()
    stamp = hashlib.sha256(f"{query}|{clock.now():%Y%m%d%H%M}".encode()).hexdigest()[:16]
    organisation = request.user.memberships.active(clock.today()).first().organisation
    jobs.enqueue(
        exchange.EXPORT_JOB, organisation=organisation, by=request.user, key=f"{request.user.pk}:{stamp}", title="导出救助申请清单",
        query=query, user=request.user.pk, format=kind,
    )  # fmt: skip
    messages.info(request, "数据较多，正在后台导出，完成后在“下载中心”取。")
    return redirect("records:job_list")


class OverdueBoard(Guarded, TemplateView):
    permission = Permission.CASE_VIEW
    template_name = "windows/overdue_board.html"

    def get_queryset(self):
        return Case.objects.visible_to(self.request.user)

    def get_context_data(self, **kwargs):
        board = reports.overdue_board(self.request.user)
        return super().get_context_data(
            board=board,
            total=sum(row.overdue for row in board),
            departments=reports.overdue_departments(self.request.user),
            decisions=meeting.open_by_office(self.request.user),
            today=clock.today(),
            **kwargs,
        )
