"""Giving a part to others: proposed by the contractor, consented to by the purchaser, never the whole. V-01 … V-03."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse

from accounts import audit
from accounts.roles import Role
from contractors.models import Contractor, Debarment
from procurement.models import Contract, Subcontract
from procurement.rules import amendment as rules
from procurement.rules import project as project_rules
from procurement.services.money import purchaser_district
from records import clock, messages
from records.identity import check_uscc
from records.policy import Breach
from records.refusals import Refused, uphold
from records.values import policy_value
from records.workflow import claim, move

Status = Subcontract.Status
LIVE = (Status.PROPOSED, Status.CONSENTED)
OPEN = (Contract.Status.SIGNED, Contract.Status.IN_SERVICE)
ZERO = Decimal("0.00")


def url_of(contract_id: int) -> str:
    return reverse("procurement:contract_changes", args=[contract_id])


def part_of(row: Subcontract) -> rules.Part:
    contract = row.contract
    others = contract.subcontracts.filter(status__in=LIVE).exclude(pk=row.pk).aggregate(total=Sum("amount"))["total"] or ZERO
    return rules.Part(
        name=row.name,
        amount=row.amount,
        others=others,
        value=contract.value,
        core=row.core,
        named_in_bid=row.named_in_bid,
        qualification=row.qualification,
        further=row.further_subcontracting,
        own=row.uscc == contract.contractor.uscc,
        banned=ban_of(row.uscc),
    )


def ban_of(uscc: str) -> str:
    """Why this unit may take no part of public work today, in words; empty when nothing is known against it."""
    on, firm = clock.today(), Contractor.objects.filter(uscc=uscc).first()
    banned = (firm and firm.is_debarred(on)) or Debarment.objects.in_force(on).filter(uscc=uscc).exists()
    return "正被禁止参加政府采购活动" if banned else ""


def alert_share(contract: Contract) -> Decimal | None:
    value = policy_value("subcontract_alert_share", purchaser_district(contract.project.organisation), clock.today())
    return value.value if value else None


@transaction.atomic
def propose_subcontract(contract_id: int, *, by, **values) -> Subcontract:
    """The contractor asks. What the law forbids outright is refused at once, before anybody can consent."""
    contract = claim(Contract.objects.select_related("project", "contractor"), contract_id)
    if contract.status not in OPEN:
        raise Refused.because("V-02", rules.WITH_CONSENT, f"合同现为“{contract.get_status_display()}”，不能提出分包。")
    values["uscc"] = values["uscc"].strip().upper()
    row = Subcontract(contract=contract, proposed_by=by, **values)
    row.contractor = Contractor.objects.filter(uscc=row.uscc).first()
    part = part_of(row)
    uphold([*check_uscc(row.uscc), *rules.whole_breaches(part), *rules.subcontract_breaches(part)])
    row.save()
    audit.record("procurement.subcontract.proposed", row, by=by, detail={"name": row.name, "amount": row.amount, "share": str(part.share)})
    title = f"分包申请待决定：{contract.project.name} · {row.name}"
    messages.to_role(
        contract.project.organisation, Role.PURCHASE_OFFICER, title, url=url_of(contract.pk), key=f"subcontract-proposed:{row.pk}"
    )
    return row


def consent_breaches(row: Subcontract) -> list[Breach]:
    part = part_of(row)
    return [
        *rules.whole_breaches(part),
        *rules.subcontract_breaches(part),
        *rules.share_breaches(part, alert=alert_share(row.contract)),
    ]


@transaction.atomic
def decide_subcontract(subcontract_id: int, *, version: int, consent: bool, by, note: str = "") -> Subcontract:
    """The purchaser consents or not, in writing. A large share needs a reason, which the audit row keeps (V-03)."""
    contract = claim(
        Contract.objects.select_related("project", "contractor"),
        Subcontract.objects.values_list("contract_id", flat=True).get(pk=subcontract_id),
    )
    row = claim(Subcontract, subcontract_id, version=version)
    row.contract = contract
    if not consent and not note.strip():
        raise Refused.because("V-02", rules.WITH_CONSENT, "不同意分包须写明理由。")
    lifted = uphold(consent_breaches(row), reason=note) if consent else []
    row.decided_by, row.decided_at, row.decision_note = by, clock.now(), note.strip()
    row.save(update_fields=["decided_by", "decided_at", "decision_note"])
    detail = {"lifted": {breach.rule: note for breach in lifted}}
    return move(row, Status.CONSENTED if consent else Status.REFUSED, by=by, note=note, detail=detail)


@transaction.atomic
def end_subcontract(subcontract_id: int, *, version: int, by, note: str) -> Subcontract:
    row = claim(Subcontract, subcontract_id, version=version)
    if not note.strip():
        raise Refused.because("V-02", project_rules.DUTIES, "结束分包须写明情况。")
    return move(row, Status.ENDED, by=by, note=note)
