"""The sections of a project's draft in their order, and those of them that are about money."""

from django import forms

from procurement.forms.fields import Money, text_area
from procurement.forms.project import (
    BasicsForm,
    EmploymentForm,
    MethodForm,
    ReasonsForm,
    RequirementForm,
    ScaleForm,
    ScreeningForm,
    SectionForm,
)
from procurement.models import FundingLine, Project
from procurement.rules import years as rules
from procurement.services import money, years


def lines_of(project: Project, fiscal_years):
    """Lines of the purchaser's own budgets of these years."""
    rows = FundingLine.objects.filter(budget__organisation=project.organisation, budget__fiscal_year__in=fiscal_years)
    return rows.select_related("budget").order_by("budget__fiscal_year", "budget_id", "pk")


class YearsForm(SectionForm):
    """What each budget year bears, for a term that touches more than one."""

    title = "分年度金额"
    intro = "服务期限跨年度的，把采购计划金额分解到各预算年度，合计等于采购计划。期限超过一年的必须分解；不超过一年、由一个年度承担的不填。"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        shares, touched = years.shares_of(self.project), rules.years_of(self.project.starts_on, self.project.ends_on)
        for year in touched if len(touched) > 1 else ():
            self.fields[f"year-{year}"] = Money(label=f"{year} 年度", required=False, initial=shares.get(year))

    def save(self, *, version, by):
        amounts = {int(name.removeprefix("year-")): amount for name, amount in self.cleaned_data.items() if amount}
        return years.set_shares(self.project.pk, version=version, amounts=amounts, by=by)


class FundingForm(SectionForm):
    """An amount beside each funding line of the purchaser's budgets of the year."""

    title = "资金来源"
    intro = "各来源合计应等于采购计划金额。使用上级专项资金的，不得高于市里确定的比例。"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        drawn = dict(self.project.fundings.values_list("line_id", "amount"))
        bearing = list(years.shares_of(self.project)) or [self.project.fiscal_year]
        for line in lines_of(self.project, bearing):
            free = money.free_amount(line, besides=self.project)
            help_text = f"可用 {free:,.2f} 元；依据 {line.basis_document}"
            label = f"{line.budget} · {line.get_source_display()}"
            self.fields[f"line-{line.pk}"] = Money(label=label, required=False, initial=drawn.get(line.pk), help_text=help_text)

    def save(self, *, version, by):
        amounts = {int(name.removeprefix("line-")): amount for name, amount in self.cleaned_data.items() if amount is not None}
        return money.fund_project(self.project.pk, version=version, amounts=amounts, by=by)


class YearFundForm(forms.Form):
    """Amounts beside the lines of one later year's budget."""

    def __init__(self, *args, project: Project, year: int, **kwargs):
        super().__init__(*args, **kwargs)
        drawn = dict(project.fundings.values_list("line_id", "amount"))
        for line in lines_of(project, [year]):
            help_text = f"可用 {money.free_amount(line, besides=project):,.2f} 元；依据 {line.basis_document}"
            label = f"{line.budget} · {line.get_source_display()}"
            self.fields[f"line-{line.pk}"] = Money(label=label, required=False, initial=drawn.get(line.pk), help_text=help_text)
        self.fields["reason"] = forms.CharField(
            label="资金会签意见",
            widget=text_area(2),
            max_length=500,
            required=False,
            help_text="使用上级专项资金而市级尚未确定比例的，须写明",
        )

    @property
    def values(self) -> dict:
        data = dict(self.cleaned_data)
        reason = data.pop("reason")
        return {
            "reason": reason,
            "amounts": {int(name.removeprefix("line-")): amount for name, amount in data.items() if amount is not None},
        }


SECTIONS: dict[str, type[SectionForm]] = {
    "basics": BasicsForm,
    "requirement": RequirementForm,
    "method": MethodForm,
    "years": YearsForm,
    "funding": FundingForm,
    "scale": ScaleForm,
    "screening": ScreeningForm,
    "employment": EmploymentForm,
    "reasons": ReasonsForm,
}
