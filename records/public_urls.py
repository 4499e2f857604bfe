"""Addresses that anybody may open; printed on paper, so they never change."""

from django.urls import path

from records.views import public

urlpatterns = [
    path("verify/", public.verify_start, name="verify_start"),
    path("verify/<str:code>/", public.verify, name="verify"),
    path("public/notices/", public.notice_list, name="public_notices"),
    path("public/notices/<str:code>/", public.notice_detail, name="public_notice"),
    path("public/notices/<str:code>/file/", public.notice_file, name="public_notice_file"),
]
