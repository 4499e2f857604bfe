"""The sheets of a check: the batch that goes out, the answers that come in, the masked list of the district."""

from dataclasses import dataclass

from django.utils import timezone

from records import exports, identity
from records.refusals import Refused
from records.sheets import read_tables
from windows.models import VerificationBatch, VerificationRequest
from windows.rules import verification as rules

OUT = (
    exports.Column("批次号", width=26),
    exports.Column("登记号", width=24),
    exports.Column("姓名"),
    exports.Column("身份证号", width=22),
    exports.Column("与申请人关系"),
    exports.Column("授权日期", "date"),
    exports.Column("核对结果", width=14),
    exports.Column("不一致项目", width=40),
    exports.Column("信息来源", width=24),
)
LIST = (
    exports.Column("登记号", width=24),
    exports.Column("乡镇（街道）", width=20),
    exports.Column("被核对人（掩码）"),
    exports.Column("身份证号（掩码）", width=22),
    exports.Column("与申请人关系"),
    exports.Column("授权日期", "date"),
    exports.Column("状态"),
    exports.Column("批次号", width=26),
    exports.Column("核对结果"),
    exports.Column("提出日期", "date"),
    exports.Column("反馈日期", "date"),
    exports.Column("处理"),
)
READ = {"number": "身份证号", "result": "核对结果", "items": "不一致项目", "source": "信息来源"}
WORDS = {"一致": rules.Result.CONSISTENT, "不一致": rules.Result.INCONSISTENT, "无法核对": rules.Result.UNABLE}
LARGEST_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer: where it stood, for whom, what it says. ``cells``: name of a column → "C7"."""

    row: int
    number: str
    answer: rules.Answer
    cells: dict[str, str]


def out_row(batch: VerificationBatch, row: VerificationRequest) -> tuple:
    return (batch.number, row.case.number, row.person.name, row.person.id_number, row.relation, row.consent_on, "", "", "")


def out_file(batch: VerificationBatch, rows: list[tuple]) -> bytes:
    return exports.csv(OUT, rows) if batch.kind == VerificationBatch.Kind.CSV else exports.xlsx(OUT, rows, sheet="核对批次")


def masked_list(rows, kind: str) -> bytes:
    """The filtered requests; people masked, items and explanations left out."""
    table = (
        (
            row.case.number,
            row.case.organisation.name,
            identity.mask_name(row.person.name),
            identity.mask_id(row.person.id_number),
            row.relation,
            row.consent_on,
            row.get_status_display(),
            row.batch.number if row.batch else "",
            row.get_result_display(),
            timezone.localdate(row.requested_at),
            timezone.localdate(row.answered_at) if row.answered_at else None,
            row.get_decision_display(),
        )
        for row in rows.select_related("case__organisation", "person", "batch").defer("batch__content").order_by("-pk")[:LARGEST_ROWS]
    )
    return exports.csv(LIST, table) if kind == "csv" else exports.xlsx(LIST, table, sheet="家庭经济状况核对")


def read_answers(data: bytes, name: str) -> list[Line]:
    """The lines of the first visible sheet. Raises Refused for what is no such sheet."""
    visible = [table for table in read_tables(data, name) if not table.hidden]
    grid = visible[0].rows if visible else []
    head, columns = _heading(grid)
    body = grid[head + 1 :]
    if len(body) > LARGEST_ROWS:
        raise Refused.because("DB-2", rules.START, f"文件超过 {LARGEST_ROWS} 行，请按批次分开上传。")
    return [_line(number, cells, columns) for number, cells in enumerate(body, start=head + 2) if any(cell.strip() for cell in cells)]


def _heading(grid) -> tuple[int, dict[str, int]]:
    for index, cells in enumerate(grid[:10]):
        words = [cell.strip() for cell in cells]
        if READ["number"] in words and READ["result"] in words:
            return index, {name: words.index(title) for name, title in READ.items() if title in words}
    raise Refused.because("DB-2", rules.START, "没有找到表头：至少要有“身份证号”和“核对结果”两列（可在送出的批次文件上直接填写）。")


def _line(number: int, cells: list[str], columns: dict[str, int]) -> Line:
    texts = {name: cells[index].strip().lstrip("'") if index < len(cells) else "" for name, index in columns.items()}
    answer = normal(texts["result"], texts.get("items", ""), texts.get("source", ""))
    places = {name: f"{letter(index)}{number}" for name, index in columns.items()}
    return Line(number, texts["number"], answer, places)


def normal(result: str, items: str, source: str) -> rules.Answer:
    """“一致” and CONSISTENT alike; unknown words stay as they are and are refused by the rule."""
    return rules.Answer(str(WORDS.get(result.strip(), result.strip())), items.strip(), source.strip())


def letter(index: int) -> str:
    """0 → A, 26 → AA."""
    name, index = "", index + 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name
