"""What stands behind a requirement: answers one by one (N-1 … N-7, P-33) and the public asked on the public site (P-17)."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from procurement.models import CommentRound, Consultation, Project, PublicComment, ScreeningAnswer
from procurement.rules import catalogue
from procurement.services import project as projects
from procurement.services import requirement
from records import clock
from records.refusals import Refused
from tests.kept import fixture_of
from tests.procurement import factories, scenes
from tests.procurement.test_pages import key, text_of

pytestmark = pytest.mark.django_db


scene_once = scenes.with_office
office = fixture_of("office")


@pytest.fixture
def project(office):
    return factories.make_complete_draft(office)


def days_on(days: int):
    return clock.as_of(timezone.make_aware(datetime.combine(clock.today() + timedelta(days=days), time(10))))


def open_round(project, office, days=5) -> CommentRound:
    return requirement.open_round(project.pk, ends_on=clock.today() + timedelta(days=days), by=office.officer)


def test_every_answer_is_kept_with_who_gave_it(project, office):
    rows = ScreeningAnswer.objects.filter(project=project)
    assert rows.count() == len(catalogue.SCREENING) + len(catalogue.EMPLOYMENT_TEST)
    assert set(rows.values_list("answered_by", flat=True)) == {office.officer.pk}


def test_a_changed_answer_is_a_further_row_and_the_first_one_stays(project, office):
    changed = {**project.employment_test, "person_month": {"answer": True, "note": "按人·月计价，另有服务量"}}
    projects.edit_project(project.pk, version=project.version, by=office.officer, employment_test=changed)
    rows = ScreeningAnswer.objects.filter(project=project, question="person_month").order_by("pk")
    assert [row.answer for row in rows] == [False, True]
    assert requirement.last_answers(project)["employment_test", "person_month"].answer is True


def test_saving_the_same_answers_again_writes_nothing(project, office):
    before = ScreeningAnswer.objects.count()
    projects.edit_project(project.pk, version=project.version, by=office.officer, screening=project.screening)
    assert ScreeningAnswer.objects.count() == before


def test_the_page_shows_each_question_with_its_answer_and_person(project, office, browse):
    text = text_of(browse(office.chief).get(reverse("procurement:project_requirement", args=[project.pk])))
    assert all(question.text in text for question in (*catalogue.SCREENING, *catalogue.EMPLOYMENT_TEST))
    assert office.officer.name in text


def test_p17_anybody_comments_while_the_round_is_open_and_nothing_shows_before_review(project, office, client):
    row = open_round(project, office)
    url = reverse("public_comment", args=[row.pk])
    data = {"text": "建议增加周末上门", "contact": "12300000009"}
    assert client.post(url, data | {"idempotency_key": "k"}).status_code == 302
    comment = PublicComment.objects.get()
    assert "建议增加周末上门" not in text_of(client.get(url))
    requirement.review_comment(comment.pk, shown=True, adopted=True, answer="已写入需求", by=office.officer)
    page = text_of(client.get(url))
    assert "建议增加周末上门" in page and "已写入需求" in page and "12300000009" not in page


def test_nt3_a_comment_with_somebodys_number_is_kept_and_never_shown(project, office):
    comment = requirement.leave_comment(open_round(project, office).pk, text="邻居 510200197001011234 也需要")
    with pytest.raises(Refused, match="不得公开"):
        requirement.review_comment(comment.pk, shown=True, adopted=False, answer="已阅", by=office.officer)
    requirement.review_comment(comment.pk, shown=False, adopted=False, answer="含个人信息，不公开", by=office.officer)


def test_p17_after_the_last_day_nobody_comments(project, office, client):
    row = open_round(project, office, days=1)
    with days_on(2):
        assert client.post(reverse("public_comment", args=[row.pk]), {"text": "晚了"}).status_code == 422
    assert not PublicComment.objects.exists()


def test_one_address_may_not_flood_the_round(project, office, client):
    url = reverse("public_comment", args=[open_round(project, office).pk])
    answers = [client.post(url, {"text": f"意见 {number}"}).status_code for number in range(8)]
    assert answers == [302] * 6 + [429] * 2
    assert PublicComment.objects.count() == 6


def test_what_somebody_writes_is_never_markup(project, office, client):
    row = open_round(project, office)
    comment = requirement.leave_comment(row.pk, text="<script>alert(1)</script>")
    requirement.review_comment(comment.pk, shown=True, adopted=False, answer="无关", by=office.officer)
    assert "<script>alert(1)" not in text_of(client.get(reverse("public_comment", args=[row.pk])))


def test_p17_the_round_is_summed_up_after_its_end_with_every_comment_looked_at(project, office):
    row = open_round(project, office, days=1)
    comment = requirement.leave_comment(row.pk, text="赞成")
    with pytest.raises(Refused, match="才结束"):
        requirement.close_round(row.pk, summary="赞成", by=office.officer)
    with days_on(2):
        with pytest.raises(Refused, match="还有 1 条意见未审阅"):
            requirement.close_round(row.pk, summary="赞成", by=office.officer)
        requirement.review_comment(comment.pk, shown=True, adopted=True, answer="采纳", by=office.officer)
        record = requirement.close_round(row.pk, summary="收到 1 条，采纳 1 条。", by=office.officer)
        assert requirement.close_round(row.pk, summary="再来", by=office.officer) == record
    assert (record.kind, record.respondents) == (Consultation.Kind.PUBLIC_OPINION, 1)


@pytest.mark.parametrize(("change", "words"), [({"status": "notice_published"}, "不能再征求意见"), ({"requirement": ""}, "尚未填写")])
def test_p17_the_public_is_asked_before_the_notice_about_something(project, office, change, words):
    Project.objects.filter(pk=project.pk).update(**change, published_at=clock.now() if "status" in change else None)
    with pytest.raises(Refused, match=words):
        open_round(project, office)


def test_an_officer_of_another_district_reviews_nothing(project, office, chongqing, browse):
    comment = requirement.leave_comment(open_round(project, office).pk, text="赞成")
    other = factories.make_user(role="PURCHASE_OFFICER", organisation=chongqing.districts[1].bureau)
    assert browse(other).get(reverse("procurement:comment_review", args=[comment.pk])).status_code == 404


def test_the_officer_opens_reviews_and_closes_on_the_pages(project, office, browse):
    client = browse(office.officer)
    url = reverse("procurement:comments_open", args=[project.pk])
    ends_on = clock.today() + timedelta(days=1)
    assert client.post(url, {"ends_on": str(ends_on)} | key(client, url)).status_code == 302
    row = CommentRound.objects.get()
    comment = requirement.leave_comment(row.pk, text="赞成")
    url = reverse("procurement:comment_review", args=[comment.pk])
    assert client.post(url, {"shown": "yes", "adopted": "no", "answer": "与项目无关"} | key(client, url)).status_code == 302
    with days_on(2):
        client, url = browse(office.officer), reverse("procurement:comments_close", args=[row.pk])
        assert client.post(url, {"note": "收到 1 条，未采纳。"} | key(client, url)).status_code == 302
    assert CommentRound.objects.get().consultation is not None
