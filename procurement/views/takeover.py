"""接管: from the alarm to the confirmation, the way back, the drill; what is printed and handed out."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView

from accounts import audit
from accounts.access import Guarded, fetch, guarded, may
from accounts.roles import Permission
from procurement.filters import TakeoverFilter
from procurement.forms.project import NoteForm
from procurement.forms.takeover import ResolveForm, TakeoverForm
from procurement.models import Contract, Takeover, TakeoverLine, TakeoverPaper
from procurement.reports import leaving as leaving_reports
from procurement.reports import sections, trail
from procurement.reports import takeover as reports
from procurement.services import takeover as services
from procurement.services import takeover_lists
from procurement.views.frame import ListPage, version_of
from records.exports import Column, export
from records.files import file_response
from records.idempotency import once_for
from records.pages import RefusalsInForm
from records.refusals import Refused

Status, Kind = Takeover.Status, Takeover.Kind
CONTRACT = ("project__organisation", "contractor__organisation", "takeover_plan", "award__tender")
RELATED = (
    "contract__project__organisation", "contract__contractor__organisation", "proposed_by", "decided_by", "host_contract",
    "replacement__project", "replacement__contractor__organisation",
)  # fmt: skip
DELIVERY = [
    Column("序号", "int", 8),
    *(Column(title, width=24) for title in ("乡镇（街道）", "对象编号", "服务项目", "原服务单位", "新服务单位", "例外原因")),
]


class TakeoverList(ListPage):
    permission = Permission.TAKEOVER_VIEW
    model = Takeover
    filterset_class = TakeoverFilter
    template_name = "procurement/takeover_list.html"
    related = reports.LIST_RELATED
    order = ("-raised_at", "-pk")
    columns = reports.COLUMNS
    export_name = "临时接管"
    export_columns = [
        *map(Column, ("合同编号", "项目", "类型", "状态", "依据", "事由")),
        *(Column(title, "datetime") for title in ("提出时间", "启动时限", "确认时间")),
        *map(Column, ("提出人", "确认人")),
        *(Column(title, "int") for title in ("服务对象", "服务单", "转接", "例外")),
    ]

    def rows(self, objects):
        return reports.list_rows(objects)

    def export_row(self, row):
        return reports.export_row(row)


@guarded(Permission.TAKEOVER_VIEW, methods=("GET", "HEAD"))
def contract_exit(request, pk):
    """The 接管与退出 tab of a contract: what runs now, what may be started, and why a contractor might have to leave."""
    contract = fetch(Contract.objects.select_related(*CONTRACT), request.user, Permission.TAKEOVER_VIEW, pk=pk)
    takeovers = list(contract.takeovers.select_related(*reports.LIST_RELATED)[:20])
    context = {
        "contract": contract,
        "tabs": sections.tabs(sections.CONTRACT, request.user, contract, current="procurement:contract_exit"),
        "action": start_action(request.user, contract, takeovers),
        "others": leaving_reports.actions_of(request.user, contract),
        "columns": reports.COLUMNS[1:],
        "rows": reports.contract_rows(takeovers),
        "drill": reports.drill_facts(contract),
        "trigger_columns": reports.TRIGGERS,
        "triggers": reports.trigger_rows(contract, request.user),
        "terminations": leaving_reports.termination_rows(contract),
        "termination_columns": leaving_reports.TERMINATIONS,
        "proposals": reports.proposal_rows(contract),
        "proposal_columns": reports.PROPOSALS,
        "settlement": leaving_reports.settlement_of(contract),
    }
    return render(request, "procurement/contract_exit.html", context)


def start_action(user, contract, takeovers) -> list[dict]:
    if contract.status not in services.LIVE or not may(user, Permission.TAKEOVER_PROPOSE, contract):
        return []
    new = reverse("procurement:takeover_new", args=[contract.pk])
    if any(row.status == Status.ACTIVE for row in takeovers):
        return [{"label": "交回（或转新承接主体）", "url": f"{new}?kind=handback", "primary": True}]
    return [{"label": "演练", "url": f"{new}?drill=1"}, {"label": "启动临时接管", "url": new, "primary": True}]


class TakeoverNew(Guarded, RefusalsInForm, FormView):
    permission = Permission.TAKEOVER_PROPOSE
    template_name = "procurement/note_form.html"

    @cached_property
    def contract(self):
        return fetch(Contract.objects.select_related(*CONTRACT), self.request.user, self.permission, pk=self.kwargs["pk"])

    @property
    def kind(self):
        return Kind.HANDBACK if self.request.GET.get("kind") == "handback" else Kind.TAKEOVER

    @property
    def drill(self) -> bool:
        return self.request.GET.get("drill") == "1"

    def get_form(self, form_class=None):
        return TakeoverForm(self.request.POST or None, contract=self.contract, kind=self.kind, drill=self.drill)

    def save(self, form):
        values = dict(form.cleaned_data)
        if self.kind == Kind.HANDBACK:
            values["returned"] = self.contract.takeovers.filter(status=Status.ACTIVE).first()
        with once_for(self.request, "procurement.takeover_new") as slot:
            if not slot.done:
                row = services.propose(self.contract.pk, by=self.request.user, kind=self.kind, drill=self.drill, **values)
                slot.result = row.pk
        return slot.result

    def get_success_url(self):
        return reverse("procurement:takeover_detail", args=[self.saved])

    def get_context_data(self, **kwargs):
        heading = "接管演练" if self.drill else "交回服务" if self.kind == Kind.HANDBACK else "启动临时接管"
        intro = "提交后生成预览：每个服务对象由谁承接、哪些是例外，由另一人确认后一次生效。"
        more = {"heading": heading, "submit": "生成预览并送确认", "subject": str(self.contract)}
        more |= {"intro": "演练走完全部步骤，但不改变任何服务单。" if self.drill else intro}
        return super().get_context_data(cancel_url=reverse("procurement:contract_exit", args=[self.contract.pk]), **more, **kwargs)


@guarded(Permission.TAKEOVER_VIEW, methods=("GET", "HEAD"))
def takeover_detail(request, pk):
    """The preview while it waits, the result afterwards; ``?export=xlsx`` or csv is the delivery list."""
    takeover = fetch(Takeover.objects.select_related(*RELATED), request.user, pk=pk)
    if request.GET.get("export") in ("xlsx", "csv"):
        audit.record("procurement.takeover.list_exported", takeover, by=request.user)
        return export(
            DELIVERY, reports.delivery_rows(takeover), name=f"{takeover.contract.number}服务对象变更清单", kind=request.GET["export"]
        )
    waiting = takeover.status == Status.PROPOSED
    cover = services.cover_of(takeover, list(takeover.routes.select_related("provider__organisation", "caretaker"))) if waiting else None
    context = {
        "takeover": takeover,
        "kind": reports.kind_of(takeover),
        "clock": reports.clock_of(takeover),
        "facts": reports.facts_of(takeover),
        "cover": cover,
        "destination_columns": reports.DESTINATIONS,
        "destinations": reports.destination_rows(cover) if cover else [],
        "routes": takeover.routes.select_related("provider__organisation", "caretaker", "township"),
        "line_columns": reports.LINES,
        "lines": reports.line_rows(takeover, request.user),
        "papers": [paper_row(paper) for paper in takeover.papers.select_related("notice__file", "addressee")],
        "events": trail.timeline(takeover),
        "breaches": confirm_breaches(request.user, takeover, cover) if waiting else [],
        "may_confirm": waiting and may(request.user, Permission.TAKEOVER_CONFIRM, takeover),
        "may_cancel": waiting and may(request.user, Permission.TAKEOVER_PROPOSE, takeover),
    }
    return render(request, "procurement/takeover_detail.html", context)


def confirm_breaches(user, takeover, cover) -> list:
    handlers = {"接管提出": takeover.proposed_by_id}
    own = services.project_rules.other_person_breaches(user.pk, handlers=handlers, act="接管确认")
    return [*own, *services.breaches_of(takeover, cover)]


def paper_row(paper: TakeoverPaper) -> dict:
    """Without an address until the worker has drawn it."""
    url = reverse("procurement:takeover_paper", args=[paper.pk]) if paper.notice.file else None
    note = str(paper.addressee or "张贴、入户送达")
    return {"url": url, "name": f"{paper.get_kind_display()} {paper.notice.number}", "note": note if url else f"{note}，正在排版"}


@guarded(Permission.TAKEOVER_CONFIRM, methods=("POST",))
def takeover_confirm(request, pk):
    takeover = fetch(Takeover, request.user, Permission.TAKEOVER_CONFIRM, pk=pk)
    total = request.POST.get("total", "")
    if not total.isascii() or not total.isdigit():
        raise Refused.because("V-10", services.EXIT, "请从预览页确认。")
    with once_for(request, "procurement.takeover_confirm") as slot:
        if not slot.done:
            services.confirm(takeover.pk, version=version_of(request), total=int(total[:9]), by=request.user)
            slot.result = pk
    messages.success(request, "演练已记录，没有改变任何服务单。" if takeover.drill else "已生效：服务单已转接，通知书已签发。")
    return redirect("procurement:takeover_detail", pk)


class TakeoverCancel(Guarded, RefusalsInForm, FormView):
    permission = Permission.TAKEOVER_PROPOSE
    template_name = "procurement/note_form.html"

    @cached_property
    def takeover(self):
        return fetch(Takeover.objects.select_related(*RELATED), self.request.user, self.permission, pk=self.kwargs["pk"])

    def get_form(self, form_class=None):
        return NoteForm(self.request.POST or None, label="撤销原因")

    def save(self, form):
        return services.cancel(self.takeover.pk, version=version_of(self.request), by=self.request.user, note=form.cleaned_data["note"])

    def get_success_url(self):
        return reverse("procurement:takeover_detail", args=[self.takeover.pk])

    def get_context_data(self, **kwargs):
        version = self.request.POST.get("version", self.takeover.version)
        more = {"heading": "撤销", "submit": "撤销", "subject": str(self.takeover), "version": version}
        return super().get_context_data(cancel_url=self.get_success_url(), **more, **kwargs)


class TakeoverResolve(Guarded, RefusalsInForm, FormView):
    """An order that was set aside finds its provider."""

    permission = Permission.TAKEOVER_PROPOSE
    template_name = "procurement/note_form.html"

    @cached_property
    def line(self):
        rows = TakeoverLine.objects.select_related("order__recipient", "order__item", "takeover__contract__project__organisation")
        line = rows.filter(pk=self.kwargs["pk"]).first()
        fetch(Takeover, self.request.user, self.permission, pk=line.takeover_id if line else 0)
        return line

    def get_form(self, form_class=None):
        return ResolveForm(self.request.POST or None, contract=self.line.takeover.contract)

    def save(self, form):
        return services.resolve_exception(self.line.pk, route=form.cleaned_data["route"], by=self.request.user)

    def get_success_url(self):
        return reverse("procurement:takeover_detail", args=[self.line.takeover_id])

    def get_context_data(self, **kwargs):
        subject = f"{self.line.order.recipient} {self.line.order.item.name}：{self.line.reason}"
        return super().get_context_data(
            heading="落实例外服务单", submit="恢复服务", subject=subject, cancel_url=self.get_success_url(), **kwargs
        )


@guarded(Permission.TAKEOVER_VIEW, methods=("POST",))
def takeover_print(request, pk):
    """The delivery list with a column to sign, as PDF."""
    takeover = fetch(Takeover.objects.select_related("contract__project__organisation"), request.user, pk=pk)
    return redirect("records:job_detail", takeover_lists.request_list(takeover, by=request.user).pk)


@guarded(Permission.TAKEOVER_PAPER, methods=("GET", "HEAD"))
def takeover_paper(request, pk):
    paper = fetch(TakeoverPaper.objects.select_related("notice__file"), request.user, pk=pk)
    if paper.notice.file is None:
        raise Refused.because("NT-2", services.EXIT, f"{paper.notice.number} 正在排版，请稍后再打开。")
    return file_response(paper.notice.file, inline=True)
