"""Rows of supervision, built through the services: recipients and orders of a running contract, its roster, its visits."""

from datetime import date

from accounts.models import Organisation
from procurement.models import (
    CatalogueItem,
    Contract,
    Inspection,
    PostedWorker,
    Rectification,
    ServiceComplaint,
    ServiceOrder,
    ServiceRecipient,
    ServiceVisit,
)
from procurement.services import complaint as complaints
from procurement.services import inspection as inspections
from procurement.services import rectification as rectifications
from procurement.services import roster as rosters
from procurement.services import service as services
from procurement.services import visit as visits
from records import clock
from records.identity import resident_check_digit
from tests.factories import make_user
from tests.procurement import factories


def id_number(index: int, *, born: str = "19500101") -> str:
    """A sound made-up resident number; another ``index`` (below 1000) gives another person."""
    body = f"500157{born}{index:03d}"
    return body + resident_check_digit(body)


def recipient_data(contract: Contract, index: int = 1, **more) -> services.RecipientData:
    township = Organisation.objects.filter(parent=contract.project.organisation, kind=Organisation.Kind.TOWNSHIP).order_by("pk").first()
    values = {
        "name": f"张示例{index}",
        "programme": "TK",
        "township": township,
        "id_number": id_number(index),
        "address": "示例村 1 组",
        "phone": f"138{index:08d}",
    }
    return services.RecipientData(**(values | more))


def make_recipient(contract: Contract, by, index: int = 1, **more) -> ServiceRecipient:
    return services.add_recipient(contract.pk, recipient_data(contract, index, **more), by=by)


def make_order(recipient: ServiceRecipient, by, **more) -> ServiceOrder:
    contract = Contract.objects.select_related("project").get(pk=recipient.contract_id)
    values = {
        "item": contract.project.items.order_by("code").first() or CatalogueItem.objects.first(),
        "unit": "week",
        "times": 1,
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
    }
    return services.open_order(recipient.pk, by=by, **(values | more))


def days(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


LIMITS = {
    "rectification_days": "15",
    "rectification_extension_days": "10",
    "complaint_acknowledge_days": "2",
    "complaint_answer_days": "15",
    "service_record_hours": "48",
    "subcontract_alert_share": "50",
    "passed_on_alert_share": "90",
}


def set_limits(city) -> dict:
    """The limits of supervision as examples, for the whole city."""
    setter, confirmer = (make_user(role="CITY_BUREAU", organisation=city) for _ in range(2))
    for code, value in LIMITS.items():
        factories.set_policy(code, value, city, setter, confirmer)
    return LIMITS


def make_worker(contract: Contract, by, index: int = 500, reason: str = "", **more) -> PostedWorker:
    values = {"name": f"李护理{index}", "id_number": id_number(index, born="19800505"), "starts_on": contract.starts_on}
    return rosters.add_worker(contract.pk, rosters.WorkerData(**(values | more)), by=by, reason=reason)


def visit_data(order: ServiceOrder, by, **more) -> visits.VisitData:
    """A complete record, made now by somebody on the roster."""
    contract = Contract.objects.get(pk=order.contract_id)
    if "worker" not in more:
        more["worker"] = contract.workers.first() or make_worker(contract, by)
    values = {"outcome": "done", "done_at": clock.now(), "sign": "name", "signed_by": "本人", "note": "测血压"}
    return visits.VisitData(**(values | more))


def record(order: ServiceOrder, by, *, visit=None, reason: str = "", **more) -> ServiceVisit:
    visit = visit or order.visits.pending().order_by("planned_on").first()
    return visits.record_visit(visit.pk, visit_data(order, by, **more), version=visit.version, by=by, reason=reason)


def make_inspection(contract: Contract, office) -> Inspection:
    if not contract.recipients.exists():
        make_recipient(contract, office.supervisor, 900)
    values = {"kind": "random", "planned_on": clock.today(), "scope": "上门服务情况", "size": 2}
    return inspections.plan_inspection(contract.pk, by=office.supervisor, **values)


def make_rectification(contract: Contract, office, **more) -> Rectification:
    """A check with one finding by the supervisor, and the notice that the purchase officer issues for it."""
    row = make_inspection(contract, office)
    finding = inspections.add_finding(row.pk, fact="服务记录缺签收", clause="合同第五条", severity="major", by=office.supervisor)
    return rectifications.rectify_findings(row, [finding], demand="补齐签收，完善制度", by=office.officer, **more)


def answer_rectification(row: Rectification, by) -> Rectification:
    row = rectifications.plan_rectification(row.pk, version=row.version, owner="负责人", plan="一周内补齐", by=by)
    return rectifications.submit_evidence(row.pk, version=row.version, evidence="已全部补签", by=by)


def make_complaint(contract: Contract, **more) -> tuple[ServiceComplaint, str]:
    values = {"about": "absence", "text": "护理员连续两周没有上门服务", "channel": "public"}
    return complaints.receive_complaint(contract.pk, complaints.ComplaintData(**(values | more)))
