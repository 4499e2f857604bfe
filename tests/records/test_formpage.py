"""A page that is one form: sent twice it saves once; what is secret is not remembered."""

from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.shortcuts import redirect
from django.test import RequestFactory

from accounts.roles import Role
from records.formpage import form_page
from records.models import Submission
from records.policy import Clause
from records.refusals import Refused
from tests.factories import make_user

pytestmark = pytest.mark.django_db


class Word(forms.Form):
    word = forms.CharField()


@pytest.fixture
def send(chongqing, monkeypatch):
    """``send(saved, word=…, …)`` → the answer to a posted form; each save is noted in ``saved``."""
    user = make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.home.bureau)

    def posted(saved, *, word="甲", key="k1", by=user, secret=False, fails=False):
        request = RequestFactory().post("/x/", {"word": word, "idempotency_key": key})
        request.user, request.resolver_match = by, SimpleNamespace(view_name="x:y")
        if secret:
            request.sensitive_post_parameters = ["word"]

        def save(data):
            saved.append(data["word"])
            if fails:
                raise Refused.because("P-1", Clause("文", "一"), "不行")
            return len(saved)

        return form_page(request, Word(request.POST), save, template="x.html", done=lambda number: redirect(f"/done/{number}/"))

    monkeypatch.setattr(
        "records.formpage.render", lambda request, template, context, status: HttpResponse(context["form"].errors.as_text(), status=status)
    )
    return posted


def test_a_form_sent_twice_is_saved_once_and_answered_the_same(send):
    saved = []
    assert [send(saved).url, send(saved).url] == ["/done/1/", "/done/1/"] and saved == ["甲"]
    assert send(saved, key="k2").url == "/done/2/"


def test_a_refused_form_may_be_put_right_and_sent_again(send):
    saved = []
    assert send(saved, fails=True).status_code == 422 and not Submission.objects.exists()
    assert send(saved, word="乙").status_code == 302 and saved == ["甲", "乙"]


def test_one_key_for_two_contents_is_refused_with_the_way_out(send):
    saved = []
    send(saved)
    answer = send(saved, word="乙")
    assert answer.status_code == 422 and "刷新页面" in answer.content.decode() and saved == ["甲"]


@pytest.mark.parametrize("more", [{"secret": True}, {"by": AnonymousUser()}])
def test_of_a_secret_or_nameless_form_not_even_a_digest_is_kept(send, more):
    assert send([], **more).status_code == 302
    assert not Submission.objects.exists()
