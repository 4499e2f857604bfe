"""What somebody on the standing list said before the help was stopped (W-15)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

from records import clock
from records.crypto import EncryptedTextField
from windows.models.standing import StandingEntry


class StandingHearing(models.Model):
    """One hearing: the ground that was told, and what came back. Rows are only added; the database refuses to change them."""

    class Way(models.TextChoices):
        FACE = "FACE", "当面"
        PHONE = "PHONE", "电话"
        LETTER = "LETTER", "书面"

    class Outcome(models.TextChoices):
        HEARD = "HEARD", "已陈述意见"
        WAIVED = "WAIVED", "表示没有意见"
        UNREACHED = "UNREACHED", "无法联系"

    entry = models.ForeignKey(StandingEntry, models.PROTECT, related_name="hearings", verbose_name="在享登记")
    ground = EncryptedTextField("拟停止的事实和理由")
    told_on = models.DateField("告知日期")
    way = models.CharField("告知方式", max_length=8, choices=Way.choices)
    heard_on = models.DateField("听取意见日期")
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices)
    statement = EncryptedTextField("陈述的意见", blank=True)
    note = EncryptedTextField("联系经过", blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    recorded_at = models.DateTimeField("登记时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "停止前听取意见"
        ordering = ["heard_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(told_on__lte=F("heard_on")),
                name="standing_hearing_in_order",
                violation_error_message="听取意见不能早于告知。",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="UNREACHED") | Q(GreaterThan(Length("note"), 0)),
                name="standing_hearing_says_how_tried",
                violation_error_message="无法联系的须写明联系经过。",
            ),
        ]

    def __str__(self):
        return f"{self.entry} {self.get_outcome_display()}"
