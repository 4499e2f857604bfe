"""Read-only views of the window's work: lights, desks, boards. Nothing here writes; one module per noun."""

from windows.reports.board import BoardRow, Coverage, clerks_of, coverage, overdue_board, overdue_departments
from windows.reports.desk import DeskRow, desk, open_work, principals
from windows.reports.lights import LightView, case_light, days_left, light_of, referral_light, step_light, workdays_key
from windows.reports.people import PersonPanel, looks_like_id, person_panel, search, search_filter
from windows.reports.progress import progress_view
from windows.reports.work import worklist

__all__ = [
    "BoardRow",
    "Coverage",
    "DeskRow",
    "LightView",
    "PersonPanel",
    "case_light",
    "clerks_of",
    "coverage",
    "days_left",
    "desk",
    "light_of",
    "looks_like_id",
    "open_work",
    "overdue_board",
    "overdue_departments",
    "person_panel",
    "principals",
    "progress_view",
    "referral_light",
    "search",
    "search_filter",
    "step_light",
    "workdays_key",
    "worklist",
]
