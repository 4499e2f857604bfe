"""The 档案 tab of a project: pack the whole file, see what is in it, print or export the hand-over list."""

from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import fetch, guarded
from accounts.roles import Permission
from procurement.models import Project, ProjectArchive
from procurement.reports import archive as reports
from procurement.reports import sections, trail
from procurement.services import archive as services
from records.exports import Column, export
from records.idempotency import once_for

INDEX = [
    Column("序号", "int", 8),
    Column("文件", width=60),
    Column("题名", width=40),
    Column("大小（字节）", "int"),
    Column("SHA-256", width=66),
]


@guarded(Permission.PROJECT_ARCHIVE, methods=("GET", "HEAD"))
def project_archive(request, pk):
    project = fetch(Project.objects.select_related("organisation"), request.user, Permission.PROJECT_ARCHIVE, pk=pk)
    context = {
        "project": project,
        "steps": trail.stages_of(project, trail.moves_of(project)),
        "tabs": sections.tabs(sections.PROJECT, request.user, project, current="procurement:project_archive"),
        "facts": reports.facts_of(project),
        "withheld": services.facts_of(project)["withheld"],
        "columns": reports.COLUMNS,
        "rows": reports.rows_of(project, request.user),
        "deletion": services.deletion_breaches(project),
        "pack_url": reverse("procurement:archive_pack", args=[pk]),
    }
    return render(request, "procurement/archive_list.html", context)


@guarded(Permission.PROJECT_ARCHIVE, methods=("POST",))
def archive_pack(request, pk):
    """One click: the job is queued, its page shows the progress and then the file."""
    project = fetch(Project.objects.select_related("organisation"), request.user, Permission.PROJECT_ARCHIVE, pk=pk)
    with once_for(request, "procurement.archive_pack") as slot:
        if not slot.done:
            slot.result = services.request_archive(project, by=request.user).pk
    return redirect("records:job_detail", slot.result)


@guarded(Permission.PROJECT_ARCHIVE, methods=("GET", "HEAD"))
def archive_detail(request, pk):
    """What one packing holds; ``?export=xlsx`` or csv is the hand-over list."""
    rows = ProjectArchive.objects.select_related("project__organisation", "packed_by")
    archive = fetch(rows, request.user, pk=pk)
    if request.GET.get("export") in ("xlsx", "csv"):
        name = f"{archive.project.code}_档案移交目录"
        return export(INDEX, reports.export_rows(archive), name=name, kind=request.GET["export"])
    context = {
        "archive": archive,
        "project": archive.project,
        "columns": reports.PART_COLUMNS,
        "rows": reports.part_rows(archive),
        "missing_columns": [*reports.PART_COLUMNS[:2], {"label": "原因", "align": ""}],
        "missing": reports.missing_rows(archive),
        "facts": reports.facts_of(archive.project),
    }
    return render(request, "procurement/archive_detail.html", context)


@guarded(Permission.PROJECT_ARCHIVE, methods=("POST",))
def archive_print(request, pk):
    archive = fetch(ProjectArchive.objects.select_related("project__organisation"), request.user, pk=pk)
    return redirect("records:job_detail", services.request_index(archive, by=request.user).pk)
