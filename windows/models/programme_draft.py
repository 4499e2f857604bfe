"""A version of a programme in preparation. It lives apart from the programmes: no counter, guide or API reads it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records import clock
from records.models import Versioned
from records.policy import Clause
from windows.models.programme import UNITS, Programme


class DraftQuerySet(ScopedQuerySet):
    view_permission = Permission.PROGRAMME_EDIT
    scope_lookups = ("organisation__path",)

    def open(self):
        return self.filter(status=ProgrammeDraft.Status.DRAFT)


class ProgrammeDraft(Versioned):
    """Begun from the version in force, put in force by another person. ``programme``: the version that it became."""

    class Status(models.TextChoices):
        DRAFT = "DRAFT", "拟订中"
        ENACTED = "ENACTED", "已发布"
        TAKEN_BACK = "TAKEN_BACK", "施行前收回"
        WITHDRAWN = "WITHDRAWN", "已撤销"

    TRANSITIONS = {
        Status.DRAFT: {Status.ENACTED, Status.WITHDRAWN},
        Status.ENACTED: {Status.TAKEN_BACK},
        Status.TAKEN_BACK: set(),
        Status.WITHDRAWN: set(),
    }

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="拟订机关")
    base = models.ForeignKey(Programme, models.PROTECT, related_name="drafts", verbose_name="所依据的版本")
    code = models.CharField("事项代码", max_length=24)
    label = models.CharField("版本名称", max_length=16)
    why = models.CharField("修订说明", max_length=300, blank=True)
    name = models.CharField("事项名称", max_length=60)
    apply_at = models.CharField("申请地点", max_length=120)
    decided_by = models.CharField("决定机关", max_length=120)
    document = models.CharField("依据文件", max_length=80, blank=True)
    number = models.CharField("条款", max_length=60, blank=True)
    valid_from = models.DateField("施行日期", null=True, blank=True)
    whole_amount = models.PositiveSmallIntegerField("全程时限", null=True, blank=True)
    whole_unit = models.CharField("全程时限单位", max_length=2, choices=UNITS, blank=True)
    whole_basis = models.CharField("全程时限来源", max_length=8, choices=Programme.Basis.choices, default=Programme.Basis.VERIFIED)
    extended_amount = models.PositiveSmallIntegerField("特殊情形最长时限（工作日）", null=True, blank=True)
    extensions = models.JSONField("可延长的情形", default=list, blank=True)
    pauses = models.JSONField("可暂停计时的事由", default=list, blank=True)
    steps = models.JSONField("步骤", default=list, blank=True)
    materials = models.JSONField("材料", default=list, blank=True)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.DRAFT)
    authors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", verbose_name="拟订人")
    begun_at = models.DateTimeField("开始拟订时间", default=clock.now)
    enacted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发布人")
    enacted_at = models.DateTimeField("发布时间", null=True, blank=True)
    ended_reason = models.CharField("撤销（收回）的原因", max_length=200, blank=True)
    programme = models.OneToOneField(Programme, models.PROTECT, null=True, blank=True, related_name="draft", verbose_name="发布的版本")
    former = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="接续的版本")
    former_valid_to = models.DateField("接续版本原失效日期", null=True, blank=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "救助事项新版本"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(status="DRAFT"),
                name="draft_one_open_per_programme",
                violation_error_message="该事项已有拟订中的新版本。",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["ENACTED", "TAKEN_BACK"])
                | Q(enacted_by__isnull=False, enacted_at__isnull=False, programme__isnull=False, former__isnull=False),
                name="draft_enacted_by_someone",
                violation_error_message="发布须有发布人、时间和版本。",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["WITHDRAWN", "TAKEN_BACK"]) | ~Q(ended_reason=""),
                name="draft_ended_with_reason",
                violation_error_message="撤销和收回须写明原因。",
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.label}"

    @property
    def clause(self) -> Clause:
        return Clause(self.document, self.number)
