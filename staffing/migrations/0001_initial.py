import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.founding import Founding


class Migration(Founding):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("procurement", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Caseload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="caseloads",
                        to="accounts.organisation",
                        verbose_name="乡镇（街道）",
                    ),
                ),
                ("as_of", models.DateField(verbose_name="截至日期")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("URBAN_DIBAO", "城市低保"),
                            ("RURAL_DIBAO", "农村低保"),
                            ("TEKUN", "特困人员"),
                            ("EDGE", "低保边缘"),
                            ("HARDSHIP", "刚性支出困难"),
                            ("OTHER", "其他救助对象"),
                        ],
                        max_length=12,
                        verbose_name="对象类别",
                    ),
                ),
                ("recipients", models.PositiveIntegerField(verbose_name="人数")),
                ("source", models.CharField(max_length=120, verbose_name="数据来源")),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="录入人",
                    ),
                ),
                ("entered_at", models.DateTimeField(verbose_name="录入时间")),
            ],
            options={
                "verbose_name": "救助对象数",
                "verbose_name_plural": "救助对象数",
                "ordering": ["-as_of", "organisation__path", "category"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "as_of", "category"),
                        name="caseload_once_a_day",
                        violation_error_message="同一乡镇（街道）同一日期同一类别只能有一个数。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff",
                        to="accounts.organisation",
                        verbose_name="服务单位",
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("BUREAU", "区县民政部门"),
                            ("TOWNSHIP", "乡镇（街道）"),
                            ("VILLAGE", "村（社区）"),
                            ("CARE_HOME", "特困供养服务机构"),
                        ],
                        max_length=10,
                        verbose_name="岗位所在",
                    ),
                ),
                ("institution", models.CharField(blank=True, max_length=120, verbose_name="供养机构名称")),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                (
                    "employment",
                    models.CharField(
                        choices=[("OWN", "自有专职"), ("POSTED", "购买服务派驻"), ("PART_TIME", "兼职")],
                        max_length=10,
                        verbose_name="用工方式",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posted_staff",
                        to="procurement.contract",
                        verbose_name="所依合同",
                    ),
                ),
                (
                    "education",
                    models.CharField(
                        choices=[("BELOW", "大专以下"), ("COLLEGE", "大专"), ("BACHELOR", "本科"), ("GRADUATE", "研究生")],
                        max_length=10,
                        verbose_name="学历",
                    ),
                ),
                ("social_work_education", models.BooleanField(default=False, verbose_name="社会工作专业")),
                (
                    "certificate",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "无"), (1, "助理社会工作师"), (2, "社会工作师"), (3, "高级社会工作师")],
                        default=0,
                        verbose_name="社会工作职业资格",
                    ),
                ),
                ("exception_reason", models.CharField(blank=True, max_length=200, verbose_name="例外理由")),
                ("started_on", models.DateField(verbose_name="到岗日期")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="离岗日期")),
            ],
            options={
                "verbose_name": "经办人员",
                "verbose_name_plural": "经办人员",
                "ordering": ["organisation__path", "employment", "pk"],
                "indexes": [models.Index(fields=["organisation", "place", "employment"], name="staff_counted")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("employment", "POSTED"), _negated=True), ("contract__isnull", False), _connector="OR"),
                        name="staff_posted_under_contract",
                        violation_error_message="派驻人员须依托已签订的购买服务合同。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_on__isnull", True), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="staff_dates_in_order",
                        violation_error_message="离岗日期不能早于到岗日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("place", "CARE_HOME"), _negated=True), models.Q(("institution", ""), _negated=True), _connector="OR"
                        ),
                        name="staff_care_home_named",
                        violation_error_message="派驻到特困供养服务机构的，请写明机构名称。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Scenario",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staffing_scenarios",
                        to="accounts.organisation",
                        verbose_name="区县局",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="方案名称")),
                ("post_cost", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="每个购买岗位年费用（元）")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="制定人"
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="制定时间")),
            ],
            options={
                "verbose_name": "测算方案",
                "verbose_name_plural": "测算方案",
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "name"), name="scenario_name_once", violation_error_message="该区县已有同名方案。"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("post_cost__gte", 0)),
                        name="scenario_cost_not_negative",
                        violation_error_message="费用不能为负。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScenarioLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "scenario",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="staffing.scenario", verbose_name="方案"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="乡镇（街道）",
                    ),
                ),
                ("recipients", models.PositiveIntegerField(verbose_name="救助对象（人）")),
                ("own", models.PositiveIntegerField(verbose_name="自有专职（人）")),
                ("posted", models.PositiveIntegerField(verbose_name="派驻（人）")),
                ("baseline", models.PositiveIntegerField(verbose_name="基数（人）")),
            ],
            options={
                "verbose_name": "方案明细",
                "verbose_name_plural": "方案明细",
                "ordering": ["organisation__path"],
                "constraints": [models.UniqueConstraint(fields=("scenario", "organisation"), name="scenario_line_once")],
            },
        ),
        migrations.CreateModel(
            name="Training",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trainings",
                        to="accounts.organisation",
                        verbose_name="组织单位",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="培训名称")),
                ("held_on", models.DateField(verbose_name="培训日期")),
                ("hours", models.PositiveSmallIntegerField(verbose_name="学时")),
                ("party_education", models.BooleanField(default=False, verbose_name="含党性教育")),
            ],
            options={
                "verbose_name": "业务培训",
                "verbose_name_plural": "业务培训",
                "ordering": ["-held_on", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "title", "held_on"), name="training_once", violation_error_message="该培训已登记。"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "training",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attendances", to="staffing.training", verbose_name="培训"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="staffing.staffmember",
                        verbose_name="参训人",
                    ),
                ),
            ],
            options={
                "verbose_name": "参训记录",
                "verbose_name_plural": "参训记录",
                "constraints": [models.UniqueConstraint(fields=("training", "member"), name="attendance_once")],
            },
        ),
        migrations.AddField(
            model_name="Training",
            name="attendees",
            field=models.ManyToManyField(
                related_name="trainings", through="staffing.Attendance", to="staffing.staffmember", verbose_name="参训人员"
            ),
        ),
    ]
