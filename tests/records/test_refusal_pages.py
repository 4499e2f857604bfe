"""What a person sees when a rule says no, and when somebody else saved first (D09)."""

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.test import RequestFactory
from django.views.generic import FormView
from django_htmx.middleware import HtmxMiddleware

from accounts.roles import Role
from records import pages
from records.middleware import RefusalMiddleware
from records.policy import Breach, Clause
from records.refusals import MissingCalendar, Refused, StaleVersion, joined
from tests.factories import make_user
from tests.records.factories import make_value

CLAUSE = Clause("渝民发〔2018〕4号", "二（四）")


def post(data, user=None, **headers):
    request = RequestFactory().post("/x/", data, **headers)
    request.user = user or AnonymousUser()
    for middleware in (SessionMiddleware, MessageMiddleware, HtmxMiddleware):
        middleware(lambda _: HttpResponse())(request)
    return request


@pytest.mark.django_db
def test_a_refusal_is_422_with_value_rule_clause_and_the_long_text_kept():
    refusal = Refused([Breach("P-41", CLAUSE, "价格权重 5% 低于 10%。"), Breach("W-19a", CLAUSE, "原则上不少于5人。", binding=False)])
    written = "这是一段写了很久、不应当丢失的情况说明文字。"

    response = RefusalMiddleware(lambda request: None).process_exception(post({"note": written, "password": "p" * 30}), refusal)

    page = response.content.decode()
    assert response.status_code == 422
    for text in ("价格权重 5% 低于 10%。", "P-41", "渝民发〔2018〕4号 二（四）", written):
        assert text in page
    assert "p" * 30 not in page


@pytest.mark.django_db
def test_other_exceptions_pass_by():
    assert RefusalMiddleware(lambda request: None).process_exception(post({}), ZeroDivisionError()) is None


@pytest.mark.django_db
def test_a_missing_calendar_names_year_and_way_out():
    page = pages.refused(post({}), MissingCalendar(2027)).content.decode()

    assert "2027 年的工作日历尚未录入" in page
    assert "工作日历”页面导入" in page


@pytest.mark.django_db
def test_a_stale_form_gets_the_differences_and_keeps_what_was_typed(chongqing):
    user = make_user(role=Role.CITY_BUREAU, organisation=chongqing.city, name="王先改")
    current = make_value(chongqing.city, user, value="30")
    request = post({"value": "25", "source_document": "示例文件", "status": "pending", "version": "0", "idempotency_key": "k"}, user)

    response = pages.refused(request, StaleVersion(current, changed_by="王先改"))

    page = response.content.decode()
    assert response.status_code == 409
    assert "王先改" in page
    assert [(change["label"], change["mine"], change["theirs"]) for change in pages.differences(request, current)] == [("取值", "25", "30")]
    assert '<input type="hidden" name="value" value="25">' in page
    assert 'name="idempotency_key" value="k"' not in page  # a second try is a new submission


@pytest.mark.django_db
def test_a_refusal_in_a_form_stays_in_the_form():
    class Page(pages.RefusalsInForm, FormView):
        template_name = "records/verify_start.html"
        form_class = type("F", (forms.Form,), {"code": forms.CharField(label="验证码")})
        success_url = "/done/"

        def save(self, form):
            if form.cleaned_data["code"] == "bad":
                raise Refused.because("P-1", CLAUSE, "不行，因为如此。")

    refused = Page.as_view()(post({"code": "bad"})).render()
    done = Page.as_view()(post({"code": "good"}))

    assert refused.status_code == 422
    assert "不行，因为如此。" in refused.content.decode()
    assert 'value="bad"' in refused.content.decode()
    assert (done.status_code, done.url) == (302, "/done/")


@pytest.mark.parametrize(
    ("referer", "back"),
    [("http://testserver/a/?b=1", "/a/?b=1"), ("http://testserver/a/", "/a/"), ("https://evil.example/a/", "/"), ("", "/")],
)
def test_the_way_back_never_leads_out(referer, back):
    assert pages.back_url(RequestFactory().get("/x/", HTTP_REFERER=referer)) == back


def test_several_sentences_become_one_line_each_once():
    assert joined(["缺少预算。", "缺少预算。", "是否打包？", "尚未回答：乙；"]) == "缺少预算；是否打包？尚未回答：乙"
    assert joined([]) == ""
