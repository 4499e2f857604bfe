"""Verbs on contractors: register, prove, verify, look up, bar."""

from django.db import transaction

from accounts import audit
from accounts.models import Organisation
from contractors import rules
from contractors.models import (
    ConditionProof,
    Contractor,
    Controller,
    CreditCheck,
    Debarment,
    Performance,
    PersonalTie,
    Qualification,
    Violation,
)
from records import clock
from records.crypto import blind_index
from records.files import store_upload
from records.refusals import Refused, uphold
from records.workflow import claim, move, touch

FIELDS = ("legal_form", "fiscally_funded", "small_business", "representative", "representative_id", "address", "phone")


@transaction.atomic
def register(*, name: str, uscc: str, by, uscc_reason: str = "", **values) -> Contractor:
    """A new contractor, waiting to be verified. An odd code is kept when ``uscc_reason`` says why."""
    uscc = rules.normalise_uscc(uscc)
    if Contractor.objects.filter(uscc=uscc).exists():
        raise Refused.because("USCC", rules.USCC, f"统一社会信用代码 {uscc} 已经登记过，请在承接主体库中查找。")
    lifted = uphold(rules.uscc_breaches(uscc, values.get("legal_form", "")), reason=uscc_reason)
    contractor = Contractor(organisation=organisation_of(name, uscc), uscc=uscc, uscc_reason=uscc_reason if lifted else "", created_by=by)
    assign(contractor, values)
    contractor.save()
    audit.record("contractors.contractor.registered", contractor, by=by, detail={"uscc": uscc, "lifted": [b.message for b in lifted]})
    return contractor


def organisation_of(name: str, uscc: str) -> Organisation:
    """The organisation under the city that stands for this contractor; made if it is new."""
    city = Organisation.objects.get(kind=Organisation.Kind.CITY)
    organisation, _ = Organisation.objects.get_or_create(
        path=Organisation.child_path(city, f"C-{uscc}"),
        defaults={
            "name": name,
            "kind": Organisation.Kind.CONTRACTOR,
            "code": uscc,
            "code_scheme": Organisation.Scheme.USCC,
            "parent": city,
        },
    )
    return organisation


def assign(contractor, values) -> None:
    for field in FIELDS:
        if field in values:
            setattr(contractor, field, values[field])
    contractor.representative_index = blind_index(contractor.representative_id, "id") if contractor.representative_id else ""


@transaction.atomic
def update(contractor_id, *, values: dict, by, version: int | None = None) -> Contractor:
    """The contractor's own changes. What was verified is to be verified again."""
    contractor = claim(Contractor, contractor_id, version=version)
    assign(contractor, values)
    touch(contractor)
    contractor.save()
    audit.record("contractors.contractor.changed", contractor, by=by, detail={"fields": sorted(set(values) - {"representative_id"})})
    if contractor.status == Contractor.Status.VERIFIED:
        move(contractor, Contractor.Status.PENDING, by=by, note="登记信息变更，待重新核实")
    return contractor


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


def verification_breaches(contractor, *, on):
    """What stands between this contractor and 已核实: its form, its conditions, its record."""
    yield from rules.form_breaches(contractor.legal_form, fiscally_funded=contractor.fiscally_funded)
    proven = {proof.condition for proof in contractor.proofs.all() if proof.verified_on}
    yield from rules.condition_breaches(proven)


@transaction.atomic
def verify(contractor_id, *, reason: str = "", by, version: int | None = None) -> Contractor:
    contractor = claim(Contractor, contractor_id, version=version)
    lifted = uphold(verification_breaches(contractor, on=clock.today()), reason=reason)
    contractor.verified_by, contractor.verified_at = by, clock.now()
    contractor.save(update_fields=["verified_by", "verified_at"])
    return move(contractor, Contractor.Status.VERIFIED, by=by, note=reason, detail={"lifted": [breach.rule for breach in lifted]})


@transaction.atomic
def suspend(contractor_id, *, reason: str, by) -> Contractor:
    contractor = claim(Contractor, contractor_id)
    if not reason.strip():
        raise Refused.because("P-07", rules.FOUNDING, f"请写明停用“{contractor}”的原因。")
    return move(contractor, Contractor.Status.SUSPENDED, by=by, note=reason)


@transaction.atomic
def reinstate(contractor_id, *, reason: str, by) -> Contractor:
    """Back to 待核实: whoever was suspended is verified anew."""
    return move(claim(Contractor, contractor_id), Contractor.Status.PENDING, by=by, note=reason)


@transaction.atomic
def record_credit_check(contractor, *, listed_in=(), upload=None, note: str = "", by) -> CreditCheck:
    """What the two sites said just now (P-09)."""
    stored = store_upload(upload, organisation=contractor.organisation, by=by) if upload else None
    check = CreditCheck.objects.create(
        contractor=contractor, checked_on=clock.today(), checked_by=by, listed_in=list(listed_in), screenshot=stored, note=note
    )
    audit.record("contractors.credit.checked", contractor, by=by, detail={"listed_in": list(listed_in)})
    return check


@transaction.atomic
def record_violation(contractor, *, by, **values) -> Violation:
    row = Violation.objects.create(contractor=contractor, recorded_by=by, **values)
    audit.record("contractors.violation.recorded", contractor, by=by, detail={"kind": row.kind, "document": row.document_no})
    return row


@transaction.atomic
def import_debarment(contractor, *, decision_no, issued_by, starts_on, ends_on, ground="", source_url="", by) -> Debarment:
    """Enter a finance department's decision. The bureau may propose one, never make one."""
    finance = issued_by.kind == Organisation.Kind.DEPARTMENT and issued_by.function == Organisation.Function.FINANCE
    uphold(rules.ban_term_breaches(starts_on=starts_on, ends_on=ends_on, issued_by_finance=finance, decision_no=decision_no))
    if contractor.debarments.filter(decision_no=decision_no).exists():
        raise Refused.because("P-08", rules.PENALTY, f"{decision_no} 已经录入。")
    row = Debarment.objects.create(
        contractor=contractor,
        decision_no=decision_no,
        issued_by=issued_by,
        starts_on=starts_on,
        ends_on=ends_on,
        ground=ground,
        source_url=source_url,
        imported_by=by,
    )
    audit.record("contractors.debarment.imported", contractor, by=by, detail={"decision_no": decision_no, "to": ends_on})
    return row


@transaction.atomic
def record_controller(contractor, *, name: str, uscc: str, by) -> Controller:
    row, _ = Controller.objects.get_or_create(
        contractor=contractor, uscc=rules.normalise_uscc(uscc), defaults={"name": name, "recorded_by": by}
    )
    audit.record("contractors.controller.recorded", contractor, by=by, detail={"uscc": row.uscc})
    return row


@transaction.atomic
def record_tie(user, contractor, *, kind: str, ended_on=None, note: str = "", by) -> PersonalTie:
    row, _ = PersonalTie.objects.update_or_create(
        user=user, contractor=contractor, kind=kind, defaults={"ended_on": ended_on, "note": note, "recorded_by": by}
    )
    audit.record("contractors.tie.recorded", contractor, by=by, detail={"user": user.pk, "kind": kind})
    return row


@transaction.atomic
def record_performance(contractor, *, purchaser, year: int, subject: str, score, grade: str, source_url: str = "", by=None) -> Performance:
    """Write a published result down where next year's selection reads it (E-11). Writing it again corrects it."""
    row, _ = Performance.objects.update_or_create(
        contractor=contractor,
        purchaser=purchaser,
        year=year,
        subject=subject,
        defaults={"score": score, "grade": grade, "source_url": source_url, "recorded_at": clock.now()},
    )
    audit.record("contractors.performance.recorded", contractor, by=by, detail={"year": year, "grade": grade, "score": score})
    return row
