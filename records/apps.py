from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = "档案与时限"
    default_auto_field = "django.db.models.BigAutoField"
