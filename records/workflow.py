"""The one door through which a status changes, and the two guards of rows that several people edit.

    project = claim(Project, pk, version=form.cleaned_data["version"])   # lock, refuse a stale form
    ...
    touch(project)
    project.save(update_fields=["name", "version"])
    move(project, Project.Status.APPROVED, by=user, note="同意")

A model that moves has ``status``, ``Status`` and ``TRANSITIONS: dict[Status, set[Status]]``.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models, transaction

from accounts import audit
from accounts.models import AuditEvent
from records.models.versioned import Versioned
from records.refusals import IllegalTransition, StaleVersion

__all__ = ["IllegalTransition", "StaleVersion", "TransitionRow", "claim", "move", "next_states", "touch", "transition_table"]


@transaction.atomic
def move(obj, to, *, by, note: str = "", detail: dict | None = None):
    """Bring ``obj`` to status ``to`` and leave an audit row "<app>.<model>.<to>" in the same transaction.

    The write is guarded by the status we believe in, so of two racing moves one wins and the other raises StaleVersion.
    Other unsaved fields of ``obj`` are not written. Raises IllegalTransition when the table has no such way.
    """
    before, to = obj.status, type(obj).Status(to)
    if to not in type(obj).TRANSITIONS[type(obj).Status(before)]:
        raise IllegalTransition(
            label=f"{obj._meta.verbose_name}“{obj}”",
            current=obj.get_status_display(),
            target=to.label,
            allowed=[state.label for state in next_states(obj)],
        )
    values = {"status": to}
    if isinstance(obj, Versioned):
        values["version"] = obj.version + 1
    if not type(obj)._base_manager.filter(pk=obj.pk, status=before).update(**values):
        raise stale(type(obj)._base_manager.get(pk=obj.pk))
    for name, value in values.items():
        setattr(obj, name, value)
    action = f"{obj._meta.app_label}.{obj._meta.model_name}.{str(to).lower()}"
    audit.record(action, obj, by=by, detail={"from": before, "to": str(to), "note": note, **(detail or {})})
    return obj


def claim(rows, pk, *, version: int | None = None):
    """The row, locked until the transaction ends. ``rows`` is a model or a queryset.

    Raises the model's DoesNotExist, and StaleVersion when ``version`` is given and somebody saved in between.
    """
    queryset = rows._default_manager.all() if isinstance(rows, type) and issubclass(rows, models.Model) else rows
    obj = queryset.select_for_update(of=("self",)).get(pk=pk)
    if version is not None and str(obj.version) != str(version).strip():
        raise stale(obj)
    return obj


def touch(obj) -> None:
    """Raise the version. Save it with your fields: ``save(update_fields=[…, "version"])``."""
    obj.version += 1


def stale(obj) -> StaleVersion:
    """The refusal that names who saved first, from the audit trail."""
    last = AuditEvent.objects.about(obj).told().last()
    return StaleVersion(obj, changed_by=last.actor_name if last else "", changed_at=last.at if last else None)


def next_states(obj) -> list:
    """Where ``obj`` may go from here, in the order of its Status."""
    ways = type(obj).TRANSITIONS[type(obj).Status(obj.status)]
    return [state for state in type(obj).Status if state in ways]


@dataclass(frozen=True, slots=True)
class TransitionRow:
    status: str
    label: str
    to: tuple[str, ...]
    final: bool


def transition_table(model) -> Iterable[TransitionRow]:
    """The table of a model in Chinese, for the rules page and the manual."""
    for status in model.Status:
        ways = [state.label for state in model.Status if state in model.TRANSITIONS[status]]
        yield TransitionRow(str(status), status.label, tuple(ways), not ways)
