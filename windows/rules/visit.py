"""入户调查: who goes, what is written down, who signs. Values in, verdicts out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from records.policy import Breach
from windows.rules.course import INVESTIGATORS, INVESTIGATORS_MINIMUM, REASON_MINIMUM

ID, CLAUSE = "DB-3", INVESTIGATORS
INVESTIGATORS_MOST = 9  # what one form holds; no text gives an upper number


def visit_breaches(
    *, visited_on: date, accepted_on: date | None, today: date, names: Sequence[str], minimum: int, situation: Mapping[str, str],
    finding: str, by_video: bool, video_reason: str, signed: bool, unsigned_reason: str,
) -> Iterator[Breach]:  # fmt: skip
    """DB-3: at least two go; both sides sign; video only where a visit is impossible, with the reason.

    ``situation``: label → text of what was seen; a heading without text was not asked about.
    """
    least, found = max(minimum, INVESTIGATORS_MINIMUM), len(set(names))
    if found < least:
        yield Breach(ID, CLAUSE, f"入户调查须由 {least} 名以上调查人员共同进行，现登记 {found} 名（同一人不能重复计算）。")
    if found > INVESTIGATORS_MOST:
        yield Breach(ID, CLAUSE, f"一次入户登记的调查人员不超过 {INVESTIGATORS_MOST} 名，现登记 {found} 名；带路人员另填。")
    yield from _day_breaches(visited_on, accepted_on, today)
    if blank := [label for label, text in situation.items() if not text.strip()]:
        yield Breach(ID, CLAUSE, f"请写明{'、'.join(blank)}；没有的写“无”。")
    yield from _finding_breaches(finding)
    if by_video and len(video_reason.strip()) < REASON_MINIMUM:
        yield Breach(ID, CLAUSE, f"视频调查只用于无法入户的特殊时期，请写明原因（不少于 {REASON_MINIMUM} 个字）。")
    if not signed and not unsigned_reason.strip():
        yield Breach(ID, CLAUSE, "调查表由调查人员和被访人双方签字；被访人没有签字的，请写明原因。")


def _day_breaches(visited_on: date, accepted_on: date | None, today: date) -> Iterator[Breach]:
    if visited_on > today:
        yield Breach(ID, CLAUSE, f"入户日期 {visited_on} 晚于今天（{today}）。")
    if accepted_on is not None and visited_on < accepted_on:
        yield Breach(ID, CLAUSE, f"入户日期 {visited_on} 早于受理之日（{accepted_on}）。")


def _finding_breaches(finding: str) -> Iterator[Breach]:
    if len(finding.strip()) < REASON_MINIMUM:
        yield Breach(ID, CLAUSE, f"请写明调查结论（不少于 {REASON_MINIMUM} 个字），现有 {len(finding.strip())} 个字。")


def correction_breaches(*, reason: str, replaced: bool) -> Iterator[Breach]:
    """What was written stays; a correction is a new version that names the former and says why."""
    if replaced:
        yield Breach(ID, CLAUSE, "这一版已被更正，请在最新一版上更正。")
    if len(reason.strip()) < REASON_MINIMUM:
        yield Breach(ID, CLAUSE, f"请写明更正原因（不少于 {REASON_MINIMUM} 个字），原记录保留。")
