"""Whom a township serves, who does the work, what they were taught, and what would happen if."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records.models import Versioned
from staffing.rules import Place


class Category(models.TextChoices):
    """Kinds of assistance recipients; which of them count towards the standard is a setting."""

    URBAN_DIBAO = "URBAN_DIBAO", "城市低保"
    RURAL_DIBAO = "RURAL_DIBAO", "农村低保"
    TEKUN = "TEKUN", "特困人员"
    EDGE = "EDGE", "低保边缘"
    HARDSHIP = "HARDSHIP", "刚性支出困难"
    OTHER = "OTHER", "其他救助对象"


class CaseloadQuerySet(ScopedQuerySet):
    view_permission = Permission.STAFFING_VIEW


class Caseload(models.Model):
    """Recipients (persons, not households) of one category in one township on one day.

    A correction keeps the old number in the audit trail.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="caseloads", verbose_name="乡镇（街道）")
    as_of = models.DateField("截至日期")
    category = models.CharField("对象类别", max_length=12, choices=Category)
    recipients = models.PositiveIntegerField("人数")
    source = models.CharField("数据来源", max_length=120)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="录入人")
    entered_at = models.DateTimeField("录入时间")

    objects = CaseloadQuerySet.as_manager()

    class Meta:
        verbose_name = "救助对象数"
        verbose_name_plural = "救助对象数"
        ordering = ["-as_of", "organisation__path", "category"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "as_of", "category"],
                name="caseload_once_a_day",
                violation_error_message="同一乡镇（街道）同一日期同一类别只能有一个数。",
            )
        ]

    def __str__(self):
        return f"{self.organisation} {self.as_of:%Y-%m-%d} {self.get_category_display()} {self.recipients} 人"


class StaffQuerySet(ScopedQuerySet):
    view_permission = Permission.STAFFING_VIEW

    def in_post(self, on):
        """People who serve on this date."""
        return self.filter(started_on__lte=on).filter(Q(ended_on__isnull=True) | Q(ended_on__gte=on))


class StaffMember(Versioned):
    """One person who handles assistance work at one place. ``organisation`` is where the person serves and is counted."""

    class Employment(models.TextChoices):
        OWN = "OWN", "自有专职"
        POSTED = "POSTED", "购买服务派驻"
        PART_TIME = "PART_TIME", "兼职"

    class Education(models.TextChoices):
        BELOW = "BELOW", "大专以下"
        COLLEGE = "COLLEGE", "大专"
        BACHELOR = "BACHELOR", "本科"
        GRADUATE = "GRADUATE", "研究生"

    class Certificate(models.IntegerChoices):
        NONE = 0, "无"
        ASSISTANT = 1, "助理社会工作师"
        SOCIAL_WORKER = 2, "社会工作师"
        SENIOR = 3, "高级社会工作师"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="staff", verbose_name="服务单位")
    place = models.CharField("岗位所在", max_length=10, choices=[(item.value, item.label) for item in Place])
    institution = models.CharField("供养机构名称", max_length=120, blank=True)
    name = models.CharField("姓名", max_length=60)
    employment = models.CharField("用工方式", max_length=10, choices=Employment)
    contract = models.ForeignKey(
        "procurement.Contract", models.PROTECT, null=True, blank=True, related_name="posted_staff", verbose_name="所依合同"
    )
    education = models.CharField("学历", max_length=10, choices=Education)
    social_work_education = models.BooleanField("社会工作专业", default=False)
    certificate = models.PositiveSmallIntegerField("社会工作职业资格", choices=Certificate, default=Certificate.NONE)
    exception_reason = models.CharField("例外理由", max_length=200, blank=True)
    started_on = models.DateField("到岗日期")
    ended_on = models.DateField("离岗日期", null=True, blank=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = "经办人员"
        verbose_name_plural = "经办人员"
        ordering = ["organisation__path", "employment", "pk"]
        indexes = [models.Index(fields=["organisation", "place", "employment"], name="staff_counted")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(employment="POSTED") | Q(contract__isnull=False),
                name="staff_posted_under_contract",
                violation_error_message="派驻人员须依托已签订的购买服务合同。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="staff_dates_in_order",
                violation_error_message="离岗日期不能早于到岗日期。",
            ),
            models.CheckConstraint(
                condition=~Q(place="CARE_HOME") | ~Q(institution=""),
                name="staff_care_home_named",
                violation_error_message="派驻到特困供养服务机构的，请写明机构名称。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def has_higher_education(self) -> bool:
        return self.education != self.Education.BELOW

    @property
    def is_social_worker(self) -> bool:
        return self.social_work_education or self.certificate > 0


class TrainingQuerySet(ScopedQuerySet):
    view_permission = Permission.STAFFING_VIEW


class Training(models.Model):
    """One business training that a district arranged."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="trainings", verbose_name="组织单位")
    title = models.CharField("培训名称", max_length=120)
    held_on = models.DateField("培训日期")
    hours = models.PositiveSmallIntegerField("学时")
    party_education = models.BooleanField("含党性教育", default=False)
    attendees = models.ManyToManyField(StaffMember, through="Attendance", related_name="trainings", verbose_name="参训人员")

    objects = TrainingQuerySet.as_manager()

    class Meta:
        verbose_name = "业务培训"
        verbose_name_plural = "业务培训"
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "title", "held_on"], name="training_once", violation_error_message="该培训已登记。"
            )
        ]

    def __str__(self):
        return self.title


class Attendance(models.Model):
    training = models.ForeignKey(Training, models.PROTECT, related_name="attendances", verbose_name="培训")
    member = models.ForeignKey(StaffMember, models.PROTECT, related_name="attendances", verbose_name="参训人")

    class Meta:
        verbose_name = "参训记录"
        verbose_name_plural = "参训记录"
        constraints = [models.UniqueConstraint(fields=["training", "member"], name="attendance_once")]

    def __str__(self):
        return f"{self.member} {self.training}"


class ScenarioQuerySet(ScopedQuerySet):
    view_permission = Permission.STAFFING_VIEW


class Scenario(Versioned):
    """A saved what-if of one district. It plans additions only; what stands above the standard is kept (W-19c)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="staffing_scenarios", verbose_name="区县局")
    name = models.CharField("方案名称", max_length=80)
    post_cost = models.DecimalField("每个购买岗位年费用（元）", max_digits=10, decimal_places=2)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="制定人")
    created_at = models.DateTimeField("制定时间")

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        verbose_name = "测算方案"
        verbose_name_plural = "测算方案"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], name="scenario_name_once", violation_error_message="该区县已有同名方案。"
            ),
            models.CheckConstraint(
                condition=Q(post_cost__gte=0), name="scenario_cost_not_negative", violation_error_message="费用不能为负。"
            ),
        ]

    def __str__(self):
        return self.name


class ScenarioLine(models.Model):
    """What the scenario assumes for one township: recipients, own and posted staff as planned."""

    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="lines", verbose_name="方案")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="乡镇（街道）")
    recipients = models.PositiveIntegerField("救助对象（人）")
    own = models.PositiveIntegerField("自有专职（人）")
    posted = models.PositiveIntegerField("派驻（人）")
    baseline = models.PositiveIntegerField("基数（人）")

    class Meta:
        verbose_name = "方案明细"
        verbose_name_plural = "方案明细"
        ordering = ["organisation__path"]
        constraints = [models.UniqueConstraint(fields=["scenario", "organisation"], name="scenario_line_once")]

    def __str__(self):
        return f"{self.scenario} {self.organisation}"
