"""The tender of a published project: its times, its frozen scale, its key in three shares, and the sealed bids."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.reach import reach_of
from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from procurement.models.money import money_field
from procurement.models.project import Project, ProjectPaper
from procurement.rules import scoring
from records import clock
from records.models import Versioned


def person_field(label, **options):
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=label, **options)


class TenderQuerySet(ScopedQuerySet):
    view_permission = Permission.TENDER_VIEW
    scope_lookups = ("project__organisation__path",)
    person_lookups = ("committee__members__user",)

    def open_to_bidders(self):
        """What a contractor may respond to or has responded to: announced tenders, never those in preparation."""
        return self.filter(published_at__isnull=False)

    def database_time(self, pk):
        """The database's own clock; the one that decides whether a bid is late or an opening early."""
        return self.filter(pk=pk).values_list(Now(), flat=True).get() + clock.shift()


class Tender(Versioned):
    class Status(models.TextChoices):
        PREPARED = "prepared", "筹备"
        OPEN = "open", "接收响应"
        OPENED = "opened", "已开启"
        QUOTING = "quoting", "最后报价"
        SCORING = "scoring", "评审中"
        RANKED = "ranked", "评审完成"
        AWARDED = "awarded", "已确定成交"
        FAILED = "failed", "废标"

    TRANSITIONS = {
        Status.PREPARED: {Status.OPEN, Status.RANKED},  # straight on: a negotiated single source has no bids to open
        Status.OPEN: {Status.OPENED, Status.FAILED},
        Status.OPENED: {Status.QUOTING, Status.SCORING, Status.FAILED},
        Status.QUOTING: {Status.OPENED, Status.FAILED},
        Status.SCORING: {Status.RANKED, Status.FAILED},
        Status.RANKED: {Status.AWARDED, Status.SCORING, Status.FAILED},
        Status.AWARDED: {Status.RANKED, Status.FAILED},
        Status.FAILED: set(),
    }

    class EnvelopeSize(models.IntegerChoices):
        TEXT = 64, "仅文字（64 KB）"
        SMALL = 1024, "1 MB"
        MEDIUM = 4096, "4 MB"
        LARGE = 16384, "16 MB"

    project = models.OneToOneField(Project, models.PROTECT, related_name="tender", verbose_name="项目")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PREPARED, db_index=True)
    bid_deadline = models.DateTimeField("响应文件提交截止时间")
    opening_at = models.DateTimeField("开启时间")
    opening_reason = models.CharField("开启时间说明", max_length=200, blank=True)
    envelope_kib = models.PositiveIntegerField("密封信封大小", choices=EnvelopeSize, default=EnvelopeSize.SMALL)
    committee_size = models.PositiveSmallIntegerField("评审小组人数", default=3)
    weighty = models.BooleanField("技术复杂或社会影响较大", default=False)
    small_business_deduction = models.DecimalField("小微企业价格扣除（%）", max_digits=4, decimal_places=2, default=Decimal(10))
    low_rate_mean = models.DecimalField("异常低价线（均值）", max_digits=3, decimal_places=2, default=Decimal("0.50"))
    low_rate_second = models.DecimalField("异常低价线（次低价）", max_digits=3, decimal_places=2, default=Decimal("0.50"))
    low_rate_ceiling = models.DecimalField("异常低价线（最高限价）", max_digits=3, decimal_places=2, default=Decimal("0.45"))
    bid_security = money_field("响应保证金（元）", null=True, blank=True)
    performance_percent = models.DecimalField("履约保证金（合同金额的 %）", max_digits=4, decimal_places=2, default=Decimal(0))
    required_qualifications = models.JSONField("要求的资质", default=list, blank=True)
    scale = models.JSONField("冻结的评审标准", default=list, blank=True)
    ceiling = money_field("冻结的最高限价（元）", null=True, blank=True)
    public_key = models.BinaryField("开启公钥", null=True, blank=True, editable=False)
    escrow_share = models.BinaryField("系统托管份额", null=True, blank=True, editable=False)
    created_by = person_field("经办人")
    created_at = models.DateTimeField("创建时间", default=clock.now)
    published_at = models.DateTimeField("开始接收时间", null=True, blank=True, db_index=True)
    opened_at = models.DateTimeField("实际开启时间", null=True, blank=True)
    quote_deadline = models.DateTimeField("最后报价截止时间", null=True, blank=True)
    quote_note = models.TextField("磋商情况和采购需求的变动", blank=True)
    quotes_opened_at = models.DateTimeField("最后报价开启时间", null=True, blank=True)
    ranked_at = models.DateTimeField("评审完成时间", null=True, blank=True)
    failed_reason = models.TextField("废标原因", blank=True)

    objects = TenderQuerySet.as_manager()

    class Meta:
        verbose_name = "采购活动"
        verbose_name_plural = "采购活动"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opening_at__gte=F("bid_deadline")),
                name="tender_opens_after_deadline",
                violation_error_message="开启时间不能早于提交截止时间。",
            ),
            models.CheckConstraint(
                condition=Q(status="prepared") | Q(published_at__isnull=False, public_key__isnull=False, ceiling__isnull=False),
                name="tender_open_has_key_and_ceiling",
                violation_error_message="接收响应前必须已生成开启密钥并冻结最高限价。",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(opened_at__gte=F("opening_at")),
                name="tender_never_opened_early",
                violation_error_message="不能早于开启时间开启。",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("opened", "quoting", "scoring", "ranked", "awarded")) | Q(opened_at__isnull=False),
                name="tender_judged_after_opening",
                violation_error_message="未开启的采购活动不能进入评审。",
            ),
            models.CheckConstraint(
                condition=Q(quotes_opened_at__isnull=True) | Q(quotes_opened_at__gte=F("quote_deadline")),
                name="tender_quotes_never_opened_early",
                violation_error_message="不能早于最后报价截止时间开启。",
            ),
            models.CheckConstraint(
                condition=Q(performance_percent__gte=0, performance_percent__lte=10),
                name="tender_performance_security_capped",
                violation_error_message="履约保证金不得超过合同金额的 10%。",
            ),
        ]

    def __str__(self):
        return self.project.name

    @property
    def audit_organisation(self):
        return self.project.organisation

    @property
    def bidders_key(self) -> str:
        """Under which the trail keeps who bids, until the opening."""
        return f"tender-bidders:{self.pk}"

    @property
    def committee_key(self) -> str:
        """Under which the trail keeps who judges, until the result is announced (P-55)."""
        return f"tender-committee:{self.pk}"

    @property
    def committee_embargo(self) -> str:
        announced = ProjectPaper.objects.filter(project=self.project_id, kind=ProjectPaper.Kind.RESULT).exists()
        return "" if announced else self.committee_key

    @property
    def envelope_bytes(self) -> int:
        return self.envelope_kib * 1024

    @property
    def factors(self) -> list[scoring.Factor]:
        """The frozen scale, price first."""
        return [
            scoring.Factor(
                row["name"],
                row["kind"],
                Decimal(row["weight"]),
                tuple(scoring.Band(band["label"], Decimal(band["low"]), Decimal(band["high"])) for band in row["bands"]),
            )
            for row in self.scale
        ]

    def factors_of(self, kind) -> list[scoring.Factor]:
        return [factor for factor in self.factors if factor.kind == kind]

    def weight_of(self, kind) -> Decimal:
        return sum((factor.weight for factor in self.factors_of(kind)), Decimal(0))


class KeyHolder(models.Model):
    """One of two officers who hold a share. The private key lies behind a passphrase that only the officer knows."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="holders", verbose_name="采购活动")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="key_holdings", verbose_name="密钥保管人")
    public_key = models.BinaryField("公钥", null=True, blank=True, editable=False)
    locked_key = models.BinaryField("口令锁定的私钥", null=True, blank=True, editable=False)
    taken_at = models.DateTimeField("领取时间", null=True, blank=True)
    share = models.BinaryField("密封的份额", null=True, blank=True, editable=False)
    released_at = models.DateTimeField("投入份额时间", null=True, blank=True)
    released_share = models.BinaryField("转交另一保管人的份额", null=True, blank=True, editable=False)
    appointed_by = person_field("指定人")

    class Meta:
        verbose_name = "密钥保管人"
        verbose_name_plural = "密钥保管人"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["tender", "user"], name="holder_once", violation_error_message="两名密钥保管人不能是同一人。"),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True) | Q(public_key__isnull=False, locked_key__isnull=False), name="holder_taken_has_key"
            ),
        ]

    def __str__(self):
        return f"{self.user}"


class EscrowRelease(models.Model):
    """Leave to use the system's share in place of an absent holder: given by another person, after the opening time, with a reason."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="escrow_releases", verbose_name="采购活动")
    final = models.BooleanField("用于最后报价", default=False)
    reason = models.TextField("动用托管份额的原因")
    approved_by = person_field("批准人")
    approved_at = models.DateTimeField("批准时间", default=clock.now)

    class Meta:
        verbose_name = "托管份额动用记录"
        verbose_name_plural = "托管份额动用记录"
        constraints = [models.UniqueConstraint(fields=["tender", "final"], name="escrow_once_per_opening")]

    def __str__(self):
        return f"{self.tender}"


class BidQuerySet(ScopedQuerySet):
    """A bidder sees its own; the purchaser and the experts see bids from the opening on, and not even their number before."""

    view_permission = Permission.BID_VIEW
    scope_lookups = ("contractor__organisation__path", "tender__project__organisation__path")
    person_lookups = ("tender__committee__members__user",)

    def reached_with(self, user, permission):
        rows = super().reached_with(user, permission)
        own = Q(pk__in=[])
        for path in reach_of(user).paths(permission):
            own |= Q(contractor__organisation__path=path)
        return rows.filter(own | Q(tender__opened_at__isnull=False, status__in=Bid.OPENED_STATUSES))

    def live(self):
        """The one bid that counts for each bidder: not withdrawn, not replaced."""
        return self.exclude(status__in=(Bid.Status.WITHDRAWN, Bid.Status.REPLACED))

    def valid(self):
        return self.filter(status=Bid.Status.VALID)


class Bid(Versioned):
    """One sealed response. Price and text are empty until the opening; the ciphertext lies in ``Envelope``."""

    class Status(models.TextChoices):
        SUBMITTED = "submitted", "已密封"
        REPLACED = "replaced", "已被替换"
        WITHDRAWN = "withdrawn", "已撤回"
        OPENED = "opened", "已开启"
        VALID = "valid", "有效"
        INVALID = "invalid", "无效"

    TRANSITIONS = {
        Status.SUBMITTED: {Status.REPLACED, Status.WITHDRAWN, Status.OPENED},
        Status.REPLACED: set(),
        Status.WITHDRAWN: set(),
        Status.OPENED: {Status.VALID, Status.INVALID},
        Status.VALID: {Status.INVALID},
        Status.INVALID: set(),
    }
    OPENED_STATUSES = (Status.OPENED, Status.VALID, Status.INVALID)

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="bids", verbose_name="采购活动")
    contractor = models.ForeignKey("contractors.Contractor", models.PROTECT, related_name="bids", verbose_name="响应供应商")
    round = models.PositiveSmallIntegerField("第几次递交", default=1)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.SUBMITTED, db_index=True)
    receipt = models.CharField("回执编号", max_length=24, unique=True)
    commitment = models.CharField("密封文件 SHA-256", max_length=64)
    submitted_by = person_field("递交人")
    received_at = models.DateTimeField("收到时间")
    reason = models.TextField("提示事项的说明", blank=True)
    opened_at = models.DateTimeField("开启时间", null=True, blank=True)
    quote = money_field("报价（元）", null=True, blank=True)
    final_quote = money_field("最后报价（元）", null=True, blank=True)
    proposal = models.TextField("服务方案", blank=True)
    small_business = models.BooleanField("响应时声明为小型、微型企业", null=True, blank=True)
    file = models.ForeignKey("records.StoredFile", models.PROTECT, related_name="+", verbose_name="响应文件", null=True, blank=True)
    agreement = models.ForeignKey("records.StoredFile", models.PROTECT, related_name="+", verbose_name="联合协议", null=True, blank=True)
    invalid_reason = models.TextField("无效原因", blank=True)
    reviewed_by = person_field("资格审查人", null=True, blank=True)
    reviewed_at = models.DateTimeField("资格审查时间", null=True, blank=True)

    objects = BidQuerySet.as_manager()

    class Meta:
        verbose_name = "响应文件"
        verbose_name_plural = "响应文件"
        ordering = ["received_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["tender", "contractor", "round"], name="bid_round_once"),
            models.UniqueConstraint(
                fields=["tender", "contractor"],
                condition=~Q(status__in=("replaced", "withdrawn")),
                name="bid_one_live_per_bidder",
                violation_error_message="同一供应商在同一项目中只能有一份有效的响应文件。",
            ),
            models.CheckConstraint(
                condition=Q(
                    opened_at__isnull=True,
                    quote__isnull=True,
                    proposal="",
                    file__isnull=True,
                    agreement__isnull=True,
                    small_business__isnull=True,
                )
                | Q(opened_at__isnull=False, quote__isnull=False),
                name="bid_content_only_after_opening",
                violation_error_message="开启前不得存有响应文件内容。",
            ),
        ]

    def __str__(self):
        return f"{self.contractor} {self.receipt}"

    @property
    def price(self):
        """What is compared and contracted: the final quote of a consultation, else the one quote (P-44). None while sealed."""
        return self.quote if self.final_quote is None else self.final_quote

    @property
    def audit_organisation(self):
        """Before the opening even the names of bidders are secret: the trail hangs from the bidder, not from the purchaser."""
        return self.contractor.organisation

    @property
    def audit_embargo(self) -> str:
        return "" if self.opened_at else self.tender.bidders_key


class Envelope(models.Model):
    """The sealed bytes, apart from the bid so that no list ever loads them."""

    bid = models.OneToOneField(Bid, models.PROTECT, related_name="envelope", primary_key=True, verbose_name="响应文件")
    sealed = models.BinaryField("密封内容", editable=False)

    class Meta:
        verbose_name = "密封信封"
        verbose_name_plural = "密封信封"

    def __str__(self):
        return self.bid.receipt


class Commitment(models.Model):
    """One line of the list that proves nothing was added, changed or lost: each line chains to the one before."""

    class Kind(models.TextChoices):
        RECEIVED = "received", "收到"
        FINAL = "final", "收到最后报价"
        REPLACED = "replaced", "替换"
        WITHDRAWN = "withdrawn", "撤回"

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="commitments", verbose_name="采购活动")
    sequence = models.PositiveIntegerField("序号")
    kind = models.CharField("事项", max_length=10, choices=Kind)
    receipt = models.CharField("回执编号", max_length=24)
    digest = models.CharField("密封文件 SHA-256", max_length=64)
    at = models.DateTimeField("时间")
    chain = models.CharField("链值", max_length=64)

    class Meta:
        verbose_name = "承诺清单"
        verbose_name_plural = "承诺清单"
        ordering = ["tender", "sequence"]
        constraints = [models.UniqueConstraint(fields=["tender", "sequence"], name="commitment_in_order")]

    def __str__(self):
        return f"{self.sequence} {self.receipt}"
