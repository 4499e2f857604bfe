"""Addresses of recipients, orders, service records and the roster."""

from django.urls import path

from procurement.views import roster, service, serving, visit

urlpatterns = [
    path("contracts/<int:pk>/orders/", service.contract_orders, name="contract_orders"),
    path("contracts/<int:pk>/recipients/new/", service.RecipientCreate.as_view(), name="recipient_create"),
    path("contracts/<int:pk>/recipients/import/", service.recipient_import, name="recipient_import"),
    path("contracts/<int:pk>/recipients/template/", service.recipient_template, name="recipient_template"),
    path("recipients/<int:pk>/", service.recipient_detail, name="recipient_detail"),
    path("recipients/<int:pk>/edit/", service.RecipientEdit.as_view(), name="recipient_edit"),
    path("recipients/<int:pk>/leave/", service.RecipientLeave.as_view(), name="recipient_leave"),
    path("recipients/<int:pk>/pin/", service.RecipientPin.as_view(), name="recipient_pin"),
    path("recipients/<int:pk>/reveal/", service.RecipientReveal.as_view(), name="recipient_reveal"),
    path("recipients/<int:pk>/orders/new/", service.OrderCreate.as_view(), name="order_create"),
    path("orders/<int:pk>/", service.order_detail, name="order_detail"),
    path("orders/<int:pk>/suspend/", service.OrderSuspend.as_view(), name="order_suspend"),
    path("orders/<int:pk>/resume/", service.OrderResume.as_view(), name="order_resume"),
    path("orders/<int:pk>/end/", service.OrderEnd.as_view(), name="order_end"),
    path("orders/<int:pk>/visits/new/", visit.VisitExtra.as_view(), name="visit_extra"),
    path("contracts/<int:pk>/visits/", visit.contract_visits, name="contract_visits"),
    path("visits/today/", visit.visit_today, name="visit_today"),
    path("visits/<int:pk>/", visit.visit_detail, name="visit_detail"),
    path("visits/<int:pk>/record/", visit.VisitRecord.as_view(), name="visit_record"),
    path("visits/<int:pk>/correct/", visit.VisitCorrect.as_view(), name="visit_correct"),
    path("visits/<int:pk>/photo/", visit.visit_photo, name="visit_photo"),
    path("contracts/<int:pk>/workers/", roster.contract_workers, name="contract_workers"),
    path("contracts/<int:pk>/workers/new/", roster.WorkerCreate.as_view(), name="worker_create"),
    path("serving/<int:pk>/", serving.serving, name="serving"),
    path("serving/<int:pk>/workers/new/", serving.ServingWorker.as_view(), name="serving_worker"),
    path("workers/<int:pk>/", roster.worker_detail, name="worker_detail"),
    path("workers/<int:pk>/end/", roster.WorkerEnd.as_view(), name="worker_end"),
    path("workers/<int:pk>/reveal/", roster.WorkerReveal.as_view(), name="worker_reveal"),
]
