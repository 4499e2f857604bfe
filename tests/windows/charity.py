"""A verified charity with somebody at it, a need, and how it goes on. Everything goes through the services, as in life."""

from decimal import Decimal

from accounts.roles import Role
from records import clock
from tests.factories import make_user
from tests.windows.course import fresh
from tests.windows.factories import log, make_clerk
from windows.models import Case, CharityNeed
from windows.services import charities, charity_needs, charity_offers
from windows.services.charity_needs import Draft

CODES = ("53500000MJ0000001", "53500000MJ0000002")
WHEELCHAIR = {
    "gap": "UNCOVERED", "gap_note": "现行救助没有辅具这一项。", "category": "MEDICAL", "kind": "MONEY", "what": "轮椅购置费",
    "quantity": Decimal(1000), "unit": "元", "situation": "该户老人行动不便，没有能力购置辅具。", "consent_giver": "SELF",
    "consent_way": "SIGNED",
}  # fmt: skip


def draft(**changed) -> Draft:
    return Draft(**{"consent_on": clock.today(), "share_name": True, "share_phone": True, **WHEELCHAIR, **changed})


def register(case: Case, by, **changed) -> CharityNeed:
    """Looked at and sent in, as at the counter."""
    typed = draft(**changed)
    return charity_needs.register(case.pk, typed, seen=charity_needs.preview(case, typed).digest(), by=by)


def make_charity(bureau, officer, *, name="示例慈善会", code=None, **changed):
    code = code or uscc(0)
    facts = {
        "form": "CHARITY", "registration": "示例第 1 号", "registrar": "示例民政局", "contact": "某某", "phone": "12345",
        "checked_on": clock.today(), "checked_how": "查验登记证书原件，网上查询无异常。",
    }  # fmt: skip
    return charities.register(bureau, charities.Register(name=name, uscc=code, **(facts | changed)), by=officer)


def uscc(which: int) -> str:
    """A code of a kind that no organisation has, its last character not judged."""
    return f"{CODES[which]}X"


def publish(need: CharityNeed, by) -> CharityNeed:
    return charity_needs.publish(need.pk, checked=True, version=fresh(need).version, by=by)


def offer(need: CharityNeed, charity, by, quantity=1000):
    return charity_offers.offer(need.pk, charity, quantity=Decimal(quantity), ready_on=clock.today(), by=by)


def match(row, by, *hand):
    return charity_offers.match(row.pk, hand=set(hand), version=fresh(row).version, by=by)


def deliver(row, by, delivered=None):
    given = row.quantity if delivered is None else Decimal(delivered)
    facts = {"delivered_on": clock.today(), "delivered": given, "evidence": "转账回单 1 号"}
    return charity_offers.deliver(row.pk, version=fresh(row).version, by=by, **facts)


def confirm(row, by):
    how = "电话联系受助人，答复已收到。"
    return charity_offers.confirm(row.pk, confirmed_on=clock.today(), how=how, version=fresh(row).version, by=by)


def make_matched(chongqing):
    """(an offer that was matched, somebody of its charity)."""
    home = chongqing.home
    township = home.townships[0].organisation
    officer = make_user(role=Role.ASSISTANCE_OFFICER, organisation=home.bureau)
    charity = make_charity(home.bureau, officer)
    by = make_user(role=Role.CHARITY, organisation=charity.organisation)
    clerk = make_clerk(township)
    row = offer(publish(register(log(clerk, township), clerk), officer), charity, by)
    return match(row, officer, "name"), by
