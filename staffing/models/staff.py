"""Who does the work, where, and under which contract."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records import identity
from records.crypto import EncryptedTextField
from records.models import Versioned
from staffing.rules import Place


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
    certificate_until = models.DateField("职业资格登记有效期至", null=True, blank=True)
    id_number = EncryptedTextField("身份证号", blank=True)
    id_index = models.CharField("身份证号索引", max_length=64, null=True, blank=True, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="roster_entries", verbose_name="登录账号"
    )
    exception_reason = models.CharField("例外理由", max_length=200, blank=True)
    started_on = models.DateField("到岗日期")
    ended_on = models.DateField("离岗日期", null=True, blank=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = "经办人员"
        verbose_name_plural = "经办人员"
        ordering = ["organisation__path", "employment", "pk"]
        indexes = [
            models.Index(fields=["organisation", "place", "employment"], name="staff_counted"),
            models.Index(fields=["certificate_until"], condition=Q(certificate_until__isnull=False), name="staff_certificate_expiry"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(employment="POSTED") | Q(contract__isnull=False),
                name="staff_posted_under_contract",
                violation_error_message="派驻人员须依托已签订的购买服务合同。",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(account__isnull=False, ended_on__isnull=True),
                name="staff_account_once_in_post",
                violation_error_message="该账号已关联名册上的另一名在岗人员。",
            ),
            models.CheckConstraint(
                condition=Q(place__in=[item.value for item in Place]),
                name="staff_at_an_allowed_place",
                violation_error_message="岗位只能在区县民政部门、乡镇（街道）、村（社区）、特困供养服务机构。",
            ),
            models.UniqueConstraint(
                fields=["id_index"],
                condition=Q(id_index__isnull=False, ended_on__isnull=True, employment__in=("OWN", "POSTED")),
                name="staff_person_once_in_post",
                violation_error_message="此人已登记在岗，一人只能登记一处专职。",
            ),
            models.CheckConstraint(
                condition=Q(certificate_until__isnull=True) | Q(certificate__gt=0),
                name="staff_expiry_of_a_certificate",
                violation_error_message="没有职业资格的，不填有效期。",
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
    def id_masked(self) -> str:
        return identity.mask_id(self.id_number) if self.id_number else ""

    @property
    def has_higher_education(self) -> bool:
        return self.education != self.Education.BELOW

    @property
    def is_social_worker(self) -> bool:
        return self.social_work_education or self.certificate > 0
