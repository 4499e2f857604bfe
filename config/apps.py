from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "一门"

    def ready(self):
        from axes.signals import user_locked_out  # noqa: PLC0415
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415

        from config.lockout import tell  # noqa: PLC0415
        from config.networks import note  # noqa: PLC0415

        user_locked_out.connect(tell, dispatch_uid="config.lockout.tell")
        user_logged_in.connect(note, dispatch_uid="config.networks.note")
