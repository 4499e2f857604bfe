"""Caseload numbers taken from the list of who receives: looked at first, registered when confirmed."""

from django.contrib import messages
from django.shortcuts import redirect, render

from accounts.access import fetch, guarded, require
from accounts.models import Organisation
from accounts.roles import Permission
from records import clock
from windows.services import caseload as verbs


@guarded(Permission.STAFFING_EDIT)
def caseload_take(request, pk):
    """GET shows what would be registered for today; POST registers it, counted anew."""
    bureaus = Organisation.objects.filter(kind=Organisation.Kind.BUREAU)
    bureau = fetch(bureaus, request.user, Permission.STAFFING_EDIT, pk=pk)
    require(request.user, Permission.STANDING_VIEW, bureau)
    if request.method == "POST":
        changed = verbs.take(bureau, by=request.user)
        messages.success(request, f"已登记 {changed} 个乡镇（街道）的救助对象数。" if changed else "与今天已登记的数相同，没有改动。")
        return redirect("staffing:unit_table", bureau.pk)
    context = {"bureau": bureau, "rows": verbs.counted(bureau), "today": clock.today()}
    return render(request, "windows/caseload_take.html", context)
