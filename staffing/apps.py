from django.apps import AppConfig


class StaffingConfig(AppConfig):
    name = "staffing"
    verbose_name = "经办人员"
    default_auto_field = "django.db.models.BigAutoField"
