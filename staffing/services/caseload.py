"""Enter and correct whom a township serves."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction

from accounts import audit
from accounts.models import Organisation
from records import clock
from records.policy import Breach
from records.refusals import uphold
from staffing import rules
from staffing.models import Caseload
from staffing.rules import STANDARD


@transaction.atomic
def record_caseload(township: Organisation, *, as_of: date, recipients: Mapping[str, int], source: str, by) -> list[Caseload]:
    """Enter or correct the numbers of one township on one day, by category. Refused: negative, fractional, future, no township."""
    uphold(_caseload_breaches(township, as_of, recipients, source))
    known = {row.category: row for row in Caseload.objects.select_for_update().filter(organisation=township, as_of=as_of)}
    saved, detail = [], {}
    for category, count in recipients.items():
        row = known.get(category) or Caseload(organisation=township, as_of=as_of, category=category)
        if row.pk and (row.recipients, row.source) == (count, source):
            continue
        detail[category] = {"from": row.recipients if row.pk else None, "to": count}
        row.recipients, row.source, row.entered_by, row.entered_at = count, source, by, clock.now()
        row.save()
        saved.append(row)
    if saved:
        audit.record("staffing.caseload.recorded", township, by=by, detail={"as_of": as_of, "source": source, "recipients": detail})
    return saved


def _caseload_breaches(township, as_of, recipients, source) -> Iterable[Breach]:
    if township.kind != Organisation.Kind.TOWNSHIP:
        yield Breach("W-19b", STANDARD, f"“{township}”不是乡镇（街道），救助对象数按乡镇（街道）登记。")
    elif not township.is_valid(as_of):
        yield Breach("W-19b", STANDARD, f"“{township}”在 {as_of:%Y-%m-%d} 不存在，请登记到承继的乡镇（街道）。")
    if as_of > clock.today():
        yield Breach("W-19b", STANDARD, f"截至日期 {as_of:%Y-%m-%d} 在今天之后。")
    if not source.strip():
        yield Breach("W-19b", STANDARD, "请写明数据来源。")
    for count in recipients.values():
        yield from rules.recipients_breaches(count)
