"""Addresses that anybody may open: the register, and the entrance to it."""

from django.urls import path

from contractors.views import entrance, public

urlpatterns = [
    path("public/contractors/", public.public_contractor_list, name="public_contractor_list"),
    path("public/contractors/apply/", entrance.application_start, name="application_start"),
    path("public/contractors/application/", entrance.application_enter, name="application_enter"),
    path("public/contractors/application/desk/", entrance.application_desk, name="application_desk"),
    path("public/contractors/application/edit/", entrance.application_edit, name="application_edit"),
    path("public/contractors/application/papers/<slug:kind>/", entrance.application_paper, name="application_paper"),
    path("public/contractors/application/files/<int:paper>/", entrance.application_file, name="application_file"),
    path("public/contractors/application/files/<int:paper>/remove/", entrance.application_remove, name="application_remove"),
    path("public/contractors/application/submit/", entrance.application_submit, name="application_submit"),
    path("public/contractors/application/claim/", entrance.application_claim, name="application_claim"),
    path("public/contractors/application/leave/", entrance.application_leave, name="application_leave"),
    path("public/contractors/<slug:code>/", public.public_contractor, name="public_contractor"),
]
