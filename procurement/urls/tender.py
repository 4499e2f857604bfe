"""Addresses of tender, bids, opening, committee, scoring and award."""

from django.urls import path

from procurement.views import bidding, tender

urlpatterns = [
    path("projects/<int:project_pk>/tender/", tender.tender_prepare, name="tender_prepare"),
    path("tenders/<int:pk>/", tender.tender_detail, name="tender_detail"),
    path("tenders/<int:pk>/open/", tender.tender_open, name="tender_open"),
    path("tenders/<int:pk>/custody/", tender.tender_custody, name="tender_custody"),
    path("tenders/<int:pk>/opening/", tender.tender_opening, name="tender_opening"),
    path("tenders/<int:pk>/escrow/approve/", tender.escrow_approve, name="escrow_approve"),
    path("tenders/<int:pk>/committee/draw/", tender.committee_draw, name="committee_draw"),
    path("tenders/<int:pk>/scoring/start/", tender.scoring_start, name="scoring_start"),
    path("tenders/<int:pk>/rank/", tender.tender_rank, name="tender_rank"),
    path("tenders/<int:pk>/result/", tender.tender_result, name="tender_result"),
    path("tenders/<int:pk>/result/publish/", tender.result_publish, name="result_publish"),
    path("tenders/<int:pk>/award/", tender.award_confirm, name="award_confirm"),
    path("tenders/<int:pk>/score-sheets/print/", tender.score_sheets_print, name="score_sheets_print"),
    path("tenders/<int:pk>/commitments/", bidding.commitment_list, name="commitment_list"),
    path("tenders/<int:pk>/bid/", bidding.bid_new, name="bid_new"),
    path("bids/<int:pk>/judge/", tender.bid_judge, name="bid_judge"),
    path("bids/<int:pk>/file/", tender.bid_file, name="bid_file"),
    path("bids/<int:pk>/receipt/", bidding.bid_receipt, name="bid_receipt"),
    path("bids/<int:pk>/envelope/", bidding.bid_envelope, name="bid_envelope"),
    path("bids/<int:pk>/withdraw/", bidding.bid_withdraw, name="bid_withdraw"),
    path("low-price/<int:pk>/explain/", bidding.low_price_explain, name="low_price_explain"),
    path("low-price/<int:pk>/judge/", tender.low_price_judge, name="low_price_judge"),
    path("bidding/", bidding.bidding_desk, name="bidding_desk"),
    path("desk/", bidding.desk, name="desk"),
    path("seats/<int:pk>/declare/", bidding.seat_declare, name="seat_declare"),
    path("sheets/<int:pk>/", bidding.sheet_edit, name="sheet_edit"),
    path("sheets/<int:pk>/gap/", bidding.sheet_gap, name="sheet_gap"),
]
