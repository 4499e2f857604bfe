from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = "档案与时限"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """The published working days are part of the house: there after every migrate, and after a test emptied the tables."""
        from records.calendars import load_after_migrate  # noqa: PLC0415

        post_migrate.connect(load_after_migrate, sender=self)
