from django.shortcuts import render

from accounts.access import guarded
from accounts.roles import Permission
from records import clock
from windows import reports


@guarded(Permission.REFERRAL_VIEW, methods=("GET", "HEAD"))
def desk(request):
    """What this person has to act on, the least working time left first; deputies see the desk they stand in for."""
    rows = reports.desk(request.user)
    counts = {code: sum(row.light.code == code for row in rows) for code in ("overdue", "due", "normal", "paused")}
    return render(request, "windows/desk.html", {"rows": rows, "counts": counts, "today": clock.today()})
