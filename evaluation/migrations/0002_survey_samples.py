"""Who is asked and which replies are doubted; the database keeps the draw as it was drawn and every reply as it was given."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.wallclock

REPLY = ("code_id", "channel", "proxy", "entered_by_id", "received_at")
SAMPLE = (
    "survey_id", "source", "frame", "frame_sha256", "population", "seed", "confidence", "margin", "terms", "needed", "size",
    "drawn_by_id", "drawn_at",
)  # fmt: skip
TABLES = {
    "evaluation_sample": (SAMPLE, "抽样完成后不能修改或删除"),
    "evaluation_surveyreply": (REPLY, "答卷收到后不能修改或删除，只能核定是否剔除"),
    "evaluation_answer": (("reply_id", "indicator_id", "level"), "答案收到后不能修改或删除"),
}


def on_postgres(table: str, columns, message: str) -> list[str]:
    ours, theirs = (", ".join(f"{side}.{column}" for column in columns) for side in ("NEW", "OLD"))
    function = f"""CREATE FUNCTION {table}_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR ({ours}) IS DISTINCT FROM ({theirs}) THEN
    RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;"""
    return [function, f"CREATE TRIGGER {table}_stands BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_stands();"]


def on_sqlite(table: str, columns, message: str) -> list[str]:
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)
    return [
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{message}'); END",
        f"CREATE TRIGGER {table}_stands BEFORE UPDATE ON {table} WHEN {changed} BEGIN SELECT RAISE(ABORT, '{message}'); END",
    ]


def install(apps, schema_editor):
    statements = on_postgres if schema_editor.connection.vendor == "postgresql" else on_sqlite
    for table, (columns, message) in TABLES.items():
        for statement in statements(table, columns, message):
            schema_editor.execute(statement, params=None)


def remove(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        if postgres:
            schema_editor.execute(f"DROP TRIGGER {table}_stands ON {table}; DROP FUNCTION {table}_stands();", params=None)
            continue
        for name in ("no_delete", "stands"):
            schema_editor.execute(f"DROP TRIGGER {table}_{name}", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("evaluation", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReplyDoubt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("findings", models.JSONField(help_text="疑点类别 → 情况", verbose_name="疑点")),
                ("found_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="查出时间")),
                (
                    "decision",
                    models.CharField(
                        choices=[("open", "待核定"), ("aside", "剔除"), ("kept", "保留")], default="open", max_length=6, verbose_name="核定"
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="理由")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="核定时间")),
            ],
            options={
                "verbose_name": "答卷疑点",
                "verbose_name_plural": "答卷疑点",
                "ordering": ("reply__code__serial",),
            },
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(
                        choices=[("records", "本期服务记录"), ("list", "经办人提供的清单")], max_length=8, verbose_name="清单来源"
                    ),
                ),
                ("frame", models.JSONField(verbose_name="服务事件清单")),
                ("frame_sha256", models.CharField(max_length=64, verbose_name="清单摘要")),
                ("population", models.PositiveIntegerField(verbose_name="清单行数")),
                ("seed", models.CharField(max_length=64, verbose_name="抽取种子")),
                (
                    "confidence",
                    models.CharField(choices=[("90", "90%"), ("95", "95%"), ("99", "99%")], max_length=2, verbose_name="置信水平"),
                ),
                ("margin", models.DecimalField(decimal_places=2, max_digits=4, verbose_name="允许误差（百分点）")),
                ("terms", models.CharField(max_length=300, verbose_name="参数依据")),
                ("needed", models.PositiveIntegerField(verbose_name="按公式需要")),
                ("size", models.PositiveIntegerField(verbose_name="抽取数")),
                ("drawn_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="抽取时间")),
            ],
            options={
                "verbose_name": "测评抽样",
                "verbose_name_plural": "测评抽样",
            },
        ),
        migrations.CreateModel(
            name="SampleUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField(verbose_name="抽取顺序")),
                ("reference", models.CharField(max_length=40, verbose_name="服务事件")),
                ("unreached_reason", models.CharField(blank=True, max_length=120, verbose_name="无法访问原因")),
                ("unreached_at", models.DateTimeField(blank=True, null=True, verbose_name="登记时间")),
            ],
            options={
                "verbose_name": "抽样对象",
                "verbose_name_plural": "抽样对象",
                "ordering": ("position",),
            },
        ),
        migrations.RemoveField(
            model_name="surveyreply",
            name="origin",
        ),
        migrations.RemoveField(
            model_name="surveyreply",
            name="set_aside",
        ),
        migrations.AddField(
            model_name="surveyreply",
            name="device",
            field=models.CharField(
                blank=True, help_text="带密钥的摘要，只能比较是否相同，到期清除", max_length=64, verbose_name="设备标记"
            ),
        ),
        migrations.AddField(
            model_name="surveyreply",
            name="from_contractor",
            field=models.BooleanField(default=False, verbose_name="来自承接主体网络"),
        ),
        migrations.AddConstraint(
            model_name="surveyreply",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel", "web"), models.Q(("device", ""), ("from_contractor", False)), _connector="OR"),
                name="reply_device_only_of_web",
                violation_error_message="代填的答卷不记设备。",
            ),
        ),
        migrations.AddField(
            model_name="replydoubt",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="核定人",
            ),
        ),
        migrations.AddField(
            model_name="replydoubt",
            name="reply",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="doubt", to="evaluation.surveyreply", verbose_name="答卷"
            ),
        ),
        migrations.AddField(
            model_name="sample",
            name="drawn_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="抽取人"
            ),
        ),
        migrations.AddField(
            model_name="sample",
            name="survey",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="sample", to="evaluation.survey", verbose_name="测评"
            ),
        ),
        migrations.AddField(
            model_name="sampleunit",
            name="replaces",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="evaluation.sampleunit",
                verbose_name="替补",
            ),
        ),
        migrations.AddField(
            model_name="sampleunit",
            name="sample",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="units", to="evaluation.sample", verbose_name="抽样"
            ),
        ),
        migrations.AddField(
            model_name="sampleunit",
            name="unreached_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="登记人",
            ),
        ),
        migrations.AddConstraint(
            model_name="replydoubt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("decision", "open"), ("reason", "")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("decision__in", ("aside", "kept")),
                        ("reason__gt", ""),
                    ),
                    _connector="OR",
                ),
                name="doubt_decided_by_someone",
                violation_error_message="核定答卷须有理由和核定人。",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(("needed__gte", 1), ("size__gte", models.F("needed")), ("size__lte", models.F("population"))),
                name="sample_size_in_range",
                violation_error_message="抽取数应在需要数与清单行数之间。",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(("margin__gt", 0), ("margin__lt", 100)),
                name="sample_margin_in_range",
                violation_error_message="允许误差应在 0 至 100 之间。",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(("frame_sha256__gt", ""), ("seed__gt", ""), ("terms__gt", "")),
                name="sample_can_be_repeated",
                violation_error_message="抽样须留下种子、清单摘要和参数依据。",
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleunit",
            constraint=models.UniqueConstraint(fields=("sample", "position"), name="sample_position_once"),
        ),
        migrations.AddConstraint(
            model_name="sampleunit",
            constraint=models.UniqueConstraint(fields=("sample", "reference"), name="sample_reference_once"),
        ),
        migrations.AddConstraint(
            model_name="sampleunit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("unreached_at__isnull", True), ("unreached_by__isnull", True), ("unreached_reason", "")),
                    models.Q(("unreached_at__isnull", False), ("unreached_by__isnull", False), ("unreached_reason__gt", "")),
                    _connector="OR",
                ),
                name="sample_unreached_by_someone",
                violation_error_message="登记无法访问须有原因和登记人。",
            ),
        ),
        migrations.RunPython(install, remove),
    ]
