"""A contractor keeps its own entry: what needs no proof at once, the rest section by section after verification."""

from django.db import transaction

from accounts import audit
from contractors import rules
from contractors.models import Contractor, ContractorChange
from records import clock
from records.disclosure import personal_data_breaches
from records.files import store_upload
from records.refusals import Refused, lifted_by, uphold
from records.workflow import claim, move, touch

from .register import assign, clean_head

SECTIONS = {
    ContractorChange.Section.BASICS: ("legal_form", "fiscally_funded", "small_business", "address"),
    ContractorChange.Section.HEAD: ("representative", "representative_id"),
}
AT_ONCE = ("contact_name", "phone", "email", "services", "introduction")


@transaction.atomic
def edit_contact(contractor_id, *, values: dict, by, version: int | None = None) -> Contractor:
    """Whom to ask, what is offered: nothing here is judged, so nothing is verified."""
    contractor = claim(Contractor, contractor_id, version=version)
    uphold(personal_data_breaches([values.get("introduction") or ""]))
    unknown = rules.unknown_services(values.get("services", ()))
    if unknown:
        raise Refused.because("P-07", rules.FOUNDING, f"没有“{'、'.join(unknown)}”这类服务，请重新选择。")
    assign(contractor, {field: values[field] for field in AT_ONCE if field in values})
    touch(contractor)
    contractor.save()
    audit.record("contractors.contractor.changed", contractor, by=by, detail={"fields": sorted(set(values) & set(AT_ONCE))})
    return contractor


@transaction.atomic
def propose(contractor_id, *, section: str, values: dict, statement: str, upload=None, by, version: int | None = None):
    """Ask for a change of one section. The verified entry stays in force until the bureau has seen the proof."""
    contractor = claim(Contractor.objects.select_related("organisation"), contractor_id, version=version)
    wanted = {field: values[field] for field in SECTIONS[section] if field in values}
    secret = clean_head(wanted).pop("representative_id", "")
    wanted.pop("representative_id", None)
    uphold(change_breaches(contractor, section, wanted, secret))
    if contractor.changes.filter(section=section, status=ContractorChange.Status.PENDING).exists():
        raise Refused.because("P-07", rules.FOUNDING, "这一部分已有一份变更在等待核实，核实后才能再次提交。")
    row = ContractorChange.objects.create(
        contractor=contractor,
        section=section,
        values=wanted,
        representative_id=secret,
        statement=statement.strip(),
        file=store_upload(upload, organisation=contractor.organisation, by=by) if upload else None,
        submitted_by=by,
    )
    audit.record("contractors.contractorchange.submitted", row, by=by, detail={"fields": sorted(wanted)})
    return row


def change_breaches(contractor, section, wanted: dict, secret: str):
    if section == ContractorChange.Section.BASICS:
        for breach in rules.form_breaches(wanted["legal_form"], fiscally_funded=wanted["fiscally_funded"]):
            if breach.binding:
                yield breach
    same = all(getattr(contractor, field) == value for field, value in wanted.items())
    if same and secret in ("", contractor.representative_id):
        yield rules.nothing_changed()


@transaction.atomic
def judge(change_id, *, accepted: bool, reason: str = "", by) -> ContractorChange:
    """Verified: the new words stand in the register from now on. Refused: with a reason, and the old ones stay."""
    row = claim(ContractorChange.objects.select_related("contractor__organisation"), change_id)
    if not accepted and not reason.strip():
        raise Refused.because("P-07", rules.FOUNDING, "请写明未予核实的原因，承接主体可以看到。")
    lifted = []
    if accepted:
        lifted = uphold(acceptance_breaches(row), reason=reason)
        contractor = claim(Contractor, row.contractor_id)
        assign(contractor, row.values | ({"representative_id": row.representative_id} if row.representative_id else {}))
        touch(contractor)
        contractor.save()
    row.judged_by, row.judged_at, row.reason = by, clock.now(), reason.strip()
    row.save(update_fields=["judged_by", "judged_at", "reason"])
    to = ContractorChange.Status.ACCEPTED if accepted else ContractorChange.Status.REFUSED
    return move(row, to, by=by, note=reason, detail={"lifted": lifted_by(reason, lifted)})


def acceptance_breaches(row: ContractorChange):
    """What the register would refuse of a new applicant it refuses of a change."""
    if row.section == ContractorChange.Section.BASICS:
        form = row.values["legal_form"]
        yield from rules.form_breaches(form, fiscally_funded=row.values["fiscally_funded"])
        yield from rules.small_business_breaches(form, declared=row.values["small_business"])
