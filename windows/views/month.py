"""The month at the windows: look, drill down, count anew, take it along as sheet or paper."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import fetch, guarded, may
from accounts.models import Organisation
from accounts.roles import Permission
from accounts.typed import number_in
from records import clock
from records.exports import export
from windows import exchange_month
from windows.reports import month as reports
from windows.rules.month import COORDINATED, Month
from windows.services import months

VIEW, COUNT = Permission.MONTH_VIEW, Permission.MONTH_COUNT


def month_in(text: str) -> Month:
    """``2026-10``; anything else is the last whole month."""
    year, _, month = text.partition("-")
    found = number_in(year), number_in(month)
    if None in found or not (2000 <= found[0] <= 2100 and 1 <= found[1] <= 12):
        return Month.of(clock.today()).before()
    return Month(*found)


def place_of(request, permission=VIEW) -> Organisation:
    """The place asked for, else the highest in reach. 404 out of reach."""
    source = request.POST if request.method == "POST" else request.GET
    asked = number_in(source.get("place"))
    if asked is None:
        highest = reports.places_of(request.user, permission).first()
        if highest is None:
            raise Http404
        return highest
    return fetch(Organisation.objects.filter(kind__in=reports.PLACES), request.user, permission, pk=asked)


def address(place: Organisation, month: Month) -> str:
    return f"{reverse('windows:month')}?place={place.pk}&month={month.year}-{month.month:02}"


@guarded(VIEW, methods=("GET", "HEAD"))
def month(request):
    place, chosen = place_of(request), month_in(request.GET.get("month", ""))
    table = reports.month_table(request.user, place, chosen)
    context = {
        "table": table,
        "above": above(request.user, place),
        "months": reports.months_offered(),
        "columns": [label for _, label in reports.FIGURES],
        "may_count": may(request.user, COUNT, place),
        "notes": reports.NOTES,
        "clause": COORDINATED,
        "here": f"place={place.pk}&month={chosen.year}-{chosen.month:02}",
    }
    return render(request, "windows/month.html", context)


def above(user, place: Organisation) -> list[Organisation]:
    """The superiors within reach, for the way back up."""
    return list(reports.places_of(user).filter(path__in=place.ancestor_paths()[1:]))


@guarded(VIEW, methods=("GET", "HEAD"))
def month_export(request):
    place, chosen = place_of(request), month_in(request.GET.get("month", ""))
    table = reports.month_table(request.user, place, chosen)
    name = f"{place.label}窗口月报{chosen.year}年{chosen.month:02}月"
    kind = "csv" if request.GET.get("as") == "csv" else "xlsx"
    return export(reports.COLUMNS, reports.sheet_rows(table), name=name, kind=kind)


@guarded(COUNT, methods=("POST",))
def month_count(request):
    place, chosen = place_of(request, COUNT), month_in(request.POST.get("month", ""))
    months.order_count(place, chosen, by=request.user)
    messages.info(request, "正在后台统计，完成后刷新本页即可看到；进度见“下载中心”。")
    return redirect(address(place, chosen))


@guarded(VIEW, methods=("POST",))
def month_print(request):
    place, chosen = place_of(request), month_in(request.POST.get("month", ""))
    job = exchange_month.order(place, chosen, by=request.user)
    messages.success(request, f"已开始生成“{job.title}”，完成后在下载中心取件。")
    return redirect("records:job_detail", pk=job.pk)
