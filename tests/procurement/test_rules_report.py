"""A report is complete, typed, and blank is not 0."""

from datetime import date

import pytest

from procurement.rules import report

FULL = {
    "services_planned": 100,
    "services_done": 100,
    "recipients": 40,
    "visits_planned": 20,
    "visits_done": 20,
    "complaints_received": 0,
    "complaints_settled": 0,
    "staff_on_post": 6,
    "staff_trained": 2,
    "money_received": "50000.00",
    "money_spent": "48000.50",
    "narrative": "按计划开展上门照料",
}


def test_a_full_report_passes_and_zero_counts_as_filled():
    assert list(report.figures_breaches(FULL)) == []


@pytest.mark.parametrize("key", [field.key for field in report.FIELDS if field.required])
def test_each_required_figure_left_blank_is_named(key):
    breaches = list(report.figures_breaches({**FULL, key: None}))
    assert len(breaches) == 1 and report.BY_KEY[key].label in breaches[0].message and breaches[0].binding


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        ("services_done", "0", 0),
        ("services_done", "", None),
        ("services_done", "  ", None),
        ("services_done", None, None),
        ("services_done", "1,200", 1200),
        ("services_done", "１２", 12),
        ("services_done", 12.0, 12),
        ("money_spent", "48000.5", "48000.50"),
        ("money_spent", 0, "0.00"),
        ("money_spent", "", None),
        ("narrative", " 正常 ", "正常"),
    ],
)
def test_figures_are_read_in_their_type(key, raw, value):
    assert report.parse(report.BY_KEY[key], raw) == value


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        ("services_done", "十二"),
        ("services_done", "1.5"),
        ("services_done", "-1"),
        ("services_done", "NaN"),
        ("services_done", "1e99"),
        ("services_done", "=1+1"),
        ("money_spent", "1.005"),
        ("money_spent", "Infinity"),
        ("money_spent", "-0.01"),
    ],
)
def test_what_is_no_figure_is_refused_with_its_value(key, raw):
    with pytest.raises(ValueError, match=report.BY_KEY[key].label):
        report.parse(report.BY_KEY[key], raw)


def test_less_than_planned_needs_a_reason_in_the_report():
    short = {**FULL, "visits_done": 19}
    assert [b.rule for b in report.figures_breaches(short)] == ["V-04"]
    assert list(report.figures_breaches({**short, "shortfall": "暴雨停访一天"})) == []


def test_odd_figures_only_warn():
    breaches = list(report.figures_breaches({**FULL, "staff_trained": 7, "complaints_settled": 1}))
    assert [b.binding for b in breaches] == [False, False]


def test_a_report_goes_back_only_with_a_reason():
    assert list(report.return_breaches({"service": "人次与签到不符"})) == []
    assert [b.rule for b in report.return_breaches({"service": " "})] == ["V-06"]


@pytest.mark.parametrize(
    ("starts", "ends", "periods"),
    [
        (date(2026, 1, 15), date(2026, 1, 20), [(date(2026, 1, 15), date(2026, 1, 20))]),
        (
            date(2025, 12, 10),
            date(2026, 2, 5),
            [(date(2025, 12, 10), date(2025, 12, 31)), (date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 2, 1), date(2026, 2, 5))],
        ),
    ],
)
def test_months_are_cut_to_the_term(starts, ends, periods):
    assert report.months(starts, ends) == periods


def test_a_term_that_ends_before_it_starts_has_no_months():
    with pytest.raises(ValueError):
        report.months(date(2026, 2, 1), date(2026, 1, 1))


def test_two_rounds_are_compared_field_by_field():
    changed = [d for d in report.compare({**FULL, "recipients": None}, FULL) if d.changed]
    assert [(d.label, d.before, d.after) for d in changed] == [("服务对象人数", "未填", "40")]
