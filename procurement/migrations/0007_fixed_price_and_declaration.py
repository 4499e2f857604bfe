from django.db import migrations, models
from django.db.models import Q


def carry_over(apps, schema_editor):
    """What was said at the tender holds for its project."""
    tender = apps.get_model("procurement", "Tender")
    fixed = tender.objects.filter(fixed_price=True).values("project")
    apps.get_model("procurement", "Project").objects.filter(pk__in=fixed).update(fixed_price=True)


def carry_back(apps, schema_editor):
    fixed = apps.get_model("procurement", "Project").objects.filter(fixed_price=True).values("pk")
    apps.get_model("procurement", "Tender").objects.filter(project__in=fixed).update(fixed_price=True)


class Migration(migrations.Migration):
    dependencies = [
        ("procurement", "0006_low_price_by_committee"),
    ]

    operations = [
        migrations.AddField(
            model_name="project",
            name="fixed_price",
            field=models.BooleanField(default=False, verbose_name="执行统一价格（价格不评分）"),
        ),
        migrations.RunPython(carry_over, carry_back),
        migrations.RemoveField(model_name="tender", name="fixed_price"),
        migrations.RemoveConstraint(model_name="bid", name="bid_content_only_after_opening"),
        migrations.AddField(
            model_name="bid",
            name="small_business",
            field=models.BooleanField(blank=True, null=True, verbose_name="响应时声明为小型、微型企业"),
        ),
        migrations.AddConstraint(
            model_name="bid",
            constraint=models.CheckConstraint(
                condition=Q(opened_at__isnull=True, quote__isnull=True, proposal="", file__isnull=True, small_business__isnull=True)
                | Q(opened_at__isnull=False, quote__isnull=False),
                name="bid_content_only_after_opening",
                violation_error_message="开启前不得存有响应文件内容。",
            ),
        ),
    ]
