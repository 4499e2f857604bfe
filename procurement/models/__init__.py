"""One module per noun; import models from ``procurement.models``."""

from procurement.models.catalogue import CatalogueItem, GuidanceEntry, ServiceStandard
from procurement.models.money import SUPERIOR_SPECIAL, Budget, FundingLine, ProjectFunding, Source, SuperiorGrant
from procurement.models.project import Consultation, Project, ProjectPaper, ProjectStandard, ScoringFactor

__all__ = [
    "SUPERIOR_SPECIAL",
    "Budget",
    "CatalogueItem",
    "Consultation",
    "FundingLine",
    "GuidanceEntry",
    "Project",
    "ProjectFunding",
    "ProjectPaper",
    "ProjectStandard",
    "ScoringFactor",
    "ServiceStandard",
    "Source",
    "SuperiorGrant",
]
