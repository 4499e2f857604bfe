"""W-17: 一事一议 and the coordination mechanism: who may convene, who must come, what minutes must say. Values in, verdicts out."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from records.policy import Breach, Clause
from windows.rules.course import REASON_MINIMUM
from windows.rules.publicity import PRIVACY

ID, CLAUSE = "W-17", Clause("关于改革完善社会救助制度的意见", "（十五）")
MECHANISM = Clause("渝民发〔2018〕4号", "四（一）")
QUORUM_PERCENT = 50  # DESIGN: more than half; used only where no policy value is set
DAYS_MOST = 366
CASE_NUMBER = re.compile(r"\d{6,12}-\d{4}-\d{1,7}\b")  # what a case is called by
PERSONAL_NUMBER = re.compile(r"\d{7}")  # of a paper, a phone, an account; shorter ones are sums and years
CARRY, AMOUNT, ASSIGN = "CARRY", "AMOUNT", "ASSIGN"
COORDINATION = "COORDINATION"


@dataclass(frozen=True, slots=True)
class Said:
    """What the minutes hold about one item. ``owner``: (organisation, person), or None."""

    discussion: str
    decision: str
    text: str
    amount: Decimal | None
    owner: tuple[int, int] | None
    days: int | None


def kind_breaches(*, kind: str, is_bureau: bool) -> Iterator[Breach]:
    if kind == COORDINATION and not is_bureau:
        yield Breach(ID, MECHANISM, "协调机制会议由区县民政局召集；乡镇（街道）可以召集一事一议个案会商，解决不了的提请区县研究。")


def convening_breaches(*, kind: str, cases: int, items: int, guests: int, held_at: datetime, now: datetime) -> Iterator[Breach]:
    """An invitation says what is to be talked about, and comes before the meeting."""
    if not items:
        yield Breach(ID, CLAUSE, "还没有议题，请先从待解决的问题中选取，或者添加其他议题。")
    elif kind != COORDINATION and not cases:
        yield Breach(ID, CLAUSE, "一事一议个案会商至少要有一件申请，请在议题中选取。")
    if not guests:
        yield Breach(ID, MECHANISM, "还没有参会单位和人员，请先填写。")
    if held_at <= now:
        yield Breach(ID, CLAUSE, f"召开时间 {held_at:%Y-%m-%d %H:%M} 已经过去，请改期后再通知。")


def holding_breaches(*, held_at: datetime, now: datetime, invited: int, present: int, percent: Decimal | int) -> Iterator[Breach]:
    """Attendance is recorded after the meeting began; too few present only with a reason."""
    if now < held_at:
        yield Breach(ID, CLAUSE, f"会议定于 {held_at:%Y-%m-%d %H:%M} 召开，之后才能登记到会。提前召开的，请先改期。")
    if not present:
        yield Breach(ID, MECHANISM, "没有人到会，会议没有召开。请改期，或者写明原因取消。")
    elif present * 100 <= invited * percent:
        words = f"应到 {invited} 家（人），实到 {present}，没有超过 {percent}%。仍作为有效会议的，请写明理由。"
        yield Breach(ID, MECHANISM, words, binding=False)


def said_breaches(said: Said, *, home: int, has_case: bool) -> Iterator[Breach]:
    """One item: talked over, decided, with who does it and by when (W-17)."""
    if len(said.discussion.strip()) < REASON_MINIMUM:
        yield Breach(ID, CLAUSE, f"请写明讨论情况（不少于 {REASON_MINIMUM} 个字），现有 {len(said.discussion.strip())} 个字。")
    if len(said.text.strip()) < REASON_MINIMUM:
        yield Breach(ID, CLAUSE, f"请写明决定的内容和理由（不少于 {REASON_MINIMUM} 个字），现有 {len(said.text.strip())} 个字。")
    if said.decision == CARRY:
        return
    if said.owner is None:
        yield Breach(ID, MECHANISM, "请选择责任单位和责任人：决定要落实到人。")
    if said.days is None or not 1 <= said.days <= DAYS_MOST:
        yield Breach(ID, MECHANISM, f"请填写办理时限（1 至 {DAYS_MOST} 个工作日）。")
    if said.decision == AMOUNT and not has_case:
        yield Breach(ID, CLAUSE, "确定金额须针对一件申请；本议题没有关联申请。")
    if said.decision == AMOUNT and (said.amount is None or said.amount <= 0):
        yield Breach(ID, CLAUSE, "一事一议确定金额的，请填写大于零的金额。")
    if said.decision == ASSIGN and said.owner and said.owner[0] == home:
        yield Breach(ID, MECHANISM, "明确由单位办理的，责任单位不能是召集单位自己；自己办理的请选“其他决定”。")


def privacy_breaches(texts: Mapping[str, str], *, names: Collection[str]) -> Iterator[Breach]:
    """What goes to other offices names nobody and carries no number of a person. ``texts``: label → text."""
    for label, text in texts.items():
        if any(name in text for name in names if len(name) > 1):
            yield Breach(ID, PRIVACY, f"“{label}”中有申请人的姓名。通知和纪要会发给其他单位，请写“申请人”或者登记号。")
        if PERSONAL_NUMBER.search(CASE_NUMBER.sub("", text)):
            yield Breach(ID, PRIVACY, f"“{label}”中有证件号、电话或者账号一类的号码。通知和纪要会发给其他单位，请删去。")


def signing_breaches(*, is_chair: bool, chair: str, undecided: Iterable[str]) -> Iterator[Breach]:
    if not is_chair:
        yield Breach(ID, MECHANISM, f"纪要由主持人（{chair}）或者其代行人签发。实际主持的是另一人的，请先更改主持人。")
    for title in undecided:
        yield Breach(ID, CLAUSE, f"“{title}”还没有讨论情况和决定。没有议到的，选“留待下次会议研究”并写明原因。")


def reason_breaches(*, reason: str, act: str) -> Iterator[Breach]:
    if len(reason.strip()) < REASON_MINIMUM:
        yield Breach(ID, MECHANISM, f"{act}须写明原因（不少于 {REASON_MINIMUM} 个字），现有 {len(reason.strip())} 个字。")


def result_breaches(*, result: str) -> Iterator[Breach]:
    """A decision ends with what became of it."""
    if len(result.strip()) < REASON_MINIMUM:
        yield Breach(ID, MECHANISM, f"请写明落实结果（不少于 {REASON_MINIMUM} 个字），现有 {len(result.strip())} 个字。")
