"""The bureau's verdict on a contractor: verified, suspended, taken back."""

from django.db import transaction

from contractors import rules
from contractors.models import Contractor
from records import clock
from records.refusals import Refused, uphold
from records.workflow import claim, move


def verification_breaches(contractor, *, on):
    """What stands between this contractor and 已核实: its form, its conditions, its record."""
    yield from rules.form_breaches(contractor.legal_form, fiscally_funded=contractor.fiscally_funded)
    proven = {proof.condition for proof in contractor.proofs.all() if proof.verified_on}
    yield from rules.condition_breaches(proven)
    bans = (rules.Ban(ban.decision_no, ban.starts_on, ban.last_day) for ban in contractor.debarments.all())
    yield from rules.ban_breaches(bans, on=on)


@transaction.atomic
def verify(contractor_id, *, reason: str = "", by, version: int | None = None) -> Contractor:
    contractor = claim(Contractor, contractor_id, version=version)
    uphold(rules.second_person_breaches(by.pk, entered_by=contractor.created_by_id, act="核实"))
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
