"""One filter for the list page and the API."""

import django_filters
from django.db.models import Q

from contractors.models import LEGAL_FORM_CHOICES, Contractor
from contractors.rules import normalise_uscc


class ContractorFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="名称或代码", method="by_text")
    status = django_filters.ChoiceFilter(label="状态", choices=Contractor.Status.choices)
    legal_form = django_filters.ChoiceFilter(label="组织形式", choices=LEGAL_FORM_CHOICES)

    class Meta:
        model = Contractor
        fields = ("q", "status", "legal_form")

    def by_text(self, rows, _name, text):
        return rows.filter(Q(organisation__name__contains=text.strip()) | Q(uscc__startswith=normalise_uscc(text)))
