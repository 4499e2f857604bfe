"""Checks of means as the pages show them, and what waits for whom."""

from django.db.models import Count, Min
from django.urls import reverse

from accounts.access import may
from accounts.models import Organisation
from accounts.reach import reach_of
from accounts.roles import Permission
from records import clock, identity
from records.worklist import WorkItem
from windows.models import Case, Programme, VerificationBatch, VerificationRequest
from windows.reports.desk import principals

S = VerificationRequest.Status
ROWS = 200
CLAUSE = "社会救助法 第四十一条"


def of_case(user, case: Case) -> dict | None:
    """The card on a case's page; None for those who may not know."""
    if not may(user, Permission.VERIFICATION_VIEW, case.organisation) or case.programme.action != Programme.Action.HANDLE:
        return None
    asks = case.status == Case.Status.ACCEPTED and may(user, Permission.VERIFICATION_REQUEST, case.organisation)
    rows = [{"row": row, "tone": tone(row)} for row in case.verifications.select_related("person").order_by("pk")]
    return {"rows": rows, "asks": asks} if rows or asks else None


def tone(row: VerificationRequest) -> str:
    """An answer that waits for the window is work, not success."""
    return "due" if row.status == S.ANSWERED else ""


def list_row(row: VerificationRequest) -> dict:
    return {
        "row": row,
        "tone": tone(row),
        "url": reverse("windows:verification_detail", args=[row.pk]),
        "number": row.case.number,
        "person": row.person.name,
        "where": row.case.organisation.name,
        "result": row.get_result_display(),
        "on": clock.local_day(row.requested_at),
    }


def facts(row: VerificationRequest) -> list[dict]:
    found = [
        {"label": "被核对人", "value": f"{row.person.name}（{row.relation}）"},
        {"label": "身份证号", "value": identity.mask_id(row.person.id_number)},
        {"label": "授权日期", "value": f"{row.consent_on:%Y-%m-%d}", "clause": CLAUSE},
        {"label": "提出", "value": f"{row.requested_by} {clock.local_day(row.requested_at):%Y-%m-%d}"},
    ]
    if row.status == S.REQUESTED and row.due_on:
        found.append({"label": "启动核对期限", "value": f"{row.due_on:%Y-%m-%d}", "clause": "民发〔2021〕57号 第十七条"})
    if row.batch:
        found.append({"label": "核对批次", "value": row.batch.number})
    if row.settled_at:
        found.append(
            {"label": "处理", "value": f"{row.get_decision_display()}（{row.settled_by} {clock.local_day(row.settled_at):%Y-%m-%d}）"}
        )
    return found


def districts(user):
    """The bureaus of today for which this person sends and takes in."""
    rows = Organisation.objects.reached_with(user, Permission.VERIFICATION_SEND).filter(kind=Organisation.Kind.BUREAU)
    return rows.valid(clock.today()).order_by("path")


def waiting(user) -> list[dict]:
    """District → how many wait, and until when the first must be on its way."""
    paths = reach_of(user).paths(Permission.VERIFICATION_SEND)
    if not paths:
        return []
    rows = VerificationRequest.objects.waiting().reached_with(user, Permission.VERIFICATION_SEND).order_by()
    found = rows.values("organisation", "organisation__name").annotate(n=Count("pk"), first=Min("due_on"))
    return [{"name": row["organisation__name"], "n": row["n"], "first": row["first"]} for row in found]


def batch_facts(batch: VerificationBatch) -> list[dict]:
    return [
        {"label": "区县民政局", "value": str(batch.organisation)},
        {"label": "人数", "value": f"{batch.total} 人"},
        {"label": "已反馈", "value": f"{batch.answered} 人"},
        {"label": "送核对", "value": f"{batch.sent_by} {clock.local_day(batch.sent_at):%Y-%m-%d}"},
        {"label": "文件 SHA-256", "value": batch.file_hash or "正在生成"},
    ]


def worklist(user) -> list[WorkItem]:
    return [*_to_send(user), *_to_settle(user)]


def _to_send(user):
    url = reverse("windows:verification_batches")
    for row in waiting(user):
        yield WorkItem(f"{row['n']} 人待送核对（{row['name']}）", url, row["first"], "家庭经济状况核对", "民发〔2021〕57号 第十七条")


def _to_settle(user):
    if not may(user, Permission.VERIFICATION_REQUEST):
        return
    rows = VerificationRequest.objects.filter(status=S.ANSWERED, case__handler__in=principals(user))
    for row in rows.select_related("case", "person").order_by("answered_at", "pk")[:ROWS]:
        words = "后到结果与先到结果不同" if row.differs else f"核对结果：{row.get_result_display()}"
        url = reverse("windows:verification_detail", args=[row.pk])
        yield WorkItem(f"{row.person.name}（{row.relation}）", url, None, "核对结果待处理", CLAUSE, f"{words} {row.case.number}")
