"""Which organisations may take on a purchased service, by form and by proof. Rule ids: docs/rules.md."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum

from records.policy import Breach, Clause

FOUNDING = Clause("渝民发〔2018〕4号", "二（三）")
WHO_MAY = Clause("财政部令第102号", "第六条")
WHO_MAY_NOT = Clause("财政部令第102号", "第八条")
PERSONS = Clause("财政部令第102号", "第十八条")
CONDITIONS = Clause("政府采购法", "第二十二条")


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


def qualification_breaches(held: Mapping[str, date | None], required: Iterable[str], *, on: date) -> Iterator[Breach]:
    """Qualifications that the tender asks for: verified and in date on ``on``; ``None`` = without an end."""
    for kind in required:
        if kind not in held:
            yield Breach("P-07", CONDITIONS, f"缺少经核实的资质“{kind}”。")
        elif (ends := held[kind]) is not None and ends < on:
            yield Breach("P-07", CONDITIONS, f"资质“{kind}”已于 {ends} 到期，请更新后重新核实。")
