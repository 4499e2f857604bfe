"""When each step of a version would run out for a case accepted on a day, if every step took all its time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from records import workdays
from windows.rules import clock
from windows.rules.programme import HOURS_A_DAY, Content, StepSpec, in_circle


@dataclass(frozen=True, slots=True)
class Line:
    """``due`` None: no limit of its own, or with ``note`` no date yet."""

    code: str
    name: str
    words: str
    starts: date | None
    due: date | None
    note: str = ""

    @property
    def ends(self) -> date | None:
        return self.due or (None if self.note else self.starts)


@dataclass(frozen=True, slots=True)
class Course:
    lines: dict[str, Line]
    whole: workdays.Due | None

    @property
    def last(self) -> date | None:
        """The day of the last step; None while one of them has no date."""
        ends = [line.ends for line in self.lines.values()]
        return max(ends) if ends and None not in ends else None


def course_of(content: Content, accepted: date) -> Course:
    """Steps that wait for each other in a circle never begin and have no line. A missing calendar leaves dates open with the reason."""
    circle = set(in_circle(content.steps))
    lines: dict[str, Line] = {}
    waiting = [step for step in content.steps if step.code not in circle]
    codes = {step.code for step in waiting}
    while waiting:
        ready = [step for step in waiting if (set(step.after) & codes) <= lines.keys()]
        lines |= {step.code: _line(step, lines, accepted) for step in ready}
        waiting = [step for step in waiting if step.code not in lines]
    ordered = {step.code: lines[step.code] for step in content.steps if step.code in lines}
    return Course(ordered, _due(accepted, content.whole_amount, content.whole_unit, minimum=False))


def _line(step: StepSpec, lines: dict[str, Line], accepted: date) -> Line:
    before = [lines[code] for code in step.after if code in lines]
    if any(line.ends is None for line in before):
        return Line(step.code, step.name, step.limit_words, None, None, next((line.note for line in before if line.note), "待前一步"))
    starts = max((line.ends for line in before), default=accepted)
    due = _due(starts, step.amount, step.unit, minimum=step.minimum)
    return Line(step.code, step.name, step.limit_words, starts, due.on if due else None, due.note if due else "")


def _due(start: date, amount: int | None, unit: str, *, minimum: bool) -> workdays.Due | None:
    if amount is None or not unit:
        return None
    if unit == clock.Unit.HOURS:
        amount, unit, minimum = -(-amount // HOURS_A_DAY), clock.Unit.DAYS.value, True  # day and night, holidays too
    return workdays.due(clock.due_on, start, clock.Limit(amount, clock.Unit(unit), minimum), workdays)


def same_steps(old: Course, new: Course) -> Sequence[tuple[Line | None, Line | None]]:
    """The lines of both side by side, in the new order; what is gone comes last."""
    rows = [(old.lines.get(code), line) for code, line in new.lines.items()]
    return [*rows, *((line, None) for code, line in old.lines.items() if code not in new.lines)]
