from windows.models.case import Case, CaseMaterial, CaseStep, OneTimeNotice
from windows.models.clock import Escalation, RecomputedYear, Standstill
from windows.models.person import Household, Person
from windows.models.programme import Material, Programme, Step
from windows.models.referral import Referral
from windows.models.slip import Slip
from windows.models.window import Window

__all__ = [
    "Case",
    "CaseMaterial",
    "CaseStep",
    "Escalation",
    "Household",
    "Material",
    "OneTimeNotice",
    "Person",
    "Programme",
    "RecomputedYear",
    "Referral",
    "Slip",
    "Standstill",
    "Step",
    "Window",
]
