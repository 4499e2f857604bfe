"""Hot lists against the least that could be done: one SQL statement and an f-string per row; and a deep page against the first.

The floor carries no scope, no filter form, no navigation and no escaping: it says what the database and Python must cost, not what a page
may cost. The goals are bounds on what the house adds.
"""

import re
from html import unescape
from time import perf_counter

from django.db import connection

from bench.outcome import Ceiling
from bench.volume import Ground, get, ground

ROUNDS = 15
DEEP = 40  # pages on; what lies behind costs nothing more, for the cursor is a key
FLOOR_GOAL, DEPTH_GOAL = 40.0, 1.25
SQL = {
    "cases": (
        "/windows/cases/",
        "SELECT c.id, c.number, p.name, r.name, c.status, c.next_step, c.next_due_on, u.name FROM windows_case c JOIN windows_person p ON"
        " p.id = c.person_id JOIN windows_programme r ON r.id = c.programme_id JOIN accounts_user u ON u.id = c.handler_id"
        " ORDER BY c.id DESC LIMIT 20",
    ),
    "projects": (
        "/procurement/projects/",
        "SELECT p.id, p.code, p.name, o.name, p.status, p.fiscal_year, p.plan_amount, p.starts_on FROM procurement_project p"
        " JOIN accounts_organisation o ON o.id = p.organisation_id ORDER BY p.id DESC LIMIT 20",
    ),
}


def floor(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return "".join(f"<tr>{''.join(f'<td>{value}</td>' for value in row)}</tr>" for row in cursor.fetchall())


def deep_address(client, url: str) -> str:
    """Follow 下一页 as a reader would."""
    for _ in range(DEEP):
        found = [unescape(href) for href in re.findall(r'href="([^"]*)" rel="next"', get(client, url))]
        assert found, f"no next page after {url}"
        url = found[-1] if found[-1].startswith("/") else url.partition("?")[0] + found[-1]
    return url


def timed(work) -> float:
    began = perf_counter()
    work()
    return (perf_counter() - began) * 1_000


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def measure_list(here: Ground, name: str) -> list[Ceiling]:
    url, sql = SQL[name]
    deep = deep_address(here.client, url)
    works = (lambda: floor(sql), lambda: get(here.client, url), lambda: get(here.client, deep))
    rounds = [[timed(work) for work in works] for _ in range(ROUNDS)]  # interleaved: a slow moment hits all three
    least, first, far = (median(list(column)) for column in zip(*rounds, strict=True))
    return [
        Ceiling(f"list {name}: page ÷ SQL + f-string", first, least, "ms", FLOOR_GOAL),
        Ceiling(f"list {name}: page {DEEP + 1} ÷ page 1", far, first, "ms", DEPTH_GOAL),
    ]


def measure() -> list[Ceiling]:
    began = perf_counter()
    here = ground()
    print(f"laid {here.cases:,} cases and {here.projects:,} projects in {perf_counter() - began:.0f} s", flush=True)
    return [outcome for name in SQL for outcome in measure_list(here, name)]
