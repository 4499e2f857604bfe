"""Addresses of inspections, rectification, complaints and signs of 转包."""

from django.urls import path

from procurement.views import complaint, inspection

urlpatterns = [
    path("contracts/<int:pk>/supervision/", inspection.contract_supervision, name="contract_supervision"),
    path("contracts/<int:pk>/inspections/new/", inspection.InspectionCreate.as_view(), name="inspection_create"),
    path("inspections/<int:pk>/", inspection.inspection_detail, name="inspection_detail"),
    path("inspections/<int:pk>/hold/", inspection.InspectionHold.as_view(), name="inspection_hold"),
    path("inspections/<int:pk>/cancel/", inspection.InspectionCancel.as_view(), name="inspection_cancel"),
    path("inspections/<int:pk>/findings/new/", inspection.FindingCreate.as_view(), name="finding_create"),
    path("inspections/<int:pk>/rectify/", inspection.RectificationIssue.as_view(), name="rectification_issue"),
    path("rectifications/", inspection.RectificationList.as_view(), name="rectification_list"),
    path("rectifications/<int:pk>/", inspection.rectification_detail, name="rectification_detail"),
    path("rectifications/<int:pk>/notice/", inspection.rectification_notice, name="rectification_notice"),
    path("rectifications/<int:pk>/plan/", inspection.RectificationPlan.as_view(), name="rectification_plan"),
    path("rectifications/<int:pk>/evidence/", inspection.RectificationEvidence.as_view(), name="rectification_evidence"),
    path("rectifications/<int:pk>/verify/", inspection.RectificationVerify.as_view(), name="rectification_verify"),
    path("rectifications/<int:pk>/extend/", inspection.RectificationExtend.as_view(), name="rectification_extend"),
    path("contracts/<int:pk>/complaints/", complaint.contract_complaints, name="contract_complaints"),
    path("contracts/<int:pk>/complaints/new/", complaint.ComplaintCreate.as_view(), name="complaint_create"),
    path("contracts/<int:pk>/suspicions/look/", complaint.suspicion_look, name="suspicion_look"),
    path("service-complaints/", complaint.ComplaintList.as_view(), name="complaint_list"),
    path("service-complaints/<int:pk>/", complaint.complaint_detail, name="complaint_detail"),
    path("service-complaints/<int:pk>/accept/", complaint.complaint_accept, name="complaint_accept"),
    path("service-complaints/<int:pk>/decline/", complaint.ComplaintDecline.as_view(), name="complaint_decline"),
    path("service-complaints/<int:pk>/forward/", complaint.ComplaintForward.as_view(), name="complaint_forward"),
    path("service-complaints/<int:pk>/explain/", complaint.ComplaintExplain.as_view(), name="complaint_explain"),
    path("service-complaints/<int:pk>/answer/", complaint.ComplaintAnswer.as_view(), name="complaint_answer"),
    path("service-complaints/<int:pk>/reveal/", complaint.ComplaintReveal.as_view(), name="complaint_reveal"),
    path("suspicions/", complaint.SuspicionList.as_view(), name="suspicion_list"),
    path("suspicions/<int:pk>/", complaint.suspicion_detail, name="suspicion_detail"),
    path("suspicions/<int:pk>/explain/", complaint.SuspicionExplain.as_view(), name="suspicion_explain"),
    path("suspicions/<int:pk>/judge/", complaint.SuspicionJudge.as_view(), name="suspicion_judge"),
]
