from django.conf import settings
from django.db import models

from records import clock


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A message belongs to one person and to nobody above them."""
        return self.filter(recipient=user)

    def unread(self):
        return self.filter(read_at=None)


class Message(models.Model):
    """One line in one person's inbox. ``key`` makes sending twice harmless."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="收件人", related_name="inbox")
    key = models.CharField("唯一键", max_length=200)
    title = models.CharField("标题", max_length=200)
    body = models.TextField("正文", blank=True)
    url = models.CharField("链接", max_length=300, blank=True)
    created_at = models.DateTimeField("发送时间", default=clock.now)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)
    mailed_at = models.DateTimeField("邮件发送时间", null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="message_once_per_key")]
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="message_inbox"),
            models.Index(fields=["recipient"], name="message_unread", condition=models.Q(read_at=None)),
        ]

    def __str__(self):
        return self.title
