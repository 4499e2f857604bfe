"""Jobs of this app: what each prints lives in services; a handler takes ids and may run twice."""

from celery import shared_task

from procurement.models import Tender
from procurement.reports import bidding as reports
from procurement.services import report as report_services
from records import clock, pdf
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


@shared_task(acks_late=True, ignore_result=True)
def open_due_reports() -> int:
    """Every night: ask for the periodic reports whose month is over. Running twice asks once."""
    return report_services.open_due_reports(clock.today())
