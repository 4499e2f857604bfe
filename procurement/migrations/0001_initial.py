from decimal import Decimal

import django.core.serializers.json
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import accounts.wallclock
import procurement.models.retained
import records.crypto
from accounts.founding import Founding


class Migration(Founding):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("contractors", "0001_initial"),
        ("records", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Budget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="budgets",
                        to="accounts.organisation",
                        verbose_name="预算单位",
                    ),
                ),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="预算年度")),
                ("name", models.CharField(max_length=80, verbose_name="预算项目")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="批复金额（元）")),
                ("document", models.CharField(max_length=80, verbose_name="批复文号")),
                ("approved_on", models.DateField(verbose_name="批复日期")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="录入人"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="录入时间")),
            ],
            options={
                "verbose_name": "预算",
                "verbose_name_plural": "预算",
                "ordering": ("-fiscal_year", "name"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="budget_amount_positive", violation_error_message="预算金额必须大于零。"
                    ),
                    models.UniqueConstraint(
                        fields=("organisation", "fiscal_year", "name"),
                        name="one_budget_per_name_and_year",
                        violation_error_message="该年度已有同名预算项目。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SuperiorGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "struck_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="撤销人",
                    ),
                ),
                ("struck_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                ("struck_reason", models.CharField(blank=True, max_length=200, verbose_name="撤销原因")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superior_grants",
                        to="accounts.organisation",
                        verbose_name="区县",
                    ),
                ),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="年度")),
                (
                    "source",
                    models.CharField(
                        choices=[("city_special", "市级社会救助专项资金"), ("central_special", "中央社会救助专项资金")],
                        max_length=20,
                        verbose_name="资金来源",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="下达金额（元）")),
                ("document", models.CharField(max_length=80, verbose_name="指标文号")),
                ("issued_on", models.DateField(verbose_name="下达日期")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="录入人"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="录入时间")),
            ],
            options={
                "verbose_name": "上级下拨专项资金",
                "verbose_name_plural": "上级下拨专项资金",
                "ordering": ("-issued_on", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)),
                        name="superior_grant_positive",
                        violation_error_message="下达金额必须大于零。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("struck_at__isnull", True)),
                        fields=("organisation", "document", "source"),
                        name="one_grant_per_document",
                        violation_error_message="该指标文已经录入。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("struck_at__isnull", True),
                            models.Q(("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="grant_struck_with_reason",
                        violation_error_message="撤销须有撤销人和原因。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CatalogueItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=8, unique=True, verbose_name="目录代码")),
                ("name", models.CharField(max_length=60, verbose_name="服务项目")),
                (
                    "kind",
                    models.CharField(choices=[("administrative", "事务性"), ("direct", "服务性")], max_length=16, verbose_name="类别"),
                ),
                (
                    "programmes",
                    models.JSONField(default=list, help_text="DB 低保、TK 特困、MA 医疗救助、TA 临时救助", verbose_name="适用救助类别"),
                ),
                ("guard", models.CharField(blank=True, max_length=300, verbose_name="边界要求")),
                ("document", models.CharField(max_length=120, verbose_name="依据文件")),
                ("clause", models.CharField(max_length=60, verbose_name="条款")),
                ("extension", models.BooleanField(default=False, verbose_name="后续法规增列")),
                ("valid_from", models.DateField(verbose_name="生效日期")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="失效日期")),
            ],
            options={
                "verbose_name": "购买目录项目",
                "verbose_name_plural": "购买目录项目",
                "ordering": ("code",),
            },
        ),
        migrations.CreateModel(
            name="Package",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packages",
                        to="accounts.organisation",
                        verbose_name="购买主体",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="采购名称")),
                ("award_limit", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="一家供应商最多成交包数")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="经办人"
                    ),
                ),
                ("created_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="创建时间")),
            ],
            options={
                "verbose_name": "采购包组",
                "verbose_name_plural": "采购包组",
                "ordering": ("-created_at", "-pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("award_limit__isnull", True), ("award_limit__gte", 1), _connector="OR"),
                        name="package_limit_leaves_one",
                        violation_error_message="一家供应商最多成交包数至少为 1。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReleaseSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("last", models.PositiveBigIntegerField(default=0, verbose_name="最新位置")),
            ],
            options={
                "verbose_name": "发布序列",
                "verbose_name_plural": "发布序列",
            },
        ),
        migrations.CreateModel(
            name="FundingLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "budget",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="procurement.budget", verbose_name="预算"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("own_district", "区县本级财政资金"),
                            ("work_fund", "社会救助工作经费"),
                            ("city_special", "市级社会救助专项资金"),
                            ("central_special", "中央社会救助专项资金"),
                            ("city_reward", "市级奖补资金"),
                            ("welfare_lottery", "福利彩票公益金"),
                        ],
                        max_length=20,
                        verbose_name="资金来源",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="金额（元）")),
                ("basis_document", models.CharField(help_text="允许用于购买服务的文件名称与文号", max_length=120, verbose_name="依据文件")),
            ],
            options={
                "verbose_name": "资金来源行",
                "verbose_name_plural": "资金来源行",
                "ordering": ("budget", "source", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)),
                        name="funding_line_positive",
                        violation_error_message="资金来源金额必须大于零。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "source__in",
                                ["own_district", "work_fund", "city_special", "central_special", "city_reward", "welfare_lottery"],
                            )
                        ),
                        name="funding_line_known_source",
                        violation_error_message="资金来源不在许可范围。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ServiceStandard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standards",
                        to="procurement.catalogueitem",
                        verbose_name="目录项目",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("name", models.CharField(max_length=120, verbose_name="标准")),
                ("measure", models.CharField(max_length=200, verbose_name="考核办法")),
                ("target", models.CharField(max_length=60, verbose_name="目标值")),
                ("certainty", models.CharField(default="示例", help_text="示例、待确认、已确认", max_length=12, verbose_name="状态")),
            ],
            options={
                "verbose_name": "服务标准",
                "verbose_name_plural": "服务标准",
                "ordering": ("item__code", "number"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "number"),
                        name="one_standard_per_number",
                        violation_error_message="同一目录项目的标准序号不能重复。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GuidanceEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guidance_entries",
                        to="accounts.organisation",
                        verbose_name="区县",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guidance_entries",
                        to="procurement.catalogueitem",
                        verbose_name="目录项目",
                    ),
                ),
                ("code", models.CharField(max_length=30, verbose_name="指导性目录代码")),
                ("document", models.CharField(max_length=120, verbose_name="目录文件")),
                ("valid_from", models.DateField(verbose_name="生效日期")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="失效日期")),
            ],
            options={
                "verbose_name": "指导性目录条目",
                "verbose_name_plural": "指导性目录条目",
                "ordering": ("code",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "item", "valid_from"),
                        name="one_guidance_entry_per_item_and_day",
                        violation_error_message="该目录项目在同一天已列入指导性目录。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"),
                        name="guidance_entry_ends_after_start",
                        violation_error_message="失效日期不能早于生效日期。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="accounts.organisation",
                        verbose_name="购买主体",
                    ),
                ),
                (
                    "purchaser_form",
                    models.CharField(
                        choices=[
                            ("government", "行政机关"),
                            ("township", "乡镇人民政府（街道办事处）"),
                            ("class_one", "公益一类事业单位"),
                            ("fiscal_mass", "财政拨款保障的群团组织"),
                        ],
                        default="government",
                        max_length=16,
                        verbose_name="购买主体性质",
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="procurement.package",
                        verbose_name="采购包组",
                    ),
                ),
                ("lot_number", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="包号")),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="项目编号")),
                ("name", models.CharField(max_length=120, verbose_name="项目名称")),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="预算年度")),
                ("programmes", models.JSONField(default=list, verbose_name="救助类别")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "草拟"),
                            ("submitted", "待审核"),
                            ("approved", "已批准"),
                            ("notice_published", "公告中"),
                            ("opened", "已开启"),
                            ("evaluated", "已评审"),
                            ("awarded", "已成交"),
                            ("contracted", "已签合同"),
                            ("in_service", "服务中"),
                            ("accepted", "已验收"),
                            ("evaluating", "评价中"),
                            ("published", "评价已公布"),
                            ("closed", "已归档"),
                            ("failed", "废标"),
                            ("terminated", "已终止"),
                        ],
                        db_index=True,
                        default="draft",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("requirement", models.TextField(blank=True, verbose_name="采购需求")),
                ("quantity", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="数量")),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="计量单位")),
                ("qualification", models.TextField(blank=True, verbose_name="供应商资格要求")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="服务开始日期")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="服务结束日期")),
                ("multi_year", models.JSONField(blank=True, default=dict, verbose_name="超过一年的五项条件")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("CONSULTATION", "竞争性磋商"),
                            ("OPEN", "公开招标"),
                            ("INVITED", "邀请招标"),
                            ("NEGOTIATION", "竞争性谈判"),
                            ("INQUIRY", "询价"),
                            ("SINGLE_SOURCE", "单一来源"),
                            ("FRAMEWORK", "框架协议"),
                            ("BELOW_THRESHOLD", "限额以下自行采购"),
                        ],
                        default="CONSULTATION",
                        max_length=20,
                        verbose_name="采购方式",
                    ),
                ),
                ("method_reason", models.TextField(blank=True, verbose_name="采购方式理由")),
                ("method_approval", models.CharField(blank=True, max_length=80, verbose_name="财政部门批准文号")),
                (
                    "award_basis",
                    models.CharField(
                        choices=[("comprehensive", "综合评分法"), ("lowest_price", "最低评标价法")],
                        default="comprehensive",
                        max_length=16,
                        verbose_name="评审方法",
                    ),
                ),
                ("price_weight", models.DecimalField(decimal_places=2, default=Decimal("20.00"), max_digits=5, verbose_name="价格分值")),
                ("price_approval", models.CharField(blank=True, max_length=80, verbose_name="价格分值的财政部门批准文号")),
                ("fixed_price", models.BooleanField(default=False, verbose_name="执行统一价格（价格不评分）")),
                (
                    "plan_amount",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="采购计划金额（元）"),
                ),
                ("ceiling", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="最高限价（元）")),
                ("plan_number", models.CharField(blank=True, max_length=80, verbose_name="采购实施计划备案号")),
                (
                    "set_aside",
                    models.CharField(
                        choices=[("none", "不预留"), ("whole", "整体专门面向中小企业"), ("part", "预留部分份额")],
                        default="none",
                        max_length=8,
                        verbose_name="中小企业预留",
                    ),
                ),
                ("accepts_consortium", models.BooleanField(default=False, verbose_name="接受联合体")),
                ("contact_name", models.CharField(blank=True, max_length=40, verbose_name="项目联系人")),
                ("contact_phone", models.CharField(blank=True, max_length=30, verbose_name="联系电话")),
                ("contact_address", models.CharField(blank=True, max_length=120, verbose_name="联系地址")),
                ("screening", models.JSONField(blank=True, default=dict, verbose_name="负面清单逐项审查")),
                ("employment_test", models.JSONField(blank=True, default=dict, verbose_name="变相用工审查")),
                ("reasons", models.JSONField(blank=True, default=dict, help_text="规则编号 → 书面理由", verbose_name="提示事项的说明")),
                (
                    "reasoned",
                    models.JSONField(blank=True, default=dict, help_text="规则编号 → 写理由时的全部提示", verbose_name="说明所针对的提示"),
                ),
                (
                    "guidance_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="指导意见出具人",
                    ),
                ),
                ("guidance_on", models.DateField(blank=True, null=True, verbose_name="指导意见日期")),
                ("guidance_opinion", models.TextField(blank=True, verbose_name="民政局指导意见")),
                (
                    "finance_signed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="资金会签人",
                    ),
                ),
                ("finance_signed_at", models.DateTimeField(blank=True, null=True, verbose_name="资金会签时间")),
                ("finance_reason", models.TextField(blank=True, verbose_name="资金会签意见")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="经办人"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="创建时间")),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="送审人",
                    ),
                ),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="送审时间")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准人",
                    ),
                ),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="批准时间")),
                ("published_at", models.DateTimeField(blank=True, db_index=True, null=True, verbose_name="公告发布时间")),
                ("announced_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="最近公开时间")),
                ("closing_reason", models.TextField(blank=True, verbose_name="终止（废标）原因")),
                ("items", models.ManyToManyField(related_name="projects", to="procurement.catalogueitem", verbose_name="购买内容")),
            ],
            options={
                "verbose_name": "购买项目",
                "verbose_name_plural": "购买项目",
                "ordering": ("-created_at", "-pk"),
                "indexes": [
                    models.Index(fields=["organisation", "status"], name="project_by_organisation"),
                    models.Index(fields=["-created_at", "-id"], name="project_newest"),
                    models.Index(
                        condition=models.Q(("announced_at__isnull", False)), fields=["-announced_at", "-id"], name="project_newest_public"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("package", "lot_number"), name="project_lot_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lot_number__isnull", True), ("package__isnull", True)),
                            models.Q(("lot_number__gte", 1), ("package__isnull", False)),
                            _connector="OR",
                        ),
                        name="project_lot_has_its_number",
                        violation_error_message="采购包须有包号。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("method", "INQUIRY"), _negated=True),
                        name="project_never_by_inquiry",
                        violation_error_message="询价只适用于货物，不能用于购买服务。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("award_basis", "lowest_price"), _negated=True),
                        name="project_never_lowest_price",
                        violation_error_message="购买社会救助服务采用综合评分法，不能以最低价成交。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price_weight__gte", 0), ("price_weight__lte", 100)),
                        name="project_price_weight_in_range",
                        violation_error_message="价格分值应在 0 至 100 之间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ceiling__isnull", True),
                            ("plan_amount__isnull", True),
                            ("ceiling__lte", models.F("plan_amount")),
                            _connector="OR",
                        ),
                        name="project_ceiling_within_plan",
                        violation_error_message="最高限价不能高于采购计划金额。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on__isnull", True), ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="project_ends_after_start",
                        violation_error_message="服务结束日期不能早于开始日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(("approved_by", models.F("submitted_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="project_approver_is_not_submitter",
                        violation_error_message="批准人与送审人不能是同一人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("published_at__isnull", False),
                            ("status__in", ("draft", "submitted", "approved", "terminated")),
                            _connector="OR",
                        ),
                        name="project_announced_before_opening",
                        violation_error_message="未发布公告的项目不能进入组织购买。",
                    ),
                ],
            },
            bases=(procurement.models.retained.Retained, models.Model),
        ),
        migrations.CreateModel(
            name="StandardSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standard_sets",
                        to="accounts.organisation",
                        verbose_name="区县",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standard_sets",
                        to="procurement.catalogueitem",
                        verbose_name="目录项目",
                    ),
                ),
                ("document", models.CharField(max_length=120, verbose_name="标准文件")),
                ("valid_from", models.DateField(verbose_name="生效日期")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="失效日期")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="制定人"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="制定时间")),
            ],
            options={
                "verbose_name": "区县服务标准",
                "verbose_name_plural": "区县服务标准",
                "ordering": ("item__code", "-valid_from"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "item", "valid_from"),
                        name="one_standard_set_per_item_and_day",
                        violation_error_message="该目录项目在同一天已有服务标准。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_to__isnull", True)),
                        fields=("organisation", "item"),
                        name="one_open_standard_set_per_item",
                        violation_error_message="该目录项目已有一份没有失效日期的服务标准。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"),
                        name="standard_set_ends_after_start",
                        violation_error_message="失效日期不能早于生效日期。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProjectFunding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="fundings", to="procurement.project", verbose_name="项目"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fundings",
                        to="procurement.fundingline",
                        verbose_name="资金来源行",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=18, verbose_name="安排金额（元）")),
            ],
            options={
                "verbose_name": "项目资金安排",
                "verbose_name_plural": "项目资金安排",
                "ordering": ("pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)),
                        name="project_funding_positive",
                        violation_error_message="安排金额必须大于零。",
                    ),
                    models.UniqueConstraint(
                        fields=("project", "line"), name="one_funding_per_line", violation_error_message="同一资金来源行只能安排一次。"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProjectStandard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="standards", to="procurement.project", verbose_name="项目"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.catalogueitem",
                        verbose_name="目录项目",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="标准")),
                ("measure", models.CharField(max_length=200, verbose_name="考核办法")),
                ("target", models.CharField(max_length=60, verbose_name="目标值")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="序号")),
            ],
            options={
                "verbose_name": "项目服务标准",
                "verbose_name_plural": "项目服务标准",
                "ordering": ("position", "pk"),
            },
        ),
        migrations.CreateModel(
            name="ScoringFactor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="factors", to="procurement.project", verbose_name="项目"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="评审因素")),
                (
                    "kind",
                    models.CharField(
                        choices=[("QUALITY", "质量与标准"), ("PERFORMANCE", "以往绩效评价")],
                        default="QUALITY",
                        max_length=16,
                        verbose_name="类别",
                    ),
                ),
                ("weight", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="分值")),
                (
                    "bands",
                    models.JSONField(
                        blank=True, default=list, help_text='[{"label": "优", "low": "20", "high": "30"}, …]', verbose_name="得分区间"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="序号")),
            ],
            options={
                "verbose_name": "评审因素",
                "verbose_name_plural": "评审因素",
                "ordering": ("position", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weight__gt", 0), ("weight__lte", 100)),
                        name="factor_weight_in_range",
                        violation_error_message="分值应大于 0 且不超过 100。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Consultation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultations",
                        to="procurement.project",
                        verbose_name="项目",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("public_opinion", "征求社会公众意见"), ("needs_survey", "需求调查")], max_length=16, verbose_name="类型"
                    ),
                ),
                ("started_on", models.DateField(verbose_name="开始日期")),
                ("ended_on", models.DateField(verbose_name="结束日期")),
                ("channel", models.CharField(max_length=120, verbose_name="方式")),
                ("respondents", models.PositiveIntegerField(verbose_name="反馈主体数")),
                ("summary", models.TextField(verbose_name="意见与采纳情况")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="记录人"
                    ),
                ),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="记录时间")),
            ],
            options={
                "verbose_name": "征求意见记录",
                "verbose_name_plural": "征求意见记录",
                "ordering": ("started_on", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_on__gte", models.F("started_on"))),
                        name="consultation_ends_after_start",
                        violation_error_message="结束日期不能早于开始日期。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProjectPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="procurement.project", verbose_name="项目"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("intent", "采购意向公开"),
                            ("single_source", "单一来源公示"),
                            ("notice", "采购公告"),
                            ("amendment", "更正公告"),
                            ("result", "结果公告"),
                            ("termination", "终止（废标）公告"),
                            ("contract", "合同公告"),
                            ("acceptance", "验收结果公告"),
                            ("complaint", "投诉处理结果公告"),
                        ],
                        max_length=16,
                        verbose_name="类型",
                    ),
                ),
                (
                    "notice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.notice", verbose_name="公告"
                    ),
                ),
                ("until", models.DateField(blank=True, null=True, verbose_name="公告期限至")),
                ("issued_at", models.DateTimeField(auto_now_add=True, verbose_name="发布时间")),
                (
                    "detail",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        help_text="公告事项的数据形式，供其他系统读取",
                        verbose_name="要素",
                    ),
                ),
            ],
            options={
                "verbose_name": "项目公告",
                "verbose_name_plural": "项目公告",
                "ordering": ("issued_at", "pk"),
            },
            bases=(procurement.models.retained.Retained, models.Model),
        ),
        migrations.CreateModel(
            name="Tender",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tender", to="procurement.project", verbose_name="项目"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("prepared", "筹备"),
                            ("open", "接收响应"),
                            ("opened", "已开启"),
                            ("quoting", "最后报价"),
                            ("scoring", "评审中"),
                            ("ranked", "评审完成"),
                            ("awarded", "已确定成交"),
                            ("failed", "废标"),
                        ],
                        db_index=True,
                        default="prepared",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("bid_deadline", models.DateTimeField(verbose_name="响应文件提交截止时间")),
                ("opening_at", models.DateTimeField(verbose_name="开启时间")),
                ("opening_reason", models.CharField(blank=True, max_length=200, verbose_name="开启时间说明")),
                (
                    "envelope_kib",
                    models.PositiveIntegerField(
                        choices=[(64, "仅文字（64 KB）"), (1024, "1 MB"), (4096, "4 MB"), (16384, "16 MB")],
                        default=1024,
                        verbose_name="密封信封大小",
                    ),
                ),
                ("committee_size", models.PositiveSmallIntegerField(default=3, verbose_name="评审小组人数")),
                ("weighty", models.BooleanField(default=False, verbose_name="技术复杂或社会影响较大")),
                (
                    "small_business_deduction",
                    models.DecimalField(decimal_places=2, default=Decimal("10"), max_digits=4, verbose_name="小微企业价格扣除（%）"),
                ),
                (
                    "low_rate_mean",
                    models.DecimalField(decimal_places=2, default=Decimal("0.50"), max_digits=3, verbose_name="异常低价线（均值）"),
                ),
                (
                    "low_rate_second",
                    models.DecimalField(decimal_places=2, default=Decimal("0.50"), max_digits=3, verbose_name="异常低价线（次低价）"),
                ),
                (
                    "low_rate_ceiling",
                    models.DecimalField(decimal_places=2, default=Decimal("0.45"), max_digits=3, verbose_name="异常低价线（最高限价）"),
                ),
                (
                    "bid_security",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="响应保证金（元）"),
                ),
                (
                    "performance_percent",
                    models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=4, verbose_name="履约保证金（合同金额的 %）"),
                ),
                ("required_qualifications", models.JSONField(blank=True, default=list, verbose_name="要求的资质")),
                ("scale", models.JSONField(blank=True, default=list, verbose_name="冻结的评审标准")),
                (
                    "ceiling",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="冻结的最高限价（元）"),
                ),
                ("public_key", models.BinaryField(blank=True, null=True, verbose_name="开启公钥")),
                ("escrow_share", models.BinaryField(blank=True, null=True, verbose_name="系统托管份额")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="经办人"
                    ),
                ),
                ("created_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="创建时间")),
                ("published_at", models.DateTimeField(blank=True, db_index=True, null=True, verbose_name="开始接收时间")),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="实际开启时间")),
                ("quote_deadline", models.DateTimeField(blank=True, null=True, verbose_name="最后报价截止时间")),
                ("quote_note", models.TextField(blank=True, verbose_name="磋商情况和采购需求的变动")),
                ("quotes_opened_at", models.DateTimeField(blank=True, null=True, verbose_name="最后报价开启时间")),
                ("ranked_at", models.DateTimeField(blank=True, null=True, verbose_name="评审完成时间")),
                ("failed_reason", models.TextField(blank=True, verbose_name="废标原因")),
            ],
            options={
                "verbose_name": "采购活动",
                "verbose_name_plural": "采购活动",
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("opening_at__gte", models.F("bid_deadline"))),
                        name="tender_opens_after_deadline",
                        violation_error_message="开启时间不能早于提交截止时间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "prepared"),
                            models.Q(("ceiling__isnull", False), ("public_key__isnull", False), ("published_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="tender_open_has_key_and_ceiling",
                        violation_error_message="接收响应前必须已生成开启密钥并冻结最高限价。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("opened_at__isnull", True), ("opened_at__gte", models.F("opening_at")), _connector="OR"),
                        name="tender_never_opened_early",
                        violation_error_message="不能早于开启时间开启。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ("opened", "quoting", "scoring", "ranked", "awarded")), _negated=True),
                            ("opened_at__isnull", False),
                            _connector="OR",
                        ),
                        name="tender_judged_after_opening",
                        violation_error_message="未开启的采购活动不能进入评审。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quotes_opened_at__isnull", True), ("quotes_opened_at__gte", models.F("quote_deadline")), _connector="OR"
                        ),
                        name="tender_quotes_never_opened_early",
                        violation_error_message="不能早于最后报价截止时间开启。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("performance_percent__gte", 0), ("performance_percent__lte", 10)),
                        name="tender_performance_security_capped",
                        violation_error_message="履约保证金不得超过合同金额的 10%。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Adviser",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="advisers", to="procurement.project", verbose_name="项目"
                    ),
                ),
                ("uscc", models.CharField(max_length=18, verbose_name="统一社会信用代码")),
                ("name", models.CharField(max_length=120, verbose_name="单位名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("DESIGN", "整体设计"),
                            ("SPECIFICATION", "规范编制"),
                            ("MANAGEMENT", "项目管理"),
                            ("SUPERVISION", "监理"),
                            ("TESTING", "检测"),
                        ],
                        max_length=16,
                        verbose_name="提供的服务",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="登记时间")),
                (
                    "struck_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="撤销人",
                    ),
                ),
                ("struck_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                ("struck_reason", models.CharField(blank=True, max_length=200, verbose_name="撤销原因")),
            ],
            options={
                "verbose_name": "前期服务单位",
                "verbose_name_plural": "前期服务单位",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("struck_at__isnull", True)),
                        fields=("project", "uscc", "kind"),
                        name="adviser_once",
                        violation_error_message="该单位的这项服务已经登记。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("struck_at__isnull", True),
                            models.Q(("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="adviser_struck_with_reason",
                        violation_error_message="撤销须有撤销人和原因。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProjectArchive",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="archives", to="procurement.project", verbose_name="项目"
                    ),
                ),
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.job", verbose_name="打包任务"
                    ),
                ),
                ("root", models.CharField(db_index=True, max_length=64, verbose_name="摘要清单 SHA-256")),
                ("parts", models.PositiveIntegerField(verbose_name="文件数")),
                ("contents", models.JSONField(default=dict, verbose_name="目录")),
                ("missing", models.PositiveIntegerField(default=0, verbose_name="未能收入的部分")),
                (
                    "packed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="打包人",
                    ),
                ),
                ("packed_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="打包时间")),
            ],
            options={
                "verbose_name": "项目档案包",
                "verbose_name_plural": "项目档案包",
                "ordering": ("-packed_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="BudgetAdjustment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "budget",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustments",
                        to="procurement.budget",
                        verbose_name="预算",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        help_text="空为预算总额",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustments",
                        to="procurement.fundingline",
                        verbose_name="资金来源行",
                    ),
                ),
                ("before", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="调整前（元）")),
                ("after", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="调整后（元）")),
                ("document", models.CharField(max_length=80, verbose_name="调整文号")),
                ("reason", models.CharField(max_length=500, verbose_name="调整理由")),
                (
                    "adjusted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="录入人"
                    ),
                ),
                ("adjusted_at", models.DateTimeField(auto_now_add=True, verbose_name="调整时间")),
            ],
            options={
                "verbose_name": "预算调整",
                "verbose_name_plural": "预算调整",
                "ordering": ("-adjusted_at", "-pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("before__gte", 0), ("after__gt", 0)),
                        name="adjustment_positive",
                        violation_error_message="调整后的金额必须大于零。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "struck_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="撤销人",
                    ),
                ),
                ("struck_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                ("struck_reason", models.CharField(blank=True, max_length=200, verbose_name="撤销原因")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_rows",
                        to="accounts.organisation",
                        verbose_name="购买主体",
                    ),
                ),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("name", models.CharField(max_length=120, verbose_name="项目名称")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.catalogueitem",
                        verbose_name="购买内容",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="计划金额（元）")),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_rows",
                        to="procurement.fundingline",
                        verbose_name="资金来源行",
                    ),
                ),
                ("month", models.PositiveSmallIntegerField(verbose_name="预计采购月份")),
                (
                    "project",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_row",
                        to="procurement.project",
                        verbose_name="项目",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="录入人"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="录入时间")),
            ],
            options={
                "verbose_name": "年度购买计划",
                "verbose_name_plural": "年度购买计划",
                "ordering": ("fiscal_year", "month", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="plan_row_positive", violation_error_message="计划金额必须大于零。"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__gte", 1), ("month__lte", 12)),
                        name="plan_row_month",
                        violation_error_message="月份应在 1 至 12 之间。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("struck_at__isnull", True)),
                        fields=("organisation", "fiscal_year", "name"),
                        name="one_plan_row_per_name_and_year",
                        violation_error_message="该年度已有同名计划。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("struck_at__isnull", True),
                            models.Q(("struck_by__isnull", False), models.Q(("struck_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="plan_row_struck_with_reason",
                        violation_error_message="撤销须有撤销人和原因。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScreeningAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="procurement.project", verbose_name="项目"
                    ),
                ),
                (
                    "list",
                    models.CharField(
                        choices=[("screening", "负面清单"), ("employment_test", "变相用工审查")], max_length=16, verbose_name="清单"
                    ),
                ),
                ("question", models.CharField(max_length=30, verbose_name="题目")),
                ("answer", models.BooleanField(null=True, verbose_name="答“是”")),
                ("note", models.TextField(blank=True, verbose_name="审查情况")),
                (
                    "answered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="审查人"
                    ),
                ),
                ("answered_at", models.DateTimeField(auto_now_add=True, verbose_name="审查时间")),
            ],
            options={
                "verbose_name": "逐项审查记录",
                "verbose_name_plural": "逐项审查记录",
                "ordering": ("pk",),
                "indexes": [models.Index(fields=["project", "list"], name="answer_by_project")],
            },
        ),
        migrations.CreateModel(
            name="DistrictStandard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "standards",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="procurement.standardset",
                        verbose_name="区县服务标准",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("quantity", "数量"),
                            ("quality", "质量"),
                            ("time", "时效"),
                            ("safety", "安全"),
                            ("staff", "人员"),
                            ("satisfaction", "满意度"),
                        ],
                        max_length=12,
                        verbose_name="分类",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="标准")),
                ("measure", models.CharField(max_length=200, verbose_name="考核办法")),
                ("target", models.CharField(max_length=60, verbose_name="目标值")),
            ],
            options={
                "verbose_name": "区县服务标准条目",
                "verbose_name_plural": "区县服务标准条目",
                "ordering": ("standards", "number"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("standards", "number"), name="one_district_standard_per_number", violation_error_message="序号不能重复。"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("measure", ""), _negated=True),
                            models.Q(("target", ""), _negated=True),
                        ),
                        name="district_standard_is_complete",
                        violation_error_message="标准、考核办法、目标值都要填写。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="YearShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="year_shares",
                        to="procurement.project",
                        verbose_name="项目",
                    ),
                ),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="预算年度")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="分年度金额（元）")),
            ],
            options={
                "verbose_name": "分年度金额",
                "verbose_name_plural": "分年度金额",
                "ordering": ("project", "fiscal_year"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="year_share_positive", violation_error_message="分年度金额必须大于零。"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fiscal_year__gte", 2018), ("fiscal_year__lte", 2099)),
                        name="year_share_year_in_range",
                        violation_error_message="预算年度应在 2018 至 2099 之间。",
                    ),
                    models.UniqueConstraint(
                        fields=("project", "fiscal_year"),
                        name="one_share_per_project_and_year",
                        violation_error_message="同一年度只能有一个金额。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeyHolder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holders",
                        to="procurement.tender",
                        verbose_name="采购活动",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="key_holdings",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="密钥保管人",
                    ),
                ),
                ("public_key", models.BinaryField(blank=True, null=True, verbose_name="公钥")),
                ("locked_key", models.BinaryField(blank=True, null=True, verbose_name="口令锁定的私钥")),
                ("taken_at", models.DateTimeField(blank=True, null=True, verbose_name="领取时间")),
                ("share", models.BinaryField(blank=True, null=True, verbose_name="密封的份额")),
                ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="投入份额时间")),
                ("released_share", models.BinaryField(blank=True, null=True, verbose_name="转交另一保管人的份额")),
                (
                    "appointed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="指定人"
                    ),
                ),
            ],
            options={
                "verbose_name": "密钥保管人",
                "verbose_name_plural": "密钥保管人",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tender", "user"), name="holder_once", violation_error_message="两名密钥保管人不能是同一人。"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("taken_at__isnull", True),
                            models.Q(("locked_key__isnull", False), ("public_key__isnull", False)),
                            _connector="OR",
                        ),
                        name="holder_taken_has_key",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EscrowRelease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="escrow_releases",
                        to="procurement.tender",
                        verbose_name="采购活动",
                    ),
                ),
                ("final", models.BooleanField(default=False, verbose_name="用于最后报价")),
                ("reason", models.TextField(verbose_name="动用托管份额的原因")),
                (
                    "approved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="批准人"
                    ),
                ),
                ("approved_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="批准时间")),
            ],
            options={
                "verbose_name": "托管份额动用记录",
                "verbose_name_plural": "托管份额动用记录",
                "constraints": [models.UniqueConstraint(fields=("tender", "final"), name="escrow_once_per_opening")],
            },
        ),
        migrations.CreateModel(
            name="Bid",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "tender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bids", to="procurement.tender", verbose_name="采购活动"
                    ),
                ),
                (
                    "contractor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bids",
                        to="contractors.contractor",
                        verbose_name="响应供应商",
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="第几次递交")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("submitted", "已密封"),
                            ("replaced", "已被替换"),
                            ("withdrawn", "已撤回"),
                            ("opened", "已开启"),
                            ("valid", "有效"),
                            ("invalid", "无效"),
                        ],
                        db_index=True,
                        default="submitted",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("receipt", models.CharField(max_length=24, unique=True, verbose_name="回执编号")),
                ("commitment", models.CharField(max_length=64, verbose_name="密封文件 SHA-256")),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="递交人"
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="收到时间")),
                ("reason", models.TextField(blank=True, verbose_name="提示事项的说明")),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="开启时间")),
                ("quote", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="报价（元）")),
                ("final_quote", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="最后报价（元）")),
                ("proposal", models.TextField(blank=True, verbose_name="服务方案")),
                ("small_business", models.BooleanField(blank=True, null=True, verbose_name="响应时声明为小型、微型企业")),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.storedfile",
                        verbose_name="响应文件",
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.storedfile",
                        verbose_name="联合协议",
                    ),
                ),
                ("invalid_reason", models.TextField(blank=True, verbose_name="无效原因")),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="资格审查人",
                    ),
                ),
                ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="资格审查时间")),
            ],
            options={
                "verbose_name": "响应文件",
                "verbose_name_plural": "响应文件",
                "ordering": ["received_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("tender", "contractor", "round"), name="bid_round_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ("replaced", "withdrawn")), _negated=True),
                        fields=("tender", "contractor"),
                        name="bid_one_live_per_bidder",
                        violation_error_message="同一供应商在同一项目中只能有一份有效的响应文件。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("agreement__isnull", True),
                                ("file__isnull", True),
                                ("opened_at__isnull", True),
                                ("proposal", ""),
                                ("quote__isnull", True),
                                ("small_business__isnull", True),
                            ),
                            models.Q(("opened_at__isnull", False), ("quote__isnull", False)),
                            _connector="OR",
                        ),
                        name="bid_content_only_after_opening",
                        violation_error_message="开启前不得存有响应文件内容。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Commitment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="procurement.tender",
                        verbose_name="采购活动",
                    ),
                ),
                ("sequence", models.PositiveIntegerField(verbose_name="序号")),
                (
                    "kind",
                    models.CharField(
                        choices=[("received", "收到"), ("final", "收到最后报价"), ("replaced", "替换"), ("withdrawn", "撤回")],
                        max_length=10,
                        verbose_name="事项",
                    ),
                ),
                ("receipt", models.CharField(max_length=24, verbose_name="回执编号")),
                ("digest", models.CharField(max_length=64, verbose_name="密封文件 SHA-256")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("chain", models.CharField(max_length=64, verbose_name="链值")),
            ],
            options={
                "verbose_name": "承诺清单",
                "verbose_name_plural": "承诺清单",
                "ordering": ["tender", "sequence"],
                "constraints": [models.UniqueConstraint(fields=("tender", "sequence"), name="commitment_in_order")],
            },
        ),
        migrations.CreateModel(
            name="Committee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tender",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="committee",
                        to="procurement.tender",
                        verbose_name="采购活动",
                    ),
                ),
                ("seed", models.CharField(max_length=64, verbose_name="抽取种子")),
                ("pool", models.JSONField(default=list, verbose_name="专家库快照（用户编号）")),
                ("skipped", models.JSONField(blank=True, default=list, verbose_name="抽到但不能参加的")),
                (
                    "drawn_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="抽取人"
                    ),
                ),
                ("drawn_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="抽取时间")),
            ],
            options={
                "verbose_name": "评审小组",
                "verbose_name_plural": "评审小组",
            },
        ),
        migrations.CreateModel(
            name="Enquiry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "tender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enquiries",
                        to="procurement.tender",
                        verbose_name="采购活动",
                    ),
                ),
                (
                    "contractor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enquiries",
                        to="contractors.contractor",
                        verbose_name="询问人",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("asked", "待答复"), ("answered", "已答复")],
                        db_index=True,
                        default="asked",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("question", models.TextField(verbose_name="询问内容")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="提交人"
                    ),
                ),
                ("asked_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="提出时间")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="答复期限")),
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
                "verbose_name": "询问",
                "verbose_name_plural": "询问",
                "ordering": ["-asked_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "asked"),
                            models.Q(
                                models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False), ("answered_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="enquiry_answered_in_words",
                        violation_error_message="答复须写明内容和答复人。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Challenge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "tender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="challenges",
                        to="procurement.tender",
                        verbose_name="采购活动",
                    ),
                ),
                (
                    "contractor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="challenges",
                        to="contractors.contractor",
                        verbose_name="质疑供应商",
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="收文编号")),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("documents", "采购文件"),
                            ("opening", "开启过程"),
                            ("review", "资格审查"),
                            ("scoring", "评审过程"),
                            ("result", "成交结果"),
                        ],
                        max_length=10,
                        verbose_name="质疑环节",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("raised", "待答复"), ("drafted", "答复待复核"), ("answered", "已答复"), ("withdrawn", "已撤回")],
                        db_index=True,
                        default="raised",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("demand", models.TextField(verbose_name="质疑请求")),
                ("facts", models.TextField(verbose_name="事实依据")),
                ("basis", models.TextField(verbose_name="法律依据")),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.storedfile",
                        verbose_name="证明材料",
                    ),
                ),
                ("known_on", models.DateField(verbose_name="应知权益受损之日")),
                ("raise_by", models.DateField(blank=True, null=True, verbose_name="质疑期限")),
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="提交人"
                    ),
                ),
                ("raised_at", models.DateTimeField(db_index=True, default=accounts.wallclock.now, verbose_name="收到时间")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="答复期限")),
                ("suspends", models.BooleanField(default=True, verbose_name="可能影响成交结果，暂停签订合同")),
                ("release_reason", models.TextField(blank=True, verbose_name="认定不影响结果的理由")),
                (
                    "released_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="认定人",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("upheld", "质疑成立"), ("partly", "部分成立"), ("rejected", "质疑不成立")],
                        max_length=10,
                        verbose_name="答复结论",
                    ),
                ),
                (
                    "consequence",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kept", "维持原结果（不影响结果）"),
                            ("reviewed", "重新评审"),
                            ("next", "成交结果失效，从合格候选人中另行确定"),
                            ("redo", "废标，重新开展采购活动"),
                        ],
                        max_length=10,
                        verbose_name="处理",
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="答复内容")),
                (
                    "drafted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复拟稿人",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复复核人",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                ("complain_by", models.DateField(blank=True, null=True, verbose_name="投诉期限")),
            ],
            options={
                "verbose_name": "质疑",
                "verbose_name_plural": "质疑",
                "ordering": ["-raised_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "withdrawn"), _negated=True),
                        fields=("tender", "contractor", "step"),
                        name="challenge_once_per_step",
                        violation_error_message="同一供应商对同一环节的质疑应一次性提出。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "answered"), _negated=True),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                models.Q(("verdict", ""), _negated=True),
                                models.Q(("consequence", ""), _negated=True),
                                ("answered_at__isnull", False),
                                ("reviewed_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="challenge_answered_whole",
                        violation_error_message="答复须有结论、处理意见、内容和复核人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by__isnull", True), models.Q(("reviewed_by", models.F("drafted_by")), _negated=True), _connector="OR"
                        ),
                        name="challenge_reviewer_is_not_author",
                        violation_error_message="质疑答复的复核人不能是拟稿人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("suspends", True),
                            models.Q(models.Q(("release_reason", ""), _negated=True), ("released_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="challenge_release_has_reason",
                        violation_error_message="恢复签订合同须写明理由。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rounds", to="procurement.tender", verbose_name="采购活动"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="第几次评审")),
                ("reason", models.TextField(verbose_name="重新评审的原因")),
                ("snapshot", models.JSONField(default=dict, verbose_name="上一次评审结果")),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="决定人"
                    ),
                ),
                ("opened_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="时间")),
            ],
            options={
                "verbose_name": "重新评审记录",
                "verbose_name_plural": "重新评审记录",
                "ordering": ["tender", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("tender", "number"), name="round_in_order"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="round_has_reason",
                        violation_error_message="重新评审须写明原因。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Announcement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="announcements",
                        to="procurement.project",
                        verbose_name="项目",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("intent", "采购意向公开"),
                            ("single_source", "单一来源公示"),
                            ("notice", "采购公告"),
                            ("amendment", "更正公告"),
                            ("result", "结果公告"),
                            ("termination", "终止（废标）公告"),
                            ("contract", "合同公告"),
                            ("acceptance", "验收结果公告"),
                            ("complaint", "投诉处理结果公告"),
                        ],
                        max_length=16,
                        verbose_name="类型",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "编制中"), ("issued", "已发布"), ("discarded", "已作废")],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "values",
                    models.JSONField(
                        blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="填写内容"
                    ),
                ),
                (
                    "prepared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="编制人"
                    ),
                ),
                ("prepared_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="编制时间")),
                (
                    "paper",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="announcement",
                        to="procurement.projectpaper",
                        verbose_name="公告",
                    ),
                ),
            ],
            options={
                "verbose_name": "公告稿",
                "verbose_name_plural": "公告稿",
                "ordering": ("-prepared_at", "-pk"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "draft")),
                        fields=("project", "kind"),
                        name="announcement_one_draft",
                        violation_error_message="同一项目的同类公告只能有一份编制中的稿件。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("status", "issued"), _negated=True), ("paper__isnull", False), _connector="OR"),
                        name="announcement_issued_has_paper",
                        violation_error_message="公告稿发布后必须有对应的公告。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Release",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="releases", to="procurement.project", verbose_name="项目"
                    ),
                ),
                (
                    "paper",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="release",
                        to="procurement.projectpaper",
                        verbose_name="公告",
                    ),
                ),
                ("position", models.PositiveBigIntegerField(unique=True, verbose_name="位置")),
                ("tag", models.CharField(max_length=30, verbose_name="标签")),
                ("released_at", models.DateTimeField(verbose_name="发布时间")),
                ("body", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="内容")),
            ],
            options={
                "verbose_name": "公开数据",
                "verbose_name_plural": "公开数据",
                "ordering": ("position",),
                "indexes": [models.Index(fields=["project", "position"], name="release_of_project")],
            },
        ),
        migrations.CreateModel(
            name="InvitationDraw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tender",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitation_draw",
                        to="procurement.tender",
                        verbose_name="采购活动",
                    ),
                ),
                ("seed", models.CharField(max_length=64, verbose_name="抽取种子")),
                ("pool", models.JSONField(default=list, verbose_name="符合条件的供应商（编号）")),
                ("wanted", models.PositiveSmallIntegerField(verbose_name="邀请家数")),
                (
                    "drawn_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="抽取人"
                    ),
                ),
                ("drawn_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="抽取时间")),
            ],
            options={
                "verbose_name": "邀请抽取记录",
                "verbose_name_plural": "邀请抽取记录",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("wanted__gte", 3)),
                        name="invitation_of_three",
                        violation_error_message="邀请招标的供应商不少于三家。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CommentRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comment_rounds",
                        to="procurement.project",
                        verbose_name="项目",
                    ),
                ),
                ("started_on", models.DateField(verbose_name="开始日期")),
                ("ends_on", models.DateField(verbose_name="结束日期")),
                ("requirement", models.TextField(verbose_name="公开的采购需求")),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="发布人"
                    ),
                ),
                ("opened_at", models.DateTimeField(auto_now_add=True, verbose_name="发布时间")),
                (
                    "consultation",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comment_round",
                        to="procurement.consultation",
                        verbose_name="征求意见记录",
                    ),
                ),
            ],
            options={
                "verbose_name": "网上征求意见",
                "verbose_name_plural": "网上征求意见",
                "ordering": ("-started_on", "-pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("started_on"))),
                        name="comment_round_ends_after_start",
                        violation_error_message="结束日期不能早于开始日期。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("consultation__isnull", True)),
                        fields=("project",),
                        name="one_open_comment_round",
                        violation_error_message="该项目正在网上征求意见。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Envelope",
            fields=[
                (
                    "bid",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="envelope",
                        serialize=False,
                        to="procurement.bid",
                        verbose_name="响应文件",
                    ),
                ),
                ("sealed", models.BinaryField(verbose_name="密封内容")),
            ],
            options={
                "verbose_name": "密封信封",
                "verbose_name_plural": "密封信封",
            },
        ),
        migrations.CreateModel(
            name="CommitteeMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "committee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="procurement.committee",
                        verbose_name="评审小组",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="committee_seats",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="成员",
                    ),
                ),
                (
                    "seat",
                    models.CharField(
                        choices=[("expert", "评审专家"), ("buyer", "采购人代表")], default="expert", max_length=8, verbose_name="席位"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="抽取顺序")),
                (
                    "status",
                    models.CharField(
                        choices=[("drawn", "待声明"), ("accepted", "已承诺无利害关系"), ("recused", "已回避"), ("absent", "缺席，已递补")],
                        default="drawn",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("statement", models.TextField(blank=True, verbose_name="回避事由")),
                ("declared_at", models.DateTimeField(blank=True, null=True, verbose_name="声明时间")),
                ("dissent", models.TextField(blank=True, verbose_name="不同意见及理由")),
                ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="签署评审报告时间")),
            ],
            options={
                "verbose_name": "评审小组成员",
                "verbose_name_plural": "评审小组成员",
                "ordering": ["position"],
                "constraints": [models.UniqueConstraint(fields=("committee", "user"), name="member_once")],
            },
        ),
        migrations.CreateModel(
            name="LowPriceReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "bid",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="low_price_review",
                        to="procurement.bid",
                        verbose_name="响应文件",
                    ),
                ),
                ("grounds", models.JSONField(default=list, verbose_name="触发情形")),
                ("asked_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="要求说明时间")),
                ("explanation", models.TextField(blank=True, verbose_name="供应商说明")),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.storedfile",
                        verbose_name="证明材料",
                    ),
                ),
                ("explained_at", models.DateTimeField(blank=True, null=True, verbose_name="说明时间")),
                (
                    "verdict",
                    models.CharField(
                        choices=[("open", "待说明"), ("accepted", "说明成立"), ("rejected", "说明不成立，响应无效")],
                        default="open",
                        max_length=10,
                        verbose_name="结论",
                    ),
                ),
                ("verdict_reason", models.TextField(blank=True, verbose_name="评审理由")),
                ("judges", models.JSONField(default=list, verbose_name="作出结论的评审小组成员")),
                (
                    "judged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="认定人",
                    ),
                ),
                ("judged_at", models.DateTimeField(blank=True, null=True, verbose_name="认定时间")),
            ],
            options={
                "verbose_name": "异常低价审查",
                "verbose_name_plural": "异常低价审查",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict", "open"),
                            models.Q(("judged_by__isnull", False), models.Q(("verdict_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="low_price_verdict_has_reason",
                        violation_error_message="异常低价审查结论必须写明理由。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "bid",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="standing", to="procurement.bid", verbose_name="响应文件"
                    ),
                ),
                ("evaluated_price", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="评审价（元）")),
                ("price_points", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="价格分")),
                ("quality_points", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="质量分")),
                ("performance_points", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="以往绩效分")),
                ("grades", models.JSONField(default=list, verbose_name="采用的绩效等级")),
                ("total", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="总分")),
                ("rank", models.PositiveSmallIntegerField(verbose_name="排名")),
                ("quality_rank", models.PositiveSmallIntegerField(verbose_name="质量排名")),
            ],
            options={
                "verbose_name": "评审结果",
                "verbose_name_plural": "评审结果",
                "ordering": ["rank", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Award",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="awards", to="procurement.tender", verbose_name="采购活动"
                    ),
                ),
                (
                    "bid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="awards", to="procurement.bid", verbose_name="响应文件"
                    ),
                ),
                (
                    "contractor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awards",
                        to="contractors.contractor",
                        verbose_name="成交供应商",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("confirmed", "已确认"), ("lapsed", "已失效")], default="confirmed", max_length=10, verbose_name="状态"
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="成交金额（元）")),
                ("total", models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="总分")),
                ("rank", models.PositiveSmallIntegerField(verbose_name="排名")),
                ("reason", models.TextField(blank=True, verbose_name="说明")),
                ("lapsed_reason", models.TextField(blank=True, verbose_name="失效原因")),
                ("reopened", models.BooleanField(default=False, verbose_name="非供应商原因失效（重新评审、采购终止）")),
                (
                    "refusal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.storedfile",
                        verbose_name="拒签材料",
                    ),
                ),
                (
                    "notice",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.notice",
                        verbose_name="成交通知书",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="确认人"
                    ),
                ),
                ("confirmed_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="确认时间")),
            ],
            options={
                "verbose_name": "成交结果",
                "verbose_name_plural": "成交结果",
                "ordering": ["-confirmed_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "confirmed")),
                        fields=("tender",),
                        name="award_one_per_tender",
                        violation_error_message="该项目已经确定成交供应商。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "challenge",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaint",
                        to="procurement.challenge",
                        verbose_name="质疑",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("accepted", "财政部门已受理"), ("decided", "已作处理决定"), ("withdrawn", "投诉人撤回")],
                        db_index=True,
                        default="accepted",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("department", models.CharField(max_length=80, verbose_name="受理财政部门")),
                ("document_no", models.CharField(max_length=80, verbose_name="受理通知文号")),
                ("filed_on", models.DateField(verbose_name="投诉日期")),
                ("accepted_on", models.DateField(verbose_name="受理日期")),
                ("decide_by", models.DateField(blank=True, null=True, verbose_name="处理期限")),
                ("suspended_from", models.DateField(blank=True, null=True, verbose_name="暂停采购活动自")),
                ("suspended_until", models.DateField(blank=True, null=True, verbose_name="暂停采购活动至")),
                ("decision_no", models.CharField(blank=True, max_length=80, verbose_name="处理决定文号")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="决定日期")),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("upheld", "投诉成立"), ("partly", "部分成立"), ("rejected", "驳回投诉")],
                        max_length=10,
                        verbose_name="决定结论",
                    ),
                ),
                (
                    "consequence",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kept", "维持原结果（不影响结果）"),
                            ("reviewed", "重新评审"),
                            ("next", "成交结果失效，从合格候选人中另行确定"),
                            ("redo", "废标，重新开展采购活动"),
                        ],
                        max_length=10,
                        verbose_name="处理",
                    ),
                ),
                ("grounds", models.TextField(blank=True, verbose_name="处理依据及结果")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="登记时间")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="结果登记人",
                    ),
                ),
                (
                    "announcement",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.projectpaper",
                        verbose_name="投诉处理结果公告",
                    ),
                ),
            ],
            options={
                "verbose_name": "投诉",
                "verbose_name_plural": "投诉",
                "ordering": ["-recorded_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("suspended_from__isnull", True), ("suspended_until__isnull", True)),
                            ("suspended_until__gte", models.F("suspended_from")),
                            _connector="OR",
                        ),
                        name="complaint_halt_in_order",
                        violation_error_message="暂停的结束日期不能早于开始日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "decided"), _negated=True),
                            models.Q(
                                models.Q(("decision_no", ""), _negated=True),
                                models.Q(("verdict", ""), _negated=True),
                                models.Q(("consequence", ""), _negated=True),
                                models.Q(("grounds", ""), _negated=True),
                                ("decided_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="complaint_decided_whole",
                        violation_error_message="处理决定须有文号、日期、结论、处理和依据。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsortiumMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "bid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="partners", to="procurement.bid", verbose_name="响应文件"
                    ),
                ),
                (
                    "contractor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contractors.contractor",
                        verbose_name="联合体成员",
                    ),
                ),
            ],
            options={
                "verbose_name": "联合体成员",
                "verbose_name_plural": "联合体成员",
                "ordering": ["bid", "pk"],
                "constraints": [models.UniqueConstraint(fields=("bid", "contractor"), name="partner_once_per_bid")],
            },
        ),
        migrations.CreateModel(
            name="AnnouncementFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "announcement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="procurement.announcement",
                        verbose_name="公告稿",
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.storedfile", verbose_name="附件"
                    ),
                ),
                ("label", models.CharField(max_length=80, verbose_name="名称")),
            ],
            options={
                "verbose_name": "公告附件",
                "verbose_name_plural": "公告附件",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="FinalQuote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "bid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="final_quotes",
                        to="procurement.bid",
                        verbose_name="响应文件",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(default=1, verbose_name="第几次报价")),
                (
                    "status",
                    models.CharField(
                        choices=[("submitted", "已密封"), ("replaced", "已被替换"), ("opened", "已开启")],
                        default="submitted",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("receipt", models.CharField(max_length=24, unique=True, verbose_name="回执编号")),
                ("commitment", models.CharField(max_length=64, verbose_name="密封文件 SHA-256")),
                ("sealed", models.BinaryField(verbose_name="密封内容")),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="递交人"
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="收到时间")),
                ("quote", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="最后报价（元）")),
                ("statement", models.TextField(blank=True, verbose_name="报价说明")),
            ],
            options={
                "verbose_name": "最后报价",
                "verbose_name_plural": "最后报价",
                "ordering": ["bid", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("bid", "number"), name="final_quote_in_order"),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "replaced"), _negated=True), fields=("bid",), name="final_quote_one_live"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quote__isnull", False), ("status", "opened")),
                            models.Q(models.Q(("status", "opened"), _negated=True), ("quote__isnull", True), ("statement", "")),
                            _connector="OR",
                        ),
                        name="final_quote_only_after_opening",
                        violation_error_message="开启前不得存有最后报价内容。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="procurement.invitationdraw",
                        verbose_name="抽取记录",
                    ),
                ),
                (
                    "contractor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="contractors.contractor",
                        verbose_name="受邀供应商",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="抽取顺序")),
            ],
            options={
                "verbose_name": "投标邀请",
                "verbose_name_plural": "投标邀请",
                "ordering": ["position"],
                "constraints": [models.UniqueConstraint(fields=("draw", "contractor"), name="invitation_once")],
            },
        ),
        migrations.CreateModel(
            name="PublicComment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="procurement.commentround",
                        verbose_name="征求意见",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("waiting", "待审阅"), ("shown", "已公开"), ("hidden", "不公开")],
                        db_index=True,
                        default="waiting",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("text", models.TextField(max_length=1000, verbose_name="意见")),
                ("contact", records.crypto.EncryptedTextField(blank=True, verbose_name="联系方式")),
                ("written_at", models.DateTimeField(auto_now_add=True, verbose_name="提交时间")),
                ("answer", models.TextField(blank=True, verbose_name="采纳情况")),
                ("adopted", models.BooleanField(null=True, verbose_name="采纳")),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审阅人",
                    ),
                ),
                ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="审阅时间")),
            ],
            options={
                "verbose_name": "公众意见",
                "verbose_name_plural": "公众意见",
                "ordering": ("pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="public_comment_has_words",
                        violation_error_message="意见不能为空。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScoreSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="procurement.committeemember",
                        verbose_name="成员",
                    ),
                ),
                (
                    "bid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sheets", to="procurement.bid", verbose_name="响应文件"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "填写中"), ("submitted", "已提交")], default="draft", max_length=10, verbose_name="状态"
                    ),
                ),
                ("marks", models.JSONField(blank=True, default=dict, verbose_name="各因素得分")),
                ("opinion", models.TextField(blank=True, verbose_name="评审意见")),
                ("quality", models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="质量得分")),
                ("gap_reason", models.TextField(blank=True, verbose_name="分差较大的说明")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
            ],
            options={
                "verbose_name": "评分表",
                "verbose_name_plural": "评分表",
                "ordering": ["bid", "member"],
                "constraints": [
                    models.UniqueConstraint(fields=("member", "bid"), name="sheet_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "draft"), models.Q(("quality__isnull", False), ("submitted_at__isnull", False)), _connector="OR"
                        ),
                        name="sheet_submitted_is_complete",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contract", to="procurement.project", verbose_name="项目"
                    ),
                ),
                (
                    "contractor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="contractors.contractor",
                        verbose_name="承接主体",
                    ),
                ),
                (
                    "award",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contract",
                        to="procurement.award",
                        verbose_name="成交结果",
                    ),
                ),
                ("number", models.CharField(max_length=60, unique=True, verbose_name="合同编号")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "草拟"),
                            ("under_review", "待审查"),
                            ("approved", "待承接主体签署"),
                            ("signed", "已签订"),
                            ("in_service", "服务中"),
                            ("completed", "已履行完毕"),
                            ("terminated", "已终止"),
                            ("cancelled", "已作废（未签订）"),
                        ],
                        db_index=True,
                        default="draft",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="合同金额（元）")),
                (
                    "accepted_amount",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=18, verbose_name="已验收金额（元）"),
                ),
                (
                    "paid_amount",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="按验收结算，含抵扣的预付款",
                        max_digits=18,
                        verbose_name="已支付金额（元）",
                    ),
                ),
                (
                    "supplement_amount",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=18, verbose_name="补充合同金额（元）"),
                ),
                (
                    "reduced_amount",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=18, verbose_name="变更减少金额（元）"),
                ),
                (
                    "retained_amount",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="已验收而待评价的部分",
                        max_digits=18,
                        verbose_name="留存金额（元）",
                    ),
                ),
                (
                    "released_amount",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=18, verbose_name="已释放留存（元）"),
                ),
                (
                    "advance_amount",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=18, verbose_name="已付预付款（元）"),
                ),
                (
                    "advance_settled",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=18, verbose_name="已抵扣预付款（元）"),
                ),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="服务开始日期")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="服务结束日期")),
                (
                    "terminated_on",
                    models.DateField(blank=True, help_text="提前终止的，服务到这一天为止", null=True, verbose_name="终止日期"),
                ),
                ("scope", models.TextField(blank=True, verbose_name="服务内容")),
                ("quantity_terms", models.TextField(blank=True, verbose_name="数量")),
                ("quality_terms", models.TextField(blank=True, verbose_name="质量标准")),
                ("price_terms", models.TextField(blank=True, verbose_name="价格")),
                ("settlement", models.TextField(blank=True, verbose_name="结算方式")),
                ("rights_duties", models.TextField(blank=True, verbose_name="双方权利义务")),
                ("liability", models.TextField(blank=True, verbose_name="违约责任")),
                ("exit_triggers", models.JSONField(blank=True, default=list, verbose_name="退出情形")),
                ("exit_clause", models.TextField(blank=True, verbose_name="退出条款")),
                ("report_due_workdays", models.PositiveSmallIntegerField(default=5, verbose_name="月报报送期限（工作日）")),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="合同经办人",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="创建时间")),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="合同审查人",
                    ),
                ),
                ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="审查时间")),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="承接主体签署人",
                    ),
                ),
                ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="签订时间")),
                ("announced_at", models.DateTimeField(blank=True, null=True, verbose_name="合同公告时间")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="服务启动时间")),
            ],
            options={
                "verbose_name": "合同",
                "verbose_name_plural": "合同",
                "ordering": ("-created_at", "-pk"),
                "indexes": [models.Index(fields=["-created_at", "-id"], name="contract_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)),
                        name="contract_amount_positive",
                        violation_error_message="合同金额必须大于零。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("supplement_amount__gte", 0),
                            (
                                "amount__gte",
                                django.db.models.expressions.CombinedExpression(models.F("supplement_amount"), "*", models.Value(10)),
                            ),
                        ),
                        name="contract_supplements_within_tenth",
                        violation_error_message="补充合同累计不能超过原合同金额的百分之十。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reduced_amount__gte", 0),
                            (
                                "reduced_amount__lt",
                                django.db.models.expressions.CombinedExpression(models.F("amount"), "+", models.F("supplement_amount")),
                            ),
                        ),
                        name="contract_reduced_within_amount",
                        violation_error_message="变更减少的金额应小于合同金额。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_amount__gte", 0),
                            (
                                "accepted_amount__lte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("amount"), "+", models.F("supplement_amount")
                                        ),
                                        "-",
                                        models.F("reduced_amount"),
                                    ),
                                    "+",
                                    models.Value(Decimal("0.004")),
                                ),
                            ),
                        ),
                        name="contract_accepted_within_amount",
                        violation_error_message="已验收金额不能超过合同金额。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("released_amount__gte", 0),
                            ("released_amount__lte", models.F("retained_amount")),
                            ("retained_amount__lte", models.F("accepted_amount")),
                        ),
                        name="contract_retained_within_accepted",
                        violation_error_message="留存不能超过已验收金额，释放不能超过留存。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("paid_amount__gte", 0),
                            (
                                "paid_amount__lte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("accepted_amount"), "-", models.F("retained_amount")
                                        ),
                                        "+",
                                        models.F("released_amount"),
                                    ),
                                    "+",
                                    models.Value(Decimal("0.004")),
                                ),
                            ),
                        ),
                        name="contract_paid_within_accepted",
                        violation_error_message="已支付金额不能超过已验收金额（留存未释放的部分除外）。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("advance_settled__gte", 0),
                            ("advance_settled__lte", models.F("advance_amount")),
                            (
                                "advance_amount__lte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    models.F("amount"), "+", models.F("supplement_amount")
                                                ),
                                                "-",
                                                models.F("reduced_amount"),
                                            ),
                                            "-",
                                            models.F("paid_amount"),
                                        ),
                                        "+",
                                        models.F("advance_settled"),
                                    ),
                                    "+",
                                    models.Value(Decimal("0.004")),
                                ),
                            ),
                        ),
                        name="contract_advance_within_amount",
                        violation_error_message="预付款与已支付合计不能超过合同金额，抵扣不能超过预付款。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on__isnull", True), ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="contract_ends_after_start",
                        violation_error_message="服务结束日期不能早于开始日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by__isnull", True), models.Q(("reviewed_by", models.F("drafted_by")), _negated=True), _connector="OR"
                        ),
                        name="contract_reviewer_is_not_handler",
                        violation_error_message="合同审查人与经办人不能是同一人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ("draft", "under_review", "approved", "cancelled")),
                            ("signed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="contract_signed_before_service",
                        violation_error_message="合同未签订，不能开始服务。",
                    ),
                ],
            },
            bases=(procurement.models.retained.Retained, models.Model),
        ),
        migrations.CreateModel(
            name="TakeoverPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "contract",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="takeover_plan",
                        to="procurement.contract",
                        verbose_name="合同",
                    ),
                ),
                ("substitute", models.CharField(blank=True, max_length=120, verbose_name="接管单位")),
                ("contact_name", models.CharField(blank=True, max_length=40, verbose_name="联系人")),
                ("contact_phone", models.CharField(blank=True, max_length=30, verbose_name="联系电话")),
                ("activation_hours", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="启动时限（小时）")),
                (
                    "funding_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="takeover_plans",
                        to="procurement.fundingline",
                        verbose_name="经费来源行",
                    ),
                ),
                ("handover_items", models.TextField(blank=True, help_text="档案、钥匙、数据等，一行一项", verbose_name="交接清单")),
            ],
            options={
                "verbose_name": "临时接管预案",
                "verbose_name_plural": "临时接管预案",
            },
        ),
        migrations.CreateModel(
            name="PaymentTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "contract",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_terms",
                        to="procurement.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "cycle",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "按月"), (3, "按季"), (6, "按半年"), (0, "期满一次")], default=3, verbose_name="结算周期"
                    ),
                ),
                (
                    "advance_share",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=5, verbose_name="预付款比例（%）"),
                ),
                (
                    "retained_share",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0.00"), max_digits=5, verbose_name="与绩效评价挂钩的留存比例（%）"
                    ),
                ),
                (
                    "grade_scale",
                    models.JSONField(blank=True, default=dict, help_text="评价等级 → 留存部分的支付比例（%）", verbose_name="留存支付比例"),
                ),
                ("payment_days", models.PositiveSmallIntegerField(default=30, verbose_name="付款期限（日）")),
                (
                    "late_rate",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="不填则按每日万分之五",
                        max_digits=5,
                        null=True,
                        verbose_name="约定的逾期年利率（%）",
                    ),
                ),
                ("payee_bank", models.CharField(blank=True, max_length=80, verbose_name="乙方开户银行")),
                ("payee_account", records.crypto.EncryptedTextField(blank=True, verbose_name="乙方银行账号")),
            ],
            options={
                "verbose_name": "付款条款",
                "verbose_name_plural": "付款条款",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("advance_share__gte", 0), ("advance_share__lte", 100), ("retained_share__gte", 0), ("retained_share__lte", 100)
                        ),
                        name="payment_terms_shares_in_range",
                        violation_error_message="比例应在 0 至 100 之间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("payment_days__gte", 1), ("payment_days__lte", 60)),
                        name="payment_terms_days_in_range",
                        violation_error_message="付款期限最长不超过 60 日。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Instalment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="instalments",
                        to="procurement.contract",
                        verbose_name="合同",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="期次")),
                ("period_start", models.DateField(verbose_name="期间开始")),
                ("period_end", models.DateField(verbose_name="期间结束")),
                ("planned", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="计划金额（元）")),
            ],
            options={
                "verbose_name": "付款期次",
                "verbose_name_plural": "付款期次",
                "ordering": ("contract", "number"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "number"), name="one_instalment_per_number", violation_error_message="合同的付款期次不能重复。"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("planned__gte", 0)),
                        name="instalment_not_negative",
                        violation_error_message="计划金额不能为负。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period_end__gte", models.F("period_start"))),
                        name="instalment_ends_after_start",
                        violation_error_message="期间结束不能早于开始。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GradeNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grade_notices",
                        to="procurement.contract",
                        verbose_name="合同",
                    ),
                ),
                ("period_start", models.DateField(verbose_name="评价期间开始")),
                ("period_end", models.DateField(verbose_name="评价期间截至")),
                ("grade", models.CharField(max_length=2, verbose_name="评价等级")),
                ("source_url", models.CharField(max_length=300, verbose_name="评价结果")),
                (
                    "told_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="公布人",
                    ),
                ),
                ("told_at", models.DateTimeField(auto_now_add=True, verbose_name="公布时间")),
            ],
            options={
                "verbose_name": "评价结果通知",
                "verbose_name_plural": "评价结果通知",
                "ordering": ("period_end", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "source_url"), name="one_grade_per_publication", violation_error_message="该评价结果已经收到。"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("grade__in", ("优", "良", "中", "差"))),
                        name="grade_notice_known_grade",
                        violation_error_message="评价等级不在规定范围。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period_start__lte", models.F("period_end"))),
                        name="grade_notice_period_in_order",
                        violation_error_message="评价期间的开始不能晚于截至日期。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Amendment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amendments",
                        to="procurement.contract",
                        verbose_name="合同",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("same_service", "追加与合同标的相同的服务"),
                            ("public_interest", "继续履行将损害国家利益和社会公共利益"),
                            ("contract_ground", "合同约定的变更情形"),
                        ],
                        max_length=20,
                        verbose_name="变更依据",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "草拟"),
                            ("under_review", "待审查"),
                            ("approved", "待承接主体签署"),
                            ("in_force", "已生效"),
                            ("withdrawn", "已撤回"),
                        ],
                        db_index=True,
                        default="draft",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("increase", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=18, verbose_name="增加金额（元）")),
                ("decrease", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=18, verbose_name="减少金额（元）")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="变更后的服务结束日期")),
                ("content", models.TextField(verbose_name="变更内容")),
                ("reason", models.TextField(verbose_name="变更理由")),
                (
                    "evidence",
                    models.CharField(blank=True, help_text="合同条款、会议纪要、文件名称与文号", max_length=200, verbose_name="依据材料"),
                ),
                ("same_terms", models.BooleanField(default=True, verbose_name="其他合同条款不变")),
                (
                    "funding_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amendments",
                        to="procurement.fundingline",
                        verbose_name="追加资金来源",
                    ),
                ),
                (
                    "finance_signed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="资金会签人",
                    ),
                ),
                ("finance_reason", models.TextField(blank=True, verbose_name="资金会签意见")),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="经办人"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="创建时间")),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审查人",
                    ),
                ),
                ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="审查时间")),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="承接主体签署人",
                    ),
                ),
                ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="签署时间")),
                ("previous_ends_on", models.DateField(blank=True, null=True, verbose_name="变更前的服务结束日期")),
            ],
            options={
                "verbose_name": "合同变更",
                "verbose_name_plural": "合同变更",
                "ordering": ("contract", "number"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "number"), name="one_amendment_per_number", violation_error_message="合同变更序号重复。"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("increase__gte", 0), ("decrease__gte", 0), models.Q(("increase", 0), ("decrease", 0), _connector="OR")
                        ),
                        name="amendment_one_direction",
                        violation_error_message="一份变更只能增加或者减少金额。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by__isnull", True), models.Q(("reviewed_by", models.F("drafted_by")), _negated=True), _connector="OR"
                        ),
                        name="amendment_reviewer_is_not_handler",
                        violation_error_message="变更的审查人与经办人不能是同一人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "in_force"), _negated=True),
                            models.Q(("signed_at__isnull", False), ("reviewed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="amendment_in_force_is_signed",
                        violation_error_message="未经审查和签署的变更不能生效。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ("draft", "under_review", "approved"))),
                        fields=("contract",),
                        name="one_open_amendment_per_contract",
                        violation_error_message="该合同已有一份变更正在办理。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Subcontract",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subcontracts",
                        to="procurement.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "contractor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subcontracts",
                        to="contractors.contractor",
                        verbose_name="承接主体库中的单位",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="分包单位")),
                ("uscc", models.CharField(max_length=18, verbose_name="统一社会信用代码")),
                (
                    "status",
                    models.CharField(
                        choices=[("proposed", "待甲方同意"), ("consented", "已同意"), ("refused", "不同意"), ("ended", "已结束")],
                        db_index=True,
                        default="proposed",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("part", models.TextField(verbose_name="分包内容")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="分包金额（元）")),
                ("core", models.BooleanField(default=False, verbose_name="属于合同主体、关键性工作")),
                ("named_in_bid", models.BooleanField(default=False, verbose_name="响应文件中已载明")),
                ("qualification", models.TextField(blank=True, verbose_name="分包单位的资格条件")),
                ("further_subcontracting", models.BooleanField(default=False, verbose_name="分包单位再次分包")),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="提出人"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="提出时间")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="决定人",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="决定时间")),
                ("decision_note", models.TextField(blank=True, verbose_name="决定说明")),
            ],
            options={
                "verbose_name": "分包",
                "verbose_name_plural": "分包",
                "ordering": ("-created_at", "-pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)),
                        name="subcontract_amount_positive",
                        violation_error_message="分包金额必须大于零。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "consented"), _negated=True),
                            models.Q(("decided_by__isnull", False), ("core", False), ("further_subcontracting", False)),
                            _connector="OR",
                        ),
                        name="subcontract_consented_is_lawful",
                        violation_error_message="主体、关键性工作和再次分包不能同意。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PostedWorker",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="workers", to="procurement.contract", verbose_name="合同"
                    ),
                ),
                (
                    "contractor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="workers",
                        to="contractors.contractor",
                        verbose_name="派出单位",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="派出的政府单位",
                    ),
                ),
                ("name", records.crypto.EncryptedTextField(verbose_name="姓名")),
                ("id_number", records.crypto.EncryptedTextField(verbose_name="身份证号")),
                ("id_index", models.CharField(editable=False, max_length=64, verbose_name="身份证号索引")),
                ("phone", records.crypto.EncryptedTextField(blank=True, verbose_name="联系电话")),
                ("phone_index", models.CharField(blank=True, db_index=True, editable=False, max_length=64, verbose_name="电话索引")),
                ("employer", models.CharField(max_length=120, verbose_name="用人单位")),
                ("insured_by_contractor", models.BooleanField(blank=True, null=True, verbose_name="由承接主体缴纳社会保险")),
                (
                    "engagement",
                    models.CharField(
                        choices=[
                            ("employee", "劳动合同"),
                            ("part_time", "非全日制用工"),
                            ("service", "劳务协议"),
                            ("dispatch", "劳务派遣"),
                            ("office", "本单位工作人员"),
                        ],
                        default="employee",
                        max_length=12,
                        verbose_name="用工形式",
                    ),
                ),
                ("former_buyer_staff", models.BooleanField(default=False, verbose_name="曾由购买主体聘用")),
                ("education", models.CharField(blank=True, max_length=20, verbose_name="学历")),
                (
                    "qualification",
                    models.CharField(
                        choices=[
                            ("none", "无"),
                            ("care", "养老护理员"),
                            ("nurse", "护士（师）"),
                            ("assistant", "助理社会工作师"),
                            ("social_worker", "社会工作师"),
                            ("senior", "高级社会工作师"),
                            ("rehab", "康复治疗师（士）"),
                            ("counsel", "心理咨询师"),
                            ("other", "其他资格"),
                        ],
                        default="none",
                        max_length=16,
                        verbose_name="资格",
                    ),
                ),
                ("certificate", models.CharField(blank=True, max_length=60, verbose_name="证书编号")),
                ("certificate_until", models.DateField(blank=True, null=True, verbose_name="证书有效期至")),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("home", "服务对象家中"),
                            ("bureau", "区县民政部门"),
                            ("township", "乡镇（街道）"),
                            ("village", "村（社区）"),
                            ("institution", "特困人员供养服务机构"),
                        ],
                        default="home",
                        max_length=12,
                        verbose_name="服务地点",
                    ),
                ),
                (
                    "posted_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="派驻单位",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="到岗日期")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="离岗日期")),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="填报账号",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="情况说明")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                    ),
                ),
            ],
            options={
                "verbose_name": "服务人员",
                "verbose_name_plural": "服务人员",
                "ordering": ("contract", "starts_on", "pk"),
                "indexes": [models.Index(fields=["-created_at", "-id"], name="worker_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ends_on__isnull", True)),
                        fields=("contract", "id_index"),
                        name="worker_once_per_contract",
                        violation_error_message="该人员已在本合同的在岗名册中。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("contractor__isnull", False), ("office__isnull", True), models.Q(("engagement", "office"), _negated=True)
                            ),
                            models.Q(("contractor__isnull", True), ("office__isnull", False)),
                            _connector="OR",
                        ),
                        name="worker_of_one_unit",
                        violation_error_message="服务人员须属于且只属于一个服务单位。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("engagement", "dispatch"), _negated=True),
                        name="worker_never_dispatched",
                        violation_error_message="不得以劳务派遣方式用工。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                        name="worker_leaves_after_start",
                        violation_error_message="离岗日期不能早于到岗日期。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ServiceRecipient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recipients",
                        to="procurement.contract",
                        verbose_name="合同",
                    ),
                ),
                ("code", models.CharField(max_length=12, verbose_name="对象编号")),
                ("name", records.crypto.EncryptedTextField(verbose_name="姓名")),
                ("name_index", models.CharField(db_index=True, editable=False, max_length=64, verbose_name="姓名索引")),
                ("id_number", records.crypto.EncryptedTextField(blank=True, verbose_name="身份证号")),
                ("id_index", models.CharField(blank=True, editable=False, max_length=64, null=True, verbose_name="身份证号索引")),
                ("no_id_reason", models.CharField(blank=True, max_length=80, verbose_name="无证件说明")),
                (
                    "programme",
                    models.CharField(
                        choices=[("DB", "低保"), ("TK", "特困"), ("MA", "医疗救助"), ("TA", "临时救助"), ("LI", "低保边缘等低收入人口")],
                        max_length=2,
                        verbose_name="救助类别",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="乡镇（街道）",
                    ),
                ),
                ("address", records.crypto.EncryptedTextField(blank=True, verbose_name="住址")),
                ("phone", records.crypto.EncryptedTextField(blank=True, verbose_name="联系电话")),
                ("contact_name", records.crypto.EncryptedTextField(blank=True, help_text="家属或者监护人", verbose_name="联系人")),
                ("contact_phone", records.crypto.EncryptedTextField(blank=True, verbose_name="联系人电话")),
                ("needs", models.CharField(blank=True, max_length=300, verbose_name="服务注意事项")),
                ("pin_index", models.CharField(blank=True, editable=False, max_length=64, verbose_name="签收码")),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "在册"), ("left", "已退出")], db_index=True, default="active", max_length=8, verbose_name="状态"
                    ),
                ),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="退出日期")),
                ("left_reason", models.CharField(blank=True, max_length=120, verbose_name="退出原因")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                    ),
                ),
            ],
            options={
                "verbose_name": "服务对象",
                "verbose_name_plural": "服务对象",
                "ordering": ("contract", "code"),
                "indexes": [models.Index(fields=["-created_at", "-id"], name="recipient_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "code"), name="recipient_code_once", violation_error_message="对象编号在本合同中已经使用。"
                    ),
                    models.UniqueConstraint(
                        fields=("contract", "id_index"),
                        name="recipient_once_per_contract",
                        violation_error_message="该身份证号已在本合同登记。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("id_index__isnull", False), models.Q(("no_id_reason", ""), _negated=True), _connector="OR"),
                        name="recipient_id_or_reason",
                        violation_error_message="没有身份证号的，须登记情况说明。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="procurement.contract",
                        verbose_name="合同",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="序号")),
                (
                    "kind",
                    models.CharField(
                        choices=[("random", "随机抽查"), ("routine", "例行检查"), ("special", "专项检查")],
                        default="random",
                        max_length=8,
                        verbose_name="检查方式",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("planned", "待检查"), ("done", "已完成"), ("cancelled", "已取消")],
                        db_index=True,
                        default="planned",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("planned_on", models.DateField(verbose_name="计划日期")),
                ("scope", models.CharField(max_length=300, verbose_name="检查内容")),
                ("seed", models.CharField(blank=True, max_length=64, verbose_name="抽取种子")),
                ("population", models.PositiveIntegerField(default=0, verbose_name="抽取范围（人）")),
                ("population_sha256", models.CharField(blank=True, max_length=64, verbose_name="抽取范围摘要")),
                ("held_on", models.DateField(blank=True, null=True, verbose_name="检查日期")),
                ("summary", models.TextField(blank=True, verbose_name="检查情况")),
                (
                    "inspector",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="检查人",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="建立时间")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="安排人"
                    ),
                ),
            ],
            options={
                "verbose_name": "检查",
                "verbose_name_plural": "检查",
                "ordering": ("-created_at", "-pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "number"), name="inspection_number_once", violation_error_message="序号已使用。"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "done"), _negated=True),
                            models.Q(("held_on__isnull", False), ("inspector__isnull", False)),
                            _connector="OR",
                        ),
                        name="inspection_done_by_someone",
                        violation_error_message="已完成的检查须有检查日期和检查人。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExitTrigger",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exit_triggers_found",
                        to="procurement.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("cannot_perform", "不能继续履行合同"),
                            ("breach", "违背合同约定"),
                            ("fraud", "弄虚作假"),
                            ("assignment", "转包"),
                            ("lost_qualification", "丧失承接资格"),
                            ("two_poor", "连续两年绩效评价为差"),
                            ("privacy", "严重侵害服务对象隐私"),
                        ],
                        max_length=20,
                        verbose_name="退出情形",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("raised", "待认定"), ("confirmed", "已认定"), ("dismissed", "不成立")],
                        db_index=True,
                        default="raised",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("reported", "人工登记"),
                            ("ban", "禁入决定"),
                            ("qualification", "资质到期"),
                            ("grades", "绩效评价"),
                            ("rectification", "整改"),
                            ("suspicion", "转包认定"),
                        ],
                        default="reported",
                        max_length=14,
                        verbose_name="来源",
                    ),
                ),
                ("source_key", models.CharField(blank=True, max_length=80, null=True, verbose_name="来源编号")),
                ("facts", models.TextField(verbose_name="事实")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="合同未列明时的依据")),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.storedfile",
                        verbose_name="证据",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                ("raised_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="登记时间")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="认定人",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="认定时间")),
                ("decision", models.TextField(blank=True, verbose_name="认定意见")),
            ],
            options={
                "verbose_name": "退出情形",
                "verbose_name_plural": "退出情形",
                "ordering": ("-raised_at", "-pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "source", "source_key"), name="exit_trigger_once", violation_error_message="该情形已经列入。"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "raised"),
                            models.Q(("decided_by__isnull", False), models.Q(("decision", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="exit_trigger_decided_with_words",
                        violation_error_message="认定退出情形须写明意见。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("raised_by__isnull", True),
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("raised_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="exit_trigger_decided_by_another",
                        violation_error_message="退出情形的登记人和认定人不能是同一人。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PeriodicReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="procurement.contract", verbose_name="合同"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("service", "月报"), ("finance", "财务报告")], default="service", max_length=8, verbose_name="类别"
                    ),
                ),
                ("period_start", models.DateField(verbose_name="期间开始")),
                ("period_end", models.DateField(verbose_name="期间结束")),
                ("due_on", models.DateField(blank=True, help_text="该年工作日历公布后确定", null=True, verbose_name="报送期限")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("not_due", "未到期"),
                            ("due", "待报送"),
                            ("submitted", "待审核"),
                            ("returned", "已退回"),
                            ("accepted", "已通过"),
                        ],
                        db_index=True,
                        default="not_due",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("figures", models.JSONField(blank=True, default=dict, help_text="字段 → 值；缺项为空，不等于 0", verbose_name="数据")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="最近报送时间")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="通过时间")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="生成时间")),
            ],
            options={
                "verbose_name": "定期报告",
                "verbose_name_plural": "定期报告",
                "ordering": ("-period_start", "-pk"),
                "indexes": [models.Index(fields=["status", "due_on"], name="report_by_due")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "kind", "period_start"),
                        name="one_report_per_kind_and_period",
                        violation_error_message="该期间报告已生成。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("period_end__gte", models.F("period_start")),
                            models.Q(("due_on__isnull", True), ("due_on__gt", models.F("period_end")), _connector="OR"),
                        ),
                        name="report_due_after_period",
                        violation_error_message="报送期限应晚于期间结束日期。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Security",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "tender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="securities",
                        to="procurement.tender",
                        verbose_name="采购活动",
                    ),
                ),
                (
                    "contractor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="securities",
                        to="contractors.contractor",
                        verbose_name="交纳人",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="securities",
                        to="procurement.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("bid", "投标（响应）保证金"), ("performance", "履约保证金")], max_length=12, verbose_name="种类"
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("bank", "金融机构保函"),
                            ("guarantor", "担保机构保函"),
                            ("cheque", "支票"),
                            ("draft", "汇票"),
                            ("note", "本票"),
                        ],
                        max_length=10,
                        verbose_name="形式",
                    ),
                ),
                ("instrument_no", models.CharField(max_length=80, verbose_name="票据或保函编号")),
                ("issuer", models.CharField(max_length=120, verbose_name="出具机构")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="金额（元）")),
                ("received_on", models.DateField(verbose_name="收到日期")),
                (
                    "status",
                    models.CharField(
                        choices=[("held", "在管"), ("returned", "已退还"), ("forfeited", "不予退还")],
                        db_index=True,
                        default="held",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="退还（没收）日期")),
                ("reason", models.TextField(blank=True, verbose_name="说明")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="登记时间")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办理人",
                    ),
                ),
            ],
            options={
                "verbose_name": "保证金",
                "verbose_name_plural": "保证金",
                "ordering": ["-recorded_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "held")),
                        fields=("tender", "contractor", "kind"),
                        name="security_held_once",
                        violation_error_message="该供应商的同类保证金已经登记。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("form__in", ("bank", "guarantor", "cheque", "draft", "note"))),
                        name="security_never_cash",
                        violation_error_message="保证金应当以支票、汇票、本票或者保函等非现金形式提交。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="security_is_something", violation_error_message="保证金金额应大于 0。"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "bid"), ("contract__isnull", False), _connector="OR"),
                        name="security_of_performance_has_contract",
                        violation_error_message="履约保证金须对应合同。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "forfeited"), _negated=True), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="security_forfeited_with_reason",
                        violation_error_message="不予退还须写明理由。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SoleSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sole_source",
                        to="procurement.project",
                        verbose_name="项目",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("prepared", "论证中"), ("negotiated", "已协商")], default="prepared", max_length=10, verbose_name="状态"
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("only_one", "只能从唯一供应商处采购"),
                            ("emergency", "发生了不可预见的紧急情况，不能从其他供应商处采购"),
                            ("add_on", "保证原有项目一致性或者服务配套，添购资金不超过原合同金额百分之十"),
                        ],
                        max_length=10,
                        verbose_name="适用情形",
                    ),
                ),
                ("reason", models.TextField(verbose_name="采用单一来源的原因及说明")),
                (
                    "contractor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sole_sources",
                        to="contractors.contractor",
                        verbose_name="拟定供应商",
                    ),
                ),
                (
                    "original",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.contract",
                        verbose_name="原合同（添购时）",
                    ),
                ),
                (
                    "paper",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.projectpaper",
                        verbose_name="公示",
                    ),
                ),
                ("objection", models.TextField(blank=True, verbose_name="公示期间收到的异议")),
                ("objection_answer", models.TextField(blank=True, verbose_name="补充论证意见")),
                ("held_on", models.DateField(blank=True, null=True, verbose_name="协商日期")),
                ("people", models.TextField(blank=True, help_text="一行一人：姓名、单位、职务", verbose_name="采购人员名单")),
                ("cost_note", models.TextField(blank=True, verbose_name="供应商成本说明、同类合同价格")),
                ("terms", models.TextField(blank=True, verbose_name="合同主要条款及价格商定情况")),
                ("price", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="商定价格（元）")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="经办人"
                    ),
                ),
                ("created_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="创建时间")),
            ],
            options={
                "verbose_name": "单一来源采购",
                "verbose_name_plural": "单一来源采购",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status", "prepared"), ("paper__isnull", False), _connector="OR"),
                        name="sole_source_announced_first",
                        violation_error_message="单一来源采购须先公示。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "negotiated"), _negated=True),
                            models.Q(
                                ("held_on__isnull", False),
                                ("price__isnull", False),
                                models.Q(("people", ""), _negated=True),
                                models.Q(("terms", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="sole_source_negotiated_whole",
                        violation_error_message="协商情况记录须有日期、人员、条款和价格。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Suspicion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suspicions",
                        to="procurement.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "sign",
                    models.CharField(
                        choices=[
                            ("off_roster", "服务人员不在名册"),
                            ("other_employer", "用人单位不是承接主体"),
                            ("shared_phone", "与其他承接主体人员共用电话"),
                            ("subcontract", "分包比例偏高"),
                            ("passed_on", "款项大部分转付"),
                        ],
                        max_length=16,
                        verbose_name="迹象",
                    ),
                ),
                ("key", models.CharField(help_text="同一迹象同一对象只提示一次", max_length=80, verbose_name="对象")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "待说明"), ("explained", "待认定"), ("cleared", "已排除"), ("confirmed", "认定转包")],
                        db_index=True,
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("facts", models.TextField(verbose_name="发现的情况")),
                ("found_on", models.DateField(verbose_name="发现日期")),
                ("explanation", models.TextField(blank=True, verbose_name="承接主体说明")),
                (
                    "explained_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="说明人",
                    ),
                ),
                ("explained_at", models.DateTimeField(blank=True, null=True, verbose_name="说明时间")),
                ("outcome", models.TextField(blank=True, verbose_name="认定意见")),
                (
                    "judged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="认定人",
                    ),
                ),
                ("judged_at", models.DateTimeField(blank=True, null=True, verbose_name="认定时间")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
            ],
            options={
                "verbose_name": "转包迹象",
                "verbose_name_plural": "转包迹象",
                "ordering": ("-created_at", "-pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "sign", "key"), name="one_suspicion_per_sign", violation_error_message="迹象已登记。"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ("cleared", "confirmed")), _negated=True),
                            models.Q(models.Q(("outcome", ""), _negated=True), ("judged_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="suspicion_judged_in_writing",
                        violation_error_message="认定须写明意见和认定人。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptances",
                        to="procurement.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "instalment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptances",
                        to="procurement.instalment",
                        verbose_name="付款期次",
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="轮次")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "组织验收"),
                            ("signing", "验收组签字"),
                            ("passed", "验收合格"),
                            ("failed", "验收不合格"),
                            ("announced", "合格，结果已公告"),
                        ],
                        db_index=True,
                        default="draft",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, default=0, max_digits=18, verbose_name="验收金额（元）")),
                (
                    "retained_amount",
                    models.DecimalField(
                        decimal_places=2,
                        default=0,
                        help_text="与绩效评价挂钩，评价公布后按等级支付",
                        max_digits=18,
                        verbose_name="其中留存（元）",
                    ),
                ),
                ("withheld", models.DecimalField(decimal_places=2, default=0, max_digits=18, verbose_name="有争议未验收（元）")),
                ("reason", models.TextField(blank=True, verbose_name="扣减、争议或偏差说明")),
                ("conclusion", models.TextField(blank=True, verbose_name="验收意见")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="验收地点")),
                (
                    "prepared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="验收组织人",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="创建时间")),
                ("concluded_at", models.DateTimeField(blank=True, null=True, verbose_name="验收结论时间")),
                ("announced_at", models.DateTimeField(blank=True, null=True, verbose_name="结果公告时间")),
                ("pay_due_on", models.DateField(blank=True, null=True, verbose_name="付款期限")),
                (
                    "notice",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.notice",
                        verbose_name="验收结果公告",
                    ),
                ),
            ],
            options={
                "verbose_name": "履约验收",
                "verbose_name_plural": "履约验收",
                "ordering": ("-created_at", "-pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0), ("withheld__gte", 0)),
                        name="acceptance_not_negative",
                        violation_error_message="验收金额不能为负。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("retained_amount__gte", 0), ("retained_amount__lte", models.F("amount"))),
                        name="acceptance_retained_within_amount",
                        violation_error_message="留存金额不能超过验收金额。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ("draft", "signing")), ("concluded_at__isnull", False), _connector="OR"),
                        name="acceptance_concluded_has_date",
                        violation_error_message="没有结论时间的验收不能视为完成。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "announced"), _negated=True),
                            models.Q(("announced_at__isnull", False), ("notice__isnull", False)),
                            _connector="OR",
                        ),
                        name="acceptance_announced_has_notice",
                        violation_error_message="验收结果公告须有公告文书。",
                    ),
                    models.UniqueConstraint(
                        fields=("instalment", "round"),
                        name="one_acceptance_per_round",
                        violation_error_message="该期次的这一轮验收已经建立。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ("draft", "signing"))),
                        fields=("instalment",),
                        name="one_open_acceptance_per_instalment",
                        violation_error_message="该期次已有一份验收正在办理。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ServiceOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="procurement.contract", verbose_name="合同"
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="procurement.servicerecipient",
                        verbose_name="服务对象",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="procurement.catalogueitem",
                        verbose_name="服务项目",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="序号")),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="contractors.contractor",
                        verbose_name="责任服务单位",
                    ),
                ),
                (
                    "caretaker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="直接承担的政府单位",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="procurement.postedworker",
                        verbose_name="固定服务人员",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "服务中"), ("suspended", "暂停"), ("ended", "已结束")],
                        default="active",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[("week", "每周"), ("month", "每月"), ("quarter", "每季度"), ("once", "一次性")],
                        max_length=8,
                        verbose_name="频次单位",
                    ),
                ),
                ("times", models.PositiveSmallIntegerField(default=1, verbose_name="次数")),
                ("minutes", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="每次时长（分钟）")),
                ("starts_on", models.DateField(verbose_name="开始日期")),
                ("ends_on", models.DateField(verbose_name="结束日期")),
                ("planned_until", models.DateField(blank=True, help_text="此日（含）以前的计划已经生成", null=True, verbose_name="已排到")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="下单时间")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="下单人"
                    ),
                ),
            ],
            options={
                "verbose_name": "服务单",
                "verbose_name_plural": "服务单",
                "ordering": ("contract", "number"),
                "indexes": [
                    models.Index(fields=["-created_at", "-id"], name="order_newest"),
                    models.Index(fields=["provider", "status"], name="order_by_provider"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "number"), name="order_number_once", violation_error_message="服务单序号已经使用。"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "active")),
                        fields=("contract", "recipient", "item"),
                        name="one_active_order_per_item",
                        violation_error_message="该对象在本合同下已有此项目的服务单。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "active"), _negated=True),
                            ("provider__isnull", False),
                            ("caretaker__isnull", False),
                            _connector="OR",
                        ),
                        name="active_order_has_provider",
                        violation_error_message="服务中的服务单必须有责任服务单位。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("provider__isnull", True), ("caretaker__isnull", True), _connector="OR"),
                        name="order_has_one_provider",
                        violation_error_message="服务单只能有一个责任服务单位。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="order_ends_after_start",
                        violation_error_message="结束日期不能早于开始日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("times__gte", 1), ("times__lte", 31)),
                        name="order_times_sane",
                        violation_error_message="次数应在 1 至 31 之间。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rectification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rectifications",
                        to="procurement.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rectifications",
                        to="procurement.inspection",
                        verbose_name="检查",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="序号")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("issued", "待报整改方案"),
                            ("planned", "整改中"),
                            ("evidence", "待复查"),
                            ("reopened", "复查未通过"),
                            ("closed", "整改完成"),
                            ("exit_review", "提请退出审查"),
                        ],
                        db_index=True,
                        default="issued",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("facts", models.TextField(verbose_name="存在问题")),
                ("clause", models.CharField(max_length=200, verbose_name="依据")),
                ("demand", models.TextField(verbose_name="整改要求")),
                ("due_on", models.DateField(verbose_name="整改期限")),
                ("first_due_on", models.DateField(verbose_name="原定期限")),
                ("extended", models.BooleanField(default=False, verbose_name="已延期")),
                ("extension_reason", models.CharField(blank=True, max_length=300, verbose_name="延期原因")),
                (
                    "notice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.notice",
                        verbose_name="整改通知书",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="签发人"
                    ),
                ),
                ("issued_at", models.DateTimeField(verbose_name="签发时间")),
                ("owner", models.CharField(blank=True, max_length=40, verbose_name="整改负责人")),
                ("plan", models.TextField(blank=True, verbose_name="整改方案")),
                (
                    "planned_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="方案报送人",
                    ),
                ),
                ("planned_at", models.DateTimeField(blank=True, null=True, verbose_name="方案报送时间")),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="复查人",
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                ("escalated_on", models.DateField(blank=True, null=True, verbose_name="逾期上报日期")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="建立时间")),
            ],
            options={
                "verbose_name": "整改",
                "verbose_name_plural": "整改",
                "ordering": ("-created_at", "-pk"),
                "indexes": [models.Index(fields=["status", "due_on"], name="rectification_by_due")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "number"), name="rectification_number_once", violation_error_message="序号已用。"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verified_by__isnull", True), models.Q(("verified_by", models.F("issued_by")), _negated=True), _connector="OR"
                        ),
                        name="rectification_verified_by_another",
                        violation_error_message="签发整改通知的人不能复查。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ("closed", "exit_review")), _negated=True),
                            models.Q(("closed_at__isnull", False), ("verified_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="rectification_closed_by_someone",
                        violation_error_message="办结须有复查人和时间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gte", models.F("first_due_on"))),
                        name="rectification_never_shortened",
                        violation_error_message="期限不能提前。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Termination",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="terminations",
                        to="procurement.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "trigger",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="terminations",
                        to="procurement.exittrigger",
                        verbose_name="退出情形",
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("contract", "合同约定的解除情形"),
                            ("public_harm", "继续履行将损害国家利益和社会公共利益"),
                            ("grave", "情节严重、造成恶劣社会影响"),
                        ],
                        max_length=12,
                        verbose_name="终止依据",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("notified", "已告知，听取意见"),
                            ("heard", "已听取意见"),
                            ("decided", "已决定终止"),
                            ("dropped", "不予终止"),
                        ],
                        db_index=True,
                        default="notified",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("facts", models.TextField(verbose_name="事实和理由")),
                (
                    "prior_notice",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.notice",
                        verbose_name="事先告知书",
                    ),
                ),
                (
                    "notified_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="告知人"
                    ),
                ),
                ("notified_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="告知时间")),
                ("answer_by", models.DateField(verbose_name="陈述申辩截止")),
                ("statement", models.TextField(blank=True, verbose_name="承接主体的陈述申辩")),
                ("waived", models.BooleanField(default=False, verbose_name="放弃陈述申辩")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="陈述人",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="陈述时间")),
                ("heard_on", models.DateField(blank=True, null=True, verbose_name="听取意见日期")),
                ("minutes", models.TextField(blank=True, verbose_name="听取意见记录")),
                (
                    "heard_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="记录人",
                    ),
                ),
                ("decision", models.TextField(blank=True, verbose_name="决定")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="决定人",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="决定时间")),
                (
                    "decision_notice",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.notice",
                        verbose_name="终止通知书",
                    ),
                ),
            ],
            options={
                "verbose_name": "合同终止",
                "verbose_name_plural": "合同终止",
                "ordering": ("-notified_at", "-pk"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ("notified", "heard"))),
                        fields=("contract",),
                        name="termination_one_open",
                        violation_error_message="该合同已有办理中的终止程序。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "decided"), _negated=True),
                            models.Q(
                                ("decided_by__isnull", False), ("prior_notice__isnull", False), models.Q(("decision", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="termination_decided_after_notice",
                        violation_error_message="未经事先告知不能决定终止合同。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True), models.Q(("decided_by", models.F("notified_by")), _negated=True), _connector="OR"
                        ),
                        name="termination_decided_by_another",
                        violation_error_message="终止合同的告知人和决定人不能是同一人。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DebarmentProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debarment_proposals",
                        to="procurement.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("sent", "已送财政部门"), ("answered", "财政部门已答复")],
                        default="sent",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("acts", models.JSONField(default=list, verbose_name="违法情形")),
                ("facts", models.TextField(verbose_name="事实")),
                (
                    "addressee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation", verbose_name="财政部门"
                    ),
                ),
                (
                    "notice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.notice", verbose_name="建议函"
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="财政部门的答复")),
                ("answered_on", models.DateField(blank=True, null=True, verbose_name="答复日期")),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="提出人"
                    ),
                ),
                ("proposed_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="提出时间")),
                (
                    "triggers",
                    models.ManyToManyField(related_name="proposals", to="procurement.exittrigger", verbose_name="所附退出情形和证据"),
                ),
            ],
            options={
                "verbose_name": "禁入建议",
                "verbose_name_plural": "禁入建议",
                "ordering": ("-proposed_at", "-pk"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "sent")),
                        fields=("contract",),
                        name="proposal_one_waiting",
                        violation_error_message="该合同的建议函已送财政部门，正等待答复。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Renewal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="renewals", to="procurement.contract", verbose_name="合同"
                    ),
                ),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="续签年度")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "草拟"),
                            ("under_review", "待审查"),
                            ("approved", "待承接主体签署"),
                            ("in_force", "已续签"),
                            ("withdrawn", "不续签"),
                        ],
                        db_index=True,
                        default="draft",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="该年度合同金额（元）")),
                (
                    "grade_notice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewals",
                        to="procurement.gradenotice",
                        verbose_name="所依据的评价结果",
                    ),
                ),
                ("reason", models.TextField(blank=True, help_text="没有评价结果或者评价为差的必须写明", verbose_name="续签理由")),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="经办人"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="创建时间")),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审查人",
                    ),
                ),
                ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="审查时间")),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="承接主体签署人",
                    ),
                ),
                ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="签署时间")),
            ],
            options={
                "verbose_name": "合同续签",
                "verbose_name_plural": "合同续签",
                "ordering": ("contract", "fiscal_year", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="renewal_amount_positive", violation_error_message="续签金额须大于零。"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "withdrawn"), _negated=True),
                        fields=("contract", "fiscal_year"),
                        name="one_renewal_per_year",
                        violation_error_message="该年度的续签已经建立。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by__isnull", True), models.Q(("reviewed_by", models.F("drafted_by")), _negated=True), _connector="OR"
                        ),
                        name="renewal_reviewer_is_not_handler",
                        violation_error_message="续签的审查人与经办人不能是同一人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "in_force"), _negated=True),
                            models.Q(
                                ("signed_at__isnull", False),
                                ("signed_by__isnull", False),
                                ("reviewed_by__isnull", False),
                                ("reviewed_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="renewal_in_force_is_signed",
                        violation_error_message="未经审查和签署的续签不能生效。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="procurement.periodicreport",
                        verbose_name="报告",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="轮次")),
                ("figures", models.JSONField(verbose_name="报送数据")),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="报送人"
                    ),
                ),
                ("submitted_at", models.DateTimeField(verbose_name="报送时间")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("open", "待审核"), ("returned", "退回"), ("accepted", "通过")],
                        default="open",
                        max_length=12,
                        verbose_name="结果",
                    ),
                ),
                ("comments", models.JSONField(blank=True, default=dict, help_text="章节 → 意见", verbose_name="分节意见")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审核人",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="审核时间")),
            ],
            options={
                "verbose_name": "报告轮次",
                "verbose_name_plural": "报告轮次",
                "ordering": ("number",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("report", "number"), name="one_round_per_number", violation_error_message="该轮次已存在。"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExpertOpinion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="procurement.solesource",
                        verbose_name="单一来源采购",
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                ("unit", models.CharField(max_length=120, verbose_name="工作单位")),
                ("title", models.CharField(max_length=60, verbose_name="职称")),
                ("opinion", models.TextField(verbose_name="论证意见")),
                ("given_on", models.DateField(verbose_name="论证日期")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                    ),
                ),
            ],
            options={
                "verbose_name": "专业人员论证意见",
                "verbose_name_plural": "专业人员论证意见",
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("case", "name", "unit"), name="opinion_once")],
            },
        ),
        migrations.CreateModel(
            name="Takeover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="takeovers",
                        to="procurement.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("takeover", "临时接管"), ("handback", "交回")], default="takeover", max_length=10, verbose_name="类型"
                    ),
                ),
                ("drill", models.BooleanField(default=False, verbose_name="演练")),
                (
                    "status",
                    models.CharField(
                        choices=[("proposed", "待另一人确认"), ("active", "接管中"), ("done", "已完成"), ("cancelled", "已撤销")],
                        db_index=True,
                        default="proposed",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "trigger",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="takeovers",
                        to="procurement.exittrigger",
                        verbose_name="退出情形",
                    ),
                ),
                ("reason", models.TextField(verbose_name="事由")),
                (
                    "basis",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("own", "由民政部门或者乡镇（街道）直接承担"),
                            ("add_on", "对其他在履行合同追加不超过 10%"),
                            ("negotiation", "紧急竞争性谈判"),
                            ("single_source", "紧急单一来源"),
                            ("next_candidate", "由下一名候选供应商承接（仅限签订合同前）"),
                            ("emergency", "紧急采购（仅限严重自然灾害等突发事件）"),
                        ],
                        max_length=16,
                        verbose_name="法律依据",
                    ),
                ),
                ("basis_note", models.TextField(blank=True, verbose_name="依据说明")),
                (
                    "host_contract",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hosted_takeovers",
                        to="procurement.contract",
                        verbose_name="追加的在履行合同",
                    ),
                ),
                ("amount", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="追加金额（元）")),
                (
                    "returned",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handbacks",
                        to="procurement.takeover",
                        verbose_name="交回的接管",
                    ),
                ),
                (
                    "replacement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_takeovers",
                        to="procurement.contract",
                        verbose_name="替代采购的合同",
                    ),
                ),
                ("raised_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="报警时间")),
                ("due_at", models.DateTimeField(verbose_name="启动时限")),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="提出人"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="服务单总数")),
                ("moved", models.PositiveIntegerField(default=0, verbose_name="已转接")),
                ("excepted", models.PositiveIntegerField(default=0, verbose_name="例外")),
                ("recipients", models.PositiveIntegerField(default=0, verbose_name="涉及服务对象")),
            ],
            options={
                "verbose_name": "临时接管",
                "verbose_name_plural": "临时接管",
                "ordering": ("-raised_at", "-pk"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("drill", False), ("status", "proposed")),
                        fields=("contract",),
                        name="takeover_one_proposal",
                        violation_error_message="该合同已有待确认的接管（交回），请先处理。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "active")),
                        fields=("contract",),
                        name="takeover_one_active",
                        violation_error_message="该合同正在接管中，不能再次启动。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("total", django.db.models.expressions.CombinedExpression(models.F("moved"), "+", models.F("excepted")))
                        ),
                        name="takeover_counts_add_up",
                        violation_error_message="转接数与例外数之和应等于服务单总数。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ("proposed", "cancelled")),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="takeover_confirmed_by_someone",
                        violation_error_message="接管须经另一人确认。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True), models.Q(("decided_by", models.F("proposed_by")), _negated=True), _connector="OR"
                        ),
                        name="takeover_confirmed_by_another",
                        violation_error_message="接管的提出人和确认人不能是同一人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("drill", False), models.Q(("status", "active"), _negated=True), _connector="OR"),
                        name="takeover_drill_changes_nothing",
                        violation_error_message="演练不改变任何服务单。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RetainedRelease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "acceptance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="procurement.acceptance",
                        verbose_name="验收",
                    ),
                ),
                (
                    "grade_notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="procurement.gradenotice",
                        verbose_name="评价结果",
                    ),
                ),
                ("share", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=5, verbose_name="支付比例（%）")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="释放金额（元）")),
                (
                    "recover",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="更正后等级降低，而按原等级已释放的部分",
                        max_digits=18,
                        verbose_name="应追回（元）",
                    ),
                ),
                ("pay_due_on", models.DateField(blank=True, null=True, verbose_name="付款期限")),
                ("released_at", models.DateTimeField(auto_now_add=True, verbose_name="释放时间")),
            ],
            options={
                "verbose_name": "留存释放",
                "verbose_name_plural": "留存释放",
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("acceptance", "grade_notice"),
                        name="one_release_per_grade",
                        violation_error_message="该期留存已按此评价结果处理。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0), ("recover__gte", 0)),
                        name="release_not_negative",
                        violation_error_message="释放金额不能为负。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AcceptanceItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "acceptance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="procurement.acceptance", verbose_name="验收"
                    ),
                ),
                (
                    "standard",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.projectstandard",
                        verbose_name="服务标准",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="标准")),
                ("measure", models.CharField(blank=True, max_length=200, verbose_name="考核办法")),
                ("target", models.CharField(blank=True, max_length=60, verbose_name="目标值")),
                ("finding", models.CharField(blank=True, max_length=300, verbose_name="实际情况")),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("met", "达到"), ("partly", "部分达到"), ("unmet", "未达到")],
                        max_length=8,
                        verbose_name="结论",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="序号")),
            ],
            options={
                "verbose_name": "验收标准",
                "verbose_name_plural": "验收标准",
                "ordering": ("position", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ("", "met", "partly", "unmet"))),
                        name="acceptance_item_known_verdict",
                        violation_error_message="验收结论不在规定范围。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AcceptanceMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "acceptance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="procurement.acceptance",
                        verbose_name="验收",
                    ),
                ),
                (
                    "seat",
                    models.CharField(
                        choices=[
                            ("lead", "组长"),
                            ("member", "成员"),
                            ("recipient", "服务对象代表"),
                            ("invited", "应邀第三方或其他供应商"),
                        ],
                        max_length=12,
                        verbose_name="身份",
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
                        verbose_name="用户",
                    ),
                ),
                (
                    "name",
                    records.crypto.EncryptedTextField(blank=True, help_text="没有账号的成员；公告中隐去服务对象姓名", verbose_name="姓名"),
                ),
                ("office", models.CharField(blank=True, max_length=80, verbose_name="单位或身份")),
                ("agrees", models.BooleanField(blank=True, null=True, verbose_name="同意验收结论")),
                ("opinion", models.CharField(blank=True, max_length=500, verbose_name="意见")),
                ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="签字时间")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.storedfile",
                        verbose_name="纸质签字件",
                    ),
                ),
            ],
            options={
                "verbose_name": "验收组成员",
                "verbose_name_plural": "验收组成员",
                "ordering": ("pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("signed_at__isnull", True), ("agrees__isnull", False), _connector="OR"),
                        name="acceptance_signature_says_what",
                        violation_error_message="签字须表明是否同意。",
                    ),
                    models.UniqueConstraint(
                        fields=("acceptance", "user"),
                        name="one_seat_per_person_in_acceptance",
                        violation_error_message="该人员已在验收组中。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecipientOpinion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "acceptance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="procurement.acceptance",
                        verbose_name="验收",
                    ),
                ),
                ("name", records.crypto.EncryptedTextField(blank=True, verbose_name="服务对象")),
                (
                    "satisfaction",
                    models.CharField(
                        choices=[("good", "满意"), ("fair", "基本满意"), ("poor", "不满意")], max_length=8, verbose_name="评价"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("present", "参加验收"), ("visit", "入户"), ("phone", "电话"), ("paper", "书面")],
                        max_length=8,
                        verbose_name="方式",
                    ),
                ),
                ("text", models.CharField(max_length=500, verbose_name="意见")),
                ("given_on", models.DateField(verbose_name="日期")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                    ),
                ),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
            ],
            options={
                "verbose_name": "服务对象意见",
                "verbose_name_plural": "服务对象意见",
                "ordering": ("given_on", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="recipient_opinion_has_words",
                        violation_error_message="服务对象意见不能为空。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ServiceVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="procurement.serviceorder",
                        verbose_name="服务单",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="procurement.contract", verbose_name="合同"
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="乡镇（街道）",
                    ),
                ),
                ("planned_on", models.DateField(help_text="计划外的服务为实际日期", verbose_name="计划日期")),
                ("slot", models.PositiveSmallIntegerField(default=1, verbose_name="当日第几次")),
                ("extra", models.BooleanField(default=False, verbose_name="计划外")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "待服务"),
                            ("done", "已完成"),
                            ("not_met", "未遇到人"),
                            ("refused", "对象谢绝"),
                            ("away", "住院或外出"),
                            ("not_done", "未能提供"),
                            ("called_off", "已取消"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="contractors.contractor",
                        verbose_name="实际服务单位",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="实际服务的政府单位",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="procurement.postedworker",
                        verbose_name="服务人员",
                    ),
                ),
                ("off_roster", models.BooleanField(default=False, verbose_name="名册外人员")),
                ("worker_name", records.crypto.EncryptedTextField(blank=True, verbose_name="名册外人员姓名")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="服务时间")),
                ("minutes", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="服务时长（分钟）")),
                ("place", records.crypto.EncryptedTextField(blank=True, verbose_name="服务地点")),
                ("latitude", models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True, verbose_name="纬度")),
                ("longitude", models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True, verbose_name="经度")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="服务情况")),
                (
                    "sign",
                    models.CharField(
                        blank=True,
                        choices=[("name", "本人签名"), ("pin", "签收码"), ("relative", "家属或见证人签名"), ("none", "无法签收")],
                        max_length=8,
                        verbose_name="签收方式",
                    ),
                ),
                ("signed_by", records.crypto.EncryptedTextField(blank=True, verbose_name="签收人")),
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
                ("recorded_at", models.DateTimeField(blank=True, null=True, verbose_name="记录时间")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="记录人",
                    ),
                ),
                ("late", models.BooleanField(default=False, verbose_name="补录")),
                ("corrections", models.PositiveSmallIntegerField(default=0, verbose_name="更正次数")),
            ],
            options={
                "verbose_name": "服务记录",
                "verbose_name_plural": "服务记录",
                "ordering": ("-planned_on", "-pk"),
                "indexes": [
                    models.Index(fields=["contract", "-planned_on", "-id"], name="visit_by_contract"),
                    models.Index(fields=["-planned_on", "-id"], name="visit_newest"),
                    models.Index(condition=models.Q(("outcome", "pending")), fields=["order", "planned_on"], name="visit_waiting"),
                    models.Index(fields=["worker", "done_at"], name="visit_by_worker"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "planned_on", "slot"),
                        name="visit_once_per_day_and_slot",
                        violation_error_message="该次服务已经登记。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "done"), _negated=True),
                            models.Q(
                                ("done_at__isnull", False),
                                ("recorded_by__isnull", False),
                                models.Q(("provider__isnull", False), ("office__isnull", False), _connector="OR"),
                            ),
                            _connector="OR",
                        ),
                        name="done_visit_says_when_and_who",
                        violation_error_message="已完成的服务须有时间、服务单位和记录人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "done"), _negated=True), ("worker__isnull", False), ("off_roster", True), _connector="OR"
                        ),
                        name="done_visit_has_worker",
                        violation_error_message="已完成的服务须有服务人员。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RectificationRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rectification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="procurement.rectification",
                        verbose_name="整改",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="轮次")),
                ("evidence", models.TextField(verbose_name="整改情况")),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.storedfile",
                        verbose_name="佐证材料",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="报送人"
                    ),
                ),
                ("submitted_at", models.DateTimeField(verbose_name="报送时间")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("open", "待复查"), ("passed", "通过"), ("failed", "未通过")],
                        default="open",
                        max_length=8,
                        verbose_name="复查结果",
                    ),
                ),
                ("comment", models.TextField(blank=True, verbose_name="复查意见")),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="复查人",
                    ),
                ),
                ("verified_at", models.DateTimeField(blank=True, null=True, verbose_name="复查时间")),
            ],
            options={
                "verbose_name": "整改轮次",
                "verbose_name_plural": "整改轮次",
                "ordering": ("rectification", "number"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("rectification", "number"), name="one_evidence_per_round", violation_error_message="轮次已存在。"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ServiceComplaint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="procurement.contract",
                        verbose_name="合同",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="procurement.servicerecipient",
                        verbose_name="服务对象",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="序号")),
                ("code_index", models.CharField(editable=False, max_length=64, unique=True, verbose_name="查询码索引")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "待受理"),
                            ("accepted", "已受理"),
                            ("forwarded", "待承接主体说明"),
                            ("explained", "待认定答复"),
                            ("answered", "已答复"),
                            ("declined", "不予受理"),
                        ],
                        db_index=True,
                        default="received",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("public", "网上"), ("phone", "电话"), ("visit", "来访"), ("letter", "来信")],
                        max_length=8,
                        verbose_name="渠道",
                    ),
                ),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("absence", "没有按时上门"),
                            ("quality", "服务质量"),
                            ("attitude", "服务态度"),
                            ("fee", "向对象收费"),
                            ("safety", "人身财物安全"),
                            ("privacy", "泄露个人信息"),
                            ("other", "其他"),
                        ],
                        max_length=10,
                        verbose_name="事项",
                    ),
                ),
                ("happened_on", models.DateField(blank=True, null=True, verbose_name="发生日期")),
                ("text", records.crypto.EncryptedTextField(verbose_name="投诉内容")),
                ("complainant", records.crypto.EncryptedTextField(blank=True, verbose_name="投诉人")),
                ("phone", records.crypto.EncryptedTextField(blank=True, verbose_name="联系电话")),
                ("disclose", models.BooleanField(default=False, verbose_name="同意向承接主体公开身份")),
                ("brief", models.TextField(blank=True, verbose_name="转告承接主体的内容")),
                ("received_at", models.DateTimeField(verbose_name="收到时间")),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                ("acknowledge_due_on", models.DateField(blank=True, null=True, verbose_name="受理期限")),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True, verbose_name="受理时间")),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="受理人",
                    ),
                ),
                ("answer_due_on", models.DateField(blank=True, null=True, verbose_name="答复期限")),
                ("forwarded_at", models.DateTimeField(blank=True, null=True, verbose_name="转办时间")),
                ("explanation", models.TextField(blank=True, verbose_name="承接主体说明")),
                (
                    "explained_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="说明人",
                    ),
                ),
                ("explained_at", models.DateTimeField(blank=True, null=True, verbose_name="说明时间")),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("founded", "属实"), ("partly", "部分属实"), ("unfounded", "不属实"), ("unproven", "无法查实")],
                        max_length=10,
                        verbose_name="认定",
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
                (
                    "rectification",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="procurement.rectification",
                        verbose_name="整改",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
            ],
            options={
                "verbose_name": "服务投诉",
                "verbose_name_plural": "服务投诉",
                "ordering": ("-created_at", "-pk"),
                "indexes": [models.Index(fields=["status", "answer_due_on"], name="complaint_by_due")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "number"), name="complaint_number_once", violation_error_message="序号已使用。"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "answered"), _negated=True),
                            models.Q(
                                models.Q(("verdict", ""), _negated=True), ("answered_at__isnull", False), ("answered_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="complaint_answered_with_verdict",
                        violation_error_message="答复须有认定结果和答复人。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TakeoverRoute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "takeover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="routes", to="procurement.takeover", verbose_name="接管"
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="乡镇（街道）",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contractors.contractor",
                        verbose_name="接管的承接主体",
                    ),
                ),
                (
                    "caretaker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="接管的政府单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "接管去向",
                "verbose_name_plural": "接管去向",
                "ordering": ("takeover", "pk"),
                "constraints": [
                    models.UniqueConstraint(fields=("takeover", "township"), name="route_once_per_township"),
                    models.UniqueConstraint(
                        condition=models.Q(("township__isnull", True)), fields=("takeover",), name="route_one_for_the_rest"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("caretaker__isnull", True), ("provider__isnull", False)),
                            models.Q(("caretaker__isnull", False), ("provider__isnull", True)),
                            _connector="OR",
                        ),
                        name="route_has_one_taker",
                        violation_error_message="每个去向须有且只有一个接管方。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TakeoverLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "takeover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="procurement.takeover", verbose_name="接管"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="takeover_lines",
                        to="procurement.serviceorder",
                        verbose_name="服务单",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="乡镇（街道）",
                    ),
                ),
                (
                    "before",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contractors.contractor",
                        verbose_name="原服务单位",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contractors.contractor",
                        verbose_name="接管的承接主体",
                    ),
                ),
                (
                    "caretaker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="接管的政府单位",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.postedworker",
                        verbose_name="原固定服务人员",
                    ),
                ),
                (
                    "successor",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follows",
                        to="procurement.serviceorder",
                        verbose_name="新合同的服务单",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="例外原因")),
            ],
            options={
                "verbose_name": "接管明细",
                "verbose_name_plural": "接管明细",
                "ordering": ("takeover", "pk"),
                "constraints": [
                    models.UniqueConstraint(fields=("takeover", "order"), name="takeover_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(
                                    models.Q(("caretaker__isnull", True), ("provider__isnull", False)),
                                    models.Q(("caretaker__isnull", False), ("provider__isnull", True)),
                                    _connector="OR",
                                ),
                                ("reason", ""),
                            ),
                            models.Q(("caretaker__isnull", True), ("provider__isnull", True), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="takeover_line_moved_or_excused",
                        violation_error_message="每张服务单要么有接管方，要么写明例外原因。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TakeoverPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "takeover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="procurement.takeover", verbose_name="接管"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("contractor", "致承接主体"),
                            ("substitute", "致接管单位"),
                            ("finance", "致财政部门"),
                            ("recipients", "致服务对象"),
                        ],
                        max_length=12,
                        verbose_name="类型",
                    ),
                ),
                (
                    "addressee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="收件单位",
                    ),
                ),
                (
                    "notice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.notice", verbose_name="文书"
                    ),
                ),
            ],
            options={
                "verbose_name": "接管文书",
                "verbose_name_plural": "接管文书",
                "ordering": ("takeover", "pk"),
            },
            bases=(procurement.models.retained.Retained, models.Model),
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="procurement.contract", verbose_name="合同"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("advance", "预付款"), ("instalment", "验收付款"), ("retained", "留存支付")],
                        max_length=12,
                        verbose_name="类型",
                    ),
                ),
                (
                    "acceptance",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="procurement.acceptance",
                        verbose_name="验收",
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="procurement.retainedrelease",
                        verbose_name="留存释放",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("requested", "待财务确认"), ("paid", "已支付"), ("returned", "已退回")],
                        db_index=True,
                        default="requested",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="支付金额（元）")),
                ("offset", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=18, verbose_name="抵扣预付款（元）")),
                ("payee_name", models.CharField(max_length=120, verbose_name="收款人")),
                ("payee_bank", models.CharField(max_length=80, verbose_name="开户银行")),
                ("payee_account", records.crypto.EncryptedTextField(verbose_name="账号")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="付款期限")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="申请人"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="申请时间")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="财务确认人",
                    ),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
                ("paid_on", models.DateField(blank=True, null=True, verbose_name="支付日期")),
                ("voucher", models.CharField(blank=True, max_length=60, verbose_name="国库支付凭证号")),
                ("late_days", models.PositiveSmallIntegerField(default=0, verbose_name="逾期天数")),
                ("interest", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=18, verbose_name="逾期利息（元）")),
            ],
            options={
                "verbose_name": "支付",
                "verbose_name_plural": "支付",
                "ordering": ("-created_at", "-pk"),
                "indexes": [models.Index(fields=["status", "due_on"], name="payment_by_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gte", 0), ("offset__gte", 0), models.Q(("amount__gt", 0), ("offset__gt", 0), _connector="OR")
                        ),
                        name="payment_amount_positive",
                        violation_error_message="支付金额必须大于零。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("acceptance__isnull", True), ("kind", "advance"), ("offset", 0), ("release__isnull", True)),
                            models.Q(("acceptance__isnull", False), ("kind", "instalment"), ("release__isnull", True)),
                            models.Q(("acceptance__isnull", False), ("kind", "retained"), ("offset", 0), ("release__isnull", False)),
                            _connector="OR",
                        ),
                        name="payment_rests_on_its_ground",
                        violation_error_message="支付须有对应的验收或留存释放。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by__isnull", True),
                            models.Q(("confirmed_by", models.F("requested_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="payment_two_people",
                        violation_error_message="支付的申请人与确认人不能是同一人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "paid"), _negated=True),
                            models.Q(
                                ("confirmed_by__isnull", False),
                                ("paid_on__isnull", False),
                                ("confirmed_at__isnull", False),
                                models.Q(("voucher", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="payment_paid_has_voucher",
                        violation_error_message="已支付须有支付日期和凭证号。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "advance"), models.Q(("status", "returned"), _negated=True)),
                        fields=("contract",),
                        name="one_advance_per_contract",
                        violation_error_message="该合同的预付款已经申请。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "instalment"), models.Q(("status", "returned"), _negated=True)),
                        fields=("acceptance",),
                        name="one_payment_per_acceptance",
                        violation_error_message="该期验收已经申请支付。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "retained"), models.Q(("status", "returned"), _negated=True)),
                        fields=("release",),
                        name="one_payment_per_release",
                        violation_error_message="该期留存已经申请支付。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("voucher", ""), _negated=True),
                        fields=("contract", "voucher"),
                        name="one_payment_per_voucher",
                        violation_error_message="该凭证号已经登记过。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="procurement.servicevisit",
                        verbose_name="服务记录",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="版本")),
                ("content", records.crypto.EncryptedTextField(help_text="JSON", verbose_name="当时内容")),
                ("recorded_at", models.DateTimeField(verbose_name="当时记录时间")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="当时记录人",
                    ),
                ),
                ("replaced_at", models.DateTimeField(verbose_name="更正时间")),
                (
                    "replaced_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="更正人"
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="更正原因")),
            ],
            options={
                "verbose_name": "服务记录旧版本",
                "verbose_name_plural": "服务记录旧版本",
                "ordering": ("visit", "number"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("visit", "number"), name="one_visit_version", violation_error_message="该版本已经保存。"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InspectionSubject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subjects",
                        to="procurement.inspection",
                        verbose_name="检查",
                    ),
                ),
                ("position", models.PositiveIntegerField(verbose_name="抽取顺序")),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="procurement.servicerecipient",
                        verbose_name="服务对象",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.servicevisit",
                        verbose_name="核对的服务记录",
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[("open", "未核查"), ("good", "与记录一致"), ("problem", "有问题"), ("unreached", "未联系上")],
                        default="open",
                        max_length=10,
                        verbose_name="核查结果",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="核查情况")),
            ],
            options={
                "verbose_name": "抽查对象",
                "verbose_name_plural": "抽查对象",
                "ordering": ("inspection", "position"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("inspection", "recipient"), name="drawn_once", violation_error_message="该对象已在名单中。"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="procurement.payment", verbose_name="支付"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_lines",
                        to="procurement.fundingline",
                        verbose_name="资金来源行",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="金额（元）")),
            ],
            options={
                "verbose_name": "支付资金来源",
                "verbose_name_plural": "支付资金来源",
                "ordering": ("payment", "line"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)),
                        name="payment_line_positive",
                        violation_error_message="资金来源金额必须大于零。",
                    ),
                    models.UniqueConstraint(
                        fields=("payment", "line"), name="one_payment_line_per_line", violation_error_message="同一资金来源行只能写一次。"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="procurement.inspection",
                        verbose_name="检查",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                (
                    "subject",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="procurement.inspectionsubject",
                        verbose_name="抽查对象",
                    ),
                ),
                ("fact", models.TextField(verbose_name="事实")),
                ("clause", models.CharField(max_length=200, verbose_name="依据（合同条款或者规定）")),
                (
                    "severity",
                    models.CharField(choices=[("minor", "一般"), ("major", "较重"), ("grave", "严重")], max_length=8, verbose_name="程度"),
                ),
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
                    "found_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="发现人"
                    ),
                ),
                ("found_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                (
                    "rectification",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="procurement.rectification",
                        verbose_name="整改",
                    ),
                ),
            ],
            options={
                "verbose_name": "检查发现",
                "verbose_name_plural": "检查发现",
                "ordering": ("inspection", "number"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("inspection", "number"), name="finding_number_once", violation_error_message="该序号已使用。"
                    )
                ],
            },
        ),
    ]
