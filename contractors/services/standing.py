"""What the law holds against a contractor: credit lists, penalties, bans."""

from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction

from accounts import audit
from accounts.models import Organisation
from contractors import rules
from contractors.models import Contractor, CreditCheck, Debarment, Violation
from records import clock
from records.files import store_upload
from records.refusals import Refused, uphold

SITES = tuple(CreditCheck.Site)


@transaction.atomic
def record_credit_check(contractor, *, sites=SITES, listed_in=(), upload=None, note: str = "", by) -> list[CreditCheck]:
    """What the sites said just now (P-09), with the picture that proves it; without one the note says how it was looked up."""
    uphold(rules.credit_proof_breaches(picture=bool(upload), note=note))
    stored = store_upload(upload, organisation=contractor.organisation, by=by) if upload else None
    found = [
        CreditCheck.objects.create(
            contractor=contractor, site=site, checked_on=clock.today(), checked_by=by,
            listed_in=list(listed_in), screenshot=stored, note=note.strip(),
        )
        for site in sites
    ]  # fmt: skip
    detail = {"sites": [str(site) for site in sites], "listed_in": list(listed_in)}
    audit.record("contractors.credit.checked", contractor, by=by, detail=detail)
    return found


@transaction.atomic
def record_violation(contractor, *, by, **values) -> Violation:
    row = Violation.objects.create(contractor=contractor, recorded_by=by, **values)
    audit.record("contractors.violation.recorded", contractor, by=by, detail={"kind": row.kind, "document": row.document_no})
    return row


@dataclass(frozen=True, slots=True)
class Decision:
    """A finance department's decision as published. Dates are the first and the last day of the ban."""

    uscc: str
    name: str
    decision_no: str
    issuer: str
    starts_on: date
    ends_on: date
    ground: str = ""
    source_url: str = ""


def decision_breaches(decision: Decision):
    """Only a finance department bans, in a numbered decision, for one to three years, somebody named by code."""
    yield from term_breaches(decision)
    yield from rules.ban_subject_breaches(uscc=decision.uscc, name=decision.name)


def term_breaches(decision: Decision):
    finance = rules.is_finance(decision.issuer)
    return rules.ban_term_breaches(
        starts_on=decision.starts_on, ends_on=decision.ends_on, issued_by_finance=finance, decision_no=decision.decision_no
    )


@transaction.atomic
def enter_decision(decision: Decision, *, issued_by: Organisation | None = None, by) -> Debarment:
    """Enter a decision; the same one entered again is found, not doubled. The bureau may propose one, never make one."""
    uphold(decision_breaches(decision))
    known = Debarment.objects.filter(uscc=decision.uscc, decision_no=decision.decision_no).first()
    if known:
        if differences(known, decision):
            raise Refused.because(
                "P-08", rules.PENALTY, f"{decision.decision_no} 已经录入，内容不一致：{'、'.join(differences(known, decision))}。"
            )
        return known
    row = Debarment.objects.create(
        **asdict(decision),
        contractor=Contractor.objects.filter(uscc=decision.uscc).first(),
        issued_by=issued_by,
        imported_by=by,
    )
    owner = row.contractor.organisation if row.contractor else None
    detail = {"decision_no": row.decision_no, "uscc": row.uscc, "until": row.ends_on}
    audit.record("contractors.debarment.imported", row.contractor or row, by=by, detail=detail, organisation=owner)
    return row


COMPARED = {"name": "单位名称", "issuer": "作出决定的财政部门", "starts_on": "禁入起始日期", "ends_on": "禁入截止日期"}


def differences(row: Debarment, decision: Decision) -> list[str]:
    return [label for field, label in COMPARED.items() if getattr(row, field) != getattr(decision, field)]


def import_debarment(contractor, *, decision_no, issued_by, starts_on, ends_on, ground="", source_url="", by) -> Debarment:
    """Enter a decision about a contractor of the register, made by a finance department of the tree."""
    finance = issued_by.kind == Organisation.Kind.DEPARTMENT and issued_by.function == Organisation.Function.FINANCE
    if not finance:
        raise Refused(rules.ban_term_breaches(starts_on=starts_on, ends_on=ends_on, issued_by_finance=False, decision_no=decision_no))
    issuer = issued_by.name if rules.is_finance(issued_by.name) else f"{issued_by.name}（财政局）"
    decision = Decision(contractor.uscc, str(contractor), decision_no, issuer, starts_on, ends_on, ground, source_url)
    return enter_decision(decision, issued_by=issued_by, by=by)


@transaction.atomic
def lift_debarment(debarment_id, *, lifted_on: date, document: str, by) -> Debarment:
    """The decision was taken back (review, court): from that day on it binds nobody. The row stays."""
    row = Debarment.objects.select_for_update(of=("self",)).get(pk=debarment_id)
    uphold(rules.lifting_breaches(starts_on=row.starts_on, ends_on=row.ends_on, lifted_on=lifted_on, document=document))
    if row.lifted_on:
        raise Refused.because("P-08", rules.PENALTY, f"{row.decision_no} 已登记自 {row.lifted_on} 起解除。")
    row.lifted_on, row.lifted_document, row.lifted_by = lifted_on, document.strip(), by
    row.save(update_fields=["lifted_on", "lifted_document", "lifted_by"])
    detail = {"decision_no": row.decision_no, "on": lifted_on, "document": document.strip()}
    owner = row.contractor.organisation if row.contractor else None
    audit.record("contractors.debarment.lifted", row.contractor or row, by=by, detail=detail, organisation=owner)
    return row
