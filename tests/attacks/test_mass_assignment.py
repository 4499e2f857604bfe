"""T03: no form and no endpoint takes a field that it does not ask for, whatever rows it writes."""

import pytest

from accounts import services, views_people
from accounts.forms import UserForm
from accounts.models import User
from tests.attacks import mass, walk
from tests.attacks.checks import told

pytestmark = pytest.mark.django_db
# Without a seat that may: nobody is let in at any paper of the world, so that there is nothing to forge.
NOBODY_MAY = set()
CREATE = {"accounts:user_create", "accounts:user_edit", "procurement:project_create"}


@pytest.fixture(scope="module")
def real(in_a_world) -> mass.Findings:
    return in_a_world(lambda built: mass.probe(built, walk.Caller(built, walk.Report())))


@pytest.fixture(scope="module")
def spoilt(in_a_world) -> mass.Findings:
    """What is seen of a view that hands on whatever it is sent."""

    def attack(built):
        with pytest.MonkeyPatch.context() as patch:
            trust_what_is_sent(patch)
            return mass.probe(built, walk.Caller(built, walk.Report()), names=("accounts:user_create",))

    return in_a_world(attack)


def trust_what_is_sent(patch) -> None:
    """As a build would that creates its user from everything in the post."""
    sent, real = {}, services.create_user

    class Remembering(UserForm):
        def __init__(self, data=None, **more):
            sent.update((data or {}).items())
            super().__init__(data, **more)

    def create(**given):
        user = real(**given)
        User.objects.filter(pk=user.pk).update(is_program=bool(sent.get("is_program")))
        return user

    patch.setattr(views_people, "UserForm", Remembering)
    patch.setattr(services, "create_user", create)


def test_forged_fields_change_nothing(real):
    print(
        f"\n{real.posts} posts to {len(real.tried)} addresses, {len(real.saved)} saved; {real.columns} forged in {len(real.models)} models"
    )
    assert not real.changed, told(real.changed)
    assert len(real.saved) > 100 and real.saved >= CREATE
    assert len(real.models) > 40 and real.columns > 1_000


def test_no_address_is_missing(real):
    every = {route.name for route, _, _ in mass.unsafe_routes()}
    assert every - real.tried == NOBODY_MAY


def test_control_a_view_that_hands_on_what_it_is_sent_is_seen(spoilt):
    """The row that it makes is new and is no paper of the address: still the field is told."""
    assert len(spoilt.changed) == 1
    assert "User.is_program = True" in spoilt.changed[0]
