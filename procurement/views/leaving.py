"""退出: triggers, the termination with its hearing, the letter to finance."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView

from accounts.access import Guarded, fetch, guarded, may
from accounts.roles import Permission
from procurement.forms import takeover as forms
from procurement.models import Contract, DebarmentProposal, ExitTrigger, Termination
from procurement.reports import leaving as reports
from procurement.reports import trail
from procurement.reports.takeover import source_url
from procurement.services import leaving as services
from procurement.views.frame import version_of
from records.files import file_response
from records.idempotency import once_for
from records.pages import RefusalsInForm
from records.refusals import Refused

CONTRACT = ("project__organisation", "contractor__organisation")
TERMINATION = ("contract__project__organisation", "contract__contractor__organisation", "prior_notice__file", "decision_notice__file")


class RowForm(Guarded, RefusalsInForm, FormView):
    """One form about one row: fetched in reach, sent once, back to the page that shows it."""

    model = None
    related: tuple[str, ...] = CONTRACT
    form_class = None
    template_name = "procurement/note_form.html"
    heading = submit = intro = ""
    needs_contract = False

    @cached_property
    def row(self):
        return fetch(self.model.objects.select_related(*self.related), self.request.user, self.permission, pk=self.kwargs["pk"])

    def get_form(self, form_class=None):
        more = {"contract": self.row} if self.needs_contract else {}
        return self.form_class(self.request.POST or None, self.request.FILES or None, **more)

    def save(self, form):
        with once_for(self.request, f"procurement.{type(self).__name__}") as slot:
            if not slot.done:
                slot.result = self.verb(form.cleaned_data).pk
        return slot.result

    def version(self) -> int:
        return version_of(self.request)

    def get_success_url(self):
        contract = self.row if isinstance(self.row, Contract) else self.row.contract
        return reverse("procurement:contract_exit", args=[contract.pk])

    def get_context_data(self, **kwargs):
        version = self.request.POST.get("version", self.row.version)
        more = {"heading": self.heading, "submit": self.submit, "intro": self.intro, "subject": str(self.row)}
        return super().get_context_data(version=version, cancel_url=self.get_success_url(), **more, **kwargs)


class TriggerNew(RowForm):
    model, permission, form_class = Contract, Permission.EXIT_RAISE, forms.TriggerForm
    heading, submit = "登记退出情形", "登记并送认定"
    intro = "登记事实和证据后由局负责人认定；认定成立的可以据此启动接管、终止合同或者建议财政部门处理。"

    def verb(self, data):
        return services.raise_trigger(self.row.pk, by=self.request.user, **data)


class TriggerJudge(RowForm):
    model, permission, form_class = ExitTrigger, Permission.EXIT_DECIDE, forms.JudgeForm
    related = ("contract__project__organisation",)
    heading, submit = "认定退出情形", "确定"

    def get_context_data(self, **kwargs):
        paper = {"url": source_url(self.row), "label": f"查看来源：{self.row.get_source_display()}"}
        more = {"intro": f"{self.row.get_ground_display()}：{self.row.facts}", "paper": paper}
        return super().get_context_data(**kwargs) | more

    def verb(self, data):
        return services.judge_trigger(self.row.pk, version=self.version(), by=self.request.user, **data)


@guarded(Permission.TAKEOVER_VIEW, methods=("GET", "HEAD"))
def trigger_file(request, pk):
    row = fetch(ExitTrigger.objects.select_related("evidence"), request.user, pk=pk)
    if row.evidence is None:
        raise Http404("没有证据材料。")
    return file_response(row.evidence, inline=True)


class TerminationNew(RowForm):
    model, permission, form_class, needs_contract = Contract, Permission.EXIT_RAISE, forms.NotifyForm, True
    heading, submit = "终止合同事先告知", "发出告知书"
    intro = "合同不得擅自终止。告知书发出后承接主体可以陈述申辩；听取意见或者期满后由局负责人决定。"

    def verb(self, data):
        return services.notify_termination(self.row.pk, by=self.request.user, **data)

    def get_success_url(self):
        saved = getattr(self, "saved", None)
        return reverse("procurement:termination_detail", args=[saved]) if saved else super().get_success_url()


@guarded(Permission.TERMINATION_VIEW, methods=("GET", "HEAD"))
def termination_detail(request, pk):
    row = fetch(Termination.objects.select_related(*TERMINATION), request.user, pk=pk)
    context = {
        "row": row,
        "facts": reports.facts_of(row),
        "settlement": reports.settlement_of(row.contract),
        "papers": [
            {"url": reverse("procurement:termination_file", args=[row.pk, paper]), "name": str(notice), "note": ""}
            for paper, notice in ((1, row.prior_notice), (2, row.decision_notice))
            if notice is not None
        ],
        "events": trail.timeline(row),
        "actions": actions_of(request.user, row),
        "gate": services.decision_breaches(row) if row.status in Termination.OPEN and inside(request.user, row) else [],
        "back_url": reverse("procurement:contract_detail", args=[row.contract_id]),
    }
    return render(request, "procurement/termination_detail.html", context)


def inside(user, row: Termination) -> bool:
    """What still stands against a decision is for those who prepare or take it, not for the contractor."""
    return may(user, Permission.TAKEOVER_VIEW, row.contract.project.organisation)


def actions_of(user, row: Termination) -> list[dict]:
    if row.status not in Termination.OPEN:
        return []
    steps = (
        ("陈述申辩", "termination_answer", Permission.TERMINATION_ANSWER, row.answered_at is None and row.status == "notified"),
        ("登记听取意见", "termination_hear", Permission.EXIT_RAISE, row.status == "notified"),
        ("作出决定", "termination_decide", Permission.EXIT_DECIDE, True),
    )
    return [
        {"label": label, "url": reverse(f"procurement:{name}", args=[row.pk])}
        for label, name, permission, fits in steps
        if fits and may(user, permission, row)
    ]


class TerminationForm(RowForm):
    model, related = Termination, ("contract__project__organisation", "contract__contractor__organisation")

    def get_success_url(self):
        return reverse("procurement:termination_detail", args=[self.row.pk])


class TerminationAnswer(TerminationForm):
    permission, form_class = Permission.TERMINATION_ANSWER, forms.StatementForm
    heading, submit = "陈述申辩", "提交"

    def verb(self, data):
        return services.answer_termination(self.row.pk, version=self.version(), by=self.request.user, **data)


class TerminationHear(TerminationForm):
    permission, form_class = Permission.EXIT_RAISE, forms.HearingForm
    heading, submit = "登记听取意见", "登记"

    def verb(self, data):
        return services.record_hearing(self.row.pk, version=self.version(), by=self.request.user, **data)


class TerminationDecide(TerminationForm):
    permission, form_class = Permission.EXIT_DECIDE, forms.DecisionForm
    heading, submit = "终止合同的决定", "确定"
    intro = "决定终止后合同转为“已终止”，通知书随即签发；仍由该承接主体负责的服务单须先转接或者结束。"

    def verb(self, data):
        return services.decide_termination(self.row.pk, version=self.version(), by=self.request.user, **data)


@guarded(Permission.TERMINATION_VIEW, methods=("GET", "HEAD"))
def termination_file(request, pk, paper):
    row = fetch(Termination.objects.select_related(*TERMINATION), request.user, pk=pk)
    return notice_file({1: row.prior_notice, 2: row.decision_notice}.get(paper))


def notice_file(notice):
    if notice is None:
        raise Http404("没有这份文书。")
    if notice.file is None:
        raise Refused.because("NT-2", services.contract_rules.EXIT, f"{notice.number} 正在排版，请稍后再打开。")
    return file_response(notice.file, inline=True)


class ProposalNew(RowForm):
    model, permission, form_class = Contract, Permission.EXIT_RAISE, forms.ProposalForm
    heading, submit = "建议财政部门处理", "签发建议函"
    intro = "民政部门只能建议，是否列入不良行为记录、禁止参加政府采购由财政部门决定。已认定的退出情形及其证据列入证据清单。"

    def verb(self, data):
        return services.propose_debarment(self.row.pk, by=self.request.user, **data)


class ProposalAnswer(RowForm):
    model, permission, form_class = DebarmentProposal, Permission.EXIT_RAISE, forms.AnswerForm
    related = ("contract__project__organisation",)
    heading, submit = "登记财政部门答复", "登记"

    def verb(self, data):
        return services.record_answer(self.row.pk, version=self.version(), by=self.request.user, **data)


@guarded(Permission.TAKEOVER_VIEW, methods=("GET", "HEAD"))
def proposal_file(request, pk):
    row = fetch(DebarmentProposal.objects.select_related("notice__file"), request.user, pk=pk)
    return notice_file(row.notice)
