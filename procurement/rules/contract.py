"""From the award to the first day of service: content, exit, takeover, time limits. Rule ids: docs/rules.md."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from procurement.rules.report import SUPERVISION
from records.policy import Breach, Clause

CONTENT = Clause("政府采购法", "第四十四条")
EXIT = Clause("渝民发〔2018〕4号", "二（七）")
NO_CHANGE = Clause("政府采购法", "第五十条")
SIGNING = Clause("政府采购法", "第四十六条")
ANNOUNCEMENT = Clause("政府采购法实施条例", "第五十条")

REQUIRED_CONTENT = {
    "scope": "内容",
    "starts_on": "期限（开始日期）",
    "ends_on": "期限（结束日期）",
    "quantity_terms": "数量",
    "quality_terms": "质量",
    "price_terms": "价格",
    "settlement": "结算方式",
    "rights_duties": "权利义务",
    "liability": "违约责任",
}
EXIT_TRIGGERS = {
    "cannot_perform": "不能继续履行合同",
    "breach": "违背合同约定",
    "fraud": "弄虚作假",
    "assignment": "转包",
    "lost_qualification": "丧失承接资格",
    "two_poor": "连续两年绩效评价为差",
    "privacy": "严重侵害服务对象隐私",
}
# The clause names the mechanism; these four stand in the text itself, the rest may be added.
LEAST_TRIGGERS = frozenset({"cannot_perform", "breach", "fraud", "assignment"})


def award_breaches(*, in_force: bool, contractor: str) -> Iterator[Breach]:
    """P-59: no contract on an award that lapsed."""
    if not in_force:
        yield Breach("P-59", SIGNING, f"{contractor}的成交结果已失效，请与下一名候选供应商签订合同。")


def content_breaches(content: Mapping[str, object]) -> Iterator[Breach]:
    """P-20: everything a contract must state. ``content``: field → what it says."""
    missing = [label for key, label in REQUIRED_CONTENT.items() if not content.get(key)]
    if missing:
        yield Breach("P-20", CONTENT, f"合同尚未写明：{'、'.join(missing)}。")


def exit_breaches(triggers: Collection[str], clause: str) -> Iterator[Breach]:
    """V-07: every contract has an exit clause naming at least the triggers of the text."""
    if not clause.strip():
        yield Breach("V-07", EXIT, "合同须有退出条款，写明退出程序和善后安排。")
    absent = [EXIT_TRIGGERS[key] for key in EXIT_TRIGGERS if key in LEAST_TRIGGERS and key not in triggers]
    if absent:
        yield Breach("V-07", EXIT, f"退出情形缺少：{'、'.join(absent)}。")


@dataclass(frozen=True, slots=True)
class Takeover:
    substitute: str
    contact_name: str
    contact_phone: str
    activation_hours: int | None
    funded: bool
    handover_items: str


def takeover_breaches(plan: Takeover | None, *, limit_hours: Decimal | None) -> Iterator[Breach]:
    """V-08: who takes over, how to reach them, in how many hours, from which money, what is handed over."""
    if plan is None:
        yield Breach("V-08", EXIT, "尚未制定临时接管预案，服务不能启动。")
        return
    parts = {
        "接管单位": plan.substitute.strip(),
        "联系人": plan.contact_name.strip(),
        "联系电话": plan.contact_phone.strip(),
        "启动时限": plan.activation_hours,
        "经费来源": plan.funded,
        "交接清单": plan.handover_items.strip(),
    }
    missing = [label for label, value in parts.items() if not value]
    if missing:
        yield Breach("V-08", EXIT, f"临时接管预案缺少：{'、'.join(missing)}。")
    if limit_hours is None:
        yield Breach("V-08", EXIT, "接管启动时限尚未设定，请在“政策参数”中设定。")
    elif plan.activation_hours and plan.activation_hours > limit_hours:
        yield Breach("V-08", EXIT, f"接管启动时限 {plan.activation_hours} 小时，超过规定的 {limit_hours.normalize():f} 小时。")


def signing_breaches(*, awarded_on: date, on: date, last_day: date) -> Iterator[Breach]:
    """T-14: within 30 days of the award notice. The law does not void a late contract, so a written reason lifts it."""
    if on > last_day:
        days = (on - awarded_on).days
        yield Breach(
            "T-14", SIGNING, f"成交通知书 {awarded_on} 发出，应在 {last_day} 前签订合同，已过 {days} 日，请说明原因。", binding=False
        )


def completion_breaches(*, ends_on: date, on: date, owed: Iterable[str]) -> Iterator[Breach]:
    """V-04: a contract is performed when its last day is over and no report is owed or waiting for an answer."""
    if on <= ends_on:
        yield Breach("P-20", CONTENT, f"合同约定服务至 {ends_on}，今天（{on}）尚未期满。")
    open_reports = list(owed)
    if open_reports:
        yield Breach("V-04", SUPERVISION, f"还有 {len(open_reports)} 份定期报告未审核通过：{'、'.join(open_reports[:6])}。")


def start_breaches(*, announced: bool, starts_on: date, on: date) -> Iterator[Breach]:
    """T-15 before service, and not before the day the contract names."""
    if not announced:
        yield Breach("T-15", ANNOUNCEMENT, "合同签订后 2 个工作日内应公告，公告后方可启动服务。")
    if on < starts_on:
        yield Breach("P-20", CONTENT, f"合同约定服务自 {starts_on} 开始，今天（{on}）尚不能启动。")
