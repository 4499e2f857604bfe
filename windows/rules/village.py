"""Villages help, and the money goes with the work. Values in, verdicts out."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from records.policy import Breach, Clause

ENTRUSTED = Clause("渝民发〔2018〕4号", "三（三）")
FOUND = Clause("社会救助法", "第三十九条")
FINDING_WORKDAYS = 2  # DESIGN: used only where no policy value is set; shown as 示例
NEEDS_HOUSEHOLDS = frozenset({"SCREENING"})
NEEDS_PHOTO = frozenset({"NOTICE"})


def task_breaches(*, fee: Decimal | None, fund_source: str, due: date, today: date) -> Iterator[Breach]:
    """A task carries its money line (费随事转); without one only with a written reason (W-23)."""
    if due < today:
        yield Breach("W-23", ENTRUSTED, f"完成期限 {due} 已经过去，请改为今天或以后。")
    if fee is not None and fee <= 0:
        yield Breach("W-23", ENTRUSTED, f"经费 {fee} 元应大于零；不拨经费的请留空并写明理由。")
    if fee is not None and not fund_source.strip():
        yield Breach("W-23", ENTRUSTED, "已填经费，请写明经费来源。")
    if fee is None:
        yield Breach("W-23", ENTRUSTED, "交由村（社区）承担的事项应当费随事转：请填写经费和来源，或者写明不拨经费的理由。", binding=False)


def report_breaches(
    *, kind: str, text: str, households: int | None, photo: bool, done: date, set_on: date, today: date
) -> Iterator[Breach]:
    """What a report must say. An empty number is not a zero."""
    if not text.strip():
        yield Breach("W-23", ENTRUSTED, "请写明完成情况。")
    if kind in NEEDS_HOUSEHOLDS and households is None:
        yield Breach("W-23", ENTRUSTED, "困难排查须填走访户数；一户都没有走访的填 0。")
    if kind in NEEDS_PHOTO and not photo:
        yield Breach("W-23", ENTRUSTED, "公示监督须附公示现场照片，照片中不得出现身份证号等隐私内容。")
    if not set_on <= done <= today:
        yield Breach("W-23", ENTRUSTED, f"完成日期 {done} 应在布置之日 {set_on} 至今天之间。")


def finding_breaches(*, situation: str, name: str, place: str) -> Iterator[Breach]:
    """Enough for the township to find the person."""
    if not situation.strip():
        yield Breach("W-10", FOUND, "请写明发现的情况。")
    if not (name.strip() or place.strip()):
        yield Breach("W-10", FOUND, "姓名和住处至少填一项，否则乡镇（街道）无法上门。")


def answer_breaches(*, answer: str, registered: bool, reported_on: date, case_on: date | None) -> Iterator[Breach]:
    """Found is followed up: help to apply, or say in words what was done instead (W-10)."""
    if not answer.strip():
        yield Breach("W-10", FOUND, "请写明如何处理：已告知并协助申请，或者不需申请的原因。")
    if registered and case_on is None:
        yield Breach("W-10", FOUND, "请选择已登记的申请；还没有登记的，先到“登记受理”登记。")
    if case_on is not None and case_on < reported_on:
        yield Breach("W-10", FOUND, f"所选申请登记于 {case_on}，早于本次报告（{reported_on}），请核对。")
