"""询问 3 working days, 质疑 7 and 7, 投诉 15 and 30; signing waits while the result may change. Rule ids: docs/rules.md."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from procurement.rules import deadlines as limits
from records.policy import Breach, Clause

ENQUIRY = Clause("政府采购法实施条例", "第五十二条")
RAISING = Clause("政府采购法", "第五十二条")
HARM_KNOWN = Clause("政府采购法实施条例", "第五十三条")
ANSWERING = Clause("政府采购法", "第五十三条")
SUSPENSION = Clause("政府采购法实施条例", "第五十四条")
COMPLAINING = Clause("政府采购法", "第五十五条")
DECIDING = Clause("政府采购法", "第五十六条")
HALTING = Clause("政府采购法", "第五十七条")
HOW = Clause("财政部令第94号", "第十六条")
WHO = Clause("财政部令第94号", "第十一条")
DUTIES = Clause("政府采购法", "第六十一条")

HALT_DAYS = limits.SUSPENSION.n


def participant_breaches(*, step: str, took_part: bool) -> Iterator[Breach]:
    """T-19: whoever could get the documents may challenge them; a step or the result only a supplier that took part."""
    if step != "documents" and not took_part:
        yield Breach("T-19", WHO, "未参加本项目采购活动的供应商，只能对采购文件提出质疑。")


def raising_breaches(*, step: str, known_on: date | None, last_day: date | None, on: date) -> Iterator[Breach]:
    """T-19: within seven working days of the day the harm is known: end of the notice period, of the step, of the result notice.

    ``known_on`` None: that step has not happened yet. ``last_day`` None only while no calendar is published: nobody is shut out.
    """
    if known_on is None:
        yield Breach("T-19", HARM_KNOWN, f"{step}环节尚未结束或者尚未公告，暂不能对其提出质疑。")
    elif last_day is not None and on > last_day:
        yield Breach(
            "T-19",
            RAISING,
            f"对“{step}”的质疑应自 {known_on} 起 {limits.QUERY.n} 个工作日内（{last_day} 前）提出，今天是 {on}，已经超过期限。",
        )


def content_breaches(*, demand: str, facts: str, basis: str) -> Iterator[Breach]:
    """T-19: in writing, with what is asked, the facts and the legal basis."""
    missing = [label for label, text in (("质疑请求", demand), ("事实依据", facts), ("法律依据", basis)) if not text.strip()]
    if missing:
        yield Breach("T-19", RAISING, f"质疑函须写明{'、'.join(missing)}。")


def answer_breaches(*, verdict: str, consequence: str, answer: str) -> Iterator[Breach]:
    """T-20: an answer has a verdict, its consequence and its reasons; what is not upheld changes nothing."""
    if not answer.strip():
        yield Breach("T-20", ANSWERING, "请写明答复的事实和理由。")
    if not verdict or not consequence:
        yield Breach("T-20", HOW, "请选择答复结论和处理。")
    elif verdict == "rejected" and consequence != "kept":
        yield Breach("T-20", HOW, "质疑不成立的，应维持原结果。")


def reviewer_breaches(reviewer: int, *, author: int | None) -> Iterator[Breach]:
    """P-65: the answer is reviewed by another person than its author."""
    if reviewer == author:
        yield Breach("P-65", DUTIES, "质疑答复须由另一人复核：答复由您拟写。")


def suspension_breaches(challenges: Iterable[str], halts: Iterable[tuple[str, date]]) -> Iterator[Breach]:
    """T-20, T-22: no contract while a challenge that may change the result is open, or finance has halted the purchase."""
    for name in challenges:
        yield Breach("T-20", SUSPENSION, f"{name}可能影响成交结果，尚未答复，暂停签订合同。")
    for name, until in halts:
        yield Breach("T-22", HALTING, f"{name}处理期间，财政部门通知暂停采购活动至 {until}，不能签订合同。")


def complaining_breaches(*, from_day: date, last_day: date | None, filed_on: date, on: date) -> Iterator[Breach]:
    """T-21: within fifteen working days after the answer, or after the day it was due."""
    if filed_on > on:
        yield Breach("T-21", COMPLAINING, f"投诉日期 {filed_on} 尚未到。")
    if filed_on < from_day:
        yield Breach("T-21", COMPLAINING, f"质疑答复（或答复期满）之日为 {from_day}，此前不能投诉。")
    elif last_day is not None and filed_on > last_day:
        yield Breach("T-21", COMPLAINING, f"投诉应在 {from_day} 起 {limits.COMPLAINT.n} 个工作日内（{last_day} 前）提出。")


def halt_breaches(start: date | None, end: date | None) -> Iterator[Breach]:
    """T-22: finance may halt the purchase for at most thirty calendar days."""
    if (start is None) != (end is None):
        yield Breach("T-22", HALTING, "暂停采购活动须同时填写起止日期。")
    elif start and end and end < start:
        yield Breach("T-22", HALTING, f"暂停的结束日期 {end} 早于开始日期 {start}。")
    elif start and end and (end - start).days > HALT_DAYS:
        longest = start + timedelta(days=HALT_DAYS)
        yield Breach("T-22", HALTING, f"暂停采购活动最长 {HALT_DAYS} 日，自 {start} 起最迟到 {longest}。")
