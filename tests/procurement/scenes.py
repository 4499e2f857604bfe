"""Scenes that many files begin from, built once for each (``scene_once`` of tests/kept.py)."""

from types import SimpleNamespace

from accounts.roles import Role
from tests.factories import make_chongqing, make_user
from tests.procurement import factories, money


def with_office() -> SimpleNamespace:
    """The home district's bureau with its officers."""
    chongqing = make_chongqing()
    office = factories.make_office(chongqing)
    return SimpleNamespace(chongqing=chongqing, office=office)


def with_running_contract() -> SimpleNamespace:
    """And a contract that the first contractor is carrying out."""
    chongqing = make_chongqing()
    office = factories.make_office(chongqing)
    contract = factories.make_running(office, chongqing.contractors[0])
    return SimpleNamespace(chongqing=chongqing, office=office, contract=contract)


def with_money() -> SimpleNamespace:
    """The bureau as it began its year, on the day from which money is counted."""
    chongqing = make_chongqing()
    with money.on(money.STARTED):
        office = factories.make_office(chongqing)
    return SimpleNamespace(chongqing=chongqing, office=office)


def with_contract_and_advance() -> SimpleNamespace:
    """And a signed contract, in a city that allows 30 % to be paid in advance."""
    chongqing = make_chongqing()
    with money.on(money.STARTED):
        office = factories.make_office(chongqing)
    setter, confirmer = (make_user(role=Role.CITY_BUREAU, organisation=chongqing.city) for _ in range(2))
    factories.set_policy("advance_payment_share", "30", chongqing.city, setter, confirmer)
    contract = money.make_contract(office, chongqing.contractors[0])
    return SimpleNamespace(chongqing=chongqing, office=office, contract=contract)
