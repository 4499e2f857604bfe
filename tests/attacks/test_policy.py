"""T01: the policy table is whole: a route without a row fails, and so does a row without a route."""

from tests.attacks.policy import ROUTES
from tests.attacks.routes import all_routes


def test_every_route_has_a_row_in_the_policy_table():
    assert sorted({route.key for route in all_routes()} - ROUTES.keys()) == []


def test_every_row_of_the_policy_table_has_its_route():
    assert sorted(ROUTES.keys() - {route.key for route in all_routes()}) == []


def test_control_a_route_without_a_row_is_seen():
    assert {route.key for route in all_routes()} - (ROUTES.keys() - {"windows:case_detail"}) == {"windows:case_detail"}
