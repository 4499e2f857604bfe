"""Addresses of who may take part: earlier advisers, credit lookups, consortium agreements."""

from django.urls import path

from procurement.views import market, portal

urlpatterns = [
    path("portal/", portal.portal, name="portal"),
    path("projects/<int:pk>/advisers/", market.project_advisers, name="project_advisers"),
    path("advisers/<int:pk>/strike/", market.adviser_strike, name="adviser_strike"),
    path("tenders/<int:pk>/credit/", market.tender_credit, name="tender_credit"),
    path("bids/<int:pk>/agreement/", market.bid_agreement, name="bid_agreement"),
]
