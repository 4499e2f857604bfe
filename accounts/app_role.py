"""The database role of the running portal: it reads and writes rows, changes no table, and of the audit trail reads and adds events only.

Migrations run as the owner of the tables; web, workers and beat as this role, so that whoever takes over one of them cannot switch off
the triggers that guard papers and audit. PostgreSQL only; without ``YIMEN_APP_DATABASE_URL`` everything runs as the owner.
"""

from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from psycopg2 import sql

ADDED_TO = "accounts_auditevent"
MIGRATED = "django_migrations"
GRANTS = """
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role};
REVOKE UPDATE, DELETE ON {added_to} FROM {role};
REVOKE INSERT, UPDATE, DELETE ON {migrated} FROM {role};
"""


def after_migrate(sender, using=DEFAULT_DB_ALIAS, **_) -> None:
    """Receiver of ``post_migrate``: by then all tables of this migration stand."""
    if settings.APP_DATABASE_URL and connections[using].vendor == "postgresql":
        address = urlsplit(settings.APP_DATABASE_URL)
        grant(connections[using], unquote(address.username or ""), unquote(address.password or ""))


def grant(connection, role: str, password: str) -> None:
    """Make the role where it is missing, set its password where this connection may, and give it its rights. Repeatable."""
    if connection.settings_dict["USER"] == role:
        raise ValueError(f"YIMEN_APP_DATABASE_URL 的用户 {role} 与迁移所用的数据库所有者相同：运行账号须另设。")
    names = {name: sql.Identifier(value) for name, value in (("role", role), ("added_to", ADDED_TO), ("migrated", MIGRATED))}
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        known = cursor.fetchone()
        cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
        (makes_roles,) = cursor.fetchone()
        if makes_roles or not known:
            verb = "ALTER" if known else "CREATE"
            secret = sql.SQL("PASSWORD {}").format(sql.Literal(password)) if password else sql.SQL("")
            made = sql.SQL(verb + " ROLE {role} LOGIN {secret}").format(secret=secret, **names)  # more may only a superuser alter
            cursor.execute(made.as_string(cursor.connection))
        cursor.execute(sql.SQL(GRANTS).format(**names).as_string(cursor.connection))
