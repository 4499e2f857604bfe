"""投标（响应）保证金 and 履约保证金: never in cash, capped, given back on time (P-58, T-17)."""

from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.contract import Contract
from procurement.models.money import money_field
from procurement.models.tender import Tender, person_field
from records import clock
from records.models import Versioned


class SecurityQuerySet(ScopedQuerySet):
    """The purchaser's offices, and the supplier its own."""

    view_permission = Permission.SECURITY_VIEW
    scope_lookups = ("tender__project__organisation__path", "contractor__organisation__path")

    def held(self):
        return self.filter(status=Security.Status.HELD)


class Security(Versioned):
    class Kind(models.TextChoices):
        BID = "bid", "投标（响应）保证金"
        PERFORMANCE = "performance", "履约保证金"

    class Form(models.TextChoices):
        BANK = "bank", "金融机构保函"
        GUARANTOR = "guarantor", "担保机构保函"
        CHEQUE = "cheque", "支票"
        DRAFT = "draft", "汇票"
        NOTE = "note", "本票"

    class Status(models.TextChoices):
        HELD = "held", "在管"
        RETURNED = "returned", "已退还"
        FORFEITED = "forfeited", "不予退还"

    TRANSITIONS = {Status.HELD: {Status.RETURNED, Status.FORFEITED}, Status.RETURNED: set(), Status.FORFEITED: set()}

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="securities", verbose_name="采购活动")
    contractor = models.ForeignKey("contractors.Contractor", models.PROTECT, related_name="securities", verbose_name="交纳人")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="securities", verbose_name="合同", null=True, blank=True)
    kind = models.CharField("种类", max_length=12, choices=Kind)
    form = models.CharField("形式", max_length=10, choices=Form)
    instrument_no = models.CharField("票据或保函编号", max_length=80)
    issuer = models.CharField("出具机构", max_length=120)
    amount = money_field("金额（元）")
    received_on = models.DateField("收到日期")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.HELD, db_index=True)
    closed_on = models.DateField("退还（没收）日期", null=True, blank=True)
    reason = models.TextField("说明", blank=True)
    recorded_by = person_field("登记人")
    recorded_at = models.DateTimeField("登记时间", default=clock.now)
    closed_by = person_field("办理人", null=True, blank=True)

    objects = SecurityQuerySet.as_manager()

    class Meta:
        verbose_name = "保证金"
        verbose_name_plural = "保证金"
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tender", "contractor", "kind"],
                condition=Q(status="held"),
                name="security_held_once",
                violation_error_message="该供应商的同类保证金已经登记。",
            ),
            models.CheckConstraint(
                condition=Q(form__in=("bank", "guarantor", "cheque", "draft", "note")),
                name="security_never_cash",
                violation_error_message="保证金应当以支票、汇票、本票或者保函等非现金形式提交。",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="security_is_something", violation_error_message="保证金金额应大于 0。"),
            models.CheckConstraint(
                condition=Q(kind="bid") | Q(contract__isnull=False),
                name="security_of_performance_has_contract",
                violation_error_message="履约保证金须对应合同。",
            ),
            models.CheckConstraint(
                condition=~Q(status="forfeited") | ~Q(reason=""),
                name="security_forfeited_with_reason",
                violation_error_message="不予退还须写明理由。",
            ),
        ]

    def __str__(self):
        return f"{self.contractor} {self.get_kind_display()}"

    @property
    def audit_organisation(self):
        return self.tender.audit_organisation
