"""Every page by everybody: who gets in, who is told there is nothing, and what each may see."""

import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from evaluation import reports
from evaluation.models import Evaluation, Objection, Scheme
from evaluation.services import outcome, periods, schemes, scoring
from records import jobs
from records.models import Job, Notice
from tests.evaluation.factories import (
    answer,
    assign,
    give_scores,
    make_complete,
    make_contract,
    make_final,
    make_objection_window,
    make_open,
    make_published,
    make_scored,
    make_survey,
    make_world,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db
OK, NO, NONE = 200, 403, 404


@pytest.fixture
def people(world, chongqing):
    """Everybody who might come by, by the name of their part."""
    other = chongqing.districts[1].bureau
    city = chongqing.city
    return {
        "officer": world.officer,
        "chief": world.chief,
        "supervisor": world.supervisor,
        "city": make_user(role=Role.CITY_BUREAU, organisation=city),
        "auditor": world.auditor,
        "contractor": world.contractor,
        "third": world.third,
        "stranger": make_user(role=Role.EVALUATION_OFFICER, organisation=other),
        "rival": make_user(role=Role.CONTRACTOR_ADMIN, organisation=chongqing.contractors[1]),
        "clerk": make_user(role=Role.WINDOW_CLERK, organisation=chongqing.home.townships[0].organisation),
        "admin": make_user(role=Role.SYSTEM_ADMIN, organisation=city),
    }


ACCESS = {
    # url name: answers to GET for officer, chief, supervisor, city, auditor, contractor, third, stranger, rival, clerk, admin
    "evaluation_detail": (OK, OK, OK, OK, OK, OK, OK, NONE, NONE, NO, NO),
    "evaluation_recompute": (OK, OK, OK, OK, OK, NO, NO, NONE, NO, NO, NO),
    "survey_detail": (OK, OK, OK, OK, OK, NONE, OK, NONE, NONE, NO, NO),
    "purchaser_scores": (OK, NO, NO, NO, NO, NO, NO, NONE, NO, NO, NO),
    "third_party_scores": (NO, NO, NO, NO, NO, NO, OK, NO, NO, NO, NO),
    "third_party_assign": (OK, NO, NO, NO, NO, NO, NO, NONE, NO, NO, NO),
    "evaluation_reopen": (OK, NO, NO, NO, NO, NO, NO, NONE, NO, NO, NO),
    "evaluation_correct": (OK, NO, NO, NO, NO, NO, NO, NONE, NO, NO, NO),
    "objection_raise": (NO, NO, NO, NO, NO, OK, NO, NO, NONE, NO, NO),
}


@pytest.mark.parametrize("name", ACCESS)
def test_each_page_opens_for_those_it_concerns_and_for_nobody_else(name, world, people, browse):
    evaluation = make_objection_window(world)
    url = reverse(f"evaluation:{name}", args=[evaluation.pk])
    found = {who: browse(user).get(url).status_code for who, user in people.items()}
    assert found == dict(zip(people, ACCESS[name], strict=True))


@pytest.mark.parametrize(
    "name", ["evaluation_score", "objection_open", "evaluation_finalise", "objection_waive", "survey_issue", "survey_enter"]
)
def test_verbs_refuse_strangers_and_the_auditor_and_change_nothing(name, world, people, browse):
    evaluation = make_objection_window(world)
    url = reverse(f"evaluation:{name}", args=[evaluation.pk])
    for who in ("auditor", "stranger", "rival", "clerk", "admin"):
        assert browse(people[who]).post(url, {}).status_code in (NO, NONE), who
    kept = Evaluation.objects.get()
    assert (kept.status, kept.version, kept.objection_waived_by) == (evaluation.status, evaluation.version, None)


def test_nobody_sees_a_page_without_signing_in(client, world):
    response = client.get(reverse("evaluation:evaluation_detail", args=[make_open(world).pk]))
    assert response.status_code == 302 and reverse("accounts:login") in response["Location"]


def test_a_foreign_row_and_a_missing_row_look_the_same(world, people, browse):
    evaluation = make_open(world)
    client = browse(people["stranger"])
    foreign = client.get(reverse("evaluation:evaluation_detail", args=[evaluation.pk]))
    missing = client.get(reverse("evaluation:evaluation_detail", args=[987_654]))
    assert foreign.status_code == missing.status_code == 404
    varying = re.compile(r'(value|hx-headers)=("[^"]*"|\'[^\']*\')|/evaluations/\d+/')
    assert varying.sub("", foreign.text) == varying.sub("", missing.text)


@pytest.mark.parametrize("stage", [make_open, make_complete, make_scored, make_objection_window, make_final, make_published])
def test_the_detail_page_stands_at_every_stage_for_every_part(stage, world, people, browse):
    evaluation = stage(world)
    if stage is make_open:
        assign(world)
    for who in ("officer", "chief", "auditor", "contractor", "third"):
        response = browse(people[who]).get(reverse("evaluation:evaluation_detail", args=[evaluation.pk]))
        assert response.status_code == 200, who
        assert evaluation.contract.project.name in response.text


def test_the_contractor_sees_no_score_before_the_window_opens(world, browse):
    evaluation = make_scored(world)
    url = reverse("evaluation:evaluation_detail", args=[evaluation.pk])
    assert "评价结论" not in browse(world.contractor).get(url).text
    assert "评价结论" in browse(world.officer).get(url).text
    listed = browse(world.contractor).get(reverse("evaluation:evaluation_list")).text
    assert "良</span>" not in listed
    outcome.open_objection(evaluation.pk, by=world.officer)
    assert "评价结论" in browse(world.contractor).get(url).text


def test_the_third_party_does_not_see_the_purchasers_scores_while_collecting(world, browse):
    evaluation = make_complete(world, purchaser="71.25")
    url = reverse("evaluation:evaluation_detail", args=[evaluation.pk])
    assert "71.25" in browse(world.officer).get(url).text
    assert "71.25" not in browse(world.third).get(url).text
    assert "84.50" in browse(world.third).get(url).text


def test_with_very_few_recipients_the_contractor_sees_no_number_of_theirs(world, browse):
    evaluation = make_open(world)
    from_four = make_survey(world, evaluation, slips=4, population=4)
    for slip in from_four.codes.all():
        answer(slip, 3)
    give_scores(world, evaluation)
    scoring.score(evaluation.pk, by=world.officer)
    outcome.open_objection(evaluation.pk, by=world.officer)
    page = browse(world.contractor).get(reverse("evaluation:evaluation_detail", args=[evaluation.pk])).text
    assert "60.00" not in page and "不单独显示" in page
    assert "60.00" in browse(world.officer).get(reverse("evaluation:evaluation_detail", args=[evaluation.pk])).text


def test_every_number_opens_to_the_report_it_was_counted_from(world, browse):
    evaluation = make_objection_window(world)
    page = browse(world.officer).get(reverse("evaluation:evaluation_detail", args=[evaluation.pk])).text
    for report in world.contract.reports.filter(kind="service"):
        assert reverse("procurement:report_detail", args=[report.pk]) in page
    assert reverse("evaluation:survey_detail", args=[evaluation.pk]) in page


def test_the_list_takes_the_same_number_of_queries_for_one_row_and_for_thirty(world, browse, count_queries):
    make_open(world)
    client, url = browse(world.officer), reverse("evaluation:evaluation_list")
    client.get(url)
    one = count_queries(client, url)
    for number in range(29):
        contract = make_contract(world.bureau, world.contractor_organisation, world.officer, name=f"项目{number}")
        periods.open_evaluation(contract, periods.periods_of(contract)[0])
    assert count_queries(client, url) == one


def test_the_detail_page_stays_below_forty_queries(world, browse, count_queries):
    evaluation = make_objection_window(world)
    assert count_queries(browse(world.officer), reverse("evaluation:evaluation_detail", args=[evaluation.pk])) <= 40


def test_the_filter_keeps_to_what_it_says(world, browse):
    make_scored(world)
    client, url = browse(world.officer), reverse("evaluation:evaluation_list")
    for query, expected in (
        ("q=上门照料", True),
        ("q=没有这个", False),
        ("status=scored", True),
        ("status=final", False),
        ("year=2025", False),
    ):
        assert (world.contract.number in client.get(f"{url}?{query}").text) is expected, query


def test_the_purchaser_scores_through_the_form_and_a_stale_form_is_refused(world, browse):
    evaluation = make_open(world)
    url, client = reverse("evaluation:purchaser_scores", args=[evaluation.pk]), browse(world.officer)
    sent = {"value_G4": "91.5", "comment_G4": "走访 6 个村", "version": evaluation.version}
    assert client.post(url, sent).status_code == 302
    assert evaluation.scores.get().value == 91.5
    assert client.post(url, sent | {"value_G4": "10"}).status_code == 409
    assert evaluation.scores.get().value == 91.5


def test_the_third_party_declares_then_scores_with_a_paper_that_only_the_right_people_open(world, people, browse):
    evaluation = make_open(world)
    client = browse(world.officer)
    sent = {"third_party": world.chongqing.third_party.pk, "procurement_reference": "HT-PG-1"}
    assert client.post(reverse("evaluation:third_party_assign", args=[evaluation.pk]), sent).status_code == 302
    third, url = browse(world.third), reverse("evaluation:third_party_scores", args=[evaluation.pk])
    assert third.post(url, {"no_control": "on"}).status_code == 422
    assert third.post(url, {"no_control": "on", "no_payment": "on"}).status_code == 302
    paper = SimpleUploadedFile("核查表.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n", content_type="application/pdf")
    scores = {f"value_{code}": "80" for code in ("T1", "T2", "T3")} | {f"comment_{code}": "底稿" for code in ("T1", "T2", "T3")}
    response = third.post(url, scores | {"file_T1": paper})
    assert response.status_code == 302, response.text
    score = evaluation.scores.get(indicator__code="T1")
    paper_url = reverse("evaluation:evidence", args=[evaluation.pk, score.pk])
    found = {who: browse(people[who]).get(paper_url).status_code for who in ("officer", "third", "contractor", "stranger", "auditor")}
    assert found == {"officer": 200, "third": 200, "contractor": 404, "stranger": 404, "auditor": 200}


def test_the_same_objection_sent_twice_is_one_objection(world, browse):
    evaluation = make_objection_window(world)
    url, client = reverse("evaluation:objection_raise", args=[evaluation.pk]), browse(world.contractor)
    sent = {"text": "T1 的抽查不实", "idempotency_key": "k1"}
    assert [client.post(url, sent).status_code for _ in range(2)] == [302, 302]
    assert Objection.objects.count() == 1
    answer_url = reverse("evaluation:objection_answer", args=[Objection.objects.get().pk])
    assert browse(world.officer).get(answer_url).status_code == 200
    assert browse(world.officer).post(answer_url, {"upheld": "0", "answer": "维持。"}).status_code == 302
    assert Objection.objects.get().outcome == "rejected"


def test_finalise_and_publish_through_the_pages(world, browse):
    evaluation = make_objection_window(world)
    blocked = browse(world.chief).get(reverse("evaluation:evaluation_detail", args=[evaluation.pk])).text
    assert "异议期未满" in blocked and "aria-disabled" in blocked
    browse(world.contractor).post(reverse("evaluation:objection_waive", args=[evaluation.pk]))
    assert browse(world.chief).post(reverse("evaluation:evaluation_finalise", args=[evaluation.pk])).status_code == 302
    url, client = reverse("evaluation:evaluation_publish", args=[evaluation.pk]), browse(world.officer)
    preview = client.post(url, {"summary": "电话 12345678901", "preview": "1"})
    assert preview.status_code == 200 and "123****8901" in preview.text and not Notice.objects.filter(public=True).exists()
    assert client.post(url, {"summary": "电话 12345678901", "confirmed": "1"}).status_code == 302
    assert Evaluation.objects.get().status == "published"


def test_a_refused_verb_answers_with_its_rule(world, browse):
    evaluation = make_open(world)
    response = browse(world.officer).post(reverse("evaluation:evaluation_score", args=[evaluation.pk]))
    assert response.status_code == 422 and "没有得分" in response.text


# --- schemes ---


def formset(specs) -> dict:
    data = {"indicators-TOTAL_FORMS": len(specs), "indicators-INITIAL_FORMS": len(specs)}
    for n, spec in enumerate(specs):
        data |= {f"indicators-{n}-{name}": getattr(spec, name) for name in spec.__dataclass_fields__}
    return data


def head(world, **fields) -> dict:
    return {
        "organisation": world.bureau.pk,
        "name": "区县方案",
        "service_class": "any",
        "effective_from": "2026-12-01",
        "frequency": "quarter",
        "collection_workdays": 10,
        "objection_workdays": 5,
        "answer_workdays": 10,
        "sample_floor": 30,
        "sample_percent": 10,
        "disclosure_minimum": 5,
        "source": "示例",
    } | fields


def test_a_scheme_is_written_through_the_form_and_read_by_those_judged(world, people, browse):
    _, _, specs = schemes.starting_point()
    url, client = reverse("evaluation:scheme_create"), browse(world.officer)
    assert client.get(url).status_code == 200
    data = head(world) | formset(specs)
    tried = client.post(url, data)
    assert tried.status_code == 200 and not Scheme.objects.filter(organisation=world.bureau).exists()
    assert client.post(url, data | {"save": "1", "tried": tried.context["tried"]}).status_code == 302
    scheme = Scheme.objects.get(organisation=world.bureau)
    assert scheme.indicators.count() == len(specs)
    make_open(world)
    judged = reverse("evaluation:scheme_detail", args=[world.scheme.pk])
    found = {who: browse(people[who]).get(judged).status_code for who in ("officer", "contractor", "auditor", "rival", "clerk")}
    assert found == {"officer": 200, "contractor": 200, "auditor": 200, "rival": 404, "clerk": 403}
    assert browse(people["stranger"]).get(reverse("evaluation:scheme_detail", args=[scheme.pk])).status_code == 404


def test_a_scheme_whose_weights_miss_one_hundred_comes_back_with_the_reason(world, browse):
    _, _, specs = schemes.starting_point()
    data = head(world) | formset(specs) | {"indicators-0-weight": "14.99"}
    response = browse(world.officer).post(reverse("evaluation:scheme_create"), data)
    assert response.status_code == 422 and "99.99" in response.text and not Scheme.objects.filter(organisation=world.bureau).exists()


def test_nobody_writes_a_scheme_for_another_district(world, people, browse):
    _, _, specs = schemes.starting_point()
    response = browse(people["stranger"]).post(reverse("evaluation:scheme_create"), head(world) | formset(specs))
    assert response.status_code == 422 and Scheme.objects.count() == 1


# --- a contract no scheme judges; limits without a calendar ---


def test_a_running_contract_without_a_scheme_is_on_the_officers_list_and_page_e_06(world, browse, people):
    page = reverse("evaluation:evaluation_list")
    assert "没有生效的评价方案" not in browse(world.officer).get(page).text
    Scheme.objects.update(effective_from="2026-08-02")  # a day too late for a contract that began on the 1st
    (item,) = [item for item in reports.worklist(world.officer) if "制定评价方案" in item.title]
    assert item.url == reverse("evaluation:scheme_create") and "2026-08-01" in item.note
    text = browse(world.officer).get(page).text
    assert "没有生效的评价方案" in text and world.contract.number in text and item.url in text
    for name in ("stranger", "contractor", "auditor"):
        assert not [item for item in reports.worklist(people[name]) if "制定评价方案" in item.title], name
        assert "没有生效的评价方案" not in browse(people[name]).get(page).text, name


def test_the_notice_of_contracts_without_a_scheme_costs_the_same_for_one_and_five(world, chongqing, django_assert_num_queries):
    Scheme.objects.update(effective_from="2026-08-02")
    reports.unschemed_contracts(world.officer)  # the reach of the user is asked once
    with CaptureQueriesContext(connection) as one:
        assert len(reports.unschemed_contracts(world.officer)) == 1
    for _ in range(4):
        make_contract(world.bureau, world.contractor_organisation, world.officer)
    with django_assert_num_queries(len(one)):
        assert len(reports.unschemed_contracts(world.officer)) == 5


def test_pages_say_that_a_limit_waits_for_the_calendar_and_never_refuse_to_open(world, browse):
    with time_machine.travel("2026-12-28 09:00:00+08:00", tick=True):
        evaluation = make_open(world)
        assert browse(world.officer).get(reverse("evaluation:survey_detail", args=[evaluation.pk])).status_code == 200
        give_scores(world, evaluation)
        make_survey(world, evaluation, replies=32)
        scoring.score(evaluation.pk, by=world.officer)
        outcome.open_objection(evaluation.pk, by=world.officer)
        url = reverse("evaluation:evaluation_detail", args=[evaluation.pk])
        assert "异议期截止日工作日历公布后确定" in browse(world.contractor).get(url).text
        assert "工作日历公布后确定" in browse(world.contractor).get(reverse("evaluation:objection_raise", args=[evaluation.pk])).text
        objection = outcome.raise_objection(evaluation.pk, text="不实", by=world.contractor)
        assert "答复期限工作日历公布后确定" in browse(world.officer).get(url).text
        outcome.answer_objection(objection.pk, upheld=False, answer="维持", by=world.officer)
        outcome.waive_objection(evaluation.pk, by=world.contractor)
        outcome.finalise(evaluation.pk, by=world.chief)
        assert "工作日历公布后确定" in browse(world.officer).get(reverse("evaluation:evaluation_publish", args=[evaluation.pk])).text
        assert any("工作日历公布后确定" in item.note for item in reports.worklist(world.officer))


# --- public, auditor ---


def test_the_public_reads_only_what_was_published(client, world):
    evaluation = make_final(world)
    url = reverse("public_evaluation", args=[evaluation.pk])
    assert client.get(url).status_code == 404
    outcome.publish(evaluation.pk, summary="服务良好。", by=world.officer)
    page = client.get(url).text
    assert "服务良好。" in page and world.officer.name not in page
    assert world.contract.project.name in client.get(reverse("public_evaluation_list")).text


def test_the_auditor_reads_everything_writes_nothing_and_leaves_a_trace(world, chongqing, browse):
    make_published(world)
    other = make_world(chongqing, district=1, contractor=1)
    make_scored(other)
    client = browse(world.auditor)
    page = client.get(reverse("evaluation:evaluation_list")).text
    assert world.contract.number in page and other.contract.number in page
    picks = {"pick": list(Evaluation.objects.values_list("pk", flat=True))}
    assert client.post(reverse("evaluation:evaluation_archive"), picks).status_code == 302
    trail = AuditEvent.objects.filter(action="evaluation.evaluation.archived")
    assert {event.organisation_path for event in trail} == {world.bureau.path, other.bureau.path}
    assert client.post(reverse("evaluation:evaluation_archive"), picks).status_code == 302
    assert Job.objects.filter(kind="evaluation.archive").count() == 1


def test_the_report_is_the_same_bytes_every_time(world, browse):
    evaluation = make_final(world)
    url = reverse("evaluation:report_pdf", args=[evaluation.pk])
    assert browse(world.auditor).get(url).status_code == 404
    jobs.run_pending()
    first, second = (browse(world.auditor).get(url).content for _ in range(2))
    assert first == second and first.startswith(b"%PDF")
    assert AuditEvent.objects.filter(action="evaluation.evaluation.downloaded", actor=world.auditor).count() == 2
