"""What the drill's database holds. Runs in a process of the stack, hence under production settings."""

from datetime import timedelta
from types import SimpleNamespace

import time_machine
from django.db import connection, transaction

from accounts.models import Organisation
from accounts.roles import Role
from accounts.services import issue_token
from procurement.sealing import custody
from records import clock
from tests.accounts.tampering import Tamperer, Undone
from tests.evaluation.factories import TODAY
from tests.factories import make_chongqing, make_organisation, make_user
from tests.procurement.factories import make_draft, make_office
from tests.production.world import lay_calendars, session_of
from tests.windows.factories import make_clerk, make_window

CLERKS = 8


def lay_counter() -> dict:
    """A window with eight clerks, each signed in."""
    lay_calendars()
    township = make_chongqing().home.townships[0].organisation
    make_window(township)
    return {"township": township.pk, "sessions": [session_of(make_clerk(township)) for _ in range(CLERKS)]}


def lay_purchases() -> None:
    """The world of the attacks: a purchase at each of its stages."""
    from tests.attacks import world  # noqa: PLC0415  draws in every app

    custody.MEMORY_KIB = 64
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE procurement_payment DISABLE TRIGGER USER")  # the world's payments name no funding line
    with time_machine.travel(TODAY, tick=True):
        world.build()


def lay_drafts(pairs: int) -> list[dict]:
    """Drafts of a purchase, each with the keys of two officers."""
    lay_calendars()
    city = make_organisation(Organisation.Kind.CITY)  # beside what other drills laid
    bureau = make_organisation(Organisation.Kind.BUREAU, parent=city)
    office = make_office(SimpleNamespace(city=city, districts=[SimpleNamespace(bureau=bureau)]))
    return [lay_draft(office) for _ in range(pairs)]


def lay_draft(office) -> dict:
    project = make_draft(office)
    officers = [make_user(role=Role.PURCHASE_OFFICER, organisation=office.bureau) for _ in range(2)]
    until = clock.today() + timedelta(days=7)
    keys = [issue_token(user, office.bureau, purpose="演练", expires_on=until, by=user, read_only=False)[1] for user in officers]
    return {"project": project.pk, "version": project.version, "tokens": keys}


def tamper(count: int) -> tuple:
    """Trails of two places and what was done to them; nothing of it stays."""
    try:
        with transaction.atomic():
            places = [make_organisation(Organisation.Kind.CITY, code=f"TAMPER{number}") for number in range(2)]
            answer = Tamperer(places, make_user(username="tampering"), seed=1_000).run(count)
            raise Undone
    except Undone:
        return answer
