"""The public guide: what everybody may read about a programme and where to go; who writes it, and how soon it is public (W-18)."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from records.refusals import IllegalTransition, Refused, StaleVersion
from records.workflow import move
from tests.factories import make_user
from tests.windows.factories import make_window
from windows.models import GuideText
from windows.rules import guide as rules
from windows.services import guide as services

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
TODAY = date(2026, 9, 21)
VALUES = {
    "kind": "CONDITION",
    "programme_code": "DIBAO",
    "title": "谁可以申请低保",
    "body": "人均收入低于当地标准的家庭",
    "source": "某文件",
    "formed_on": TODAY,
}


@pytest.fixture
def anybody():
    return Client()


def published(organisation, by, **more) -> GuideText:
    text = services.write_text(organisation, by=by, **(VALUES | more))
    return services.publish_text(text.pk, version=text.version, by=by)


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"title": " "}, "标题"),
        ({"body": "", "source": ""}, "内容、依据文件"),
        ({"kind": "STANDARD", "programme": ""}, "须选择一个救助事项"),
        ({"formed": date(2026, 9, 22)}, "在今天之后"),
    ],
)
def test_w18_a_text_says_what_it_is_about_and_where_it_stands(more, said):
    given = {"kind": "QUESTION", "programme": "", "title": "问", "body": "答", "source": "文件", "formed": TODAY} | more
    assert said in " ".join(breach.message for breach in rules.text_breaches(today=TODAY, **given))


@pytest.mark.parametrize(("workdays", "days", "late"), [(10, 14, False), (11, 15, True), (None, 30, False), (None, 31, True)])
def test_w18_ten_working_days_and_without_a_calendar_what_is_surely_more(workdays, days, late):
    formed = date.fromordinal(TODAY.toordinal() - days)
    assert bool(list(rules.late_breaches(formed=formed, today=TODAY, workdays=workdays))) == late


def test_w18_late_publication_needs_a_reason_that_the_audit_keeps(chongqing, officer):
    text = services.write_text(chongqing.home.bureau, by=officer, **(VALUES | {"formed_on": date(2026, 8, 3)}))
    with pytest.raises(Refused, match="10 个工作日") as refusal:
        services.publish_text(text.pk, version=text.version, by=officer)
    assert [(breach.rule, breach.binding) for breach in refusal.value.breaches] == [("W-18", False)]
    services.publish_text(text.pk, version=text.version, by=officer, reason="等待文件正式印发")
    assert GuideText.objects.get(pk=text.pk).late_reason == "等待文件正式印发"
    assert AuditEvent.objects.filter(action="windows.guidetext.published", detail__lifted={"W-18": "等待文件正式印发"}).exists()


def test_a_number_of_a_person_never_becomes_public(chongqing, officer):
    with pytest.raises(Refused, match="不得公开"):
        services.write_text(chongqing.home.bureau, by=officer, **(VALUES | {"body": "如 510200197001011234 的情况"}))
    assert not GuideText.objects.exists()


def test_what_is_published_is_withdrawn_and_never_rewritten(chongqing, officer):
    text = published(chongqing.home.bureau, officer)
    with pytest.raises(Refused, match="只有“未发布”的可以"):
        services.change_text(text.pk, version=text.version, by=officer, **VALUES)
    with pytest.raises(Refused, match="写明撤下的原因"):
        services.withdraw_text(text.pk, version=text.version, by=officer, reason=" ")
    text = services.withdraw_text(text.pk, version=text.version, by=officer, reason="标准调整")
    with pytest.raises(IllegalTransition):
        move(text, GuideText.Status.PUBLISHED, by=officer)


def test_the_second_of_two_writers_is_told(chongqing, officer):
    text = services.write_text(chongqing.home.bureau, by=officer, **VALUES)
    services.change_text(text.pk, version=text.version, by=officer, **(VALUES | {"title": "新标题"}))
    with pytest.raises(StaleVersion):
        services.change_text(text.pk, version=text.version, by=officer, **VALUES)


def test_the_database_keeps_a_condition_with_its_programme_and_a_publication_with_its_publisher(chongqing, officer):
    text = services.write_text(chongqing.home.bureau, by=officer, **VALUES)
    for values in ({"programme_code": ""}, {"status": "PUBLISHED"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            GuideText.objects.filter(pk=text.pk).update(**values)


def test_everybody_reads_who_where_with_what_and_how_long(chongqing, officer, anybody):
    bureau = chongqing.home.bureau
    make_window(chongqing.home.townships[0].organisation)
    published(bureau, officer)
    page = text_of(anybody.get(reverse("guide_programme", args=["DIBAO"]), {"district": bureau.code}))
    for words in (
        "人均收入低于当地标准的家庭",
        "书面申请书",
        "银行存款",
        "公示初审意见",
        "30 个工作日",
        chongqing.home.townships[0].organisation.name,
    ):
        assert words in page
    leaflet = text_of(anybody.get(reverse("guide_leaflet", args=["DIBAO"]), {"district": bureau.code}))
    assert "<svg" in leaflet and "人均收入低于当地标准的家庭" in leaflet


def test_a_draft_and_a_withdrawn_text_are_nowhere(chongqing, officer, anybody):
    draft = services.write_text(chongqing.home.bureau, by=officer, **VALUES)
    gone = published(chongqing.home.bureau, officer, title="旧标准", body="旧内容")
    services.withdraw_text(gone.pk, version=gone.version, by=officer, reason="已调整")
    for text in (draft, gone):
        assert anybody.get(reverse("guide_text", args=[text.pk])).status_code == 404
    code = {"district": chongqing.home.bureau.code}
    page = text_of(anybody.get(reverse("guide_programme", args=["DIBAO"]), code)) + text_of(anybody.get(reverse("guide_texts"), code))
    assert VALUES["body"] not in page and "旧内容" not in page


def test_a_district_reads_its_own_condition_before_the_citys_and_never_a_neighbours(chongqing, officer, anybody):
    city = make_user(role=Role.CITY_BUREAU, organisation=chongqing.city)
    published(chongqing.city, city, body="全市条件")
    published(chongqing.home.bureau, officer, body="本区条件")
    other = chongqing.districts[1].bureau

    def page(**asked):
        return text_of(anybody.get(reverse("guide_programme", args=["DIBAO"]), asked))

    assert "全市条件" in page() and "本区条件" not in page()
    assert "本区条件" in page(district=chongqing.home.bureau.code) and "全市条件" not in page(district=chongqing.home.bureau.code)
    assert "全市条件" in page(district=other.code) and "本区条件" not in page(district=other.code)


def test_the_search_finds_by_name_by_department_and_by_what_is_told(chongqing, officer, anybody):
    published(chongqing.home.bureau, officer, body="粮油补贴户也可以申请")

    def found(words):
        return text_of(anybody.get(reverse("guide"), {"q": words}))

    assert "医疗救助" in found("医疗") and "最低生活保障" not in found("医疗救助")
    assert "最低生活保障" in found("粮油补贴")
    assert "没有找到相关的救助事项" in found("zzz")


def test_public_pages_cost_the_same_for_few_and_many_texts(chongqing, officer, anybody, count_queries):
    bureau = chongqing.home.bureau
    urls = [
        f"{reverse(name, args=args)}?district={bureau.code}"
        for name, args in (("guide", ()), ("guide_programme", ("DIBAO",)), ("guide_texts", ()))
    ]
    published(bureau, officer)
    few = [count_queries(anybody, url) for url in urls]
    for number in range(6):
        published(bureau, officer, kind="QUESTION", title=f"问{number}")
    assert [count_queries(anybody, url) for url in urls] == few and max(few) <= 15


def test_the_officer_writes_publishes_and_withdraws_by_the_pages_and_a_stranger_finds_nothing(chongqing, officer, browse):
    client, bureau = browse(officer), chongqing.home.bureau
    assert client.get(reverse("windows:guide_text_new")).status_code == 200
    made = client.post(reverse("windows:guide_text_new"), VALUES | {"organisation": bureau.pk, "version": 0})
    text = GuideText.objects.get()
    detail = reverse("windows:guide_text_detail", args=[text.pk])
    assert made.status_code == 302 and made.url == detail
    assert "谁可以申请低保" in text_of(client.get(reverse("windows:guide_text_list")))
    stranger = make_user(role=Role.ASSISTANCE_OFFICER, organisation=chongqing.districts[1].bureau)
    assert browse(stranger).get(detail).status_code == 404
    client.post(
        reverse("windows:guide_text_edit", args=[text.pk]), VALUES | {"organisation": bureau.pk, "version": 0, "title": "改过的标题"}
    )
    text.refresh_from_db()
    assert client.post(reverse("windows:guide_text_publish", args=[text.pk]), {"version": text.version}).status_code == 302
    assert "改过的标题" in text_of(Client().get(reverse("guide_texts"), {"district": bureau.code}))
    text.refresh_from_db()
    empty = client.post(reverse("windows:guide_text_withdraw", args=[text.pk]), {"version": text.version})
    assert empty.status_code == 422 and text.status == GuideText.Status.PUBLISHED
    client.post(reverse("windows:guide_text_withdraw", args=[text.pk]), {"version": text.version, "reason": "已调整"})
    assert "改过的标题" not in text_of(Client().get(reverse("guide_texts"), {"district": bureau.code}))


def test_the_directory_shows_the_windows_of_one_district(chongqing, anybody):
    here, there = chongqing.home.townships[0].organisation, chongqing.districts[1].townships[0].organisation
    make_window(here), make_window(there)
    url = reverse("guide_windows")
    assert "请先选择区县" in text_of(anybody.get(url))
    page = text_of(anybody.get(url, {"district": chongqing.home.bureau.code}))
    assert here.name in page and there.name not in page
    assert "没有找到窗口" in text_of(anybody.get(url, {"district": chongqing.home.bureau.code, "q": "不存在"}))
