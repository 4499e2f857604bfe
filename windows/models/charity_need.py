"""帮扶需求: what no policy covers, told to charities without saying whose it is; the applicant's consent stands beside it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records import clock
from records.models import Versioned
from windows.models.case import Case

OPEN_NEED = ("SUBMITTED", "RETURNED", "PUBLISHED", "MATCHED", "LAPSED")
TOLD = ("PUBLISHED", "MATCHED", "CLOSED", "LAPSED")


class CharityNeedQuerySet(ScopedQuerySet):
    view_permission = Permission.NEED_VIEW
    scope_lookups = ("organisation__path",)

    def open(self):
        return self.filter(status__in=OPEN_NEED)

    def asking(self, today):
        """What is told to charities today."""
        return self.filter(status=CharityNeed.Status.PUBLISHED, lapses_on__gte=today)


class CharityNeed(Versioned):
    """One need of one application. ``what``, ``unit`` and ``situation`` are the only free texts that leave the office."""

    class Status(models.TextChoices):
        SUBMITTED = "SUBMITTED", "待审核"
        RETURNED = "RETURNED", "退回修改"
        PUBLISHED = "PUBLISHED", "征集中"
        MATCHED = "MATCHED", "已对接"
        CLOSED = "CLOSED", "已办结"
        LAPSED = "LAPSED", "期满无人认领"
        WITHDRAWN = "WITHDRAWN", "已撤回"

    class Gap(models.TextChoices):
        UNCOVERED = "UNCOVERED", "现行救助政策没有涵盖"
        REFUSED = "REFUSED", "不符合救助条件，生活确有困难"
        BEYOND = "BEYOND", "已获救助，仍有缺口"

    class Category(models.TextChoices):
        LIVING = "LIVING", "基本生活"
        MEDICAL = "MEDICAL", "医疗康复"
        EDUCATION = "EDUCATION", "就学"
        HOUSING = "HOUSING", "住房修缮"
        CARE = "CARE", "照料护理"
        MIND = "MIND", "心理疏导"
        WORK = "WORK", "就业帮扶"
        OTHER = "OTHER", "其他"

    class Kind(models.TextChoices):
        MONEY = "MONEY", "资金"
        GOODS = "GOODS", "物资"
        SERVICE = "SERVICE", "服务"

    class Giver(models.TextChoices):
        SELF = "SELF", "申请人本人"
        GUARDIAN = "GUARDIAN", "监护人"
        AGENT = "AGENT", "受托人（委托书载明）"

    class Way(models.TextChoices):
        SIGNED = "SIGNED", "书面签字"
        SPOKEN = "SPOKEN", "当面口述，录音留存"

    TRANSITIONS = {
        Status.SUBMITTED: {Status.PUBLISHED, Status.RETURNED, Status.WITHDRAWN},
        Status.RETURNED: {Status.SUBMITTED, Status.WITHDRAWN},
        Status.PUBLISHED: {Status.MATCHED, Status.LAPSED, Status.WITHDRAWN},
        Status.MATCHED: {Status.CLOSED, Status.PUBLISHED, Status.WITHDRAWN},
        Status.CLOSED: {Status.PUBLISHED},  # a complaint was upheld
        Status.LAPSED: {Status.PUBLISHED, Status.WITHDRAWN},
        Status.WITHDRAWN: set(),
    }

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="乡镇（街道）")
    case = models.ForeignKey(Case, models.PROTECT, related_name="charity_needs", verbose_name="申请")
    code = models.CharField("需求编号", max_length=16, unique=True, editable=False)
    gap = models.CharField("政策情况", max_length=10, choices=Gap.choices)
    gap_note = models.CharField("政策不能覆盖的说明（不公开）", max_length=300)
    category = models.CharField("类别", max_length=10, choices=Category.choices)
    kind = models.CharField("帮扶方式", max_length=8, choices=Kind.choices)
    what = models.CharField("需要什么", max_length=40)
    quantity = models.DecimalField("数量", max_digits=12, decimal_places=2)
    unit = models.CharField("单位", max_length=6)
    situation = models.CharField("情况说明（公开）", max_length=300)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.SUBMITTED)
    consent_giver = models.CharField("同意人", max_length=10, choices=Giver.choices)
    consent_way = models.CharField("同意方式", max_length=8, choices=Way.choices)
    consent_on = models.DateField("同意日期")
    share_name = models.BooleanField("同意对接后提供姓名", default=False)
    share_phone = models.BooleanField("同意对接后提供联系电话", default=False)
    share_address = models.BooleanField("同意对接后提供住址", default=False)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    registered_at = models.DateTimeField("登记时间", default=clock.now)
    due_on = models.DateField("审核期限", null=True, blank=True)
    due_note = models.CharField("期限说明", max_length=120, blank=True)
    return_reason = models.CharField("退回原因", max_length=300, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核人"
    )
    published_on = models.DateField("发布日期", null=True, blank=True)
    lapses_on = models.DateField("征集截止日期", null=True, blank=True)
    matched = models.DecimalField("已对接数量", max_digits=12, decimal_places=2, default=0)
    confirmed = models.DecimalField("已确认数量", max_digits=12, decimal_places=2, default=0)
    withdrawn_on = models.DateField("撤回日期", null=True, blank=True)
    revoked = models.BooleanField("申请人撤回同意", default=False)
    withdraw_reason = models.CharField("撤回原因", max_length=300, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤回登记人"
    )

    objects = CharityNeedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "帮扶需求"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="charity_need_newest"),
            models.Index(fields=["lapses_on"], name="charity_need_asking", condition=Q(status="PUBLISHED")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "category"],
                condition=Q(status__in=OPEN_NEED),
                name="charity_need_one_open",
                violation_error_message="该申请同一类别的需求尚未办结。",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, confirmed__gte=0, confirmed__lte=F("matched"), matched__lte=F("quantity")),
                name="charity_need_never_overmatched",
                violation_error_message="对接数量不能超过需求数量，确认数量不能超过对接数量。",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=TOLD) | Q(approved_by__isnull=False, published_on__isnull=False, lapses_on__isnull=False),
                name="charity_need_told_after_approval",
                violation_error_message="审核之后才能发布。",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("registered_by")),
                name="charity_need_second_pair_of_eyes",
                violation_error_message="登记人不能审核自己登记的需求。",
            ),
            models.CheckConstraint(
                condition=~Q(status="RETURNED") | ~Q(return_reason=""),
                name="charity_need_returned_with_reason",
                violation_error_message="退回须写明原因。",
            ),
            models.CheckConstraint(
                condition=~Q(status="WITHDRAWN") | (Q(withdrawn_on__isnull=False, withdrawn_by__isnull=False) & ~Q(withdraw_reason="")),
                name="charity_need_withdrawn_with_reason",
                violation_error_message="撤回须有日期、登记人和原因。",
            ),
            models.CheckConstraint(
                condition=Q(revoked=False) | Q(status="WITHDRAWN"),
                name="charity_need_revoked_is_withdrawn",
                violation_error_message="撤回同意的需求须撤下。",
            ),
            models.CheckConstraint(
                condition=~Q(status="MATCHED") | Q(matched__gt=0),
                name="charity_need_matched_something",
                violation_error_message="已对接的需求须有对接数量。",
            ),
            models.CheckConstraint(
                condition=~Q(status="CLOSED") | Q(confirmed__gt=0),
                name="charity_need_closed_by_receipt",
                violation_error_message="受助人确认收到后才能办结。",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.get_category_display()}"

    @property
    def left(self):
        return self.quantity - self.matched

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_NEED
