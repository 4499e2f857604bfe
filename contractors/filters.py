"""One filter for the list page and the API."""

import django_filters
from django import forms
from django.db.models import Q

from contractors.models import LEGAL_FORM_CHOICES, Application, Contractor, Debarment
from contractors.rules import SERVICE_LABELS, normalise_uscc
from records import clock


class ContractorFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="名称或代码", method="by_text")
    status = django_filters.ChoiceFilter(label="状态", choices=Contractor.Status.choices)
    legal_form = django_filters.ChoiceFilter(label="组织形式", choices=LEGAL_FORM_CHOICES)

    class Meta:
        model = Contractor
        fields = ("q", "status", "legal_form")

    def by_text(self, rows, _name, text):
        return rows.filter(Q(organisation__name__contains=text.strip()) | Q(uscc__startswith=normalise_uscc(text)))


SENT = [choice for choice in Application.Status.choices if choice[0] != Application.Status.DRAFT]
GRADES = [(grade, grade) for grade in ("优", "良", "中", "差")]


class ApplicationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="名称、代码或编号", method="by_text")
    status = django_filters.ChoiceFilter(label="状态", choices=SENT)

    class Meta:
        model = Application
        fields = ("q", "status")

    def by_text(self, rows, _name, text):
        text = text.strip()
        return rows.filter(Q(name__contains=text) | Q(uscc__startswith=normalise_uscc(text)) | Q(number=text.upper()))


class DebarmentFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="单位、代码或文号", method="by_text")
    on = django_filters.DateFilter(label="在此日禁入", method="by_day", widget=forms.DateInput(attrs={"type": "date"}))
    state = django_filters.ChoiceFilter(label="状态", method="by_state", choices=[("now", "禁入中"), ("over", "已期满或解除")])

    class Meta:
        model = Debarment
        fields = ("q", "on", "state")

    def by_text(self, rows, _name, text):
        text = text.strip()
        return rows.filter(Q(name__contains=text) | Q(uscc__startswith=normalise_uscc(text)) | Q(decision_no__contains=text))

    def by_day(self, rows, _name, day):
        return rows.in_force(day)

    def by_state(self, rows, _name, state):
        today = clock.today()
        return rows.in_force(today) if state == "now" else rows.filter(Q(ends_on__lt=today) | Q(lifted_on__lte=today))


class PublicContractorFilter(django_filters.FilterSet):
    """What anybody may narrow the register by. A grade is one that was published."""

    q = django_filters.CharFilter(label="名称或代码", method="by_text")
    legal_form = django_filters.ChoiceFilter(label="组织形式", choices=LEGAL_FORM_CHOICES)
    service = django_filters.ChoiceFilter(label="服务内容", method="by_service", choices=list(SERVICE_LABELS.items()))
    grade = django_filters.ChoiceFilter(label="评价等级", field_name="performances__grade", choices=GRADES, distinct=True)

    class Meta:
        model = Contractor
        fields = ("q", "legal_form", "service", "grade")

    def by_text(self, rows, _name, text):
        return rows.filter(Q(organisation__name__contains=text.strip()) | Q(uscc__startswith=normalise_uscc(text)))

    def by_service(self, rows, _name, code):
        return rows.filter(services__icontains=f'"{code}"')
