"""The village assistant's pages, made for a phone; and the township's side of them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render

from accounts.access import fetch, guarded, may, require
from accounts.models import Organisation
from accounts.reach import reach_of
from accounts.roles import Permission
from records import clock
from records.exports import export
from records.files import file_response
from records.formpage import form_page
from records.idempotency import once_for
from records.listing import KeysetPage
from windows.filters import FindingFilter, VillageTaskFilter
from windows.forms.village import FindingAnswerForm, FindingForm, ReasonOnly, TaskForm, TaskReportForm
from windows.models import Finding, Publicity, VillageTask
from windows.reports import village as reports
from windows.services import village as services


@guarded(Permission.VILLAGE_VIEW, methods=("GET", "HEAD"))
def village_home(request):
    """Tasks in reach; an assistant sees the own village's, what is to do on top."""
    chosen = VillageTaskFilter(request.GET, queryset=VillageTask.objects.visible_to(request.user))
    page = KeysetPage(chosen.qs.select_related("organisation"), order=("-pk",), request=request)
    today = clock.today()
    rows = sorted((reports.task_row(task, today) for task in page.rows), key=lambda row: row["light"].code == "done")
    context = {"filter": chosen, "page": page, "rows": rows, **rights(request.user)}
    return render(request, "windows/village_home.html", context)


def rights(user) -> dict[str, bool]:
    return {"may_do": may(user, Permission.VILLAGE_DO), "may_manage": may(user, Permission.VILLAGE_MANAGE)}


def own_villages(user):
    """The villages in whose name this person acts: the own post's, not those above it."""
    paths = reach_of(user).paths(Permission.VILLAGE_DO)
    return Organisation.objects.filter(path__in=paths, kind=Organisation.Kind.VILLAGE)


@guarded(Permission.VILLAGE_MANAGE)
def village_task_new(request):
    """One task for one or many villages of the township."""
    townships = Organisation.objects.reached_with(request.user, Permission.VILLAGE_MANAGE)
    villages = townships.filter(kind=Organisation.Kind.VILLAGE).valid(clock.today()).order_by("path")
    form = TaskForm(request.POST or None, villages=villages)

    def save(data):
        with once_for(request, "windows.village_task") as slot:
            if not slot.done:
                slot.result = len(services.set_tasks(data.pop("villages"), by=request.user, **data))
        return slot.result

    def done(count):
        messages.success(request, f"已布置 {count} 项任务")
        return redirect("windows:village_home")

    return form_page(request, form, save, template="windows/village_task_form.html", done=done)


def task_of(request, pk, permission=None) -> VillageTask:
    return fetch(VillageTask.objects.select_related("organisation", "case", "set_by", "accepted_by"), request.user, permission, pk=pk)


@guarded(Permission.VILLAGE_VIEW, methods=("GET", "HEAD"))
def village_task(request, pk):
    return render(request, "windows/village_task.html", task_context(request, task_of(request, pk)))


def task_context(request, task: VillageTask, **more) -> dict:
    mine = may(request.user, Permission.VILLAGE_DO, task.organisation) and task.status in reports.TO_DO
    manages = may(request.user, Permission.VILLAGE_MANAGE, task.organisation)
    return {
        "task": task,
        "row": reports.task_row(task, clock.today()),
        "reports": list(task.reports.select_related("reported_by", "photo")),
        "form": TaskReportForm(initial={"version": task.version, "done_on": clock.today()}, kind=task.kind) if mine else None,
        "may_accept": manages and task.status == VillageTask.Status.REPORTED,
        "may_cancel": manages and task.status in reports.TO_DO,
        "publicity": Publicity.objects.filter(task=task).first(),
        "may_case": task.case is not None and may(request.user, Permission.CASE_VIEW, task.case),
        **more,
    }


@guarded(Permission.VILLAGE_DO, methods=("POST",))
def village_task_report(request, pk):
    task = task_of(request, pk, Permission.VILLAGE_DO)
    form = TaskReportForm(request.POST, request.FILES, kind=task.kind)

    def save(data):
        with once_for(request, f"windows.village_report.{pk}") as slot:
            if not slot.done:
                slot.result = services.report_task(pk, by=request.user, **data).pk

    def done(_):
        messages.success(request, "已报送，等待核收")
        return redirect("windows:village_task", pk=pk)

    return form_page(request, form, save, template="windows/village_task.html", context=task_context(request, task, form=form), done=done)


def act_on_task(request, pk, verb, words: str):
    """A verb with a reason, from the township."""
    task = task_of(request, pk, Permission.VILLAGE_MANAGE)
    form = ReasonOnly(request.POST)
    context = task_context(request, task, faulty=form)

    def done(_):
        messages.success(request, words)
        return redirect("windows:village_task", pk=pk)

    return form_page(
        request, form, lambda data: verb(pk, by=request.user, **data), template="windows/village_task.html", context=context, done=done
    )


@guarded(Permission.VILLAGE_MANAGE, methods=("POST",))
def village_task_accept(request, pk):
    task_of(request, pk, Permission.VILLAGE_MANAGE)
    services.accept_task(pk, version=version_in(request), by=request.user)
    messages.success(request, "已核收")
    return redirect("windows:village_task", pk=pk)


def version_in(request) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


@guarded(Permission.VILLAGE_MANAGE, methods=("POST",))
def village_task_return(request, pk):
    return act_on_task(request, pk, services.return_task, "已退回补充")


@guarded(Permission.VILLAGE_MANAGE, methods=("POST",))
def village_task_cancel(request, pk):
    return act_on_task(request, pk, services.cancel_task, "已取消")


@guarded(Permission.VILLAGE_VIEW, methods=("GET", "HEAD"))
def village_photo(request, pk, paper):
    """The photo of one report, to whoever sees the task."""
    report = task_of(request, pk).reports.filter(pk=paper, photo__isnull=False).select_related("photo").first()
    if report is None:
        raise Http404
    return file_response(report.photo, inline=True)


@guarded(Permission.VILLAGE_VIEW, methods=("GET", "HEAD"))
def finding_list(request):
    chosen = FindingFilter(request.GET, queryset=Finding.objects.visible_to(request.user))
    page = KeysetPage(chosen.qs.select_related("organisation"), order=("-pk",), request=request)
    today, named = clock.today(), may(request.user, Permission.PERSON_VIEW)
    rows = [reports.finding_row(row, today, named or row.reported_by_id == request.user.pk) for row in page.rows]
    return render(request, "windows/finding_list.html", {"filter": chosen, "page": page, "rows": rows, **rights(request.user)})


@guarded(Permission.VILLAGE_DO)
def finding_new(request):
    """A person in need, or a household that changed."""
    form = FindingForm(request.POST or None, villages=own_villages(request.user))

    def save(data):
        with once_for(request, "windows.finding") as slot:
            if not slot.done:
                slot.result = services.report_finding(data.pop("village"), by=request.user, **data).pk
        return slot.result

    def done(pk):
        messages.success(request, "已报告乡镇（街道）窗口")
        return redirect("windows:finding_detail", pk=pk)

    return form_page(request, form, save, template="windows/finding_form.html", done=done)


def finding_of(request, pk) -> Finding:
    return fetch(Finding.objects.select_related("organisation", "case", "reported_by", "answered_by"), request.user, pk=pk)


def finding_context(request, finding: Finding) -> dict:
    manages = may(request.user, Permission.VILLAGE_MANAGE, finding.organisation) and finding.status == Finding.Status.REPORTED
    named = reports.sees_names(request.user, finding)
    return {
        "finding": finding,
        "row": reports.finding_row(finding, clock.today(), named),
        "named": named,
        "form": FindingAnswerForm(initial={"version": finding.version}, cases=reports.cases_since(finding)) if manages else None,
        "may_case": finding.case is not None and may(request.user, Permission.CASE_VIEW, finding.case),
        "may_log": manages and may(request.user, Permission.CASE_LOG),
    }


@guarded(Permission.VILLAGE_VIEW, methods=("GET", "HEAD"))
def finding_detail(request, pk):
    return render(request, "windows/finding_detail.html", finding_context(request, finding_of(request, pk)))


@guarded(Permission.VILLAGE_MANAGE, methods=("POST",))
def finding_answer(request, pk):
    finding = finding_of(request, pk)
    require(request.user, Permission.VILLAGE_MANAGE, finding.organisation)
    form = FindingAnswerForm(request.POST, cases=reports.cases_since(finding))

    def done(_):
        messages.success(request, "已处理，报告人会收到通知")
        return redirect("windows:finding_detail", pk=pk)

    context = finding_context(request, finding) | {"form": form}
    save = lambda data: services.answer_finding(pk, by=request.user, **data)  # noqa: E731
    return form_page(request, form, save, template="windows/finding_detail.html", context=context, done=done)


@guarded(Permission.VILLAGE_VIEW, methods=("GET", "HEAD"))
def village_fees(request):
    """费随事转: what each village's accepted work of a year came to. ``?format=xlsx`` exports it."""
    if not may(request.user, Permission.VILLAGE_MANAGE) and not may(request.user, Permission.CASE_VIEW):
        raise PermissionDenied("您的岗位没有办理此事项的权限。")
    text = request.GET.get("year", "")
    year = int(text) if text.isdecimal() and len(text) == 4 and text >= "2000" else reports.current_year()
    rows = reports.fees(request.user, year)
    if request.GET.get("format") in ("xlsx", "csv"):
        return export(reports.FEE_COLUMNS, rows, name=f"{year}年村级任务经费", kind=request.GET["format"])
    total = sum(row[4] or 0 for row in rows)
    return render(request, "windows/village_fees.html", {"rows": rows, "year": year, "total": total, "years": range(year - 1, year + 2)})
