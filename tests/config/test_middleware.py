"""Forwarded headers count from our own proxy only."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from config.middleware import TrustedProxy


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
