"""Who is served, at which rhythm, and what makes a record of it sound. 渝民发〔2018〕4号 二（七）. Rule ids: docs/rules.md."""

import calendar
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from procurement.rules.contract import CONTENT, EXIT
from procurement.rules.report import SUPERVISION
from records.policy import Breach, Clause

LEDGER = Clause("财政部令第102号", "第二十七条")
PRIVACY = Clause("个人信息保护法", "第六条")
REVEAL_REASON_MINIMUM = 4
LARGEST_TIMES = {"week": 7, "month": 28, "quarter": 31, "once": 1}
SPAN = {"week": 7, "month": 28, "quarter": 84, "once": 1}  # days over which the visits of one period are spread
MONTHS = {"month": 1, "quarter": 3}
LONGEST_MINUTES = 24 * 60


def frequency_breaches(unit: str, times: int, minutes: int | None) -> Iterator[Breach]:
    """P-20: a rhythm that a person can keep."""
    if unit not in LARGEST_TIMES or not 1 <= times <= LARGEST_TIMES[unit]:
        yield Breach("P-20", CONTENT, f"服务频次 {times} 次不成立，最多 {LARGEST_TIMES.get(unit, 1)} 次。")
    if minutes is not None and not 1 <= minutes <= LONGEST_MINUTES:
        yield Breach("P-20", CONTENT, f"每次时长 {minutes} 分钟不成立，应在 1 至 {LONGEST_MINUTES} 之间。")


@dataclass(frozen=True, slots=True)
class Terms:
    """What the contract allows: its items by code, its days, and whether it may be served at all."""

    items: Collection[str]
    starts_on: date
    ends_on: date
    may_serve: bool


def order_breaches(terms: Terms, *, item: str, starts_on: date, ends_on: date) -> Iterator[Breach]:
    """P-20: an order stays inside what was bought, from the first to the last day."""
    if not terms.may_serve:
        yield Breach("P-20", CONTENT, "合同签订后、履行完毕前才能下服务单。")
    if item not in terms.items:
        yield Breach("P-20", CONTENT, f"服务项目 {item} 不在本合同购买的项目（{'、'.join(sorted(terms.items))}）中。")
    if ends_on < starts_on:
        yield Breach("P-20", CONTENT, f"结束日期 {ends_on} 早于开始日期 {starts_on}。")
    if starts_on < terms.starts_on or ends_on > terms.ends_on:
        yield Breach("P-20", CONTENT, f"服务单期限 {starts_on} 至 {ends_on} 超出合同期限 {terms.starts_on} 至 {terms.ends_on}。")


def provider_breaches(provider: object) -> Iterator[Breach]:
    """V-10: nobody is served by no one."""
    if provider is None:
        yield Breach("V-10", EXIT, "服务单没有责任服务单位，不能投入服务。")


def visit_dates(unit: str, times: int, starts: date, ends: date, *, since: date, until: date) -> list[date]:
    """Planned days of an order from ``since`` to ``until`` (both counted), inside ``starts``–``ends``.

    Periods roll from the first day of the order, so the same order always gives the same days; within one the visits are spread evenly.
    """
    last = min(ends, until)
    found, number = [], 0
    while (begins := period_start(unit, starts, number)) <= last:
        days = [begins + timedelta(days=index * SPAN[unit] // times) for index in range(times)]
        found += [day for day in days if max(starts, since) <= day <= last]
        if unit == "once":
            break
        number += 1
    return found


def period_start(unit: str, starts: date, number: int) -> date:
    """The first day of period ``number``; a 31st falls on the last day of a shorter month."""
    if unit in MONTHS:
        return add_months(starts, MONTHS[unit] * number)
    return starts + timedelta(days=SPAN[unit] * number)


def running_period(unit: str, starts: date, on: date) -> date:
    """The first day of the period that runs on ``on``; ``starts`` itself for what is done once or has not begun."""
    number = 0
    while unit != "once" and period_start(unit, starts, number + 1) <= on:
        number += 1
    return period_start(unit, starts, number) if number else starts


def add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Record:
    """What a worker writes down about one visit. ``on_roster`` None: nobody was named at all."""

    outcome: str
    done_at: datetime | None
    minutes: int | None = None
    on_roster: bool | None = True
    sign: str = ""
    signed_by: str = ""
    note: str = ""


def record_breaches(record: Record, *, now: datetime, order_starts: date, order_ends: date) -> Iterator[Breach]:
    """V-04: time, worker, item and sign-off stand in every record; a worker outside the roster needs a word and is looked into."""
    if record.done_at is None:
        yield Breach("V-04", SUPERVISION, "请填写服务时间。")
    elif record.done_at > now:
        yield Breach("V-04", SUPERVISION, f"服务时间 {record.done_at:%Y-%m-%d %H:%M} 晚于现在，不能提前记录。")
    elif not order_starts <= record.done_at.date() <= order_ends:
        yield Breach("V-04", SUPERVISION, f"服务时间 {record.done_at:%Y-%m-%d} 不在服务单期限 {order_starts} 至 {order_ends} 内。")
    if record.outcome == "done":
        yield from _done_breaches(record)
    elif not record.note.strip():
        yield Breach("V-04", SUPERVISION, "未完成的服务请写明情况。")


def _done_breaches(record: Record) -> Iterator[Breach]:
    if record.on_roster is None:
        yield Breach("V-04", SUPERVISION, "请选择服务人员。")
    elif not record.on_roster:
        yield Breach("V-03", SUPERVISION, "服务人员不在本合同在岗名册中，请写明原因；监管人员将核实是否转包。", binding=False)
    if not record.sign:
        yield Breach("V-04", SUPERVISION, "请选择签收方式。")
    if record.sign in ("name", "relative") and not record.signed_by.strip():
        yield Breach("V-04", SUPERVISION, "请填写签收人姓名。")
    if record.sign == "none" and not record.note.strip():
        yield Breach("V-04", SUPERVISION, "无法签收的，请在服务情况中写明原因。")
    if record.minutes is not None and not 1 <= record.minutes <= LONGEST_MINUTES:
        yield Breach("V-04", SUPERVISION, f"服务时长 {record.minutes} 分钟不成立，应在 1 至 {LONGEST_MINUTES} 之间；没有记录的请留空。")


def is_late(done_at: datetime, recorded_at: datetime, hours: float | None) -> bool:
    """Written down more than so many hours after the visit; None: no limit is set, nothing is marked."""
    return hours is not None and recorded_at - done_at > timedelta(hours=float(hours))


def reveal_breaches(reason: str) -> Iterator[Breach]:
    """PIPL art. 6: the full name and numbers only for a purpose that is written down."""
    if len(reason.strip()) < REVEAL_REASON_MINIMUM:
        yield Breach("PIPL", PRIVACY, f"查看完整信息须写明用途（不少于 {REVEAL_REASON_MINIMUM} 个字）。")
