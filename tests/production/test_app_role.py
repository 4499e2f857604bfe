"""What the running portal's role may do to the database, asked as that role."""

import psycopg2
import pytest
from psycopg2.errors import InsufficientPrivilege

FORBIDDEN = [
    "ALTER TABLE accounts_auditevent DISABLE TRIGGER ALL",
    "ALTER TABLE procurement_payment ADD COLUMN x int",
    "TRUNCATE accounts_auditevent CASCADE",
    "TRUNCATE windows_case CASCADE",
    "DROP TABLE windows_case CASCADE",
    "UPDATE accounts_auditevent SET action = ''",
    "DELETE FROM accounts_auditevent",
    "DELETE FROM django_migrations",
    "CREATE TABLE mine (x int)",
    "SET session_replication_role = replica",
    "CREATE ROLE another SUPERUSER",
]


@pytest.fixture
def ask(production):
    connection = psycopg2.connect(production["DATABASE_URL"])
    connection.autocommit = True
    yield connection.cursor().execute
    connection.close()


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_role_of_the_running_portal_is_refused(ask, statement):
    with pytest.raises(InsufficientPrivilege):
        ask(statement)


def test_control_it_reads_and_writes_rows(ask):
    ask("UPDATE windows_case SET need = need")
    ask("SELECT count(*) FROM accounts_auditevent")
