"""The administrative tree of Chongqing as plain values: read lists, build the tree, carry a later list into it.

A code means nothing without its scheme: about 300 township codes name different places in the lists of 2023 and 2026.
Places are therefore matched by (district, name) or by an explicit succession row, never by a bare township code.
"""

import csv
import gzip
import io
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"
CITY_PATH = "50/"
FIRST_SCHEME, LATER_SCHEME = "NBS2023", "MCA2026"
LATER_IN_FORCE = date(2026, 1, 25)  # 渝府发〔2025〕15号: the new district 两江新区 took office on this day
DECREE = "渝府发〔2025〕15号"
DIGITS = {"district": 6, "township": 9, "village": 12}
KINDS = {"district": "BUREAU", "township": "TOWNSHIP", "village": "VILLAGE"}
DEPARTMENTS = {
    "MEDICAL": "医疗保障局",
    "EDUCATION": "教育委员会",
    "HOUSING": "住房和城乡建设委员会",
    "EMPLOYMENT": "人力资源和社会保障局",
    "EMERGENCY": "应急管理局",
    "DISABLED": "残疾人联合会",
    "FINANCE": "财政局",
    "STAFFING_OFFICE": "委编办",
    "HEALTH": "卫生健康委员会",
    "AGRICULTURE": "农业农村委员会",
    "JUSTICE": "司法局",
    "CHARITY": "慈善会",
}


class BadList(ValueError):
    """A list that cannot be read as a tree; the message is Chinese and names the row."""


@dataclass(frozen=True, slots=True)
class Division:
    """One row of a list: ``level`` is district, township or village."""

    code: str
    name: str
    level: str
    parent_code: str


@dataclass(frozen=True, slots=True)
class Succession:
    """What became of a township of the first list; ``code`` is empty where the later list has no trace of it."""

    former_code: str
    name: str
    code: str
    match: str

    @property
    def moved(self) -> bool:
        return bool(self.code) and self.code[:6] != self.former_code[:6]


@dataclass(slots=True)
class Place:
    """One organisation as it should stand in the database, named by its path."""

    path: str
    name: str
    kind: str
    code: str
    scheme: str
    short_name: str = ""
    function: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successor_path: str = ""
    former_name: str = ""
    note: str = ""
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def parent_path(self) -> str:
        return self.path[: self.path.rstrip("/").rfind("/") + 1]

    @property
    def district_path(self) -> str:
        return "/".join(self.path.split("/")[:2]) + "/"


@dataclass(slots=True)
class Tree:
    """Places by path, and what a person has to settle because no source tells."""

    places: dict[str, Place]
    doubts: list[str] = field(default_factory=list)

    def add(self, place: Place) -> Place:
        if place.path in self.places:
            raise BadList(f"路径 {place.path} 重复：{self.places[place.path].name}、{place.name}")
        self.places[place.path] = place
        return place

    def of_kind(self, *kinds: str) -> list[Place]:
        return [place for place in self.places.values() if place.kind in kinds]

    def below(self, path: str) -> list[Place]:
        return [place for key, place in self.places.items() if key.startswith(path) and key != path]


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file (UTF-8, with or without BOM; ``.gz`` is unpacked)."""
    data = Path(path).read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def read_divisions(path: Path) -> list[Division]:
    """A list of divisions, checked: known levels, codes of the right length, each once, each under a known parent."""
    divisions, seen = [], {"500000"}
    for number, row in enumerate(read_rows(path), start=2):
        try:
            item = Division(row["code"].strip(), row["name"].strip(), row["level"].strip(), row["parent_code"].strip())
        except (KeyError, AttributeError):
            raise BadList(f"{path}：第 {number} 行缺少 code、name、level、parent_code 中的一列") from None
        if item.level not in DIGITS or len(item.code) != DIGITS[item.level] or not item.code.isdigit():
            raise BadList(f"{path}：第 {number} 行“{item.name}”的级别“{item.level}”与代码“{item.code}”不符")
        if item.code in seen:
            raise BadList(f"{path}：第 {number} 行代码 {item.code} 重复")
        seen.add(item.code)
        divisions.append(item)
    for item in divisions:
        if item.parent_code not in seen:
            raise BadList(f"{path}：“{item.name}”（{item.code}）的上级代码 {item.parent_code} 不在名单中")
    return divisions


def read_successions(path: Path) -> list[Succession]:
    return [Succession(row["nbs2023_code"], row["name"], row["mca2026_code"], row["match"]) for row in read_rows(path)]


def build_first(divisions: Iterable[Division], special_areas: Iterable[dict[str, str]] = ()) -> Tree:
    """The tree of the first list, with departments, and with the townships of certain special areas under their own bureau."""
    divisions = sorted(divisions, key=lambda division: len(division.code))
    codes = {item.code for item in divisions}
    tree = Tree({})
    tree.add(Place(CITY_PATH, "重庆市民政局", "CITY", "500000", FIRST_SCHEME, short_name="重庆市"))
    reporting = _reporting_units(tree, [row for row in special_areas if row["township_code_nbs2023"] in codes])
    paths = {"500000": CITY_PATH}
    for item in divisions:
        parent = reporting.get(item.code) or paths[item.parent_code]
        place = tree.add(_place(item, parent, FIRST_SCHEME))
        paths[item.code] = place.path
        if item.level == "district":
            _add_departments(tree, place)
    return tree


def _place(item: Division, parent_path: str, scheme: str) -> Place:
    name, short = item.name, short_name(item.name)
    if item.level == "district":
        name, short = f"{item.name}民政局", _short_district(item.name)
    return Place(f"{parent_path}{item.code}/", name, KINDS[item.level], item.code, scheme, short_name=short)


def short_name(name: str) -> str:
    """东方广场社区居民委员会 → 东方广场社区; 高峰村村民委员会 → 高峰村; other names have no short form."""
    for ending in ("居民委员会", "村民委员会"):
        if name.endswith(ending):
            return name.removesuffix(ending)
    return ""


def _short_district(name: str) -> str:
    return f"{name[:2]}县" if name.endswith("自治县") else name


def _reporting_units(tree: Tree, special_areas: Iterable[dict[str, str]]) -> dict[str, str]:
    """Township code → path of the special area that runs it. Only what is certain is moved; the rest is named as a doubt."""
    reporting: dict[str, str] = {}
    for row in special_areas:
        if not row["certainty"].startswith("high"):
            if "superseded" not in row["certainty"]:
                tree.doubts.append(f"{row['township']}（{row['township_code_nbs2023']}）是否归{row['unit_name']}管理，待确认，暂留原区")
            continue
        path = f"{CITY_PATH}{row['unit']}/"
        if path not in tree.places:
            unit = Place(path, f"{row['unit_name']}民政局", "BUREAU", row["unit"], "SPECIAL", short_name=row["unit_name"])
            unit.note = f"非行政区划，所辖镇街的法定区划代码属 {row['district_code']}"
            _add_departments(tree, tree.add(unit))
        reporting[row["township_code_nbs2023"]] = path
    return reporting


def _add_departments(tree: Tree, bureau: Place) -> None:
    for function, name in DEPARTMENTS.items():
        tree.add(
            Place(
                f"{bureau.path}D-{function}/",
                f"{bureau.short_name}{name}",
                "DEPARTMENT",
                f"{bureau.code}-{function}",
                "OWN",
                function=function,
                valid_from=bureau.valid_from,
            )
        )


def advance(
    tree: Tree, later: Iterable[Division], successions: Iterable[Succession] = (), *, scheme: str, on: date, decree: str = ""
) -> Tree:
    """Carry a later list into ``tree``: further codes, renamings, places that end and places that carry on. Returns ``tree``."""
    districts = {item.code: item for item in later if item.level == "district"}
    townships = {item.code: item for item in later if item.level == "township"}
    bureaus = _advance_districts(tree, districts, scheme, on, decree)
    known = {(place.district_path, place.name): place for place in tree.of_kind("TOWNSHIP") if not place.valid_to}
    by_former = {item.former_code: item for item in successions}
    taken: set[str] = set()
    for place in list(known.values()):
        succession = by_former.get(place.code) if place.scheme == FIRST_SCHEME else None
        taken.add(_advance_township(tree, place, succession, townships, bureaus, scheme=scheme, on=on, decree=decree))
    for item in townships.values():
        if item.code not in taken:
            _advance_newcomer(tree, item, bureaus, known, scheme, on)
    _end_districts(tree, districts, on, decree)
    return tree


def _advance_districts(tree, districts, scheme, on, decree) -> dict[str, str]:
    """District code of the later list → bureau path; districts that are new get their bureau and departments."""
    bureaus = {}
    by_name = {place.name: place for place in tree.of_kind("BUREAU") if not place.valid_to}
    for item in districts.values():
        place = by_name.get(f"{item.name}民政局")
        if place is None:
            place = _place(item, CITY_PATH, scheme)
            place.valid_from, place.note = on, decree
            _add_departments(tree, tree.add(place))
        elif place.scheme != scheme:
            place.codes[scheme] = item.code
        bureaus[item.code] = place.path
    return bureaus


def _advance_township(tree, place, succession, townships, bureaus, *, scheme, on, decree) -> str:
    """Settle one township of the tree against the later list; returns the later code it took, or ''."""
    item = townships.get(succession.code) if succession else _same_name(tree, place, townships)
    if item is None:
        tree.doubts.append(f"{place.name}（{place.code}）不在新名单中，去向待确认，暂保留")
        return ""
    if succession and succession.moved:
        _succeed(tree, place, item, bureaus[item.parent_code], scheme, on, decree)
        return item.code
    if item.name != place.name:
        place.former_name, place.name, place.note = place.name, item.name, f"原名{place.name}"
    if place.scheme != scheme:
        place.codes[scheme] = item.code
    return item.code


def _same_name(tree, place, townships) -> Division | None:
    district = tree.places[place.district_path]
    codes = {district.code, *district.codes.values(), place.code[:6]}
    return next((item for item in townships.values() if item.name == place.name and item.parent_code in codes), None)


def _succeed(tree, place, item, bureau_path, scheme, on, decree) -> None:
    """``place`` ends on ``on``; a township under another bureau carries on, with all its villages."""
    heir = _place(item, bureau_path, scheme)
    if heir.path in tree.places:  # the same code named another place in the earlier list
        heir.path = f"{bureau_path}{scheme}-{item.code}/"
    heir.valid_from, heir.note = on, f"承继{tree.places[place.district_path].short_name}{place.name}；{decree}"
    tree.add(heir)
    for village in [item for item in tree.below(place.path) if not item.valid_to]:
        carried = replace(village, path=f"{heir.path}{village.code}/", scheme="OWN", valid_from=on, codes={})
        carried.note = "新代码未公布，沿用旧码"
        tree.add(carried)
        _end(village, carried.path, on, decree)
    _end(place, heir.path, on, decree)


def _end(place: Place, successor_path: str, on: date, decree: str) -> None:
    place.valid_to, place.successor_path, place.note = on, successor_path, decree


def _advance_newcomer(tree, item, bureaus, known, scheme, on) -> None:
    bureau_path = bureaus[item.parent_code]
    if (bureau_path, item.name) in known:
        return
    place = _place(item, bureau_path, scheme)
    if place.path in tree.places:
        place.path = f"{bureau_path}{scheme}-{item.code}/"
    place.valid_from, place.note = on, "新名单新增，前身待确认"
    tree.add(place)
    tree.doubts.append(f"{item.name}（{item.code}）为新名单新增，由哪些镇街划出待确认")


def _end_districts(tree, districts, on, decree) -> None:
    """A bureau that the later list does not name ends when one bureau carries on for most of its townships."""
    names = {f"{item.name}民政局" for item in districts.values()}
    for bureau in [
        place for place in tree.of_kind("BUREAU") if place.scheme != "SPECIAL" and not place.valid_to and place.name not in names
    ]:
        heirs = [
            tree.places[place.successor_path].district_path
            for place in tree.below(bureau.path)
            if place.kind == "TOWNSHIP" and place.successor_path
        ]
        if not heirs:
            tree.doubts.append(f"{bureau.name}（{bureau.code}）不在新名单中，去向待确认，暂保留")
            continue
        heir = max(sorted(set(heirs)), key=heirs.count)
        for department in [place for place in tree.below(bureau.path) if place.kind == "DEPARTMENT"]:
            _end(department, f"{heir}D-{department.function}/", on, decree)
        _end(bureau, heir, on, decree)


def bundled() -> Tree:
    """The tree that comes with the software: the list of 2023 carried into that of 2026."""
    tree = build_first(read_divisions(DATA / "divisions_2023.csv.gz"), read_rows(DATA / "special_areas.csv"))
    later, successions = read_divisions(DATA / "divisions_2026.csv.gz"), read_successions(DATA / "succession_2026.csv.gz")
    return advance(tree, later, successions, scheme=LATER_SCHEME, on=LATER_IN_FORCE, decree=DECREE)
