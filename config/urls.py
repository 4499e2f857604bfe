from django.urls import include, path

from config.health import healthz

APPS = ("accounts", "records", "contractors", "procurement", "staffing", "windows", "evaluation")

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/v1/", include("config.api")),
    *[path(f"{app}/", include(f"{app}.urls")) for app in APPS],
]
