"""One module per noun; import models from ``procurement.models``."""

from procurement.models.award import Award, Committee, CommitteeMember, LowPriceReview, ScoreSheet, Standing
from procurement.models.catalogue import CatalogueItem, GuidanceEntry, ServiceStandard
from procurement.models.contract import Contract, TakeoverPlan
from procurement.models.money import SUPERIOR_SPECIAL, Budget, FundingLine, ProjectFunding, Source, SuperiorGrant
from procurement.models.project import Consultation, Project, ProjectPaper, ProjectStandard, ScoringFactor
from procurement.models.report import PeriodicReport, ReportRound
from procurement.models.tender import Bid, Commitment, Envelope, EscrowRelease, KeyHolder, Tender

__all__ = [
    "SUPERIOR_SPECIAL",
    "Award",
    "Bid",
    "Budget",
    "CatalogueItem",
    "Commitment",
    "Committee",
    "CommitteeMember",
    "Consultation",
    "Contract",
    "Envelope",
    "EscrowRelease",
    "FundingLine",
    "GuidanceEntry",
    "KeyHolder",
    "LowPriceReview",
    "PeriodicReport",
    "Project",
    "ProjectFunding",
    "ProjectPaper",
    "ProjectStandard",
    "ReportRound",
    "ScoreSheet",
    "ScoringFactor",
    "ServiceStandard",
    "Source",
    "Standing",
    "SuperiorGrant",
    "TakeoverPlan",
    "Tender",
]
