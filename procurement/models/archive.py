"""A project's file as it was packed: when, for whom, and the root of its hashes, by which a copy proves itself years later."""

from django.db import models

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.project import Project
from procurement.models.tender import person_field
from records import clock


class ArchiveQuerySet(ScopedQuerySet):
    view_permission = Permission.PROJECT_ARCHIVE
    scope_lookups = ("project__organisation__path",)


class ProjectArchive(models.Model):
    project = models.ForeignKey(Project, models.PROTECT, related_name="archives", verbose_name="项目")
    job = models.OneToOneField("records.Job", models.PROTECT, related_name="+", verbose_name="打包任务")
    root = models.CharField("摘要清单 SHA-256", max_length=64, db_index=True)
    parts = models.PositiveIntegerField("文件数")
    contents = models.JSONField("目录", default=dict)
    missing = models.PositiveIntegerField("未能收入的部分", default=0)
    packed_by = person_field("打包人", null=True, blank=True)
    packed_at = models.DateTimeField("打包时间", default=clock.now)

    objects = ArchiveQuerySet.as_manager()

    class Meta:
        verbose_name = "项目档案包"
        verbose_name_plural = "项目档案包"
        ordering = ("-packed_at", "-pk")

    def __str__(self):
        return f"{self.project} 档案包"

    @property
    def audit_organisation(self):
        return self.project.organisation
