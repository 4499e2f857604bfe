"""The first page: what is to be done, by urgency, and the figures above it."""

from datetime import date

import pytest

from accounts.roles import Role
from config import views
from config.figures import FIGURES, figures_for
from records import workdays
from records.worklist import WorkItem
from tests.factories import make_user

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)


@pytest.fixture
def officer(chongqing):
    return make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.home.bureau, name="李四平")


def items(*dues):
    return [WorkItem(title=f"事项{due}", url=f"/x/{due}/", due_on=due, kind="月报") for due in dues]


def test_work_is_grouped_by_urgency_and_sorted_by_date():
    late, later_late = date(2026, 11, 18), date(2026, 11, 20)
    groups = views.by_urgency(items(date(2026, 12, 1), None, date(2026, 11, 29), MONDAY, later_late, late), MONDAY)
    assert [(group["label"], [row["item"].due_on for row in group["items"]]) for group in groups] == [
        ("逾期", [late, later_late]),
        ("今天截止", [MONDAY]),
        ("本周", [date(2026, 11, 29)]),
        ("以后", [date(2026, 12, 1), None]),
    ]


def test_on_sunday_nothing_is_left_of_the_week():
    sunday = date(2026, 11, 29)
    assert [group["label"] for group in views.by_urgency(items(date(2026, 11, 30)), sunday)] == ["以后"]


@pytest.mark.parametrize(
    ("due", "state", "left"),
    [
        (date(2026, 11, 20), "overdue", 1),
        (MONDAY, "due", 0),
        (date(2026, 11, 26), "due", 3),
        (date(2026, 11, 27), "normal", 4),
        (None, "", None),
    ],
)
def test_a_row_says_how_many_working_days_are_left(due, state, left):
    workdays.refresh()
    assert views.light(due, MONDAY) == {"state": state, "left": left}


def test_without_a_published_calendar_no_number_is_guessed():
    workdays.refresh()
    assert views.light(date(2031, 1, 9), date(2031, 1, 6)) == {"state": "normal", "left": None}
    assert views.light(date(2031, 1, 3), date(2031, 1, 6)) == {"state": "overdue", "left": None}


def test_a_long_group_shows_its_head_and_says_how_many_more():
    (group,) = views.by_urgency(items(*[MONDAY] * (views.SHOWN_PER_GROUP + 5)), MONDAY)
    assert (group["count"], len(group["items"]), group["more"]) == (views.SHOWN_PER_GROUP + 5, views.SHOWN_PER_GROUP, 5)


def test_each_row_of_the_work_list_opens_the_form_that_settles_it(officer, browse, monkeypatch):
    monkeypatch.setattr(views, "WORKLISTS", (lambda user: items(date(2020, 1, 2)) if user == officer else [],))
    page = browse(officer).get("/").content.decode()
    assert 'href="/x/2020-01-02/"' in page and "逾期" in page and "■" in page


def test_an_empty_work_list_says_so(officer, browse, monkeypatch):
    monkeypatch.setattr(views, "WORKLISTS", ())
    assert "现在没有等您办理的事" in browse(officer).get("/").content.decode()


def test_a_figure_says_what_the_list_behind_it_shows(chongqing, browse, count_queries):
    chief = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.home.bureau)
    client = browse(chief)
    page = client.get("/").content.decode()
    for figure in figures_for(chief):
        assert f'href="{figure["url"]}"' in page
        assert client.get(figure["url"]).status_code == 200
    assert [figure["label"] for figure in figures_for(chief)] == [figure.label for figure in FIGURES]
    assert count_queries(client, "/") <= 40


def test_who_may_open_no_list_sees_no_figure(chongqing):
    assert figures_for(make_user(role=Role.AUDIT_ADMIN, organisation=chongqing.city)) == []
