"""The year's plan as an Excel sheet: template and export out, filled sheet in. Nothing is written before the preview is confirmed."""

from decimal import Decimal, InvalidOperation

from procurement.models import CatalogueItem, PlanRow
from procurement.rules.money import BUDGET_LAW
from records.exports import Column, xlsx
from records.files import read_upload
from records.refusals import Refused
from records.sheets import read_tables

HEAD = [
    Column("项目名称", width=40),
    Column("目录代码", width=10),
    Column("计划金额（元）", "money"),
    Column("预计采购月份", "int", width=14),
]
MORE = [Column("购买内容", width=20), Column("资金来源", width=24), Column("项目编号", width=24), Column("状态")]
LARGEST_ROWS = 200


def template() -> bytes:
    return xlsx(HEAD, [], sheet="年度购买计划", title="年度购买计划模板")


def plan_row(row: PlanRow) -> list:
    project = row.project
    head = [row.name, row.item.code, row.amount, row.month, row.item.name, str(row.line.get_source_display()) if row.line else ""]
    return [*head, project.code if project else "", project.get_status_display() if project else "未立项"]


def read(uploaded) -> tuple[list[dict], list[tuple[str, str]]]:
    """(rows as plain JSON, faults as (cell, message)). Raises Refused when the file is no such sheet."""
    tables = read_tables(read_upload(uploaded), uploaded.name)
    cells = tables[0].rows if tables else []
    titles = [cell.strip() for cell in cells[0][: len(HEAD)]] if cells else []
    if titles != [column.title for column in HEAD] or len(cells) > LARGEST_ROWS:
        raise Refused.because("F-09", BUDGET_LAW, "表格不是年度购买计划模板，请重新下载模板填写。")
    codes, rows, faults = set(CatalogueItem.objects.values_list("code", flat=True)), [], []
    for number, line in enumerate(cells[1:], start=2):
        if any(cell.strip() for cell in line):
            row, wrong = read_row(line, number, codes, {one["name"] for one in rows})
            faults += wrong
            rows.append(row)
    if not rows:
        faults.append(("A2", "表格没有填写任何计划。"))
    return rows, faults


def read_row(line: list, number: int, codes: set[str], names: set[str]) -> tuple[dict, list[tuple[str, str]]]:
    name, code, amount, month = (cell.strip() for cell in [*line, "", "", "", ""][:4])
    month = month.removesuffix(".0")
    faults = []
    if not name or len(name) > 120 or name in names:
        faults.append((f"A{number}", "项目名称不能为空、重复，且不超过 120 字。"))
    if code not in codes:
        faults.append((f"B{number}", f"目录代码“{code}”不在购买目录中。"))
    if not valid_amount(amount):
        faults.append((f"C{number}", f"计划金额“{amount}”应为大于 0 的数，最多两位小数。"))
    if not (month.isdecimal() and 1 <= int(month) <= 12):
        faults.append((f"D{number}", f"预计采购月份“{month}”应为 1 至 12。"))
    return {"name": name, "item": code, "amount": amount, "month": month}, faults


def valid_amount(text: str) -> bool:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return False
    return value.is_finite() and 0 < value < Decimal("1e12") and value == value.quantize(Decimal("0.01"))
