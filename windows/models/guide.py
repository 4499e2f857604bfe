"""What the authority tells everybody about a programme: conditions, standards, explanations, answers to questions (四（三）)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records import clock
from records.models import Versioned


class GuideQuerySet(ScopedQuerySet):
    view_permission = Permission.GUIDE_EDIT
    scope_lookups = ("organisation__path",)

    def public(self):
        return self.filter(status=GuideText.Status.PUBLISHED)

    def said_to(self, district):
        """What holds for one district: its own words and the city's. None: the city's alone."""
        city = Q(organisation__kind=Organisation.Kind.CITY)
        return self.filter(city | Q(organisation=district) if district else city)


class GuideText(Versioned):
    """One text. What is published is not rewritten: it is withdrawn, and another one takes its place."""

    class Kind(models.TextChoices):
        CONDITION = "CONDITION", "申请条件"
        STANDARD = "STANDARD", "救助标准"
        EXPLANATION = "EXPLANATION", "政策解读"
        QUESTION = "QUESTION", "常见问题"

    class Status(models.TextChoices):
        DRAFT = "DRAFT", "未发布"
        PUBLISHED = "PUBLISHED", "已发布"
        WITHDRAWN = "WITHDRAWN", "已撤下"

    TRANSITIONS = {
        Status.DRAFT: {Status.PUBLISHED, Status.WITHDRAWN},
        Status.PUBLISHED: {Status.WITHDRAWN},
        Status.WITHDRAWN: set(),
    }

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="发布机关")
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    programme_code = models.CharField("救助事项", max_length=24, blank=True, db_index=True)
    title = models.CharField("标题", max_length=120)
    body = models.TextField("内容", max_length=6000)
    source = models.CharField("依据文件", max_length=160)
    formed_on = models.DateField("信息形成日期")
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.DRAFT)
    late_reason = models.CharField("逾期发布的原因", max_length=200, blank=True)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="编写人")
    prepared_at = models.DateTimeField("编写时间", default=clock.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发布人"
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    withdrawn_reason = models.CharField("撤下的原因", max_length=200, blank=True)

    objects = GuideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办事指南信息"
        ordering = ["-formed_on", "-pk"]
        indexes = [models.Index(fields=["programme_code", "kind"], condition=Q(status="PUBLISHED"), name="guide_public")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="PUBLISHED") | Q(published_by__isnull=False, published_at__isnull=False),
                name="guide_published_by_someone",
                violation_error_message="发布须有发布人和时间。",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["CONDITION", "STANDARD"]) | ~Q(programme_code=""),
                name="guide_condition_of_a_programme",
                violation_error_message="申请条件和救助标准须对应一个救助事项。",
            ),
        ]

    def __str__(self):
        return self.title
