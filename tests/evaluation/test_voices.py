"""The three voices: purchaser, third party, and the recipients' survey."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import AuditEvent, Organisation
from evaluation.models import Survey, SurveyCode, SurveyReply
from evaluation.services import scoring, surveys, voices
from procurement.models import Bid
from records import clock
from records.models import Job
from tests.evaluation.factories import (
    answer,
    assign,
    make_complete,
    make_open,
    make_scored,
    make_survey,
    refused,
)

pytestmark = pytest.mark.django_db
D = Decimal


def test_the_third_party_cannot_score_before_it_declared_its_independence(world):
    evaluation = make_open(world)
    marks = {"T1": voices.Mark(D(80), "底稿")}
    assert "尚未委托" in refused("E-04", voices.enter_scores, evaluation.pk, evaluator="third_party", marks=marks, by=world.third)
    voices.assign_third_party(world.contract.pk, third_party=world.chongqing.third_party, procurement_reference="HT-1", by=world.officer)
    assert "尚未声明" in refused("E-04", voices.enter_scores, evaluation.pk, evaluator="third_party", marks=marks, by=world.third)


def test_the_contractor_cannot_be_its_own_third_party(world):
    own = world.contractor_organisation
    refused("E-04", voices.assign_third_party, world.contract.pk, third_party=own, procurement_reference="HT-1", by=world.officer)


def test_an_organisation_without_a_code_is_no_rival_of_bidders_without_one_e_04(world):
    third, own = world.chongqing.third_party, world.contractor_organisation
    Organisation.objects.filter(pk=third.pk).update(code="", code_scheme="OWN")
    Organisation.objects.filter(pk=own.pk).update(code="", code_scheme="USCC")
    third.refresh_from_db()
    assert Bid.objects.filter(tender__project=world.contract.project, contractor__organisation__code=third.code).exists()
    assign(world)
    assert world.contract.third_party_assignment.declared_by == world.third


def test_a_third_party_score_without_evidence_is_refused(world):
    evaluation = make_open(world)
    assign(world)
    refused("E-04", voices.enter_scores, evaluation.pk, evaluator="third_party", marks={"T1": voices.Mark(D(80))}, by=world.third)


def test_nobody_scores_for_another_voice(world):
    evaluation = make_open(world)
    refused("E-01", voices.enter_scores, evaluation.pk, evaluator="purchaser", marks={"T1": voices.Mark(D(80))}, by=world.officer)


@pytest.mark.parametrize("value", ["-0.01", "100.01"])
def test_a_score_outside_the_scale_is_refused(world, value):
    evaluation = make_open(world)
    refused("E-06", voices.enter_scores, evaluation.pk, evaluator="purchaser", marks={"G4": voices.Mark(D(value))}, by=world.officer)


def test_a_stale_form_does_not_overwrite_what_somebody_else_saved(world):
    evaluation = make_open(world)
    voice = {"evaluator": "purchaser", "by": world.officer, "version": evaluation.version}
    voices.enter_scores(evaluation.pk, marks={"G4": voices.Mark(D(80))}, **voice)
    refused("R-STALE", voices.enter_scores, evaluation.pk, marks={"G4": voices.Mark(D(10))}, **voice)


def test_codes_are_kept_only_as_hashes_and_can_be_printed_again(world):
    survey = make_survey(world, make_open(world))
    slip = survey.codes.get(serial=7)
    code = surveys.code_of(survey, 7)
    assert surveys.find_slip(surveys.spell_code(code).lower()) == slip
    kept = [*SurveyCode.objects.values(), *Survey.objects.values()]
    assert code not in str(kept) and code not in json.dumps(list(AuditEvent.objects.values_list("detail", flat=True)))
    assert code not in str(list(Job.objects.values()))


def test_a_slip_counts_once_whoever_answers_it_again(world):
    slip = make_survey(world, make_open(world)).codes.first()
    answer(slip)
    assert "已使用" in refused("E-08", answer, slip)
    assert "已使用" in refused("E-08", answer, slip, channel="phone", by=world.third)
    assert SurveyReply.objects.count() == 1


def test_phone_and_home_visits_count_alike_and_proxies_are_flagged(world):
    evaluation = make_open(world)
    survey = make_survey(world, evaluation)
    for slip, channel in zip(survey.codes.all()[:3], ("web", "phone", "home"), strict=True):
        answer(slip, 5, channel=channel, proxy=channel == "home", by=None if channel == "web" else world.third)
    assert scoring.count_survey(evaluation).replies == 3
    assert SurveyReply.objects.get(channel="home").proxy


def test_an_answer_to_half_the_questions_is_refused(world):
    slip = make_survey(world, make_open(world)).codes.first()
    question = surveys.questions_of(slip.survey.evaluation)[0]
    refused("E-08", surveys.reply, slip.pk, levels={question.pk: 5})


def test_an_expired_slip_is_refused(world):
    survey = make_survey(world, make_open(world))
    survey.expires_on = clock.today() - timedelta(days=1)
    survey.save()
    assert "过期" in refused("E-08", answer, survey.codes.first())


def test_no_slip_is_answered_after_the_score(world):
    evaluation = make_scored(world)
    slip = evaluation.survey.codes.filter(reply=None).first()
    assert "已经计分" in refused("E-08", answer, slip)


def test_too_few_replies_give_no_score_but_the_words_for_it(world):
    evaluation = make_complete(world, replies=29)
    entries, counted = scoring.collect(evaluation, as_of=clock.today())
    assert (counted.replies, counted.needed) == (29, 30)
    assert all(entry.value is None for entry in entries if entry.indicator.evaluator == "recipient")
    assert "样本不足" in refused("E-01", scoring.score, evaluation.pk, by=world.officer)


def test_a_census_waits_for_all_but_those_who_cannot_be_reached(world):
    evaluation = make_open(world)
    survey = make_survey(world, evaluation, slips=5, population=5, replies=4)
    assert not scoring.count_survey(evaluation).enough
    surveys.mark_unreachable(survey.codes.last().pk, reason="已迁出", by=world.third)
    assert scoring.count_survey(evaluation).enough


def test_fewer_slips_than_the_sample_or_more_than_people_are_refused(world):
    evaluation = make_open(world)
    refused("E-08", make_survey, world, evaluation, slips=29, population=200)
    refused("E-08", make_survey, world, evaluation, slips=41, population=40)
