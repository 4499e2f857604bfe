"""The contractor's own page: what is open, what is in hand, what is owed."""

from django.http import Http404
from django.shortcuts import render

from accounts.access import guarded, may
from accounts.roles import Permission
from contractors.models import Contractor
from procurement.reports import portal as reports
from procurement.reports import report

P = Permission


@guarded(P.REPORT_FILE, methods=("GET", "HEAD"))
def portal(request):
    """The bench of whoever works for a contractor; a reporter sees the same without the bids."""
    contractor = Contractor.objects.reached_with(request.user, P.REPORT_FILE).select_related("organisation").order_by("pk").first()
    if contractor is None:
        raise Http404
    context = {
        "contractor": contractor,
        "portal": reports.portal_of(request.user, contractor),
        "open_columns": reports.OPEN_COLUMNS,
        "bid_columns": reports.BID_COLUMNS,
        "contract_columns": reports.contract.COLUMNS,
        "report_columns": [column for index, column in enumerate(report.COLUMNS) if index not in (1, 2)],
        "may_bid": may(request.user, P.BID_SUBMIT),
        "may_house": may(request.user, P.COLLEAGUE_MANAGE, contractor),
    }
    return render(request, "procurement/portal.html", context)
