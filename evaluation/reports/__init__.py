"""What pages and papers say about an evaluation: always from the frozen inputs once there is a score."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import zip_longest

from django.db.models import Q
from django.urls import reverse

from accounts.access import may
from accounts.roles import Permission
from evaluation import figures, rules
from evaluation.charts import bars
from evaluation.masking import mask_personal
from evaluation.models import Assignment, Evaluation, Objection
from evaluation.reports.survey import drawn_words, with_and_without
from evaluation.rules import Source
from evaluation.services import scoring
from evaluation.services.schemes import without_scheme
from procurement.models import Contract
from records import clock
from records.workdays import OPEN_DATE
from records.worklist import Hit, WorkItem

Status = Evaluation.Status
CLAUSE = str(rules.THREE_VOICES)
OPEN_LIMIT = 100
COUNTS = ("population", "needed", "replies", "set_aside", "unreachable")  # of the frozen survey, what leaves the purchaser's side


def number_prefix(organisation) -> str:
    return f"{organisation.label}评"[:30]


def day_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def period_words(start: date, end: date) -> str:
    return f"{day_words(start)}至{day_words(end)}"


# --- one scored evaluation ---------------------------------------------------------------------------------------------


def result_context(evaluation: Evaluation) -> dict:
    """Grade, three voices, three dimensions, what to mend, every indicator with its rows: plain JSON from the frozen inputs."""
    frozen = evaluation.frozen
    lines = scoring.lines_of(frozen)
    weights = rules.effective_weights(lines)
    indicators = [_indicator(row, line, weights) for row, line in zip(frozen["indicators"], lines, strict=True)]
    voices = _parts(lines, "evaluator", rules.EVALUATOR_LABELS)
    dimensions = _parts(lines, "dimension", rules.DIMENSION_LABELS)
    return {
        "total": rules.shown(evaluation.total),
        "total_exact": f"{evaluation.total.normalize():f}",
        "grade": evaluation.grade,
        "voices": voices,
        "dimensions": dimensions,
        "pairs": list(zip_longest(voices, dimensions, fillvalue={})),
        "chart": bars([(part["label"], f"权重 {part['weight']}", part["value"], part["score"]) for part in [*voices, *dimensions]]),
        "mend": to_mend(indicators),
        "indicators": indicators,
        "survey": {name: frozen["survey"][name] for name in COUNTS} | {"drawn": drawn_words(frozen["survey"])},
        "scheme": frozen["scheme"],
        "frozen_sha256": evaluation.frozen_sha256,
        "as_of": frozen["as_of"],
        "as_of_words": day_words(date.fromisoformat(frozen["as_of"])),
    }


def _parts(lines, attribute: str, labels) -> list[dict]:
    weights = rules.weights_by(lines, attribute)
    found = []
    for key, label in labels.items():
        value = rules.part_of(lines, attribute, key)
        found.append({"key": key, "label": label, "weight": plain(weights[key]), "value": value, "score": rules.shown(value)})
    return found


def _indicator(row: dict, line: rules.Line, weights) -> dict:
    weight = rules.cut(weights[line.code]) if line.code in weights else None
    points = rules.cut(weights[line.code] * Fraction(line.score) / 100) if line.score is not None else None
    lost = None if points is None else weight - points
    return {
        "code": line.code,
        "name": line.name,
        "dimension": rules.DIMENSION_LABELS[line.dimension],
        "evaluator": rules.EVALUATOR_LABELS[line.evaluator],
        "evaluator_key": line.evaluator,
        "weight": plain(line.weight),
        "counted_weight": plain(weight),
        "moved": weight is not None and weight != line.weight,
        "score": rules.shown(line.score),
        "points": rules.shown(points),
        "lost": lost,
        "lost_shown": rules.shown(lost),
        "source": line.source,
        "source_label": rules.SOURCE_LABELS[line.source],
        "how": figures.REGISTRY[row["figure"]].formula if row["figure"] else row["criteria"],
        "rows": basis_rows(row["basis"]),
        "note": row["note"],
        "comment": row["comment"],
        "entered_by": row["entered_by"],
        "evidence": row["evidence"],
    }


def plain(value: Decimal | None) -> str:
    """20.00 → 20, 13.3333333333 → 13.33."""
    return "—" if value is None else f"{Decimal(rules.shown(value)).normalize():f}"


def basis_rows(basis: Iterable[dict]) -> list[dict]:
    """The raw rows of a score as a small table: label and cells, with what a page needs to link to the record itself."""
    found = []
    for row in basis:
        if row["kind"] == "answers":
            found.append({"kind": "answers", "label": row["label"], "cells": [["人数", str(row["count"])]]})
        else:
            found.append({"kind": row["kind"], "pk": row["pk"], "label": row["label"], "cells": row["cells"]})
    return found


def to_mend(indicators: list[dict], most: int = 3) -> list[dict]:
    """Where most points were lost, at most three, points lost first; nothing that scored full marks."""
    lossy = [row for row in indicators if row["lost"]]
    worst = sorted(lossy, key=lambda row: (-row["lost"], row["code"]))[:most]
    names = ("code", "name", "evaluator", "dimension", "score", "lost_shown")
    return [{name: row[name] for name in names} for row in worst]


def report_context(evaluation: Evaluation) -> dict:
    """Everything the printed report says, to be frozen with the notice."""
    contract = evaluation.contract
    return {
        "organisation": evaluation.organisation.name,
        "project": contract.project.name,
        "contract_number": contract.number,
        "contractor": contract.contractor.organisation.name,
        "period": period_words(evaluation.period_start, evaluation.period_end),
        "edition": evaluation.edition,
        "correction_reason": evaluation.correction_reason,
        "third_party": third_party_name(evaluation),
        "improvement": evaluation.improvement,
        "objections": [_objection(row) for row in evaluation.objections.all()],
        "result": result_context(evaluation),
        "with_all": with_all_context(evaluation),
    }


def with_all_context(evaluation: Evaluation) -> dict | None:
    """For the purchaser's side only: what the replies that were set aside would have made of the score."""
    survey = evaluation.frozen["survey"]
    if not survey.get("with_all"):
        return None
    return with_and_without(evaluation, survey["with_all"]) | {"set_aside": survey["set_aside"]}


def _objection(row: Objection) -> dict:
    return {"raised_on": str(clock.local_day(row.raised_at)), "text": row.text, "outcome": row.get_outcome_display(), "answer": row.answer}


def third_party_name(evaluation: Evaluation) -> str:
    assignment = Assignment.objects.filter(contract=evaluation.contract_id).select_related("third_party").first()
    return assignment.third_party.name if assignment else ""


def public_context(evaluation: Evaluation, summary: str | None = None) -> dict:
    """What the public announcement says: the result without a word that could name a person."""
    result = result_context(evaluation)
    few = not rules.tells_contractor(result["survey"]["replies"], evaluation.scheme.disclosure_minimum)
    if few:
        result = without_recipients(result)
        result["indicators"] = [
            row | {"score": "—"} if row["evaluator_key"] == rules.Evaluator.RECIPIENT else row for row in result["indicators"]
        ]
    indicators = [{name: row[name] for name in ("name", "dimension", "evaluator", "weight", "score")} for row in result["indicators"]]
    contract = evaluation.contract
    return {
        "organisation": evaluation.organisation.name,
        "project": contract.project.name,
        "contract_number": contract.number,
        "contractor": contract.contractor.organisation.name,
        "period": period_words(evaluation.period_start, evaluation.period_end),
        "edition": evaluation.edition,
        "correction_reason": mask_personal(evaluation.correction_reason),
        "third_party": third_party_name(evaluation),
        "summary": mask_personal(evaluation.public_summary if summary is None else summary),
        "report_number": evaluation.report.number if evaluation.report_id else "",
        "result": {name: result[name] for name in ("total", "grade", "voices", "dimensions", "chart", "survey", "scheme")}
        | {"indicators": indicators},
    }


def without_recipients(result: dict) -> dict:
    """The same result where so few recipients answered that what they said must not be shown by itself (E-08)."""
    voices = [row | {"score": "—", "value": None} if row["key"] == rules.Evaluator.RECIPIENT else row for row in result["voices"]]
    dimensions = [row | {"score": "—", "value": None} for row in result["dimensions"]]
    chart = bars([(part["label"], f"权重 {part['weight']}", part["value"], part["score"]) for part in [*voices, *dimensions]])
    return result | {"voices": voices, "dimensions": dimensions, "chart": chart, "mend": []}


# --- home, search ------------------------------------------------------------------------------------------------------


def worklist(user) -> list[WorkItem]:
    """What this person's posts have open, each with the page that settles it."""
    rows = Evaluation.objects.visible_to(user).listed()
    items: list[WorkItem] = []
    if may(user, Permission.EVALUATION_MANAGE):
        items += _of(rows.filter(status=Status.COLLECTING), "收齐三方评价", "collect_due_on")
        items += _of(rows.filter(status=Status.SCORED), "送承接主体核对", "collect_due_on")
        items += _answers(rows)
        items += _schemes_to_make(user)
    if may(user, Permission.EVALUATION_FINALISE):
        items += _of(rows.filter(status=Status.OBJECTION), "审定绩效评价", "objection_due_on")
    if may(user, Permission.EVALUATION_PUBLISH):
        items += _of(rows.filter(status=Status.FINAL), "公布评价结果", "publish_due_on")
    if may(user, Permission.EVALUATION_OBJECT):
        waiting = rows.filter(status=Status.OBJECTION, objection_waived_by=None)
        items += _of(waiting, "核对评价结果", "objection_due_on")
    if may(user, Permission.EVALUATION_SCORE_THIRD_PARTY):
        items += _of(_unscored_by_third_party(rows), "录入第三方评分", "collect_due_on", "evaluation:third_party_scores")
    return items


def _of(rows, kind: str, due: str, url_name: str = "evaluation:evaluation_detail") -> list[WorkItem]:
    return [
        WorkItem(
            f"{kind}：{row.contract.project.name}",
            reverse(url_name, args=[row.pk]),
            getattr(row, due),
            "绩效评价",
            CLAUSE,
            row.get_status_display() if getattr(row, due) else f"{row.get_status_display()}，期限{OPEN_DATE}",
        )
        for row in rows.order_by(due, "pk")[:OPEN_LIMIT]
    ]


def _answers(rows) -> list[WorkItem]:
    objections = Objection.objects.filter(outcome=Objection.Outcome.OPEN, evaluation__in=rows.order_by()).select_related(
        "evaluation__contract__project"
    )
    return [
        WorkItem(
            f"答复异议：{row.evaluation.contract.project.name}",
            reverse("evaluation:objection_answer", args=[row.pk]),
            row.answer_due_on,
            "绩效评价",
            CLAUSE,
            "" if row.answer_due_on else f"期限{OPEN_DATE}",
        )
        for row in objections.order_by("answer_due_on")[:OPEN_LIMIT]
    ]


def unschemed_contracts(user) -> list[Contract]:
    """Running contracts this person has evaluated, but by no scheme: they would never come up for evaluation (E-06)."""
    rows = Contract.objects.running().reached_with(user, Permission.EVALUATION_MANAGE)
    return without_scheme(rows.select_related("project__organisation").prefetch_related("project__items").order_by("starts_on", "pk"))


def _schemes_to_make(user) -> list[WorkItem]:
    return [
        WorkItem(
            f"制定评价方案：{contract.project.name}",
            reverse("evaluation:scheme_create"),
            None,
            "绩效评价",
            CLAUSE,
            f"合同 {contract.number} 没有生效的评价方案，不会自动生成评价；方案生效日期应不晚于 {contract.starts_on}",
        )
        for contract in unschemed_contracts(user)[:OPEN_LIMIT]
    ]


def _unscored_by_third_party(rows):
    """Open evaluations with a manual third-party indicator that has no score yet."""
    scored = Q(scores__indicator__evaluator=rules.Evaluator.THIRD_PARTY, scores__indicator__source=Source.MANUAL)
    return rows.filter(status=Status.COLLECTING).exclude(scored)


def search(user, text: str) -> list[Hit]:
    """By project, contractor or contract number, within reach."""
    match = (
        Q(contract__project__name__icontains=text)
        | Q(contract__number__icontains=text)
        | Q(contract__contractor__organisation__name__icontains=text)
    )
    rows = Evaluation.objects.visible_to(user).filter(match).listed().order_by("-period_end", "-pk")[:20]
    return [
        Hit(
            f"{row.contract.project.name} 绩效评价",
            reverse("evaluation:evaluation_detail", args=[row.pk]),
            "绩效评价",
            f"{row.period_start} 至 {row.period_end} · {row.get_status_display()}",
        )
        for row in rows
    ]


def open_work(user) -> int:
    """The number beside the navigation entry."""
    return len(worklist(user))


@dataclass(frozen=True, slots=True)
class Duty:
    """Publication at a glance (E-10): how many must be public, are public, are late."""

    due: int
    done: int
    late: int


def publication_duty(rows, today: date) -> Duty:
    final = rows.filter(status__in=(Status.FINAL, Status.PUBLISHED, Status.CORRECTED), publish_due_on__isnull=False)
    done = final.filter(published_at__isnull=False)
    late = final.filter(status=Status.FINAL, publish_due_on__lt=today)
    return Duty(final.count(), done.count(), late.count())
