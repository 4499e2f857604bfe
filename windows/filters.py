import django_filters
from django import forms

from records import clock, workdays
from records.refusals import MissingCalendar
from windows.models import Case, Programme, Referral
from windows.reports import search_filter
from windows.rules.clock import DUE_SOON_WORKDAYS

LIGHTS = (("late", "■ 逾期"), ("soon", "▲ 临期"), ("open", "在办"), ("ended", "已办结"))


class CaseFilter(django_filters.FilterSet):
    """One set for the list, its export and the API."""

    q = django_filters.CharFilter(label="登记号、姓名、拼音首字母", method="by_text")
    status = django_filters.ChoiceFilter(label="状态", choices=Case.Status.choices, empty_label="全部状态")
    programme = django_filters.ChoiceFilter(label="求助事项", field_name="programme_code", empty_label="全部事项")
    light = django_filters.ChoiceFilter(label="时限", choices=LIGHTS, method="by_light", empty_label="全部时限")
    mine = django_filters.BooleanFilter(label="只看我经办的", method="by_mine", widget=forms.CheckboxInput)
    township = django_filters.NumberFilter(label="乡镇（街道）", field_name="organisation", widget=forms.HiddenInput)
    person = django_filters.NumberFilter(label="求助人", field_name="person", widget=forms.HiddenInput)
    since = django_filters.DateFilter(label="登记自", field_name="registered_at", lookup_expr="date__gte")
    until = django_filters.DateFilter(label="登记至", field_name="registered_at", lookup_expr="date__lte")

    class Meta:
        model = Case
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        current = Programme.objects.order_by("order").values_list("code", "name")
        self.filters["programme"].extra["choices"] = list(dict(current).items())

    def by_text(self, rows, name, value):
        return rows.filter(search_filter(value))

    def by_light(self, rows, name, value):
        today = clock.today()
        if value == "late":
            return rows.overdue(today)
        if value == "soon":
            return rows.open().filter(next_due_on__gte=today, next_due_on__lte=_soon(today))
        return rows.open() if value == "open" else rows.exclude(status__in=("REGISTERED", "AWAITING", "ACCEPTED"))

    def by_mine(self, rows, name, value):
        return rows.filter(handler=self.request.user) if value else rows


def _soon(today):
    try:
        return workdays.add_workdays(today, DUE_SOON_WORKDAYS)
    except MissingCalendar:
        return today


class ReferralFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(label="状态", choices=Referral.Status.choices, empty_label="全部状态")
    mode = django_filters.ChoiceFilter(label="方式", choices=Referral.Mode.choices, empty_label="转办和转介")

    class Meta:
        model = Referral
        fields = ()
