"""Drawing the committee, and each member's declaration."""

import secrets

from django.db import transaction
from django.urls import reverse

from accounts import audit
from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from procurement.models import Committee, CommitteeMember, Tender
from procurement.rules import committee as rules
from records import clock, messages
from records.policy import Clause
from records.refusals import Refused, uphold
from records.workflow import claim, move

from .parties import ties_to_bidders
from .tender import require_status

POOL = Clause("政府采购法实施条例", "第三十九条")


@transaction.atomic
def draw_committee(tender_id, *, buyer_seat: User | None, by) -> Committee:
    """Draw the experts from the pool with a fresh seed that is kept with a snapshot of the pool (P-55)."""
    tender = claim(Tender.objects.select_related("project__organisation"), tender_id)
    require_status(tender, Tender.Status.OPENED, "抽取评审专家")
    if Committee.objects.filter(tender=tender).exists():
        raise Refused.because("P-55", POOL, "评审专家已经抽取。需要补足时由系统按原抽取顺序递补。")
    wanted = rules.experts_needed(tender.committee_size) if buyer_seat else tender.committee_size
    committee = Committee.objects.create(tender=tender, seed=secrets.token_hex(16), pool=pool(), drawn_by=by)
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
    """Seat the next expert in the drawn order who is not tied to a bidder. Raises Refused when the pool is used up."""
    tender, on = committee.tender, clock.today()
    seated = set(committee.members.values_list("user_id", flat=True))
    for user_id in rules.draw(committee.pool, seed=committee.seed):
        user = User.objects.get(pk=user_id)
        if user_id in seated or list(rules.recusal_breaches(str(user), ties_to_bidders(user, tender), on=on)):
            continue
        return CommitteeMember.objects.create(committee=committee, user=user, position=committee.members.count() + 1)
    raise Refused.because("P-55", POOL, f"专家库 {len(committee.pool)} 人中没有可用的专家了（已抽取或须回避）。请先补充专家库。")


def seat_buyers(committee, tender, user, *, places: int) -> None:
    if places < 1:
        raise Refused.because("P-54", rules.CONSULTATION_GROUP, "按专家不少于三分之二计算，本评审小组没有采购人代表席位。")
    if user.pk == tender.created_by_id:
        raise Refused.because("P-65", POOL, f"{user}是本项目经办人，不能同时担任评审小组成员。")
    uphold(rules.recusal_breaches(str(user), ties_to_bidders(user, tender), on=clock.today()))
    CommitteeMember.objects.create(committee=committee, user=user, seat=CommitteeMember.Seat.BUYER, position=1)


@transaction.atomic
def declare(member_id, *, clear: bool, statement: str = "", by) -> CommitteeMember:
    """The member's own word (P-56). Not clear: the member leaves and the next in the draw is seated."""
    member = CommitteeMember.objects.select_for_update(of=("self",)).select_related("committee__tender", "user").get(pk=member_id, user=by)
    require_status(member.committee.tender, Tender.Status.OPENED, "作回避声明")
    if clear:
        uphold(rules.recusal_breaches(str(by), ties_to_bidders(by, member.committee.tender), on=clock.today()))
    elif not statement.strip():
        raise Refused.because("P-56", rules.STAND_ASIDE, "请写明回避事由。")
    member.statement, member.declared_at = statement.strip(), clock.now()
    member.save(update_fields=["statement", "declared_at"])
    move(member, CommitteeMember.Status.ACCEPTED if clear else CommitteeMember.Status.RECUSED, by=by, note=statement)
    if not clear and member.seat == CommitteeMember.Seat.EXPERT:
        seat_next(member.committee)
        messages_to_members(member.committee)
    return member


def messages_to_members(committee) -> None:
    """Who is newly drawn hears of it; the message names the project only."""
    url = reverse("procurement:desk")
    for member in committee.members.filter(status=CommitteeMember.Status.DRAWN).select_related("user"):
        title = f"请参加评审：{committee.tender.project.name}"
        messages.send([member.user], title, "请先作回避声明，再开始评分。", url=url, key=f"committee-member:{member.pk}")
