"""Texts of the public guide: written, published, withdrawn."""

from datetime import date

from django.db import transaction

from accounts import audit
from records import clock
from records.disclosure import personal_data_breaches
from records.refusals import MissingCalendar, Refused, uphold
from records.workdays import workdays_between
from records.workflow import claim, move, touch
from windows.models import GuideText
from windows.rules import guide as rules
from windows.services.guards import in_status

Status = GuideText.Status
FIELDS = ("kind", "programme_code", "title", "body", "source", "formed_on")


@transaction.atomic
def write_text(organisation, *, by, **values) -> GuideText:
    """A draft that nobody outside sees yet. ``values``: the names in ``FIELDS``."""
    text = GuideText(organisation=organisation, prepared_by=by, **_clean(values))
    uphold(text_breaches(text))
    text.save()
    audit.record("windows.guidetext.written", text, by=by, detail={"kind": text.kind, "title": text.title})
    return text


@transaction.atomic
def change_text(pk: int, *, version: int, by, **values) -> GuideText:
    """While it is a draft. What was published is withdrawn and written anew."""
    text = claim(GuideText, pk, version=version)
    in_status(text, Status.DRAFT, breach=("W-18", rules.TOLD), act="修改")
    for name, value in _clean(values).items():
        setattr(text, name, value)
    uphold(text_breaches(text))
    touch(text)
    text.save()
    audit.record("windows.guidetext.changed", text, by=by, detail={"kind": text.kind, "title": text.title})
    return text


def _clean(values: dict) -> dict:
    return {name: value.strip() if isinstance(value, str) else value for name, value in values.items() if name in FIELDS}


def text_breaches(text: GuideText):
    yield from rules.text_breaches(
        kind=text.kind, programme=text.programme_code, title=text.title, body=text.body, source=text.source, formed=text.formed_on,
        today=clock.today(),
    )  # fmt: skip
    yield from personal_data_breaches([text.title, *text.body.splitlines(), text.source])


def workdays_since(day: date) -> int | None:
    """Working days from then to today; None where a year's calendar is missing."""
    try:
        return workdays_between(day, clock.today())
    except MissingCalendar:
        return None


def publish_breaches(text: GuideText):
    yield from text_breaches(text)
    yield from rules.late_breaches(formed=text.formed_on, today=clock.today(), workdays=workdays_since(text.formed_on))


@transaction.atomic
def publish_text(pk: int, *, version: int, by, reason: str = "") -> GuideText:
    """From now on everybody reads it. Later than ten working days after it was formed only with a reason (W-18)."""
    text = claim(GuideText, pk, version=version)
    in_status(text, Status.DRAFT, breach=("W-18", rules.TOLD), act="发布")
    lifted = uphold(publish_breaches(text), reason=reason)
    text.late_reason = reason.strip() if lifted else ""
    text.published_by, text.published_at = by, clock.now()
    touch(text)
    text.save(update_fields=["late_reason", "published_by", "published_at", "version"])
    return move(text, Status.PUBLISHED, by=by, detail={"lifted": {breach.rule: reason for breach in lifted}})


@transaction.atomic
def withdraw_text(pk: int, *, version: int, by, reason: str) -> GuideText:
    text = claim(GuideText, pk, version=version)
    if not reason.strip():
        raise Refused.because("W-18", rules.TOLD, "请写明撤下的原因，例：政策已调整。")
    text.withdrawn_reason = reason.strip()
    touch(text)
    text.save(update_fields=["withdrawn_reason", "version"])
    return move(text, Status.WITHDRAWN, by=by, note=reason)
