"""From 立项 to 公告: who buys, what is demanded, and how. Rule ids: docs/rules.md."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal

from procurement.rules.money import yuan
from procurement.rules.selection import framework_breaches
from records.policy import Breach, Clause

PURCHASER = Clause("渝民发〔2018〕4号", "二（一）")
REQUIREMENT = Clause("渝民发〔2018〕4号", "二（四）")
PURCHASER_KINDS = Clause("财政部令第102号", "第五条")
NO_PURCHASER = Clause("财政部令第102号", "第八条")
PUBLIC_OPINION = Clause("政府采购法实施条例", "第十五条")
NEEDS_SURVEY = Clause("财库〔2021〕22号", "第十条")
PLAN_FILED = Clause("政府采购法实施条例", "第二十九条")
TERM = Clause("财政部令第102号", "第二十四条")
METHODS = Clause("政府采购法", "第二十七条")
THRESHOLDS = Clause("政府采购法", "第八条")
INQUIRY_FOR_GOODS = Clause("政府采购法", "第三十二条")
NEGOTIATION = Clause("政府采购法", "第三十八条")
SPLITTING = Clause("政府采购法实施条例", "第二十八条")
COMPREHENSIVE = Clause("政府采购法实施条例", "第三十四条")

DUTIES = Clause("政府采购法", "第六十一条")
NOTICE_CONTENT = Clause("财办库〔2020〕50号", "采购公告")

PURCHASING_KINDS = frozenset({"BUREAU", "DEPARTMENT", "TOWNSHIP"})
EXCLUDED_FORMS = {"class_one": "公益一类事业单位", "fiscal_mass": "使用事业编制且由财政拨款保障的群团组织"}
MARKET_ACTORS = 3  # 需求调查 asks at least so many (财库〔2021〕22号)
LONGEST_YEARS = 3
MULTI_YEAR_CONDITIONS = {
    "budget_assured": "预算保障",
    "content_fixed": "内容相对固定",
    "continuous": "连续性强",
    "funding_stable": "经费来源稳定",
    "price_stable": "价格变化幅度小",
}


def purchaser_breaches(kind: str, form: str) -> Iterator[Breach]:
    """P-01, P-03, P-05: bureaus, departments and townships buy; villages and class-one institutions never."""
    if kind == "VILLAGE":
        yield Breach("P-05", PURCHASER_KINDS, "村（居）民委员会不能作为购买主体。")
    elif kind not in PURCHASING_KINDS:
        yield Breach("P-01", PURCHASER, "购买主体应为区县民政局、社会救助管理部门或者乡镇（街道）。")
    if form in EXCLUDED_FORMS:
        yield Breach("P-03", NO_PURCHASER, f"{EXCLUDED_FORMS[form]}不能作为购买主体。")


def guidance_breaches(kind: str, *, opinion: str, given_on: date | None) -> Iterator[Breach]:
    """P-02: a township buys under the bureau's guidance, on record before anything is published."""
    if kind == "TOWNSHIP" and (not opinion.strip() or given_on is None):
        yield Breach("P-02", PURCHASER, "乡镇（街道）购买服务须先取得区县民政局指导意见（出具人、日期、意见）。")


def requirement_breaches(requirement: str, *, standards: Mapping[str, int], quantity: Decimal | None, unit: str) -> Iterator[Breach]:
    """P-19: a requirement in words, with a quantity, and at least one standard for each item (item → number of standards)."""
    if not requirement.strip():
        yield Breach("P-19", REQUIREMENT, "采购需求不能为空。")
    if quantity is None or quantity <= 0 or not unit.strip():
        yield Breach("P-19", REQUIREMENT, "请填写服务数量和计量单位，数量应大于 0。")
    bare = [item for item, count in standards.items() if not count]
    if bare:
        yield Breach("P-19", REQUIREMENT, f"“{'”“'.join(bare)}”尚无服务标准，须分类制定内容明确、便于考核的标准。")


def opinion_breaches(rounds: Collection[tuple[date, date]], *, on: date) -> Iterator[Breach]:
    """P-17: the public was asked about the requirement, and the asking is over. ``rounds``: (started, ended)."""
    if not rounds:
        yield Breach("P-17", PUBLIC_OPINION, "公共服务项目须就采购需求征求社会公众意见，尚无记录。")
    elif all(ended > on for _, ended in rounds):
        yield Breach("P-17", PUBLIC_OPINION, f"征求社会公众意见到 {min(ended for _, ended in rounds)} 才结束。")


def survey_breaches(asked: int) -> Iterator[Breach]:
    """P-18: a needs survey with at least three market actors, else a written reason."""
    if asked < MARKET_ACTORS:
        yield Breach("P-18", NEEDS_SURVEY, f"需求调查面向市场主体 {asked} 家，一般不少于 {MARKET_ACTORS} 家。", binding=False)


def years_after(start: date, years: int) -> date:
    """The same day so many years on; 29 February becomes 1 March."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)


def term_breaches(starts: date | None, ends: date | None, conditions: Mapping[str, bool]) -> Iterator[Breach]:
    """P-21: one year; up to three only if all five conditions hold; never longer. The last day counts as served."""
    if starts is None or ends is None:
        yield Breach("P-21", TERM, "请填写服务开始和结束日期。")
        return
    if ends < starts:
        yield Breach("P-21", TERM, f"服务结束日期 {ends} 早于开始日期 {starts}。")
    if ends >= years_after(starts, LONGEST_YEARS):
        yield Breach("P-21", TERM, f"服务期限 {starts} 至 {ends} 超过 {LONGEST_YEARS} 年。")
    elif ends >= years_after(starts, 1):
        unmet = [label for key, label in MULTI_YEAR_CONDITIONS.items() if not conditions.get(key)]
        if unmet:
            yield Breach("P-21", TERM, f"服务期限超过 1 年须同时符合五项条件，未符合：{'、'.join(unmet)}。")


def method_breaches(
    method: str, ceiling: Decimal | None, *, open_threshold: Decimal | None, limit: Decimal | None, approval: str
) -> Iterator[Breach]:
    """P-26, P-28: the method fits the amount. Thresholds are local figures; while one is unset nothing is published."""
    if method == "INQUIRY":
        yield Breach("P-26", INQUIRY_FOR_GOODS, "询价只适用于货物，不能用于购买服务。请改用竞争性磋商。")
    yield from framework_breaches(method)
    if method == "NEGOTIATION":
        yield Breach("P-40", NEGOTIATION, "竞争性谈判按最低报价成交，与质量和标准优先不符。请改用竞争性磋商。")
    if open_threshold is None or limit is None:
        yield Breach("P-28", THRESHOLDS, "公开招标数额标准或分散采购限额标准尚未设定，不能发布公告。请在“政策参数”中设定并确认。")
        return
    if ceiling is None:
        return
    if ceiling >= open_threshold and method not in ("OPEN",) and not approval.strip():
        yield Breach(
            "P-26",
            METHODS,
            f"最高限价 {yuan(ceiling)} 达到公开招标数额标准 {yuan(open_threshold)}，采用其他方式须先取得市财政部门批准并填写批准文号。",
        )
    if method == "BELOW_THRESHOLD" and ceiling >= limit:
        yield Breach("P-28", THRESHOLDS, f"最高限价 {yuan(ceiling)} 达到分散采购限额标准 {yuan(limit)}，不能自行采购。")


def splitting_breaches(
    method: str, ceiling: Decimal | None, *, others: Decimal, open_threshold: Decimal | None, approval: str
) -> Iterator[Breach]:
    """P-27: same purchaser, year and category by other than open tender, together above the threshold = 化整为零."""
    if method == "OPEN" or ceiling is None or open_threshold is None or not others or approval.strip():
        return
    if others + ceiling > open_threshold:
        yield Breach(
            "P-27",
            SPLITTING,
            f"本年度同类项目以非公开招标方式采购累计 {yuan(others + ceiling)}（其他项目 {yuan(others)}），"
            f"超过公开招标数额标准 {yuan(open_threshold)}，涉嫌化整为零。",
        )


def basis_breaches(award_basis: str) -> Iterator[Breach]:
    """P-40: comprehensive scoring; the lowest price never decides."""
    if award_basis != "comprehensive":
        yield Breach("P-40", REQUIREMENT, "购买社会救助服务采用综合评分法，质量和标准优先，不能以最低价成交。")


def plan_breaches(plan_number: str) -> Iterator[Breach]:
    """P-16: the procurement plan is filed with finance before the start."""
    if not plan_number.strip():
        yield Breach("P-16", PLAN_FILED, "尚未填写采购实施计划备案号，请先向财政部门备案。")


def other_person_breaches(person: int, *, handlers: Mapping[str, int | None], act: str) -> Iterator[Breach]:
    """P-65: ``act`` is done by none of those who handled the matter (what was done → user id)."""
    for what, who in handlers.items():
        if who == person:
            yield Breach("P-65", DUTIES, f"{act}须由另一人办理：您已办理{what}。")


def contact_breaches(name: str, phone: str, address: str) -> Iterator[Breach]:
    """P-17: a notice says whom to ask."""
    missing = [label for label, value in (("联系人", name), ("联系电话", phone), ("联系地址", address)) if not value.strip()]
    if missing:
        yield Breach("P-17", NOTICE_CONTENT, f"公告须写明联系方式，尚缺：{'、'.join(missing)}。")
