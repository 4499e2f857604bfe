"""Meetings: who is asked to come, the agenda, the signed minutes, and what was decided."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.wallclock
import records.crypto


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_program_accounts"),
        ("records", "0002_notices_stand"),
        ("windows", "0008_standing_hearing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Meeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "kind",
                    models.CharField(
                        choices=[("CASE", "一事一议个案会商"), ("COORDINATION", "困难群众基本生活保障协调机制会议")],
                        max_length=12,
                        verbose_name="会议类别",
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="会议名称")),
                ("held_at", models.DateTimeField(verbose_name="召开时间")),
                ("place", models.CharField(max_length=80, verbose_name="地点")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("DRAFT", "筹备中"),
                            ("CONVENED", "已通知"),
                            ("HELD", "整理纪要"),
                            ("SIGNED", "纪要已签发"),
                            ("CANCELLED", "已取消"),
                        ],
                        default="DRAFT",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("quorum_note", models.CharField(blank=True, max_length=200, verbose_name="到会不足仍召开的理由")),
                ("cancel_reason", models.CharField(blank=True, max_length=200, verbose_name="取消原因")),
                ("correction_reason", models.CharField(blank=True, max_length=200, verbose_name="更正纪要的原因")),
                ("arranged_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="筹备时间")),
                ("convened_at", models.DateTimeField(blank=True, null=True, verbose_name="通知时间")),
                (
                    "arranged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="筹备人"
                    ),
                ),
                (
                    "chair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="主持人"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation", verbose_name="召集单位"
                    ),
                ),
            ],
            options={
                "verbose_name": "会商会议",
                "verbose_name_plural": "会商会议",
                "ordering": ["-held_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                ("position", models.PositiveSmallIntegerField(verbose_name="序号")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("SILENT", "部门逾期未办"),
                            ("RETURNED", "部门退回"),
                            ("UNFIT", "一表登记，没有对应事项"),
                            ("OBJECTION", "公示异议"),
                            ("LATE", "办理环节逾期"),
                            ("REFUSED", "多次不予受理（确认）"),
                            ("CARRIED", "上次会议留待研究"),
                            ("FREE", "其他议题"),
                        ],
                        max_length=10,
                        verbose_name="来源",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="议题")),
                ("brief", models.CharField(blank=True, max_length=300, verbose_name="提请事由")),
                ("discussion", records.crypto.EncryptedTextField(blank=True, verbose_name="讨论情况")),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ASSIST", "给予救助（帮扶）"),
                            ("AMOUNT", "一事一议确定金额"),
                            ("REFUSE", "不予救助"),
                            ("ASSIGN", "明确由单位办理"),
                            ("OTHER", "其他决定"),
                            ("CARRY", "留待下次会议研究"),
                        ],
                        max_length=8,
                        verbose_name="决定",
                    ),
                ),
                ("decision_text", models.CharField(blank=True, max_length=500, verbose_name="决定内容")),
                ("amount", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="金额（元）")),
                ("days", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="办理时限（工作日）")),
                (
                    "carried_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried_to",
                        to="windows.agendaitem",
                        verbose_name="上次议题",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agenda_items",
                        to="windows.case",
                        verbose_name="申请",
                    ),
                ),
                (
                    "objection",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="windows.noticeobjection",
                        verbose_name="公示异议",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="责任人",
                    ),
                ),
                (
                    "owner_organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="责任单位",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="windows.referral",
                        verbose_name="转办件",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="windows.meeting", verbose_name="会议"
                    ),
                ),
            ],
            options={
                "verbose_name": "会议议题",
                "verbose_name_plural": "会议议题",
                "ordering": ["meeting", "position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="MeetingGuest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=30, verbose_name="姓名")),
                ("office", models.CharField(blank=True, max_length=60, verbose_name="单位和职务")),
                ("present", models.BooleanField(blank=True, null=True, verbose_name="到会")),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="guests", to="windows.meeting", verbose_name="会议"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="参会单位",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="参会人",
                    ),
                ),
            ],
            options={
                "verbose_name": "参会单位和人员",
                "verbose_name_plural": "参会单位和人员",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="MeetingMinutes",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ordinal", models.PositiveSmallIntegerField(verbose_name="第几版")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="更正原因")),
                ("signed_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="签发时间")),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="minutes", to="windows.meeting", verbose_name="会议"
                    ),
                ),
                (
                    "notice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.notice", verbose_name="会议纪要"
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="签发人"
                    ),
                ),
            ],
            options={
                "verbose_name": "会议纪要",
                "verbose_name_plural": "会议纪要",
                "ordering": ["meeting", "ordinal"],
            },
        ),
        migrations.CreateModel(
            name="MeetingDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ASSIST", "给予救助（帮扶）"),
                            ("AMOUNT", "一事一议确定金额"),
                            ("REFUSE", "不予救助"),
                            ("ASSIGN", "明确由单位办理"),
                            ("OTHER", "其他决定"),
                            ("CARRY", "留待下次会议研究"),
                        ],
                        max_length=8,
                        verbose_name="决定",
                    ),
                ),
                ("text", models.CharField(max_length=500, verbose_name="决定内容")),
                ("amount", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="金额（元）")),
                ("days", models.PositiveSmallIntegerField(verbose_name="办理时限（工作日）")),
                ("starts_on", models.DateField(verbose_name="起算日期")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="到期日")),
                ("due_note", models.CharField(blank=True, max_length=200, verbose_name="期限说明")),
                (
                    "status",
                    models.CharField(
                        choices=[("OPEN", "待落实"), ("DONE", "已落实"), ("REPLACED", "已被更正后的纪要取代")],
                        default="OPEN",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("result", models.CharField(blank=True, max_length=500, verbose_name="落实结果")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                ("told_for", models.DateField(blank=True, null=True, verbose_name="已提醒的到期日")),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办结人",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="windows.agendaitem", verbose_name="议题"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="责任人"
                    ),
                ),
                (
                    "owner_organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation", verbose_name="责任单位"
                    ),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="windows.meetingminutes",
                        verbose_name="纪要",
                    ),
                ),
            ],
            options={
                "verbose_name": "会议决定",
                "verbose_name_plural": "会议决定",
                "ordering": ["-pk"],
            },
        ),
        migrations.AddIndex(
            model_name="meeting",
            index=models.Index(fields=["organisation", "status"], name="meeting_of_place"),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["DRAFT", "CANCELLED"]), ("convened_at__isnull", False), _connector="OR"),
                name="meeting_convened_has_time",
                violation_error_message="发出通知的会议须有通知时间。",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "CANCELLED"), _negated=True), models.Q(("cancel_reason", ""), _negated=True), _connector="OR"
                ),
                name="meeting_cancelled_with_reason",
                violation_error_message="取消会议须写明原因。",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decision__in", ["", "CARRY"]),
                    models.Q(
                        ("days__gte", 1),
                        ("days__isnull", False),
                        ("owner__isnull", False),
                        ("owner_organisation__isnull", False),
                        models.Q(("decision_text", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="agenda_item_decided_has_owner_and_day",
                violation_error_message="决定须有内容、责任单位、责任人和办理时限。",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision", "AMOUNT"), _negated=True), models.Q(("amount__gt", 0), ("amount__isnull", False)), _connector="OR"
                ),
                name="agenda_item_amount_is_a_sum",
                violation_error_message="确定金额的须填大于零的金额。",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("source", "CARRIED"), _negated=True), ("carried_from__isnull", False), _connector="OR"),
                name="agenda_item_carried_from_one",
                violation_error_message="上次留待研究的须关联上次议题。",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.UniqueConstraint(fields=("meeting", "carried_from"), name="agenda_item_carried_once"),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.UniqueConstraint(fields=("meeting", "referral"), name="agenda_item_referral_once"),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.UniqueConstraint(fields=("meeting", "objection"), name="agenda_item_objection_once"),
        ),
        migrations.AddConstraint(
            model_name="meetingguest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), ("office", ""), ("organisation__isnull", False), ("user__isnull", True)),
                    models.Q(("name", ""), ("office", ""), ("organisation__isnull", True), ("user__isnull", False)),
                    models.Q(
                        ("organisation__isnull", True),
                        ("user__isnull", True),
                        models.Q(("name", ""), _negated=True),
                        models.Q(("office", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="meeting_guest_is_one_of_three",
                violation_error_message="参会的要么是单位，要么是本系统用户，要么写明姓名、单位和职务。",
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingguest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("organisation__isnull", False)),
                fields=("meeting", "organisation"),
                name="meeting_guest_organisation_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingguest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("user__isnull", False)), fields=("meeting", "user"), name="meeting_guest_user_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingminutes",
            constraint=models.UniqueConstraint(fields=("meeting", "ordinal"), name="meeting_minutes_version_once"),
        ),
        migrations.AddConstraint(
            model_name="meetingminutes",
            constraint=models.CheckConstraint(
                condition=models.Q(("ordinal", 1), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="meeting_minutes_corrected_with_reason",
                violation_error_message="更正纪要须写明原因。",
            ),
        ),
        migrations.AddIndex(
            model_name="meetingdecision",
            index=models.Index(condition=models.Q(("status", "OPEN")), fields=["due_on"], name="meeting_decision_due"),
        ),
        migrations.AddIndex(
            model_name="meetingdecision",
            index=models.Index(condition=models.Q(("status", "OPEN")), fields=["owner", "due_on"], name="meeting_decision_owner"),
        ),
        migrations.AddConstraint(
            model_name="meetingdecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "OPEN")), fields=("item",), name="meeting_decision_one_open_per_item"
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "DONE"), _negated=True),
                    models.Q(("done_at__isnull", False), ("done_by__isnull", False), models.Q(("result", ""), _negated=True)),
                    _connector="OR",
                ),
                name="meeting_decision_done_in_words",
                violation_error_message="办结须写明落实结果、办结人和时间。",
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__isnull", False), models.Q(("due_note", ""), _negated=True), _connector="OR"),
                name="meeting_decision_has_day_or_reason",
                violation_error_message="决定须有到期日，没有的须写明原因。",
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "CARRY"), _negated=True),
                    models.Q(
                        models.Q(("kind", "AMOUNT"), _negated=True), models.Q(("amount__gt", 0), ("amount__isnull", False)), _connector="OR"
                    ),
                ),
                name="meeting_decision_kind_fits",
            ),
        ),
    ]
