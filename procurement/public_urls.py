"""Addresses that anybody may open."""

from django.urls import path

from procurement.views import public

urlpatterns = [
    path("public/projects/", public.project_list, name="public_project_list"),
    path("public/projects/<slug:code>/", public.project_detail, name="public_project_detail"),
]
