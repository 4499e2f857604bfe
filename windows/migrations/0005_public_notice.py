"""Public notices before confirmation and what is said against them; the database confirms nobody over an open objection."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.wallclock
import records.crypto

WORDS = "有公示异议没有答复，不得审核确认"
LATE = "申请不在办理中，不能登记公示异议"
OPEN = "NEW.status = 'CONFIRMED' AND EXISTS (SELECT 1 FROM windows_noticeobjection WHERE case_id = NEW.id AND status = 'OPEN')"
ENDED = "(SELECT status FROM windows_case WHERE id = NEW.case_id) <> 'ACCEPTED'"
GUARDS = (
    ("windows_no_open_objection", "UPDATE OF status", "windows_case", OPEN, WORDS),
    ("windows_objection_in_time", "INSERT", "windows_noticeobjection", ENDED, LATE),
)


def install(apps, schema_editor):
    """An objection is answered before anybody is confirmed, whatever writes."""
    for name, verb, table, condition, words in GUARDS:
        if schema_editor.connection.vendor == "postgresql":
            body = f"BEGIN IF {condition} THEN RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END"
            schema_editor.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$", params=None)
            head = f"CREATE TRIGGER {name} BEFORE {verb} ON {table}"
            schema_editor.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()", params=None)
        else:
            head = f"CREATE TRIGGER {name} BEFORE {verb} ON {table}"
            schema_editor.execute(f"{head} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{words}'); END", params=None)


def remove(apps, schema_editor):
    for name, _, table, _, _ in GUARDS:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}", params=None)
            schema_editor.execute(f"DROP FUNCTION {name}()", params=None)
        else:
            schema_editor.execute(f"DROP TRIGGER {name}", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_program_accounts"),
        ("records", "0002_notices_stand"),
        ("windows", "0004_home_visit"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Publicity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ordinal", models.PositiveSmallIntegerField(verbose_name="第几次")),
                ("shown_name", models.CharField(max_length=60, verbose_name="申请人（公示）")),
                ("family_count", models.PositiveSmallIntegerField(verbose_name="家庭成员数量")),
                ("grants", models.BooleanField(verbose_name="拟给予")),
                ("phone", models.CharField(max_length=30, verbose_name="监督电话")),
                ("starts_on", models.DateField(verbose_name="公示之日")),
                ("ends_on", models.DateField(verbose_name="期满之日")),
                (
                    "status",
                    models.CharField(
                        choices=[("RUNNING", "公示中"), ("FINISHED", "已期满"), ("SUPERSEDED", "须重新公示"), ("STOPPED", "已终止")],
                        default="RUNNING",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="publicities", to="windows.case", verbose_name="申请"
                    ),
                ),
                (
                    "notice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.notice", verbose_name="公示文书"
                    ),
                ),
                (
                    "posted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="出具人"
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="publicities", to="windows.casestep", verbose_name="环节"
                    ),
                ),
                (
                    "task",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publicity",
                        to="windows.villagetask",
                        verbose_name="公示监督任务",
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation", verbose_name="村（社区）"
                    ),
                ),
            ],
            options={
                "verbose_name": "初审公示",
                "verbose_name_plural": "初审公示",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="NoticeObjection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                ("ordinal", models.PositiveSmallIntegerField(verbose_name="第几件")),
                ("anonymous", models.BooleanField(default=False, verbose_name="匿名")),
                ("objector", records.crypto.EncryptedTextField(blank=True, verbose_name="异议人")),
                ("contact", records.crypto.EncryptedTextField(blank=True, verbose_name="联系方式")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("VISIT", "来访"),
                            ("PHONE", "来电"),
                            ("LETTER", "来信"),
                            ("ONLINE", "网络"),
                            ("VILLAGE", "村（社区）转来"),
                        ],
                        max_length=8,
                        verbose_name="途径",
                    ),
                ),
                ("text", records.crypto.EncryptedTextField(verbose_name="异议内容")),
                ("raised_on", models.DateField(verbose_name="提出日期")),
                ("recorded_on", models.DateField(default=accounts.wallclock.today, verbose_name="登记日期")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="答复期限")),
                ("due_note", models.CharField(blank=True, max_length=120, verbose_name="期限说明")),
                (
                    "status",
                    models.CharField(
                        choices=[("OPEN", "调查中"), ("ANSWERED", "已答复"), ("STOPPED", "已终止")],
                        default="OPEN",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("upheld", models.BooleanField(blank=True, null=True, verbose_name="异议成立")),
                ("finding", records.crypto.EncryptedTextField(blank=True, verbose_name="认定")),
                ("reply", records.crypto.EncryptedTextField(blank=True, verbose_name="答复内容")),
                (
                    "reply_way",
                    models.CharField(
                        blank=True,
                        choices=[("FACE", "当面"), ("PHONE", "电话"), ("LETTER", "书面"), ("NONE", "匿名，无法直接答复")],
                        max_length=8,
                        verbose_name="答复方式",
                    ),
                ),
                ("replied_on", models.DateField(blank=True, null=True, verbose_name="答复日期")),
                ("stopped_reason", models.CharField(blank=True, max_length=200, verbose_name="终止原因")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="objections", to="windows.case", verbose_name="申请"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
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
                        verbose_name="办理人",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="windows.homevisit",
                        verbose_name="重新调查",
                    ),
                ),
                (
                    "publicity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="objections", to="windows.publicity", verbose_name="公示"
                    ),
                ),
            ],
            options={
                "verbose_name": "公示异议",
                "verbose_name_plural": "公示异议",
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="publicity",
            constraint=models.UniqueConstraint(fields=("step", "ordinal"), name="publicity_round_once"),
        ),
        migrations.AddConstraint(
            model_name="publicity",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "RUNNING")),
                fields=("case",),
                name="publicity_one_running_per_case",
                violation_error_message="该申请正在公示。",
            ),
        ),
        migrations.AddConstraint(
            model_name="publicity",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gt", models.F("starts_on"))),
                name="publicity_in_order",
                violation_error_message="期满之日须晚于公示之日。",
            ),
        ),
        migrations.AddConstraint(
            model_name="publicity",
            constraint=models.CheckConstraint(
                condition=models.Q(("family_count__gte", 1)), name="publicity_family_counted", violation_error_message="家庭成员至少一人。"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticeobjection",
            constraint=models.UniqueConstraint(fields=("case", "ordinal"), name="notice_objection_ordinal"),
        ),
        migrations.AddConstraint(
            model_name="noticeobjection",
            constraint=models.CheckConstraint(
                condition=models.Q(("raised_on__lte", models.F("recorded_on"))),
                name="notice_objection_not_ahead",
                violation_error_message="提出日期不能晚于登记日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticeobjection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "ANSWERED"), _negated=True),
                    models.Q(
                        ("replied_on__isnull", False),
                        ("settled_by__isnull", False),
                        ("upheld__isnull", False),
                        ("visit__isnull", False),
                        models.Q(("reply_way", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="notice_objection_answered_after_inquiry",
                violation_error_message="答复异议须有重新调查、认定、答复方式和日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticeobjection",
            constraint=models.CheckConstraint(
                condition=models.Q(("anonymous", True), models.Q(("reply_way", "NONE"), _negated=True), _connector="OR"),
                name="notice_objection_named_is_answered",
                violation_error_message="留了姓名的异议须答复。",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticeobjection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "STOPPED"), _negated=True), models.Q(("stopped_reason", ""), _negated=True), _connector="OR"
                ),
                name="notice_objection_stopped_with_reason",
            ),
        ),
        migrations.RunPython(install, remove),
    ]
