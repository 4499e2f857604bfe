"""询问, 质疑 and 投诉: what a supplier asks or objects to, what the purchaser answers, what finance decides (政府采购法 ch. 6)."""

from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.tender import Tender, person_field
from records import clock
from records.models import Versioned


class ChallengeScopedQuerySet(ScopedQuerySet):
    """A supplier sees its own, the purchaser those about its projects; nobody else's."""

    view_permission = Permission.CHALLENGE_VIEW
    scope_lookups = ("contractor__organisation__path", "tender__project__organisation__path")


class Enquiry(Versioned):
    """A question of a supplier, answered within three working days (T-18)."""

    class Status(models.TextChoices):
        ASKED = "asked", "待答复"
        ANSWERED = "answered", "已答复"

    TRANSITIONS = {Status.ASKED: {Status.ANSWERED}, Status.ANSWERED: set()}

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="enquiries", verbose_name="采购活动")
    contractor = models.ForeignKey("contractors.Contractor", models.PROTECT, related_name="enquiries", verbose_name="询问人")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.ASKED, db_index=True)
    question = models.TextField("询问内容")
    asked_by = person_field("提交人")
    asked_at = models.DateTimeField("提出时间", default=clock.now)
    due_on = models.DateField("答复期限", null=True, blank=True)
    answer = models.TextField("答复", blank=True)
    answered_by = person_field("答复人", null=True, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    objects = ChallengeScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "询问"
        verbose_name_plural = "询问"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="asked") | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="enquiry_answered_in_words",
                violation_error_message="答复须写明内容和答复人。",
            )
        ]

    def __str__(self):
        return f"{self.contractor}关于{self.tender}的询问"

    @property
    def audit_organisation(self):
        return self.tender.audit_organisation


class Consequence(models.TextChoices):
    """What an upheld objection does to the purchase (财政部令第94号)."""

    KEPT = "kept", "维持原结果（不影响结果）"
    REVIEWED = "reviewed", "重新评审"
    NEXT = "next", "成交结果失效，从合格候选人中另行确定"
    REDO = "redo", "废标，重新开展采购活动"


class Challenge(Versioned):
    """质疑: an objection to the documents, a step or the result. One for each step of a supplier, raised once and whole."""

    class Status(models.TextChoices):
        RAISED = "raised", "待答复"
        DRAFTED = "drafted", "答复待复核"
        ANSWERED = "answered", "已答复"
        WITHDRAWN = "withdrawn", "已撤回"

    TRANSITIONS = {
        Status.RAISED: {Status.DRAFTED, Status.WITHDRAWN},
        Status.DRAFTED: {Status.ANSWERED, Status.RAISED, Status.WITHDRAWN},
        Status.ANSWERED: set(),
        Status.WITHDRAWN: set(),
    }
    OPEN = (Status.RAISED, Status.DRAFTED)

    class Step(models.TextChoices):
        DOCUMENTS = "documents", "采购文件"
        OPENING = "opening", "开启过程"
        REVIEW = "review", "资格审查"
        SCORING = "scoring", "评审过程"
        RESULT = "result", "成交结果"

    class Verdict(models.TextChoices):
        UPHELD = "upheld", "质疑成立"
        PARTLY = "partly", "部分成立"
        REJECTED = "rejected", "质疑不成立"

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="challenges", verbose_name="采购活动")
    contractor = models.ForeignKey("contractors.Contractor", models.PROTECT, related_name="challenges", verbose_name="质疑供应商")
    number = models.CharField("收文编号", max_length=40, unique=True)
    step = models.CharField("质疑环节", max_length=10, choices=Step)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.RAISED, db_index=True)
    demand = models.TextField("质疑请求")
    facts = models.TextField("事实依据")
    basis = models.TextField("法律依据")
    file = models.ForeignKey("records.StoredFile", models.PROTECT, related_name="+", verbose_name="证明材料", null=True, blank=True)
    known_on = models.DateField("应知权益受损之日")
    raise_by = models.DateField("质疑期限", null=True, blank=True)
    raised_by = person_field("提交人")
    raised_at = models.DateTimeField("收到时间", default=clock.now, db_index=True)
    due_on = models.DateField("答复期限", null=True, blank=True)
    suspends = models.BooleanField("可能影响成交结果，暂停签订合同", default=True)
    release_reason = models.TextField("认定不影响结果的理由", blank=True)
    released_by = person_field("认定人", null=True, blank=True)
    verdict = models.CharField("答复结论", max_length=10, choices=Verdict, blank=True)
    consequence = models.CharField("处理", max_length=10, choices=Consequence, blank=True)
    answer = models.TextField("答复内容", blank=True)
    drafted_by = person_field("答复拟稿人", null=True, blank=True)
    reviewed_by = person_field("答复复核人", null=True, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    complain_by = models.DateField("投诉期限", null=True, blank=True)

    objects = ChallengeScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "质疑"
        verbose_name_plural = "质疑"
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tender", "contractor", "step"],
                condition=~Q(status="withdrawn"),
                name="challenge_once_per_step",
                violation_error_message="同一供应商对同一环节的质疑应一次性提出。",
            ),
            models.CheckConstraint(
                condition=~Q(status="answered")
                | (~Q(answer="") & ~Q(verdict="") & ~Q(consequence="") & Q(reviewed_by__isnull=False, answered_at__isnull=False)),
                name="challenge_answered_whole",
                violation_error_message="答复须有结论、处理意见、内容和复核人。",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("drafted_by")),
                name="challenge_reviewer_is_not_author",
                violation_error_message="质疑答复的复核人不能是拟稿人。",
            ),
            models.CheckConstraint(
                condition=Q(suspends=True) | (~Q(release_reason="") & Q(released_by__isnull=False)),
                name="challenge_release_has_reason",
                violation_error_message="恢复签订合同须写明理由。",
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.contractor}对{self.get_step_display()}的质疑"

    @property
    def audit_organisation(self):
        return self.tender.audit_organisation


class ComplaintQuerySet(ScopedQuerySet):
    view_permission = Permission.CHALLENGE_VIEW
    scope_lookups = ("challenge__contractor__organisation__path", "challenge__tender__project__organisation__path")

    def suspending(self, on):
        """Complaints because of which finance has halted the purchase on that day."""
        return self.filter(status=Complaint.Status.ACCEPTED, suspended_from__lte=on, suspended_until__gte=on)

    def to_announce(self):
        """Decided by finance, and the public has not been told."""
        return self.filter(status=Complaint.Status.DECIDED, announcement=None)


class Complaint(Versioned):
    """投诉 to the finance department, as the purchaser hears of it: its acceptance, a halt of at most 30 days, the decision."""

    class Status(models.TextChoices):
        ACCEPTED = "accepted", "财政部门已受理"
        DECIDED = "decided", "已作处理决定"
        WITHDRAWN = "withdrawn", "投诉人撤回"

    TRANSITIONS = {Status.ACCEPTED: {Status.DECIDED, Status.WITHDRAWN}, Status.DECIDED: set(), Status.WITHDRAWN: set()}

    class Verdict(models.TextChoices):
        UPHELD = "upheld", "投诉成立"
        PARTLY = "partly", "部分成立"
        REJECTED = "rejected", "驳回投诉"

    challenge = models.OneToOneField(Challenge, models.PROTECT, related_name="complaint", verbose_name="质疑")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.ACCEPTED, db_index=True)
    department = models.CharField("受理财政部门", max_length=80)
    document_no = models.CharField("受理通知文号", max_length=80)
    filed_on = models.DateField("投诉日期")
    accepted_on = models.DateField("受理日期")
    decide_by = models.DateField("处理期限", null=True, blank=True)
    suspended_from = models.DateField("暂停采购活动自", null=True, blank=True)
    suspended_until = models.DateField("暂停采购活动至", null=True, blank=True)
    decision_no = models.CharField("处理决定文号", max_length=80, blank=True)
    decided_on = models.DateField("决定日期", null=True, blank=True)
    verdict = models.CharField("决定结论", max_length=10, choices=Verdict, blank=True)
    consequence = models.CharField("处理", max_length=10, choices=Consequence, blank=True)
    grounds = models.TextField("处理依据及结果", blank=True)
    recorded_by = person_field("登记人")
    recorded_at = models.DateTimeField("登记时间", default=clock.now)
    closed_by = person_field("结果登记人", null=True, blank=True)
    announcement = models.OneToOneField(
        "procurement.ProjectPaper", models.PROTECT, related_name="+", verbose_name="投诉处理结果公告", null=True, blank=True
    )

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = "投诉"
        verbose_name_plural = "投诉"
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(suspended_from__isnull=True, suspended_until__isnull=True) | Q(suspended_until__gte=F("suspended_from")),
                name="complaint_halt_in_order",
                violation_error_message="暂停的结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(
                condition=~Q(status="decided")
                | (~Q(decision_no="") & ~Q(verdict="") & ~Q(consequence="") & ~Q(grounds="") & Q(decided_on__isnull=False)),
                name="complaint_decided_whole",
                violation_error_message="处理决定须有文号、日期、结论、处理和依据。",
            ),
        ]

    def __str__(self):
        return f"{self.challenge.contractor}的投诉（{self.document_no}）"

    @property
    def audit_organisation(self):
        return self.challenge.audit_organisation


class ReviewRound(models.Model):
    """A second review (重新评审): the marks and ranks of the round before, frozen, and why it was done again."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="rounds", verbose_name="采购活动")
    number = models.PositiveSmallIntegerField("第几次评审")
    reason = models.TextField("重新评审的原因")
    snapshot = models.JSONField("上一次评审结果", default=dict)
    opened_by = person_field("决定人")
    opened_at = models.DateTimeField("时间", default=clock.now)

    class Meta:
        verbose_name = "重新评审记录"
        verbose_name_plural = "重新评审记录"
        ordering = ["tender", "number"]
        constraints = [
            models.UniqueConstraint(fields=["tender", "number"], name="round_in_order"),
            models.CheckConstraint(condition=~Q(reason=""), name="round_has_reason", violation_error_message="重新评审须写明原因。"),
        ]

    def __str__(self):
        return f"{self.tender} 第 {self.number} 次评审"
