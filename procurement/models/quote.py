"""最后报价: the sealed last quote of a consultation (P-44), and who was invited to an invited tender."""

from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.money import money_field
from procurement.models.tender import Bid, Tender, person_field
from records import clock


class FinalQuoteQuerySet(ScopedQuerySet):
    view_permission = Permission.BID_VIEW
    scope_lookups = ("bid__contractor__organisation__path",)

    def live(self):
        return self.exclude(status=FinalQuote.Status.REPLACED)


class FinalQuote(models.Model):
    """Sealed like the bid itself, with the tender's key; empty until the two holders open all of them together."""

    class Status(models.TextChoices):
        SUBMITTED = "submitted", "已密封"
        REPLACED = "replaced", "已被替换"
        OPENED = "opened", "已开启"

    TRANSITIONS = {Status.SUBMITTED: {Status.REPLACED, Status.OPENED}, Status.REPLACED: set(), Status.OPENED: set()}

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="final_quotes", verbose_name="响应文件")
    number = models.PositiveSmallIntegerField("第几次报价", default=1)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.SUBMITTED)
    receipt = models.CharField("回执编号", max_length=24, unique=True)
    commitment = models.CharField("密封文件 SHA-256", max_length=64)
    sealed = models.BinaryField("密封内容", editable=False)
    submitted_by = person_field("递交人")
    received_at = models.DateTimeField("收到时间")
    quote = money_field("最后报价（元）", null=True, blank=True)
    statement = models.TextField("报价说明", blank=True)

    objects = FinalQuoteQuerySet.as_manager()

    class Meta:
        verbose_name = "最后报价"
        verbose_name_plural = "最后报价"
        ordering = ["bid", "number"]
        constraints = [
            models.UniqueConstraint(fields=["bid", "number"], name="final_quote_in_order"),
            models.UniqueConstraint(fields=["bid"], condition=~Q(status="replaced"), name="final_quote_one_live"),
            models.CheckConstraint(
                condition=Q(status="opened", quote__isnull=False) | (~Q(status="opened") & Q(quote__isnull=True, statement="")),
                name="final_quote_only_after_opening",
                violation_error_message="开启前不得存有最后报价内容。",
            ),
        ]

    def __str__(self):
        return f"{self.contractor} {self.receipt}"

    @property
    def contractor(self):
        return self.bid.contractor

    @property
    def audit_organisation(self):
        """Who has quoted is the bidder's own affair until the opening."""
        return self.bid.contractor.organisation


class InvitationDraw(models.Model):
    """Who is invited, drawn at random from everybody who qualifies; pool and seed let anybody repeat it."""

    tender = models.OneToOneField(Tender, models.PROTECT, related_name="invitation_draw", verbose_name="采购活动")
    seed = models.CharField("抽取种子", max_length=64)
    pool = models.JSONField("符合条件的供应商（编号）", default=list)
    wanted = models.PositiveSmallIntegerField("邀请家数")
    drawn_by = person_field("抽取人")
    drawn_at = models.DateTimeField("抽取时间", default=clock.now)

    class Meta:
        verbose_name = "邀请抽取记录"
        verbose_name_plural = "邀请抽取记录"
        constraints = [
            models.CheckConstraint(
                condition=Q(wanted__gte=3), name="invitation_of_three", violation_error_message="邀请招标的供应商不少于三家。"
            )
        ]

    def __str__(self):
        return f"{self.tender}邀请"

    @property
    def audit_organisation(self):
        return self.tender.audit_organisation

    @property
    def audit_embargo(self) -> str:
        return "" if self.tender.opened_at else self.tender.bidders_key


class Invitation(models.Model):
    draw = models.ForeignKey(InvitationDraw, models.PROTECT, related_name="invitations", verbose_name="抽取记录")
    contractor = models.ForeignKey("contractors.Contractor", models.PROTECT, related_name="invitations", verbose_name="受邀供应商")
    position = models.PositiveSmallIntegerField("抽取顺序")

    class Meta:
        verbose_name = "投标邀请"
        verbose_name_plural = "投标邀请"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["draw", "contractor"], name="invitation_once")]

    def __str__(self):
        return str(self.contractor)
