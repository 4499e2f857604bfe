"""The list and the preview in plain rows, on the screen and as a table."""

from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from records import exports, identity
from records.tables.words import reason
from windows.models import StandingEntry, StandingImport, StandingRow

CHUNK = 2_000
Outcome = StandingRow.Outcome
HEADINGS = (
    exports.Column("乡镇（街道）", width=20),
    exports.Column("村（社区）", width=18),
    exports.Column("姓名（掩码）"),
    exports.Column("身份证号（掩码）", width=22),
    exports.Column("与户主关系"),
    exports.Column("类别", width=20),
    exports.Column("金额（元）", "money"),
    exports.Column("起始日期", "date"),
    exports.Column("终止日期", "date"),
)
REFUSED_HEADINGS = (
    exports.Column("工作表", width=18),
    exports.Column("行", "int"),
    exports.Column("姓名"),
    exports.Column("身份证号（掩码）", width=22),
    exports.Column("单元格"),
    exports.Column("表中内容（证件号掩码）", width=24),
    exports.Column("原因和办法", width=60),
)


def entry_row(entry: StandingEntry, named: bool) -> dict:
    """Plain values of one line; ``named``: this reader may know people."""
    return {
        "pk": entry.pk,
        "person": entry.person.name if named else identity.mask_name(entry.person.name),
        "id": identity.mask_id(entry.person.id_number),
        "where": entry.organisation.name,
        "village": entry.village.name if entry.village else "—",
        "relation": entry.relation or ("户主" if entry.head_id is None and entry.category != "TEMPORARY" else "—"),
        "category": entry.get_category_display(),
        "amount": entry.amount,
        "started": entry.started_on,
        "ended": entry.ended_on,
        "open": entry.ended_on is None,
    }


def entry_table(rows, kind: str) -> bytes:
    """The filtered list as xlsx or csv; people masked, because a file leaves the house."""
    rows = rows.select_related("organisation", "village", "person").order_by("-pk")
    table = (
        (
            entry.organisation.name, entry.village.name if entry.village else "", identity.mask_name(entry.person.name),
            identity.mask_id(entry.person.id_number), entry.relation, entry.get_category_display(), entry.amount,
            entry.started_on, entry.ended_on,
        )
        for entry in rows.iterator(chunk_size=CHUNK)
    )  # fmt: skip
    return exports.csv(HEADINGS, table) if kind == "csv" else exports.xlsx(HEADINGS, table, sheet="在享名册")


def outcome_tabs(paper: StandingImport, chosen: str) -> list[dict]:
    counts, here = paper.facts.get("counts", {}), reverse("windows:standing_import", args=[paper.pk])
    return [
        {"label": label, "count": counts.get(code, 0), "url": f"{here}?outcome={code}", "current": code == chosen}
        for code, label in Outcome.choices
    ]


def preview_row(row: StandingRow) -> dict:
    refused = row.outcome == Outcome.REFUSED
    notes = [note_words(*note) for note in row.notes if not (refused and note[0] == "repair")]
    return {
        "where": f"{row.sheet} 第 {row.number} 行" if row.number else "—",
        "name": row.name or "—",
        "id": row.id_masked or "—",
        "notes": notes,
        "refused": refused,
        "end": row.entry_id if row.outcome == Outcome.MISSING else None,
    }


def note_words(kind: str, cell: str, code: str, text: str = "") -> dict:
    """One thing to say about a row: where, what stood there, what of it."""
    if kind == "change":
        return {"cell": "", "value": "", "text": f"{code}：{text}" if text else code, "tone": "change"}
    if kind == "missing":
        return {"cell": "", "value": "", "text": f"在册为{code}，本文件中没有；导入不会停发", "tone": "missing"}
    return {"cell": cell, "value": text, "text": reason(code), "tone": kind}


def facts(paper: StandingImport) -> list[dict]:
    """What the file says of itself, beside what we would take of it."""
    told = paper.facts
    rows = [
        {"label": "乡镇（街道）", "value": paper.organisation.name},
        {"label": "表格", "value": paper.get_kind_display()},
        {"label": "文件", "value": paper.file_name},
        {"label": "上传", "value": f"{paper.made_by.name} {timezone.localtime(paper.made_at):%Y-%m-%d %H:%M}"},
    ]
    if told:
        rows.append({"label": "可写入和不变的金额", "value": f"{told['accepted']} 元"})
        total = told["total"]
        words = "表内合计格没有数值" if total is None else f"{total} 元，相差 {Decimal(total) - Decimal(told['accepted'])} 元"
        rows.append({"label": "文件自带合计", "value": words, "help": "合计通常含被拒绝、重复的行"})
    labels = (("hidden", "隐藏的工作表（未读取）"), ("notes", "不是名册的工作表"), ("unused", "没有采用的列"))
    rows += [{"label": label, "value": "、".join(told[key])} for key, label in labels if told.get(key)]
    if paper.confirmed_by:
        rows.append({"label": "写入", "value": f"{paper.confirmed_by.name} {timezone.localtime(paper.confirmed_at):%Y-%m-%d %H:%M}"})
    return rows


def refused_table(paper: StandingImport, kind: str) -> bytes:
    """Every refused cell for whoever has to mend the file."""
    rows = paper.rows.filter(outcome=Outcome.REFUSED).order_by("ordinal")
    table = (
        (row.sheet, row.number, row.name, row.id_masked, note[1], note[3], reason(note[2]))
        for row in rows.iterator(chunk_size=CHUNK)
        for note in row.notes
        if note[0] == "fault"
    )
    return exports.csv(REFUSED_HEADINGS, table) if kind == "csv" else exports.xlsx(REFUSED_HEADINGS, table, sheet="未通过的行")
