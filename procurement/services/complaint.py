"""服务投诉: received from anyone, acknowledged, put to the contractor without the name, judged and answered."""

import secrets
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.roles import Role
from procurement.models import Contract, ServiceComplaint, ServiceRecipient
from procurement.rules import complaint as rules
from procurement.rules import service as service_rules
from procurement.services.limits import due_after
from procurement.services.report import reporters_of
from records import clock, messages
from records.crypto import blind_index
from records.notices import CODE_ALPHABET, CODE_LENGTH
from records.refusals import Refused, uphold
from records.workflow import claim, move

Status = ServiceComplaint.Status
SERVED = (Contract.Status.IN_SERVICE, Contract.Status.COMPLETED, Contract.Status.TERMINATED)
RELATED = ("contract__project__organisation", "contract__contractor__organisation")


@dataclass(frozen=True, slots=True)
class ComplaintData:
    about: str
    text: str
    channel: str
    happened_on: date | None = None
    complainant: str = ""
    phone: str = ""
    disclose: bool = False
    recipient: ServiceRecipient | None = None


@transaction.atomic
def receive_complaint(contract_id: int, data: ComplaintData, *, by=None) -> tuple[ServiceComplaint, str]:
    """Take a complaint; ``by`` None: from the public page. Returns it with the code by which its progress is asked for."""
    contract = claim(Contract.objects.select_related("project__organisation"), contract_id)
    if contract.status not in SERVED:
        raise Refused.because("V-12", rules.SUPERVISION, "该合同尚未开始服务，不能投诉。")
    uphold(rules.complaint_breaches(data.text))
    code, now = new_code(), clock.now()
    today = timezone.localtime(now).date()
    complaint = ServiceComplaint.objects.create(
        contract=contract,
        number=(contract.complaints.aggregate(last=Max("number"))["last"] or 0) + 1,
        code_index=code_index(code),
        received_at=now,
        entered_by=by,
        acknowledge_due_on=due_after("complaint_acknowledge_days", contract, today),
        answer_due_on=due_after("complaint_answer_days", contract, today),
        **{name: getattr(data, name) for name in ComplaintData.__slots__},
    )
    detail = {"channel": data.channel, "about": data.about}
    audit.record("procurement.servicecomplaint.received", complaint, by=by, detail=detail)
    title = f"收到服务投诉：{complaint}（{complaint.get_about_display()}）"
    messages.to_office(contract.project.organisation, Role.SUPERVISOR, title, url=url_of(complaint), key=f"complaint:{complaint.pk}")
    return complaint, code


def new_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def code_index(code: str) -> str:
    return blind_index(code, "complaint")


@transaction.atomic
def accept_complaint(complaint_id: int, *, version: int, by) -> ServiceComplaint:
    """Acknowledge: from here somebody answers for it."""
    complaint = claim(ServiceComplaint, complaint_id, version=version)
    complaint.acknowledged_by, complaint.acknowledged_at = by, clock.now()
    complaint.save(update_fields=["acknowledged_by", "acknowledged_at"])
    return move(complaint, Status.ACCEPTED, by=by)


@transaction.atomic
def decline_complaint(complaint_id: int, *, version: int, by, note: str) -> ServiceComplaint:
    """Not a service complaint (信访, 举报, another matter): said why and where it goes."""
    if not note.strip():
        raise Refused.because("V-12", rules.SUPERVISION, "不予受理须写明原因和应当反映的渠道。")
    complaint = claim(ServiceComplaint, complaint_id, version=version)
    complaint.answer = note.strip()
    complaint.save(update_fields=["answer"])
    return move(complaint, Status.DECLINED, by=by, note=note)


@transaction.atomic
def forward_complaint(complaint_id: int, *, version: int, by, brief: str) -> ServiceComplaint:
    """Put it to the contractor in the bureau's words; who complained is not in them without consent."""
    complaint = claim(ServiceComplaint.objects.select_related(*RELATED), complaint_id, version=version)
    uphold(rules.forward_breaches(brief, disclose=complaint.disclose, names=(complaint.complainant, complaint.phone)))
    complaint.brief, complaint.forwarded_at = brief.strip(), clock.now()
    complaint.save(update_fields=["brief", "forwarded_at"])
    move(complaint, Status.FORWARDED, by=by)
    title = f"请就服务投诉说明情况：{complaint}"
    messages.send(reporters_of(complaint.contract), title, url=url_of(complaint), key=f"complaint-forwarded:{complaint.pk}")
    return complaint


@transaction.atomic
def explain_complaint(complaint_id: int, *, version: int, by, explanation: str) -> ServiceComplaint:
    complaint = claim(ServiceComplaint, complaint_id, version=version)
    if not explanation.strip():
        raise Refused.because("V-12", rules.SUPERVISION, "请写明核查情况和处理措施。")
    complaint.explanation, complaint.explained_by, complaint.explained_at = explanation.strip(), by, clock.now()
    complaint.save(update_fields=["explanation", "explained_by", "explained_at"])
    return move(complaint, Status.EXPLAINED, by=by)


@transaction.atomic
def answer_complaint(
    complaint_id: int, *, version: int, by, verdict: str, answer: str, reason: str = "", rectification=None
) -> ServiceComplaint:
    """Judge and answer. What is founded counts in the contractor's evaluation."""
    complaint = claim(ServiceComplaint, complaint_id, version=version)
    explained = complaint.explained_at is not None
    lifted = uphold(rules.answer_breaches(verdict, answer, explained=explained), reason=reason)
    complaint.verdict, complaint.answer, complaint.rectification = verdict, answer.strip(), rectification
    complaint.answered_by, complaint.answered_at = by, clock.now()
    complaint.save(update_fields=["verdict", "answer", "rectification", "answered_by", "answered_at"])
    detail = {"verdict": verdict, "reason": reason if lifted else ""}
    return move(complaint, Status.ANSWERED, by=by, detail=detail)


@transaction.atomic
def reveal_complainant(complaint: ServiceComplaint, *, reason: str, by) -> dict[str, str]:
    """Who complained, with a reason on record; never to the contractor's side."""
    uphold(service_rules.reveal_breaches(reason))
    audit.record("procurement.servicecomplaint.revealed", complaint, by=by, detail={"reason": reason.strip()})
    return {"投诉人": complaint.complainant or "（未留名）", "联系电话": complaint.phone or "（未留）"}


def url_of(complaint: ServiceComplaint) -> str:
    return reverse("procurement:complaint_detail", args=[complaint.pk])
