"""Jobs of this app: what each prints lives in services; a handler takes ids and may run twice."""

from procurement.models import Tender
from procurement.reports import bidding as reports
from records import pdf
from records.jobs import FileResult, handler


@handler("procurement.score_sheets")
def score_sheets(job, report) -> FileResult:
    """All score sheets of a tender, one after the other, with the result and the formula."""
    tender = Tender.objects.select_related("project__organisation").get(pk=job.params["tender"])
    report(0, 1, "排版评分表")
    context = {"title": f"{tender.project.name}评分表", "tender": tender, "project": tender.project, "rows": reports.result_rows(tender)}
    data = pdf.render("procurement/print/score_sheets.html", context)
    report(1, 1, "完成")
    return FileResult(data, f"{tender.project.name}评分表.pdf")
