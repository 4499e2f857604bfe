"""One application at one window, from the first word to the answer."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records import clock
from records.crypto import EncryptedTextField
from records.models import Versioned
from windows.models.clock import Clocked
from windows.models.programme import Step

OPEN = ("REGISTERED", "AWAITING", "ACCEPTED")
UNDER_WAY = ("RUNNING", "PAUSED")  # of a step


VILLAGE_DEPTH = 4  # separators in the path of a village: city, district, township, village


class CaseQuerySet(ScopedQuerySet):
    """The township's and everybody's above it; a village's assistant sees the cases of the own village."""

    view_permission = Permission.CASE_VIEW
    scope_lookups = ("organisation__path", "village__path")

    def _under(self, paths) -> Q:
        """Only a village needs the second join: who reaches a village from above reaches its township too."""
        condition = Q(pk__in=[])
        for path in paths:
            condition |= Q(organisation__path__startswith=path)
            if path.count("/") >= VILLAGE_DEPTH:
                condition |= Q(village__path__startswith=path)
        return condition

    def open(self):
        return self.filter(status__in=OPEN)

    def overdue(self, today):
        return self.open().filter(next_due_on__lt=today)


class Case(Versioned):
    """An application. ``first_contact`` (首问负责人) stays named until the end; ``handler`` works on it now."""

    class Status(models.TextChoices):
        REGISTERED = "REGISTERED", "已登记"
        AWAITING = "AWAITING", "待补正"
        ACCEPTED = "ACCEPTED", "办理中"
        CONFIRMED = "CONFIRMED", "已确认"
        DECLINED = "DECLINED", "不予确认"
        NOT_ACCEPTED = "NOT_ACCEPTED", "不予受理"
        WITHDRAWN = "WITHDRAWN", "已撤回"
        CLOSED = "CLOSED", "已办结"

    TRANSITIONS = {
        Status.REGISTERED: {Status.AWAITING, Status.ACCEPTED, Status.NOT_ACCEPTED, Status.WITHDRAWN},
        Status.AWAITING: {Status.ACCEPTED, Status.NOT_ACCEPTED, Status.WITHDRAWN},
        Status.ACCEPTED: {Status.CONFIRMED, Status.DECLINED, Status.CLOSED, Status.WITHDRAWN},
        Status.CONFIRMED: set(),
        Status.DECLINED: set(),
        Status.NOT_ACCEPTED: set(),
        Status.WITHDRAWN: set(),
        Status.CLOSED: set(),
    }

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="受理乡镇（街道）")
    village = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="村（社区）")
    number = models.CharField("登记号", max_length=32, unique=True)
    progress_code = models.CharField("查询码", max_length=16, unique=True, editable=False)
    person = models.ForeignKey("windows.Person", models.PROTECT, related_name="cases", verbose_name="求助人")
    programme = models.ForeignKey("windows.Programme", models.PROTECT, related_name="cases", verbose_name="求助事项")
    programme_code = models.CharField("事项代码", max_length=24, editable=False)
    status = models.CharField("状态", max_length=12, choices=Status.choices, default=Status.REGISTERED)
    need = models.CharField("情况说明", max_length=500, blank=True)
    first_contact = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="首问负责人")
    handler = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经办人")
    by_proxy = models.BooleanField("代为申请", default=False)
    agent_name = models.CharField("代办人", max_length=60, blank=True)
    agent_phone = EncryptedTextField("代办人电话", blank=True)
    near_relative = models.BooleanField("近亲属单独登记", default=False)
    relation = models.CharField("近亲属关系", max_length=80, blank=True)
    county_visit_on = models.DateField("区县入户核查日期", null=True, blank=True)
    consent = models.BooleanField("同意转介并提供必要信息", default=False)
    registered_at = models.DateTimeField("登记时间", default=clock.now)
    accepted_on = models.DateField("受理日期", null=True, blank=True)
    ended_at = models.DateTimeField("办结时间", null=True, blank=True)
    conclusion = models.TextField("结论和理由", blank=True)
    extension = models.CharField("延长情形", max_length=16, blank=True)
    extension_note = models.CharField("延长说明", max_length=300, blank=True)
    due_on = models.DateField("全程到期日", null=True, blank=True)
    next_due_on = models.DateField("最近到期日", null=True, blank=True)
    next_step = models.CharField("当前环节", max_length=60, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "救助申请"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="case_newest_of_township"),
            models.Index(fields=["organisation", "next_due_on"], name="case_due_open", condition=Q(status__in=OPEN)),
            models.Index(fields=["handler", "next_due_on"], name="case_of_handler_open", condition=Q(status__in=OPEN)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "programme_code"],
                condition=Q(status__in=OPEN) & ~Q(programme_code="OTHER"),
                name="case_one_open_per_programme",
                violation_error_message="该人同一事项已有在办申请。",
            ),
            models.CheckConstraint(
                condition=~Q(status="ACCEPTED") | Q(accepted_on__isnull=False),
                name="case_accepted_has_date",
                violation_error_message="已受理的申请必须有受理日期。",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["DECLINED", "NOT_ACCEPTED"]) | ~Q(conclusion=""),
                name="case_negative_has_reasons",
                violation_error_message="不予受理、不予确认必须写明理由。",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OPEN) | Q(ended_at__isnull=False),
                name="case_ended_has_time",
                violation_error_message="办结的申请必须有办结时间。",
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.programme}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


class CaseMaterial(models.Model):
    """What the clerk ticked for one paper of the list."""

    class State(models.TextChoices):
        BROUGHT = "BROUGHT", "已收（验）"
        MISSING = "MISSING", "待补"
        NOT_APPLICABLE = "NOT_APPLICABLE", "不适用"
        LATER = "LATER", "容缺后补"

    case = models.ForeignKey(Case, models.PROTECT, related_name="materials", verbose_name="申请")
    material = models.ForeignKey("windows.Material", models.PROTECT, related_name="+", verbose_name="材料")
    state = models.CharField("情况", max_length=16, choices=State.choices)
    brought_on = models.DateField("收（验）日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "已交材料"
        ordering = ["material__position"]
        constraints = [models.UniqueConstraint(fields=["case", "material"], name="case_material_once")]

    def __str__(self):
        return f"{self.material} {self.get_state_display()}"


class CaseStep(Clocked):
    """One step of one case with its clock; ``whole`` is the clock over the whole case."""

    class Status(models.TextChoices):
        WAITING = "WAITING", "未开始"
        RUNNING = "RUNNING", "办理中"
        PAUSED = "PAUSED", "暂停"
        DONE = "DONE", "已完成"
        SKIPPED = "SKIPPED", "未办（申请已结束）"

    TRANSITIONS = {
        Status.WAITING: {Status.RUNNING, Status.SKIPPED},
        Status.RUNNING: {Status.PAUSED, Status.DONE, Status.SKIPPED, Status.WAITING},  # back: the notice before it hangs again
        Status.PAUSED: {Status.RUNNING, Status.SKIPPED},
        Status.DONE: {Status.RUNNING},  # a notice that must hang again after its end
        Status.SKIPPED: set(),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps", verbose_name="申请")
    step = models.ForeignKey(Step, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="步骤定义")
    code = models.CharField("步骤代码", max_length=16)
    name = models.CharField("步骤", max_length=40)
    position = models.PositiveSmallIntegerField("顺序")
    actor = models.CharField("办理方", max_length=8, choices=Step.Actor.choices)
    whole = models.BooleanField("全程时限", default=False)
    status = models.CharField("状态", max_length=8, choices=Status.choices, default=Status.WAITING)
    done_on = models.DateField("完成日期", null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="完成人")
    people = models.CharField("参加人员", max_length=120, blank=True)
    note = models.CharField("办理情况", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "办理环节"
        ordering = ["case", "position"]
        indexes = [
            models.Index(fields=["due_on"], name="case_step_running_due", condition=Q(status="RUNNING")),
            models.Index(fields=["actor", "due_on"], name="case_step_desk", condition=Q(status__in=UNDER_WAY, whole=False)),
            models.Index(fields=["case"], name="case_step_under_way", condition=Q(status__in=UNDER_WAY, whole=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "code"], name="case_step_once"),
            models.CheckConstraint(condition=~Q(status="DONE") | Q(done_on__isnull=False), name="case_step_done_has_date"),
        ]

    def __str__(self):
        return f"{self.name}"

    @property
    def audit_organisation(self):
        return self.case.organisation


class OneTimeNotice(models.Model):
    """The one list of everything missing. A second one of the same case carries its reason and counts (W-04)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="one_time_notices", verbose_name="申请")
    ordinal = models.PositiveSmallIntegerField("第几次")
    items = models.JSONField("待补材料（定稿）")
    reason = models.CharField("再次告知的原因", max_length=300, blank=True)
    issued_at = models.DateTimeField("出具时间", default=clock.now)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="出具人")

    class Meta:
        verbose_name = verbose_name_plural = "一次性告知书"
        ordering = ["case", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["case", "ordinal"], name="one_time_notice_ordinal"),
            models.CheckConstraint(
                condition=Q(ordinal=1) | ~Q(reason=""),
                name="one_time_notice_second_has_reason",
                violation_error_message="再次告知须写明原因。",
            ),
        ]

    def __str__(self):
        return f"{self.case.number} 第 {self.ordinal} 次告知"
