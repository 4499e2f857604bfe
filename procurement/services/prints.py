"""The papers of a selection as PDFs made by jobs: opening record, draw record, score sheets, review report."""

from dataclasses import dataclass

from procurement.models import Tender
from procurement.rules import bidding
from records import jobs
from records.policy import Clause
from records.refusals import HOUSE, Refused

JOB = "procurement.tender_paper"
PAPERS_RULE = Clause(HOUSE, "文书公告")


@dataclass(frozen=True, slots=True)
class Paper:
    """``ready``: the field of the tender that must be set; ``when`` tells people so."""

    name: str
    template: str
    ready: str
    when: str


PAPERS = {
    "opening": Paper("开启记录", "procurement/print/opening_record.html", "opened_at", "响应文件开启后"),
    "draw": Paper("专家抽取记录", "procurement/print/draw_record.html", "opened_at", "抽取评审专家后"),
    "report": Paper("评审报告", "procurement/print/review_report.html", "ranked_at", "评审完成后"),
}


def order(tender: Tender, kind: str, *, by):
    """The job that prints one paper as the tender stands now; asking twice in the same state gives the same job."""
    paper = PAPERS[kind]
    if getattr(tender, paper.ready) is None or (kind == "draw" and not hasattr(tender, "committee")):
        raise Refused.because("P-46", bidding.CONFIRMATION, f"{paper.when}才能打印{paper.name}。")
    return jobs.enqueue(
        JOB,
        organisation=tender.project.organisation,
        by=by,
        key=f"{kind}:{tender.pk}:{tender.version}",
        title=f"{tender.project.name}{paper.name}",
        tender=tender.pk,
        paper=kind,
    )
