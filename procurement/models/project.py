"""A purchase project through its five stages."""

from decimal import Decimal

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from procurement.models.catalogue import CatalogueItem
from procurement.models.lot import Package
from procurement.models.money import money_field
from procurement.models.retained import Retained, RetainedQuerySet
from records.models import Versioned


class ProjectQuerySet(RetainedQuerySet):
    view_permission = Permission.PROJECT_VIEW
    scope_lookups = ("organisation__path",)

    def announced(self):
        """What anyone may read on the public pages: everything that once had a public paper."""
        return self.filter(announced_at__isnull=False)


class Project(Retained, Versioned):
    class Status(models.TextChoices):
        DRAFT = "draft", "草拟"
        SUBMITTED = "submitted", "待审核"
        APPROVED = "approved", "已批准"
        NOTICE_PUBLISHED = "notice_published", "公告中"
        OPENED = "opened", "已开启"
        EVALUATED = "evaluated", "已评审"
        AWARDED = "awarded", "已成交"
        CONTRACTED = "contracted", "已签合同"
        IN_SERVICE = "in_service", "服务中"
        ACCEPTED = "accepted", "已验收"
        EVALUATING = "evaluating", "评价中"
        PUBLISHED = "published", "评价已公布"
        CLOSED = "closed", "已归档"
        FAILED = "failed", "废标"
        TERMINATED = "terminated", "已终止"

    TRANSITIONS = {
        Status.DRAFT: {Status.SUBMITTED, Status.TERMINATED},
        Status.SUBMITTED: {Status.APPROVED, Status.DRAFT, Status.TERMINATED},
        Status.APPROVED: {Status.NOTICE_PUBLISHED, Status.DRAFT, Status.TERMINATED},
        Status.NOTICE_PUBLISHED: {Status.OPENED, Status.FAILED, Status.TERMINATED},
        Status.OPENED: {Status.EVALUATED, Status.FAILED, Status.TERMINATED},
        Status.EVALUATED: {Status.AWARDED, Status.FAILED, Status.TERMINATED},
        Status.AWARDED: {Status.CONTRACTED, Status.EVALUATED, Status.FAILED, Status.TERMINATED},
        Status.CONTRACTED: {Status.IN_SERVICE, Status.TERMINATED},
        Status.IN_SERVICE: {Status.ACCEPTED, Status.EVALUATING, Status.TERMINATED},
        Status.ACCEPTED: {Status.EVALUATING},
        Status.EVALUATING: {Status.PUBLISHED},
        Status.PUBLISHED: {Status.CLOSED},
        Status.CLOSED: set(),
        Status.FAILED: set(),
        Status.TERMINATED: set(),
    }
    STAGES = (
        ("项目选定", (Status.DRAFT, Status.SUBMITTED)),
        ("信息发布", (Status.APPROVED,)),
        ("组织购买", (Status.NOTICE_PUBLISHED, Status.OPENED, Status.EVALUATED, Status.AWARDED)),
        ("实施监管", (Status.CONTRACTED, Status.IN_SERVICE)),
        ("绩效评价", (Status.ACCEPTED, Status.EVALUATING, Status.PUBLISHED, Status.CLOSED)),
    )
    EDITABLE = (Status.DRAFT,)
    BEFORE_NOTICE = (Status.DRAFT, Status.SUBMITTED, Status.APPROVED)

    class Method(models.TextChoices):
        CONSULTATION = "CONSULTATION", "竞争性磋商"
        OPEN = "OPEN", "公开招标"
        INVITED = "INVITED", "邀请招标"
        NEGOTIATION = "NEGOTIATION", "竞争性谈判"
        INQUIRY = "INQUIRY", "询价"
        SINGLE_SOURCE = "SINGLE_SOURCE", "单一来源"
        FRAMEWORK = "FRAMEWORK", "框架协议"
        BELOW_THRESHOLD = "BELOW_THRESHOLD", "限额以下自行采购"

    class SetAside(models.TextChoices):
        NONE = "none", "不预留"
        WHOLE = "whole", "整体专门面向中小企业"
        PART = "part", "预留部分份额"

    class AwardBasis(models.TextChoices):
        COMPREHENSIVE = "comprehensive", "综合评分法"
        LOWEST_PRICE = "lowest_price", "最低评标价法"

    class PurchaserForm(models.TextChoices):
        GOVERNMENT = "government", "行政机关"
        TOWNSHIP = "township", "乡镇人民政府（街道办事处）"
        CLASS_ONE = "class_one", "公益一类事业单位"
        FISCAL_MASS = "fiscal_mass", "财政拨款保障的群团组织"

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="projects", verbose_name="购买主体")
    purchaser_form = models.CharField("购买主体性质", max_length=16, choices=PurchaserForm, default=PurchaserForm.GOVERNMENT)
    package = models.ForeignKey(Package, models.PROTECT, related_name="lots", null=True, blank=True, verbose_name="采购包组")
    lot_number = models.PositiveSmallIntegerField("包号", null=True, blank=True)
    code = models.CharField("项目编号", max_length=40, unique=True)
    name = models.CharField("项目名称", max_length=120)
    fiscal_year = models.PositiveSmallIntegerField("预算年度")
    items = models.ManyToManyField(CatalogueItem, related_name="projects", verbose_name="购买内容")
    programmes = models.JSONField("救助类别", default=list)
    status = models.CharField("状态", max_length=20, choices=Status, default=Status.DRAFT, db_index=True)

    requirement = models.TextField("采购需求", blank=True)
    quantity = models.DecimalField("数量", max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField("计量单位", max_length=20, blank=True)
    qualification = models.TextField("供应商资格要求", blank=True)
    starts_on = models.DateField("服务开始日期", null=True, blank=True)
    ends_on = models.DateField("服务结束日期", null=True, blank=True)
    multi_year = models.JSONField("超过一年的五项条件", default=dict, blank=True)

    method = models.CharField("采购方式", max_length=20, choices=Method, default=Method.CONSULTATION)
    method_reason = models.TextField("采购方式理由", blank=True)
    method_approval = models.CharField("财政部门批准文号", max_length=80, blank=True)
    award_basis = models.CharField("评审方法", max_length=16, choices=AwardBasis, default=AwardBasis.COMPREHENSIVE)
    price_weight = models.DecimalField("价格分值", max_digits=5, decimal_places=2, default=Decimal("20.00"))
    price_approval = models.CharField("价格分值的财政部门批准文号", max_length=80, blank=True)
    fixed_price = models.BooleanField("执行统一价格（价格不评分）", default=False)
    plan_amount = money_field("采购计划金额（元）", null=True, blank=True)
    ceiling = money_field("最高限价（元）", null=True, blank=True)
    plan_number = models.CharField("采购实施计划备案号", max_length=80, blank=True)
    set_aside = models.CharField("中小企业预留", max_length=8, choices=SetAside, default=SetAside.NONE)
    accepts_consortium = models.BooleanField("接受联合体", default=False)
    contact_name = models.CharField("项目联系人", max_length=40, blank=True)
    contact_phone = models.CharField("联系电话", max_length=30, blank=True)
    contact_address = models.CharField("联系地址", max_length=120, blank=True)

    screening = models.JSONField("负面清单逐项审查", default=dict, blank=True)
    employment_test = models.JSONField("变相用工审查", default=dict, blank=True)
    reasons = models.JSONField("提示事项的说明", default=dict, blank=True, help_text="规则编号 → 书面理由")
    reasoned = models.JSONField("说明所针对的提示", default=dict, blank=True, help_text="规则编号 → 写理由时的全部提示")

    guidance_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="指导意见出具人")
    guidance_on = models.DateField("指导意见日期", null=True, blank=True)
    guidance_opinion = models.TextField("民政局指导意见", blank=True)
    finance_signed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="资金会签人"
    )
    finance_signed_at = models.DateTimeField("资金会签时间", null=True, blank=True)
    finance_reason = models.TextField("资金会签意见", blank=True)

    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="经办人")
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    submitted_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="送审人")
    submitted_at = models.DateTimeField("送审时间", null=True, blank=True)
    approved_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="批准人")
    approved_at = models.DateTimeField("批准时间", null=True, blank=True)
    published_at = models.DateTimeField("公告发布时间", null=True, blank=True, db_index=True)
    announced_at = models.DateTimeField("最近公开时间", null=True, blank=True, editable=False)
    closing_reason = models.TextField("终止（废标）原因", blank=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "购买项目"
        verbose_name_plural = "购买项目"
        ordering = ("-created_at", "-pk")
        indexes = [
            models.Index(fields=("organisation", "status"), name="project_by_organisation"),
            models.Index(fields=("-created_at", "-id"), name="project_newest"),
            models.Index(fields=("-announced_at", "-id"), name="project_newest_public", condition=Q(announced_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=("package", "lot_number"), name="project_lot_number_once"),
            models.CheckConstraint(
                condition=Q(package__isnull=True, lot_number__isnull=True) | Q(package__isnull=False, lot_number__gte=1),
                name="project_lot_has_its_number",
                violation_error_message="采购包须有包号。",
            ),
            models.CheckConstraint(
                condition=~Q(method="INQUIRY"),
                name="project_never_by_inquiry",
                violation_error_message="询价只适用于货物，不能用于购买服务。",
            ),
            models.CheckConstraint(
                condition=~Q(award_basis="lowest_price"),
                name="project_never_lowest_price",
                violation_error_message="购买社会救助服务采用综合评分法，不能以最低价成交。",
            ),
            models.CheckConstraint(
                condition=Q(price_weight__gte=0) & Q(price_weight__lte=100),
                name="project_price_weight_in_range",
                violation_error_message="价格分值应在 0 至 100 之间。",
            ),
            models.CheckConstraint(
                condition=Q(ceiling__isnull=True) | Q(plan_amount__isnull=True) | Q(ceiling__lte=F("plan_amount")),
                name="project_ceiling_within_plan",
                violation_error_message="最高限价不能高于采购计划金额。",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="project_ends_after_start",
                violation_error_message="服务结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("submitted_by")),
                name="project_approver_is_not_submitter",
                violation_error_message="批准人与送审人不能是同一人。",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=False) | Q(status__in=("draft", "submitted", "approved", "terminated")),
                name="project_announced_before_opening",
                violation_error_message="未发布公告的项目不能进入组织购买。",
            ),
        ]

    def __str__(self):
        return f"{self.name}（{self.code}）"

    @property
    def stage(self):
        """Index into STAGES, or None for the side exits."""
        return next((n for n, (_, statuses) in enumerate(self.STAGES) if self.status in statuses), None)


class ProjectStandard(models.Model):
    """A service standard as this project demands it (P-19): what, how it is assessed, the target."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="standards", verbose_name="项目")
    item = models.ForeignKey(CatalogueItem, models.PROTECT, related_name="+", verbose_name="目录项目")
    name = models.CharField("标准", max_length=120)
    measure = models.CharField("考核办法", max_length=200)
    target = models.CharField("目标值", max_length=60)
    position = models.PositiveSmallIntegerField("序号", default=0)

    class Meta:
        verbose_name = "项目服务标准"
        verbose_name_plural = "项目服务标准"
        ordering = ("position", "pk")

    def __str__(self):
        return f"{self.name}（{self.target}）"


class ScoringFactor(models.Model):
    """A scoring factor besides price. Price weight + Σ weights = 100 (P-46); frozen when the notice is published."""

    class Kind(models.TextChoices):
        QUALITY = "QUALITY", "质量与标准"
        PERFORMANCE = "PERFORMANCE", "以往绩效评价"

    project = models.ForeignKey(Project, models.PROTECT, related_name="factors", verbose_name="项目")
    name = models.CharField("评审因素", max_length=80)
    kind = models.CharField("类别", max_length=16, choices=Kind, default=Kind.QUALITY)
    weight = models.DecimalField("分值", max_digits=5, decimal_places=2)
    bands = models.JSONField("得分区间", default=list, blank=True, help_text='[{"label": "优", "low": "20", "high": "30"}, …]')
    position = models.PositiveSmallIntegerField("序号", default=0)

    class Meta:
        verbose_name = "评审因素"
        verbose_name_plural = "评审因素"
        ordering = ("position", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(weight__gt=0) & Q(weight__lte=100),
                name="factor_weight_in_range",
                violation_error_message="分值应大于 0 且不超过 100。",
            ),
        ]

    def __str__(self):
        return f"{self.name}（{self.weight} 分）"


class Consultation(models.Model):
    """Public opinion on the requirement (P-17) or a survey among market actors (P-18)."""

    class Kind(models.TextChoices):
        PUBLIC_OPINION = "public_opinion", "征求社会公众意见"
        NEEDS_SURVEY = "needs_survey", "需求调查"

    project = models.ForeignKey(Project, models.PROTECT, related_name="consultations", verbose_name="项目")
    kind = models.CharField("类型", max_length=16, choices=Kind)
    started_on = models.DateField("开始日期")
    ended_on = models.DateField("结束日期")
    channel = models.CharField("方式", max_length=120)
    respondents = models.PositiveIntegerField("反馈主体数")
    summary = models.TextField("意见与采纳情况")
    recorded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="记录人")
    recorded_at = models.DateTimeField("记录时间", auto_now_add=True)

    class Meta:
        verbose_name = "征求意见记录"
        verbose_name_plural = "征求意见记录"
        ordering = ("started_on", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__gte=F("started_on")),
                name="consultation_ends_after_start",
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.started_on}—{self.ended_on}"


class ProjectPaperQuerySet(RetainedQuerySet):
    view_permission = Permission.PROJECT_VIEW
    scope_lookups = ("project__organisation__path",)


class ProjectPaper(Retained, models.Model):
    """A paper issued for the project: the notice kept by ``records``, in the order of issue."""

    class Kind(models.TextChoices):
        INTENT = "intent", "采购意向公开"
        SINGLE_SOURCE = "single_source", "单一来源公示"
        NOTICE = "notice", "采购公告"
        AMENDMENT = "amendment", "更正公告"
        RESULT = "result", "结果公告"
        TERMINATION = "termination", "终止（废标）公告"
        CONTRACT = "contract", "合同公告"
        ACCEPTANCE = "acceptance", "验收结果公告"
        COMPLAINT = "complaint", "投诉处理结果公告"

    project = models.ForeignKey(Project, models.PROTECT, related_name="papers", verbose_name="项目")
    kind = models.CharField("类型", max_length=16, choices=Kind)
    notice = models.OneToOneField("records.Notice", models.PROTECT, related_name="+", verbose_name="公告")
    until = models.DateField("公告期限至", null=True, blank=True)
    issued_at = models.DateTimeField("发布时间", auto_now_add=True)
    detail = models.JSONField("要素", default=dict, blank=True, encoder=DjangoJSONEncoder, help_text="公告事项的数据形式，供其他系统读取")

    objects = ProjectPaperQuerySet.as_manager()

    class Meta:
        verbose_name = "项目公告"
        verbose_name_plural = "项目公告"
        ordering = ("issued_at", "pk")

    def __str__(self):
        return f"{self.get_kind_display()} {self.notice}"
