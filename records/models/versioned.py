from django.db import models


class Versioned(models.Model):
    """A row that two people may edit at once. ``workflow.claim(version=…)`` refuses the later one."""

    version = models.PositiveIntegerField("版本号", default=0, editable=False)

    class Meta:
        abstract = True
