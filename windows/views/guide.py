"""What may be asked for (the guide), and where: the windows with their people."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import guarded, may, require
from accounts.models import Organisation, User
from accounts.roles import Permission
from records import clock
from windows import reports
from windows.forms.counter import WindowForm, materials_of
from windows.models import Programme, Window
from windows.reports import programme as versions
from windows.services import windows as service
from windows.services.programme_content import of_programme


@guarded(Permission.PROGRAMME_VIEW, methods=("GET", "HEAD"))
def programme_list(request):
    groups: dict[str, list] = {}
    for programme in Programme.objects.current(clock.today()).prefetch_related("steps"):
        groups.setdefault(programme.group, []).append(programme)
    return render(request, "windows/programme_list.html", {"groups": list(groups.items())})


@guarded(Permission.PROGRAMME_VIEW, methods=("GET", "HEAD"))
def programme_detail(request, pk):
    programme = get_object_or_404(Programme, pk=pk)
    others = Programme.objects.standing().filter(code=programme.code).exclude(pk=pk)
    context = {"programme": programme, "steps": list(programme.steps.all()), "papers": materials_of(programme), "others": list(others)}
    state = versions.state_of(programme, clock.today())
    content = of_programme(programme)
    context |= {"state": state, "tone": versions.TONES[state], "extensions": content.extensions, "pauses": content.pauses}
    return render(request, "windows/programme_detail.html", context)


@guarded(Permission.WINDOW_VIEW, methods=("GET", "HEAD"))
def window_list(request):
    """Coverage: every township against W-01 and W-02."""
    rows = reports.coverage(request.user)
    faults = [row for row in rows if row.fault]
    return render(
        request,
        "windows/window_list.html",
        {"rows": rows, "faults": len(faults), "may_manage": may(request.user, Permission.WINDOW_MANAGE)},
    )


@guarded(Permission.WINDOW_MANAGE)
def window_edit(request, pk):
    """Address, hours, phone and dedicated people of one township's window; ``pk`` is the township's."""
    townships = Organisation.objects.reached_with(request.user, Permission.WINDOW_VIEW).filter(kind=Organisation.Kind.TOWNSHIP)
    township = get_object_or_404(townships, pk=pk)
    require(request.user, Permission.WINDOW_MANAGE, township)
    window = Window.objects.filter(organisation=township).first()
    clerks = User.objects.filter(memberships__in=reports.clerks_of(township)).distinct()
    initial = {"address": window.address, "hours": window.hours, "phone": window.phone, "staff": window.staff.all()} if window else None
    form = WindowForm(request.POST or None, people=clerks, initial=initial)
    if request.method == "POST" and form.is_valid():
        service.save_window(township, by=request.user, **form.cleaned_data)
        messages.success(request, f"{township}的窗口信息已保存。")
        return redirect("windows:window_list")
    status = 422 if request.method == "POST" else 200
    return render(request, "windows/window_form.html", {"form": form, "township": township}, status=status)
