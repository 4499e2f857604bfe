from django.conf import settings
from django.db import models

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records import clock


class JobQuerySet(ScopedQuerySet):
    """A job belongs to whoever asked for it: its result holds what that person may see, not what a colleague may."""

    view_permission = Permission.JOB_VIEW
    scope_lookups = ()
    person_lookups = ("requested_by",)

    def waiting(self):
        return self.filter(status=Job.Status.QUEUED)

    def abandoned(self, now):
        """Running, but nobody has renewed the lease: the worker is gone."""
        return self.filter(status=Job.Status.RUNNING, lease_until__lt=now)


class Job(models.Model):
    """Work that may not be lost. The row is the truth, Celery only wakes somebody up (records.jobs).

    ``status`` is written by records.jobs alone, through guarded updates: a worker that lost its lease must not win.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "失败"

    TRANSITIONS = {
        Status.QUEUED: {Status.RUNNING},
        Status.RUNNING: {Status.DONE, Status.QUEUED, Status.FAILED},
        Status.DONE: set(),
        Status.FAILED: {Status.QUEUED},
    }

    kind = models.CharField("任务类别", max_length=80)
    key = models.CharField("唯一键", max_length=200)
    title = models.CharField("名称", max_length=200)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, verbose_name="所属单位", related_name="+")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="发起人", null=True, blank=True, related_name="+"
    )
    params = models.JSONField("参数", default=dict)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.QUEUED)
    done = models.PositiveIntegerField("已完成数", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    at = models.CharField("正在处理", max_length=200, blank=True)
    result = models.ForeignKey("records.StoredFile", models.PROTECT, verbose_name="结果文件", null=True, blank=True)
    failure = models.TextField("失败原因", blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    token = models.CharField("执行凭据", max_length=32, blank=True)
    lease_until = models.DateTimeField("租约到期", null=True, blank=True)
    heartbeat_at = models.DateTimeField("最近心跳", null=True, blank=True)
    created_at = models.DateTimeField("提交时间", default=clock.now)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="job_once_per_key", violation_error_message="该任务已经提交过。")
        ]
        indexes = [
            models.Index(fields=["status", "lease_until"], name="job_sweep"),
            models.Index(fields=["-created_at", "-id"], name="job_newest"),
        ]

    def __str__(self):
        return self.title

    @property
    def percent(self) -> int:
        """Whole percent done, 0 while the total is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else 0
