"""How the house says no: always with the value, the rule and the way out. Imports no Django."""

from collections.abc import Iterable

from records.policy import Breach, Clause

HOUSE = "一门平台运行规则"
STALE = Clause(HOUSE, "同时编辑")
TRANSITION = Clause(HOUSE, "办理状态")
CALENDAR = Clause(HOUSE, "工作日历")


class Refused(Exception):
    """A rule forbids the act. ``breaches`` tells why, each with its clause. ``status`` is the HTTP answer."""

    status = 422

    def __init__(self, breaches: Iterable[Breach]):
        self.breaches = list(breaches)
        super().__init__("；".join(breach.message for breach in self.breaches))

    @classmethod
    def because(cls, rule: str, clause: Clause, message: str) -> "Refused":
        return cls([Breach(rule, clause, message)])


class IllegalTransition(Refused):
    """The table has no way from where the row stands to where somebody wants it."""

    def __init__(self, *, label: str, current: str, target: str, allowed: Iterable[str]):
        ways = "、".join(allowed)
        way_out = f"目前只能转为：{ways}。" if ways else "这是最终状态，不能再变更。"
        message = f"{label}现为“{current}”，不能转为“{target}”。{way_out}"
        super().__init__([Breach("R-STATE", TRANSITION, message)])


class StaleVersion(Refused):
    """Somebody else saved first. ``current`` is the row as it stands, ``changed_by``/``changed_at`` who and when."""

    status = 409

    def __init__(self, current, *, changed_by: str = "", changed_at=None):
        self.current, self.changed_by, self.changed_at = current, changed_by, changed_at
        who = f"{changed_by}已经" if changed_by else "已有其他人"
        message = f"您打开此页之后，{who}修改了“{current}”。您填写的内容没有保存，请对照最新内容后重新提交。"
        super().__init__([Breach("R-STALE", STALE, message)])


class MissingCalendar(Refused):
    """No published calendar for a year that the sum needs: a time limit is never guessed (D-02)."""

    def __init__(self, year: int):
        self.year = year
        message = (
            f"{year} 年的工作日历尚未录入，无法计算期限。请市局管理员在“工作日历”页面导入国务院办公厅公布的 {year} 年节假日安排后再办理。"
        )
        super().__init__([Breach("D-02", CALENDAR, message)])


def lifted_by(reason: str, lifted: Iterable[Breach]) -> dict[str, str]:
    """What ``uphold`` let pass, as the audit row keeps it: rule → the reason that was written."""
    return {breach.rule: reason.strip() for breach in lifted}


def joined(messages: Iterable[str]) -> str:
    """Several sentences as one line, each once: their full stops would stand before the semicolons."""
    return "；".join(dict.fromkeys(message.strip().rstrip("；。") for message in messages)).replace("？；", "？")


def uphold(breaches: Iterable[Breach], *, reason: str = "") -> list[Breach]:
    """Refuse on any binding breach, and on others unless ``reason`` is given.

    Returns the breaches that the reason lifted, for the audit row.
    """
    found = list(breaches)
    if any(breach.binding for breach in found) or (found and not reason.strip()):
        raise Refused(found)
    return found
