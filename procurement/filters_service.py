"""Filters of supervision; pages and API use the same sets. Names are found by their blind index only when typed whole."""

import django_filters as filters
from django.db.models import Q

from procurement.filters import ByContract
from procurement.models import (
    Inspection,
    PostedWorker,
    Rectification,
    ServiceComplaint,
    ServiceOrder,
    ServiceRecipient,
    ServiceVisit,
    Suspicion,
)
from procurement.services.service import id_index, name_index
from records import clock


class RecipientFilter(filters.FilterSet):
    q = filters.CharFilter(label="对象编号、完整姓名或身份证号", method="by_text")
    programme = filters.ChoiceFilter(label="救助类别", choices=ServiceRecipient.Programme.choices)
    status = filters.ChoiceFilter(label="状态", choices=ServiceRecipient.Status.choices)

    class Meta:
        model = ServiceRecipient
        fields = ("q", "programme", "status")

    def by_text(self, rows, name, value):
        return rows.filter(Q(code__iexact=value) | Q(name_index=name_index(value)) | Q(id_index=id_index(value)))


class OrderFilter(ByContract):
    class Meta:
        model = ServiceOrder
        fields = ("contract", "status", "unit")


class ContractVisitFilter(filters.FilterSet):
    """On the page of one contract."""

    outcome = filters.ChoiceFilter(label="结果", choices=ServiceVisit.Outcome.choices)
    after = filters.DateFilter(label="日期自", field_name="planned_on", lookup_expr="gte")
    before = filters.DateFilter(label="日期至", field_name="planned_on", lookup_expr="lte")
    mark = filters.ChoiceFilter(
        label="标记", choices=[("extra", "计划外"), ("late", "补录"), ("off_roster", "名册外"), ("corrected", "更正过")], method="by_mark"
    )

    class Meta:
        model = ServiceVisit
        fields = ("outcome", "after", "before", "mark")

    def by_mark(self, rows, name, value):
        return rows.filter(corrections__gt=0) if value == "corrected" else rows.filter(**{value: True})


class VisitFilter(ByContract, ContractVisitFilter):
    class Meta(ContractVisitFilter.Meta):
        fields = ("contract", *ContractVisitFilter.Meta.fields)


class WorkerFilter(ByContract):
    class Meta:
        model = PostedWorker
        fields = ("contract", "engagement", "qualification")


class InspectionFilter(ByContract):
    class Meta:
        model = Inspection
        fields = ("contract", "kind", "status")


class RectificationFilter(ByContract):
    status = filters.ChoiceFilter(label="状态", choices=Rectification.Status.choices)
    overdue = filters.ChoiceFilter(label="逾期", choices=[("1", "只看逾期")], method="by_overdue")

    class Meta:
        model = Rectification
        fields = ("contract", "status", "overdue")

    def by_overdue(self, rows, name, value):
        return rows.overdue(clock.today())


class ComplaintFilter(ByContract):
    status = filters.ChoiceFilter(label="状态", choices=ServiceComplaint.Status.choices)
    about = filters.ChoiceFilter(label="事项", choices=ServiceComplaint.About.choices)

    class Meta:
        model = ServiceComplaint
        fields = ("contract", "status", "about")


class SuspicionFilter(ByContract):
    status = filters.ChoiceFilter(label="状态", choices=Suspicion.Status.choices)
    sign = filters.ChoiceFilter(label="迹象", choices=Suspicion.Sign.choices)

    class Meta:
        model = Suspicion
        fields = ("contract", "status", "sign")
