from django.urls import path

from staffing.views import entry, tables

app_name = "staffing"
urlpatterns = [
    path("", tables.home, name="home"),
    path("city/", tables.city_table, name="city_table"),
    path("city/export/", tables.city_export, name="city_export"),
    path("units/<int:pk>/", tables.unit_table, name="unit_table"),
    path("units/<int:pk>/export/", tables.unit_export, name="unit_export"),
    path("units/<int:pk>/paper/", tables.unit_paper, name="unit_paper"),
    path("units/<int:pk>/import/", entry.caseload_import, name="caseload_import"),
    path("units/<int:pk>/import/confirm/", entry.caseload_import_confirm, name="caseload_import_confirm"),
    path("units/<int:pk>/staff/", entry.staff_list, name="staff_list"),
    path("units/<int:pk>/trainings/", entry.training_list, name="training_list"),
    path("units/<int:pk>/trainings/new/", entry.training_create, name="training_create"),
    path("units/<int:pk>/scenarios/", entry.scenario_list, name="scenario_list"),
    path("units/<int:pk>/scenarios/new/", entry.scenario_create, name="scenario_create"),
    path("scenarios/<int:pk>/", entry.scenario_detail, name="scenario_detail"),
    path("townships/<int:pk>/", tables.township_detail, name="township_detail"),
    path("townships/<int:pk>/caseload/", entry.caseload_enter, name="caseload_enter"),
    path("organisations/<int:pk>/staff/new/", entry.staff_create, name="staff_create"),
    path("staff/<int:pk>/edit/", entry.staff_edit, name="staff_edit"),
    path("staff/<int:pk>/end/", entry.staff_end, name="staff_end"),
]
