"""T21: no unsafe call without its token, whatever the address."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from config.views import STALE_PAGE
from tests.attacks.policy import PUBLIC, ROUTES
from tests.attacks.routes import all_routes
from tests.attacks.world import MISSING
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def unsafe_routes():
    """Every page that takes a POST; the API's own answer to a missing token is 401 or 403 by its authentication."""
    for route in all_routes():
        row = ROUTES.get(route.key)
        if row is not None and row.post:
            yield route, row


VALUES = MISSING | {"section": "basics", "kind": "proof"}


def nothing(route) -> str:
    """The address of a paper that does not exist."""
    return route.url(dict.fromkeys(route.parameters, MISSING["pk"]) | VALUES)


def answers_without_token(client, routes) -> dict[str, str]:
    """Route → ``token``, where it was the check of the token that refused; else the status: a right that is missing answers 403 too."""
    found = {}
    for route, row in routes:
        url = nothing(route)
        if url.startswith("/api/") and row.post != PUBLIC:
            response = client.post(url, b"{}", content_type="application/json")
            refused = response.status_code == 403 and b"CSRF" in response.content
        else:
            response = client.post(url, {})
            refused = response.status_code == 403 and STALE_PAGE in response.content.decode()
        found[route.name] = "token" if refused else str(response.status_code)
    return found


def signed_in(chongqing, role, *, checks: bool) -> Client:
    place = chongqing.home.bureau if role == Role.BUREAU_CHIEF else chongqing.home.townships[0].organisation
    client = Client(enforce_csrf_checks=checks)
    client.force_login(make_user(role=role, organisation=place), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("role", [Role.BUREAU_CHIEF, Role.WINDOW_CLERK])
def test_every_unsafe_route_refuses_a_post_without_token(chongqing, role):
    found = answers_without_token(signed_in(chongqing, role, checks=True), unsafe_routes())
    assert len(found) > 90
    assert {name: answer for name, answer in found.items() if answer != "token"} == {}


def test_control_without_the_check_every_page_answers_for_another_reason(chongqing):
    found = answers_without_token(signed_in(chongqing, Role.WINDOW_CLERK, checks=False), unsafe_routes())
    assert len(found) > 90
    assert "token" not in found.values()


def test_every_public_form_refuses_a_post_without_token(db):
    found = answers_without_token(Client(enforce_csrf_checks=True), [pair for pair in unsafe_routes() if pair[1].post == PUBLIC])
    assert found and set(found.values()) == {"token"}, found


def test_a_token_from_another_origin_is_refused(chongqing):
    client = Client(enforce_csrf_checks=True)
    token = client.get(reverse("accounts:login")).cookies["csrftoken"].value
    data = {"username": "x", "password": "y", "csrfmiddlewaretoken": token}
    assert client.post(reverse("accounts:login"), data).status_code == 200
    assert client.post(reverse("accounts:login"), data, headers={"origin": "https://elsewhere.example"}).status_code == 403


def test_control_without_the_check_a_post_without_token_goes_through(chongqing):
    client = Client(enforce_csrf_checks=False)
    assert client.post(reverse("accounts:login"), {"username": "x", "password": "y"}).status_code == 200
