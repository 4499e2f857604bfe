"""What an application for the register must bring: form, code, evidence, declaration. Rule ids: docs/rules.md."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from records.policy import Breach, Clause

from .codes import uscc_breaches
from .forms import CONDITION_LABELS, CONDITIONS, FOUNDING, Condition, LegalForm, condition_breaches, form_breaches
from .standing import Ban, ban_breaches

EVIDENCE = Clause("政府采购法实施条例", "第十七条")
SMALL_BUSINESS = Clause("财库〔2020〕46号", "")
DUTIES = Clause("政府采购法", "第六十一条")
ONLY_SMALL = frozenset({LegalForm.ENTERPRISE, LegalForm.PRACTICE, LegalForm.LABOUR_AGENCY, LegalForm.COLLECTIVE})

# What an applicant sends for each condition; the first four by paper, the declaration in words is enough for the others.
EVIDENCE_ASKED: Mapping[str, str] = {
    Condition.INDEPENDENT: "登记证书或者营业执照、事业单位法人证书",
    Condition.CREDIT_AND_ACCOUNTS: "最近一个年度的财务状况报告或者审计报告",
    Condition.CAPACITY: "场所、设备和专业人员的证明材料",
    Condition.TAX_AND_INSURANCE: "近期依法缴纳税收和社会保障资金的证明",
    Condition.NO_SERIOUS_VIOLATION: "近三年内没有重大违法记录的书面声明",
    Condition.OTHER_BY_LAW: "法律、行政法规要求的许可；没有特别要求的写明“无”",
    Condition.GOVERNANCE: "章程、理事会（董事会）设置、财务和资产管理制度",
}
PAPER_NEEDED = frozenset({Condition.INDEPENDENT, Condition.CREDIT_AND_ACCOUNTS, Condition.CAPACITY, Condition.TAX_AND_INSURANCE})

SECTION_LABELS: Mapping[str, str] = {
    "basics": "登记信息",
    "contact": "负责人与联系人",
    "services": "服务内容",
    "papers": "证明材料",
    "qualifications": "资质证书",
}

SERVICE_LABELS: Mapping[str, str] = {
    "A1": "对象排查",
    "A2": "家计调查",
    "A3": "业务培训",
    "A4": "政策宣传",
    "A5": "绩效评价",
    "A6": "建档访视与协助申请",
    "B1": "照料护理",
    "B2": "康复训练",
    "B3": "送医陪护",
    "B4": "社会融入",
    "B5": "能力提升",
    "B6": "心理疏导",
    "B7": "资源链接",
    "B8": "访视探访",
}


@dataclass(frozen=True, slots=True)
class Request:
    """An application as it stands. ``papers``: condition → was a file sent (a statement alone is False)."""

    name: str
    uscc: str
    legal_form: str
    fiscally_funded: bool
    small_business: bool
    representative: str
    contact_name: str
    phone: str
    address: str
    services: frozenset[str]
    papers: Mapping[str, bool]
    bans: tuple[Ban, ...] = ()


def small_business_breaches(legal_form: str, *, declared: bool) -> Iterator[Breach]:
    """P-14: social organisations and public institutions are no enterprises and cannot be small ones."""
    if declared and legal_form not in ONLY_SMALL:
        yield Breach("P-14", SMALL_BUSINESS, "社会组织、事业单位不属于中小企业，请取消“小型、微型企业”；有依据的写明情况。", binding=False)


def evidence_breaches(papers: Mapping[str, bool]) -> Iterator[Breach]:
    """P-07: something for each condition, and a file where a statement is no proof (GPR art. 17)."""
    yield from condition_breaches(papers)
    for code in [code for code in Condition if code in PAPER_NEEDED and papers.get(code) is False]:
        yield Breach("P-07", EVIDENCE, f"“{CONDITION_LABELS[code]}”只有文字说明，请上传{EVIDENCE_ASKED[code]}。")


def complete_breaches(request: Request) -> Iterator[Breach]:
    """P-07: nobody can be reached, or judged, whose particulars are missing."""
    asked = (
        ("单位名称", request.name),
        ("法定代表人（负责人）", request.representative),
        ("联系人", request.contact_name),
        ("联系电话", request.phone),
        ("住所", request.address),
        ("服务内容", request.services),
    )
    missing = [label for label, value in asked if not value]
    if missing:
        yield Breach("P-07", CONDITIONS, f"尚未填写：{'、'.join(missing)}。")


def request_breaches(request: Request, *, on: date) -> Iterator[Breach]:
    """Everything between an application and the bureau's desk. The same list stands before the verifier."""
    yield from form_breaches(request.legal_form, fiscally_funded=request.fiscally_funded)
    yield from uscc_breaches(request.uscc, request.legal_form)
    yield from small_business_breaches(request.legal_form, declared=request.small_business)
    yield from complete_breaches(request)
    yield from evidence_breaches(request.papers)
    yield from ban_breaches(request.bans, on=on)


def declaration_breaches(*, declared: bool, by: str) -> Iterator[Breach]:
    if not declared or not by.strip():
        yield Breach("P-07", EVIDENCE, "请勾选承诺并填写承诺人姓名，承诺所填内容和材料真实、有效。")


def return_breaches(notes: Mapping[str, str]) -> Iterator[Breach]:
    """P-07: an application goes back with a reason for each section that falls short, never without one."""
    if not any(text.strip() for text in notes.values()):
        yield Breach("P-07", FOUNDING, "退回补正须至少指明一个部分并写明原因，一次告知。")


def second_person_breaches(person: int | None, *, entered_by: int | None, act: str) -> Iterator[Breach]:
    """P-65: who entered it does not verify it."""
    if person is not None and person == entered_by:
        yield Breach("P-65", DUTIES, f"{act}须由另一人办理：您已登记该单位。")


def unknown_services(codes: Iterable[str]) -> list[str]:
    return [code for code in codes if code not in SERVICE_LABELS]


def nothing_changed() -> Breach:
    return Breach("P-07", FOUNDING, "没有改动任何内容，不需要提交变更。")
