"""People, windows and cases for tests. Everything goes through the services, as in life."""

from accounts.roles import Role
from records import clock, identity
from tests.factories import make_user
from windows.models import Programme, Window
from windows.services import intake, verification
from windows.services.intake import Application
from windows.services.people import PersonData

ALL_BROUGHT = {"APPLICATION": "BROUGHT", "CONSENT": "BROUGHT", "PLEDGE": "BROUGHT", "IDENTITY": "BROUGHT"}


def resident_number(serial: int = 1, born: str = "19600305") -> str:
    """A sound number under a group code that no person carries."""
    first = f"510200{born}{serial:03d}"
    return first + identity.resident_check_digit(first)


def make_window(township) -> Window:
    return Window.objects.create(organisation=township, address="人民路 1 号", hours="工作日 9:00—17:00", phone="023-12345678")


def make_clerk(township, **fields):
    return make_user(role=Role.WINDOW_CLERK, organisation=township, **fields)


def programme(code: str) -> Programme:
    return Programme.objects.get(code=code)


def application(township, code="DIBAO", *, serial=1, name="试验人", papers=None, **fields) -> Application:
    chosen = fields.pop("programme", None) or programme(code)
    ticks = {m.code: "BROUGHT" for m in chosen.materials.filter(need="REQUIRED")} if papers is None else papers
    person = PersonData(name=name, id_number=resident_number(serial), phone="12300000001")
    return Application(organisation=township, programme=chosen, person=person, papers=ticks, **fields)


def log(clerk, township, code="DIBAO", **fields):
    """One application through the counter; complete unless ``papers`` says otherwise."""
    return intake.log_application(application(township, code, **fields), by=clerk)


def make_verification_batch(clerk, township, officer, *, kind="xlsx"):
    """One applicant asked about, and the batch that asks."""
    case = log(clerk, township)
    verification.ask(case.pk, version=case.version, consent_on=clock.today(), by=clerk)
    return verification.send_batch(township.district, kind=kind, by=officer)
