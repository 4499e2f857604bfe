"""在享名册: the list of each township, and the file that brings it up to date."""

import hashlib

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import fetch, guarded, may, organisations_for
from accounts.models import Organisation
from accounts.roles import Permission
from records import clock, jobs
from records.exports import download
from records.files import file_response, read_upload
from records.formpage import form_page
from records.listing import KeysetPage
from records.models import Job
from windows import exchange
from windows.filters import StandingFilter
from windows.forms.hearing import HearingForm
from windows.forms.standing import EndForm, StandingSheetForm
from windows.models import StandingEntry, StandingImport, StandingRow
from windows.reports import standing as reports
from windows.services import hearings
from windows.services import standing as services

VIEW, IMPORT = Permission.STANDING_VIEW, Permission.STANDING_IMPORT
AT_ONCE = 5_000
PAPERS = 20
READING, READY = StandingImport.Status.READING, StandingImport.Status.READY


def filtered(request):
    return StandingFilter(request.GET, queryset=StandingEntry.objects.visible_to(request.user), request=request)


@guarded(VIEW, methods=("GET", "HEAD"))
def standing_list(request):
    chosen = filtered(request)
    page = KeysetPage(chosen.qs.select_related("person", "organisation", "village"), order=("-pk",), request=request)
    named = may(request.user, Permission.PERSON_VIEW)
    context = {
        "filter": chosen,
        "page": page,
        "rows": [reports.entry_row(entry, named) for entry in page.rows],
        "query": request.GET.urlencode(),
        "may_import": may(request.user, IMPORT),
    }
    return render(request, "windows/standing_list.html", context)


@guarded(VIEW, methods=("GET",))
def standing_export(request):
    """Exactly what is filtered, masked; a long list comes in parts, by township or category."""
    rows = filtered(request).qs
    kind = "csv" if request.GET.get("format") == "csv" else "xlsx"
    if rows.order_by()[: AT_ONCE + 1].count() <= AT_ONCE:
        return download(reports.entry_table(rows, kind), f"在享名册.{kind}")
    query = request.GET.urlencode()
    stamp = hashlib.sha256(f"{query}|{clock.now():%Y%m%d%H%M}".encode()).hexdigest()[:16]
    organisation = request.user.memberships.active(clock.today()).first().organisation
    jobs.enqueue(
        exchange.STANDING_JOB, organisation=organisation, by=request.user, key=f"{request.user.pk}:{stamp}", title="导出在享名册",
        query=query, user=request.user.pk, format=kind,
    )  # fmt: skip
    messages.info(request, "数据较多，正在后台导出，完成后在“下载中心”取。")
    return redirect("records:job_list")


@guarded(IMPORT)
def standing_upload(request):
    """Upload; what is read is shown row by row before anything is written."""
    places = organisations_for(request.user, IMPORT).filter(kind=Organisation.Kind.TOWNSHIP)
    form = StandingSheetForm(request.POST or None, request.FILES or None, places=places)
    papers = StandingImport.objects.visible_to(request.user).select_related("organisation", "made_by").defer("sealed").order_by("-pk")
    return form_page(
        request,
        form,
        lambda values: services.upload(
            values["organisation"], kind=values["kind"], category=values["category"], data=read_upload(values["upload"]),
            name=values["upload"].name, by=request.user,
        ),
        template="windows/standing_upload.html",
        context={"papers": papers[:PAPERS]},
        done=lambda paper: redirect("windows:standing_import", pk=paper.pk),
    )  # fmt: skip


@guarded(IMPORT, methods=("GET", "HEAD"))
def standing_import(request, pk):
    """The preview: what each row would do, by outcome. While it is being read, how far it is."""
    paper = fetch_paper(request, pk)
    outcome = request.GET.get("outcome", "")
    counts = paper.facts.get("counts", {})
    if outcome not in StandingRow.Outcome.values:
        outcome = next((code for code in ("REFUSED", "ADD", "CHANGE") if counts.get(code)), "SAME")
    page = KeysetPage(paper.rows.filter(outcome=outcome), order=("ordinal",), request=request, size=50)
    job = job_of(paper)
    context = {
        "paper": paper,
        "ready": paper.status == READY,
        "read": paper.read_at is not None,
        "facts": reports.facts(paper),
        "tabs": reports.outcome_tabs(paper, outcome),
        "page": page,
        "rows": [reports.preview_row(row) for row in page.rows],
        "refused": counts.get("REFUSED", 0),
        "to_write": services.to_write(paper),
        "job": job,
        "own_job": job is not None and job.requested_by_id == request.user.pk,
        "outdated": paper.status == READY and services.outdated(paper),
    }
    return render(request, "windows/standing_import.html", context)


def fetch_paper(request, pk) -> StandingImport:
    rows = StandingImport.objects.select_related("organisation", "made_by", "confirmed_by").defer("sealed")
    return fetch(rows, request.user, IMPORT, pk=pk)


def job_of(paper: StandingImport) -> Job | None:
    """The job at work on this paper, or the one that failed."""
    kind = services.PREVIEW_JOB if paper.status == READING else services.CONFIRM_JOB
    if paper.status not in (READING, READY):
        return None
    return Job.objects.filter(kind=kind, key=f"{paper.pk}").exclude(status=Job.Status.DONE).first()


@guarded(IMPORT, methods=("POST",))
def standing_confirm(request, pk):
    """Write what was shown: at once, or by a job when it is much."""
    paper = fetch_paper(request, pk)
    if paper.status == StandingImport.Status.CONFIRMED:
        messages.info(request, "这份名册已经写入，没有再写一次。")
    elif services.to_write(paper) <= services.AT_ONCE:
        services.confirm(paper.pk, version=request.POST.get("version", ""), by=request.user)
        messages.success(request, f"已写入 {services.to_write(paper)} 行。")
    else:
        jobs.enqueue(
            services.CONFIRM_JOB, organisation=paper.organisation, by=request.user, key=f"{paper.pk}", title=f"写入{paper}",
            paper=paper.pk, version=request.POST.get("version", ""),
        )  # fmt: skip
        messages.info(request, "行数较多，正在后台写入；写完之前名册不变。")
    return redirect("windows:standing_import", pk=pk)


@guarded(IMPORT, methods=("POST",))
def standing_discard(request, pk):
    paper = fetch_paper(request, pk)
    services.discard(paper.pk, version=request.POST.get("version", ""), by=request.user)
    messages.info(request, "已放弃，名册没有改动。")
    return redirect("windows:standing_upload")


@guarded(IMPORT, methods=("GET",))
def standing_refused(request, pk):
    """The refused rows as a table, for whoever mends the file."""
    paper = fetch_paper(request, pk)
    if paper.read_at is None:
        raise Http404("名册还没有读完。")
    kind = "csv" if request.GET.get("format") == "csv" else "xlsx"
    return download(reports.refused_table(paper, kind), f"未通过的行.{kind}")


@guarded(IMPORT)
def standing_end(request, pk):
    """Take somebody off the list, by hand and with the reason."""
    entry = fetch(StandingEntry.objects.select_related("person", "organisation", "village"), request.user, IMPORT, pk=pk)
    return form_page(
        request,
        EndForm(request.POST or None, tekun=entry.is_tekun),
        lambda values: hearings.end(entry.pk, **values, by=request.user),
        template="windows/standing_end.html",
        context={
            "entry": entry,
            "row": reports.entry_row(entry, named=True),
            "members": entry.members.open().count(),
            "heard": entry.hearings.last(),
        },
        done=lambda ended: redirect(reverse("windows:standing_entry", args=[ended.pk])),
    )


def entry_of(request, pk, permission=None) -> StandingEntry:
    rows = StandingEntry.objects.select_related("person", "organisation", "village", "head__person", "notice__file", "hearing")
    return fetch(rows, request.user, permission, pk=pk)


@guarded(VIEW, methods=("GET", "HEAD"))
def standing_entry(request, pk):
    """One person on the list: since when, with whom, what was said before the end, and the paper of the end."""
    entry = entry_of(request, pk)
    named = may(request.user, Permission.PERSON_VIEW, entry.organisation)
    context = {
        "entry": entry,
        "row": reports.entry_row(entry, named),
        "members": [reports.entry_row(row, named) for row in entry.members.select_related("person", "organisation", "village")],
        "hearings": list(entry.hearings.select_related("recorded_by")),
        "reads": may(request.user, Permission.INQUIRY_VIEW, entry.organisation),
        "acts": entry.ended_on is None and may(request.user, IMPORT, entry.organisation),
        "named": named,
    }
    return render(request, "windows/standing_entry.html", context)


@guarded(IMPORT)
def standing_hearing(request, pk):
    """What the person says before help is stopped."""
    entry = entry_of(request, pk, IMPORT)
    form = HearingForm(request.POST or None, initial={"told_on": clock.today(), "heard_on": clock.today()})

    def done(_):
        messages.success(request, "已登记听取意见")
        return redirect("windows:standing_entry", pk=pk)

    context = {"entry": entry, "row": reports.entry_row(entry, named=True)}
    return form_page(
        request, form, lambda _: hearings.hear(pk, form.heard(), by=request.user),
        template="windows/standing_hearing.html", context=context, done=done,
    )  # fmt: skip


@guarded(Permission.PERSON_VIEW, methods=("GET", "HEAD"))
def standing_notice(request, pk):
    """The written notice of the end; while it is being drawn, back to the page of the entry."""
    entry = entry_of(request, pk, Permission.PERSON_VIEW)
    if entry.notice is None or entry.notice.file is None:
        messages.info(request, "告知书正在排版，请稍后再打印。" if entry.notice else "还没有停止救助告知书。")
        return redirect("windows:standing_entry", pk=pk)
    return file_response(entry.notice.file, inline=True)
