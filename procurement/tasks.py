"""Jobs of this app: what each prints lives in services; a handler takes ids and may run twice."""

from celery import shared_task

from procurement.models import Tender
from procurement.reports import bidding as reports
from procurement.services import archive as archive  # registers its job handlers
from procurement.services import challenge as challenge_services
from procurement.services import leaving, prints
from procurement.services import rectification as rectification_services
from procurement.services import report as report_services
from procurement.services import service as service_services
from procurement.services import suspicion as suspicion_services
from procurement.services import takeover_lists as takeover_lists  # registers its job handler
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


@handler("procurement.tender_paper")
def tender_paper(job, report) -> FileResult:
    """Opening record, draw record or review report of a tender as it stands."""
    tender = Tender.objects.select_related("project__organisation").get(pk=job.params["tender"])
    paper = prints.PAPERS[job.params["paper"]]
    report(0, 1, f"排版{paper.name}")
    data = pdf.render(paper.template, reports.paper_context(tender))
    report(1, 1, "完成")
    return FileResult(data, f"{tender.project.name}{paper.name}.pdf")


@shared_task(acks_late=True, ignore_result=True)
def open_due_reports() -> int:
    """Every night: ask for the periodic reports whose month is over. Running twice asks once."""
    return report_services.open_due_reports(clock.today())


@shared_task(acks_late=True, ignore_result=True)
def plan_visits() -> int:
    """Every night: plan visits a little further ahead, end orders whose last day is over. Running twice plans once."""
    return service_services.plan_ahead(clock.today())


@shared_task(acks_late=True, ignore_result=True)
def date_open_challenges() -> int:
    """Every night: due days that waited for a calendar. Running twice dates once."""
    return challenge_services.fill_open_days()


@shared_task(acks_late=True, ignore_result=True)
def find_exit_triggers() -> int:
    """Every night: what the data says about running contracts goes on the chief's list, each fact once."""
    return leaving.find_triggers(clock.today())


@shared_task(acks_late=True, ignore_result=True)
def escalate_rectifications() -> int:
    """Every morning: what is overdue rises to the chief, once for each limit."""
    return rectification_services.escalate_overdue(clock.today())


@shared_task(acks_late=True, ignore_result=True)
def look_for_suspicions() -> int:
    """Every night: signs of 转包 in the records of running contracts, each told once."""
    return suspicion_services.look_everywhere(clock.today())
