"""Who came: what changes about a person leaves a trace; a mistyped name is put right; a village knows its own cases."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from records.refusals import Refused
from tests.factories import make_user
from tests.windows.factories import log, make_clerk, make_window, resident_number
from windows.models import Case, Person
from windows.services import people
from windows.services.people import PersonData

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(datetime(2026, 9, 21, 2, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def home(chongqing):
    return chongqing.home.townships[0]


@pytest.fixture
def clerk(home):
    make_window(home.organisation)
    return make_clerk(home.organisation)


def form_for(home, serial=9, **changes):
    data = {"organisation": home.organisation.pk, "who": resident_number(serial), "name": "试验人", "programme": "DIBAO"}
    data |= {f"paper_{code}": "on" for code in ("APPLICATION", "CONSENT", "PLEDGE", "IDENTITY")}
    return data | {"idempotency_key": "k1", "act": "log"} | changes


# --- what changes leaves a trace


def test_a_new_phone_or_address_leaves_the_names_of_the_fields_and_no_value(clerk, home):
    district = home.organisation.district
    known = PersonData(name="试验人", id_number=resident_number(1), phone="12300000001", address="人民路 1 号")
    people.register(district, known, by=clerk)
    people.register(district, known, by=clerk)
    assert not AuditEvent.objects.filter(action="windows.person.changed").exists()
    people.register(district, PersonData(id_number=resident_number(1), phone="12300000002", address="人民路 9 号"), by=clerk)
    assert AuditEvent.objects.get(action="windows.person.changed").detail == {"fields": ["联系电话", "现住址"]}


def test_an_unlikely_age_is_lifted_by_the_clerks_own_words_only(clerk, home):
    old, district = resident_number(1, born="18930101"), home.organisation.district
    with pytest.raises(Refused, match="年龄"):
        people.register(district, PersonData(name="试验人", id_number=old), by=clerk)
    people.register(district, PersonData(name="试验人", id_number=old, checked="户口簿与本人核对一致"), by=clerk)
    assert AuditEvent.objects.get(action="windows.person.registered").detail["reason"] == "户口簿与本人核对一致"


def test_the_form_asks_how_an_unlikely_age_was_checked(clerk, home, browse):
    old = resident_number(1, born="18930101")
    page = browse(clerk).post(reverse("windows:intake"), form_for(home, who=old))
    assert page.status_code == 422 and 'name="checked"' in page.content.decode() and not Case.objects.exists()
    assert browse(clerk).post(reverse("windows:intake"), form_for(home, who=old, checked="户口簿核对一致")).status_code == 302


# --- a mistyped name


def test_a_mistyped_name_is_put_right_with_a_reason_on_record(clerk, home, browse):
    case = log(clerk, home.organisation)
    url = reverse("windows:case_name", args=[case.pk])
    assert url in browse(clerk).get(reverse("windows:case_detail", args=[case.pk])).content.decode()
    assert browse(clerk).post(url, {"version": case.version, "name": "欧阳明", "reason": ""}).status_code == 422
    assert browse(clerk).post(url, {"version": case.version, "name": "试验人", "reason": "录入时写错"}).status_code == 422
    assert browse(clerk).post(url, {"version": case.version, "name": "欧阳明", "reason": "录入时写错"}).status_code == 302
    person = Person.objects.get()
    detail = AuditEvent.objects.get(action="windows.person.renamed").detail
    assert (person.name, person.initials) == ("欧阳明", "oym")
    assert detail == {"case": case.number, "reason": "录入时写错", "from": "试**", "to": "欧**"}


@pytest.mark.parametrize("role", [Role.ASSISTANCE_OFFICER, Role.CITY_AUDITOR])
def test_who_only_reads_a_case_corrects_no_name(clerk, home, chongqing, browse, role):
    case = log(clerk, home.organisation)
    reader = make_user(role=role, organisation=chongqing.city if role == Role.CITY_AUDITOR else chongqing.home.bureau)
    answer = browse(reader).post(
        reverse("windows:case_name", args=[case.pk]), {"version": case.version, "name": "某", "reason": "录入时写错"}
    )
    assert answer.status_code == 403 and Person.objects.get().name == "试验人"


# --- the village


def test_the_village_chosen_at_the_counter_stands_on_the_case(clerk, home, browse):
    village = home.villages[0]
    assert village.name in browse(clerk).get(reverse("windows:intake")).content.decode()
    assert browse(clerk).post(reverse("windows:intake"), form_for(home, village=village.pk)).status_code == 302
    assert Case.objects.get().village == village


def test_a_village_of_another_township_is_refused(clerk, home, chongqing, browse):
    foreign = chongqing.home.townships[1].villages[0]
    assert browse(clerk).post(reverse("windows:intake"), form_for(home, village=foreign.pk)).status_code == 422
    with pytest.raises(Refused) as caught:
        log(clerk, home.organisation, village=foreign)
    assert [breach.rule for breach in caught.value.breaches] == ["W-09"] and not Case.objects.exists()


def test_the_village_assistant_reads_the_own_villages_cases_masked_and_no_others(clerk, home, browse):
    own = log(clerk, home.organisation, village=home.villages[0])
    other = log(clerk, home.organisation, serial=2, name="他村人", village=home.villages[1])
    nowhere = log(clerk, home.organisation, serial=3, name="未填村")
    client = browse(make_user(role=Role.VILLAGE_ASSISTANT, organisation=home.villages[0]))
    text = client.get(reverse("windows:case_list")).content.decode()
    assert own.number in text and "试**" in text and "试验人" not in text
    assert other.number not in text and nowhere.number not in text
    page = client.get(reverse("windows:case_detail", args=[own.pk]))
    assert page.status_code == 200 and "试验人" not in page.content.decode()
    assert client.get(reverse("windows:case_detail", args=[other.pk])).status_code == 404
    assert client.get(reverse("windows:slip_detail", args=[own.slips.get().pk])).status_code == 403
    withdrawal = client.post(reverse("windows:case_withdraw", args=[own.pk]), {"version": own.version, "reason": "申请人已另行办理"})
    assert withdrawal.status_code == 403 and Case.objects.get(pk=own.pk).status == Case.Status.ACCEPTED
