"""Pages of contract changes: drafted by the officer, reviewed by the chief, signed by the contractor."""

from django.forms import Form
from django.shortcuts import render
from django.urls import reverse

from accounts.access import fetch, guarded, may
from accounts.roles import Permission
from procurement.forms.amendment import AmendmentForm
from procurement.forms.project import NoteForm
from procurement.models import Amendment, Contract
from procurement.reports import amendment as reports
from procurement.reports import sections, trail
from procurement.services import amendment as services
from procurement.views.frame import RowForm, act, version_of
from records import clock

Status = Amendment.Status
DRAFT, REVIEW, COUNTERSIGN = Permission.CONTRACT_DRAFT, Permission.CONTRACT_SIGN, Permission.CONTRACT_COUNTERSIGN
FUNDS = Permission.FUNDS_SIGN
RELATED = (
    "contract__project__organisation",
    "contract__contractor__organisation",
    "drafted_by",
    "reviewed_by",
    "finance_signed_by",
    "funding_line__budget",
)


def changes_url(pk) -> str:
    return reverse("procurement:contract_changes", args=[pk])


def detail_url(pk) -> str:
    return reverse("procurement:amendment_detail", args=[pk])


@guarded(Permission.CONTRACT_VIEW, methods=("GET", "HEAD"))
def contract_changes(request, pk):
    """变更与分包 of one contract."""
    user = request.user
    contract = fetch(Contract.objects.select_related("project__organisation", "contractor__organisation"), user, pk=pk)
    open_now = contract.status in services.CHANGEABLE
    context = {
        "contract": contract,
        "tabs": sections.tabs(sections.CONTRACT, user, contract, current="procurement:contract_changes"),
        "columns": reports.COLUMNS,
        "rows": reports.change_rows(contract),
        "facts": reports.supplement_facts(contract),
        "parts": reports.part_rows(contract, user),
        "may_change": open_now and may(user, DRAFT, contract) and not contract.amendments.filter(status__in=Amendment.OPEN).exists(),
        "may_propose": open_now and may(user, COUNTERSIGN, contract),
    }
    return render(request, "procurement/contract_changes.html", context)


class AmendmentCreate(RowForm):
    permission = DRAFT
    heading, submit = "起草合同变更", "保存草稿"
    intro = "合同双方不得擅自变更合同。追加相同服务的，累计不超过原合同金额的 10%，其他条款不变，并且在预算之内。"
    crumb = ("合同", "procurement:contract_list")

    def fetch_row(self):
        return fetch(Contract.objects.select_related("project__organisation"), self.request.user, DRAFT, pk=self.kwargs["pk"])

    def get_form(self, form_class=None):
        return AmendmentForm(self.request.POST or None, contract=self.row)

    def act(self, form):
        self.made = services.draft_amendment(self.row.pk, by=self.request.user, **form.cleaned_data)

    def get_success_url(self):
        return changes_url(self.row.pk)


class AmendmentPage(RowForm):
    permission = DRAFT
    crumb = ("合同", "procurement:contract_list")

    def fetch_row(self):
        return fetch(Amendment.objects.select_related(*RELATED), self.request.user, self.permission, pk=self.kwargs["pk"])

    def get_success_url(self):
        return detail_url(self.row.pk)


class AmendmentEdit(AmendmentPage):
    heading, submit = "修改合同变更", "保存"

    def get_form(self, form_class=None):
        names = ("ground", "increase", "decrease", "ends_on", "content", "reason", "evidence", "same_terms", "funding_line")
        initial = {name: getattr(self.row, name) for name in names}
        return AmendmentForm(self.request.POST or None, contract=self.row.contract, initial=initial)

    def act(self, form):
        services.edit_amendment(self.row.pk, version=version_of(self.request), by=self.request.user, **form.cleaned_data)


class AmendmentNote(AmendmentPage):
    label = ""

    def get_form(self, form_class=None) -> Form:
        return NoteForm(self.request.POST or None, label=self.label)

    def act(self, form):
        self.verb(self.row.pk, version=version_of(self.request), by=self.request.user, note=form.cleaned_data["note"])


class AmendmentReturn(AmendmentNote):
    permission = REVIEW
    heading, label, submit = "退回变更", "退回原因", "退回"
    verb = staticmethod(services.return_amendment)


class AmendmentWithdraw(AmendmentNote):
    heading, label, submit = "撤回变更", "撤回原因", "撤回"
    verb = staticmethod(services.withdraw_amendment)


class AmendmentSignFunds(AmendmentNote):
    permission = FUNDS
    heading, label, submit = "资金会签", "会签意见", "会签"
    intro = "市级尚未确定上级专项资金用于购买服务的比例时，追加上级专项资金须由财务人员写明意见。"

    def act(self, form):
        services.sign_off_funds(self.row.pk, version=version_of(self.request), by=self.request.user, reason=form.cleaned_data["note"])


@guarded(Permission.CONTRACT_VIEW, methods=("GET", "HEAD"))
def amendment_detail(request, pk):
    user, amendment = request.user, fetch(Amendment.objects.select_related(*RELATED), request.user, pk=pk)
    context = {
        "amendment": amendment,
        "contract": amendment.contract,
        "tabs": sections.tabs(sections.CONTRACT, user, amendment.contract, current="procurement:contract_changes"),
        "facts": reports.facts_of(amendment),
        "gate": reports.gate_of(amendment) if amendment.status in Amendment.OPEN else [],
        "action": primary_action(user, amendment),
        "others": other_actions(user, amendment),
        "events": trail.timeline(amendment),
    }
    return render(request, "procurement/amendment_detail.html", context)


def primary_action(user, amendment) -> dict | None:
    steps = {
        Status.DRAFT: (DRAFT, "送审查", "amendment_submit", "送审查后不能修改，确定？"),
        Status.UNDER_REVIEW: (REVIEW, "审查通过", "amendment_approve", "确定审查通过？承接主体随后签署。"),
        Status.APPROVED: (COUNTERSIGN, "签署变更", "amendment_sign", "签署后变更立即生效，付款计划和报告计划随之调整，确定？"),
    }
    if amendment.status not in steps or not may(user, steps[amendment.status][0], amendment):
        return None
    _, label, name, confirm = steps[amendment.status]
    own = services.reviewer_breaches(amendment, user) if amendment.status == Status.UNDER_REVIEW else []
    breaches = [*own, *services.amendment_breaches(amendment, clock.today())]
    return {"label": label, "url": reverse(f"procurement:{name}", args=[amendment.pk]), "confirm": confirm, "breaches": breaches[:4]}


def other_actions(user, amendment) -> list[dict]:
    found, drafting = [], may(user, DRAFT, amendment)
    if amendment.status == Status.DRAFT and drafting:
        found.append({"label": "修改", "url": reverse("procurement:amendment_edit", args=[amendment.pk])})
    if amendment.status in (Status.UNDER_REVIEW, Status.APPROVED) and may(user, REVIEW, amendment):
        found.append({"label": "退回修改", "url": reverse("procurement:amendment_return", args=[amendment.pk])})
    unsigned = amendment.status in Amendment.OPEN and services.cap_breaches(amendment, services.shortfall_of(amendment))
    if unsigned and may(user, FUNDS, amendment):
        found.append({"label": "资金会签", "url": reverse("procurement:amendment_sign_funds", args=[amendment.pk])})
    if amendment.status in Amendment.OPEN and drafting:
        found.append({"label": "撤回", "url": reverse("procurement:amendment_withdraw", args=[amendment.pk])})
    return found


@guarded(DRAFT, methods=("POST",))
def amendment_submit(request, pk):
    fetch(Amendment, request.user, DRAFT, pk=pk)
    return act(request, services.submit_amendment, pk, detail_url(pk), "已送审查。")


@guarded(REVIEW, methods=("POST",))
def amendment_approve(request, pk):
    fetch(Amendment, request.user, REVIEW, pk=pk)
    return act(request, services.approve_amendment, pk, detail_url(pk), "审查通过，等待承接主体签署。")


@guarded(COUNTERSIGN, methods=("POST",))
def amendment_sign(request, pk):
    fetch(Amendment, request.user, COUNTERSIGN, pk=pk)
    return act(request, services.sign_amendment, pk, detail_url(pk), "变更已生效，付款计划和报告计划已调整。")
