"""Ties: who holds or manages a contractor, and which persons are bound to it."""

from django.db import transaction

from accounts import audit
from contractors import rules
from contractors.models import Controller, PersonalTie


@transaction.atomic
def record_controller(contractor, *, name: str, uscc: str, kind: str = Controller.Kind.HOLDING, by) -> Controller:
    row, _ = Controller.objects.get_or_create(
        contractor=contractor, uscc=rules.normalise_uscc(uscc), defaults={"name": name, "kind": kind, "recorded_by": by}
    )
    audit.record("contractors.controller.recorded", contractor, by=by, detail={"uscc": row.uscc})
    return row


@transaction.atomic
def record_tie(user, contractor, *, kind: str, ended_on=None, note: str = "", by) -> PersonalTie:
    row, _ = PersonalTie.objects.update_or_create(
        user=user, contractor=contractor, kind=kind, defaults={"ended_on": ended_on, "note": note, "recorded_by": by}
    )
    audit.record("contractors.tie.recorded", contractor, by=by, detail={"user": user.pk, "kind": kind})
    return row
