"""Addresses of notices and of the timetable."""

from django.urls import path

from procurement.views import notice

urlpatterns = [
    path("projects/<int:pk>/notices/", notice.project_notices, name="project_notices"),
    path("projects/<int:pk>/notices/<slug:kind>/", notice.NoticePrepare.as_view(), name="notice_prepare"),
    path("projects/<int:pk>/timeline/", notice.project_timeline, name="project_timeline"),
    path("projects/<int:pk>/intent-reason/", notice.IntentExplain.as_view(), name="project_explain_intent"),
    path("announcements/<int:pk>/issue/", notice.announcement_issue, name="announcement_issue"),
    path("announcements/<int:pk>/discard/", notice.announcement_discard, name="announcement_discard"),
    path("announcements/<int:pk>/files/<int:file_pk>/", notice.announcement_file, name="announcement_file"),
    path("announcements/<int:pk>/files/<int:file_pk>/remove/", notice.announcement_file_remove, name="announcement_file_remove"),
]
