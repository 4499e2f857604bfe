"""Pages of a contract: the purchaser drafts, reviews, announces and starts it; the contractor reads and signs its own."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView

from accounts.access import Guarded, fetch, guarded, may
from accounts.roles import Permission
from procurement.filters import ContractFilter
from procurement.forms.contract import ContractForm
from procurement.forms.project import NoteForm
from procurement.models import Award, Contract, Project
from procurement.reports import contract as reports
from procurement.reports import report as report_reports
from procurement.reports import sections, trail
from procurement.services import contract as services
from procurement.views.frame import ListPage, act, version_of
from records import clock
from records.exports import Column
from records.idempotency import once_for
from records.pages import RefusalsInForm
from records.refusals import Refused

Status = Contract.Status
DETAIL = (
    "project__organisation",
    "contractor__organisation",
    "award__notice",
    "drafted_by",
    "reviewed_by",
    "takeover_plan__funding_line__budget",
)


class ContractList(ListPage):
    permission = Permission.CONTRACT_VIEW
    model = Contract
    filterset_class = ContractFilter
    template_name = "procurement/contract_list.html"
    related = reports.LIST_RELATED
    columns = reports.COLUMNS
    export_name = "合同"
    export_columns = [
        Column("合同编号", width=26),
        Column("项目名称", width=36),
        *map(Column, ("购买主体", "承接主体", "状态")),
        *(Column(title, "money") for title in ("合同金额（元）", "已验收（元）", "已支付（元）")),
        *(Column(title, "date") for title in ("开始日期", "结束日期", "签订日期")),
    ]

    def rows(self, objects):
        return reports.list_rows(objects)

    def export_row(self, row):
        return reports.export_row(row)


def detail_url(pk) -> str:
    return reverse("procurement:contract_detail", args=[pk])


@guarded(Permission.CONTRACT_VIEW, methods=("GET", "HEAD"))
def contract_detail(request, pk):
    contract = fetch(Contract.objects.select_related(*DETAIL), request.user, pk=pk)
    latest = contract.reports.select_related(*report_reports.LIST_RELATED).order_by("period_start")
    context = {
        "contract": contract,
        "tabs": sections.tabs(sections.CONTRACT, request.user, contract, current="procurement:contract_detail"),
        "facts": reports.facts_of(contract),
        "terms": reports.terms_of(contract),
        "takeover": reports.takeover_facts(contract),
        "deadlines": reports.deadlines_of(contract),
        "gate": reports.start_gate(contract) if contract.status == Status.SIGNED else [],
        "report_columns": report_reports.CONTRACT_COLUMNS,
        "report_rows": report_reports.contract_rows(latest[:36]),
        "events": trail.timeline(contract),
        "action": primary_action(request.user, contract),
        "others": other_actions(request.user, contract),
        "may_project": may(request.user, Permission.PROJECT_VIEW, contract),
    }
    return render(request, "procurement/contract_detail.html", context)


def primary_action(user, contract) -> dict | None:
    """The one step this person can take now, blocked with its reasons where a rule stands against it."""
    steps = {
        Status.DRAFT: (Permission.CONTRACT_DRAFT, "送审查", "contract_submit", "送审查后不能修改条款，确定？"),
        Status.UNDER_REVIEW: (Permission.CONTRACT_SIGN, "审查通过", "contract_approve", "确定审查通过？承接主体随后签署。"),
        Status.APPROVED: (Permission.CONTRACT_COUNTERSIGN, "签署合同", "contract_sign", ""),
        Status.SIGNED: (Permission.CONTRACT_DRAFT, "启动服务", "contract_start", "启动后按合同生成月报计划，确定启动？"),
    }
    if contract.status == Status.IN_SERVICE and contract.ends_on < clock.today():
        steps[Status.IN_SERVICE] = (Permission.CONTRACT_DRAFT, "确认履行完毕", "contract_complete", "确定合同已履行完毕？")
    if contract.status in (Status.SIGNED, Status.IN_SERVICE) and services.may_announce(contract):
        steps[Status(contract.status)] = (Permission.CONTRACT_DRAFT, "发布合同公告", "contract_announce", "确定发布合同公告？")
    if contract.status not in steps:
        return None
    permission, label, name, confirm = steps[contract.status]
    if not may(user, permission, contract):
        return None
    url = reverse(f"procurement:{name}", args=[contract.pk])
    if name == "contract_sign":
        return {"label": label, "url": url, "verb": False}
    return {"label": label, "url": url, "confirm": confirm, "breaches": breaches_before(name, contract, user)[:4], "verb": True}


def breaches_before(name: str, contract, user) -> list:
    if name == "contract_start":
        return services.start_breaches(contract, clock.today())
    if name == "contract_complete":
        return services.completion_breaches(contract, clock.today())
    if name == "contract_announce":
        return []
    own = services.reviewer_breaches(contract, user)
    return [*(own if name == "contract_approve" else ()), *services.content_breaches(contract)]


def other_actions(user, contract) -> list[dict]:
    found = []
    if contract.status == Status.DRAFT and may(user, Permission.CONTRACT_DRAFT, contract):
        found.append({"label": "编辑合同与接管预案", "url": reverse("procurement:contract_edit", args=[contract.pk])})
    if contract.status == Status.SIGNED and may(user, Permission.CONTRACT_DRAFT, contract):
        found.append({"label": "编辑接管预案", "url": reverse("procurement:contract_edit", args=[contract.pk])})
    if contract.status in (Status.UNDER_REVIEW, Status.APPROVED) and may(user, Permission.CONTRACT_SIGN, contract):
        found.append({"label": "退回修改", "url": reverse("procurement:contract_return", args=[contract.pk])})
    return found


@guarded(Permission.CONTRACT_DRAFT, methods=("POST",))
def contract_draft(request, pk):
    """From the award in force of project ``pk``."""
    project = fetch(Project, request.user, Permission.CONTRACT_DRAFT, pk=pk)
    award = Award.objects.in_force().filter(tender__project=project).first()
    if award is None:
        raise Refused.because("F-09", services.rules.SIGNING, "尚未确定成交供应商，不能起草合同。")
    contract = services.draft_contract(award.pk, by=request.user)
    messages.success(request, "合同已起草，请完善条款和接管预案。")
    return redirect("procurement:contract_edit", contract.pk)


class ContractEdit(Guarded, RefusalsInForm, FormView):
    permission = Permission.CONTRACT_DRAFT
    template_name = "procurement/contract_form.html"

    @cached_property
    def contract(self):
        rows = Contract.objects.select_related(*DETAIL)
        return fetch(rows, self.request.user, Permission.CONTRACT_DRAFT, pk=self.kwargs["pk"])

    def get_form(self, form_class=None):
        return ContractForm(self.request.POST or None, contract=self.contract)

    def save(self, form):
        with once_for(self.request, "procurement.contract_edit") as slot:
            if not slot.done:
                form.save(version=version_of(self.request), by=self.request.user)
                slot.result = self.contract.pk

    def get_success_url(self):
        return detail_url(self.contract.pk)

    def get_context_data(self, **kwargs):
        version = self.request.POST.get("version", self.contract.version)
        return super().get_context_data(contract=self.contract, version=version, cancel_url=self.get_success_url(), **kwargs)


@guarded(Permission.CONTRACT_DRAFT, methods=("POST",))
def contract_submit(request, pk):
    fetch(Contract, request.user, Permission.CONTRACT_DRAFT, pk=pk)
    return act(request, services.submit_contract, pk, detail_url(pk), "已送审查。")


@guarded(Permission.CONTRACT_SIGN, methods=("POST",))
def contract_approve(request, pk):
    fetch(Contract, request.user, Permission.CONTRACT_SIGN, pk=pk)
    return act(request, services.approve_contract, pk, detail_url(pk), "审查通过，等待承接主体签署。")


@guarded(Permission.CONTRACT_DRAFT, methods=("POST",))
def contract_announce(request, pk):
    fetch(Contract, request.user, Permission.CONTRACT_DRAFT, pk=pk)
    return act(request, services.announce_contract, pk, detail_url(pk), "合同公告已发布。")


@guarded(Permission.CONTRACT_DRAFT, methods=("POST",))
def contract_start(request, pk):
    fetch(Contract, request.user, Permission.CONTRACT_DRAFT, pk=pk)
    return act(request, services.start_service, pk, detail_url(pk), "服务已启动，月报计划已生成。")


class ContractNote(Guarded, RefusalsInForm, FormView):
    """A verb on a contract that asks for a word."""

    form_class = NoteForm
    template_name = "procurement/note_form.html"
    heading = label = submit = intro = ""
    note_required = True

    @cached_property
    def contract(self):
        return fetch(Contract.objects.select_related(*DETAIL), self.request.user, self.permission, pk=self.kwargs["pk"])

    def get_form(self, form_class=None):
        form = NoteForm(self.request.POST or None, label=self.label)
        form.fields["note"].required = self.note_required
        return form

    def save(self, form):
        with once_for(self.request, f"procurement.{type(self).__name__}") as slot:
            if not slot.done:
                self.verb(form.cleaned_data["note"])
                slot.result = self.contract.pk

    def get_success_url(self):
        return detail_url(self.contract.pk)

    def get_context_data(self, **kwargs):
        more = {"heading": self.heading, "submit": self.submit, "intro": self.intro, "subject": str(self.contract)}
        version = self.request.POST.get("version", self.contract.version)
        return super().get_context_data(version=version, cancel_url=self.get_success_url(), **more, **kwargs)


class ContractReturn(ContractNote):
    permission = Permission.CONTRACT_SIGN
    heading, label, submit = "退回合同", "退回原因", "退回"

    def verb(self, note):
        services.return_contract(self.contract.pk, version=version_of(self.request), by=self.request.user, note=note)


class ContractSign(ContractNote):
    permission = Permission.CONTRACT_COUNTERSIGN
    heading, label, submit = "签署合同", "逾期签订的原因（未逾期不填）", "确认并签署"
    intro = "签署后合同对双方生效。合同金额、期限和条款见合同页，签署前请核对。"
    note_required = False

    def verb(self, note):
        services.sign_contract(self.contract.pk, version=version_of(self.request), by=self.request.user, reason=note)


@guarded(Permission.CONTRACT_DRAFT, methods=("POST",))
def contract_complete(request, pk):
    fetch(Contract, request.user, Permission.CONTRACT_DRAFT, pk=pk)
    return act(request, services.complete_contract, pk, detail_url(pk), "合同已履行完毕。")
