from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class ProcurementConfig(AppConfig):
    name = "procurement"
    verbose_name = "购买服务"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        post_migrate.connect(load_catalogue, sender=self)


def load_catalogue(*, using, **_):
    """After every migrate items and standards are what catalogue.toml says; a changed file needs no migration."""
    from procurement.services import catalogue  # noqa: PLC0415  models are not ready before

    if "procurement_contract" in connections[using].introspection.table_names():  # not when migrating backwards past them
        catalogue.load_catalogue()
