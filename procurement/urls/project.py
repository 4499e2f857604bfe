"""Addresses of projects and of the catalogue they are chosen from."""

from django.urls import path

from procurement.views import catalogue, contract, project, standard

urlpatterns = [
    path("projects/", project.ProjectList.as_view(), name="project_list"),
    path("projects/new/", project.ProjectCreate.as_view(), name="project_create"),
    path("projects/<int:pk>/", project.project_detail, name="project_detail"),
    path("projects/<int:pk>/edit/<slug:section>/", project.ProjectEdit.as_view(), name="project_edit"),
    path("projects/<int:pk>/consult/", project.ProjectConsult.as_view(), name="project_consult"),
    path("projects/<int:pk>/submit/", project.project_submit, name="project_submit"),
    path("projects/<int:pk>/approve/", project.project_approve, name="project_approve"),
    path("projects/<int:pk>/return/", project.ProjectReturn.as_view(), name="project_return"),
    path("projects/<int:pk>/guide/", project.ProjectGuide.as_view(), name="project_guide"),
    path("projects/<int:pk>/sign-funds/", project.ProjectSignFunds.as_view(), name="project_sign_funds"),
    path("projects/<int:pk>/publish/", project.project_publish, name="project_publish"),
    path("projects/<int:pk>/end/", project.ProjectEnd.as_view(), name="project_end"),
    path("projects/<int:pk>/contract/", contract.contract_draft, name="contract_draft"),
    path("catalogue/", catalogue.catalogue_list, name="catalogue_list"),
    path("catalogue/standards/", standard.standard_list, name="standard_list"),
    path("catalogue/standards/new/", standard.StandardKeep.as_view(), name="standard_keep"),
    path("catalogue/standards/<int:pk>/", standard.standard_detail, name="standard_detail"),
    path("catalogue/guidance/new/", catalogue.GuidanceCreate.as_view(), name="guidance_create"),
]
