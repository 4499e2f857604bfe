"""Pages for everybody, outside /evaluation/: results, and the survey that a slip's code opens."""

from django.urls import path

from evaluation.views import public, survey

urlpatterns = [
    path("public/evaluations/", public.public_evaluation_list, name="public_evaluation_list"),
    path("public/evaluations/<int:pk>/", public.public_evaluation, name="public_evaluation"),
    path("public/evaluations/<int:pk>/announcement.pdf", public.public_evaluation_pdf, name="public_evaluation_pdf"),
    path("survey/", survey.survey_start, name="survey_start"),
    path("survey/thanks/", survey.survey_thanks, name="survey_thanks"),
    path("survey/<slug:code>/", survey.survey, name="survey"),
]
