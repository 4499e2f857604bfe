"""Drawing the committee, each member's declaration, who steps in for whom, and the signature under the report."""

import secrets
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse

from accounts import audit
from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from procurement.models import Bid, Committee, CommitteeMember, ScoreSheet, Tender
from procurement.rules import committee as rules
from records import clock, messages
from records.policy import Clause
from records.refusals import HOUSE, Refused, uphold
from records.workflow import claim, move

from .parties import barred
from .tender import require_status

POOL = rules.POOL
DISSENT = Clause("政府采购法实施条例", "第四十一条")
STATE = Clause(HOUSE, "办理状态")
Seat, Status = CommitteeMember.Seat, CommitteeMember.Status
REPLACEABLE = (Tender.Status.OPENED, Tender.Status.SCORING)


@transaction.atomic
def draw_committee(tender_id, *, buyer_seat: User | None, by, seed: str = "") -> Committee:
    """Draw the experts from the pool with a fresh seed, kept with a snapshot of the pool (P-55); ``seed`` for the demonstration."""
    tender = claim(Tender.objects.select_related("project__organisation"), tender_id)
    require_status(tender, Tender.Status.OPENED, "抽取评审专家")
    if Committee.objects.filter(tender=tender).exists():
        raise Refused.because("P-55", POOL, "评审专家已经抽取。需要补足时由系统按原抽取顺序递补。")
    wanted = rules.experts_needed(tender.committee_size) if buyer_seat else tender.committee_size
    committee = Committee.objects.create(tender=tender, seed=seed or secrets.token_hex(16), pool=pool(), drawn_by=by)
    if buyer_seat:
        seat_buyers(committee, tender, buyer_seat, places=tender.committee_size - wanted)
    for _ in range(wanted):
        seat_next(committee)
    messages_to_members(committee)
    detail = {"seed": committee.seed, "pool": len(committee.pool), "experts": wanted}
    audit.record("procurement.committee.drawn", committee, by=by, detail=detail)
    return committee


def pool() -> list[int]:
    """Everyone who is an expert of a pool today."""
    posts = Membership.objects.active(clock.today()).filter(role=Role.EXPERT, organisation__kind=Organisation.Kind.POOL)
    return sorted(set(posts.filter(user__is_active=True).values_list("user_id", flat=True)))


def seat_next(committee) -> CommitteeMember:
    """Seat the next expert in the drawn order who may judge; who may not is noted with the reason. Raises Refused when none is left."""
    tender = committee.tender
    met = set(committee.members.values_list("user_id", flat=True)) | {row["user"] for row in committee.skipped}
    for user_id in rules.draw(committee.pool, seed=committee.seed):
        if user_id in met:
            continue
        user = User.objects.get(pk=user_id)
        reasons = [breach.message for breach in barred(user, tender, seat=Seat.EXPERT)]
        if not reasons:
            return CommitteeMember.objects.create(committee=committee, user=user, position=committee.members.count() + 1)
        committee.skipped = [*committee.skipped, {"user": user_id, "why": "；".join(reasons)}]
        committee.save(update_fields=["skipped"])
    raise Refused.because("P-55", POOL, f"专家库 {len(committee.pool)} 人中没有可用的专家了（已抽取或须回避）。请先补充专家库。")


def seat_buyers(committee, tender, user, *, places: int) -> None:
    if places < 1:
        raise Refused.because("P-54", rules.CONSULTATION_GROUP, "按专家不少于三分之二计算，本评审小组没有采购人代表席位。")
    uphold(barred(user, tender, seat=Seat.BUYER))
    CommitteeMember.objects.create(committee=committee, user=user, seat=Seat.BUYER, position=committee.members.count() + 1)


@transaction.atomic
def declare(member_id, *, clear: bool, statement: str = "", by) -> CommitteeMember:
    """The member's own word (P-56). Not clear: the member leaves, also while scoring, and the next in the draw is seated."""
    member = CommitteeMember.objects.select_for_update(of=("self",)).select_related("committee__tender", "user").get(pk=member_id, user=by)
    tender = member.committee.tender
    if tender.status not in REPLACEABLE:
        raise Refused.because("R-STATE", STATE, f"采购活动现为“{tender.get_status_display()}”，不能作回避声明。")
    if clear:
        uphold(barred(by, tender, seat=member.seat))
    elif not statement.strip():
        raise Refused.because("P-56", rules.STAND_ASIDE, "请写明回避事由。")
    member.statement, member.declared_at = statement.strip(), clock.now()
    member.save(update_fields=["statement", "declared_at"])
    move(member, Status.ACCEPTED if clear else Status.RECUSED, by=by, note=statement)
    if not clear:
        replace(member)
    elif tender.status == Tender.Status.SCORING:
        lay_sheets(member, tender)
    return member


@transaction.atomic
def excuse(member_id, *, reason: str, by) -> CommitteeMember:
    """A drawn expert who does not come: noted by the handler with the reason, the next in the draw is seated. Marks given stay given."""
    member = CommitteeMember.objects.select_for_update(of=("self",)).select_related("committee__tender", "user").get(pk=member_id)
    tender = member.committee.tender
    given = member.sheets.filter(status=ScoreSheet.Status.SUBMITTED).exists()
    if tender.status not in REPLACEABLE or given or not reason.strip():
        raise Refused.because("P-55", POOL, "评审开始后、该成员提交评分前，写明缺席情况才能递补；已提交评分的不能更换。")
    member.statement = reason.strip()
    member.save(update_fields=["statement"])
    move(member, Status.ABSENT, by=by, note=reason)
    replace(member)
    return member


def replace(member) -> None:
    """The next expert in the drawn order; a purchaser's seat stays empty until another representative is named."""
    if member.seat == Seat.EXPERT:
        seat_next(member.committee)
        messages_to_members(member.committee)


@transaction.atomic
def name_buyer(tender_id, *, user: User, by) -> CommitteeMember:
    """Another representative for the purchaser's seat that fell empty."""
    tender = claim(Tender.objects.select_related("project__organisation"), tender_id)
    committee = Committee.objects.filter(tender=tender).first()
    taken = committee.members.seated().count() if committee else 0
    if committee is None or tender.status not in REPLACEABLE or taken >= tender.committee_size:
        raise Refused.because("P-54", rules.CONSULTATION_GROUP, "评审小组没有空缺的采购人代表席位。")
    if committee.members.filter(user=user).exists():
        raise Refused.because("P-56", rules.STAND_ASIDE, f"{user}已经参加或者回避本项目评审，请另派代表。")
    seat_buyers(committee, tender, user, places=tender.committee_size - rules.experts_needed(tender.committee_size))
    messages_to_members(committee)
    audit.record("procurement.committee.buyer_named", committee, by=by)
    return committee.members.get(user=user)


def lay_sheets(member, tender) -> None:
    """Who steps in while scoring finds a sheet for each valid bid."""
    bids = Bid.objects.filter(tender=tender).valid()
    ScoreSheet.objects.bulk_create([ScoreSheet(member=member, bid=bid) for bid in bids], ignore_conflicts=True)


@transaction.atomic
def sign_report(member_id, *, dissent: str = "", by) -> CommitteeMember:
    """政府采购法实施条例 art. 41, P-57: each member signs; who disagrees says so in writing. Once."""
    member = CommitteeMember.objects.select_for_update(of=("self",)).select_related("committee__tender").get(pk=member_id, user=by)
    if member.committee.tender.status != Tender.Status.RANKED or member.status != Status.ACCEPTED or member.signed_at:
        raise Refused.because("P-57", DISSENT, "评审完成后、确定成交前，由评审小组成员签署一次评审报告。")
    member.dissent, member.signed_at = dissent.strip(), clock.now()
    member.save(update_fields=["dissent", "signed_at"])
    audit.record("procurement.committeemember.signed", member, by=by, detail={"dissent": member.dissent})
    return member


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """One place of the drawn order: ``outcome`` is 参加, why not, or 候补."""

    order: int
    user_id: int
    name: str
    outcome: str


def replay(committee) -> list[DrawnRow]:
    """The draw done again from seed and pool: the whole order with what became of each (P-55)."""
    members = {member.user_id: member for member in committee.members.select_related("user")}
    skipped = {row["user"]: row["why"] for row in committee.skipped}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=committee.pool)}
    rows = []
    for order, user_id in enumerate(rules.draw(committee.pool, seed=committee.seed), start=1):
        member = members.get(user_id)
        outcome = f"未参加：{skipped[user_id]}" if user_id in skipped else "候补"
        rows.append(DrawnRow(order, user_id, names.get(user_id, "—"), member.get_status_display() if member else outcome))
    return rows


def draw_holds(committee) -> bool:
    """Are the seated experts exactly those whom the seed calls first, the noted exceptions aside?"""
    skipped = {row["user"] for row in committee.skipped}
    order = [pk for pk in rules.draw(committee.pool, seed=committee.seed) if pk not in skipped]
    seated = list(committee.members.filter(seat=Seat.EXPERT).order_by("position").values_list("user_id", flat=True))
    return order[: len(seated)] == seated


def messages_to_members(committee) -> None:
    """Who is newly drawn hears of it; the message names the project only."""
    url = reverse("procurement:desk")
    for member in committee.members.filter(status=Status.DRAWN).select_related("user"):
        title = f"请参加评审：{committee.tender.project.name}"
        messages.send([member.user], title, "请先作回避声明，再开始评分。", url=url, key=f"committee-member:{member.pk}")
