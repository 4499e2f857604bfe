"""Addresses of takeover and exit."""

from django.urls import path

from procurement.views import leaving, takeover

urlpatterns = [
    path("takeovers/", takeover.TakeoverList.as_view(), name="takeover_list"),
    path("contracts/<int:pk>/exit/", takeover.contract_exit, name="contract_exit"),
    path("contracts/<int:pk>/takeover/new/", takeover.TakeoverNew.as_view(), name="takeover_new"),
    path("takeovers/<int:pk>/", takeover.takeover_detail, name="takeover_detail"),
    path("takeovers/<int:pk>/confirm/", takeover.takeover_confirm, name="takeover_confirm"),
    path("takeovers/<int:pk>/cancel/", takeover.TakeoverCancel.as_view(), name="takeover_cancel"),
    path("takeovers/<int:pk>/print/", takeover.takeover_print, name="takeover_print"),
    path("takeover-lines/<int:pk>/resolve/", takeover.TakeoverResolve.as_view(), name="takeover_resolve"),
    path("takeover-papers/<int:pk>/", takeover.takeover_paper, name="takeover_paper"),
    path("contracts/<int:pk>/triggers/new/", leaving.TriggerNew.as_view(), name="trigger_new"),
    path("triggers/<int:pk>/judge/", leaving.TriggerJudge.as_view(), name="trigger_judge"),
    path("triggers/<int:pk>/file/", leaving.trigger_file, name="trigger_file"),
    path("contracts/<int:pk>/termination/new/", leaving.TerminationNew.as_view(), name="termination_new"),
    path("terminations/<int:pk>/", leaving.termination_detail, name="termination_detail"),
    path("terminations/<int:pk>/answer/", leaving.TerminationAnswer.as_view(), name="termination_answer"),
    path("terminations/<int:pk>/hear/", leaving.TerminationHear.as_view(), name="termination_hear"),
    path("terminations/<int:pk>/decide/", leaving.TerminationDecide.as_view(), name="termination_decide"),
    path("terminations/<int:pk>/papers/<int:paper>/", leaving.termination_file, name="termination_file"),
    path("contracts/<int:pk>/proposal/new/", leaving.ProposalNew.as_view(), name="proposal_new"),
    path("proposals/<int:pk>/answer/", leaving.ProposalAnswer.as_view(), name="proposal_answer"),
    path("proposals/<int:pk>/file/", leaving.proposal_file, name="proposal_file"),
]
