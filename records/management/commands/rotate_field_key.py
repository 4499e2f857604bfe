"""Rewrite every encrypted field with the first key of FIELD_KEYS. Safe to stop and run again."""

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from records import crypto

BATCH = 500


class Command(BaseCommand):
    help = "用 FIELD_KEYS 的第一把密钥重新加密所有个人数据字段（可以中断后重跑）"

    def handle(self, **options):
        fields = [(model, field) for model in apps.get_models() for field in model._meta.concrete_fields if is_sealed(field)]
        total = sum(rotate(model, field) for model, field in fields)
        self.stdout.write(f"{len(fields)} 个字段，重新加密 {total} 行。")


def is_sealed(field) -> bool:
    return isinstance(field, crypto.EncryptedTextField)


def rotate(model, field) -> int:
    """Row by row under a guard on the old text, so that a concurrent edit wins. Returns how many were rewritten."""
    table, column, key = (connection.ops.quote_name(name) for name in (model._meta.db_table, field.column, model._meta.pk.column))
    last, changed = None, 0
    while rows := _batch(table, column, key, last):
        last = rows[-1][0]
        with transaction.atomic(), connection.cursor() as cursor:
            for pk, sealed in rows:
                if sealed and crypto.key_of(sealed) != next(iter(crypto.settings.FIELD_KEYS)):
                    fresh = crypto.encrypt(crypto.decrypt(sealed))
                    statement = f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s"  # noqa: S608  names of ours
                    cursor.execute(statement, [fresh, pk, sealed])
                    changed += cursor.rowcount
    return changed


def _batch(table, column, key, last) -> list:
    where = f"WHERE {key} > %s" if last is not None else ""
    with connection.cursor() as cursor:
        statement = f"SELECT {key}, {column} FROM {table} {where} ORDER BY {key} LIMIT {BATCH}"  # noqa: S608  names of ours
        cursor.execute(statement, [last] if last is not None else [])
        return cursor.fetchall()
