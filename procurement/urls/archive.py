"""Addresses of a project's file."""

from django.urls import path

from procurement.views import archive

urlpatterns = [
    path("projects/<int:pk>/archive/", archive.project_archive, name="project_archive"),
    path("projects/<int:pk>/archive/pack/", archive.archive_pack, name="archive_pack"),
    path("archives/<int:pk>/", archive.archive_detail, name="archive_detail"),
    path("archives/<int:pk>/print/", archive.archive_print, name="archive_print"),
]
