"""E-08 as it happens: the draw, those who cannot be reached, replies that look alike, and a score that can be proved again."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from evaluation import exchange
from evaluation.models import Evaluation, ReplyDoubt, Sample, SampleUnit, Scheme, SurveyReply
from evaluation.services import doubts, outcome, samples, scoring, surveys
from records import clock, draws
from records.models import PolicyValue
from tests.evaluation.factories import TODAY, give_scores, make_open, make_survey, make_world, refused
from tests.factories import make_chongqing
from tests.kept import fixture_of
from tests.records.factories import make_value

pytestmark = pytest.mark.django_db
FRAME = [f"F{n:04d}-20261012-1" for n in range(1, 41)]
SET = {
    "survey_confidence": "95",
    "survey_margin": "20",
    "survey_device_days": "7",
    "survey_device_replies": "3",
    "survey_contractor_network": "flag",
}


def scene_once():
    with time_machine.travel(TODAY, tick=True):
        world = make_world(make_chongqing())
        for code, value in SET.items():
            make_value(world.chongqing.city, world.officer, code=code, value=value)
        Scheme.objects.update(sample_floor=10)
        evaluation = make_open(world)
        give_scores(world, evaluation)
        expires = clock.today() + timedelta(days=30)
        facts = {"source": "list", "references": FRAME, "confidence": "90", "margin": None, "expires_on": expires}
        sample = samples.draw_sample(evaluation.pk, **facts, by=world.officer)
        return SimpleNamespace(chongqing=world.chongqing, world=world, evaluation=evaluation, sample=sample)


world, evaluation, sample = fixture_of("world"), fixture_of("evaluation"), fixture_of("sample")


def page(name: str, evaluation) -> str:
    return reverse(f"evaluation:{name}", args=[evaluation.pk])


def reply(slip, level, **more):
    levels = {row.pk: level if n else 5 for n, row in enumerate(surveys.questions_of(slip.survey.evaluation))}
    return surveys.reply(slip.pk, levels=levels, **more)


def send(client, evaluation, slip, agent, address="203.0.113.7"):
    """A reply from a phone."""
    data = {f"q{row.pk}": 5 for row in surveys.questions_of(evaluation)}
    url = reverse("survey", args=[surveys.code_of(slip.survey, slip.serial)])
    return client.post(url, data, headers={"User-Agent": agent}, REMOTE_ADDR=address)


def test_e08_the_draw_is_recorded_repeated_by_anybody_and_never_made_twice(world, evaluation, sample, browse, count_queries):
    assert (sample.confidence, sample.needed, sample.size, evaluation.survey.codes.count()) == (
        "95",
        16,
        16,
        16,
    )  # the authority's 95, not 90
    order = draws.draw(FRAME, seed=sample.seed)
    assert list(sample.units.values_list("reference", flat=True)) == order[:16] and samples.faults_of(sample) == []
    event = AuditEvent.objects.about(evaluation).get(action="evaluation.survey.drawn")
    assert event.detail["seed"] == sample.seed and event.detail["sha256"] == sample.frame_sha256
    again = {"source": "list", "references": FRAME, "confidence": "95", "margin": 5, "expires_on": clock.today()}
    assert "不能再抽样" in refused("E-08", samples.draw_sample, evaluation.pk, **again, by=world.officer)
    assert "已经抽样" in refused("E-08", make_survey, world, evaluation, slips=24, population=40)
    shown = browse(world.third).get(page("survey_sample", evaluation)).text
    assert "重放抽样：一致" in shown and sample.seed in shown and order[0] in shown
    assert browse(world.contractor).get(page("survey_sample", evaluation)).status_code == 404
    assert count_queries(browse(world.officer), page("survey_sample", evaluation)) <= 40
    papers = dict(exchange.papers_of(evaluation))  # the auditor's own: everybody in the order of the seed, reserve and all
    assert [line.split(",")[1] for line in papers["抽样名单.csv"].decode("utf-8-sig").splitlines()[1:]] == order
    with pytest.raises(IntegrityError), transaction.atomic():
        Sample.objects.filter(pk=sample.pk).update(seed="picked")
    SampleUnit.objects.filter(sample=sample, position=2).update(reference="F9999-20261012-1")
    assert "重放抽样：不一致" in browse(world.auditor).get(page("survey_sample", evaluation)).text


def test_e08_who_cannot_be_reached_is_replaced_by_the_next_of_the_same_seed(world, evaluation, sample, browse):
    url, client = page("survey_unreached", evaluation), browse(world.third)
    assert client.post(url, {"position": "3", "reason": " "}).status_code == 422
    assert client.post(url, {"position": "3", "reason": "已迁出"}).status_code == 302
    fresh = sample.units.get(position=17)
    assert fresh.replaces.position == 3 and fresh.reference == draws.draw(FRAME, seed=sample.seed)[16]
    assert samples.faults_of(sample) == []
    assert "已经登记" in refused("E-08", samples.mark_unreached, evaluation.pk, position=3, reason="又一次", by=world.third)
    assert "没有第 99 名" in refused("E-08", samples.mark_unreached, evaluation.pk, position=99, reason="无", by=world.third)
    slip = evaluation.survey.codes.first()
    assert "抽样名单上" in refused("E-08", surveys.mark_unreachable, slip.pk, reason="已迁出", by=world.third)
    assert "替补第 3 名" in client.get(page("survey_sample", evaluation)).text
    assert browse(world.officer).post(url, {"position": "4", "reason": "已迁出"}).status_code == 403


def test_e08_slips_for_some_of_the_people_are_refused_unless_chance_chose_them(world, browse):
    other = make_world(world.chongqing, district=1, contractor=1)
    opened = make_open(other)
    assert "请先随机抽样" in refused("E-08", make_survey, other, opened, slips=36, population=40)
    client, url = browse(other.officer), page("survey_draw", opened)
    data = {"source": "list", "references": "F0001-1\n王秀英\n", "expires_on": "2026-12-20"}
    assert "不写姓名" in (response := client.post(url, data)).text and response.status_code == 422
    assert client.post(url, data | {"source": "records"}).status_code == 422  # nobody was served by the records
    few = "\n".join(f"F{n:04d}-1" for n in range(9))
    assert client.post(url, data | {"references": few, "idempotency_key": "k"}).status_code == 302
    assert opened.survey.codes.count() == 9 == opened.survey.sample.needed  # a census below the floor


def test_e08_doubted_replies_are_set_aside_by_a_person_counted_both_ways_and_proved_again(world, evaluation, browse, client, count_queries):
    slips = list(evaluation.survey.codes.all())
    doubts.note_network(world.contractor, "198.51.100.9")
    for slip in slips[:3]:
        assert send(client, evaluation, slip, "one phone").status_code == 302
    assert send(client, evaluation, slips[3], "another phone", "198.51.100.9").status_code == 302
    for n, slip in enumerate(slips[4:12]):
        reply(slip, n % 3 + 2, channel="phone", by=world.third)
    kept = SurveyReply.objects.get(code=slips[0])
    assert len(kept.device) == 64 and "203.0.113" not in str(SurveyReply.objects.values())
    assert scoring.count_survey(evaluation).undecided == 4
    assert "有疑点" in refused("E-08", scoring.score, evaluation.pk, by=world.officer)

    officer, decide = browse(world.officer), page("survey_decide", evaluation)
    seen = officer.get(page("survey_doubts", evaluation)).text
    assert "同一网络出口" in seen and "承接主体人员近期登录" in seen and "未设定，不检查" in seen
    assert officer.post(decide, {"serials": ["1", "2", "3", "4"], "decision": "aside", "reason": ""}).status_code == 422
    assert officer.post(decide, {"serials": ["9"], "decision": "aside", "reason": "不满意"}).status_code == 422
    assert officer.post(decide, {"serials": ["1", "2", "3", "4"], "decision": "aside", "reason": "同一人填写"}).status_code == 302
    counted = scoring.count_survey(evaluation)
    assert (counted.replies, counted.needed, counted.enough) == (8, 10, False)  # a number is not given
    assert "样本不足" in officer.get(page("survey_doubts", evaluation)).text
    assert "样本不足" in refused("E-01", scoring.score, evaluation.pk, by=world.officer)
    assert officer.post(decide, {"serials": ["3", "4"], "decision": "kept", "reason": "本人来电确认"}).status_code == 302
    assert count_queries(officer, page("survey_doubts", evaluation)) <= 40
    assert {browse(who).get(page("survey_doubts", evaluation)).status_code for who in (world.third, world.contractor)} == {404}
    assert browse(world.chief).post(decide, {"serials": ["1"], "decision": "kept", "reason": "x"}).status_code == 403

    scored = scoring.score(evaluation.pk, by=world.officer)
    survey = scored.frozen["survey"]
    assert (survey["replies"], survey["set_aside"], survey["with_all"]["replies"]) == (10, 2, 12)
    assert [(row["serial"], row["decision"]) for row in survey["decisions"]] == [(1, "aside"), (2, "aside"), (3, "kept"), (4, "kept")]
    assert survey["with_all"]["total"] > str(scored.total) and survey["sample"]["seed"] == evaluation.survey.sample.seed
    detail = page("evaluation_detail", evaluation)
    assert "计入剔除答卷的总分" in officer.get(detail).text
    outcome.open_objection(evaluation.pk, by=world.officer)
    assert "剔除答卷" not in browse(world.contractor).get(detail).text
    assert "已经计分" in refused("E-08", doubts.decide, evaluation.pk, serials=[1], aside=False, reason="x", by=world.officer)
    scored = Evaluation.objects.get(pk=evaluation.pk)
    assert scoring.recompute(scored) == []
    with time_machine.travel("2026-12-01 09:00:00+08:00"):
        assert doubts.forget_devices() == 4 and not SurveyReply.objects.filter(device__gt="").exists()
    assert scoring.recompute(scored) == []  # years later too: a decision needs no device
    ReplyDoubt.objects.filter(reply__code__serial=2).update(decision="kept")
    assert "疑点答卷的核定" in {row.what for row in scoring.recompute(scored)}
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyReply.objects.filter(code=slips[0])._raw_delete("default")


def test_e08_marks_of_devices_end_with_their_days_and_are_not_made_while_no_days_are_set(world, evaluation, client):
    slips = list(evaluation.survey.codes.all()[:4])
    for slip in slips[:3]:
        send(client, evaluation, slip, "one phone")
    with time_machine.travel("2026-12-01 09:00:00+08:00"):
        assert doubts.forget_devices() == 3
        assert doubts.undecided(evaluation.survey) == 3  # what the marks showed was written down before they went
    assert "7 天后自动删除" in client.get(reverse("survey", args=[surveys.code_of(evaluation.survey, 4)])).text
    PolicyValue.objects.filter(code="survey_device_days").update(status=PolicyValue.Status.WITHDRAWN)
    assert "不保存设备信息" in client.get(reverse("survey", args=[surveys.code_of(evaluation.survey, 4)])).text
    send(client, evaluation, slips[3], "one phone")
    assert SurveyReply.objects.get(code=slips[3]).device == ""
