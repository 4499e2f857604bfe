"""Projects as people read them: list rows, the gate list, facts, papers, what waits for whom."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import may
from accounts.models import Organisation
from accounts.reach import reach_of
from accounts.roles import Permission
from procurement.models import SUPERIOR_SPECIAL, Project, ProjectFunding
from procurement.rules import catalogue, money, scoring, wording
from procurement.rules import deadlines as limits
from procurement.rules import market as market_rules
from procurement.rules import project as rules
from procurement.services import gates, market, publication
from procurement.services.money import cap_of, cap_ratio, purchaser_district
from records.policy import Breach, Clause
from records.refusals import MissingCalendar, joined
from records.worklist import Hit, WorkItem

COLUMNS = [
    {"label": "项目", "align": ""},
    {"label": "购买主体", "align": ""},
    {"label": "阶段", "align": ""},
    {"label": "状态", "align": ""},
    {"label": "最高限价", "align": "number"},
    {"label": "服务期限", "align": ""},
]
TONES = {"failed": "overdue", "terminated": "overdue", "approved": "ok", "in_service": "ok", "closed": "ok", "draft": ""}
Status = Project.Status


def list_rows(projects: Iterable[Project]) -> list[dict]:
    """Plain cells for the table; the queryset brings ``organisation``."""
    return [{"cells": cells_of(project)} for project in projects]


def cells_of(project: Project) -> list[dict]:
    stage = Project.STAGES[project.stage][0] if project.stage is not None else "—"
    term = f"{project.starts_on} 至 {project.ends_on}" if project.starts_on and project.ends_on else "—"
    return [
        {"text": project.name, "url": reverse("procurement:project_detail", args=[project.pk]), "sub": project.code},
        {"text": project.organisation.label},
        {"text": stage},
        {"text": project.get_status_display(), "chip": True, "tone": TONES.get(project.status, "info")},
        {"text": money.yuan(project.ceiling) if project.ceiling is not None else "—", "align": "number"},
        {"text": term},
    ]


def export_row(project: Project) -> list:
    stage = Project.STAGES[project.stage][0] if project.stage is not None else ""
    return [
        project.code,
        project.name,
        str(project.organisation),
        stage,
        project.get_status_display(),
        project.get_method_display(),
        project.fiscal_year,
        project.plan_amount,
        project.ceiling,
        project.starts_on,
        project.ends_on,
        timezone.localtime(project.published_at).date() if project.published_at else None,
    ]


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the gate list: which rules it sums up, and the section that mends it."""

    label: str
    rules: frozenset[str]
    clause: Clause
    section: str


def check(label: str, ids: str, clause: Clause, section: str) -> Check:
    return Check(label, frozenset(ids.split()), clause, section)


BEFORE_SUBMISSION = (
    check("购买主体符合规定", "P-01 P-03 P-05", rules.PURCHASER, "basics"),
    check("购买内容在本地指导性目录内", "P-06 X-3", catalogue.PLANNING, "basics"),
    check("负面清单逐项审查", "N-1 N-2 N-3 N-4 N-5 N-6 N-7", catalogue.CATALOGUE, "screening"),
    check("不构成变相用工", "P-33", catalogue.EMPLOYMENT, "employment"),
    check("采购需求和服务标准完整", "P-19", rules.REQUIREMENT, "requirement"),
    check("需求中没有限制竞争的内容", "P-12 P-47", wording.DISCRIMINATION, "requirement"),
    check("服务期限", "P-21", rules.TERM, "basics"),
    check("评审因素与分值", "P-40 P-41 P-42 P-43 P-46", scoring.COMPREHENSIVE, "scale"),
    check("预算、计划、限价和资金来源，跨年度的分解到各年度", "P-15 F-09", money.NO_BUDGET_NO_PURCHASE, "funding"),
    check("中小企业预留", "P-14", market_rules.SET_ASIDE, "reasons"),
    check("上级专项资金比例", "F-03", money.SOURCES, "funding"),
    check("需求调查", "P-18", rules.NEEDS_SURVEY, "consultation"),
)
BEFORE_APPROVAL = (check("乡镇（街道）购买的指导意见", "P-02", rules.PURCHASER, "guidance"), *BEFORE_SUBMISSION)
BEFORE_NOTICE = (
    check("征求社会公众意见", "P-17", rules.PUBLIC_OPINION, "consultation"),
    check("公告联系方式", "P-17", rules.NOTICE_CONTENT, "basics"),
    check("采购意向公开满 30 日", "T-01", limits.INTENT.clause, "intent"),
    check("单一来源公示期满", "T-10", limits.SINGLE_SOURCE.clause, "single_source"),
    check("采购实施计划已备案", "P-16", rules.PLAN_FILED, "method"),
    check("采购方式与限额标准", "P-26 P-28", rules.METHODS, "method"),
    check("没有化整为零", "P-27", rules.SPLITTING, "method"),
    check("资金仍有保障", "P-15 F-03 F-09", money.NO_BUDGET_NO_PURCHASE, "funding"),
    check("乡镇（街道）购买的指导意见", "P-02", rules.PURCHASER, "guidance"),
    check("公告期限和提交截止时间", "T-02 T-03 T-05 T-06", limits.CONSULTATION_PERIOD.clause, "tender"),
    check("两名密钥保管人已领取密钥", "P-65", rules.DUTIES, "tender"),
)


@dataclass(frozen=True, slots=True)
class Gate:
    """The next gate of a project: its checks with what is open, and every breach that stops."""

    title: str
    items: list[dict]
    stopping: list[Breach]


def gate_of(project: Project, *, editable: bool) -> Gate | None:
    """What stands before the next step, or None once the tender runs."""
    found = {
        Status.DRAFT: ("送审前", BEFORE_SUBMISSION, gates.submission_breaches),
        Status.SUBMITTED: ("批准前", BEFORE_APPROVAL, gates.approval_breaches),
        Status.APPROVED: ("发布公告前", BEFORE_NOTICE, notice_breaches),
    }.get(project.status)
    if found is None:
        return None
    title, checks, judge = found
    stopping = gates.unsettled(project, judge(project))
    lines = [one for one in checks if applies(one, project)]
    owners = [(owner_of(breach, lines), breach) for breach in stopping]
    items = [gate_item(project, one, [breach for owner, breach in owners if owner is one], editable) for one in lines]
    return Gate(title, items + other_items([breach for owner, breach in owners if owner is None]), stopping)


def owner_of(breach: Breach, lines: list[Check]) -> Check | None:
    """The line under which a breach stands: of those that name its rule the one with its clause, else the first. None: no line does."""
    named = [one for one in lines if breach.rule in one.rules]
    return next((one for one in named if one.clause == breach.clause), named[0] if named else None)


def other_items(rest: list[Breach]) -> list[dict]:
    """What no line of the list claims, with its own clause: nothing stops a step unseen."""
    return [{"label": "其他", "met": False, "note": breach.message, "clause": breach.clause, "url": ""} for breach in dict.fromkeys(rest)]


def applies(one: Check, project: Project) -> bool:
    """Some conditions belong to one way of buying only."""
    if one.section == "single_source":
        return project.method == Project.Method.SINGLE_SOURCE
    return one.section != "intent" or project.method not in limits.NO_INTENT_NEEDED


def notice_breaches(project: Project) -> list[Breach]:
    """As publication judges; a missing calendar is one more line, not an error page."""
    try:
        return publication.notice_breaches(project)
    except MissingCalendar as missing:
        return missing.breaches


def gate_item(project: Project, one: Check, found: list[Breach], editable: bool) -> dict:
    open_points = [breach.message for breach in found]
    unset = market.set_aside_unset(project) if "P-14" in one.rules and not open_points else ""
    return {
        "label": one.label,
        "met": None if unset else not open_points,
        "note": joined(open_points) or unset,
        "clause": one.clause,
        "url": section_url(project, one.section) if editable else "",
    }


def section_url(project: Project, section: str) -> str:
    if section in ("intent", "single_source"):
        return reverse("procurement:notice_prepare", args=[project.pk, section])
    if section == "consultation":
        return reverse("procurement:project_consult", args=[project.pk])
    if section in ("guidance", "tender") or project.status != Status.DRAFT:
        return ""
    return reverse("procurement:project_edit", args=[project.pk, section])


def facts_of(project: Project) -> list[dict]:
    term = f"{project.starts_on} 至 {project.ends_on}" if project.starts_on and project.ends_on else None
    price = "执行统一价格" if project.fixed_price else f"价格 {project.price_weight.normalize():f} 分"
    basis = f"{project.get_award_basis_display()}，{price}"
    return [
        {"label": "项目编号", "value": project.code},
        {"label": "购买主体", "value": str(project.organisation)},
        {"label": "购买内容", "value": "、".join(str(item) for item in project.items.all())},
        {"label": "救助类别", "value": "、".join(catalogue.PROGRAMMES.get(code, code) for code in project.programmes) or None},
        {"label": "采购方式", "value": project.get_method_display()},
        {
            "label": "评审方法",
            "value": basis,
            "clause": rules.REQUIREMENT,
        },
        {"label": "计划金额", "value": money.yuan(project.plan_amount) if project.plan_amount is not None else None},
        {"label": "最高限价", "value": money.yuan(project.ceiling) if project.ceiling is not None else None},
        {"label": "服务期限", "value": term},
        {"label": "经办人", "value": str(project.created_by)},
        {"label": "批准人", "value": str(project.approved_by) if project.approved_by else None},
    ]


def cap_facts(project: Project) -> dict:
    """The meter of F-03 for the project's district and year."""
    district = purchaser_district(project.organisation)
    return meter(cap_of(district, project.fiscal_year), f"{district.label} {project.fiscal_year} 年")


def meter(cap: money.Cap, title: str) -> dict:
    tones = {money.CapState.UNSET: "due", money.CapState.WITHIN: "ok", money.CapState.OVER: "overdue"}
    return {
        "title": title,
        "state": str(cap.state),
        "tone": tones[cap.state],
        "share": cap.share,
        "facts": [
            {"label": "下达上级专项资金", "value": money.yuan(cap.received)},
            {"label": "用于购买服务", "value": money.yuan(cap.used), "help": f"其中已支付 {money.yuan(cap.paid)}"},
            {"label": "市级确定的比例", "value": f"{cap.ratio.normalize():f}%" if cap.ratio is not None else "市级尚未确定比例"},
            {"label": "上限", "value": money.yuan(cap.limit) if cap.limit is not None else "—"},
        ],
    }


def papers_of(project: Project) -> list[dict]:
    """Issued papers with their public PDF once it is drawn."""
    rows = []
    for paper in project.papers.select_related("notice"):
        notice = paper.notice
        note = f"公告期限至 {paper.until}" if paper.until else f"{timezone.localtime(paper.issued_at):%Y-%m-%d}"
        url = reverse("public_notice", args=[notice.code])
        rows.append({"url": url, "name": f"{paper.get_kind_display()} {notice.number}", "note": note})
    return rows


def worklist(user) -> list[WorkItem]:
    """Drafts, notices and contracts of the user's offices, projects to approve, guidance and finance signatures asked for."""
    items = []
    for permission, kind, note, waiting in (
        (Permission.PROJECT_DRAFT, "立项", "继续编制并送审", {"status": Status.DRAFT}),
        (Permission.PROJECT_PUBLISH, "发布公告", "已批准，可发布公告", {"status": Status.APPROVED}),
        (Permission.CONTRACT_DRAFT, "签订合同", "已成交，起草合同", {"status": Status.AWARDED, "contract": None}),
    ):
        if may(user, permission):
            items += [item(project, kind, note) for project in own(user, permission).filter(**waiting)[:50]]
    return [*items, *_submitted(user), *_finance(user)]


def own(user, permission):
    """Of the offices where the user has a post with this right, and what he began himself below them."""
    offices = Q(organisation__path__in=reach_of(user).exact(permission)) | Q(created_by=user)
    return Project.objects.reached_with(user, permission).filter(offices).select_related("organisation")


def _submitted(user):
    """Projects to approve, by somebody else than who made them; townships whose purchase waits for the bureau's opinion (P-02)."""
    approves, guides = may(user, Permission.PROJECT_APPROVE), may(user, Permission.PROJECT_GUIDE)
    if not (approves or guides):
        return
    rows = Project.objects.none()
    if approves:
        rows = Project.objects.reached_with(user, Permission.PROJECT_APPROVE).exclude(submitted_by=user).exclude(created_by=user)
    if guides:
        reach = Project.objects.reached_with(user, Permission.PROJECT_GUIDE)
        rows = rows | reach.filter(guidance_opinion="", organisation__kind=Organisation.Kind.TOWNSHIP)
    for project in rows.filter(status=Status.SUBMITTED).select_related("organisation")[:50]:
        office, own_work = project.organisation, user.pk in (project.submitted_by_id, project.created_by_id)
        if approves and not own_work and may(user, Permission.PROJECT_APPROVE, office):
            yield item(project, "项目审核", "待批准")
        if guides and not project.guidance_opinion and office.kind == Organisation.Kind.TOWNSHIP:
            yield item(project, "指导意见", "出具后方可批准", name="project_guide", clause=rules.PURCHASER)


def _finance(user):
    """F-03: drawn from superior special funds, and nobody of finance has signed while the city has fixed no ratio."""
    if not may(user, Permission.FUNDS_SIGN):
        return
    open_now = Project.objects.reached_with(user, Permission.FUNDS_SIGN).filter(status__in=Project.BEFORE_NOTICE, finance_signed_by=None)
    drawn = ProjectFunding.objects.filter(line__source__in=SUPERIOR_SPECIAL, amount__gt=0).values("project")
    rows = list(open_now.filter(pk__in=drawn).select_related("organisation")[:50])
    if rows and cap_ratio(rows[0].organisation) is None:
        yield from (item(row, "资金会签", "市级尚未确定比例", name="project_sign_funds", clause=money.SOURCES) for row in rows)


def item(project: Project, kind: str, note: str, *, name="project_detail", clause: Clause = rules.REQUIREMENT) -> WorkItem:
    return WorkItem(str(project), reverse(f"procurement:{name}", args=[project.pk]), None, kind, str(clause), note)


def search(user, text: str) -> list[Hit]:
    found = Project.objects.visible_to(user).filter(name__icontains=text) | Project.objects.visible_to(user).filter(code__icontains=text)
    return [
        Hit(str(project), reverse("procurement:project_detail", args=[project.pk]), "购买项目", project.get_status_display())
        for project in found.order_by("-created_at", "-pk")[:10]
    ]
