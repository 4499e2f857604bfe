"""Contract money as people read it: the account, the schedule with what happened to each period, payments, what waits for whom."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils import timezone

from accounts.access import may
from accounts.roles import Permission
from procurement.models import Acceptance, Contract, Instalment, Payment, RetainedRelease
from procurement.reports import grades
from procurement.rules import payment as rules
from procurement.rules.money import yuan
from procurement.services import payment as services
from procurement.services.terms import account_of, terms_of
from records import clock
from records.identity import mask_card
from records.worklist import WorkItem

Status = Payment.Status
TONES = {Status.REQUESTED: "due", Status.PAID: "ok", Status.RETURNED: ""}
COLUMNS = [
    {"label": "支付", "align": ""},
    {"label": "合同", "align": ""},
    {"label": "承接主体", "align": ""},
    {"label": "金额", "align": "number"},
    {"label": "状态", "align": ""},
    {"label": "付款期限", "align": ""},
    {"label": "支付日期", "align": ""},
]
LIST_RELATED = ("contract__project__organisation", "contract__contractor__organisation", "acceptance__instalment")


def stats_of(contract: Contract) -> list[dict]:
    """The account in six figures."""
    account = account_of(contract)
    rest = f"合同 {yuan(contract.amount)}" if contract.value != contract.amount else ""
    return [
        {"label": "合同价款", "value": yuan(account.value), "hint": rest},
        {"label": "已验收", "value": yuan(account.accepted)},
        {"label": "留存待评价", "value": yuan(account.held)},
        {
            "label": "已支付",
            "value": yuan(account.cash),
            "hint": f"其中预付未抵扣 {yuan(account.advance_left)}" if account.advance_left else "",
        },
        {"label": "应付未付", "value": yuan(account.to_transfer), "hint": "已验收 − 留存 − 已支付"},
    ]


def terms_facts(contract: Contract) -> list[dict]:
    terms = terms_of(contract)
    scale = "，".join(f"{grade} {share}%" for grade, share in terms.grade_scale.items()) if terms.retained_share else None
    late = f"年利率 {rules.percent(terms.late_rate)}" if terms.late_rate is not None else "每日万分之五"
    return [
        {"label": "结算周期", "value": terms.get_cycle_display()},
        {"label": "预付款", "value": rules.percent(terms.advance_share), "clause": rules.IN_TIME},
        {
            "label": "留存",
            "value": rules.percent(terms.retained_share),
            "help": scale and f"按评价等级支付：{scale}",
            "clause": rules.BY_RESULT,
        },
        {"label": "付款期限", "value": f"验收结论后 {terms.payment_days} 日", "clause": rules.FROM_ACCEPTANCE},
        {"label": "逾期利息", "value": late, "clause": rules.INTEREST},
    ]


def payee_facts(contract: Contract) -> list[dict]:
    payee = services.payee_of(contract)
    return [
        {"label": "户名", "value": payee.name, "help": "与合同乙方一致"},
        {"label": "开户银行", "value": payee.bank or None},
        {"label": "账号", "value": mask_card(payee.account) if payee.account else None},
    ]


SCHEDULE_COLUMNS = [
    {"label": "期次", "align": ""},
    {"label": "计划金额", "align": "number"},
    {"label": "验收", "align": ""},
    {"label": "验收金额", "align": "number"},
    {"label": "其中留存", "align": "number"},
    {"label": "支付", "align": ""},
]
ACCEPTED_TONES = {"draft": "due", "signing": "due", "passed": "info", "announced": "ok", "failed": "overdue"}


def schedule_rows(contract: Contract) -> list[dict]:
    """Each period, and beneath it each paper of acceptance with its payment."""
    payments = {row.acceptance_id: row for row in contract.payments.live().filter(kind=Payment.Kind.INSTALMENT)}
    papers: dict[int, list[Acceptance]] = {}
    for row in contract.acceptances.select_related("instalment").order_by("round"):
        papers.setdefault(row.instalment_id, []).append(row)
    rows = []
    for instalment in contract.instalments.all():
        plan = [{"text": f"第 {instalment.number} 期", "sub": instalment.period}, {"text": yuan(instalment.planned), "align": "number"}]
        for row in papers.get(instalment.pk, []):
            rows.append({"cells": [*plan, *acceptance_cells(row, payments.get(row.pk))]})
        if instalment.pk not in papers:
            state = state_of(instalment, contract)
            rows.append({"cells": [*plan, {"text": state}, *({"text": "—", "align": "number"} for _ in range(2)), {"text": "—"}]})
    return rows


def state_of(instalment: Instalment, contract: Contract) -> str:
    """Of a period without any paper."""
    if contract.terminated_on:
        return "可以验收" if instalment.period_start <= contract.terminated_on else "合同已终止，不再验收"
    return "可以验收" if instalment.is_over(clock.today()) else "未到期"


def acceptance_cells(row: Acceptance, payment: Payment | None) -> list[dict]:
    url = reverse("procurement:acceptance_detail", args=[row.pk])
    word = row.get_status_display() + (f"（第 {row.round} 轮）" if row.round > 1 else "")
    counted = row.status in Acceptance.CONCLUDED
    return [
        {"text": word, "url": url},
        {"text": yuan(row.amount) if counted else "—", "align": "number"},
        {"text": yuan(row.retained_amount) if counted else "—", "align": "number"},
        payment_cell(row, payment),
    ]


def payment_cell(row: Acceptance, payment: Payment | None) -> dict:
    if payment is not None:
        url = reverse("procurement:payment_detail", args=[payment.pk])
        on = f"{payment.paid_on} 支付" if payment.paid_on else ""
        return {"text": payment.get_status_display(), "url": url, "sub": on}
    if row.status not in Acceptance.CONCLUDED or row.pay_due_on is None:
        return {"text": "—"}
    return {"light": light(row.pay_due_on), "due_on": row.pay_due_on}


def light(due_on: date) -> str:
    """T-23 with a week's warning."""
    left = (due_on - clock.today()).days
    return "overdue" if left < 0 else "due" if left <= 7 else "normal"


def list_rows(payments: Iterable[Payment]) -> list[dict]:
    return [{"cells": cells_of(row)} for row in payments]


def cells_of(row: Payment) -> list[dict]:
    waiting = row.status == Status.REQUESTED and row.due_on
    due = {"light": light(row.due_on), "due_on": row.due_on} if waiting else {"text": str(row.due_on or "—")}
    return [
        {"text": title_of(row), "url": reverse("procurement:payment_detail", args=[row.pk])},
        {"text": row.contract.project.name, "sub": row.contract.number},
        {"text": str(row.contract.contractor)},
        {"text": yuan(row.amount), "align": "number", "sub": f"抵扣预付款 {yuan(row.offset)}" if row.offset else ""},
        {"text": row.get_status_display(), "chip": True, "tone": TONES[row.status]},
        due,
        {"text": str(row.paid_on or "—"), "sub": f"逾期 {row.late_days} 日" if row.late_days else ""},
    ]


def title_of(row: Payment) -> str:
    return f"{row.get_kind_display()}" + (f" 第 {row.acceptance.instalment.number} 期" if row.acceptance_id else "")


def export_row(row: Payment) -> list:
    return [
        row.contract.number, row.contract.project.name, str(row.contract.contractor), title_of(row), row.amount, row.offset,
        row.get_status_display(), row.due_on, row.paid_on, row.voucher, row.late_days, row.interest,
    ]  # fmt: skip


def facts_of(row: Payment) -> list[dict]:
    interest = yuan(row.interest) if row.status == Status.PAID else yuan(accrued(row))
    late = row.late_days if row.status == Status.PAID else rules.late_days(row.due_on, clock.today())
    return [
        {"label": "合同", "value": row.contract.number, "url": reverse("procurement:contract_money", args=[row.contract_id])},
        {"label": "类型", "value": title_of(row)},
        {"label": "支付金额", "value": yuan(row.amount)},
        {"label": "抵扣预付款", "value": yuan(row.offset) if row.offset else None},
        {"label": "收款人", "value": row.payee_name, "help": "合同乙方", "clause": rules.IN_TIME},
        {"label": "开户银行与账号", "value": f"{row.payee_bank} {mask_card(row.payee_account)}"},
        {"label": "付款期限", "value": str(row.due_on) if row.due_on else "工作日历公布后确定", "clause": rules.FROM_ACCEPTANCE},
        {"label": "逾期", "value": f"{late} 日，应付利息 {interest}" if late else "未逾期", "clause": rules.INTEREST},
        {"label": "申请", "value": f"{row.requested_by}，{timezone.localtime(row.created_at):%Y-%m-%d %H:%M}"},
        {
            "label": "财务确认",
            "value": f"{row.confirmed_by}，{timezone.localtime(row.confirmed_at):%Y-%m-%d %H:%M}" if row.confirmed_by else None,
        },
        {"label": "支付日期与凭证", "value": f"{row.paid_on}，{row.voucher}" if row.paid_on else None},
    ]


LINE_COLUMNS = [{"label": "资金来源", "align": ""}, {"label": "预算", "align": ""}, {"label": "金额", "align": "number"}]


def line_rows(row: Payment) -> list[dict]:
    """Which funding lines the payment comes from."""
    return [
        {
            "cells": [
                {"text": part.line.get_source_display(), "sub": part.line.basis_document},
                {"text": str(part.line.budget), "url": reverse("procurement:budget_detail", args=[part.line.budget_id])},
                {"text": yuan(part.amount), "align": "number"},
            ]
        }
        for part in row.lines.select_related("line__budget")
    ]


def accrued(row: Payment):
    """T-24 as it stands today, for a payment that still waits."""
    return rules.late_interest(row.amount, rules.late_days(row.due_on, clock.today()), terms_of(row.contract).late_rate)


def release_rows(contract: Contract, user) -> list[dict]:
    """Retained parts that a grade has judged, with the payment or the way to ask for it."""
    rows = RetainedRelease.objects.filter(acceptance__contract=contract).select_related("acceptance__instalment", "grade_notice")
    paid = {row.release_id: row for row in contract.payments.live().filter(kind=Payment.Kind.RETAINED)}
    asking = may(user, Permission.PAYMENT_REQUEST, contract)
    return [release_row(row, paid.get(row.pk), asking) for row in rows]


def release_row(row: RetainedRelease, payment: Payment | None, asking: bool) -> dict:
    return {
        "pk": row.pk,
        "period": str(row.acceptance.instalment),
        "grade": row.grade_notice.grade,
        "tone": grades.TONES.get(row.grade_notice.grade, ""),
        "share": rules.percent(row.share),
        "amount": yuan(row.amount),
        "recover": yuan(row.recover) if row.recover else "",
        "payment": payment and {"url": reverse("procurement:payment_detail", args=[payment.pk]), "text": payment.get_status_display()},
        "may_ask": asking and payment is None and row.amount > 0,
    }


def worklist(user) -> list[WorkItem]:
    """Finance: requests to confirm. The officer: accepted periods and released parts nobody has asked to pay."""
    items = []
    if may(user, Permission.PAYMENT_CONFIRM):
        rows = Payment.objects.reached_with(user, Permission.PAYMENT_CONFIRM).filter(status=Status.REQUESTED)
        items += [work(row, "支付确认", yuan(row.amount)) for row in rows.exclude(requested_by=user).select_related(*LIST_RELATED)[:50]]
    if may(user, Permission.PAYMENT_REQUEST):
        ready = Acceptance.objects.reached_with(user, Permission.PAYMENT_REQUEST).filter(status=Acceptance.Status.ANNOUNCED)
        ready = ready.exclude(payments__in=Payment.objects.live().filter(kind=Payment.Kind.INSTALMENT))
        items += [ask(row) for row in ready.select_related("contract__project", "instalment")[:50]]
        items += [ask_release(row) for row in unpaid_releases(user)[:50]]
    return items


def unpaid_releases(user):
    contracts = Contract.objects.reached_with(user, Permission.PAYMENT_REQUEST)
    rows = RetainedRelease.objects.filter(acceptance__contract__in=contracts, amount__gt=0)
    return rows.exclude(payments__in=Payment.objects.live()).select_related("acceptance__contract__project", "acceptance__instalment")


def work(row: Payment, kind: str, note: str) -> WorkItem:
    title = f"{row.contract.project.name} {title_of(row)}"
    return WorkItem(title, reverse("procurement:payment_detail", args=[row.pk]), row.due_on, kind, str(rules.IN_TIME), note)


def ask(row: Acceptance) -> WorkItem:
    url = reverse("procurement:acceptance_detail", args=[row.pk])
    return WorkItem(f"{row.contract.project.name} {row}", url, row.pay_due_on, "申请支付", str(rules.IN_TIME), yuan(row.payable))


def ask_release(row: RetainedRelease) -> WorkItem:
    contract = row.acceptance.contract
    url = reverse("procurement:contract_money", args=[contract.pk])
    return WorkItem(
        f"{contract.project.name} {row.acceptance.instalment} 留存",
        url,
        row.pay_due_on,
        "申请支付留存",
        str(rules.BY_RESULT),
        yuan(row.amount),
    )
