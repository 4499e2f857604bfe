"""What the home page and the search box ask of this app. One module per noun; each may offer ``worklist`` and ``search``."""

from procurement.reports import bidding, contract, project, report

WORKLISTS = (project.worklist, bidding.worklist, contract.worklist, report.worklist)
SEARCHES = (project.search, contract.search)


def worklist(user):
    return [item for part in WORKLISTS for item in part(user)]


def search(user, text: str):
    return [hit for part in SEARCHES for hit in part(user, text)]
