"""What is prepared before it is announced, and what was released to other systems."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.project import Project, ProjectPaper
from records import clock
from records.models import Versioned


class AnnouncementQuerySet(ScopedQuerySet):
    view_permission = Permission.PROJECT_VIEW
    scope_lookups = ("project__organisation__path",)


class Announcement(Versioned):
    """A notice in preparation: what people typed and attached. Issued once; its day is the day it is issued, there is no field for it."""

    class Status(models.TextChoices):
        DRAFT = "draft", "编制中"
        ISSUED = "issued", "已发布"
        DISCARDED = "discarded", "已作废"

    TRANSITIONS = {
        Status.DRAFT: {Status.ISSUED, Status.DISCARDED},
        Status.ISSUED: set(),
        Status.DISCARDED: set(),
    }

    project = models.ForeignKey(Project, models.PROTECT, related_name="announcements", verbose_name="项目")
    kind = models.CharField("类型", max_length=16, choices=ProjectPaper.Kind)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    values = models.JSONField("填写内容", default=dict, blank=True, encoder=DjangoJSONEncoder)
    prepared_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="编制人")
    prepared_at = models.DateTimeField("编制时间", default=clock.now)
    paper = models.OneToOneField(ProjectPaper, models.PROTECT, related_name="announcement", null=True, blank=True, verbose_name="公告")

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = "公告稿"
        verbose_name_plural = "公告稿"
        ordering = ("-prepared_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("project", "kind"),
                condition=Q(status="draft"),
                name="announcement_one_draft",
                violation_error_message="同一项目的同类公告只能有一份编制中的稿件。",
            ),
            models.CheckConstraint(
                condition=~Q(status="issued") | Q(paper__isnull=False),
                name="announcement_issued_has_paper",
                violation_error_message="公告稿发布后必须有对应的公告。",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}（{self.get_status_display()}）"

    @property
    def audit_organisation(self):
        return self.project.organisation


class AnnouncementFile(models.Model):
    """A paper that goes out with the notice and can be fetched from its public page."""

    announcement = models.ForeignKey(Announcement, models.PROTECT, related_name="files", verbose_name="公告稿")
    file = models.OneToOneField("records.StoredFile", models.PROTECT, related_name="+", verbose_name="附件")
    label = models.CharField("名称", max_length=80)

    class Meta:
        verbose_name = "公告附件"
        verbose_name_plural = "公告附件"
        ordering = ("pk",)

    def __str__(self):
        return self.label


class ReleaseSeries(models.Model):
    """The last position given to a release. Locked until commit, so positions become visible in order, none late."""

    last = models.PositiveBigIntegerField("最新位置", default=0)

    class Meta:
        verbose_name = "发布序列"
        verbose_name_plural = "发布序列"

    def __str__(self):
        return str(self.last)


class Release(models.Model):
    """What was known to the public of a project at one moment, as OCDS; never changed afterwards."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="releases", verbose_name="项目")
    paper = models.OneToOneField(ProjectPaper, models.PROTECT, related_name="release", null=True, blank=True, verbose_name="公告")
    position = models.PositiveBigIntegerField("位置", unique=True)
    tag = models.CharField("标签", max_length=30)
    released_at = models.DateTimeField("发布时间")
    body = models.JSONField("内容", encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = "公开数据"
        verbose_name_plural = "公开数据"
        ordering = ("position",)
        indexes = [models.Index(fields=("project", "position"), name="release_of_project")]

    def __str__(self):
        return f"{self.tag} {self.position}"
