"""P-06: the district's guidance catalogue has a way in, and only there does a project find its items."""

from datetime import date

import pytest
from django.core.management.sql import emit_post_migrate_signal
from django.urls import reverse

from accounts.roles import Role
from procurement.models import CatalogueItem, GuidanceEntry, ServiceStandard
from procurement.services import gates
from procurement.services.catalogue import load_catalogue
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LIST, NEW = reverse("procurement:catalogue_list"), reverse("procurement:guidance_create")


@pytest.fixture
def officer(chongqing):
    return make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.home.bureau)


def entry(chongqing, **changes):
    items = list(CatalogueItem.objects.filter(code__in=("B1", "A6")).values_list("pk", flat=True))
    return {"organisation": chongqing.home.bureau.pk, "document": "区府发〔2026〕8号", "valid_from": "2026-01-01", "items": items} | changes


def test_an_officer_lists_items_and_a_project_may_use_them(browse, officer, chongqing):
    assert browse(officer).post(NEW, entry(chongqing)).status_code == 302
    assert sorted(gates.listed_in_guidance(chongqing.home.bureau, date(2026, 6, 1))) == ["A6", "B1"]
    assert browse(officer).get(LIST).content.decode().count("区府发〔2026〕8号，2026-01-01 起") == 2


def test_another_districts_catalogue_is_out_of_reach(browse, officer, chongqing):
    response = browse(officer).post(NEW, entry(chongqing, organisation=chongqing.districts[1].bureau.pk))
    assert "organisation" in response.context["form"].errors
    assert not GuidanceEntry.objects.exists()


def test_who_does_not_buy_does_not_list(browse, chongqing):
    clerk = make_user(role=Role.WINDOW_CLERK, organisation=chongqing.home.townships[0].organisation)
    chief = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.home.bureau)
    assert browse(clerk).get(LIST).status_code == 403
    assert browse(chief).get(LIST).status_code == 200
    assert browse(chief).post(NEW, entry(chongqing)).status_code == 403


def test_the_catalogue_costs_the_same_with_every_item_listed(browse, officer, chongqing, count_queries):
    few = count_queries(browse(officer), LIST)
    every = list(CatalogueItem.objects.values_list("pk", flat=True))
    browse(officer).post(NEW, entry(chongqing, items=every))
    assert count_queries(browse(officer), LIST) == few


def test_every_migrate_brings_the_catalogue_in_line_with_its_file():
    CatalogueItem.objects.filter(code="B1").update(name="旧名")
    ServiceStandard.objects.filter(item__code="B1", number__lt=3).delete()
    item = CatalogueItem.objects.get(code="B1")
    ServiceStandard.objects.create(item=item, number=9, name="已删去的标准", measure="抽查", target="100%")
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    item.refresh_from_db()
    assert item.name != "旧名" and [standard.number for standard in item.standards.all()] == [1, 2, 3]


def test_the_catalogue_in_line_with_its_file_is_read_in_two_queries(django_assert_num_queries):
    with django_assert_num_queries(4):  # and a savepoint around them
        load_catalogue()
