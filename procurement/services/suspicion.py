"""Signs of 转包 (V-03): looked for every night and on demand, each told once, explained by the contractor, ended in writing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, F, Sum
from django.urls import reverse

from accounts import audit
from accounts.roles import Role
from procurement.models import Contract, PeriodicReport, PostedWorker, ServiceVisit, Subcontract, Suspicion
from procurement.rules import suspicion as rules
from procurement.services import leaving
from procurement.services.limits import limit_of
from procurement.services.report import reporters_of
from records import clock, messages
from records.refusals import uphold
from records.workflow import claim, move

Sign, Status = Suspicion.Sign, Suspicion.Status


@dataclass(frozen=True, slots=True)
class Found:
    sign: str
    key: str
    facts: str


def signs_of(contract: Contract) -> Iterator[Found]:
    """Everything the records of this contract show. A constant number of queries."""
    yield from _off_roster(contract)
    yield from _other_employer(contract)
    yield from _shared_phones(contract)
    yield from _subcontracted(contract)
    yield from _passed_on(contract)


def _off_roster(contract: Contract) -> Iterator[Found]:
    """By month: visits made by people who do not stand on the roster."""
    own = ServiceVisit.objects.filter(contract=contract, provider=contract.contractor_id, off_roster=True)
    rows = own.values("planned_on__year", "planned_on__month")
    for row in rows.annotate(found=Count("pk")).order_by("planned_on__year", "planned_on__month"):
        month = f"{row['planned_on__year']}-{row['planned_on__month']:02}"
        yield Found(Sign.OFF_ROSTER, month, f"{month} 有 {row['found']} 条服务记录由名册外人员完成。")


def posted(contract: Contract):
    """The contractor's own roster, without the people of whoever took over from it."""
    return PostedWorker.objects.filter(contract=contract, contractor=contract.contractor_id)


def _other_employer(contract: Contract) -> Iterator[Found]:
    own = str(contract.contractor)
    rows = posted(contract).exclude(employer=own).values("employer").annotate(found=Count("pk"))
    for row in rows.order_by("employer"):
        facts = f"{row['found']} 名服务人员的用人单位登记为“{row['employer']}”，不是承接主体“{own}”。"
        yield Found(Sign.OTHER_EMPLOYER, row["employer"][:80], facts)


def _shared_phones(contract: Contract) -> Iterator[Found]:
    """One phone on the rosters of two contractors: the blind index is compared, never the number."""
    own = posted(contract).exclude(phone_index="")
    hired = PostedWorker.objects.filter(contractor__isnull=False).exclude(contractor=contract.contractor)
    others = hired.filter(phone_index__in=own.values("phone_index"))
    rows = others.values("phone_index", firm=F("contractor__organisation__name")).distinct().order_by("phone_index", "firm")
    for row in rows:
        facts = f"有服务人员与“{row['firm']}”名册上的人员使用同一联系电话。"
        yield Found(Sign.SHARED_PHONE, f"{row['phone_index'][:16]}:{row['firm']}"[:80], facts)


def _subcontracted(contract: Contract) -> Iterator[Found]:
    live = (Subcontract.Status.PROPOSED, Subcontract.Status.CONSENTED)
    amount = contract.subcontracts.filter(status__in=live).aggregate(total=Sum("amount"))["total"] or Decimal(0)
    threshold = limit_of("subcontract_alert_share", contract)
    if rules.reaches(amount, contract.value, threshold):
        part = rules.share(amount, contract.value)
        facts = f"分包金额合计 {amount:,.2f} 元，占现合同价款 {contract.value:,.2f} 元的 {part:.2f}%，达到提示线 {threshold:.2f}%。"
        yield Found(Sign.SUBCONTRACT, f"{amount:.2f}", facts)


def _passed_on(contract: Contract) -> Iterator[Found]:
    """From the financial reports: what was handed on to other units against what was received, over the whole term so far."""
    received = passed = Decimal(0)
    reports = contract.reports.filter(kind=PeriodicReport.Kind.FINANCE, status=PeriodicReport.Status.ACCEPTED)
    for figures in reports.values_list("figures", flat=True):
        received += Decimal(figures.get("income") or 0)
        passed += Decimal(figures.get("passed_on") or 0)
    threshold = limit_of("passed_on_alert_share", contract)
    if rules.reaches(passed, received, threshold):
        part = rules.share(passed, received)
        facts = f"财务报告累计到账 {received:,.2f} 元，转付其他单位 {passed:,.2f} 元（{part:.2f}%），达到提示线 {threshold:.2f}%。"
        yield Found(Sign.PASSED_ON, f"{received:.2f}:{passed:.2f}", facts)


def look(contract: Contract, *, by=None) -> int:
    """Write down what is new. (contract, sign, key) is unique, so looking twice tells once."""
    return sum(_note(contract, found, by) for found in list(signs_of(contract)))


@transaction.atomic
def _note(contract: Contract, found: Found, by) -> bool:
    values = {"facts": found.facts, "found_on": clock.today()}
    row, fresh = Suspicion.objects.get_or_create(contract=contract, sign=found.sign, key=found.key, defaults=values)
    if fresh:
        audit.record("procurement.suspicion.raised", row, by=by, detail={"sign": found.sign})
        organisation = contract.project.organisation
        messages.to_office(organisation, Role.SUPERVISOR, f"发现转包迹象：{row}", url=url_of(row), key=f"suspicion:{row.pk}")
        title = f"请就以下情况说明：{row.get_sign_display()}"
        messages.send(reporters_of(contract), title, url=url_of(row), key=f"suspicion:{row.pk}")
    elif row.status == Status.OPEN and row.facts != found.facts:
        row.facts = found.facts
        row.save(update_fields=["facts"])
    return fresh


def url_of(row: Suspicion) -> str:
    return reverse("procurement:suspicion_detail", args=[row.pk])


def look_everywhere(today: date) -> int:
    """Every night: all contracts in service. One bad contract is not the others' trouble: each is its own transaction."""
    contracts = Contract.objects.running().select_related("project__organisation", "contractor__organisation")
    return sum(look(contract) for contract in contracts.filter(ends_on__gte=today).iterator(chunk_size=200))


@transaction.atomic
def explain_suspicion(suspicion_id: int, *, version: int, by, explanation: str) -> Suspicion:
    row = claim(Suspicion, suspicion_id, version=version)
    uphold(rules.explanation_breaches(explanation))
    row.explanation, row.explained_by, row.explained_at = explanation.strip(), by, clock.now()
    row.save(update_fields=["explanation", "explained_by", "explained_at"])
    return move(row, Status.EXPLAINED, by=by)


@transaction.atomic
def judge_suspicion(suspicion_id: int, *, version: int, by, confirmed: bool, outcome: str) -> Suspicion:
    """Cleared or confirmed, in writing. A confirmed one goes to the chief as a trigger of the exit clause (V-07)."""
    row = claim(Suspicion.objects.select_related("contract__project__organisation"), suspicion_id, version=version)
    uphold(rules.outcome_breaches(outcome))
    row.outcome, row.judged_by, row.judged_at = outcome.strip(), by, clock.now()
    row.save(update_fields=["outcome", "judged_by", "judged_at"])
    move(row, Status.CONFIRMED if confirmed else Status.CLEARED, by=by, note=outcome)
    if confirmed:
        leaving.propose_trigger(row.contract, *leaving.of_suspicion(row))
    return row
