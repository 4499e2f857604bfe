"""Each rule of the purchase (P, N, T, V, F) refuses or warns in its own words and with its clause. No database.

One case for each severity that docs/rules.md states; what only a service can judge is named with the test that shows it.
"""

import ast
import re
from datetime import UTC, date, datetime
from decimal import Decimal as D
from pathlib import Path

import pytest

from contractors import rules as firms
from procurement.rules import (
    acceptance,
    amendment,
    bidding,
    catalogue,
    challenge,
    committee,
    complaint,
    contract,
    deadlines,
    inspection,
    leaving,
    lots,
    market,
    money,
    notices,
    payment,
    plan,
    project,
    renewal,
    report,
    retention,
    scoring,
    selection,
    service,
    suspicion,
    takeover,
    wording,
)
from records.refusals import Refused, uphold
from scripts.rules_table import rows

ROOT = Path(__file__).resolve().parents[2]
DAY, LATER, NOON = date(2026, 3, 2), date(2026, 3, 20), datetime(2026, 3, 2, 12, tzinfo=UTC)
S, S22, S23, S25, S27 = "渝民发〔2018〕4号 二（一）", *(f"渝民发〔2018〕4号 二（{n}）" for n in "二三五七")
S24, GPL, GPR, O102 = "渝民发〔2018〕4号 二（四）", "政府采购法 第{}条", "政府采购法实施条例 第{}条", "财政部令第102号 第{}条"
BLOCK, WARN = True, False


def asked(key: str):
    """One question of the negative list or the employment test, answered the wrong way."""
    found = next(q for q in (*catalogue.SCREENING, *catalogue.EMPLOYMENT_TEST) if q.key == key)
    return catalogue.answer_breaches([found], {key: {"answer": found.wrong}})


def terms(**more):
    values = {"advance_share": D(0), "retained_share": D(0), "scale": {}, "payment_days": 30, "late_rate": None, "advance_limit": None}
    return payment.terms_breaches(payment.Terms(**(values | {"lpr": None} | more)))


def part(**more):
    values = {"name": "乙社", "amount": D(60), "others": D(0), "value": D(100), "core": False, "named_in_bid": True}
    more = {"qualification": "护理员", "further": False, "own": False, "banned": ""} | more
    return amendment.Part(**(values | more))


STANDINGS = [scoring.Standing(1, D(80), D(90), D(60)), scoring.Standing(2, D(79), D(100), D(70))]
TWINS = firms.Control("甲社", "91A", "张三", phone="023-88880000"), firms.Control("乙社", "91B", "张三", phone="023-88880000")
NEIGHBOURS = firms.Control("甲社", "91A", "张三", phone="023-88880000"), firms.Control("乙社", "91B", "李四", phone="023-88880000")
LOW = bidding.LowRates(mean=D("0.40"))
FINE = firms.Wrong("FINE", date(2025, 12, 1), D(3_000_000))
SHORT = deadlines.Timetable(DAY, DAY, LATER, DAY)
EMPTY = payment.Account(D(100), D(0), D(0), D(0), D(0), D(0), D(0))
SURE = {"open_threshold": D(4_000_000), "limit": D(1_000_000), "approval": ""}
UNSURE = {"open_threshold": None, "limit": None, "approval": ""}
TOO_SOON = {"deadline_on": DAY, "earliest": LATER}
ASKED = "CONSULTATION"
OWN_STAFF = {"seat": "expert", "of_purchaser": True, "handler": False}
SIGNED = {"awarded_on": DAY, "on": LATER, "last_day": DAY}

CASES = [
    ("P-01", S, BLOCK, "购买主体应为", project.purchaser_breaches("THIRD_PARTY", "")),
    ("P-02", S, BLOCK, "指导意见", project.guidance_breaches("TOWNSHIP", opinion="", given_on=None)),
    ("P-03", O102.format("八"), BLOCK, "不得作为承接主体", firms.form_breaches("INSTITUTION_1")),
    ("P-05", O102.format("五"), BLOCK, "不能作为购买主体", project.purchaser_breaches("VILLAGE", "")),
    ("P-05", S23, WARN, "102号令", firms.form_breaches("COLLECTIVE")),
    ("P-06", S22, BLOCK, "尚未选择购买内容", catalogue.item_breaches([], listed=[])),
    ("P-06", S24, BLOCK, "未列入", catalogue.item_breaches(["B1"], listed=[])),
    ("P-07", GPL.format("二十二"), BLOCK, "资质“护理”", firms.qualification_breaches({}, ["护理"], on=DAY)),
    ("P-08", GPL.format("七十七"), BLOCK, "禁止参加", firms.ban_breaches([firms.Ban("1号", DAY, LATER)], on=DAY)),
    ("P-08", GPR.format("十九"), WARN, "较大数额罚款", firms.violation_breaches([FINE], on=DAY)),
    ("P-09", "财库〔2016〕125号", BLOCK, "尚无查询记录", firms.credit_breaches([], on=DAY)),
    ("P-10", GPR.format("十八"), BLOCK, "乙社", firms.same_control_breaches(TWINS[0], [TWINS[1]])),
    ("P-10", GPR.format("十八"), WARN, "请核实", firms.sign_breaches(NEIGHBOURS[0], [NEIGHBOURS[1]])),
    ("P-11", GPR.format("十八"), BLOCK, "整体设计", market.adviser_breaches("9", [market.Adviser("9", "甲", "DESIGN")], method="OPEN")),
    ("P-12", GPR.format("二十"), BLOCK, "请删除", wording.wording_breaches("仅限社会组织参加")),
    ("P-12", "财政部令第87号 第十七条", WARN, "规模条件", wording.wording_breaches("注册资本不低于100万元")),
    ("P-13", GPL.format("二十四"), BLOCK, "尚未核实", market.unknown_partner_breaches(["91X"])),
    ("P-14", "财库〔2020〕46号", WARN, "排除社会组织", market.set_aside_breaches("whole", None, limit=None, reserve=None)),
    ("N-1", S22, BLOCK, "审核确认", catalogue.reserved_act_breaches("由承接主体审核确认低保")),
    ("N-2", S22, BLOCK, "应由政府直接提供", asked("N-2")),
    *((rule, O102.format("十"), BLOCK, "答为“是”", asked(rule)) for rule in ("N-3", "N-4", "N-5", "N-6", "N-7")),
    ("P-15", GPL.format("六"), BLOCK, "尚未填写采购计划金额", money.funding_breaches(plan=None, draws=[])),
    ("P-16", GPR.format("二十九"), BLOCK, "备案号", project.plan_breaches(" ")),
    ("P-17", GPR.format("十五"), BLOCK, "征求社会公众意见", project.opinion_breaches([], on=DAY)),
    ("P-18", "财库〔2021〕22号 第十条", WARN, "不少于 3 家", project.survey_breaches(2)),
    ("P-19", S24, BLOCK, "采购需求不能为空", project.requirement_breaches("", standards={}, quantity=D(1), unit="次")),
    ("P-20", GPL.format("四十四"), BLOCK, "合同尚未写明", contract.content_breaches({})),
    ("P-21", O102.format("二十四"), BLOCK, "超过 3 年", project.term_breaches(DAY, date(2029, 3, 2), {})),
    ("P-22", O102.format("二十一"), BLOCK, "没有以后年度", renewal.year_breaches(2027, needed=[], taken=[])),
    ("P-22", O102.format("二十一"), WARN, "绩效评价尚未公布", renewal.evaluation_breaches(2027, [])),
    ("P-23", GPL.format("三十一"), BLOCK, "原合同", selection.sole_ground_breaches("add_on", reason="配套", opinions=0, least=None)),
    ("P-24", GPL.format("五十"), BLOCK, "不得擅自终止", leaving.ground_breaches("", "x" * 10)),
    ("P-25", GPL.format("四十二"), BLOCK, "不能删除", retention.deletion_breaches("项目", None, on=DAY)),
    ("P-26", GPL.format("二十七"), BLOCK, "市财政部门批准", project.method_breaches("CONSULTATION", D(4_000_000), **SURE)),
    ("P-27", GPR.format("二十八"), BLOCK, "一并公告", lots.together_breaches(["包 2"], ["公开招标"])),
    ("P-28", GPL.format("八"), BLOCK, "尚未设定", project.method_breaches("OPEN", D(1), **UNSURE)),
    ("P-33", O102.format("十八"), BLOCK, "变相用工", firms.form_breaches("PERSON")),
    ("P-33", O102.format("十八"), WARN, "留用指定人员", asked("named_persons")),
    ("P-40", S24, BLOCK, "综合评分法", project.basis_breaches("lowest_price")),
    ("P-40", S24, WARN, "报价最低", scoring.lowest_price_breaches(1, STANDINGS)),
    ("P-41", "财政部令第87号 第五十五条", BLOCK, "不得低于", scoring.price_weight_breaches("OPEN", D(9))),
    ("P-42", "财库〔2014〕214号 第二十四条", BLOCK, "磋商服务项目价格权重", scoring.price_weight_breaches("CONSULTATION", D(31))),
    ("P-43", "财政部令第87号 第五十五条", BLOCK, "统一价格", scoring.price_weight_breaches("OPEN", D(10), fixed_price=True)),
    ("P-44", "财库〔2014〕214号 第二十四条", BLOCK, "最后报价", selection.final_quote_breaches("CONSULTATION", opened=False)),
    ("P-45", "财库〔2022〕19号 一", BLOCK, "扣除比例 9%", scoring.deduction_breaches(D(9))),
    ("P-45", "财库〔2022〕19号 一", WARN, "现登记信息不是", scoring.declaration_breaches(declared=True, registered=False)),
    ("P-46", GPR.format("三十四"), BLOCK, "应为 100", scoring.weights_breaches("OPEN", [])),
    ("P-47", GPR.format("二十"), WARN, "5A级", wording.wording_breaches("具有5A级称号")),
    ("P-50", GPL.format("三十六"), BLOCK, "有效供应商 2 家", bidding.bidder_count_breaches("OPEN", 2)),
    ("P-50", "财库〔2015〕124号", BLOCK, "有效供应商 1 家", bidding.bidder_count_breaches("CONSULTATION", 1)),
    ("P-51", GPL.format("三十六"), BLOCK, "高于最高限价", bidding.quote_breaches(D(2), ceiling=D(1), project="x")),
    ("P-52", "财库〔2026〕2号", BLOCK, "异常低价线", bidding.low_rates_breaches(LOW)),
    ("P-53", "财库〔2026〕2号", BLOCK, "尚无结论", bidding.unsettled_low_breaches(["甲社"])),
    ("P-53", "财库〔2026〕2号", BLOCK, "30 分钟", bidding.explanation_time_breaches(asked_at=NOON, now=NOON, answered=False)),
    ("P-54", "财政部令第87号 第四十七条", BLOCK, "应为单数", committee.committee_breaches("OPEN", size=6, experts=5, minimum=5)),
    ("P-54", "财库〔2014〕214号 第七条", BLOCK, "不足", committee.committee_breaches("CONSULTATION", size=5, experts=3, minimum=3)),
    ("P-55", GPR.format("三十九"), BLOCK, "采购人的工作人员", committee.seat_breaches("甲", **OWN_STAFF)),
    ("P-56", GPR.format("九"), BLOCK, "应当回避", committee.recusal_breaches("甲", [committee.Link("KIN", "乙社")], on=DAY)),
    ("P-58", GPR.format("三十三"), BLOCK, "非现金", selection.security_breaches("bid", form="cash", amount=D(1), base=D(100))),
    ("P-58", GPR.format("四十八"), BLOCK, "10%", selection.security_breaches("performance", form="bank", amount=D(11), base=D(100))),
    ("P-59", GPL.format("四十六"), BLOCK, "已失效", contract.award_breaches(in_force=False, contractor="甲社")),
    ("P-59", GPL.format("四十六"), BLOCK, "不能废标", notices.awarded_breaches("FAILED", awarded=True)),
    ("P-60", GPL.format("四十一"), BLOCK, "没有服务标准", acceptance.coverage_breaches([])),
    ("P-60", GPL.format("四十一"), WARN, "不同意", acceptance.agreement_breaches([acceptance.Member("甲", "member", False, "不符")])),
    ("P-61", GPR.format("四十五"), BLOCK, "服务对象的意见", acceptance.opinion_breaches(0)),
    ("P-62", "财库〔2016〕205号", BLOCK, "结束", acceptance.period_breaches(DAY, LATER, DAY)),
    ("P-63", GPR.format("五十一"), BLOCK, "凭证号", payment.voucher_breaches("", paid_on=DAY, requested_on=DAY, on=DAY)),
    ("P-64", GPR.format("五十一"), BLOCK, "没有约定预付款", payment.advance_breaches(D(1), EMPTY, D(0))),
    ("P-65", GPL.format("六十一"), BLOCK, "另一人", project.other_person_breaches(1, handlers={"编制": 1}, act="批准")),
    ("T-01", "财库〔2020〕10号", WARN, "尚未公开采购意向", deadlines.intent_breaches("OPEN", announced_on=None, earliest=None, on=DAY)),
    ("T-02", "财政部令第87号 第三十三条", BLOCK, "已过提交截止", bidding.late_breaches(received_at=NOON.replace(hour=13), deadline=NOON)),
    ("T-02", GPL.format("三十五"), BLOCK, "不得少于 20 日", deadlines.response_breaches("OPEN", issued_on=DAY, **TOO_SOON)),
    ("T-02", "财政部令第87号 第四十条", WARN, "同一天", bidding.opening_time_breaches(deadline=NOON, opening_at=NOON.replace(day=3))),
    ("T-03", GPR.format("三十一"), BLOCK, "提供期限", deadlines.deadline_breaches("OPEN", SHORT, DAY)),
    ("T-04", GPR.format("三十一"), BLOCK, "不足 15 日", deadlines.change_breaches("OPEN", announced_on=DAY, **TOO_SOON)),
    ("T-05", "财库〔2014〕214号 第十条", BLOCK, "10 日", deadlines.response_breaches(ASKED, issued_on=DAY, **TOO_SOON)),
    ("T-06", "财库〔2014〕214号 第十条", BLOCK, "5 日", deadlines.change_breaches(ASKED, announced_on=DAY, **TOO_SOON)),
    ("T-10", GPR.format("三十八"), BLOCK, "公示", deadlines.single_source_breaches(announced_on=None, until=None, on=DAY)),
    ("T-10", "财办库〔2020〕50号 单一来源公示", BLOCK, "专业人员论证意见", notices.opinion_breaches(0)),
    ("T-12", GPR.format("四十三"), BLOCK, "按排名顺序", bidding.award_order_breaches(2, passed_over=["甲社"])),
    ("T-14", GPL.format("四十六"), WARN, "成交通知书", contract.signing_breaches(**SIGNED)),
    ("T-15", GPR.format("五十"), BLOCK, "2 个工作日内", contract.start_breaches(announced=False, starts_on=DAY, on=DAY)),
    ("T-19", GPL.format("五十二"), BLOCK, "质疑函须写明", challenge.content_breaches(demand="", facts="x", basis="y")),
    ("T-20", GPL.format("五十三"), BLOCK, "答复的事实和理由", challenge.answer_breaches(verdict="upheld", consequence="redo", answer="")),
    ("T-21", GPL.format("五十五"), BLOCK, "尚未到", challenge.complaining_breaches(from_day=DAY, last_day=None, filed_on=LATER, on=DAY)),
    ("T-22", GPL.format("五十七"), BLOCK, "起止日期", challenge.halt_breaches(DAY, None)),
    ("T-23", "保障中小企业款项支付条例 第九条", BLOCK, "61", terms(payment_days=61)),
    ("T-24", "保障中小企业款项支付条例 第十七条", BLOCK, "低于", terms(late_rate=D(2), lpr=D(3))),
    ("F-03", S25, BLOCK, "超出", money.cap_breaches(money.Cap(D(100), D(21), D(20)), draws_superior=True)),
    ("F-03", S25, WARN, "尚未确定", money.cap_breaches(money.Cap(D(100), D(21), None), draws_superior=True)),
    ("F-05", S25, WARN, "本级投入", plan.own_input_breaches(year=2026, now=D(1), before=D(2))),
    ("F-07", "社会救助暂行办法 第五条", BLOCK, "向服务对象收取", catalogue.fee_breaches("每次向服务对象收取护理费20元")),
    ("F-01", S25, BLOCK, "不在许可范围", money.source_breaches("捐赠", ["own_district"])),
    ("F-08", S25, BLOCK, "依据文件", money.basis_breaches("中央资金", "")),
    ("F-09", "预算法 第十三条", BLOCK, "超过预算", money.line_breaches(budget=D(1), lines=[D(2)])),
    ("V-01", S27, BLOCK, "属于转包", amendment.whole_breaches(part(amount=D(100)))),
    ("V-02", GPL.format("四十八"), BLOCK, "关键性工作", amendment.subcontract_breaches(part(core=True))),
    ("V-03", S27, WARN, "涉嫌变相转包", amendment.share_breaches(part(), alert=D(50))),
    ("V-03", S27, BLOCK, "核实情况", suspicion.outcome_breaches("")),
    ("V-04", S27, BLOCK, "报告", payment.hold_breaches(["三月月报"], until=DAY)),
    ("V-04", S27, WARN, "服务记录为", report.source_breaches({"visits_done": 3}, {"visits_done": 2})),
    ("V-06", S27, BLOCK, "抽查人数", inspection.draw_breaches(0, 5)),
    ("V-07", S27, BLOCK, "退出条款", contract.exit_breaches([], "")),
    ("V-07", S27, WARN, "没有列明", leaving.trigger_breaches("cannot_perform", "x" * 10, has_evidence=True, agreed=[])),
    ("V-08", S27, BLOCK, "服务不能启动", contract.takeover_breaches(None, limit_hours=D(24))),
    ("V-09", S27, BLOCK, "法律依据", takeover.basis_breaches("", note="", number="")),
    ("V-10", S27, BLOCK, "责任服务单位", service.provider_breaches(None)),
    ("V-11", S27, BLOCK, "陈述申辩", leaving.answer_day_breaches(DAY, on=DAY)),
    ("V-12", S27, BLOCK, "投诉的情况", complaint.complaint_breaches("")),
    ("V-12", S27, WARN, "尚未说明情况", complaint.answer_breaches("upheld", "已处理", explained=False)),
]  # fmt: skip
ELSEWHERE = {  # judged by a service, on rows: the test that shows message and clause
    ("F-04", BLOCK): "tests/procurement/test_plan.py::test_f04_a_grant_entered_by_mistake_is_struck_with_its_reason_and_counts_no_more",
    ("P-57", BLOCK): "tests/procurement/test_review_and_award.py::test_an_invalid_bid_needs_its_reason",
    ("P-63", WARN): "tests/procurement/test_payments.py::test_p63_a_changed_account_is_looked_at_twice",
    ("T-13", BLOCK): "tests/procurement/test_contracts.py::test_t13_no_contract_before_the_result_of_this_award_is_announced",
    ("T-18", BLOCK): "tests/procurement/test_challenges.py::test_t18_an_enquiry_is_due_in_three_working_days_and_answered_in_words",
}


@pytest.mark.parametrize(("rule", "clause", "binding", "words", "found"), CASES, ids=[case[0] for case in CASES])
def test_each_rule_speaks_with_its_clause_and_only_a_warning_yields_to_a_reason(rule, clause, binding, words, found):
    mine = [breach for breach in found if (breach.rule, breach.binding) == (rule, binding)]
    assert mine, "nothing is refused"
    assert any(str(breach.clause) == clause and words in breach.message for breach in mine), mine
    with pytest.raises(Refused) as refused:
        uphold(mine)
    assert refused.value.breaches == mine
    if binding:
        with pytest.raises(Refused):
            uphold(mine, reason="确有必要")
    else:
        assert uphold(mine, reason="确有必要") == mine


def severities(cell: str) -> set[bool]:
    """What docs/rules.md says of a rule: 拒绝 and 放行 (a written reason, or finance's signature)."""
    return {binding for word, binding in (("拒绝", BLOCK), ("放行", WARN)) if word in cell}


def test_every_refusing_rule_of_the_table_has_its_case_here():
    shown = {(rule, binding) for rule, _, binding, _, _ in CASES} | ELSEWHERE.keys()
    stated = {(rule, found) for rule, cells in rows().items() if re.match(r"[PNTVF]-", rule) for found in severities(cells[3])}
    assert stated - shown == set()
    assert shown - stated == set(), "docs/rules.md does not state this severity"


def test_no_service_forgets_what_a_reason_let_pass():
    """Whoever takes a reason for a warning holds on to what it lifted: for the audit row, rule by rule."""
    forgetful = []
    for path in [path for app in ("procurement", "contractors") for path in (ROOT / app / "services").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            call = node.value if isinstance(node, ast.Expr) else None
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "uphold" and any(k.arg == "reason" for k in call.keywords):
                forgetful.append(f"{path.name}:{node.lineno}")
    assert forgetful == []


@pytest.mark.parametrize("place", ELSEWHERE.values())
def test_the_tests_named_for_rules_of_services_exist(place):
    path, _, name = place.partition("::")
    assert f"def {name}" in (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["不得向服务对象收取任何费用", "服务免费，费用由财政承担", ""])
def test_f07_what_forbids_a_fee_asks_for_none(text):
    assert list(catalogue.fee_breaches(text)) == []
