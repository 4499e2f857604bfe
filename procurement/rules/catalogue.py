"""What may be bought and what never: catalogue, negative list, disguised employment. Rule ids: docs/rules.md."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from records.policy import Breach, Clause

MEDICAL = Clause("社会救助暂行办法", "第三十条")
PROGRAMMES = {"DB": "低保", "TK": "特困", "MA": "医疗救助", "TA": "临时救助"}
CATALOGUE = Clause("渝民发〔2018〕4号", "二（二）")
PLANNING = Clause("渝民发〔2018〕4号", "二（四）")
NEGATIVE_LIST = Clause("财政部令第102号", "第十条")
EMPLOYMENT = Clause("财政部令第102号", "第十八条")
PURPOSE = Clause("社会救助暂行办法", "第五条")
GUIDANCE_LIST = Clause("财政部令第102号", "第十一条")

# Administrative acts that stay with the authority, whatever the contract calls them (N-1).
RESERVED_ACTS = (
    "受理决定",
    "审核确认",
    "审批",
    "增发减发停发",
    "停发决定",
    "行政处罚",
    "执法检查",
    "资金发放决定",
    "数据库查询",
    "核对授权",
)
# Money that the recipients would pay, or that would be taken from their benefit (F-07).
FEES = (
    "向服务对象收",
    "向救助对象收",
    "向困难群众收",
    "服务对象自费",
    "救助对象自费",
    "由服务对象承担",
    "由服务对象支付",
    "从救助金中扣",
    "从低保金中扣",
    "从供养金中扣",
    "代扣低保金",
    "代扣救助金",
)
# A sentence that forbids or reserves the act does not buy it.
DENIALS = (
    "不得",
    "不承担",
    "不包括",
    "不包含",
    "不含",
    "不参与",
    "不代替",
    "禁止",
    "除外",
    "由民政部门",
    "由民政局",
    "由乡镇",
    "由购买主体",
)


@dataclass(frozen=True, slots=True)
class Question:
    """One item to be answered yes or no. ``wrong`` is the answer that is a fault."""

    key: str
    rule: str
    clause: Clause
    text: str
    wrong: bool = True
    binding: bool = True


SCREENING = (
    Question(
        "N-1",
        "N-1",
        CATALOGUE,
        "是否包含应由政府直接承担的行政管理性事务（受理决定、审核确认、增发减发停发、行政处罚、执法检查、资金发放决定、核对授权）？",
    ),
    Question("N-2", "N-2", CATALOGUE, "是否包含应由政府直接提供、不适合社会力量承担的救助服务？"),
    Question("N-3", "N-3", NEGATIVE_LIST, "是否包含不属于政府职责范围的服务事项？"),
    Question("N-4", "N-4", NEGATIVE_LIST, "是否包含货物、工程，或者工程和服务打包？"),
    Question("N-5", "N-5", NEGATIVE_LIST, "是否涉及融资行为？"),
    Question("N-6", "N-6", NEGATIVE_LIST, "是否用于购买主体的人员招聘、以劳务派遣方式用工或者设置公益性岗位？"),
    Question("N-7", "N-7", NEGATIVE_LIST, "是否包含法律、行政法规和国务院规定的其他不得购买的事项？（请写明审查情况）"),
)
NOTED = frozenset({"N-7"})  # answered with a word on who looked into it

EMPLOYMENT_TEST = (
    Question("dispatch", "P-33", EMPLOYMENT, "合同类型是否为劳务派遣协议？"),
    Question("buyer_manages", "P-33", EMPLOYMENT, "工作人员是否由购买主体招录、发放报酬或者考勤管理？"),
    Question("headcount_only", "P-33", EMPLOYMENT, "交付成果是否只有人数，没有服务成果？"),
    Question("person_month", "P-33", EMPLOYMENT, "是否按“人·月”计价而没有服务数量、质量指标？", binding=False),
    Question("named_persons", "P-33", EMPLOYMENT, "是否要求留用指定人员？", binding=False),
    Question("former_staff", "P-33", EMPLOYMENT, "派驻人员是否原由购买主体聘用？", binding=False),
    Question("contractor_employs", "P-33", EMPLOYMENT, "承接主体是否为派驻人员的用人单位？", wrong=False),
    Question("contractor_insures", "P-33", EMPLOYMENT, "社会保险是否由承接主体缴纳？", wrong=False),
    Question("paid_by_output", "P-33", EMPLOYMENT, "是否以事定费、按服务成果验收？", wrong=False),
)


def answer_breaches(questions: Iterable[Question], answers: Mapping[str, Mapping]) -> Iterator[Breach]:
    """Every question answered, none wrongly. ``answers``: key → {"answer": bool | None, "note": str}."""
    for question in questions:
        given = answers.get(question.key, {})
        answer = given.get("answer")
        if answer is None:
            yield Breach(question.rule, question.clause, f"尚未回答：{question.text}")
        elif answer is question.wrong:
            yield Breach(question.rule, question.clause, f"“{question.text}”答为“{'是' if answer else '否'}”。", question.binding)
        elif question.key in NOTED and not given.get("note", "").strip():
            yield Breach(question.rule, question.clause, f"请写明审查情况：{question.text}")


def reserved_act_breaches(text: str) -> Iterator[Breach]:
    """N-1 in the words of the project: acts of the authority that no contractor may carry out."""
    for sentence in re.split(r"[。；;，,\n]", text):
        if any(word in sentence for word in DENIALS):
            continue
        for act in RESERVED_ACTS:
            if act in sentence:
                yield Breach("N-1", CATALOGUE, f"“{sentence.strip()}”含“{act}”，属于应由政府直接承担的行政管理性事务，不得购买。")


def fee_breaches(text: str) -> Iterator[Breach]:
    """F-07: the service is paid by the budget; recipients pay nothing for it and their benefit is not touched."""
    for sentence in re.split(r"[。；;，,\n]", text):
        if any(word in sentence for word in DENIALS):
            continue
        for fee in [fee for fee in FEES if fee in sentence]:
            message = f"“{sentence.strip()}”含“{fee}”：社会救助资金专款专用，不得向服务对象收费或者从其救助金中扣除，请删除。"
            yield Breach("F-07", PURPOSE, message)


def item_breaches(items: Iterable[str], *, listed: Iterable[str]) -> Iterator[Breach]:
    """P-06: something is bought, and each item stands in the district's own guidance catalogue."""
    chosen = list(items)
    if not chosen:
        yield Breach("P-06", CATALOGUE, "尚未选择购买内容，请从购买目录中选择至少一项。")
    missing = sorted(set(chosen) - set(listed))
    if missing:
        yield Breach("P-06", PLANNING, f"{'、'.join(missing)} 未列入本地政府购买服务指导性目录，请先列入目录。")


def programme_breaches(programmes: Iterable[str], *, offered: Mapping[str, Iterable[str]]) -> Iterator[Breach]:
    """Each item serves the chosen programmes. ``offered``: item → programme codes. X-3: 医疗救助 has the medical bureau as co-owner."""
    wanted = set(programmes)
    if not wanted:
        yield Breach("P-06", CATALOGUE, "尚未选择服务的救助类别。")
    for item, codes in offered.items():
        outside = sorted(wanted - set(codes))
        if outside:
            words = "、".join(PROGRAMMES.get(code, code) for code in outside)
            yield Breach("P-06", CATALOGUE, f"“{item}”不适用于{words}。")
    if "MA" in wanted:
        text = "服务的救助类别含医疗救助，由医疗保障部门主管：请写明医疗保障部门共同采购或者同意的文件名称、文号。"
        yield Breach("X-3", MEDICAL, text, binding=False)
