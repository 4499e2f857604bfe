"""检查整改: the purchaser's side inspects, demands and verifies; the contractor plans, mends and shows it."""

from django.db.models import Count
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from accounts.access import fetch, guarded, may
from accounts.roles import Permission
from procurement.filters_service import RectificationFilter
from procurement.forms.project import NoteForm
from procurement.forms.supervision import EvidenceForm, ExtendForm, FindingForm, HoldForm, InspectionForm, PlanForm, RectifyForm, VerifyForm
from procurement.models import Contract, Inspection, Rectification
from procurement.reports import supervision as reports
from procurement.reports import trail
from procurement.services import inspection as services
from procurement.services import rectification as rectifications
from procurement.views.frame import ListPage
from procurement.views.supervision import CONTRACT, VerbForm, fetch_contract, link, tab_page
from records.exports import Column
from records.files import file_response

P = Permission
TAB = "procurement:contract_supervision"
SHOWN = 100


@guarded(P.RECTIFICATION_VIEW, methods=("GET", "HEAD"))
def contract_supervision(request, pk):
    contract = fetch_contract(request, pk, P.RECTIFICATION_VIEW)
    rows = Rectification.objects.visible_to(request.user).filter(contract=contract).select_related(*reports.BOTH)
    blocks = [
        {"title": "整改", "columns": reports.RECTIFICATION_COLUMNS, "rows": reports.rectification_rows(rows[:SHOWN]), "empty": "没有整改"}
    ]
    if may(request.user, P.INSPECTION_VIEW, contract):
        checks = Inspection.objects.visible_to(request.user).filter(contract=contract).annotate(found=Count("findings"))
        rows = reports.inspection_rows(checks[:SHOWN])
        blocks.insert(0, {"title": "检查", "columns": reports.INSPECTION_COLUMNS, "rows": rows, "empty": "还没有检查"})
    may_inspect = may(request.user, P.INSPECTION_MANAGE, contract)
    actions = [link("安排检查", "inspection_create", pk, primary=True)] if may_inspect else []
    return tab_page(request, contract, TAB, {"title": "检查整改", "blocks": blocks, "actions": actions})


class InspectionCreate(VerbForm):
    permission = P.INSPECTION_MANAGE
    model, related, form_class = Contract, CONTRACT, InspectionForm
    heading, submit, done = "安排检查", "安排", "检查已安排。"
    versioned = False

    def verb(self, data):
        return services.plan_inspection(self.row.pk, by=self.request.user, **data)

    def back_url(self):
        return reverse(TAB, args=[self.row.pk])

    def get_success_url(self):
        return reverse("procurement:inspection_detail", args=[self.result_pk])


@guarded(P.INSPECTION_VIEW, methods=("GET", "HEAD"))
def inspection_detail(request, pk):
    row = fetch(Inspection.objects.select_related(*reports.BOTH, "inspector", "created_by"), request.user, P.INSPECTION_VIEW, pk=pk)
    findings = list(row.findings.select_related("rectification"))
    actions = inspection_actions(row, findings) if may(request.user, P.INSPECTION_MANAGE, row) else []
    facts = [
        {"label": "检查方式", "value": row.get_kind_display()},
        {"label": "检查内容", "value": row.scope},
        {"label": "计划日期", "value": str(row.planned_on)},
        {"label": "检查日期", "value": str(row.held_on) if row.held_on else None},
        {"label": "检查人", "value": str(row.inspector) if row.inspector_id else None},
        {"label": "抽取范围", "value": f"{row.population} 人" if row.seed else None},
        {"label": "抽取种子", "value": row.seed or None, "help": f"范围摘要 {row.population_sha256[:16]}…" if row.seed else ""},
    ]
    drawn, found = reports.subject_rows(row), reports.finding_rows(findings)
    blocks = [
        {"title": "抽查对象", "columns": reports.SUBJECT_COLUMNS, "rows": drawn, "empty": "没有抽取对象"},
        {"title": "检查发现", "columns": reports.FINDING_COLUMNS, "rows": found, "empty": "还没有登记问题"},
    ]
    texts = [{"title": "检查情况", "facts": [{"label": "情况", "value": row.summary}]}] if row.summary else []
    context = {"row": row, "title": str(row), "actions": actions, "facts": facts, "blocks": blocks, "texts": texts}
    context |= {"events": trail.timeline(row), "back": "检查整改", "back_url": reverse(TAB, args=[row.contract_id])}
    return render(request, "procurement/supervision_detail.html", context)


def inspection_actions(row: Inspection, findings) -> list[dict]:
    actions = [] if row.status == Inspection.Status.CANCELLED else [link("登记问题", "finding_create", row.pk)]
    if row.status == Inspection.Status.PLANNED:
        actions = [link("取消", "inspection_cancel", row.pk), *actions, link("填写检查结果", "inspection_hold", row.pk, primary=True)]
    if any(finding.rectification_id is None for finding in findings):
        actions.append(link("发整改通知", "rectification_issue", row.pk))
    return actions


class OnInspection(VerbForm):
    permission = P.INSPECTION_MANAGE
    model, related = Inspection, reports.BOTH

    def back_url(self):
        return reverse("procurement:inspection_detail", args=[self.row.pk])


class InspectionHold(OnInspection):
    heading, submit, done = "填写检查结果", "完成检查", "检查已完成。"

    def make_form(self, data, files):
        self.form = HoldForm(data, inspection=self.row)
        return self.form

    def verb(self, data):
        return services.hold_inspection(
            self.row.pk,
            version=self.version,
            held_on=data["held_on"],
            summary=data["summary"],
            results=self.form.results(),
            by=self.request.user,
        )


class InspectionCancel(OnInspection):
    heading, submit, done, danger = "取消检查", "取消检查", "检查已取消。", True

    def make_form(self, data, files):
        return NoteForm(data, label="取消原因")

    def verb(self, data):
        return services.cancel_inspection(self.row.pk, version=self.version, by=self.request.user, note=data["note"])


class FindingCreate(OnInspection):
    heading, submit, done = "登记问题", "登记", "问题已登记。"
    versioned = False

    def make_form(self, data, files):
        return FindingForm(data, files, inspection=self.row)

    def verb(self, data):
        return services.add_finding(self.row.pk, by=self.request.user, **data)


class RectificationIssue(OnInspection):
    heading, submit, done = "发整改通知", "签发", "整改通知已签发。"
    intro = "签发人和发现人不能复查本件，复查须由其他人员进行。"
    versioned = False

    def make_form(self, data, files):
        return RectifyForm(data, inspection=self.row)

    def verb(self, data):
        return rectifications.rectify_findings(self.row, by=self.request.user, **data)

    def get_success_url(self):
        return reverse("procurement:rectification_detail", args=[self.result_pk])


# Rectification


class RectificationList(ListPage):
    permission = P.RECTIFICATION_VIEW
    model = Rectification
    filterset_class = RectificationFilter
    template_name = "procurement/supervision_list.html"
    related = reports.BOTH
    columns = reports.RECTIFICATION_COLUMNS
    export_name = "整改"
    export_columns = [
        *(Column(title, width=24) for title in ("合同编号", "承接主体")), Column("序号", "int"), Column("状态"), Column("存在问题"),
        *(Column(title, "date") for title in ("原定期限", "整改期限")),
    ]  # fmt: skip

    def rows(self, objects):
        return reports.rectification_rows(objects)

    def export_row(self, row):
        head = [row.contract.number, str(row.contract.contractor), row.number, row.get_status_display(), row.facts]
        return [*head, row.first_due_on, row.due_on]

    def more(self):
        return {"title": "整改", "unit": "件", "exports": True, "empty_title": "没有符合条件的整改"}


@guarded(P.RECTIFICATION_VIEW, methods=("GET", "HEAD"))
def rectification_detail(request, pk):
    related = (*reports.BOTH, "inspection__contract__project__organisation", "issued_by", "verified_by", "notice__file")
    row = fetch(Rectification.objects.select_related(*related), request.user, P.RECTIFICATION_VIEW, pk=pk)
    actions = rectification_actions(request.user, row)
    own = rectifications.verifier_breaches(row, request.user) if verifying(request.user, row) else []
    texts = [{"title": "整改通知", "facts": [{"label": "存在问题", "value": row.facts}, {"label": "依据", "value": row.clause}]}]
    texts[0]["facts"].append({"label": "整改要求", "value": row.demand})
    if row.plan:
        texts.append({"title": "整改方案", "facts": [{"label": "负责人", "value": row.owner}, {"label": "方案", "value": row.plan}]})
    block = {"title": "整改情况与复查", "columns": reports.ROUND_COLUMNS, "rows": reports.round_rows(row), "empty": "尚未报送整改情况"}
    context = {"row": row, "title": str(row), "actions": actions, "facts": reports.rectification_facts(row, request.user), "texts": texts}
    if row.status in Rectification.OWED:
        context |= {"light": reports.deadline(row.due_on, owed=True)["light"], "due_on": row.due_on}
    context |= {"blocks": [block], "events": trail.timeline(row), "breaches": own}
    return render(
        request,
        "procurement/supervision_detail.html",
        {**context, "back": "检查整改", "back_url": reverse(TAB, args=[row.contract_id])},
    )


def verifying(user, row) -> bool:
    return row.status == Rectification.Status.EVIDENCE and may(user, P.RECTIFICATION_VERIFY, row)


def rectification_actions(user, row) -> list[dict]:
    actions = [link("整改通知书", "rectification_notice", row.pk)] if row.notice_id and row.notice.file_id else []
    if may(user, P.INSPECTION_MANAGE, row) and row.status in Rectification.OWED and not row.extended:
        actions.append(link("延期", "rectification_extend", row.pk))
    if may(user, P.RECTIFICATION_ANSWER, row):
        steps = {"issued": ("报送整改方案", "rectification_plan"), "planned": ("报送整改情况", "rectification_evidence")}
        steps["reopened"] = steps["planned"]
        if row.status in steps:
            actions.append(link(*steps[row.status], row.pk, primary=True))
    if verifying(user, row) and not rectifications.verifier_breaches(row, user):
        actions.append(link("复查", "rectification_verify", row.pk, primary=True))
    return actions


@guarded(P.RECTIFICATION_VIEW, methods=("GET", "HEAD"))
def rectification_notice(request, pk):
    row = fetch(Rectification.objects.select_related("notice__file"), request.user, P.RECTIFICATION_VIEW, pk=pk)
    if row.notice_id is None or row.notice.file_id is None:
        raise Http404("not printed yet")
    return file_response(row.notice.file)


class OnRectification(VerbForm):
    permission = P.RECTIFICATION_ANSWER
    model, related = Rectification, reports.BOTH

    def verb(self, data):
        return type(self).service(self.row.pk, version=self.version, by=self.request.user, **data)

    def back_url(self):
        return reverse("procurement:rectification_detail", args=[self.row.pk])


class RectificationPlan(OnRectification):
    heading, submit, done, form_class = "报送整改方案", "报送", "整改方案已报送。", PlanForm
    service = staticmethod(rectifications.plan_rectification)


class RectificationEvidence(OnRectification):
    heading, submit, done, form_class = "报送整改情况", "报送", "整改情况已报送，等待复查。", EvidenceForm
    service = staticmethod(rectifications.submit_evidence)


class RectificationVerify(OnRectification):
    permission = P.RECTIFICATION_VERIFY
    heading, submit, done, form_class = "复查整改", "提交复查", "复查结果已记录。", VerifyForm
    intro = "复查未通过的重新整改；第二次仍未通过的，提请退出审查。"
    service = staticmethod(rectifications.verify_rectification)


class RectificationExtend(OnRectification):
    permission = P.INSPECTION_MANAGE
    heading, submit, done, form_class = "整改延期", "延期", "整改期限已延长。", ExtendForm
    intro = "整改期限只能延长一次。"
    service = staticmethod(rectifications.extend_rectification)
