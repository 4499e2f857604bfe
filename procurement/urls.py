from django.urls import path

from procurement import urls_tender
from procurement.views import catalogue, contract, money, project, report

app_name = "procurement"

project_urls = [
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
]
catalogue_urls = [
    path("catalogue/", catalogue.catalogue_list, name="catalogue_list"),
    path("catalogue/guidance/new/", catalogue.GuidanceCreate.as_view(), name="guidance_create"),
]
contract_urls = [
    path("contracts/", contract.ContractList.as_view(), name="contract_list"),
    path("contracts/<int:pk>/", contract.contract_detail, name="contract_detail"),
    path("contracts/<int:pk>/edit/", contract.ContractEdit.as_view(), name="contract_edit"),
    path("contracts/<int:pk>/submit/", contract.contract_submit, name="contract_submit"),
    path("contracts/<int:pk>/approve/", contract.contract_approve, name="contract_approve"),
    path("contracts/<int:pk>/return/", contract.ContractReturn.as_view(), name="contract_return"),
    path("contracts/<int:pk>/sign/", contract.ContractSign.as_view(), name="contract_sign"),
    path("contracts/<int:pk>/announce/", contract.contract_announce, name="contract_announce"),
    path("contracts/<int:pk>/start/", contract.contract_start, name="contract_start"),
    path("contracts/<int:pk>/complete/", contract.contract_complete, name="contract_complete"),
]
report_urls = [
    path("reports/", report.ReportList.as_view(), name="report_list"),
    path("reports/<int:pk>/", report.report_detail, name="report_detail"),
    path("reports/<int:pk>/save/", report.report_save, name="report_save"),
    path("reports/<int:pk>/accept/", report.report_accept, name="report_accept"),
    path("reports/<int:pk>/return/", report.report_return, name="report_return"),
    path("reports/<int:pk>/template/", report.report_template, name="report_template"),
    path("reports/<int:pk>/import/", report.report_import, name="report_import"),
]
money_urls = [
    path("budgets/", money.budget_list, name="budget_list"),
    path("budgets/new/", money.BudgetCreate.as_view(), name="budget_create"),
    path("grants/new/", money.GrantCreate.as_view(), name="grant_create"),
]

urlpatterns = [*project_urls, *catalogue_urls, *urls_tender.urlpatterns, *contract_urls, *report_urls, *money_urls]
