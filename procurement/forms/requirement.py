"""Public comment on a requirement: opening, reviewing, summing up, and what the public types."""

from django import forms

from procurement.forms.fields import Day, text_area


class RoundForm(forms.Form):
    ends_on = Day(label="结束日期", help_text="从今天起在公开网站征求意见，到这一天为止")


class ReviewForm(forms.Form):
    """Shown or not, taken up or not; both with a word."""

    shown = forms.TypedChoiceField(
        label="是否公开", choices=(("yes", "公开"), ("no", "不公开")), widget=forms.RadioSelect, coerce=lambda value: value == "yes",
        help_text="含个人信息、与本项目无关的不公开",
    )  # fmt: skip
    adopted = forms.TypedChoiceField(
        label="是否采纳", choices=(("yes", "采纳"), ("no", "不采纳")), widget=forms.RadioSelect, coerce=lambda value: value == "yes"
    )
    answer = forms.CharField(label="采纳情况或者理由", widget=text_area(3), max_length=1000)


class CommentForm(forms.Form):
    text = forms.CharField(label="您的意见", widget=text_area(5), max_length=1000, help_text="请勿填写身份证号等个人信息")
    contact = forms.CharField(label="联系方式", max_length=60, required=False, help_text="可不填；加密保存，不公开")
