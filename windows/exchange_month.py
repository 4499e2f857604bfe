"""The month at the windows on paper: drawn by a job, of what its reader may see on the day it is drawn."""

from accounts.models import Organisation
from records import clock, jobs, pdf
from windows.reports import month as reports
from windows.rules.month import COORDINATED, Month

PAPER_JOB = "windows.month_paper"
TEMPLATE = "windows/print/month.html"


def order(place: Organisation, month: Month, *, by) -> jobs.Job:
    """One paper per reader, place, month and minute: figures change, so an old file is never handed out again."""
    title = f"{place.label}窗口月报（{month.words}）"
    key = f"{by.pk}:{place.pk}:{month.year}-{month.month:02}:{clock.now():%Y%m%d%H%M}"
    return jobs.enqueue(PAPER_JOB, organisation=place, by=by, key=key, title=title, place=place.pk, year=month.year, month=month.month)


@jobs.handler(PAPER_JOB)
def draw(job, report) -> jobs.FileResult:
    """A4 across: the places, the steps, the departments; a township's people too."""
    place, month = Organisation.objects.get(pk=job.params["place"]), Month(job.params["year"], job.params["month"])
    table = reports.month_table(job.requested_by, place, month)
    report(0, 1, "排版")
    columns = [label for _, label in reports.FIGURES]
    context = {"title": job.title, "table": table, "columns": columns, "notes": reports.NOTES, "clause": COORDINATED}
    return jobs.FileResult(pdf.render(TEMPLATE, context | {"printed_on": clock.today()}), f"{job.title}.pdf")
