"""One form sent twice makes one thing: the receipt lives in the transaction of the effect (QUALITY D07, D10).

    with once(request.user, "windows.case_log", key, fingerprint_of(request.POST)) as slot:
        if slot.done:
            return redirect(slot.result)
        case = services.log_case(...)
        slot.result = case.get_absolute_url()

Two racing submissions of one key: the unique constraint lets the second wait for the first, then find its result.
Without a key nothing is remembered; then only the natural key of the effect guards.
"""

import hashlib
import json
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction

from records import clock
from records.models import Submission
from records.policy import Clause
from records.refusals import HOUSE, Refused

ONCE = Clause(HOUSE, "重复提交")
KEPT_DAYS = 7
FIELD = "idempotency_key"
NOISE = frozenset({"csrfmiddlewaretoken", FIELD})


@dataclass
class Slot:
    """``done``: the effect exists already and ``result`` is what it answered. Else set ``result`` (JSON) before leaving."""

    done: bool = False
    result: object = None


@contextmanager
def once(user, purpose: str, key: str, fingerprint: str = ""):
    """Yields a Slot inside one transaction. Same key with another fingerprint raises Refused (422)."""
    with transaction.atomic():
        if not key:
            yield Slot()
            return
        receipt, fresh = _receipt(user, purpose, key[:80], fingerprint)
        if not fresh and receipt.fingerprint != fingerprint:
            raise Refused.because("R-ONCE", ONCE, "同一提交编号已经用于另一份内容。请刷新页面后重新填写提交。")
        slot = Slot(done=not fresh, result=receipt.result)
        yield slot
        if fresh:
            receipt.result = slot.result
            receipt.save(update_fields=["result"])


def _receipt(user, purpose, key, fingerprint) -> tuple[Submission, bool]:
    try:
        with transaction.atomic():
            return Submission.objects.create(user=user, purpose=purpose, key=key, fingerprint=fingerprint), True
    except IntegrityError:
        return Submission.objects.get(user=user, purpose=purpose, key=key), False


def fingerprint_of(data: Mapping | bytes) -> str:
    """SHA-256 over what was sent, whatever the order of its fields; CSRF token and key left out."""
    if isinstance(data, bytes):
        return hashlib.sha256(data).hexdigest()
    lists = data.lists() if hasattr(data, "lists") else data.items()
    content = sorted((name, value) for name, value in lists if name not in NOISE)
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, default=str).encode()).hexdigest()


def once_for(request, purpose: str):
    """``once`` for a posted form with the hidden field ``idempotency_key``."""
    return once(request.user, purpose, request.POST.get(FIELD, ""), fingerprint_of(request.POST))


def forget_old() -> int:
    """Drop receipts that no browser will resend any more. Returns how many."""
    return Submission.objects.filter(created_at__lt=clock.now() - timedelta(days=KEPT_DAYS)).delete()[0]
