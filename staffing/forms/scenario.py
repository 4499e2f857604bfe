"""A what-if as typed, and what turns it into a purchase draft."""

from decimal import Decimal

from django import forms

from accounts.models import Organisation
from procurement.forms.fields import text_area
from procurement.forms.project import EmploymentForm, Items, Programmes
from procurement.models import CatalogueItem, Project
from procurement.rules import catalogue
from records import clock
from staffing.forms.fields import count_field
from staffing.models import Scenario
from staffing.reports.scenario import Assumed, seats_of
from staffing.services import PlannedTownship, PostingOrder
from staffing.services.purchase import additional, places_of

PARTS = ("recipients", "own", "posted", "post_cost")


def cost_field(label: str, **options) -> forms.DecimalField:
    widget = forms.NumberInput(attrs={"inputmode": "decimal", "class": "form-control", "step": "0.01"})
    return forms.DecimalField(label=label, min_value=0, max_digits=10, decimal_places=2, widget=widget, **options)


class ScenarioForm(forms.Form):
    """Name and price of a what-if; its lines are one set of numbers per place. ``scenario``: what is being changed."""

    name = forms.CharField(label="方案名称", max_length=80)
    post_cost = cost_field("每个购买岗位年费用（元）")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, table, scenario: Scenario | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.table, self.scenario, self.seats = table, scenario, seats_of(table)
        saved = {line.organisation_id: line for line in scenario.lines.all()} if scenario else {}
        if scenario:
            self.initial |= {"name": scenario.name, "post_cost": scenario.post_cost, "version": scenario.version}
        for seat in self.seats:
            self._add_line(seat, saved.get(seat.pk))

    def _add_line(self, seat, line) -> None:
        now = {"recipients": seat.recorded or 0, "own": seat.staff.own, "posted": seat.staff.posted, "post_cost": None}
        values = {name: getattr(line, name) for name in PARTS} if line else now
        labels = {"recipients": "救助对象", "own": "自有专职", "posted": "派驻"}
        for name, label in labels.items():
            if name == "recipients" and seat.is_bureau:
                continue
            self.fields[f"{name}_{seat.pk}"] = count_field(f"{seat.name}{label}", min_value=0, max_value=1_000_000, initial=values[name])
        price = cost_field(f"{seat.name}每岗位年费用（元）", required=False, initial=values["post_cost"])
        price.widget.attrs["placeholder"] = "同上"
        self.fields[f"post_cost_{seat.pk}"] = price

    def clean_name(self):
        name = self.cleaned_data["name"]
        namesakes = Scenario.objects.filter(organisation=self.table.bureau, name=name)
        if namesakes.exclude(pk=self.scenario.pk if self.scenario else None).exists():
            raise forms.ValidationError(f"已有名为“{name}”的方案，请换一个名称。")
        return name

    def assumed(self, seat) -> Assumed | None:
        """What is typed for one place; None while a number there is no number. A cost left blank is the scenario's own."""
        found = {}
        for name in PARTS:
            if f"{name}_{seat.pk}" in self.fields:
                if f"{name}_{seat.pk}" not in self.cleaned_data:
                    return None
                found[name] = self.cleaned_data[f"{name}_{seat.pk}"]
        return Assumed(**({"recipients": 0} | found))

    def pairs(self) -> list:
        """Every place that is typed well, with what is assumed there."""
        typed = [(seat, self.assumed(seat)) for seat in self.seats]
        return [(seat, assumed) for seat, assumed in typed if assumed is not None]

    def opening(self) -> list:
        """The same for the page as it opens, before anything is typed."""
        found = []
        for seat in self.seats:
            names = [name for name in PARTS if f"{name}_{seat.pk}" in self.fields]
            values = {name: self.fields[f"{name}_{seat.pk}"].initial for name in names}
            found.append((seat, Assumed(**({"recipients": 0} | values))))
        return found

    def opening_cost(self) -> Decimal | None:
        return self.initial.get("post_cost")

    def lines(self):
        """[(place, its fields by part)] for the template's table."""
        return [
            (seat, [self[f"{name}_{seat.pk}"] if f"{name}_{seat.pk}" in self.fields else None for name in PARTS]) for seat in self.seats
        ]

    def planned(self) -> list[PlannedTownship]:
        places = Organisation.objects.in_bulk([seat.pk for seat in self.seats])
        return [PlannedTownship(places[seat.pk], one.recipients, one.own, one.posted, one.post_cost) for seat, one in self.pairs()]


class CopyForm(forms.Form):
    """A new name for a copy."""

    name = forms.CharField(label="新方案名称", max_length=80)

    def __init__(self, *args, bureau, **kwargs):
        super().__init__(*args, **kwargs)
        self.bureau = bureau

    def clean_name(self):
        name = self.cleaned_data["name"]
        if Scenario.objects.filter(organisation=self.bureau, name=name).exists():
            raise forms.ValidationError(f"已有名为“{name}”的方案，请换一个名称。")
        return name


class ReasonForm(forms.Form):
    reason = forms.CharField(label="原因", max_length=200, widget=text_area(2))


class PurchaseForm(EmploymentForm):
    """The head of the project, posts by place, and the employment test question by question (P-33)."""

    name = forms.CharField(label="项目名称", max_length=120)
    fiscal_year = forms.IntegerField(label="预算年度", min_value=2018, max_value=2099)
    items = Items(help_text="派驻人员承担的事务性工作")
    programmes = Programmes()
    version = forms.IntegerField(widget=forms.HiddenInput)
    HEAD = ("name", "fiscal_year", "items", "programmes")

    def __init__(self, *args, scenario: Scenario, table, **kwargs):
        super().__init__(*args, project=Project(), **kwargs)
        self.places = places_of(scenario, table, {})
        year = clock.today().year
        name = f"{table.bureau.label}社会救助经办派驻服务（{year}年）"
        self.initial = {"name": name, "fiscal_year": year, "version": scenario.version, "programmes": list(catalogue.PROGRAMMES)[:2]}
        self.fields["items"].queryset = CatalogueItem.objects.filter(kind=CatalogueItem.Kind.ADMINISTRATIVE)
        for place in self.places:
            label = f"{place.seat.name}购买岗位"
            field = count_field(label, min_value=0, max_value=10_000, initial=additional(place))
            self.fields[f"posts_{place.seat.pk}"] = field
        self.fields["reason"] = forms.CharField(
            label="提示事项的说明",
            widget=text_area(3),
            required=False,
            max_length=1000,
            help_text="向已达标单位购买岗位，或者变相用工审查中答有原则性问题的，写明理由。",
        )

    def head(self):
        return [self[name] for name in self.HEAD]

    def questions_asked(self):
        return [self[question.key] for question in self.questions]

    def place_lines(self):
        return [(place, self[f"posts_{place.seat.pk}"]) for place in self.places]

    def order(self) -> PostingOrder:
        data = self.cleaned_data
        return PostingOrder(
            version=data["version"],
            **{name: data[name] for name in self.HEAD},
            posts={place.seat.pk: data[f"posts_{place.seat.pk}"] for place in self.places},
            answers={question.key: {"answer": data[question.key], "note": ""} for question in self.questions},
            reason=data["reason"],
        )

    def budget(self) -> Decimal:
        """Posts × cost as the form opens: what the scenario plans beyond those posted today."""
        return sum((additional(place) * place.post_cost for place in self.places), Decimal("0.00"))
