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
    "accessed": "查阅",
    "added": "添加",
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
    "correction_opened": "开始更正",
    "created": "建立",
    "custody_taken": "领取开启密钥",
    "dated": "补算期限",
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
    "extended": "延长办理时限",
    "factors_set": "设定评分标准",
    "funded": "安排资金",
    "funds_signed": "资金会签",
    "guided": "出具指导意见",
    "handed_on": "改由下一名候选供应商签订",
    "held": "举办",
    "imported": "导入",
    "improvement": "填写改进要求",
    "issued": "签发",
    "listed": "列入",
    "low_price_explained": "说明异常低价",
    "low_price_judged": "认定异常低价",
    "notified": "一次性告知",
    "opened": "生成",
    "papers": "补交材料",
    "password_changed": "修改密码",
    "password_reset": "重置密码",
    "prepared_saved": "保存筹备",
    "published": "公布",
    "purchaser": "购买主体",
    "raised": "提出",
    "recomputed": "重新计算期限",
    "recorded": "登记",
    "registered": "登记",
    "renamed": "更正姓名",
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


DETAILS = {
    "accepted": "通过",
    "added": "新增",
    "amount": "金额",
    "announcement": "公告",
    "answer_due_on": "答复期限",
    "as_of": "数据日期",
    "attendees": "参加人数",
    "bid": "响应文件",
    "bids": "响应文件",
    "brought": "已收材料",
    "changed": "修改",
    "changed_days": "变更天数",
    "channel": "方式",
    "code": "代码",
    "comments": "退回原因",
    "condition": "条件",
    "contractor": "承接主体",
    "count": "数量",
    "deadline": "截止时间",
    "decision_no": "决定书文号",
    "demo": "演示数据",
    "document": "依据文件",
    "due": "期限",
    "due_after": "新到期日",
    "due_before": "原到期日",
    "due_on": "期限",
    "effective_from": "生效日期",
    "effective_to": "失效日期",
    "ended_on": "结束日期",
    "expires_on": "有效期至",
    "field": "项目",
    "fields": "改动的项目",
    "first": "起始编号",
    "for": "用于",
    "from": "原状态",
    "grade": "等级",
    "held_on": "举办日期",
    "holders": "密钥保管人",
    "indicators": "指标数",
    "items": "事项",
    "job": "任务",
    "kind": "类别",
    "last": "截止编号",
    "lifted": "说明理由后放行",
    "lines": "明细",
    "listed_in": "列入名单",
    "members": "成员",
    "note": "说明",
    "notice_until": "公告至",
    "number": "编号",
    "objection": "异议",
    "on": "日期",
    "ordinal": "第几次",
    "outcome": "结论",
    "place": "地点",
    "plan": "计划",
    "population": "服务对象人数",
    "post_cost": "岗位费用",
    "programme": "救助事项",
    "proxy": "代办人",
    "public": "公开",
    "purpose": "用途",
    "reason": "理由",
    "receipt": "回执",
    "recipients": "救助对象人数",
    "report": "报告",
    "respondents": "反馈主体数",
    "role": "岗位",
    "round": "轮次",
    "scale": "取整方式",
    "scheme": "评价方案",
    "score": "得分",
    "scores": "评分",
    "sequence": "序号",
    "serial": "编号",
    "sha256": "SHA-256",
    "source": "来源",
    "supersedes": "更正前一版",
    "terms": "条款",
    "third_party": "第三方机构",
    "to": "变为（送往）",
    "total": "合计",
    "until": "截止",
    "uscc": "统一社会信用代码",
    "user": "用户",
    "valid_until": "有效期至",
    "value": "数值",
    "year": "年度",
}


@lru_cache(maxsize=1024)
def describe(action: str) -> str:
    """Words for an action code; the code itself where nobody has given it words."""
    model, noun, verb = _parts(action)
    subject = NOUNS.get(noun) or (str(model._meta.verbose_name) if model else noun)
    return f"{subject}：{_states(model).get(verb.lower()) or VERBS.get(verb) or verb}"


def _parts(action: str):
    app, _, rest = action.partition(".")
    noun, _, verb = rest.partition(".")
    return apps.all_models.get(app, {}).get(noun), noun, verb


def _states(model) -> dict[str, str]:
    return {str(value).lower(): str(label) for value, label in model.Status.choices} if hasattr(model, "Status") else {}


def details(event) -> list[tuple[str, str]]:
    """What an event says beside its action, in words; empty entries are left out."""
    model, _, _ = _parts(event.action)
    fields = {field.name: field for field in model._meta.get_fields() if hasattr(field, "verbose_name")} if model else {}
    rows = [(key, value) for key, value in event.detail.items() if value not in (None, "", [], {})]
    return [(_key_words(key, fields), _value_words(value, key, fields, _states(model))) for key, value in rows]


def _key_words(key: str, fields: dict) -> str:
    return DETAILS.get(key) or (str(fields[key].verbose_name) if key in fields else key)


def _value_words(value, key: str, fields: dict, states: dict) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_value_words(item, key, fields, states) for item in value)
    if isinstance(value, dict):
        return "；".join(f"{_key_words(name, fields)} {_value_words(item, name, fields, states)}" for name, item in value.items())
    if key in ("from", "to"):
        return states.get(str(value).lower(), str(value))
    choices = dict(getattr(fields.get(key), "flatchoices", None) or ())
    return str(choices.get(value, value))
