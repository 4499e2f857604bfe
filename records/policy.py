"""What a rule says and where it is written. Imports no Django: rules are read, tested and cited without a server."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """One place in one document, e.g. ``Clause("渝民发〔2018〕4号", "二（四）")``."""

    document: str
    number: str

    def __str__(self) -> str:
        return f"{self.document} {self.number}".strip()


@dataclass(frozen=True, slots=True)
class Breach:
    """One fault found by one rule. ``binding=False`` ("原则上") is lifted by a written reason."""

    rule: str
    clause: Clause
    message: str
    binding: bool = True
