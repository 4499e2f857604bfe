"""The ground of the list benchmarks: a city of 100,000 cases from the bulk path, and projects beside them, laid once per run."""

import os
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings

from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from config.demo import volume
from config.demo.organisation import SINCE
from config.demo.people import People
from procurement.models import Project
from records import clock

CASES, PROJECTS = int(os.environ.get("BENCH_CASES", "100000")), 20_000


@dataclass(frozen=True)
class Ground:
    """``client`` is signed in as the city's auditor, who sees every row."""

    city: Organisation
    client: Client
    cases: int
    projects: int


@cache
def ground() -> Ground:
    call_command("load_divisions", verbosity=0)
    cases = volume.fill(CASES, People(), lambda *at: None)
    city = Organisation.objects.get(kind=Organisation.Kind.CITY)
    auditor = User.objects.create(username="bench", name="试测")
    Membership.objects.create(user=auditor, organisation=city, role=Role.CITY_AUDITOR, started_on=SINCE)
    projects = fill_projects(auditor)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(auditor, backend="django.contrib.auth.backends.ModelBackend")
    return Ground(city, client, cases, projects)


def fill_projects(by: User) -> int:
    """Drafts spread over the bureaus: a list reads no more of a project than its own row."""
    bureaus = list(Organisation.objects.filter(kind=Organisation.Kind.BUREAU).valid(clock.today()).order_by("path"))
    today = clock.today()
    rows = [
        Project(
            organisation=bureaus[number % len(bureaus)],
            code=f"BENCH-{number:06}",
            name=f"上门照料服务第 {number} 号",
            fiscal_year=today.year - number % 3,
            starts_on=today + timedelta(days=number % 300),
            created_by=by,
        )
        for number in range(PROJECTS)
    ]
    return len(Project.objects.bulk_create(rows, batch_size=2_000))


def get(client: Client, url: str) -> str:
    with override_settings(DEBUG=False):
        response = client.get(url)
    assert response.status_code == 200, f"{url} answered {response.status_code}"
    return response.content.decode()
