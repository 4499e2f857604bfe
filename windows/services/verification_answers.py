"""What a check brought back: judged line by line, shown, then written in one transaction. The same for files and for the API."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import transaction

from accounts import audit
from records import clock, identity
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim, move
from windows.models import Case, VerificationAnswer, VerificationBatch, VerificationRequest
from windows.rules import verification as rules
from windows.services.people import index_of
from windows.services.verification import tell_window
from windows.services.verification_sheets import Line

Status = VerificationRequest.Status
WITH = ("case__handler", "case__organisation", "person")


@dataclass(frozen=True, slots=True)
class Judged:
    """One line: ``state`` add, same, differs or refused; ``cell`` and ``breach`` of a refusal. ``rows``: whom it is for."""

    line: Line
    state: str
    rows: tuple[VerificationRequest, ...] = ()
    cell: str = ""
    breach: Breach | None = None


def judge(batch: VerificationBatch, lines: Iterable[Line]) -> list[Judged]:
    """What each line would do. Writes nothing."""
    asked = _asked(batch)
    seen: dict[str, int] = {}
    judged = []
    for line in lines:
        index = index_of(line.number) if line.number else ""
        judged.append(_judge(batch, line, asked.get(index, ()), seen.get(index) if index else None))
        seen.setdefault(index, line.row)
    return judged


def _asked(batch: VerificationBatch) -> dict[str, tuple[VerificationRequest, ...]]:
    """Blind index → the batch's requests for that person; somebody in two applications is asked about once and answered for both."""
    found: dict[str, tuple[VerificationRequest, ...]] = {}
    for row in batch.requests.select_related(*WITH).prefetch_related("answers").order_by("pk"):
        found[row.person.id_index] = (*found.get(row.person.id_index, ()), row)
    return found


def _judge(batch, line: Line, rows: tuple[VerificationRequest, ...], earlier: int | None) -> Judged:
    cell = line.cells.get("number", "")
    if "E+" in line.number.upper():
        cut = Breach("DB-2", rules.START, "身份证号被表格软件改成了科学计数，后几位已丢失。请把该列设为文本后重新填写。")
        return Judged(line, "refused", cell=cell, breach=cut)
    if earlier is not None:
        return Judged(line, "refused", cell=cell, breach=Breach("DB-2", rules.START, f"与第 {earlier} 行是同一人，每人只填一行。"))
    stopped = bool(rows) and all(row.status == Status.STOPPED for row in rows)
    for breach in rules.place_breaches(in_batch=bool(rows), stopped=stopped, batch=batch.number):
        return Judged(line, "refused", cell=cell, breach=breach)
    for column, breach in rules.answer_breaches(line.answer):
        return Judged(line, "refused", cell=line.cells.get(column, ""), breach=breach)
    return Judged(line, state_of(rows, line.answer), rows)


def state_of(rows, answer: rules.Answer) -> str:
    """The strongest of what it does to any of the person's requests."""
    found = {rules.match(earlier(row), answer) for row in rows if row.status != Status.STOPPED}
    return next(state for state in (rules.Match.DIFFERS, rules.Match.ADD, rules.Match.SAME) if state in found)


def earlier(row: VerificationRequest) -> list[rules.Answer]:
    return [rules.Answer(one.result, one.items, one.source) for one in row.answers.all()]


@transaction.atomic
def take(batch_id: int, lines: Iterable[Line], *, channel: str, by) -> dict[str, int]:
    """Write all lines or none. How many were added, the same, different. What was taken before changes nothing a second time."""
    batch = claim(VerificationBatch.objects.defer("content"), batch_id)
    judged = judge(batch, lines)
    if not judged:
        raise Refused.because("DB-2", rules.START, "没有可写入的结果。")
    uphold(replace(one.breach, message=f"第 {one.line.row} 行：{one.breach.message}") for one in judged if one.breach)
    written = [row for one in judged for row in one.rows if _write(row, one.line.answer, channel=channel, by=by)]
    batch.answered = batch.requests.exclude(result="").count()
    batch.version += 1
    batch.save(update_fields=["answered", "version"])
    counts = {state: sum(one.state == state for one in judged) for state in ("add", "same", "differs")}
    if written:
        detail = {"number": batch.number, "count": len(written), "source": VerificationAnswer.Channel(channel).label}
        audit.record("windows.verificationbatch.received", batch, by=by, detail=detail)
        tell_window(written, by=by)
    return counts


def _write(row: VerificationRequest, answer: rules.Answer, *, channel: str, by) -> bool:
    """Keep one answer. The first becomes the result; another one flags the request and, where it was settled, opens it again."""
    known = earlier(row)
    state = rules.match(known, answer)
    if row.status == Status.STOPPED or state == rules.Match.SAME:
        return False
    VerificationAnswer.objects.create(
        request=row, ordinal=len(known) + 1, result=answer.result, items=answer.items, source=answer.source, channel=channel, received_by=by
    )
    if state == rules.Match.ADD:
        row.result, row.answered_at = answer.result, clock.now()
        row.save(update_fields=["result", "answered_at"])
        move(row, Status.ANSWERED, by=by)
        return True
    row.differs = True
    row.save(update_fields=["differs"])
    if row.status == Status.SETTLED and row.case.status == Case.Status.ACCEPTED:
        move(row, Status.ANSWERED, by=by, note="后到结果与先到结果不同，重新处理")
    return True


def describe(one: Judged) -> dict:
    """A plain row for the preview: people masked."""
    person = one.rows[0].person if one.rows else None
    return {
        "row": one.line.row,
        "person": identity.mask_name(person.name) if person else "",
        "number": identity.mask_id(identity.normalise_id(one.line.number)),
        "result": result_words(one.line.answer.result),
        "items": one.line.answer.items,
        "source": one.line.answer.source,
        "state": one.state,
    }


def result_words(result: str) -> str:
    return dict(VerificationRequest._meta.get_field("result").choices).get(result, result)
