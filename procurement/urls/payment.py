"""Addresses of acceptance and payment."""

from django.urls import path

from procurement.views import acceptance, payment

urlpatterns = [
    path("contracts/<int:pk>/money/", payment.contract_money, name="contract_money"),
    path("contracts/<int:pk>/payee/", payment.PayeeEdit.as_view(), name="payee_edit"),
    path("contracts/<int:pk>/advance/", payment.advance_request, name="advance_request"),
    path("instalments/<int:pk>/accept/", acceptance.acceptance_open, name="acceptance_open"),
    path("acceptances/<int:pk>/", acceptance.acceptance_detail, name="acceptance_detail"),
    path("acceptances/<int:pk>/paper/", acceptance.AcceptancePaper.as_view(), name="acceptance_paper"),
    path("acceptances/<int:pk>/members/new/", acceptance.AcceptanceMemberAdd.as_view(), name="acceptance_member"),
    path("acceptances/<int:pk>/opinions/new/", acceptance.AcceptanceOpinion.as_view(), name="acceptance_opinion"),
    path("acceptances/<int:pk>/send/", acceptance.acceptance_send, name="acceptance_send"),
    path("acceptances/<int:pk>/return/", acceptance.AcceptanceReturn.as_view(), name="acceptance_return"),
    path("acceptances/<int:pk>/conclude/", acceptance.AcceptanceConclude.as_view(), name="acceptance_conclude"),
    path("acceptances/<int:pk>/announce/", acceptance.acceptance_announce, name="acceptance_announce"),
    path("acceptances/<int:pk>/pay/", payment.payment_request, name="payment_request"),
    path("acceptance-members/<int:pk>/sign/", acceptance.AcceptanceSign.as_view(), name="acceptance_sign"),
    path("acceptance-members/<int:pk>/drop/", acceptance.acceptance_drop, name="acceptance_drop"),
    path("releases/<int:pk>/pay/", payment.release_request, name="release_request"),
    path("payments/", payment.PaymentList.as_view(), name="payment_list"),
    path("payments/<int:pk>/", payment.payment_detail, name="payment_detail"),
    path("payments/<int:pk>/lines/", payment.PaymentLines.as_view(), name="payment_lines"),
    path("payments/<int:pk>/confirm/", payment.PaymentConfirm.as_view(), name="payment_confirm"),
    path("payments/<int:pk>/return/", payment.PaymentReturn.as_view(), name="payment_return"),
]
