"""Who judges, what they gave, how the bids stand, who is chosen."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import localtime

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.money import money_field
from procurement.models.tender import Bid, Tender, person_field
from records import clock
from records.models import Versioned


def points_field(label, **options):
    return models.DecimalField(label, max_digits=5, decimal_places=2, **options)


class Committee(models.Model):
    """The evaluation committee. ``seed`` and ``pool`` let anybody repeat the draw."""

    tender = models.OneToOneField(Tender, models.PROTECT, related_name="committee", verbose_name="采购活动")
    seed = models.CharField("抽取种子", max_length=64)
    pool = models.JSONField("专家库快照（用户编号）", default=list)
    skipped = models.JSONField("抽到但不能参加的", default=list, blank=True)
    drawn_by = person_field("抽取人")
    drawn_at = models.DateTimeField("抽取时间", default=clock.now)

    class Meta:
        verbose_name = "评审小组"
        verbose_name_plural = "评审小组"

    def __str__(self):
        return f"{self.tender}评审小组"

    @property
    def audit_organisation(self):
        return self.tender.audit_organisation

    @property
    def audit_embargo(self) -> str:
        return self.tender.committee_embargo


class MemberQuerySet(ScopedQuerySet):
    view_permission = Permission.TENDER_VIEW
    scope_lookups = ("committee__tender__project__organisation__path",)
    person_lookups = ("user",)

    def seated(self):
        """Everyone who was not excused."""
        return self.exclude(status__in=(CommitteeMember.Status.RECUSED, CommitteeMember.Status.ABSENT))


class CommitteeMember(models.Model):
    class Seat(models.TextChoices):
        EXPERT = "expert", "评审专家"
        BUYER = "buyer", "采购人代表"

    class Status(models.TextChoices):
        DRAWN = "drawn", "待声明"
        ACCEPTED = "accepted", "已承诺无利害关系"
        RECUSED = "recused", "已回避"
        ABSENT = "absent", "缺席，已递补"

    TRANSITIONS = {
        Status.DRAWN: {Status.ACCEPTED, Status.RECUSED, Status.ABSENT},
        Status.ACCEPTED: {Status.RECUSED, Status.ABSENT},
        Status.RECUSED: set(),
        Status.ABSENT: set(),
    }

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="members", verbose_name="评审小组")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="committee_seats", verbose_name="成员")
    seat = models.CharField("席位", max_length=8, choices=Seat, default=Seat.EXPERT)
    position = models.PositiveSmallIntegerField("抽取顺序")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAWN)
    statement = models.TextField("回避事由", blank=True)
    declared_at = models.DateTimeField("声明时间", null=True, blank=True)
    dissent = models.TextField("不同意见及理由", blank=True)
    signed_at = models.DateTimeField("签署评审报告时间", null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = "评审小组成员"
        verbose_name_plural = "评审小组成员"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["committee", "user"], name="member_once")]

    def __str__(self):
        return str(self.user)

    @property
    def audit_organisation(self):
        return self.committee.tender.audit_organisation

    @property
    def audit_embargo(self) -> str:
        return self.committee.tender.committee_embargo


class ScoreSheetQuerySet(ScopedQuerySet):
    """An expert sees the own sheets; the purchaser sees them when all are in."""

    view_permission = Permission.BID_SCORE
    scope_lookups = ()
    person_lookups = ("member__user",)


class ScoreSheet(Versioned):
    """One member's marks for one bid."""

    class Status(models.TextChoices):
        DRAFT = "draft", "填写中"
        SUBMITTED = "submitted", "已提交"

    TRANSITIONS = {Status.DRAFT: {Status.SUBMITTED}, Status.SUBMITTED: {Status.DRAFT}}  # back only for a second review

    member = models.ForeignKey(CommitteeMember, models.PROTECT, related_name="sheets", verbose_name="成员")
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="sheets", verbose_name="响应文件")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    marks = models.JSONField("各因素得分", default=dict, blank=True)
    opinion = models.TextField("评审意见", blank=True)
    quality = points_field("质量得分", null=True, blank=True)
    gap_reason = models.TextField("分差较大的说明", blank=True)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)

    objects = ScoreSheetQuerySet.as_manager()

    class Meta:
        verbose_name = "评分表"
        verbose_name_plural = "评分表"
        ordering = ["bid", "member"]
        constraints = [
            models.UniqueConstraint(fields=["member", "bid"], name="sheet_once"),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(submitted_at__isnull=False, quality__isnull=False), name="sheet_submitted_is_complete"
            ),
        ]

    def __str__(self):
        return f"{self.member} → {self.bid}"

    @property
    def audit_organisation(self):
        return self.bid.tender.audit_organisation

    @property
    def audit_embargo(self) -> str:
        return self.bid.tender.committee_embargo


class LowPriceReview(models.Model):
    """A quote that must be explained before it may go on (P-52, P-53)."""

    class Verdict(models.TextChoices):
        OPEN = "open", "待说明"
        ACCEPTED = "accepted", "说明成立"
        REJECTED = "rejected", "说明不成立，响应无效"

    bid = models.OneToOneField(Bid, models.PROTECT, related_name="low_price_review", verbose_name="响应文件")
    grounds = models.JSONField("触发情形", default=list)
    asked_at = models.DateTimeField("要求说明时间", default=clock.now)
    explanation = models.TextField("供应商说明", blank=True)
    evidence = models.ForeignKey("records.StoredFile", models.PROTECT, related_name="+", verbose_name="证明材料", null=True, blank=True)
    explained_at = models.DateTimeField("说明时间", null=True, blank=True)
    verdict = models.CharField("结论", max_length=10, choices=Verdict, default=Verdict.OPEN)
    verdict_reason = models.TextField("评审理由", blank=True)
    judges = models.JSONField("作出结论的评审小组成员", default=list)
    judged_by = person_field("认定人", null=True, blank=True)
    judged_at = models.DateTimeField("认定时间", null=True, blank=True)

    class Meta:
        verbose_name = "异常低价审查"
        verbose_name_plural = "异常低价审查"
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="open") | (Q(judged_by__isnull=False) & ~Q(verdict_reason="")),
                name="low_price_verdict_has_reason",
                violation_error_message="异常低价审查结论必须写明理由。",
            )
        ]

    def __str__(self):
        return f"{self.bid}"


class Standing(models.Model):
    """Where a valid bid stands when all sheets are in. Written once, by the ranking."""

    bid = models.OneToOneField(Bid, models.PROTECT, related_name="standing", verbose_name="响应文件")
    evaluated_price = money_field("评审价（元）")
    price_points = points_field("价格分")
    quality_points = points_field("质量分")
    performance_points = points_field("以往绩效分")
    grades = models.JSONField("采用的绩效等级", default=list)
    total = points_field("总分")
    rank = models.PositiveSmallIntegerField("排名")
    quality_rank = models.PositiveSmallIntegerField("质量排名")

    class Meta:
        verbose_name = "评审结果"
        verbose_name_plural = "评审结果"
        ordering = ["rank", "pk"]

    def __str__(self):
        return f"{self.bid} {self.total}"


class AwardQuerySet(ScopedQuerySet):
    view_permission = Permission.TENDER_VIEW
    scope_lookups = ("tender__project__organisation__path",)

    def in_force(self):
        return self.filter(status=Award.Status.CONFIRMED)

    def forfeited(self):
        """Lapsed for good: the winner would not sign or lost the right. What a second review undid may be won again."""
        return self.filter(status=Award.Status.LAPSED, reopened=False)


class Award(models.Model):
    """The purchaser's choice. One in force per tender, held by the database; a refusal to sign lapses it (P-59)."""

    class Status(models.TextChoices):
        CONFIRMED = "confirmed", "已确认"
        LAPSED = "lapsed", "已失效"

    TRANSITIONS = {Status.CONFIRMED: {Status.LAPSED}, Status.LAPSED: set()}

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="awards", verbose_name="采购活动")
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="awards", verbose_name="响应文件")
    contractor = models.ForeignKey("contractors.Contractor", models.PROTECT, related_name="awards", verbose_name="成交供应商")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.CONFIRMED)
    amount = money_field("成交金额（元）")
    total = points_field("总分", null=True, blank=True)
    rank = models.PositiveSmallIntegerField("排名")
    reason = models.TextField("说明", blank=True)
    lapsed_reason = models.TextField("失效原因", blank=True)
    reopened = models.BooleanField("非供应商原因失效（重新评审、采购终止）", default=False)
    refusal = models.ForeignKey("records.StoredFile", models.PROTECT, related_name="+", verbose_name="拒签材料", null=True, blank=True)
    notice = models.OneToOneField("records.Notice", models.PROTECT, related_name="+", verbose_name="成交通知书", null=True, blank=True)
    confirmed_by = person_field("确认人")
    confirmed_at = models.DateTimeField("确认时间", default=clock.now)

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = "成交结果"
        verbose_name_plural = "成交结果"
        ordering = ["-confirmed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["tender"],
                condition=Q(status="confirmed"),
                name="award_one_per_tender",
                violation_error_message="该项目已经确定成交供应商。",
            )
        ]

    def __str__(self):
        return f"{self.tender} → {self.contractor}"

    @property
    def told_on(self) -> date:
        """The day from which T-14 counts: that of the 成交通知书; before it is issued, the earliest it could be."""
        return localtime(self.notice.issued_at if self.notice_id else self.confirmed_at).date()

    @property
    def audit_organisation(self):
        return self.tender.audit_organisation
