"""家庭经济状况核对: with consent, answered for whom it was asked, and never the last word without hearing the applicant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from records.policy import Breach, Clause
from records.refusals import HOUSE

CONSENT = Clause("社会救助法", "第四十一条")
START = Clause("民发〔2021〕57号", "第十七条")
HEAR = Clause(HOUSE, "核对结果处理")
ORDER = Clause("民发〔2021〕57号", "第二十八条")

START_WORKDAYS = 3  # DB-2: the county starts within three working days of the request
REASON_MINIMUM = 8
ITEMS_LIMIT, SOURCE_LIMIT = 1_000, 120


class Result(StrEnum):
    """What a check says about one person."""

    CONSISTENT = "CONSISTENT"
    INCONSISTENT = "INCONSISTENT"
    UNABLE = "UNABLE"


class Match(StrEnum):
    """What an answer would do to what is on file."""

    ADD = "add"
    SAME = "same"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Answer:
    """One person's answer as it was sent, in normal form."""

    result: str
    items: str = ""
    source: str = ""


def request_breaches(
    *, name: str, accepted: bool, has_number: bool, consent_on: date | None, today: date, open_already: bool
) -> Iterator[Breach]:
    """Consent before request (and before anything is asked of banks and registers); one open request for a person of a case."""
    if not accepted:
        yield Breach("DB-2", START, "只有已受理、正在办理的申请可以提出核对。")
    if consent_on is None:
        yield Breach("DB-2", CONSENT, f"核对{name}须先取得本人签字的核对授权书，请填写授权日期。")
    elif consent_on > today:
        yield Breach("DB-2", CONSENT, f"授权日期 {consent_on:%Y-%m-%d} 晚于今天 {today:%Y-%m-%d}。先取得授权，再提出核对。")
    if not has_number:
        yield Breach("DB-2", START, f"{name}没有登记身份证号，无法信息核对，请以入户调查核实。")
    if open_already:
        yield Breach("DB-2", START, f"{name}在本申请中已有未办结的核对，不能重复提出。")


def answer_breaches(answer: Answer) -> Iterator[tuple[str, Breach]]:
    """(column, breach) for what an answer lacks."""
    if answer.result not in set(Result):
        yield "result", Breach("DB-2", START, f"核对结果“{answer.result[:20]}”应为“一致”“不一致”或者“无法核对”。")
    if answer.result == Result.INCONSISTENT and not answer.items:
        yield "items", Breach("DB-2", START, "结果不一致的，须写明不一致项目。")
    if answer.result == Result.INCONSISTENT and not answer.source:
        yield "source", Breach("DB-2", START, "结果不一致的，须写明信息来源。")
    if len(answer.items) > ITEMS_LIMIT:
        yield "items", Breach("DB-2", START, f"不一致项目超过 {ITEMS_LIMIT} 字，请精简。")
    if len(answer.source) > SOURCE_LIMIT:
        yield "source", Breach("DB-2", START, f"信息来源超过 {SOURCE_LIMIT} 字，请精简。")


def place_breaches(*, in_batch: bool, stopped: bool, batch: str) -> Iterator[Breach]:
    """An answer is for a person who was asked about, in this batch, and whose application still runs."""
    if not in_batch:
        yield Breach("DB-2", START, f"此人不在批次 {batch} 中，不能写入：没有授权和申请的人不得核对。")
    elif stopped:
        yield Breach("DB-2", START, "此人的核对已终止（申请已结束或者已撤销），不再写入结果。")


def match(earlier: Sequence[Answer], answer: Answer) -> Match:
    """The first answer stands; the same again changes nothing; another one is kept beside it."""
    if not earlier:
        return Match.ADD
    return Match.SAME if answer in earlier else Match.DIFFERS


def settle_breaches(
    *, result: str, decision: str, heard: str, heard_on: date | None, answered_on: date, reason: str, today: date
) -> Iterator[Breach]:
    """What does not agree is put to the applicant first; what could not be checked is found out in another way."""
    if result == Result.INCONSISTENT:
        yield from _heard_breaches(heard=heard, heard_on=heard_on, answered_on=answered_on, today=today)
    if result == Result.UNABLE and decision == "ADOPTED":
        yield Breach("W-15", HEAR, "无法核对的没有结果可采用，请以入户调查核实或者按申请人说明认定。")
    written = len(reason.strip())
    if result != Result.CONSISTENT and written < REASON_MINIMUM:
        yield Breach("W-15", HEAR, f"处理须写明理由（不少于 {REASON_MINIMUM} 个字），现有 {written} 个字。")


def _heard_breaches(*, heard: str, heard_on: date | None, answered_on: date, today: date) -> Iterator[Breach]:
    if not heard.strip():
        yield Breach("W-15", HEAR, "核对结果与申报不一致，须先听取申请人说明并记录，不能只凭核对结果认定。")
    if heard_on is None:
        yield Breach("W-15", HEAR, "请填写听取申请人说明的日期。")
    elif not answered_on <= heard_on <= today:
        yield Breach("W-15", HEAR, f"听取说明的日期应在收到结果（{answered_on:%Y-%m-%d}）之后、今天（{today:%Y-%m-%d}）之前（含当日）。")


def closing_breaches(*, unsettled: Sequence[str], waiting: Sequence[str], confirming: bool) -> Iterator[Breach]:
    """No decision over an answer that nobody settled; no confirmation while a check is still out."""
    if unsettled:
        yield Breach("W-15", HEAR, f"核对结果尚未处理：{'、'.join(unsettled)}。听取申请人说明并处理后才能作出结论。")
    if waiting and confirming:
        yield Breach("W-14", ORDER, f"核对尚未反馈：{'、'.join(waiting)}。收到结果或者撤销核对后才能审核确认。")
