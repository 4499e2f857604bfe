"""The paper of an acceptance as typed: findings by standard, amounts, group, opinions, signatures."""

from django import forms

from accounts.models import User
from procurement.forms.fields import Day, Money, text_area
from procurement.models import Acceptance, AcceptanceItem, AcceptanceMember, RecipientOpinion
from procurement.services import duties
from records import clock

Seat = AcceptanceMember.Seat
NO_ANSWER = ("", "请选择")


class PaperForm(forms.Form):
    """One verdict and one finding for each standard (P-60), then the amounts and the conclusion."""

    amount = Money(label="本期验收金额")
    withheld = Money(label="有争议未验收", required=False, help_text="争议解决后另行验收；无争议部分照常支付")
    reason = forms.CharField(
        label="扣减、争议或偏差说明", widget=text_area(2), required=False, help_text="金额与计划不同、有标准未达到或有争议时必填"
    )
    place = forms.CharField(label="验收地点", max_length=120, required=False)
    conclusion = forms.CharField(label="验收意见", widget=text_area(3), required=False)

    def __init__(self, *args, acceptance: Acceptance, **kwargs):
        names = ("amount", "withheld", "reason", "place", "conclusion")
        super().__init__(*args, initial={name: getattr(acceptance, name) for name in names}, **kwargs)
        self.items = list(acceptance.items.all())
        choices = [NO_ANSWER, *AcceptanceItem.Verdict.choices]
        for item in self.items:
            help_text = f"目标值：{item.target}；考核办法：{item.measure}"
            self.fields[f"verdict-{item.pk}"] = forms.ChoiceField(
                label=item.name, choices=choices, required=False, initial=item.verdict, help_text=help_text
            )
            self.fields[f"finding-{item.pk}"] = forms.CharField(
                label=f"实际情况：{item.name}", max_length=300, required=False, initial=item.finding
            )
        self.order_fields([name for item in self.items for name in (f"verdict-{item.pk}", f"finding-{item.pk}")])

    @property
    def values(self) -> dict:
        data = self.cleaned_data
        findings = {item.pk: (data[f"verdict-{item.pk}"], data[f"finding-{item.pk}"]) for item in self.items}
        kept = {name: data[name] for name in ("amount", "reason", "place", "conclusion")}
        return {"findings": findings, **kept, "withheld": data["withheld"] or 0}


class MemberForm(forms.Form):
    """Staff are chosen from those who may sign here, by today's posts; recipients and guests are named."""

    seat = forms.ChoiceField(label="身份", choices=Seat.choices, initial=Seat.MEMBER, widget=forms.RadioSelect)
    user = forms.ModelChoiceField(
        queryset=User.objects.none(), label="工作人员", required=False, help_text="组长和成员从这里选，由本人签字"
    )
    name = forms.CharField(
        label="姓名", max_length=40, required=False, help_text="服务对象代表、应邀人员；公告和承接主体看不到服务对象姓名"
    )
    office = forms.CharField(label="单位或身份", max_length=80, required=False)

    def __init__(self, *args, acceptance: Acceptance, **kwargs):
        super().__init__(*args, **kwargs)
        staff = duties.acceptors_of(acceptance.contract)
        self.fields["user"].queryset = staff.exclude(pk__in=acceptance.members.values("user"))

    def clean(self):
        data = super().clean()
        if data.get("seat") in (Seat.LEAD, Seat.MEMBER):
            data["name"] = ""
        else:
            data["user"] = None
        return data


class OpinionForm(forms.Form):
    satisfaction = forms.ChoiceField(label="评价", choices=RecipientOpinion.Satisfaction.choices, widget=forms.RadioSelect)
    channel = forms.ChoiceField(label="方式", choices=RecipientOpinion.Channel.choices)
    text = forms.CharField(label="意见原话", widget=text_area(3), max_length=500)
    name = forms.CharField(label="服务对象姓名", max_length=40, required=False, help_text="可不填；加密保存，不向承接主体显示")
    given_on = Day(label="日期")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["given_on"].initial = clock.today()


class SignatureForm(forms.Form):
    agrees = forms.TypedChoiceField(
        label="对验收结论",
        choices=(("yes", "同意"), ("no", "不同意")),
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        empty_value=None,
    )
    opinion = forms.CharField(label="意见", widget=text_area(2), max_length=500, required=False, help_text="不同意的必须写明理由")


class ConclusionForm(forms.Form):
    passed = forms.TypedChoiceField(
        label="结论",
        choices=(("yes", "验收合格"), ("no", "验收不合格")),
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        empty_value=None,
    )
    reason = forms.CharField(
        label="说明", widget=text_area(3), max_length=2000, required=False, help_text="不合格，或者有成员不同意而认定合格的，必须写明"
    )
