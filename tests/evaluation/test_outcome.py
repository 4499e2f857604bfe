"""From the score to the public: objections, the final report, publication, correction, and what they set in motion."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from contractors.models import Performance
from evaluation import rules
from evaluation.models import Evaluation, Objection, Score
from evaluation.services import outcome, scoring, voices
from procurement.models import GradeNotice, Project
from records import clock
from records.models import Message, Notice
from records.refusals import IllegalTransition
from records.workflow import move
from tests.evaluation.factories import (
    make_final,
    make_objection_window,
    make_open,
    make_published,
    make_report,
    make_scored,
    make_world,
    refused,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db
D = Decimal


def test_the_window_is_five_working_days_from_the_day_the_score_was_shown(world):
    assert str(make_objection_window(world).objection_due_on) == "2026-11-30"  # Monday to Monday


def test_an_objection_must_be_answered_before_the_evaluation_is_final(world):
    evaluation = make_objection_window(world)
    objection = outcome.raise_objection(evaluation.pk, text="T1 抽查不实", by=world.contractor)
    assert str(objection.answer_due_on) == "2026-12-07"
    refused("E-15", outcome.finalise, evaluation.pk, by=world.chief)
    refused("E-15", outcome.waive_objection, evaluation.pk, by=world.contractor)
    refused("E-15", outcome.answer_objection, objection.pk, upheld=False, answer=" ", by=world.officer)
    outcome.answer_objection(objection.pk, upheld=False, answer="经复核，维持原分。", by=world.officer)
    outcome.waive_objection(evaluation.pk, by=world.contractor)
    assert outcome.finalise(evaluation.pk, by=world.chief).status == "final"


def test_an_upheld_objection_reopens_and_the_score_is_made_anew(world):
    evaluation = make_objection_window(world)
    before = evaluation.total
    objection = outcome.raise_objection(evaluation.pk, text="G4 偏低", by=world.contractor)
    outcome.answer_objection(objection.pk, upheld=True, answer="成立。", by=world.officer)
    voices.enter_scores(evaluation.pk, evaluator="purchaser", marks={"G4": voices.Mark(D(98))}, by=world.officer)
    again = scoring.score(evaluation.pk, by=world.officer)
    assert again.total == before + D("0.6")
    trail = AuditEvent.objects.filter(action="evaluation.evaluation.scored").order_by("pk")
    assert [event.detail["total"] for event in trail] == [str(before), str(again.total)]


def test_nobody_finalises_before_the_window_is_over_or_waived(world):
    refused("E-15", outcome.finalise, make_objection_window(world).pk, by=world.chief)


@pytest.mark.parametrize("who", ["officer", "third"])
def test_who_scored_does_not_finalise(world, who):
    evaluation = make_objection_window(world)
    outcome.waive_objection(evaluation.pk, by=world.contractor)
    refused("E-15", outcome.finalise, evaluation.pk, by=getattr(world, who))


def test_the_database_refuses_the_same_person_as_scorer_and_finaliser(world):
    evaluation = make_scored(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evaluation.objects.filter(pk=evaluation.pk).update(finalised_by=world.officer)


def test_an_objection_after_the_window_is_refused(world):
    evaluation = make_objection_window(world)
    Evaluation.objects.filter(pk=evaluation.pk).update(objection_due_on=clock.today() - timedelta(days=1))
    refused("E-15", outcome.raise_objection, evaluation.pk, text="迟到的异议", by=world.contractor)
    assert not Objection.objects.exists()


def test_final_issues_a_numbered_report_and_starts_the_clock_of_publication(world):
    evaluation = make_final(world)
    assert evaluation.report.number == "甲区民政局评〔2026〕1号" and not evaluation.report.public
    assert str(evaluation.publish_due_on) == "2026-12-21"
    assert evaluation.report.context["result"]["total"] == rules.shown(evaluation.total)


def test_nothing_is_public_before_it_is_final(world):
    refused("E-10", outcome.publish, make_objection_window(world).pk, summary="", by=world.officer)
    assert not Notice.objects.filter(public=True).exists()


def test_publication_masks_numbers_that_name_a_person(world):
    evaluation = outcome.publish(
        make_final(world).pk, summary="王婆婆（身份证510200195501011234，电话12345678901，卡6222021234567890123）反映良好", by=world.officer
    )
    text = json.dumps(evaluation.announcement.context, ensure_ascii=False)
    for secret in ("510200195501011234", "12345678901", "6222021234567890123", "王婆婆"):
        assert secret not in text
    assert "123****8901" in text


def test_the_result_reaches_the_contractors_file_and_the_project(world):
    evaluation = make_published(world)
    row = Performance.objects.get(contractor=world.contract.contractor)
    assert (row.year, row.grade, row.score) == (2026, evaluation.grade, D(rules.shown(evaluation.total)))
    assert Project.objects.get(pk=world.contract.project_id).status == "published"


def test_a_correction_is_a_second_edition_and_the_first_one_stays(world):
    first = make_published(world)
    second = outcome.correct(first.pk, reason="G4 录入有误", by=world.officer)
    refused("E-15", outcome.correct, first.pk, reason="再来一次", by=world.officer)
    voices.enter_scores(second.pk, evaluator="purchaser", marks={"G4": voices.Mark(D(100))}, by=world.officer)
    scoring.score(second.pk, by=world.officer)
    outcome.open_objection(second.pk, by=world.officer)
    outcome.waive_objection(second.pk, by=world.contractor)
    outcome.finalise(second.pk, by=world.chief)
    second = outcome.publish(second.pk, summary="", by=world.officer)
    kept = Evaluation.objects.get(pk=first.pk)
    assert (kept.status, kept.total, kept.frozen) == ("corrected", first.total, first.frozen)
    assert kept.announcement.is_withdrawn and not second.announcement.is_withdrawn
    assert second.total == first.total + D("0.72")
    assert Performance.objects.get().score == D(rules.shown(second.total))


def test_the_matrix_of_moves_is_exactly_the_table(world):
    evaluation = make_scored(world)
    for start in Evaluation.Status:
        for to in Evaluation.Status:
            with transaction.atomic():
                Evaluation.objects.filter(pk=evaluation.pk).update(status=start, finalised_by=world.chief)
                row = Evaluation.objects.get(pk=evaluation.pk)
                if to in Evaluation.TRANSITIONS[start]:
                    assert move(row, to, by=world.officer).status == to
                else:
                    with pytest.raises(IllegalTransition):
                        move(row, to, by=world.officer)
                transaction.set_rollback(True)


def test_what_is_scored_has_frozen_inputs_or_the_database_refuses(world):
    evaluation = make_open(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evaluation.objects.filter(pk=evaluation.pk).update(status="scored")


def test_another_district_is_not_touched(world, chongqing):
    other = make_world(chongqing, district=1, contractor=1)
    make_published(world)
    assert not Evaluation.objects.filter(contract=other.contract).exists()


def test_officers_are_told_when_a_period_opens(world):
    make_open(world)
    make_open(world)
    assert Message.objects.filter(recipient=world.officer).count() == 1


def test_a_stranger_to_scoring_may_finalise_when_the_window_is_over(world):
    evaluation = make_objection_window(world)
    Evaluation.objects.filter(pk=evaluation.pk).update(objection_due_on=clock.today() - timedelta(days=1))
    chief = make_user(role="BUREAU_CHIEF", organisation=world.bureau)
    assert outcome.finalise(evaluation.pk, by=chief).finalised_by == chief


def test_a_report_outside_the_period_is_not_counted(world):
    make_report(
        world.contract,
        world.contract.ends_on + timedelta(days=1),
        world.contract.ends_on + timedelta(days=30),
        world.contractor,
        services_done=0,
    )
    assert Score.objects.get(evaluation=make_scored(world), indicator__code="G1").value == D(95)


def test_e09_publication_tells_the_contract_its_grade_once(world):
    evaluation = make_published(world)
    notice = GradeNotice.objects.get(contract=evaluation.contract)
    assert (notice.grade, notice.period_end) == (evaluation.grade, evaluation.period_end)
