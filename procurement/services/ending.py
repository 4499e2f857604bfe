"""废标: the tender ends without an award, and the project with it."""

from django.db import transaction

from procurement.models import Project, Tender
from procurement.services.publication import end_project
from records.workflow import claim, move


@transaction.atomic
def fail_tender(tender_id, *, reason: str, by) -> Tender:
    """End tender and project with the reason that the termination notice gives. Raises Refused."""
    tender = claim(Tender.objects.select_related("project"), tender_id)
    tender.failed_reason = reason.strip()
    tender.save(update_fields=["failed_reason"])
    move(tender, Tender.Status.FAILED, by=by, note=reason)
    end_project(tender.project_id, outcome=Project.Status.FAILED, version=tender.project.version, reason=reason, by=by)
    return tender
