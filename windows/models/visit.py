"""入户调查: what was seen at home, by whom, and who signed. Rows are only added; a correction names the one it replaces."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from accounts.scoping import ScopedQuerySet
from records import clock
from records.crypto import EncryptedTextField
from windows.models.case import Case, CaseStep


class VisitQuerySet(ScopedQuerySet):
    """The township that went and the bureau that confirms: what a home looks like is nobody else's."""

    view_permission = Permission.INQUIRY_VIEW
    scope_lookups = ("case__organisation__path",)

    def standing(self):
        """The latest version of each."""
        return self.filter(replaced_by=None)


class HomeVisit(models.Model):
    """One visit, written once. The database refuses to change or delete it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="visits", verbose_name="申请")
    step = models.ForeignKey(CaseStep, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name="环节")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="更正前一版")
    correction_reason = models.CharField("更正原因", max_length=200, blank=True)
    visited_on = models.DateField("入户日期")
    first_investigator = models.CharField("调查人员一", max_length=60)
    second_investigator = models.CharField("调查人员二", max_length=60)
    other_investigators = models.CharField("其他调查人员", max_length=600, blank=True)
    village_guide = models.CharField("村（社区）带路人员", max_length=60, blank=True)
    met = EncryptedTextField("被访人")
    met_relation = models.CharField("被访人与申请人关系", max_length=20)
    by_video = models.BooleanField("视频调查", default=False)
    video_reason = models.CharField("视频调查的原因", max_length=200, blank=True)
    family = EncryptedTextField("家庭成员情况")
    housing = EncryptedTextField("居住情况")
    work = EncryptedTextField("就业和收入情况")
    living = EncryptedTextField("生活和支出情况")
    finding = EncryptedTextField("调查结论")
    signed = models.BooleanField("被访人已签字", default=False)
    unsigned_reason = models.CharField("未签字的原因", max_length=200, blank=True)
    recorded_on = models.DateField("登记日期", default=clock.today)
    recorded_at = models.DateTimeField("登记时间", default=clock.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "入户调查记录"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(first_investigator="") & ~Q(second_investigator="") & ~Q(first_investigator=F("second_investigator")),
                name="home_visit_by_two",
                violation_error_message="入户调查须由两名以上不同的调查人员进行。",
            ),
            models.CheckConstraint(
                condition=Q(visited_on__lte=F("recorded_on")),
                name="home_visit_not_ahead",
                violation_error_message="入户日期不能晚于登记日期。",
            ),
            models.CheckConstraint(
                condition=Q(signed=True) | ~Q(unsigned_reason=""),
                name="home_visit_signed_or_why_not",
                violation_error_message="被访人没有签字的须写明原因。",
            ),
            models.CheckConstraint(
                condition=Q(by_video=False) | ~Q(video_reason=""),
                name="home_visit_video_has_reason",
                violation_error_message="视频调查须写明原因。",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(correction_reason=""),
                name="home_visit_correction_has_reason",
                violation_error_message="更正须写明原因。",
            ),
        ]

    def __str__(self):
        return f"{self.case.number} 入户调查 {self.visited_on}"

    @property
    def audit_organisation(self):
        return self.case.organisation

    @property
    def investigators(self) -> list[str]:
        return [name for name in (self.first_investigator, self.second_investigator, *self.other_investigators.split("、")) if name]


class VisitFile(models.Model):
    """A photo, or the signed form as a scan."""

    visit = models.ForeignKey(HomeVisit, models.PROTECT, related_name="files", verbose_name="入户调查记录")
    file = models.OneToOneField("records.StoredFile", models.PROTECT, related_name="+", verbose_name="文件")
    note = models.CharField("说明", max_length=60, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    added_at = models.DateTimeField("上传时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "入户调查附件"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.visit} {self.file.name}"
