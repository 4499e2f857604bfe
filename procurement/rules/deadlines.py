"""The deadline table: every statutory period of a purchase as data, and the verdict on a day. No other module counts such a period.

A limit runs from one event to another. ``MOST``: the second must come no later than the last day; ``LEAST``: no earlier than the
first possible one. The first day is never counted (D-01, D-04); 日 are calendar days, 工作日 follow the published calendar (D-03). The
days themselves are counted in ``services.deadlines``, which knows the calendar; here nothing but the table and what follows from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from records.policy import Breach, Clause

LAW, REGULATION = "政府采购法", "政府采购法实施条例"
TENDERING, NOT_TENDERING, CONSULTING = "财政部令第87号", "财政部令第74号", "财库〔2014〕214号"


class Unit(StrEnum):
    WORKDAY = "个工作日"
    DAY = "日"


class Bound(StrEnum):
    LEAST = "不少于"
    MOST = "不超过"


@dataclass(frozen=True, slots=True)
class Limit:
    """``code`` is the rule id; ``name`` says what the period is; it runs from ``start`` to ``end``."""

    code: str
    name: str
    start: str
    end: str
    bound: Bound
    n: int
    unit: Unit
    clause: Clause

    def within(self, n: int) -> "Limit":
        """The same limit with the number that a contract has agreed on."""
        return replace(self, n=n)

    def __str__(self) -> str:
        return f"{self.start}至{self.end}{self.bound} {self.n} {self.unit}"


def _least(code, name, start, end, n, unit, document, number) -> Limit:
    return Limit(code, name, start, end, Bound.LEAST, n, unit, Clause(document, number))


def _most(code, name, start, end, n, unit, document, number) -> Limit:
    return Limit(code, name, start, end, Bound.MOST, n, unit, Clause(document, number))


WD, CD = Unit.WORKDAY, Unit.DAY
INTENT = _least("T-01", "采购意向公开", "意向公开", "采购活动开始", 30, CD, "财库〔2020〕10号", "")
TENDER_PERIOD = _least("T-02", "投标期限", "招标文件发出", "提交截止", 20, CD, LAW, "第三十五条")
TENDER_DOCUMENTS = _least("T-03", "招标文件提供期限", "招标文件发出", "提供期满", 5, WD, REGULATION, "第三十一条")
TENDER_CHANGE = _least("T-04", "影响投标的澄清修改", "更正公告", "提交截止", 15, CD, REGULATION, "第三十一条")
CONSULTATION_PERIOD = _least("T-05", "首次响应期限", "磋商文件发出", "提交截止", 10, CD, CONSULTING, "第十条")
CONSULTATION_DOCUMENTS = _least("T-06", "磋商文件提供期限", "磋商文件发出", "提供期满", 5, WD, CONSULTING, "第十条")
CONSULTATION_CHANGE = _least("T-06", "影响响应的澄清修改", "更正公告", "提交截止", 5, CD, CONSULTING, "第十条")
NEGOTIATION_PERIOD = _least("T-07", "谈判响应期限", "谈判文件发出", "提交截止", 3, WD, NOT_TENDERING, "第二十九条")
INQUIRY_PERIOD = _least("T-07", "询价响应期限", "询价通知书发出", "提交截止", 3, WD, NOT_TENDERING, "第四十五条")
TENDER_NOTICE = _least("T-08", "招标公告期限", "公告发布", "公告期满", 5, WD, TENDERING, "第十六条")
OTHER_NOTICE = _least("T-08", "采购公告期限", "公告发布", "公告期满", 3, WD, "财办库〔2020〕50号", "采购公告")
RESULT_NOTICE = _least("T-08", "结果公告期限", "结果公告", "公告期满", 1, WD, TENDERING, "第六十九条")
PREQUALIFICATION = _least("T-09", "资格预审申请期限", "资格预审公告", "申请截止", 5, WD, REGULATION, "第二十一条")
SINGLE_SOURCE = _least("T-10", "单一来源公示", "公示发布", "公示期满", 5, WD, REGULATION, "第三十八条")
EVALUATION_REPORT = _most("T-11", "送交评审报告", "评审结束", "送交采购人", 2, WD, REGULATION, "第四十三条")
CONFIRMATION = _most("T-12", "确定成交供应商", "收到评审报告", "确定成交", 5, WD, REGULATION, "第四十三条")
RESULT = _most("T-13", "结果公告和成交通知", "确定成交", "发布结果公告", 2, WD, REGULATION, "第四十三条")
SIGNING = _most("T-14", "签订合同", "成交通知书发出", "签订合同", 30, CD, LAW, "第四十六条")
CONTRACT_NOTICE = _most("T-15", "合同公告", "合同签订", "发布合同公告", 2, WD, REGULATION, "第五十条")
CONTRACT_FILING = _most("T-16", "合同备案", "合同签订", "报财政部门备案", 7, WD, LAW, "第四十七条")
BID_SECURITY = _most("T-17", "退还投标保证金", "通知书发出（未成交）或者合同签订（成交）", "退还", 5, WD, REGULATION, "第三十三条")
ENQUIRY_ANSWER = _most("T-18", "答复询问", "收到询问", "答复", 3, WD, REGULATION, "第五十二条")
QUERY = _most("T-19", "提出质疑", "知道或者应知权益受损", "提出质疑", 7, WD, LAW, "第五十二条")
QUERY_ANSWER = _most("T-20", "答复质疑", "收到质疑", "答复", 7, WD, LAW, "第五十三条")
COMPLAINT = _most("T-21", "提起投诉", "答复或者答复期满", "向财政部门投诉", 15, WD, LAW, "第五十五条")
COMPLAINT_DECISION = _most("T-22", "投诉处理决定", "收到投诉", "作出决定", 30, WD, LAW, "第五十六条")
SUSPENSION = _most("T-22", "暂停采购活动", "暂停通知", "恢复", 30, CD, LAW, "第五十七条")
PAYMENT = _most("T-23", "支付款项", "交付或者验收合格", "支付", 30, CD, "保障中小企业款项支付条例", "第九条")
DISCLOSURE = _most("T-25", "主动公开政府信息", "信息形成或者变更", "公开", 20, WD, "政府信息公开条例", "第二十六条")

TABLE = (
    INTENT, TENDER_PERIOD, TENDER_DOCUMENTS, TENDER_CHANGE, CONSULTATION_PERIOD, CONSULTATION_DOCUMENTS, CONSULTATION_CHANGE,
    NEGOTIATION_PERIOD, INQUIRY_PERIOD, TENDER_NOTICE, OTHER_NOTICE, RESULT_NOTICE, PREQUALIFICATION, SINGLE_SOURCE, EVALUATION_REPORT,
    CONFIRMATION, RESULT, SIGNING, CONTRACT_NOTICE, CONTRACT_FILING, BID_SECURITY, ENQUIRY_ANSWER, QUERY, QUERY_ANSWER, COMPLAINT,
    COMPLAINT_DECISION, SUSPENSION, PAYMENT, DISCLOSURE,
)  # fmt: skip

PAYMENT_LONGEST = 60  # calendar days that a contract may agree on instead (T-23)
LATE_INTEREST = "T-24"
LATE_INTEREST_CLAUSE = Clause("保障中小企业款项支付条例", "第十七条")
LATE_INTEREST_PER_DAY = Decimal("0.0005")  # where the contract agrees on nothing


@dataclass(frozen=True, slots=True)
class Periods:
    """What holds for a method: notice, documents, time to respond, and time left after a change."""

    notice: Limit
    documents: Limit
    response: Limit
    change: Limit


TENDER_METHODS = ("OPEN", "INVITED")
_BY_TENDER = Periods(TENDER_NOTICE, TENDER_DOCUMENTS, TENDER_PERIOD, TENDER_CHANGE)
_BY_CONSULTATION = Periods(OTHER_NOTICE, CONSULTATION_DOCUMENTS, CONSULTATION_PERIOD, CONSULTATION_CHANGE)
PERIODS = {
    **dict.fromkeys(TENDER_METHODS, _BY_TENDER),
    "CONSULTATION": _BY_CONSULTATION,
    "BELOW_THRESHOLD": _BY_CONSULTATION,  # no law names a period there; we take that of a consultation (DESIGN)
}


def periods_of(method: str) -> Periods:
    """The periods of a method; one that has none of its own is held to those of a consultation."""
    return PERIODS.get(method, _BY_CONSULTATION)


NO_INTENT_NEEDED = frozenset({"BELOW_THRESHOLD"})  # 财库〔2020〕10号 is about purchases within the catalogue or above the limit


@dataclass(frozen=True, slots=True)
class Timetable:
    """Dates of a notice issued on ``issued_on``."""

    issued_on: date
    notice_until: date
    documents_until: date
    earliest_deadline: date


def deadline_breaches(method: str, timetable: Timetable, deadline_on: date) -> Iterator[Breach]:
    """T-02, T-05: far enough from the day of issue, which is today; T-03, T-06: not before the documents ran out."""
    yield from response_breaches(method, issued_on=timetable.issued_on, deadline_on=deadline_on, earliest=timetable.earliest_deadline)
    documents = PERIODS[method].documents
    if deadline_on < timetable.documents_until:
        message = f"提交截止日期 {deadline_on} 早于采购文件提供期限 {timetable.documents_until}。"
        yield Breach(documents.code, documents.clause, message)


def response_breaches(method: str, *, issued_on: date, deadline_on: date, earliest: date) -> Iterator[Breach]:
    """T-02, T-05 alone."""
    limit = periods_of(method).response
    if deadline_on < earliest:
        days = (deadline_on - issued_on).days
        yield Breach(
            limit.code,
            limit.clause,
            f"采购文件 {issued_on} 发出，{deadline_on} 截止只有 {days} 日，不得少于 {limit.n} 日（最早 {earliest}）。",
        )


def change_breaches(method: str, *, announced_on: date, deadline_on: date, earliest: date) -> Iterator[Breach]:
    """T-04, T-06: what may affect bids leaves enough days before the deadline, or the deadline moves."""
    limit = periods_of(method).change
    if deadline_on < earliest:
        left = (deadline_on - announced_on).days
        message = f"更正内容可能影响响应文件编制：{announced_on} 更正，{deadline_on} 截止只有 {left} 日，"
        yield Breach(limit.code, limit.clause, f"{message}不足 {limit.n} 日，截止时间须顺延到 {earliest} 或者以后。")


def intent_breaches(method: str, *, announced_on: date | None, earliest: date | None, on: date) -> Iterator[Breach]:
    """T-01: the intent stood in public for 30 days before the purchase begins.

    The text says 原则上, and lets an unforeseeable emergency go without: a written reason lifts it.
    """
    if method in NO_INTENT_NEEDED:
        return
    way_out = "因不可预见的原因急需采购的，请写明理由。"
    if announced_on is None:
        message = f"尚未公开采购意向，一般应在采购活动开始前至少 {INTENT.n} 日公开。{way_out}"
        yield Breach(INTENT.code, INTENT.clause, message, binding=False)
    elif earliest is not None and on < earliest:
        message = f"采购意向 {announced_on} 公开，至今天 {(on - announced_on).days} 日，不足 {INTENT.n} 日（{earliest} 起可以发布公告）。"
        yield Breach(INTENT.code, INTENT.clause, message + way_out, binding=False)


def single_source_breaches(*, announced_on: date | None, until: date | None, on: date) -> Iterator[Breach]:
    """T-10: the reasons for buying from one supplier were open to objection for five working days, and these are over."""
    if announced_on is None:
        yield Breach(SINGLE_SOURCE.code, SINGLE_SOURCE.clause, f"单一来源采购须先公示不少于 {SINGLE_SOURCE.n} 个工作日，尚未公示。")
    elif until is None or on <= until:
        yield Breach(SINGLE_SOURCE.code, SINGLE_SOURCE.clause, f"单一来源公示 {announced_on} 发布，公示期至 {until}，期满后方可采购。")
