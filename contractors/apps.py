from django.apps import AppConfig


class ContractorsConfig(AppConfig):
    name = "contractors"
    verbose_name = "承接主体"
    default_auto_field = "django.db.models.BigAutoField"
