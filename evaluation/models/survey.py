"""The recipients' own voice: paper slips with one-use codes. No name is asked and none is kept."""

from django.db import models
from django.db.models import Q

from evaluation.models.evaluation import Evaluation
from evaluation.models.scheme import Indicator
from records import clock


class Survey(models.Model):
    """The survey of one evaluation. ``population``: how many recipients the service had in the period, and who says so."""

    evaluation = models.OneToOneField(Evaluation, models.PROTECT, related_name="survey", verbose_name="评价")
    population = models.PositiveIntegerField("服务对象人数")
    population_source = models.CharField("人数来源", max_length=120)
    salt = models.CharField("编码盐", max_length=32, editable=False)
    expires_on = models.DateField("测评码有效期至")
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name="发放人")
    created_at = models.DateTimeField("发放时间", default=clock.now)

    class Meta:
        verbose_name = "满意度测评"
        verbose_name_plural = "满意度测评"

    def __str__(self):
        return f"{self.evaluation} 满意度测评"


class SurveyCode(models.Model):
    """One slip. Only a keyed hash of its code is kept; ``serial`` is what a slip is called by, and opens nothing."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="codes", verbose_name="测评")
    serial = models.PositiveIntegerField("编号")
    code_hash = models.CharField("测评码摘要", max_length=64, unique=True)
    unreachable_reason = models.CharField("无法访问原因", max_length=120, blank=True)
    unreachable_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="登记人")

    class Meta:
        verbose_name = "测评码"
        verbose_name_plural = "测评码"
        ordering = ("serial",)
        constraints = [models.UniqueConstraint(fields=("survey", "serial"), name="survey_code_serial_once")]

    def __str__(self):
        return f"{self.serial:03d}"


class SurveyReply(models.Model):
    """One recipient's answers: one per slip, whoever typed them. Nothing here says who the recipient is."""

    class Channel(models.TextChoices):
        WEB = "web", "本人手机填写"
        PHONE = "phone", "电话代填"
        HOME = "home", "入户代填"

    code = models.OneToOneField(SurveyCode, models.PROTECT, related_name="reply", verbose_name="测评码")
    channel = models.CharField("渠道", max_length=8, choices=Channel, default=Channel.WEB)
    proxy = models.BooleanField("由他人代答", default=False)
    entered_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="代填人")
    received_at = models.DateTimeField("收到时间", default=clock.now)
    device = models.CharField("设备标记", max_length=64, blank=True, help_text="带密钥的摘要，只能比较是否相同，到期清除")
    from_contractor = models.BooleanField("来自承接主体网络", default=False)

    class Meta:
        verbose_name = "答卷"
        verbose_name_plural = "答卷"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(channel="web", entered_by__isnull=True) | (~Q(channel="web") & Q(entered_by__isnull=False)),
                name="reply_entered_by_when_not_web",
                violation_error_message="代填的答卷必须记录代填人。",
            ),
            models.CheckConstraint(
                condition=Q(channel="web") | Q(device="", from_contractor=False),
                name="reply_device_only_of_web",
                violation_error_message="代填的答卷不记设备。",
            ),
        ]

    def __str__(self):
        return f"答卷 {self.code}"


class Answer(models.Model):
    class Level(models.IntegerChoices):
        VERY_GOOD = 5, "非常满意"
        GOOD = 4, "满意"
        FAIR = 3, "一般"
        BAD = 2, "不满意"
        VERY_BAD = 1, "非常不满意"
        UNSURE = 0, "说不清"

    reply = models.ForeignKey(SurveyReply, models.PROTECT, related_name="answers", verbose_name="答卷")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name="题目")
    level = models.PositiveSmallIntegerField("选项", choices=Level)

    class Meta:
        verbose_name = "答案"
        verbose_name_plural = "答案"
        ordering = ("indicator__position", "pk")
        constraints = [
            models.UniqueConstraint(fields=("reply", "indicator"), name="answer_once"),
            models.CheckConstraint(condition=Q(level__lte=5), name="answer_level_known", violation_error_message="选项不在范围内。"),
        ]

    def __str__(self):
        return self.get_level_display()
