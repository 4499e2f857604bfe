"""Whom a township serves, who does the work, what they were taught, and what would happen if."""

from staffing.models.absence import Absence
from staffing.models.caseload import Caseload, Category
from staffing.models.month import StaffingMonth
from staffing.models.scenario import PostingPlan, PostingPlanLine, Scenario, ScenarioLine
from staffing.models.staff import StaffMember
from staffing.models.training import Attendance, Training

__all__ = [
    "Absence",
    "Attendance",
    "Caseload",
    "Category",
    "PostingPlan",
    "PostingPlanLine",
    "Scenario",
    "ScenarioLine",
    "StaffMember",
    "StaffingMonth",
    "Training",
]
