"""Service records: today's visits on a phone, one record at a time, the plan against what was done for whoever supervises."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from accounts.access import fetch, guarded, may
from accounts.roles import Permission
from procurement.filters_service import ContractVisitFilter
from procurement.forms.service import VisitForm
from procurement.models import ServiceOrder, ServiceVisit
from procurement.reports import service as reports
from procurement.reports import trail
from procurement.services import visit as services
from procurement.views.supervision import VerbForm, fetch_contract, home_of, link, tab_page
from records import clock
from records.exports import Column, export
from records.files import file_response
from records.listing import KeysetPage

P = Permission
TAB = "procurement:contract_visits"
PHONE_ROWS = 60
EXPORT_LIMIT = 20_000
EXPORT = [
    *map(Column, ("合同编号", "对象编号", "服务项目")), Column("计划日期", "date"), *map(Column, ("结果", "服务时间", "服务人员")),
    Column("时长（分钟）", "int"), *map(Column, ("签收方式", "标记")),
]  # fmt: skip


@guarded(P.SERVICE_VIEW, methods=("GET", "HEAD"))
def contract_visits(request, pk):
    """Plan against done, then the records themselves."""
    contract = fetch_contract(request, pk, P.SERVICE_VIEW)
    visits = ServiceVisit.objects.visible_to(request.user).filter(contract=contract)
    filterset = ContractVisitFilter(request.GET, queryset=visits.select_related(*reports.VISIT_RELATED))
    order = ("-planned_on", "-pk")
    if request.GET.get("export") in ("xlsx", "csv"):
        rows = filterset.qs.order_by(*order)[:EXPORT_LIMIT]
        return export(EXPORT, map(reports.export_visit, rows), name="服务记录", kind=request.GET["export"])
    page = KeysetPage(filterset.qs, order=order, request=request)
    by = request.GET.get("by") if request.GET.get("by") in reports.GROUPS else "month"
    block = {"title": f"计划与完成（{reports.GROUPS[by]}）", "columns": reports.PLAN_COLUMNS, "rows": reports.plan_rows(visits, by)}
    actions = [{"label": label, "url": f"{request.path}?by={key}"} for key, label in reports.GROUPS.items() if key != by]
    context = {"title": "服务记录", "actions": actions, "stats": reports.stats_of(visits), "filter": filterset.form, "page": page}
    context |= {"columns": reports.VISIT_COLUMNS, "rows": reports.visit_rows(page.rows), "unit": "条记录", "exports": True}
    context |= {
        "blocks": [block | {"empty": "还没有到期的计划"}],
        "empty_title": "没有符合条件的记录",
        "empty_text": "",
    }
    return tab_page(request, contract, TAB, context)


@guarded(P.SERVICE_RECORD, methods=("GET", "HEAD"))
def visit_today(request):
    """What is to be written down now, for a phone: overdue first, then today's."""
    today = clock.today()
    waiting = ServiceVisit.objects.waiting_for(request.user, P.SERVICE_RECORD, today)
    mine = waiting.filter(order__worker__user=request.user)
    only_mine = request.GET.get("all") != "1" and mine.exists()
    chosen = (mine if only_mine else waiting).select_related("order__recipient", "order__item").order_by("-planned_on", "pk")
    rows = reports.today_rows(chosen[:PHONE_ROWS], today)
    context = {"rows": rows, "only_mine": only_mine, "today": today, "limit": PHONE_ROWS, "serving": reports.taken_over(request.user)}
    return render(request, "procurement/visit_today.html", context)


def fetch_visit(request, pk, permission) -> ServiceVisit:
    rows = ServiceVisit.objects.select_related(*services.RELATED, "worker", "recorded_by", "photo", "township")
    return fetch(rows, request.user, permission, pk=pk)


@guarded(P.SERVICE_VIEW, methods=("GET", "HEAD"))
def visit_detail(request, pk):
    row = fetch_visit(request, pk, P.SERVICE_VIEW)
    actions, records = [], may(request.user, P.SERVICE_RECORD, row)
    if records and row.outcome == ServiceVisit.Outcome.PENDING:
        actions = [link("记录服务", "visit_record", pk, primary=True)]
    elif records and row.outcome != ServiceVisit.Outcome.CALLED_OFF:
        actions = [link("更正", "visit_correct", pk)]
    if row.photo_id:
        actions.insert(0, link("查看照片", "visit_photo", pk))
    said = [{"label": key, "value": value} for key, value in services.content_of(row).items() if value not in ("", None)]
    said += [{"label": "记录人", "value": str(row.recorded_by)}] if row.recorded_by_id else []
    context = {
        "row": row,
        "title": str(row),
        "chip": row.get_outcome_display(),
        "chip_tone": reports.TONES[row.outcome],
        "actions": actions,
    }
    context |= {"facts": reports.visit_facts(row), "texts": [{"title": "现在的记录", "facts": said}, *old_versions(row)]}
    context |= {"events": trail.timeline(row), **home_of(request.user, row.contract, TAB, "服务记录")}
    return render(request, "procurement/supervision_detail.html", context)


def old_versions(row: ServiceVisit) -> list[dict]:
    """What it said before each correction, oldest first."""
    return [
        {
            "title": f"第 {version.number} 版（{version.replaced_by} 更正：{version.reason}）",
            "facts": [{"label": key, "value": value} for key, value in services.read_version(version).items() if value not in ("", None)],
        }
        for version in row.versions.select_related("replaced_by")
    ]


@guarded(P.SERVICE_VIEW, methods=("GET", "HEAD"))
def visit_photo(request, pk):
    row = fetch_visit(request, pk, P.SERVICE_VIEW)
    if row.photo_id is None:
        raise Http404("no photo")
    return file_response(row.photo, inline=True)


class VisitRecord(VerbForm):
    """The form at the door."""

    permission = P.SERVICE_RECORD
    model, related = ServiceVisit, services.RELATED
    heading, submit, done = "记录服务", "提交记录", "已记录。"

    def order(self) -> ServiceOrder:
        return self.row.order

    def make_form(self, data, files):
        self.form = VisitForm(data, files, order=self.order(), visit=self.row)
        return self.form

    def verb(self, data):
        said = self.form.data_of()
        return services.record_visit(self.row.pk, said, version=self.version, by=self.request.user, reason=data["reason"])

    def get_context_data(self, **kwargs):
        recipient = self.order().recipient
        facts = reports.today_facts(self.order(), recipient)
        return super().get_context_data(place=True, facts=facts, **kwargs)

    def back_url(self):
        return reverse("procurement:visit_today")


class VisitCorrect(VisitRecord):
    heading, submit, done = "更正服务记录", "保存更正", "已更正，原记录保留。"
    intro = "更正后原记录作为旧版本保留，任何人都能看到改了什么、为什么改。"

    def verb(self, data):
        said = self.form.data_of()
        return services.correct_visit(self.row.pk, said, version=self.version, by=self.request.user, reason=data["reason"])

    def back_url(self):
        return reverse("procurement:visit_detail", args=[self.row.pk])


class VisitExtra(VisitRecord):
    model, related = ServiceOrder, ("recipient", "item", "provider", "caretaker", "contract__project__organisation")
    heading, submit, done = "登记计划外服务", "登记", "已登记。"
    versioned = False

    def order(self) -> ServiceOrder:
        return self.row

    def make_form(self, data, files):
        self.form = VisitForm(data, files, order=self.row)
        return self.form

    def verb(self, data):
        return services.record_extra(self.row.pk, self.form.data_of(), by=self.request.user, reason=data["reason"])

    def back_url(self):
        return reverse("procurement:order_detail", args=[self.row.pk])
