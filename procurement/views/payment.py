"""Contract money: the account and schedule of a contract, payments asked for and confirmed, party B's account."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.access import fetch, guarded, may
from accounts.roles import Permission
from procurement.filters import PaymentFilter
from procurement.forms.payment import ConfirmForm, LinesForm, PayeeForm
from procurement.forms.project import NoteForm
from procurement.models import Acceptance, Contract, Payment, RetainedRelease
from procurement.reports import payment as reports
from procurement.reports import sections, trail
from procurement.rules import payment as rules
from procurement.services import acceptance as acceptances
from procurement.services import drawing, terms
from procurement.services import payment as services
from procurement.views.frame import ListPage, RowForm, version_of
from records import clock
from records.exports import Column
from records.idempotency import once_for

VIEW, REQUEST, CONFIRM = Permission.CONTRACT_VIEW, Permission.PAYMENT_REQUEST, Permission.PAYMENT_CONFIRM
DETAIL = ("project__organisation", "contractor__organisation", "payment_terms")


class PaymentList(ListPage):
    permission = VIEW
    model = Payment
    filterset_class = PaymentFilter
    template_name = "procurement/payment_list.html"
    related = reports.LIST_RELATED
    columns = reports.COLUMNS
    export_name = "合同支付"
    export_columns = [
        Column("合同编号", width=26),
        Column("项目", width=36),
        Column("承接主体", width=24),
        Column("类型"),
        *(Column(title, "money") for title in ("支付金额（元）", "抵扣预付款（元）")),
        Column("状态"),
        *(Column(title, "date") for title in ("付款期限", "支付日期")),
        Column("凭证号", width=22),
        Column("逾期天数", "int"),
        Column("逾期利息（元）", "money"),
    ]

    def rows(self, objects):
        return reports.list_rows(objects)

    def export_row(self, row):
        return reports.export_row(row)


def money_url(pk) -> str:
    return reverse("procurement:contract_money", args=[pk])


@guarded(VIEW, methods=("GET", "HEAD"))
def contract_money(request, pk):
    """验收与支付: the account, the schedule, payments, retained parts, what the contract says about paying."""
    user, contract = request.user, fetch(Contract.objects.select_related(*DETAIL), request.user, pk=pk)
    payments = contract.payments.select_related(*reports.LIST_RELATED)
    context = {
        "contract": contract,
        "tabs": sections.tabs(sections.CONTRACT, user, contract, current="procurement:contract_money"),
        "stats": reports.stats_of(contract),
        "schedule_columns": reports.SCHEDULE_COLUMNS,
        "schedule": reports.schedule_rows(contract),
        "ready": ready_periods(user, contract),
        "payment_columns": [column for column in reports.COLUMNS if column["label"] not in ("合同", "承接主体")],
        "payments": [{"cells": [cell for n, cell in enumerate(reports.cells_of(row)) if n not in (1, 2)]} for row in payments],
        "releases": reports.release_rows(contract, user),
        "terms": reports.terms_facts(contract),
        "payee": reports.payee_facts(contract),
        "may_payee": may(user, Permission.CONTRACT_COUNTERSIGN, contract),
        "advance": advance_action(user, contract),
    }
    return render(request, "procurement/contract_money.html", context)


def ready_periods(user, contract) -> list[dict]:
    """Periods that this person may begin to accept, with what stands against it."""
    if not may(user, Permission.ACCEPTANCE_MANAGE, contract) or contract.status not in acceptances.ACCEPTABLE:
        return []
    own, rows = acceptances.acceptor_breaches(contract, user), []
    for instalment in contract.instalments.prefetch_related("acceptances"):
        instalment.contract = contract
        if not acceptances.opening_breaches(instalment, clock.today()):
            url = reverse("procurement:acceptance_open", args=[instalment.pk])
            rows.append({"label": f"组织第 {instalment.number} 期验收", "url": url, "breaches": own})
    return rows


def advance_action(user, contract) -> dict | None:
    """P-64, while nothing was accepted and the contract names a share."""
    if not may(user, REQUEST, contract) or contract.status not in services.PAYABLE or not terms.terms_of(contract).advance_share:
        return None
    if contract.accepted_amount or services.taken_by(contract, kind=Payment.Kind.ADVANCE):
        return None
    url = reverse("procurement:advance_request", args=[contract.pk])
    return {"label": "申请预付款", "url": url, "breaches": services.advance_breaches(contract)[:4]}


def asked(request, verb, pk, target: str):
    """``verb(pk, by=…)`` once, then to the payment it made."""
    with once_for(request, f"procurement.{verb.__name__}.{pk}") as slot:
        if not slot.done:
            slot.result = verb(pk, by=request.user).pk
    messages.success(request, "已提交支付申请，待财务确认。")
    return redirect("procurement:payment_detail", slot.result) if target == "payment" else redirect(target)


@guarded(REQUEST, methods=("POST",))
def payment_request(request, pk):
    fetch(Acceptance, request.user, REQUEST, pk=pk)
    return asked(request, services.request_payment, pk, "payment")


@guarded(REQUEST, methods=("POST",))
def release_request(request, pk):
    release = get_object_or_404(RetainedRelease.objects.select_related("acceptance"), pk=pk)
    fetch(Acceptance, request.user, REQUEST, pk=release.acceptance_id)
    return asked(request, services.request_release, pk, "payment")


@guarded(REQUEST, methods=("POST",))
def advance_request(request, pk):
    fetch(Contract, request.user, REQUEST, pk=pk)
    return asked(request, services.request_advance, pk, "payment")


def fetch_payment(request, pk, permission=None) -> Payment:
    return fetch(Payment.objects.select_related(*reports.LIST_RELATED, "requested_by", "confirmed_by"), request.user, permission, pk=pk)


@guarded(VIEW, methods=("GET", "HEAD"))
def payment_detail(request, pk):
    payment = fetch_payment(request, pk)
    user, waiting = request.user, payment.status == Payment.Status.REQUESTED
    confirming = waiting and may(user, CONFIRM, payment)
    breaches = services.confirmation_breaches(payment, user) if confirming else []
    context = {
        "payment": payment,
        "title": reports.title_of(payment),
        "facts": reports.facts_of(payment),
        "stats": reports.stats_of(payment.contract),
        "confirming": confirming,
        "line_columns": reports.LINE_COLUMNS,
        "lines": reports.line_rows(payment) if may(user, Permission.BUDGET_VIEW, payment.contract.project.organisation) else [],
        "may_choose": waiting and bool(payment.amount) and may(user, REQUEST, payment),
        "breaches": breaches,
        "only_warnings": all(not breach.binding for breach in breaches),
        "events": trail.timeline(payment) if may(user, Permission.PROJECT_VIEW, payment.contract.project) else [],
    }
    return render(request, "procurement/payment_detail.html", context)


class PaymentForm(RowForm):
    permission = CONFIRM
    crumb = ("合同支付", "procurement:payment_list")

    def fetch_row(self):
        return fetch_payment(self.request, self.kwargs["pk"], CONFIRM)

    def get_success_url(self):
        return reverse("procurement:payment_detail", args=[self.row.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(facts=reports.facts_of(self.row)[:8], **kwargs)


class PaymentConfirm(PaymentForm):
    form_class = ConfirmForm
    heading, submit = "确认支付", "确认已支付"
    intro = "国库集中支付完成后，登记凭证号和支付日期。申请人不能确认自己的申请。"

    def act(self, form):
        services.confirm_payment(self.row.pk, version=version_of(self.request), by=self.request.user, **form.cleaned_data)


class PaymentReturn(PaymentForm):
    heading, submit = "退回支付申请", "退回"

    def get_form(self, form_class=None):
        return NoteForm(self.request.POST or None, label="退回原因")

    def act(self, form):
        note = form.cleaned_data["note"]
        services.return_payment(self.row.pk, version=version_of(self.request), by=self.request.user, note=note)


class PaymentLines(PaymentForm):
    """The officer names which line pays how much, until finance confirms."""

    permission = REQUEST
    heading, submit = "支付资金来源", "保存"
    intro = "各来源合计应等于支付金额，每个来源不超过可支付余额。财务确认后不能再改。"

    def fetch_row(self):
        return fetch_payment(self.request, self.kwargs["pk"], REQUEST)

    def get_form(self, form_class=None):
        return LinesForm(self.request.POST or None, payment=self.row)

    def act(self, form):
        drawing.change_lines(self.row.pk, version=version_of(self.request), by=self.request.user, amounts=form.amounts)


class PayeeEdit(RowForm):
    """P-63: party B enters its own account; the holder is its own name."""

    permission = Permission.CONTRACT_COUNTERSIGN
    form_class = PayeeForm
    heading, submit = "收款账户", "保存"
    intro = "款项只付到合同乙方自己的账户。账户变更后，财务付款前会再次核实。"
    crumb = ("合同", "procurement:contract_list")

    def fetch_row(self):
        return fetch(Contract.objects.select_related(*DETAIL), self.request.user, self.permission, pk=self.kwargs["pk"])

    def get_initial(self):
        found = terms.terms_of(self.row)
        return {"bank": found.payee_bank, "account": found.payee_account}

    def act(self, form):
        terms.set_payee(self.row.pk, by=self.request.user, **form.cleaned_data)

    def get_success_url(self):
        return money_url(self.row.pk)

    def get_context_data(self, **kwargs):
        facts = [{"label": "户名", "value": self.row.contractor.organisation.name, "clause": rules.IN_TIME}]
        return super().get_context_data(facts=facts, **kwargs)
