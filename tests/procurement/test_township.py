"""P-02, P-65: a township buys. Its own officer handles; whoever may act for the bureau above it holds keys, signs, pays."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.access import holders_of, may
from accounts.roles import Permission, Role
from procurement.forms.acceptance import MemberForm
from procurement.models import Payment, Source
from procurement.services import acceptance as acceptances
from procurement.services import payment as payments
from procurement.views.tender import officers_of
from records import clock
from records.models import Message
from tests.factories import make_user
from tests.procurement import factories, money

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(chongqing):
    """The office of a township: its own officer and budget, the bureau's chief, supervisor and finance above it."""
    with money.on(money.STARTED):
        office = factories.make_office(chongqing)
        place = chongqing.home.townships[0].organisation
        officer = make_user(role=Role.PURCHASE_OFFICER, organisation=place)
        setter, confirmer = (make_user(role=Role.CITY_BUREAU, organisation=chongqing.city) for _ in range(2))
        factories.set_policy("advance_payment_share", "30", chongqing.city, setter, confirmer)
        return place, replace(office, officer=officer, budget=factories.make_budget(place, office.finance))


def test_p65_a_township_purchase_is_accepted_and_paid_with_the_people_of_its_bureau(town, chongqing):
    place, office = town
    gone = make_user(role=Role.EVALUATION_OFFICER, organisation=office.bureau, until=money.STARTED)
    elsewhere = make_user(role=Role.SUPERVISOR, organisation=chongqing.districts[1].bureau)
    keys = set(officers_of(place))
    assert {office.chief, office.supervisor, office.officer} <= keys and elsewhere not in keys
    assert all(may(user, Permission.BID_OPEN, place) for user in keys)
    contract = money.make_contract(office, chongqing.contractors[0], organisation=place, line=office.line)
    signer = make_user(role=Role.EVALUATION_OFFICER, organisation=office.bureau)
    with money.on(money.AFTER):
        paper = acceptances.open_acceptance(contract.instalments.get(number=1).pk, by=office.supervisor)
        offered = set(MemberForm(acceptance=paper).fields["user"].queryset)
        assert signer in offered and not offered & {gone, elsewhere, office.officer, office.chief, office.supervisor}
        paper = money.write_paper(office, paper, member=signer)
        paper = acceptances.send_to_sign(paper.pk, version=paper.version, by=office.supervisor)
        money.sign_all(paper, office)
        paper = acceptances.conclude(paper.pk, version=paper.version, passed=True, by=office.supervisor)
        paper = acceptances.announce(paper.pk, version=paper.version, by=office.supervisor)
        payment = payments.request_payment(paper.pk, by=office.officer)
        assert Message.objects.filter(recipient=office.finance, key=f"payment-requested:{payment.pk}").exists()
    assert money.confirm(office, payment).status == Payment.Status.PAID
    assert payment.lines.get().line.source == Source.OWN_DISTRICT


def test_p65_a_post_that_has_ended_is_offered_to_nobody(chongqing):
    bureau, today = chongqing.home.bureau, clock.today()
    ended = make_user(role=Role.SUPERVISOR, organisation=bureau, until=today - timedelta(days=1))
    closed = make_user(role=Role.SUPERVISOR, organisation=bureau, is_active=False)
    stays = make_user(role=Role.SUPERVISOR, organisation=bureau, until=today)
    found = set(holders_of(Permission.ACCEPTANCE_SIGN, bureau))
    assert stays in found and not found & {ended, closed}
