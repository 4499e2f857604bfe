"""Addresses of periodic reports."""

from django.urls import path

from procurement.views import report

urlpatterns = [
    path("reports/", report.ReportList.as_view(), name="report_list"),
    path("reports/<int:pk>/", report.report_detail, name="report_detail"),
    path("reports/<int:pk>/save/", report.report_save, name="report_save"),
    path("reports/<int:pk>/accept/", report.report_accept, name="report_accept"),
    path("reports/<int:pk>/return/", report.report_return, name="report_return"),
    path("reports/<int:pk>/template/", report.report_template, name="report_template"),
    path("reports/<int:pk>/import/", report.report_import, name="report_import"),
]
