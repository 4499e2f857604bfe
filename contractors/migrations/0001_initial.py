import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.wallclock
import contractors.rules.forms
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
            name="Contractor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contractor",
                        to="accounts.organisation",
                        verbose_name="单位",
                    ),
                ),
                (
                    "legal_form",
                    models.CharField(
                        choices=[
                            (contractors.rules.forms.LegalForm["SOCIAL_GROUP"], "社会团体"),
                            (contractors.rules.forms.LegalForm["SOCIAL_SERVICE"], "社会服务机构（民办非企业单位）"),
                            (contractors.rules.forms.LegalForm["FOUNDATION"], "基金会"),
                            (contractors.rules.forms.LegalForm["EXEMPT_GROUP"], "经国务院批准免予登记的社会组织"),
                            (contractors.rules.forms.LegalForm["INSTITUTION_2"], "公益二类事业单位"),
                            (contractors.rules.forms.LegalForm["INSTITUTION_COMMERCIAL"], "从事生产经营活动的事业单位"),
                            (contractors.rules.forms.LegalForm["INSTITUTION_1"], "公益一类事业单位"),
                            (contractors.rules.forms.LegalForm["INSTITUTION_UNCLASSED"], "尚未分类的事业单位"),
                            (contractors.rules.forms.LegalForm["ORGAN"], "行政机关（含参公、承担行政职能的事业单位）"),
                            (contractors.rules.forms.LegalForm["ENTERPRISE"], "企业"),
                            (contractors.rules.forms.LegalForm["PRACTICE"], "律师事务所等行业主管部门登记的机构"),
                            (contractors.rules.forms.LegalForm["LABOUR_AGENCY"], "劳务派遣公司"),
                            (contractors.rules.forms.LegalForm["COLLECTIVE"], "农村集体经济组织"),
                            (contractors.rules.forms.LegalForm["COMMITTEE"], "基层群众性自治组织（村、居民委员会）"),
                            (contractors.rules.forms.LegalForm["PERSON"], "个人"),
                        ],
                        max_length=24,
                        verbose_name="组织形式",
                    ),
                ),
                ("uscc", models.CharField(max_length=18, unique=True, verbose_name="统一社会信用代码")),
                ("uscc_reason", models.CharField(blank=True, max_length=200, verbose_name="代码校验情况说明")),
                ("fiscally_funded", models.BooleanField(default=False, verbose_name="由财政拨款保障")),
                ("small_business", models.BooleanField(default=False, verbose_name="小型、微型企业")),
                ("representative", models.CharField(max_length=60, verbose_name="法定代表人（负责人）")),
                ("representative_id", records.crypto.EncryptedTextField(blank=True, verbose_name="法定代表人证件号码")),
                (
                    "representative_index",
                    models.CharField(blank=True, db_index=True, editable=False, max_length=64, verbose_name="证件号码索引"),
                ),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="住所")),
                ("contact_name", models.CharField(blank=True, max_length=60, verbose_name="联系人")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="联系电话")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="电子邮箱")),
                ("services", models.JSONField(blank=True, default=list, verbose_name="服务内容")),
                ("introduction", models.TextField(blank=True, verbose_name="单位简介")),
                (
                    "status",
                    models.CharField(
                        choices=[("pending", "待核实"), ("verified", "已核实"), ("suspended", "停用")],
                        db_index=True,
                        default="pending",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核实人",
                    ),
                ),
                ("verified_at", models.DateTimeField(blank=True, null=True, verbose_name="核实时间")),
                ("created_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="登记时间")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                    ),
                ),
            ],
            options={
                "verbose_name": "承接主体",
                "verbose_name_plural": "承接主体",
                "ordering": ["-created_at", "-pk"],
                "indexes": [models.Index(fields=["-created_at", "-id"], name="contractor_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "verified"), _negated=True),
                            models.Q(("verified_at__isnull", False), ("verified_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="contractor_verified_by_someone",
                        violation_error_message="已核实的承接主体必须有核实人和核实时间。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                ("number", models.CharField(max_length=24, unique=True, verbose_name="申请编号")),
                ("submission_key", models.CharField(editable=False, max_length=64, unique=True, verbose_name="提交编号")),
                ("fingerprint", models.CharField(editable=False, max_length=64, verbose_name="内容指纹")),
                ("code_hash", models.CharField(editable=False, max_length=64, verbose_name="查询码摘要")),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="受理的区县民政局",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "填写中"),
                            ("submitted", "待核实"),
                            ("returned", "退回补正"),
                            ("approved", "核实通过"),
                            ("refused", "不予登记"),
                        ],
                        db_index=True,
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="单位名称")),
                ("uscc", models.CharField(db_index=True, max_length=18, verbose_name="统一社会信用代码")),
                ("uscc_reason", models.CharField(blank=True, max_length=200, verbose_name="代码情况说明")),
                (
                    "legal_form",
                    models.CharField(
                        choices=[
                            (contractors.rules.forms.LegalForm["SOCIAL_GROUP"], "社会团体"),
                            (contractors.rules.forms.LegalForm["SOCIAL_SERVICE"], "社会服务机构（民办非企业单位）"),
                            (contractors.rules.forms.LegalForm["FOUNDATION"], "基金会"),
                            (contractors.rules.forms.LegalForm["EXEMPT_GROUP"], "经国务院批准免予登记的社会组织"),
                            (contractors.rules.forms.LegalForm["INSTITUTION_2"], "公益二类事业单位"),
                            (contractors.rules.forms.LegalForm["INSTITUTION_COMMERCIAL"], "从事生产经营活动的事业单位"),
                            (contractors.rules.forms.LegalForm["INSTITUTION_1"], "公益一类事业单位"),
                            (contractors.rules.forms.LegalForm["INSTITUTION_UNCLASSED"], "尚未分类的事业单位"),
                            (contractors.rules.forms.LegalForm["ORGAN"], "行政机关（含参公、承担行政职能的事业单位）"),
                            (contractors.rules.forms.LegalForm["ENTERPRISE"], "企业"),
                            (contractors.rules.forms.LegalForm["PRACTICE"], "律师事务所等行业主管部门登记的机构"),
                            (contractors.rules.forms.LegalForm["LABOUR_AGENCY"], "劳务派遣公司"),
                            (contractors.rules.forms.LegalForm["COLLECTIVE"], "农村集体经济组织"),
                            (contractors.rules.forms.LegalForm["COMMITTEE"], "基层群众性自治组织（村、居民委员会）"),
                            (contractors.rules.forms.LegalForm["PERSON"], "个人"),
                        ],
                        max_length=24,
                        verbose_name="组织形式",
                    ),
                ),
                ("form_reason", models.CharField(blank=True, max_length=300, verbose_name="提示事项的说明")),
                ("fiscally_funded", models.BooleanField(default=False, verbose_name="由财政拨款保障")),
                ("small_business", models.BooleanField(default=False, verbose_name="小型、微型企业")),
                ("representative", models.CharField(blank=True, max_length=60, verbose_name="法定代表人（负责人）")),
                ("representative_id", records.crypto.EncryptedTextField(blank=True, verbose_name="法定代表人证件号码")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="住所")),
                ("contact_name", models.CharField(blank=True, max_length=60, verbose_name="联系人")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="联系电话")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="电子邮箱")),
                ("services", models.JSONField(blank=True, default=list, verbose_name="服务内容")),
                ("introduction", models.TextField(blank=True, verbose_name="单位简介")),
                ("declared_by", models.CharField(blank=True, max_length=60, verbose_name="承诺人")),
                ("created_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="开始填写时间")),
                ("submitted_at", models.DateTimeField(blank=True, db_index=True, null=True, verbose_name="提交时间")),
                ("round", models.PositiveSmallIntegerField(default=0, verbose_name="第几次提交")),
                (
                    "judged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核实人",
                    ),
                ),
                ("judged_at", models.DateTimeField(blank=True, null=True, verbose_name="核实时间")),
                ("verdict_reason", models.TextField(blank=True, verbose_name="核实意见")),
                (
                    "contractor",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="application",
                        to="contractors.contractor",
                        verbose_name="登记的承接主体",
                    ),
                ),
                (
                    "administrator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="首个账号",
                    ),
                ),
                ("claimed_at", models.DateTimeField(blank=True, null=True, verbose_name="账号领取时间")),
            ],
            options={
                "verbose_name": "登记申请",
                "verbose_name_plural": "登记申请",
                "ordering": ["-created_at", "-pk"],
                "indexes": [models.Index(fields=["district", "status", "submitted_at"], name="application_desk")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "approved"), _negated=True),
                            models.Q(("administrator__isnull", False), ("contractor__isnull", False), ("judged_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="application_approved_is_registered",
                        violation_error_message="核实通过的申请必须已登记承接主体、建立账号并有核实人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status", "draft"), ("submitted_at__isnull", False), _connector="OR"),
                        name="application_submitted_at_a_time",
                        violation_error_message="已提交的申请必须有提交时间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("claimed_at__isnull", True), ("administrator__isnull", False), _connector="OR"),
                        name="application_claimed_has_account",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContractorChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "contractor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="contractors.contractor",
                        verbose_name="承接主体",
                    ),
                ),
                (
                    "section",
                    models.CharField(
                        choices=[("basics", "登记信息"), ("head", "法定代表人（负责人）")], max_length=10, verbose_name="部分"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("pending", "待核实"), ("accepted", "已核实生效"), ("refused", "未予核实")],
                        db_index=True,
                        default="pending",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("values", models.JSONField(default=dict, verbose_name="变更后的内容")),
                ("representative_id", records.crypto.EncryptedTextField(blank=True, verbose_name="法定代表人证件号码")),
                ("statement", models.TextField(verbose_name="变更说明")),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.storedfile",
                        verbose_name="变更证明",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="提交人"
                    ),
                ),
                ("submitted_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="提交时间")),
                (
                    "judged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核实人",
                    ),
                ),
                ("judged_at", models.DateTimeField(blank=True, null=True, verbose_name="核实时间")),
                ("reason", models.TextField(blank=True, verbose_name="核实意见")),
            ],
            options={
                "verbose_name": "登记变更",
                "verbose_name_plural": "登记变更",
                "ordering": ["-submitted_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "pending")),
                        fields=("contractor", "section"),
                        name="change_one_pending_per_section",
                        violation_error_message="这一部分已有一份变更在等待核实。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "pending"), models.Q(("judged_at__isnull", False), ("judged_by__isnull", False)), _connector="OR"
                        ),
                        name="change_judged_by_someone",
                        violation_error_message="已有结论的变更必须有核实人和核实时间。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConditionProof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "contractor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proofs",
                        to="contractors.contractor",
                        verbose_name="承接主体",
                    ),
                ),
                (
                    "condition",
                    models.CharField(
                        choices=[
                            (contractors.rules.forms.Condition["INDEPENDENT"], "具有独立承担民事责任的能力"),
                            (contractors.rules.forms.Condition["CREDIT_AND_ACCOUNTS"], "具有良好的商业信誉和健全的财务会计制度"),
                            (contractors.rules.forms.Condition["CAPACITY"], "具有履行合同所必需的设备和专业技术能力"),
                            (contractors.rules.forms.Condition["TAX_AND_INSURANCE"], "有依法缴纳税收和社会保障资金的良好记录"),
                            (contractors.rules.forms.Condition["NO_SERIOUS_VIOLATION"], "参加采购活动前三年内，经营活动中没有重大违法记录"),
                            (contractors.rules.forms.Condition["OTHER_BY_LAW"], "法律、行政法规规定的其他条件"),
                            (contractors.rules.forms.Condition["GOVERNANCE"], "内部治理结构、财务会计和资产管理制度健全"),
                        ],
                        max_length=24,
                        verbose_name="条件",
                    ),
                ),
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
                ("statement", models.TextField(blank=True, verbose_name="说明")),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核实人",
                    ),
                ),
                ("verified_on", models.DateField(blank=True, null=True, verbose_name="核实日期")),
                ("submitted_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="提交时间")),
            ],
            options={
                "verbose_name": "法定条件证明",
                "verbose_name_plural": "法定条件证明",
                "ordering": ["condition", "-submitted_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("contractor", "condition"), name="proof_once_per_condition"),
                    models.CheckConstraint(
                        condition=models.Q(("file__isnull", False), models.Q(("statement", ""), _negated=True), _connector="OR"),
                        name="proof_says_something",
                        violation_error_message="请上传证明材料或填写说明。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Qualification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "contractor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="qualifications",
                        to="contractors.contractor",
                        verbose_name="承接主体",
                    ),
                ),
                ("kind", models.CharField(max_length=80, verbose_name="资质名称")),
                ("number", models.CharField(blank=True, max_length=80, verbose_name="证书编号")),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.storedfile",
                        verbose_name="扫描件",
                    ),
                ),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核实人",
                    ),
                ),
                ("verified_on", models.DateField(blank=True, null=True, verbose_name="核实日期")),
                ("submitted_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="提交时间")),
            ],
            options={
                "verbose_name": "资质",
                "verbose_name_plural": "资质",
                "ordering": ["kind", "-valid_until"],
                "indexes": [models.Index(fields=["valid_until"], name="qualification_expiry")],
            },
        ),
        migrations.CreateModel(
            name="Performance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "contractor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="performances",
                        to="contractors.contractor",
                        verbose_name="承接主体",
                    ),
                ),
                (
                    "purchaser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation", verbose_name="购买主体"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("subject", models.CharField(max_length=160, verbose_name="项目")),
                ("score", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="得分")),
                ("grade", models.CharField(max_length=4, verbose_name="等级")),
                ("source_url", models.CharField(blank=True, max_length=300, verbose_name="来源")),
                ("recorded_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="记录时间")),
            ],
            options={
                "verbose_name": "绩效结果",
                "verbose_name_plural": "绩效结果",
                "ordering": ["-year", "-pk"],
                "constraints": [models.UniqueConstraint(fields=("contractor", "purchaser", "year", "subject"), name="performance_once")],
            },
        ),
        migrations.CreateModel(
            name="Controller",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("HOLDING", "直接控股"), ("MANAGING", "管理关系")], default="HOLDING", max_length=10, verbose_name="关系"
                    ),
                ),
                (
                    "contractor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="controllers",
                        to="contractors.contractor",
                        verbose_name="承接主体",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="控股或管理单位")),
                ("uscc", models.CharField(max_length=18, verbose_name="统一社会信用代码")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="登记时间")),
            ],
            options={
                "verbose_name": "控股管理关系",
                "verbose_name_plural": "控股管理关系",
                "constraints": [models.UniqueConstraint(fields=("contractor", "uscc"), name="controller_once")],
            },
        ),
        migrations.CreateModel(
            name="PersonalTie",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ties", to=settings.AUTH_USER_MODEL, verbose_name="人员"
                    ),
                ),
                (
                    "contractor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ties",
                        to="contractors.contractor",
                        verbose_name="承接主体",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("EMPLOYEE", "劳动关系"),
                            ("DIRECTOR", "担任董事"),
                            ("SUPERVISOR", "担任监事"),
                            ("HOLDER", "控股股东或实际控制人"),
                            ("KIN", "与负责人有亲属关系"),
                            ("INTEREST", "其他利害关系"),
                        ],
                        max_length=12,
                        verbose_name="关系",
                    ),
                ),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="终止日期")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="登记时间")),
            ],
            options={
                "verbose_name": "回避关系",
                "verbose_name_plural": "回避关系",
                "constraints": [models.UniqueConstraint(fields=("user", "contractor", "kind"), name="tie_once")],
            },
        ),
        migrations.CreateModel(
            name="CreditCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "contractor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_checks",
                        to="contractors.contractor",
                        verbose_name="承接主体",
                    ),
                ),
                (
                    "site",
                    models.CharField(
                        choices=[("CREDIT_CHINA", "信用中国"), ("PURCHASE_CHINA", "中国政府采购网")], max_length=16, verbose_name="查询网站"
                    ),
                ),
                ("checked_on", models.DateField(verbose_name="查询日期")),
                ("checked_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="查询时间")),
                (
                    "checked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="查询人"
                    ),
                ),
                ("listed_in", models.JSONField(blank=True, default=list, verbose_name="列入的名单")),
                (
                    "screenshot",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.storedfile",
                        verbose_name="查询截图",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
            ],
            options={
                "verbose_name": "信用查询",
                "verbose_name_plural": "信用查询",
                "ordering": ["-checked_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("screenshot__isnull", False), models.Q(("note", ""), _negated=True), _connector="OR"),
                        name="credit_check_keeps_proof",
                        violation_error_message="请上传查询截图；没有截图的写明查询情况。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Violation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "contractor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="violations",
                        to="contractors.contractor",
                        verbose_name="承接主体",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("CRIMINAL", "刑事处罚"),
                            ("CLOSURE", "责令停产停业"),
                            ("REVOCATION", "吊销许可证或执照"),
                            ("FINE", "罚款"),
                            ("OTHER", "其他处罚"),
                        ],
                        max_length=12,
                        verbose_name="处罚种类",
                    ),
                ),
                ("document_no", models.CharField(max_length=80, verbose_name="处罚文书文号")),
                ("decided_on", models.DateField(verbose_name="决定日期")),
                ("fine", models.DecimalField(decimal_places=2, default=0, max_digits=18, verbose_name="罚款金额（元）")),
                ("ban_ends_on", models.DateField(blank=True, null=True, verbose_name="同时禁止活动的，截止日期")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="登记时间")),
            ],
            options={
                "verbose_name": "违法记录",
                "verbose_name_plural": "违法记录",
                "ordering": ["-decided_on"],
            },
        ),
        migrations.CreateModel(
            name="Debarment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uscc", models.CharField(db_index=True, max_length=18, verbose_name="统一社会信用代码")),
                ("name", models.CharField(max_length=120, verbose_name="单位名称")),
                (
                    "contractor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debarments",
                        to="contractors.contractor",
                        verbose_name="登记的承接主体",
                    ),
                ),
                ("decision_no", models.CharField(max_length=80, verbose_name="处罚决定文号")),
                ("issuer", models.CharField(max_length=120, verbose_name="作出决定的财政部门")),
                (
                    "issued_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="对应的单位",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="禁入起始日期")),
                ("ends_on", models.DateField(verbose_name="禁入截止日期")),
                ("ground", models.CharField(blank=True, max_length=200, verbose_name="事由")),
                ("source_url", models.URLField(blank=True, verbose_name="公布网址")),
                (
                    "imported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="录入人"
                    ),
                ),
                ("imported_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="录入时间")),
                ("lifted_on", models.DateField(blank=True, null=True, verbose_name="提前解除日期")),
                ("lifted_document", models.CharField(blank=True, max_length=80, verbose_name="解除依据文号")),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记解除的人",
                    ),
                ),
            ],
            options={
                "verbose_name": "禁入决定",
                "verbose_name_plural": "禁入决定",
                "ordering": ["-starts_on", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("uscc", "decision_no"), name="debarment_once", violation_error_message="该决定已经录入。"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gt", models.F("starts_on"))),
                        name="debarment_dates_in_order",
                        violation_error_message="禁入截止日期应晚于起始日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lifted_on__isnull", True), models.Q(("lifted_document", ""), _negated=True), _connector="OR"),
                        name="debarment_lifted_by_document",
                        violation_error_message="提前解除须填写依据文号。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="contractors.application",
                        verbose_name="登记申请",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            (contractors.rules.forms.Condition["INDEPENDENT"], "具有独立承担民事责任的能力"),
                            (contractors.rules.forms.Condition["CREDIT_AND_ACCOUNTS"], "具有良好的商业信誉和健全的财务会计制度"),
                            (contractors.rules.forms.Condition["CAPACITY"], "具有履行合同所必需的设备和专业技术能力"),
                            (contractors.rules.forms.Condition["TAX_AND_INSURANCE"], "有依法缴纳税收和社会保障资金的良好记录"),
                            (contractors.rules.forms.Condition["NO_SERIOUS_VIOLATION"], "参加采购活动前三年内，经营活动中没有重大违法记录"),
                            (contractors.rules.forms.Condition["OTHER_BY_LAW"], "法律、行政法规规定的其他条件"),
                            (contractors.rules.forms.Condition["GOVERNANCE"], "内部治理结构、财务会计和资产管理制度健全"),
                            ("QUALIFICATION", "资质证书"),
                        ],
                        max_length=24,
                        verbose_name="类别",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=80, verbose_name="资质名称")),
                ("number", models.CharField(blank=True, max_length=80, verbose_name="证书编号")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                ("statement", models.TextField(blank=True, verbose_name="说明")),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.storedfile",
                        verbose_name="材料",
                    ),
                ),
                ("added_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="上传时间")),
            ],
            options={
                "verbose_name": "申请材料",
                "verbose_name_plural": "申请材料",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "QUALIFICATION"), _negated=True),
                        fields=("application", "kind"),
                        name="paper_once_per_condition",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("file__isnull", False), models.Q(("statement", ""), _negated=True), _connector="OR"),
                        name="paper_says_something",
                        violation_error_message="请上传材料或填写说明。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="contractors.application",
                        verbose_name="登记申请",
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(verbose_name="第几次提交")),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("basics", "登记信息"),
                            ("contact", "负责人与联系人"),
                            ("services", "服务内容"),
                            ("papers", "证明材料"),
                            ("qualifications", "资质证书"),
                        ],
                        max_length=16,
                        verbose_name="部分",
                    ),
                ),
                ("reason", models.TextField(verbose_name="退回原因")),
                (
                    "returned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="退回人"
                    ),
                ),
                ("returned_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="退回时间")),
            ],
            options={
                "verbose_name": "退回意见",
                "verbose_name_plural": "退回意见",
                "ordering": ["round", "pk"],
                "constraints": [models.UniqueConstraint(fields=("application", "round", "section"), name="note_once_per_round")],
            },
        ),
    ]
