"""How long the file of a purchase is kept, and that nobody deletes it. Rule ids: docs/rules.md."""

from collections.abc import Iterator
from datetime import date

from records.policy import Breach, Clause

RETENTION = Clause("政府采购法", "第四十二条")
ELECTRONIC = Clause("政府采购法实施条例", "第四十六条")
YEARS = 15  # at least, from the end of the procurement


def kept_until(ended_on: date) -> date:
    """The last day of the fifteen years. The law counts from the end of the procurement and is silent on what ends it: we take
    the last day of performance (or the day of failure or termination), the latest reading. 29 February counts to 1 March."""
    try:
        return ended_on.replace(year=ended_on.year + YEARS)
    except ValueError:
        return date(ended_on.year + YEARS, 3, 1)


def deletion_breaches(what: str, ended_on: date | None, *, on: date) -> Iterator[Breach]:
    """P-25: records are kept at least fifteen years; afterwards they go through appraisal, never through a button here."""
    if ended_on is None:
        yield Breach("P-25", RETENTION, f"{what}的采购尚未结束，档案不能删除；自采购结束之日起至少保存 {YEARS} 年。")
        return
    until = kept_until(ended_on)
    if on <= until:
        yield Breach("P-25", RETENTION, f"{what}的采购于 {ended_on} 结束，档案至少保存至 {until}，在此之前不能删除。")
    else:
        yield Breach("P-25", RETENTION, f"{what}的保存期已于 {until} 届满，须经档案鉴定后销毁，不能在本系统直接删除。")
