"""Addresses of invitations, final quotes, the draw, single source and securities."""

from django.urls import path

from procurement.views import security, selection, sole

urlpatterns = [
    path("tenders/<int:pk>/award/lapse/", selection.award_lapse, name="award_lapse"),
    path("awards/<int:pk>/refusal/", selection.award_refusal, name="award_refusal"),
    path("tenders/<int:pk>/invitations/draw/", selection.invitation_draw, name="invitation_draw"),
    path("tenders/<int:pk>/quotes/", selection.quotes_call, name="quotes_call"),
    path("tenders/<int:pk>/final-quote/", selection.final_quote, name="final_quote"),
    path("tenders/<int:pk>/buyer/", selection.seat_buyer, name="seat_buyer"),
    path("tenders/<int:pk>/draw/", selection.draw_record, name="draw_record"),
    path("tenders/<int:pk>/papers/<slug:kind>/", selection.tender_paper, name="tender_paper"),
    path("awards/<int:pk>/letter/", selection.award_letter, name="award_letter"),
    path("seats/<int:pk>/excuse/", selection.seat_excuse, name="seat_excuse"),
    path("seats/<int:pk>/sign/", selection.report_sign, name="report_sign"),
    path("projects/<int:pk>/sole-source/", sole.sole_detail, name="sole_detail"),
    path("projects/<int:pk>/sole-source/case/", sole.sole_prepare, name="sole_prepare"),
    path("projects/<int:pk>/sole-source/opinion/", sole.sole_opinion, name="sole_opinion"),
    path("projects/<int:pk>/sole-source/objection/", sole.sole_objection, name="sole_objection"),
    path("projects/<int:pk>/sole-source/negotiate/", sole.sole_negotiate, name="sole_negotiate"),
    path("projects/<int:pk>/sole-source/confirm/", sole.sole_confirm, name="sole_confirm"),
    path("projects/<int:pk>/securities/", security.project_securities, name="project_securities"),
    path("tenders/<int:pk>/securities/new/", security.security_new, name="security_new"),
    path("securities/<int:pk>/close/", security.security_close, name="security_close"),
]
