"""One FilterSet for the list page, the export and the API."""

import django_filters
from django.db.models import Q
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from accounts.models import Organisation
from evaluation.models import Evaluation, Scheme


class SchemeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="方案名称", field_name="name", lookup_expr="icontains")
    service_class = django_filters.ChoiceFilter(label="适用服务", choices=Scheme.ServiceClass.choices)
    frequency = django_filters.ChoiceFilter(label="评价周期", choices=Scheme.Frequency.choices)
    in_force_on = django_filters.DateFilter(label="某日已生效", field_name="effective_from", lookup_expr="lte")

    class Meta:
        model = Scheme
        fields = ()


class EvaluationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="项目、合同或承接主体", method="match")
    status = django_filters.ChoiceFilter(label="状态", choices=Evaluation.Status.choices)
    grade = django_filters.ChoiceFilter(label="等级", choices=[(grade, grade) for grade in "优良中差"])
    year = django_filters.NumberFilter(label="年度", field_name="period_end", lookup_expr="year", min_value=2000, max_value=2100)
    district = django_filters.ModelChoiceFilter(label="区县", queryset=Organisation.objects.none(), method="under")

    class Meta:
        model = Evaluation
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.request is not None:
            bureaus = Organisation.objects.filter(kind=Organisation.Kind.BUREAU)
            self.filters["district"].queryset = bureaus.reached_with(self.request.user, Evaluation.objects.none().view_permission)

    def match(self, queryset, name, value):
        text = value.strip()
        return queryset.filter(
            Q(contract__project__name__icontains=text)
            | Q(contract__number__icontains=text)
            | Q(contract__contractor__organisation__name__icontains=text)
        )

    @extend_schema_field(OpenApiTypes.INT)
    def under(self, queryset, name, value):
        return queryset.filter(organisation__path__startswith=value.path)
