"""What anybody may read: announced projects with their notices. No sign-in, nothing personal."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.access import public
from procurement.filters import PublicFilter
from procurement.models import Project
from procurement.reports import public as reports
from procurement.reports import trail
from records.listing import KeysetPage


@public
@require_GET
def project_list(request):
    rows = Project.objects.announced().select_related("organisation")
    filterset = PublicFilter(request.GET, queryset=rows)
    page = KeysetPage(filterset.qs, order=("-published_at", "-pk"), request=request)
    context = {"filter": filterset.form, "page": page, "columns": reports.COLUMNS, "rows": reports.list_rows(page.rows)}
    return render(request, "procurement/public_list.html", context)


@public
@require_GET
def project_detail(request, code):
    project = get_object_or_404(Project.objects.announced().select_related("organisation", "tender"), code=code)
    context = {
        "project": project,
        "steps": trail.public_stages(project),
        "facts": reports.facts_of(project),
        "standards": project.standards.all(),
        "papers": reports.papers_of(project),
    }
    return render(request, "procurement/public_detail.html", context)
