"""The report form: one input per figure, blank stays blank; comments by section."""

from collections.abc import Mapping

from django import forms

from procurement.forms.fields import text_area
from procurement.models import PeriodicReport
from procurement.rules import report as rules


class FiguresForm(forms.Form):
    """Fields made from the sheet of this kind of report. ``cleaned_data`` holds typed figures, None for what was left blank."""

    def __init__(self, *args, report: PeriodicReport, counted: Mapping[str, int] | None = None, **kwargs):
        """``counted``: what the service records say, offered where nothing was ever entered."""
        super().__init__(*args, **kwargs)
        told = report.figures or counted or {}
        self.sheet = rules.SHEETS[report.kind]
        for field in self.sheet.fields:
            widget = text_area(3) if field.kind == "text" else forms.TextInput(attrs={"inputmode": "decimal", "class": "is-number"})
            made = forms.CharField(label=field.label, widget=widget, required=False, initial=told.get(field.key))
            made.unit = field.unit
            self.fields[field.key] = made

    def clean(self):
        data = super().clean()
        for field in self.sheet.fields:
            try:
                data[field.key] = rules.parse(field, data.get(field.key))
            except ValueError as error:
                self.add_error(field.key, str(error))
        return data

    def sections(self) -> list[dict]:
        """Bound fields by section, for the template."""
        return [
            {"title": label, "fields": [self[field.key] for field in self.sheet.fields if field.section == section]}
            for section, label in self.sheet.sections.items()
        ]


class ReturnForm(forms.Form):
    """A comment by section; at least one is asked for by the rule."""

    def __init__(self, *args, report: PeriodicReport, **kwargs):
        super().__init__(*args, **kwargs)
        for section, label in rules.SHEETS[report.kind].sections.items():
            self.fields[section] = forms.CharField(label=f"{label}：退回原因", widget=text_area(2), required=False, max_length=1000)


class SheetForm(forms.Form):
    file = forms.FileField(label="填好的表格（.xlsx）")
