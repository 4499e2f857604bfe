"""A district's service standards: sorted by kind, assessable, dated ahead. P-19. Rule ids: docs/rules.md."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from procurement.rules.project import REQUIREMENT
from records.policy import Breach

# A value somebody can look at and say yes or no: a number, or one of these words.
MEASURABLE = re.compile(r"[0-9０-９一二三四五六七八九十百零两]|全部|不得|按合同约定")


def row_breaches(rows: Iterable[tuple[str, str, str]]) -> Iterator[Breach]:
    """(name, how it is assessed, target): at least one, each complete, each target assessable, none twice."""
    seen: set[str] = set()
    for name, measure, target in rows:
        if not (name.strip() and measure.strip() and target.strip()):
            yield Breach("P-19", REQUIREMENT, f"“{name or '（未填写）'}”缺少考核办法或者目标值，服务标准应当便于考核。")
        elif not MEASURABLE.search(target):
            yield Breach("P-19", REQUIREMENT, f"“{name}”的目标值“{target}”不便于考核，请写明数量、比例或者时限。")
        if name in seen:
            yield Breach("P-19", REQUIREMENT, f"“{name}”重复。")
        seen.add(name)
    if not seen:
        yield Breach("P-19", REQUIREMENT, "请至少填写一条服务标准。")


def date_breaches(valid_from: date, *, on: date, latest: date | None) -> Iterator[Breach]:
    """Standards begin today or later, and after the set before: what projects were filled from stays as it was."""
    if valid_from < on:
        yield Breach("P-19", REQUIREMENT, f"生效日期 {valid_from} 早于今天（{on}），服务标准不能倒签。")
    if latest is not None and valid_from <= latest:
        yield Breach("P-19", REQUIREMENT, f"已有 {latest} 起生效的服务标准，新的生效日期应晚于该日。")
