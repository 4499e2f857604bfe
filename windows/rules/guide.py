"""What everybody may read about a programme, and how soon. Values in, verdicts out."""

from collections.abc import Iterator
from datetime import date

from records.policy import Breach, Clause

TOLD = Clause("渝民发〔2018〕4号", "四（三）")
IN_TIME = Clause("基层政务公开标准目录", "社会救助领域")
PUBLISH_WORKDAYS = 10
SURELY_LATE_DAYS = 30  # calendar days; where a calendar is missing, more than this is more than ten working days
OF_A_PROGRAMME = frozenset({"CONDITION", "STANDARD"})


def text_breaches(*, kind: str, programme: str, title: str, body: str, source: str, formed: date, today: date) -> Iterator[Breach]:
    """W-18: who reads it must find what it is about, what it says and where that stands."""
    missing = [label for label, text in (("标题", title), ("内容", body), ("依据文件", source)) if not text.strip()]
    if missing:
        yield Breach("W-18", TOLD, f"请填写{'、'.join(missing)}。")
    if kind in OF_A_PROGRAMME and not programme:
        yield Breach("W-18", TOLD, "申请条件和救助标准须选择一个救助事项。")
    if formed > today:
        yield Breach("W-18", IN_TIME, f"信息形成日期 {formed} 在今天之后。")


def late_breaches(*, formed: date, today: date, workdays: int | None) -> Iterator[Breach]:
    """W-18: within ten working days of being formed. ``workdays`` since then, None without a calendar of that year."""
    late = workdays > PUBLISH_WORKDAYS if workdays is not None else (today - formed).days > SURELY_LATE_DAYS
    if late:
        passed = f"已过 {workdays} 个工作日" if workdays is not None else "已久"
        text = f"信息形成于 {formed}，{passed}，应在 {PUBLISH_WORKDAYS} 个工作日内公开：请写明逾期的原因。"
        yield Breach("W-18", IN_TIME, text, binding=False)
