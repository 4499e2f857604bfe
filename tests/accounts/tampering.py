"""T27: made-up tamperings with the audit trail, each as a superuser of the database could do it, and what must be named for each."""

import copy
import json
import random
from collections import Counter
from datetime import timedelta

from django.db import connection, transaction

from accounts import audit
from accounts.models import AuditChain, AuditEvent

EVENTS = 6  # of each chain; the shortest on which each kind has room
TEXTS = ("action", "target_type", "target_id", "target_label", "actor_name", "organisation_path", "previous_hash", "hash")


class Undone(Exception):
    """Ends a tampering's savepoint."""


class Tamperer:
    def __init__(self, places, by, seed: int):
        self.chance, self.places, self.early = random.Random(seed), places, {}
        for number in range(EVENTS):
            for place in places:
                detail = {"number": number, "amount": "1.10", "list": [number, "甲"]}
                audit.record("test.thing.done", place, by=self.chance.choice((by, None)), detail=detail)
            if number == 1:
                self.early = {head.chain: head for head in AuditChain.objects.all()}  # what an old backup still holds
        self.anchors = audit.anchors()
        self.trails = {chain: list(AuditEvent.objects.filter(chain=chain).order_by("sequence")) for chain in self.anchors}

    def run(self, count: int) -> tuple[Counter, list[str]]:
        """How many of each kind were tried, and those that were not named rightly."""
        kinds = (self.change, self.change, self.change, self.remove, self.insert, self.swap, self.cut, self.rewrite, self.append, self.move)
        tried, missed = Counter(), []
        for number in range(count):
            kind = kinds[number % len(kinds)]
            told, wanted, named = self.attempt(kind)
            tried[kind.__name__] += 1
            if wanted not in named:
                missed.append(f"{told}: {wanted} wanted, {named} named")
        return tried, missed

    def attempt(self, kind):
        trail = self.trails[self.chance.choice(sorted(self.trails))]
        try:
            with transaction.atomic():
                self.do("SET LOCAL session_replication_role = replica")
                told, wanted = kind(trail)
                named = [(fault.chain, fault.sequence) for fault in audit.verify(self.anchors)]
                raise Undone
        except Undone:
            return f"{kind.__name__} {told}", (trail[0].chain, wanted), named

    def do(self, statement: str, *values) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    def put(self, event, **values) -> None:
        """UPDATE one row, past the model and its guards."""
        columns = ", ".join(f"{name} = %s" for name in values)
        self.do(f"UPDATE accounts_auditevent SET {columns} WHERE id = %s", *values.values(), event.pk)

    def change(self, trail):
        event, column = self.chance.choice(trail), self.chance.choice((*TEXTS, "actor_id", "detail", "at"))
        value = self.another(event, column)
        self.put(event, **{column: value})
        return f"{event.sequence} {column} {value!r}", event.sequence

    def another(self, event, column: str):
        """Near what stood there: one character, one second, one key."""
        if column == "actor_id":
            return self.chance.choice([None, 10**6] if event.actor_id else [10**6])
        if column == "at":
            return event.at + self.chance.choice((-1, 1)) * timedelta(microseconds=self.chance.choice((1, 1000, 10**6, 10**9)))
        if column == "detail":
            return json.dumps(self.chance.choice(self.details(event)))
        text = getattr(event, column) or "-"
        place = self.chance.randrange(len(text))
        other = self.chance.choice([char for char in "0a .甲" if char != text[place]])
        return text[:place] + other + text[place + 1 :]

    def details(self, event) -> list:
        """A number for a text, a key more, a key less, another order of a list."""
        given = event.detail
        return [
            given | {"amount": 1.1}, given | {"number": str(given["number"])}, given | {"more": None},
            {"number": given["number"]}, given | {"list": given["list"][::-1]}, {},
        ]  # fmt: skip

    def remove(self, trail):
        event = self.chance.choice(trail)
        self.do("DELETE FROM accounts_auditevent WHERE id = %s", event.pk)
        return event.sequence, event.sequence

    def swap(self, trail):
        first, second = sorted(self.chance.sample(trail, 2), key=lambda event: event.sequence)
        self.put(first, sequence=10**6)
        self.put(second, sequence=first.sequence)
        self.put(first, sequence=second.sequence)
        return f"{first.sequence} {second.sequence}", first.sequence

    def insert(self, trail):
        """Between two others, which make room. Of one that follows rightly the anchor tells, or else the one behind it is wrong first."""
        place, rightly = self.chance.randrange(1, len(trail)), self.chance.random() < 0.5
        for event in reversed(trail[place:]):
            self.put(event, sequence=event.sequence + 1)
        forged = self.forge(trail[place - 1], sequence=place + 1)
        if not rightly:
            self.put(forged, hash=trail[place].hash)
        return f"{place + 1} {rightly}", place + 1 + (rightly and place + 1 < len(trail))

    def append(self, trail):
        """Behind the last one, as the last one would have been followed."""
        self.forge(trail[-1], sequence=len(trail) + 1)
        return len(trail) + 1, len(trail) + 1

    def forge(self, before, *, sequence: int) -> AuditEvent:
        """A record that is in itself in order."""
        event = copy.copy(before)
        event.pk, event.sequence, event.action, event.previous_hash = None, sequence, "test.forged", before.hash
        event.hash = audit.hash_of(event)
        event.save(force_insert=True)
        return event

    def rewrite(self, trail):
        """One record and the hashes of all behind it, up to a head that cannot be sealed. The anchor is what names it."""
        place, before = self.chance.randrange(len(trail)), None
        for event in map(copy.copy, trail[place:]):
            event.target_label += "" if before else "改"
            event.previous_hash = before or event.previous_hash
            before = event.hash = audit.hash_of(event)
            self.put(event, target_label=event.target_label, previous_hash=event.previous_hash, hash=event.hash)
        if self.chance.random() < 0.5:
            self.do("UPDATE accounts_auditchain SET hash = %s WHERE chain = %s", before, trail[0].chain)
        return place + 1, len(trail)

    def cut(self, trail):
        """The tail, and the head put back to what it was then, with the seal it had."""
        head = self.early[trail[0].chain]
        self.do("DELETE FROM accounts_auditevent WHERE chain = %s AND sequence > %s", head.chain, head.sequence)
        if self.chance.random() < 0.9:
            self.do("UPDATE accounts_auditchain SET sequence = %s, hash = %s, seal = %s WHERE chain = %s",
                    head.sequence, head.hash, head.seal, head.chain)  # fmt: skip
        return head.sequence, head.sequence + 1

    def move(self, trail):
        """Into another chain, at its end."""
        event, other = self.chance.choice(trail), self.chance.choice(sorted(set(self.trails) - {trail[0].chain}))
        self.put(event, chain=other, sequence=len(self.trails[other]) + 1)
        return event.sequence, event.sequence
