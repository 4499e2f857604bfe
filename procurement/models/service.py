"""Who receives what, how often, from whom, and what was done: recipients, service orders and visits.

Names, ID numbers, addresses and phones are encrypted. A contractor reaches a person only while it answers for one of the person's
orders; what it did stays in its own visits.
"""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.catalogue import CatalogueItem
from procurement.models.contract import Contract
from procurement.models.roster import PostedWorker
from procurement.models.serving import serving_of
from records.crypto import EncryptedTextField
from records.models import Versioned


class RecipientQuerySet(ScopedQuerySet):
    """The purchaser's side sees the recipients of its contracts; a contractor, or an office that took over, those it serves now."""

    view_permission = Permission.SERVICE_VIEW
    scope_lookups = ("contract__project__organisation__path",)

    def reached_with(self, user, permission):
        serving, found = serving_of(user, permission), Q(pk__in=[])
        for path in serving.purchasers:
            found |= Q(contract__project__organisation__path__startswith=path)
        for path in serving.contractors:
            found |= self.served(provider__organisation__path__startswith=path)
        if serving.offices:
            found |= self.served(caretaker__path__in=serving.offices)
        return self.filter(found)

    @staticmethod
    def served(**by) -> Q:
        return Q(Exists(ServiceOrder.objects.filter(recipient=OuterRef("pk"), status__in=ServiceOrder.OPEN, **by)))


class ServiceRecipient(Versioned):
    """One person served under one contract. ``code`` stands for the person wherever a name is not needed."""

    class Programme(models.TextChoices):
        DB = "DB", "低保"
        TK = "TK", "特困"
        MA = "MA", "医疗救助"
        TA = "TA", "临时救助"
        LI = "LI", "低保边缘等低收入人口"

    class Status(models.TextChoices):
        ACTIVE = "active", "在册"
        LEFT = "left", "已退出"

    TRANSITIONS = {Status.ACTIVE: {Status.LEFT}, Status.LEFT: {Status.ACTIVE}}

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="recipients", verbose_name="合同")
    code = models.CharField("对象编号", max_length=12)
    name = EncryptedTextField("姓名")
    name_index = models.CharField("姓名索引", max_length=64, db_index=True, editable=False)
    id_number = EncryptedTextField("身份证号", blank=True)
    id_index = models.CharField("身份证号索引", max_length=64, null=True, blank=True, editable=False)
    no_id_reason = models.CharField("无证件说明", max_length=80, blank=True)
    programme = models.CharField("救助类别", max_length=2, choices=Programme)
    township = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="乡镇（街道）")
    address = EncryptedTextField("住址", blank=True)
    phone = EncryptedTextField("联系电话", blank=True)
    contact_name = EncryptedTextField("联系人", blank=True, help_text="家属或者监护人")
    contact_phone = EncryptedTextField("联系人电话", blank=True)
    needs = models.CharField("服务注意事项", max_length=300, blank=True)
    pin_index = models.CharField("签收码", max_length=64, blank=True, editable=False)
    status = models.CharField("状态", max_length=8, choices=Status, default=Status.ACTIVE, db_index=True)
    left_on = models.DateField("退出日期", null=True, blank=True)
    left_reason = models.CharField("退出原因", max_length=120, blank=True)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="登记人")

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = "服务对象"
        verbose_name_plural = "服务对象"
        ordering = ("contract", "code")
        indexes = [models.Index(fields=("-created_at", "-id"), name="recipient_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=("contract", "code"), name="recipient_code_once", violation_error_message="对象编号在本合同中已经使用。"
            ),
            models.UniqueConstraint(
                fields=("contract", "id_index"), name="recipient_once_per_contract", violation_error_message="该身份证号已在本合同登记。"
            ),
            models.CheckConstraint(
                condition=Q(id_index__isnull=False) | ~Q(no_id_reason=""),
                name="recipient_id_or_reason",
                violation_error_message="没有身份证号的，须登记情况说明。",
            ),
        ]

    def __str__(self):
        return f"服务对象 {self.code}"

    @property
    def audit_organisation(self):
        return self.contract.project.organisation


class OrderQuerySet(ScopedQuerySet):
    view_permission = Permission.SERVICE_VIEW
    scope_lookups = ("contract__project__organisation__path", "provider__organisation__path", "caretaker__path")

    def reached_with(self, user, permission):
        serving = serving_of(user, permission)
        return self.filter(serving.bought() | serving.by_firm("provider") | serving.by_office("caretaker"))

    def active(self):
        return self.filter(status=ServiceOrder.Status.ACTIVE)

    def open(self):
        return self.filter(status__in=ServiceOrder.OPEN)


class ServiceOrder(Versioned):
    """One item for one recipient at a rhythm. ``provider`` answers for it today; a takeover changes nothing but the provider (V-10)."""

    class Status(models.TextChoices):
        ACTIVE = "active", "服务中"
        SUSPENDED = "suspended", "暂停"
        ENDED = "ended", "已结束"

    TRANSITIONS = {
        Status.ACTIVE: {Status.SUSPENDED, Status.ENDED},
        Status.SUSPENDED: {Status.ACTIVE, Status.ENDED},
        Status.ENDED: set(),
    }
    OPEN = (Status.ACTIVE, Status.SUSPENDED)

    class Unit(models.TextChoices):
        WEEK = "week", "每周"
        MONTH = "month", "每月"
        QUARTER = "quarter", "每季度"
        ONCE = "once", "一次性"

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="orders", verbose_name="合同")
    recipient = models.ForeignKey(ServiceRecipient, models.PROTECT, related_name="orders", verbose_name="服务对象")
    item = models.ForeignKey(CatalogueItem, models.PROTECT, related_name="orders", verbose_name="服务项目")
    number = models.PositiveIntegerField("序号")
    provider = models.ForeignKey(
        "contractors.Contractor", models.PROTECT, null=True, blank=True, related_name="orders", verbose_name="责任服务单位"
    )
    caretaker = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="直接承担的政府单位"
    )
    worker = models.ForeignKey(PostedWorker, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name="固定服务人员")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.ACTIVE)
    unit = models.CharField("频次单位", max_length=8, choices=Unit)
    times = models.PositiveSmallIntegerField("次数", default=1)
    minutes = models.PositiveSmallIntegerField("每次时长（分钟）", null=True, blank=True)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    planned_until = models.DateField("已排到", null=True, blank=True, help_text="此日（含）以前的计划已经生成")
    note = models.CharField("说明", max_length=300, blank=True)
    created_at = models.DateTimeField("下单时间", auto_now_add=True)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="下单人")

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = "服务单"
        verbose_name_plural = "服务单"
        ordering = ("contract", "number")
        indexes = [
            models.Index(fields=("-created_at", "-id"), name="order_newest"),
            models.Index(fields=("provider", "status"), name="order_by_provider"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("contract", "number"), name="order_number_once", violation_error_message="服务单序号已经使用。"
            ),
            models.UniqueConstraint(
                fields=("contract", "recipient", "item"),
                condition=Q(status="active"),
                name="one_active_order_per_item",
                violation_error_message="该对象在本合同下已有此项目的服务单。",
            ),
            models.CheckConstraint(
                condition=~Q(status="active") | Q(provider__isnull=False) | Q(caretaker__isnull=False),
                name="active_order_has_provider",
                violation_error_message="服务中的服务单必须有责任服务单位。",
            ),
            models.CheckConstraint(
                condition=Q(provider__isnull=True) | Q(caretaker__isnull=True),
                name="order_has_one_provider",
                violation_error_message="服务单只能有一个责任服务单位。",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="order_ends_after_start",
                violation_error_message="结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(
                condition=Q(times__gte=1, times__lte=31), name="order_times_sane", violation_error_message="次数应在 1 至 31 之间。"
            ),
        ]

    def __str__(self):
        return f"{self.contract.number}-F{self.number:04d}"

    @property
    def answering(self):
        """Whoever answers for it today: a contractor, an office that took over, or nobody while it is set aside."""
        return self.provider or self.caretaker

    @property
    def audit_organisation(self):
        return self.contract.project.organisation


class VisitQuerySet(ScopedQuerySet):
    """Whoever serves sees what it has to do (its orders) and what it did itself, also after a takeover."""

    view_permission = Permission.SERVICE_VIEW
    scope_lookups = ("contract__project__organisation__path", "provider__organisation__path", "office__path")

    def reached_with(self, user, permission):
        serving = serving_of(user, permission)
        answering = ServiceOrder.objects.filter(serving.by_firm("provider") | serving.by_office("caretaker")).values("pk")
        own = serving.by_firm("provider") | serving.by_office("office")
        return self.filter(serving.bought() | own | Q(provider__isnull=True, office__isnull=True, order__in=answering))

    def pending(self):
        return self.filter(outcome=ServiceVisit.Outcome.PENDING)

    def waiting_for(self, user, permission, day):
        """What this user has to write down by ``day``: found by the user's orders, for of all visits few wait."""
        orders = ServiceOrder.objects.reached_with(user, permission).values("pk")
        return self.reached_with(user, permission).pending().filter(planned_on__lte=day, order__in=orders).order_by()

    def done(self):
        return self.filter(outcome=ServiceVisit.Outcome.DONE)


class ServiceVisit(Versioned):
    """One planned visit and, once written down, what happened. An unplanned one is ``extra``. Blank is not 0."""

    class Outcome(models.TextChoices):
        PENDING = "pending", "待服务"
        DONE = "done", "已完成"
        NOT_MET = "not_met", "未遇到人"
        REFUSED = "refused", "对象谢绝"
        AWAY = "away", "住院或外出"
        NOT_DONE = "not_done", "未能提供"
        CALLED_OFF = "called_off", "已取消"

    class Sign(models.TextChoices):
        NAME = "name", "本人签名"
        PIN = "pin", "签收码"
        RELATIVE = "relative", "家属或见证人签名"
        NONE = "none", "无法签收"

    order = models.ForeignKey(ServiceOrder, models.PROTECT, related_name="visits", verbose_name="服务单")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="visits", verbose_name="合同")
    township = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="乡镇（街道）")
    planned_on = models.DateField("计划日期", help_text="计划外的服务为实际日期")
    slot = models.PositiveSmallIntegerField("当日第几次", default=1)
    extra = models.BooleanField("计划外", default=False)
    outcome = models.CharField("结果", max_length=10, choices=Outcome, default=Outcome.PENDING)
    provider = models.ForeignKey(
        "contractors.Contractor", models.PROTECT, null=True, blank=True, related_name="visits", verbose_name="实际服务单位"
    )
    office = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="实际服务的政府单位"
    )
    worker = models.ForeignKey(PostedWorker, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name="服务人员")
    off_roster = models.BooleanField("名册外人员", default=False)
    worker_name = EncryptedTextField("名册外人员姓名", blank=True)
    done_at = models.DateTimeField("服务时间", null=True, blank=True)
    minutes = models.PositiveSmallIntegerField("服务时长（分钟）", null=True, blank=True)
    place = EncryptedTextField("服务地点", blank=True)
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField("经度", max_digits=8, decimal_places=5, null=True, blank=True)
    note = models.CharField("服务情况", max_length=500, blank=True)
    sign = models.CharField("签收方式", max_length=8, choices=Sign, blank=True)
    signed_by = EncryptedTextField("签收人", blank=True)
    photo = models.ForeignKey("records.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="照片")
    recorded_at = models.DateTimeField("记录时间", null=True, blank=True)
    recorded_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="记录人")
    late = models.BooleanField("补录", default=False)
    corrections = models.PositiveSmallIntegerField("更正次数", default=0)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = "服务记录"
        verbose_name_plural = "服务记录"
        ordering = ("-planned_on", "-pk")
        indexes = [
            models.Index(fields=("contract", "-planned_on", "-id"), name="visit_by_contract"),
            models.Index(fields=("-planned_on", "-id"), name="visit_newest"),
            models.Index(fields=("order", "planned_on"), condition=Q(outcome="pending"), name="visit_waiting"),
            models.Index(fields=("worker", "done_at"), name="visit_by_worker"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("order", "planned_on", "slot"), name="visit_once_per_day_and_slot", violation_error_message="该次服务已经登记。"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="done")
                | Q(done_at__isnull=False, recorded_by__isnull=False) & (Q(provider__isnull=False) | Q(office__isnull=False)),
                name="done_visit_says_when_and_who",
                violation_error_message="已完成的服务须有时间、服务单位和记录人。",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="done") | Q(worker__isnull=False) | Q(off_roster=True),
                name="done_visit_has_worker",
                violation_error_message="已完成的服务须有服务人员。",
            ),
        ]

    def __str__(self):
        return f"{self.planned_on} 服务记录"

    @property
    def audit_organisation(self):
        return self.contract.project.organisation


class VisitVersion(models.Model):
    """What a record said before it was corrected. Never changed, never deleted."""

    visit = models.ForeignKey(ServiceVisit, models.PROTECT, related_name="versions", verbose_name="服务记录")
    number = models.PositiveSmallIntegerField("版本")
    content = EncryptedTextField("当时内容", help_text="JSON")
    recorded_at = models.DateTimeField("当时记录时间")
    recorded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="当时记录人")
    replaced_at = models.DateTimeField("更正时间")
    replaced_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="更正人")
    reason = models.CharField("更正原因", max_length=300)

    class Meta:
        verbose_name = "服务记录旧版本"
        verbose_name_plural = "服务记录旧版本"
        ordering = ("visit", "number")
        constraints = [
            models.UniqueConstraint(fields=("visit", "number"), name="one_visit_version", violation_error_message="该版本已经保存。"),
        ]

    def __str__(self):
        return f"{self.visit} 第 {self.number} 版"
