"""Addresses of contract changes and subcontracts."""

from django.urls import path

from procurement.views import amendment, subcontract

urlpatterns = [
    path("contracts/<int:pk>/changes/", amendment.contract_changes, name="contract_changes"),
    path("contracts/<int:pk>/amendments/new/", amendment.AmendmentCreate.as_view(), name="amendment_create"),
    path("contracts/<int:pk>/subcontracts/new/", subcontract.SubcontractPropose.as_view(), name="subcontract_propose"),
    path("amendments/<int:pk>/", amendment.amendment_detail, name="amendment_detail"),
    path("amendments/<int:pk>/edit/", amendment.AmendmentEdit.as_view(), name="amendment_edit"),
    path("amendments/<int:pk>/submit/", amendment.amendment_submit, name="amendment_submit"),
    path("amendments/<int:pk>/approve/", amendment.amendment_approve, name="amendment_approve"),
    path("amendments/<int:pk>/funds/", amendment.AmendmentSignFunds.as_view(), name="amendment_sign_funds"),
    path("amendments/<int:pk>/return/", amendment.AmendmentReturn.as_view(), name="amendment_return"),
    path("amendments/<int:pk>/withdraw/", amendment.AmendmentWithdraw.as_view(), name="amendment_withdraw"),
    path("amendments/<int:pk>/sign/", amendment.amendment_sign, name="amendment_sign"),
    path("subcontracts/<int:pk>/decide/", subcontract.SubcontractDecide.as_view(), name="subcontract_decide"),
    path("subcontracts/<int:pk>/end/", subcontract.SubcontractEnd.as_view(), name="subcontract_end"),
]
