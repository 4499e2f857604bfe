from django.urls import path

from contractors import views

app_name = "contractors"
urlpatterns = [
    path("", views.contractor_list, name="contractor_list"),
    path("new/", views.contractor_new, name="contractor_new"),
    path("own/", views.own_page, name="own_page"),
    path("<int:pk>/", views.contractor_detail, name="contractor_detail"),
    path("<int:pk>/edit/", views.contractor_edit, name="contractor_edit"),
    path("<int:pk>/verify/", views.contractor_verify, name="contractor_verify"),
    path("<int:pk>/suspend/", views.contractor_suspend, name="contractor_suspend"),
    path("<int:pk>/reinstate/", views.contractor_reinstate, name="contractor_reinstate"),
    path("<int:pk>/papers/verify/", views.papers_verify, name="papers_verify"),
    path("<int:pk>/papers/<slug:kind>/<int:paper>/", views.paper_file, name="paper_file"),
    path("<int:pk>/proofs/new/", views.proof_new, name="proof_new"),
    path("<int:pk>/qualifications/new/", views.qualification_new, name="qualification_new"),
    path("<int:pk>/credit-checks/new/", views.credit_check_new, name="credit_check_new"),
    path("<int:pk>/violations/new/", views.violation_new, name="violation_new"),
    path("<int:pk>/debarments/new/", views.debarment_new, name="debarment_new"),
    path("<int:pk>/controllers/new/", views.controller_new, name="controller_new"),
    path("<int:pk>/ties/new/", views.tie_new, name="tie_new"),
]
