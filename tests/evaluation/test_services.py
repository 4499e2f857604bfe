import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, Organisation
from contractors.models import Performance
from evaluation import rules
from evaluation.models import Answer, Evaluation, Objection, Score, Survey, SurveyCode, SurveyReply
from evaluation.services import dates, outcome, periods, schemes, scoring, surveys, voices
from procurement.models import Bid, Contract, PeriodicReport, Project
from records import calendars, clock
from records.models import Job, Message, Notice
from records.refusals import IllegalTransition, Refused
from records.workflow import move
from tests.evaluation.factories import (
    answer,
    assign,
    give_scores,
    make_complete,
    make_final,
    make_objection_window,
    make_open,
    make_published,
    make_report,
    make_scheme,
    make_scored,
    make_survey,
    make_world,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db
D = Decimal


def refused(rule, function, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        function(*args, **kwargs)
    assert rule in [breach.rule for breach in caught.value.breaches]
    return str(caught.value)


# --- opening ---


def test_a_period_is_opened_once_however_often_it_is_asked_for(world):
    first, second = make_open(world), make_open(world)
    assert first == second and Evaluation.objects.count() == 1


def test_the_database_itself_takes_one_evaluation_per_contract_period_and_edition(world):
    evaluation = make_open(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evaluation.objects.create(
            contract=evaluation.contract,
            organisation=evaluation.organisation,
            scheme=evaluation.scheme,
            period_start=evaluation.period_start,
            period_end=evaluation.period_end,
            collect_due_on=evaluation.collect_due_on,
        )


def test_a_period_keeps_the_scheme_of_its_first_day(world):
    later = make_scheme(world.bureau, world.officer, effective_from=clock.today())
    assert make_open(world).scheme == world.scheme != later


def test_the_nearest_organisation_and_the_matching_class_of_service_win(world):
    own = make_scheme(world.bureau, world.officer, service_class="direct")
    make_scheme(world.bureau, world.officer, service_class="administrative")
    assert make_open(world).scheme == own


def test_without_a_scheme_in_force_nothing_is_opened(world):
    world.scheme.effective_from = clock.today()
    world.scheme.save()
    period = rules.Period(world.contract.starts_on, world.contract.ends_on)
    assert "没有生效的评价方案" in refused("E-06", periods.open_evaluation, world.contract, period)


# --- schemes ---


def test_the_starting_point_keeps_every_rule():
    _, _, specs = schemes.starting_point()
    assert schemes.edition_breaches(specs, effective_from=clock.today(), latest=None) == []
    weights = rules.weights_by([spec.line() for spec in specs], "evaluator")
    assert weights == {"recipient": D(50), "purchaser": D(30), "third_party": D(20)}


def test_a_new_edition_must_begin_after_the_last_one(world):
    refused("E-06", make_scheme, world.chongqing.city, world.officer, effective_from=world.scheme.effective_from)
    assert make_scheme(world.chongqing.city, world.officer, effective_from=clock.today()).edition == 2


def test_a_scheme_that_names_an_unknown_figure_is_refused(world):
    _, source, specs = schemes.starting_point()
    broken = [replace(spec, figure="os.system") if spec.code == "G1" else spec for spec in specs]
    fields = {
        "organisation": world.bureau,
        "specs": broken,
        "effective_from": clock.today(),
        "by": world.officer,
        "name": "x",
        "source": source,
    }
    refused("E-06", schemes.create_edition, **fields)


# --- voices ---


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


# --- survey ---


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


# --- the score ---


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
    worth = {5: 100, 4: 80, 3: 60, 2: 30, 1: 0}
    answers = list(Answer.objects.filter(indicator__code="F1", level__gt=0).values_list("level", flat=True))
    satisfaction = Fraction(sum(worth[level] for level in answers), len(answers))
    by_hand = (satisfaction * 50 + done * 12 + timely * 8 + settled * 4 + Fraction("87.5") * 6 + 83 * 20) / 100

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
    assert sum(weights.values()) == 100 and sum(weights[code] for code in ("G1", "G2", "G4")) == 30
    assert not Score.objects.filter(evaluation=evaluation, indicator__code="G3").exists()


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


# --- objection, final, public ---


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


# --- limits near the end of the year: next year's calendar is published in November at the earliest


@pytest.fixture
def last_week():
    """28 December 2026: no day of 2027 is known."""
    with time_machine.travel("2026-12-28 09:00:00+08:00", tick=True):
        yield


def publish_2027() -> None:
    calendars.write_year(2027, [calendars.Day(day, day.weekday() < 5, "") for day in calendars.days_of(2027)], source="测试", by=None)


def test_a_period_that_ends_with_the_calendar_is_opened_without_a_limit_and_dated_later(world):
    Contract.objects.filter(pk=world.contract.pk).update(ends_on=date(2026, 12, 31))
    world.contract.refresh_from_db()
    with time_machine.travel("2027-01-20 09:00:00+08:00", tick=True):
        evaluation = make_open(world)
        assert evaluation.collect_due_on is None
        assert periods.close_period(world.contract.pk, evaluation.period_start, evaluation.period_end).is_open
        assert dates.fill_open_dates() == 0
        publish_2027()
        assert dates.fill_open_dates() == 1
        assert dates.fill_open_dates() == 0
    evaluation.refresh_from_db()
    assert evaluation.collect_due_on == date(2027, 1, 14)


def test_the_contractor_may_object_while_the_end_of_the_window_is_unknown_e_15(world, last_week):
    evaluation = make_objection_window(world)
    assert evaluation.objection_due_on is None
    assert "工作日历公布后确定" in Message.objects.get(recipient=world.contractor, key__startswith="evaluation-objection").body
    refused("E-15", outcome.finalise, evaluation.pk, by=world.chief)
    with time_machine.travel("2027-01-15 09:00:00+08:00", tick=True):
        objection = outcome.raise_objection(evaluation.pk, text="T1 抽查不实", by=world.contractor)
        assert objection.answer_due_on is None
        publish_2027()
        dates.fill_open_dates()
        evaluation.refresh_from_db()
        objection.refresh_from_db()
    assert evaluation.objection_due_on == date(2027, 1, 15)  # counted it would be 4 January: nobody could know
    assert objection.answer_due_on == date(2027, 1, 29)
    assert Message.objects.filter(recipient=world.contractor, title__startswith="异议期限已确定").count() == 1


def test_a_report_is_final_without_a_calendar_and_its_publication_is_dated_later_e_10(world, last_week):
    evaluation = make_final(world)
    assert evaluation.publish_due_on is None
    publish_2027()
    dates.fill_open_dates()
    evaluation.refresh_from_db()
    assert evaluation.publish_due_on == date(2027, 1, 25)


def test_a_correction_can_be_opened_without_a_calendar(world):
    published = make_published(world)
    with time_machine.travel("2026-12-28 09:00:00+08:00", tick=True):
        fresh = outcome.correct(published.pk, reason="数据有误", by=world.officer)
        assert fresh.collect_due_on is None
        publish_2027()
        dates.fill_open_dates()
    fresh.refresh_from_db()
    assert fresh.collect_due_on == date(2027, 1, 11)


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
