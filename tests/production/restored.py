"""A person with a paper before the backup, and the same person at the restored portal. Each runs in a process under production settings."""

import hashlib
from contextlib import suppress

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client, override_settings

from accounts.audit import record
from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from records import clock, files
from records.models import Job
from tests.production.conftest import HOST

NAME, PASSWORD = "备份", "a passphrase kept elsewhere"
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
PAPER = b"%PDF-1.4\n" + NAME.encode() * 500


def lay() -> None:
    """Beside the job ``kept``: who may sign in, its paper, and a trail."""
    city = Organisation.objects.get(code="50")
    user = User.objects.create_user("backup", PASSWORD, name=NAME)
    Membership.objects.create(user=user, organisation=city, role=Role.CITY_BUREAU, started_on=clock.today())
    stored = files.store_bytes(PAPER, f"{NAME}.pdf", organisation=city, by=user)
    Job.objects.filter(key="kept").update(status=Job.Status.DONE, result=stored, requested_by=user)
    for number in range(3):
        record("test.backup", user, by=user, detail={"n": number}, organisation=city)


def visit() -> dict:
    """What the person meets at the restored portal, and what the database lets the portal do. Style sheets are no part of a backup."""
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": {"BACKEND": PLAIN}}):
        return looked_at()


def looked_at() -> dict:
    browser = Client(SERVER_NAME=HOST)
    stranger = browser.get("/", secure=True).status_code
    entered = browser.post("/accounts/login/", {"username": "backup", "password": PASSWORD}, secure=True).status_code
    home = browser.get("/", secure=True)
    paper = browser.get(f"/records/jobs/{Job.objects.get(key='kept').pk}/file/", secure=True)
    bytes_of = b"".join(paper.streaming_content) if paper.streaming else paper.content
    return {
        "stranger": stranger, "entered": entered, "home": home.status_code, "named": NAME in home.content.decode(),
        "paper": paper.status_code, "same": hashlib.sha256(bytes_of).digest() == hashlib.sha256(PAPER).digest(),
        "user": connection.settings_dict["USER"], "cuts the trail": holds("accounts_auditevent", "DELETE"),
        "changes tables": may("DROP TABLE windows_casestep CASCADE"), "writes rows": may("UPDATE records_job SET title = title"),
    }  # fmt: skip


def may(statement: str) -> bool:
    with suppress(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        return True
    return False


def holds(table: str, right: str) -> bool:
    """Asked of the rights: the trigger would refuse even the owner."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, %s)", [table, right])
        return cursor.fetchone()[0]
