"""Addresses of questions, challenges and complaints."""

from django.urls import path

from procurement.views import challenge

urlpatterns = [
    path("projects/<int:pk>/challenges/", challenge.project_challenges, name="project_challenges"),
    path("tenders/<int:pk>/enquire/", challenge.enquiry_new, name="enquiry_new"),
    path("tenders/<int:pk>/challenge/", challenge.challenge_new, name="challenge_new"),
    path("enquiries/<int:pk>/answer/", challenge.enquiry_answer, name="enquiry_answer"),
    path("challenges/", challenge.ChallengeList.as_view(), name="challenge_list"),
    path("challenges/<int:pk>/", challenge.challenge_detail, name="challenge_detail"),
    path("challenges/<int:pk>/file/", challenge.challenge_file, name="challenge_file"),
    path("challenges/<int:pk>/answer/", challenge.challenge_answer, name="challenge_answer"),
    path("challenges/<int:pk>/review/", challenge.challenge_review, name="challenge_review"),
    path("challenges/<int:pk>/release/", challenge.challenge_release, name="challenge_release"),
    path("challenges/<int:pk>/withdraw/", challenge.challenge_withdraw, name="challenge_withdraw"),
    path("challenges/<int:pk>/complaint/", challenge.complaint_new, name="complaint_new"),
    path("complaints/<int:pk>/decide/", challenge.complaint_decide, name="complaint_decide"),
    path("complaints/<int:pk>/withdraw/", challenge.complaint_withdraw, name="complaint_withdraw"),
]
