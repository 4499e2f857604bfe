"""Addresses that anybody may open."""

from django.urls import path

from procurement.views import complaint, ocds, public, requirement

urlpatterns = [
    path("public/projects/", public.project_list, name="public_project_list"),
    path("public/projects/feed/", public.project_feed, name="public_project_feed"),
    path("public/projects/<slug:code>/", public.project_detail, name="public_project_detail"),
    path("public/projects/<slug:code>/lots/", public.lots, name="public_lots"),
    path("public/projects/<slug:code>/files/<int:pk>/", public.attachment, name="public_attachment"),
    path("public/comments/", requirement.comment_list, name="public_comment_list"),
    path("public/comments/<int:pk>/", requirement.comment_page, name="public_comment"),
    path("public/complaints/new/", complaint.public_complaint, name="public_complaint"),
    path("public/complaints/", complaint.public_complaint_progress, name="public_complaint_progress"),
    path("api/v1/ocds/releases/", ocds.releases, name="ocds_releases"),
    path("api/v1/ocds/records/", ocds.records, name="ocds_records"),
    path("api/v1/ocds/projects/<slug:code>/", ocds.project, name="ocds_project"),
]
