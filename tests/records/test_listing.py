"""Keyset pages: each row once, in order, forwards and back, whatever is in the URL."""

from datetime import timedelta

import pytest
from django.test import RequestFactory

from accounts.models import Organisation
from accounts.roles import Role
from records import clock
from records.listing import KeysetPage
from records.models import Message
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(chongqing):
    """Forty-five messages, many at the same moment, a microsecond apart at most."""
    user = make_user(role=Role.CITY_BUREAU, organisation=chongqing.city)
    now = clock.now()
    made = [Message(recipient=user, key=str(n), title=f"消息{n}", created_at=now + timedelta(microseconds=n // 4)) for n in range(45)]
    return Message.objects.filter(pk__in=[message.pk for message in Message.objects.bulk_create(made)])


def page_at(rows, url, **options) -> KeysetPage:
    return KeysetPage(rows, request=RequestFactory().get(url), **options)


def walk(rows, url="/list/", **options) -> list[KeysetPage]:
    pages = []
    while url:
        pages.append(page_at(rows, url, **options))
        url = pages[-1].next_url
    return pages


def test_walking_forwards_shows_each_row_once_in_order(rows):
    pages = walk(rows, size=20)

    shown = [message.pk for page in pages for message in page.rows]
    assert shown == list(rows.order_by("-created_at", "-pk").values_list("pk", flat=True))
    assert [len(page.rows) for page in pages] == [20, 20, 5]


def test_walking_back_shows_the_same_pages(rows):
    pages = walk(rows, size=20)

    second = page_at(rows, pages[2].previous_url, size=20)
    first = page_at(rows, second.previous_url, size=20)
    assert [m.pk for m in second.rows] == [m.pk for m in pages[1].rows]
    assert [m.pk for m in first.rows] == [m.pk for m in pages[0].rows]
    assert first.previous_url is None
    assert first.has_next


def test_rows_that_come_in_between_are_neither_skipped_nor_repeated(rows):
    first = page_at(rows, "/list/", size=20)
    newest = rows.order_by("-created_at").first()
    Message.objects.create(recipient=newest.recipient, key="new", title="新", created_at=newest.created_at + timedelta(seconds=1))

    second = page_at(Message.objects.filter(recipient=newest.recipient), first.next_url, size=20)
    assert not {m.pk for m in first.rows} & {m.pk for m in second.rows}


def test_filters_stay_in_the_links(rows):
    page = page_at(rows, "/list/?q=消息&status=open", size=20)

    assert "q=" in page.next_url
    assert "status=open" in page.next_url
    assert page.first_url == "/list/?q=%E6%B6%88%E6%81%AF&status=open"


@pytest.mark.parametrize("cursor", ["x", "eyJhIjoxfQ==", "W10=", "WyJ4IiwgMV0=", "WzEsIDIsIDNd", "☃", "%00"])
def test_a_cursor_that_is_none_shows_the_first_page(rows, cursor):
    page = page_at(rows, f"/list/?after={cursor}", size=20)

    assert len(page.rows) == 20
    assert page.previous_url is None


def test_the_count_is_exact_up_to_a_thousand_and_capped_above(rows, monkeypatch, django_assert_num_queries):
    assert page_at(rows, "/list/").count == 45
    monkeypatch.setattr("records.listing.COUNT_CAP", 44)
    page = page_at(rows, "/list/")
    with django_assert_num_queries(1) as captured:
        assert page.count == "44+"
    assert "LIMIT 45" in captured.captured_queries[0]["sql"]


def test_pages_never_use_offset(rows, django_assert_num_queries):
    url = page_at(rows, "/list/", size=20).next_url
    with django_assert_num_queries(1) as captured:
        page_at(rows, url, size=20)

    assert "OFFSET" not in captured.captured_queries[0]["sql"]


def test_an_order_may_cross_one_relation(chongqing):
    rows = Organisation.objects.exclude(parent=None).select_related("parent")
    pages = walk(rows, order=("parent__path", "path", "pk"), size=7)

    shown = [row.pk for page in pages for row in page.rows]
    assert shown == list(rows.order_by("parent__path", "path", "pk").values_list("pk", flat=True))


def test_an_empty_list_has_no_way_on(chongqing):
    page = page_at(Message.objects.none(), "/list/")

    assert (page.rows, page.count, page.next_url, page.previous_url) == ([], 0, None, None)
