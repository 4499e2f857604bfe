"""What officers type about who may take part: earlier advisers, and the credit sites for all bidders at once."""

from django import forms

from contractors.forms import LISTS
from contractors.models import CreditCheck
from contractors.rules import normalise_uscc
from procurement.rules.market import ADVICE


class AdviserForm(forms.Form):
    uscc = forms.CharField(label="统一社会信用代码", max_length=30)
    name = forms.CharField(label="单位名称", max_length=120)
    kind = forms.ChoiceField(label="提供的服务", choices=list(ADVICE.items()))
    note = forms.CharField(label="说明", max_length=200, required=False, help_text="如：受托编制本项目服务规范，合同编号")

    def clean_uscc(self):
        code = normalise_uscc(self.cleaned_data["uscc"])
        if len(code) != 18 or not code.isalnum():
            raise forms.ValidationError(f"统一社会信用代码应为 18 位字母和数字，现为 {len(code)} 位，请核对。")
        return code


class CreditRoundForm(forms.Form):
    """Three fields for each bidder and site. What is left empty for a site is not recorded."""

    def __init__(self, *args, subjects, **kwargs):
        super().__init__(*args, **kwargs)
        self.subjects = subjects
        for subject in subjects:
            for site, label in CreditCheck.Site.choices:
                name = f"{subject.pk}-{site}"
                self.fields[f"{name}-upload"] = forms.FileField(label=f"{label}查询截图", required=False)
                self.fields[f"{name}-listed"] = forms.MultipleChoiceField(
                    label=f"{label}列入的名单", choices=LISTS, required=False, widget=forms.CheckboxSelectMultiple
                )
                self.fields[f"{name}-note"] = forms.CharField(label=f"{label}说明（没有截图的必填）", max_length=200, required=False)

    def blocks(self):
        """One block for each bidder: its name, its sites, the bound fields of each."""
        for subject in self.subjects:
            sites = [
                {"label": label, "fields": [self[f"{subject.pk}-{site}-{part}"] for part in ("upload", "listed", "note")]}
                for site, label in CreditCheck.Site.choices
            ]
            yield {"contractor": subject, "sites": sites}

    def results(self) -> dict[int, dict]:
        """contractor → site → what was given, for the sites with a picture, a note or a listing."""
        found: dict[int, dict] = {}
        for subject in self.subjects:
            for site in CreditCheck.Site.values:
                upload, listed, note = (self.cleaned_data[f"{subject.pk}-{site}-{part}"] for part in ("upload", "listed", "note"))
                if upload or listed or note.strip():
                    found.setdefault(subject.pk, {})[site] = {"upload": upload, "listed_in": listed, "note": note}
        return found

    def clean(self):
        if not self.errors and not self.results():
            raise forms.ValidationError("还没有填写任何一家的查询结果。")
        return self.cleaned_data
