"""The staffing table: what counts, what adds up, and how many queries it costs."""

import csv
import math
import os
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from config.demo import caseloads
from staffing import reports, rules
from staffing.models import Attendance, Category, Training
from staffing.rules import Standing
from tests.factories import make_township
from tests.staffing.factories import AS_OF, make_caseload, make_staff

ON = date(2026, 11, 23)
BASIS = reports.Basis(ON)
pytestmark = pytest.mark.django_db


def rows_of(chongqing, basis=BASIS):
    return reports.district_table(chongqing.home.bureau, basis).rows


def test_recipients_are_the_sum_of_the_counted_categories(chongqing):
    township = chongqing.home.townships[0].organisation
    for category, count in ((Category.URBAN_DIBAO, 900), (Category.RURAL_DIBAO, 600), (Category.TEKUN, 1), (Category.EDGE, 5000)):
        make_caseload(township, count, category=category)
    assert rows_of(chongqing)[0].recipients == 1501
    wider = reports.Basis(ON, categories=(*reports.DEFAULT_CATEGORIES, Category.EDGE))
    assert rows_of(chongqing, wider)[0].recipients == 6501


def test_only_the_latest_snapshot_up_to_the_day_counts(chongqing):
    township = chongqing.home.townships[0].organisation
    make_caseload(township, 5000, as_of=date(2026, 6, 30))
    make_caseload(township, 2000, as_of=AS_OF)
    assert (rows_of(chongqing)[0].recipients, rows_of(chongqing)[0].as_of) == (2000, AS_OF)
    assert rows_of(chongqing, reports.Basis(date(2026, 8, 1)))[0].recipients == 5000


def test_a_township_without_numbers_is_not_judged(chongqing):
    row = rows_of(chongqing)[0]
    assert (row.standing, row.gap, row.recipients) == (Standing.UNKNOWN, 0, None)


def test_a_snapshot_older_than_a_quarter_is_marked(chongqing):
    make_caseload(chongqing.home.townships[0].organisation, 2000, as_of=date(2026, 6, 30))
    assert rows_of(chongqing)[0].is_stale


def test_posted_workers_count_only_where_they_are_posted_and_part_timers_never(chongqing):
    home = chongqing.home.townships[0]
    make_caseload(home.organisation, 2501)
    make_staff(home.organisation)
    make_staff(home.organisation, employment="PART_TIME")
    make_staff(home.villages[0])
    make_staff(home.organisation, place="CARE_HOME", institution="某敬老院")
    make_staff(home.organisation, started_on=date(2020, 1, 1), ended_on=date(2026, 11, 22))
    row = rows_of(chongqing)[0]
    assert (row.staff.own, row.staff.part_time, row.staff.counted) == (1, 1, 1)
    assert (row.verdict.standing, row.gap) == (Standing.UNDERSTAFFED, 5)


def test_shares_are_of_full_time_staff(chongqing):
    home = chongqing.home.townships[0].organisation
    trained = make_staff(home, education="COLLEGE", certificate=1)
    make_staff(home, education="BELOW")
    make_staff(home, employment="PART_TIME", education="GRADUATE", social_work_education=True)
    training = Training.objects.create(
        organisation=chongqing.home.bureau, title="业务培训", held_on=date(2026, 5, 1), hours=8, status="HELD"
    )
    Attendance.objects.create(training=training, member=trained)
    staff = rows_of(chongqing)[0].staff
    assert (staff.education_share, staff.social_work_share, staff.trained_share) == ("50%", "50%", "50%")


def test_totals_are_the_sums_of_the_rows(chongqing):
    for township, recipients in zip(chongqing.home.townships, (2501, 999), strict=True):
        make_caseload(township.organisation, recipients)
        make_staff(township.organisation)
    table = reports.district_table(chongqing.home.bureau, BASIS)
    assert (table.totals.recipients, table.totals.minimum, table.totals.maximum) == (3500, 8, 10)
    assert (table.totals.gap, table.totals.understaffed, table.totals.small, table.totals.with_ceiling) == (6, 2, 1, 1)
    assert table.totals.gap == sum(row.gap for row in table.rows)


def test_a_district_is_warned_of_its_own_shortage_training_and_villages(chongqing):
    make_staff(chongqing.home.bureau)
    breaches = reports.district_table(chongqing.home.bureau, BASIS).breaches
    assert [breach.rule for breach in breaches] == ["W-19a", "W-22", "W-24"]


def test_a_district_that_meets_everything_is_not_warned(chongqing):
    for _ in range(5):
        make_staff(chongqing.home.bureau)
    Training.objects.create(organisation=chongqing.home.bureau, title="业务培训", held_on=date(2026, 5, 1), hours=8, status="HELD")
    for township in chongqing.home.townships:
        for village in township.villages:
            make_staff(village)
    assert reports.district_table(chongqing.home.bureau, BASIS).breaches == []


def test_one_district_never_shows_the_townships_of_another(chongqing):
    names = {row.name for row in rows_of(chongqing)}
    assert names == {township.organisation.name for township in chongqing.home.townships}


def count_of(run) -> int:
    with CaptureQueriesContext(connection) as captured:
        run()
    return len(captured)


def test_a_table_costs_as_many_queries_for_thirty_townships_as_for_two(chongqing):
    few = count_of(lambda: rows_of(chongqing))
    for number in range(28):
        township = make_township(chongqing.home.bureau, f"5009019{number:02}", f"镇{number}").organisation
        make_caseload(township, 1500)
        make_staff(township)
    assert count_of(lambda: rows_of(chongqing)) == few


@pytest.fixture
def whole_city(db):
    call_command("load_divisions", verbosity=0)
    caseloads.load_caseloads(on=ON)
    return Organisation.objects.filter(kind="BUREAU").valid(ON)


def test_the_real_tree_with_synthetic_sizes_adds_up(whole_city):
    tables = reports.unit_tables(whole_city, BASIS)
    total = reports.Totals.of(row for table in tables for row in table.rows)
    assert (total.recipients, total.small, total.minimum, total.maximum) == (1_060_000, 604, 2_815, 2_541)
    assert (total.with_ceiling, total.townships, total.unknown) == (427, 1033, 2)
    assert len(tables) == 38
    with CaptureQueriesContext(connection) as captured:
        reports.unit_tables(whole_city, BASIS)
    assert len(captured) <= 12


def test_synthetic_numbers_are_entered_once_and_say_what_they_are(whole_city):
    assert caseloads.load_caseloads(on=ON) == 0
    row = Organisation.objects.get(name="华新街街道", valid_to=None).caseloads.first()
    assert "演示数据" in row.source
    assert row.organisation.district.name == "两江新区民政局"


def recipients_of(row: dict) -> int:
    return sum(int(row[key]) for key in ("urban_dibao", "rural_dibao", "tekun"))


def test_the_committed_sizes_are_whole_and_judged_as_by_hand():
    rows = {row["code"]: row for row in caseloads.read_sizing()}
    assert len(rows) == 1031 and sum(map(recipients_of, rows.values())) == 1_060_000
    assert all(len(code) == 9 and code.startswith(row["district"]) and recipients_of(row) >= 0 for code, row in rows.items())
    by_hand = {"500101001": (1366, 3, 5), "500101017": (3151, 7, 12), "500101109": (517, 2, None)}
    for code, (recipients, minimum, maximum) in by_hand.items():
        standard = rules.township_headcount(recipients_of(rows[code]))
        assert (recipients_of(rows[code]), standard.minimum, standard.maximum) == (recipients, minimum, maximum)
    for row in rows.values():
        recipients = recipients_of(row)
        fewest = 2 if recipients < 1000 else math.ceil(Fraction(2 * recipients, 1000))
        assert rules.township_headcount(recipients).minimum == fewest, row


@pytest.mark.skipif("SHARED_DATA_DIR" not in os.environ, reason="an extra for who has the source; the committed file is judged above")
def test_the_committed_sizes_are_those_of_their_source():
    original = Path(os.environ["SHARED_DATA_DIR"]) / "figures" / "SYNTHETIC_township_sizing.csv"
    with original.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}
    committed = {row["code"]: row for row in caseloads.read_sizing()}
    assert committed.keys() == rows.keys()
    assert all(row[key] == rows[code][key] for code, row in committed.items() for key in row)


@pytest.mark.parametrize(
    ("on", "day"), [(date(2026, 11, 23), date(2026, 9, 30)), (date(2026, 1, 1), date(2025, 12, 31)), (date(2026, 10, 1), date(2026, 9, 30))]
)
def test_demo_numbers_are_of_the_last_finished_quarter_and_so_never_stale(on, day):
    assert caseloads.last_quarter_end(on) == day
    assert not rules.is_stale(day, on)
