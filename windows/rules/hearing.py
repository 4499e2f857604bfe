"""Heard before help is cut off (W-15): told why, listened to, then the written notice. Values in, verdicts out."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from records.policy import Breach, Clause
from windows.rules.course import REASON_MINIMUM

ID, CLAUSE = "W-15", Clause("社会救助法", "第四十八条")
TERMINATION, NEXT_MONTH = Clause("民发〔2021〕43号", "第二十六条"), Clause("民发〔2021〕43号", "第二十七条")
POSTED_DAYS = 7  # 公示期 of a termination, in calendar days (TK-7)
HEARD, UNREACHED, DEATH = "HEARD", "UNREACHED", "DEATH"


def hearing_breaches(
    *, ground: str, told_on: date, heard_on: date, outcome: str, statement: str, note: str, today: date, ended: bool
) -> Iterator[Breach]:
    """W-15: the ground is told first; what was said is written down; who could not be reached was tried, and how."""
    if ended:
        yield Breach(ID, CLAUSE, "此人的保障已经停止，不能补记听取意见。")
    if len(ground.strip()) < REASON_MINIMUM:
        yield Breach(ID, CLAUSE, f"请写明拟减发、停止的事实和理由（不少于 {REASON_MINIMUM} 个字），现有 {len(ground.strip())} 个字。")
    if not told_on <= heard_on <= today:
        yield Breach(ID, CLAUSE, f"听取意见的日期 {heard_on} 应在告知之日 {told_on} 至今天（{today}）之间。")
    if outcome == HEARD and len(statement.strip()) < REASON_MINIMUM:
        yield Breach(ID, CLAUSE, f"请记下对象陈述的内容（不少于 {REASON_MINIMUM} 个字）。")
    if outcome == UNREACHED and len(note.strip()) < REASON_MINIMUM:
        yield Breach(ID, CLAUSE, f"无法联系的，请写明何时以何种方式联系过（不少于 {REASON_MINIMUM} 个字）。")


def lowers(before: Decimal | None, after: Decimal | None) -> bool:
    """W-15: is this a cut, before which the person is heard? Without an amount on either side nothing is said."""
    return before is not None and after is not None and after < before


def end_breaches(*, heard_on: date | None, exempt: str, ended_on: date, members: int) -> Iterator[Breach]:
    """W-15: nobody leaves the list unheard, but who died or asked for it in writing. ``members``: others whose help ends with it."""
    if exempt == DEATH and members:
        yield Breach(ID, CLAUSE, f"同户还有 {members} 名成员在享，不能因一人去世不听取意见就全户停止。请先听取其他成员的意见。")
    if exempt:
        return
    if heard_on is None:
        yield Breach(ID, CLAUSE, "停止救助前须先听取救助对象的意见并登记；去世、本人书面申请退出的除外。")
    elif ended_on < heard_on:
        yield Breach(ID, CLAUSE, f"终止日期 {ended_on} 早于听取意见之日（{heard_on}）。")


def termination_breaches(*, tekun: bool, posted_on: date | None, ended_on: date, today: date) -> Iterator[Breach]:
    """TK-7: a termination of 特困供养 hangs in the village for seven days; the help runs to the end of a month (D-04).

    The text excepts nobody. ``posted_on``: the notice that hung last; after an objection it hangs again.
    """
    if not tekun:
        return
    if posted_on is None:
        yield Breach("TK-7", TERMINATION, f"终止特困供养前须在村（社区）公示满 {POSTED_DAYS} 日，请填写公示之日。")
        return
    over = posted_on + timedelta(days=POSTED_DAYS)
    if today < over:
        yield Breach("TK-7", TERMINATION, f"终止公示自 {posted_on} 起满 {POSTED_DAYS} 日，最早 {over} 可以终止，今天是 {today}。")
        return
    last = ended_on.replace(day=monthrange(ended_on.year, ended_on.month)[1])
    if ended_on != last:
        yield Breach("TK-7", NEXT_MONTH, f"特困供养从决定终止的次月起停止，终止日期应为月末：{last}，现为 {ended_on}。")
    elif ended_on < over:
        yield Breach("TK-7", TERMINATION, f"终止日期 {ended_on} 早于公示期满之日（{over}）。")
