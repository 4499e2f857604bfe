"""List and detail: what everybody who takes part sees, each as much as is theirs."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import fetch, guarded, may
from accounts.models import AuditEvent
from accounts.roles import Permission
from accounts.wording import describe
from evaluation import forms, reports, rules
from evaluation.audience import CONTRACTOR, OFFICE, THIRD_PARTY, audience_of
from evaluation.filters import EvaluationFilter
from evaluation.models import Evaluation, Objection, Score
from evaluation.rules import Evaluator
from evaluation.services import outcome, scoring
from records import clock
from records.exports import export
from records.files import file_response
from records.listing import KeysetPage
from records.workdays import OPEN_DATE, workdays_between

Status = Evaluation.Status
GRADE_TONES = {"优": "ok", "良": "ok", "中": "due", "差": "overdue"}
COLUMNS = ("项目", "承接主体", "购买主体", "评价期间", "版次", "状态", "总分", "等级")


@guarded(Permission.EVALUATION_VIEW, methods=("GET", "HEAD"))
def evaluation_list(request):
    rows = Evaluation.objects.visible_to(request.user).listed()
    chosen = EvaluationFilter(request.GET, queryset=rows, request=request)
    kind = request.GET.get("export")
    if kind in ("xlsx", "csv") and may(request.user, Permission.EVALUATION_DOWNLOAD):
        found = (_cells(row, request.user) for row in chosen.qs.order_by("-period_end", "-pk")[:20_000].iterator(chunk_size=500))
        return export(COLUMNS, found, name="绩效评价清单", kind=kind)
    page = KeysetPage(chosen.qs, order=("-period_end", "-pk"), request=request)
    context = {
        "form": chosen.form,
        "page": page,
        "rows": [_row(row, request.user) for row in page.rows],
        "columns": [{"label": label, "align": "number" if label == "总分" else ""} for label in COLUMNS],
        "duty": reports.publication_duty(rows, clock.today()) if may(request.user, Permission.EVALUATION_DOWNLOAD) else None,
        "may_archive": may(request.user, Permission.EVALUATION_DOWNLOAD),
        "unschemed": reports.unschemed_contracts(request.user),
        "may_manage": may(request.user, Permission.EVALUATION_MANAGE),
        "may_schemes": may(request.user, Permission.SCHEME_VIEW),
    }
    return render(request, "evaluation/evaluation_list.html", context)


def _shows_score(user, row: Evaluation) -> bool:
    return row.total is not None and not row.is_open and (row.is_shared or audience_of(user, row) == OFFICE)


def _cells(row: Evaluation, user) -> list[str]:
    seen = _shows_score(user, row)
    return [
        row.contract.project.name,
        row.contract.contractor.organisation.name,
        row.organisation.name,
        f"{row.period_start} 至 {row.period_end}",
        str(row.edition),
        row.get_status_display(),
        rules.shown(row.total) if seen else "—",
        row.grade if seen else "—",
    ]


def _row(row: Evaluation, user) -> dict:
    cells = [{"text": text} for text in _cells(row, user)]
    cells[0]["url"] = reverse("evaluation:evaluation_detail", args=[row.pk])
    cells[0]["sub"] = row.contract.number
    cells[5] |= {"chip": True, "tone": Evaluation.STATUS_TONES[row.status]}
    cells[6]["align"] = "number"
    if row.grade and cells[7]["text"] != "—":
        cells[7] |= {"chip": True, "tone": GRADE_TONES[row.grade]}
    return {"pk": row.pk, "cells": cells, "has_report": row.report_id is not None}


@guarded(Permission.EVALUATION_VIEW, methods=("GET", "HEAD"))
def evaluation_detail(request, pk):
    evaluation = fetch(Evaluation.objects.listed(), request.user, pk=pk)
    audience = audience_of(request.user, evaluation)
    entries, counted = scoring.collect(evaluation, as_of=clock.today()) if evaluation.is_open else ([], None)
    shown = evaluation.total is not None and not evaluation.is_open and (evaluation.is_shared or audience == OFFICE)
    result = reports.result_context(evaluation) if shown else None
    context = {
        "evaluation": evaluation,
        "audience": audience,
        "heading": f"{evaluation.contract.project.name} 绩效评价",
        "facts": _facts(evaluation),
        "steps": _steps(evaluation),
        "collecting": _collecting(evaluation, entries, audience, request.user) if evaluation.is_open else None,
        "survey": _survey(evaluation, counted) if audience == OFFICE and evaluation.is_open else None,
        "missing": scoring.missing(entries, counted) if audience == OFFICE and evaluation.is_open else [],
        "result": _for_audience(result, evaluation, audience) if result else None,
        "with_all": reports.with_all_context(evaluation) if result and audience == OFFICE else None,
        "objections": [_objection(row, request.user) for row in evaluation.objections.select_related("file")] if shown else [],
        "events": _events(evaluation) if audience == OFFICE else [],
        "act": _actions(request.user, evaluation, audience),
        "grade_tone": GRADE_TONES.get(evaluation.grade, ""),
        "improvement_form": forms.ImprovementForm(initial={"text": evaluation.improvement}),
    }
    return render(request, "evaluation/evaluation_detail.html", context)


def _facts(evaluation: Evaluation) -> list[dict]:
    contract = evaluation.contract
    facts = [
        {"label": "合同", "value": contract.number},
        {"label": "承接主体", "value": contract.contractor.organisation.name},
        {"label": "购买主体", "value": evaluation.organisation.name},
        {"label": "第三方", "value": reports.third_party_name(evaluation) or "尚未委托"},
        {"label": "评价期间", "value": f"{evaluation.period_start} 至 {evaluation.period_end}"},
        {"label": "评价方案", "value": str(evaluation.scheme), "url": reverse("evaluation:scheme_detail", args=[evaluation.scheme_id])},
        {"label": "版次", "value": f"第 {evaluation.edition} 版", "help": evaluation.correction_reason},
    ]
    if evaluation.supersedes_id:
        url = reverse("evaluation:evaluation_detail", args=[evaluation.supersedes_id])
        facts.append({"label": "更正前一版", "value": f"第 {evaluation.edition - 1} 版", "url": url})
    return facts


def _steps(evaluation: Evaluation) -> list[dict]:
    """Collect → score → objection → final → public, each with its day or its deadline."""
    order = [Status.COLLECTING, Status.SCORED, Status.OBJECTION, Status.FINAL, Status.PUBLISHED]
    at = order.index(evaluation.status) if evaluation.status in order else len(order)
    rows = (
        ("收齐三方评价", None, "", f"{evaluation.collect_due_on} 前收齐" if evaluation.collect_due_on else f"收齐期限{OPEN_DATE}"),
        ("计分", evaluation.scored_at, evaluation.scored_by or "到期自动计分", ""),
        ("承接主体核对", None, "", _objection_note(evaluation)),
        ("审定", evaluation.finalised_at, evaluation.finalised_by, ""),
        (
            "公布",
            evaluation.published_at,
            evaluation.published_by,
            _publish_note(evaluation),
        ),
    )
    steps = []
    for n, (label, moment, who, note) in enumerate(rows):
        done = n < at or evaluation.status in (Status.PUBLISHED, Status.CORRECTED)
        state = "done" if done else "current" if n == at else "todo"
        on = timezone.localtime(moment).date() if done and moment else None
        steps.append(
            {"label": label, "state": state, "on": on, "who": str(who) if done and on and who else "", "note": "" if done else note}
        )
    return steps


def _objection_note(evaluation: Evaluation) -> str:
    if evaluation.objection_due_on:
        return f"异议期至 {evaluation.objection_due_on}"
    return f"异议期截止日{OPEN_DATE}" if evaluation.objection_from else ""


def _publish_note(evaluation: Evaluation) -> str:
    if evaluation.publish_due_on:
        return f"{evaluation.publish_due_on} 前公布"
    return f"公布期限{OPEN_DATE}" if evaluation.finalised_at else ""


def _collecting(evaluation: Evaluation, entries, audience: str, user) -> list[dict]:
    """What is there and what is not, by voice. Before the objection window nobody but the purchaser sees another's score."""
    own = {OFFICE: set(Evaluator), THIRD_PARTY: {Evaluator.THIRD_PARTY}, CONTRACTOR: set()}[audience]
    rows = []
    for entry in entries:
        seen = entry.indicator.evaluator in own
        rows.append(
            {
                "code": entry.indicator.code,
                "name": entry.indicator.name,
                "evaluator": entry.indicator.get_evaluator_display(),
                "dimension": entry.indicator.get_dimension_display(),
                "weight": reports.plain(entry.indicator.weight),
                "source": entry.indicator.get_source_display(),
                "present": entry.value is not None,
                "score": rules.shown(entry.value) if seen else "—",
                "note": entry.note if seen or entry.indicator.source == rules.Source.FIGURE else "",
                "rows": linked(reports.basis_rows(entry.basis), evaluation, audience) if audience == OFFICE else [],
            }
        )
    return rows


CONDUCT = {
    "visits": "procurement:contract_visits",
    "workers": "procurement:contract_workers",
    "rectification": "procurement:rectification_detail",
    "complaint": "procurement:complaint_detail",
    "suspicion": "procurement:suspicion_detail",
}


def within(kind: str, evaluation: Evaluation) -> str:
    """The list of service records opens at the very days that were counted."""
    return f"?after={evaluation.period_start}&before={evaluation.period_end}" if kind == "visits" else ""


def linked(rows: list[dict], evaluation: Evaluation, audience: str) -> list[dict]:
    """Each raw row with the page of the record it is; people without access there get no link."""
    for row in rows:
        if row["kind"] == "report" and audience != THIRD_PARTY:
            row["url"] = reverse("procurement:report_detail", args=[row["pk"]])
        elif row["kind"] in CONDUCT and audience != THIRD_PARTY:
            row["url"] = reverse(CONDUCT[row["kind"]], args=[row["pk"]]) + within(row["kind"], evaluation)
        elif row["kind"] == "inspection" and audience == OFFICE:
            row["url"] = reverse("procurement:inspection_detail", args=[row["pk"]])
        elif row["kind"] == "answers" and audience == OFFICE:
            row["url"] = reverse("evaluation:survey_detail", args=[evaluation.pk])
    return rows


def _for_audience(result: dict, evaluation: Evaluation, audience: str) -> dict:
    small = not rules.tells_contractor(result["survey"]["replies"], evaluation.scheme.disclosure_minimum)
    for row in result["indicators"]:
        row["rows"] = linked(row["rows"], evaluation, audience)
        if audience == CONTRACTOR and small and row["evaluator_key"] == Evaluator.RECIPIENT:
            row |= {"score": "—", "points": "—", "lost_shown": "—", "rows": [], "note": "答卷较少，为保护服务对象不单独显示。"}
    if audience == CONTRACTOR and small:
        result = reports.without_recipients(result)
    files = dict(Score.objects.filter(evaluation=evaluation, file__isnull=False).values_list("indicator__code", "pk"))
    for row in result["indicators"]:
        row["file_url"] = reverse("evaluation:evidence", args=[evaluation.pk, files[row["code"]]]) if row["code"] in files else ""
    return result


def _survey(evaluation: Evaluation, counted) -> dict:
    return {
        "counted": counted,
        "exists": scoring.survey_of(evaluation) is not None,
        "doubts_url": reverse("evaluation:survey_doubts", args=[evaluation.pk]),
        "url": reverse("evaluation:survey_detail", args=[evaluation.pk]),
    }


def _objection(row: Objection, user) -> dict:
    return {
        "row": row,
        "file_url": reverse("evaluation:objection_file", args=[row.pk]) if row.file_id else "",
        "answer_url": reverse("evaluation:objection_answer", args=[row.pk])
        if row.outcome == Objection.Outcome.OPEN and may(user, Permission.EVALUATION_MANAGE, row.evaluation)
        else "",
    }


def _events(evaluation: Evaluation) -> list[dict]:
    events = AuditEvent.objects.about(evaluation).order_by("-pk")[:60]
    return [
        {
            "what": describe(event.action),
            "at": event.at,
            "who": event.actor_name,
            "note": event.detail.get("note", ""),
        }
        for event in events
    ]


def _actions(user, evaluation: Evaluation, audience: str) -> dict:
    """Which buttons this person has here; a rule that stops one stands beside it."""
    status = evaluation.status
    can = lambda permission: may(user, permission, evaluation)  # noqa: E731
    manage, office = can(Permission.EVALUATION_MANAGE), audience == OFFICE
    window = status == Status.OBJECTION
    due, today = evaluation.objection_due_on, clock.today()
    late = due is not None and today > due
    return {
        "score_purchaser": evaluation.is_open and can(Permission.EVALUATION_SCORE_PURCHASER),
        "score_third_party": evaluation.is_open and can(Permission.EVALUATION_SCORE_THIRD_PARTY),
        "survey": can(Permission.SURVEY_ISSUE) or can(Permission.SURVEY_ENTER) or (office and not evaluation.is_open),
        "assign": evaluation.is_open and manage,
        "score": evaluation.is_open and manage,
        "open_objection": status == Status.SCORED and manage,
        "reopen": status in (Status.SCORED, Status.OBJECTION) and manage,
        "improvement": manage and status in (Status.COLLECTING, Status.SCORED, Status.OBJECTION),
        "object": window and not late and can(Permission.EVALUATION_OBJECT),
        "waive": window and not evaluation.objection_waived_by_id and can(Permission.EVALUATION_OBJECT),
        "finalise": window and can(Permission.EVALUATION_FINALISE),
        "finalise_breaches": outcome.finalise_breaches(evaluation, user) if window and can(Permission.EVALUATION_FINALISE) else [],
        "publish": status == Status.FINAL and can(Permission.EVALUATION_PUBLISH),
        "correct": status in (Status.FINAL, Status.PUBLISHED) and manage,
        "recompute": evaluation.total is not None and not evaluation.is_open and can(Permission.EVALUATION_DOWNLOAD),
        "report": evaluation.report_id is not None and can(Permission.EVALUATION_DOWNLOAD),
        "public": evaluation.published_at is not None,
        "left": workdays_between(today, due) if window and due and not late else None,
    }


@guarded(Permission.EVALUATION_DOWNLOAD, methods=("GET", "HEAD"))
def evaluation_recompute(request, pk):
    """重算: equal, or the list of what differs."""
    evaluation = fetch(Evaluation.objects.listed().filter(frozen__isnull=False), request.user, Permission.EVALUATION_DOWNLOAD, pk=pk)
    context = {
        "evaluation": evaluation,
        "differences": scoring.recompute(evaluation),
        "lines": reports.result_context(evaluation)["indicators"],
    }
    return render(request, "evaluation/evaluation_recompute.html", context)


@guarded(Permission.EVALUATION_VIEW, methods=("GET", "HEAD"))
def evidence(request, pk, score_pk):
    """A paper behind a score: for the purchaser's side always, for the third party its own, for the contractor once shared."""
    evaluation = fetch(Evaluation.objects.listed(), request.user, pk=pk)
    audience = audience_of(request.user, evaluation)
    scores = Score.objects.filter(evaluation=evaluation, file__isnull=False).select_related("file")
    if audience == THIRD_PARTY:
        scores = scores.filter(indicator__evaluator=Evaluator.THIRD_PARTY)
    elif audience == CONTRACTOR and not evaluation.is_shared:
        scores = scores.none()
    return file_response(get_object_or_404(scores, pk=score_pk).file)


@guarded(Permission.EVALUATION_VIEW, methods=("GET", "HEAD"))
def objection_file(request, pk):
    rows = Objection.objects.filter(file__isnull=False, evaluation__in=Evaluation.objects.visible_to(request.user).order_by())
    objection = get_object_or_404(
        rows.select_related("file", "evaluation__organisation", "evaluation__contract__contractor__organisation"), pk=pk
    )
    if audience_of(request.user, objection.evaluation) == THIRD_PARTY:
        return get_object_or_404(rows.none(), pk=pk)
    return file_response(objection.file)
