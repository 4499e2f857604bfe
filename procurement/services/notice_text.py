"""The sections of public papers as plain text, by 财办库〔2020〕50号. ``values``: what the preparer typed for this paper."""

from django.conf import settings
from django.urls import reverse

from procurement.models import Project
from procurement.rules import deadlines as limits
from procurement.rules import notices as rules
from procurement.services.papers import contact_of, spelled, spelled_time

PORTAL = "“一门”社会救助服务平台（登录后免费获取）"
NO_AGENCY = "采购代理机构：无（采购人自行组织）"
FIRST_QUALIFICATION = "1. 符合《中华人民共和国政府采购法》第二十二条规定。"


def project_lines(project: Project) -> list[str]:
    return [f"项目编号：{project.code}", f"项目名称：{project.name}"]


def agency_line(values: dict) -> str:
    return f"采购代理机构：{values['agency']}" if values.get("agency") else NO_AGENCY


def intent_sections(project: Project, values: dict) -> list:
    """采购意向公开: one line for each purchase."""
    wan = project.plan_amount / 10_000
    return [
        ("采购意向", [
            "序号：1",
            f"采购项目名称：{project.name}",
            f"采购需求概况：{values['overview']}",
            f"预算金额：{wan:,.4f}".rstrip("0").rstrip(".") + " 万元",
            f"预计采购时间：{values['expected']}",
            f"备注：{values.get('other') or '无'}",
        ]),
        ("说明", ["本次公开的采购意向是初步安排，具体情况以采购公告和采购文件为准。", contact_of(project)]),
    ]  # fmt: skip


def notice_sections(project: Project, dates: limits.Timetable, values: dict) -> list:
    """招标公告 or 磋商公告, issued on ``dates.issued_on``."""
    tender, by_tender = project.tender, project.method in limits.TENDER_METHODS
    papers, response = ("招标文件", "投标文件") if by_tender else ("磋商文件", "响应文件")
    deadline, opening = (f"{spelled_time(moment)}（北京时间）" for moment in (tender.bid_deadline, tender.opening_at))
    submit, opened = f"截止时间：{deadline}", f"时间：{opening}"
    method, place = "方式：在平台加密提交，开启前任何人不能查看", "地点：平台在线开启"
    parts = [
        ("项目概况", [f"{project.name}的潜在供应商应在{PORTAL}获取{papers}，并于 {deadline}前提交{response}。"]),
        ("项目基本情况", basic_lines(project)),
        ("申请人的资格要求", qualification_lines(project, values)),
        (f"获取{papers}", [
            f"时间：{spelled(dates.issued_on)}至{spelled(dates.documents_until)}",
            "地点：“一门”社会救助服务平台", f"方式：{PORTAL}", "售价：0 元",
        ]),
    ]  # fmt: skip
    if by_tender:
        parts += [("提交投标文件截止时间、开标时间和地点", [submit, method, opened, place])]
    else:
        parts += [("响应文件提交", [submit, method]), ("开启", [opened, place])]
    days = limits.PERIODS[project.method].notice.n
    parts += [
        ("公告期限", [f"自 {spelled(dates.issued_on)} 起 {days} 个工作日，至 {spelled(dates.notice_until)}"]),
        ("其他补充事宜", [*scale_lines(project), *filter(None, [values.get("other")])]),
        ("联系方式", [contact_of(project), agency_line(values)]),
    ]
    return numbered(parts, after=1)


def termination_sections(project: Project, reason: str, values: dict) -> list:
    """终止公告 or 废标公告; ``values``: what was prepared beside the reason."""
    parts = [
        ("项目基本情况", [*project_lines(project), *lot_lines(project)]),
        ("项目终止的原因", [reason]),
        ("其他补充事宜", [values.get("other") or "无"]),
        ("联系方式", [contact_of(project), agency_line(values)]),
    ]
    return numbered(parts)


NUMERALS = "一二三四五六七八九十"


def numbered(parts: list, *, after: int = 0) -> list:
    """Headings numbered 一、二、…; the first ``after`` stay bare."""
    return parts[:after] + [(f"{NUMERALS[n]}、{title}", lines) for n, (title, lines) in enumerate(parts[after:])]


def lot_lines(project: Project) -> list[str]:
    """Which lot of how many this is, and how many one supplier may win."""
    if project.package_id is None:
        return []
    limit = project.package.award_limit
    most = f"，一家供应商最多成交 {limit} 个包，按包号顺序确定" if limit else ""
    first = project.package.lots.order_by("lot_number").first()
    return [
        f"采购包：{project.package.name}，包 {project.lot_number}（共 {project.package.lots.count()} 个包{most}）",
        f"各包及其截止时间：{settings.SITE_URL}{reverse('public_lots', args=[first.code])}",
    ]


def basic_lines(project: Project) -> list[str]:
    standards = [f"{standard.name}：{standard.target}（{standard.measure}）" for standard in project.standards.all()]
    return [
        *project_lines(project),
        *lot_lines(project),
        f"采购方式：{project.get_method_display()}",
        f"预算金额：{project.plan_amount:,.2f} 元",
        f"最高限价：{project.ceiling:,.2f} 元",
        f"采购需求：{project.requirement}",
        f"服务数量：{project.quantity.normalize():f} {project.unit}",
        *(["服务标准：" + "；".join(standards)] if standards else []),
        f"合同履行期限：{spelled(project.starts_on)}至{spelled(project.ends_on)}",
        f"是否接受联合体：{'是' if project.accepts_consortium else '否'}",
    ]


def qualification_lines(project: Project, values: dict) -> list[str]:
    policy = values.get("policy") or "无"
    demanded = "；".join(filter(None, [project.qualification, *project.tender.required_qualifications])) or "无"
    return [FIRST_QUALIFICATION, f"2. 落实政府采购政策需满足的资格要求：{policy}", f"3. 本项目的特定资格要求：{demanded}"]


def scale_lines(project: Project) -> list[str]:
    price = "执行统一价格，价格不列为评审因素" if project.fixed_price else f"价格 {project.price_weight} 分"
    factors = [price, *(f"{factor.name} {factor.weight} 分" for factor in project.factors.all())]
    return [f"评审办法：{project.get_award_basis_display()}。{'；'.join(factors)}。"]


def amendment_sections(project: Project, values: dict, changes: list[dict], first_notice) -> list:
    """更正公告. ``changes``: {label, before, after} of every changed field; ``first_notice``: the paper that is corrected."""
    changed = [f"{change['label']}：由“{change['before']}”更正为“{change['after']}”" for change in changes]
    said = filter(None, [values.get("clarification")])
    return numbered([
        ("项目基本情况", [*project_lines(project), f"首次公告日期：{spelled(first_notice)}"]),
        ("更正信息", [f"更正事项：{rules.SUBJECTS[values['subject']]}", f"更正原因：{values['reason']}", *changed, *said]),
        ("其他补充事宜", [values.get("other") or "原公告其他内容不变。"]),
        ("联系方式", [contact_of(project)]),
    ])  # fmt: skip


def single_source_sections(project: Project, values: dict, issued_on, until) -> list:
    """单一来源公示 with the opinions of the specialists attached."""
    days = limits.SINGLE_SOURCE.n
    return numbered([
        ("项目信息", [
            f"采购人：{project.organisation}", *project_lines(project), f"拟采购的服务说明：{values['service']}",
            f"预算金额：{project.plan_amount:,.2f} 元",
            f"采用单一来源采购方式的原因：{rules.SINGLE_SOURCE_GROUNDS[values['ground']]}。{values['reason']}",
        ]),
        ("拟定供应商信息", [f"名称：{values['supplier']}", f"地址：{values['supplier_address']}"]),
        ("公示期限", [f"{spelled(issued_on)}至{spelled(until)}（{days} 个工作日）"]),
        ("专业人员论证意见", [values["opinions"]]),
        ("其他补充事宜", [values.get("other") or "对公示有异议的，可以在公示期内书面向采购人提出，并抄送财政部门。"]),
        ("联系方式", [contact_of(project), f"财政部门：{values['finance_contact']}", agency_line(values)]),
    ])  # fmt: skip


def complaint_sections(project: Project, parties, facts: str, basis: str, decision: str, decided_on) -> list:
    """投诉处理结果公告."""
    return numbered([
        ("项目基本情况", project_lines(project)),
        ("相关当事人", list(parties)),
        ("基本情况", [facts]),
        ("处理依据及结果", [basis, decision, f"处理日期：{spelled(decided_on)}"]),
    ])  # fmt: skip
