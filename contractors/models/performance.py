"""How a contractor did before."""

from django.db import models

from contractors.models.contractor import Contractor, ContractorScopedQuerySet
from records import clock


class Performance(models.Model):
    """A year's published result with one purchaser: written down by the evaluation, read by next year's selection (E-11)."""

    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="performances", verbose_name="承接主体")
    purchaser = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name="购买主体")
    year = models.PositiveSmallIntegerField("年度")
    subject = models.CharField("项目", max_length=160)
    score = models.DecimalField("得分", max_digits=5, decimal_places=2)
    grade = models.CharField("等级", max_length=4)
    source_url = models.CharField("来源", max_length=300, blank=True)
    recorded_at = models.DateTimeField("记录时间", default=clock.now)

    objects = ContractorScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "绩效结果"
        verbose_name_plural = "绩效结果"
        ordering = ["-year", "-pk"]
        constraints = [models.UniqueConstraint(fields=["contractor", "purchaser", "year", "subject"], name="performance_once")]

    def __str__(self):
        return f"{self.year} {self.subject} {self.grade}"
