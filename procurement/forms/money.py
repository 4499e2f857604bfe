"""Budgets, their lines and what superiors issued, as typed."""

from django import forms

from accounts.access import organisations_for
from accounts.models import Organisation
from accounts.roles import Permission
from procurement.forms.fields import Day, Money
from procurement.models import SUPERIOR_SPECIAL, Source
from records import clock

HOLDERS = (Organisation.Kind.BUREAU, Organisation.Kind.TOWNSHIP)


class BudgetForm(forms.Form):
    organisation = forms.ModelChoiceField(queryset=Organisation.objects.none(), label="预算单位", empty_label=None)
    fiscal_year = forms.IntegerField(label="预算年度", min_value=2018, max_value=2099)
    name = forms.CharField(label="预算项目", max_length=80)
    amount = Money(label="批复金额")
    document = forms.CharField(label="批复文号", max_length=80)
    approved_on = Day(label="批复日期")
    reason = forms.CharField(label="本级投入减少的说明", max_length=500, required=False, help_text="本级投入低于上年的须写明")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        holders = organisations_for(user, Permission.BUDGET_MANAGE).filter(kind__in=HOLDERS).order_by("path")
        self.fields["organisation"].queryset, self.fields["organisation"].initial = holders, holders.first()
        self.fields["fiscal_year"].initial = clock.today().year
        for source in Source:
            self.fields[f"amount-{source}"] = Money(label=source.label, required=False)
            self.fields[f"basis-{source}"] = forms.CharField(label=f"{source.label}的依据文件", max_length=120, required=False)

    @property
    def lines(self) -> list[tuple]:
        data = self.cleaned_data
        return [(source, data[f"amount-{source}"], data[f"basis-{source}"]) for source in Source if data.get(f"amount-{source}")]


class GrantForm(forms.Form):
    organisation = forms.ModelChoiceField(queryset=Organisation.objects.none(), label="区县", empty_label=None)
    fiscal_year = forms.IntegerField(label="年度", min_value=2018, max_value=2099)
    source = forms.ChoiceField(label="资金来源", choices=[(source.value, source.label) for source in SUPERIOR_SPECIAL])
    amount = Money(label="下达金额")
    document = forms.CharField(label="指标文号", max_length=80)
    issued_on = Day(label="下达日期")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        bureaus = organisations_for(user, Permission.BUDGET_MANAGE).filter(kind=Organisation.Kind.BUREAU).order_by("path")
        self.fields["organisation"].queryset, self.fields["organisation"].initial = bureaus, bureaus.first()
        self.fields["fiscal_year"].initial = clock.today().year
