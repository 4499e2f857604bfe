from windows.models.case import Case, CaseMaterial, CaseStep, OneTimeNotice
from windows.models.charity import Charity, CharityOffer, OfferComplaint
from windows.models.charity_need import CharityNeed
from windows.models.clock import Escalation, RecomputedYear, Standstill
from windows.models.decision import MeetingDecision
from windows.models.guide import GuideText
from windows.models.handover import Handover, HandoverItem
from windows.models.hearing import StandingHearing
from windows.models.meeting import AgendaItem, Meeting, MeetingGuest, MeetingMinutes
from windows.models.month import WindowMonth
from windows.models.person import Household, Person
from windows.models.programme import Material, Programme, Step
from windows.models.programme_draft import ProgrammeDraft
from windows.models.publicity import NoticeObjection, Publicity
from windows.models.referral import Referral
from windows.models.slip import Slip
from windows.models.standing import StandingEntry, StandingImport, StandingRow
from windows.models.verification import VerificationAnswer, VerificationBatch, VerificationRequest
from windows.models.village import Finding, VillageReport, VillageTask
from windows.models.visit import HomeVisit, VisitFile
from windows.models.window import Window

__all__ = [
    "AgendaItem",
    "Case",
    "CaseMaterial",
    "CaseStep",
    "Charity",
    "CharityNeed",
    "CharityOffer",
    "Escalation",
    "Finding",
    "GuideText",
    "Handover",
    "HandoverItem",
    "HomeVisit",
    "Household",
    "Material",
    "Meeting",
    "MeetingDecision",
    "MeetingGuest",
    "MeetingMinutes",
    "NoticeObjection",
    "OfferComplaint",
    "OneTimeNotice",
    "Person",
    "Programme",
    "ProgrammeDraft",
    "Publicity",
    "RecomputedYear",
    "Referral",
    "Slip",
    "StandingEntry",
    "StandingHearing",
    "StandingImport",
    "StandingRow",
    "Standstill",
    "Step",
    "VerificationAnswer",
    "VerificationBatch",
    "VerificationRequest",
    "VillageReport",
    "VillageTask",
    "VisitFile",
    "Window",
    "WindowMonth",
]
