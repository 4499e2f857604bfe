"""How a contractor leaves before the end: the trigger, the termination with its hearing, the proposal that finance bars it."""

from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.contract import Contract
from procurement.models.tender import person_field
from procurement.rules import contract as contract_rules
from procurement.rules import leaving as rules
from records import clock
from records.models import Versioned


class TriggerQuerySet(ScopedQuerySet):
    view_permission = Permission.TAKEOVER_VIEW
    scope_lookups = ("contract__project__organisation__path",)


class ExitTrigger(Versioned):
    """A ground for leaving (V-07): written down by one person or found in the data, found true or not by the chief."""

    class Source(models.TextChoices):
        REPORTED = "reported", "人工登记"
        BAN = "ban", "禁入决定"
        QUALIFICATION = "qualification", "资质到期"
        GRADES = "grades", "绩效评价"
        RECTIFICATION = "rectification", "整改"
        SUSPICION = "suspicion", "转包认定"

    class Status(models.TextChoices):
        RAISED = "raised", "待认定"
        CONFIRMED = "confirmed", "已认定"
        DISMISSED = "dismissed", "不成立"

    TRANSITIONS = {Status.RAISED: {Status.CONFIRMED, Status.DISMISSED}, Status.CONFIRMED: set(), Status.DISMISSED: set()}

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="exit_triggers_found", verbose_name="合同")
    ground = models.CharField("退出情形", max_length=20, choices=list(contract_rules.EXIT_TRIGGERS.items()))
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.RAISED, db_index=True)
    source = models.CharField("来源", max_length=14, choices=Source, default=Source.REPORTED)
    source_key = models.CharField("来源编号", max_length=80, null=True, blank=True)
    facts = models.TextField("事实")
    reason = models.CharField("合同未列明时的依据", max_length=300, blank=True)
    evidence = models.ForeignKey("records.StoredFile", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="证据")
    raised_by = person_field("登记人", null=True, blank=True)
    raised_at = models.DateTimeField("登记时间", default=clock.now)
    decided_by = person_field("认定人", null=True, blank=True)
    decided_at = models.DateTimeField("认定时间", null=True, blank=True)
    decision = models.TextField("认定意见", blank=True)

    objects = TriggerQuerySet.as_manager()

    class Meta:
        verbose_name = "退出情形"
        verbose_name_plural = "退出情形"
        ordering = ("-raised_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("contract", "source", "source_key"), name="exit_trigger_once", violation_error_message="该情形已经列入。"
            ),
            models.CheckConstraint(
                condition=Q(status="raised") | Q(decided_by__isnull=False) & ~Q(decision=""),
                name="exit_trigger_decided_with_words",
                violation_error_message="认定退出情形须写明意见。",
            ),
            models.CheckConstraint(
                condition=Q(raised_by__isnull=True) | Q(decided_by__isnull=True) | ~Q(decided_by=F("raised_by")),
                name="exit_trigger_decided_by_another",
                violation_error_message="退出情形的登记人和认定人不能是同一人。",
            ),
        ]

    def __str__(self):
        return f"{self.contract.number} {self.get_ground_display()}"

    @property
    def audit_organisation(self):
        return self.contract.project.organisation


class TerminationQuerySet(ScopedQuerySet):
    """The contractor sees the matter from the prior notice on: it is asked to answer."""

    view_permission = Permission.TERMINATION_VIEW
    scope_lookups = ("contract__project__organisation__path", "contract__contractor__organisation__path")
    scope_by_keys = True


class Termination(Versioned):
    """提前终止合同 (P-24, V-11): prior notice → the contractor is heard → the chief decides."""

    class Status(models.TextChoices):
        NOTIFIED = "notified", "已告知，听取意见"
        HEARD = "heard", "已听取意见"
        DECIDED = "decided", "已决定终止"
        DROPPED = "dropped", "不予终止"

    TRANSITIONS = {
        Status.NOTIFIED: {Status.HEARD, Status.DECIDED, Status.DROPPED},
        Status.HEARD: {Status.DECIDED, Status.DROPPED},
        Status.DECIDED: set(),
        Status.DROPPED: set(),
    }
    OPEN = (Status.NOTIFIED, Status.HEARD)

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="terminations", verbose_name="合同")
    trigger = models.ForeignKey(ExitTrigger, models.PROTECT, related_name="terminations", null=True, blank=True, verbose_name="退出情形")
    ground = models.CharField("终止依据", max_length=12, choices=list(rules.GROUNDS.items()))
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.NOTIFIED, db_index=True)
    facts = models.TextField("事实和理由")
    prior_notice = models.OneToOneField(
        "records.Notice", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="事先告知书"
    )
    notified_by = person_field("告知人")
    notified_at = models.DateTimeField("告知时间", default=clock.now)
    answer_by = models.DateField("陈述申辩截止")
    statement = models.TextField("承接主体的陈述申辩", blank=True)
    waived = models.BooleanField("放弃陈述申辩", default=False)
    answered_by = person_field("陈述人", null=True, blank=True)
    answered_at = models.DateTimeField("陈述时间", null=True, blank=True)
    heard_on = models.DateField("听取意见日期", null=True, blank=True)
    minutes = models.TextField("听取意见记录", blank=True)
    heard_by = person_field("记录人", null=True, blank=True)
    decision = models.TextField("决定", blank=True)
    decided_by = person_field("决定人", null=True, blank=True)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decision_notice = models.OneToOneField(
        "records.Notice", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="终止通知书"
    )

    objects = TerminationQuerySet.as_manager()

    class Meta:
        verbose_name = "合同终止"
        verbose_name_plural = "合同终止"
        ordering = ("-notified_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("contract",),
                condition=Q(status__in=("notified", "heard")),
                name="termination_one_open",
                violation_error_message="该合同已有办理中的终止程序。",
            ),
            models.CheckConstraint(
                condition=~Q(status="decided") | Q(decided_by__isnull=False, prior_notice__isnull=False) & ~Q(decision=""),
                name="termination_decided_after_notice",
                violation_error_message="未经事先告知不能决定终止合同。",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("notified_by")),
                name="termination_decided_by_another",
                violation_error_message="终止合同的告知人和决定人不能是同一人。",
            ),
        ]

    def __str__(self):
        return f"{self.contract.number} 终止"

    @property
    def audit_organisation(self):
        return self.contract.project.organisation


class DebarmentProposal(Versioned):
    """建议财政部门处理: facts, clauses, evidence. The bureau proposes; only finance bars."""

    class Status(models.TextChoices):
        SENT = "sent", "已送财政部门"
        ANSWERED = "answered", "财政部门已答复"

    TRANSITIONS = {Status.SENT: {Status.ANSWERED}, Status.ANSWERED: set()}

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="debarment_proposals", verbose_name="合同")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.SENT)
    acts = models.JSONField("违法情形", default=list)
    facts = models.TextField("事实")
    addressee = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="财政部门")
    triggers = models.ManyToManyField(ExitTrigger, related_name="proposals", verbose_name="所附退出情形和证据")
    notice = models.OneToOneField("records.Notice", models.PROTECT, related_name="+", verbose_name="建议函")
    answer = models.TextField("财政部门的答复", blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    proposed_by = person_field("提出人")
    proposed_at = models.DateTimeField("提出时间", default=clock.now)

    objects = TriggerQuerySet.as_manager()

    class Meta:
        verbose_name = "禁入建议"
        verbose_name_plural = "禁入建议"
        ordering = ("-proposed_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("contract",),
                condition=Q(status="sent"),
                name="proposal_one_waiting",
                violation_error_message="该合同的建议函已送财政部门，正等待答复。",
            )
        ]

    def __str__(self):
        return f"{self.contract.number} 禁入建议"

    @property
    def audit_organisation(self):
        return self.contract.project.organisation
