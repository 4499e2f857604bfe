import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.wallclock
from accounts.founding import Founding


class Migration(Founding):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("procurement", "0001_initial"),
        ("records", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Scheme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation", verbose_name="制定单位"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="方案名称")),
                (
                    "service_class",
                    models.CharField(
                        choices=[("any", "各类服务"), ("administrative", "事务性工作"), ("direct", "服务性工作")],
                        default="any",
                        max_length=16,
                        verbose_name="适用服务",
                    ),
                ),
                ("edition", models.PositiveSmallIntegerField(verbose_name="版次")),
                ("effective_from", models.DateField(verbose_name="生效日期")),
                (
                    "frequency",
                    models.CharField(
                        choices=[
                            ("month", "按月"),
                            ("quarter", "按季度"),
                            ("half", "按半年"),
                            ("year", "按年度"),
                            ("term", "合同期满一次"),
                        ],
                        default="year",
                        max_length=8,
                        verbose_name="评价周期",
                    ),
                ),
                ("collection_workdays", models.PositiveSmallIntegerField(default=10, verbose_name="期满后收集时限（工作日）")),
                ("objection_workdays", models.PositiveSmallIntegerField(default=5, verbose_name="异议期（工作日）")),
                ("answer_workdays", models.PositiveSmallIntegerField(default=10, verbose_name="异议答复时限（工作日）")),
                ("sample_floor", models.PositiveSmallIntegerField(default=30, verbose_name="最少有效答卷")),
                ("sample_percent", models.PositiveSmallIntegerField(default=10, verbose_name="最低抽样比例（%）")),
                ("disclosure_minimum", models.PositiveSmallIntegerField(default=5, verbose_name="向承接主体显示汇总的最少答卷")),
                ("source", models.CharField(max_length=200, verbose_name="依据文件")),
                ("certainty", models.CharField(default="示例", help_text="示例、待确认、已确认", max_length=12, verbose_name="状态")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="制定人"
                    ),
                ),
                ("created_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="制定时间")),
            ],
            options={
                "verbose_name": "评价方案",
                "verbose_name_plural": "评价方案",
                "ordering": ("-effective_from", "-pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "service_class", "edition"),
                        name="scheme_edition_once",
                        violation_error_message="该版次已经存在。",
                    ),
                    models.UniqueConstraint(
                        fields=("organisation", "service_class", "effective_from"),
                        name="scheme_one_per_day",
                        violation_error_message="同一天不能有两版方案生效。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "contract",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="third_party_assignment",
                        to="procurement.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "third_party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation", verbose_name="第三方机构"
                    ),
                ),
                ("procurement_reference", models.CharField(help_text="委托合同或成交通知书编号", max_length=120, verbose_name="采购依据")),
                (
                    "assigned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="委托经办人",
                    ),
                ),
                ("assigned_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="委托时间")),
                ("no_control", models.BooleanField(default=False, verbose_name="声明与承接主体无控股、管理关系")),
                ("no_payment", models.BooleanField(default=False, verbose_name="声明不向承接主体收取费用")),
                (
                    "declared_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="声明人",
                    ),
                ),
                ("declared_at", models.DateTimeField(blank=True, null=True, verbose_name="声明时间")),
            ],
            options={
                "verbose_name": "第三方委托",
                "verbose_name_plural": "第三方委托",
            },
        ),
        migrations.CreateModel(
            name="Indicator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="indicators", to="evaluation.scheme", verbose_name="方案"
                    ),
                ),
                ("code", models.CharField(max_length=12, verbose_name="指标编号")),
                ("name", models.CharField(max_length=80, verbose_name="指标")),
                (
                    "dimension",
                    models.CharField(
                        choices=[("results", "服务成效"), ("management", "项目管理"), ("impact", "社会影响")],
                        max_length=12,
                        verbose_name="评价方面",
                    ),
                ),
                (
                    "evaluator",
                    models.CharField(
                        choices=[("purchaser", "购买主体"), ("recipient", "服务对象"), ("third_party", "第三方")],
                        max_length=12,
                        verbose_name="评价主体",
                    ),
                ),
                ("weight", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="权重")),
                (
                    "source",
                    models.CharField(
                        choices=[("manual", "人工评分"), ("figure", "数据计算"), ("survey", "满意度测评")],
                        default="manual",
                        max_length=8,
                        verbose_name="得分来源",
                    ),
                ),
                ("figure", models.CharField(blank=True, max_length=40, verbose_name="数据项")),
                ("criteria", models.TextField(blank=True, help_text="满意度测评的指标在此写题目", verbose_name="评分标准")),
                ("evidence", models.CharField(blank=True, max_length=200, verbose_name="佐证材料")),
                (
                    "when_missing",
                    models.CharField(
                        choices=[("wait", "缺项时不得计分"), ("redistribute", "缺项时权重按比例分摊到同一评价主体的其余指标")],
                        default="wait",
                        max_length=12,
                        verbose_name="缺项处理",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="序号")),
            ],
            options={
                "verbose_name": "评价指标",
                "verbose_name_plural": "评价指标",
                "ordering": ("position", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scheme", "code"), name="indicator_code_once", violation_error_message="指标编号重复。"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weight__gt", 0), ("weight__lte", 100)),
                        name="indicator_weight_in_range",
                        violation_error_message="权重应大于 0 且不超过 100。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("figure__gt", ""), ("source", "figure")),
                            models.Q(models.Q(("source", "figure"), _negated=True), ("figure", "")),
                            _connector="OR",
                        ),
                        name="indicator_figure_named",
                        violation_error_message="数据计算的指标须选定数据项，其他指标不填。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("evaluator", "recipient"), ("source", "survey")),
                            models.Q(models.Q(("source", "survey"), _negated=True), models.Q(("evaluator", "recipient"), _negated=True)),
                            _connector="OR",
                        ),
                        name="indicator_recipients_by_survey",
                        violation_error_message="服务对象的评价只能来自满意度测评。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to="procurement.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to="accounts.organisation",
                        verbose_name="购买主体",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluations",
                        to="evaluation.scheme",
                        verbose_name="评价方案",
                    ),
                ),
                ("period_start", models.DateField(verbose_name="评价期间开始")),
                ("period_end", models.DateField(verbose_name="评价期间结束")),
                ("edition", models.PositiveSmallIntegerField(default=1, verbose_name="版次")),
                (
                    "supersedes",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="evaluation.evaluation",
                        verbose_name="更正前一版",
                    ),
                ),
                ("correction_reason", models.TextField(blank=True, verbose_name="更正原因")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("collecting", "收集中"),
                            ("scored", "已计分"),
                            ("objection", "异议期"),
                            ("final", "已审定"),
                            ("published", "已公布"),
                            ("corrected", "已更正"),
                        ],
                        db_index=True,
                        default="collecting",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("collect_due_on", models.DateField(blank=True, help_text="空：工作日历公布后确定", null=True, verbose_name="收集截止")),
                ("created_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="生成时间")),
                ("total", models.DecimalField(blank=True, decimal_places=10, max_digits=13, null=True, verbose_name="总分（未修约）")),
                ("grade", models.CharField(blank=True, max_length=2, verbose_name="等级")),
                ("frozen", models.JSONField(blank=True, null=True, verbose_name="计分依据（定格）")),
                ("frozen_sha256", models.CharField(blank=True, max_length=64, verbose_name="计分依据摘要")),
                ("scored_at", models.DateTimeField(blank=True, null=True, verbose_name="计分时间")),
                (
                    "scored_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="计分人",
                    ),
                ),
                ("improvement", models.TextField(blank=True, verbose_name="需要改进")),
                ("objection_from", models.DateField(blank=True, null=True, verbose_name="异议期起算日")),
                ("objection_due_on", models.DateField(blank=True, help_text="空：工作日历公布后确定", null=True, verbose_name="异议截止")),
                (
                    "objection_waived_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="无异议确认人",
                    ),
                ),
                (
                    "finalised_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审定人",
                    ),
                ),
                ("finalised_at", models.DateTimeField(blank=True, null=True, verbose_name="审定时间")),
                (
                    "report",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluation_report",
                        to="records.notice",
                        verbose_name="评价报告",
                    ),
                ),
                ("publish_due_on", models.DateField(blank=True, null=True, verbose_name="公布期限")),
                ("public_summary", models.TextField(blank=True, verbose_name="公布说明")),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="公布人",
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="公布时间")),
                (
                    "announcement",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluation_announcement",
                        to="records.notice",
                        verbose_name="结果公告",
                    ),
                ),
            ],
            options={
                "verbose_name": "绩效评价",
                "verbose_name_plural": "绩效评价",
                "ordering": ("-period_end", "-pk"),
                "indexes": [
                    models.Index(fields=["-period_end", "-id"], name="evaluation_newest"),
                    models.Index(fields=["organisation", "status"], name="evaluation_by_purchaser"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "period_start", "edition"),
                        name="evaluation_once_per_period",
                        violation_error_message="该合同本期的评价已经生成。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period_end__gte", models.F("period_start"))),
                        name="evaluation_period_in_order",
                        violation_error_message="评价期间结束不能早于开始。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "collecting"),
                            models.Q(
                                ("total__gte", 0), ("total__lte", 100), ("frozen_sha256__gt", ""), models.Q(("grade", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="evaluation_scored_from_frozen",
                        violation_error_message="没有定格依据和总分的评价不能进入下一步。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ("final", "published")), _negated=True),
                            ("finalised_by__isnull", False),
                            _connector="OR",
                        ),
                        name="evaluation_finalised_by_someone",
                        violation_error_message="审定的评价必须有审定人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("finalised_by__isnull", True),
                            ("scored_by__isnull", True),
                            models.Q(("finalised_by", models.F("scored_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="evaluation_two_people",
                        violation_error_message="评分人不能审定。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("edition", 1), ("supersedes__isnull", True)),
                            models.Q(("edition__gt", 1), ("supersedes__isnull", False)),
                            _connector="OR",
                        ),
                        name="evaluation_correction_names_first",
                        violation_error_message="更正版必须指明被更正的一版。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scores", to="evaluation.evaluation", verbose_name="评价"
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evaluation.indicator", verbose_name="指标"
                    ),
                ),
                ("value", models.DecimalField(decimal_places=6, max_digits=9, verbose_name="得分")),
                ("basis", models.JSONField(blank=True, default=list, verbose_name="原始行")),
                ("comment", models.TextField(blank=True, verbose_name="说明")),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.storedfile",
                        verbose_name="佐证",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="评分人",
                    ),
                ),
                ("entered_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="评分时间")),
            ],
            options={
                "verbose_name": "得分",
                "verbose_name_plural": "得分",
                "ordering": ("indicator__position", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("evaluation", "indicator"), name="score_once", violation_error_message="该指标已经评分。"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value__gte", 0), ("value__lte", 100)),
                        name="score_in_range",
                        violation_error_message="得分应在 0 至 100 之间。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="evaluation.evaluation",
                        verbose_name="评价",
                    ),
                ),
                ("text", models.TextField(verbose_name="异议内容")),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.storedfile",
                        verbose_name="附件",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="提出人"
                    ),
                ),
                ("raised_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="提出时间")),
                ("answer_due_on", models.DateField(blank=True, help_text="空：工作日历公布后确定", null=True, verbose_name="答复期限")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("open", "待答复"), ("upheld", "成立，重新计分"), ("rejected", "不成立，维持原分")],
                        default="open",
                        max_length=10,
                        verbose_name="结论",
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="答复")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复人",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
            ],
            options={
                "verbose_name": "异议",
                "verbose_name_plural": "异议",
                "ordering": ("raised_at", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome", "open"), models.Q(("answer", ""), _negated=True), _connector="OR"),
                        name="objection_answered_in_words",
                        violation_error_message="答复异议必须写明理由。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "evaluation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="survey", to="evaluation.evaluation", verbose_name="评价"
                    ),
                ),
                ("population", models.PositiveIntegerField(verbose_name="服务对象人数")),
                ("population_source", models.CharField(max_length=120, verbose_name="人数来源")),
                ("salt", models.CharField(editable=False, max_length=32, verbose_name="编码盐")),
                ("expires_on", models.DateField(verbose_name="测评码有效期至")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="发放人"
                    ),
                ),
                ("created_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="发放时间")),
            ],
            options={
                "verbose_name": "满意度测评",
                "verbose_name_plural": "满意度测评",
            },
        ),
        migrations.CreateModel(
            name="SurveyCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="codes", to="evaluation.survey", verbose_name="测评"
                    ),
                ),
                ("serial", models.PositiveIntegerField(verbose_name="编号")),
                ("code_hash", models.CharField(max_length=64, unique=True, verbose_name="测评码摘要")),
                ("unreachable_reason", models.CharField(blank=True, max_length=120, verbose_name="无法访问原因")),
                (
                    "unreachable_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "测评码",
                "verbose_name_plural": "测评码",
                "ordering": ("serial",),
                "constraints": [models.UniqueConstraint(fields=("survey", "serial"), name="survey_code_serial_once")],
            },
        ),
        migrations.CreateModel(
            name="SurveyReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reply", to="evaluation.surveycode", verbose_name="测评码"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("web", "本人手机填写"), ("phone", "电话代填"), ("home", "入户代填")],
                        default="web",
                        max_length=8,
                        verbose_name="渠道",
                    ),
                ),
                ("proxy", models.BooleanField(default=False, verbose_name="由他人代答")),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="代填人",
                    ),
                ),
                ("received_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="收到时间")),
                ("origin", models.CharField(blank=True, max_length=64, verbose_name="来源指纹")),
                ("set_aside", models.CharField(blank=True, max_length=120, verbose_name="剔除原因")),
            ],
            options={
                "verbose_name": "答卷",
                "verbose_name_plural": "答卷",
                "ordering": ("pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("channel", "web"), ("entered_by__isnull", True)),
                            models.Q(models.Q(("channel", "web"), _negated=True), ("entered_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="reply_entered_by_when_not_web",
                        violation_error_message="代填的答卷必须记录代填人。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reply",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="evaluation.surveyreply",
                        verbose_name="答卷",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evaluation.indicator", verbose_name="题目"
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(5, "非常满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "非常不满意"), (0, "说不清")],
                        verbose_name="选项",
                    ),
                ),
            ],
            options={
                "verbose_name": "答案",
                "verbose_name_plural": "答案",
                "ordering": ("indicator__position", "pk"),
                "constraints": [
                    models.UniqueConstraint(fields=("reply", "indicator"), name="answer_once"),
                    models.CheckConstraint(
                        condition=models.Q(("level__lte", 5)), name="answer_level_known", violation_error_message="选项不在范围内。"
                    ),
                ],
            },
        ),
    ]
