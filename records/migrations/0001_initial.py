import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.wallclock
from accounts.founding import Founding


class Migration(Founding):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarYear",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(unique=True, verbose_name="年份")),
                ("source", models.CharField(max_length=200, verbose_name="来源文件")),
                ("digest", models.CharField(max_length=64, verbose_name="内容摘要")),
                ("loaded_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="录入时间")),
                (
                    "loaded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="录入人",
                    ),
                ),
            ],
            options={
                "verbose_name": "工作日历年度",
                "verbose_name_plural": "工作日历年度",
                "ordering": ["-year"],
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField(unique=True, verbose_name="日期")),
                ("is_workday", models.BooleanField(verbose_name="是否工作日")),
                ("name", models.CharField(blank=True, max_length=40, verbose_name="说明")),
                ("source", models.CharField(max_length=200, verbose_name="来源文件")),
            ],
            options={
                "verbose_name": "工作日历",
                "verbose_name_plural": "工作日历",
                "ordering": ["date"],
            },
        ),
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="编号")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation", verbose_name="所属单位"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="文件名")),
                ("content_type", models.CharField(max_length=100, verbose_name="类型")),
                ("size", models.PositiveBigIntegerField(verbose_name="大小（字节）")),
                ("sha256", models.CharField(db_index=True, max_length=64, verbose_name="SHA-256")),
                ("storage_name", models.CharField(max_length=200, unique=True, verbose_name="存储名")),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
                ("uploaded_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="上传时间")),
            ],
            options={
                "verbose_name": "文件",
                "verbose_name_plural": "文件",
                "ordering": ["-uploaded_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inbox",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收件人",
                    ),
                ),
                ("key", models.CharField(max_length=200, verbose_name="唯一键")),
                ("title", models.CharField(max_length=200, verbose_name="标题")),
                ("body", models.TextField(blank=True, verbose_name="正文")),
                ("url", models.CharField(blank=True, max_length=300, verbose_name="链接")),
                ("created_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="发送时间")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="阅读时间")),
                ("mailed_at", models.DateTimeField(blank=True, null=True, verbose_name="邮件发送时间")),
            ],
            options={
                "verbose_name": "消息",
                "verbose_name_plural": "消息",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(fields=["recipient", "-created_at", "-id"], name="message_inbox"),
                    models.Index(condition=models.Q(("read_at", None)), fields=["recipient"], name="message_unread"),
                ],
                "constraints": [models.UniqueConstraint(fields=("recipient", "key"), name="message_once_per_key")],
            },
        ),
        migrations.CreateModel(
            name="NumberSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation", verbose_name="发文单位"
                    ),
                ),
                ("prefix", models.CharField(max_length=30, verbose_name="机关代字")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("last", models.PositiveIntegerField(default=0, verbose_name="已用序号")),
            ],
            options={
                "verbose_name": "发文序号",
                "verbose_name_plural": "发文序号",
                "constraints": [models.UniqueConstraint(fields=("organisation", "prefix", "year"), name="number_series_once")],
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="提交人"
                    ),
                ),
                ("purpose", models.CharField(max_length=80, verbose_name="用途")),
                ("key", models.CharField(max_length=80, verbose_name="提交编号")),
                ("fingerprint", models.CharField(max_length=64, verbose_name="内容指纹")),
                ("result", models.JSONField(blank=True, null=True, verbose_name="结果")),
                ("created_at", models.DateTimeField(db_index=True, default=accounts.wallclock.now, verbose_name="时间")),
            ],
            options={
                "verbose_name": "提交回执",
                "verbose_name_plural": "提交回执",
                "constraints": [models.UniqueConstraint(fields=("user", "purpose", "key"), name="submission_once")],
            },
        ),
        migrations.CreateModel(
            name="PolicyValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60, verbose_name="参数代码")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="适用单位（含下级）",
                    ),
                ),
                ("value", models.CharField(max_length=500, verbose_name="取值")),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="单位")),
                ("effective_from", models.DateField(verbose_name="生效日期")),
                (
                    "effective_to",
                    models.DateField(blank=True, help_text="当日起不再适用；留空表示长期有效", null=True, verbose_name="失效日期"),
                ),
                ("source_document", models.CharField(max_length=200, verbose_name="依据文件")),
                (
                    "status",
                    models.CharField(
                        choices=[("example", "示例"), ("pending", "待确认"), ("confirmed", "已确认"), ("withdrawn", "已撤回")],
                        default="pending",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="设定人"
                    ),
                ),
                ("set_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="设定时间")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
            ],
            options={
                "verbose_name": "政策参数",
                "verbose_name_plural": "政策参数",
                "ordering": ["code", "-effective_from", "-pk"],
                "indexes": [models.Index(fields=["code", "effective_from"], name="policy_value_lookup")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("effective_to", None), ("effective_to__gt", models.F("effective_from")), _connector="OR"),
                        name="policy_value_period",
                        violation_error_message="失效日期必须晚于生效日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None), models.Q(("confirmed_by", models.F("set_by")), _negated=True), _connector="OR"
                        ),
                        name="policy_value_two_people",
                        violation_error_message="设定人与确认人不能是同一人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "confirmed"), _negated=True), ("confirmed_by__isnull", False), _connector="OR"
                        ),
                        name="policy_value_confirmed_by_someone",
                        violation_error_message="已确认的参数必须有确认人。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=80, verbose_name="任务类别")),
                ("key", models.CharField(max_length=200, verbose_name="唯一键")),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation", verbose_name="所属单位"
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发起人",
                    ),
                ),
                ("params", models.JSONField(default=dict, verbose_name="参数")),
                (
                    "status",
                    models.CharField(
                        choices=[("queued", "排队中"), ("running", "进行中"), ("done", "已完成"), ("failed", "失败")],
                        default="queued",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0, verbose_name="已完成数")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="总数")),
                ("at", models.CharField(blank=True, max_length=200, verbose_name="正在处理")),
                (
                    "result",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="records.storedfile", verbose_name="结果文件"
                    ),
                ),
                ("failure", models.TextField(blank=True, verbose_name="失败原因")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="尝试次数")),
                ("token", models.CharField(blank=True, max_length=32, verbose_name="执行凭据")),
                ("lease_until", models.DateTimeField(blank=True, null=True, verbose_name="租约到期")),
                ("heartbeat_at", models.DateTimeField(blank=True, null=True, verbose_name="最近心跳")),
                ("created_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="提交时间")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="开始时间")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
            ],
            options={
                "verbose_name": "后台任务",
                "verbose_name_plural": "后台任务",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(fields=["status", "lease_until"], name="job_sweep"),
                    models.Index(fields=["-created_at", "-id"], name="job_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "key"), name="job_once_per_key", violation_error_message="该任务已经提交过。")
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation", verbose_name="发文单位"
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="类别")),
                ("title", models.CharField(max_length=200, verbose_name="标题")),
                ("prefix", models.CharField(max_length=30, verbose_name="机关代字")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("sequence", models.PositiveIntegerField(verbose_name="序号")),
                ("number", models.CharField(max_length=60, verbose_name="文号")),
                ("template", models.CharField(max_length=100, verbose_name="版式")),
                ("context", models.JSONField(verbose_name="内容（定稿）")),
                ("context_sha256", models.CharField(max_length=64, verbose_name="内容摘要")),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="验证码")),
                ("public", models.BooleanField(default=False, verbose_name="向社会公开")),
                (
                    "issued_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="签发人",
                    ),
                ),
                ("issued_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="签发时间")),
                (
                    "file",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice",
                        to="records.storedfile",
                        verbose_name="PDF 文件",
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="撤回时间")),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="撤回人",
                    ),
                ),
                ("withdrawal_reason", models.CharField(blank=True, max_length=300, verbose_name="撤回原因")),
            ],
            options={
                "verbose_name": "文书公告",
                "verbose_name_plural": "文书公告",
                "ordering": ["-issued_at", "-pk"],
                "indexes": [
                    models.Index(fields=["-issued_at", "-id"], name="notice_newest"),
                    models.Index(condition=models.Q(("public", True)), fields=["-issued_at", "-id"], name="notice_public"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "prefix", "year", "sequence"), name="notice_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("withdrawn_at", None), models.Q(("withdrawal_reason", ""), _negated=True), _connector="OR"),
                        name="notice_withdrawn_with_reason",
                        violation_error_message="撤回文书必须写明原因。",
                    ),
                ],
            },
        ),
    ]
