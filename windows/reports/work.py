"""The window's part of everybody's work list."""

from records.worklist import WorkItem
from windows.reports.charity import worklist as of_needs
from windows.reports.charity_board import worklist as of_offers
from windows.reports.desk import worklist as of_desk
from windows.reports.meeting import worklist as of_meetings
from windows.reports.programme import worklist as of_programmes
from windows.reports.publicity import worklist as of_objections
from windows.reports.verification import worklist as of_verification
from windows.reports.village import worklist as of_villages


def worklist(user) -> list[WorkItem]:
    parts = (of_desk, of_objections, of_verification, of_villages, of_programmes, of_meetings, of_needs, of_offers)
    return [item for part in parts for item in part(user)]
