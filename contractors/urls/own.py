"""Addresses of what a contractor keeps itself."""

from django.urls import path

from contractors.views import own

urlpatterns = [
    path("<int:pk>/edit/", own.contractor_edit, name="contractor_edit"),
    path("<int:pk>/changes/<slug:section>/new/", own.change_new, name="change_new"),
    path("changes/<int:pk>/judge/", own.change_judge, name="change_judge"),
    path("<int:pk>/people/", own.colleague_list, name="colleague_list"),
    path("<int:pk>/people/new/", own.colleague_new, name="colleague_new"),
    path("<int:pk>/people/<int:user>/active/", own.colleague_active, name="colleague_active"),
    path("<int:pk>/people/<int:user>/password/", own.colleague_password, name="colleague_password"),
]
