"""Verbs on contractors: register, prove, verify, look up, bar."""

from contractors.services.papers import submit_proof, submit_qualification, verify_papers
from contractors.services.performance import record_performance
from contractors.services.register import FIELDS, assign, organisation_of, register
from contractors.services.relations import record_controller, record_tie
from contractors.services.standing import (
    Decision,
    enter_decision,
    import_debarment,
    lift_debarment,
    record_credit_check,
    record_violation,
)
from contractors.services.verification import reinstate, suspend, verification_breaches, verify

__all__ = [
    "FIELDS",
    "Decision",
    "assign",
    "enter_decision",
    "import_debarment",
    "lift_debarment",
    "organisation_of",
    "record_controller",
    "record_credit_check",
    "record_performance",
    "record_tie",
    "record_violation",
    "register",
    "reinstate",
    "submit_proof",
    "submit_qualification",
    "suspend",
    "verification_breaches",
    "verify",
    "verify_papers",
]
