"""Shape of a handover of open cases."""

from django import forms

from accounts.models import User
from windows.models import Handover


class HandoverForm(forms.Form):
    """Who takes over and how it is shared out. ``keep_<case>`` and ``why_<case>`` stand beside each row of the list."""

    receivers = forms.ModelMultipleChoiceField(
        label="接收人",
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一名接收人。"},
    )
    rule = forms.ChoiceField(label="分配办法", choices=Handover.Rule.choices, initial=Handover.Rule.EVEN)
    reason = forms.CharField(label="移交原因", max_length=200, required=False, help_text="如请假、调离、离职；写进每一件的办理经过")

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["receivers"].queryset = people
        self.fields["receivers"].label_from_instance = lambda user: user.name

    def chosen(self) -> list[int]:
        return [user.pk for user in self.cleaned_data["receivers"]]
