"""The district's own guidance catalogue, as typed."""

from django import forms

from accounts.access import organisations_for
from accounts.models import Organisation
from accounts.roles import Permission
from procurement.forms.fields import Day
from procurement.models import CatalogueItem


class GuidanceForm(forms.Form):
    organisation = forms.ModelChoiceField(queryset=Organisation.objects.none(), label="区县", empty_label=None)
    document = forms.CharField(label="指导性目录文件", max_length=120, help_text="公布目录的文件名称和文号")
    valid_from = Day(label="生效日期")
    items = forms.ModelMultipleChoiceField(
        queryset=CatalogueItem.objects.all(), label="列入的服务项目", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        bureaus = organisations_for(user, Permission.GUIDANCE_LIST).filter(kind=Organisation.Kind.BUREAU).order_by("path")
        self.fields["organisation"].queryset, self.fields["organisation"].initial = bureaus, bureaus.first()


class DelistForm(forms.Form):
    valid_to = Day(label="在目录中的最后一天")
    document = forms.CharField(label="依据文件或者更正原因", max_length=120)
