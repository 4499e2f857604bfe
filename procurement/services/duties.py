"""Who had which part in a contract: one answer for the review, the acceptance and the pages that offer people (P-65)."""

from accounts.access import holders_of
from accounts.models import AuditEvent
from accounts.roles import Permission
from procurement.models import Contract

HANDLING = tuple(f"procurement.contract.{verb}" for verb in ("drafted", "edited", "under_review"))


def wrote(contract: Contract, person) -> bool:
    """Did this person ever draft, change or submit the contract? The audit trail knows."""
    return AuditEvent.objects.about(contract).filter(action__in=HANDLING, actor=person).exists()


def handlers_of(contract: Contract) -> set[int]:
    """Everybody who drafted, changed or submitted it."""
    found = AuditEvent.objects.about(contract).filter(action__in=HANDLING, actor__isnull=False).values_list("actor_id", flat=True)
    return {contract.drafted_by_id, *found}


def acceptors_of(contract: Contract):
    """P-65: who may sit in the acceptance group: may sign here by today's posts, and neither handled nor reviewed the contract."""
    barred = handlers_of(contract) | {contract.reviewed_by_id}
    return holders_of(Permission.ACCEPTANCE_SIGN, contract.project.organisation).exclude(pk__in=barred - {None})
