"""Cases per person, township by township."""

from django.shortcuts import render

from accounts.access import fetch, guarded
from accounts.models import Organisation
from accounts.roles import Permission
from windows.reports import month as reports
from windows.reports.workload import NOTES
from windows.reports.workload import workload as workload_of
from windows.views.month import month_in

VIEW = Permission.MONTH_VIEW


@guarded(VIEW, methods=("GET", "HEAD"))
def workload(request, pk):
    bureau = fetch(Organisation.objects.filter(kind=Organisation.Kind.BUREAU), request.user, VIEW, pk=pk)
    chosen = month_in(request.GET.get("month", ""))
    rows, total = workload_of(bureau, chosen)
    missing = sum(row.figures is None for row in rows)
    context = {"bureau": bureau, "month": chosen, "months": reports.months_offered(), "rows": rows, "total": total}
    return render(request, "windows/workload.html", context | {"missing": missing, "notes": NOTES})
