"""The posted roster: the contractor enters its people, the purchaser's side reads it, masked."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.access import fetch, guarded, may, require
from accounts.roles import Permission
from procurement.forms.project import NoteForm
from procurement.forms.service import EndPostForm, WorkerForm
from procurement.models import PostedWorker
from procurement.reports import service as reports
from procurement.reports import trail
from procurement.services import roster as services
from procurement.views.supervision import VerbForm, fetch_contract, home_of, link, tab_page
from records import clock, identity
from records.listing import KeysetPage
from records.pages import add_breaches
from records.refusals import Refused

P = Permission
TAB = "procurement:contract_workers"
RELATED = ("contract__project__organisation", "contractor__organisation", "posted_to")


@guarded(P.SERVICE_VIEW, methods=("GET", "HEAD"))
def contract_workers(request, pk):
    contract = fetch_contract(request, pk, P.SERVICE_VIEW)
    rows = PostedWorker.objects.visible_to(request.user).filter(contract=contract).select_related(*RELATED)
    page = KeysetPage(rows, order=("-created_at", "-pk"), request=request)
    may_edit = may(request.user, P.ROSTER_EDIT, contract.contractor.organisation)
    actions = [link("登记服务人员", "worker_create", pk, primary=True)] if may_edit else []
    context = {"title": "人员", "actions": actions, "page": page, "columns": reports.WORKER_COLUMNS, "unit": "人"}
    context |= {"rows": reports.worker_rows(page.rows, clock.today()), "empty_title": "名册还是空的"}
    return tab_page(request, contract, TAB, context | {"empty_text": "由承接主体登记派出的服务人员。"})


class WorkerCreate(VerbForm):
    permission = P.ROSTER_EDIT
    heading, submit, done = "登记服务人员", "登记", "已列入名册。"
    intro = "服务人员由承接主体直接用工并缴纳社会保险，不得以劳务派遣方式用工。证件号码加密保存，页面只显示遮掩后的姓名。"
    versioned = False

    @cached_property
    def row(self):
        """The contractor's own roster is the contractor's to keep."""
        row = fetch_contract(self.request, self.kwargs["pk"])
        require(self.request.user, self.permission, row.contractor.organisation)
        return row

    def make_form(self, data, files):
        self.form = WorkerForm(data, contract=self.row)
        return self.form

    def verb(self, data):
        return services.add_worker(self.row.pk, self.form.data_of(), by=self.request.user, reason=data["reason"])

    def back_url(self):
        return reverse(TAB, args=[self.row.pk])


@guarded(P.SERVICE_VIEW, methods=("GET", "HEAD"))
def worker_detail(request, pk):
    return show(request, fetch(PostedWorker.objects.select_related(*RELATED, "user"), request.user, P.SERVICE_VIEW, pk=pk))


def show(request, row, shown=None):
    actions = []
    if may(request.user, P.SERVICE_REVEAL, row):
        actions.append(link("查看完整信息", "worker_reveal", row.pk))
    if may(request.user, P.ROSTER_EDIT, row) and row.ends_on is None:
        actions.append(link("离岗", "worker_end", row.pk))
    facts = [
        {"label": "姓名", "value": identity.mask_name(row.name)},
        {"label": "身份证号", "value": identity.mask_id(row.id_number)},
        {"label": "联系电话", "value": identity.mask_phone(row.phone) or None},
        {"label": "用人单位", "value": row.employer},
        {"label": "用工形式", "value": row.get_engagement_display()},
        {"label": "社会保险由本单位缴纳", "value": {True: "是", False: "否", None: None}[row.insured_by_contractor]},
        {"label": "学历", "value": row.education or None},
        {"label": "资格", "value": row.get_qualification_display(), "help": reports.expiry(row, clock.today())},
        {"label": "服务地点", "value": row.get_place_display(), "help": row.posted_to.name if row.posted_to else ""},
        {"label": "在岗期间", "value": f"{row.starts_on} 至 {row.ends_on or '今'}"},
        {"label": "情况说明", "value": row.reason or None},
    ]
    visits = row.visits.select_related(*reports.VISIT_RELATED).order_by("-planned_on", "-pk")[:30]
    block = {"title": "最近的服务记录", "columns": reports.VISIT_COLUMNS, "rows": reports.visit_rows(visits), "empty": "还没有记录"}
    context = {"row": row, "title": str(row), "actions": actions, "facts": facts, "blocks": [block], "shown": shown}
    context |= {"events": trail.timeline(row), **home_of(request.user, row.contract, TAB, "人员")}
    return render(request, "procurement/supervision_detail.html", context)


class OnWorker(VerbForm):
    permission = P.ROSTER_EDIT
    model, related = PostedWorker, RELATED

    def back_url(self):
        return reverse("procurement:worker_detail", args=[self.row.pk])


class WorkerEnd(OnWorker):
    heading, submit, done, form_class = "离岗", "确认离岗", "已离岗，服务过的记录保留。", EndPostForm

    def verb(self, data):
        return services.end_post(self.row.pk, version=self.version, ends_on=data["ends_on"], by=self.request.user)


class WorkerReveal(OnWorker):
    permission = P.SERVICE_REVEAL
    heading, submit = "查看完整信息", "查看"
    intro = "查看完整姓名和号码须写明用途，用途和查看人记入审计记录。"
    versioned = False

    def make_form(self, data, files):
        return NoteForm(data, label="用途")

    def form_valid(self, form):
        try:
            shown = services.reveal_worker(self.row, reason=form.cleaned_data["note"], by=self.request.user)
        except Refused as refusal:
            add_breaches(form, refusal)
            self.status = refusal.status
            return self.form_invalid(form)
        return show(self.request, self.row, [{"label": key, "value": value} for key, value in shown.items()])
