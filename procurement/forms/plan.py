"""Budget adjustments and plan rows as typed, and the sheet of plan rows."""

from django import forms

from accounts.access import organisations_for
from accounts.models import Organisation
from accounts.roles import Permission
from procurement.forms.fields import Money, text_area
from procurement.models import Budget, CatalogueItem, FundingLine
from records import clock

BUYERS = (Organisation.Kind.BUREAU, Organisation.Kind.TOWNSHIP)


class AdjustForm(forms.Form):
    """The budget and each of its lines as they shall be."""

    document = forms.CharField(label="调整文号", max_length=80)
    reason = forms.CharField(label="调整理由", widget=text_area(3), max_length=500, help_text="本级投入减少的，理由记入审计")

    def __init__(self, *args, budget: Budget, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = list(budget.lines.all())
        self.fields["amount"] = Money(label="预算总额", initial=budget.amount)
        for line in self.lines:
            self.fields[f"line-{line.pk}"] = Money(label=line.get_source_display(), initial=line.amount, help_text=line.basis_document)
        self.order_fields(["amount", *(f"line-{line.pk}" for line in self.lines)])

    @property
    def values(self) -> dict:
        data = self.cleaned_data
        lines = {line.pk: data[f"line-{line.pk}"] for line in self.lines}
        return {"amount": data["amount"], "lines": lines, "document": data["document"], "reason": data["reason"]}


class BuyerForm(forms.Form):
    organisation = forms.ModelChoiceField(queryset=Organisation.objects.none(), label="购买主体", empty_label=None)
    fiscal_year = forms.IntegerField(label="年度", min_value=2018, max_value=2099)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        buyers = organisations_for(user, Permission.PROJECT_DRAFT).filter(kind__in=BUYERS).order_by("path")
        self.fields["organisation"].queryset, self.fields["organisation"].initial = buyers, buyers.first()
        self.fields["fiscal_year"].initial = clock.today().year


class PlanRowForm(BuyerForm):
    name = forms.CharField(label="项目名称", max_length=120)
    item = forms.ModelChoiceField(queryset=CatalogueItem.objects.none(), label="购买内容")
    amount = Money(label="计划金额")
    month = forms.IntegerField(label="预计采购月份", min_value=1, max_value=12)
    line = forms.ModelChoiceField(queryset=FundingLine.objects.none(), label="资金来源", required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["item"].queryset = CatalogueItem.objects.all()
        buyers = self.fields["organisation"].queryset
        self.fields["line"].queryset = FundingLine.objects.filter(budget__organisation__in=buyers).select_related("budget")

    def clean(self):
        data = super().clean()
        line = data.get("line")
        if line and (line.budget.organisation != data.get("organisation") or line.budget.fiscal_year != data.get("fiscal_year")):
            self.add_error("line", "资金来源不属于该购买主体该年度的预算。")
        return data


class PlanSheetForm(BuyerForm):
    sheet = forms.FileField(label="填好的表格", help_text="用“下载模板”的 xlsx 表格填写，先预览再写入")


class StrikeForm(forms.Form):
    reason = forms.CharField(label="撤销原因", max_length=200)
