"""初审公示 and 公示异议: the paper for the wall, and what is said against it."""

from django.contrib import messages
from django.shortcuts import redirect, render

from accounts.access import fetch, guarded, may
from accounts.models import Organisation
from accounts.roles import Permission
from records import clock
from records.files import file_response
from records.formpage import form_page
from windows.forms.publicity import NoticeObjectionForm, ObjectionSettleForm, PublicityForm
from windows.models import Case, NoticeObjection, Publicity
from windows.reports import publicity as reports
from windows.services import objections
from windows.services import publicity as services

P = Permission
CASE = ("organisation", "person", "programme", "first_contact")
WITH = ("case__organisation", "case__programme", "step", "village", "task", "notice__file", "posted_by")
OBJECTION = ("case__organisation", "case__programme", "publicity", "visit", "recorded_by", "settled_by")
S = NoticeObjection.Status


@guarded(P.CASE_HANDLE)
def publicity_new(request, pk):
    """Issue the notice: the clock starts, the village gets its task."""
    case = fetch(Case.objects.select_related(*CASE), request.user, P.CASE_HANDLE, pk=pk)
    townships = Organisation.objects.filter(pk=case.organisation_id)
    form = PublicityForm(request.POST or None, initial=reports.initial(case), townships=townships)

    def save(data):
        return services.issue(pk, form.posting(), version=data["version"], by=request.user)

    def done(row):
        messages.success(request, f"公示已出具，{row.ends_on:%Y-%m-%d} 期满；已布置村（社区）张贴")
        return redirect("windows:publicity_detail", pk=row.pk)

    context = {"case": case, "whitelist": reports.WHITELIST}
    return form_page(request, form, save, template="windows/publicity_form.html", context=context, done=done)


def publicity_of(request, pk, permission=None) -> Publicity:
    return fetch(Publicity.objects.select_related(*WITH), request.user, permission, pk=pk)


@guarded(P.CASE_VIEW, methods=("GET", "HEAD"))
def publicity_detail(request, pk):
    row, today = publicity_of(request, pk), clock.today()
    reads = may(request.user, P.INQUIRY_VIEW, row.case.organisation)
    may_case = may(request.user, P.CASE_VIEW, row.case)
    context = {
        "row": row,
        "facts": reports.facts(row, may_case=may_case),
        "sheet": reports.sheet(row),
        "objections": [reports.objection_row(one, today) for one in row.objections.all()] if reads else [],
        "reads": reads,
        "may_object": may_object(request.user, row),
        "may_case": may_case,
        "may_task": may(request.user, P.VILLAGE_VIEW, row.village),
    }
    return render(request, "windows/publicity_detail.html", context)


def may_object(user, row: Publicity) -> bool:
    """While it hangs; and after its end, what was raised in time, until the case is decided."""
    heard = row.status in (Publicity.Status.RUNNING, Publicity.Status.FINISHED) and row.case.status == Case.Status.ACCEPTED
    return heard and may(user, P.CASE_HANDLE, row.case.organisation)


@guarded(P.CASE_VIEW, methods=("GET", "HEAD"))
def publicity_pdf(request, pk):
    """What is printed and hung; while it is being drawn, back to the page that says so."""
    row = publicity_of(request, pk)
    if row.notice.file is None:
        messages.info(request, "公示正在排版，请稍后再打印。")
        return redirect("windows:publicity_detail", pk=pk)
    return file_response(row.notice.file, inline=True)


@guarded(P.CASE_HANDLE)
def objection_new(request, pk):
    """Anybody's word against the notice; the clock stops."""
    row = publicity_of(request, pk, P.CASE_HANDLE)
    form = NoticeObjectionForm(request.POST or None, initial={"version": row.case.version, "raised_on": clock.today()})

    def save(data):
        return objections.record(row.case_id, form.raised(), version=data["version"], by=request.user)

    def done(made):
        messages.success(request, "异议已登记，答复前不能作出结论；请重新入户调查")
        return redirect("windows:objection_detail", pk=made.pk)

    return form_page(request, form, save, template="windows/objection_form.html", context={"row": row}, done=done)


def objection_of(request, pk, permission=None) -> NoticeObjection:
    return fetch(NoticeObjection.objects.select_related(*OBJECTION), request.user, permission, pk=pk)


def objection_context(request, row: NoticeObjection, **more) -> dict:
    acts = row.status == S.OPEN and may(request.user, P.CASE_HANDLE, row.case.organisation)
    start = {"version": row.version, "replied_on": clock.today(), "reply_way": row.Way.NONE if row.anonymous else row.Way.PHONE}
    return {
        "row": row,
        "facts": reports.objection_facts(row),
        "shown": reports.objection_row(row, clock.today()),
        "may_visit": acts and row.visit_id is None,
        "form": ObjectionSettleForm(initial=start, anonymous=row.anonymous) if acts and row.visit_id else None,
        **more,
    }


@guarded(P.INQUIRY_VIEW, methods=("GET", "HEAD"))
def objection_detail(request, pk):
    return render(request, "windows/objection_detail.html", objection_context(request, objection_of(request, pk)))


@guarded(P.CASE_HANDLE, methods=("POST",))
def objection_settle(request, pk):
    row = objection_of(request, pk, P.CASE_HANDLE)
    form = ObjectionSettleForm(request.POST, anonymous=row.anonymous)

    def done(made):
        again = Publicity.objects.filter(pk=made.publicity_id, status=Publicity.Status.SUPERSEDED).exists()
        messages.success(request, "异议已答复，须重新出具公示" if again else "异议已答复")
        return redirect("windows:objection_detail", pk=pk)

    context = objection_context(request, row, form=form)
    return form_page(
        request, form, lambda data: objections.settle(pk, by=request.user, **data),
        template="windows/objection_detail.html", context=context, done=done,
    )  # fmt: skip
