"""Addresses of the register."""

from django.urls import path

from contractors.views import papers, register

urlpatterns = [
    path("", register.contractor_list, name="contractor_list"),
    path("new/", register.contractor_new, name="contractor_new"),
    path("own/", register.own_page, name="own_page"),
    path("<int:pk>/", register.contractor_detail, name="contractor_detail"),
    path("<int:pk>/verify/", register.contractor_verify, name="contractor_verify"),
    path("<int:pk>/suspend/", register.contractor_suspend, name="contractor_suspend"),
    path("<int:pk>/reinstate/", register.contractor_reinstate, name="contractor_reinstate"),
    path("<int:pk>/papers/verify/", register.papers_verify, name="papers_verify"),
    path("<int:pk>/papers/<slug:kind>/<int:paper>/", register.paper_file, name="paper_file"),
    path("<int:pk>/proofs/new/", papers.proof_new, name="proof_new"),
    path("<int:pk>/qualifications/new/", papers.qualification_new, name="qualification_new"),
    path("<int:pk>/credit-checks/new/", papers.credit_check_new, name="credit_check_new"),
    path("<int:pk>/violations/new/", papers.violation_new, name="violation_new"),
    path("<int:pk>/controllers/new/", papers.controller_new, name="controller_new"),
    path("<int:pk>/ties/new/", papers.tie_new, name="tie_new"),
]
