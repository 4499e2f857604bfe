"""A roster as offices really keep it, read row by row: repaired and said so, or refused with the cell, the reason and the way out.

    preview = read_roster(tables, bureau=..., units=units_of(bureau), user=request.user)

Nothing is guessed: a number that a spreadsheet cut, a word that is no education, a village of that name in two townships are refused.
Nothing is written here; ``services.roster.write`` judges every row again.
"""

from dataclasses import dataclass, field
from datetime import date

from accounts.models import Organisation
from records.sheets import Table
from records.tables import cells, layout, words
from records.tables.cells import letter, normal
from staffing.rules import Place

MAX_ROWS = 1_000
ALIASES = {
    "name": ("姓名", "人员姓名", "经办人员", "经办人员姓名", "工作人员", "协理员姓名"),
    "id": ("身份证号", "身份证号码", "身份证", "公民身份号码", "证件号码"),
    "unit": ("服务单位", "单位", "工作单位", "所在单位", "乡镇街道", "乡镇", "镇街", "街道", "所在乡镇"),
    "village": ("村社区", "村居", "村", "社区", "所在村", "所在村社区"),
    "place": ("岗位所在", "岗位", "岗位类别", "派驻地点"),
    "institution": ("供养机构名称", "供养机构", "机构名称"),
    "employment": ("用工方式", "人员性质", "用工性质", "人员类别", "编制性质"),
    "contract": ("所依合同", "合同编号", "合同号", "合同"),
    "education": ("学历", "文化程度", "最高学历"),
    "social": ("社会工作专业", "社工专业", "是否社会工作专业", "是否社工专业"),
    "certificate": ("社会工作职业资格", "职业资格", "社工证", "社工资格", "社会工作师证"),
    "until": ("职业资格登记有效期至", "有效期至", "证书有效期", "证书有效期至", "登记有效期"),
    "reason": ("例外理由", "例外原因"),
    "started": ("到岗日期", "到岗时间", "上岗时间", "上岗日期", "入职时间", "入职日期", "参加工作时间"),
    "ended": ("离岗日期", "离岗时间", "离职日期", "离职时间"),
    "remark": ("备注", "说明"),
    "serial": ("序号", "序"),
}
EMPLOYMENTS = {
    "OWN": ("自有专职", "专职", "自有", "在编", "编内", "公务员", "事业编", "事业人员", "编外专职"),
    "POSTED": ("购买服务派驻", "派驻", "购买服务", "政府购买服务", "政府购买", "购买岗位"),
    "PART_TIME": ("兼职", "兼任", "兼"),
}
EDUCATIONS = {
    "BELOW": ("大专以下", "高中", "中专", "职高", "技校", "初中", "高中及以下", "中专及以下"),
    "COLLEGE": ("大专", "专科", "大学专科", "高职"),
    "BACHELOR": ("本科", "大学", "大学本科", "学士"),
    "GRADUATE": ("研究生", "硕士", "博士", "硕士研究生", "博士研究生"),
}
CERTIFICATES = {
    0: ("无", "没有", ""),
    1: ("助理社会工作师", "助理社工师", "初级", "初级社工", "社工初级", "助理"),
    2: ("社会工作师", "社工师", "中级", "中级社工", "社工中级"),
    3: ("高级社会工作师", "高级社工师", "高级"),
}
PLACES = {
    Place.BUREAU: ("区县民政部门", "民政局", "区县民政局", "区民政局", "县民政局", "局机关"),
    Place.TOWNSHIP: ("乡镇(街道)", "乡镇街道", "乡镇", "街道", "镇街"),
    Place.VILLAGE: ("村(社区)", "村社区", "村", "社区", "村居"),
    Place.CARE_HOME: ("特困供养服务机构", "供养机构", "敬老院", "特困供养机构", "养老机构"),
}
YES, NO = frozenset({"是", "√", "有", "对", "y", "yes", "1"}), frozenset({"", "否", "×", "无", "没有", "n", "no", "0", "-", "/"})
FILLED = ("unit", "village", "employment", "contract")  # “同上” and merged cells are filled down here
DISPATCHED = ("劳务派遣", "派遣")
FAULTS = {
    "unit_missing": ("没有服务单位", "填写乡镇（街道）名称，区县级的填写民政局"),
    "unknown_unit": ("不在本区县的单位名单中", "核对单位名称"),
    "unknown_village": ("不在该乡镇（街道）的村（社区）名单中", "核对村名，并填写所在乡镇（街道）"),
    "employment_missing": ("没有用工方式", "填写：自有专职、购买服务派驻、兼职"),
    "unknown_employment": ("不是可识别的用工方式", "填写：自有专职、购买服务派驻、兼职"),
    "labour_dispatch": ("不得以劳务派遣方式用工", "不属于购买服务派驻的，不列入；属于的填写“购买服务派驻”和合同编号"),
    "education_missing": ("没有学历", "填写：大专以下、大专、本科、研究生"),
    "unknown_education": ("不是可识别的学历", "填写：大专以下、大专、本科、研究生"),
    "unknown_certificate": ("不是可识别的职业资格", "填写：助理社会工作师、社会工作师、高级社会工作师，没有的空着"),
    "unknown_answer": ("看不出是或否", "填写“是”或“否”"),
    "unknown_place": ("派驻地点不在允许的四类之内", "只能是区县民政部门、乡镇（街道）、村（社区）、特困供养服务机构"),
    "unknown_contract": ("不是本区县已签订的合同编号", "核对合同编号"),
    "started_missing": ("没有到岗日期", "补填到岗日期"),
    "date_in_future": ("日期晚于今天", "核对年份"),
    "dates_out_of_order": ("离岗日期早于到岗日期", "核对两个日期"),
    "two_posts": ("同一人在本文件另一行登记在别处或者内容不同，一人只能登记一处专职", "删去不对的一行"),
}
REPAIRS = {
    "alias_unit": "单位的简称改为规范名称",
    "alias_employment": "用工方式的简称改为规范名称",
    "alias_education": "学历改为规范名称",
    "alias_certificate": "职业资格的简称改为规范名称",
}


@dataclass(slots=True)
class Row:
    """One line of the file. ``outcome``: add, change, same, refused, skip."""

    sheet: str
    number: int
    outcome: str = ""
    name: str = ""
    masked: str = ""
    unit: str = ""
    faults: list[tuple[str, str, str]] = field(default_factory=list)  # cell, text, reason
    repairs: list[str] = field(default_factory=list)
    values: dict = field(default_factory=dict)
    skipped: str = ""


@dataclass(slots=True)
class Units:
    """Where people of this district may serve, by every name it goes by."""

    by_name: dict[str, Organisation]
    villages: dict[tuple[int, str], Organisation]

    @classmethod
    def of(cls, bureau: Organisation, on: date) -> "Units":
        kinds = (Organisation.Kind.BUREAU, Organisation.Kind.TOWNSHIP, Organisation.Kind.VILLAGE)
        rows = list(Organisation.objects.below(bureau).filter(kind__in=kinds).valid(on).order_by("path"))
        names: dict[str, Organisation] = dict.fromkeys(("民政局", "区民政局", "县民政局", "局机关"), bureau)
        villages = {(one.parent_id, normal(one.name)): one for one in rows if one.kind == Organisation.Kind.VILLAGE}
        for one in rows:
            if one.kind != Organisation.Kind.VILLAGE:
                names |= {normal(name): one for name in (one.name, one.short_name) if name}
        return cls(names, villages)


def word_of(table: dict, text: str):
    """(the code of a word, whether it was written another way than the first); (None, False) when nobody knows it."""
    plain = normal(text)
    for code, names in table.items():
        if plain in names:
            return code, plain != names[0]
    return None, False


class Reader:
    """Reads the visible sheets of a file in order; remembers the numbers it has seen."""

    def __init__(self, *, units: Units, contracts: dict[str, int], today: date):
        self.units, self.contracts, self.today = units, contracts, today
        self.seen: dict[str, tuple[str, dict]] = {}
        self.found = False

    def rows(self, tables: list[Table]):
        for table in tables:
            sheet = None if table.hidden else layout.find_sheet(table, ALIASES, ("name", "id"))
            if sheet is None:
                yield Row(table.name, 0, "skip", skipped=words.SKIPS["hidden_sheet" if table.hidden else "notes_sheet"])
                continue
            self.found = True
            yield from self._sheet(sheet)

    def _sheet(self, sheet: layout.Sheet):
        before: dict[str, str] = {}
        for index in range(sheet.header + 1, len(sheet.table.rows)):
            texts, name = sheet.table.rows[index], sheet.table.name
            if code := layout.no_data(texts):
                if code != "blank_row":
                    yield Row(name, index + 1, "skip", skipped=words.SKIPS[code])
                continue
            line = Line(self, sheet, index, before)
            line.read()
            before = line.texts
            yield line.row


class Line:
    """One row on its way through the columns."""

    def __init__(self, reader: Reader, sheet: layout.Sheet, index: int, before: dict[str, str]):
        self.reader, self.sheet, self.index = reader, sheet, index
        self.row = Row(sheet.table.name, index + 1)
        self.texts = {key: str(sheet.table.rows[index][place] or "") for key, place in sheet.columns.items()}
        for key in FILLED:
            if cells.is_ditto(self.texts.get(key, "")) and before.get(key):
                self.texts[key] = before[key]
                self._repaired("ditto")
            elif (index, sheet.columns.get(key)) in sheet.filled:
                self._repaired("fill_merged")

    def at(self, key: str) -> str:
        return self.texts.get(key, "").strip()

    def _repaired(self, *codes: str) -> None:
        for code in codes:
            said = REPAIRS.get(code) or words.REPAIRS[code]
            if said not in self.row.repairs:
                self.row.repairs.append(said)

    def fault(self, key: str, code: str) -> None:
        place = self.sheet.columns.get(key)
        cell = f"{letter(place)}{self.index + 1}" if place is not None else f"第 {self.index + 1} 行"
        if place is not None and (self.index, place) in self.sheet.table.uncomputed:
            code = "formula_without_cached_value"
        what = FAULTS.get(code) or words.FAULTS[code]
        text = "" if key == "id" else self.at(key)[:40]
        self.row.faults.append((cell, text, "；".join(what)))

    def take(self, key: str, cell: cells.Cell):
        if cell.fault:
            self.fault(key, cell.fault)
            return None
        self._repaired(*cell.repairs)
        return cell.value

    def choice(self, key: str, table: dict, missing: str, unknown: str, alias: str = ""):
        if not self.at(key) and missing:
            self.fault(key, missing)
            return None
        code, other = word_of(table, self.at(key))
        if code is None:
            self.fault(key, unknown)
        elif other and alias:
            self._repaired(alias)
        return code

    def read(self) -> None:
        values, row = self.row.values, self.row
        values["name"] = row.name = self.take("name", cells.read_name(self.at("name"))) or ""
        values["id_number"] = self.take("id", cells.read_id(self.texts.get("id", ""), self.reader.today)) or ""
        self._unit()
        self._employment()
        values["education"] = self.choice("education", EDUCATIONS, "education_missing", "unknown_education", "alias_education")
        values["certificate"] = self.choice("certificate", CERTIFICATES, "", "unknown_certificate", "alias_certificate") or 0
        answer = normal(self.at("social")).lower()
        if answer not in YES | NO:
            self.fault("social", "unknown_answer")
        values["social_work_education"] = answer in YES
        values["institution"], values["exception_reason"] = self.at("institution")[:120], self.at("reason")[:200]
        self._days()
        self._settle()

    def _unit(self) -> None:
        units, values = self.reader.units, self.row.values
        if not self.at("unit"):
            return self.fault("unit", "unit_missing")
        unit = units.by_name.get(normal(self.at("unit")))
        if unit is None:
            return self.fault("unit", "unknown_unit")
        if normal(self.at("unit")) != normal(unit.name):
            self._repaired("alias_unit")
        if self.at("village"):
            unit = units.villages.get((unit.pk, normal(self.at("village"))))
            if unit is None:
                return self.fault("village", "unknown_village")
        values["organisation"], self.row.unit = unit.pk, unit.label
        values["place"] = str(unit.kind)
        if self.at("place"):
            code = word_of(PLACES, self.at("place"))[0]
            if code is None:
                return self.fault("place", "unknown_place")
            values["place"] = str(code)
        return None

    def _employment(self) -> None:
        values, text = self.row.values, normal(self.at("employment"))
        values["contract"] = None
        if text.startswith(DISPATCHED):
            return self.fault("employment", "labour_dispatch")
        values["employment"] = self.choice("employment", EMPLOYMENTS, "employment_missing", "unknown_employment", "alias_employment")
        if self.at("contract") and not cells.is_nothing(self.at("contract")):
            values["contract"] = self.reader.contracts.get(normal(self.at("contract")))
            if values["contract"] is None:
                self.fault("contract", "unknown_contract")
        return None

    def _days(self) -> None:
        found = {}
        for key in ("started", "ended", "until"):
            found[key] = self.take(key, cells.read_date(self.at(key)))
        started, ended = found["started"], found["ended"]
        if not self.at("started"):
            self.fault("started", "started_missing")
        elif started and started > self.reader.today:
            self.fault("started", "date_in_future")
        if started and ended and ended < started:
            self.fault("ended", "dates_out_of_order")
        values = self.row.values
        values["started_on"], values["ended_on"], values["certificate_until"] = (
            day.isoformat() if day else None for day in (started, ended, found["until"])
        )

    def _settle(self) -> None:
        """Somebody twice in one file: the same again is skipped, another post or other facts are refused."""
        number, seen = self.row.values["id_number"], self.reader.seen
        if number and number in seen:
            first, values = seen[number]
            if values == self.row.values:
                self.row.outcome, self.row.skipped = "skip", f"{words.SKIPS['duplicate_in_file']}（第 {first} 行）"
            else:
                self.fault("id", "two_posts")
        elif number:
            seen[number] = (str(self.row.number), dict(self.row.values))
        if self.row.faults:
            self.row.outcome = "refused"
