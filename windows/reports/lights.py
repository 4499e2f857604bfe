"""Traffic lights of steps, sub-cases and cases: shape, word, colour and the time left."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils import timezone

from records import clock, workdays
from records.refusals import MissingCalendar
from windows.models import Case, CaseStep, Referral
from windows.rules import clock as rules

SHAPES = {
    rules.Light.NORMAL: ("●", "正常"),
    rules.Light.SOON: ("▲", "临期"),
    rules.Light.LATE: ("■", "逾期"),
    rules.Light.PAUSED: ("‖", "暂停"),
    rules.Light.UNKNOWN: ("○", "待定"),
    rules.Light.DONE: ("✓", "完成"),
}


@dataclass(frozen=True, slots=True)
class LightView:
    """Shape, word and colour (by ``code``), and the time left in words."""

    code: str
    shape: str
    word: str
    text: str


def light_of(due: date | None, *, today: date, paused=False, done=False, note: str = "", due_at=None) -> LightView:
    left = days_left(today, due)
    light = rules.light(due, today, left, paused=paused, done=done)
    if due_at is not None and light in (rules.Light.NORMAL, rules.Light.SOON) and clock.now() > due_at:
        light = rules.Light.LATE
    shape, word = SHAPES[light]
    return LightView(light.value, shape, word, _left_words(light, due, today, left, note, due_at))


def days_left(today: date, due: date | None) -> int | None:
    if due is None:
        return None
    try:
        return _between(today, due, workdays_key(today, due))
    except MissingCalendar:
        return None


def workdays_key(a: date, b: date) -> tuple:
    """Which calendars the memo below was made from."""
    digests = workdays.digests()
    return tuple(digests.get(year) for year in range(min(a, b).year, max(a, b).year + 1))


@lru_cache(maxsize=4096)
def _between(a: date, b: date, calendars: tuple) -> int:
    return workdays.workdays_between(a, b)


def _left_words(light, due, today, left, note, due_at) -> str:
    if light is rules.Light.DONE:
        return ""
    if light is rules.Light.PAUSED:
        return "暂停计时"
    if due is None:
        return note or "无时限"
    day = f"{due.month}月{due.day}日" if due.year == today.year else f"{due.year}年{due.month}月{due.day}日"
    if due_at is not None:
        return f"{day} {timezone.localtime(due_at):%H:%M} 前"
    if light is rules.Light.LATE:
        return f"逾期 {-left} 个工作日（{day}止）" if left else f"逾期 {(today - due).days} 日（{day}止）"
    if due == today:
        return f"今天到期（{day}止）"
    return f"还剩 {left} 个工作日（{day}止）" if left is not None else f"{day}止"


def step_light(step: CaseStep, today: date) -> LightView:
    return light_of(
        step.due_on,
        today=today,
        paused=step.status == CaseStep.Status.PAUSED,
        done=step.status == CaseStep.Status.DONE,
        note=step.due_note,
        due_at=step.due_at,
    )


def referral_light(row: Referral, today: date) -> LightView:
    done = row.status in (Referral.Status.ANSWERED, Referral.Status.RECALLED)
    note = "等待窗口改送或撤回" if row.status == Referral.Status.RETURNED else row.due_note
    return light_of(row.due_on, today=today, paused=row.paused_on is not None, done=done, note=note)


def case_light(case: Case, today: date) -> LightView:
    if not case.is_open:
        return light_of(None, today=today, done=True)
    if case.status == Case.Status.AWAITING:
        return LightView(rules.Light.PAUSED.value, "‖", "待补正", "等申请人补齐材料，补齐当日受理")
    return light_of(case.next_due_on, today=today)
