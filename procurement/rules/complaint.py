"""Service complaints of recipients and families: answered in time, judged by the bureau, without naming who complained."""

from collections.abc import Iterator

from procurement.rules.report import SUPERVISION
from records.policy import Breach, Clause

PRIVACY = Clause("个人信息保护法", "第六条")
SHORTEST = 6


def complaint_breaches(text: str) -> Iterator[Breach]:
    if len(text.strip()) < SHORTEST:
        yield Breach("V-12", SUPERVISION, f"请写明投诉的情况（不少于 {SHORTEST} 个字）。")


def forward_breaches(brief: str, *, disclose: bool, names: tuple[str, ...]) -> Iterator[Breach]:
    """What the contractor is told must not give away who complained, unless that person agreed."""
    if not brief.strip():
        yield Breach("V-12", SUPERVISION, "请写明转告承接主体的内容。")
    found = [name for name in names if name and name in brief]
    if found and not disclose:
        yield Breach("V-12", PRIVACY, "投诉人没有同意公开身份，转告内容中不能出现投诉人的姓名或者电话，请修改。")


def answer_breaches(verdict: str, answer: str, *, explained: bool) -> Iterator[Breach]:
    """A verdict and an answer; without the contractor's word only with a reason."""
    if not verdict:
        yield Breach("V-12", SUPERVISION, "请选择认定结果。")
    if not answer.strip():
        yield Breach("V-12", SUPERVISION, "请写明答复内容。")
    if not explained:
        yield Breach("V-12", SUPERVISION, "承接主体尚未说明情况即答复的，请写明原因。", binding=False)
