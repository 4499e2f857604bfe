"""A renewal as typed: its year and amount come from the contract, so only the reason is."""

from django import forms

from procurement.forms.fields import text_area


class RenewalForm(forms.Form):
    reason = forms.CharField(
        label="续签理由", widget=text_area(3), max_length=2000, required=False, help_text="上年度评价尚未公布或者评价为差的必须写明"
    )
