from django.db import migrations, models

OPEN = "空：工作日历公布后确定"


class Migration(migrations.Migration):
    """A limit in working days may stay open until the calendar of its year is published."""

    dependencies = [("evaluation", "0001_schemes_evaluations_surveys")]

    operations = [
        migrations.AlterField(
            "evaluation", "collect_due_on", models.DateField(blank=True, help_text=OPEN, null=True, verbose_name="收集截止")
        ),
        migrations.AddField("evaluation", "objection_from", models.DateField(blank=True, null=True, verbose_name="异议期起算日")),
        migrations.AlterField(
            "evaluation", "objection_due_on", models.DateField(blank=True, help_text=OPEN, null=True, verbose_name="异议截止")
        ),
        migrations.AlterField(
            "objection", "answer_due_on", models.DateField(blank=True, help_text=OPEN, null=True, verbose_name="答复期限")
        ),
    ]
