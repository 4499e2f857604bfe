"""From voices to one number: collect, freeze, total, grade; and prove it again later."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from django.db import transaction

from evaluation import figures, rules
from evaluation.models import Answer, Evaluation, ReplyDoubt, Score, Survey, SurveyCode, SurveyReply
from evaluation.rules import Source, doubt
from evaluation.services import doubts, samples
from records import clock
from records.policy import Breach
from records.refusals import uphold
from records.workflow import claim, move, touch

FORMAT = 2  # 2: with the draw, the doubts decided and what the replies set aside would have made of the score


@dataclass(frozen=True, slots=True)
class Counted:
    """What a survey holds: how many had to answer, how many did, and every counted answer by question."""

    population: int = 0
    needed: int = 1
    replies: int = 0
    set_aside: int = 0
    unreachable: int = 0
    undecided: int = 0
    levels: dict[int, list[int]] = field(default_factory=dict)
    all_levels: dict[int, list[int]] = field(default_factory=dict)

    def with_all(self) -> "Counted":
        """As if nothing had been set aside."""
        return replace(self, replies=self.replies + self.set_aside, set_aside=0, levels=self.all_levels)

    @property
    def enough(self) -> bool:
        return self.replies >= self.needed


@dataclass(frozen=True, slots=True)
class Entry:
    """One indicator with what is known of it now: its score or why there is none."""

    indicator: object
    value: Decimal | None
    basis: list
    note: str = ""
    comment: str = ""
    entered_by: str = ""
    evidence: dict | None = None

    @property
    def line(self) -> rules.Line:
        return self.indicator.line(self.value)


def collect(evaluation: Evaluation, *, as_of: date) -> tuple[list[Entry], Counted]:
    """Every indicator of the scheme with its score as the records stand now. Writes nothing."""
    indicators = list(evaluation.scheme.indicators.all())
    scores = {score.indicator_id: score for score in evaluation.scores.select_related("entered_by", "file")}
    counted = count_survey(evaluation)
    return [_entry(evaluation, indicator, scores.get(indicator.pk), counted, as_of) for indicator in indicators], counted


def _entry(evaluation, indicator, score: Score | None, counted: Counted, as_of: date) -> Entry:
    if indicator.source == Source.FIGURE:
        found = figures.compute(indicator.figure, evaluation.contract, evaluation.period_start, evaluation.period_end, as_of=as_of)
        return Entry(indicator, found.value, found.rows, found.note)
    if indicator.source == Source.SURVEY:
        return _survey_entry(indicator, counted)
    if score is None:
        return Entry(indicator, None, [], "尚未评分")
    evidence = {"name": score.file.name, "sha256": score.file.sha256} if score.file else None
    return Entry(indicator, score.value, [], "", score.comment, str(score.entered_by), evidence)


def _survey_entry(indicator, counted: Counted) -> Entry:
    levels = counted.levels.get(indicator.pk, [])
    basis = [
        {"kind": "answers", "level": level, "label": rules.ANSWER_LABELS[level], "count": levels.count(level)}
        for level in (5, 4, 3, 2, 1, 0)
    ]
    for breach in rules.sample_breaches(counted.replies, counted.needed):
        return Entry(indicator, None, basis, breach.message)
    value = rules.mean_of(levels)
    return Entry(indicator, value, basis, "" if value is not None else "没有可计分的答案")


def count_survey(evaluation: Evaluation) -> Counted:
    survey = survey_of(evaluation)
    if survey is None:
        return Counted()
    scheme = evaluation.scheme
    unreachable = SurveyCode.objects.filter(survey=survey).exclude(unreachable_reason="").count() + samples.unreached_of(survey)
    replies = SurveyReply.objects.filter(code__survey=survey)
    aside = set(replies.filter(doubt__decision=ReplyDoubt.Decision.ASIDE).values_list("pk", flat=True))
    levels: dict[int, list[int]] = {}
    every: dict[int, list[int]] = {}
    answers = Answer.objects.filter(reply__in=replies).values_list("reply_id", "indicator_id", "level").order_by("pk")
    for reply_id, indicator_id, level in answers:
        every.setdefault(indicator_id, []).append(level)
        if reply_id not in aside:
            levels.setdefault(indicator_id, []).append(level)
    needed = rules.replies_needed(
        survey.population, unreachable=min(unreachable, survey.population), floor=scheme.sample_floor, percent=scheme.sample_percent
    )
    undecided = doubts.undecided(survey) if evaluation.is_open and survey.evaluation_id == evaluation.pk else 0
    return Counted(survey.population, needed, replies.count() - len(aside), len(aside), unreachable, undecided, levels, every)


def survey_of(evaluation: Evaluation) -> Survey | None:
    """The survey of this period: a correction (edition 2) counts the replies of the first edition unless it asked anew."""
    same = Survey.objects.filter(evaluation__contract=evaluation.contract_id, evaluation__period_start=evaluation.period_start)
    return same.filter(evaluation__edition__lte=evaluation.edition).order_by("-evaluation__edition").first()


def missing(entries: Iterable[Entry], counted: Counted) -> list[Breach]:
    """What must be there, or be decided, before the period can be scored, each with the reason it is not."""
    entries = list(entries)
    notes = {entry.indicator.name: entry.note for entry in entries if entry.note}
    found = []
    for breach in rules.missing_breaches([entry.line for entry in entries]):
        note = next((text for name, text in notes.items() if f"“{name}”" in breach.message), "")
        found.append(Breach(breach.rule, breach.clause, f"{breach.message}{f'（{note}）' if note else ''}", breach.binding))
    return [*found, *doubt.undecided_breaches(counted.undecided)]


@transaction.atomic
def score(evaluation_id: int, *, by=None, version: int | None = None) -> Evaluation:
    """Freeze the inputs, add up, grade. ``by=None`` is the nightly run. Raises Refused listing everything that is missing."""
    evaluation = claim(Evaluation, evaluation_id, version=version)
    as_of = clock.today()
    entries, counted = collect(evaluation, as_of=as_of)
    if evaluation.is_open:
        uphold(missing(entries, counted))
    lines = [entry.line for entry in entries]
    move(evaluation, Evaluation.Status.SCORED, by=by, detail=_settle(evaluation, entries, counted, lines, as_of, by))
    return evaluation


def _settle(evaluation, entries, counted, lines, as_of, by) -> dict:
    for entry in entries:
        if entry.indicator.source != Source.MANUAL and entry.value is not None:
            values = {"value": entry.value, "basis": entry.basis, "comment": entry.note, "entered_at": clock.now()}
            Score.objects.update_or_create(evaluation=evaluation, indicator=entry.indicator, defaults=values)
    gone = [entry.indicator.pk for entry in entries if entry.value is None]
    Score.objects.filter(evaluation=evaluation, indicator_id__in=gone).delete()
    evaluation.frozen = freeze(evaluation, entries, counted, as_of)
    evaluation.frozen_sha256 = digest(evaluation.frozen)
    evaluation.total = rules.total_of(lines)
    evaluation.grade = rules.grade_of(evaluation.total)
    evaluation.scored_at, evaluation.scored_by = clock.now(), by
    touch(evaluation)
    evaluation.save(update_fields=["frozen", "frozen_sha256", "total", "grade", "scored_at", "scored_by", "version"])
    return {"total": str(evaluation.total), "grade": evaluation.grade, "sha256": evaluation.frozen_sha256}


def freeze(evaluation: Evaluation, entries: list[Entry], counted: Counted, as_of: date) -> dict:
    """Everything the total depends on, as plain JSON: numbers are text, so that the hash is the same in every database."""
    contract, scheme = evaluation.contract, evaluation.scheme
    return {
        "format": FORMAT,
        "as_of": str(as_of),
        "contract": {"number": contract.number, "project": contract.project.name, "contractor": contract.contractor.organisation.name},
        "purchaser": evaluation.organisation.name,
        "period": [str(evaluation.period_start), str(evaluation.period_end)],
        "edition": evaluation.edition,
        "scheme": {"id": scheme.pk, "name": scheme.name, "edition": scheme.edition, "source": scheme.source, "certainty": scheme.certainty},
        "survey": {
            "population": counted.population,
            "needed": counted.needed,
            "replies": counted.replies,
            "set_aside": counted.set_aside,
            "unreachable": counted.unreachable,
        }
        | survey_part(evaluation, entries, counted),
        "indicators": [_frozen_entry(entry) for entry in entries],
    }


def survey_part(evaluation: Evaluation, entries: list[Entry], counted: Counted) -> dict:
    """What else the recipients' score rests on: the draw, the decisions on doubts, and the same score with every reply counted."""
    survey = survey_of(evaluation)
    return {
        "sample": samples.frozen_of(samples.sample_of(survey)),
        "decisions": doubts.decisions_of(survey),
        "with_all": with_all(entries, counted) if counted.set_aside else None,
    }


def with_all(entries: list[Entry], counted: Counted) -> dict:
    """Each question, the total and the grade as they would be with the replies that were set aside; None where there is no number."""
    every = counted.with_all()
    other = [_survey_entry(entry.indicator, every) if entry.indicator.source == Source.SURVEY else entry for entry in entries]
    lines = [entry.line for entry in other]
    total = None if list(rules.missing_breaches(lines)) else rules.total_of(lines)
    values = {entry.indicator.code: entry.value for entry in other if entry.indicator.source == Source.SURVEY}
    return {
        "replies": every.replies,
        "values": {code: None if value is None else str(value) for code, value in values.items()},
        "total": None if total is None else str(total),
        "grade": "" if total is None else str(rules.grade_of(total)),
    }


def _frozen_entry(entry: Entry) -> dict:
    indicator = entry.indicator
    names = ("code", "name", "dimension", "evaluator", "source", "figure", "when_missing", "criteria")
    return {name: getattr(indicator, name) for name in names} | {
        "weight": str(indicator.weight),
        "value": None if entry.value is None else str(entry.value),
        "basis": entry.basis,
        "note": entry.note,
        "comment": entry.comment,
        "entered_by": entry.entered_by,
        "evidence": entry.evidence,
    }


def digest(frozen: dict) -> str:
    text = json.dumps(frozen, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def lines_of(frozen: dict) -> list[rules.Line]:
    return [
        rules.Line(
            row["code"],
            row["name"],
            row["dimension"],
            row["evaluator"],
            Decimal(row["weight"]),
            row["source"],
            row["when_missing"],
            None if row["value"] is None else Decimal(row["value"]),
        )
        for row in frozen["indicators"]
    ]


@dataclass(frozen=True, slots=True)
class Difference:
    what: str
    kept: str
    now: str


def recompute(evaluation: Evaluation) -> list[Difference]:
    """重算: nothing means equal. Checks the seal, then the arithmetic, then every figure and answer against the rows of today."""
    frozen = evaluation.frozen
    found = []
    if digest(frozen) != evaluation.frozen_sha256:
        found.append(Difference("计分依据摘要", evaluation.frozen_sha256, digest(frozen)))
    total = rules.total_of(lines_of(frozen))
    if total != evaluation.total:
        found.append(Difference("总分", str(evaluation.total), str(total)))
    if rules.grade_of(total) != evaluation.grade:
        found.append(Difference("等级", evaluation.grade, str(rules.grade_of(total))))
    return found + _changed_rows(evaluation, frozen)


def _changed_rows(evaluation: Evaluation, frozen: dict) -> list[Difference]:
    entries, counted = collect(evaluation, as_of=date.fromisoformat(frozen["as_of"]))
    today = {entry.indicator.code: _frozen_entry(entry) for entry in entries}
    found = _changed_survey(frozen["survey"], survey_part(evaluation, entries, counted), samples.sample_of(survey_of(evaluation)))
    for row in frozen["indicators"]:
        fresh = today.get(row["code"])
        kept = _number(row["value"])
        now = _number(fresh and fresh["value"])
        if fresh is None or kept != now:
            found.append(Difference(f"{row['code']} {row['name']}", rules.shown(kept), rules.shown(now)))
        elif fresh["basis"] != row["basis"]:
            found.append(
                Difference(f"{row['code']} {row['name']}的原始行", f"{len(row['basis'])} 行", f"{len(fresh['basis'])} 行（内容有变动）")
            )
    return found


def _changed_survey(kept: dict, now: dict, sample) -> list[Difference]:
    """The draw, the decisions and the score with all replies; a score frozen before these were kept has nothing to compare."""
    found = []
    for name, label in (("sample", "抽样"), ("decisions", "疑点答卷的核定"), ("with_all", "计入剔除答卷的得分")):
        if name in kept and kept[name] != now[name]:
            found.append(Difference(label, "按计分时定格" if kept[name] else "无", "内容有变动" if now[name] else "无"))
    return found + [Difference("重放抽样", "一致", fault) for fault in (samples.faults_of(sample) if sample else ())]


def _number(text) -> Decimal | None:
    return None if text is None else Decimal(text)
