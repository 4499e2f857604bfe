"""What lists can be filtered by; pages and API use the same sets."""

import django_filters as filters
from django.db.models import Q

from procurement.models import Budget, Contract, PeriodicReport, Project
from records import clock

STAGES = [(str(number), label) for number, (label, _) in enumerate(Project.STAGES)]


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


class ReportFilter(filters.FilterSet):
    contract = filters.CharFilter(label="合同编号或项目", method="by_contract")
    status = filters.ChoiceFilter(label="状态", choices=PeriodicReport.Status.choices)
    overdue = filters.ChoiceFilter(label="逾期", choices=[("1", "只看逾期")], method="by_overdue")
    period_after = filters.DateFilter(label="期间自", field_name="period_start", lookup_expr="gte")
    period_before = filters.DateFilter(label="期间至", field_name="period_end", lookup_expr="lte")

    class Meta:
        model = PeriodicReport
        fields = ("contract", "status", "overdue", "period_after", "period_before")

    def by_contract(self, rows, name, value):
        """By number or project; systems hand in the contract's id."""
        wanted = Q(contract__number__icontains=value) | Q(contract__project__name__icontains=value)
        return rows.filter(wanted | Q(contract_id=int(value)) if value.isascii() and value.isdigit() and len(value) < 10 else wanted)

    def by_overdue(self, rows, name, value):
        return rows.overdue(clock.today())


class BudgetFilter(filters.FilterSet):
    fiscal_year = filters.NumberFilter(label="年度")

    class Meta:
        model = Budget
        fields = ("fiscal_year",)


class PublicFilter(filters.FilterSet):
    q = filters.CharFilter(label="项目名称或编号", method="by_text")
    method = filters.ChoiceFilter(label="采购方式", choices=Project.Method.choices)
    published_after = filters.DateFilter(label="公告日期自", field_name="published_at", lookup_expr="date__gte")
    published_before = filters.DateFilter(label="公告日期至", field_name="published_at", lookup_expr="date__lte")

    class Meta:
        model = Project
        fields = ("q", "method", "published_after", "published_before")

    def by_text(self, rows, name, value):
        return rows.filter(Q(name__icontains=value) | Q(code__icontains=value) | Q(organisation__name__icontains=value))
