"""A line entered by mistake: struck with a reason and kept on record; the right one is entered beside it."""

from django.db import models
from django.db.models import Q

STANDING = Q(struck_at__isnull=True)


class Strikable(models.Model):
    struck_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, blank=True, verbose_name="撤销人")
    struck_at = models.DateTimeField("撤销时间", null=True, blank=True)
    struck_reason = models.CharField("撤销原因", max_length=200, blank=True)

    class Meta:
        abstract = True


class StandingRows:
    """For a queryset of such lines."""

    def standing(self):
        return self.filter(STANDING)


def struck_with_reason(name: str) -> models.CheckConstraint:
    whole = STANDING | (Q(struck_by__isnull=False) & ~Q(struck_reason=""))
    return models.CheckConstraint(condition=whole, name=name, violation_error_message="撤销须有撤销人和原因。")
