"""Contractors (承接主体): who they are, what they proved, what the law holds against them, how they did before."""

from contractors.models.application import PAPER_CHOICES, QUALIFICATION, Application, ApplicationNote, ApplicationPaper
from contractors.models.change import ContractorChange
from contractors.models.contractor import (
    CONDITION_CHOICES,
    LEGAL_FORM_CHOICES,
    Contractor,
    ContractorQuerySet,
    ContractorScopedQuerySet,
)
from contractors.models.papers import ConditionProof, Qualification
from contractors.models.performance import Performance
from contractors.models.relations import Controller, PersonalTie
from contractors.models.standing import CreditCheck, Debarment, Violation

__all__ = [
    "CONDITION_CHOICES",
    "LEGAL_FORM_CHOICES",
    "PAPER_CHOICES",
    "QUALIFICATION",
    "Application",
    "ApplicationNote",
    "ApplicationPaper",
    "ConditionProof",
    "Contractor",
    "ContractorChange",
    "ContractorQuerySet",
    "ContractorScopedQuerySet",
    "Controller",
    "CreditCheck",
    "Debarment",
    "Performance",
    "PersonalTie",
    "Qualification",
    "Violation",
]
