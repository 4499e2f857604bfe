"""What forbids a new version of a programme, and what it changes: rules without a database."""

from dataclasses import replace
from datetime import date

import pytest

from records.policy import Clause
from windows.rules import programme as rules
from windows.rules.programme import Content, MaterialSpec, ReasonSpec, StepSpec
from windows.rules.programme_change import compare

D57 = "民发〔2021〕57号"
TODAY, LATER = date(2026, 9, 21), date(2026, 10, 12)


def step(code: str, *after: str, **more) -> StepSpec:
    values = {"name": f"步骤{code}", "actor": "TOWNSHIP", "document": D57, "number": "第十五条"}
    return StepSpec(code=code, after=after, **(values | more))


BASE = Content(
    name="低保",
    apply_at="乡镇",
    decided_by="区县民政局",
    document=D57,
    number="第二十二条",
    whole_amount=30,
    whole_unit="WD",
    extended_amount=45,
    extensions=(ReasonSpec("OBJECTION", "公示期间出现异议", D57, "第二十二条"),),
    steps=(
        step("A", amount=3, unit="WD"),
        step("B", "A", name="入户调查", rule="DB-3", people=2),
        step("C", "B", name="公示", rule="DB-4", amount=7, unit="CD", minimum=True),
        step("D", "C", amount=10, unit="WD", concludes=True),
    ),
    materials=(
        MaterialSpec("APPLICATION", "申请书", "REQUIRED", "", D57, "第九条"),
        MaterialSpec("BANK", "银行存款", "SHAREABLE", "", D57),
    ),
)


def with_step(code: str, **values) -> Content:
    return replace(BASE, steps=tuple(replace(row, **values) if row.code == code else row for row in BASE.steps))


def breaches(content: Content, *, kept=()) -> list:
    known = lambda clause: clause.document == D57  # noqa: E731
    return list(rules.content_breaches(content, kept=kept, known=known, shareable={"BANK": "银行存款"}))


def test_a_sound_version_breaks_no_rule():
    assert breaches(BASE) == []


@pytest.mark.parametrize(
    ("content", "rule", "said", "binding"),
    [
        (with_step("A", document="某号文"), "W-CLAUSE", "某号文 第十五条", True),
        (replace(BASE, pauses=(ReasonSpec("X", "等待"),)), "W-CLAUSE", "暂停事由“等待”没有写明依据", True),
        (with_step("B", after=("Z",)), "W-COURSE", "前置步骤 Z 不存在", True),
        (with_step("A", after=("C",)), "W-COURSE", "步骤A、入户调查、公示、步骤D", True),
        (with_step("B", name="公示"), "W-COURSE", "步骤名称重复：公示", True),
        (with_step("D", concludes=False), "W-14", "现有 0 个", True),
        (with_step("C", concludes=True), "W-14", "现有 2 个", True),
        (with_step("B", document="", number=""), "W-05", "既没有时限也没有依据", True),
        (replace(BASE, whole_amount=None, whole_unit="", extended_amount=None, extensions=()), "W-05", "“入户调查”没有时限", False),
        (with_step("D", amount=31), "W-05", "31 个工作日内超过全程时限 30 个工作日内", True),
        (replace(with_step("D", amount=31), whole_unit="CD"), "W-05", "超过全程时限 30 日内", True),
        (with_step("A", unit=""), "D-03", "没有单位", True),
        (with_step("B", minimum=True), "DB-4", "没有填写期限", True),
        (with_step("A", minimum=True), "DB-4", "不是公示", False),
        (with_step("C", amount=5), "DB-4", "公示满 7 日，现为“满 5 日”", True),
        (with_step("C", minimum=False), "DB-4", "现为“7 日内”", True),
        (with_step("B", people=1), "DB-3", "现为 1 名", True),
        (replace(BASE, extended_amount=30), "DB-8", "不长于全程时限 30", True),
        (replace(BASE, extensions=()), "DB-8", "没有列出可以延长的情形", True),
        (replace(BASE, extended_amount=None), "DB-8", "没有填写延长后的时限", True),
        (replace(BASE, materials=(MaterialSpec("BANK", "银行流水", "REQUIRED", "", D57),)), "W-07", "“银行流水”可以通过核对", True),
        (replace(BASE, materials=(MaterialSpec("M1", "银行存款", "IF_APPLICABLE", "", D57),)), "W-07", "“银行存款”", True),
    ],
)
def test_each_fault_is_named_by_its_rule(content, rule, said, binding):
    found = [breach for breach in breaches(content) if breach.rule == rule and said in breach.message]
    assert [breach.binding for breach in found] == [binding]


def test_a_transfer_keeps_the_steps_that_send_and_reply():
    assert [breach.rule for breach in breaches(BASE, kept=("SEND", "A"))] == ["W-03"]


def test_a_limit_is_loosened_only_with_another_text_or_a_reason():
    looser = list(rules.loosened_breaches(BASE, replace(with_step("A", amount=5), whole_amount=40)))
    assert [(breach.rule, breach.binding) for breach in looser] == [("W-05", False)] * 2
    assert "由 3 个工作日内放宽为 5 个工作日内" in looser[1].message
    assert list(rules.loosened_breaches(BASE, with_step("A", amount=5, number="第十六条"))) == []
    assert list(rules.loosened_breaches(BASE, with_step("A", amount=2))) == []
    assert "缩短为 满 5 日" in next(rules.loosened_breaches(BASE, with_step("C", amount=5))).message


def without(code: str, *more: StepSpec) -> Content:
    return replace(BASE, steps=(*(row for row in BASE.steps if row.code != code), *more))


@pytest.mark.parametrize(
    ("content", "rule", "said"),
    [
        (without("C"), "DB-4", "“公示”依 民发〔2021〕57号 第十五条 设立，新版本中没有"),
        (without("C", step("N", "B", name="张榜公示", amount=7, unit="CD", minimum=True)), "DB-4", "不能以其他步骤代替"),
        (with_step("C", minimum=False), "DB-4", "取消了满期限"),
        (without("B"), "DB-3", "“入户调查”依"),
        (with_step("B", people=1), "DB-3", "由 2 名减为 1 名"),
    ],
)
def test_a_step_that_a_text_demands_is_not_dropped(content, rule, said):
    assert list(rules.dropped_breaches(BASE, BASE)) == []
    found = [(breach.rule, breach.clause, breach.binding) for breach in rules.dropped_breaches(BASE, content) if said in breach.message]
    assert found == [(rule, Clause(D57, "第十五条"), True)]


def test_where_no_text_fixes_it_a_reason_drops_it_and_a_row_under_the_same_rule_follows_it():
    own = replace(BASE, steps=(step("V", rule="TA-3", people=2), step("P", rule="TA-3", amount=7, unit="CD", minimum=True)))
    struck = replace(own, steps=own.steps[1:])
    assert [(breach.rule, breach.binding) for breach in rules.dropped_breaches(own, struck)] == [("DB-3", False)]
    anew = without("C", step("N", "B", name="公示", rule="DB-4", amount=7, unit="CD", minimum=True))
    assert list(rules.dropped_breaches(BASE, anew)) == []


def test_the_first_day_is_after_today_and_follows_the_version_in_force():
    def said(valid_from, former=("D57", date(2021, 7, 1))):
        return "".join(breach.message for breach in rules.period_breaches(valid_from=valid_from, today=TODAY, former=former))

    assert said(LATER) == ""
    assert "请填写施行日期" in said(None) and "最早自明天起" in said(TODAY)
    assert "不能接续" in said(LATER, None) and "须晚于现行版本" in said(LATER, ("D57", LATER))


def test_who_wrote_it_does_not_put_it_in_force_and_what_has_begun_is_not_taken_back():
    assert [breach.rule for breach in rules.second_breaches(actor=1, authors=[1, 2])] == ["W-SECOND"]
    assert list(rules.second_breaches(actor=3, authors=[1, 2])) == []
    assert len(list(rules.take_back_breaches(valid_from=TODAY, today=TODAY, cases=1))) == 2
    assert list(rules.take_back_breaches(valid_from=LATER, today=TODAY, cases=0)) == []


def test_the_changes_tell_old_and_new_of_every_part():
    new = replace(
        with_step("A", amount=5, number="第十六条"),
        name="最低生活保障",
        materials=(*BASE.materials[1:], MaterialSpec("M1", "收入说明", "IF_APPLICABLE", "", D57)),
    )
    told = [(row.part, row.subject, row.field, row.old, row.new) for row in compare(BASE, new)]
    assert told == [
        ("基本信息", "", "名称", "低保", "最低生活保障"),
        ("步骤", "步骤A", "时限", "3 个工作日内", "5 个工作日内"),
        ("步骤", "步骤A", "依据", f"{D57} 第十五条", f"{D57} 第十六条"),
        ("材料", "收入说明", "新增", "无", "要求 有此情形的提供"),
        ("材料", "申请书", "删除", "要求 须提供", "无"),
    ]
    assert compare(BASE, new)[1].clause == Clause(D57, "第十六条")
    turned = compare(BASE, replace(BASE, materials=BASE.materials[::-1]))
    assert [(row.field, row.old, row.new) for row in turned] == [("顺序", "申请书 → 银行存款", "银行存款 → 申请书")]
    assert compare(BASE, BASE) == []
