"""The staffing of the whole real tree against its goals in milliseconds: the city's page, its recalculation, a what-if as it is typed.

Goals are absolute (issue: 300 ms, 1 s, 150 ms; 12 statements), so the "floor" is the goal itself and the ratio has to stay within 1.
"""

from time import perf_counter

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from bench.outcome import Ceiling
from config.demo import caseloads, staff
from config.demo.organisation import SINCE
from config.demo.people import People
from records import clock
from staffing import reports
from staffing.forms.scenario import ScenarioForm

ROUNDS = 30
FRAME = ("django_session", "accounts_user", "accounts_membership", "records_message", "windows_referral")
BACKEND = "django.contrib.auth.backends.ModelBackend"


def person(name: str, place: Organisation, role: Role) -> Client:
    user = User.objects.create(username=name, name="试测")
    Membership.objects.create(user=user, organisation=place, role=role, started_on=SINCE)
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def timed(work) -> list[float]:
    """Milliseconds of each round, sorted; the first, which fills the caches, is not among them."""
    work()
    found = []
    for _ in range(ROUNDS):
        began = perf_counter()
        work()
        found.append((perf_counter() - began) * 1_000)
    return sorted(found)


def p95(values: list[float]) -> float:
    return values[int(len(values) * 0.95)]


def get(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, f"{url}: {response.status_code}"
    return response.content.decode()


def typed(table: reports.UnitTable) -> dict:
    """A what-if of every place of a district as the form opens."""
    form = ScenarioForm(table=table)
    data = {name: "" if field.initial is None else field.initial for name, field in form.fields.items()}
    return data | {"name": "试测", "post_cost": "60000", "act": "judge"}


def measure() -> list[Ceiling]:
    call_command("load_divisions", verbosity=0)
    caseloads.load_caseloads()
    hired = staff.hire_city(People())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    on = clock.today()
    bureaus = list(Organisation.objects.filter(kind=Organisation.Kind.BUREAU).valid(on))
    tables = reports.unit_tables(bureaus, reports.Basis(on))
    print(f"laid {sum(table.totals.townships for table in tables):,} townships of {len(tables)} units, {hired:,} people", flush=True)
    auditor = person("bench-auditor", bureaus[0].parent, Role.CITY_AUDITOR)
    largest = max(tables, key=lambda table: table.totals.townships)
    chief = person("bench-chief", largest.bureau, Role.BUREAU_CHIEF)
    what_if, data = f"/staffing/units/{largest.bureau.pk}/scenarios/new/", typed(largest)

    def judge():
        response = chief.post(what_if, data, headers={"hx-request": "true"})
        assert response.status_code == 200, response.status_code

    page = timed(lambda: get(auditor, "/staffing/city/"))
    with CaptureQueriesContext(connection) as captured:
        get(auditor, "/staffing/city/")
    frame = sum(any(f'"{table}"' in row["sql"] for table in FRAME) for row in captured.captured_queries)
    print(f"{len(captured)} statements, of which {frame} of session, person, posts, inbox and counters of the frame", flush=True)
    sums = timed(lambda: reports.unit_tables(bureaus, reports.Basis(on)))
    return [
        Ceiling("staffing city page, p95", p95(page), 300, "ms", 1.0),
        Ceiling("staffing city table, statements", len(captured) - frame, 12, "queries", 1.0),
        Ceiling("staffing city recalculated, p95", p95(sums), 1_000, "ms", 1.0),
        Ceiling(f"what-if, {largest.totals.townships} townships, p95", p95(timed(judge)), 150, "ms", 1.0),
    ]
