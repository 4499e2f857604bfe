from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("procurement", "0005_report_due_when_known"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="periodicreport",
            name="report_owed_has_due_day",
        ),
        migrations.AddField(
            model_name="lowpricereview",
            name="judges",
            field=models.JSONField(default=list, verbose_name="作出结论的评审小组成员"),
        ),
    ]
