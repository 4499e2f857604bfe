from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class WindowsConfig(AppConfig):
    name = "windows"
    verbose_name = "服务窗口"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        post_migrate.connect(load_programmes, sender=self)


def load_programmes(*, using, **_):
    """After every migrate the programmes are what programmes.toml says; versions that cases use stay as they are."""
    from windows.services import programmes  # noqa: PLC0415  models are not ready before

    if "windows_programmedraft" in connections[using].introspection.table_names():  # not when migrating backwards past them
        programmes.load()
