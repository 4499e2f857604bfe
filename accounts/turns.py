"""One after the other: who tries the same thing at the same moment waits for whoever came first, on however many webs."""

import hashlib
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import connection, transaction


@contextmanager
def turn_of(purpose: str, name: str):
    """A turn per (purpose, name). What is written in it stays written, also when a ValidationError leaves it.

    On SQLite a transaction is begun as a writer, and there is one of those at a time anyway.
    """
    refusal = None
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number_of(purpose, name)])
        try:
            yield
        except ValidationError as error:
            refusal = error
    if refusal:
        raise refusal


def number_of(purpose: str, name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{purpose}\0{name}".encode()).digest()[:8], signed=True)
