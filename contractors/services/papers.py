"""What a contractor proves, and who found it true."""

from django.db import transaction

from accounts import audit
from contractors import rules
from contractors.models import ConditionProof, Qualification
from records import clock
from records.files import store_upload
from records.refusals import Refused


@transaction.atomic
def submit_proof(contractor, *, condition: str, statement: str = "", upload=None, by) -> ConditionProof:
    """Put in (or replace) the proof for one condition of P-07. A new proof waits for verification."""
    if not upload and not statement.strip():
        raise Refused.because("P-07", rules.CONDITIONS, f"请为“{rules.CONDITION_LABELS[condition]}”上传证明材料或填写说明。")
    stored = store_upload(upload, organisation=contractor.organisation, by=by) if upload else None
    proof, _ = ConditionProof.objects.update_or_create(
        contractor=contractor,
        condition=condition,
        defaults={"file": stored, "statement": statement.strip(), "verified_by": None, "verified_on": None, "submitted_at": clock.now()},
    )
    audit.record("contractors.proof.submitted", contractor, by=by, detail={"condition": condition})
    return proof


@transaction.atomic
def submit_qualification(contractor, *, kind: str, number: str = "", valid_until=None, upload=None, by) -> Qualification:
    stored = store_upload(upload, organisation=contractor.organisation, by=by) if upload else None
    row = Qualification.objects.create(contractor=contractor, kind=kind.strip(), number=number, valid_until=valid_until, file=stored)
    audit.record("contractors.qualification.submitted", contractor, by=by, detail={"kind": kind, "valid_until": valid_until})
    return row


@transaction.atomic
def verify_papers(contractor, *, proofs=(), qualifications=(), by) -> None:
    """The bureau has seen these papers and found them true."""
    today = clock.today()
    seen = contractor.proofs.filter(pk__in=proofs, verified_on=None).update(verified_by=by, verified_on=today)
    seen += contractor.qualifications.filter(pk__in=qualifications, verified_on=None).update(verified_by=by, verified_on=today)
    if seen:
        detail = {"proofs": list(proofs), "qualifications": list(qualifications)}
        audit.record("contractors.papers.verified", contractor, by=by, detail=detail)
