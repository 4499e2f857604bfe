"""在享名册 and 临时救助台账 as townships really have them, read row by row. Pure: no database, no writing.

    reading = Reader(kind="ROSTER", villages={"凤凰村": 7}, today=clock.today(), category="")
    for row in reading.rows(tables): ...          # every row of every sheet, with its outcome
    reading.facts                                 # the file's own total, headings that nothing is taken from, hidden sheets

A row ends as "take", "skip" or "refuse"; what "take" means (new, changed, unchanged) is asked of the register afterwards.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from records import identity
from records.sheets import Table
from records.tables import cells, layout
from records.tables.cells import normal
from windows.models.standing import Category

ROSTER, RELIEF = "ROSTER", "RELIEF"
TAKE, SKIP, REFUSE = "take", "skip", "refuse"
ALIASES = {
    "village": ("村", "村社区", "村居", "社区", "所在村", "所属村", "村名", "村别", "村居委会", "所在村社区"),
    "head": ("户主姓名", "户主"),
    "name": ("姓名", "成员姓名", "对象姓名", "保障对象姓名", "救助对象", "救助对象姓名", "申请人", "申请人姓名", "受助人", "受助人姓名"),
    "relation": ("与户主关系", "关系", "家庭关系", "与申请人关系"),
    "id": ("身份证号", "身份证号码", "身份证", "公民身份号码", "公民身份证号", "证件号码", "身份证件号码"),
    "category": ("保障类别", "类别", "救助类别", "对象类别", "保障类型", "低保类别", "救助类型"),
    "amount": ("金额", "月保障金额", "保障金额", "月保障金", "保障金", "月救助金额", "救助金额", "救助金", "月低保金")
    + ("补助金额", "发放金额"),
    "started": ("起保时间", "起保日期", "享受时间", "纳入时间", "开始时间", "起始时间")
    + ("审批时间", "审批日期", "批准时间", "发放时间", "发放日期", "救助时间"),
    "account": ("一卡通账号", "账号", "银行账号", "银行卡号", "一卡通号"),
    "phone": ("联系电话", "电话", "手机", "手机号", "联系方式"),
    "address": ("家庭住址", "住址", "地址"),
    "reason": ("救助原因", "原因", "事由", "救助事由"),
    "remark": ("备注", "说明"),
    "serial": ("序号", "序"),
}  # fmt: skip
CATEGORIES = {
    Category.RURAL_DIBAO: ("农村低保", "农低", "农低保", "农村居民最低生活保障", "农村最低生活保障"),
    Category.URBAN_DIBAO: ("城市低保", "城低", "城低保", "城镇低保", "城市居民最低生活保障", "城市最低生活保障"),
    Category.TEKUN_SCATTERED: ("特困分散供养", "特困分散", "分散供养", "分散特困", "分散供养特困人员"),
    Category.TEKUN_CENTRAL: ("特困集中供养", "特困集中", "集中供养", "集中特困", "集中供养特困人员"),
    Category.TEKUN: ("特困人员", "特困", "特困供养", "特困人员救助供养"),
}
CATEGORY_OF = {name: category for category, names in CATEGORIES.items() for name in names}
FORMAL = {names[0]: category for category, names in CATEGORIES.items()}
HEAD_WORDS = ("本人", "户主", "申请人")
STOPPED = re.compile(r"已?停保|已?停发|停止保障|取消(?:低保|保障|待遇)|退保|已?死亡|已?去世|已?亡故|注销")
SUFFIXES = (
    ("村村民委员会", "村"),
    ("村村委会", "村"),
    ("村委会", "村"),
    ("村民委员会", "村"),
    ("居民委员会", ""),
    ("居委会", ""),
    ("村民委", "村"),
)
FILL_DOWN = ("village", "category", "head", "started", "amount")


@dataclass(slots=True)
class Row:
    """One line as read. ``faults`` and ``repairs`` are (cell, code); ``head_row`` points to the row of the household's head."""

    sheet: str
    number: int
    ordinal: int
    outcome: str
    code: str = ""
    faults: list[tuple[str, str]] = field(default_factory=list)
    repairs: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    values: dict = field(default_factory=dict)
    head_row: int | None = None
    raw: dict = field(default_factory=dict)  # text of the refused cells, for the eye: an ID number masked

    @property
    def codes(self) -> list[str]:
        """Every code of the row, as the manifest of messy files names them."""
        return [code for code in [self.code] if code] + [code for part in (self.faults, self.repairs, self.warnings) for _, code in part]


@dataclass(slots=True)
class Facts:
    """What the file says about itself."""

    total: Decimal | None = None
    unused: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    found: bool = False
    categories: set[str] = field(default_factory=set)


def village_name(text: str) -> str:
    """ "凤凰村村民委员会" → "凤凰村", "龙门社区 (2)" → "龙门社区"."""
    name = re.sub(r"\(\d+\)$", "", normal(text))
    for ending, formal in SUFFIXES:
        if name.endswith(ending):
            return name.removesuffix(ending) + formal
    return name


class Reader:
    """Reads the sheets of one file in order and remembers only what a later row needs: numbers seen, the last household."""

    def __init__(self, *, kind: str, villages: dict[str, int], today: date, category: str = ""):
        self.kind, self.today, self.category = kind, today, category
        self.villages = {village_name(name): (pk, name) for name, pk in villages.items()}
        self.facts, self.seen = Facts(), {}
        self.ordinal = 0

    def rows(self, tables: list[Table]):
        for table in tables:
            if table.hidden:
                self.facts.hidden.append(table.name)
                yield from self._whole(table, "hidden_sheet")
                continue
            sheet = layout.find_sheet(table, ALIASES, ("name", "id"))
            if sheet is None:
                self.facts.notes.append(table.name)
                yield from self._whole(table, "notes_sheet")
                continue
            self.facts.found = True
            self.facts.unused += [word for word in sheet.unused if word not in self.facts.unused]
            yield from self._sheet(sheet)

    def _row(self, sheet: str, index: int, outcome: str, code: str = "") -> Row:
        self.ordinal += 1
        return Row(sheet, index + 1, self.ordinal, outcome, code)

    def _whole(self, table: Table, code: str):
        for index in range(len(table.rows)):
            yield self._row(table.name, index, SKIP, code)

    def _sheet(self, sheet: layout.Sheet):
        name = sheet.table.name
        for index in range(sheet.header):
            yield self._row(name, index, SKIP, layout.above_kind(sheet.table.rows[index], ALIASES))
        yield self._row(name, sheet.header, SKIP, "header")
        before, house = {}, None
        for index in range(sheet.header + 1, len(sheet.table.rows)):
            texts = sheet.table.rows[index]
            if code := layout.no_data(texts):
                row = self._row(name, index, SKIP, code)
                self._total(sheet, texts, code)
            else:
                row = self._row(name, index, TAKE)
                line = Line(self, sheet, index, row, before)
                house = line.read(house)
                before = line.texts
            yield row

    def _total(self, sheet: layout.Sheet, texts: list[str], code: str) -> None:
        place = sheet.columns.get("amount")
        amount = cells.read_amount(texts[place]).value if code == "total" and place is not None else None
        if amount is not None:
            self.facts.total = (self.facts.total or 0) + amount


@dataclass(slots=True)
class House:
    """The household under way: its head's row, name and amount."""

    ordinal: int
    name: str
    amount: Decimal | None
    sound: bool


class Line:
    """One line under the headings, read cell by cell."""

    def __init__(self, reader: Reader, sheet: layout.Sheet, index: int, row: Row, before: dict[str, str]):
        self.reader, self.sheet, self.index, self.row = reader, sheet, index, row
        cells_of_row = sheet.table.rows[index]
        self.texts = {key: cells_of_row[place] for key, place in sheet.columns.items() if place < len(cells_of_row)}
        for key, text in self.texts.items():
            if key not in ("id", "name") and cells.is_ditto(text):
                self.texts[key] = before.get(key, "")
                self._repaired(key, "ditto")
            if key in FILL_DOWN and (index, sheet.columns[key]) in sheet.filled:
                self._repaired(key, "fill_merged")

    def at(self, key: str) -> str:
        return f"{cells.letter(self.sheet.columns[key])}{self.index + 1}" if key in self.sheet.columns else f"{self.index + 1}"

    def _repaired(self, key: str, *codes: str) -> None:
        for code in codes:
            if all(code != known for _, known in self.row.repairs) or code not in ("fill_merged", "ditto"):
                self.row.repairs.append((self.at(key), code))

    def _fault(self, key: str, code: str) -> None:
        text = self.texts.get(key, "").strip()
        self.row.faults.append((self.at(key), code))
        self.row.raw[self.at(key)] = identity.mask_id(identity.normalise_id(text)) if key == "id" else re.sub(r"\s+", " ", text)[:40]

    def _take(self, key: str, cell: cells.Cell):
        if cell.fault:
            self._fault(key, cell.fault)
        else:
            self.row.values[key] = cell.value
            self._repaired(key, *cell.repairs)
        return cell.value

    def read(self, house: House | None) -> House | None:
        """Fills the row; answers the household that the next row may belong to."""
        remark = normal(self.texts.get("remark", ""))
        self._take("id", cells.read_id(self.texts.get("id", ""), self.reader.today))
        self._take("name", cells.read_name(self.texts.get("name", "")))
        member = self._is_member()
        if STOPPED.search(remark):
            self.row.outcome, self.row.code, self.row.faults = SKIP, "status_stopped_in_remark", []
            return house if member else House(self.row.ordinal, self.row.values.get("name") or "", None, sound=False)
        self._village()
        self._category()
        self._day()
        self._amount(member, house)
        self._others()
        if member:
            self._belongs(house)
        self._settle()
        if member:
            return house
        sound = self.row.outcome == TAKE or self.row.code == "duplicate_in_file"
        ordinal = self.row.ordinal if self.row.outcome == TAKE else self.reader.seen.get(self.row.values.get("id"), (0, 0))[1]
        return House(ordinal, self.row.values.get("name") or "", self.row.values.get("amount"), sound)

    def _belongs(self, house: House | None) -> None:
        """To the head above, who must be the one whom the line names."""
        head = cells.read_name(self.texts.get("head", "")).value
        if house is None or (head is not None and head != house.name):
            self._fault("relation", "head_not_found")
            return
        self.row.head_row = house.ordinal
        if not house.sound:
            self._fault("head", "head_refused")

    def _village(self) -> None:
        reader, text = self.reader, self.texts.get("village", "")
        name = village_name(text)
        if not cells.is_nothing(text):
            known = reader.villages.get(name)
            if known is None:
                self._fault("village", "unknown_village")
            elif normal(text) not in (name, normal(known[1])):
                self._repaired("village", "alias_village")
        else:
            known = reader.villages.get(village_name(self.sheet.table.name))
            if known is not None:
                self._repaired("village", "sheet_name_is_village")
        self.row.values["village"] = known[0] if known else None

    def _category(self) -> None:
        if self.reader.kind == RELIEF:
            self.row.values["category"] = Category.TEMPORARY.value
            return
        text = self.texts.get("category", "")
        word = re.sub(r"[()（）]", "", normal(text))
        category = CATEGORY_OF.get(word)
        if cells.is_nothing(text):
            category = self.reader.category or None
            if category is None:
                self._fault("category", "missing_category")
            else:
                self._repaired("category", "category_from_form")
        elif category is None:
            self._fault("category", "unknown_category")
        elif word not in FORMAL or normal(text) != word:
            self._repaired("category", "alias_category")
        self.row.values["category"] = Category(category).value if category else None

    def _day(self) -> None:
        day = self._take("started", cells.read_date(self.texts.get("started", "")))
        if day is not None and day > self.reader.today:
            self._fault("started", "date_in_future")
        elif day is None and self.reader.kind == RELIEF and not any(code == "bad_date" for _, code in self.row.faults):
            self._fault("started", "missing_date")

    def _is_member(self) -> bool:
        """Somebody else than the head: said by the relation, or by another name in the head's column."""
        if self.reader.kind == RELIEF:
            return False
        relation = normal(self.texts.get("relation", ""))
        self.row.values["relation"] = relation[:20]
        if relation:
            return relation not in HEAD_WORDS
        head = cells.read_name(self.texts.get("head", "")).value
        return head is not None and head != self.row.values.get("name")

    def _amount(self, member: bool, house: House | None) -> None:
        """The household's, on the head's row; repeated or merged on the others."""
        place = self.sheet.columns.get("amount")
        if (self.index, place) in self.sheet.table.uncomputed:
            self._fault("amount", "formula_without_cached_value")
            return
        merged = (self.index, place) in self.sheet.filled
        cell = cells.Cell() if member and merged else cells.read_amount(self.texts.get("amount", ""))
        value = self._take("amount", cell)
        if member:
            self.row.values["amount"] = None
            if value is not None and house is not None and house.sound and value != house.amount:
                self._fault("amount", "household_amount_conflict")
        elif value is None and not cell.fault:
            self._fault("amount", "missing_amount")

    def _others(self) -> None:
        row, texts = self.row, self.texts
        for key in ("address", "reason"):
            text = texts.get(key, "").translate(identity.INVISIBLE).strip()
            if "\n" in text:
                self._repaired(key, "newline_in_cell")
            row.values[key] = re.sub(r"\s+", " ", text)[:80]
        phone = re.sub(r"\D", "", normal(texts.get("phone", "")))
        row.values["phone"] = phone if len(phone) == 11 else ""
        if cells.SCIENTIFIC.fullmatch(normal(texts.get("account", ""))):
            row.warnings.append((self.at("account"), "warn_account_numeric_precision"))
        if self.index in self.sheet.table.struck:
            row.warnings.append((self.at("name"), "strikethrough_row"))
        number = row.values.get("id")
        if number and any(not breach.binding for breach in identity.check_resident_id(number, self.reader.today)):
            row.warnings.append((self.at("id"), "id_age"))
        if self.sheet.table.encoding == "gb18030" and not _in_gbk(row.values.get("name") or ""):
            self._repaired("name", "needs_gb18030")

    def _settle(self) -> None:
        """Doubles within the file, then the outcome."""
        row, seen = self.row, self.reader.seen
        number = row.values.get("id")
        facts = tuple(row.values.get(key) for key in ("name", "category", "amount", "started", "village", "reason"))
        key = (number, row.values.get("started"), row.values.get("amount")) if self.reader.kind == RELIEF else number
        before = seen.get(key) if number else None
        if before is not None and not row.faults:
            same = before[0] == facts
            if same:
                row.outcome, row.code = SKIP, "duplicate_in_file"
                return
            self._fault("id", "conflict_same_id" if before[0][1] == facts[1] else "conflict_same_id_other_category")
        if row.faults:
            row.outcome, row.code = REFUSE, ""
        else:
            seen[key] = (facts, row.ordinal)
            self.reader.facts.categories.add(row.values["category"])


def _in_gbk(text: str) -> bool:
    try:
        text.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True
