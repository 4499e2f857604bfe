"""Payments as typed: party B's account, the treasury's voucher."""

import re

from django import forms

from procurement.forms.fields import Day, Money, text_area
from procurement.models import Payment
from procurement.services import drawing
from records import clock


class PayeeForm(forms.Form):
    """The holder is party B and cannot be typed (P-63)."""

    bank = forms.CharField(label="开户银行", max_length=80)
    account = forms.CharField(label="银行账号", max_length=40, help_text="户名为合同乙方，不能填写其他单位或个人")

    def clean_account(self):
        number = re.sub(r"[\s-]", "", self.cleaned_data["account"])
        if not re.fullmatch(r"[0-9]{8,30}", number):
            raise forms.ValidationError("银行账号应为 8 至 30 位数字。")
        return number


class ConfirmForm(forms.Form):
    voucher = forms.CharField(label="国库支付凭证号", max_length=60)
    paid_on = Day(label="支付日期")
    note = forms.CharField(label="说明", widget=text_area(2), required=False, max_length=500, help_text="收款账户有变更时必须写明核实情况")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["paid_on"].initial = clock.today()


class LinesForm(forms.Form):
    """An amount beside each funding line that may bear this payment."""

    def __init__(self, *args, payment: Payment, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = dict(payment.lines.values_list("line_id", "amount"))
        for room in drawing.rooms_of(payment.contract, drawing.year_of(payment), besides=payment):
            help_text = f"可支付余额 {room.free:,.2f} 元"
            field = Money(label=room.label, required=False, initial=chosen.get(room.line), help_text=help_text)
            self.fields[f"line-{room.line}"] = field

    @property
    def amounts(self) -> dict:
        return {int(name.removeprefix("line-")): amount for name, amount in self.cleaned_data.items() if amount}
