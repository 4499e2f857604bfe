"""A role for the people of charities."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_program_accounts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
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
                    ("CHARITY", "慈善组织"),
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
    ]
