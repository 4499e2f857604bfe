"""单一来源: why only one, what the professionals say, the announcement, and the record of the negotiation. No scoring."""

from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.contract import Contract
from procurement.models.money import money_field
from procurement.models.project import Project, ProjectPaper
from procurement.models.tender import person_field
from records import clock
from records.models import Versioned


class SoleSourceQuerySet(ScopedQuerySet):
    view_permission = Permission.TENDER_VIEW
    scope_lookups = ("project__organisation__path",)


class SoleSource(Versioned):
    class Status(models.TextChoices):
        PREPARED = "prepared", "论证中"
        NEGOTIATED = "negotiated", "已协商"

    TRANSITIONS = {Status.PREPARED: {Status.NEGOTIATED}, Status.NEGOTIATED: set()}

    class Ground(models.TextChoices):
        ONLY_ONE = "only_one", "只能从唯一供应商处采购"
        EMERGENCY = "emergency", "发生了不可预见的紧急情况，不能从其他供应商处采购"
        ADD_ON = "add_on", "保证原有项目一致性或者服务配套，添购资金不超过原合同金额百分之十"

    project = models.OneToOneField(Project, models.PROTECT, related_name="sole_source", verbose_name="项目")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PREPARED)
    ground = models.CharField("适用情形", max_length=10, choices=Ground)
    reason = models.TextField("采用单一来源的原因及说明")
    contractor = models.ForeignKey("contractors.Contractor", models.PROTECT, related_name="sole_sources", verbose_name="拟定供应商")
    original = models.ForeignKey(Contract, models.PROTECT, related_name="+", verbose_name="原合同（添购时）", null=True, blank=True)
    paper = models.OneToOneField(ProjectPaper, models.PROTECT, related_name="+", verbose_name="公示", null=True, blank=True)
    objection = models.TextField("公示期间收到的异议", blank=True)
    objection_answer = models.TextField("补充论证意见", blank=True)
    held_on = models.DateField("协商日期", null=True, blank=True)
    people = models.TextField("采购人员名单", blank=True, help_text="一行一人：姓名、单位、职务")
    cost_note = models.TextField("供应商成本说明、同类合同价格", blank=True)
    terms = models.TextField("合同主要条款及价格商定情况", blank=True)
    price = money_field("商定价格（元）", null=True, blank=True)
    created_by = person_field("经办人")
    created_at = models.DateTimeField("创建时间", default=clock.now)

    objects = SoleSourceQuerySet.as_manager()

    class Meta:
        verbose_name = "单一来源采购"
        verbose_name_plural = "单一来源采购"
        constraints = [
            models.CheckConstraint(
                condition=Q(status="prepared") | Q(paper__isnull=False), name="sole_source_announced_first",
                violation_error_message="单一来源采购须先公示。",
            ),
            models.CheckConstraint(
                condition=~Q(status="negotiated") | (Q(price__isnull=False, held_on__isnull=False) & ~Q(people="") & ~Q(terms="")),
                name="sole_source_negotiated_whole",
                violation_error_message="协商情况记录须有日期、人员、条款和价格。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.project.name} 单一来源"

    @property
    def audit_organisation(self):
        return self.project.organisation


class ExpertOpinion(models.Model):
    """What one professional says about there being only one (政府采购法实施条例 art. 38 asks for it in the announcement)."""

    case = models.ForeignKey(SoleSource, models.PROTECT, related_name="opinions", verbose_name="单一来源采购")
    name = models.CharField("姓名", max_length=40)
    unit = models.CharField("工作单位", max_length=120)
    title = models.CharField("职称", max_length=60)
    opinion = models.TextField("论证意见")
    given_on = models.DateField("论证日期")
    recorded_by = person_field("登记人")

    class Meta:
        verbose_name = "专业人员论证意见"
        verbose_name_plural = "专业人员论证意见"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["case", "name", "unit"], name="opinion_once")]

    def __str__(self):
        return f"{self.name}（{self.unit}）"
