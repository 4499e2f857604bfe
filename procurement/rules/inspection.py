"""Checks on the spot, and putting right what they found. 渝民发〔2018〕4号 二（七）; V-06 is the house's own course."""

import hashlib
import random
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from procurement.rules.report import SUPERVISION
from records.policy import Breach


def draw(population: Sequence[str], size: int, seed: str) -> list[str]:
    """``size`` of the sorted ``population``, the same for the same seed on every machine: whoever doubts a draw repeats it."""
    return random.Random(seed).sample(sorted(population), min(size, len(population)))  # noqa: S311  repeatable on purpose


def population_digest(population: Sequence[str]) -> str:
    """SHA-256 of the sorted list the draw was made from."""
    return hashlib.sha256("\n".join(sorted(population)).encode()).hexdigest()


def draw_breaches(size: int, population: int) -> Iterator[Breach]:
    if size < 1:
        yield Breach("V-06", SUPERVISION, "抽查人数至少为 1。")
    elif not population:
        yield Breach("V-06", SUPERVISION, "本合同没有在册服务对象，不能抽取。")


def finding_breaches(fact: str, clause: str) -> Iterator[Breach]:
    """A finding names what was seen and which clause it offends."""
    if not fact.strip():
        yield Breach("V-06", SUPERVISION, "请写明检查发现的事实。")
    if not clause.strip():
        yield Breach("V-06", SUPERVISION, "请写明违反的合同条款或者规定。")


def notice_breaches(*, facts: str, clause: str, demand: str, due_on: date | None, today: date) -> Iterator[Breach]:
    """A notice states facts, clause, demand and deadline."""
    parts = {"存在问题": facts, "依据": clause, "整改要求": demand}
    missing = [label for label, text in parts.items() if not text.strip()]
    if missing:
        yield Breach("V-06", SUPERVISION, f"整改通知缺少：{'、'.join(missing)}。")
    if due_on is None:
        yield Breach("V-06", SUPERVISION, "整改时限尚未设定（政策参数“整改时限”），请填写整改期限。")
    elif due_on <= today:
        yield Breach("V-06", SUPERVISION, f"整改期限 {due_on} 应晚于今天（{today}）。")


def extension_breaches(*, extended: bool, days: int, limit: Decimal | None, reason: str) -> Iterator[Breach]:
    """One extension, no longer than the limit, with a reason."""
    if extended:
        yield Breach("V-06", SUPERVISION, "整改期限只能延长一次，本次整改已经延过期。")
    if limit is None:
        yield Breach("V-06", SUPERVISION, "整改延期上限尚未设定，请在“政策参数”中设定后再延期。")
    elif not 1 <= days <= limit:
        yield Breach("V-06", SUPERVISION, f"延长 {days} 个工作日不成立，最多 {int(limit)} 个工作日。")
    if not reason.strip():
        yield Breach("V-06", SUPERVISION, "请写明延期原因。")


def verifier_breaches(*, verifier: int, issuer: int, finders: Sequence[int]) -> Iterator[Breach]:
    """V-06: who found or issued does not verify."""
    if verifier == issuer or verifier in finders:
        yield Breach("V-06", SUPERVISION, "复查须由发现人、签发人以外的人员进行，请转交其他监管人员。")


def is_second_failure(failed_before: int) -> bool:
    """V-06: failing again after one failed re-check asks for an exit review."""
    return failed_before >= 1
