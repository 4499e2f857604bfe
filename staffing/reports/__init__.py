"""What is read from the rows of staffing: tables, what-ifs, work to do. Read-only sums as plain values."""

from staffing.reports.scenario import judge_scenario
from staffing.reports.table import (
    COUNTING_NOTES,
    DEFAULT_CATEGORIES,
    Basis,
    StaffCount,
    Totals,
    TownshipRow,
    UnitTable,
    caseload_history,
    caseloads,
    district_table,
    staff_counts,
    township_row,
    unit_tables,
    units_visible_to,
    villages_of,
)
from staffing.reports.work import search, worklist

__all__ = [
    "COUNTING_NOTES",
    "DEFAULT_CATEGORIES",
    "Basis",
    "StaffCount",
    "Totals",
    "TownshipRow",
    "UnitTable",
    "caseload_history",
    "caseloads",
    "district_table",
    "judge_scenario",
    "search",
    "staff_counts",
    "township_row",
    "unit_tables",
    "units_visible_to",
    "villages_of",
    "worklist",
]
