"""Securities with their due days, and what waits for whom between the tender's main steps."""

from django.urls import reverse
from django.utils.timezone import localtime

from accounts.access import may
from accounts.roles import Permission
from procurement.models import Bid, Contract, Project, Security, Tender
from procurement.rules import selection as rules
from procurement.services import limits
from procurement.services import security as services
from records.values import REGISTRY
from records.worklist import WorkItem

LIMIT = 50


def limit_notes(project: Project, *codes: str) -> list[str]:
    """What the authority has set for this purchase, with its certainty and source; or that it has set nothing."""
    found = limits.values_for(codes, project)
    return [limit_note(REGISTRY[code], found.get(code)) for code in codes]


def limit_note(known, value) -> str:
    if value is None:
        return f"{known.label}：尚未设定。{known.meaning}"
    return f"{known.label}：{value.value:f} {value.unit}（{value.status}，{value.source}，{value.effective_from} 起）。"


def security_rows(rows) -> list[dict]:
    """Each security with the day it goes back, in a fixed number of queries."""
    rows = list(rows)
    ends = services.ends_of(row.tender_id for row in rows)
    return [security_row(row, ends[row.tender_id]) for row in rows]


def security_row(row: Security, ends) -> dict:
    held = row.status == Security.Status.HELD
    return {"row": row, "due": services.due_on(row, ends) if held else None, "returnable": held and returnable(row, ends)}


def returnable(row: Security, ends) -> bool:
    if row.kind == Security.Kind.PERFORMANCE:
        return row.contract.status in (Contract.Status.COMPLETED, Contract.Status.TERMINATED)
    return services.return_from(row, ends) is not None


def worklist(user) -> list[WorkItem]:
    return [*_securities(user), *_quotes(user), *_sole(user)]


def _securities(user):
    """T-17 for finance: what must go back, by when."""
    if not may(user, Permission.SECURITY_MANAGE):
        return
    rows = Security.objects.reached_with(user, Permission.SECURITY_MANAGE).held()
    rows = rows.select_related("tender__project", "contract", "contractor__organisation").order_by("recorded_at")[:LIMIT]
    for item in security_rows(rows):
        row = item["row"]
        if item["returnable"]:
            url = reverse("procurement:project_securities", args=[row.tender.project_id])
            yield WorkItem(f"退还{row.get_kind_display()}：{row.contractor}", url, item["due"], "保证金", str(rules.BID_SECURITY))


def _quotes(user):
    """A final quote to hand in; final quotes to open are among the openings."""
    if not may(user, Permission.BID_SUBMIT):
        return
    mine = Bid.objects.visible_to(user).filter(status=Bid.Status.VALID).values("tender")
    for tender in Tender.objects.filter(pk__in=mine, status=Tender.Status.QUOTING).select_related("project")[:LIMIT]:
        due = localtime(tender.quote_deadline)
        url = reverse("procurement:final_quote", args=[tender.pk])
        yield WorkItem(f"提交最后报价：{tender.project.name}", url, due.date(), "最后报价", str(rules.FINAL_QUOTE), f"{due:%H:%M} 截止")


def _sole(user):
    """Single-source cases of mine that wait for their next step."""
    if not may(user, Permission.TENDER_MANAGE):
        return
    waiting = Project.objects.reached_with(user, Permission.TENDER_MANAGE).filter(method=Project.Method.SINGLE_SOURCE)
    for project in waiting.filter(status=Project.Status.APPROVED, created_by=user)[:LIMIT]:
        url = reverse("procurement:sole_detail", args=[project.pk])
        yield WorkItem(f"单一来源论证、公示和协商：{project.name}", url, None, "单一来源", str(rules.SOLE_NOTICE))
