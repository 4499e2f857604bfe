"""Who may take on a purchased service (承接主体). Pure verdicts, each with its clause. Rule ids: docs/rules.md."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from stdnum.cn import uscc as uscc_check
from stdnum.exceptions import ValidationError

from records.policy import Breach, Clause

FOUNDING = Clause("渝民发〔2018〕4号", "二（三）")
WHO_MAY = Clause("财政部令第102号", "第六条")
WHO_MAY_NOT = Clause("财政部令第102号", "第八条")
PERSONS = Clause("财政部令第102号", "第十八条")
CONDITIONS = Clause("政府采购法", "第二十二条")
SERIOUS = Clause("政府采购法实施条例", "第十九条")
SAME_HEAD = Clause("政府采购法实施条例", "第十八条")
CREDIT = Clause("财库〔2016〕125号", "")
PENALTY = Clause("政府采购法", "第七十七条")
SUPERVISOR = Clause("政府采购法", "第十三条")
USCC = Clause("GB 32100-2015", "")

LARGE_FINE = Decimal("2000000")  # 财库〔2022〕3号, P-08; "较大数额罚款" unless a law sets a higher sum
SERIOUS_FOR_YEARS = 3
DEBARMENT_YEARS = (1, 3)


class LegalForm(StrEnum):
    SOCIAL_GROUP = "SOCIAL_GROUP"
    SOCIAL_SERVICE = "SOCIAL_SERVICE"
    FOUNDATION = "FOUNDATION"
    EXEMPT_GROUP = "EXEMPT_GROUP"
    INSTITUTION_2 = "INSTITUTION_2"
    INSTITUTION_COMMERCIAL = "INSTITUTION_COMMERCIAL"
    INSTITUTION_1 = "INSTITUTION_1"
    INSTITUTION_UNCLASSED = "INSTITUTION_UNCLASSED"
    ORGAN = "ORGAN"
    ENTERPRISE = "ENTERPRISE"
    PRACTICE = "PRACTICE"
    LABOUR_AGENCY = "LABOUR_AGENCY"
    COLLECTIVE = "COLLECTIVE"
    COMMITTEE = "COMMITTEE"
    PERSON = "PERSON"


LEGAL_FORM_LABELS: Mapping[str, str] = {
    LegalForm.SOCIAL_GROUP: "社会团体",
    LegalForm.SOCIAL_SERVICE: "社会服务机构（民办非企业单位）",
    LegalForm.FOUNDATION: "基金会",
    LegalForm.EXEMPT_GROUP: "经国务院批准免予登记的社会组织",
    LegalForm.INSTITUTION_2: "公益二类事业单位",
    LegalForm.INSTITUTION_COMMERCIAL: "从事生产经营活动的事业单位",
    LegalForm.INSTITUTION_1: "公益一类事业单位",
    LegalForm.INSTITUTION_UNCLASSED: "尚未分类的事业单位",
    LegalForm.ORGAN: "行政机关（含参公、承担行政职能的事业单位）",
    LegalForm.ENTERPRISE: "企业",
    LegalForm.PRACTICE: "律师事务所等行业主管部门登记的机构",
    LegalForm.LABOUR_AGENCY: "劳务派遣公司",
    LegalForm.COLLECTIVE: "农村集体经济组织",
    LegalForm.COMMITTEE: "基层群众性自治组织（村、居民委员会）",
    LegalForm.PERSON: "个人",
}
USCC_PREFIXES: Mapping[str, tuple[str, ...]] = {
    LegalForm.SOCIAL_GROUP: ("51",),
    LegalForm.SOCIAL_SERVICE: ("52",),
    LegalForm.FOUNDATION: ("53",),
    LegalForm.EXEMPT_GROUP: ("13", "51"),
    LegalForm.INSTITUTION_2: ("12",),
    LegalForm.INSTITUTION_COMMERCIAL: ("12",),
    LegalForm.INSTITUTION_1: ("12",),
    LegalForm.INSTITUTION_UNCLASSED: ("12",),
    LegalForm.ORGAN: ("11", "12"),
    LegalForm.ENTERPRISE: ("91",),
    LegalForm.PRACTICE: ("31",),
    LegalForm.LABOUR_AGENCY: ("91",),
    LegalForm.COLLECTIVE: ("N",),
    LegalForm.COMMITTEE: ("54",),
}


class Condition(StrEnum):
    """The six of 政府采购法 art. 22 (P-07) and the three inner systems the founding document adds."""

    INDEPENDENT = "INDEPENDENT"
    CREDIT_AND_ACCOUNTS = "CREDIT_AND_ACCOUNTS"
    CAPACITY = "CAPACITY"
    TAX_AND_INSURANCE = "TAX_AND_INSURANCE"
    NO_SERIOUS_VIOLATION = "NO_SERIOUS_VIOLATION"
    OTHER_BY_LAW = "OTHER_BY_LAW"
    GOVERNANCE = "GOVERNANCE"


CONDITION_LABELS: Mapping[str, str] = {
    Condition.INDEPENDENT: "具有独立承担民事责任的能力",
    Condition.CREDIT_AND_ACCOUNTS: "具有良好的商业信誉和健全的财务会计制度",
    Condition.CAPACITY: "具有履行合同所必需的设备和专业技术能力",
    Condition.TAX_AND_INSURANCE: "有依法缴纳税收和社会保障资金的良好记录",
    Condition.NO_SERIOUS_VIOLATION: "参加采购活动前三年内，经营活动中没有重大违法记录",
    Condition.OTHER_BY_LAW: "法律、行政法规规定的其他条件",
    Condition.GOVERNANCE: "内部治理结构、财务会计和资产管理制度健全",
}


@dataclass(frozen=True, slots=True)
class Ban:
    """A finance department's decision to keep a supplier out of government procurement."""

    decision_no: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Wrong:
    """A penalty for which art. 19 asks whether it is "serious". ``ban_ends_on``: last day of a ban given with it."""

    kind: str  # CRIMINAL, CLOSURE, REVOCATION, FINE, OTHER
    decided_on: date
    fine: Decimal = Decimal(0)
    ban_ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What eligibility is judged on. ``conditions`` are the codes shown to be met."""

    name: str
    legal_form: str
    verified: bool
    fiscally_funded: bool = False
    conditions: frozenset[str] = frozenset()
    bans: tuple[Ban, ...] = ()
    wrongs: tuple[Wrong, ...] = ()


def form_breaches(legal_form: str, *, fiscally_funded: bool = False) -> Iterator[Breach]:
    """P-03 and the forms of 渝民发〔2018〕4号 二（三）. Forms that only 102号令 knows are warned of, not refused."""
    label = LEGAL_FORM_LABELS.get(legal_form)
    match legal_form:
        case LegalForm.INSTITUTION_1:
            yield Breach("P-03", WHO_MAY_NOT, f"{label}不得作为承接主体（也不得作为购买主体）。")
        case LegalForm.INSTITUTION_UNCLASSED:
            yield Breach("P-03", WHO_MAY_NOT, f"{label}在取得分类批复前不能作为承接主体，请先登记分类批复。")
        case LegalForm.ORGAN:
            yield Breach("P-03", WHO_MAY, f"{label}不属于承接主体范围。")
        case LegalForm.EXEMPT_GROUP if fiscally_funded:
            yield Breach("P-03", WHO_MAY_NOT, f"{label}由财政拨款保障，不得作为承接主体。")
        case LegalForm.PERSON:
            yield Breach("P-33", PERSONS, "个人承接容易形成变相用工，本系统不受理个人响应；请由具备条件的组织承接。")
        case LegalForm.LABOUR_AGENCY:
            yield Breach("P-33", PERSONS, f"{label}只能以自有服务方案承接服务，不得以劳务派遣方式用工；请说明服务方案。", binding=False)
        case LegalForm.COLLECTIVE:
            yield Breach("P-05", FOUNDING, f"{label}在102号令第六条范围内，但渝民发〔2018〕4号未列明；请确认并写明理由。", binding=False)
        case LegalForm.COMMITTEE:
            yield Breach("P-05", FOUNDING, f"{label}未列入渝民发〔2018〕4号且承担公示、评议工作；请核查利益冲突并写明理由。", binding=False)
        case _ if label is None:
            yield Breach("P-03", WHO_MAY, f"组织形式“{legal_form}”不在承接主体范围内。")


def condition_breaches(met: Iterable[str]) -> Iterator[Breach]:
    """P-07: each statutory condition needs its proof."""
    for code in [code for code in Condition if code not in set(met)]:
        clause = FOUNDING if code == Condition.GOVERNANCE else CONDITIONS
        yield Breach("P-07", clause, f"缺少证明：{CONDITION_LABELS[code]}。请上传证明材料并由民政局核实。")


def is_serious(wrong: Wrong) -> bool:
    """P-08: criminal penalty, closure, revocation, or a fine of 2,000,000 元 and more."""
    return wrong.kind in {"CRIMINAL", "CLOSURE", "REVOCATION"} or (wrong.kind == "FINE" and wrong.fine >= LARGE_FINE)


def violation_breaches(wrongs: Iterable[Wrong], *, on: date) -> Iterator[Breach]:
    """P-07 (5), P-08: no serious violation in the three years before ``on``; a ban that has run out no longer excludes."""
    for wrong in wrongs:
        over = wrong.ban_ends_on is not None and wrong.ban_ends_on < on
        if is_serious(wrong) and not over and wrong.decided_on <= on < add_years(wrong.decided_on, SERIOUS_FOR_YEARS):
            yield Breach(
                "P-08", SERIOUS, f"{wrong.decided_on} 有重大违法记录，三年内（至 {add_years(wrong.decided_on, 3)} 前）不得参加采购活动。"
            )


def ban_breaches(bans: Iterable[Ban], *, on: date) -> Iterator[Breach]:
    """P-08: shut out from the first to the last day, both included; free on the day after."""
    for ban in bans:
        if ban.starts_on <= on <= ban.ends_on:
            yield Breach(
                "P-08", PENALTY, f"被财政部门禁止参加政府采购活动（{ban.decision_no}，{ban.starts_on} 至 {ban.ends_on}），期满次日恢复。"
            )


def ban_term_breaches(*, starts_on: date, ends_on: date, issued_by_finance: bool, decision_no: str) -> Iterator[Breach]:
    """Only a finance department bans, for one to three years, in a numbered decision (GPL arts. 13, 77)."""
    if not issued_by_finance:
        yield Breach("P-08", SUPERVISOR, "禁止参加政府采购活动只能由财政部门决定；民政局可以提出建议，不能自行禁入。")
    if not decision_no.strip():
        yield Breach("P-08", PENALTY, "请填写财政部门处罚决定书文号。")
    low, high = (add_years(starts_on, years) for years in DEBARMENT_YEARS)
    if not low <= _day_after(ends_on) <= high:
        yield Breach("P-08", PENALTY, f"禁入期限为一至三年：自 {starts_on} 起，截止日应在 {_day_before(low)} 至 {_day_before(high)} 之间。")


def credit_breaches(*, checked_on: date | None, listed_in: Iterable[str] = (), on: date) -> Iterator[Breach]:
    """P-09: looked up on the very day of qualification review, and on no list."""
    if checked_on != on:
        when = f"最近一次为 {checked_on}" if checked_on else "尚无查询记录"
        yield Breach("P-09", CREDIT, f"资格审查当日（{on}）须查询“信用中国”和中国政府采购网，{when}。请查询并留存截图。")
    for name in listed_in:
        yield Breach("P-09", CREDIT, f"信用查询显示列入“{name}”，不得参加政府采购活动。")


def qualification_breaches(held: Mapping[str, date | None], required: Iterable[str], *, on: date) -> Iterator[Breach]:
    """Qualifications that the tender asks for: verified and in date on ``on``; ``None`` = without an end."""
    for kind in required:
        if kind not in held:
            yield Breach("P-07", CONDITIONS, f"缺少经核实的资质“{kind}”。")
        elif (ends := held[kind]) is not None and ends < on:
            yield Breach("P-07", CONDITIONS, f"资质“{kind}”已于 {ends} 到期，请更新后重新核实。")


def eligibility_breaches(profile: Profile, *, on: date) -> Iterator[Breach]:
    """Everything that keeps this organisation from bidding on ``on``, apart from what a single tender adds."""
    if not profile.verified:
        yield Breach("P-07", FOUNDING, f"“{profile.name}”尚未经民政局核实，不能参加采购活动。")
    yield from form_breaches(profile.legal_form, fiscally_funded=profile.fiscally_funded)
    yield from condition_breaches(profile.conditions)
    yield from violation_breaches(profile.wrongs, on=on)
    yield from ban_breaches(profile.bans, on=on)


def uscc_breaches(code: str, legal_form: str = "") -> Iterator[Breach]:
    """Never binding: two real codes of public bodies fail the check digit."""
    try:
        uscc_check.validate(code)
    except ValidationError:
        yield Breach(
            "USCC", USCC, f"统一社会信用代码“{code}”校验不通过，请对照登记证书核对；确属证书所载的，写明情况后可以保存。", binding=False
        )
    prefixes = USCC_PREFIXES.get(legal_form, ())
    if prefixes and not code.startswith(prefixes):
        label = LEGAL_FORM_LABELS[legal_form]
        yield Breach("USCC", USCC, f"“{code}”开头与组织形式“{label}”不一致（通常为 {'、'.join(prefixes)}），请核对。", binding=False)


def normalise_uscc(text: str) -> str:
    """Full-width digits, spaces and lower case are put right silently."""
    table = {ord("０") + n: str(n) for n in range(10)} | {ord("Ａ") + n: chr(65 + n) for n in range(26)}
    return "".join(text.translate(table).split()).upper()


@dataclass(frozen=True, slots=True)
class Control:
    """What P-10 compares: ``head`` identifies the legal representative, ``held_by`` the codes of who holds or manages it."""

    name: str
    code: str
    head: str
    held_by: frozenset[str] = frozenset()


def same_control_breaches(own: Control, others: Iterable[Control]) -> Iterator[Breach]:
    """P-10: one head, or one directly holding or managing the other. A common parent alone is not named by the article."""
    for other in others:
        if own.head and own.head == other.head:
            yield Breach("P-10", SAME_HEAD, f"“{own.name}”与“{other.name}”的法定代表人（负责人）为同一人，不得参加同一合同项下的采购活动。")
        elif own.code in other.held_by or other.code in own.held_by:
            yield Breach("P-10", SAME_HEAD, f"“{own.name}”与“{other.name}”存在直接控股、管理关系，不得参加同一合同项下的采购活动。")


def add_years(day: date, years: int) -> date:
    """The same day ``years`` later; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
