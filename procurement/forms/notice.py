"""What people type for a public notice beside what the project says by itself. One form for each kind."""

from django import forms

from procurement.forms.fields import text_area
from procurement.forms.tender import moment_field
from procurement.models import ProjectPaper, SoleSource
from procurement.rules import notices as rules
from procurement.services.announcements import MOMENTS, decided_complaint

Kind = ProjectPaper.Kind
LONG = 4000


def words(label, rows=3, *, required=True, **options) -> forms.CharField:
    return forms.CharField(label=label, widget=text_area(rows), max_length=LONG, required=required, **options)


def line(label, *, required=True, **options) -> forms.CharField:
    return forms.CharField(label=label, max_length=200, required=required, **options)


def choice(label, choices: dict, **options) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(choices.items()), widget=forms.RadioSelect, **options)


class NoticeForm(forms.Form):
    """``values`` is what the draft holds or, before there is one, what the project says."""

    intro = ""
    other = words("其他补充事宜", 2, required=False)
    attachment = forms.FileField(label="添加附件", required=False, help_text="PDF、Word、图片，每次一个，最大 20 MB；保存后可以再加")
    attachment_label = line("附件名称", required=False)

    def __init__(self, *args, project, **kwargs):
        self.project = project
        super().__init__(*args, **kwargs)
        later = ("other", "attachment", "attachment_label")
        self.order_fields([*(name for name in self.fields if name not in later), *later])

    @property
    def values(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if not name.startswith("attachment")}


class IntentForm(NoticeForm):
    intro = "采购意向一般应在采购活动开始前至少 30 日公开。"
    overview = words("采购需求概况", 4, help_text="标的、数量，质量、服务、安全、时限等要求")
    expected = line("预计采购时间", help_text="年月，如 2026-05")


class TenderNoticeForm(NoticeForm):
    intro = "项目内容、期限和评审标准由系统按项目自动写入公告，这里只填写项目中没有的内容。"
    policy = line("落实政府采购政策需满足的资格要求", required=False, help_text="如 专门面向中小企业采购；没有的不填")
    agency = line("采购代理机构", required=False, help_text="名称、地址、电话；自行组织的不填")


class AmendmentForm(NoticeForm):
    intro = "只填写要更正的内容。可能影响响应文件编制的，提交截止时间须留足规定的日数，不足的必须顺延；已递交响应文件的供应商由系统通知。"
    subject = choice("更正事项", rules.SUBJECTS, initial="notice")
    reason = words("更正原因", 2)
    requirement = words("采购需求更正为", 4, required=False)
    qualification = words("供应商资格要求更正为", 2, required=False)
    clarification = words("澄清说明", required=False, help_text="对采购文件的解释和补充")
    affects_bids = forms.BooleanField(
        label="澄清内容可能影响响应文件编制", required=False, help_text="更正采购需求、资格要求的，系统按影响处理"
    )
    bid_deadline = moment_field("提交截止时间顺延到", required=False)
    opening_at = moment_field("开启时间改为", required=False, help_text="不填的，与截止时间一起顺延")
    contact_name = line("联系人更正为", required=False)
    contact_phone = line("联系电话更正为", required=False)
    contact_address = line("联系地址更正为", required=False)

    @property
    def values(self) -> dict:
        return {name: value for name, value in super().values.items() if value not in (None, "") or name not in MOMENTS}


class SingleSourceForm(NoticeForm):
    intro = "公示期不少于 5 个工作日。专业人员论证意见须作为附件上传。"
    service = words("拟采购的服务说明", 4)
    ground = choice("采用单一来源的情形", rules.SINGLE_SOURCE_GROUNDS)
    reason = words("采用原因", 4)
    supplier = line("拟定供应商名称")
    supplier_address = line("拟定供应商地址")
    opinions = words("专业人员论证意见", 4, help_text="专业人员姓名、工作单位、职称和论证意见摘要")
    finance_contact = line("财政部门联系方式", help_text="名称、地址、电话")
    agency = line("采购代理机构", required=False)


class ResultForm(NoticeForm):
    intro = "成交供应商、金额、排名和评审专家名单由系统写入。"
    scope = line("服务范围", required=False)
    recommendation = words("推荐理由", 2, required=False)
    fee = line("代理服务收费标准及金额", required=False, help_text="自行组织的不填")


class ContractNoticeForm(NoticeForm):
    intro = "合同双方、标的、金额和期限由系统写入。合同文本可作为附件上传，涉及商业秘密和个人信息的先遮盖。"
    place = line("履约地点", required=False)


class TerminationForm(NoticeForm):
    intro = "废标核对预览后由经办人发布；终止采购由负责人在“终止项目”中核对预览后决定并发布。终止后不能恢复。"
    outcome = choice("终止情形", rules.OUTCOMES)
    reason = words("终止（废标）原因", 3, help_text="全文写入公告；不得写入评审专家个人意见和供应商的商业秘密")
    agency = line("采购代理机构", required=False, help_text="名称、地址、电话；自行组织的不填")


class ComplaintForm(NoticeForm):
    intro = "财政部门作出处理决定后，采购人登记发布。不得写入个人信息和商业秘密。"
    parties = words("相关当事人", help_text="一行一个：投诉人、被投诉人、相关供应商，写单位名称")
    facts = words("基本情况")
    basis = words("处理依据", 2)
    decision = words("处理结果")


FORMS: dict[str, type[NoticeForm]] = {
    Kind.INTENT: IntentForm,
    Kind.SINGLE_SOURCE: SingleSourceForm,
    Kind.NOTICE: TenderNoticeForm,
    Kind.AMENDMENT: AmendmentForm,
    Kind.RESULT: ResultForm,
    Kind.CONTRACT: ContractNoticeForm,
    Kind.TERMINATION: TerminationForm,
    Kind.COMPLAINT: ComplaintForm,
}


def initial_of(project, kind, draft) -> dict:
    """What stands in the fields at first: the draft, or the project's own words."""
    if draft is not None:
        return draft.values
    starts = project.starts_on
    if kind == Kind.COMPLAINT:
        return complaint_words(decided_complaint(project))
    case = SoleSource.objects.filter(project=project).first() if kind == Kind.SINGLE_SOURCE else None
    if case is not None:
        return sole_source_words(project, case)
    return {
        Kind.INTENT: {"overview": project.requirement, "expected": f"{starts:%Y-%m}" if starts else ""},
        Kind.SINGLE_SOURCE: {"service": project.requirement, "reason": project.method_reason},
        Kind.AMENDMENT: {"subject": "notice"},
        Kind.TERMINATION: {"outcome": "FAILED"},
    }.get(kind, {})


def sole_source_words(project, case) -> dict:
    """What was already argued for there being only one."""
    opinions = (f"{one.name}（{one.unit}，{one.title}）：{one.opinion}" for one in case.opinions.all())
    return {
        "service": project.requirement,
        "ground": case.ground,
        "reason": case.reason,
        "supplier": str(case.contractor),
        "supplier_address": case.contractor.address,
        "opinions": "\n".join(opinions),
    }


def complaint_words(complaint) -> dict:
    if complaint is None:
        return {}
    challenge = complaint.challenge
    return {
        "parties": f"投诉人：{challenge.contractor}\n被投诉人：{challenge.tender.project.organisation}",
        "facts": challenge.facts,
        "decision": f"{complaint.get_verdict_display()}（{complaint.decision_no}）。{complaint.grounds}",
    }
