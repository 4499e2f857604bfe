"""邀请招标: at least three, drawn at random from every supplier that qualifies, with the seed kept (政府采购法 art. 34)."""

import secrets

from django.db import transaction
from django.urls import reverse

from accounts import audit
from accounts.models import Membership, User
from accounts.roles import Role
from contractors import reports as contractor_reports
from contractors import rules as contractor_rules
from contractors.models import Contractor
from procurement.models import Invitation, InvitationDraw, Project, Tender
from procurement.rules import committee as draws
from procurement.rules import selection as rules
from records import clock, messages
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim

from .tender import require_status


def qualified(tender) -> list[int]:
    """Every verified supplier that could bid today: nobody chooses who is in the pot."""
    on, found = clock.today(), []
    for contractor in Contractor.objects.verified().select_related("organisation").prefetch_related(*contractor_reports.READ):
        held = contractor_reports.qualifications(contractor)
        faults = [
            *contractor_reports.eligibility(contractor, on=on),
            *contractor_rules.qualification_breaches(held, tender.required_qualifications, on=on),
        ]
        if not any(fault.binding for fault in faults):
            found.append(contractor.pk)
    return sorted(found)


@transaction.atomic
def draw_invitations(tender_id, *, wanted: int, by) -> InvitationDraw:
    """Draw whom to invite. Once: a second draw would be a choice."""
    tender = claim(Tender.objects.select_related("project__organisation"), tender_id)
    require_status(tender, Tender.Status.PREPARED, "抽取受邀供应商")
    if tender.project.method != Project.Method.INVITED:
        raise Refused.because("P-50", rules.INVITED_ONLY, f"{tender.project.get_method_display()}不抽取受邀供应商。")
    if InvitationDraw.objects.filter(tender=tender).exists():
        raise Refused.because("P-50", rules.INVITATION, "受邀供应商已经随机抽取，不能重抽。")
    pool = qualified(tender)
    uphold(rules.invitation_breaches(wanted=wanted, pool=len(pool)))
    made = InvitationDraw.objects.create(tender=tender, seed=secrets.token_hex(16), pool=pool, wanted=wanted, drawn_by=by)
    for position, contractor_id in enumerate(draws.draw(pool, seed=made.seed)[:wanted], start=1):
        Invitation.objects.create(draw=made, contractor_id=contractor_id, position=position)
    audit.record("procurement.invitationdraw.drawn", made, by=by, detail={"seed": made.seed, "pool": len(pool), "count": wanted})
    return made


def draw_holds(made) -> bool:
    """Does the seed still give the same suppliers?"""
    seated = list(made.invitations.values_list("contractor_id", flat=True))
    return draws.draw(made.pool, seed=made.seed)[: len(seated)] == seated


def draw_breaches(tender):
    """Before the notice: an invited tender has drawn whom it invites."""
    if tender.project.method == Project.Method.INVITED and not InvitationDraw.objects.filter(tender=tender).exists():
        yield Breach("P-50", rules.INVITATION, "邀请招标须先随机抽取不少于 3 家受邀供应商。")


def invited_breaches(tender, contractor):
    """Only who was invited answers an invited tender."""
    if tender.project.method != Project.Method.INVITED:
        return
    if not Invitation.objects.filter(draw__tender=tender, contractor=contractor).exists():
        yield Breach("P-50", rules.INVITED_ONLY, "本项目为邀请招标，只接收受邀供应商的响应文件。")


def tell_invited(tender) -> None:
    """The invitation itself, once bids may come in."""
    firms = Invitation.objects.filter(draw__tender=tender).values("contractor__organisation")
    posts = Membership.objects.active(clock.today()).filter(organisation__in=firms, role=Role.CONTRACTOR_ADMIN)
    people = User.objects.filter(memberships__in=posts).distinct()
    title = f"投标邀请书：{tender.project.name}"
    url = reverse("procurement:bid_new", args=[tender.pk])
    messages.send(people, title, "请在截止时间前递交密封的响应文件。", url=url, key=f"invitation:{tender.pk}")
