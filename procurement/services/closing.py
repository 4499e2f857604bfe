"""The last stages of a purchase that went well: 已验收 when all was delivered and accepted, 已归档 when its file was drawn up."""

from accounts.access import may
from accounts.roles import Permission
from procurement.models import Acceptance, Contract, Project
from records.workflow import claim, move

Status = Project.Status
CLOSERS = (Permission.PROJECT_PUBLISH, Permission.PROJECT_END)  # the purchaser's own; an auditor who draws the file closes nothing


def accept_project(contract: Contract, *, by) -> None:
    """The contract is performed and every period accepted: the project is. Whichever of the two comes last moves it."""
    done = (Acceptance.Status.PASSED, Acceptance.Status.ANNOUNCED)
    if contract.status != Contract.Status.COMPLETED or contract.instalments.exclude(acceptances__status__in=done).exists():
        return
    project = claim(Project, contract.project_id)
    if project.status == Status.IN_SERVICE:
        move(project, Status.ACCEPTED, by=by, note=contract.number)


def close_project(project: Project, *, by) -> None:
    """Its evaluation is published, its contract over, and somebody of the purchaser draws up the file: nothing is left to do."""
    over = Contract.objects.filter(project=project, status__in=(Contract.Status.COMPLETED, Contract.Status.TERMINATED)).exists()
    project = claim(Project, project.pk)
    if project.status == Status.PUBLISHED and over and any(may(by, permission, project) for permission in CLOSERS):
        move(project, Status.CLOSED, by=by)
