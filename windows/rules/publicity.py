"""初审公示: which five fields may hang on the wall, how long, and when it has run its course. Values in, verdicts out."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from records import identity
from records.policy import Breach, Clause
from windows.rules.course import PUBLIC_NOTICE, REASON_MINIMUM

ID, CLAUSE = "DB-4", PUBLIC_NOTICE
PRIVACY = Clause("社会救助法", "第十一条")
ISSUE_WORKDAYS = 3  # no text says by when a notice is issued: our default where no policy value is set, shown as 示例
GROWN_UP = 18
FAMILY_MOST = 30
WHITELIST = {  # whatever else is known about the household stays in the file
    "name": "申请人",
    "village": "村（社区）",
    "family": "家庭成员数量",
    "result": "拟审核结果",
    "phone": "监督电话",
}
LONG_NUMBER = re.compile(r"\d{5,}")
PHONE = re.compile(r"(?:[\d\s-]|分机)+")
PHONE_DIGITS = 13


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the paper says about one household; there is no room for more."""

    name: str
    village: str
    family: str
    result: str
    phone: str

    def rows(self) -> list[tuple[str, str]]:
        return [(label, getattr(self, field)) for field, label in WHITELIST.items()]


def shown_name(name: str, born: date | None, today: date) -> str:
    """A minor is not named, and whose age is unknown may be one."""
    grown = born is not None and identity.age_on(born, today) >= GROWN_UP
    return name.strip() if grown else identity.mask_name(name)


def result_words(programme: str, grants: bool) -> str:
    return f"拟给予（认定）{programme}" if grants else f"拟不予（不认定）{programme}"


def sheet_breaches(fields: Mapping[str, str], *, family_count: int) -> Iterator[Breach]:
    """DB-4: exactly the fields of the whitelist, each filled; no long number but the office's phone."""
    if beyond := sorted(set(fields) - set(WHITELIST)):
        yield Breach(ID, PRIVACY, f"公示不得出现规定以外的内容：{'、'.join(beyond)}。")
    if blank := [label for field, label in WHITELIST.items() if not fields.get(field, "").strip()]:
        yield Breach(ID, CLAUSE, f"公示还缺：{'、'.join(blank)}。")
    if numbers := [WHITELIST[field] for field in WHITELIST if field != "phone" and LONG_NUMBER.search(fields.get(field, ""))]:
        yield Breach(ID, PRIVACY, f"{'、'.join(numbers)}中有号码，公示不得出现证件号、电话、银行账号等个人信息。")
    if not 1 <= family_count <= FAMILY_MOST:
        yield Breach(ID, CLAUSE, f"家庭成员数量 {family_count} 应在 1 至 {FAMILY_MOST} 之间。")


def phone_breaches(phone: str, *, own: Collection[str]) -> Iterator[Breach]:
    """DB-4: the office's phone. ``own``: the phones of the applicant and of who acts for them."""
    digits = _digits(phone)
    if phone.strip() and not (PHONE.fullmatch(phone) and 0 < len(digits) <= PHONE_DIGITS):
        text = f"监督电话只能填电话号码（数字、短横、空格、“分机”，数字不超过 {PHONE_DIGITS} 位），不得填写其他号码或者文字。"
        yield Breach(ID, PRIVACY, text)
    if digits and digits in {_digits(number) for number in own}:
        yield Breach(ID, PRIVACY, "监督电话是申请人（代办人）的电话，不得公示，请填写乡镇（街道）的电话。")


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def posting_breaches(*, waiting: bool, until: date | None) -> Iterator[Breach]:
    """``waiting``: the step is under way and nothing hangs. ``until``: a notice hangs already."""
    if until is not None:
        yield Breach(ID, CLAUSE, f"该申请正在公示，到 {until} 期满，不能重复出具。")
    elif not waiting:
        yield Breach(ID, CLAUSE, "还没有到公示环节，或者公示已经办结。")


def finish_breaches(*, posted: bool, open_objections: int, reported: bool | None) -> Iterator[Breach]:
    """``reported``: has the village sent the photo of what it posted? None: no village was asked."""
    if not posted:
        yield Breach(ID, CLAUSE, "还没有出具公示，请先出具并张贴。公示期自出具之日的次日起算。")
    if open_objections:
        yield Breach("DB-5", CLAUSE, f"有 {open_objections} 件异议没有答复，公示不能办结。")
    if posted and reported is False:
        words = f"村（社区）还没有报送张贴照片。确已张贴的，在“办理情况”中写明如何核实（不少于 {REASON_MINIMUM} 个字）。"
        yield Breach(ID, CLAUSE, words, binding=False)


def hangs(*, issued_on: date, ends_on: date | None, hung_on: date | None) -> tuple[date, date | None]:
    """DB-4: first and last day on the wall. What was hung later than it was issued ends as much later."""
    if hung_on is None or hung_on <= issued_on:
        return issued_on, ends_on
    return hung_on, ends_on and ends_on + (hung_on - issued_on)


def hanging_breaches(*, issued_on: date, hung_on: date | None, ends_on: date | None, today: date) -> Iterator[Breach]:
    """DB-4: the period is one in which it hangs: what was hung later than it was issued ends as much later.

    ``ends_on``: the day that counts from the issue, moved by objections. ``hung_on``: as the village says; None: by the clerk's words.
    """
    _, earliest = hangs(issued_on=issued_on, ends_on=ends_on, hung_on=hung_on)
    if earliest is not None and earliest != ends_on and today < earliest:
        yield Breach(ID, CLAUSE, f"公示 {hung_on} 才张贴，须张贴满规定天数，最早 {earliest} 可以办结，今天是 {today}。")
