"""What an app tells the home page and the search box. Each app answers ``reports.worklist(user)`` and ``reports.search(user, text)``."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One thing a person must do now. ``url`` opens the very form that settles it; ``due_on`` None means no time limit."""

    title: str
    url: str
    due_on: date | None
    kind: str
    clause: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One find of the global search, already within the searcher's scope and masked."""

    title: str
    url: str
    kind: str
    note: str = ""
