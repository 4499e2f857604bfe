from django.apps import AppConfig
from django.db.models.signals import post_migrate

from accounts.app_role import after_migrate


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "组织与人员"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        post_migrate.connect(after_migrate, sender=self)
