"""Lets Django empty the tables after a transactional test although triggers guard some of them (the audit trail).

Only here: as superuser on PostgreSQL triggers are set aside for that one transaction, on SQLite they are dropped and put back.
"""

from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.transaction import atomic

flush = BaseDatabaseOperations.execute_sql_flush


def flush_past_guards(self, sql_list):
    with atomic(using=self.connection.alias), self.connection.cursor() as cursor:
        if self.connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            flush(self, sql_list)
            return
        triggers = cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        flush(self, sql_list)
        for _, sql in triggers:
            cursor.execute(sql)


def install() -> None:
    BaseDatabaseOperations.execute_sql_flush = flush_past_guards
