"""A contractor's own house on one page: what stands against it, what it may answer now, what it has in hand, what it owes."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.timezone import localtime

from contractors import reports as contractor_reports
from procurement.models import Bid, Contract, PeriodicReport
from procurement.reports import bidding, contract, report
from records import clock

SHOWN = 10
OPEN_COLUMNS = [
    {"label": "项目"},
    {"label": "采购人"},
    {"label": "最高限价", "align": "number"},
    {"label": "提交截止"},
    {"label": "本单位"},
]
BID_COLUMNS = [{"label": "项目"}, {"label": "回执"}, {"label": "收到时间"}, {"label": "状态"}]
RUNNING = (Contract.Status.SIGNED, Contract.Status.IN_SERVICE)


@dataclass(frozen=True, slots=True)
class Portal:
    """Prepared rows for the tables of the page."""

    breaches: list = field(default_factory=list)
    open_rows: list = field(default_factory=list)
    bid_rows: list = field(default_factory=list)
    contract_rows: list = field(default_factory=list)
    report_rows: list = field(default_factory=list)
    owed: int = 0


def portal_of(user, contractor) -> Portal:
    bids = list(
        Bid.objects.visible_to(user).filter(contractor=contractor).select_related("tender__project").order_by("-received_at")[:SHOWN]
    )
    live = {bid.tender_id: bid for bid in bids if bid.status not in (Bid.Status.REPLACED, Bid.Status.WITHDRAWN)}
    contracts = Contract.objects.visible_to(user).filter(contractor=contractor).select_related(*contract.LIST_RELATED)
    due = PeriodicReport.objects.visible_to(user).filter(contract__contractor=contractor, status__in=("due", "returned"))
    return Portal(
        breaches=list(contractor_reports.eligibility(contractor, on=clock.today())),
        open_rows=[open_row(tender, live.get(tender.pk)) for tender in bidding.open_now(contractor)[:SHOWN]],
        bid_rows=[bid_row(bid) for bid in bids],
        contract_rows=contract.list_rows(contracts.filter(status__in=RUNNING).order_by("ends_on")[:SHOWN]),
        report_rows=report.contract_rows(due.select_related(*report.LIST_RELATED).order_by("period_end")[:SHOWN]),
        owed=due.count(),
    )


def open_row(tender, bid) -> dict:
    project = tender.project
    return {
        "cells": [
            {"text": project.name, "url": reverse("procurement:bid_new", args=[tender.pk]), "sub": project.code},
            {"text": project.organisation.name},
            {"text": f"{tender.ceiling:,.2f}", "align": "number"},
            {"text": f"{localtime(tender.bid_deadline):%Y-%m-%d %H:%M}"},
            {"text": "已递交" if bid else "未递交", "chip": 1, "tone": "ok" if bid else "due"},
        ]
    }


def bid_row(bid) -> dict:
    return {
        "cells": [
            {"text": bid.tender.project.name, "url": reverse("procurement:bid_receipt", args=[bid.pk])},
            {"text": bid.receipt},
            {"text": f"{localtime(bid.received_at):%Y-%m-%d %H:%M}"},
            {"text": bid.get_status_display(), "chip": 1, "tone": "info"},
        ]
    }
