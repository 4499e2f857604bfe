"""What must not become public. Pure: values in, verdicts out."""

import re
from collections.abc import Iterable, Iterator

from records.policy import Breach, Clause

PERSONAL_DATA = Clause("政府信息公开条例", "第十五条")
BIRTH = r"(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])[0-3]\d"
PATTERNS = (
    ("居民身份号码", re.compile(rf"(?<![0-9A-Za-z])[1-9]\d{{5}}{BIRTH}\d{{3}}[0-9Xx](?![0-9A-Za-z])")),
    ("银行卡号", re.compile(r"(?<![0-9A-Za-z])62\d{14,17}(?![0-9A-Za-z])")),
)


def personal_data_breaches(lines: Iterable[str]) -> Iterator[Breach]:
    """NT-3: nothing of a person's numbers in public; what is printed can never be taken back from those who copied it."""
    for line in lines:
        for what, pattern in PATTERNS:
            for found in pattern.finditer(line):
                shown = f"{found.group(0)[:6]}…{found.group(0)[-2:]}"
                yield Breach("NT-3", PERSONAL_DATA, f"公开内容含有{what}（{shown}），不得公开，请删除。")
