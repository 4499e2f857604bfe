from django.urls import path

from windows.views import cases, desk, guide, intake, lists, referrals, slips

app_name = "windows"
urlpatterns = [
    path("intake/", intake.intake, name="intake"),
    path("intake/person/", intake.intake_person, name="intake_person"),
    path("intake/need/", intake.intake_need, name="intake_need"),
    path("desk/", desk.desk, name="desk"),
    path("board/", lists.OverdueBoard.as_view(), name="overdue_board"),
    # cases
    path("cases/", lists.CaseList.as_view(), name="case_list"),
    path("cases/search/", lists.case_search, name="case_search"),
    path("cases/export/", lists.case_export, name="case_export"),
    path("cases/<int:pk>/", cases.case_detail, name="case_detail"),
    path("cases/<int:pk>/papers/", cases.case_papers, name="case_papers"),
    path("cases/<int:pk>/refuse/", cases.case_refuse, name="case_refuse"),
    path("cases/<int:pk>/withdraw/", cases.case_withdraw, name="case_withdraw"),
    path("cases/<int:pk>/extend/", cases.case_extend, name="case_extend"),
    path("cases/<int:pk>/refer/", cases.case_refer, name="case_refer"),
    path("cases/<int:pk>/conclude/", cases.case_conclude, name="case_conclude"),
    path("cases/<int:pk>/reveal/", cases.case_reveal, name="case_reveal"),
    path("cases/<int:pk>/name/", cases.case_name, name="case_name"),
    path("steps/<int:pk>/complete/", cases.step_complete, name="step_complete"),
    path("steps/<int:pk>/pause/", cases.step_pause, name="step_pause"),
    path("steps/<int:pk>/resume/", cases.step_resume, name="step_resume"),
    # referrals
    path("referrals/", referrals.referral_list, name="referral_list"),
    path("referrals/<int:pk>/", referrals.referral_detail, name="referral_detail"),
    path("referrals/<int:pk>/acknowledge/", referrals.referral_acknowledge, name="referral_acknowledge"),
    path("referrals/<int:pk>/return/", referrals.referral_return, name="referral_return"),
    path("referrals/<int:pk>/ask/", referrals.referral_ask, name="referral_ask"),
    path("referrals/<int:pk>/supply/", referrals.referral_supply, name="referral_supply"),
    path("referrals/<int:pk>/answer/", referrals.referral_answer, name="referral_answer"),
    path("referrals/<int:pk>/recall/", referrals.referral_recall, name="referral_recall"),
    path("referrals/<int:pk>/again/", referrals.referral_again, name="referral_again"),
    path("referrals/<int:pk>/reveal/", referrals.referral_reveal, name="referral_reveal"),
    # slips
    path("slips/<int:pk>/", slips.slip_detail, name="slip_detail"),
    path("slips/<int:pk>/print/", slips.slip_print, name="slip_print"),
    path("slips/<int:pk>/pdf/", slips.slip_pdf, name="slip_pdf"),
    # guide
    path("programmes/", guide.programme_list, name="programme_list"),
    path("programmes/<int:pk>/", guide.programme_detail, name="programme_detail"),
    path("windows/", guide.window_list, name="window_list"),
    path("windows/<int:pk>/", guide.window_edit, name="window_edit"),
]
