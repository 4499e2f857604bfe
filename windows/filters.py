import django_filters
from django import forms
from django.db.models import F, Q

from accounts.access import fetch, organisations_for
from accounts.models import Organisation
from accounts.roles import Permission
from records import clock, workdays
from records.refusals import MissingCalendar
from windows.models import (
    Case,
    Charity,
    CharityNeed,
    CharityOffer,
    Finding,
    GuideText,
    Meeting,
    MeetingDecision,
    Programme,
    Referral,
    StandingEntry,
    VerificationBatch,
    VerificationRequest,
    VillageTask,
    WindowMonth,
)
from windows.models.meeting import DecisionKind
from windows.models.standing import Category
from windows.reports import search_filter
from windows.reports.meeting import offices_of
from windows.reports.month import PLACES
from windows.rules.clock import DUE_SOON_WORKDAYS
from windows.rules.month import Month

LIGHTS = (("late", "■ 逾期"), ("soon", "▲ 临期"), ("open", "在办"), ("ended", "已办结"))


def programmes() -> list[tuple[str, str]]:
    """Code and newest name of each programme; asked only where the choices are shown or judged."""
    return list(dict(Programme.objects.standing().order_by("order", "valid_from").values_list("code", "name")).items())


class ProgrammeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="事项名称或代码", method="by_text")
    group = django_filters.CharFilter(label="类别")
    department = django_filters.ChoiceFilter(label="牵头部门", choices=Organisation.Function.choices)
    action = django_filters.ChoiceFilter(label="窗口办理方式", choices=Programme.Action.choices)
    on = django_filters.DateFilter(label="某日适用的版本，默认今天", method="by_day")

    class Meta:
        model = Programme
        fields = ()

    def filter_queryset(self, queryset):
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("on") else rows.current(clock.today())

    def by_text(self, queryset, name, value):
        return queryset.filter(Q(name__icontains=value) | Q(code__iexact=value))

    def by_day(self, queryset, name, value):
        return queryset.current(value)


class CaseFilter(django_filters.FilterSet):
    """One set for the list, its export and the API."""

    q = django_filters.CharFilter(label="登记号、姓名、拼音首字母", method="by_text")
    status = django_filters.ChoiceFilter(label="状态", choices=Case.Status.choices, empty_label="全部状态")
    programme = django_filters.ChoiceFilter(label="求助事项", field_name="programme_code", empty_label="全部事项", choices=programmes)
    light = django_filters.ChoiceFilter(label="时限", choices=LIGHTS, method="by_light", empty_label="全部时限")
    mine = django_filters.BooleanFilter(label="只看我经办的", method="by_mine", widget=forms.CheckboxInput)
    township = django_filters.NumberFilter(label="乡镇（街道）", field_name="organisation", widget=forms.HiddenInput)
    person = django_filters.NumberFilter(label="求助人", field_name="person", widget=forms.HiddenInput)
    since = django_filters.DateFilter(label="登记自", field_name="registered_at", lookup_expr="date__gte")
    until = django_filters.DateFilter(label="登记至", field_name="registered_at", lookup_expr="date__lte")

    class Meta:
        model = Case
        fields = ()

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


class VerificationFilter(django_filters.FilterSet):
    """One set for the list and its export."""

    q = django_filters.CharFilter(label="登记号", field_name="case__number", lookup_expr="startswith")
    status = django_filters.ChoiceFilter(label="状态", choices=VerificationRequest.Status.choices, empty_label="全部状态")
    result = django_filters.ChoiceFilter(
        label="核对结果", choices=VerificationRequest._meta.get_field("result").choices, empty_label="全部结果"
    )
    differs = django_filters.BooleanFilter(label="只看后到结果不同的", method="by_differs", widget=forms.CheckboxInput)
    batch = django_filters.NumberFilter(label="批次", field_name="batch", widget=forms.HiddenInput)

    class Meta:
        model = VerificationRequest
        fields = ()

    def by_differs(self, rows, name, value):
        return rows.filter(differs=True) if value else rows


class VerificationBatchFilter(django_filters.FilterSet):
    open = django_filters.BooleanFilter(label="还有人没有反馈的批次", method="by_open")

    class Meta:
        model = VerificationBatch
        fields = ()

    def by_open(self, rows, name, value):
        return rows.open() if value else rows.filter(answered=F("total"))


class VillageTaskFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(label="状态", choices=VillageTask.Status.choices, empty_label="全部状态")
    kind = django_filters.ChoiceFilter(label="事项", choices=VillageTask.Kind.choices, empty_label="全部事项")

    class Meta:
        model = VillageTask
        fields = ()


class GuideTextFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(label="状态", choices=GuideText.Status.choices, empty_label="全部状态")
    kind = django_filters.ChoiceFilter(label="类别", choices=GuideText.Kind.choices, empty_label="全部类别")
    programme = django_filters.ChoiceFilter(label="救助事项", field_name="programme_code", choices=programmes, empty_label="全部事项")

    class Meta:
        model = GuideText
        fields = ()


class MeetingFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="会议名称", field_name="title", lookup_expr="icontains")
    kind = django_filters.ChoiceFilter(label="会议类别", choices=Meeting.Kind.choices, empty_label="全部类别")
    status = django_filters.ChoiceFilter(label="状态", choices=Meeting.Status.choices, empty_label="全部状态")

    class Meta:
        model = Meeting
        fields = ()


def decision_offices(request):
    return offices_of(request.user) if request else Organisation.objects.none()


class MeetingDecisionFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(label="状态", choices=MeetingDecision.Status.choices, empty_label="全部状态")
    kind = django_filters.ChoiceFilter(label="决定", choices=DecisionKind.choices, empty_label="全部决定")
    office = django_filters.ModelChoiceFilter(
        label="责任单位", field_name="owner_organisation", queryset=decision_offices, empty_label="全部单位"
    )
    late = django_filters.BooleanFilter(label="只看逾期", method="by_late", widget=forms.CheckboxInput)

    class Meta:
        model = MeetingDecision
        fields = ()

    def by_late(self, rows, name, value):
        return rows.open().filter(due_on__lt=clock.today()) if value else rows


class FindingFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(label="状态", choices=Finding.Status.choices, empty_label="全部状态")
    kind = django_filters.ChoiceFilter(label="类别", choices=Finding.Kind.choices, empty_label="全部类别")

    class Meta:
        model = Finding
        fields = ()


STANDS = (("open", "在享"), ("ended", "已终止"), ("once", "一次性发放"))


def standing_townships(request):
    places = organisations_for(request.user, Permission.STANDING_VIEW) if request else Organisation.objects.none()
    return places.filter(kind=Organisation.Kind.TOWNSHIP)


class StandingFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="姓名、拼音首字母", method="by_text")
    township = django_filters.ModelChoiceFilter(
        label="乡镇（街道）", field_name="organisation", queryset=standing_townships, empty_label="全部乡镇（街道）"
    )
    category = django_filters.ChoiceFilter(label="类别", choices=Category.choices, empty_label="全部类别")
    state = django_filters.ChoiceFilter(label="状态", choices=STANDS, method="by_state", empty_label="全部状态")

    class Meta:
        model = StandingEntry
        fields = ()

    def by_text(self, rows, name, value):
        value = value.strip()
        return rows.filter(person__initials__startswith=value.lower()) if value.isascii() else rows.filter(person__name__startswith=value)

    def by_state(self, rows, name, value):
        if value == "open":
            return rows.open()
        return rows.filter(category="TEMPORARY") if value == "once" else rows.exclude(ended_on=None).exclude(category="TEMPORARY")


class YearMonthFilter(django_filters.CharFilter):
    field_class = forms.RegexField


class WindowMonthFilter(django_filters.FilterSet):
    """As on the page: a place in reach and everything below it, and one month, by itself the last whole one."""

    place = django_filters.NumberFilter(label="单位编号（市、区县、乡镇〔街道〕），默认岗位所及", method="by_place")
    month = YearMonthFilter(label="月份，如 2026-10；默认上一个整月", method="by_month", regex=r"^20\d\d-(0[1-9]|1[0-2])$")

    class Meta:
        model = WindowMonth
        fields = ()

    def filter_queryset(self, queryset):
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("month") else rows.of(Month.of(clock.today()).before())

    def by_place(self, rows, name, value):
        """404 out of reach, as on the page."""
        places = Organisation.objects.filter(kind__in=PLACES)
        place = fetch(places, self.request.user, Permission.MONTH_VIEW, pk=int(value))
        return rows.filter(organisation__path__startswith=place.path)

    def by_month(self, rows, name, value):
        year, month = value.split("-")
        return rows.of(Month(int(year), int(month)))


class CharityNeedFilter(django_filters.FilterSet):
    """One set for the list, its export and the API."""

    q = django_filters.CharFilter(label="需求编号或登记号", method="by_text")
    status = django_filters.ChoiceFilter(label="状态", choices=CharityNeed.Status.choices, empty_label="全部状态")
    category = django_filters.ChoiceFilter(label="类别", choices=CharityNeed.Category.choices, empty_label="全部类别")
    kind = django_filters.ChoiceFilter(label="帮扶方式", choices=CharityNeed.Kind.choices, empty_label="全部方式")

    class Meta:
        model = CharityNeed
        fields = ()

    def by_text(self, rows, name, value):
        return rows.filter(Q(code__iexact=value.strip()) | Q(case__number__startswith=value.strip()))


class BoardFilter(django_filters.FilterSet):
    """What a charity looks for among what it may see."""

    category = django_filters.ChoiceFilter(label="类别", choices=CharityNeed.Category.choices, empty_label="全部类别")
    kind = django_filters.ChoiceFilter(label="帮扶方式", choices=CharityNeed.Kind.choices, empty_label="全部方式")

    class Meta:
        model = CharityNeed
        fields = ()


class CharityOfferFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(label="状态", choices=CharityOffer.Status.choices, empty_label="全部状态")

    class Meta:
        model = CharityOffer
        fields = ()


class CharityFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="名称", field_name="organisation__name", lookup_expr="contains")
    status = django_filters.ChoiceFilter(label="状态", choices=Charity.Status.choices, empty_label="全部状态")

    class Meta:
        model = Charity
        fields = ()
