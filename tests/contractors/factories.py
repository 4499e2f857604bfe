"""Contractors for tests: made through the services, so that they are what the house would hold."""

from itertools import count

from accounts.roles import Role
from contractors import services
from contractors.models import Contractor
from contractors.rules import Condition, LegalForm
from tests.factories import make_user

_serial = count(1)


def code(number: int) -> str:
    """A made-up code; its check digit is wrong on purpose, so it belongs to nobody."""
    return f"5200000000{number:07d}X"


def make_contractor(*, name=None, by=None, verified=True, **values) -> Contractor:
    """A registered social-service organisation, verified with all proofs unless ``verified`` is False."""
    number = next(_serial)
    by = by or make_user()
    contractor = services.register(
        name=name or f"演示社工中心{number}",
        uscc=code(number),
        uscc_reason="测试用代码",
        by=by,
        **{"legal_form": LegalForm.SOCIAL_SERVICE, "representative": f"负责人{number}"} | values,
    )
    if verified:
        prove(contractor, by=by)
        contractor = services.verify(contractor.pk, by=by)
    return contractor


def prove(contractor, *, by) -> None:
    for condition in Condition:
        services.submit_proof(contractor, condition=condition, statement="见登记证书", by=by)
    services.verify_papers(contractor, proofs=list(contractor.proofs.values_list("pk", flat=True)), by=by)


def make_contractor_admin(contractor, **fields):
    return make_user(role=Role.CONTRACTOR_ADMIN, organisation=contractor.organisation, **fields)
