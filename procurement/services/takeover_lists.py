"""The list by which recipients are told, township by township, with a column to sign. Names are masked: codes find the person."""

from itertools import groupby

from procurement.models import Takeover, TakeoverLine
from records import jobs, pdf
from records.identity import mask_name

JOB = "procurement.takeover_list"
TEMPLATE = "procurement/print/takeover_list.html"


def request_list(takeover: Takeover, *, by) -> jobs.Job:
    title = f"服务对象变更告知清单：{takeover.contract.number}"
    organisation = takeover.contract.project.organisation
    return jobs.enqueue(
        JOB, organisation=organisation, by=by, key=f"{takeover.pk}:{by.pk}:{takeover.version}", title=title, takeover=takeover.pk
    )


@jobs.handler(JOB)
def print_list(job, report) -> jobs.FileResult:
    takeover = Takeover.objects.select_related("contract__project__organisation").get(pk=job.params["takeover"])
    report(0, 2, "汇总名单")
    groups = townships_of(takeover)
    report(1, 2, "排版")
    data = pdf.render(TEMPLATE, {"title": "服务对象变更告知清单", "takeover": takeover, "groups": groups})
    return jobs.FileResult(data, f"{takeover.contract.number}_服务对象变更告知清单.pdf")


def townships_of(takeover: Takeover) -> list[tuple[str, list[dict]]]:
    related = ("order__recipient", "order__item", "township", "provider__organisation", "caretaker")
    lines = (
        TakeoverLine.objects.filter(takeover=takeover).select_related(*related).order_by("township__path", "order__recipient__code", "pk")
    )
    return [(name, [row_of(line) for line in rows]) for name, rows in groupby(lines, key=lambda line: line.township.name)]


def row_of(line: TakeoverLine) -> dict:
    recipient = line.order.recipient
    return {
        "code": recipient.code,
        "name": mask_name(recipient.name),
        "item": line.order.item.name,
        "taker": str(line.provider or line.caretaker or ""),
        "reason": line.reason,
    }
