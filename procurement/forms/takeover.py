"""Takeover, exit triggers, termination and the proposal to finance, as typed."""

from django import forms

from accounts.models import Organisation
from contractors.models import Contractor
from procurement.forms.fields import Day, Money, text_area
from procurement.models import Contract, ExitTrigger, ServiceOrder, Takeover
from procurement.rules import contract as contract_rules
from procurement.rules import leaving, takeover
from procurement.services.money import purchaser_district
from procurement.services.succession import SERVABLE
from procurement.services.takeover import OWN_KINDS, Route

DEFAULT = "（同主要接管方）"
ONLY_ACTIVATION = ("basis", "basis_note", "host_contract", "amount", "trigger")


class ContractChoice(forms.ModelChoiceField):
    def label_from_instance(self, contract):
        return f"{contract.number} {contract.project.name}（{contract.contractor}）"


class TriggerChoice(forms.ModelChoiceField):
    """Two of the same ground are told apart by what is written in them."""

    def label_from_instance(self, trigger):
        return f"{trigger.get_ground_display()}（{trigger.get_status_display()}）：{trigger.facts[:24]}"


class TakeoverForm(forms.Form):
    """Whom to, on what basis, who cannot be moved. The substitute of the plan stands first and is chosen already."""

    reason = forms.CharField(label="事由", widget=text_area(2), help_text="承接主体发生了什么，何时发现")
    trigger = TriggerChoice(queryset=ExitTrigger.objects.none(), label="对应的退出情形", required=False, empty_label="（尚未登记）")
    basis = forms.ChoiceField(label="法律依据", choices=list(takeover.BASES.items()), widget=forms.RadioSelect)
    basis_note = forms.CharField(label="依据说明", widget=text_area(2), required=False, help_text="紧急谈判、单一来源须写明紧急情形")
    taker = forms.ChoiceField(label="主要接管方")
    replacement = ContractChoice(
        queryset=Contract.objects.none(), label="转入新承接主体的合同", required=False, empty_label="（不转，交回原承接主体）",
        help_text="选择后，全部服务单转入该合同，由其承接主体负责；原合同的服务单结束，服务日期不变",
    )  # fmt: skip
    host_contract = forms.ModelChoiceField(
        queryset=Contract.objects.none(), label="追加的在履行合同", required=False, help_text="依据为“追加”时填写"
    )
    amount = Money(label="追加金额", required=False)
    exceptions = forms.CharField(
        label="例外", widget=text_area(3), required=False, help_text="不能转接的对象，一行一个：对象编号 空格 原因，如“R00012 住院”"
    )

    def __init__(self, *args, contract: Contract, kind: str, drill: bool, **kwargs):
        self.contract, self.kind, self.drill = contract, kind, drill
        super().__init__(*args, **kwargs)
        self.takers = takers_of(contract)
        choices = [(key, label) for key, (label, _) in self.takers.items()]
        self.fields["taker"].choices = choices
        self.fields["taker"].initial = self.planned()
        self.fields["trigger"].queryset = contract.exit_triggers_found.exclude(status=ExitTrigger.Status.DISMISSED)
        running = Contract.objects.running().filter(project__organisation=contract.project.organisation).exclude(pk=contract.pk)
        self.fields["host_contract"].queryset = running.select_related("project")
        self.fields["host_contract"].empty_label = "（不追加）"
        self.fields["replacement"].queryset = successors_of(contract)
        handback = kind == Takeover.Kind.HANDBACK
        if handback:
            self.fields["reason"].help_text = "为何现在交回：原承接主体已能服务，或者替代采购已经完成"
        self.townships = [] if handback else townships_of(contract)
        for township in self.townships:
            label = f"{township.name}的接管方"
            self.fields[f"town_{township.pk}"] = forms.ChoiceField(label=label, required=False, choices=[("", DEFAULT), *choices])
        for name in ONLY_ACTIVATION if drill or handback else ():
            del self.fields[name]
        del self.fields["taker" if handback else "replacement"]
        places = [f"town_{township.pk}" for township in self.townships]
        self.order_fields(["reason", "trigger", "basis", "basis_note", "host_contract", "amount", "taker", *places, "replacement"])

    def planned(self) -> str:
        """The plan's substitute when it is in the register."""
        plan = getattr(self.contract, "takeover_plan", None)
        name = plan.substitute.strip() if plan else ""
        return next((key for key, (_, taker) in self.takers.items() if name and name in str(taker)), "")

    def clean_exceptions(self):
        wanted = {}
        for line in self.cleaned_data["exceptions"].splitlines():
            code, _, reason = line.strip().partition(" ")
            if code and not reason.strip():
                raise forms.ValidationError(f"“{line.strip()}”缺少原因，请写成“对象编号 空格 原因”。")
            if code:
                wanted[code.upper()] = reason.strip()
        orders = ServiceOrder.objects.open().filter(contract=self.contract, recipient__code__in=wanted)
        found = dict(orders.values_list("pk", "recipient__code"))
        unknown = sorted(set(wanted) - set(found.values()))
        if unknown:
            raise forms.ValidationError(f"没有这些对象或者其没有在办的服务单：{'、'.join(unknown[:10])}。")
        return {pk: wanted[code] for pk, code in found.items()}

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        routes = [Route(self.takers[data["taker"]][1] if "taker" in data else (data["replacement"] or self.contract).contractor)]
        for township in self.townships:
            if key := data.pop(f"town_{township.pk}", ""):
                routes.append(Route(self.takers[key][1], township))
        return {name: value for name, value in data.items() if name != "taker" and value is not None} | {"routes": routes}


def successors_of(contract: Contract):
    """Contracts of the district to which the orders may follow."""
    below = Contract.objects.filter(project__organisation__path__startswith=purchaser_district(contract.project.organisation).path)
    signed = below.filter(status__in=SERVABLE).exclude(pk=contract.pk)
    return signed.select_related("project", "contractor__organisation")


def takers_of(contract: Contract) -> dict[str, tuple[str, object]]:
    """Choice key → (label, taker): verified contractors, then the district's own offices."""
    verified = Contractor.objects.filter(status=Contractor.Status.VERIFIED).exclude(pk=contract.contractor_id)
    found = {f"c{one.pk}": (str(one), one) for one in verified.select_related("organisation")[:500]}
    district = purchaser_district(contract.project.organisation)
    offices = Organisation.objects.filter(path__startswith=district.path, kind__in=OWN_KINDS).order_by("path")[:200]
    return found | {f"o{one.pk}": (f"{one.name}（政府直接承担）", one) for one in offices}


def townships_of(contract: Contract) -> list[Organisation]:
    """The townships where this contract has open orders."""
    places = ServiceOrder.objects.open().filter(contract=contract).values("recipient__township")
    return list(Organisation.objects.filter(pk__in=places).order_by("path")[:60])


class ResolveForm(forms.Form):
    taker = forms.ChoiceField(label="承接方")

    def __init__(self, *args, contract: Contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.takers = takers_of(contract)
        self.fields["taker"].choices = [(key, label) for key, (label, _) in self.takers.items()]

    def clean(self):
        data = super().clean()
        return data if self.errors else {"route": Route(self.takers[data["taker"]][1])}


class TriggerForm(forms.Form):
    ground = forms.ChoiceField(label="退出情形", choices=list(contract_rules.EXIT_TRIGGERS.items()), widget=forms.RadioSelect)
    facts = forms.CharField(label="事实", widget=text_area(4), help_text="时间、地点、经过")
    upload = forms.FileField(label="证据材料", required=False, help_text="PDF、图片或者办公文档，20 MB 以内")
    reason = forms.CharField(label="合同未列明该情形时的依据", max_length=300, required=False)


class JudgeForm(forms.Form):
    confirmed = forms.TypedChoiceField(
        label="认定", choices=(("yes", "成立"), ("no", "不成立")), widget=forms.RadioSelect, coerce=lambda value: value == "yes"
    )
    decision = forms.CharField(label="认定意见", widget=text_area(3))


class NotifyForm(forms.Form):
    ground = forms.ChoiceField(label="终止依据", choices=list(leaving.GROUNDS.items()), widget=forms.RadioSelect)
    facts = forms.CharField(label="事实和理由", widget=text_area(5))
    answer_by = Day(label="陈述申辩截止日期")
    trigger = TriggerChoice(queryset=ExitTrigger.objects.none(), label="对应的退出情形", required=False, empty_label="（无）")

    def __init__(self, *args, contract: Contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["trigger"].queryset = contract.exit_triggers_found.filter(status=ExitTrigger.Status.CONFIRMED)


class StatementForm(forms.Form):
    statement = forms.CharField(label="陈述申辩", widget=text_area(6), required=False)
    waived = forms.BooleanField(label="放弃陈述申辩", required=False)


class HearingForm(forms.Form):
    heard_on = Day(label="听取意见日期")
    minutes = forms.CharField(label="听取意见记录", widget=text_area(6), help_text="时间、地点、参加人、双方意见")


class DecisionForm(forms.Form):
    terminate = forms.TypedChoiceField(
        label="决定", choices=(("yes", "终止合同"), ("no", "不予终止")), widget=forms.RadioSelect, coerce=lambda value: value == "yes"
    )
    decision = forms.CharField(label="决定内容和理由", widget=text_area(4))


class ProposalForm(forms.Form):
    acts = forms.MultipleChoiceField(
        label="涉嫌违法情形", choices=[(key, label) for key, (label, _) in leaving.ACTS.items()], widget=forms.CheckboxSelectMultiple
    )
    facts = forms.CharField(label="事实", widget=text_area(5))


class AnswerForm(forms.Form):
    answer = forms.CharField(label="财政部门的答复（含文号）", widget=text_area(3))
    answered_on = Day(label="答复日期")
