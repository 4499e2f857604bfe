"""What a takeover prints and whom it tells: contractor, substitute, finance, recipients. Names of recipients stand on no stored notice."""

from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from accounts.roles import Role
from procurement.models import Takeover, TakeoverPaper, TakeoverPlan
from procurement.rules import takeover as rules
from procurement.services.money import purchaser_district
from procurement.services.papers import spelled_time
from records import messages, notices

TEMPLATE = "procurement/print/notice.html"
Paper = TakeoverPaper.Kind
OFFICE_ROLES = (Role.FINANCE_OFFICER, Role.SUPERVISOR, Role.TOWNSHIP_LEAD, Role.WINDOW_CLERK)
FIRM_ROLES = (Role.CONTRACTOR_ADMIN, Role.CONTRACTOR_REPORTER)


def url_of(takeover: Takeover) -> str:
    return reverse("procurement:takeover_detail", args=[takeover.pk])


def ask_for_confirmation(takeover: Takeover) -> None:
    district = purchaser_district(takeover.contract.project.organisation)
    due = f"{timezone.localtime(takeover.due_at):%m-%d %H:%M}"
    title = f"请确认{takeover}（{due} 前）"
    messages.to_role(district, Role.BUREAU_CHIEF, title, takeover.reason, url=url_of(takeover), key=f"takeover:{takeover.pk}:asked")


def finance_of(takeover: Takeover) -> Organisation | None:
    district = purchaser_district(takeover.contract.project.organisation)
    function = Organisation.Function.FINANCE
    return Organisation.objects.filter(path__startswith=district.path, kind=Organisation.Kind.DEPARTMENT, function=function).first()


def issue_papers(takeover: Takeover, *, by) -> list[TakeoverPaper]:
    """All papers of a confirmed takeover or hand-back, in the transaction that moved the orders; the PDFs follow by job."""
    contract = takeover.contract
    routes = list(takeover.routes.select_related("provider__organisation", "caretaker", "township"))
    papers = [paper(takeover, Paper.CONTRACTOR, contract.contractor.organisation, contractor_lines(takeover, routes), by)]
    takers = {(route.provider.organisation if route.provider else route.caretaker) for route in routes}
    for taker in sorted(takers, key=lambda organisation: organisation.pk):
        papers.append(paper(takeover, Paper.SUBSTITUTE, taker, substitute_lines(takeover, taker), by))
    papers.append(paper(takeover, Paper.FINANCE, finance_of(takeover), finance_lines(takeover), by))
    papers.append(paper(takeover, Paper.RECIPIENTS, None, recipient_lines(takeover, routes), by))
    return papers


REQUIRED = [
    "登录平台“今天的服务”登记服务人员、查看服务对象和计划、记录服务。",
    "不得因接管降低服务标准；服务对象个人信息仅用于本项服务。",
]
TITLES = {
    Paper.CONTRACTOR: "通知书",
    Paper.SUBSTITUTE: "任务书",
    Paper.FINANCE: "经费告知函",
    Paper.RECIPIENTS: "致服务对象的告知书",
}


def paper(takeover: Takeover, kind, addressee: Organisation | None, sections: list, by) -> TakeoverPaper:
    organisation = takeover.contract.project.organisation
    title = f"{takeover.get_kind_display()}{TITLES[kind]}"
    notice = notices.issue(
        f"procurement.takeover_{kind}",
        organisation=organisation,
        title=title,
        template=TEMPLATE,
        context={"title": title, "organisation": str(organisation), "to": str(addressee or "各服务对象及家属"), "sections": sections},
        by=by,
        number_prefix=f"{organisation.label}接"[:30],
    )
    row = TakeoverPaper.objects.create(takeover=takeover, kind=kind, addressee=addressee, notice=notice)
    tell(row, title)
    return row


def tell(row: TakeoverPaper, title: str) -> None:
    if row.addressee is None:
        return
    url, key = reverse("procurement:takeover_paper", args=[row.pk]), f"takeover-paper:{row.pk}"
    for role in FIRM_ROLES if row.addressee.kind == Organisation.Kind.CONTRACTOR else OFFICE_ROLES:
        messages.to_role(row.addressee, role, title, str(row.takeover.contract), url=url, key=key)
    if row.kind == Paper.FINANCE:
        district = purchaser_district(row.takeover.contract.project.organisation)
        messages.to_role(district, Role.FINANCE_OFFICER, title, str(row.takeover.contract), url=url, key=key)


def subject_lines(takeover: Takeover) -> list[str]:
    contract = takeover.contract
    subject = f"合同：{contract.number} {contract.project.name}"
    into = [f"转入合同：{takeover.replacement.number} {takeover.replacement.project.name}"] if takeover.replacement else []
    return [subject, *into, f"事由：{takeover.reason}", f"决定时间：{spelled_time(takeover.decided_at)}"]


def basis_line(takeover: Takeover) -> str:
    clause = rules.CLAUSES.get(takeover.basis)
    return f"依据：{takeover.get_basis_display()}（{clause}）" if clause else "依据：合同约定和临时接管预案"


def route_lines(routes) -> list[str]:
    """Who serves where, township by township, the others last."""
    if len(routes) == 1 and routes[0].township is None:
        return [f"全部乡镇（街道）：{routes[0].taker_words}"]
    ordered = sorted(routes, key=lambda route: (route.township is None, route.pk))
    return [f"{route.township or '其他乡镇（街道）'}：{route.taker_words}" for route in ordered]


def count_line(takeover: Takeover) -> str:
    return f"服务对象 {takeover.recipients} 人，服务单 {takeover.total} 张：转接 {takeover.moved} 张，例外 {takeover.excepted} 张。"


def handover_lines(takeover: Takeover) -> list[str]:
    plan = TakeoverPlan.objects.filter(contract=takeover.contract).first()
    return [line.strip() for line in (plan.handover_items if plan else "").splitlines() if line.strip()] or ["档案、钥匙、服务数据"]


def contractor_lines(takeover: Takeover, routes) -> list:
    return [
        ("一、决定", [*subject_lines(takeover), basis_line(takeover)]),
        ("二、范围", [count_line(takeover), *route_lines(routes)]),
        ("三、交接", ["请立即向接管方交接下列物品和资料，不得扣留：", *handover_lines(takeover)]),
        ("四、数据", ["自决定时间起，原服务单位不再能查看上述服务对象的信息；已形成的服务记录予以保留，作为验收和结算的依据。"]),
    ]


def substitute_lines(takeover: Takeover, taker: Organisation) -> list:
    lines = takeover.lines.filter(reason="")
    own = lines.filter(provider__organisation=taker) | lines.filter(caretaker=taker)
    return [
        ("一、任务", [*subject_lines(takeover), basis_line(takeover), f"由贵单位承接服务单 {own.count()} 张，原定服务日期不变。"]),
        ("二、接收", handover_lines(takeover)),
        ("三、要求", REQUIRED),
    ]


def finance_lines(takeover: Takeover) -> list:
    plan = TakeoverPlan.objects.filter(contract=takeover.contract).select_related("funding_line__budget").first()
    line = str(plan.funding_line) if plan and plan.funding_line else "预案未列明"
    host = [f"追加合同：{takeover.host_contract.number}，追加 {takeover.amount:,.2f} 元"] if takeover.host_contract else []
    return [
        ("一、事项", [*subject_lines(takeover), basis_line(takeover), count_line(takeover)]),
        ("二、经费", [f"接管经费来源：{line}", *host, "原合同自接管之日起按实际验收结算。"]),
    ]


def recipient_lines(takeover: Takeover, routes) -> list:
    project = takeover.contract.project
    return [
        ("一、告知事项", ["您的上门服务由下列单位继续提供，服务内容、次数和日期不变，不收取任何费用："]),
        ("二、服务单位", route_lines(routes)),
        ("三、联系", [f"如有疑问，请联系{project.organisation}：{project.contact_phone or '见窗口公示'}。"]),
    ]
