"""A project as a draft: who may still write in it, and who has."""

from accounts.models import AuditEvent
from procurement.models import Project
from procurement.rules import project as rules
from records.refusals import Refused
from records.workflow import claim

WRITING = tuple(f"procurement.project.{verb}" for verb in ("edited", "standards_set", "factors_set", "split", "funded"))


def claim_draft(project_id: int, version: int) -> Project:
    """The project locked for editing; only a draft may change."""
    project = claim(Project, project_id, version=version)
    require_draft(project)
    return project


def require_draft(project: Project) -> None:
    if project.status not in Project.EDITABLE:
        message = f"项目现为“{project.get_status_display()}”，不能修改内容。请先退回草拟状态。"
        raise Refused.because("P-46", rules.COMPREHENSIVE, message)


def lapse_guidance(project: Project) -> None:
    """P-02: the bureau's opinion was on what then stood in the project; whoever changes that asks again. The old one stays in the audit."""
    if project.guidance_opinion:
        project.guidance_by, project.guidance_on, project.guidance_opinion = None, None, ""
        project.save(update_fields=["guidance_by", "guidance_on", "guidance_opinion"])


def handled(project: Project, person) -> bool:
    """Is this person the author of what is bought and by which scale: drafted, submitted, or ever wrote in the project?"""
    return any(handlers_breaches(project, person, act=""))


def handlers_breaches(project: Project, person, *, act: str):
    """P-65: ``act`` is done by none of those who drafted, submitted, or ever wrote in the project (the audit trail knows)."""
    wrote = AuditEvent.objects.about(project).filter(action__in=WRITING, actor=person).exists()
    handlers = {"项目送审": project.submitted_by_id, "项目编制": project.created_by_id, "项目修改": person.pk if wrote else None}
    return rules.other_person_breaches(person.pk, handlers=handlers, act=act)
