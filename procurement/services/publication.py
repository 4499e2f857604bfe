"""The notice of a project and its end before a contract: dates from today, papers frozen, nothing back-dated."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from procurement.models import Project, ProjectPaper, Tender
from procurement.rules import project as rules
from procurement.services import gates
from procurement.services.tender import open_for_bids, opening_for_bids_breaches
from records import clock, notices, workdays
from records.policy import Breach
from records.refusals import Refused
from records.workflow import claim, move

TEMPLATE = "procurement/print/notice.html"
ENDS = (Project.Status.FAILED, Project.Status.TERMINATED)


def timetable(method: str, issued_on: date) -> rules.Timetable:
    """T-02 … T-08 from the day of issue, by the published working-day calendar. Raises KeyError for a method without periods."""
    periods = rules.PERIODS[method]
    return rules.Timetable(
        issued_on,
        notice_until=workdays.add_workdays(issued_on, periods.notice_workdays),
        documents_until=workdays.add_workdays(issued_on, periods.document_workdays),
        earliest_deadline=issued_on + timedelta(days=periods.response_days),
    )


def notice_breaches(project: Project) -> list:
    """Everything that stands between an approved project and its notice today."""
    today = clock.today()
    found = [
        *gates.publication_breaches(project, on=today),
        *rules.contact_breaches(project.contact_name, project.contact_phone, project.contact_address),
    ]
    tender = getattr(project, "tender", None)
    if tender is None:
        return [*found, Breach("T-02", rules.METHODS, "尚未筹备采购活动（提交截止时间、开启时间和密钥保管人）。")]
    if project.method not in rules.PERIODS:
        return [
            *found,
            rules.Breach("P-26", rules.METHODS, f"{project.get_method_display()}没有公告期限规定，请改用竞争性磋商或公开招标。"),
        ]
    deadline = timezone.localtime(tender.bid_deadline).date()
    found += [breach for breach in opening_for_bids_breaches(tender) if breach.rule == "P-65"]  # keys not yet taken
    return [*found, *rules.deadline_breaches(project.method, timetable(project.method, today), deadline)]


@transaction.atomic
def publish_notice(project_id: int, *, version: int, by) -> Project:
    """Issue the notice today, open the tender for sealed bids and freeze the scale. Raises Refused with every open point."""
    project = claim(Project.objects.select_related("organisation"), project_id, version=version)
    lifted = gates.uphold_gate(project, notice_breaches(project))
    dates = timetable(project.method, clock.today())
    project.published_at = clock.now()
    project.save(update_fields=["published_at"])
    move(project, Project.Status.NOTICE_PUBLISHED, by=by, detail={"lifted": lifted, "notice_until": dates.notice_until})
    open_for_bids(project.tender.pk, by=by)
    title = f"{project.name}{notice_name(project)}"
    paper(project, ProjectPaper.Kind.NOTICE, title, notice_context(project, dates), by, dates.notice_until)
    return project


def notice_name(project: Project) -> str:
    return "招标公告" if project.method in (Project.Method.OPEN, Project.Method.INVITED) else "磋商公告"


def paper(project: Project, kind, title: str, context: dict, by, until: date | None = None) -> ProjectPaper:
    """Issue a public paper of the project and keep it among its papers."""
    notice = notices.issue(
        f"procurement.{kind}",
        organisation=project.organisation,
        title=title,
        template=TEMPLATE,
        context={"title": title, "organisation": str(project.organisation), **context},
        by=by,
        number_prefix=f"{project.organisation.label}购"[:30],
        public=True,
    )
    return ProjectPaper.objects.create(project=project, kind=kind, notice=notice, until=until)


def spelled(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def spelled_time(moment) -> str:
    local = timezone.localtime(moment)
    return f"{spelled(local.date())} {local:%H:%M}"


def contact_of(project: Project) -> str:
    return f"采购人：{project.organisation}；联系人：{project.contact_name}；电话：{project.contact_phone}；地址：{project.contact_address}"


def notice_context(project: Project, dates: rules.Timetable) -> dict:
    """The sections of 招标公告 / 磋商公告 as plain text."""
    tender = project.tender
    portal = "“一门”社会救助服务平台（登录后免费获取）"
    standards = [f"{standard.name}：{standard.target}（{standard.measure}）" for standard in project.standards.all()]
    price = "执行统一价格，价格不列为评审因素" if project.fixed_price else f"价格 {project.price_weight} 分"
    factors = [price, *(f"{factor.name} {factor.weight} 分" for factor in project.factors.all())]
    deadline = f"截止时间：{spelled_time(tender.bid_deadline)}（北京时间）"
    opening = f"时间：{spelled_time(tender.opening_at)}（北京时间）"
    available = f"时间：{spelled(dates.issued_on)}至{spelled(dates.documents_until)}"
    days = rules.PERIODS[project.method].notice_workdays
    qualification = "符合《中华人民共和国政府采购法》第二十二条规定。"
    return {
        "sections": [
            ("一、项目基本情况", basic_lines(project)),
            ("二、采购需求与服务标准", [project.requirement, *standards]),
            ("三、申请人的资格要求", [qualification, *filter(None, [project.qualification])]),
            ("四、获取采购文件", [available, f"方式：{portal}", "售价：0 元"]),
            ("五、响应文件提交", [deadline, "方式：在平台加密提交，开启前任何人不能查看"]),
            ("六、开启", [opening, "地点：平台在线开启"]),
            ("七、评审办法", [project.get_award_basis_display(), *factors]),
            ("八、公告期限", [f"自 {spelled(dates.issued_on)} 起 {days} 个工作日，至 {spelled(dates.notice_until)}"]),
            ("九、联系方式", [contact_of(project)]),
        ]
    }


def basic_lines(project: Project) -> list[str]:
    return [
        f"项目编号：{project.code}",
        f"项目名称：{project.name}",
        f"采购方式：{project.get_method_display()}",
        f"预算金额：{project.plan_amount:,.2f} 元",
        f"最高限价：{project.ceiling:,.2f} 元",
        f"服务数量：{project.quantity.normalize():f} {project.unit}",
        f"合同履行期限：{spelled(project.starts_on)}至{spelled(project.ends_on)}",
        f"是否接受联合体：{'是' if project.accepts_consortium else '否'}",
    ]


@transaction.atomic
def end_project(project_id: int, *, outcome, version: int, reason: str, by) -> Project:
    """废标 or 终止, with its reason and, once announced, its public notice. ``outcome``: FAILED or TERMINATED."""
    if outcome not in ENDS:
        raise ValueError(f"not an ending: {outcome}")
    project = claim(Project.objects.select_related("organisation"), project_id, version=version)
    if not reason.strip():
        raise Refused.because("P-50", rules.Clause("政府采购法", "第三十六条"), "请写明终止（废标）原因。")
    project.closing_reason = reason
    project.save(update_fields=["closing_reason"])
    move(project, outcome, by=by, note=reason)
    if outcome == Project.Status.TERMINATED:
        close_tender(project, reason, by)
    if project.published_at:
        sections = [
            ("一、项目基本情况", [f"项目编号：{project.code}", f"项目名称：{project.name}"]),
            ("二、终止原因", [reason]),
            ("三、联系方式", [contact_of(project)]),
        ]
        name = "废标公告" if outcome == Project.Status.FAILED else "终止公告"
        paper(project, ProjectPaper.Kind.TERMINATION, f"{project.name}{name}", {"sections": sections}, by)
    return project


def close_tender(project: Project, reason: str, by) -> None:
    """A terminated project takes no more bids; 废标 begins at the tender itself, which closes on its own."""
    tender = Tender.objects.filter(project=project).first()
    if tender is None or Tender.Status.FAILED not in Tender.TRANSITIONS[tender.status]:
        return
    tender.failed_reason = reason
    tender.save(update_fields=["failed_reason"])
    move(tender, Tender.Status.FAILED, by=by, note=reason)
