"""What a unit that took over needs at hand: whom it serves now, what is planned next, its own people on the roster."""

from datetime import timedelta

from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.access import fetch, guarded, may
from accounts.roles import Permission
from procurement.forms.service import WorkerForm
from procurement.models import PostedWorker, ServiceOrder, ServiceRecipient, ServiceVisit, TakeoverRoute
from procurement.reports import service as reports
from procurement.services import roster as services
from procurement.views.supervision import VerbForm, link
from records import clock
from records.listing import KeysetPage

P = Permission
RELATED = ("takeover__contract__project__organisation", "provider__organisation", "caretaker")
NEXT_DAYS, SHOWN = 14, 60


def taken(route: TakeoverRoute) -> dict:
    return {"contract": route.takeover.contract_id, "provider": route.provider_id, "caretaker": route.caretaker_id}


@guarded(P.SERVICE_RECORD, methods=("GET", "HEAD"))
def serving(request, pk):
    route = fetch(TakeoverRoute.objects.active().select_related(*RELATED), request.user, P.SERVICE_RECORD, pk=pk)
    orders = ServiceOrder.objects.open().filter(**taken(route))
    people = ServiceRecipient.objects.filter(pk__in=orders.values("recipient"))
    page = KeysetPage(reports.with_orders(people), order=("-created_at", "-pk"), request=request)
    actions = [link("今天的服务", "visit_today")]
    if may(request.user, P.ROSTER_EDIT, route):
        actions.append(link("登记服务人员", "serving_worker", pk, primary=True))
    blocks = [
        {"title": f"今后 {NEXT_DAYS} 天的计划", "columns": reports.VISIT_COLUMNS, "rows": planned(orders), "empty": "没有计划"},
        {"title": "我方服务人员", "columns": reports.WORKER_COLUMNS, "rows": workers(route), "empty": "还没有登记服务人员"},
    ]
    context = {"title": f"接管服务 {route.takeover.contract.number}", "actions": actions, "blocks": blocks, "page": page}
    context |= {"columns": reports.RECIPIENT_COLUMNS, "rows": reports.recipient_rows(page.rows), "unit": "名服务对象"}
    return render(request, "procurement/supervision_list.html", context | {"empty_title": "没有服务对象"})


def planned(orders) -> list[dict]:
    today = clock.today()
    days = (today + timedelta(days=1), today + timedelta(days=NEXT_DAYS))
    rows = ServiceVisit.objects.pending().filter(order__in=orders, planned_on__range=days).select_related(*reports.VISIT_RELATED)
    return reports.visit_rows(rows.order_by("planned_on", "pk")[:SHOWN])


def workers(route: TakeoverRoute) -> list[dict]:
    unit = {"contractor": route.provider_id, "office": route.caretaker_id}
    rows = PostedWorker.objects.filter(contract=route.takeover.contract_id, **unit).select_related("posted_to")
    return reports.worker_rows(rows.order_by("pk")[:SHOWN], clock.today())


class ServingWorker(VerbForm):
    permission = P.ROSTER_EDIT
    heading, submit, done = "登记服务人员", "登记", "已列入名册。"
    versioned = False

    @cached_property
    def row(self):
        return fetch(TakeoverRoute.objects.active().select_related(*RELATED), self.request.user, self.permission, pk=self.kwargs["pk"])

    def make_form(self, data, files):
        self.form = WorkerForm(data, contract=self.row.takeover.contract, unit=self.row.taker)
        return self.form

    def verb(self, data):
        contract = self.row.takeover.contract_id
        return services.add_worker(contract, self.form.data_of(), unit=self.row.taker, by=self.request.user, reason=data["reason"])

    def back_url(self):
        return reverse("procurement:serving", args=[self.row.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"subject": f"接管服务 {self.row.takeover.contract.number}"}
