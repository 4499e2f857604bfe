"""Hearings before help is stopped; nobody's help has an end without one, or the reason why none was needed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.wallclock
import records.crypto


def ended_earlier(apps, schema_editor):
    """Whose help ended before this rule stood: said so, not heard after the fact."""
    entries = apps.get_model("windows", "StandingEntry").objects.filter(ended_on__isnull=False)
    entries.exclude(category="TEMPORARY").update(unheard="EARLIER")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_program_accounts"),
        ("records", "0002_notices_stand"),
        ("windows", "0007_window_month"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="standingentry",
            name="notice",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.notice",
                verbose_name="停止救助告知书",
            ),
        ),
        migrations.AddField(
            model_name="standingentry",
            name="unheard",
            field=models.CharField(
                blank=True,
                choices=[("DEATH", "对象去世"), ("REQUEST", "本人书面申请退出"), ("HOUSEHOLD", "随户主终止"), ("EARLIER", "此前已停止")],
                max_length=10,
                verbose_name="不需听取意见的情形",
            ),
        ),
        migrations.RunPython(ended_earlier, migrations.RunPython.noop),
        migrations.CreateModel(
            name="StandingHearing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ground", models.CharField(max_length=300, verbose_name="拟停止的事实和理由")),
                ("told_on", models.DateField(verbose_name="告知日期")),
                (
                    "way",
                    models.CharField(
                        choices=[("FACE", "当面"), ("PHONE", "电话"), ("LETTER", "书面")], max_length=8, verbose_name="告知方式"
                    ),
                ),
                ("heard_on", models.DateField(verbose_name="听取意见日期")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("HEARD", "已陈述意见"), ("WAIVED", "表示没有意见"), ("UNREACHED", "无法联系")],
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("statement", records.crypto.EncryptedTextField(blank=True, verbose_name="陈述的意见")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="联系经过")),
                ("recorded_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="登记时间")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hearings",
                        to="windows.standingentry",
                        verbose_name="在享登记",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                    ),
                ),
            ],
            options={
                "verbose_name": "停止前听取意见",
                "verbose_name_plural": "停止前听取意见",
                "ordering": ["heard_on", "pk"],
            },
        ),
        migrations.AddField(
            model_name="standingentry",
            name="hearing",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="windows.standinghearing",
                verbose_name="停止前听取意见",
            ),
        ),
        migrations.AddConstraint(
            model_name="standingentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_on__isnull", True),
                    ("category", "TEMPORARY"),
                    ("hearing__isnull", False),
                    models.Q(("unheard", ""), _negated=True),
                    _connector="OR",
                ),
                name="standing_heard_before_end",
                violation_error_message="停止救助前须听取救助对象的意见。",
            ),
        ),
        migrations.AddConstraint(
            model_name="standinghearing",
            constraint=models.CheckConstraint(
                condition=models.Q(("told_on__lte", models.F("heard_on"))),
                name="standing_hearing_in_order",
                violation_error_message="听取意见不能早于告知。",
            ),
        ),
        migrations.AddConstraint(
            model_name="standinghearing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "UNREACHED"), _negated=True), models.Q(("note", ""), _negated=True), _connector="OR"
                ),
                name="standing_hearing_says_how_tried",
                violation_error_message="无法联系的须写明联系经过。",
            ),
        ),
    ]
