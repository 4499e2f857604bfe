"""Charities verified by bureaus, needs told without identity, offers, and complaints about them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.wallclock
import records.crypto


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_charity_role"),
        ("records", "0002_notices_stand"),
        ("windows", "0009_meetings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Charity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("CHARITY", "慈善组织（已登记或者认定）"),
                            ("FOUNDATION", "基金会"),
                            ("ASSOCIATION", "社会团体"),
                            ("SERVICE", "社会服务机构"),
                            ("RED_CROSS", "红十字会"),
                        ],
                        max_length=12,
                        verbose_name="组织形式",
                    ),
                ),
                ("registration", models.CharField(max_length=60, verbose_name="登记（认定）证书号")),
                ("registrar", models.CharField(max_length=60, verbose_name="登记机关")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="证书有效期至")),
                ("scope", models.CharField(blank=True, max_length=200, verbose_name="帮扶范围")),
                ("contact", models.CharField(max_length=60, verbose_name="联系人")),
                ("phone", models.CharField(max_length=30, verbose_name="联系电话")),
                ("checked_on", models.DateField(verbose_name="核实日期")),
                ("checked_how", models.CharField(max_length=200, verbose_name="核实方式")),
                (
                    "status",
                    models.CharField(
                        choices=[("VERIFIED", "已核实"), ("SUSPENDED", "停用")], default="VERIFIED", max_length=10, verbose_name="状态"
                    ),
                ),
                ("suspended_reason", models.CharField(blank=True, max_length=200, verbose_name="停用原因")),
                (
                    "bureau",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="核实的区县民政局",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="charities",
                        to="accounts.organisation",
                        verbose_name="慈善组织",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="核实人"
                    ),
                ),
            ],
            options={
                "verbose_name": "慈善组织",
                "verbose_name_plural": "慈善组织",
                "ordering": ["bureau", "organisation__name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CharityNeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                ("code", models.CharField(editable=False, max_length=16, unique=True, verbose_name="需求编号")),
                (
                    "gap",
                    models.CharField(
                        choices=[
                            ("UNCOVERED", "现行救助政策没有涵盖"),
                            ("REFUSED", "不符合救助条件，生活确有困难"),
                            ("BEYOND", "已获救助，仍有缺口"),
                        ],
                        max_length=10,
                        verbose_name="政策情况",
                    ),
                ),
                ("gap_note", models.CharField(max_length=300, verbose_name="政策不能覆盖的说明（不公开）")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("LIVING", "基本生活"),
                            ("MEDICAL", "医疗康复"),
                            ("EDUCATION", "就学"),
                            ("HOUSING", "住房修缮"),
                            ("CARE", "照料护理"),
                            ("MIND", "心理疏导"),
                            ("WORK", "就业帮扶"),
                            ("OTHER", "其他"),
                        ],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("MONEY", "资金"), ("GOODS", "物资"), ("SERVICE", "服务")], max_length=8, verbose_name="帮扶方式"
                    ),
                ),
                ("what", models.CharField(max_length=40, verbose_name="需要什么")),
                ("quantity", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="数量")),
                ("unit", models.CharField(max_length=6, verbose_name="单位")),
                ("situation", models.CharField(max_length=300, verbose_name="情况说明（公开）")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("SUBMITTED", "待审核"),
                            ("RETURNED", "退回修改"),
                            ("PUBLISHED", "征集中"),
                            ("MATCHED", "已对接"),
                            ("CLOSED", "已办结"),
                            ("LAPSED", "期满无人认领"),
                            ("WITHDRAWN", "已撤回"),
                        ],
                        default="SUBMITTED",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "consent_giver",
                    models.CharField(
                        choices=[("SELF", "申请人本人"), ("GUARDIAN", "监护人"), ("AGENT", "受托人（委托书载明）")],
                        max_length=10,
                        verbose_name="同意人",
                    ),
                ),
                (
                    "consent_way",
                    models.CharField(
                        choices=[("SIGNED", "书面签字"), ("SPOKEN", "当面口述，录音留存")], max_length=8, verbose_name="同意方式"
                    ),
                ),
                ("consent_on", models.DateField(verbose_name="同意日期")),
                ("share_name", models.BooleanField(default=False, verbose_name="同意对接后提供姓名")),
                ("share_phone", models.BooleanField(default=False, verbose_name="同意对接后提供联系电话")),
                ("share_address", models.BooleanField(default=False, verbose_name="同意对接后提供住址")),
                ("registered_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="登记时间")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="审核期限")),
                ("due_note", models.CharField(blank=True, max_length=120, verbose_name="期限说明")),
                ("return_reason", models.CharField(blank=True, max_length=300, verbose_name="退回原因")),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="发布日期")),
                ("lapses_on", models.DateField(blank=True, null=True, verbose_name="征集截止日期")),
                ("matched", models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name="已对接数量")),
                ("confirmed", models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name="已确认数量")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="撤回日期")),
                ("revoked", models.BooleanField(default=False, verbose_name="申请人撤回同意")),
                ("withdraw_reason", models.CharField(blank=True, max_length=300, verbose_name="撤回原因")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审核人",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="charity_needs", to="windows.case", verbose_name="申请"
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
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="撤回登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "帮扶需求",
                "verbose_name_plural": "帮扶需求",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="CharityOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                ("quantity", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="认领数量")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                ("ready_on", models.DateField(verbose_name="预计交付日期")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("OFFERED", "待对接"),
                            ("MATCHED", "已对接"),
                            ("DECLINED", "未采纳"),
                            ("WITHDRAWN", "已撤回"),
                            ("DELIVERED", "待受助人确认"),
                            ("CONFIRMED", "已确认收到"),
                            ("DISPUTED", "投诉核实中"),
                            ("FAILED", "未履行"),
                            ("RELEASED", "已解除"),
                        ],
                        default="OFFERED",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("offered_at", models.DateTimeField(default=accounts.wallclock.now, verbose_name="认领时间")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="本环节期限")),
                ("due_note", models.CharField(blank=True, max_length=120, verbose_name="期限说明")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="对接日期")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="理由")),
                ("hand_name", models.BooleanField(default=False, verbose_name="提供姓名")),
                ("hand_phone", models.BooleanField(default=False, verbose_name="提供联系电话")),
                ("hand_address", models.BooleanField(default=False, verbose_name="提供住址")),
                ("delivered_on", models.DateField(blank=True, null=True, verbose_name="交付日期")),
                ("delivered", models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="交付数量")),
                ("evidence", records.crypto.EncryptedTextField(blank=True, verbose_name="交付情况和凭证")),
                ("confirmed_on", models.DateField(blank=True, null=True, verbose_name="受助人确认日期")),
                ("confirmed_how", records.crypto.EncryptedTextField(blank=True, verbose_name="确认情况")),
                (
                    "charity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="windows.charity", verbose_name="慈善组织"
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认登记人",
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
                        verbose_name="对接人",
                    ),
                ),
                (
                    "delivered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="交付登记人",
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
                        verbose_name="凭证",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="windows.charityneed", verbose_name="需求"
                    ),
                ),
                (
                    "offered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="认领人"
                    ),
                ),
            ],
            options={
                "verbose_name": "慈善认领",
                "verbose_name_plural": "慈善认领",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="OfferComplaint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="版本号")),
                (
                    "was",
                    models.CharField(
                        choices=[
                            ("OFFERED", "待对接"),
                            ("MATCHED", "已对接"),
                            ("DECLINED", "未采纳"),
                            ("WITHDRAWN", "已撤回"),
                            ("DELIVERED", "待受助人确认"),
                            ("CONFIRMED", "已确认收到"),
                            ("DISPUTED", "投诉核实中"),
                            ("FAILED", "未履行"),
                            ("RELEASED", "已解除"),
                        ],
                        max_length=10,
                        verbose_name="投诉时状态",
                    ),
                ),
                ("text", records.crypto.EncryptedTextField(verbose_name="投诉内容")),
                ("raised_on", models.DateField(verbose_name="提出日期")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="核实期限")),
                ("due_note", models.CharField(blank=True, max_length=120, verbose_name="期限说明")),
                (
                    "status",
                    models.CharField(
                        choices=[("OPEN", "核实中"), ("UPHELD", "投诉成立"), ("REJECTED", "投诉不成立")],
                        default="OPEN",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("finding", records.crypto.EncryptedTextField(blank=True, verbose_name="核实情况")),
                ("settled_on", models.DateField(blank=True, null=True, verbose_name="核实日期")),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="windows.charityoffer",
                        verbose_name="认领",
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
                        verbose_name="核实人",
                    ),
                ),
            ],
            options={
                "verbose_name": "慈善帮扶投诉",
                "verbose_name_plural": "慈善帮扶投诉",
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="charity",
            constraint=models.UniqueConstraint(
                fields=("bureau", "organisation"), name="charity_once_per_bureau", violation_error_message="该组织已在本区县登记。"
            ),
        ),
        migrations.AddConstraint(
            model_name="charity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "SUSPENDED"), _negated=True), models.Q(("suspended_reason", ""), _negated=True), _connector="OR"
                ),
                name="charity_suspended_with_reason",
                violation_error_message="停用须写明原因。",
            ),
        ),
        migrations.AddIndex(
            model_name="charityneed",
            index=models.Index(fields=["organisation", "-id"], name="charity_need_newest"),
        ),
        migrations.AddIndex(
            model_name="charityneed",
            index=models.Index(condition=models.Q(("status", "PUBLISHED")), fields=["lapses_on"], name="charity_need_asking"),
        ),
        migrations.AddConstraint(
            model_name="charityneed",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("SUBMITTED", "RETURNED", "PUBLISHED", "MATCHED", "LAPSED"))),
                fields=("case", "category"),
                name="charity_need_one_open",
                violation_error_message="该申请同一类别的需求尚未办结。",
            ),
        ),
        migrations.AddConstraint(
            model_name="charityneed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed__gte", 0),
                    ("confirmed__lte", models.F("matched")),
                    ("matched__lte", models.F("quantity")),
                    ("quantity__gt", 0),
                ),
                name="charity_need_never_overmatched",
                violation_error_message="对接数量不能超过需求数量，确认数量不能超过对接数量。",
            ),
        ),
        migrations.AddConstraint(
            model_name="charityneed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ("PUBLISHED", "MATCHED", "CLOSED", "LAPSED")), _negated=True),
                    models.Q(("approved_by__isnull", False), ("lapses_on__isnull", False), ("published_on__isnull", False)),
                    _connector="OR",
                ),
                name="charity_need_told_after_approval",
                violation_error_message="审核之后才能发布。",
            ),
        ),
        migrations.AddConstraint(
            model_name="charityneed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True), models.Q(("approved_by", models.F("registered_by")), _negated=True), _connector="OR"
                ),
                name="charity_need_second_pair_of_eyes",
                violation_error_message="登记人不能审核自己登记的需求。",
            ),
        ),
        migrations.AddConstraint(
            model_name="charityneed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "RETURNED"), _negated=True), models.Q(("return_reason", ""), _negated=True), _connector="OR"
                ),
                name="charity_need_returned_with_reason",
                violation_error_message="退回须写明原因。",
            ),
        ),
        migrations.AddConstraint(
            model_name="charityneed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "WITHDRAWN"), _negated=True),
                    models.Q(
                        ("withdrawn_by__isnull", False), ("withdrawn_on__isnull", False), models.Q(("withdraw_reason", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="charity_need_withdrawn_with_reason",
                violation_error_message="撤回须有日期、登记人和原因。",
            ),
        ),
        migrations.AddConstraint(
            model_name="charityneed",
            constraint=models.CheckConstraint(
                condition=models.Q(("revoked", False), ("status", "WITHDRAWN"), _connector="OR"),
                name="charity_need_revoked_is_withdrawn",
                violation_error_message="撤回同意的需求须撤下。",
            ),
        ),
        migrations.AddConstraint(
            model_name="charityneed",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("status", "MATCHED"), _negated=True), ("matched__gt", 0), _connector="OR"),
                name="charity_need_matched_something",
                violation_error_message="已对接的需求须有对接数量。",
            ),
        ),
        migrations.AddConstraint(
            model_name="charityneed",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("status", "CLOSED"), _negated=True), ("confirmed__gt", 0), _connector="OR"),
                name="charity_need_closed_by_receipt",
                violation_error_message="受助人确认收到后才能办结。",
            ),
        ),
        migrations.AddIndex(
            model_name="charityoffer",
            index=models.Index(fields=["charity", "-id"], name="charity_offer_newest"),
        ),
        migrations.AddConstraint(
            model_name="charityoffer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("OFFERED", "MATCHED", "DELIVERED", "DISPUTED"))),
                fields=("need", "charity"),
                name="charity_offer_one_open",
                violation_error_message="本组织已认领该需求，尚未办结。",
            ),
        ),
        migrations.AddConstraint(
            model_name="charityoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)), name="charity_offer_is_something", violation_error_message="认领数量须大于零。"
            ),
        ),
        migrations.AddConstraint(
            model_name="charityoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("hand_address", False), ("hand_name", False), ("hand_phone", False)),
                    ("status__in", ("MATCHED", "DELIVERED", "DISPUTED", "CONFIRMED", "FAILED", "RELEASED")),
                    _connector="OR",
                ),
                name="charity_offer_identity_after_match",
                violation_error_message="对接之后才能提供身份信息。",
            ),
        ),
        migrations.AddConstraint(
            model_name="charityoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ("MATCHED", "DELIVERED", "DISPUTED", "CONFIRMED", "FAILED", "RELEASED")), _negated=True),
                    models.Q(("decided_by__isnull", False), ("decided_on__isnull", False)),
                    _connector="OR",
                ),
                name="charity_offer_matched_by_someone",
                violation_error_message="对接须有对接人和日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="charityoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ("DELIVERED", "CONFIRMED")), _negated=True),
                    models.Q(
                        ("delivered__gt", 0),
                        ("delivered__isnull", False),
                        ("delivered__lte", models.F("quantity")),
                        ("delivered_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="charity_offer_delivered_within",
                violation_error_message="交付须有日期，数量大于零且不超过对接数量。",
            ),
        ),
        migrations.AddConstraint(
            model_name="charityoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "CONFIRMED"), _negated=True),
                    models.Q(("confirmed_by__isnull", False), ("confirmed_on__isnull", False)),
                    _connector="OR",
                ),
                name="charity_offer_confirmed_by_someone",
                violation_error_message="确认须有日期和登记人。",
            ),
        ),
        migrations.AddConstraint(
            model_name="charityoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ("DECLINED", "FAILED", "RELEASED")), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="charity_offer_ended_with_reason",
                violation_error_message="未采纳、未履行、解除须写明理由。",
            ),
        ),
        migrations.AddConstraint(
            model_name="offercomplaint",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "OPEN")),
                fields=("offer",),
                name="offer_complaint_one_open",
                violation_error_message="该投诉正在核实。",
            ),
        ),
        migrations.AddConstraint(
            model_name="offercomplaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "OPEN"), models.Q(("settled_by__isnull", False), ("settled_on__isnull", False)), _connector="OR"
                ),
                name="offer_complaint_settled_by_someone",
                violation_error_message="核实完毕须有核实人和日期。",
            ),
        ),
    ]
