"""服务投诉 and signs of 转包: taken from anybody, put to the contractor, judged by the supervisor."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import fetch, guarded, may, public
from accounts.models import Organisation
from accounts.roles import Permission
from procurement.filters_service import ComplaintFilter, SuspicionFilter
from procurement.forms.project import NoteForm
from procurement.forms.supervision import AnswerForm, AskForm, EnteredComplaintForm, JudgeForm, PublicComplaintForm
from procurement.models import Contract, ServiceComplaint, Suspicion
from procurement.reports import supervision as reports
from procurement.reports import trail
from procurement.services import complaint as services
from procurement.services import suspicion as suspicions
from procurement.views.frame import ListPage, act
from procurement.views.supervision import CONTRACT, VerbForm, fetch_contract, link, post, tab_page
from records import ratelimit
from records.exports import Column
from records.notices import read_code, spell_code
from records.pages import add_breaches
from records.refusals import Refused

P = Permission
TAB = "procurement:contract_complaints"
SHOWN = 100
PER_ADDRESS, ASKS, WINDOW = 5, 30, 3600


@guarded(P.COMPLAINT_VIEW, methods=("GET", "HEAD"))
def contract_complaints(request, pk):
    contract = fetch_contract(request, pk, P.COMPLAINT_VIEW)
    rows = ServiceComplaint.objects.visible_to(request.user).filter(contract=contract).select_related(*reports.BOTH)
    signs = Suspicion.objects.visible_to(request.user).filter(contract=contract).select_related(*reports.BOTH)
    complaints, found = reports.complaint_rows(rows[:SHOWN]), reports.suspicion_rows(signs[:SHOWN])
    blocks = [{"title": "服务投诉", "columns": reports.COMPLAINT_COLUMNS, "rows": complaints, "empty": "没有投诉"}]
    actions = []
    if may(request.user, P.SUSPICION_VIEW, contract):
        blocks.append({"title": "转包迹象", "columns": reports.SUSPICION_COLUMNS, "rows": found, "empty": "没有发现转包迹象"})
    if may(request.user, P.SUSPICION_JUDGE, contract):
        actions.append(post("查找转包迹象", "suspicion_look", pk))
    if may(request.user, P.COMPLAINT_HANDLE, contract):
        actions.append(link("登记投诉", "complaint_create", pk, primary=True))
    return tab_page(request, contract, TAB, {"title": "投诉", "blocks": blocks, "actions": actions})


class ComplaintList(ListPage):
    permission = P.COMPLAINT_VIEW
    model = ServiceComplaint
    filterset_class = ComplaintFilter
    template_name = "procurement/supervision_list.html"
    related = reports.BOTH
    columns = reports.COMPLAINT_COLUMNS
    export_name = "服务投诉"
    export_columns = [
        Column("合同编号", width=24), Column("序号", "int"), *map(Column, ("事项", "渠道", "状态", "认定")),
        *(Column(title, "date") for title in ("受理期限", "答复期限")),
    ]  # fmt: skip

    def rows(self, objects):
        return reports.complaint_rows(objects)

    def export_row(self, row):
        words = [row.get_about_display(), row.get_channel_display(), row.get_status_display(), row.get_verdict_display()]
        return [row.contract.number, row.number, *words, row.acknowledge_due_on, row.answer_due_on]

    def more(self):
        return {"title": "服务投诉", "unit": "件", "exports": True, "empty_title": "没有符合条件的投诉"}


class ComplaintCreate(VerbForm):
    permission = P.COMPLAINT_HANDLE
    model, related, form_class = Contract, CONTRACT, EnteredComplaintForm
    heading, submit, done = "登记投诉", "登记", "投诉已登记。"
    versioned = False

    def verb(self, data):
        complaint, _ = services.receive_complaint(self.row.pk, services.ComplaintData(**data), by=self.request.user)
        return complaint

    def back_url(self):
        return reverse(TAB, args=[self.row.pk])

    def get_success_url(self):
        return reverse("procurement:complaint_detail", args=[self.result_pk])


def is_outside(user, row) -> bool:
    """A reader of the contractor's side: never the complaint itself, never the name without consent."""
    return not may(user, P.INSPECTION_VIEW, row.contract)


@guarded(P.COMPLAINT_VIEW, methods=("GET", "HEAD"))
def complaint_detail(request, pk):
    rows = ServiceComplaint.objects.select_related(*reports.BOTH, "rectification")
    return show(request, fetch(rows, request.user, P.COMPLAINT_VIEW, pk=pk))


def show(request, row, shown=None):
    outside = is_outside(request.user, row)
    said = [] if outside else [{"label": "投诉内容", "value": row.text}]
    said += [{"label": "转告承接主体", "value": row.brief}] if row.brief else []
    said += [{"label": "承接主体说明", "value": row.explanation}] if row.explanation else []
    said += [{"label": "认定", "value": row.get_verdict_display()}] if row.verdict else []
    said += [{"label": "答复", "value": row.answer}] if row.answer else []
    context = {"row": row, "title": str(row), "actions": complaint_actions(request.user, row), "shown": shown}
    context |= {"facts": reports.complaint_facts(row, outside=outside), "texts": [{"title": "办理", "facts": said}]}
    context |= {"events": trail.timeline(row), "back": "投诉", "back_url": reverse(TAB, args=[row.contract_id])}
    return render(request, "procurement/supervision_detail.html", context)


def complaint_actions(user, row) -> list[dict]:
    actions = []
    if may(user, P.COMPLAINT_HANDLE, row):
        steps = {
            "received": [link("不予受理", "complaint_decline", row.pk), post("受理", "complaint_accept", row.pk)],
            "accepted": [link("答复", "complaint_answer", row.pk), link("转承接主体说明", "complaint_forward", row.pk, primary=True)],
            "forwarded": [link("答复", "complaint_answer", row.pk)],
            "explained": [link("认定并答复", "complaint_answer", row.pk, primary=True)],
        }
        actions = [link("查看投诉人", "complaint_reveal", row.pk), *steps.get(row.status, [])]
    if row.status == ServiceComplaint.Status.FORWARDED and may(user, P.COMPLAINT_ANSWER, row):
        actions.append(link("说明情况", "complaint_explain", row.pk, primary=True))
    return actions


def detail_url(pk) -> str:
    return reverse("procurement:complaint_detail", args=[pk])


@guarded(P.COMPLAINT_HANDLE, methods=("POST",))
def complaint_accept(request, pk):
    fetch(ServiceComplaint, request.user, P.COMPLAINT_HANDLE, pk=pk)
    return act(request, services.accept_complaint, pk, detail_url(pk), "已受理。")


class OnComplaint(VerbForm):
    permission = P.COMPLAINT_HANDLE
    model, related = ServiceComplaint, reports.BOTH
    label, key = "", "note"

    def make_form(self, data, files):
        return NoteForm(data, label=self.label) if self.form_class is None else self.form_class(data)

    def verb(self, data):
        told = data if self.form_class else {self.key: data["note"]}
        return type(self).service(self.row.pk, version=self.version, by=self.request.user, **told)

    def back_url(self):
        return detail_url(self.row.pk)


class ComplaintDecline(OnComplaint):
    heading, submit, done, label = "不予受理", "不予受理", "已记录。", "原因和应当反映的渠道"
    service = staticmethod(services.decline_complaint)


class ComplaintForward(OnComplaint):
    heading, submit, done, label, key = "转承接主体说明", "转办", "已转承接主体。", "转告承接主体的内容", "brief"
    intro = "承接主体只能看到下面写的内容。投诉人没有同意公开身份的，不要写出姓名、电话等能认出投诉人的信息。"
    service = staticmethod(services.forward_complaint)


class ComplaintExplain(OnComplaint):
    permission = P.COMPLAINT_ANSWER
    heading, submit, done, label, key = "说明情况", "提交", "已提交，等待认定。", "核查情况和处理措施", "explanation"
    service = staticmethod(services.explain_complaint)


class ComplaintAnswer(OnComplaint):
    heading, submit, done, form_class = "认定并答复", "答复", "已答复。", AnswerForm
    service = staticmethod(services.answer_complaint)


class ComplaintReveal(OnComplaint):
    heading, submit, label = "查看投诉人", "查看", "用途"
    intro = "查看投诉人须写明用途，用途和查看人记入审计记录。"
    versioned = False

    def form_valid(self, form):
        try:
            shown = services.reveal_complainant(self.row, reason=form.cleaned_data["note"], by=self.request.user)
        except Refused as refusal:
            add_breaches(form, refusal)
            self.status = refusal.status
            return self.form_invalid(form)
        return show(self.request, self.row, [{"label": key, "value": value} for key, value in shown.items()])


# Anybody


def complainable():
    """Contracts that somebody is being served under."""
    return Contract.objects.filter(status__in=services.SERVED).select_related(*CONTRACT).order_by("project__organisation__path", "pk")


def places() -> list[Organisation]:
    """District bureaus in whose area such a service runs: one list of the whole city would be too long for a phone."""
    paths = complainable().order_by().values_list("project__organisation__path", flat=True).distinct()
    bureaus = {"/".join(path.split("/")[:2]) + "/" for path in paths}
    return list(Organisation.objects.filter(path__in=bureaus).order_by("path"))


def place_in(request, found: list[Organisation]) -> Organisation | None:
    """The district of this address, or the only one there is."""
    wanted = request.GET.get("district", "")
    return next((place for place in found if place.code == wanted), found[0] if len(found) == 1 else None)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def public_complaint(request):
    """Without an account, few an hour from one address. The answer is a code that nobody can guess."""
    found = places()
    place = place_in(request, found)
    if place is None and request.method != "POST":
        return render(request, "procurement/public_complaint_place.html", {"places": found})
    contracts = complainable().filter(project__organisation__path__startswith=place.path) if place else complainable()
    form, status = PublicComplaintForm(request.POST or None, contracts=contracts), 200
    if request.method == "POST":
        ratelimit.check("complaint", ratelimit.client_address(request), limit=PER_ADDRESS, seconds=WINDOW, fail_open=False)
        status = 422
        if form.is_valid() and not form.cleaned_data["website"]:
            try:
                code = receive(form.cleaned_data)
                return render(request, "procurement/public_complaint_done.html", {"code": spell_code(code)})
            except Refused as refusal:
                add_breaches(form, refusal)
    return render(request, "procurement/public_complaint.html", {"form": form, "place": place, "several": len(found) > 1}, status=status)


def receive(data: dict) -> str:
    names = ("about", "text", "happened_on", "complainant", "phone", "disclose")
    told = services.ComplaintData(channel=ServiceComplaint.Channel.PUBLIC, **{name: data[name] for name in names})
    return services.receive_complaint(data["contract"].pk, told)[1]


@public
@require_http_methods(["GET", "HEAD", "POST"])
def public_complaint_progress(request):
    """Stage, dates and the answer, for who holds the code. A wrong code and no code look alike."""
    form, found, status = AskForm(request.POST or None), None, 200
    if request.method == "POST":
        ratelimit.check("complaint.ask", ratelimit.client_address(request), limit=ASKS, seconds=WINDOW, fail_open=False)
        if form.is_valid():
            index = services.code_index(read_code(form.cleaned_data["code"]))
            found = ServiceComplaint.objects.filter(code_index=index).first()
        status = 200 if found else 422
    context = {"form": form, "row": found, "wrong": request.method == "POST" and found is None}
    return render(request, "procurement/public_complaint_progress.html", context, status=status)


# Signs of 转包


class SuspicionList(ListPage):
    permission = P.SUSPICION_VIEW
    model = Suspicion
    filterset_class = SuspicionFilter
    template_name = "procurement/supervision_list.html"
    related = reports.BOTH
    columns = reports.SUSPICION_COLUMNS
    export_name = "转包迹象"
    export_columns = [*(Column(title, width=24) for title in ("合同编号", "承接主体", "迹象", "发现的情况")), Column("状态")]

    def rows(self, objects):
        return reports.suspicion_rows(objects)

    def export_row(self, row):
        return [row.contract.number, str(row.contract.contractor), row.get_sign_display(), row.facts, row.get_status_display()]

    def more(self):
        return {"title": "转包迹象", "unit": "条", "exports": True, "empty_title": "没有符合条件的迹象"}


@guarded(P.SUSPICION_JUDGE, methods=("POST",))
def suspicion_look(request, pk):
    contract = fetch_contract(request, pk, P.SUSPICION_JUDGE)

    def verb(pk, *, version, by):
        suspicions.look(contract, by=by)

    return act(request, verb, pk, reverse(TAB, args=[pk]), "已按规则查找，结果见下。")


@guarded(P.SUSPICION_VIEW, methods=("GET", "HEAD"))
def suspicion_detail(request, pk):
    row = fetch(Suspicion.objects.select_related(*reports.BOTH, "judged_by"), request.user, P.SUSPICION_VIEW, pk=pk)
    actions = []
    if row.status == Suspicion.Status.OPEN and may(request.user, P.SUSPICION_EXPLAIN, row):
        actions.append(link("说明情况", "suspicion_explain", pk, primary=True))
    if row.status in (Suspicion.Status.OPEN, Suspicion.Status.EXPLAINED) and may(request.user, P.SUSPICION_JUDGE, row):
        actions.append(link("认定", "suspicion_judge", pk, primary=True))
    said = [{"label": "发现的情况", "value": row.facts}, {"label": "承接主体说明", "value": row.explanation or None}]
    said.append({"label": "认定意见", "value": row.outcome or None})
    facts = [{"label": "承接主体", "value": str(row.contract.contractor)}, {"label": "发现日期", "value": str(row.found_on)}]
    context = {"row": row, "title": str(row), "actions": actions, "facts": facts, "texts": [{"title": "情况", "facts": said}]}
    context |= {"events": trail.timeline(row), "back": "投诉", "back_url": reverse(TAB, args=[row.contract_id])}
    return render(request, "procurement/supervision_detail.html", context)


class SuspicionExplain(VerbForm):
    permission = P.SUSPICION_EXPLAIN
    model, related = Suspicion, reports.BOTH
    heading, submit, done = "说明情况", "提交", "已提交，等待认定。"

    def make_form(self, data, files):
        return NoteForm(data, label="情况说明")

    def verb(self, data):
        return suspicions.explain_suspicion(self.row.pk, version=self.version, by=self.request.user, explanation=data["note"])

    def back_url(self):
        return reverse("procurement:suspicion_detail", args=[self.row.pk])


class SuspicionJudge(SuspicionExplain):
    permission = P.SUSPICION_JUDGE
    heading, submit, done = "认定转包迹象", "认定", "认定意见已记录。"
    intro = "认定为转包的，随即列入退出情形，送局负责人认定。"

    def make_form(self, data, files):
        return JudgeForm(data)

    def verb(self, data):
        return suspicions.judge_suspicion(self.row.pk, version=self.version, by=self.request.user, **data)
