"""A recipient's slip on a phone, and those who ask by telephone: pages without and with a sign-in."""

import re

import pytest
from django.urls import reverse

from evaluation.models import SurveyReply
from evaluation.services import surveys
from records.models import Job
from tests.evaluation.factories import (
    assign,
    make_open,
    make_survey,
)

pytestmark = pytest.mark.django_db
OK, NO, NONE = 200, 403, 404


def code_of(survey, serial=1) -> str:
    return surveys.code_of(survey, serial)


def answers(evaluation, level=5) -> dict:
    return {f"q{row.pk}": level for row in surveys.questions_of(evaluation)}


def test_a_recipient_answers_once_on_a_phone_and_a_second_time_is_refused(client, world):
    evaluation = make_open(world)
    url = reverse("survey", args=[code_of(make_survey(world, evaluation))])
    page = client.get(url)
    assert page.status_code == 200 and "<script" not in re.sub(r"<script src[^>]*></script>", "", page.text)
    assert client.post(url, {}).status_code == 422 and not SurveyReply.objects.exists()
    assert client.post(url, answers(evaluation)).status_code == 302
    replay = client.post(url, answers(evaluation, 1))
    assert replay.status_code == 410 and "已使用" in replay.text
    assert SurveyReply.objects.get().answers.filter(level=5).count() == 4


def test_wrong_codes_are_refused_and_guessing_is_stopped(client, world):
    make_survey(world, make_open(world))
    found = [client.get(reverse("survey", args=[f"ABCDEFGH{n:02}".translate(str.maketrans("01", "22"))])).status_code for n in range(65)]
    assert set(found[:60]) == {404} and set(found[60:]) == {429}


def test_a_typed_code_with_dashes_and_small_letters_opens_the_same_slip(client, world):
    code = code_of(make_survey(world, make_open(world)))
    response = client.post(reverse("survey_start"), {"code": surveys.spell_code(code).lower()})
    assert response.status_code == 302 and response["Location"] == reverse("survey", args=[code])


def test_the_public_survey_never_names_the_contractor_or_a_person(client, world):
    page = client.get(reverse("survey", args=[code_of(make_survey(world, make_open(world)))])).text
    assert world.contractor.name not in page


def test_the_third_party_enters_what_was_said_on_the_phone(world, browse):
    evaluation = make_open(world)
    make_survey(world, evaluation)
    assign(world)
    url, client = reverse("evaluation:survey_enter", args=[evaluation.pk]), browse(world.third)
    sent = answers(evaluation) | {"serial": "3", "channel": "phone", "proxy": "on"}
    assert client.post(url, sent).status_code == 302
    reply = SurveyReply.objects.get()
    assert (reply.channel, reply.proxy, reply.entered_by, reply.code.serial) == ("phone", True, world.third, 3)
    again = client.post(url, sent)
    assert again.status_code == 422 and "已使用" in again.text
    url = reverse("evaluation:survey_unreachable", args=[evaluation.pk])
    assert client.post(url, {"serial": "4", "reason": "已迁出"}).status_code == 302


def test_slips_are_issued_once_for_a_form_sent_twice(world, browse):
    evaluation = make_open(world)
    sent = {"population": "40", "population_source": "10月报告", "count": "40", "expires_on": "2026-12-20", "idempotency_key": "k"}
    url = reverse("evaluation:survey_issue", args=[evaluation.pk])
    assert [browse(world.officer).post(url, sent).status_code for _ in range(2)] == [302, 302]
    assert evaluation.survey.codes.count() == 40 and Job.objects.filter(kind=surveys.SLIPS_JOB).count() == 1
