"""What pages are made of: the gallery, the components, the filters of values."""

import re
from datetime import date

import pytest
from django.template import engines
from django.test import RequestFactory

from records.policy import Breach, Clause

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)


def render(template: str, request=None, **context) -> str:
    return engines["django"].from_string(template).render(context, request or RequestFactory().get("/"))


def test_the_gallery_is_for_builders_only(client, settings):
    settings.DEBUG = False
    assert client.get("/components/").status_code == 404


def test_the_gallery_shows_every_component(client, settings):
    settings.DEBUG = True
    page = client.get("/components/").content.decode()
    marks = """stepper rail "light "clause" breaches facts gate table-wrap pager filters empty-state form-grid
        data-error-summary stats <progress workdays tabs print-head files blocked "chip"""
    assert not [mark for mark in marks.split() if mark not in page]


def test_labels_errors_and_help_are_tied_to_their_field(client, settings):
    settings.DEBUG = True
    page = client.get("/components/").content.decode()
    assert '<label for="id_bad-name">' in page
    field = re.search(r'<input type="text" name="bad-name"[^>]*>', page).group()
    assert 'aria-invalid="true"' in field
    for target in re.search(r'aria-describedby="([^"]+)"', field).group(1).split():
        assert f'id="{target}"' in page
    assert 'href="#id_bad-name"' in page


def test_a_breach_shows_its_value_rule_and_clause():
    breach = Breach("P-44", Clause("渝民发〔2018〕4号", "二（四）"), "报价高于最高限价。")
    page = render('{% include "components/breaches.html" with breaches=breaches only %}', breaches=[breach])
    assert "报价高于最高限价。" in page and "渝民发〔2018〕4号 二（四）" in page and "P-44" in page


def test_a_blocked_action_stays_visible_with_its_reason():
    breach = Breach("P-44", Clause("甲", "一"), "还缺评分表。")
    page = render('{% include "components/action.html" with label="发布公告" url="/x/" breaches=breaches only %}', breaches=[breach])
    assert "disabled" in page and "发布公告" in page and "还缺评分表。" in page and "<form" not in page


def test_an_open_action_posts_with_token_key_and_version():
    page = render('{% include "components/action.html" with label="发布公告" url="/x/" version=3 only %}')
    assert 'name="csrfmiddlewaretoken"' in page and 'name="idempotency_key"' in page and 'name="version" value="3"' in page


def test_a_form_that_comes_back_keeps_its_idempotency_key():
    request = RequestFactory().post("/x/", {"idempotency_key": "abc123"})
    assert 'value="abc123"' in render("{% once_field %}", request)
    assert render("{% once_field %}") != render("{% once_field %}")


@pytest.mark.parametrize(
    ("state", "shape", "word"), [("normal", "●", "正常"), ("due", "▲", "临期"), ("overdue", "■", "逾期"), ("paused", "‖", "暂停")]
)
def test_a_light_is_shape_and_word(state, shape, word):
    page = render('{% include "components/light.html" with state=state due_on=day left=3 only %}', state=state, day=MONDAY)
    assert shape in page and word in page


def test_a_light_counts_working_days():
    page = render('{% include "components/light.html" with state="due" due_on=day left=3 only %}', day=date(2026, 11, 25))
    assert "还剩 3 个工作日（11月25日止）" in page


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("{{ 1280000|money }}", "1,280,000.00 元"),
        ("{{ nothing|money }}", "—"),
        ("{{ 1280000|wan }}", "128.00 万元"),
        ("{{ 1204|figures }}", "1,204"),
        ("{{ '0.50'|figures:2 }}", "0.50"),
        ("{{ '12.50'|percent }}", "12.5%"),
        ("{{ '100'|percent }}", "100%"),
        ("{{ '33.333'|percent }}", "33.33%"),
        ("{{ day|day }}", "2026-11-23"),
        ("{{ day|day_cn }}", "2026年11月23日"),
        ("{{ day|short_day }}", "11月23日"),
        ("{{ 38200|filesize }}", "37 KB"),
        ("{% chip sharp 'due' %}", '<span class="chip is-due">&lt;b&gt;</span>'),
    ],
)
def test_values_are_written_the_house_way(template, shown):
    assert render(template, day=MONDAY, nothing=None, sharp="<b>") == shown


def test_sorting_keeps_the_filters_and_drops_the_page():
    request = RequestFactory().get("/x/?status=DUE&after=abc&sort=name")
    page = render('{% sort_link "name" as head %}{{ head.url }} {{ head.direction }}', request)
    assert page == "?status=DUE&amp;sort=-name ascending"


def test_what_is_filtered_by_shows_as_chips_that_can_be_taken_away(client, settings):
    settings.DEBUG = True
    page = client.get("/components/", {"q": "家计", "status": "OVERDUE"}).content.decode()
    assert "状态：逾期" in page and 'href="?q=%E5%AE%B6%E8%AE%A1"' in page
