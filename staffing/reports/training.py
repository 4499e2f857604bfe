"""Trainings read: the plan of a year, the roster of a session, who has had none."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum
from django.urls import reverse

from accounts.models import Organisation
from records import clock
from records.worklist import WorkItem
from staffing import rules
from staffing.models import Attendance, StaffMember, Training

SOON = 7  # days before a training at which its organiser is reminded
SHOWN = 400
KIND = "业务培训"


@dataclass(frozen=True, slots=True)
class Year:
    """A district's trainings of one year against its people in post."""

    year: int
    held: int
    planned: int
    seats: int  # that the plan still has
    people: int
    untrained: int
    untrained_posted: int
    breaches: list

    @property
    def trained(self) -> int:
        return self.people - self.untrained

    @property
    def trained_share(self) -> str:
        return f"{self.trained * 100 / self.people:.0f}%" if self.people else "—"


def full_time(bureau: Organisation):
    """Dedicated people in post in this district today; part-time ones count nowhere."""
    rows = StaffMember.objects.in_post(clock.today()).filter(organisation__path__startswith=bureau.path)
    return rows.exclude(employment=StaffMember.Employment.PART_TIME)


def untrained(bureau: Organisation, year: int):
    """Of them, who attended no training that was held in this year (per person at least one: our indicator, W-22)."""
    attended = Attendance.objects.filter(training__status=Training.Status.HELD, training__held_on__year=year).values("member")
    return full_time(bureau).exclude(pk__in=attended)


def year_of(bureau: Organisation, year: int) -> Year:
    rows = Training.objects.filter(organisation=bureau, held_on__year=year).order_by()
    planned = Q(status=Training.Status.PLANNED)
    counts = rows.aggregate(
        held=Count("pk", filter=Q(status=Training.Status.HELD)), planned=Count("pk", filter=planned), seats=Sum("capacity", filter=planned)
    )
    posted = Q(employment=StaffMember.Employment.POSTED)
    missing = untrained(bureau, year).order_by().aggregate(all=Count("pk"), posted=Count("pk", filter=posted))
    breaches = list(rules.training_breaches(counts["held"], year))
    people = full_time(bureau).count()
    return Year(year, counts["held"], counts["planned"], counts["seats"] or 0, people, missing["all"], missing["posted"], breaches)


def trainings_of(bureau: Organisation):
    rows = Training.objects.filter(organisation=bureau).annotate(present=Count("attendances")).order_by("-held_on", "-pk")
    return rows[:50]


@dataclass(frozen=True, slots=True)
class Place:
    """One person of the roster at one session, and whether present."""

    member: StaffMember
    attendance: Attendance | None


def roster_of(training: Training, query: str = "") -> list[Place]:
    """Everybody in post on the day, part-time ones too, and whoever was there anyway."""
    there = {row.member_id: row for row in training.attendances.select_related("member__organisation", "certificate")}
    path = training.organisation.path
    people = StaffMember.objects.in_post(training.held_on).filter(organisation__path__startswith=path).select_related("organisation")
    if query:
        people = people.filter(Q(name__contains=query) | Q(organisation__name__contains=query))
    found = [Place(member, there.pop(member.pk, None)) for member in people.order_by("organisation__path", "pk")[:SHOWN]]
    others = [Place(row.member, row) for row in there.values() if not query]
    return found + others


def work_of(bureaus: list[Organisation], on: date) -> list[WorkItem]:
    """For who arranges their trainings: a year without one, a session that is near, one to close, marks that are missing."""
    if not bureaus:
        return []
    waiting = Count("attendances", filter=Q(attendances__result=Attendance.Result.NONE))
    rows = Training.objects.filter(organisation__in=bureaus).exclude(status=Training.Status.CANCELLED).annotate(unmarked=waiting)
    unsettled = Q(status=Training.Status.PLANNED) | Q(status=Training.Status.HELD, tested=True, unmarked__gt=0)
    found = list(rows.filter(unsettled | Q(held_on__year=on.year)).order_by("held_on", "pk"))
    arranged = {training.organisation_id for training in found if training.held_on.year == on.year}
    items = [item for training in found if (item := _item(training, on))]
    return items[:50] + [_none_yet(bureau, on) for bureau in bureaus if bureau.pk not in arranged]


def _item(training: Training, on) -> WorkItem | None:
    url, clause = reverse("staffing:training_detail", args=[training.pk]), str(rules.TRAINING)
    if training.status == Training.Status.HELD:
        title = f"{training.title}：录入 {training.unmarked} 人的考核结果"
        return WorkItem(title, url, None, KIND, clause=clause) if training.tested and training.unmarked else None
    if training.held_on < on:
        return WorkItem(f"{training.title}：登记为已举办或者取消", url, training.held_on, KIND, clause=clause)
    if (training.held_on - on).days <= SOON:
        return WorkItem(f"{training.title}：准备培训和签到", url, training.held_on, KIND, clause=clause)
    return None


def _none_yet(bureau: Organisation, on) -> WorkItem:
    url = reverse("staffing:training_list", args=[bureau.pk])
    return WorkItem(f"{bureau.label}：安排 {on.year} 年业务培训", url, on.replace(month=12, day=31), KIND, clause=str(rules.TRAINING))
