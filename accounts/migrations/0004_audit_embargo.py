import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_programmes_people_cases"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEmbargo",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="embargo",
                        serialize=False,
                        to="accounts.auditevent",
                        verbose_name="审计记录",
                    ),
                ),
                ("key", models.CharField(db_index=True, max_length=60, verbose_name="保密事项")),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="解密时间")),
            ],
            options={
                "verbose_name": "审计记录保密",
                "verbose_name_plural": "审计记录保密",
            },
        ),
    ]
