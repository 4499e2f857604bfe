"""The audit trail in words: "procurement.project.submitted" → "购买项目：待审核"."""

from functools import lru_cache

from django.apps import apps

NOUNS = {
    "credit": "信用查询",
    "papers": "证明材料",
    "proof": "资格条件证明",
    "tie": "利害关系",
    "calendaryear": "工作日历",
    "staff": "经办人员",
    "score": "绩效评价评分",
    "survey": "满意度测评",
}
VERBS = {
    "added": "添加",
    "accessed": "查阅",
    "announced": "公告",
    "answered": "答复",
    "appointed": "任命",
    "archived": "打包下载",
    "assigned": "委托",
    "changed": "修改",
    "checked": "查询",
    "commitment": "登记密封承诺",
    "confirmed": "确认",
    "consulted": "征求意见",
    "created": "建立",
    "correction_opened": "开始更正",
    "custody_taken": "领取开启密钥",
    "declared": "声明独立性",
    "deputised": "指定代行人",
    "disabled": "停用",
    "divisions_loaded": "导入行政区划",
    "downloaded": "下载",
    "drafted": "起草",
    "drawn": "抽取",
    "edited": "修改",
    "enabled": "启用",
    "ended": "结束",
    "entered": "代填答卷",
    "factors_set": "设定评分标准",
    "funded": "安排资金",
    "funds_signed": "资金会签",
    "guided": "出具指导意见",
    "held": "举办",
    "improvement": "填写改进要求",
    "imported": "导入",
    "issued": "签发",
    "listed": "列入",
    "low_price_explained": "说明异常低价",
    "low_price_judged": "认定异常低价",
    "opened": "生成",
    "password_changed": "修改密码",
    "password_reset": "重置密码",
    "prepared_saved": "保存筹备",
    "published": "公布",
    "purchaser": "购买主体",
    "raised": "提出",
    "recorded": "登记",
    "registered": "登记",
    "revealed": "查看完整信息",
    "revoked": "吊销",
    "saved": "保存",
    "second_factor_reset": "解除动态口令",
    "second_factor_set": "启用动态口令",
    "set": "设定",
    "signed_in": "登录",
    "signed_out": "退出",
    "standards_set": "设定服务标准",
    "submitted": "提交",
    "third_party": "第三方",
    "unreachable": "登记无法访问",
    "verified": "核实",
    "waived": "表示无异议",
    "withdrawn": "撤回",
}


@lru_cache(maxsize=1024)
def describe(action: str) -> str:
    """Words for an action code; the code itself where nobody has given it words."""
    app, _, rest = action.partition(".")
    noun, _, verb = rest.partition(".")
    model = apps.all_models.get(app, {}).get(noun)
    subject = NOUNS.get(noun) or (str(model._meta.verbose_name) if model else noun)
    states = {str(value): label for value, label in getattr(model, "Status", None).choices} if hasattr(model, "Status") else {}
    return f"{subject}：{states.get(verb) or VERBS.get(verb) or verb}"
