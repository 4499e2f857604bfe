"""The city bureau's editor of programmes: drafted by one, put in force by another, on a day to come; cases keep their version."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django import forms
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from records.refusals import Refused, StaleVersion
from tests.factories import make_chongqing, make_user
from tests.kept import fixture_of
from tests.windows.conftest import NOW
from tests.windows.factories import log, make_clerk
from windows.models import Case, Programme, ProgrammeDraft
from windows.reports import programme as reports
from windows.services import programme_content as contents
from windows.services import programme_drafts as services
from windows.services import programmes
from windows.services.programme_course import course_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
DAY = date(2026, 9, 28)  # a Monday; the National Day holidays are inside the first step's time


def scene_once():
    with time_machine.travel(NOW, tick=False):
        chongqing = make_chongqing()
        township = chongqing.home.townships[0].organisation
        author, second = (make_user(role=Role.CITY_BUREAU, organisation=chongqing.city, name=name) for name in ("李拟订", "张复核"))
        clerk = make_clerk(township)
        case = log(clerk, township)
        draft = services.begin(Programme.objects.get(code="DIBAO").pk, organisation=chongqing.city, by=author)
        return SimpleNamespace(chongqing=chongqing, author=author, second=second, clerk=clerk, case=case, draft=draft)


author, second, clerk, case, draft = map(fixture_of, ("author", "second", "clerk", "case", "draft"))


@pytest.fixture
def chongqing(scene):
    return scene.chongqing


def typed(page, **changed) -> dict:
    """What the editor sends when it is saved as it stands, but for ``changed``."""
    data = {name: page.head[name].value() for name in page.head.fields}
    for prefix, rows in page.rows.items():
        data |= {f"{prefix}-TOTAL_FORMS": rows.total_form_count(), f"{prefix}-INITIAL_FORMS": rows.initial_form_count()}
        for form in rows.forms:
            values = {form.add_prefix(name): sent(form, name) for name in form.fields if name != "DELETE"}
            data |= {name: value for name, value in values.items() if value is not False}
    return {name: "" if value is None else value for name, value in (data | changed).items()}


def sent(form, name: str):
    """A browser sends the first choice of a list where nothing stands."""
    field, value = form.fields[name], form[name].value()
    if isinstance(field, forms.MultipleChoiceField):
        return value or []
    return field.choices[0][0] if isinstance(field, forms.ChoiceField) and value is None else value


def edit(client, draft, **changed):
    url = reverse("windows:programme_draft_edit", args=[draft.pk])
    return client.post(url, typed(client.get(url).context["page"], **changed))


def post(client, verb: str, draft, **data):
    version = ProgrammeDraft.objects.get(pk=draft.pk).version
    return client.post(reverse(f"windows:programme_draft_{verb}", args=[draft.pk]), {"version": version, **data})


SHORTER = {"valid_from": DAY.isoformat(), "steps-0-amount": "2", "why": "提速"}


def test_a_version_goes_from_draft_to_force_by_a_second_person_and_open_cases_keep_theirs(browse, author, second, clerk, case, draft):
    city, other, window = browse(author), browse(second), browse(clerk)
    assert edit(city, draft, **SHORTER, **{"steps-1-clause": "某号文 第一条"}).status_code == 302
    page = city.get(reverse("windows:programme_draft", args=[draft.pk])).content.decode()
    assert "3 个工作日内" in page and "2 个工作日内" in page and "“某号文 第一条”不在条款索引中" in page
    assert post(other, "enact", draft).status_code == 422
    assert edit(city, draft, **{"steps-1-clause": "民发〔2021〕57号 第十七条"}).status_code == 302
    assert "拟订或修改过本稿的人不能发布施行" in post(city, "enact", draft).content.decode()
    assert "待复核发布" in other.get(reverse("home")).content.decode() and "待复核发布" not in city.get(reverse("home")).content.decode()
    assert Programme.objects.filter(code="DIBAO").count() == 1  # a draft is in no list that a counter, guide or API reads
    assert post(other, "enact", draft).status_code == 302

    old, new = Programme.objects.filter(code="DIBAO").order_by("valid_from")
    assert (old.valid_to, new.valid_from, new.valid_to, new.version) == (DAY, DAY, None, "D57-2")
    assert [step.amount for step in (old.steps.first(), new.steps.first())] == [3, 2]
    assert new.materials.count() == old.materials.count() and new.reason_clauses["extension"]["OBJECTION"][0] == "民发〔2021〕57号"
    assert Case.objects.get(pk=case.pk).programme == old
    told = AuditEvent.objects.filter(action="windows.programmedraft.enacted").get()
    assert (told.actor, told.detail["from_day"]) == (second, DAY.isoformat())

    rows = window.get(reverse("windows:programme_versions"))
    assert "待施行" in rows.content.decode() and "拟订新版本" not in rows.content.decode()
    assert list(Programme.objects.current(date(2026, 9, 27)).filter(code="DIBAO")) == [old]
    with time_machine.travel(datetime(2026, 9, 28, 2, tzinfo=UTC), tick=False):
        later = log(clerk, case.organisation, serial=2, programme=new)
        district = next(row for row in reports.districts(ProgrammeDraft.objects.get(pk=draft.pk)) if row.staying)
        assert later.steps.get(code="INQUIRY").amount == 2 and (district.staying, district.new, district.recent) == (1, 1, 2)
        assert "已于 2026-09-28 施行，不能收回" in str(refusal(services.take_back, draft.pk, version=3, by=second, reason="写错了"))


def test_a_coming_version_is_taken_back_before_its_day_and_the_former_goes_on(browse, author, second, draft):
    edit(browse(author), draft, **SHORTER)
    services.enact(draft.pk, version=1, by=second)
    with pytest.raises(Refused, match="已定于 2026-09-28 施行"):
        services.begin(draft.base_id, organisation=draft.organisation, by=author)
    assert "请写明收回的原因" in str(refusal(services.take_back, draft.pk, version=2, by=author, reason=" "))
    services.take_back(draft.pk, version=2, by=author, reason="日期未定")
    former, back = Programme.objects.filter(code="DIBAO").order_by("valid_from")
    assert former.valid_to is None and back.taken_back and not Programme.objects.current(DAY).filter(pk=back.pk).exists()
    assert back not in Programme.objects.standing()
    again = services.begin(former.pk, organisation=draft.organisation, by=author)
    assert again.label == "D57-3"
    services.withdraw(again.pk, version=0, by=author, reason="不再需要")
    # what the portal took in hand, the file no longer touches, neither its old version nor with a new one
    data = deepcopy(programmes.read())
    data["programme"][0] |= {"name": "另一名称", "valid_to": DAY}
    data["programme"].append(data["programme"][0] | {"version": "F2", "valid_from": DAY, "valid_to": date(2030, 1, 1)})
    result = programmes.load(data)
    assert result.portal == ["DIBAO/D57", "DIBAO/F2"] and len(result.kept) == len(data["programme"]) - 2
    assert list(Programme.objects.filter(code="DIBAO").values_list("version", "name")) == [
        ("D57-2", "最低生活保障"),
        ("D57", "最低生活保障"),
    ]


def refusal(act, *args, **options) -> Refused:
    with pytest.raises(Refused) as caught:
        act(*args, **options)
    return caught.value


def test_of_two_browsers_the_second_sees_who_changed_what_and_keeps_what_was_typed(browse, author, second, draft):
    first, late = browse(author), browse(second)
    url = reverse("windows:programme_draft_edit", args=[draft.pk])
    page = late.get(url).context["page"]
    added = {"steps-6-name": "复核", "steps-6-clause": "民发〔2021〕57号 第二十条", "materials-17-name": "收入说明"}
    assert edit(first, draft, **{"steps-0-amount": "2"}, **added).status_code == 302
    mine = typed(page, apply_at="任一乡镇（街道）")
    answer = late.post(url, mine)
    told = answer.content.decode()
    assert answer.status_code == 409 and "李拟订" in told and "复核" in told and "任一乡镇（街道）" in told and "3 个工作日内" in told
    assert [(row.field, row.old, row.new) for row in answer.context["stale"]["changes"]][1] == ("时限", "2 个工作日内", "3 个工作日内")
    assert late.post(url, mine | {"version": answer.context["page"].head["version"].value()}).status_code == 302
    draft.refresh_from_db()
    assert [row["code"] for row in draft.steps][-1] == "CONFIRM" and "收入说明" not in str(draft.materials)  # as the page had shown
    assert draft.apply_at == "任一乡镇（街道）" and draft.authors.count() == 2
    with pytest.raises(StaleVersion):
        services.withdraw(draft.pk, version=0, by=author, reason="旧页面")


def test_rows_are_added_ordered_and_struck_and_faults_come_back_in_the_form(browse, author, draft):
    client = browse(author)
    new = {
        "materials-TOTAL_FORMS": "19",
        "materials-18-name": "收入说明",
        "materials-18-need": "IF_APPLICABLE",
        "materials-18-position": "1",
    }
    answer = edit(
        client, draft, **new, **{"materials-18-clause": "民发〔2021〕57号 第九条", "materials-1-DELETE": "on", "steps-2-after": []}
    )
    assert answer.status_code == 302
    content = contents.of_draft(ProgrammeDraft.objects.get(pk=draft.pk))
    assert {"M1": "收入说明", "APPLICATION": "书面申请书"}.items() <= {row.code: row.name for row in content.materials[:2]}.items()
    assert "CONSENT" not in {row.code for row in content.materials} and content.steps[2].after == ()
    assert (content.steps[2].rule, content.steps[4].rule) == ("DB-3", "DB-4")  # what nobody types is kept
    answer = edit(client, draft, name="", **{"steps-0-amount": "-1", "label": "2027"})
    assert answer.status_code == 422 and "2027" in answer.content.decode()
    edit(client, draft, **{"steps-0-code": "WHOLE", "steps-1-after": ["GONE"]})  # codes are ours: a strange one counts as a new row
    content = contents.of_draft(ProgrammeDraft.objects.get(pk=draft.pk))
    assert content.steps[0].code == "S1" and content.steps[1].after == ("GONE",)


def test_a_draft_without_the_public_notice_stands_against_db4(draft):
    whole = contents.of_draft(draft)
    contents.onto_draft(draft, replace(whole, steps=tuple(row for row in whole.steps if row.code != "PUBLIC")))
    assert [row.binding for row in services.faults(draft) if row.rule == "DB-4"] == [True]


def test_the_example_counts_the_published_working_days(draft):
    course = course_of(contents.of_draft(draft), date(2026, 9, 29))
    assert course.lines["INQUIRY"].due == date(2026, 10, 9)  # the 30th, then the holidays do not count
    assert course.lines["PUBLIC"].starts == course.lines["CHECK"].due and course.whole.on > course.last
    open_end = course_of(contents.of_draft(draft), date(2027, 12, 20))
    assert open_end.last is None and "2027 年工作日历尚未录入" in open_end.lines["INQUIRY"].note


def test_pages_ask_as_often_for_many_cases_as_for_one(browse, author, clerk, case, draft, django_assert_max_num_queries):
    client = browse(author)
    log(clerk, case.organisation, serial=7)
    for name, args in (("programme_versions", []), ("programme_draft", [draft.pk]), ("programme_draft_edit", [draft.pk])):
        with django_assert_max_num_queries(40):
            assert client.get(reverse(f"windows:{name}", args=args)).status_code == 200


def test_the_database_takes_no_two_versions_without_end_or_from_one_day(draft):
    values = {
        name: getattr(draft.base, name) for name in ("code", "key", "name", "group", "department", "action", "apply_at", "decided_by")
    }
    for period in (
        {"valid_from": DAY},
        {"valid_from": draft.base.valid_from, "valid_to": DAY},
        {"valid_from": DAY, "valid_to": date(2026, 9, 1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Programme.objects.create(version="X", document="某文", **values, **period)


def test_the_database_takes_no_two_versions_of_one_programme_for_one_day(draft):
    base = draft.base
    values = {name: getattr(base, name) for name in ("code", "key", "name", "group", "department", "action", "apply_at", "decided_by")}
    values |= {"document": "某文"}
    start, day = base.valid_from, DAY
    for period in ((start - timedelta(days=30), start + timedelta(days=1)), (start + timedelta(days=1), day)):
        with pytest.raises(IntegrityError, match="programme_versions_apart"), transaction.atomic():
            Programme.objects.create(version="X", valid_from=period[0], valid_to=period[1], **values)
    Programme.objects.create(version="旧", valid_from=start - timedelta(days=30), valid_to=start, **values)
    back = Programme.objects.create(version="收回", valid_from=day, valid_to=day, **values)
    with pytest.raises(IntegrityError, match="programme_versions_apart"), transaction.atomic():
        Programme.objects.filter(pk=back.pk).update(valid_to=day + timedelta(days=1))
    Programme.objects.filter(pk=base.pk).update(valid_to=day)
    Programme.objects.create(version="新", valid_from=day, **values)


@pytest.mark.parametrize("status", ["ENACTED", "TAKEN_BACK", "WITHDRAWN"])
def test_what_is_no_draft_any_more_is_read_and_not_edited(browse, author, second, draft, status):
    client, url = browse(author), reverse("windows:programme_draft_edit", args=[draft.pk])
    sent = typed(client.get(url).context["page"], label="改名")
    if status == "WITHDRAWN":
        services.withdraw(draft.pk, version=draft.version, by=author, reason="重复拟订，撤销")
    else:
        edit(client, draft, **SHORTER)
        services.enact(draft.pk, version=1, by=second)
        draft.refresh_from_db()
        if status == "TAKEN_BACK":
            services.take_back(draft.pk, version=draft.version, by=second, reason="文件有误，先收回")
    assert client.get(url)["Location"] == reverse("windows:programme_draft", args=[draft.pk])
    refused = client.post(url, sent)
    assert refused.status_code == 422 and "不能修改" in refused.content.decode()
    draft.refresh_from_db()
    assert draft.status == status and draft.label != "改名"
    assert url not in client.get(reverse("windows:programme_draft", args=[draft.pk])).content.decode()


def test_the_file_ends_what_it_follows_and_may_not_overlap_itself():
    data = deepcopy(programmes.read())
    data["programme"].append(data["programme"][1] | {"version": "T50", "valid_from": DAY})
    with pytest.raises(ValueError, match="TEKUN/T43 must end"):
        programmes.load(data)
    data["programme"].pop(1)
    assert programmes.load(data).added == ["TEKUN/T50"]
    assert Programme.objects.get(code="TEKUN", version="T43").valid_to == DAY
