"""Shapes of recipients, orders, visits and the roster as typed."""

from django import forms
from django.utils import timezone

from accounts.models import Organisation
from procurement.forms.fields import Day, YesNo, text_area
from procurement.models import Contract, PostedWorker, ServiceOrder, ServiceRecipient, ServiceVisit
from procurement.services import roster as rosters
from procurement.services import service as services
from procurement.services import visit as visits
from records import clock, identity

LONG = 300


class ContactFields(forms.Form):
    address = forms.CharField(label="住址", max_length=200, required=False)
    phone = forms.CharField(label="联系电话", max_length=30, required=False)
    contact_name = forms.CharField(label="联系人（家属或者监护人）", max_length=40, required=False)
    contact_phone = forms.CharField(label="联系人电话", max_length=30, required=False)
    needs = forms.CharField(label="服务注意事项", max_length=LONG, required=False)


class RecipientForm(ContactFields):
    name = forms.CharField(label="姓名", max_length=60)
    id_number = forms.CharField(label="身份证号", max_length=30, required=False)
    no_id_reason = forms.CharField(label="无证件说明", max_length=80, required=False, help_text="没有身份证号时填写")
    programme = forms.ChoiceField(label="救助类别", choices=ServiceRecipient.Programme.choices)
    township = forms.ModelChoiceField(label="乡镇（街道）", queryset=Organisation.objects.none(), empty_label="（请选择）")
    checked = forms.CharField(label="号码核对说明", max_length=80, required=False, help_text="证件号码少见但属实时填写")

    field_order = ("name", "id_number", "no_id_reason", "programme", "township")

    def __init__(self, *args, contract: Contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["township"].queryset = services.townships_of(contract)


class OrderForm(forms.Form):
    item = forms.ModelChoiceField(label="服务项目", queryset=None, empty_label="（请选择）")
    unit = forms.ChoiceField(label="频次单位", choices=ServiceOrder.Unit.choices)
    times = forms.IntegerField(label="次数", min_value=1, max_value=31, initial=1)
    minutes = forms.IntegerField(label="每次时长（分钟）", min_value=1, max_value=1440, required=False)
    starts_on = Day(label="开始日期")
    ends_on = Day(label="结束日期")
    worker = forms.ModelChoiceField(label="固定服务人员", queryset=PostedWorker.objects.none(), required=False)
    note = forms.CharField(label="说明", max_length=LONG, required=False)

    def __init__(self, *args, contract: Contract, **kwargs):
        super().__init__(*args, initial={"starts_on": max(contract.starts_on, clock.today()), "ends_on": contract.ends_on}, **kwargs)
        self.fields["item"].queryset = contract.project.items.order_by("code")
        own = contract.workers.filter(contractor=contract.contractor_id).on_post(clock.today())
        self.fields["worker"] = WorkerChoice(own, required=False, label="固定服务人员", empty_label="（不固定）")
        self.order_fields(["item", "unit", "times", "minutes", "starts_on", "ends_on", "worker", "note"])


class WorkerChoice(forms.ModelChoiceField):
    """Workers by masked name and phone ending; the row says who it is to those who work with them."""

    def label_from_instance(self, worker):
        return f"{identity.mask_name(worker.name)}（{worker.get_qualification_display()}，{worker.phone[-4:] or worker.pk}）"


class VisitForm(forms.Form):
    """Big targets first: what came of it, when, who, how it was signed for. Everything else may stay blank."""

    outcome = forms.ChoiceField(
        label="结果", choices=[pair for pair in ServiceVisit.Outcome.choices if pair[0] not in ("pending", "called_off")], initial="done",
        widget=forms.RadioSelect,
    )  # fmt: skip
    done_at = forms.DateTimeField(label="服务时间", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
    worker = forms.ModelChoiceField(label="服务人员", queryset=PostedWorker.objects.none(), required=False)
    sign = forms.ChoiceField(label="签收方式", choices=ServiceVisit.Sign.choices, widget=forms.RadioSelect, required=False)
    signed_by = forms.CharField(label="签收人姓名", max_length=60, required=False)
    pin = forms.CharField(
        label="签收码", max_length=8, required=False, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    )
    minutes = forms.IntegerField(label="服务时长（分钟）", required=False, help_text="没有记录的留空，不填 0")
    note = forms.CharField(label="服务情况", max_length=500, required=False, widget=text_area(2))
    place = forms.CharField(label="服务地点", max_length=120, required=False)
    latitude = forms.DecimalField(required=False, max_digits=8, decimal_places=5, min_value=-90, max_value=90, widget=forms.HiddenInput)
    longitude = forms.DecimalField(required=False, max_digits=8, decimal_places=5, min_value=-180, max_value=180, widget=forms.HiddenInput)
    photo = forms.FileField(
        label="照片", required=False, widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png", "capture": "environment"})
    )
    worker_name = forms.CharField(label="名册外人员姓名", max_length=60, required=False, help_text="服务人员不在名册时填写")
    reason = forms.CharField(label="情况说明", max_length=LONG, required=False, help_text="名册外人员服务、更正记录时必须写明原因")

    def __init__(self, *args, order: ServiceOrder, visit: ServiceVisit | None = None, **kwargs):
        super().__init__(*args, initial=self.initial_of(order, visit), **kwargs)
        roster = visits.roster_of(order).order_by("pk")
        self.fields["worker"] = WorkerChoice(roster, label="服务人员", required=False, empty_label="（请选择）")
        self.order_fields(["outcome", "done_at", "worker", "sign", "signed_by", "pin"])

    @staticmethod
    def initial_of(order: ServiceOrder, visit: ServiceVisit | None) -> dict:
        if visit is not None and visit.outcome != ServiceVisit.Outcome.PENDING:
            return {name: getattr(visit, name) for name in (*visits.KEPT, "worker")}
        return {"outcome": "done", "done_at": timezone.localtime(clock.now()), "worker": order.worker_id}

    def data_of(self) -> visits.VisitData:
        return visits.VisitData(**{name: self.cleaned_data[name] for name in visits.VisitData.__slots__})


class WorkerForm(forms.Form):
    name = forms.CharField(label="姓名", max_length=60)
    id_number = forms.CharField(label="身份证号", max_length=30)
    phone = forms.CharField(label="联系电话", max_length=30, required=False)
    employer = forms.CharField(label="用人单位", max_length=120)
    engagement = forms.ChoiceField(label="用工形式", choices=PostedWorker.Engagement.choices)
    insured_by_contractor = YesNo(label="社会保险由本单位缴纳")
    former_buyer_staff = forms.BooleanField(label="曾由购买主体聘用", required=False)
    education = forms.CharField(label="学历", max_length=20, required=False)
    qualification = forms.ChoiceField(label="资格", choices=PostedWorker.Qualification.choices)
    certificate = forms.CharField(label="证书编号", max_length=60, required=False)
    certificate_until = Day(label="证书有效期至", required=False)
    place = forms.ChoiceField(label="服务地点", choices=PostedWorker.Place.choices)
    posted_to = forms.ModelChoiceField(label="派驻单位", queryset=Organisation.objects.none(), required=False, empty_label="（不派驻）")
    starts_on = Day(label="到岗日期")
    user = forms.ModelChoiceField(label="填报账号", queryset=None, required=False, empty_label="（没有账号）")
    reason = forms.CharField(label="情况说明", max_length=LONG, required=False, help_text="需要说明的情形：见提示")

    def __init__(self, *args, contract: Contract, unit=None, **kwargs):
        unit = unit or contract.contractor
        starts = contract.starts_on if unit == contract.contractor else clock.today()
        super().__init__(*args, initial={"employer": str(unit), "starts_on": starts}, **kwargs)
        path, kinds = services.district_path(contract), ("BUREAU", "TOWNSHIP")
        self.fields["posted_to"].queryset = Organisation.objects.filter(path__startswith=path, kind__in=kinds).order_by("path")
        self.fields["user"].queryset = rosters.accounts_of(unit)
        choices = PostedWorker.Engagement.choices
        if isinstance(unit, Organisation):
            choices = [(PostedWorker.Engagement.OFFICE.value, PostedWorker.Engagement.OFFICE.label)]
            for name in ("employer", "insured_by_contractor", "former_buyer_staff", "posted_to", "place"):
                del self.fields[name]
        else:
            choices = [pair for pair in choices if pair[0] != PostedWorker.Engagement.OFFICE]
        self.fields["engagement"].choices = choices

    def data_of(self) -> rosters.WorkerData:
        return rosters.WorkerData(**{name: value for name, value in self.cleaned_data.items() if name != "reason"})


class EndPostForm(forms.Form):
    ends_on = Day(label="离岗日期")


class PinForm(forms.Form):
    pin = forms.CharField(label="签收码", max_length=8, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))


class ImportForm(forms.Form):
    file = forms.FileField(label="填好的表格（.xlsx）", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)
