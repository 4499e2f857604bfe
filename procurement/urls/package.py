"""Addresses of a purchase's lots."""

from django.urls import path

from procurement.views import package

urlpatterns = [
    path("projects/<int:pk>/lots/", package.project_lots, name="project_lots"),
    path("projects/<int:pk>/lots/new/", package.lot_new, name="lot_new"),
    path("projects/<int:pk>/repeat/", package.project_repeat, name="project_repeat"),
    path("packages/<int:pk>/limit/", package.package_limit, name="package_limit"),
]
