"""整改 (V-06): notice → plan → evidence → verified by somebody else → closed; failing twice asks for an exit review."""

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from accounts import audit
from accounts.roles import Role
from procurement.models import Contract, Finding, Inspection, Rectification, RectificationRound
from procurement.rules import inspection as rules
from procurement.services import leaving
from procurement.services.limits import due_after, limit_of
from procurement.services.money import purchaser_district
from procurement.services.report import reporters_of
from records import clock, messages
from records.files import store_upload
from records.notices import issue
from records.policy import Breach
from records.refusals import Refused, uphold
from records.uploads import DOCUMENTS
from records.workdays import add_workdays
from records.workflow import claim, move, touch

Status = Rectification.Status
Outcome = RectificationRound.Outcome
NOTICE = "procurement.rectification"
RELATED = ("contract__project__organisation", "contract__contractor__organisation")


def default_due(contract: Contract) -> date | None:
    return due_after("rectification_days", contract, clock.today())


@transaction.atomic
def issue_rectification(
    contract_id: int, *, facts: str, clause: str, demand: str, by, due_on: date | None = None, findings=(), inspection=None
) -> Rectification:
    """Demand that something be put right. The notice is numbered and printed; ``due_on`` is the set limit unless said otherwise."""
    contract = claim(Contract.objects.select_related("project__organisation", "contractor__organisation"), contract_id)
    due_on, now = due_on or default_due(contract), clock.now()
    uphold(rules.notice_breaches(facts=facts, clause=clause, demand=demand, due_on=due_on, today=clock.today()))
    row = Rectification.objects.create(
        contract=contract,
        inspection=inspection,
        number=(contract.rectifications.aggregate(last=Max("number"))["last"] or 0) + 1,
        facts=facts.strip(),
        clause=clause.strip(),
        demand=demand.strip(),
        due_on=due_on,
        first_due_on=due_on,
        issued_by=by,
        issued_at=now,
    )
    row.notice = _print(row, by)
    row.save(update_fields=["notice"])
    _take_findings(row, findings)
    audit.record("procurement.rectification.issued", row, by=by, detail={"due_on": due_on, "number": row.notice.number})
    tell_contractor(row, f"收到整改通知，请于 {due_on} 前完成整改", key="issued")
    return row


def _print(row: Rectification, by):
    contract = row.contract
    context = {
        "title": "整改通知书",
        "to": str(contract.contractor),
        "contract": contract.number,
        "project": contract.project.name,
        "facts": row.facts.splitlines(),
        "clause": row.clause,
        "demand": row.demand.splitlines(),
        "due_on": row.due_on,
        "organisation": contract.project.organisation.name,
    }
    return issue(
        NOTICE,
        organisation=contract.project.organisation,
        title=f"整改通知书（{contract.contractor}）",
        template="procurement/print/rectification.html",
        context=context,
        by=by,
        number_prefix=f"{contract.project.organisation.label}整改"[:30],
    )


def _take_findings(row: Rectification, findings) -> None:
    for finding in Finding.objects.select_for_update(of=("self",)).filter(pk__in=[each.pk for each in findings]):
        if finding.rectification_id:
            raise Refused.because("V-06", rules.SUPERVISION, f"问题 {finding.number} 已经发出整改通知。")
        finding.rectification = row
        finding.save(update_fields=["rectification"])


@transaction.atomic
def rectify_findings(inspection: Inspection, findings, *, demand: str, by, due_on: date | None = None) -> Rectification:
    """One notice for some findings of a check; facts and clauses are theirs."""
    chosen = list(findings)
    if not chosen:
        raise Refused.because("V-06", rules.SUPERVISION, "请至少选择一项检查发现。")
    facts = "\n".join(f"{at}. {finding.fact}（{finding.get_severity_display()}）" for at, finding in enumerate(chosen, start=1))
    clause = "；".join(dict.fromkeys(finding.clause for finding in chosen))[:200]
    more = {"facts": facts, "clause": clause, "demand": demand, "due_on": due_on}
    return issue_rectification(inspection.contract_id, by=by, findings=chosen, inspection=inspection, **more)


@transaction.atomic
def plan_rectification(row_id: int, *, version: int, owner: str, plan: str, by) -> Rectification:
    """The contractor says who will put it right, and how."""
    row = claim(Rectification, row_id, version=version)
    if not owner.strip() or not plan.strip():
        raise Refused.because("V-06", rules.SUPERVISION, "请填写整改负责人和整改方案。")
    row.owner, row.plan, row.planned_by, row.planned_at = owner.strip(), plan.strip(), by, clock.now()
    row.save(update_fields=["owner", "plan", "planned_by", "planned_at"])
    return move(row, Status.PLANNED, by=by)


@transaction.atomic
def submit_evidence(row_id: int, *, version: int, evidence: str, by, file=None) -> Rectification:
    row = claim(Rectification.objects.select_related(*RELATED), row_id, version=version)
    if not evidence.strip():
        raise Refused.because("V-06", rules.SUPERVISION, "请写明整改情况。")
    stored = store_upload(file, organisation=row.audit_organisation, by=by, accept=DOCUMENTS) if file else None
    move(row, Status.EVIDENCE, by=by)
    RectificationRound.objects.create(
        rectification=row,
        number=row.rounds.count() + 1,
        evidence=evidence.strip(),
        file=stored,
        submitted_by=by,
        submitted_at=clock.now(),
    )
    return row


def verifier_breaches(row: Rectification, person) -> list[Breach]:
    """Who found or issued does not verify (V-06)."""
    finders = list(row.findings.values_list("found_by", flat=True))
    return list(rules.verifier_breaches(verifier=person.pk, issuer=row.issued_by_id, finders=finders))


@transaction.atomic
def verify_rectification(row_id: int, *, version: int, passed: bool, comment: str, by) -> Rectification:
    """The verdict of another person. Failing once opens it again with a fresh limit, failing twice asks for an exit review."""
    row = claim(Rectification.objects.select_related(*RELATED), row_id, version=version)
    uphold(verifier_breaches(row, by))
    if not comment.strip():
        raise Refused.because("V-06", rules.SUPERVISION, "请写明复查意见。")
    current = row.rounds.filter(outcome=Outcome.OPEN).last()
    if current is None:
        raise Refused.because("V-06", rules.SUPERVISION, "承接主体尚未报送整改情况，不能复查。")
    failed_before = row.rounds.filter(outcome=Outcome.FAILED).count()
    current.outcome = Outcome.PASSED if passed else Outcome.FAILED
    current.comment, current.verified_by, current.verified_at = comment.strip(), by, clock.now()
    current.save(update_fields=["outcome", "comment", "verified_by", "verified_at"])
    if passed or rules.is_second_failure(failed_before):
        return _settle(row, passed, comment, by)
    row.due_on = max(row.due_on, default_due(row.contract) or row.due_on)
    row.escalated_on = None
    row.save(update_fields=["due_on", "escalated_on"])
    move(row, Status.REOPENED, by=by, note=comment)
    tell_contractor(row, "整改复查未通过，请继续整改", key=f"reopened:{current.number}")
    return row


def _settle(row: Rectification, passed: bool, comment: str, by) -> Rectification:
    row.verified_by, row.closed_at = by, clock.now()
    row.save(update_fields=["verified_by", "closed_at"])
    if passed:
        return move(row, Status.CLOSED, by=by, note=comment)
    move(row, Status.EXIT_REVIEW, by=by, note=comment)
    leaving.propose_trigger(row.contract, *leaving.of_rectification(row))
    return row


@transaction.atomic
def extend_rectification(row_id: int, *, version: int, days: int, reason: str, by) -> Rectification:
    """One extension of the limit, counted in working days from the first one."""
    row = claim(Rectification.objects.select_related(*RELATED), row_id, version=version)
    if row.status not in Rectification.OWED:
        raise Refused.because("V-06", rules.SUPERVISION, f"整改现为“{row.get_status_display()}”，不需要延期。")
    limit = limit_of("rectification_extension_days", row.contract)
    uphold(rules.extension_breaches(extended=row.extended, days=days, limit=limit, reason=reason))
    before, row.due_on = row.due_on, add_workdays(row.due_on, days)
    row.extended, row.extension_reason = True, reason.strip()
    touch(row)
    row.save(update_fields=["due_on", "extended", "extension_reason", "version"])
    detail = {"due_before": before, "due_after": row.due_on, "reason": reason}
    audit.record("procurement.rectification.extended", row, by=by, detail=detail)
    return row


def escalate_overdue(today: date) -> int:
    """What is overdue rises to the chief, once for each limit. Runs every day, may run twice."""
    rows = Rectification.objects.overdue(today).filter(escalated_on=None).select_related(*RELATED)
    return sum(escalate(row.pk, today) for row in rows)


@transaction.atomic
def escalate(row_id: int, today: date) -> bool:
    row = claim(Rectification.objects.select_related(*RELATED), row_id)
    if row.escalated_on is not None or row.status not in Rectification.OWED or row.due_on >= today:
        return False
    row.escalated_on = today
    row.save(update_fields=["escalated_on"])
    audit.record("procurement.rectification.escalated", row, by=None, detail={"due_on": row.due_on})
    title = f"{row}已逾期（期限 {row.due_on}），{row.contract.contractor}"
    messages.to_role(
        purchaser_district(row.audit_organisation),
        Role.BUREAU_CHIEF,
        title,
        url=url_of(row),
        key=f"rectification-overdue:{row.pk}:{row.due_on}",
    )
    return True


def tell_contractor(row: Rectification, what: str, *, key: str) -> None:
    messages.send(reporters_of(row.contract), f"{row}：{what}", url=url_of(row), key=f"rectification-{key}:{row.pk}")


def url_of(row: Rectification) -> str:
    return reverse("procurement:rectification_detail", args=[row.pk])
