"""Caseload numbers from the list of who receives: counted where a list was confirmed, registered with their source, never guessed."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from records import clock
from records.refusals import Refused
from staffing.models import Caseload
from tests.factories import make_user
from windows.models import Person
from windows.models.standing import StandingEntry, StandingImport
from windows.services import caseload

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(chongqing):
    return make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.home.bureau)


def listed(township, categories, by, *, status="CONFIRMED", ended=()):
    """A list of this township with one person for each category."""
    facts = {"confirmed_by": by, "confirmed_at": clock.now()} if status == "CONFIRMED" else {}
    paper = StandingImport.objects.create(
        organisation=township, kind="ROSTER", file_name="名册.xlsx", sha256="0" * 64, status=status, made_by=by, **facts
    )
    for index, category in enumerate(categories):
        person = Person.objects.create(organisation=township.district, name=f"试验{index}", no_id_reason="示例")
        left = {"ended_on": clock.today(), "end_reason": "去世", "unheard": "DEATH"} if index in ended else {}
        StandingEntry.objects.create(organisation=township, person=person, category=category, amount=500, source=paper, **left)


def test_persons_are_counted_by_category_and_registered_once_with_their_source(chongqing, chief, browse):
    first, second = (one.organisation for one in chongqing.home.townships)
    listed(first, ["RURAL_DIBAO", "RURAL_DIBAO", "TEKUN_SCATTERED", "TEKUN_CENTRAL", "URBAN_DIBAO"], chief, ended=(4,))
    listed(second, ["RURAL_DIBAO"], chief, status="READY")
    client, url = browse(chief), reverse("windows:caseload_take", args=[chongqing.home.bureau.pk])
    page = client.get(url).content.decode()
    assert first.name in page and second.name not in page and not Caseload.objects.exists()
    assert client.post(url).status_code == 302
    held = dict(Caseload.objects.filter(organisation=first).values_list("category", "recipients"))
    assert held == {"RURAL_DIBAO": 2, "TEKUN": 2, "URBAN_DIBAO": 0}
    row = Caseload.objects.filter(organisation=first).first()
    assert (row.as_of, row.entered_by, "在享名册" in row.source) == (clock.today(), chief, True)
    assert not Caseload.objects.filter(organisation=second).exists()
    assert caseload.take(chongqing.home.bureau, by=chief) == 0


def test_without_a_list_nothing_is_registered(chongqing, chief):
    with pytest.raises(Refused, match="无数可取"):
        caseload.take(chongqing.home.bureau, by=chief)


def test_another_district_and_a_reader_take_nothing(chongqing, browse):
    url = reverse("windows:caseload_take", args=[chongqing.home.bureau.pk])
    stranger = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.districts[1].bureau)
    reader = make_user(role=Role.STAFFING_READER, organisation=chongqing.home.bureau)
    assert [browse(user).post(url).status_code for user in (stranger, reader)] == [404, 403]
