"""Whom to post: workers of the district's contracts, ranked by W-21, nobody excluded; posting one of them once."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.roles import Role
from procurement.models import PostedWorker
from staffing.models import StaffMember
from staffing.reports.candidates import candidates
from tests.factories import make_user
from tests.procurement import supervising
from tests.procurement.factories import make_office, make_running

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(chongqing):
    return make_office(chongqing)


@pytest.fixture
def contract(office, chongqing):
    return make_running(office, chongqing.contractors[0])


@pytest.fixture
def chief(office):
    return office.chief


def offer(contract, by, index, **more) -> PostedWorker:
    worker = supervising.make_worker(contract, by, index)
    values = {"place": "township", "education": "大专"} | more
    PostedWorker.objects.filter(pk=worker.pk).update(**values)
    return PostedWorker.objects.get(pk=worker.pk)


def test_social_work_comes_first_and_nobody_is_left_out(office, contract, chief):
    plain = offer(contract, office.supervisor, 501, education="高中")
    assistant = offer(contract, office.supervisor, 502, qualification="assistant")
    senior = offer(contract, office.supervisor, 503, qualification="senior")
    college = offer(contract, office.supervisor, 504)
    offer(contract, office.supervisor, 505, place="home")
    found = candidates(office.bureau, chief)
    assert [one.worker.pk for one in found] == [senior.pk, assistant.pk, college.pk, plain.pk]
    assert [one.needs_reason for one in found] == [False, False, False, True]


def test_one_is_posted_from_the_list_once_with_the_facts_of_the_contract(office, contract, chief, chongqing, browse):
    worker, township = offer(contract, office.supervisor, 501, qualification="social_worker"), chongqing.home.townships[0].organisation
    client, url = browse(chief), reverse("staffing:candidate_post", args=[office.bureau.pk, worker.pk])
    assert worker.name in client.get(reverse("staffing:candidate_list", args=[office.bureau.pk])).content.decode()
    data = {"organisation": township.pk, "education": "COLLEGE", "started_on": contract.starts_on, "idempotency_key": "a" * 32}
    assert client.post(url, data | {"started_on": date(2001, 1, 1)}).status_code == 422
    assert client.post(url, data).status_code == 302
    member = StaffMember.objects.get()
    assert (member.employment, member.contract_id, member.certificate, member.id_index) == ("POSTED", contract.pk, 2, worker.id_index)
    assert candidates(office.bureau, chief) == [] and client.get(url).status_code == 404


def test_a_lower_degree_needs_its_reason(office, contract, chief, chongqing, browse):
    worker = offer(contract, office.supervisor, 501, education="高中")
    url = reverse("staffing:candidate_post", args=[office.bureau.pk, worker.pk])
    data = {"organisation": chongqing.home.townships[0].organisation.pk, "education": "BELOW", "started_on": contract.starts_on}
    page = browse(chief).post(url, data | {"idempotency_key": "a" * 32})
    assert page.status_code == 422 and "大专及以上学历" in page.content.decode()
    assert browse(chief).post(url, data | {"idempotency_key": "b" * 32, "exception_reason": "从业二十年"}).status_code == 302


def test_another_district_finds_nobody(office, contract, chongqing, browse):
    worker = offer(contract, office.supervisor, 501)
    stranger = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.districts[1].bureau)
    for name, args in (("candidate_list", [office.bureau.pk]), ("candidate_post", [office.bureau.pk, worker.pk])):
        assert browse(stranger).get(reverse(f"staffing:{name}", args=args)).status_code == 404
    other = chongqing.districts[1].bureau.pk
    assert browse(stranger).get(reverse("staffing:candidate_post", args=[other, worker.pk])).status_code == 404
