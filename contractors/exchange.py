"""Bans in from Excel or CSV: every row judged, shown before anything is written, and the same file twice changes nothing."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from django.core import signing

from contractors import rules
from contractors.models import Contractor, Debarment
from contractors.services.standing import Decision, differences, term_breaches
from records import clock
from records.exports import Column, export
from records.refusals import Refused
from records.sheets import read_tables

COLUMNS = {
    "uscc": "统一社会信用代码",
    "name": "单位名称",
    "decision_no": "处罚决定文号",
    "issuer": "作出决定的财政部门",
    "starts_on": "禁入起始日期",
    "ends_on": "禁入截止日期",
    "ground": "事由",
    "source_url": "公布网址",
}
DATES = ("starts_on", "ends_on")
REQUIRED = ("uscc", "name", "decision_no", "issuer", "starts_on", "ends_on")
DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
MOST_ROWS = 5_000
SALT = "contractors.bans"
KEPT = 1_800  # seconds between preview and confirmation
LIMITS = {"name": 120, "decision_no": 80, "issuer": 120, "ground": 200, "source_url": 200}


@dataclass(frozen=True, slots=True)
class Fault:
    """One refused cell, as the spreadsheet shows it."""

    cell: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    row: int
    decision: Decision
    state: str  # add, same
    registered: bool  # stands in the register, so that the ban bites here


@dataclass(slots=True)
class Preview:
    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    rows: int = 0

    @property
    def to_write(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.state == "add"]

    @property
    def same(self) -> int:
        return sum(entry.state == "same" for entry in self.entries)


def template():
    """An empty sheet with the headings, one plainly made-up line as an example."""
    example = [
        "52500000MJ0000000X",
        "示例单位（请删除此行）",
        "示例财采罚〔2026〕1号",
        "示例市财政局",
        "2026-01-01",
        "2026-12-31",
        "提供虚假材料",
        "",
    ]
    return export([Column(title, width=24) for title in COLUMNS.values()], [example], name="禁入决定导入模板")


def preview(data: bytes, name: str) -> Preview:
    """Judge every row of the first visible sheet. Raises Refused for a file without the headings."""
    tables = [table for table in read_tables(data, name) if not table.hidden]
    if not tables:
        raise Refused.because("P-08", rules.PENALTY, f"“{name}”没有可见的工作表。")
    rows = tables[0].rows
    head, columns = headings(rows)
    if len(rows) - head - 1 > MOST_ROWS:
        raise Refused.because("P-08", rules.PENALTY, f"文件超过 {MOST_ROWS} 行，请拆分后导入。")
    found, seen = Preview(), {}
    lines = enumerate(rows[head + 1 :], start=head + 2)
    read = [(number, read_row(cells, columns)) for number, cells in lines if any(map(str.strip, cells))]
    known, registered = standing([texts for _, texts in read])
    for number, texts in read:
        found.rows += 1
        judge(number, texts, columns, found, seen, known, registered)
    return found


def headings(rows) -> tuple[int, dict[str, int]]:
    for index, cells in enumerate(rows[:10]):
        words = {"".join(text.split()): place for place, text in enumerate(cells)}
        columns = {key: words[title] for key, title in COLUMNS.items() if title in words}
        if all(key in columns for key in REQUIRED):
            return index, columns
    wanted = "、".join(COLUMNS[key] for key in REQUIRED)
    raise Refused.because("P-08", rules.PENALTY, f"没有找到表头：需要{wanted}各一列。请下载模板填写。")


def read_row(cells, columns) -> dict[str, str]:
    texts = {key: cells[place].strip() if place < len(cells) else "" for key, place in columns.items()}
    return texts | {"uscc": rules.normalise_uscc(texts["uscc"])}


def standing(rows) -> tuple[dict, set[str]]:
    """What is known about the codes of the file: bans by (code, number), and the codes in the register. Two queries."""
    codes = {row["uscc"] for row in rows}
    known = {(ban.uscc, ban.decision_no): ban for ban in Debarment.objects.filter(uscc__in=codes)}
    return known, set(Contractor.objects.filter(uscc__in=codes).values_list("uscc", flat=True))


def judge(number, texts, columns, found: Preview, seen, known, registered) -> None:
    faults = [Fault(cell_name(columns[key], number), "", f"“{COLUMNS[key]}”不能为空") for key in REQUIRED if not texts[key]]
    faults += [
        Fault(cell_name(columns[key], number), texts[key][:40], f"超过 {most} 个字")
        for key, most in LIMITS.items()
        if len(texts.get(key, "")) > most
    ]
    days = {}
    for key in ("starts_on", "ends_on"):
        days[key] = day_of(texts[key])
        if texts[key] and days[key] is None:
            faults.append(Fault(cell_name(columns[key], number), texts[key], "不是日期，请写成 2026-01-31 的样子"))
    if not faults:
        decision = Decision(**{**{key: texts.get(key, "") for key in COLUMNS}, **days})
        faults = faults_of(number, decision, columns, seen, known)
    found.faults += faults
    if not faults:
        state = "same" if (decision.uscc, decision.decision_no) in known else "add"
        found.entries.append(Entry(number, decision, state, decision.uscc in registered))


def faults_of(number, decision: Decision, columns, seen, known) -> list[Fault]:
    key = (decision.uscc, decision.decision_no)
    place = cell_name(columns["decision_no"], number)
    if key in seen:
        return [Fault(place, decision.decision_no, f"与第 {seen[key]} 行重复")]
    seen[key] = number
    judged = [("issuer" if breach.clause == rules.SUPERVISOR else "ends_on", breach) for breach in term_breaches(decision)]
    judged += [("uscc", breach) for breach in rules.ban_subject_breaches(uscc=decision.uscc, name=decision.name)]
    faults = [Fault(cell_name(columns[column], number), str(getattr(decision, column)), breach.message) for column, breach in judged]
    if key in known and (differing := differences(known[key], decision)):
        faults.append(Fault(place, decision.decision_no, f"已经录入且内容不一致（{'、'.join(differing)}）；决定被撤销的请登记解除"))
    return faults


def day_of(text: str) -> date | None:
    text = text.removesuffix(" 00:00:00").removesuffix("T00:00:00")
    for pattern in DAYS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    return None


def cell_name(column: int, row: int) -> str:
    """0, 2 → A2; 26, 2 → AA2."""
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return f"{name}{row}"


def seal(found: Preview) -> str:
    """What was shown, signed, so that exactly that is written."""
    rows = [asdict(entry.decision) for entry in found.to_write]
    for row in rows:
        row |= {day: row[day].isoformat() for day in DATES}
    return signing.dumps(rows, salt=SALT, compress=True)


def unseal(text: str) -> list[Decision]:
    """The decisions that were shown. Raises Refused when the preview is too old or was tampered with."""
    try:
        rows = signing.loads(text, salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        raise Refused.because("P-08", rules.PENALTY, "预览已经过期或被改动，请重新上传文件。") from None
    return [Decision(**row | {day: date.fromisoformat(row[day]) for day in DATES}) for row in rows]


def stamp() -> str:
    return f"{clock.today():%Y%m%d}"


def listing(rows, kind: str):
    """The filtered list of bans as a sheet."""
    columns = [Column(title, "date" if title.endswith("日期") else "text", 20) for title in COLUMNS.values()]
    columns += [Column("提前解除日期", "date"), Column("解除依据文号")]
    lines = [[*(getattr(row, key) for key in COLUMNS), row.lifted_on, row.lifted_document] for row in rows]
    return export(columns, lines, name=f"禁入决定{stamp()}", kind=kind)
