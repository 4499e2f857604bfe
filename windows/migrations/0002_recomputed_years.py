from django.db import migrations, models

import records.clock


class Migration(migrations.Migration):
    dependencies = [("windows", "0001_programmes_people_cases")]

    operations = [
        migrations.CreateModel(
            name="RecomputedYear",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(unique=True, verbose_name="年份")),
                ("digest", models.CharField(max_length=64, verbose_name="日历摘要")),
                ("recomputed_at", models.DateTimeField(default=records.clock.now, verbose_name="重新计算时间")),
            ],
            options={"verbose_name": "期限重新计算", "verbose_name_plural": "期限重新计算", "ordering": ["year"]},
        ),
    ]
