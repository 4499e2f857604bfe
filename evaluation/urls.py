from django.urls import path

from evaluation.views import audits, doubts, pages, sample, schemes, survey, work

app_name = "evaluation"
urlpatterns = [
    # evaluations
    path("evaluations/", pages.evaluation_list, name="evaluation_list"),
    path("evaluations/open/", work.evaluations_open, name="evaluations_open"),
    path("evaluations/archive/", audits.evaluation_archive, name="evaluation_archive"),
    path("evaluations/<int:pk>/", pages.evaluation_detail, name="evaluation_detail"),
    path("evaluations/<int:pk>/recompute/", pages.evaluation_recompute, name="evaluation_recompute"),
    path("evaluations/<int:pk>/report.pdf", audits.report_pdf, name="report_pdf"),
    path("evaluations/<int:pk>/evidence/<int:score_pk>/", pages.evidence, name="evidence"),
    path("evaluations/<int:pk>/scores/purchaser/", work.purchaser_scores, name="purchaser_scores"),
    path("evaluations/<int:pk>/scores/third-party/", work.third_party_scores, name="third_party_scores"),
    path("evaluations/<int:pk>/third-party/", work.third_party_assign, name="third_party_assign"),
    path("evaluations/<int:pk>/score/", work.evaluation_score, name="evaluation_score"),
    path("evaluations/<int:pk>/improvement/", work.evaluation_improvement, name="evaluation_improvement"),
    path("evaluations/<int:pk>/reopen/", work.evaluation_reopen, name="evaluation_reopen"),
    path("evaluations/<int:pk>/finalise/", work.evaluation_finalise, name="evaluation_finalise"),
    path("evaluations/<int:pk>/publish/", work.evaluation_publish, name="evaluation_publish"),
    path("evaluations/<int:pk>/correct/", work.evaluation_correct, name="evaluation_correct"),
    # objections
    path("evaluations/<int:pk>/objections/open/", work.objection_open, name="objection_open"),
    path("evaluations/<int:pk>/objections/raise/", work.objection_raise, name="objection_raise"),
    path("evaluations/<int:pk>/objections/waive/", work.objection_waive, name="objection_waive"),
    path("objections/<int:pk>/answer/", work.objection_answer, name="objection_answer"),
    path("objections/<int:pk>/file/", pages.objection_file, name="objection_file"),
    # the recipients' survey
    path("evaluations/<int:pk>/survey/", survey.survey_detail, name="survey_detail"),
    path("evaluations/<int:pk>/survey/issue/", survey.survey_issue, name="survey_issue"),
    path("evaluations/<int:pk>/survey/enter/", survey.survey_enter, name="survey_enter"),
    path("evaluations/<int:pk>/survey/unreachable/", survey.survey_unreachable, name="survey_unreachable"),
    path("evaluations/<int:pk>/survey/sample/", sample.survey_sample, name="survey_sample"),
    path("evaluations/<int:pk>/survey/sample/draw/", sample.survey_draw, name="survey_draw"),
    path("evaluations/<int:pk>/survey/sample/unreached/", sample.survey_unreached, name="survey_unreached"),
    path("evaluations/<int:pk>/survey/doubts/", doubts.survey_doubts, name="survey_doubts"),
    path("evaluations/<int:pk>/survey/doubts/decide/", doubts.survey_decide, name="survey_decide"),
    # schemes
    path("schemes/", schemes.scheme_list, name="scheme_list"),
    path("schemes/new/", schemes.scheme_create, name="scheme_create"),
    path("schemes/<int:pk>/", schemes.scheme_detail, name="scheme_detail"),
]
