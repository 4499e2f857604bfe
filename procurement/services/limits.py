"""Limits that no document fixes: set by the authority, dated, with a source. Unset is None and never guessed."""

from datetime import date
from decimal import Decimal

from procurement.models import Contract, Project
from procurement.services.money import purchaser_district
from records import clock
from records.values import Value, policy_value, policy_values
from records.workdays import add_workdays, due


def limit_of(code: str, contract: Contract, on: date | None = None) -> Decimal | None:
    value = policy_value(code, purchaser_district(contract.project.organisation), on or clock.today())
    return value.value if value else None


def values_for(codes, project: Project) -> dict[str, Value]:
    """What stands today for a purchase, with certainty and source; unset codes are absent."""
    return policy_values(codes, purchaser_district(project.organisation), clock.today())


def least_of(code: str, project: Project) -> int | None:
    """The least number that stands today for a purchase: minutes, opinions, people."""
    value = values_for([code], project).get(code)
    return int(value.value) if value else None


def due_after(code: str, contract: Contract, start: date) -> date | None:
    """So many working days after ``start``; None while the limit is not set or the calendar of that time is not published."""
    days = limit_of(code, contract, start)
    return None if days is None else due(add_workdays, start, int(days)).on
