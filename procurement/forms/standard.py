"""Service standards as typed: one line each."""

from django import forms

from accounts.access import organisations_for
from accounts.models import Organisation
from accounts.roles import Permission
from procurement.forms.fields import Day, text_area
from procurement.models import CatalogueItem, DistrictStandard

CATEGORIES = {label: value for value, label in DistrictStandard.Category.choices}
LONGEST = {"name": 120, "measure": 200, "target": 60}


def line_of(category: str, name: str, measure: str, target: str) -> str:
    return "｜".join((category, name, measure, target))


class StandardForm(forms.Form):
    organisation = forms.ModelChoiceField(queryset=Organisation.objects.none(), label="区县", empty_label=None)
    item = forms.ModelChoiceField(queryset=CatalogueItem.objects.all(), label="目录项目")
    document = forms.CharField(label="标准文件", max_length=120, help_text="制定标准的文件名称和文号")
    valid_from = Day(label="生效日期", help_text="今天或者以后；原有标准到前一日失效")
    rows = forms.CharField(
        label="服务标准",
        widget=text_area(8),
        help_text="每行一条：分类｜标准｜考核办法｜目标值。分类为 " + "、".join(CATEGORIES) + "；目标值写明数量、比例或者时限",
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        bureaus = organisations_for(user, Permission.STANDARD_KEEP).filter(kind=Organisation.Kind.BUREAU).order_by("path")
        self.fields["organisation"].queryset, self.fields["organisation"].initial = bureaus, bureaus.first()

    def clean_rows(self) -> list[dict]:
        lines = enumerate(self.cleaned_data["rows"].splitlines(), start=1)
        return [self.row(number, line) for number, line in lines if line.strip()]

    @staticmethod
    def row(number: int, line: str) -> dict:
        parts = [part.strip() for part in line.replace("|", "｜").split("｜")]
        if len(parts) != 4 or parts[0] not in CATEGORIES:
            raise forms.ValidationError(f"第 {number} 行应为四项，用“｜”隔开：分类（{'、'.join(CATEGORIES)}）｜标准｜考核办法｜目标值。")
        found = dict(zip(LONGEST, parts[1:], strict=True))
        if any(len(text) > LONGEST[name] for name, text in found.items()):
            raise forms.ValidationError(f"第 {number} 行过长：标准 120 字、考核办法 200 字、目标值 60 字以内。")
        return {"category": CATEGORIES[parts[0]], **found}
