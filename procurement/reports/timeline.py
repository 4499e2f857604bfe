"""The timetable of a project: every statutory date that is on, with its state, its reason and the count day by day."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils import timezone

from procurement.models import Award, Project, ProjectPaper, Tender
from procurement.rules import deadlines as limits
from procurement.rules.deadlines import Bound, Limit
from procurement.services import deadlines
from records import clock
from records.policy import Clause
from records.workdays import DayNote

Kind = ProjectPaper.Kind
WAITING, RUNNING, DONE, LATE, OVERDUE, UNKNOWN = "waiting", "running", "done", "late", "overdue", "unknown"
SHORT, OUTSIDE = "too_short", "outside"
RAIL = {
    OUTSIDE: "skipped",
    WAITING: "todo",
    RUNNING: "current",
    DONE: "done",
    LATE: "overdue",
    OVERDUE: "overdue",
    UNKNOWN: "paused",
    SHORT: "overdue",
}


@dataclass(frozen=True, slots=True)
class Milestone:
    """One date of the timetable. ``text`` says the state in words; ``days`` why it is that day."""

    label: str
    code: str
    rule: str
    clause: Clause
    state: str
    text: str
    start: date | None = None
    on: date | None = None
    days: list[DayNote] = field(default_factory=list)

    @property
    def rail(self) -> str:
        return RAIL[self.state]


def milestone(limit: Limit, start: date | None, done: date | None, today: date, label: str = "") -> Milestone:
    """Where this limit stands: ``start`` the day it began to run, ``done`` the day on which its end came or is set."""
    made = {"label": label or limit.name, "code": limit.code, "rule": str(limit), "clause": limit.clause}
    if start is None:
        return Milestone(**made, state=WAITING, text=f"{limit.start}后起算")
    due = deadlines.due(limit, start)
    if due.on is None:
        return Milestone(**made, state=UNKNOWN, text=str(due), start=start)
    state, text = must_by(due.on, done, today) if limit.bound == Bound.MOST else not_before(due.on, done, today, limit.end)
    return Milestone(**made, state=state, text=text, start=start, on=due.on, days=deadlines.strip(limit, start))


def must_by(last: date, done: date | None, today: date) -> tuple[str, str]:
    if done is not None:
        return (DONE, f"{done} 办结（期限 {last}）") if done <= last else (LATE, f"{done} 办结，超过期限 {last}")
    if today > last:
        return OVERDUE, f"应在 {last} 前办结，已逾期"
    return RUNNING, f"{last} 止"


def not_before(first: date, done: date | None, today: date, end: str) -> tuple[str, str]:
    """A least period: too short when ``end`` came before the first possible day."""
    if done is not None and done < first:
        return SHORT, f"{end} {done}，早于最早日期 {first}"
    if done is not None:
        return (DONE if done <= today else RUNNING), f"{end} {done}（不早于 {first}）"
    return (DONE, f"{first} 期满") if today > first else (RUNNING, f"{end}不早于 {first}")


def timeline_of(project: Project) -> list[Milestone]:
    """The milestones of a project in the order of the procedure, in a fixed number of queries."""
    facts = Facts.of(project)
    return [*before_notice(facts), *while_announced(facts), *choosing(facts), *contracting(facts)]


@dataclass(frozen=True, slots=True)
class Facts:
    """What happened so far, as days."""

    project: Project
    tender: Tender | None
    award: Award | None
    papers: dict[str, list[ProjectPaper]]
    today: date

    @classmethod
    def of(cls, project: Project) -> "Facts":
        tender = getattr(project, "tender", None)
        award = tender.awards.in_force().first() if tender else None
        papers: dict[str, list[ProjectPaper]] = {}
        for paper in project.papers.select_related("notice").order_by("issued_at", "pk"):
            if not paper.notice.is_withdrawn:
                papers.setdefault(paper.kind, []).append(paper)
        return cls(project, tender, award, papers, clock.today())

    def day_of(self, kind) -> date | None:
        """The day of the newest paper of this kind."""
        return day(self.papers[kind][-1].issued_at) if self.papers.get(kind) else None

    @property
    def notice_on(self) -> date | None:
        return day(self.project.published_at)

    @property
    def deadline_on(self) -> date | None:
        return day(self.tender.bid_deadline) if self.tender else None

    @property
    def contract(self):
        return getattr(self.project, "contract", None)


def day(moment) -> date | None:
    return timezone.localtime(moment).date() if moment else None


def before_notice(facts: Facts, *, why: str = "") -> Iterator[Milestone]:
    """``why`` stands for the written reason where that is not for the reader."""
    project = facts.project
    if project.method not in limits.NO_INTENT_NEEDED:
        found = milestone(limits.INTENT, facts.day_of(Kind.INTENT), facts.notice_on, facts.today)
        excused = project.reasons.get("T-01", "").strip()
        if found.state in (WAITING, SHORT) and excused:
            found = replace(found, state=DONE, text=why or f"急需采购，已说明理由：{excused}")
        yield found
    if project.method == Project.Method.SINGLE_SOURCE:
        yield milestone(limits.SINGLE_SOURCE, facts.day_of(Kind.SINGLE_SOURCE), None, facts.today)


def while_announced(facts: Facts) -> Iterator[Milestone]:
    periods, started = limits.periods_of(facts.project.method), facts.notice_on
    yield milestone(periods.notice, started, None, facts.today)
    yield milestone(periods.documents, started, None, facts.today)
    yield milestone(periods.response, started, facts.deadline_on if started else None, facts.today, "响应文件提交截止")
    for amendment in facts.papers.get(Kind.AMENDMENT, ()):
        if amendment.detail.get("bears_on_bids"):
            yield milestone(periods.change, day(amendment.issued_at), facts.deadline_on, facts.today)


def choosing(facts: Facts) -> Iterator[Milestone]:
    ranked = day(facts.tender.ranked_at) if facts.tender else None
    confirmed = day(facts.award.confirmed_at) if facts.award else None
    told = facts.day_of(Kind.RESULT)
    told = told if told and confirmed and told >= confirmed else None  # an earlier result belongs to an award that lapsed
    yield milestone(limits.EVALUATION_REPORT, ranked, ranked, facts.today)
    yield milestone(limits.CONFIRMATION, ranked, confirmed, facts.today)
    yield milestone(limits.RESULT, confirmed, told, facts.today)
    shown = milestone(limits.RESULT_NOTICE, told, None, facts.today)
    yield shown
    query = milestone(limits.QUERY, shown.on, None, facts.today, "对结果提出质疑的期限")
    yield replace(query, state=DONE, text=f"{query.on} 期满") if query.state == OVERDUE else query


def contracting(facts: Facts) -> Iterator[Milestone]:
    told = facts.award.told_on if facts.award and facts.award.notice_id else None
    contract = facts.contract
    signed = day(contract.signed_at) if contract else None
    yield milestone(limits.SIGNING, told, signed, facts.today)
    yield milestone(limits.CONTRACT_NOTICE, signed, day(contract.announced_at) if contract else None, facts.today)
    filing = milestone(limits.CONTRACT_FILING, signed, None, facts.today)
    if filing.on:  # the copy goes to finance outside this portal: the day is told, nobody is called late
        filing = replace(filing, state=OUTSIDE, text=f"{filing.on} 前报财政部门（线下办理）")
    yield filing
