"""What the home page and the search box ask of this app. One module per noun; each may offer ``worklist`` and ``search``."""

from procurement.reports import (
    acceptance,
    amendment,
    bidding,
    challenge,
    contract,
    notice,
    payment,
    project,
    renewal,
    report,
    selection,
    service,
    supervision,
    takeover,
)

WORKLISTS = (
    project.worklist,
    notice.worklist,
    bidding.worklist,
    challenge.worklist,
    selection.worklist,
    contract.worklist,
    report.worklist,
    acceptance.worklist,
    payment.worklist,
    amendment.worklist,
    renewal.worklist,
    service.worklist,
    supervision.worklist,
    takeover.worklist,
)
SEARCHES = (project.search, contract.search)


def worklist(user):
    return [item for part in WORKLISTS for item in part(user)]


def search(user, text: str):
    return [hit for part in SEARCHES for hit in part(user, text)]
