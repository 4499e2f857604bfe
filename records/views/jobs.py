"""下载中心: what I asked for, how far it is, its result or its reason."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import fetch, guarded
from accounts.roles import Permission
from records import jobs
from records.files import resumable_response
from records.listing import KeysetPage
from records.models import Job


@guarded(Permission.JOB_VIEW, methods=("GET", "HEAD"))
def job_list(request):
    rows = Job.objects.visible_to(request.user).select_related("result")
    page = KeysetPage(rows, order=("-created_at", "-pk"), request=request)
    return render(request, "records/job_list.html", {"page": page, "rows": [prepared(job) for job in page.rows]})


@guarded(Permission.JOB_VIEW, methods=("GET", "HEAD"))
def job_detail(request, pk):
    """The page of one job; asked by htmx it answers the progress alone."""
    job = fetch(Job.objects.select_related("result"), request.user, pk=pk)
    template = "records/job_progress.html" if request.htmx else "records/job_detail.html"
    return render(request, template, {"row": prepared(job)})


@guarded(Permission.JOB_VIEW, methods=("GET", "HEAD"))
def job_file(request, pk):
    job = fetch(Job.objects.select_related("result"), request.user, pk=pk)
    if job.result is None:
        raise Http404("任务还没有结果文件。")
    return resumable_response(request, job.result)


@guarded(Permission.JOB_VIEW, methods=("POST",))
def job_retry(request, pk):
    job = jobs.retry(fetch(Job, request.user, pk=pk).pk, by=request.user)
    messages.success(request, f"“{job}”已重新排队。")
    return redirect("records:job_detail", pk=pk)


def prepared(job: Job) -> dict:
    """Plain values for the progress component."""
    return {
        "pk": job.pk,
        "title": job.title,
        "state": job.status,
        "done": job.done,
        "total": job.total,
        "at": job.at,
        "message": job.failure,
        "result_name": job.result.name if job.result else "",
        "has_result": job.result is not None,
        "created": timezone.localtime(job.created_at).strftime("%Y-%m-%d %H:%M"),
        "attempts": job.attempts,
    }
