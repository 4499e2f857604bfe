"""A new version of a programme: begun from the one in force, edited, put in force by a second person, or taken back."""

from collections.abc import Iterator
from datetime import date

from django.db import transaction

from accounts import audit
from records import clock
from records.policy import Breach
from records.refusals import Refused, lifted_by, uphold
from records.workflow import claim, move, touch
from windows.models import Case, Material, Programme, ProgrammeDraft
from windows.rules import programme as rules
from windows.rules.programme import Content
from windows.rules.programme_change import compare
from windows.services import programme_content as contents
from windows.services.guards import in_status
from windows.services.programme_course import course_of

Status = ProgrammeDraft.Status
SENT_STEPS = ("SEND", "REPLY")  # referrals find these by their codes
LABEL_LENGTH = 16
BREACH = ("W-PERIOD", rules.VERSIONS)


@transaction.atomic
def begin(programme_id: int, *, organisation, by) -> ProgrammeDraft:
    """A draft with everything the version in force says. One draft and one coming version of a programme at a time."""
    base = claim(Programme, programme_id)
    if not Programme.objects.current(clock.today()).filter(pk=base.pk).exists():
        raise Refused.because(*BREACH, f"“{base}”{base.version} 不是现行版本，请从现行版本开始拟订。")
    standing = ProgrammeDraft.objects.open().filter(code=base.code).first()
    if standing:
        who = "、".join(str(person) for person in standing.authors.all())
        raise Refused.because(*BREACH, f"“{base}”已有拟订中的新版本 {standing.label}（{who}），请在该稿上继续修改。")
    uphold(rules.coming_breaches(coming(base.code)))
    draft = ProgrammeDraft(organisation=organisation, base=base, code=base.code, label=_next_label(base))
    contents.onto_draft(draft, contents.of_programme(base))
    draft.valid_from = None
    draft.save()
    draft.authors.add(by)
    audit.record("windows.programmedraft.begun", draft, by=by, detail={"programme": base.name, "version": base.version})
    return draft


def coming(code: str) -> list[tuple[str, date]]:
    rows = Programme.objects.standing().filter(code=code, valid_from__gt=clock.today())
    return list(rows.values_list("version", "valid_from"))


def labels(code: str) -> set[str]:
    return set(Programme.objects.filter(code=code).values_list("version", flat=True))


def _next_label(base: Programme) -> str:
    """ "D57" → "D57-2" → "D57-3"; whoever edits may give a better one."""
    stem, taken, ordinal = base.version.rpartition("-")[0] or base.version, labels(base.code), 2
    while f"{stem[: LABEL_LENGTH - 4]}-{ordinal}" in taken:
        ordinal += 1
    return f"{stem[: LABEL_LENGTH - 4]}-{ordinal}"


@transaction.atomic
def save(pk: int, content: Content, *, label: str, why: str, version: int, by) -> ProgrammeDraft:
    """A draft may still break rules: the preview names them, putting it in force refuses them."""
    editable(claim(ProgrammeDraft, pk))
    draft = claim(ProgrammeDraft, pk, version=version)
    before = contents.of_draft(draft)
    contents.onto_draft(draft, content)
    draft.label, draft.why = label.strip(), why.strip()
    touch(draft)
    draft.save()
    draft.authors.add(by)
    changed = list(dict.fromkeys(f"{row.part} {row.subject} {row.field}".replace("  ", " ") for row in compare(before, content)))
    audit.record("windows.programmedraft.changed", draft, by=by, detail={"fields": changed, "from_day": content.valid_from})
    return draft


def editable(draft: ProgrammeDraft) -> None:
    """Raises Refused once it was put in force, taken back or withdrawn, whatever version the open page has."""
    in_status(draft, Status.DRAFT, breach=BREACH, act="修改")


def faults(draft: ProgrammeDraft) -> list[Breach]:
    """Every rule that stands against this draft, whoever reads it. The second person is judged when it is put in force."""
    base, content = contents.of_programme(draft.base), contents.of_draft(draft)
    return [*_content_faults(draft.base, base, content), *_period_faults(draft)]


def _content_faults(programme: Programme, base: Content, content: Content) -> Iterator[Breach]:
    kept = SENT_STEPS if programme.leaves_window else ()
    yield from rules.change_breaches(compare(base, content))
    yield from rules.content_breaches(content, kept=kept, known=contents.is_known, shareable=shareable())
    yield from rules.loosened_breaches(base, content)
    yield from rules.dropped_breaches(base, content)
    course = course_of(content, content.valid_from or clock.today())
    yield from rules.span_breaches(last=course.last, whole=course.whole.on if course.whole else None)


def _period_faults(draft: ProgrammeDraft) -> Iterator[Breach]:
    former = former_of(draft)
    yield from rules.period_breaches(
        valid_from=draft.valid_from, today=clock.today(), former=(former.version, former.valid_from) if former else None
    )
    yield from rules.coming_breaches(coming(draft.code))
    yield from rules.label_breaches(draft.label, labels(draft.code))


def former_of(draft: ProgrammeDraft) -> Programme | None:
    """The version that this one follows: the draft's base, if it still holds on the day before."""
    base = draft.base
    holds = draft.valid_from is None or base.valid_to is None or base.valid_to >= draft.valid_from
    return base if holds and not base.taken_back else None


def shareable() -> dict[str, str]:
    """All papers that any standing programme lists as supplied by a check: code → name (W-07)."""
    rows = Material.objects.filter(need=Material.Need.SHAREABLE, programme__in=Programme.objects.standing())
    return dict(rows.values_list("code", "name"))


@transaction.atomic
def enact(pk: int, *, version: int, by, reason: str = "") -> ProgrammeDraft:
    """Put in force from its day on: new rows beside the old, and the former version ends that day, all or nothing."""
    draft = claim(ProgrammeDraft.objects.select_related("base"), pk, version=version)
    in_status(draft, Status.DRAFT, breach=BREACH, act="发布")
    former = draft.base = claim(Programme, draft.base_id)  # one writer of a programme's versions at a time
    authors = draft.authors.values_list("pk", flat=True)
    lifted = uphold([*rules.second_breaches(actor=by.pk, authors=authors), *faults(draft)], reason=reason)
    draft.former, draft.former_valid_to = former, former.valid_to
    former.valid_to = draft.valid_from
    former.save(update_fields=["valid_to"])
    draft.programme = contents.new_version(former, contents.of_draft(draft), draft.label)
    draft.enacted_by, draft.enacted_at = by, clock.now()
    draft.save(update_fields=["former", "former_valid_to", "programme", "enacted_by", "enacted_at"])
    audit.record("windows.programme.ended", former, by=by, detail={"valid_to": draft.valid_from, "version": former.version})
    return move(draft, Status.ENACTED, by=by, detail={"from_day": draft.valid_from, "lifted": lifted_by(reason, lifted)})


@transaction.atomic
def take_back(pk: int, *, version: int, by, reason: str) -> ProgrammeDraft:
    """Before its day: the version stays on record and holds for no day, the former one goes on as it would have."""
    draft = claim(ProgrammeDraft, pk, version=version)
    in_status(draft, Status.ENACTED, breach=BREACH, act="收回")
    former, programme = claim(Programme, draft.former_id), claim(Programme, draft.programme_id)
    cases = Case.objects.filter(programme=programme).count()
    uphold(
        [
            *rules.written_breaches(reason, "收回"),
            *rules.take_back_breaches(valid_from=programme.valid_from, today=clock.today(), cases=cases),
        ]
    )
    programme.valid_to, former.valid_to = programme.valid_from, draft.former_valid_to
    programme.save(update_fields=["valid_to"])
    former.save(update_fields=["valid_to"])
    draft.ended_reason = reason.strip()
    draft.save(update_fields=["ended_reason"])
    audit.record("windows.programme.resumed", former, by=by, detail={"valid_to": former.valid_to, "version": former.version})
    return move(draft, Status.TAKEN_BACK, by=by, note=draft.ended_reason)


@transaction.atomic
def withdraw(pk: int, *, version: int, by, reason: str) -> ProgrammeDraft:
    draft = claim(ProgrammeDraft, pk, version=version)
    in_status(draft, Status.DRAFT, breach=BREACH, act="撤销")
    uphold(rules.written_breaches(reason, "撤销"))
    draft.ended_reason = reason.strip()
    draft.save(update_fields=["ended_reason"])
    return move(draft, Status.WITHDRAWN, by=by, note=draft.ended_reason)
