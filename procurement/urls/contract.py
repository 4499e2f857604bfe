"""Addresses of contracts."""

from django.urls import path

from procurement.views import contract

urlpatterns = [
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
