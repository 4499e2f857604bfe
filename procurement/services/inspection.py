"""Inspections: planned, drawn by a recorded seed, held, and what they found."""

import secrets
from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import Max

from accounts import audit
from procurement.models import Contract, Finding, Inspection, InspectionSubject, ServiceRecipient, ServiceVisit
from procurement.rules import inspection as rules
from records import clock
from records.files import store_upload
from records.refusals import Refused, uphold
from records.uploads import IMAGES
from records.workflow import claim, move

Status = Inspection.Status
RESULTS = InspectionSubject.Result


@transaction.atomic
def plan_inspection(contract_id: int, *, kind: str, planned_on: date, scope: str, size: int, by, seed: str = "") -> Inspection:
    """Plan a check; a random one draws ``size`` recipients at once. Seed and digest of the list let anybody repeat the draw."""
    contract = claim(Contract, contract_id)
    number = (contract.inspections.aggregate(last=Max("number"))["last"] or 0) + 1
    inspection = Inspection.objects.create(
        contract=contract, number=number, kind=kind, planned_on=planned_on, scope=scope.strip(), created_by=by
    )
    detail = {"kind": kind, "planned_on": planned_on}
    if kind == Inspection.Kind.RANDOM:
        detail |= _draw(inspection, size, seed or secrets.token_hex(16))
    audit.record("procurement.inspection.planned", inspection, by=by, detail=detail)
    return inspection


def _draw(inspection: Inspection, size: int, seed: str) -> dict:
    people = {
        row.code: row for row in ServiceRecipient.objects.filter(contract=inspection.contract_id, status=ServiceRecipient.Status.ACTIVE)
    }
    uphold(rules.draw_breaches(size, len(people)))
    drawn = rules.draw(list(people), size, seed)
    visits = last_visits([people[code].pk for code in drawn])
    InspectionSubject.objects.bulk_create(
        InspectionSubject(inspection=inspection, position=at, recipient=people[code], visit_id=visits.get(people[code].pk))
        for at, code in enumerate(drawn, start=1)
    )
    inspection.seed, inspection.population = seed, len(people)
    inspection.population_sha256 = rules.population_digest(list(people))
    inspection.save(update_fields=["seed", "population", "population_sha256"])
    return {"seed": seed, "population": len(people), "drawn": drawn}


def last_visits(recipients: list[int]) -> dict[int, int]:
    """Recipient → newest visit on record, in one query."""
    rows = ServiceVisit.objects.done().filter(order__recipient__in=recipients).order_by("done_at")
    return dict(rows.values_list("order__recipient", "pk"))


@transaction.atomic
def hold_inspection(
    inspection_id: int, *, version: int, held_on: date, summary: str, results: Mapping[int, tuple[str, str]], by
) -> Inspection:
    """Write down what was seen: a result for everybody drawn (``results``: subject → (result, note)), and a summary."""
    inspection = claim(Inspection, inspection_id, version=version)
    subjects = list(inspection.subjects.select_for_update(of=("self",)))
    missing = [subject.position for subject in subjects if results.get(subject.pk, (RESULTS.OPEN, ""))[0] == RESULTS.OPEN]
    if missing:
        raise Refused.because("V-06", rules.SUPERVISION, f"抽查名单第 {'、'.join(map(str, missing))} 名还没有核查结果。")
    if held_on > clock.today():
        raise Refused.because("V-06", rules.SUPERVISION, f"检查日期 {held_on} 晚于今天。")
    if not summary.strip():
        raise Refused.because("V-06", rules.SUPERVISION, "请写明检查情况。")
    for subject in subjects:
        subject.result, subject.note = results[subject.pk][0], results[subject.pk][1].strip()[:300]
    InspectionSubject.objects.bulk_update(subjects, ["result", "note"])
    inspection.held_on, inspection.summary, inspection.inspector = held_on, summary.strip(), by
    inspection.save(update_fields=["held_on", "summary", "inspector"])
    return move(inspection, Status.DONE, by=by)


@transaction.atomic
def cancel_inspection(inspection_id: int, *, version: int, by, note: str) -> Inspection:
    if not note.strip():
        raise Refused.because("V-06", rules.SUPERVISION, "请写明取消检查的原因。")
    return move(claim(Inspection, inspection_id, version=version), Status.CANCELLED, by=by, note=note)


@transaction.atomic
def add_finding(inspection_id: int, *, fact: str, clause: str, severity: str, by, subject=None, photo=None) -> Finding:
    """One fault that the check found. Added while the check is planned or after it was held, never to a cancelled one."""
    inspection = claim(Inspection.objects.select_related("contract__project__organisation"), inspection_id)
    if inspection.status == Status.CANCELLED:
        raise Refused.because("V-06", rules.SUPERVISION, "检查已取消，不能登记问题。")
    uphold(rules.finding_breaches(fact, clause))
    stored = store_upload(photo, organisation=inspection.audit_organisation, by=by, accept=IMAGES) if photo else None
    number = (inspection.findings.aggregate(last=Max("number"))["last"] or 0) + 1
    values = {"fact": fact.strip(), "clause": clause.strip(), "severity": severity, "subject": subject, "photo": stored}
    finding = Finding.objects.create(inspection=inspection, number=number, found_by=by, **values)
    audit.record("procurement.finding.raised", inspection, by=by, detail={"number": number, "severity": severity})
    return finding
