"""The tables: the city by district, a district by township, one township in full. And where to begin."""

from datetime import date

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import fetch, guarded, may
from accounts.models import Organisation
from accounts.roles import Permission
from records import clock
from staffing import papers, reports, rules, services
from staffing.models import Absence, StaffMember, Training
from staffing.reports import charts
from staffing.reports import months as trends

Kind = Organisation.Kind


def day_of(request) -> date:
    """``?on=2026-09-30`` looks at the table as it stood; anything else, and the future, is today."""
    try:
        return min(date.fromisoformat(request.GET.get("on", "")), clock.today())
    except ValueError:
        return clock.today()


def fetch_unit(request, pk, permission=Permission.STAFFING_VIEW) -> Organisation:
    return fetch(Organisation.objects.filter(kind=Kind.BUREAU), request.user, permission, pk=pk)


def fetch_township(request, pk, permission=Permission.STAFFING_VIEW) -> Organisation:
    return fetch(Organisation.objects.filter(kind=Kind.TOWNSHIP), request.user, permission, pk=pk)


@guarded(Permission.STAFFING_VIEW, methods=("GET", "HEAD"))
def home(request):
    """The table that fits the post: several districts, one district, or one township."""
    units = list(reports.units_visible_to(request.user, clock.today())[:2])
    if len(units) > 1:
        return redirect("staffing:city_table")
    if units:
        return redirect("staffing:unit_table", units[0].pk)
    townships = Organisation.objects.reached_with(request.user, Permission.STAFFING_VIEW).filter(kind=Kind.TOWNSHIP).valid(clock.today())
    township = townships.first()
    if township:
        return redirect("staffing:township_detail", township.pk)
    return render(request, "staffing/nothing.html")


@guarded(Permission.STAFFING_VIEW, methods=("GET", "HEAD"))
def city_table(request):
    """Every district and special area within reach, one line each."""
    on = day_of(request)
    units = list(reports.units_visible_to(request.user, on))
    basis = services.basis_for(units[0].parent or units[0], on) if units else reports.Basis(on)
    tables = reports.unit_tables(units, basis) if units else []
    totals = reports.Totals.together(table.totals for table in tables)
    context = {"tables": tables, "totals": totals, "basis": basis, "bureau_staff": sum(table.bureau_staff.counted for table in tables)}
    context["map"] = charts.district_map(tables)
    return render(request, "staffing/city_table.html", context | {"clause": rules.STANDARD, "notes": reports.COUNTING_NOTES})


@guarded(Permission.STAFFING_VIEW, methods=("GET", "HEAD"))
def city_export(request):
    on = day_of(request)
    units = list(reports.units_visible_to(request.user, on))
    basis = services.basis_for(units[0].parent or units[0], on) if units else reports.Basis(on)
    return papers.city_sheet(reports.unit_tables(units, basis) if units else [], basis, kind=request.GET.get("as", "xlsx"))


def table_of(request, pk, permission=Permission.STAFFING_VIEW) -> reports.UnitTable:
    bureau = fetch_unit(request, pk, permission)
    on = day_of(request)
    return reports.district_table(bureau, services.basis_for(bureau, on))


@guarded(Permission.STAFFING_VIEW, methods=("GET", "HEAD"))
def unit_table(request, pk):
    """The staffing table of one district, with the sum behind every cell."""
    table = table_of(request, pk)
    shown = request.GET.get("standing", "")
    rows = [row for row in table.rows if not shown or row.standing == shown]
    context = {
        "table": table,
        "rows": rows,
        "map": charts.township_map(rows),
        "shown": shown,
        "standings": [(item.value, item.label) for item in rules.Standing],
        "clause": rules.STANDARD,
        "district_minimum": rules.DISTRICT_MINIMUM,
        "notes": reports.COUNTING_NOTES,
        "may_edit": may(request.user, Permission.STAFFING_EDIT, table.bureau),
        "may_month": may(request.user, Permission.MONTH_VIEW, table.bureau),
        "synthetic": papers.is_synthetic(table),
    }
    return render(request, "staffing/unit_table.html", context)


@guarded(Permission.STAFFING_VIEW, methods=("GET", "HEAD"))
def unit_export(request, pk):
    """Exactly the table on the page, as Excel or CSV."""
    return papers.unit_sheet(table_of(request, pk), kind=request.GET.get("as", "xlsx"))


@guarded(Permission.STAFFING_VIEW, methods=("POST",))
def unit_paper(request, pk):
    """Order the one A4 page; it waits in the download centre."""
    table = table_of(request, pk)
    job = papers.order(table.bureau, on=table.basis.on, by=request.user)
    messages.success(request, f"已开始生成“{job.title}”，完成后在下载中心取件。")
    return redirect(reverse("records:job_detail", args=[job.pk]))


@guarded(Permission.STAFFING_VIEW, methods=("GET", "HEAD"))
def township_detail(request, pk):
    """One township: its numbers over time, its people, its standard spelt out."""
    township = fetch_township(request, pk)
    basis = services.basis_for(township, day_of(request))
    counts = reports.staff_counts([township.path], basis.on)
    load = reports.caseloads([township.pk], basis).get(township.pk)
    row = reports.township_row(township, load, counts.get((township.pk, "TOWNSHIP"), reports.StaffCount()), basis)
    staff = StaffMember.objects.in_post(basis.on).filter(organisation__path__startswith=township.path)
    staff = staff.annotate(is_away=Exists(Absence.objects.away(basis.on).filter(member=OuterRef("pk"))))
    villages = reports.villages_of(township, basis.on)
    months = trends.township_trend(township)
    context = {
        "villages": villages,
        "unassisted": [village for village in villages if not village.assistants],
        "months": months,
        "chart": charts.months_chart(months),
        "township": township,
        "district": township.district,
        "row": row,
        "basis": basis,
        "history": reports.caseload_history(township, basis),
        "staff": staff.select_related("organisation", "contract__project").order_by("organisation__path", "employment", "pk"),
        "clause": rules.STANDARD,
        "may_edit": may(request.user, Permission.STAFFING_EDIT, township),
        "may_see_district": may(request.user, Permission.STAFFING_VIEW, township.district) if township.district else False,
        "trainings": Training.objects.held().filter(attendees__organisation=township).distinct()[:5],
    }
    return render(request, "staffing/township_detail.html", context)
