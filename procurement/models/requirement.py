"""Who answered which question of the negative list and of the employment test, and what the public said about a requirement."""

from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.project import Consultation, Project
from records.crypto import EncryptedTextField


class ScreeningAnswer(models.Model):
    """One answer to one question, as it was given (N-1 … N-7, P-33). A changed mind is a further row; the newest one holds."""

    class List(models.TextChoices):
        NEGATIVE = "screening", "负面清单"
        EMPLOYMENT = "employment_test", "变相用工审查"

    project = models.ForeignKey(Project, models.PROTECT, related_name="answers", verbose_name="项目")
    list = models.CharField("清单", max_length=16, choices=List)
    question = models.CharField("题目", max_length=30)
    answer = models.BooleanField("答“是”", null=True)
    note = models.TextField("审查情况", blank=True)
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="审查人")
    answered_at = models.DateTimeField("审查时间", auto_now_add=True)

    class Meta:
        verbose_name = "逐项审查记录"
        verbose_name_plural = "逐项审查记录"
        ordering = ("pk",)
        indexes = [models.Index(fields=("project", "list"), name="answer_by_project")]

    def __str__(self):
        return f"{self.question}：{'是' if self.answer else '否'}"


class CommentRoundQuerySet(ScopedQuerySet):
    view_permission = Permission.PROJECT_VIEW
    scope_lookups = ("project__organisation__path",)

    def open_on(self, day):
        return self.filter(started_on__lte=day, ends_on__gte=day, consultation=None)


class CommentRound(models.Model):
    """The requirement stands on the public site for so many days, and anybody may say something about it (P-17)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="comment_rounds", verbose_name="项目")
    started_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    requirement = models.TextField("公开的采购需求")
    opened_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="发布人")
    opened_at = models.DateTimeField("发布时间", auto_now_add=True)
    consultation = models.OneToOneField(
        Consultation, models.PROTECT, related_name="comment_round", null=True, blank=True, verbose_name="征求意见记录"
    )

    objects = CommentRoundQuerySet.as_manager()

    class Meta:
        verbose_name = "网上征求意见"
        verbose_name_plural = "网上征求意见"
        ordering = ("-started_on", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("started_on")),
                name="comment_round_ends_after_start",
                violation_error_message="结束日期不能早于开始日期。",
            ),
            models.UniqueConstraint(
                fields=("project",),
                condition=Q(consultation__isnull=True),
                name="one_open_comment_round",
                violation_error_message="该项目正在网上征求意见。",
            ),
        ]

    def __str__(self):
        return f"{self.project.name} {self.started_on}—{self.ends_on}"


class PublicComment(models.Model):
    """What somebody wrote. Shown to the public only after a look at it; who wrote stays inside."""

    class Status(models.TextChoices):
        WAITING = "waiting", "待审阅"
        SHOWN = "shown", "已公开"
        HIDDEN = "hidden", "不公开"

    round = models.ForeignKey(CommentRound, models.PROTECT, related_name="comments", verbose_name="征求意见")
    status = models.CharField("状态", max_length=8, choices=Status, default=Status.WAITING, db_index=True)
    text = models.TextField("意见", max_length=1000)
    contact = EncryptedTextField("联系方式", blank=True)
    written_at = models.DateTimeField("提交时间", auto_now_add=True)
    answer = models.TextField("采纳情况", blank=True)
    adopted = models.BooleanField("采纳", null=True)
    reviewed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="审阅人")
    reviewed_at = models.DateTimeField("审阅时间", null=True, blank=True)

    class Meta:
        verbose_name = "公众意见"
        verbose_name_plural = "公众意见"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="public_comment_has_words", violation_error_message="意见不能为空。"),
        ]

    def __str__(self):
        return self.text[:40]
