"""What lists can be filtered by; pages and API use the same sets."""

import django_filters as filters
from django.db.models import Exists, OuterRef, Q

from accounts.models import Organisation
from procurement.models import (
    Acceptance,
    Amendment,
    Budget,
    CatalogueItem,
    Challenge,
    Contract,
    Package,
    Payment,
    PeriodicReport,
    PlanRow,
    Project,
    ProjectPaper,
    Subcontract,
    Takeover,
)
from procurement.reports.public import STATES
from records import clock

STAGES = [(str(number), label) for number, (label, _) in enumerate(Project.STAGES)]


class ByContract(filters.FilterSet):
    contract = filters.CharFilter(label="合同编号或项目", method="by_contract")

    def by_contract(self, rows, name, value):
        """By number or project; systems hand in the contract's id."""
        wanted = Q(contract__number__icontains=value) | Q(contract__project__name__icontains=value)
        return rows.filter(wanted | Q(contract_id=int(value)) if value.isascii() and value.isdigit() and len(value) < 10 else wanted)


class ProjectFilter(filters.FilterSet):
    q = filters.CharFilter(label="项目名称或编号", method="by_text")
    stage = filters.ChoiceFilter(label="阶段", choices=STAGES, method="by_stage")
    status = filters.ChoiceFilter(label="状态", choices=Project.Status.choices)
    fiscal_year = filters.NumberFilter(label="年度")
    method = filters.ChoiceFilter(label="采购方式", choices=Project.Method.choices)

    class Meta:
        model = Project
        fields = ("q", "stage", "status", "fiscal_year", "method")

    def by_text(self, rows, name, value):
        return rows.filter(Q(name__icontains=value) | Q(code__icontains=value))

    def by_stage(self, rows, name, value):
        return rows.filter(status__in=Project.STAGES[int(value)][1])


class PackageFilter(filters.FilterSet):
    q = filters.CharFilter(label="采购名称，或其中一包的编号", method="by_text")
    project = filters.NumberFilter(label="其中一包（项目）", field_name="lots", min_value=1, max_value=2**63 - 1)

    class Meta:
        model = Package
        fields = ()

    def by_text(self, rows, name, value):
        return rows.filter(Q(name__icontains=value) | Exists(Project.objects.filter(package=OuterRef("pk"), code__icontains=value)))


class ContractFilter(filters.FilterSet):
    q = filters.CharFilter(label="合同编号或项目", method="by_text")
    status = filters.ChoiceFilter(label="状态", choices=Contract.Status.choices)
    running_on = filters.DateFilter(label="某日在履行", method="by_day")

    class Meta:
        model = Contract
        fields = ("q", "status", "running_on")

    def by_text(self, rows, name, value):
        return rows.filter(Q(number__icontains=value) | Q(project__name__icontains=value))

    def by_day(self, rows, name, value):
        return rows.filter(starts_on__lte=value, ends_on__gte=value)


class ReportFilter(ByContract):
    kind = filters.ChoiceFilter(label="类别", choices=PeriodicReport.Kind.choices)
    status = filters.ChoiceFilter(label="状态", choices=PeriodicReport.Status.choices)
    overdue = filters.ChoiceFilter(label="逾期", choices=[("1", "只看逾期")], method="by_overdue")
    period_after = filters.DateFilter(label="期间自", field_name="period_start", lookup_expr="gte")
    period_before = filters.DateFilter(label="期间至", field_name="period_end", lookup_expr="lte")

    class Meta:
        model = PeriodicReport
        fields = ("contract", "kind", "status", "overdue", "period_after", "period_before")

    def by_overdue(self, rows, name, value):
        return rows.overdue(clock.today())


class ChallengeFilter(filters.FilterSet):
    q = filters.CharFilter(label="编号或项目", method="by_text")
    status = filters.ChoiceFilter(label="状态", choices=Challenge.Status.choices)
    step = filters.ChoiceFilter(label="环节", choices=Challenge.Step.choices)

    class Meta:
        model = Challenge
        fields = ("q", "status", "step")

    def by_text(self, rows, name, value):
        return rows.filter(Q(number__icontains=value) | Q(tender__project__name__icontains=value))


class PaymentFilter(filters.FilterSet):
    q = filters.CharFilter(label="合同编号或项目", method="by_text")
    status = filters.ChoiceFilter(label="状态", choices=Payment.Status.choices)
    kind = filters.ChoiceFilter(label="类型", choices=Payment.Kind.choices)
    overdue = filters.ChoiceFilter(label="逾期", choices=[("1", "只看逾期未付")], method="by_overdue")
    paid_after = filters.DateFilter(label="支付日期自", field_name="paid_on", lookup_expr="gte")
    paid_before = filters.DateFilter(label="支付日期至", field_name="paid_on", lookup_expr="lte")

    class Meta:
        model = Payment
        fields = ("q", "status", "kind", "overdue", "paid_after", "paid_before")

    def by_text(self, rows, name, value):
        return rows.filter(Q(contract__number__icontains=value) | Q(contract__project__name__icontains=value))

    def by_overdue(self, rows, name, value):
        return rows.filter(status=Payment.Status.REQUESTED, due_on__lt=clock.today())


class AcceptanceFilter(filters.FilterSet):
    contract = filters.NumberFilter(label="合同")
    status = filters.ChoiceFilter(label="状态", choices=Acceptance.Status.choices)

    class Meta:
        model = Acceptance
        fields = ("contract", "status")


class AmendmentFilter(filters.FilterSet):
    contract = filters.NumberFilter(label="合同")
    status = filters.ChoiceFilter(label="状态", choices=Amendment.Status.choices)

    class Meta:
        model = Amendment
        fields = ("contract", "status")


class SubcontractFilter(filters.FilterSet):
    contract = filters.NumberFilter(label="合同")
    status = filters.ChoiceFilter(label="状态", choices=Subcontract.Status.choices)

    class Meta:
        model = Subcontract
        fields = ("contract", "status")


class BudgetFilter(filters.FilterSet):
    fiscal_year = filters.NumberFilter(label="年度")

    class Meta:
        model = Budget
        fields = ("fiscal_year",)


class PlanRowFilter(filters.FilterSet):
    fiscal_year = filters.NumberFilter(label="年度")
    month = filters.NumberFilter(label="预计采购月份")
    state = filters.ChoiceFilter(label="立项", choices=[("waiting", "未立项"), ("drafted", "已立项")], method="by_state")

    class Meta:
        model = PlanRow
        fields = ("fiscal_year", "month", "state")

    def by_state(self, rows, name, value):
        return rows.filter(project__isnull=value == "waiting")


class PaperFilter(filters.FilterSet):
    project = filters.NumberFilter(label="项目", field_name="project_id", min_value=0, max_value=2**63 - 1)
    kind = filters.ChoiceFilter(label="公告类型", choices=ProjectPaper.Kind.choices)
    issued_after = filters.DateFilter(label="发布日期自", field_name="issued_at", lookup_expr="date__gte")
    issued_before = filters.DateFilter(label="发布日期至", field_name="issued_at", lookup_expr="date__lte")

    class Meta:
        model = ProjectPaper
        fields = ("project", "kind", "issued_after", "issued_before")


def announcing_districts(request):
    return Organisation.objects.filter(kind=Organisation.Kind.BUREAU).order_by("path")


class PublicFilter(filters.FilterSet):
    q = filters.CharFilter(label="项目名称、编号或采购人", method="by_text")
    district = filters.ModelChoiceFilter(label="区县", queryset=announcing_districts, to_field_name="code", method="by_district")
    kind = filters.ChoiceFilter(label="公告类型", choices=ProjectPaper.Kind.choices, method="by_kind")
    fiscal_year = filters.NumberFilter(label="年度", min_value=2018, max_value=2099)
    method = filters.ChoiceFilter(label="采购方式", choices=Project.Method.choices)
    item = filters.ModelChoiceFilter(label="购买内容", queryset=CatalogueItem.objects.all(), to_field_name="code", field_name="items")
    state = filters.ChoiceFilter(label="状态", choices=[(label, label) for label, _ in STATES], method="by_state")

    class Meta:
        model = Project
        fields = ("q", "district", "kind", "fiscal_year", "method", "item", "state")

    def by_text(self, rows, name, value):
        return rows.filter(Q(name__icontains=value) | Q(code__icontains=value) | Q(organisation__name__icontains=value))

    def by_district(self, rows, name, value):
        return rows.filter(organisation__path__startswith=value.path)

    def by_kind(self, rows, name, value):
        return rows.filter(Exists(ProjectPaper.objects.filter(project=OuterRef("pk"), kind=value)))

    def by_state(self, rows, name, value):
        return rows.filter(status__in=dict(STATES)[value])


class TakeoverFilter(filters.FilterSet):
    q = filters.CharFilter(label="合同编号或项目", method="by_text")
    status = filters.ChoiceFilter(label="状态", choices=Takeover.Status.choices)
    drill = filters.ChoiceFilter(label="演练", choices=[("0", "实际接管"), ("1", "演练")], method="by_drill")

    class Meta:
        model = Takeover
        fields = ("q", "status", "drill")

    def by_text(self, rows, name, value):
        return rows.filter(Q(contract__number__icontains=value) | Q(contract__project__name__icontains=value))

    def by_drill(self, rows, name, value):
        return rows.filter(drill=value == "1")
