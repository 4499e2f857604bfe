"""Verbs of staffing: record whom a township serves, who works there, what was taught, and save a what-if. All audited."""

from staffing.services.absence import record_absence, withdraw_absence
from staffing.services.basis import basis_for
from staffing.services.caseload import record_caseload
from staffing.services.purchase import PostingOrder, draft_purchase
from staffing.services.scenario import PlannedTownship, change_scenario, copy_scenario, require_open, save_scenario, withdraw_scenario
from staffing.services.staff import PLACES_BY_KIND, StaffFacts, add_staff, change_staff, end_staff, staff_breaches
from staffing.services.training import TrainingPlan, hold_training

__all__ = [
    "PLACES_BY_KIND",
    "PlannedTownship",
    "PostingOrder",
    "StaffFacts",
    "TrainingPlan",
    "add_staff",
    "basis_for",
    "change_scenario",
    "change_staff",
    "copy_scenario",
    "draft_purchase",
    "end_staff",
    "hold_training",
    "record_absence",
    "record_caseload",
    "require_open",
    "save_scenario",
    "staff_breaches",
    "withdraw_absence",
    "withdraw_scenario",
]
