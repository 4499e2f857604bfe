"""One cell put right, or the reason why it cannot be. Nothing is rounded, nothing is guessed. Imports no Django.

Every reader answers a ``Cell``: the value, the codes of what was repaired, and the code of a fault (then the value is None).
``words`` has the Chinese words of every code.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from records import identity

SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
DITTO = frozenset({"〃", "″", '"', "”", "''", "同上", "同前"})
NOTHING = frozenset({"", "/", "-", "—", "——", "－", "无", "\\"})
DOTS = dict.fromkeys(map(ord, "•‧・･∙⋅・．"), "·")
NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[· .'-])*")
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
EPOCH = date(1899, 12, 30)
SERIAL_FROM, SERIAL_TO = 20_000, 80_000
DATES = (
    ("", re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:T?\d\d:\d\d(?::\d\d)?)?")),
    ("date_dots", re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})\.?")),
    ("date_slashes", re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")),
    ("date_cn", re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]")),
    ("date_compact", re.compile(r"(\d{4})(\d\d)(\d\d)")),
    ("date_month_only", re.compile(r"(\d{4})(?:[-./年])(\d{1,2})月?()")),
)
CAPITALS = dict(
    zip("零〇壹一贰二叁三肆四伍五陆六柒七捌八玖九两", (0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 2), strict=True)
)
PLACES = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1_000, "千": 1_000}
PER_MONTH = re.compile(r"(?:元|圆|块)?(?:/|每)?(?:月|户|人|年度)?(?:整)?$")
MOST = Decimal(10) ** 9


@dataclass(frozen=True, slots=True)
class Cell:
    value: object = None
    repairs: tuple[str, ...] = ()
    fault: str = ""


def normal(value) -> str:
    """Full-width forms, spaces and invisible characters put right: "　柳荫 镇" → "柳荫镇"."""
    text = unicodedata.normalize("NFKC", str(value if value is not None else "")).translate(identity.INVISIBLE)
    return re.sub(r"\s", "", text)


def letter(index: int) -> str:
    """0 → A, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def is_ditto(text: str) -> bool:
    return text.strip() in DITTO


def is_nothing(text: str) -> bool:
    return normal(text) in NOTHING


def read_id(text: str, today: date) -> Cell:
    """A resident number. One that a spreadsheet kept as a number has lost its last digits and is refused."""
    bare = re.sub(r"\s", "", text.translate(identity.INVISIBLE)).strip("'‘’`")
    half = unicodedata.normalize("NFKC", bare)
    number = half.upper()
    steps = (("repair_strip_id", text != bare), ("repair_nfkc", bare != half), ("repair_upper", half != number))
    repairs = tuple(code for code, done in steps if done)
    fault = id_fault(number, today)
    return Cell(None, (), fault) if fault else Cell(number, repairs)


def id_fault(number: str, today: date) -> str:
    """The code of the first binding fault of a number in its normal form, by the same order as records.identity."""
    if not number:
        return "id_missing"
    if SCIENTIFIC.fullmatch(number):
        return "id_numeric_precision_lost"
    if "*" in number:
        return "id_masked"
    if not any(breach.binding for breach in identity.check_resident_id(number, today)):
        return ""
    if len(number) != 18:
        return "id_length"
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return "id_characters"
    return "id_checksum" if identity.resident_check_digit(number[:17]) != number[17] else "id_birth"


def read_name(text: str) -> Cell:
    """Blanks inside a Chinese name away, one kind of middle dot. A cell that begins like a formula is no name."""
    plain = re.sub(r"\s+", " ", text.translate(identity.INVISIBLE)).strip()
    if not plain:
        return Cell(None, (), "name_missing")
    if plain.startswith(FORMULA_STARTS):
        return Cell(None, (), "formula_injection_name")
    name = plain if plain.isascii() else plain.replace(" ", "")
    dotted = name.translate(DOTS)
    if not NAME.fullmatch(dotted) or len(dotted) > 60:
        return Cell(None, (), "name_strange")
    steps = (("repair_name_space", name != text.strip()), ("dot_variant", dotted != name), ("middle_dot_kept", "·" in name))
    return Cell(dotted, tuple(code for code, done in steps if done))


def read_amount(text: str) -> Cell:
    """Yuan to the cent; None for an empty cell. "￥1,120.00", "480元/月", "叁仟元整"."""
    if is_nothing(text):
        return Cell()
    plain = normal(text)
    bare = PER_MONTH.sub("", plain.lstrip("¥￥").removeprefix("RMB")).replace(",", "").replace("，", "")
    repairs = ("amount_format",) if bare != text else ()
    if SCIENTIFIC.fullmatch(bare):
        return Cell(None, (), "bad_amount")
    try:
        value = Decimal(bare)
    except InvalidOperation:
        value, repairs = capitals(plain), ("amount_chinese_capitals",)
    if value is None or not value.is_finite() or abs(value) > MOST or value != value.quantize(Decimal("0.01")):
        return Cell(None, (), "bad_amount")
    if value <= 0:
        return Cell(None, (), "amount_not_positive")
    return Cell(value.quantize(Decimal("0.01")), repairs)


def capitals(text: str) -> Decimal | None:
    """叁仟元整 → 3000, 壹万贰仟零伍拾元伍角 → 12050.5; None for anything else."""
    match = re.fullmatch(
        r"(?:人民币)?(?P<yuan>[^元圆角分整正]*)[元圆](?:(?P<jiao>[^元圆角分整正零])角)?零?(?:(?P<fen>[^元圆角分整正])分)?[整正]?", text
    )
    if not match:
        return None
    yuan, jiao, fen = _whole(match["yuan"]), CAPITALS.get(match["jiao"] or "零"), CAPITALS.get(match["fen"] or "零")
    return None if None in (yuan, jiao, fen) else Decimal(yuan) + Decimal(jiao) / 10 + Decimal(fen) / 100


def _whole(text: str) -> int | None:
    total = section = digit = 0
    for char in text:
        if char in CAPITALS:
            digit = CAPITALS[char]
        elif char in PLACES:
            section += (digit or 1) * PLACES[char]
            digit = 0
        elif char in "万亿":
            total, section, digit = (total + section + digit) * (10**4 if char == "万" else 10**8), 0, 0
        else:
            return None
    return total + section + digit if text else None


def read_date(text: str) -> Cell:
    """The six ways in which a day is written, a month (its first day), and the day number of a spreadsheet; None when empty."""
    if is_nothing(text):
        return Cell()
    plain = normal(text)
    if re.fullmatch(r"\d{5}", plain):
        number = int(plain)
        return Cell(EPOCH + timedelta(days=number), ("date_serial",)) if SERIAL_FROM <= number <= SERIAL_TO else Cell(None, (), "bad_date")
    for code, shape in DATES:
        if match := shape.fullmatch(plain):
            try:
                day = date(int(match[1]), int(match[2]), int(match[3] or 1))
            except ValueError:
                return Cell(None, (), "bad_date")
            return Cell(day, (code,) if code else ())
    return Cell(None, (), "bad_date")
