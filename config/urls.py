from django.urls import include, path

from config import gallery, views
from config.health import healthz

APPS = ("accounts", "records", "contractors", "procurement", "staffing", "windows", "evaluation")

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("district/", views.district_switch, name="district_switch"),
    path("display/", views.display_mode, name="display_mode"),
    path("components/", gallery.components, name="components"),
    path("api/v1/", include("config.api")),
    path("", include("records.public_urls")),
    path("progress/", include("windows.progress_urls")),
    path("", include("windows.public_urls")),
    path("", include("contractors.public_urls")),
    path("", include("procurement.public_urls")),
    path("", include("evaluation.public_urls")),
    *[path(f"{app}/", include(f"{app}.urls")) for app in APPS],
]

handler400 = "config.views.bad_request"
handler403 = "config.views.permission_denied"
handler404 = "config.views.page_not_found"
handler500 = "config.views.server_error"
