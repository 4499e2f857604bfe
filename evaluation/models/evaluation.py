"""One judgement of one contract for one period, and who takes part in it."""

from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from evaluation.models.scheme import Indicator, Scheme
from procurement.models import Contract
from records import clock
from records.models import Versioned


class Assignment(models.Model):
    """The third party of a contract, with its own declaration of independence (E-04)."""

    contract = models.OneToOneField(Contract, models.PROTECT, related_name="third_party_assignment", verbose_name="合同")
    third_party = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="第三方机构")
    procurement_reference = models.CharField("采购依据", max_length=120, help_text="委托合同或成交通知书编号")
    assigned_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="委托经办人")
    assigned_at = models.DateTimeField("委托时间", default=clock.now)
    no_control = models.BooleanField("声明与承接主体无控股、管理关系", default=False)
    no_payment = models.BooleanField("声明不向承接主体收取费用", default=False)
    declared_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="声明人")
    declared_at = models.DateTimeField("声明时间", null=True, blank=True)

    class Meta:
        verbose_name = "第三方委托"
        verbose_name_plural = "第三方委托"

    def __str__(self):
        return f"{self.contract.number} {self.third_party}"

    @property
    def audit_organisation(self):
        return self.contract.project.organisation


class EvaluationQuerySet(ScopedQuerySet):
    """Seen by the purchaser and those above it, by the contractor judged, and by the third party it was given to."""

    view_permission = Permission.EVALUATION_VIEW
    scope_lookups = (
        "organisation__path",
        "contract__contractor__organisation__path",
        "contract__third_party_assignment__third_party__path",
    )

    def published(self):
        """What anybody may read: published, and editions that a later one has corrected."""
        return self.filter(published_at__isnull=False)

    def listed(self):
        return self.select_related("contract__project", "contract__contractor__organisation", "organisation", "scheme")


class Evaluation(Versioned):
    class Status(models.TextChoices):
        COLLECTING = "collecting", "收集中"
        SCORED = "scored", "已计分"
        OBJECTION = "objection", "异议期"
        FINAL = "final", "已审定"
        PUBLISHED = "published", "已公布"
        CORRECTED = "corrected", "已更正"

    TRANSITIONS = {
        Status.COLLECTING: {Status.SCORED},
        Status.SCORED: {Status.OBJECTION, Status.COLLECTING},
        Status.OBJECTION: {Status.FINAL, Status.COLLECTING},
        Status.FINAL: {Status.PUBLISHED, Status.CORRECTED},
        Status.PUBLISHED: {Status.CORRECTED},
        Status.CORRECTED: set(),
    }
    STATUS_TONES = {
        Status.COLLECTING: "info",
        Status.SCORED: "info",
        Status.OBJECTION: "due",
        Status.FINAL: "ok",
        Status.PUBLISHED: "ok",
        Status.CORRECTED: "paused",
    }

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="evaluations", verbose_name="合同")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="evaluations", verbose_name="购买主体")
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="evaluations", verbose_name="评价方案")
    period_start = models.DateField("评价期间开始")
    period_end = models.DateField("评价期间结束")
    edition = models.PositiveSmallIntegerField("版次", default=1)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, related_name="superseded_by", null=True, blank=True, verbose_name="更正前一版"
    )
    correction_reason = models.TextField("更正原因", blank=True)
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.COLLECTING, db_index=True)
    collect_due_on = models.DateField("收集截止", null=True, blank=True, help_text="空：工作日历公布后确定")
    created_at = models.DateTimeField("生成时间", default=clock.now)

    total = models.DecimalField("总分（未修约）", max_digits=13, decimal_places=10, null=True, blank=True)
    grade = models.CharField("等级", max_length=2, blank=True)
    frozen = models.JSONField("计分依据（定格）", null=True, blank=True)
    frozen_sha256 = models.CharField("计分依据摘要", max_length=64, blank=True)
    scored_at = models.DateTimeField("计分时间", null=True, blank=True)
    scored_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="计分人")
    improvement = models.TextField("需要改进", blank=True)

    objection_from = models.DateField("异议期起算日", null=True, blank=True)
    objection_due_on = models.DateField("异议截止", null=True, blank=True, help_text="空：工作日历公布后确定")
    objection_waived_by = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="无异议确认人"
    )
    finalised_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="审定人")
    finalised_at = models.DateTimeField("审定时间", null=True, blank=True)
    report = models.OneToOneField(
        "records.Notice", models.PROTECT, related_name="evaluation_report", null=True, blank=True, verbose_name="评价报告"
    )
    publish_due_on = models.DateField("公布期限", null=True, blank=True)
    public_summary = models.TextField("公布说明", blank=True)
    published_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="公布人")
    published_at = models.DateTimeField("公布时间", null=True, blank=True)
    announcement = models.OneToOneField(
        "records.Notice", models.PROTECT, related_name="evaluation_announcement", null=True, blank=True, verbose_name="结果公告"
    )

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = "绩效评价"
        verbose_name_plural = "绩效评价"
        ordering = ("-period_end", "-pk")
        indexes = [
            models.Index(fields=("-period_end", "-id"), name="evaluation_newest"),
            models.Index(fields=("organisation", "status"), name="evaluation_by_purchaser"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("contract", "period_start", "edition"),
                name="evaluation_once_per_period",
                violation_error_message="该合同本期的评价已经生成。",
            ),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")),
                name="evaluation_period_in_order",
                violation_error_message="评价期间结束不能早于开始。",
            ),
            models.CheckConstraint(
                condition=Q(status="collecting") | (Q(total__gte=0, total__lte=100) & Q(frozen_sha256__gt="") & ~Q(grade="")),
                name="evaluation_scored_from_frozen",
                violation_error_message="没有定格依据和总分的评价不能进入下一步。",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("final", "published")) | Q(finalised_by__isnull=False),
                name="evaluation_finalised_by_someone",
                violation_error_message="审定的评价必须有审定人。",
            ),
            models.CheckConstraint(
                condition=Q(finalised_by__isnull=True) | Q(scored_by__isnull=True) | ~Q(finalised_by=F("scored_by")),
                name="evaluation_two_people",
                violation_error_message="评分人不能审定。",
            ),
            models.CheckConstraint(
                condition=Q(edition=1, supersedes__isnull=True) | Q(edition__gt=1, supersedes__isnull=False),
                name="evaluation_correction_names_first",
                violation_error_message="更正版必须指明被更正的一版。",
            ),
        ]

    def __str__(self):
        return f"{self.contract.project.name} {self.period_start:%Y-%m-%d} 至 {self.period_end:%Y-%m-%d}（第 {self.edition} 版）"

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.COLLECTING

    @property
    def is_shared(self) -> bool:
        """Has the contractor been shown the scores?"""
        return self.status not in (self.Status.COLLECTING, self.Status.SCORED)


class Score(models.Model):
    """One indicator's score, with the rows it was counted from. A figure and a survey write theirs when the period is scored."""

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="scores", verbose_name="评价")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name="指标")
    value = models.DecimalField("得分", max_digits=9, decimal_places=6)
    basis = models.JSONField("原始行", default=list, blank=True)
    comment = models.TextField("说明", blank=True)
    file = models.ForeignKey("records.StoredFile", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="佐证")
    entered_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="评分人")
    entered_at = models.DateTimeField("评分时间", default=clock.now)

    class Meta:
        verbose_name = "得分"
        verbose_name_plural = "得分"
        ordering = ("indicator__position", "pk")
        constraints = [
            models.UniqueConstraint(fields=("evaluation", "indicator"), name="score_once", violation_error_message="该指标已经评分。"),
            models.CheckConstraint(
                condition=Q(value__gte=0) & Q(value__lte=100), name="score_in_range", violation_error_message="得分应在 0 至 100 之间。"
            ),
        ]

    def __str__(self):
        return f"{self.indicator} {self.value}"


class Objection(models.Model):
    """What the contractor says against a score, and the answer (E-15)."""

    class Outcome(models.TextChoices):
        OPEN = "open", "待答复"
        UPHELD = "upheld", "成立，重新计分"
        REJECTED = "rejected", "不成立，维持原分"

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="objections", verbose_name="评价")
    text = models.TextField("异议内容")
    file = models.ForeignKey("records.StoredFile", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="附件")
    raised_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="提出人")
    raised_at = models.DateTimeField("提出时间", default=clock.now)
    answer_due_on = models.DateField("答复期限", null=True, blank=True, help_text="空：工作日历公布后确定")
    outcome = models.CharField("结论", max_length=10, choices=Outcome, default=Outcome.OPEN)
    answer = models.TextField("答复", blank=True)
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="答复人")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        verbose_name = "异议"
        verbose_name_plural = "异议"
        ordering = ("raised_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="open") | ~Q(answer=""),
                name="objection_answered_in_words",
                violation_error_message="答复异议必须写明理由。",
            ),
        ]

    def __str__(self):
        return f"{self.evaluation} {self.get_outcome_display()}"
