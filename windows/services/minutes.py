"""Minutes: what was said and decided, signed by the chair; the decisions go to whoever has to act, and their results come back."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import Membership
from records import clock, messages, notices, workdays
from records.refusals import Refused, uphold
from records.workflow import claim, move, touch
from windows.models import AgendaItem, Meeting, MeetingDecision, MeetingMinutes
from windows.models.meeting import DecisionKind
from windows.rules import meeting as rules
from windows.services import meeting as meetings
from windows.services.guards import in_status, principals
from windows.services.slips import words

BREACH = meetings.BREACH
TEMPLATE, PREFIX = "windows/print/minutes.html", "会商纪要"
Status, Decision = Meeting.Status, MeetingDecision.Status
WITH = ("item__meeting__organisation", "item__case__organisation", "item__case__handler", "owner", "owner_organisation")
TAKEN_OVER = ("kind", "text", "amount", "owner_organisation_id", "owner_id", "days")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is typed about one item. ``post``: who has to act, as a post of today; None where it is carried over."""

    discussion: str
    decision: str
    decision_text: str
    amount: Decimal | None = None
    post: Membership | None = None
    days: int | None = None


@transaction.atomic
def write(pk: int, entry: Entry, *, version: int, by) -> AgendaItem:
    """Discussion and decision of one item, until the minutes are signed."""
    meeting = claim(Meeting.objects.select_related("organisation"), AgendaItem.objects.get(pk=pk).meeting_id)
    in_status(meeting, Status.HELD, breach=BREACH, act="记录讨论和决定")
    item = claim(AgendaItem, pk, version=version)
    carried = entry.decision == DecisionKind.CARRY
    post = None if carried else entry.post
    owner = (post.organisation_id, post.user_id) if post else None
    said = rules.Said(entry.discussion, entry.decision, entry.decision_text, entry.amount, owner, entry.days)
    uphold(rules.said_breaches(said, home=meeting.organisation_id, has_case=item.case_id is not None))
    texts = {"讨论情况": entry.discussion, "决定内容": entry.decision_text}
    uphold(rules.privacy_breaches(texts, names=meetings.names_in(meeting)))
    if post and not meetings.posts(meeting.organisation).filter(pk=post.pk).exists():
        raise Refused.because(*BREACH, f"{post.user}今天不在{post.organisation}任职，请重新选择责任人。")
    item.discussion, item.decision, item.decision_text = entry.discussion.strip(), entry.decision, entry.decision_text.strip()
    item.amount = entry.amount if entry.decision == DecisionKind.AMOUNT else None
    item.owner_organisation_id, item.owner_id = owner or (None, None)
    item.days = None if carried else entry.days
    touch(item)
    names = ["discussion", "decision", "decision_text", "amount", "owner_organisation", "owner", "days", "version"]
    item.save(update_fields=names)
    audit.record("windows.agendaitem.written", item, by=by, detail={"decision": item.get_decision_display()})
    return item


@transaction.atomic
def sign(pk: int, *, version: int, by) -> MeetingMinutes:
    """The chair signs: the paper is numbered and frozen, every decision goes to its owner, every case hears of it."""
    meeting = claim(Meeting.objects.select_related("organisation", "chair"), pk, version=version)
    in_status(meeting, Status.HELD, breach=BREACH, act="签发纪要")
    items = list(meeting.items.select_related("case__organisation", "case__handler", "owner", "owner_organisation"))
    undecided = [item.title for item in items if not item.decision]
    uphold(rules.signing_breaches(is_chair=meeting.chair_id in principals(by), chair=meeting.chair.name, undecided=undecided))
    ordinal = meeting.minutes.count() + 1
    reason = meeting.correction_reason if ordinal > 1 else ""
    paper = paper_of(meeting, items, ordinal, reason, by=by)
    minutes = MeetingMinutes.objects.create(meeting=meeting, ordinal=ordinal, reason=reason, notice=paper, signed_by=by)
    for item in items:
        decide(item, minutes, by=by)
    move(meeting, Status.SIGNED, by=by, detail={"number": paper.number, "ordinal": ordinal})
    return minutes


def paper_of(meeting: Meeting, items: list[AgendaItem], ordinal: int, reason: str, *, by):
    """Persons are masked in the titles, and named nowhere else: the paper goes to everybody who was invited."""
    guests = list(meeting.guests.select_related("organisation", "user"))
    context = {
        "kind": meeting.get_kind_display(),
        "held_at": f"{words(timezone.localdate(meeting.held_at))} {timezone.localtime(meeting.held_at):%H:%M}",
        "place": meeting.place,
        "chair": meeting.chair.name,
        "present": [str(guest) for guest in guests if guest.present],
        "absent": [str(guest) for guest in guests if not guest.present],
        "quorum_note": meeting.quorum_note,
        "items": [line_of(item) for item in items],
        "ordinal": ordinal,
        "reason": reason,
        "clause": f"{rules.CLAUSE}、{rules.MECHANISM}",
    }
    return notices.issue(
        "windows.minutes", organisation=meeting.organisation, title=f"{meeting.title}纪要", template=TEMPLATE, context=context, by=by,
        number_prefix=PREFIX,
    )  # fmt: skip


def line_of(item: AgendaItem) -> dict:
    due = workdays.due(workdays.add_workdays, clock.today(), item.days) if item.days else None
    return {
        "title": item.title,
        "source": item.get_source_display(),
        "discussion": item.discussion,
        "decision": item.get_decision_display(),
        "text": item.decision_text,
        "amount": f"{item.amount:,.2f} 元" if item.amount else "",
        "owner": f"{item.owner_organisation} {item.owner}" if item.owner else "",
        "due": f"{item.days} 个工作日内（{words(due.on) or due.note}前）" if due else "",
    }


def decide(item: AgendaItem, minutes: MeetingMinutes, *, by) -> MeetingDecision | None:
    """The decision of one item comes into force. A correction that leaves it as it was leaves it, and its day, alone."""
    wanted = {name: getattr(item, name) for name in ("amount", "owner_organisation_id", "owner_id", "days")}
    wanted |= {"kind": item.decision, "text": item.decision_text}
    former = item.decisions.exclude(status=Decision.REPLACED).order_by("pk").last()
    if former is not None and all(getattr(former, name) == wanted[name] for name in TAKEN_OVER):
        return former
    if former is not None and former.status == Decision.OPEN:
        move(former, Decision.REPLACED, by=by, note=minutes.reason)
    if item.decision == DecisionKind.CARRY:
        on_case(item, "discussed", f"{minutes.meeting.title}：{item.get_decision_display()}", by=by)
        return None
    due = workdays.due(workdays.add_workdays, clock.today(), item.days)
    row = MeetingDecision.objects.create(
        item=item, minutes=minutes, starts_on=clock.today(), due_on=due.on, due_note=due.note, **wanted
    )  # fmt: skip
    tell_owner(row, item, due, by=by)
    return row


def tell_owner(row: MeetingDecision, item: AgendaItem, due: workdays.Due, *, by) -> None:
    """To the owner, to the case's handler and onto the case. The messages name nobody in need."""
    url, key = reverse("windows:decision_detail", args=[row.pk]), f"meeting-decision:{row.pk}"
    body = f"{row.get_kind_display()}，请于 {due} 前落实并填写结果。"
    messages.send([item.owner], f"会议决定待落实：{item.title}", body, url=url, key=key)
    on_case(item, "discussed", f"{row.get_kind_display()}，{item.owner_organisation} {item.owner}，{due} 前落实", by=by)
    if item.case_id:
        case = reverse("windows:case_detail", args=[item.case_id])
        messages.send([item.case.handler], f"会商已有决定：{item.case.number}", row.get_kind_display(), url=case, key=key)


def on_case(item: AgendaItem, verb: str, note: str, *, by) -> None:
    if item.case_id:
        audit.record(f"windows.case.{verb}", item.case, by=by, detail={"note": note})


@transaction.atomic
def revise(pk: int, *, reason: str, version: int, by) -> Meeting:
    """Signed minutes are not changed: the paper is withdrawn with the reason, and a next version is written and signed."""
    meeting = claim(Meeting.objects.select_related("organisation"), pk, version=version)
    in_status(meeting, Status.SIGNED, breach=BREACH, act="更正纪要")
    uphold(rules.reason_breaches(reason=reason, act="更正纪要"))
    uphold(rules.privacy_breaches({"更正原因": reason}, names=meetings.names_in(meeting)))
    if AgendaItem.objects.filter(carried_from__meeting=meeting).exclude(meeting__status=Status.CANCELLED).exists():
        raise Refused.because(*BREACH, "留待研究的议题已经列入另一次会议，本次纪要不能再更正。请在那次会议上作出决定。")
    notices.withdraw(meeting.minutes.get(ordinal=meeting.minutes.count()).notice_id, by=by, reason=f"更正纪要：{reason.strip()}")
    meeting.correction_reason = reason.strip()
    meeting.save(update_fields=["correction_reason"])
    return move(meeting, Status.HELD, by=by, note=meeting.correction_reason)


@transaction.atomic
def finish(pk: int, *, result: str, version: int, by) -> MeetingDecision:
    """The owner says what became of it; whoever convened and whoever handles the case hear of it."""
    row = claim(MeetingDecision.objects.select_related(*WITH), pk, version=version)
    in_status(row, Decision.OPEN, breach=BREACH, act="填写落实结果")
    uphold(rules.result_breaches(result=result))
    row.result, row.done_by, row.done_at = result.strip(), by, clock.now()
    row.save(update_fields=["result", "done_by", "done_at"])
    move(row, Decision.DONE, by=by)
    item = row.item
    on_case(item, "decision_done", f"{row.get_kind_display()}，{row.owner_organisation}", by=by)
    url, key = reverse("windows:decision_detail", args=[pk]), f"meeting-decision-done:{pk}"
    people = {item.meeting.chair, item.meeting.arranged_by, *([item.case.handler] if item.case_id else ())} - {by}
    messages.send(people, f"会议决定已落实：{item.title}", str(row.owner_organisation), url=url, key=key)
    return row


# --- the calendar ---------------------------------------------------------------------------------------------------------


def set_due(row: MeetingDecision) -> bool:
    """Work the due day out anew; did it move?"""
    before = row.due_on
    due = workdays.due(workdays.add_workdays, row.starts_on, row.days)
    row.due_on, row.due_note = due.on, due.note
    if row.due_on == before:
        return False
    row.save(update_fields=["due_on", "due_note"])
    return True


def fill_open_dates() -> int:
    """Days that waited for a year's calendar."""
    return sum(set_due(row) for row in MeetingDecision.objects.open().filter(due_on=None))


def recompute(first: date, last: date, *, reason: str) -> int:
    """After a corrected calendar year: open decisions that run through it, each move on record."""
    moved = 0
    for row in MeetingDecision.objects.open().filter(starts_on__lte=last, due_on__gte=first).select_related("item__meeting__organisation"):
        before = row.due_on
        if set_due(row):
            audit.record(
                "windows.meetingdecision.recomputed", row, by=None, detail={"reason": reason, "due_before": before, "due_after": row.due_on}
            )
            moved += 1
    return moved
