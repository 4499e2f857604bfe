"""/components/: every component with sample values, for those who build pages. Only in DEBUG."""

from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.utils.timezone import make_aware

from accounts.access import public
from records.policy import Breach, Clause

SEED = Clause("渝民发〔2018〕4号", "二（四）")
CEILING = Breach("P-44", SEED, "报价 1,320,000.00 元高于最高限价 1,280,000.00 元（项目 SQ-2026-014）。请修改报价后再提交。")
PRINCIPLE = Breach(
    "P-12", Clause("渝民发〔2018〕4号", "二（二）"), "原则上应当公开招标，本项目选择了竞争性磋商。请写明理由。", binding=False
)


class SampleForm(forms.Form):
    name = forms.CharField(label="项目名称", help_text="写明服务内容和区域，公告中按此显示", max_length=60)
    method = forms.ChoiceField(
        label="采购方式",
        choices=[("", "请选择"), ("OPEN", "公开招标"), ("CONSULT", "竞争性磋商")],
        widget=forms.Select(attrs={"data-select": True}),
    )
    amount = forms.DecimalField(label="预算金额", max_digits=14, decimal_places=2)
    due = forms.DateField(label="投标截止日期", widget=forms.DateInput(attrs={"type": "date"}))
    kinds = forms.MultipleChoiceField(
        label="服务内容",
        choices=[("A", "家计调查"), ("B", "业务培训"), ("C", "政策宣传")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    scope = forms.ChoiceField(label="服务区域", choices=[("1", "全区"), ("2", "部分乡镇街道")], widget=forms.RadioSelect)
    note = forms.CharField(label="说明", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agree = forms.BooleanField(label="已核对负面清单，不含审核确认等行政职能")


SampleForm.base_fields["amount"].unit = "元"


class SampleFilter(forms.Form):
    q = forms.CharField(label="名称或编号", required=False)
    status = forms.ChoiceField(label="状态", choices=[("", "全部"), ("DUE", "临期"), ("OVERDUE", "逾期")], required=False)


STEPS = [
    {"label": "项目选定", "state": "done", "on": date(2026, 3, 2), "who": "李四平"},
    {"label": "信息发布", "state": "done", "on": date(2026, 3, 18), "who": "李四平"},
    {"label": "组织购买", "state": "current", "note": "还缺：第三名评审专家的评分表"},
    {"label": "实施监管", "state": "todo"},
    {"label": "绩效评价", "state": "todo"},
]
CASE_STEPS = [
    {"label": "受理", "state": "done", "on": date(2026, 11, 10), "who": "示例镇窗口 王五平"},
    {"label": "医保局转办", "state": "overdue", "light": "overdue", "due_on": date(2026, 11, 20), "left": 1, "clause": SEED},
    {"label": "家庭经济状况核对", "state": "current", "light": "due", "due_on": date(2026, 11, 25), "left": 2},
    {"label": "公示", "state": "paused", "light": "paused", "due_on": date(2026, 12, 2), "note": "等待申请人补交材料"},
    {"label": "审核确认", "state": "todo", "due_on": date(2026, 12, 10)},
]


def _at(day: int, hour: int):
    return make_aware(datetime(2026, 11, day, hour, 5))  # noqa: DTZ001 (made aware here)


FILES = [{"name": "月报.xlsx", "url": "#", "size": 38_200}]
EVENTS = [
    {"at": _at(20, 16), "what": "退回第 10 月月报", "who": "监管 赵六平", "note": "第三节入户次数为空。", "tone": "overdue"},
    {
        "at": _at(18, 9),
        "what": "提交第 10 月月报",
        "who": "示例社工服务中心 钱七平",
        "files": [{"name": "月报.xlsx", "url": "#", "size": 38_200}],
    },
    {"at": _at(1, 8), "what": "合同生效", "tone": "done"},
]
DAYS = [
    SimpleNamespace(date=date(2026, 9, 30), counts=True, why="", index=1, weekday="星期三"),
    SimpleNamespace(date=date(2026, 10, 1), counts=False, why="国庆节", index=0, weekday="星期四"),
    SimpleNamespace(date=date(2026, 10, 10), counts=True, why="调休上班", index=2, weekday="星期六"),
    SimpleNamespace(date=date(2026, 10, 12), counts=True, why="截止日", index=3, weekday="星期一"),
]
COLUMNS = [
    {"label": "项目", "sort": "name"},
    {"label": "状态"},
    {"label": "期限", "sort": "due_on"},
    {"label": "金额（元）", "sort": "amount", "align": "number"},
]
ROWS = [
    {
        "tone": "overdue",
        "cells": [
            {"text": "示例区家计调查服务", "url": "#", "sub": "SQ-2026-014"},
            {"text": "组织购买", "chip": 1, "tone": "info"},
            {"light": "overdue", "due_on": date(2026, 11, 20), "left": 1},
            {"text": "1,280,000.00", "align": "number"},
        ],
    },
    {
        "cells": [
            {"text": "示例区业务培训", "url": "#", "sub": "SQ-2026-015"},
            {"text": "已公布", "chip": 1, "tone": "ok"},
            {"light": "normal", "due_on": date(2026, 12, 10), "left": 13},
            {"text": "86,000.00", "align": "number"},
        ],
    },
]
GATE = [
    {"label": "项目在指导性目录内", "met": True, "clause": SEED},
    {"label": "资金来源合计等于预算", "met": False, "note": "还差 20,000.00 元", "url": "#", "action": "补资金来源", "clause": SEED},
    {"label": "集体研究记录", "met": None},
]
JOBS = [
    {"title": "导入第 10 月服务记录", "state": "running", "done": 420, "total": 1200, "at": "第 421 行"},
    {"title": "批量生成评价报告", "state": "done", "done": 12, "total": 12, "result_url": "#"},
    {"title": "导出办件", "state": "failed", "done": 3, "total": 9, "message": "磁盘空间不足，请联系系统管理员后再试。", "retry_url": "#"},
]
FACTS = [
    {"label": "项目编号", "value": "SQ-2026-014"},
    {"label": "最高限价", "value": "1,280,000.00 元", "clause": SEED, "help": "按合同期一年计"},
    {"label": "承接主体", "value": "示例社工服务中心", "url": "#"},
    {"label": "备注", "value": None},
]


@public
def components(request):
    if not settings.DEBUG:
        raise Http404
    bad = SampleForm({"bad-amount": "多少", "bad-method": "OPEN", "bad-scope": "1"}, prefix="bad")
    bad.is_valid()
    bad.breaches = [CEILING]
    context = {
        "clause": SEED, "breaches": [CEILING], "principle": [PRINCIPLE], "steps": STEPS, "case_steps": CASE_STEPS, "events": EVENTS,
        "days": DAYS, "columns": COLUMNS, "rows": ROWS, "gate": GATE, "jobs": JOBS, "facts": FACTS, "form": SampleForm(), "bad": bad,
        "files": FILES,
        "filter": SampleFilter(request.GET or {"status": "DUE"}), "amount": Decimal("1280000"),
        "today": date(2026, 11, 23), "at": _at(23, 9),
        "page": SimpleNamespace(previous_url="?before=x", next_url="?after=x", first_url="?"),
        "tabs": [{"label": "概况", "url": "#", "current": True}, {"label": "月报", "url": "#", "count": 3}, {"label": "付款", "url": "#"}],
        "tones": [("草拟", ""), ("已提交", "info"), ("已通过", "ok"), ("退回修改", "due"), ("逾期", "overdue"), ("暂停", "paused")],
    }  # fmt: skip
    return render(request, "components.html", context)
