"""Month by month: what changed, the trend of a district, the history of whom it serves. Frozen rows, never recomputed."""

from datetime import date

from django.shortcuts import render

from accounts.access import guarded
from accounts.models import Organisation
from accounts.roles import Permission
from staffing import papers
from staffing.models import Category
from staffing.reports import charts
from staffing.reports import months as reports
from staffing.views.tables import fetch_unit

VIEW = Permission.STAFFING_VIEW
READ = ("GET", "HEAD")


def chosen_month(request, months: list[date]) -> date | None:
    """``?month=2026-11`` when it is frozen; anything else is the newest."""
    wanted = request.GET.get("month", "")
    return next((month for month in months if f"{month:%Y-%m}" == wanted), months[0] if months else None)


@guarded(VIEW, methods=READ)
def unit_months(request, pk):
    """What changed since the last frozen month, and the trend of the district."""
    bureau = fetch_unit(request, pk)
    months = reports.months_of(bureau)
    month = chosen_month(request, months)
    trend = reports.district_trend(bureau, months)
    context = {
        "bureau": bureau,
        "months": months,
        "month": month,
        "comparison": reports.compare(bureau, month) if month else None,
        "trend": trend,
        "chart": charts.months_chart(trend),
    }
    return render(request, "staffing/unit_months.html", context)


@guarded(VIEW, methods=READ)
def unit_months_export(request, pk):
    """Every frozen row of the district, or of one month (``?month=``)."""
    bureau = fetch_unit(request, pk)
    return papers.months_sheet(bureau, reports.frozen_rows(bureau, request.GET.get("month", "")), kind=request.GET.get("as", "xlsx"))


@guarded(VIEW, methods=READ)
def unit_caseloads(request, pk):
    """Whom the district served, snapshot by snapshot and category by category, with the sources."""
    bureau = fetch_unit(request, pk)
    days = reports.caseload_days(bureau)
    totals = {"全部对象": [day.total for day in days[::-1]]}
    context = {"bureau": bureau, "days": days, "categories": Category.labels}
    context["townships"] = Organisation.objects.below(bureau).filter(kind=Organisation.Kind.TOWNSHIP).count()
    context["chart"] = charts.trend([f"{day.as_of:%Y-%m-%d}" for day in days[::-1]], totals)
    return render(request, "staffing/unit_caseloads.html", context)


@guarded(VIEW, methods=READ)
def unit_caseloads_export(request, pk):
    """Every number that was registered in the district: township, day, category, source."""
    bureau = fetch_unit(request, pk)
    return papers.caseloads_sheet(bureau, kind=request.GET.get("as", "xlsx"))
