"""Forwarded headers count from our own proxy only."""

import io

import pytest
from django.core.exceptions import BadRequest, ImproperlyConfigured
from django.db import DataError
from django.http import FileResponse, HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import Membership
from accounts.roles import Role
from config.middleware import PlainAddress, SmallPages, TrustedProxy
from tests.factories import make_user


def seen(settings, proxies, peer, **headers):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=peer, **headers)
    TrustedProxy(lambda request: HttpResponse())(request)
    return request.META


def test_a_stranger_cannot_choose_an_address(settings):
    meta = seen(settings, ["10.0.0.0/8"], "203.0.113.9", HTTP_X_FORWARDED_FOR="1.2.3.4", HTTP_X_FORWARDED_PROTO="https")
    assert meta["REMOTE_ADDR"] == "203.0.113.9"
    assert "HTTP_X_FORWARDED_PROTO" not in meta


def test_behind_our_proxy_the_last_foreign_address_counts(settings):
    meta = seen(settings, ["10.0.0.0/8"], "10.0.0.2", HTTP_X_FORWARDED_FOR="1.2.3.4, 203.0.113.9, 10.0.0.7", HTTP_X_FORWARDED_PROTO="https")
    assert meta["REMOTE_ADDR"] == "203.0.113.9"
    assert meta["HTTP_X_FORWARDED_PROTO"] == "https"


@pytest.mark.parametrize("chain", ["", "unknown", "' OR 1=1", "10.0.0.9"])
def test_a_chain_without_a_foreign_address_leaves_the_peer(settings, chain):
    assert seen(settings, ["10.0.0.0/8"], "10.0.0.2", HTTP_X_FORWARDED_FOR=chain)["REMOTE_ADDR"] == "10.0.0.2"


def test_a_misspelt_proxy_stops_the_start(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.300"]
    with pytest.raises(ImproperlyConfigured):
        TrustedProxy(lambda request: HttpResponse())


@pytest.mark.django_db
def test_one_password_tried_on_many_accounts_from_one_address_is_stopped(client, settings):
    settings.SIGN_IN_TRIES_PER_ADDRESS, url = 3, reverse("accounts:totp")
    answers = [client.post(url, {"code": "000000"}).status_code for _ in range(4)]
    assert 429 not in answers[:3]
    assert answers[3] == 429
    assert client.post(url, {}, REMOTE_ADDR="203.0.113.5").status_code != 429


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/public/projects/?q=%00", "/public/notices/%00/", "/search/?q=a%00b"])
def test_an_address_with_a_nul_is_a_bad_request_and_no_server_error(client, address):
    assert client.get(address).status_code == 400


@pytest.mark.django_db
def test_a_nul_in_what_was_typed_is_a_bad_request_and_nothing_is_written(client, chongqing):
    admin = make_user(role=Role.SECURITY_ADMIN, organisation=chongqing.city)
    client.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    membership = Membership.objects.get(user=make_user(role=Role.WINDOW_CLERK, organisation=chongqing.home.townships[0].organisation))
    answer = client.post(reverse("accounts:membership_end", args=[membership.pk]), {"reason": "离\x00职", "ended_on": "2026-11-01"})
    assert answer.status_code in {400, 422}
    membership.refresh_from_db()
    assert membership.ended_on is None


@pytest.mark.django_db
def test_percent_signs_as_text_are_no_nul(client):
    assert client.get("/public/projects/?q=%2500").status_code == 200


def test_a_text_longer_than_its_column_is_the_callers_fault_and_any_other_data_error_ours():
    """T24: where no form looked at what was typed (a reason beside a button), PostgreSQL does."""
    layer = PlainAddress(lambda request: None)
    with pytest.raises(BadRequest, match="过长"):
        layer.process_exception(None, DataError("value too long for type character varying(200)\n"))
    assert layer.process_exception(None, DataError("division by zero")) is None


def answer(response, **headers):
    return SmallPages(lambda request: response)(RequestFactory().get("/", **headers))


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/json"])
def test_a_page_is_compressed_for_who_takes_it(kind):
    made = answer(HttpResponse("页面" * 2_000, content_type=kind), HTTP_ACCEPT_ENCODING="gzip, br")
    assert made["Content-Encoding"] == "gzip" and len(made.content) < 1_000 and "Accept-Encoding" in made["Vary"]
    assert not answer(HttpResponse("页面" * 2_000, content_type=kind)).has_header("Content-Encoding")


def test_a_file_keeps_its_length():
    for made in (
        HttpResponse(bytes(9_000), content_type="application/pdf", headers={"Content-Length": "9000"}),
        FileResponse(io.BytesIO(bytes(9_000)), content_type="text/html"),
    ):
        got = answer(made, HTTP_ACCEPT_ENCODING="gzip")
        assert not got.has_header("Content-Encoding") and got["Content-Length"] == "9000"
