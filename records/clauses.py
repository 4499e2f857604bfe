"""The clause index (clauses.toml): what is cited, in our own single line, from when to when, and how sure we are of it.

``clause("政府采购法", "第三十五条")`` → Entry; a citation of several places ("第二百零一条、第二百零三条") finds each of them.
Imports no Django.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from records.policy import Clause

SEPARATOR = "、"


@dataclass(frozen=True, slots=True)
class Entry:
    """One clause. ``certainty``: 原文, 公开文本, 转述 or 待核对. ``in_force_to`` None: still in force."""

    document: str
    number: str
    summary: str
    title: str
    rank: str
    certainty: str
    in_force_from: date
    in_force_to: date | None
    note: str

    @property
    def cite(self) -> Clause:
        return Clause(self.document, self.number)

    def holds(self, on: date) -> bool:
        return self.in_force_from <= on and (self.in_force_to is None or on < self.in_force_to)


@cache
def index() -> dict[tuple[str, str], Entry]:
    """Every entry by (document or alias, number), in the order of the file."""
    found = {}
    for row in tomllib.loads((Path(__file__).parent / "clauses.toml").read_text(encoding="utf-8"))["document"]:
        for number, text in row["clauses"].items():
            entry = _entry(row, number, text if isinstance(text, dict) else {"text": text})
            for name in (row["document"], *row.get("aliases", ())):
                found[name, number] = entry
    return found


def _entry(row: dict, number: str, clause: dict) -> Entry:
    return Entry(
        document=row["document"],
        number=number,
        summary=clause["text"],
        title=row["title"],
        rank=row["rank"],
        certainty=clause.get("certainty", row["certainty"]),
        in_force_from=row["from"],
        in_force_to=row.get("to"),
        note=row.get("note", ""),
    )


def clause(document: str, number: str) -> Entry:
    """The entry. Raises KeyError for a place that the index lacks."""
    return index()[document, number]


def entries_of(cited: Clause) -> list[Entry]:
    """The entries that a citation names; one citation may join several numbers with "、". Raises KeyError."""
    whole = index().get((cited.document, cited.number))
    return [whole] if whole else [clause(cited.document, part) for part in cited.number.split(SEPARATOR)]


def entries() -> list[Entry]:
    """Each entry once."""
    return list(dict.fromkeys(index().values()))


def find(text: str) -> list[Entry]:
    """Entries whose document, title, number or summary holds every word of ``text``."""
    words = text.split()
    return [entry for entry in entries() if all(word in _searched(entry) for word in words)]


def _searched(entry: Entry) -> str:
    return f"{entry.document} {entry.title} {entry.number} {entry.document}{entry.number} {entry.summary}"
