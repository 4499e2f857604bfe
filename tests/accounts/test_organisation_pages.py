"""The organisation tree to read: search, history, and nothing out of reach."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Organisation, OrganisationCode
from accounts.roles import Role
from tests.factories import make_township, make_user

pytestmark = pytest.mark.django_db
LIST = reverse("accounts:organisation_list")


@pytest.fixture
def chief(chongqing):
    return make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.home.bureau)


def test_search_finds_by_name_code_and_former_name_within_reach(chongqing, chief, browse):
    township = chongqing.home.townships[0].organisation
    Organisation.objects.filter(pk=township.pk).update(note="原名旧乡")
    OrganisationCode.objects.create(organisation=township, scheme="MCA2026", code="599999123")
    client = browse(chief)
    for query in (township.name, township.code, "旧乡", "599999123"):
        assert township.name in client.get(LIST, {"q": query}).content.decode(), query
    assert "没有找到组织" in client.get(LIST, {"q": "乙区"}).content.decode()


def test_without_a_search_the_own_top_is_shown(chongqing, chief, browse):
    page = browse(chief).get(LIST).content.decode()
    assert chongqing.home.bureau.name in page
    assert chongqing.home.townships[0].organisation.name not in page


def test_a_place_shows_what_became_of_it(chongqing, chief, browse):
    old, heir = (township.organisation for township in chongqing.home.townships)
    Organisation.objects.filter(pk=old.pk).update(valid_to=date(2026, 1, 25), succeeded_by=heir)
    page = browse(chief).get(reverse("accounts:organisation_detail", args=[old.pk])).content.decode()
    assert "已撤销" in page
    assert heir.name in page
    assert "承继自" in browse(chief).get(reverse("accounts:organisation_detail", args=[heir.pk])).content.decode()


def test_a_place_of_another_district_is_not_found(chongqing, chief, browse):
    stranger = chongqing.districts[1].bureau
    assert browse(chief).get(reverse("accounts:organisation_detail", args=[stranger.pk])).status_code == 404


def test_the_city_opens_every_place(chongqing, browse):
    client = browse(make_user(role=Role.CITY_AUDITOR, organisation=chongqing.city))
    assert client.get(reverse("accounts:organisation_detail", args=[chongqing.districts[2].bureau.pk])).status_code == 200


def test_the_pages_cost_the_same_however_many_places_there_are(chongqing, chief, browse, count_queries):
    client, bureau = browse(chief), chongqing.home.bureau
    urls = (f"{LIST}?q=镇", reverse("accounts:organisation_detail", args=[bureau.pk]))
    client.get(LIST)
    few = [count_queries(client, url) for url in urls]
    for number in range(30):
        make_township(bureau, f"5009019{number:02}", f"新{number}镇")
    assert [count_queries(client, url) for url in urls] == few
