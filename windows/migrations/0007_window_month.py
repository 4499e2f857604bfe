"""What a township's windows came to in a month, as it was counted."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.wallclock


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_program_accounts"),
        ("windows", "0006_programme_drafts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WindowMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年")),
                ("month", models.PositiveSmallIntegerField(verbose_name="月")),
                ("turn", models.PositiveSmallIntegerField(default=1, verbose_name="第几次统计")),
                ("until", models.DateField(verbose_name="统计截至")),
                ("figures", models.JSONField(verbose_name="数据")),
                ("counted_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="统计时间")),
                ("replaced_at", models.DateTimeField(blank=True, null=True, verbose_name="被重新统计取代的时间")),
                (
                    "counted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="统计人",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="乡镇（街道）",
                    ),
                ),
            ],
            options={
                "verbose_name": "窗口月报数据",
                "verbose_name_plural": "窗口月报数据",
                "ordering": ["-year", "-month", "organisation__path", "-turn"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("month__gte", 1), ("month__lte", 12)), name="window_month_of_the_year"),
                    models.UniqueConstraint(fields=("organisation", "year", "month", "turn"), name="window_month_turn_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True)),
                        fields=("organisation", "year", "month"),
                        name="window_month_one_counts",
                    ),
                ],
            },
        ),
    ]
