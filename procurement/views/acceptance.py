"""Pages of an acceptance: the supervisor writes the paper, members sign, the result goes public, the officer asks for the money."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.access import fetch, guarded, may
from accounts.roles import Permission
from procurement.forms.acceptance import ConclusionForm, MemberForm, OpinionForm, PaperForm, SignatureForm
from procurement.forms.project import NoteForm
from procurement.models import Acceptance, AcceptanceMember, Contract, Instalment
from procurement.reports import acceptance as reports
from procurement.reports import sections, trail
from procurement.services import acceptance as services
from procurement.services import payment as payments
from procurement.views.frame import RowForm, act, version_of
from records.idempotency import once_for

Status = Acceptance.Status
MANAGE, SIGN = Permission.ACCEPTANCE_MANAGE, Permission.ACCEPTANCE_SIGN


def detail_url(pk) -> str:
    return reverse("procurement:acceptance_detail", args=[pk])


def fetch_acceptance(request, pk, permission=None) -> Acceptance:
    return fetch(Acceptance.objects.select_related(*reports.DETAIL), request.user, permission, pk=pk)


@guarded(Permission.CONTRACT_VIEW, methods=("GET", "HEAD"))
def acceptance_detail(request, pk):
    acceptance = fetch_acceptance(request, pk)
    user, contract = request.user, acceptance.contract
    inside = may(user, Permission.PROJECT_VIEW, contract.project)
    managing = may(user, MANAGE, acceptance)
    context = {
        "acceptance": acceptance,
        "contract": contract,
        "tabs": sections.tabs(sections.CONTRACT, user, contract, current="procurement:contract_money"),
        "facts": reports.facts_of(acceptance),
        "items": reports.item_rows(acceptance),
        "members": reports.member_rows(acceptance, inside=inside, user=user, managing=managing),
        "opinions": reports.opinion_rows(acceptance, inside=inside),
        "gate": reports.gate_of(acceptance) if managing and acceptance.status == Status.DRAFT else [],
        "writing": managing and acceptance.status == Status.DRAFT,
        "action": primary_action(user, acceptance),
        "others": other_actions(user, acceptance),
        "events": trail.timeline(acceptance) if inside else [],
    }
    return render(request, "procurement/acceptance_detail.html", context)


def primary_action(user, acceptance) -> dict | None:
    """The one step this person can take now; a verb is blocked with its reasons."""
    pk, managing = acceptance.pk, may(user, MANAGE, acceptance)
    if acceptance.status == Status.DRAFT and managing:
        breaches = [*services.acceptor_breaches(acceptance.contract, user), *services.paper_breaches(acceptance)]
        return verb("送验收组签字", "acceptance_send", pk, breaches[:4], "送签后不能修改验收书，确定？")
    if acceptance.status == Status.SIGNING and managing and not services.waits_for_signature(acceptance):
        return {"label": "作出验收结论", "url": reverse("procurement:acceptance_conclude", args=[pk])}
    withdrawn = acceptance.status == Status.ANNOUNCED and acceptance.notice.is_withdrawn
    if (acceptance.status == Status.PASSED or withdrawn) and managing:
        return verb("公告验收结果", "acceptance_announce", pk, [], "公告后向社会公开，确定？")
    if acceptance.status == Status.ANNOUNCED and may(user, Permission.PAYMENT_REQUEST, acceptance):
        if payments.taken_by(acceptance.contract, kind="instalment", acceptance=acceptance):
            return None
        return verb("申请支付", "payment_request", pk, payments.acceptance_breaches(acceptance)[:4], "确定按验收结果申请支付？")
    return None


def verb(label, name, pk, breaches, confirm) -> dict:
    return {"label": label, "url": reverse(f"procurement:{name}", args=[pk]), "breaches": breaches, "confirm": confirm, "verb": True}


def other_actions(user, acceptance) -> list[dict]:
    found = []
    if not may(user, MANAGE, acceptance):
        return found
    if acceptance.status == Status.DRAFT:
        found.append({"label": "填写验收书", "url": reverse("procurement:acceptance_paper", args=[acceptance.pk])})
    if acceptance.status == Status.SIGNING:
        found.append({"label": "退回修改", "url": reverse("procurement:acceptance_return", args=[acceptance.pk])})
    return found


@guarded(MANAGE, methods=("POST",))
def acceptance_open(request, pk):
    """Begin the acceptance of period ``pk``."""
    instalment = get_object_or_404(Instalment, pk=pk)
    fetch(Contract, request.user, MANAGE, pk=instalment.contract_id)
    with once_for(request, "procurement.acceptance_open") as slot:
        if not slot.done:
            slot.result = services.open_acceptance(pk, by=request.user).pk
    messages.success(request, "验收书已建立，请逐项填写并登记服务对象意见。")
    return redirect(detail_url(slot.result))


class AcceptanceForm(RowForm):
    permission = MANAGE
    crumb = ("合同", "procurement:contract_list")

    def fetch_row(self):
        return fetch_acceptance(self.request, self.kwargs["pk"], self.permission)

    def get_success_url(self):
        return detail_url(self.row.pk)


class AcceptancePaper(AcceptanceForm):
    heading, submit = "填写验收书", "保存"
    intro = "逐项写明每项服务标准的实际情况和结论。金额与计划不同、有标准未达到或有争议的，写明原因。"

    def get_form(self, form_class=None):
        return PaperForm(self.request.POST or None, acceptance=self.row)

    def act(self, form):
        services.save_paper(self.row.pk, version=version_of(self.request), by=self.request.user, **form.values)


class AcceptanceMemberAdd(AcceptanceForm):
    heading, submit = "添加验收组成员", "添加"
    intro = "合同经办人和审查人不能参加验收。公共服务项目须有服务对象参加。"

    def get_form(self, form_class=None):
        return MemberForm(self.request.POST or None, acceptance=self.row)

    def act(self, form):
        services.add_member(self.row.pk, by=self.request.user, **form.cleaned_data)


class AcceptanceOpinion(AcceptanceForm):
    form_class = OpinionForm
    heading, submit = "登记服务对象意见", "登记"
    intro = "如实记录原话。承接主体看得到意见，看不到是谁说的。"

    def act(self, form):
        services.record_opinion(self.row.pk, by=self.request.user, **form.cleaned_data)


class AcceptanceReturn(AcceptanceForm):
    heading, submit = "退回修改", "退回"
    intro = "退回后已有的签字作废，修改后重新签字。"

    def get_form(self, form_class=None):
        return NoteForm(self.request.POST or None, label="退回原因")

    def act(self, form):
        note = form.cleaned_data["note"]
        services.take_back(self.row.pk, version=version_of(self.request), by=self.request.user, note=note)


class AcceptanceConclude(AcceptanceForm):
    form_class = ConclusionForm
    heading, submit = "作出验收结论", "确定"
    intro = "验收合格的，金额计入合同已验收金额；与绩效挂钩的部分留存，待评价公布后支付。"

    def act(self, form):
        services.conclude(self.row.pk, version=version_of(self.request), by=self.request.user, **form.cleaned_data)


class AcceptanceSign(AcceptanceForm):
    """A member's own signature; the office enters those of recipients and guests from the signed paper."""

    permission = SIGN
    form_class = SignatureForm
    heading, submit = "验收签字", "签字"

    def fetch_row(self):
        member = get_object_or_404(AcceptanceMember.objects.select_related("user"), pk=self.kwargs["pk"])
        self.member = member
        return fetch_acceptance(self.request, member.acceptance_id, SIGN if member.user_id else MANAGE)

    def act(self, form):
        services.sign(self.member.pk, by=self.request.user, **form.cleaned_data)

    def get_context_data(self, **kwargs):
        return super().get_context_data(facts=reports.facts_of(self.row)[:10], **kwargs)


@guarded(MANAGE, methods=("POST",))
def acceptance_drop(request, pk):
    member = get_object_or_404(AcceptanceMember, pk=pk)
    acceptance = fetch_acceptance(request, member.acceptance_id, MANAGE)
    services.drop_member(member.pk, by=request.user)
    messages.success(request, "已移出验收组。")
    return redirect(detail_url(acceptance.pk))


@guarded(MANAGE, methods=("POST",))
def acceptance_send(request, pk):
    fetch_acceptance(request, pk, MANAGE)
    return act(request, services.send_to_sign, pk, detail_url(pk), "已送验收组签字。")


@guarded(MANAGE, methods=("POST",))
def acceptance_announce(request, pk):
    fetch_acceptance(request, pk, MANAGE)
    return act(request, services.announce, pk, detail_url(pk), "验收结果已公告。")
