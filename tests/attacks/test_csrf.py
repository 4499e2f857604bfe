"""T21: no unsafe call without its token, and none from another origin with it, whatever the address and the method."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from config.views import STALE_PAGE
from tests.attacks.policy import PUBLIC, ROUTES
from tests.attacks.routes import all_routes
from tests.attacks.walk import PAGES_OF_THE_API
from tests.attacks.world import MISSING
from tests.factories import make_user

pytestmark = pytest.mark.django_db
TOKEN = "t" * 32
ELSEWHERE = "https://elsewhere.example"
VALUES = MISSING | {"section": "basics", "kind": "proof"}


def unsafe_calls():
    """(route, row, method) of every page that takes a POST, and of every endpoint of the API with what it offers, PUT and DELETE."""
    for route in all_routes():
        row = ROUTES.get(route.key)
        if row is None:
            continue
        offered = ["POST"] * bool(row.post) + ["PATCH"] * bool(row.patch)
        api = route.pattern.startswith("api/") and row.get != PUBLIC and route.name not in PAGES_OF_THE_API
        rare = ["PUT", "PATCH", "DELETE"] if api else []
        for method in dict.fromkeys([*offered, *rare]):
            yield route, row, method


def nothing(route) -> str:
    """The address of a paper that does not exist."""
    return route.url(dict.fromkeys(route.parameters, MISSING["pk"]) | VALUES)


def answers(client, calls, *, token: str = "", **headers) -> dict[str, str]:
    """Call → ``token``, where the check of token or origin refused; else the status: a right that is missing answers 403 too."""
    found = {}
    given = headers | ({"x-csrftoken": token} if token else {})
    for route, row, method in calls:
        url = nothing(route)
        if token:
            client.cookies["csrftoken"] = token  # a call may have changed it
        api = url.startswith("/api/") and row.post != PUBLIC
        body, kind = (b"{}", "application/json") if api else (b"", "application/x-www-form-urlencoded")
        response = client.generic(method, url, body, content_type=kind, headers=given)
        refused = response.status_code == 403 and (b"CSRF" in response.content or STALE_PAGE in response.content.decode())
        found[f"{method} {route.name}"] = "token" if refused else str(response.status_code)
    return found


def signed_in(chongqing, role, *, checks: bool) -> Client:
    place = chongqing.home.bureau if role == Role.BUREAU_CHIEF else chongqing.home.townships[0].organisation
    client = Client(enforce_csrf_checks=checks)
    client.force_login(make_user(role=role, organisation=place), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("role", [Role.BUREAU_CHIEF, Role.WINDOW_CLERK])
def test_every_unsafe_call_without_token_is_refused(chongqing, role):
    found = answers(signed_in(chongqing, role, checks=True), unsafe_calls())
    assert len(found) > 500
    assert {name: answer for name, answer in found.items() if answer != "token"} == {}


def test_every_unsafe_call_from_another_origin_is_refused_though_its_token_holds(chongqing):
    client = signed_in(chongqing, Role.WINDOW_CLERK, checks=True)
    found = answers(client, unsafe_calls(), token=TOKEN, origin=ELSEWHERE)
    assert len(found) > 500
    assert {name: answer for name, answer in found.items() if answer != "token"} == {}


def test_control_without_the_check_every_call_answers_for_another_reason(chongqing):
    found = answers(signed_in(chongqing, Role.WINDOW_CLERK, checks=False), unsafe_calls(), origin=ELSEWHERE)
    assert len(found) > 500
    assert "token" not in found.values()


def test_every_public_form_refuses_a_post_without_token(db):
    found = answers(Client(enforce_csrf_checks=True), [call for call in unsafe_calls() if call[1].post == PUBLIC])
    assert found and set(found.values()) == {"token"}, found


def test_a_token_from_another_origin_is_refused(chongqing):
    client = Client(enforce_csrf_checks=True)
    token = client.get(reverse("accounts:login")).cookies["csrftoken"].value
    data = {"username": "x", "password": "y", "csrfmiddlewaretoken": token}
    assert client.post(reverse("accounts:login"), data).status_code == 200
    assert client.post(reverse("accounts:login"), data, headers={"origin": ELSEWHERE}).status_code == 403


def test_control_without_the_check_a_post_without_token_goes_through(chongqing):
    client = Client(enforce_csrf_checks=False)
    assert client.post(reverse("accounts:login"), {"username": "x", "password": "y"}).status_code == 200
