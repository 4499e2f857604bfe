"""One module per noun; import models from ``procurement.models``."""

from procurement.models.catalogue import CatalogueItem, GuidanceEntry, ServiceStandard
from procurement.models.contract import Contract, TakeoverPlan
from procurement.models.money import SUPERIOR_SPECIAL, Budget, FundingLine, ProjectFunding, Source, SuperiorGrant
from procurement.models.project import Consultation, Project, ProjectPaper, ProjectStandard, ScoringFactor
from procurement.models.report import PeriodicReport, ReportRound

__all__ = [
    "SUPERIOR_SPECIAL",
    "Budget",
    "CatalogueItem",
    "Consultation",
    "Contract",
    "FundingLine",
    "GuidanceEntry",
    "PeriodicReport",
    "Project",
    "ProjectFunding",
    "ProjectPaper",
    "ProjectStandard",
    "ReportRound",
    "ScoringFactor",
    "ServiceStandard",
    "Source",
    "SuperiorGrant",
    "TakeoverPlan",
]
