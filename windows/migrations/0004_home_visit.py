"""Home visits: written once by two or more, corrected only by a new version; the database refuses to change or remove them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.wallclock
import records.crypto

TABLES = ("windows_homevisit", "windows_visitfile")
WORDS = "入户调查记录只能追加，更正须另立一版"


def install(apps, schema_editor):
    """What was seen at home stays as it was written."""
    if schema_editor.connection.vendor == "postgresql":
        body = f"BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'check_violation'; END"
        schema_editor.execute(f"CREATE FUNCTION windows_visit_stands() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$", params=None)
        for table in TABLES:
            head = f"CREATE TRIGGER {table}_stands BEFORE UPDATE OR DELETE ON {table}"
            schema_editor.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION windows_visit_stands()", params=None)
        return
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            head = f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table}"
            schema_editor.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END", params=None)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"DROP TRIGGER {table}_stands ON {table}", params=None)
        schema_editor.execute("DROP FUNCTION windows_visit_stands()", params=None)
        return
    for table in TABLES:
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {table}_{verb}", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0002_notices_stand"),
        ("windows", "0003_standing_list"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HomeVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("correction_reason", models.CharField(blank=True, max_length=200, verbose_name="更正原因")),
                ("visited_on", models.DateField(verbose_name="入户日期")),
                ("first_investigator", models.CharField(max_length=60, verbose_name="调查人员一")),
                ("second_investigator", models.CharField(max_length=60, verbose_name="调查人员二")),
                ("other_investigators", models.CharField(blank=True, max_length=600, verbose_name="其他调查人员")),
                ("village_guide", models.CharField(blank=True, max_length=60, verbose_name="村（社区）带路人员")),
                ("met", records.crypto.EncryptedTextField(verbose_name="被访人")),
                ("met_relation", models.CharField(max_length=20, verbose_name="被访人与申请人关系")),
                ("by_video", models.BooleanField(default=False, verbose_name="视频调查")),
                ("video_reason", models.CharField(blank=True, max_length=200, verbose_name="视频调查的原因")),
                ("family", records.crypto.EncryptedTextField(verbose_name="家庭成员情况")),
                ("housing", records.crypto.EncryptedTextField(verbose_name="居住情况")),
                ("work", records.crypto.EncryptedTextField(verbose_name="就业和收入情况")),
                ("living", records.crypto.EncryptedTextField(verbose_name="生活和支出情况")),
                ("finding", records.crypto.EncryptedTextField(verbose_name="调查结论")),
                ("signed", models.BooleanField(default=False, verbose_name="被访人已签字")),
                ("unsigned_reason", models.CharField(blank=True, max_length=200, verbose_name="未签字的原因")),
                ("recorded_on", models.DateField(default=accounts.wallclock.today, verbose_name="登记日期")),
                ("recorded_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="登记时间")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="windows.case", verbose_name="申请"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="windows.homevisit",
                        verbose_name="更正前一版",
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="windows.casestep",
                        verbose_name="环节",
                    ),
                ),
            ],
            options={
                "verbose_name": "入户调查记录",
                "verbose_name_plural": "入户调查记录",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="VisitFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("note", models.CharField(blank=True, max_length=60, verbose_name="说明")),
                ("added_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="上传时间")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="上传人"
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.storedfile", verbose_name="文件"
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="windows.homevisit",
                        verbose_name="入户调查记录",
                    ),
                ),
            ],
            options={
                "verbose_name": "入户调查附件",
                "verbose_name_plural": "入户调查附件",
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="homevisit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("first_investigator", ""), _negated=True),
                    models.Q(("second_investigator", ""), _negated=True),
                    models.Q(("first_investigator", models.F("second_investigator")), _negated=True),
                ),
                name="home_visit_by_two",
                violation_error_message="入户调查须由两名以上不同的调查人员进行。",
            ),
        ),
        migrations.AddConstraint(
            model_name="homevisit",
            constraint=models.CheckConstraint(
                condition=models.Q(("visited_on__lte", models.F("recorded_on"))),
                name="home_visit_not_ahead",
                violation_error_message="入户日期不能晚于登记日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="homevisit",
            constraint=models.CheckConstraint(
                condition=models.Q(("signed", True), models.Q(("unsigned_reason", ""), _negated=True), _connector="OR"),
                name="home_visit_signed_or_why_not",
                violation_error_message="被访人没有签字的须写明原因。",
            ),
        ),
        migrations.AddConstraint(
            model_name="homevisit",
            constraint=models.CheckConstraint(
                condition=models.Q(("by_video", False), models.Q(("video_reason", ""), _negated=True), _connector="OR"),
                name="home_visit_video_has_reason",
                violation_error_message="视频调查须写明原因。",
            ),
        ),
        migrations.AddConstraint(
            model_name="homevisit",
            constraint=models.CheckConstraint(
                condition=models.Q(("replaces__isnull", True), models.Q(("correction_reason", ""), _negated=True), _connector="OR"),
                name="home_visit_correction_has_reason",
                violation_error_message="更正须写明原因。",
            ),
        ),
        migrations.RunPython(install, remove),
    ]
