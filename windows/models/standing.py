"""Who receives what now (在享名册), what was paid once (临时救助), and the files that said so."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records import clock
from records.crypto import EncryptedTextField
from records.models import Versioned


class Category(models.TextChoices):
    RURAL_DIBAO = "RURAL_DIBAO", "农村低保"
    URBAN_DIBAO = "URBAN_DIBAO", "城市低保"
    TEKUN_SCATTERED = "TEKUN_SCATTERED", "特困分散供养"
    TEKUN_CENTRAL = "TEKUN_CENTRAL", "特困集中供养"
    TEKUN = "TEKUN", "特困（供养方式未注明）"
    TEMPORARY = "TEMPORARY", "临时救助"


class StandingQuerySet(ScopedQuerySet):
    view_permission = Permission.STANDING_VIEW
    scope_lookups = ("organisation__path",)

    def open(self):
        """Receiving now; a one-off payment never is."""
        return self.filter(ended_on=None)


class StandingImport(Versioned):
    """One uploaded list. ``sealed`` holds the file until it has been read, and nothing afterwards."""

    class Kind(models.TextChoices):
        ROSTER = "ROSTER", "在享名册"
        RELIEF = "RELIEF", "临时救助台账"

    class Status(models.TextChoices):
        READING = "READING", "正在读取"
        READY = "READY", "待确认"
        CONFIRMED = "CONFIRMED", "已写入"
        DISCARDED = "DISCARDED", "已放弃"

    TRANSITIONS = {
        Status.READING: {Status.READY, Status.DISCARDED},
        Status.READY: {Status.CONFIRMED, Status.DISCARDED},
        Status.CONFIRMED: set(),
        Status.DISCARDED: set(),
    }

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="乡镇（街道）")
    kind = models.CharField("表格", max_length=8, choices=Kind.choices)
    category = models.CharField("表内未写类别时", max_length=16, choices=Category.choices, blank=True)
    file_name = models.CharField("文件名", max_length=120)
    sha256 = models.CharField("文件校验值", max_length=64)
    sealed = EncryptedTextField("文件内容", blank=True)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.READING)
    facts = models.JSONField("读取结果", default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    made_at = models.DateTimeField("上传时间", default=clock.now)
    read_at = models.DateTimeField("预览时间", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "名册导入"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["organisation", "-id"], name="standing_import_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="CONFIRMED") | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="standing_import_confirmed_by_someone",
                violation_error_message="写入须有确认人和时间。",
            ),
        ]

    def __str__(self):
        return f"{self.organisation.name} {self.get_kind_display()}"


class Unheard(models.TextChoices):
    """Who may leave the list without a hearing."""

    DEATH = "DEATH", "对象去世"
    REQUEST = "REQUEST", "本人书面申请退出"
    HOUSEHOLD = "HOUSEHOLD", "随户主终止"
    EARLIER = "EARLIER", "此前已停止"


class StandingEntry(models.Model):
    """One person on the list. Members of a household point to the head's entry, which carries the household's amount."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="乡镇（街道）")
    village = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="村（社区）")
    person = models.ForeignKey("windows.Person", models.PROTECT, related_name="standing", verbose_name="对象")
    head = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="members", verbose_name="户主登记")
    relation = models.CharField("与户主关系", max_length=20, blank=True)
    category = models.CharField("类别", max_length=16, choices=Category.choices)
    amount = models.DecimalField("金额（元）", max_digits=12, decimal_places=2, null=True, blank=True)
    reason = models.CharField("救助原因", max_length=80, blank=True)
    started_on = models.DateField("起始日期", null=True, blank=True)
    ended_on = models.DateField("终止日期", null=True, blank=True)
    posted_on = models.DateField("终止公示之日", null=True, blank=True)
    end_reason = models.CharField("终止原因", max_length=200, blank=True)
    hearing = models.ForeignKey(
        "windows.StandingHearing", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="停止前听取意见"
    )
    unheard = models.CharField("不需听取意见的情形", max_length=10, choices=Unheard.choices, blank=True)
    notice = models.OneToOneField("records.Notice", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="停止救助告知书")
    source = models.ForeignKey(StandingImport, models.PROTECT, related_name="entries", verbose_name="来源")
    changed_at = models.DateTimeField("更新时间", default=clock.now)

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "在享登记"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="standing_of_township"),
            models.Index(fields=["organisation", "changed_at"], name="standing_last_changed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_on__isnull=True), name="standing_one_open",
                violation_error_message="低保和特困只能居其一，此人已有在享登记。",
            ),
            models.UniqueConstraint(
                fields=["person", "started_on", "amount"], condition=Q(category="TEMPORARY"), name="standing_paid_once",
                violation_error_message="这笔临时救助已登记。",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True, head__isnull=False) | Q(amount__isnull=False, amount__gt=0),
                name="standing_amount_with_head",
                violation_error_message="户主的登记须有大于 0 的金额。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(started_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="standing_ends_after_start",
                violation_error_message="终止日期不能早于起始日期。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(category="TEMPORARY") | ~Q(end_reason=""),
                name="standing_end_has_reason",
                violation_error_message="停止保障须写明原因。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(category="TEMPORARY") | Q(hearing__isnull=False) | ~Q(unheard=""),
                name="standing_heard_before_end",
                violation_error_message="停止救助前须听取救助对象的意见。",
            ),
            models.CheckConstraint(
                condition=~Q(category="TEMPORARY")
                | Q(started_on__isnull=False, ended_on__isnull=False, ended_on=F("started_on"), head__isnull=True),
                name="standing_temporary_is_one_day",
                violation_error_message="临时救助是一次性发放，须有发放日期。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.person} {self.get_category_display()}"

    @property
    def is_tekun(self) -> bool:
        return self.category.startswith(Category.TEKUN)


class StandingRow(models.Model):
    """What the preview says about one line of the file. ``sealed``: what would be written, until it is confirmed or given up."""

    class Outcome(models.TextChoices):
        ADD = "ADD", "新增"
        CHANGE = "CHANGE", "变更"
        SAME = "SAME", "不变"
        REFUSED = "REFUSED", "拒绝"
        SKIPPED = "SKIPPED", "跳过"
        MISSING = "MISSING", "名册中没有"

    paper = models.ForeignKey(StandingImport, models.PROTECT, related_name="rows", verbose_name="导入")
    ordinal = models.PositiveIntegerField("顺序")
    sheet = models.CharField("工作表", max_length=120, blank=True)
    number = models.PositiveIntegerField("行号", default=0)
    outcome = models.CharField("结果", max_length=8, choices=Outcome.choices)
    name = models.CharField("姓名", max_length=60, blank=True)
    id_masked = models.CharField("身份证号（掩码）", max_length=24, blank=True)
    notes = models.JSONField("说明", default=list)
    sealed = EncryptedTextField("待写入内容", blank=True)
    entry = models.ForeignKey(StandingEntry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="在享登记")

    class Meta:
        verbose_name = verbose_name_plural = "名册导入行"
        ordering = ["paper", "ordinal"]
        indexes = [models.Index(fields=["paper", "outcome", "ordinal"], name="standing_row_by_outcome")]
        constraints = [models.UniqueConstraint(fields=["paper", "ordinal"], name="standing_row_once")]

    def __str__(self):
        return f"{self.sheet} 第 {self.number} 行"
