"""Before help is cut off: the person is heard; after it a written notice with reasons and remedies goes out (W-15, W-16)."""

from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q

from accounts import audit
from records import clock, notices
from records.refusals import Refused, uphold
from records.workflow import claim
from windows.models import StandingEntry, StandingHearing
from windows.models.standing import Unheard
from windows.rules import hearing as rules
from windows.rules.intake import remedies
from windows.services.slips import words
from windows.services.standing import LIST

TEMPLATE = "windows/print/standing_end.html"
PREFIX = "停止救助告知"


@dataclass(frozen=True, slots=True)
class Heard:
    """What was told and what came back."""

    ground: str
    told_on: date
    way: str
    heard_on: date
    outcome: str
    statement: str = ""
    note: str = ""


@transaction.atomic
def hear(pk: int, heard: Heard, *, by) -> StandingHearing:
    """Write a hearing down; it decides nothing."""
    entry = claim(StandingEntry.objects.select_related("organisation"), pk)
    facts = {name: value.strip() if isinstance(value, str) else value for name, value in asdict(heard).items()}
    judged = {name: value for name, value in facts.items() if name != "way"}
    uphold(rules.hearing_breaches(**judged, today=clock.today(), ended=entry.ended_on is not None))
    row = StandingHearing.objects.create(entry=entry, recorded_by=by, **facts)
    detail = {"on": row.heard_on, "outcome": row.get_outcome_display()}
    audit.record("windows.standingentry.heard", entry, by=by, organisation=entry.organisation, detail=detail)
    return row


def tell(entry: StandingEntry, *, by):
    """The written notice: what stops and when, why, that the person was heard, and what can be done against it."""
    hearing = entry.hearing
    heard = f"{words(hearing.heard_on)}已听取意见：{hearing.get_outcome_display()}" if hearing else ""
    context = {
        "person": entry.person.name,
        "category": entry.get_category_display(),
        "ended_on": words(entry.ended_on),
        "reason": entry.end_reason,
        "posted": words(entry.posted_on) if entry.posted_on else "",
        "heard": heard or entry.get_unheard_display(),
        "clause": str(rules.CLAUSE),
        "remedies": remedies(),
    }
    return notices.issue(
        "windows.standing_end", organisation=entry.organisation, title="停止救助告知书", template=TEMPLATE, context=context, by=by,
        number_prefix=PREFIX,
    )  # fmt: skip


@transaction.atomic
def end(pk: int, *, ended_on: date, reason: str, unheard: str = "", posted_on: date | None = None, by) -> StandingEntry:
    """Somebody leaves the list, by a decision outside, after having been heard; with the head the whole household."""
    entry = claim(StandingEntry.objects.select_related("organisation", "person"), pk)
    if entry.ended_on is not None:
        raise Refused.because("SHEET-6", LIST, f"已于 {entry.ended_on} 终止，没有改动。")
    if not reason.strip():
        raise Refused.because("SHEET-6", LIST, "请写明终止原因。")
    if ended_on > clock.today() or (entry.started_on and ended_on < entry.started_on):
        raise Refused.because("SHEET-6", LIST, "终止日期不能早于起始日期，也不能晚于今天。")
    hearing = None if unheard else entry.hearings.last()
    household = StandingEntry.objects.open().filter(Q(pk=pk) | Q(head=pk))
    heard_on, members = hearing.heard_on if hearing else None, household.exclude(pk=pk).count()
    uphold(rules.end_breaches(heard_on=heard_on, exempt=unheard, ended_on=ended_on, members=members))
    uphold(rules.termination_breaches(tekun=entry.is_tekun, posted_on=posted_on, ended_on=ended_on, today=clock.today()))
    if household.filter(started_on__gt=ended_on).exists():
        raise Refused.because("SHEET-6", LIST, "同户有成员的起始日期晚于终止日期，请先核对。")
    values = {"ended_on": ended_on, "end_reason": reason.strip(), "changed_at": clock.now(), "posted_on": posted_on}
    count = household.exclude(pk=pk).update(**values, unheard=Unheard.HOUSEHOLD)
    count += household.filter(pk=pk).update(**values, hearing=hearing, unheard=unheard)
    entry.refresh_from_db()
    entry.notice = tell(entry, by=by)
    entry.save(update_fields=["notice"])
    detail = {"reason": reason.strip(), "count": count, "date": ended_on.isoformat(), "number": entry.notice.number}
    audit.record("windows.standingentry.ended", entry, by=by, organisation=entry.organisation, detail=detail)
    return entry
