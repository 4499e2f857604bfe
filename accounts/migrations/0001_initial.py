import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.founding import Founding


class Migration(Founding):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditChain",
            fields=[
                ("chain", models.CharField(max_length=120, primary_key=True, serialize=False, verbose_name="链")),
                ("sequence", models.PositiveBigIntegerField(default=0, verbose_name="最后序号")),
                ("hash", models.CharField(default="", max_length=64, verbose_name="最后摘要")),
                ("seal", models.CharField(default="", max_length=64, verbose_name="封印")),
            ],
            options={
                "verbose_name": "审计链",
                "verbose_name_plural": "审计链",
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                ("short_name", models.CharField(blank=True, max_length=60, verbose_name="简称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("CITY", "市局"),
                            ("BUREAU", "区县局"),
                            ("DEPARTMENT", "部门"),
                            ("TOWNSHIP", "乡镇街道"),
                            ("VILLAGE", "村居"),
                            ("CONTRACTOR", "承接主体"),
                            ("THIRD_PARTY", "第三方机构"),
                            ("POOL", "专家库"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                (
                    "function",
                    models.CharField(
                        blank=True,
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
                        verbose_name="职能",
                    ),
                ),
                ("code", models.CharField(max_length=32, verbose_name="代码")),
                (
                    "code_scheme",
                    models.CharField(
                        choices=[
                            ("NBS2023", "国家统计局2023年6月"),
                            ("MCA2026", "民政部2026年"),
                            ("SPECIAL", "特殊区域"),
                            ("USCC", "统一社会信用代码"),
                            ("OWN", "本系统"),
                        ],
                        default="OWN",
                        max_length=8,
                        verbose_name="代码体系",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="accounts.organisation",
                        verbose_name="上级",
                    ),
                ),
                ("path", models.CharField(max_length=120, unique=True, verbose_name="路径")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="设立日期")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="撤销日期")),
                (
                    "succeeded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="predecessors",
                        to="accounts.organisation",
                        verbose_name="承继单位",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
            ],
            options={
                "verbose_name": "组织",
                "verbose_name_plural": "组织",
                "ordering": ["path"],
                "indexes": [models.Index(fields=["kind", "name"], name="organisation_kind_name")],
                "constraints": [
                    models.UniqueConstraint(fields=("code_scheme", "code"), name="organisation_code_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_from__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="organisation_dates_in_order",
                        violation_error_message="撤销日期不能早于设立日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("path__endswith", "/")),
                        name="organisation_path_closed",
                        violation_error_message="路径必须以 / 结尾。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("username", models.CharField(max_length=60, unique=True, verbose_name="用户名")),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="办公电话")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="电子邮箱")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                ("must_change_password", models.BooleanField(default=False, verbose_name="下次登录须改密码")),
                ("password_changed_at", models.DateTimeField(blank=True, null=True, verbose_name="密码修改时间")),
                ("session_key", models.CharField(blank=True, editable=False, max_length=64, verbose_name="当前会话")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="创建时间")),
            ],
            options={
                "verbose_name": "用户",
                "verbose_name_plural": "用户",
                "ordering": ["username"],
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("chain", models.CharField(max_length=120, verbose_name="链")),
                ("sequence", models.PositiveBigIntegerField(verbose_name="链内序号")),
                ("action", models.CharField(max_length=80, verbose_name="动作")),
                ("target_type", models.CharField(max_length=60, verbose_name="对象类型")),
                ("target_id", models.CharField(max_length=40, verbose_name="对象编号")),
                ("target_label", models.CharField(max_length=200, verbose_name="对象")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="操作人",
                    ),
                ),
                ("actor_name", models.CharField(max_length=120, verbose_name="操作人姓名")),
                ("organisation_path", models.CharField(db_index=True, max_length=120, verbose_name="所属组织路径")),
                ("detail", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="详情")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("previous_hash", models.CharField(max_length=64, verbose_name="前一条摘要")),
                ("hash", models.CharField(max_length=64, verbose_name="摘要")),
            ],
            options={
                "verbose_name": "审计记录",
                "verbose_name_plural": "审计记录",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["target_type", "target_id"], name="audit_target"),
                    models.Index(fields=["-at", "-id"], name="audit_newest"),
                ],
                "constraints": [models.UniqueConstraint(fields=("chain", "sequence"), name="audit_chain_sequence")],
            },
        ),
        migrations.CreateModel(
            name="OrganisationCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="codes", to="accounts.organisation", verbose_name="组织"
                    ),
                ),
                (
                    "scheme",
                    models.CharField(
                        choices=[
                            ("NBS2023", "国家统计局2023年6月"),
                            ("MCA2026", "民政部2026年"),
                            ("SPECIAL", "特殊区域"),
                            ("USCC", "统一社会信用代码"),
                            ("OWN", "本系统"),
                        ],
                        max_length=8,
                        verbose_name="代码体系",
                    ),
                ),
                ("code", models.CharField(max_length=32, verbose_name="代码")),
            ],
            options={
                "verbose_name": "组织代码",
                "verbose_name_plural": "组织代码",
                "constraints": [models.UniqueConstraint(fields=("scheme", "code"), name="organisation_code_per_scheme")],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="用户",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="accounts.organisation",
                        verbose_name="组织",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("BUREAU_CHIEF", "区县局负责人"),
                            ("PURCHASE_OFFICER", "购买服务经办"),
                            ("SUPERVISOR", "服务监管"),
                            ("EVALUATION_OFFICER", "绩效评价经办"),
                            ("FINANCE_OFFICER", "财务"),
                            ("ASSISTANCE_OFFICER", "社会救助经办"),
                            ("TOWNSHIP_LEAD", "乡镇街道负责人"),
                            ("WINDOW_CLERK", "窗口经办"),
                            ("VILLAGE_ASSISTANT", "村级社会救助协理员"),
                            ("DEPARTMENT_HANDLER", "部门经办"),
                            ("CONTRACTOR_ADMIN", "承接主体管理员"),
                            ("CONTRACTOR_REPORTER", "承接主体填报"),
                            ("THIRD_PARTY", "第三方评价"),
                            ("EXPERT", "评审专家"),
                            ("CITY_BUREAU", "市局业务"),
                            ("CITY_AUDITOR", "市级审计"),
                            ("SYSTEM_ADMIN", "系统管理员"),
                            ("SECURITY_ADMIN", "安全管理员"),
                            ("AUDIT_ADMIN", "审计管理员"),
                        ],
                        max_length=24,
                        verbose_name="岗位",
                    ),
                ),
                ("started_on", models.DateField(verbose_name="任职日期")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="离任日期")),
                (
                    "deputy_for",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deputies",
                        to="accounts.membership",
                        verbose_name="代行岗位",
                    ),
                ),
            ],
            options={
                "verbose_name": "任职",
                "verbose_name_plural": "任职",
                "ordering": ["organisation__path", "role", "user__username"],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "organisation", "role", "started_on"), name="membership_once_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("ended_on__isnull", True), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="membership_dates_in_order",
                        violation_error_message="离任日期不能早于任职日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("deputy_for__isnull", True), ("ended_on__isnull", False), _connector="OR"),
                        name="membership_deputy_ends",
                        violation_error_message="代行岗位必须写明截止日期。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tokens", to=settings.AUTH_USER_MODEL, verbose_name="用户"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation", verbose_name="组织"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("PERSONAL", "个人令牌"), ("SYSTEM", "系统对接令牌")],
                        default="PERSONAL",
                        max_length=8,
                        verbose_name="类别",
                    ),
                ),
                ("purpose", models.CharField(max_length=120, verbose_name="用途")),
                ("prefix", models.CharField(max_length=12, verbose_name="前缀")),
                ("secret_hash", models.CharField(max_length=64, unique=True, verbose_name="摘要")),
                ("read_only", models.BooleanField(default=True, verbose_name="只读")),
                ("created_at", models.DateTimeField(verbose_name="创建时间")),
                ("expires_on", models.DateField(verbose_name="有效期至")),
                ("last_used_on", models.DateField(blank=True, null=True, verbose_name="最近使用")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="吊销时间")),
            ],
            options={
                "verbose_name": "接口令牌",
                "verbose_name_plural": "接口令牌",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="AuditEmbargo",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="embargo",
                        serialize=False,
                        to="accounts.auditevent",
                        verbose_name="审计记录",
                    ),
                ),
                ("key", models.CharField(db_index=True, max_length=60, verbose_name="保密事项")),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="解密时间")),
            ],
            options={
                "verbose_name": "审计记录保密",
                "verbose_name_plural": "审计记录保密",
            },
        ),
    ]
