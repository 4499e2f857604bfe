"""The day the contractor fails, and the way back: who took over which order, on what basis, who confirmed it."""

from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.contract import Contract
from procurement.models.leaving import ExitTrigger
from procurement.models.money import money_field
from procurement.models.retained import Retained, RetainedQuerySet
from procurement.models.roster import PostedWorker
from procurement.models.service import ServiceOrder
from procurement.models.serving import serving_of
from procurement.models.tender import person_field
from procurement.rules import takeover as rules
from records import clock
from records.models import Versioned

ONE_TAKER = Q(provider__isnull=False, caretaker__isnull=True) | Q(provider__isnull=True, caretaker__isnull=False)


class TakeoverQuerySet(ScopedQuerySet):
    view_permission = Permission.TAKEOVER_VIEW
    scope_lookups = ("contract__project__organisation__path",)


class Takeover(Versioned):
    """One takeover, hand-back or drill of a contract: proposed by one person, confirmed by another, in one transaction."""

    class Kind(models.TextChoices):
        TAKEOVER = "takeover", "临时接管"
        HANDBACK = "handback", "交回"

    class Status(models.TextChoices):
        PROPOSED = "proposed", "待另一人确认"
        ACTIVE = "active", "接管中"
        DONE = "done", "已完成"
        CANCELLED = "cancelled", "已撤销"

    TRANSITIONS = {
        Status.PROPOSED: {Status.ACTIVE, Status.DONE, Status.CANCELLED},
        Status.ACTIVE: {Status.DONE},
        Status.DONE: set(),
        Status.CANCELLED: set(),
    }

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="takeovers", verbose_name="合同")
    kind = models.CharField("类型", max_length=10, choices=Kind, default=Kind.TAKEOVER)
    drill = models.BooleanField("演练", default=False)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PROPOSED, db_index=True)
    trigger = models.ForeignKey(ExitTrigger, models.PROTECT, related_name="takeovers", null=True, blank=True, verbose_name="退出情形")
    reason = models.TextField("事由")
    basis = models.CharField("法律依据", max_length=16, choices=list(rules.BASES.items()), blank=True)
    basis_note = models.TextField("依据说明", blank=True)
    host_contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="hosted_takeovers", null=True, blank=True, verbose_name="追加的在履行合同"
    )
    amount = money_field("追加金额（元）", null=True, blank=True)
    returned = models.ForeignKey("self", models.PROTECT, related_name="handbacks", null=True, blank=True, verbose_name="交回的接管")
    replacement = models.ForeignKey(
        Contract, models.PROTECT, related_name="replaced_takeovers", null=True, blank=True, verbose_name="替代采购的合同"
    )
    raised_at = models.DateTimeField("报警时间", default=clock.now)
    due_at = models.DateTimeField("启动时限")
    proposed_by = person_field("提出人")
    decided_by = person_field("确认人", null=True, blank=True)
    decided_at = models.DateTimeField("确认时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    total = models.PositiveIntegerField("服务单总数", default=0)
    moved = models.PositiveIntegerField("已转接", default=0)
    excepted = models.PositiveIntegerField("例外", default=0)
    recipients = models.PositiveIntegerField("涉及服务对象", default=0)

    objects = TakeoverQuerySet.as_manager()

    class Meta:
        verbose_name = "临时接管"
        verbose_name_plural = "临时接管"
        ordering = ("-raised_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("contract",),
                condition=Q(status="proposed", drill=False),
                name="takeover_one_proposal",
                violation_error_message="该合同已有待确认的接管（交回），请先处理。",
            ),
            models.UniqueConstraint(
                fields=("contract",),
                condition=Q(status="active"),
                name="takeover_one_active",
                violation_error_message="该合同正在接管中，不能再次启动。",
            ),
            models.CheckConstraint(
                condition=Q(total=F("moved") + F("excepted")),
                name="takeover_counts_add_up",
                violation_error_message="转接数与例外数之和应等于服务单总数。",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("proposed", "cancelled")) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="takeover_confirmed_by_someone",
                violation_error_message="接管须经另一人确认。",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="takeover_confirmed_by_another",
                violation_error_message="接管的提出人和确认人不能是同一人。",
            ),
            models.CheckConstraint(
                condition=Q(drill=False) | ~Q(status="active"),
                name="takeover_drill_changes_nothing",
                violation_error_message="演练不改变任何服务单。",
            ),
        ]

    def __str__(self):
        return f"{self.contract.number} {'演练：' if self.drill else ''}{self.get_kind_display()}"

    @property
    def audit_organisation(self):
        return self.contract.project.organisation


class RouteQuerySet(ScopedQuerySet):
    """Whoever took over, by name: nobody above it."""

    view_permission = Permission.SERVICE_RECORD
    scope_lookups = ("provider__organisation__path", "caretaker__path")

    def reached_with(self, user, permission):
        serving = serving_of(user, permission)
        found = Q(caretaker__path__in=serving.offices) if serving.offices else Q(pk__in=[])
        for path in serving.contractors:
            found |= Q(provider__organisation__path__startswith=path)
        return self.filter(found)

    def active(self):
        return self.filter(takeover__status=Takeover.Status.ACTIVE)


class TakeoverRoute(models.Model):
    """Who takes the orders of one township; without township: all others. A contractor, or an office of the government itself."""

    takeover = models.ForeignKey(Takeover, models.PROTECT, related_name="routes", verbose_name="接管")
    township = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="乡镇（街道）"
    )
    provider = models.ForeignKey(
        "contractors.Contractor", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="接管的承接主体"
    )
    caretaker = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="接管的政府单位"
    )

    objects = RouteQuerySet.as_manager()

    class Meta:
        verbose_name = "接管去向"
        verbose_name_plural = "接管去向"
        ordering = ("takeover", "pk")
        constraints = [
            models.UniqueConstraint(fields=("takeover", "township"), name="route_once_per_township"),
            models.UniqueConstraint(fields=("takeover",), condition=Q(township__isnull=True), name="route_one_for_the_rest"),
            models.CheckConstraint(
                condition=ONE_TAKER, name="route_has_one_taker", violation_error_message="每个去向须有且只有一个接管方。"
            ),
        ]

    def __str__(self):
        return f"{self.township or '未另行指定的乡镇（街道）'} → {self.taker_words}"

    @property
    def taker_words(self) -> str:
        return str(self.provider) if self.provider else f"{self.caretaker}（政府直接承担）"

    @property
    def taker(self):
        return self.provider or self.caretaker


class TakeoverLine(models.Model):
    """One order of a takeover: to whom it went, or why it did not. Written once; what a drill writes moves nothing."""

    takeover = models.ForeignKey(Takeover, models.PROTECT, related_name="lines", verbose_name="接管")
    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="takeover_lines", verbose_name="服务单")
    township = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="乡镇（街道）")
    before = models.ForeignKey("contractors.Contractor", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="原服务单位")
    provider = models.ForeignKey(
        "contractors.Contractor", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="接管的承接主体"
    )
    caretaker = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="接管的政府单位"
    )
    worker = models.ForeignKey(PostedWorker, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="原固定服务人员")
    successor = models.OneToOneField(
        ServiceOrder, models.PROTECT, related_name="follows", null=True, blank=True, verbose_name="新合同的服务单"
    )
    reason = models.CharField("例外原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "接管明细"
        verbose_name_plural = "接管明细"
        ordering = ("takeover", "pk")
        constraints = [
            models.UniqueConstraint(fields=("takeover", "order"), name="takeover_line_once"),
            models.CheckConstraint(
                condition=(ONE_TAKER & Q(reason="")) | (Q(provider__isnull=True, caretaker__isnull=True) & ~Q(reason="")),
                name="takeover_line_moved_or_excused",
                violation_error_message="每张服务单要么有接管方，要么写明例外原因。",
            ),
        ]

    def __str__(self):
        return f"{self.order} → {self.provider or self.caretaker or self.reason}"


class TakeoverPaperQuerySet(RetainedQuerySet):
    """The purchaser's side and whoever the paper is addressed to."""

    view_permission = Permission.TAKEOVER_PAPER
    scope_lookups = ("takeover__contract__project__organisation__path", "addressee__path")


class TakeoverPaper(Retained, models.Model):
    class Kind(models.TextChoices):
        CONTRACTOR = "contractor", "致承接主体"
        SUBSTITUTE = "substitute", "致接管单位"
        FINANCE = "finance", "致财政部门"
        RECIPIENTS = "recipients", "致服务对象"

    takeover = models.ForeignKey(Takeover, models.PROTECT, related_name="papers", verbose_name="接管")
    kind = models.CharField("类型", max_length=12, choices=Kind)
    addressee = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="收件单位")
    notice = models.OneToOneField("records.Notice", models.PROTECT, related_name="+", verbose_name="文书")

    objects = TakeoverPaperQuerySet.as_manager()

    class Meta:
        verbose_name = "接管文书"
        verbose_name_plural = "接管文书"
        ordering = ("takeover", "pk")

    def __str__(self):
        return f"{self.get_kind_display()} {self.notice}"
