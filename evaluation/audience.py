"""From which side somebody looks at an evaluation: the purchaser's and those above it, the contractor judged, the third party."""

from accounts.reach import reach_of
from accounts.roles import Permission
from evaluation.models import Evaluation, Scheme

OFFICE, CONTRACTOR, THIRD_PARTY = "office", "contractor", "third_party"


def audience_of(user, evaluation: Evaluation) -> str:
    """From which side this person looks at it."""
    paths = reach_of(user).paths(Permission.EVALUATION_VIEW)
    if any(evaluation.organisation.path.startswith(path) for path in paths):
        return OFFICE
    contractor = evaluation.contract.contractor.organisation.path
    return CONTRACTOR if any(contractor.startswith(path) for path in paths) else THIRD_PARTY


def readable_schemes(user):
    """A user's own schemes, those of superiors, and those by which something he may see was judged."""
    rows = Scheme.objects.all()
    judged = Evaluation.objects.visible_to(user).order_by().values("scheme")
    return (rows.visible_to(user) | rows.issued_to(user) | rows.filter(pk__in=judged)).select_related("organisation").distinct()
