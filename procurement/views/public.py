"""What anybody may read: announced projects with their notices. No sign-in, nothing personal."""

from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from accounts.access import public
from procurement.exchange_ocds import address
from procurement.filters import PublicFilter
from procurement.models import Announcement, AnnouncementFile, Project, ProjectPaper
from procurement.reports import public as reports
from procurement.reports import trail
from procurement.services.lots import announced_lots
from records.files import file_response
from records.listing import KeysetPage

FEED = 50
IN_ORDER = Prefetch("papers", ProjectPaper.objects.order_by("issued_at", "pk"))


@public
@require_safe
def project_list(request):
    rows = Project.objects.announced().select_related("organisation").prefetch_related(IN_ORDER)
    filterset = PublicFilter(request.GET, queryset=rows)
    page = KeysetPage(filterset.qs, order=("-announced_at", "-pk"), request=request)
    context = {"filter": filterset.form, "page": page, "rows": reports.list_rows(page.rows)}
    return render(request, "procurement/public_list.html", context)


@public
@require_safe
def project_detail(request, code):
    related = ("organisation", "tender", "contract", "package")
    project = get_object_or_404(Project.objects.announced().select_related(*related), code=code)
    context = {
        "project": project,
        "lots": list(announced_lots(project)) if project.package_id else [],
        "state": reports.state_of(project),
        "tone": reports.TONES.get(project.status, "info"),
        "steps": trail.public_stages(project) if project.published_at else [],
        "facts": reports.facts_of(project),
        "standards": project.standards.all() if project.published_at else [],
        "papers": reports.papers_of(project),
        "milestones": reports.milestones_of(project),
    }
    return render(request, "procurement/public_detail.html", context)


@public
@require_safe
def lots(request, code):
    """All announced lots of one purchase with their deadlines, at one address: the first lot's."""
    project = get_object_or_404(Project.objects.filter(package__isnull=False).select_related("package__organisation"), code=code)
    first, rows = project.package.lots.order_by("lot_number").first(), list(reports.lot_rows(project))
    if not rows:
        raise Http404
    if first.pk != project.pk:
        return redirect("public_lots", code=first.code)
    context = {"package": project.package, "rows": rows, "columns": reports.LOT_COLUMNS, "facts": reports.package_facts(project, rows)}
    return render(request, "procurement/public_lots.html", context)


@public
@require_safe
def attachment(request, code, pk):
    """A paper that went out with a notice, as long as the notice stands."""
    rows = AnnouncementFile.objects.filter(
        announcement__project__code=code,
        announcement__status=Announcement.Status.ISSUED,
        announcement__paper__notice__withdrawn_at=None,
        announcement__paper__notice__public=True,
    )
    return file_response(get_object_or_404(rows.select_related("file"), pk=pk).file)


@public
@require_safe
def project_feed(request):
    """The newest notices as Atom."""
    feed = Atom1Feed(
        title="政府购买社会救助服务公告",
        link=address(reverse("public_project_list")),
        description="采购意向、采购公告、结果、合同和验收公告",
        language="zh-CN",
        feed_url=address(request.path),
    )
    papers = ProjectPaper.objects.filter(notice__public=True, notice__withdrawn_at=None).select_related("notice", "project__organisation")
    for paper in papers.order_by("-issued_at", "-pk")[:FEED]:
        url = address(reverse("public_notice", args=[paper.notice.code]))
        feed.add_item(
            title=paper.notice.title,
            link=url,
            unique_id=url,
            description=f"{paper.get_kind_display()}，{paper.project.organisation.name}，{paper.notice.number}",
            pubdate=paper.issued_at,
            updateddate=paper.issued_at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
