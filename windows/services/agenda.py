"""What a meeting could be about: the open problems that a place has now, each with the reason why it is one. Nothing here writes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q

from accounts.models import AuditEvent, Organisation
from records import clock, identity
from windows.models import AgendaItem, Case, CaseStep, Escalation, Meeting, NoticeObjection, Referral
from windows.models.meeting import RUNNING, DecisionKind

Source = AgendaItem.Source
ROWS = 30  # of each source: the oldest; a meeting settles a few
UNFIT = "OTHER"
REFUSED_TIMES, REFUSED_WITHIN = 2, timedelta(days=366)
NEGATIVE = (Case.Status.DECLINED, Case.Status.NOT_ACCEPTED)
WITH = ("case__person", "case__programme")


@dataclass(frozen=True, slots=True)
class Point:
    """One problem. ``key`` names its subject: a case that is a problem in two ways stands there once."""

    key: str
    source: str
    title: str
    brief: str
    case: Case | None = None
    referral: Referral | None = None
    objection: NoticeObjection | None = None
    carried_from: AgendaItem | None = None

    @property
    def label(self) -> str:
        return Source(self.source).label


def title_of(case: Case, about: str = "") -> str:
    """Masked: an agenda goes to other offices."""
    return f"{about or case.programme.name}：{identity.mask_name(case.person.name)}（{case.number}）"[:120]


def proposals(place: Organisation, *, leaving_out: Meeting | None = None) -> list[Point]:
    """Everything open at the place and below it that no other meeting has before it, and no decision is being carried out on."""
    today = clock.today()
    sources = (carried(place), silent(place, today), returned(place), objections(place), unfit(place), late(place, today), refused(place))
    found: dict[str, Point] = {}
    for source in sources:
        for point in source:
            found.setdefault(point.key, point)
    taken = keys_taken(place, leaving_out)
    return [point for key, point in found.items() if key not in taken]


def keys_taken(place: Organisation, leaving_out: Meeting | None) -> set[str]:
    near = Q(case__organisation__path__startswith=place.path) | Q(meeting__organisation=place)
    rows = AgendaItem.objects.filter(near, Q(meeting__status__in=RUNNING) | Q(decisions__status="OPEN"))
    if leaving_out:
        rows = rows.exclude(meeting=leaving_out)
    found = set()
    for case, referral, objection, former in rows.values_list("case", "referral", "objection", "carried_from"):
        found |= {key_of(case, referral, objection, None), key_of(case, referral, objection, former)}
    return found


def key_of(case, referral, objection, former) -> str:
    names = (("item", former), ("referral", referral), ("objection", objection), ("case", case))
    return next((f"{name}:{pk}" for name, pk in names if pk), "")


def carried(place: Organisation) -> Iterator[Point]:
    """Put off by the last minutes and not taken up since."""
    taken_up = AgendaItem.objects.filter(carried_from__isnull=False).exclude(meeting__status=Meeting.Status.CANCELLED)
    rows = AgendaItem.objects.filter(meeting__organisation=place, meeting__status=Meeting.Status.SIGNED, decision=DecisionKind.CARRY)
    rows = rows.exclude(pk__in=taken_up.values("carried_from")).select_related("meeting", "case", "referral", "objection")
    for row in rows.order_by("pk")[:ROWS]:
        brief = f"{row.meeting.title}留待研究：{row.decision_text}"[:300]
        yield Point(f"item:{row.pk}", Source.CARRIED, row.title, brief, row.case, row.referral, row.objection, row)


def referrals(place: Organisation):
    return Referral.objects.filter(case__organisation__path__startswith=place.path).select_related(*WITH, "programme", "to_organisation")


def silent(place: Organisation, today: date) -> Iterator[Point]:
    """Departments that let their day pass."""
    for row in referrals(place).at_receiver().filter(due_on__lt=today).order_by("due_on", "pk")[:ROWS]:
        act = "签收" if row.status == Referral.Status.SENT else "答复"
        brief = f"{row.to_organisation}应于 {row.due_on} {act}，现为“{row.get_status_display()}”"
        yield Point(f"referral:{row.pk}", Source.SILENT, title_of(row.case, row.programme.name), brief, row.case, row)


def returned(place: Organisation) -> Iterator[Point]:
    """Sent back by departments, those that came back more than once first."""
    rows = list(referrals(place).filter(status=Referral.Status.RETURNED).order_by("pk")[:ROWS])
    events = AuditEvent.objects.filter(
        action="windows.referral.returned", target_type="windows.referral", target_id__in=[str(row.pk) for row in rows]
    )
    times = Counter(events.order_by().values_list("target_id", flat=True))
    for row in sorted(rows, key=lambda row: (-times[str(row.pk)], row.pk)):
        often = f"第 {times[str(row.pk)]} 次" if times[str(row.pk)] > 1 else ""
        brief = f"{row.to_organisation}{often}退回：{row.return_reason}"[:300]
        yield Point(f"referral:{row.pk}", Source.RETURNED, title_of(row.case, row.programme.name), brief, row.case, row)


def objections(place: Organisation) -> Iterator[Point]:
    """Open ones. Neither who objected nor what was said goes on an agenda."""
    rows = NoticeObjection.objects.open().filter(case__organisation__path__startswith=place.path).select_related(*WITH)
    for row in rows.order_by(F("due_on").asc(nulls_last=True), "pk")[:ROWS]:
        brief = f"公示期间有异议，{row.due_on or row.due_note}前答复"[:300]
        yield Point(f"objection:{row.pk}", Source.OBJECTION, title_of(row.case), brief, row.case, objection=row)


def cases(place: Organisation):
    return Case.objects.filter(organisation__path__startswith=place.path).select_related("person", "programme")


def unfit(place: Organisation) -> Iterator[Point]:
    """Logged by the one form because no programme fits."""
    for case in cases(place).open().filter(programme_code=UNFIT).order_by("pk")[:ROWS]:
        brief = f"现有事项都不符合；{clock.local_day(case.registered_at)} 登记"
        yield Point(f"case:{case.pk}", Source.UNFIT, title_of(case), brief, case)


def late(place: Organisation, today: date) -> Iterator[Point]:
    """Whose lateness was told to the lead already and goes on."""
    told = Escalation.objects.filter(step__status=CaseStep.Status.RUNNING, step__due_on__lt=today, due_on=F("step__due_on"))
    for case in cases(place).open().filter(pk__in=told.values("step__case")).order_by("next_due_on", "pk")[:ROWS]:
        brief = f"{case.next_step}：{case.next_due_on} 到期，已提醒仍未办结"[:300]
        yield Point(f"case:{case.pk}", Source.LATE, title_of(case), brief, case)


def refused(place: Organisation) -> Iterator[Point]:
    """People who were told no again and again within a year: the last of their applications."""
    rows = cases(place).filter(status__in=NEGATIVE, ended_at__gte=clock.now() - REFUSED_WITHIN)
    counts = rows.order_by().values_list("person").annotate(n=Count("pk")).filter(n__gte=REFUSED_TIMES)
    often, shown = dict(counts.order_by("-n", "person")[:ROWS]), set()
    for case in rows.filter(person__in=often).order_by("-ended_at", "-pk"):
        if case.person_id not in shown:
            shown.add(case.person_id)
            brief = f"一年内 {often[case.person_id]} 次不予受理或者不予确认，最近一次 {clock.local_day(case.ended_at)}"
            yield Point(f"case:{case.pk}", Source.REFUSED, title_of(case), brief, case)
