"""Addresses of decisions that keep a supplier out."""

from django.urls import path

from contractors.views import bans

urlpatterns = [
    path("debarments/", bans.debarment_list, name="debarment_list"),
    path("debarments/new/", bans.debarment_enter, name="debarment_enter"),
    path("debarments/import/", bans.debarment_import, name="debarment_import"),
    path("debarments/import/confirm/", bans.debarment_confirm, name="debarment_confirm"),
    path("debarments/import/template/", bans.debarment_template, name="debarment_template"),
    path("debarments/<int:pk>/", bans.debarment_detail, name="debarment_detail"),
    path("debarments/<int:pk>/lift/", bans.debarment_lift, name="debarment_lift"),
    path("<int:pk>/debarments/new/", bans.debarment_new, name="debarment_new"),
]
