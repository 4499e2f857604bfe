from django.apps import AppConfig


class WindowsConfig(AppConfig):
    name = "windows"
    verbose_name = "服务窗口"
    default_auto_field = "django.db.models.BigAutoField"
