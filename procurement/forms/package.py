"""Lots of a purchase as typed."""

from django import forms


class LotForm(forms.Form):
    name = forms.CharField(label="采购包名称", max_length=120, help_text="复制本项目的需求、评审因素和征求意见记录；数量和金额另填")


class LimitForm(forms.Form):
    limit = forms.IntegerField(label="一家供应商最多成交包数", min_value=1, max_value=50, required=False, help_text="不限定的留空")
