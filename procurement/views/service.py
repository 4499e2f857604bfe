"""Recipients and their orders: the purchaser's side enters and orders, the contractor sees whom it serves, masked."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import fetch, guarded, may
from accounts.roles import Permission
from procurement import exchange_service as exchange
from procurement.filters_service import RecipientFilter
from procurement.forms.project import NoteForm
from procurement.forms.service import ContactFields, ImportForm, OrderForm, PinForm, RecipientForm
from procurement.models import Contract, ServiceOrder, ServiceRecipient, ServiceVisit
from procurement.reports import service as reports
from procurement.reports import trail
from procurement.services import service as services
from procurement.views.supervision import CONTRACT, VerbForm, fetch_contract, home_of, link, tab_page
from records.exports import download
from records.idempotency import once_for
from records.listing import KeysetPage
from records.pages import add_breaches
from records.refusals import Refused

P = Permission
ORDER_WAYS = {
    "active": [("暂停", "order_suspend"), ("结束", "order_end")],
    "suspended": [("恢复", "order_resume"), ("结束", "order_end")],
}
TAB = "procurement:contract_orders"
BOTH = ("contract__project__organisation", "contract__contractor__organisation")
ORDER = (*BOTH, "recipient", "item", "provider__organisation", "caretaker")


def tab_url(contract_pk) -> str:
    return reverse(TAB, args=[contract_pk])


@guarded(P.SERVICE_VIEW, methods=("GET", "HEAD"))
def contract_orders(request, pk):
    contract = fetch_contract(request, pk, P.SERVICE_VIEW)
    people = ServiceRecipient.objects.visible_to(request.user).filter(contract=contract)
    filterset = RecipientFilter(request.GET, queryset=reports.with_orders(people))
    page = KeysetPage(filterset.qs, order=("-created_at", "-pk"), request=request)
    actions = []
    if may(request.user, P.SERVICE_MANAGE, contract):
        actions = [link("导入服务对象", "recipient_import", pk), link("登记服务对象", "recipient_create", pk, primary=True)]
    context = {"title": "服务单", "actions": actions, "filter": filterset.form, "page": page, "unit": "名服务对象"}
    context |= {"columns": reports.RECIPIENT_COLUMNS, "rows": reports.recipient_rows(page.rows)}
    context |= {"empty_title": "没有符合条件的服务对象", "empty_text": "合同签订后，由购买主体登记或者导入服务对象，再下服务单。"}
    return tab_page(request, contract, TAB, context)


class RecipientCreate(VerbForm):
    permission = P.SERVICE_MANAGE
    model, related = Contract, CONTRACT
    heading, submit, done = "登记服务对象", "登记", "服务对象已登记，请下服务单。"
    versioned = False

    def make_form(self, data, files):
        return RecipientForm(data, contract=self.row)

    def verb(self, data):
        return services.add_recipient(self.row.pk, services.RecipientData(**data), by=self.request.user)

    def back_url(self):
        return tab_url(self.row.pk)

    def get_success_url(self):
        return reverse("procurement:recipient_detail", args=[self.result_pk])


@guarded(P.SERVICE_MANAGE, methods=("GET", "HEAD"))
def recipient_template(request, pk):
    fetch_contract(request, pk, P.SERVICE_MANAGE)
    return download(exchange.template(), "服务对象导入模板.xlsx")


@guarded(P.SERVICE_MANAGE, methods=("GET", "HEAD", "POST"))
def recipient_import(request, pk):
    """Upload → preview with every fault → confirm. Nothing is written before, and then all of it or nothing."""
    contract = fetch_contract(request, pk, P.SERVICE_MANAGE)
    form, context, status = ImportForm(request.POST or None, request.FILES or None), {}, 200
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["token"]:
                return _take_over(request, contract, form.cleaned_data["token"])
            context = _preview(request, contract, form)
        except Refused as refusal:
            add_breaches(form, refusal)
            status = refusal.status
    return render(request, "procurement/recipient_import.html", {"contract": contract, "form": form, **context}, status=status)


def _take_over(request, contract, token):
    with once_for(request, "procurement.recipient_import") as slot:
        if not slot.done:
            slot.result = exchange.take_over(token, contract.pk, by=request.user)
    messages.success(request, f"已导入 {slot.result} 名服务对象。")
    return redirect(tab_url(contract.pk))


def _preview(request, contract, form) -> dict:
    if not form.cleaned_data["file"]:
        raise Refused.because("V-04", exchange.SUPERVISION, "请选择填好的表格。")
    preview = exchange.read(form.cleaned_data["file"], contract)
    wrong = len({row for row, _, _ in preview.faults})
    token = exchange.seal(preview, contract, request.user) if preview.rows and not wrong else ""
    columns = reports.columns("行", "姓名", "身份证号", "乡镇（街道）", "救助类别", "结果")
    return {"rows": exchange.shown(preview), "columns": columns, "total": len(preview.rows), "wrong": wrong, "sealed": token}


def fetch_recipient(request, pk, permission) -> ServiceRecipient:
    rows = ServiceRecipient.objects.select_related(*BOTH, "township")
    return fetch(rows, request.user, permission, pk=pk)


@guarded(P.SERVICE_VIEW, methods=("GET", "HEAD"))
def recipient_detail(request, pk):
    return show_recipient(request, fetch_recipient(request, pk, P.SERVICE_VIEW))


def is_outside(request, row) -> bool:
    """A reader who is not of the purchaser's side."""
    return not may(request.user, P.INSPECTION_VIEW, row.contract)


def show_recipient(request, row, shown=None):
    orders = ServiceOrder.objects.visible_to(request.user).filter(recipient=row).select_related(*ORDER)
    manages = may(request.user, P.SERVICE_MANAGE, row.contract) and row.status == ServiceRecipient.Status.ACTIVE
    actions = [link("修改联系方式", "recipient_edit", row.pk), link("设定签收码", "recipient_pin", row.pk)] if manages else []
    actions += [link("退出", "recipient_leave", row.pk)] if manages else []
    if may(request.user, P.SERVICE_REVEAL, row):
        actions.append(link("查看完整信息", "recipient_reveal", row.pk))
    actions += [link("下服务单", "order_create", row.pk, primary=True)] if manages else []
    block = {"title": "服务单", "columns": reports.ORDER_COLUMNS, "rows": reports.order_rows(orders), "empty": "还没有服务单"}
    context = {"row": row, "title": str(row), "actions": actions, "blocks": [block], "events": trail.timeline(row), "shown": shown}
    context |= {"facts": reports.recipient_facts(row, outside=is_outside(request, row))}
    home = home_of(request.user, row.contract, TAB, "服务单")
    return render(request, "procurement/supervision_detail.html", context | home)


class OnRecipient(VerbForm):
    permission = P.SERVICE_MANAGE
    model, related = ServiceRecipient, ("contract__project__organisation", "contract__contractor__organisation")

    def back_url(self):
        return reverse("procurement:recipient_detail", args=[self.row.pk])


class RecipientEdit(OnRecipient):
    heading, submit, done = "修改联系方式", "保存", "已保存。"

    def make_form(self, data, files):
        return ContactFields(data, initial={name: getattr(self.row, name) for name in services.CONTACT})

    def verb(self, data):
        return services.change_recipient(self.row.pk, version=self.version, by=self.request.user, **data)


class RecipientLeave(OnRecipient):
    heading, submit, done, danger = "服务对象退出", "确认退出", "已退出，在册服务单已结束。", True
    intro = "退出后，该对象的全部服务单结束，今天及以后的计划取消；已有的服务记录保留。"

    def make_form(self, data, files):
        return NoteForm(data, label="退出原因")

    def verb(self, data):
        return services.leave_recipient(self.row.pk, version=self.version, by=self.request.user, reason=data["note"])


class RecipientPin(OnRecipient):
    heading, submit, done = "设定签收码", "设定", "签收码已设定，请写在纸上交给服务对象本人，不要告诉服务人员。"
    form_class = PinForm
    versioned = False

    def verb(self, data):
        return services.set_pin(self.row.pk, data["pin"], by=self.request.user)


class RecipientReveal(OnRecipient):
    """The answer is the page itself: nothing is kept for a second look."""

    permission = P.SERVICE_REVEAL
    heading, submit = "查看完整信息", "查看"
    intro = "查看完整姓名和号码须写明用途，用途和查看人记入审计记录。"
    versioned = False

    def make_form(self, data, files):
        return NoteForm(data, label="用途")

    def form_valid(self, form):
        try:
            outside = is_outside(self.request, self.row)
            shown = services.reveal_recipient(self.row, reason=form.cleaned_data["note"], by=self.request.user, with_id=not outside)
        except Refused as refusal:
            add_breaches(form, refusal)
            self.status = refusal.status
            return self.form_invalid(form)
        return show_recipient(self.request, self.row, [{"label": key, "value": value} for key, value in shown.items()])


class OrderCreate(OnRecipient):
    heading, submit, done = "下服务单", "下单", "服务单已下达，计划已生成。"
    versioned = False

    def make_form(self, data, files):
        return OrderForm(data, contract=self.row.contract)

    def verb(self, data):
        return services.open_order(self.row.pk, by=self.request.user, **data)


@guarded(P.SERVICE_VIEW, methods=("GET", "HEAD"))
def order_detail(request, pk):
    row = fetch(ServiceOrder.objects.select_related(*ORDER), request.user, P.SERVICE_VIEW, pk=pk)
    actions = []
    if may(request.user, P.SERVICE_MANAGE, row.contract):
        actions = [link(label, name, pk) for label, name in ORDER_WAYS.get(row.status, [])]
    if may(request.user, P.SERVICE_RECORD, row) and row.status != ServiceOrder.Status.ENDED:
        actions.append(link("登记计划外服务", "visit_extra", pk))
    visits = ServiceVisit.objects.visible_to(request.user).filter(order=row).select_related(*reports.VISIT_RELATED)
    block = {"title": "计划与记录", "columns": reports.VISIT_COLUMNS, "rows": reports.visit_rows(visits[:60]), "empty": "还没有计划"}
    context = {"row": row, "title": f"服务单 {row}", "actions": actions, "facts": reports.order_facts(row), "blocks": [block]}
    context |= {"events": trail.timeline(row), **home_of(request.user, row.contract, TAB, "服务单")}
    return render(request, "procurement/supervision_detail.html", context)


class OnOrder(VerbForm):
    permission = P.SERVICE_MANAGE
    model, related = ServiceOrder, ("contract__project__organisation", "provider__organisation")

    def make_form(self, data, files):
        return NoteForm(data, label="原因")

    def verb(self, data):
        return type(self).service(self.row.pk, version=self.version, by=self.request.user, note=data["note"])

    def back_url(self):
        return reverse("procurement:order_detail", args=[self.row.pk])


class OrderSuspend(OnOrder):
    heading, submit, done, service = "暂停服务单", "暂停", "已暂停，今天及以后的计划取消。", staticmethod(services.suspend_order)


class OrderResume(OnOrder):
    heading, submit, done, service = "恢复服务单", "恢复", "已恢复。", staticmethod(services.resume_order)


class OrderEnd(OnOrder):
    heading, submit, done, service = "结束服务单", "结束", "服务单已结束。", staticmethod(services.end_order)
    danger = True
