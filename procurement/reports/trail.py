"""What happened, in words: the audit trail of a project, a contract or a report as a timeline."""

from collections.abc import Iterable

from accounts import wording
from accounts.models import AuditEvent
from procurement.models import Consultation, Project
from procurement.rules import report as report_rules

CONSULTED = "procurement.project.consulted"
TONES = {"failed": "overdue", "terminated": "overdue", "returned": "due"}
SHOWN = 60
SECTIONS = report_rules.SECTIONS | report_rules.FINANCE_SECTIONS


def timeline(target) -> list[dict]:
    """The newest events first, as the timeline component wants them."""
    events = AuditEvent.objects.about(target).order_by("-pk")[:SHOWN]
    return [entry(event) for event in events]


def entry(event: AuditEvent) -> dict:
    return {
        "what": wording.deed(event.action),
        "at": event.at,
        "who": event.actor_name,
        "note": note_of(event),
        "tone": TONES.get(event.action.rpartition(".")[2], ""),
    }


def note_of(event: AuditEvent) -> str:
    """The words somebody wrote: a note, reasons that lifted a warning, comments by section."""
    detail = event.detail
    parts = [Consultation.Kind(detail["kind"]).label] if event.action == CONSULTED else []
    parts += [str(detail[key]) for key in ("note", "opinion", "reason") if detail.get(key)]
    lifted = detail.get("lifted")
    if isinstance(lifted, dict):
        parts += [f"{rule}：{text}" for rule, text in lifted.items()]
    comments = detail.get("comments")
    if isinstance(comments, dict):
        parts += [f"{SECTIONS.get(section, section)}：{text}" for section, text in comments.items()]
    return "\n".join(parts)


def moves_of(project: Project) -> list[AuditEvent]:
    """The status moves of a project, oldest first."""
    actions = [f"procurement.project.{status}" for status in Project.Status.values]
    return list(AuditEvent.objects.about(project).filter(action__in=actions))


def stages_of(project: Project, moves: Iterable[AuditEvent]) -> list[dict]:
    """The five stages for the stepper: done (when, who), current, to come; a side exit stops at the stage it left."""
    moves = list(moves)
    ended = project.stage is None
    current = stage_index(last_regular(moves)) if ended else project.stage
    steps = []
    for index, (label, _) in enumerate(Project.STAGES):
        step = {"label": label, "state": "todo"}
        closed = index == current and project.status == Project.Status.CLOSED
        if index < current or closed:
            step["state"] = "done"
            left = moves[-1] if closed and moves else next((move for move in moves if stage_index(move.detail.get("to")) > index), None)
            step |= {"on": left.at, "who": left.actor_name} if left else {}
        elif index == current:
            step["state"] = "failed" if ended else "current"
            step["note"] = project.get_status_display()
        steps.append(step)
    return steps


def public_stages(project: Project) -> list[dict]:
    """The stepper without names: the public sees when, not who."""
    return [{key: value for key, value in step.items() if key != "who"} for step in stages_of(project, moves_of(project))]


def last_regular(moves: list[AuditEvent]) -> str:
    regular = [move.detail.get("from") for move in moves if stage_index(move.detail.get("to")) < 0]
    return regular[-1] if regular else Project.Status.DRAFT


def stage_index(status) -> int:
    return next((index for index, (_, statuses) in enumerate(Project.STAGES) if status in statuses), -1)
