"""Numbers that people and bodies carry: put right what is only typed badly, judge the rest, and mask for the eye.

Resident numbers: GB 11643-1999 (18 characters, ISO 7064 MOD 11-2, a date that has been). The region inside is frozen at
birth or registration and only a hint, never a test. Credit codes: GB 32100-2015; two real codes fail the check character,
so that fault warns and never blocks. Imports no Django.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from records.policy import Breach, Clause

RESIDENT = Clause("GB 11643-1999", "")
CREDIT = Clause("GB 32100-2015", "")
OLDEST = 130
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e\u200e\u200f"))
RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
RESIDENT_CHECKS = "10X98765432"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
OTHER_DOCUMENTS = {"81": "港澳居民居住证", "82": "港澳居民居住证", "83": "台湾居民居住证"}


def normalise_id(text: str) -> str:
    """Full width to half width, blanks, invisible marks and a leading apostrophe away, letters upper. Digits stay as typed."""
    text = unicodedata.normalize("NFKC", text or "").translate(INVISIBLE)
    return re.sub(r"\s+", "", text).strip("'‘’`").upper()


def resident_check_digit(first17: str) -> str:
    return RESIDENT_CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, RESIDENT_WEIGHTS, strict=True)) % 11]


def credit_check_character(first17: str) -> str:
    total = sum(CREDIT_ALPHABET.index(char) * weight for char, weight in zip(first17, CREDIT_WEIGHTS, strict=True))
    return CREDIT_ALPHABET[-total % 31]


def check_resident_id(text: str, today: date) -> Iterator[Breach]:
    """Faults of a resident number as typed. Nothing yielded: a number that may exist. Never says whose it is."""
    number = normalise_id(text)
    if re.fullmatch(r"\d+\.\d+E\+?\d+", number):
        yield _resident("身份证号被表格软件存成了科学记数，末几位已丢失，请改为文本后重新填写。")
    elif "*" in number:
        yield _resident("身份证号带有掩码（*），请填写完整号码。")
    elif len(number) != 18:
        yield _resident(f"身份证号应为18位，现为{len(number)}位。")
    elif not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        yield _resident("身份证号前17位应为数字，末位为数字或X。")
    elif resident_check_digit(number[:17]) != number[17]:
        yield _resident("身份证号校验码不符，请核对是否有一位填错。")
    else:
        yield from _check_birth(number, today)


def _check_birth(number: str, today: date) -> Iterator[Breach]:
    born = birth_date(number)
    if born is None:
        yield _resident(f"身份证号中的出生日期“{number[6:14]}”不存在。")
    elif born > today:
        yield _resident(f"身份证号中的出生日期 {born} 晚于今天。")
    elif age_on(born, today) > OLDEST:
        yield _resident(f"按身份证号计算年龄为{age_on(born, today)}岁，请核对。", binding=False)


def _resident(message: str, *, binding: bool = True) -> Breach:
    return Breach("ID-1", RESIDENT, message, binding)


def birth_date(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def age_on(born: date, on: date) -> int:
    """Full years; someone born on 29 February grows older on 1 March in common years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sound resident number says about its holder."""

    born: date
    age: int
    sex: str
    document: str


def facts_of(text: str, today: date) -> Facts | None:
    """Birth date, age, sex (男/女) and kind of document; None when the number has a binding fault."""
    number = normalise_id(text)
    if any(breach.binding for breach in check_resident_id(number, today)):
        return None
    born = birth_date(number)
    sex = "男" if int(number[16]) % 2 else "女"
    return Facts(born, age_on(born, today), sex, OTHER_DOCUMENTS.get(number[:2], "居民身份证"))


def check_uscc(text: str) -> Iterator[Breach]:
    """Faults of a unified social credit code. A wrong check character only warns: real codes in use have one."""
    code = normalise_id(text)
    strange = sorted(set(code) - set(CREDIT_ALPHABET))
    if len(code) != 18:
        yield _credit(f"统一社会信用代码应为18位，现为{len(code)}位。")
    elif strange:
        yield _credit(f"统一社会信用代码中不会出现“{'、'.join(strange)}”，请核对（I、O、S、V、Z 不使用，常与 1、0、5、2 混淆）。")
    elif credit_check_character(code[:17]) != code[17]:
        yield _credit("统一社会信用代码校验码不符，请核对；确系登记机关发放的，写明原因后可以保存。", binding=False)


def _credit(message: str, *, binding: bool = True) -> Breach:
    return Breach("ID-2", CREDIT, message, binding)


def mask_id(number: str) -> str:
    """``500101********1234``; anything too short to keep both ends is hidden whole."""
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}" if len(number) >= 15 else "*" * len(number)


def mask_name(name: str) -> str:
    """The family name stays: 张三 → 张*, 欧阳小明 → 欧***, 阿依古丽·买买提 → 阿**."""
    name = name.strip()
    if "·" in name or "•" in name:
        return f"{name[:1]}**"
    return name[:1] + "*" * max(len(name) - 1, 1) if name else ""


def mask_phone(phone: str) -> str:
    """``138****1234``; short numbers keep their last two digits."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else f"****{phone[-2:]}" if len(phone) > 4 else "*" * len(phone)


def mask_card(number: str) -> str:
    return f"{'*' * max(len(number) - 4, 0)}{number[-4:]}" if len(number) > 4 else "*" * len(number)
