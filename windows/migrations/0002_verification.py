"""家庭经济状况核对: requests, batches and answers; the database keeps a request out of another district's batch."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.wallclock
import records.crypto

POSTGRES = """
CREATE FUNCTION windows_verification_district() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.batch_id IS NOT NULL
     AND NEW.organisation_id IS DISTINCT FROM (SELECT organisation_id FROM windows_verificationbatch WHERE id = NEW.batch_id) THEN
    RAISE EXCEPTION '核对批次和申请不属于同一区县' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER windows_verification_district BEFORE INSERT OR UPDATE OF batch_id, organisation_id ON windows_verificationrequest
  FOR EACH ROW EXECUTE FUNCTION windows_verification_district();
"""
POSTGRES_BACK = """
DROP TRIGGER windows_verification_district ON windows_verificationrequest;
DROP FUNCTION windows_verification_district();
"""
BODY = """
WHEN NEW.batch_id IS NOT NULL
  AND NEW.organisation_id IS NOT (SELECT organisation_id FROM windows_verificationbatch WHERE id = NEW.batch_id)
BEGIN SELECT RAISE(ABORT, '核对批次和申请不属于同一区县'); END
"""


def install(apps, schema_editor):
    """An answer belongs to the district that asked: no request stands in the batch of another."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES, params=None)
        return
    for verb in ("INSERT", "UPDATE"):
        head = f"CREATE TRIGGER windows_verification_{verb.lower()} BEFORE {verb} ON windows_verificationrequest"
        schema_editor.execute(f"{head} {BODY}", params=None)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES_BACK, params=None)
        return
    for verb in ("insert", "update"):
        schema_editor.execute(f"DROP TRIGGER windows_verification_{verb}", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_audit_is_append_only"),
        ("records", "0002_notices_stand"),
        ("windows", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="VerificationBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="批次号")),
                (
                    "kind",
                    models.CharField(
                        choices=[("xlsx", "Excel（证件号存为文本）"), ("csv", "CSV（UTF-8）")], max_length=4, verbose_name="文件格式"
                    ),
                ),
                ("total", models.PositiveIntegerField(verbose_name="人数")),
                ("answered", models.PositiveIntegerField(default=0, verbose_name="已反馈人数")),
                ("content", records.crypto.EncryptedTextField(blank=True, editable=False, verbose_name="批次文件（加密）")),
                ("file_hash", models.CharField(blank=True, max_length=64, verbose_name="文件 SHA-256")),
                ("sent_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="送核对时间")),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.job",
                        verbose_name="生成任务",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation", verbose_name="区县民政局"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="送核对人"
                    ),
                ),
            ],
            options={
                "verbose_name": "核对批次",
                "verbose_name_plural": "核对批次",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="VerificationRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                ("relation", models.CharField(default="本人", max_length=20, verbose_name="与申请人关系")),
                ("consent_on", models.DateField(verbose_name="授权日期")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("REQUESTED", "待送核对"),
                            ("SENT", "核对中"),
                            ("ANSWERED", "待处理"),
                            ("SETTLED", "已处理"),
                            ("STOPPED", "已终止"),
                        ],
                        default="REQUESTED",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("requested_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="提出时间")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="启动核对期限")),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[("CONSISTENT", "一致"), ("INCONSISTENT", "不一致"), ("UNABLE", "无法核对")],
                        max_length=12,
                        verbose_name="核对结果",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="反馈时间")),
                ("differs", models.BooleanField(default=False, verbose_name="后到结果不同")),
                ("heard", records.crypto.EncryptedTextField(blank=True, verbose_name="申请人说明")),
                ("heard_on", models.DateField(blank=True, null=True, verbose_name="听取说明日期")),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("ADOPTED", "采用核对结果"), ("EXPLAINED", "申请人说明成立，按说明认定"), ("VISIT", "以入户调查核实为准")],
                        max_length=10,
                        verbose_name="处理",
                    ),
                ),
                ("reason", records.crypto.EncryptedTextField(blank=True, verbose_name="处理理由")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="处理时间")),
                ("stopped_reason", models.CharField(blank=True, max_length=200, verbose_name="终止原因")),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="windows.verificationbatch",
                        verbose_name="核对批次",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="verifications", to="windows.case", verbose_name="申请"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation", verbose_name="区县民政局"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verifications",
                        to="windows.person",
                        verbose_name="被核对人",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="提出人"
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="处理人",
                    ),
                ),
            ],
            options={
                "verbose_name": "家庭经济状况核对",
                "verbose_name_plural": "家庭经济状况核对",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="VerificationAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ordinal", models.PositiveSmallIntegerField(verbose_name="第几次")),
                (
                    "result",
                    models.CharField(
                        choices=[("CONSISTENT", "一致"), ("INCONSISTENT", "不一致"), ("UNABLE", "无法核对")],
                        max_length=12,
                        verbose_name="核对结果",
                    ),
                ),
                ("items", records.crypto.EncryptedTextField(blank=True, verbose_name="不一致项目")),
                ("source", models.CharField(blank=True, max_length=120, verbose_name="信息来源")),
                ("channel", models.CharField(choices=[("FILE", "文件"), ("API", "接口")], max_length=4, verbose_name="途径")),
                ("received_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="收到时间")),
                (
                    "received_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="接收人"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="windows.verificationrequest",
                        verbose_name="核对",
                    ),
                ),
            ],
            options={
                "verbose_name": "核对反馈",
                "verbose_name_plural": "核对反馈",
                "ordering": ["request", "ordinal"],
            },
        ),
        migrations.AddConstraint(
            model_name="verificationbatch",
            constraint=models.CheckConstraint(condition=models.Q(("total__gt", 0)), name="verification_batch_not_empty"),
        ),
        migrations.AddConstraint(
            model_name="verificationbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("answered__lte", models.F("total"))),
                name="verification_batch_adds_up",
                violation_error_message="已反馈人数不能多于批次人数。",
            ),
        ),
        migrations.AddIndex(
            model_name="verificationrequest",
            index=models.Index(fields=["organisation", "status"], name="verification_of_district"),
        ),
        migrations.AddConstraint(
            model_name="verificationrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("REQUESTED", "SENT", "ANSWERED"))),
                fields=("case", "person"),
                name="verification_one_open_per_person",
                violation_error_message="该申请中此人已有未办结的核对。",
            ),
        ),
        migrations.AddConstraint(
            model_name="verificationrequest",
            constraint=models.UniqueConstraint(fields=("batch", "person", "case"), name="verification_once_per_batch"),
        ),
        migrations.AddConstraint(
            model_name="verificationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["SENT", "ANSWERED", "SETTLED"]), _negated=True), ("batch__isnull", False), _connector="OR"
                ),
                name="verification_sent_in_batch",
            ),
        ),
        migrations.AddConstraint(
            model_name="verificationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["ANSWERED", "SETTLED"]), _negated=True),
                    models.Q(models.Q(("result", ""), _negated=True), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="verification_answered_has_time",
                violation_error_message="已反馈的核对必须有结果和反馈时间。",
            ),
        ),
        migrations.AddConstraint(
            model_name="verificationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "SETTLED"), _negated=True),
                    models.Q(models.Q(("decision", ""), _negated=True), ("settled_at__isnull", False), ("settled_by__isnull", False)),
                    _connector="OR",
                ),
                name="verification_settled_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="verificationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("result", "INCONSISTENT"), ("status", "SETTLED"), _negated=True), ("heard_on__isnull", False), _connector="OR"
                ),
                name="verification_heard_before_settled",
                violation_error_message="核对结果不一致的，先听取申请人说明。",
            ),
        ),
        migrations.AddConstraint(
            model_name="verificationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "STOPPED"), _negated=True), models.Q(("stopped_reason", ""), _negated=True), _connector="OR"
                ),
                name="verification_stopped_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="verificationanswer",
            constraint=models.UniqueConstraint(fields=("request", "ordinal"), name="verification_answer_ordinal"),
        ),
        migrations.AddConstraint(
            model_name="verificationanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("result", "INCONSISTENT"), _negated=True), models.Q(("source", ""), _negated=True), _connector="OR"
                ),
                name="verification_answer_names_source",
                violation_error_message="结果不一致的须写明信息来源。",
            ),
        ),
        migrations.RunPython(install, remove),
    ]
