"""An edition tried on past periods before it is saved: the sums without a database, then the page."""

from copy import copy
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEvent
from evaluation.models import Evaluation, Scheme
from evaluation.reports.preview import periods_judged, preview
from evaluation.rules import Evaluator, Line, Source, WhenMissing
from evaluation.rules.preview import Asked, rescore
from evaluation.services import schemes
from tests.evaluation.factories import TODAY, make_scheme, make_scored, make_world
from tests.evaluation.test_pages import formset, head
from tests.factories import make_chongqing
from tests.kept import fixture_of

D = Decimal
DIMENSIONS = ("results", "management", "impact")


def asked(evaluator, source, weight, at, **more) -> Asked:
    line = Line(f"N{at}", f"指标{at}", DIMENSIONS[at % 3], evaluator, D(weight), source, more.pop("when", WhenMissing.WAIT))
    return Asked(line, **more)


def frozen(source, value, *, name="", figure="", criteria="", evaluator="purchaser") -> dict:
    return {"source": source, "value": value, "name": name, "figure": figure, "criteria": criteria, "evaluator": evaluator}


KEPT = [
    frozen("survey", "90.000000", criteria="满意吗？", evaluator="recipient"),
    frozen("figure", "80.000000", figure="services_done"),
    frozen("figure", None, figure="complaints_settled"),
    frozen("manual", "70", name="指标3", evaluator="third_party"),
]
NEW = [
    asked(Evaluator.RECIPIENT, Source.SURVEY, "60", 0, criteria=" 满意吗？ "),
    asked(Evaluator.PURCHASER, Source.FIGURE, "20", 1, figure="services_done"),
    asked(Evaluator.PURCHASER, Source.FIGURE, "5", 4, figure="complaints_settled", when=WhenMissing.REDISTRIBUTE),
    asked(Evaluator.THIRD_PARTY, Source.MANUAL, "15", 3),
    ]  # fmt: skip


def test_e06_past_inputs_are_weighed_anew_and_what_was_missing_stays_missing():
    new = [NEW[0], NEW[1], replace(NEW[3], line=replace(NEW[3].line, dimension="impact")), NEW[2]]
    found = rescore(new, KEPT)
    assert found.total == D("84.5000000000") and found.grade == "良"  # 90 × 60 + 80 × 25 + 70 × 15
    assert found.missing == ("N4 指标4（购买主体，当期没有得分，权重分摊）",)


@pytest.mark.parametrize(
    ("at", "changed", "named"),
    [
        (0, {"criteria": "您觉得怎么样？"}, "N0 指标0（服务对象，当期没有这项指标）"),
        (1, {"figure": "report_timeliness"}, "N1 指标1（购买主体，当期没有这项指标）"),
        (3, {"line": replace(NEW[3].line, name="社会反响")}, "N3 社会反响（第三方，当期没有这项指标）"),
    ],
)
def test_e06_another_question_figure_or_judgement_has_no_past_and_no_number_is_made_up(at, changed, named):
    new = [replace(each, **changed) if n == at else each for n, each in enumerate(NEW)]
    found = rescore(new, KEPT)
    assert (found.total, found.grade) == (None, None) and named in found.missing


def scene_once():
    with time_machine.travel(TODAY, tick=True):
        world = make_world(make_chongqing())
        return SimpleNamespace(chongqing=world.chongqing, world=world, scored=make_scored(world, level=5, purchaser="60", third="60"))


world, scored = fixture_of("world"), fixture_of("scored")


@pytest.mark.django_db
def test_e06_an_edition_is_tried_on_closed_periods_side_by_side_before_it_is_saved(world, scored, browse):
    _, _, specs = schemes.starting_point()
    url, client = reverse("evaluation:scheme_create"), browse(world.officer)
    heavier = {"F1": "30", "T1": "1", "T2": "1", "T3": "3"}
    specs = [replace(spec, weight=D(heavier.get(spec.code, spec.weight))) for spec in specs]
    data = head(world) | formset(specs)
    before = (Evaluation.objects.get().frozen_sha256, AuditEvent.objects.count(), Scheme.objects.count())
    page = client.post(url, data | {"try": "1"})
    shown = page.context["preview"]
    assert (shown["count"], shown["changed"], shown["untold"]) == (1, 1, 0)
    total = sum(D(row["value"]) * next(s.weight for s in specs if s.code == row["code"]) for row in scored.frozen["indicators"]) / 100
    assert shown["rows"][0]["after"].startswith(f"{total.quantize(D('0.01'))} ") and shown["rows"][0]["words"] == "升级"
    assert 'value="区县方案"' in page.text and 'value="30"' in page.text  # what was typed is still there
    assert (Evaluation.objects.get().frozen_sha256, AuditEvent.objects.count(), Scheme.objects.count()) == before

    stale = client.post(url, data | {"name": "改过的", "save": "1", "tried": page.context["tried"]})
    assert stale.status_code == 422 and "试算之后改动过" in stale.text and Scheme.objects.count() == before[2]
    unknown = [replace(spec, criteria="别的问题？") if spec.code == "F1" else spec for spec in specs]
    page = client.post(url, head(world) | formset(unknown))
    assert page.context["preview"]["untold"] == 1 and "当期没有这项指标" in page.text and "不能试算" in page.text
    page = client.post(url, data)
    assert client.post(url, data | {"save": "1", "tried": page.context["tried"]}).status_code == 302
    assert Scheme.objects.get(organisation=world.bureau).name == "区县方案"


@pytest.mark.django_db
def test_the_preview_reaches_what_the_edition_would_judge_and_nothing_else(world, scored):
    city, bureau = world.chongqing.city, world.bureau
    judged = lambda organisation, kind, user=world.auditor: list(periods_judged(organisation, kind, user))  # noqa: E731
    assert judged(city, "any") == judged(bureau, "direct") == [scored] and judged(bureau, "administrative") == []
    assert judged(world.chongqing.districts[1].bureau, "any") == []
    own = make_scheme(bureau, world.officer, service_class="direct")
    Evaluation.objects.filter(pk=scored.pk).update(scheme=own)
    assert judged(city, "any") == judged(bureau, "any") == [] and judged(bureau, "direct") == [scored]


@pytest.mark.django_db
def test_the_preview_costs_the_same_for_one_period_and_for_three(world, scored, django_assert_num_queries):
    specs = schemes.starting_point()[2]
    preview(world.bureau, "any", specs, world.officer)  # the reach of the user is asked once
    with django_assert_num_queries(1):
        assert len(preview(world.bureau, "any", specs, world.officer)["rows"]) == 1
    for days in (400, 800):
        earlier = {"period_start": scored.period_start - timedelta(days=days), "period_end": scored.period_end - timedelta(days=days)}
        copied = copy(scored)
        copied.pk, copied.period_start, copied.period_end = None, *earlier.values()
        copied.save(force_insert=True)
    with django_assert_num_queries(1):
        assert [row["words"] for row in preview(world.bureau, "any", specs, world.officer)["rows"]] == ["等级不变"] * 3
