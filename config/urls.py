from django.urls import include, path

APPS = ("accounts", "records", "contractors", "procurement", "staffing", "windows", "evaluation")

urlpatterns = [
    path("api/v1/", include("config.api")),
    *[path(f"{app}/", include(f"{app}.urls")) for app in APPS],
]
