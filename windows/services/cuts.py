"""减发: who gets less from now on was heard before, and is told in writing with reasons and remedies (W-15)."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import F

from accounts import audit
from records import notices
from windows.models import StandingEntry, StandingHearing
from windows.rules import hearing as rules
from windows.rules.intake import remedies
from windows.services.slips import words

TEMPLATE = "windows/print/standing_cut.html"
PREFIX = "减发救助告知"


def heard(entries: Iterable[int]) -> set[int]:
    """Of these, who was heard since the entry was written last: one hearing allows one cut."""
    rows = StandingHearing.objects.filter(entry__in=entries, recorded_at__gte=F("entry__changed_at"))
    return set(rows.values_list("entry", flat=True))


def tell(entry: StandingEntry, before: Decimal, *, by) -> None:
    """The written notice; it stands with the entry until the next one."""
    hearing = entry.hearings.last()
    context = {
        "person": entry.person.name,
        "category": entry.get_category_display(),
        "before": f"{before:,.2f} 元",
        "after": f"{entry.amount:,.2f} 元",
        "reason": hearing.ground,
        "heard": f"{words(hearing.heard_on)}已听取意见：{hearing.get_outcome_display()}",
        "clause": str(rules.CLAUSE),
        "remedies": remedies(),
    }
    entry.notice = notices.issue(
        "windows.standing_cut", organisation=entry.organisation, title="减发救助告知书", template=TEMPLATE, context=context, by=by,
        number_prefix=PREFIX,
    )  # fmt: skip
    entry.save(update_fields=["notice"])
    detail = {"before": str(before), "after": str(entry.amount), "number": entry.notice.number}
    audit.record("windows.standingentry.cut", entry, by=by, organisation=entry.organisation, detail=detail)
