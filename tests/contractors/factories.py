"""Contractors for tests: made through the services, so that they are what the house would hold."""

from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.roles import Role
from contractors import services
from contractors.models import Application, Contractor
from contractors.rules import Condition, LegalForm
from contractors.rules.application import PAPER_NEEDED
from contractors.services import application
from records.identity import credit_check_character
from tests.factories import make_user

_serial = count(1)


def code(number: int) -> str:
    """A made-up code; its check digit is wrong on purpose, so it belongs to nobody."""
    first = f"5200000000{number:07d}"
    return first + ("X" if credit_check_character(first) != "X" else "Y")


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
        contractor = services.verify(contractor.pk, by=make_user())  # a second person (P-65)
    return contractor


def prove(contractor, *, by) -> None:
    for condition in Condition:
        services.submit_proof(contractor, condition=condition, statement="见登记证书", by=by)
    services.verify_papers(contractor, proofs=list(contractor.proofs.values_list("pk", flat=True)), by=by)


PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def entrance_values(number: int | None = None, **more) -> dict:
    """What the first page of the entrance asks for."""
    number = number or next(_serial)
    given = {"name": f"示例互助社{number}", "uscc": code(number), "uscc_reason": "证书所载", "legal_form": LegalForm.SOCIAL_SERVICE.value}
    return given | {"form_reason": "", "fiscally_funded": False, "small_business": False} | more


def particulars(**more) -> dict:
    given = {"representative": "冯某", "representative_id": "", "address": "示例路 1 号", "contact_name": "褚某", "phone": "12300000001"}
    return given | {"services": ["A1", "B1"], "introduction": "示例"} | more


def make_application(district, *, submitted=True, papers=True, **more) -> Application:
    """An application through the services, complete and on the bureau's desk unless told otherwise."""
    number = next(_serial)
    row = application.begin(district=district, key=f"key-{number}", fingerprint="f", values=entrance_values(number, **more)).application
    row = application.edit(row.pk, values=particulars(), version=None)
    for condition in Condition if papers else ():
        upload = SimpleUploadedFile("证明.pdf", PDF) if condition in PAPER_NEEDED else None
        application.add_paper(row.pk, kind=condition, upload=upload, statement="见附件")
    return application.submit(row.pk, declared=True, declared_by="冯某") if submitted else row


def make_contractor_admin(contractor, **fields):
    return make_user(role=Role.CONTRACTOR_ADMIN, organisation=contractor.organisation, **fields)
