"""Addresses of applications, on the bureau's side."""

from django.urls import path

from contractors.views import applications

urlpatterns = [
    path("applications/", applications.application_list, name="application_list"),
    path("applications/<int:pk>/", applications.application_detail, name="application_detail"),
    path("applications/<int:pk>/approve/", applications.application_approve, name="application_approve"),
    path("applications/<int:pk>/return/", applications.application_return, name="application_return"),
    path("applications/<int:pk>/refuse/", applications.application_refuse, name="application_refuse"),
    path("applications/<int:pk>/code/", applications.application_code, name="application_code"),
    path("applications/<int:pk>/papers/<int:paper>/", applications.application_evidence, name="application_evidence"),
]
