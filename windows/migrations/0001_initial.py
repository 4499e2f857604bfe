import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import accounts.wallclock
import records.crypto
from accounts.founding import Founding


class Migration(Founding):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("records", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Programme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document", models.CharField(max_length=80, verbose_name="依据文件")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="条款")),
                ("code", models.CharField(max_length=24, verbose_name="事项代码")),
                ("version", models.CharField(max_length=16, verbose_name="版本")),
                ("key", models.CharField(max_length=1, verbose_name="快捷键")),
                ("name", models.CharField(max_length=60, verbose_name="事项名称")),
                ("group", models.CharField(max_length=20, verbose_name="类别")),
                (
                    "department",
                    models.CharField(
                        choices=[
                            ("CIVIL_AFFAIRS", "民政"),
                            ("MEDICAL", "医保"),
                            ("EDUCATION", "教育"),
                            ("HOUSING", "住房城乡建设"),
                            ("EMPLOYMENT", "人力社保"),
                            ("EMERGENCY", "应急管理"),
                            ("DISABLED", "残联"),
                            ("FINANCE", "财政"),
                            ("STAFFING_OFFICE", "编办"),
                            ("HEALTH", "卫生健康"),
                            ("AGRICULTURE", "农业农村"),
                            ("JUSTICE", "司法行政"),
                            ("CHARITY", "慈善与群团"),
                        ],
                        max_length=16,
                        verbose_name="牵头部门",
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[("HANDLE", "窗口受理"), ("TRANSFER", "转办"), ("REFER", "转介"), ("REGISTER", "一表登记")],
                        max_length=8,
                        verbose_name="窗口办理方式",
                    ),
                ),
                ("apply_at", models.CharField(max_length=120, verbose_name="申请地点")),
                ("decided_by", models.CharField(max_length=120, verbose_name="决定机关")),
                ("valid_from", models.DateField(verbose_name="施行日期")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="失效日期")),
                ("urgent", models.BooleanField(default=False, verbose_name="先行救助，材料后补")),
                ("whole_amount", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="全程时限")),
                (
                    "whole_unit",
                    models.CharField(
                        blank=True, choices=[("WD", "个工作日"), ("CD", "日"), ("H", "小时")], max_length=2, verbose_name="全程时限单位"
                    ),
                ),
                (
                    "whole_basis",
                    models.CharField(
                        choices=[("VERIFIED", "文件规定"), ("DESIGN", "示例")],
                        default="VERIFIED",
                        max_length=8,
                        verbose_name="全程时限来源",
                    ),
                ),
                ("extended_amount", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="特殊情形最长时限（工作日）")),
                ("extension_reasons", models.JSONField(blank=True, default=dict, verbose_name="可延长的情形")),
                ("pause_reasons", models.JSONField(blank=True, default=dict, verbose_name="可暂停计时的事由")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="排序")),
            ],
            options={
                "verbose_name": "救助事项",
                "verbose_name_plural": "救助事项",
                "ordering": ["order", "code", "-valid_from"],
                "constraints": [
                    models.UniqueConstraint(fields=("code", "version"), name="programme_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(("whole_amount__isnull", True), models.Q(("whole_unit", ""), _negated=True), _connector="OR"),
                        name="programme_whole_has_unit",
                        violation_error_message="全程时限须注明单位。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecomputedYear",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(unique=True, verbose_name="年份")),
                ("digest", models.CharField(max_length=64, verbose_name="日历摘要")),
                ("recomputed_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="重新计算时间")),
            ],
            options={
                "verbose_name": "期限重新计算",
                "verbose_name_plural": "期限重新计算",
                "ordering": ["year"],
            },
        ),
        migrations.CreateModel(
            name="GuideText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation", verbose_name="发布机关"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("CONDITION", "申请条件"),
                            ("STANDARD", "救助标准"),
                            ("EXPLANATION", "政策解读"),
                            ("QUESTION", "常见问题"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("programme_code", models.CharField(blank=True, db_index=True, max_length=24, verbose_name="救助事项")),
                ("title", models.CharField(max_length=120, verbose_name="标题")),
                ("body", models.TextField(max_length=6000, verbose_name="内容")),
                ("source", models.CharField(max_length=160, verbose_name="依据文件")),
                ("formed_on", models.DateField(verbose_name="信息形成日期")),
                (
                    "status",
                    models.CharField(
                        choices=[("DRAFT", "未发布"), ("PUBLISHED", "已发布"), ("WITHDRAWN", "已撤下")],
                        default="DRAFT",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("late_reason", models.CharField(blank=True, max_length=200, verbose_name="逾期发布的原因")),
                (
                    "prepared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="编写人"
                    ),
                ),
                ("prepared_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="编写时间")),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发布人",
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="发布时间")),
                ("withdrawn_reason", models.CharField(blank=True, max_length=200, verbose_name="撤下的原因")),
            ],
            options={
                "verbose_name": "办事指南信息",
                "verbose_name_plural": "办事指南信息",
                "ordering": ["-formed_on", "-pk"],
                "indexes": [
                    models.Index(condition=models.Q(("status", "PUBLISHED")), fields=["programme_code", "kind"], name="guide_public")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "PUBLISHED"), _negated=True),
                            models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="guide_published_by_someone",
                        violation_error_message="发布须有发布人和时间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["CONDITION", "STANDARD"]), _negated=True),
                            models.Q(("programme_code", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="guide_condition_of_a_programme",
                        violation_error_message="申请条件和救助标准须对应一个救助事项。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="乡镇（街道）",
                    ),
                ),
                (
                    "from_user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="移交人"
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        choices=[("EVEN", "按在办件数平均分配"), ("VILLAGE", "同一村（社区）交给同一人")],
                        max_length=8,
                        verbose_name="分配办法",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="移交原因")),
                ("total", models.PositiveIntegerField(verbose_name="在办件数")),
                ("moved", models.PositiveIntegerField(verbose_name="移交件数")),
                ("kept", models.PositiveIntegerField(verbose_name="暂不移交件数")),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="办理人"
                    ),
                ),
                ("made_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="移交时间")),
            ],
            options={
                "verbose_name": "在办件移交",
                "verbose_name_plural": "在办件移交",
                "ordering": ["-made_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("total", django.db.models.expressions.CombinedExpression(models.F("moved"), "+", models.F("kept")))
                        ),
                        name="handover_adds_up",
                        violation_error_message="移交件数与暂不移交件数之和必须等于在办件数。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("moved__gt", 0)), name="handover_moves_something", violation_error_message="至少移交一件。"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Household",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation", verbose_name="区县"
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="村（社区）",
                    ),
                ),
                ("address", records.crypto.EncryptedTextField(blank=True, verbose_name="住址")),
            ],
            options={
                "verbose_name": "家庭",
                "verbose_name_plural": "家庭",
            },
        ),
        migrations.CreateModel(
            name="Window",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="window",
                        to="accounts.organisation",
                        verbose_name="乡镇（街道）",
                    ),
                ),
                ("address", models.CharField(max_length=120, verbose_name="地址")),
                ("hours", models.CharField(max_length=80, verbose_name="开放时间")),
                ("phone", models.CharField(max_length=30, verbose_name="咨询电话")),
                ("staff", models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="专职人员")),
            ],
            options={
                "verbose_name": "社会救助服务窗口",
                "verbose_name_plural": "社会救助服务窗口",
                "ordering": ["organisation__path"],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document", models.CharField(max_length=80, verbose_name="依据文件")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="条款")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="windows.programme", verbose_name="事项"
                    ),
                ),
                ("code", models.CharField(max_length=16, verbose_name="步骤代码")),
                ("name", models.CharField(max_length=40, verbose_name="步骤")),
                ("position", models.PositiveSmallIntegerField(verbose_name="顺序")),
                (
                    "actor",
                    models.CharField(choices=[("TOWNSHIP", "乡镇（街道）"), ("COUNTY", "区县民政局")], max_length=8, verbose_name="办理方"),
                ),
                ("after", models.JSONField(blank=True, default=list, verbose_name="前置步骤")),
                ("amount", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="时限")),
                (
                    "unit",
                    models.CharField(
                        blank=True, choices=[("WD", "个工作日"), ("CD", "日"), ("H", "小时")], max_length=2, verbose_name="时限单位"
                    ),
                ),
                ("minimum", models.BooleanField(default=False, verbose_name="须满期限")),
                (
                    "basis",
                    models.CharField(
                        choices=[("VERIFIED", "文件规定"), ("DESIGN", "示例")], default="VERIFIED", max_length=8, verbose_name="时限来源"
                    ),
                ),
                ("policy_value", models.CharField(blank=True, max_length=60, verbose_name="政策参数代码")),
                ("rule", models.CharField(max_length=8, verbose_name="规则编号")),
                ("people", models.PositiveSmallIntegerField(default=0, verbose_name="最少人数")),
                ("concludes", models.BooleanField(default=False, verbose_name="作出决定的步骤")),
            ],
            options={
                "verbose_name": "办理步骤",
                "verbose_name_plural": "办理步骤",
                "ordering": ["programme", "position"],
                "constraints": [models.UniqueConstraint(fields=("programme", "code"), name="step_once_per_programme")],
            },
        ),
        migrations.CreateModel(
            name="Material",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document", models.CharField(max_length=80, verbose_name="依据文件")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="条款")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="materials", to="windows.programme", verbose_name="事项"
                    ),
                ),
                ("code", models.CharField(max_length=16, verbose_name="材料代码")),
                ("name", models.CharField(max_length=60, verbose_name="材料")),
                ("hint", models.CharField(blank=True, max_length=80, verbose_name="说明")),
                (
                    "need",
                    models.CharField(
                        choices=[("REQUIRED", "须提供"), ("IF_APPLICABLE", "有此情形的提供"), ("SHAREABLE", "无需提供（可核对）")],
                        max_length=16,
                        verbose_name="要求",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="顺序")),
            ],
            options={
                "verbose_name": "申请材料",
                "verbose_name_plural": "申请材料",
                "ordering": ["programme", "position"],
                "constraints": [models.UniqueConstraint(fields=("programme", "code"), name="material_once_per_programme")],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation", verbose_name="区县"
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="windows.household",
                        verbose_name="家庭",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                ("pinyin", models.CharField(blank=True, editable=False, max_length=200, verbose_name="拼音")),
                ("initials", models.CharField(blank=True, editable=False, max_length=30, verbose_name="拼音首字母")),
                ("id_number", records.crypto.EncryptedTextField(blank=True, verbose_name="身份证号")),
                ("id_index", models.CharField(blank=True, editable=False, max_length=64, null=True, verbose_name="身份证号索引")),
                ("no_id_reason", models.CharField(blank=True, max_length=80, verbose_name="无证件说明")),
                ("birth_on", models.DateField(blank=True, null=True, verbose_name="出生日期")),
                ("sex", models.CharField(blank=True, choices=[("M", "男"), ("F", "女")], max_length=1, verbose_name="性别")),
                ("phone", records.crypto.EncryptedTextField(blank=True, verbose_name="联系电话")),
            ],
            options={
                "verbose_name": "求助人",
                "verbose_name_plural": "求助人",
                "ordering": ["pinyin", "pk"],
                "indexes": [
                    models.Index(fields=["name"], name="person_name", opclasses=["varchar_pattern_ops"]),
                    models.Index(fields=["initials"], name="person_initials", opclasses=["varchar_pattern_ops"]),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "id_index"), name="person_once_per_district", violation_error_message="该身份证号已登记。"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("id_index__isnull", False), models.Q(("no_id_reason", ""), _negated=True), _connector="OR"),
                        name="person_id_or_reason",
                        violation_error_message="没有身份证号的，须登记情况说明。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="受理乡镇（街道）",
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="村（社区）",
                    ),
                ),
                ("number", models.CharField(max_length=32, unique=True, verbose_name="登记号")),
                ("progress_code", models.CharField(editable=False, max_length=16, unique=True, verbose_name="查询码")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="windows.person", verbose_name="求助人"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="windows.programme", verbose_name="求助事项"
                    ),
                ),
                ("programme_code", models.CharField(editable=False, max_length=24, verbose_name="事项代码")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("REGISTERED", "已登记"),
                            ("AWAITING", "待补正"),
                            ("ACCEPTED", "办理中"),
                            ("CONFIRMED", "已确认"),
                            ("DECLINED", "不予确认"),
                            ("NOT_ACCEPTED", "不予受理"),
                            ("WITHDRAWN", "已撤回"),
                            ("CLOSED", "已办结"),
                        ],
                        default="REGISTERED",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("need", models.CharField(blank=True, max_length=500, verbose_name="情况说明")),
                (
                    "first_contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="首问负责人",
                    ),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="经办人"
                    ),
                ),
                ("by_proxy", models.BooleanField(default=False, verbose_name="代为申请")),
                ("agent_name", models.CharField(blank=True, max_length=60, verbose_name="代办人")),
                ("agent_phone", records.crypto.EncryptedTextField(blank=True, verbose_name="代办人电话")),
                ("near_relative", models.BooleanField(default=False, verbose_name="近亲属单独登记")),
                ("relation", models.CharField(blank=True, max_length=80, verbose_name="近亲属关系")),
                ("county_visit_on", models.DateField(blank=True, null=True, verbose_name="区县入户核查日期")),
                ("consent", models.BooleanField(default=False, verbose_name="同意转介并提供必要信息")),
                ("registered_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="登记时间")),
                ("accepted_on", models.DateField(blank=True, null=True, verbose_name="受理日期")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                ("conclusion", models.TextField(blank=True, verbose_name="结论和理由")),
                ("extension", models.CharField(blank=True, max_length=16, verbose_name="延长情形")),
                ("extension_note", models.CharField(blank=True, max_length=300, verbose_name="延长说明")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="全程到期日")),
                ("next_due_on", models.DateField(blank=True, null=True, verbose_name="最近到期日")),
                ("next_step", models.CharField(blank=True, max_length=60, verbose_name="当前环节")),
            ],
            options={
                "verbose_name": "救助申请",
                "verbose_name_plural": "救助申请",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["organisation", "-id"], name="case_newest_of_township"),
                    models.Index(
                        condition=models.Q(("status__in", ("REGISTERED", "AWAITING", "ACCEPTED"))),
                        fields=["organisation", "next_due_on"],
                        name="case_due_open",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ("REGISTERED", "AWAITING", "ACCEPTED"))),
                        fields=["handler", "next_due_on"],
                        name="case_of_handler_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("status__in", ("REGISTERED", "AWAITING", "ACCEPTED")), models.Q(("programme_code", "OTHER"), _negated=True)
                        ),
                        fields=("person", "programme_code"),
                        name="case_one_open_per_programme",
                        violation_error_message="该人同一事项已有在办申请。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "ACCEPTED"), _negated=True), ("accepted_on__isnull", False), _connector="OR"
                        ),
                        name="case_accepted_has_date",
                        violation_error_message="已受理的申请必须有受理日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["DECLINED", "NOT_ACCEPTED"]), _negated=True),
                            models.Q(("conclusion", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="case_negative_has_reasons",
                        violation_error_message="不予受理、不予确认必须写明理由。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ("REGISTERED", "AWAITING", "ACCEPTED")), ("ended_at__isnull", False), _connector="OR"
                        ),
                        name="case_ended_has_time",
                        violation_error_message="办结的申请必须有办结时间。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseMaterial",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="materials", to="windows.case", verbose_name="申请"
                    ),
                ),
                (
                    "material",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="windows.material", verbose_name="材料"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("BROUGHT", "已收（验）"), ("MISSING", "待补"), ("NOT_APPLICABLE", "不适用"), ("LATER", "容缺后补")],
                        max_length=16,
                        verbose_name="情况",
                    ),
                ),
                ("brought_on", models.DateField(blank=True, null=True, verbose_name="收（验）日期")),
            ],
            options={
                "verbose_name": "已交材料",
                "verbose_name_plural": "已交材料",
                "ordering": ["material__position"],
                "constraints": [models.UniqueConstraint(fields=("case", "material"), name="case_material_once")],
            },
        ),
        migrations.CreateModel(
            name="CaseStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="起算日期")),
                ("amount", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="时限")),
                (
                    "unit",
                    models.CharField(
                        blank=True, choices=[("WD", "个工作日"), ("CD", "日"), ("H", "小时")], max_length=2, verbose_name="时限单位"
                    ),
                ),
                ("minimum", models.BooleanField(default=False, verbose_name="须满期限")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="到期日")),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="到期时刻")),
                ("due_note", models.CharField(blank=True, max_length=200, verbose_name="期限说明")),
                ("paused_on", models.DateField(blank=True, null=True, verbose_name="暂停日期")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="windows.case", verbose_name="申请"
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="windows.step",
                        verbose_name="步骤定义",
                    ),
                ),
                ("code", models.CharField(max_length=16, verbose_name="步骤代码")),
                ("name", models.CharField(max_length=40, verbose_name="步骤")),
                ("position", models.PositiveSmallIntegerField(verbose_name="顺序")),
                (
                    "actor",
                    models.CharField(choices=[("TOWNSHIP", "乡镇（街道）"), ("COUNTY", "区县民政局")], max_length=8, verbose_name="办理方"),
                ),
                ("whole", models.BooleanField(default=False, verbose_name="全程时限")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("WAITING", "未开始"),
                            ("RUNNING", "办理中"),
                            ("PAUSED", "暂停"),
                            ("DONE", "已完成"),
                            ("SKIPPED", "未办（申请已结束）"),
                        ],
                        default="WAITING",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="完成日期")),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="完成人",
                    ),
                ),
                ("people", models.CharField(blank=True, max_length=120, verbose_name="参加人员")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="办理情况")),
            ],
            options={
                "verbose_name": "办理环节",
                "verbose_name_plural": "办理环节",
                "ordering": ["case", "position"],
                "indexes": [models.Index(condition=models.Q(("status", "RUNNING")), fields=["due_on"], name="case_step_running_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "code"), name="case_step_once"),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("status", "DONE"), _negated=True), ("done_on__isnull", False), _connector="OR"),
                        name="case_step_done_has_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OneTimeNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="one_time_notices", to="windows.case", verbose_name="申请"
                    ),
                ),
                ("ordinal", models.PositiveSmallIntegerField(verbose_name="第几次")),
                ("items", models.JSONField(verbose_name="待补材料（定稿）")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="再次告知的原因")),
                ("issued_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="出具时间")),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="出具人"
                    ),
                ),
            ],
            options={
                "verbose_name": "一次性告知书",
                "verbose_name_plural": "一次性告知书",
                "ordering": ["case", "ordinal"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "ordinal"), name="one_time_notice_ordinal"),
                    models.CheckConstraint(
                        condition=models.Q(("ordinal", 1), models.Q(("reason", ""), _negated=True), _connector="OR"),
                        name="one_time_notice_second_has_reason",
                        violation_error_message="再次告知须写明原因。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HandoverItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="windows.handover", verbose_name="移交"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="handover_items", to="windows.case", verbose_name="申请"
                    ),
                ),
                (
                    "to_user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="接收人",
                    ),
                ),
                ("kept_reason", models.CharField(blank=True, max_length=120, verbose_name="暂不移交的原因")),
            ],
            options={
                "verbose_name": "移交明细",
                "verbose_name_plural": "移交明细",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("handover", "case"), name="handover_item_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kept_reason", ""), ("to_user__isnull", False)),
                            models.Q(("to_user__isnull", True), models.Q(("kept_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="handover_item_moved_or_reasoned",
                        violation_error_message="每一件要么有接收人，要么写明暂不移交的原因。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="起算日期")),
                ("amount", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="时限")),
                (
                    "unit",
                    models.CharField(
                        blank=True, choices=[("WD", "个工作日"), ("CD", "日"), ("H", "小时")], max_length=2, verbose_name="时限单位"
                    ),
                ),
                ("minimum", models.BooleanField(default=False, verbose_name="须满期限")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="到期日")),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="到期时刻")),
                ("due_note", models.CharField(blank=True, max_length=200, verbose_name="期限说明")),
                ("paused_on", models.DateField(blank=True, null=True, verbose_name="暂停日期")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="referrals", to="windows.case", verbose_name="申请"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="windows.programme", verbose_name="事项"
                    ),
                ),
                ("mode", models.CharField(choices=[("TRANSFER", "转办"), ("REFER", "转介")], max_length=8, verbose_name="方式")),
                (
                    "to_organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation", verbose_name="接收单位"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("SENT", "待签收"),
                            ("ACKNOWLEDGED", "办理中"),
                            ("MORE_ASKED", "待补充"),
                            ("RETURNED", "已退回"),
                            ("ANSWERED", "已答复"),
                            ("RECALLED", "已撤回"),
                        ],
                        default="SENT",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="事由")),
                ("consent", models.BooleanField(default=False, verbose_name="已取得申请人同意")),
                ("sent_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="送出时间")),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="送出人"
                    ),
                ),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True, verbose_name="签收时间")),
                (
                    "receiver",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="接收经办人",
                    ),
                ),
                ("question", models.CharField(blank=True, max_length=500, verbose_name="需要补充的内容")),
                ("supplement", models.CharField(blank=True, max_length=500, verbose_name="补充说明")),
                ("return_reason", models.CharField(blank=True, max_length=500, verbose_name="退回理由")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("GRANTED", "给予救助（服务）"), ("DECLINED", "不符合条件"), ("ALREADY", "已在享受"), ("OTHER", "其他")],
                        max_length=8,
                        verbose_name="办理结果",
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="办理情况")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
            ],
            options={
                "verbose_name": "转办转介件",
                "verbose_name_plural": "转办转介件",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ("SENT", "ACKNOWLEDGED", "MORE_ASKED", "RETURNED"))),
                        fields=["to_organisation", "due_on"],
                        name="referral_desk",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ("SENT", "ACKNOWLEDGED", "MORE_ASKED", "RETURNED"))),
                        fields=("case", "programme", "to_organisation"),
                        name="referral_one_open_per_receiver",
                        violation_error_message="同一事项已送该单位，尚未办结。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mode", "TRANSFER"), ("consent", True), _connector="OR"),
                        name="referral_needs_consent",
                        violation_error_message="转介须先取得申请人同意。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "ANSWERED"), _negated=True),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                models.Q(("outcome", ""), _negated=True),
                                ("answered_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="referral_answered_in_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "RETURNED"), _negated=True), models.Q(("return_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="referral_returned_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Slip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="slips", to="windows.case", verbose_name="申请"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ACCEPTANCE", "受理通知书"),
                            ("ONE_TIME", "一次性告知书"),
                            ("REGISTRATION", "登记回执"),
                            ("NOT_ACCEPTED", "不予受理通知书"),
                            ("DECISION", "审核确认结果告知书"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                (
                    "notice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="slip", to="records.notice", verbose_name="文书"
                    ),
                ),
                (
                    "reprint",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.storedfile",
                        verbose_name="补打件",
                    ),
                ),
                ("prints", models.PositiveSmallIntegerField(default=0, verbose_name="打印次数")),
                ("first_printed_at", models.DateTimeField(blank=True, null=True, verbose_name="首次打印时间")),
                (
                    "first_printed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="首次打印人",
                    ),
                ),
            ],
            options={
                "verbose_name": "窗口文书",
                "verbose_name_plural": "窗口文书",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="VillageTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation", verbose_name="村（社区）"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="village_tasks",
                        to="windows.case",
                        verbose_name="相关申请",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("SCREENING", "困难排查"),
                            ("FINDING", "发现报告"),
                            ("CHECK", "协助经济状况核查"),
                            ("NOTICE", "公示监督"),
                            ("DYNAMIC", "动态管理"),
                            ("REPORTING", "信息报送"),
                            ("GUIDE", "咨询宣传"),
                        ],
                        max_length=12,
                        verbose_name="事项",
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="任务")),
                ("detail", models.CharField(blank=True, max_length=500, verbose_name="要求")),
                ("due_on", models.DateField(verbose_name="完成期限")),
                ("fee", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="经费（元）")),
                ("fund_source", models.CharField(blank=True, max_length=80, verbose_name="经费来源")),
                ("no_fee_reason", models.CharField(blank=True, max_length=200, verbose_name="不拨经费的理由")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("OPEN", "待办"),
                            ("REPORTED", "已报送"),
                            ("RETURNED", "退回补充"),
                            ("ACCEPTED", "已核收"),
                            ("CANCELLED", "已取消"),
                        ],
                        default="OPEN",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="布置人"
                    ),
                ),
                ("set_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="布置时间")),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核收人",
                    ),
                ),
                ("accepted_on", models.DateField(blank=True, null=True, verbose_name="核收日期")),
            ],
            options={
                "verbose_name": "村级任务",
                "verbose_name_plural": "村级任务",
                "ordering": ["due_on", "pk"],
                "indexes": [models.Index(fields=["organisation", "status", "due_on"], name="village_task_desk")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("fee__gt", 0), ("fee__isnull", False), models.Q(("fund_source", ""), _negated=True)),
                            models.Q(("fee__isnull", True), models.Q(("no_fee_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="village_task_carries_money_or_reason",
                        violation_error_message="任务要么写明经费和来源，要么写明不拨经费的理由。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "ACCEPTED"), _negated=True),
                            models.Q(("accepted_by__isnull", False), ("accepted_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="village_task_accepted_by_someone",
                        violation_error_message="核收须有核收人和日期。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation", verbose_name="村（社区）"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("NEED", "发现困难群众"), ("CHANGE", "在册家庭情况变化")], max_length=8, verbose_name="类别"),
                ),
                ("name", records.crypto.EncryptedTextField(blank=True, verbose_name="姓名")),
                ("phone", records.crypto.EncryptedTextField(blank=True, verbose_name="联系电话")),
                ("place", records.crypto.EncryptedTextField(blank=True, verbose_name="住处")),
                ("situation", models.CharField(max_length=500, verbose_name="情况")),
                ("urgent", models.BooleanField(default=False, verbose_name="急难，需马上处理")),
                (
                    "status",
                    models.CharField(
                        choices=[("REPORTED", "待处理"), ("REGISTERED", "已登记申请"), ("CLOSED", "已处理")],
                        default="REPORTED",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="处理期限")),
                ("due_note", models.CharField(blank=True, max_length=120, verbose_name="期限说明")),
                (
                    "reported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="报告人"
                    ),
                ),
                ("reported_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="报告时间")),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="windows.case",
                        verbose_name="登记的申请",
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="处理情况")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="处理人",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="处理时间")),
            ],
            options={
                "verbose_name": "主动发现",
                "verbose_name_plural": "主动发现",
                "ordering": ["-reported_at", "-pk"],
                "indexes": [models.Index(fields=["organisation", "status"], name="finding_of_village")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "REPORTED"),
                            models.Q(models.Q(("answer", ""), _negated=True), ("answered_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="finding_ended_with_answer",
                        violation_error_message="处理完毕须写明处理情况。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("status", "REGISTERED"), _negated=True), ("case__isnull", False), _connector="OR"),
                        name="finding_registered_has_case",
                        violation_error_message="已登记的须关联申请。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Standstill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standstills",
                        to="windows.casestep",
                        verbose_name="步骤",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standstills",
                        to="windows.referral",
                        verbose_name="转办件",
                    ),
                ),
                ("reason", models.CharField(max_length=16, verbose_name="事由")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="情况说明")),
                ("started_on", models.DateField(verbose_name="暂停日期")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="恢复日期")),
                ("due_before", models.DateField(blank=True, null=True, verbose_name="原到期日")),
                ("due_after", models.DateField(blank=True, null=True, verbose_name="新到期日")),
                (
                    "paused_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="暂停人"
                    ),
                ),
                (
                    "resumed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="恢复人",
                    ),
                ),
            ],
            options={
                "verbose_name": "暂停计时",
                "verbose_name_plural": "暂停计时",
                "ordering": ["started_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("referral__isnull", True), ("step__isnull", False)),
                            models.Q(("referral__isnull", False), ("step__isnull", True)),
                            _connector="OR",
                        ),
                        name="standstill_of_one_clock",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_on__isnull", True), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="standstill_in_order",
                        violation_error_message="恢复日期不能早于暂停日期。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on__isnull", True)), fields=("step",), name="standstill_one_open_per_step"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on__isnull", True)), fields=("referral",), name="standstill_one_open_per_referral"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Escalation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="escalations",
                        to="windows.casestep",
                        verbose_name="步骤",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="escalations",
                        to="windows.referral",
                        verbose_name="转办件",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="逾期的到期日")),
                ("told_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="提醒时间")),
            ],
            options={
                "verbose_name": "逾期提醒",
                "verbose_name_plural": "逾期提醒",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("step__isnull", False)), fields=("step", "due_on"), name="escalation_once_per_step"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("referral__isnull", False)), fields=("referral", "due_on"), name="escalation_once_per_referral"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("referral__isnull", True), ("step__isnull", False)),
                            models.Q(("referral__isnull", False), ("step__isnull", True)),
                            _connector="OR",
                        ),
                        name="escalation_of_one_clock",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VillageReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="windows.villagetask", verbose_name="任务"
                    ),
                ),
                ("ordinal", models.PositiveSmallIntegerField(verbose_name="轮次")),
                ("done_on", models.DateField(verbose_name="完成日期")),
                ("households", models.PositiveIntegerField(blank=True, null=True, verbose_name="走访户数")),
                ("text", models.CharField(max_length=500, verbose_name="完成情况")),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.storedfile",
                        verbose_name="照片",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="报送人"
                    ),
                ),
                ("reported_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="报送时间")),
                ("return_reason", models.CharField(blank=True, max_length=200, verbose_name="退回原因")),
            ],
            options={
                "verbose_name": "村级任务报送",
                "verbose_name_plural": "村级任务报送",
                "ordering": ["task", "ordinal"],
                "constraints": [models.UniqueConstraint(fields=("task", "ordinal"), name="village_report_round_once")],
            },
        ),
    ]
