"""What opens a period, which scheme judges it, and what happens while next year's calendar is unknown."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction

from evaluation import rules
from evaluation.models import Evaluation
from evaluation.services import dates, outcome, periods, schemes
from procurement.models import Contract
from records import calendars, clock
from records.models import Message
from tests.evaluation.factories import (
    make_final,
    make_objection_window,
    make_open,
    make_published,
    make_scheme,
    refused,
)

pytestmark = pytest.mark.django_db
D = Decimal


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
