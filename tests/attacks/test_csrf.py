"""T21: no unsafe call without its token, whatever the address."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
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


def statuses_without_token(client) -> dict[str, int]:
    found = {}
    for route, row in unsafe_routes():
        url = nothing(route)
        if url.startswith("/api/") and row.post != PUBLIC:
            found[route.name] = client.post(url, b"{}", content_type="application/json").status_code
        else:
            found[route.name] = client.post(url, {}).status_code
    return found


@pytest.mark.parametrize("role", [Role.BUREAU_CHIEF, Role.WINDOW_CLERK])
def test_every_unsafe_route_refuses_a_post_without_token(chongqing, role):
    place = chongqing.home.bureau if role == Role.BUREAU_CHIEF else chongqing.home.townships[0].organisation
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(role=role, organisation=place), backend="django.contrib.auth.backends.ModelBackend")
    found = statuses_without_token(client)
    assert len(found) > 90
    assert {name: status for name, status in found.items() if status != 403} == {}


def test_every_public_form_refuses_a_post_without_token(db):
    client = Client(enforce_csrf_checks=True)
    found = {route.name: client.post(nothing(route), {}).status_code for route, row in unsafe_routes() if row.post == PUBLIC}
    assert found and set(found.values()) == {403}, found


def test_a_token_from_another_origin_is_refused(chongqing):
    client = Client(enforce_csrf_checks=True)
    token = client.get(reverse("accounts:login")).cookies["csrftoken"].value
    data = {"username": "x", "password": "y", "csrfmiddlewaretoken": token}
    assert client.post(reverse("accounts:login"), data).status_code == 200
    assert client.post(reverse("accounts:login"), data, headers={"origin": "https://elsewhere.example"}).status_code == 403


def test_control_without_the_check_a_post_without_token_goes_through(chongqing):
    client = Client(enforce_csrf_checks=False)
    assert client.post(reverse("accounts:login"), {"username": "x", "password": "y"}).status_code == 200
