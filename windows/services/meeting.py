"""A meeting is arranged, its agenda set, the invitations sent, attendance recorded; or it is put off or called off."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import Membership, Organisation, User
from accounts.posts import READ_ONLY_ROLES
from accounts.roles import GRANTS, Permission
from records import clock, messages
from records.refusals import Refused, lifted_by, uphold
from records.values import policy_value
from records.workflow import claim, move, touch
from windows.models import AgendaItem, Meeting, MeetingGuest
from windows.rules import meeting as rules
from windows.services import agenda
from windows.services.guards import in_status

BREACH = (rules.ID, rules.MECHANISM)
Status = Meeting.Status
Kind = Organisation.Kind
WORKING = [role for role, granted in GRANTS.items() if Permission.MEETING_VIEW in granted and role not in READ_ONLY_ROLES]
OFFICES = (Kind.BUREAU, Kind.DEPARTMENT, Kind.TOWNSHIP)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is decided when a meeting is called. ``others``: (name, office) of those without an account."""

    title: str
    held_at: datetime
    place: str
    chair: User
    organisations: Sequence[Organisation] = ()
    people: Sequence[User] = ()
    others: Sequence[tuple[str, str]] = ()

    def facts(self) -> dict:
        return {"title": self.title.strip(), "held_at": self.held_at, "place": self.place.strip(), "chair": self.chair}


def offices(organisation: Organisation):
    """Who can be invited, or be made to answer for a decision: the district's offices; of townships a township names itself alone."""
    rows = Organisation.objects.below(organisation.district or organisation).filter(kind__in=OFFICES).valid(clock.today())
    if organisation.kind == Kind.TOWNSHIP:
        others = rows.filter(kind=Kind.TOWNSHIP).exclude(pk=organisation.pk)
        rows = rows.exclude(pk__in=others.values("pk"))
    return rows.order_by("path")


def posts(organisation: Organisation):
    """Today's posts at those offices, of people who can see what they are asked to do."""
    rows = Membership.objects.active(clock.today()).filter(organisation__in=offices(organisation).order_by(), role__in=WORKING)
    rows = rows.filter(user__is_active=True, user__is_program=False)
    return rows.select_related("organisation", "user").order_by("organisation__path", "user__name", "pk")


def chairs(organisation: Organisation):
    """Who may sign at the place itself."""
    roles = [role for role, granted in GRANTS.items() if Permission.MEETING_SIGN in granted]
    held = Membership.objects.active(clock.today()).filter(organisation=organisation, role__in=roles)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name", "pk")


@transaction.atomic
def arrange(organisation: Organisation, kind: str, plan: Plan, *, by) -> Meeting:
    """A draft that only the place and those above it see."""
    uphold(rules.kind_breaches(kind=kind, is_bureau=organisation.kind == Kind.BUREAU))
    meeting = Meeting.objects.create(organisation=organisation, kind=kind, arranged_by=by, **plan.facts())
    set_guests(meeting, plan)
    audit.record("windows.meeting.arranged", meeting, by=by, detail={"on": timezone.localdate(meeting.held_at)})
    return meeting


def set_guests(meeting: Meeting, plan: Plan) -> None:
    """As the plan says: whoever stays keeps the row, whoever is no longer on it loses sight of the meeting."""
    kept = {(guest.organisation_id, guest.user_id, guest.name, guest.office): guest for guest in meeting.guests.all()}
    wanted = [
        *((one.pk, None, "", "") for one in plan.organisations),
        *((None, one.pk, "", "") for one in plan.people),
        *((None, None, name.strip(), office.strip()) for name, office in plan.others),
    ]
    MeetingGuest.objects.filter(pk__in=[guest.pk for key, guest in kept.items() if key not in wanted]).delete()
    MeetingGuest.objects.bulk_create(
        MeetingGuest(meeting=meeting, organisation_id=place, user_id=user, name=name, office=office)
        for place, user, name, office in dict.fromkeys(wanted)
        if (place, user, name, office) not in kept
    )


@transaction.atomic
def change(pk: int, plan: Plan, *, version: int, by) -> Meeting:
    """Another day, place, chair or guest list, until the meeting was held; the invited are told."""
    meeting = claim(Meeting.objects.select_related("organisation"), pk, version=version)
    in_status(meeting, Status.DRAFT, Status.CONVENED, breach=BREACH, act="修改会议信息")
    before = set(audience(meeting))
    for name, value in plan.facts().items():
        setattr(meeting, name, value)
    set_guests(meeting, plan)
    if meeting.status == Status.CONVENED:
        uphold_convening(meeting)
    touch(meeting)
    meeting.save(update_fields=[*plan.facts(), "version"])
    audit.record("windows.meeting.changed", meeting, by=by, detail={"on": timezone.localdate(meeting.held_at), "place": meeting.place})
    if meeting.status == Status.CONVENED:
        now = set(audience(meeting))
        invite(meeting, now, "会议信息有变动")
        messages.send(before - now, f"不再邀请参加：{meeting.title}", "", key=f"meeting-off:{meeting.pk}:{meeting.version}")
    return meeting


@transaction.atomic
def name_chair(pk: int, chair: User, *, version: int, by) -> Meeting:
    """Somebody else took the chair, or the one who did is gone: the only thing that changes once the meeting was held."""
    meeting = claim(Meeting.objects.select_related("organisation"), pk, version=version)
    in_status(meeting, Status.HELD, breach=BREACH, act="更改主持人")
    meeting.chair = chair
    touch(meeting)
    meeting.save(update_fields=["chair", "version"])
    audit.record("windows.meeting.chair_named", meeting, by=by, detail={"name": chair.name})
    return meeting


@transaction.atomic
def set_agenda(pk: int, keys: Collection[str], free: Iterable[tuple[str, str]] = (), *, version: int, by) -> Meeting:
    """The ticked problems, and free items beside them (title, brief). ``keys``: of proposals, or ``kept:<item>`` of what is on already."""
    meeting = claim(Meeting.objects.select_related("organisation"), pk, version=version)
    in_status(meeting, Status.DRAFT, Status.CONVENED, breach=BREACH, act="调整议题")
    offered = {point.key: point for point in agenda.proposals(meeting.organisation, leaving_out=meeting)}
    there = {f"kept:{item.pk}": item for item in meeting.items.all()}
    if gone := [key for key in keys if key not in offered and key not in there]:
        raise Refused.because(*BREACH, f"有 {len(gone)} 个议题已经办结，或者另一次会议正在研究。请核对最新的清单后再选。")
    meeting.items.filter(pk__in=[item.pk for key, item in there.items() if key not in keys]).delete()
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    added = [item_of(meeting, offered[key]) for key in keys if key in offered]
    own = [(title.strip(), brief.strip()) for title, brief in free if title.strip()]
    added += [AgendaItem(meeting=meeting, source="FREE", title=title, brief=brief) for title, brief in own]
    for position, item in enumerate(added, start=last + 1):
        item.position = position
    AgendaItem.objects.bulk_create(added)
    if meeting.status == Status.CONVENED:
        uphold_convening(meeting)
    else:
        uphold_privacy(meeting)
    touch(meeting)
    meeting.save(update_fields=["version"])
    audit.record("windows.meeting.agenda_set", meeting, by=by, detail={"count": meeting.items.count()})
    return meeting


def item_of(meeting: Meeting, point: agenda.Point) -> AgendaItem:
    return AgendaItem(
        meeting=meeting, source=point.source, title=point.title, brief=point.brief, case=point.case, referral=point.referral,
        objection=point.objection, carried_from=point.carried_from,
    )  # fmt: skip


def names_in(meeting: Meeting) -> list[str]:
    return list(meeting.items.filter(case__isnull=False).values_list("case__person__name", flat=True))


def uphold_privacy(meeting: Meeting) -> None:
    """What people typed names nobody; what is drawn from cases is masked already, but a department's reasons may name."""
    texts = {"会议名称": meeting.title}
    for number, item in enumerate(meeting.items.all(), start=1):
        texts |= {f"议题 {number}": item.title, f"议题 {number} 的提请事由": item.brief}
    uphold(rules.privacy_breaches(texts, names=names_in(meeting)))


def uphold_convening(meeting: Meeting) -> None:
    items = list(meeting.items.values_list("case", flat=True))
    uphold(
        rules.convening_breaches(
            kind=meeting.kind,
            cases=sum(case is not None for case in items),
            items=len(items),
            guests=meeting.guests.count(),
            held_at=timezone.localtime(meeting.held_at),
            now=clock.now(),
        )
    )
    uphold_privacy(meeting)


@transaction.atomic
def convene(pk: int, *, version: int, by) -> Meeting:
    """Send the invitations: from now on the invited see the agenda, masked."""
    meeting = claim(Meeting.objects.select_related("organisation"), pk, version=version)
    in_status(meeting, Status.DRAFT, breach=BREACH, act="发出通知")
    uphold_convening(meeting)
    meeting.convened_at = clock.now()
    meeting.save(update_fields=["convened_at"])
    move(meeting, Status.CONVENED, by=by, detail={"on": timezone.localdate(meeting.held_at), "count": meeting.guests.count()})
    invite(meeting, audience(meeting), "请准时参加")
    return meeting


def audience(meeting: Meeting) -> list[User]:
    """The accounts behind the invitations."""
    guests = list(meeting.guests.all())
    places = [guest.organisation_id for guest in guests if guest.organisation_id]
    there = Membership.objects.active(clock.today()).filter(organisation__in=places, role__in=WORKING)
    rows = User.objects.filter(is_active=True)
    return list(rows.filter(pk__in=there.values("user")) | rows.filter(pk__in=[guest.user_id for guest in guests if guest.user_id]))


def invite(meeting: Meeting, people: Iterable[User], words: str) -> None:
    """The message names no case."""
    body = f"{meeting.get_kind_display()}，{timezone.localtime(meeting.held_at):%Y-%m-%d %H:%M}，{meeting.place}。{words}，议题见会议页。"
    url = reverse("windows:meeting_detail", args=[meeting.pk])
    messages.send(people, f"会议通知：{meeting.title}", body, url=url, key=f"meeting:{meeting.pk}:{meeting.version}")


@transaction.atomic
def cancel(pk: int, *, reason: str, version: int, by) -> Meeting:
    """Its problems are open again for the next one."""
    meeting = claim(Meeting.objects.select_related("organisation"), pk, version=version)
    in_status(meeting, Status.DRAFT, Status.CONVENED, breach=BREACH, act="取消")
    uphold(rules.reason_breaches(reason=reason, act="取消会议"))
    told = audience(meeting) if meeting.status == Status.CONVENED else []
    meeting.cancel_reason = reason.strip()
    meeting.save(update_fields=["cancel_reason"])
    move(meeting, Status.CANCELLED, by=by, note=meeting.cancel_reason)
    url = reverse("windows:meeting_detail", args=[pk])
    messages.send(told, f"会议取消：{meeting.title}", meeting.cancel_reason, url=url, key=f"meeting-cancelled:{pk}")
    return meeting


def quorum_percent(organisation: Organisation):
    found = policy_value("meeting_quorum", organisation, clock.today())
    return found.value if found else rules.QUORUM_PERCENT


@transaction.atomic
def hold(pk: int, present: Collection[int], *, reason: str = "", version: int, by) -> Meeting:
    """Who came (guest rows); from here on the minutes are written. Too few only with a reason."""
    meeting = claim(Meeting.objects.select_related("organisation"), pk, version=version)
    in_status(meeting, Status.CONVENED, breach=BREACH, act="登记到会")
    guests = list(meeting.guests.all())
    here = [guest.pk for guest in guests if guest.pk in present]
    percent = quorum_percent(meeting.organisation)
    found = rules.holding_breaches(
        held_at=timezone.localtime(meeting.held_at), now=clock.now(), invited=len(guests), present=len(here), percent=percent
    )
    lifted = uphold(found, reason=reason)
    meeting.guests.update(present=False)
    meeting.guests.filter(pk__in=here).update(present=True)
    meeting.quorum_note = reason.strip() if lifted else ""
    meeting.save(update_fields=["quorum_note"])
    detail = {"attendees": len(here), "total": len(guests), "lifted": lifted_by(reason, lifted)}
    return move(meeting, Status.HELD, by=by, detail=detail)
