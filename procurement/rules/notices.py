"""What a public notice must and may say, and what an amendment may change. Rule ids: docs/rules.md."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from procurement.rules import deadlines
from records.policy import Breach, Clause
from records.refusals import HOUSE

CONTENT = Clause(HOUSE, "文书公告")
FORM = "财办库〔2020〕50号"
INTENT_FORM, AMENDMENT_FORM, SINGLE_SOURCE_FORM = Clause(FORM, "采购意向"), Clause(FORM, "更正公告"), Clause(FORM, "单一来源公示")
TERMINATION_FORM = Clause(FORM, "终止公告")
SINGLE_SOURCE = Clause("政府采购法", "第三十一条")
SIGNING = Clause("政府采购法", "第四十六条")
REQUIRED = {
    "intent": (INTENT_FORM, {"overview": "采购需求概况", "expected": "预计采购时间"}),
    "amendment": (AMENDMENT_FORM, {"subject": "更正事项", "reason": "更正原因"}),
    "single_source": (
        SINGLE_SOURCE_FORM,
        {
            "service": "拟采购的服务说明",
            "ground": "采用单一来源的情形",
            "reason": "采用原因",
            "supplier": "拟定供应商名称",
            "supplier_address": "拟定供应商地址",
            "opinions": "专业人员论证意见",
            "finance_contact": "财政部门联系方式",
        },
    ),
    "termination": (TERMINATION_FORM, {"outcome": "终止情形", "reason": "终止（废标）原因"}),
    "complaint": (
        Clause("财政部令第94号", ""),
        {"parties": "相关当事人", "facts": "基本情况", "basis": "处理依据", "decision": "处理结果"},
    ),
}
SUBJECTS = {"notice": "采购公告", "document": "采购文件", "result": "采购结果"}
OUTCOMES = {"FAILED": "废标（供应商不足、全部超预算或者其他法定情形）", "TERMINATED": "终止采购（重大变故，采购任务取消等）"}
SINGLE_SOURCE_GROUNDS = {
    "only_one": "只能从唯一供应商处采购",
    "emergency": "发生了不可预见的紧急情况不能从其他供应商处采购",
    "add_on": "必须保证原有采购项目一致性或者服务配套的要求，添购金额不超过原合同百分之十",
}
OPINIONS = "专业人员论证意见"


def content_breaches(kind: str, values: Mapping[str, object]) -> Iterator[Breach]:
    """NT-4: the fields that the form of this notice demands."""
    if kind not in REQUIRED:
        return
    clause, fields = REQUIRED[kind]
    missing = [label for key, label in fields.items() if not str(values.get(key) or "").strip()]
    if missing:
        yield Breach("NT-4", clause, f"公告尚缺：{'、'.join(missing)}。")


def expected_breaches(expected: str, *, on: date) -> Iterator[Breach]:
    """T-01: the month in which the purchase is expected, not one that is over."""
    found = re.fullmatch(r"(20\d{2})-(0[1-9]|1[0-2])", expected)
    if not found:
        yield Breach("T-01", INTENT_FORM, f"预计采购时间应写明年月，如 2026-05，现为“{expected}”。")
    elif (int(found[1]), int(found[2])) < (on.year, on.month):
        yield Breach("T-01", INTENT_FORM, f"预计采购时间 {expected} 已经过去。")


def opinion_breaches(attached: int) -> Iterator[Breach]:
    """T-10: the written opinions of the specialists go out with the notice."""
    if not attached:
        yield Breach("T-10", SINGLE_SOURCE_FORM, "单一来源公示须附专业人员论证意见，请上传后发布。")


def decided_above_breaches(outcome: str) -> Iterator[Breach]:
    """NT-4: 废标 follows from what happened in the purchase; that nothing is bought any more is decided by whoever leads the bureau."""
    if outcome == "TERMINATED":
        yield Breach("NT-4", TERMINATION_FORM, "终止采购由负责人在“终止项目”中核对公告预览后决定并发布，经办人只编制公告稿。")


def awarded_breaches(outcome: str, *, awarded: bool) -> Iterator[Breach]:
    """P-59: who was told that it has won is not passed over by declaring the purchase failed."""
    if outcome == "FAILED" and awarded:
        message = "已确定成交供应商，不能废标。成交供应商不签订合同的先办理“成交结果失效”；采购任务取消的由负责人终止采购。"
        yield Breach("P-59", SIGNING, message)


def nothing_changed_breaches(changes: Iterable[object], clarification: str) -> Iterator[Breach]:
    if not list(changes) and not clarification.strip():
        yield Breach("NT-4", AMENDMENT_FORM, "没有更正内容：请修改至少一项，或者填写澄清说明。")


def moved_deadline_breaches(method: str, *, before: datetime, after: datetime, now: datetime) -> Iterator[Breach]:
    """T-04, T-06: a deadline may be moved only while it runs, and only to a later day: nobody loses time that was announced."""
    limit = deadlines.periods_of(method).change
    if now > before:
        yield Breach(limit.code, limit.clause, f"提交截止时间 {before:%Y-%m-%d %H:%M} 已过，不能再更正采购公告和采购文件。")
    elif after < before:
        yield Breach(limit.code, limit.clause, f"提交截止时间只能顺延，不能由 {before:%Y-%m-%d %H:%M} 提前到 {after:%Y-%m-%d %H:%M}。")
