"""公示异议: heard from anybody, looked into anew, answered; then the notice goes on or begins again. Values in, verdicts out."""

from collections.abc import Iterator
from datetime import date

from records.policy import Breach, Clause
from windows.rules.course import PUBLIC_NOTICE, REASON_MINIMUM

ID, CLAUSE = "DB-5", PUBLIC_NOTICE
AGAIN = Clause("民发〔2021〕43号", "第十五条")
ANSWER_WORKDAYS = 15  # fixed for 特困供养 only; for the others our default where no policy value is set, shown as 示例
ALWAYS_AGAIN = frozenset({"TK-2"})


def objection_breaches(
    *, posted: date | None, raised_on: date, today: date, anonymous: bool, objector: str, text: str, due: date | None
) -> Iterator[Breach]:
    """DB-5: anybody may object while the notice hangs, named or not. ``posted``, ``due``: the first and the last day.

    Raised in time and brought to the window later, it still counts: the day on which it was raised decides.
    """
    if posted is None:
        yield Breach(ID, CLAUSE, "该申请没有正在公示的审核意见，不能登记公示异议；公示以外的反映按举报核查。")
        return
    if not posted <= raised_on <= today:
        yield Breach(ID, CLAUSE, f"异议提出日期 {raised_on} 应在公示之日 {posted} 至今天（{today}）之间。")
    elif due is not None and raised_on > due:
        yield Breach(ID, CLAUSE, f"异议提出日期 {raised_on} 已过公示期（{due} 止），按举报核查。")
    if not anonymous and not objector.strip():
        yield Breach(ID, CLAUSE, "请填写异议人姓名；不愿留名的勾选“匿名”。")
    if len(text.strip()) < REASON_MINIMUM:
        yield Breach(ID, CLAUSE, f"请记下异议的内容（不少于 {REASON_MINIMUM} 个字），现有 {len(text.strip())} 个字。")


def settle_breaches(
    *, visited_on: date | None, raised_on: date, finding: str, anonymous: bool, reply: str, replied_on: date, today: date
) -> Iterator[Breach]:
    """DB-5: no answer without a new inquiry; who gave a name hears what came of it."""
    if visited_on is None:
        yield Breach(ID, CLAUSE, "有异议的须重新调查：请先登记新的入户调查，再写认定。")
    elif replied_on < visited_on:
        yield Breach(ID, CLAUSE, f"答复日期 {replied_on} 早于重新调查的日期（{visited_on}）。")
    if len(finding.strip()) < REASON_MINIMUM:
        yield Breach(ID, CLAUSE, f"请写明重新调查的认定（不少于 {REASON_MINIMUM} 个字），现有 {len(finding.strip())} 个字。")
    if not anonymous and len(reply.strip()) < REASON_MINIMUM:
        yield Breach(ID, CLAUSE, f"异议人留了姓名，须答复：请写明答复内容（不少于 {REASON_MINIMUM} 个字）。")
    if not raised_on <= replied_on <= today:
        yield Breach(ID, CLAUSE, f"答复日期 {replied_on} 应在异议提出之日 {raised_on} 至今天（{today}）之间。")


def visit_breaches(*, visited_on: date, raised_on: date) -> Iterator[Breach]:
    """A visit before the objection answers nothing of it."""
    if visited_on < raised_on:
        yield Breach(ID, CLAUSE, f"重新调查的日期 {visited_on} 早于异议提出之日（{raised_on}）。")


def begins_again(*, rule: str, upheld: bool) -> bool:
    """DB-5: is the notice posted anew, for the whole period?

    For 特困供养 always; for the others when the opinion that hung did not stand. Otherwise the rest of the period runs on.
    """
    return upheld or rule in ALWAYS_AGAIN


def answer_days(*, rule: str, found: int | None) -> int:
    """DB-5: what the bureau has set; where the text itself fixes the days, it may only be shorter."""
    days = ANSWER_WORKDAYS if found is None else found
    return min(days, ANSWER_WORKDAYS) if rule in ALWAYS_AGAIN else days


def closing_breaches(*, open_objections: int) -> Iterator[Breach]:
    """Nobody is confirmed, or refused, over an objection that was not answered."""
    if open_objections:
        yield Breach(ID, CLAUSE, f"有 {open_objections} 件公示异议没有重新调查和答复，不能作出结论。")


def resume_breaches(*, open_objections: int) -> Iterator[Breach]:
    """The clock that an objection stopped goes on with its answer."""
    if open_objections:
        yield Breach(ID, CLAUSE, f"公示因异议暂停，{open_objections} 件异议答复后自动恢复，不能手工恢复。")
