"""Filters shared by pages and endpoints."""

import django_filters

from staffing.models import Absence, Caseload, Scenario, StaffingMonth, StaffMember, Training


class CaseloadFilter(django_filters.FilterSet):
    as_of_after = django_filters.DateFilter(field_name="as_of", lookup_expr="gte", label="截至日期不早于")
    as_of_before = django_filters.DateFilter(field_name="as_of", lookup_expr="lte", label="截至日期不晚于")

    class Meta:
        model = Caseload
        fields = ("organisation", "category", "as_of")


class StaffFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(lookup_expr="contains", label="姓名包含")

    class Meta:
        model = StaffMember
        fields = ("organisation", "place", "employment", "education", "certificate", "name")


class TrainingFilter(django_filters.FilterSet):
    class Meta:
        model = Training
        fields = ("organisation", "status", "held_on", "party_education")


class ScenarioFilter(django_filters.FilterSet):
    class Meta:
        model = Scenario
        fields = ("organisation", "status")


class MonthFilter(django_filters.FilterSet):
    month_after = django_filters.DateFilter(field_name="month", lookup_expr="gte", label="月份不早于")
    month_before = django_filters.DateFilter(field_name="month", lookup_expr="lte", label="月份不晚于")

    class Meta:
        model = StaffingMonth
        fields = ("organisation", "month", "standing")


class AbsenceFilter(django_filters.FilterSet):
    started_before = django_filters.DateFilter(field_name="started_on", lookup_expr="lte", label="开始不晚于")
    ended_after = django_filters.DateFilter(field_name="ended_on", lookup_expr="gte", label="结束不早于")

    class Meta:
        model = Absence
        fields = ("member", "kind")
