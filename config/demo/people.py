"""Made-up people: deterministic, never repeating, plainly made up.

ID numbers use the group codes 510200 (born before 1997) and 500100, which no living person carries, phones begin with 123, and
names use surnames that are no surnames. ``person(i)`` is a pure function of the seed and ``i``: nothing is kept, any order.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from records.identity import credit_check_character, resident_check_digit

SURNAMES = "示例演样虚拟测试范仿"
STEMS = "甲乙丙丁戊己庚辛壬癸"
BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
FIRST_BIRTH, LAST_BIRTH = date(1936, 1, 1), date(2019, 12, 31)
BIRTH_DAYS = (LAST_BIRTH - FIRST_BIRTH).days + 1
NEW_CODE_FROM = 1997
STRIDE = 11_003  # prime to BIRTH_DAYS: neighbouring numbers are born years apart
LARGEST = BIRTH_DAYS * 999  # people before a sequence number would repeat


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    sex: str  # 男, 女
    born_on: date
    id_number: str
    phone: str


class People:
    """``People(seed).person(7)`` is the same person in every run; different numbers are different people."""

    def __init__(self, seed: int = 2026):
        self.seed = seed

    def person(self, index: int) -> Person:
        if not 0 <= index < LARGEST:
            raise ValueError(f"only {LARGEST} people can be made up: {index}")
        day = (index * STRIDE + self.seed * 97) % BIRTH_DAYS
        sequence = index // BIRTH_DAYS + 1
        born = FIRST_BIRTH + timedelta(days=day)
        number = resident_number(born, sequence)
        sex = "男" if sequence % 2 else "女"
        return Person(self.name(index), sex, born, number, f"123{(index * 7 + self.seed) % 100_000_000:08}")

    def name(self, index: int) -> str:
        """Three characters that are no name: 示甲子, 例乙丑 …"""
        mixed = index * 7_919 + self.seed
        surname, rest = mixed % len(SURNAMES), mixed // len(SURNAMES)
        stem, branch = rest % len(STEMS), rest // len(STEMS) % len(BRANCHES)
        return f"{SURNAMES[surname]}{STEMS[stem]}{BRANCHES[branch]}"


def resident_number(born: date, sequence: int) -> str:
    """18 characters with a right check digit; the region is one that no person carries. ``sequence`` 1–999: odd is male."""
    region = "500100" if born.year >= NEW_CODE_FROM else "510200"
    first17 = f"{region}{born:%Y%m%d}{sequence:03}"
    return first17 + resident_check_digit(first17)


def made_up_uscc(kind: str, serial: int, region: str = "500100") -> str:
    """A credit code with a right check character: ``kind`` 52 社会服务机构, 91 企业 …; the body is a plain counter."""
    first17 = f"{kind}{region}MA{serial:07}"
    return first17 + credit_check_character(first17)
