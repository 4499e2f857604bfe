"""What the law holds against a contractor: penalties, bans, entries on credit lists. Rule ids: docs/rules.md."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from records.policy import Breach, Clause

SERIOUS = Clause("政府采购法实施条例", "第十九条")
CREDIT = Clause("财库〔2016〕125号", "")
PENALTY = Clause("政府采购法", "第七十七条")
SUPERVISOR = Clause("政府采购法", "第十三条")

SERIOUS_FOR_YEARS = 3
DEBARMENT_YEARS = (1, 3)


@dataclass(frozen=True, slots=True)
class Ban:
    """A finance department's decision to keep a supplier out of government procurement."""

    decision_no: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Wrong:
    """A penalty for which art. 19 asks whether it is "serious". ``ban_ends_on``: last day of a ban given with it."""

    kind: str  # CRIMINAL, CLOSURE, REVOCATION, FINE, OTHER
    decided_on: date
    fine: Decimal = Decimal(0)
    ban_ends_on: date | None = None


def is_serious(wrong: Wrong, *, large_fine: Decimal | None) -> bool:
    """P-08: criminal penalty, closure, revocation, or a large fine. ``large_fine`` (元) None: not set, every fine may be one."""
    if wrong.kind == "FINE":
        return large_fine is None or wrong.fine >= large_fine
    return wrong.kind in {"CRIMINAL", "CLOSURE", "REVOCATION"}


def violation_breaches(wrongs: Iterable[Wrong], *, on: date, large_fine: Decimal | None = None) -> Iterator[Breach]:
    """P-07 (5), P-08: no serious violation in the three years before ``on``; a ban that has run out no longer excludes.

    While nobody has set what a large fine is, a fine is no verdict but a question: a reason answers it.
    """
    for wrong in wrongs:
        over = wrong.ban_ends_on is not None and wrong.ban_ends_on < on
        until = add_years(wrong.decided_on, SERIOUS_FOR_YEARS)
        if over or not wrong.decided_on <= on < until or not is_serious(wrong, large_fine=large_fine):
            continue
        if wrong.kind == "FINE" and large_fine is None:
            text = f"{wrong.decided_on} 被处罚款 {wrong.fine:,.2f} 元，“较大数额罚款”标准尚未设定，请核实是否属于重大违法记录并写明理由。"
            yield Breach("P-08", SERIOUS, text, binding=False)
        else:
            yield Breach("P-08", SERIOUS, f"{wrong.decided_on} 有重大违法记录，三年内（至 {until} 前）不得参加采购活动。")


def ban_breaches(bans: Iterable[Ban], *, on: date) -> Iterator[Breach]:
    """P-08: shut out from the first to the last day, both included; free on the day after."""
    for ban in bans:
        if ban.starts_on <= on <= ban.ends_on:
            yield Breach(
                "P-08", PENALTY, f"被财政部门禁止参加政府采购活动（{ban.decision_no}，{ban.starts_on} 至 {ban.ends_on}），期满次日恢复。"
            )


def ban_term_breaches(*, starts_on: date, ends_on: date, issued_by_finance: bool, decision_no: str) -> Iterator[Breach]:
    """Only a finance department bans, for one to three years, in a numbered decision (GPL arts. 13, 77)."""
    if not issued_by_finance:
        yield Breach("P-08", SUPERVISOR, "禁止参加政府采购活动只能由财政部门决定；民政局可以提出建议，不能自行禁入。")
    if not decision_no.strip():
        yield Breach("P-08", PENALTY, "请填写财政部门处罚决定书文号。")
    low, high = (add_years(starts_on, years) for years in DEBARMENT_YEARS)
    if not low <= _day_after(ends_on) <= high:
        yield Breach("P-08", PENALTY, f"禁入期限为一至三年：自 {starts_on} 起，截止日应在 {_day_before(low)} 至 {_day_before(high)} 之间。")


CREDIT_SITES: Mapping[str, str] = {"CREDIT_CHINA": "信用中国", "PURCHASE_CHINA": "中国政府采购网"}


@dataclass(frozen=True, slots=True)
class Lookup:
    """What one site said: the day it was looked up, and the lists the supplier stands on."""

    site: str
    checked_on: date
    listed_in: tuple[str, ...] = ()


def credit_breaches(lookups: Iterable[Lookup], *, on: date) -> Iterator[Breach]:
    """P-09: both sites looked up on the very day of qualification review, and on no list. The last look of each site counts."""
    last: dict[str, Lookup] = {}
    for lookup in lookups:
        if lookup.checked_on <= on and (lookup.site not in last or lookup.checked_on > last[lookup.site].checked_on):
            last[lookup.site] = lookup
    for site, label in CREDIT_SITES.items():
        found = last.get(site)
        if found is None or found.checked_on != on:
            when = f"最近一次为 {found.checked_on}" if found else "尚无查询记录"
            yield Breach("P-09", CREDIT, f"资格审查当日（{on}）须查询“{label}”，{when}。请查询并留存截图。")
        if found:
            for name in found.listed_in:
                yield Breach("P-09", CREDIT, f"“{label}”显示列入“{name}”（{found.checked_on} 查询），不得参加政府采购活动。")


def credit_proof_breaches(*, picture: bool, note: str) -> Iterator[Breach]:
    if not picture and not note.strip():
        yield Breach("P-09", CREDIT, "请上传查询截图；确实不能截图的，在“说明”中写明查询时间、方式和结果。")


FINANCE = re.compile(r"财政(部|厅|局|委员会|科|所)|财政金融局")


def is_finance(issuer: str) -> bool:
    """Does this name belong to a finance department (财政部 and those below it)?"""
    return bool(FINANCE.search(issuer)) and "民政" not in issuer


def ban_subject_breaches(*, uscc: str, name: str) -> Iterator[Breach]:
    """P-08: a ban bites by code; without one nobody could be told apart."""
    if not name.strip():
        yield Breach("P-08", PENALTY, "请填写被禁入单位的名称。")
    if len(uscc) != 18 or not uscc.isalnum():
        yield Breach("P-08", PENALTY, f"统一社会信用代码应为 18 位字母和数字，现为“{uscc}”（{len(uscc)} 位）。")


def lifting_breaches(*, starts_on: date, ends_on: date, lifted_on: date, document: str) -> Iterator[Breach]:
    """P-08: a ban ends early only by a document, within its own term."""
    if not document.strip():
        yield Breach("P-08", SUPERVISOR, "提前解除须填写财政部门、复议机关或者法院的文书文号。")
    if not starts_on <= lifted_on <= ends_on:
        yield Breach("P-08", PENALTY, f"解除日期 {lifted_on} 应在禁入期 {starts_on} 至 {ends_on} 之内。")


def add_years(day: date, years: int) -> date:
    """The same day ``years`` later; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
