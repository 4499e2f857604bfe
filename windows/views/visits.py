"""入户调查: the form that completes the step, the record, its corrections, its papers."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import fetch, guarded, may
from accounts.roles import Permission
from records import clock
from records.files import file_response
from records.formpage import form_page
from windows.forms.visit import CorrectVisitForm, NewVisitForm, VisitFileForm
from windows.models import Case, HomeVisit
from windows.reports import visit as reports
from windows.services import visits as services

P = Permission
WITH = ("case__organisation", "case__programme", "recorded_by", "step")


@guarded(P.CASE_HANDLE)
def visit_new(request, pk):
    """What was seen; saving completes the step."""
    case = fetch(Case.objects.select_related("organisation", "person", "programme", "village"), request.user, P.CASE_HANDLE, pk=pk)
    start = {
        "version": case.version,
        "visited_on": clock.today(),
        "village_guide": reports.guide_of(case),
        "met": case.person.name,
        "met_relation": "本人",
    }
    form = NewVisitForm(request.POST or None, initial=start, people=reports.posted_at(case))

    def save(data):
        return services.record(pk, form.seen(), version=data["version"], by=request.user)

    def done(visit):
        messages.success(request, "入户调查已登记，环节已完成")
        return redirect("windows:visit_detail", pk=visit.pk)

    context = {"case": case, "title": "登记入户调查", "submit": "登记并完成环节", "draft": f"visit-{pk}"}
    return form_page(request, form, save, template="windows/visit_form.html", context=context, done=done)


def visit_of(request, pk, permission=None) -> HomeVisit:
    return fetch(HomeVisit.objects.select_related(*WITH), request.user, permission, pk=pk)


def detail_context(request, visit: HomeVisit, **more) -> dict:
    acts = may(request.user, P.CASE_HANDLE, visit.case.organisation) and visit.case.status == Case.Status.ACCEPTED
    after = reports.successor(visit)
    return {
        "visit": visit,
        "facts": reports.facts(visit),
        "texts": reports.texts(visit),
        "after": after,
        "may_correct": acts and after is None,
        "files": [
            {
                "name": row.file.name,
                "size": row.file.size,
                "note": row.note,
                "url": reverse("windows:visit_file", args=[visit.pk, row.pk]),
            }
            for row in visit.files.select_related("file")
        ],
        "form": VisitFileForm() if acts else None,
        **more,
    }


@guarded(P.INQUIRY_VIEW, methods=("GET", "HEAD"))
def visit_detail(request, pk):
    return render(request, "windows/visit_detail.html", detail_context(request, visit_of(request, pk)))


@guarded(P.CASE_HANDLE)
def visit_correct(request, pk):
    """A new version beside the former."""
    visit = visit_of(request, pk, P.CASE_HANDLE)
    people = reports.posted_at(visit.case)
    start = reports.initial(visit, people) if request.method == "GET" else None
    form = CorrectVisitForm(request.POST or None, initial=start, people=people)

    def save(data):
        return services.correct(pk, form.seen(), reason=data["reason"], by=request.user)

    def done(row):
        messages.success(request, "已更正，原记录保留")
        return redirect("windows:visit_detail", pk=row.pk)

    context = {"case": visit.case, "title": "更正入户调查记录", "submit": "保存更正", "draft": f"visit-correct-{pk}"}
    return form_page(request, form, save, template="windows/visit_form.html", context=context, done=done)


@guarded(P.CASE_HANDLE, methods=("POST",))
def visit_attach(request, pk):
    visit = visit_of(request, pk, P.CASE_HANDLE)
    form = VisitFileForm(request.POST, request.FILES)

    def save(data):
        return services.attach(pk, data["upload"], note=data["note"], by=request.user)

    def done(_):
        messages.success(request, "附件已保存")
        return redirect("windows:visit_detail", pk=pk)

    context = detail_context(request, visit, form=form)
    return form_page(request, form, save, template="windows/visit_detail.html", context=context, done=done)


@guarded(P.INQUIRY_VIEW, methods=("GET", "HEAD"))
def visit_file(request, pk, paper):
    row = visit_of(request, pk).files.filter(pk=paper).select_related("file").first()
    if row is None:
        raise Http404
    return file_response(row.file, inline=True)


@guarded(P.INQUIRY_VIEW, methods=("POST",))
def visit_print(request, pk):
    """The form on A4; it waits in the download centre."""
    job = services.order_print(visit_of(request, pk), by=request.user)
    messages.success(request, f"已开始生成“{job.title}”，完成后在下载中心取件。")
    return redirect("records:job_detail", pk=job.pk)
