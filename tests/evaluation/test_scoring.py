"""The score: recomputed by hand, frozen with its inputs, found when touched."""

import json
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from evaluation import figures, rules
from evaluation.models import Answer, Evaluation, Score
from evaluation.services import scoring
from procurement.models import Finding, Inspection, PeriodicReport, Rectification, Suspicion
from records import clock
from tests.evaluation.factories import (
    END,
    START,
    answer,
    at,
    give_scores,
    make_complete,
    make_open,
    make_rectified,
    make_scored,
    make_survey,
    refused,
)

pytestmark = pytest.mark.django_db
D = Decimal


def test_a_golden_evaluation_is_recomputed_by_hand_from_the_raw_rows(world):
    evaluation = make_open(world)
    give_scores(world, evaluation, purchaser="87.5", third="83")
    survey = make_survey(world, evaluation, slips=40, population=40)
    for number, slip in enumerate(survey.codes.all()):
        answer(slip, (5, 4, 4, 3, 0)[number % 5])
    evaluation = scoring.score(evaluation.pk, by=world.officer)

    reports = list(PeriodicReport.objects.filter(contract=world.contract))
    done = Fraction(sum(r.figures["services_done"] for r in reports), sum(r.figures["services_planned"] for r in reports)) * 100
    settled = Fraction(sum(r.figures["complaints_settled"] for r in reports), sum(r.figures["complaints_received"] for r in reports)) * 100
    timely = Fraction(sum(r.rounds.get(number=1).submitted_at.date() <= r.due_on for r in reports), len(reports)) * 100
    limits = Rectification.objects.filter(contract=world.contract)
    in_time = Fraction(sum(row.rounds.get().submitted_at.date() <= row.due_on for row in limits), len(limits)) * 100
    worth = {5: 100, 4: 80, 3: 60, 2: 30, 1: 0}
    answers = list(Answer.objects.filter(indicator__code="F1", level__gt=0).values_list("level", flat=True))
    satisfaction = Fraction(sum(worth[level] for level in answers), len(answers))
    by_hand = (satisfaction * 50 + done * 12 + timely * 5 + in_time * 3 + settled * 4 + Fraction("87.5") * 6 + 83 * 20) / 100

    assert Fraction(evaluation.total) == by_hand
    assert evaluation.grade == "良" and rules.shown(evaluation.total) == "84.25"


def test_a_missing_figure_is_listed_with_its_reason_and_nothing_is_scored(world):
    evaluation = make_complete(world)
    PeriodicReport.objects.filter(contract=world.contract).update(status="submitted")
    message = refused("E-01", scoring.score, evaluation.pk, by=world.officer)
    assert "服务量完成率" in message and "未审核通过" in message
    assert Evaluation.objects.get().total is None


def test_no_complaints_move_their_weight_within_the_purchasers_voice(world):
    for report in PeriodicReport.objects.all():
        report.figures |= {"complaints_received": 0, "complaints_settled": 0}
        report.save()
    evaluation = make_scored(world)
    row = next(row for row in evaluation.frozen["indicators"] if row["code"] == "G3")
    assert row["value"] is None and "合计为 0" in row["note"]
    weights = rules.effective_weights(scoring.lines_of(evaluation.frozen))
    assert sum(weights.values()) == 100 and sum(weights[code] for code in ("G1", "G2", "G4", "G5")) == 30
    assert not Score.objects.filter(evaluation=evaluation, indicator__code="G3").exists()


def test_j9_rectification_and_checks_count_and_each_row_leads_to_its_paper(world, browse):
    late = make_rectified(world, END - timedelta(days=10), late=2)
    check = {"number": 1, "status": "done", "planned_on": END, "held_on": END, "scope": "上门服务", "inspector": world.supervisor}
    check = Inspection.objects.create(contract=world.contract, created_by=world.supervisor, **check)
    facts = {"contract": world.contract, "sign": "off_roster", "key": "2026-09", "facts": "示例", "found_on": END, "status": "confirmed"}
    sign = Suspicion.objects.create(**facts, outcome="查实", judged_by=world.supervisor, judged_at=at(END))
    period = {"start": START, "end": END, "as_of": clock.today()}
    told = {code: figures.compute(code, world.contract, **period) for code in ("clean_checks", "no_assignment")}
    assert [(told[code].value, told[code].rows[0]["pk"]) for code in told] == [(100, check.pk), (0, sign.pk)]
    Finding.objects.create(inspection=check, number=1, fact="示例", clause="示例", severity="major", found_by=world.supervisor)
    assert figures.compute("clean_checks", world.contract, **period).value == 0
    evaluation = make_scored(world)
    assert Score.objects.get(evaluation=evaluation, indicator__code="G5").value == 50
    page = browse(world.officer).get(f"/evaluation/evaluations/{evaluation.pk}/").content.decode()
    assert f"/procurement/rectifications/{late.pk}/" in page


def test_a_late_report_counts_as_late(world):
    last = PeriodicReport.objects.order_by("-period_start").first()
    last.rounds.update(submitted_at=last.rounds.get().submitted_at + timedelta(days=1))
    evaluation = make_scored(world)
    assert Score.objects.get(evaluation=evaluation, indicator__code="G2").value == D("66.666667")


def test_every_score_carries_the_rows_it_was_counted_from(world):
    evaluation = make_scored(world)
    basis = Score.objects.get(evaluation=evaluation, indicator__code="G1").basis
    assert {row["pk"] for row in basis} == set(PeriodicReport.objects.values_list("pk", flat=True))
    counts = {row["label"]: row["count"] for row in Score.objects.get(evaluation=evaluation, indicator__code="F1").basis}
    assert counts["满意"] == 32 and sum(counts.values()) == 32


def test_recomputing_an_untouched_evaluation_finds_it_equal(world):
    assert scoring.recompute(Evaluation.objects.get(pk=make_scored(world).pk)) == []


def test_recomputing_names_a_report_that_was_changed_afterwards(world):
    evaluation = make_scored(world)
    report = PeriodicReport.objects.first()
    report.figures |= {"services_done": 10}
    report.save()
    (difference,) = scoring.recompute(Evaluation.objects.get(pk=evaluation.pk))
    assert difference.what.startswith("G1") and difference.kept == "95.00" and difference.now != "95.00"


def test_recomputing_names_frozen_inputs_that_were_tampered_with(world):
    evaluation = make_scored(world)
    text = json.dumps(evaluation.frozen).replace('"88.00', '"99.00')
    Evaluation.objects.filter(pk=evaluation.pk).update(frozen=json.loads(text.replace('"value": "88"', '"value": "99"')))
    found = [row.what for row in scoring.recompute(Evaluation.objects.get(pk=evaluation.pk))]
    assert "计分依据摘要" in found and "总分" in found


def test_the_hash_does_not_depend_on_the_order_in_which_the_database_gives_the_keys(world):
    frozen = make_scored(world).frozen
    assert scoring.digest(dict(reversed(list(frozen.items())))) == scoring.digest(frozen)


def test_scoring_twice_is_refused_and_changes_nothing(world):
    evaluation = make_scored(world)
    refused("R-STATE", scoring.score, evaluation.pk, by=world.officer)
    assert Evaluation.objects.get().frozen_sha256 == evaluation.frozen_sha256
