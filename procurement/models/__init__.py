"""One module per noun; import models from ``procurement.models``."""

from procurement.models.acceptance import Acceptance, AcceptanceItem, AcceptanceMember, RecipientOpinion
from procurement.models.adviser import Adviser
from procurement.models.amendment import Amendment, Subcontract
from procurement.models.archive import ProjectArchive
from procurement.models.award import Award, Committee, CommitteeMember, LowPriceReview, ScoreSheet, Standing
from procurement.models.catalogue import CatalogueItem, GuidanceEntry, ServiceStandard
from procurement.models.challenge import Challenge, Complaint, Consequence, Enquiry, ReviewRound
from procurement.models.complaint import ServiceComplaint
from procurement.models.consortium import ConsortiumMember
from procurement.models.contract import Contract, TakeoverPlan
from procurement.models.inspection import Finding, Inspection, InspectionSubject, Rectification, RectificationRound
from procurement.models.leaving import DebarmentProposal, ExitTrigger, Termination
from procurement.models.lot import Package
from procurement.models.money import SUPERIOR_SPECIAL, Budget, FundingLine, ProjectFunding, Source, SuperiorGrant
from procurement.models.notice import Announcement, AnnouncementFile, Release, ReleaseSeries
from procurement.models.payment import GradeNotice, Instalment, Payment, PaymentLine, PaymentTerms, RetainedRelease
from procurement.models.plan import BudgetAdjustment, PlanRow
from procurement.models.project import Consultation, Project, ProjectPaper, ProjectStandard, ScoringFactor
from procurement.models.quote import FinalQuote, Invitation, InvitationDraw
from procurement.models.renewal import Renewal
from procurement.models.report import PeriodicReport, ReportRound
from procurement.models.requirement import CommentRound, PublicComment, ScreeningAnswer
from procurement.models.roster import PostedWorker
from procurement.models.security import Security
from procurement.models.service import ServiceOrder, ServiceRecipient, ServiceVisit, VisitVersion
from procurement.models.sole import ExpertOpinion, SoleSource
from procurement.models.standard import DistrictStandard, StandardSet
from procurement.models.suspicion import Suspicion
from procurement.models.takeover import Takeover, TakeoverLine, TakeoverPaper, TakeoverRoute
from procurement.models.tender import Bid, Commitment, Envelope, EscrowRelease, KeyHolder, Tender
from procurement.models.years import YearShare

__all__ = [
    "TakeoverRoute",
    "TakeoverPaper",
    "TakeoverLine",
    "Takeover",
    "Termination",
    "ExitTrigger",
    "DebarmentProposal",
    "SUPERIOR_SPECIAL",
    "Acceptance",
    "AcceptanceItem",
    "AcceptanceMember",
    "Adviser",
    "Amendment",
    "Announcement",
    "AnnouncementFile",
    "Award",
    "Bid",
    "Budget",
    "BudgetAdjustment",
    "CatalogueItem",
    "Challenge",
    "CommentRound",
    "Commitment",
    "Committee",
    "CommitteeMember",
    "Complaint",
    "Consequence",
    "ConsortiumMember",
    "Consultation",
    "Contract",
    "DistrictStandard",
    "Enquiry",
    "Envelope",
    "EscrowRelease",
    "ExpertOpinion",
    "FinalQuote",
    "Finding",
    "FundingLine",
    "GradeNotice",
    "GuidanceEntry",
    "Inspection",
    "InspectionSubject",
    "Instalment",
    "Invitation",
    "InvitationDraw",
    "KeyHolder",
    "LowPriceReview",
    "Package",
    "Payment",
    "PaymentLine",
    "PaymentTerms",
    "PeriodicReport",
    "PlanRow",
    "PostedWorker",
    "Project",
    "ProjectArchive",
    "ProjectFunding",
    "ProjectPaper",
    "ProjectStandard",
    "PublicComment",
    "RecipientOpinion",
    "Rectification",
    "RectificationRound",
    "Release",
    "ReleaseSeries",
    "Renewal",
    "ReportRound",
    "RetainedRelease",
    "ReviewRound",
    "ScoreSheet",
    "ScoringFactor",
    "ScreeningAnswer",
    "Security",
    "ServiceComplaint",
    "ServiceOrder",
    "ServiceRecipient",
    "ServiceStandard",
    "ServiceVisit",
    "SoleSource",
    "Source",
    "StandardSet",
    "Standing",
    "Subcontract",
    "SuperiorGrant",
    "Suspicion",
    "TakeoverPlan",
    "Tender",
    "VisitVersion",
    "YearShare",
]
