"""Sums and readings about contractors."""

from contractors.reports.reading import (
    READ,
    control,
    credit,
    eligibility,
    large_fine,
    lookups,
    profile,
    qualifications,
    recent_grades,
    related,
)
from contractors.reports.worklist import search, worklist

__all__ = [
    "READ",
    "control",
    "credit",
    "eligibility",
    "large_fine",
    "lookups",
    "profile",
    "qualifications",
    "recent_grades",
    "related",
    "search",
    "worklist",
]
