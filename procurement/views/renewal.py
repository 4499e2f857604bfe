"""Pages of renewals: the contract year by year, one renewal drafted by the officer, reviewed by the chief, signed by the contractor."""

from django.forms import Form
from django.shortcuts import render
from django.urls import reverse

from accounts.access import fetch, guarded, may
from accounts.roles import Permission
from procurement.forms.project import NoteForm
from procurement.forms.renewal import RenewalForm
from procurement.models import Contract, Renewal
from procurement.reports import renewal as reports
from procurement.reports import sections, trail
from procurement.services import renewal as services
from procurement.views.frame import RowForm, act, version_of
from records import clock

Status = Renewal.Status
DRAFT, REVIEW, COUNTERSIGN = Permission.CONTRACT_DRAFT, Permission.CONTRACT_SIGN, Permission.CONTRACT_COUNTERSIGN
RELATED = ("contract__project__organisation", "contract__contractor__organisation", "drafted_by", "reviewed_by", "signed_by")
STEPS = {
    Status.DRAFT: (DRAFT, "送审查", "renewal_submit", "送审查后不能修改，确定？"),
    Status.UNDER_REVIEW: (REVIEW, "审查通过", "renewal_approve", "确定审查通过？承接主体随后签署。"),
    Status.APPROVED: (COUNTERSIGN, "签署续签", "renewal_sign", "签署后该年度立即生效，确定？"),
}


def list_url(pk) -> str:
    return reverse("procurement:contract_renewals", args=[pk])


def detail_url(pk) -> str:
    return reverse("procurement:renewal_detail", args=[pk])


@guarded(Permission.CONTRACT_VIEW, methods=("GET", "HEAD"))
def contract_renewals(request, pk):
    user = request.user
    contract = fetch(Contract.objects.select_related("project__organisation", "contractor__organisation"), user, pk=pk)
    year = services.next_year(contract) if contract.status == Contract.Status.IN_SERVICE and may(user, DRAFT, contract) else None
    context = {
        "contract": contract,
        "tabs": sections.tabs(sections.CONTRACT, user, contract, current="procurement:contract_renewals"),
        "columns": reports.COLUMNS,
        "rows": reports.year_rows(contract),
        "year": year,
    }
    return render(request, "procurement/contract_renewals.html", context)


class RenewalCreate(RowForm):
    permission = DRAFT
    form_class = RenewalForm
    submit = "保存草稿"
    intro = "金额按合同付款计划确定。续签须有该年度预算和上年度评价；承接主体签署后，该年度的服务才能验收。"
    crumb = ("合同", "procurement:contract_list")

    @property
    def heading(self):
        year = services.next_year(self.row)
        return f"起草 {year} 年度续签" if year else "起草续签"

    def fetch_row(self):
        return fetch(Contract.objects.select_related("project__organisation"), self.request.user, DRAFT, pk=self.kwargs["pk"])

    def act(self, form):
        services.draft_renewal(self.row.pk, by=self.request.user, **form.cleaned_data)

    def get_success_url(self):
        return list_url(self.row.pk)


class RenewalPage(RowForm):
    permission = DRAFT
    crumb = ("合同", "procurement:contract_list")

    def fetch_row(self):
        return fetch(Renewal.objects.select_related(*RELATED), self.request.user, self.permission, pk=self.kwargs["pk"])

    def get_success_url(self):
        return detail_url(self.row.pk)


class RenewalEdit(RenewalPage):
    form_class = RenewalForm
    heading, submit = "修改续签", "保存"

    def get_initial(self):
        return {"reason": self.row.reason}

    def act(self, form):
        services.edit_renewal(self.row.pk, version=version_of(self.request), by=self.request.user, **form.cleaned_data)


class RenewalNote(RenewalPage):
    label = ""

    def get_form(self, form_class=None) -> Form:
        return NoteForm(self.request.POST or None, label=self.label)

    def act(self, form):
        self.verb(self.row.pk, version=version_of(self.request), by=self.request.user, note=form.cleaned_data["note"])


class RenewalReturn(RenewalNote):
    permission = REVIEW
    heading, label, submit = "退回续签", "退回原因", "退回"
    verb = staticmethod(services.return_renewal)


class RenewalWithdraw(RenewalNote):
    heading, label, submit = "不续签", "不续签的原因", "确定不续签"
    verb = staticmethod(services.withdraw_renewal)


@guarded(Permission.CONTRACT_VIEW, methods=("GET", "HEAD"))
def renewal_detail(request, pk):
    user, renewal = request.user, fetch(Renewal.objects.select_related(*RELATED), request.user, pk=pk)
    context = {
        "renewal": renewal,
        "contract": renewal.contract,
        "tabs": sections.tabs(sections.CONTRACT, user, renewal.contract, current="procurement:contract_renewals"),
        "facts": reports.facts_of(renewal),
        "gate": reports.gate_of(renewal) if renewal.status in Renewal.OPEN else [],
        "action": primary_action(user, renewal),
        "others": other_actions(user, renewal),
        "events": trail.timeline(renewal),
    }
    return render(request, "procurement/renewal_detail.html", context)


def primary_action(user, renewal) -> dict | None:
    if renewal.status not in STEPS or not may(user, STEPS[renewal.status][0], renewal):
        return None
    _, label, name, confirm = STEPS[renewal.status]
    own = services.reviewer_breaches(renewal, user) if renewal.status == Status.UNDER_REVIEW else []
    found = services.renewal_breaches(renewal, clock.today())
    breaches = [*own, *(breach for breach in found if breach.binding or not renewal.reason)]
    return {"label": label, "url": reverse(f"procurement:{name}", args=[renewal.pk]), "confirm": confirm, "breaches": breaches[:4]}


def other_actions(user, renewal) -> list[dict]:
    found, drafting = [], may(user, DRAFT, renewal)
    if renewal.status == Status.DRAFT and drafting:
        found.append({"label": "修改", "url": reverse("procurement:renewal_edit", args=[renewal.pk])})
    if renewal.status in (Status.UNDER_REVIEW, Status.APPROVED) and may(user, REVIEW, renewal):
        found.append({"label": "退回修改", "url": reverse("procurement:renewal_return", args=[renewal.pk])})
    if renewal.status in Renewal.OPEN and drafting:
        found.append({"label": "不续签", "url": reverse("procurement:renewal_withdraw", args=[renewal.pk])})
    return found


@guarded(DRAFT, methods=("POST",))
def renewal_submit(request, pk):
    fetch(Renewal, request.user, DRAFT, pk=pk)
    return act(request, services.submit_renewal, pk, detail_url(pk), "已送审查。")


@guarded(REVIEW, methods=("POST",))
def renewal_approve(request, pk):
    fetch(Renewal, request.user, REVIEW, pk=pk)
    return act(request, services.approve_renewal, pk, detail_url(pk), "审查通过，等待承接主体签署。")


@guarded(COUNTERSIGN, methods=("POST",))
def renewal_sign(request, pk):
    fetch(Renewal, request.user, COUNTERSIGN, pk=pk)
    return act(request, services.sign_renewal, pk, detail_url(pk), "续签已生效。")
