"""The contractor's periodic report: what is asked, in which type, and when it is complete. 渝民发〔2018〕4号 二（七）."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from records.policy import Breach, Clause

SUPERVISION = Clause("渝民发〔2018〕4号", "二（七）")
FINANCE_REPORT = Clause("财政部令第102号", "第二十七条")


@dataclass(frozen=True, slots=True)
class Field:
    """One figure. ``kind``: "count" (whole number ≥ 0), "money" (元, two places, ≥ 0) or "text"."""

    key: str
    section: str
    label: str
    kind: str = "count"
    unit: str = ""
    required: bool = True


SECTIONS = {
    "service": "服务量",
    "visit": "访视探访",
    "complaint": "投诉处理",
    "staff": "服务人员",
    "finance": "经费使用",
    "note": "情况说明",
}
FIELDS = (
    Field("services_planned", "service", "计划服务人次", unit="人次"),
    Field("services_done", "service", "完成服务人次", unit="人次"),
    Field("recipients", "service", "服务对象人数", unit="人"),
    Field("visits_planned", "visit", "计划访视户次", unit="户次"),
    Field("visits_done", "visit", "完成访视户次", unit="户次"),
    Field("complaints_received", "complaint", "收到投诉", unit="件"),
    Field("complaints_settled", "complaint", "办结投诉", unit="件"),
    Field("staff_on_post", "staff", "在岗人员", unit="人"),
    Field("staff_trained", "staff", "参加培训人员", unit="人"),
    Field("money_received", "finance", "本期到账经费", "money", "元"),
    Field("money_spent", "finance", "本期支出", "money", "元"),
    Field("narrative", "note", "主要工作与存在问题", "text"),
    Field("shortfall", "note", "未完成计划的原因", "text", required=False),
)
FINANCE_SECTIONS = {"income": "收入", "spending": "支出", "balance": "往来与结余", "note": "情况说明"}
FINANCE_FIELDS = (
    Field("income", "income", "本期到账合同款", "money", "元"),
    Field("other_income", "income", "本期其他收入", "money", "元"),
    Field("wages", "spending", "人员支出", "money", "元"),
    Field("materials", "spending", "服务物资支出", "money", "元"),
    Field("overheads", "spending", "管理支出", "money", "元"),
    Field("passed_on", "spending", "转付其他单位（含分包）", "money", "元"),
    Field("other_spending", "spending", "其他支出", "money", "元"),
    Field("balance", "balance", "期末结余", "money", "元"),
    Field("separate_account", "balance", "专账核算情况", "text"),
    Field("narrative", "note", "收支情况说明", "text"),
)
SPENDING = ("wages", "materials", "overheads", "passed_on", "other_spending")
MONTHLY, FINANCE = "service", "finance"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one kind of report asks for."""

    title: str
    sections: Mapping[str, str]
    fields: tuple[Field, ...]

    def field(self, key: str) -> Field | None:
        return next((field for field in self.fields if field.key == key), None)


SHEETS = {MONTHLY: Sheet("月报", SECTIONS, FIELDS), FINANCE: Sheet("财务报告", FINANCE_SECTIONS, FINANCE_FIELDS)}
BY_KEY = {field.key: field for field in FIELDS}
CENT = Decimal("0.01")
LARGEST_COUNT = 10_000_000
LARGEST_MONEY = Decimal("1000000000000")
FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")


def parse(field: Field, raw: object) -> int | str | None:
    """What was typed, in its type; blank is None and never 0. Money comes back as text with two places. Raises ValueError."""
    text = "" if raw is None else str(raw).translate(FULL_WIDTH).strip()
    if field.kind == "text":
        return text or None
    text = text.replace(",", "").replace(" ", "")
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{field.label}“{raw}”不是数字。")
    if not number.is_finite() or number < 0:
        raise ValueError(f"{field.label}“{raw}”应为不小于 0 的数。")
    return _count(field, raw, number) if field.kind == "count" else _money(field, raw, number)


def _count(field: Field, raw: object, number: Decimal) -> int:
    if number > LARGEST_COUNT or number != number.to_integral_value():
        raise ValueError(f"{field.label}“{raw}”应为整数，且不超过 {LARGEST_COUNT:,}。")
    return int(number)


def _money(field: Field, raw: object, number: Decimal) -> str:
    if number > LARGEST_MONEY or number != number.quantize(CENT):  # in this order: a number too long cannot be quantized
        raise ValueError(f"{field.label}“{raw}”最多两位小数，单位为元。")
    return str(number.quantize(CENT))


def figures_breaches(figures: Mapping[str, object], kind: str = MONTHLY) -> Iterator[Breach]:
    """Complete (blank is not 0), and not at odds with itself."""
    sheet = SHEETS[kind]
    for field in sheet.fields:
        if field.required and figures.get(field.key) in (None, ""):
            clause = FINANCE_REPORT if kind == FINANCE or field.section == "finance" else SUPERVISION
            yield Breach("V-04", clause, f"“{sheet.sections[field.section]}·{field.label}”未填写；没有发生请填 0，不能留空。")
    yield from _consistency_breaches(figures) if kind == MONTHLY else _balance_breaches(figures)


def _balance_breaches(figures: Mapping[str, object]) -> Iterator[Breach]:
    """A balance above what came in and was not spent needs a word: money from an earlier period is one."""
    parts = [figures.get(key) for key in ("income", "other_income", *SPENDING, "balance")]
    if any(part is None for part in parts):
        return
    income, other, *spent, balance = map(Decimal, parts)
    if balance > income + other - sum(spent):
        rest = income + other - sum(spent)
        yield Breach("V-04", FINANCE_REPORT, f"期末结余 {balance} 元多于本期收支差额 {rest} 元，请说明（例：含上期结余）。", binding=False)


def source_breaches(figures: Mapping[str, object], counted: Mapping[str, int]) -> Iterator[Breach]:
    """V-04: what is reported against what the service records say. A difference is allowed, and explained."""
    for key, records in counted.items():
        told = figures.get(key)
        if told is not None and told != records:
            label = BY_KEY[key].label
            yield Breach("V-04", SUPERVISION, f"{label}填报 {told}，服务记录为 {records}，相差 {told - records:+}，请说明。", binding=False)


def _consistency_breaches(figures: Mapping[str, object]) -> Iterator[Breach]:
    received, settled = figures.get("complaints_received"), figures.get("complaints_settled")
    on_post, trained = figures.get("staff_on_post"), figures.get("staff_trained")
    if trained is not None and on_post is not None and trained > on_post:
        yield Breach("V-04", SUPERVISION, f"参加培训人员 {trained} 人多于在岗人员 {on_post} 人。", binding=False)
    if settled is not None and received is not None and settled > received:
        yield Breach("V-04", SUPERVISION, f"办结投诉 {settled} 件多于收到投诉 {received} 件。", binding=False)
    for plan, done in (("services_planned", "services_done"), ("visits_planned", "visits_done")):
        planned, achieved = figures.get(plan), figures.get(done)
        if planned is not None and achieved is not None and achieved < planned and not figures.get("shortfall"):
            yield Breach("V-04", SUPERVISION, f"{BY_KEY[done].label} {achieved} 少于计划 {planned}，请填写“未完成计划的原因”。")


def return_breaches(comments: Mapping[str, str]) -> Iterator[Breach]:
    """A report goes back only with a word on what to mend, by section."""
    if not any(text.strip() for text in comments.values()):
        yield Breach("V-06", SUPERVISION, "退回报告须至少在一个章节写明退回原因。")


def months(starts: date, ends: date) -> list[tuple[date, date]]:
    """Calendar months of a contract, the first and last cut to its term. Raises ValueError when it ends before it starts."""
    if ends < starts:
        raise ValueError(f"term ends before it starts: {starts}–{ends}")
    found = []
    start = starts
    while start <= ends:
        following = date(start.year + start.month // 12, start.month % 12 + 1, 1)
        found.append((start, min(following - timedelta(days=1), ends)))
        start = following
    return found


def quarters(starts: date, ends: date) -> list[tuple[date, date]]:
    """Calendar quarters of a contract, the first and last cut to its term."""
    found: list[tuple[date, date]] = []
    for start, end in months(starts, ends):
        if found and (start.month - 1) // 3 == (found[-1][0].month - 1) // 3:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    section: str
    before: str
    after: str
    changed: bool


def compare(before: Mapping[str, object], after: Mapping[str, object], kind: str = MONTHLY) -> list[Difference]:
    """Two rounds side by side, field by field; what was blank reads “未填”."""
    sheet = SHEETS[kind]
    return [
        Difference(
            field.label,
            sheet.sections[field.section],
            shown(before.get(field.key)),
            shown(after.get(field.key)),
            before.get(field.key) != after.get(field.key),
        )
        for field in sheet.fields
    ]


def shown(value: object) -> str:
    return "未填" if value is None or value == "" else str(value)
