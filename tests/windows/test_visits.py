"""入户调查: by two, in writing, kept as it was written; saving it completes the step."""

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import GRANTS, Permission, Role
from records import jobs
from records.refusals import Refused, StaleVersion
from tests.factories import make_user
from tests.windows.course import finish, fresh, rules_of, seen, step, visit
from tests.windows.factories import log
from windows.forms.visit import HomeVisitForm
from windows.models import CaseStep, HomeVisit
from windows.rules import visit as rules
from windows.services import visits
from windows.timeline import timeline

TODAY = date(2026, 9, 21)
SEEN = {
    "visited_on": TODAY, "accepted_on": TODAY, "today": TODAY, "names": ["甲", "乙"], "minimum": 2,
    "situation": {"居住情况": "砖房两间", "被访人": "本人"}, "finding": "情况属实，生活确有困难。", "by_video": False, "video_reason": "",
    "signed": True, "unsigned_reason": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"names": ["甲"]}, "现登记 1 名"),
        ({"names": ["甲", "甲"]}, "同一人不能重复计算"),
        ({"names": ["甲"], "minimum": 0}, "2 名以上"),
        ({"names": list("甲乙丙丁戊己庚辛壬癸")}, "不超过 9 名"),
        ({"visited_on": date(2026, 9, 22)}, "晚于今天"),
        ({"visited_on": date(2026, 9, 20)}, "早于受理之日"),
        ({"situation": {"居住情况": " ", "被访人": "本人"}}, "请写明居住情况；没有的写“无”"),
        ({"finding": "属实"}, "现有 2 个字"),
        ({"by_video": True}, "视频调查只用于"),
        ({"signed": False}, "没有签字的，请写明原因"),
    ],
)
def test_db3_a_visit_is_by_two_complete_signed_and_of_its_day(changed, words):
    assert list(rules.visit_breaches(**SEEN)) == []
    found = list(rules.visit_breaches(**SEEN | changed))
    assert [breach.rule for breach in found] == ["DB-3"] and words in found[0].message


@pytest.mark.parametrize(
    ("others", "names", "words"),
    [
        ("甲某；乙某;丙某/丁某，甲某", ["甲某", "乙某", "丙某", "丁某"], ""),
        ("甲某、" + "长" * 61, None, "不超过 60 个字"),
        ("甲某 试验人", None, "被访人不能同时是调查人员"),
    ],
)
def test_typed_investigators_are_told_apart_fit_and_are_not_who_was_visited(others, names, words):
    typed = {"visited_on": TODAY, "others": others, "met": "试验人", "signed": "True"}
    form = HomeVisitForm(typed, people=get_user_model().objects.none())
    assert form.is_valid() is (not words) and words in "".join(form.errors.get("others", []))
    assert names is None or form.names() == names


def test_what_a_home_looks_like_is_for_those_who_decide_and_nobody_who_serves_or_helps():
    holders = {role for role, granted in GRANTS.items() if Permission.INQUIRY_VIEW in granted}
    assert holders == {Role.BUREAU_CHIEF, Role.ASSISTANCE_OFFICER, Role.TOWNSHIP_LEAD, Role.WINDOW_CLERK}


rows = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def going(clerk, township):
    case = log(clerk, township)
    finish(case, "INQUIRY", clerk)
    return case


class TestWritten:
    pytestmark = rows

    def test_saving_completes_the_step_and_the_details_stay_sealed(self, clerk, township):
        case = going(clerk, township)
        with pytest.raises(StaleVersion):
            visits.record(case.pk, seen(), version=99, by=clerk)
        row = visit(case, clerk, housing="龘龘龘", names=["张某", "李某", "王某"], signed=False, unsigned_reason="不识字，按手印")
        done = step(case, "VISIT")
        assert (done.status, done.people, done.note) == ("DONE", "张某、李某、王某", "见入户调查记录")
        with connection.cursor() as cursor:
            cursor.execute("SELECT housing, met FROM windows_homevisit WHERE id = %s", [row.pk])
            assert "龘" not in "".join(cursor.fetchone())
        assert "龘" not in str(list(AuditEvent.objects.values_list("detail", flat=True)))
        with pytest.raises(Refused, match="没有待办的入户调查环节"):
            visit(case, clerk)

    def test_a_correction_stands_beside_what_it_corrects(self, clerk, township):
        first = visit(going(clerk, township), clerk)
        with pytest.raises(Refused, match="更正原因"):
            visits.correct(first.pk, seen(), reason="写错", by=clerk)
        second = visits.correct(first.pk, seen(names=["张某", "赵某"]), reason="调查人员姓名写错一名", by=clerk)
        assert second.replaces == first and step(first.case, "VISIT").people == "张某、赵某"
        assert list(HomeVisit.objects.standing()) == [second] and HomeVisit.objects.get(pk=first.pk).second_investigator == "李某"
        with pytest.raises(Refused, match="已被更正") as caught:
            visits.correct(first.pk, seen(), reason="再更正一次原记录", by=clerk)
        assert rules_of(caught) == ["DB-3"]

    def test_the_database_neither_changes_nor_removes_it_and_wants_two(self, clerk, township, settings):
        row = visit(going(clerk, township), clerk)
        for act in (lambda: HomeVisit.objects.filter(pk=row.pk).update(met_relation="邻居"), lambda: HomeVisit.objects.all().delete()):
            with pytest.raises(DatabaseError, match="只能追加"), transaction.atomic():
                act()
        settings.FIELD_KEYS = {"newer": "11" * 16, **settings.FIELD_KEYS}
        call_command("rotate_field_key")
        assert HomeVisit.objects.get(pk=row.pk).finding == row.finding
        facts = {"case": row.case, "visited_on": TODAY, "met": "x", "met_relation": "本人", "recorded_by": clerk, "signed": True}
        for names, constraint in ((("甲", "甲"), "home_visit_by_two"), (("甲", ""), "home_visit_by_two")):
            with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
                HomeVisit.objects.create(**facts, first_investigator=names[0], second_investigator=names[1])

    def test_the_printed_form_is_drawn_for_whoever_asks(self, clerk, township, monkeypatch):
        drawn = {}
        monkeypatch.setattr(visits.pdf, "render", lambda template, context: drawn.update(context) or b"%PDF-1.7")
        job = visits.order_print(visit(going(clerk, township), clerk), by=clerk)
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.result.name.startswith("入户调查表") and drawn["visit"].investigators == ["张某", "李某"]


class TestPages:
    pytestmark = rows

    def test_the_clerk_goes_from_the_step_to_the_form_and_back(self, browse, clerk, township, officer, count_queries):
        case = going(clerk, township)
        client, url = browse(clerk), reverse("windows:visit_new", args=[case.pk])
        page = client.get(reverse("windows:case_detail", args=[case.pk])).content.decode()
        assert url in page and 'name="people"' not in page
        typed = {"version": fresh(case).version, "visited_on": TODAY, "people": [clerk.pk], "met": "试验人", "met_relation": "本人"}
        typed |= dict.fromkeys(("family", "housing", "work", "living"), "如实") | {"finding": "情况属实，生活确有困难。", "signed": "True"}
        alone = client.post(url, typed)
        assert alone.status_code == 422 and "现登记 1 名" in alone.content.decode()
        answers = [client.post(url, typed | {"others": "李某", "idempotency_key": "k"}) for _ in range(2)]
        row = HomeVisit.objects.get()
        assert [answer["Location"] for answer in answers] == [reverse("windows:visit_detail", args=[row.pk])] * 2
        assert row.investigators == ["王经办", "李某"] and CaseStep.objects.get(pk=row.step_id).status == "DONE"
        assert f"/visits/{row.pk}/" in client.get(reverse("windows:case_detail", args=[case.pk])).content.decode()
        assert "砖房" not in client.get(answers[0]["Location"]).content.decode()
        edit = reverse("windows:visit_correct", args=[row.pk])
        assert 'value="李某"' in client.get(edit).content.decode()
        typed |= {"others": "赵某", "housing": "砖房两间", "reason": "调查人员姓名写错一名"}
        after = client.post(edit, typed)["Location"]
        text = browse(officer).get(after).content.decode()
        assert "砖房两间" in text and "赵某" in text and "调查人员姓名写错一名" in text
        assert "已更正" in client.get(answers[0]["Location"]).content.decode()
        assert count_queries(client, reverse("windows:case_detail", args=[case.pk])) <= 40

    def test_the_village_that_led_the_way_reads_nothing_of_it(self, browse, clerk, township, chongqing):
        row = visit(going(clerk, township), clerk)
        helper = make_user(role=Role.VILLAGE_ASSISTANT, organisation=chongqing.home.townships[0].villages[0])
        assert browse(helper).get(reverse("windows:visit_detail", args=[row.pk])).status_code == 403
        visits.correct(row.pk, seen(housing="砖房三间"), reason="邻居说门面已转让", by=clerk)
        told = {reads: str(timeline(row.case, reads=reads)) for reads in (True, False)}
        assert "邻居说门面已转让" in told[True] and "邻居说" not in told[False] and "更正入户调查记录" in told[False]
