"""Addresses of renewals."""

from django.urls import path

from procurement.views import renewal

urlpatterns = [
    path("contracts/<int:pk>/renewals/", renewal.contract_renewals, name="contract_renewals"),
    path("contracts/<int:pk>/renewals/new/", renewal.RenewalCreate.as_view(), name="renewal_create"),
    path("renewals/<int:pk>/", renewal.renewal_detail, name="renewal_detail"),
    path("renewals/<int:pk>/edit/", renewal.RenewalEdit.as_view(), name="renewal_edit"),
    path("renewals/<int:pk>/submit/", renewal.renewal_submit, name="renewal_submit"),
    path("renewals/<int:pk>/approve/", renewal.renewal_approve, name="renewal_approve"),
    path("renewals/<int:pk>/return/", renewal.RenewalReturn.as_view(), name="renewal_return"),
    path("renewals/<int:pk>/withdraw/", renewal.RenewalWithdraw.as_view(), name="renewal_withdraw"),
    path("renewals/<int:pk>/sign/", renewal.renewal_sign, name="renewal_sign"),
]
