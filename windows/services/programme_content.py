"""A version's content as values: read from the tables or from a draft, written to a draft or to new tables."""

from dataclasses import asdict

from records import clauses
from records.policy import Clause
from windows.models import Material, Programme, ProgrammeDraft, Step
from windows.rules.programme import Content, MaterialSpec, ReasonSpec, StepSpec

HEAD = ("name", "apply_at", "decided_by", "document", "number", "whole_amount", "whole_unit", "whole_basis", "extended_amount")
STEP = ("code", "name", "actor", "amount", "unit", "minimum", "basis", "policy_value", "rule", "people", "concludes", "document", "number")
MATERIAL = ("code", "name", "need", "hint", "document", "number")
OWN_RULE = "W-05"  # a step that no text of ours names has at least its time limit


def of_programme(programme: Programme) -> Content:
    """Extension reasons stand on the clause of the whole limit unless they name their own; a pause must name its own (D-05)."""
    own = programme.reason_clauses
    return Content(
        **{name: getattr(programme, name) for name in HEAD},
        valid_from=programme.valid_from,
        extensions=_reasons(programme.extension_reasons, own.get("extension", {}), (programme.document, programme.number)),
        pauses=_reasons(programme.pause_reasons, own.get("pause", {}), ("", "")),
        steps=tuple(StepSpec(after=tuple(row.after), **{name: getattr(row, name) for name in STEP}) for row in programme.steps.all()),
        materials=tuple(MaterialSpec(**{name: getattr(row, name) for name in MATERIAL}) for row in programme.materials.all()),
    )


def _reasons(labels: dict, clauses_of: dict, default: tuple[str, str]) -> tuple[ReasonSpec, ...]:
    return tuple(ReasonSpec(code, label, *clauses_of.get(code, default)) for code, label in labels.items())


def of_draft(draft: ProgrammeDraft) -> Content:
    return Content(
        **{name: getattr(draft, name) for name in HEAD},
        valid_from=draft.valid_from,
        extensions=tuple(ReasonSpec(**row) for row in draft.extensions),
        pauses=tuple(ReasonSpec(**row) for row in draft.pauses),
        steps=tuple(StepSpec(**{**row, "after": tuple(row["after"])}) for row in draft.steps),
        materials=tuple(MaterialSpec(**row) for row in draft.materials),
    )


def onto_draft(draft: ProgrammeDraft, content: Content) -> None:
    """Not saved."""
    for name in (*HEAD, "valid_from"):
        setattr(draft, name, getattr(content, name))
    draft.extensions = [asdict(row) for row in content.extensions]
    draft.pauses = [asdict(row) for row in content.pauses]
    draft.steps = [{**asdict(row), "after": list(row.after)} for row in content.steps]
    draft.materials = [asdict(row) for row in content.materials]


def new_version(base: Programme, content: Content, label: str) -> Programme:
    """Rows of their own beside the old ones, which stay as they are. What is not edited comes from ``base``."""
    same = ("code", "key", "group", "department", "action", "urgent", "order")
    programme = Programme.objects.create(
        **{name: getattr(base, name) for name in same},
        **{name: getattr(content, name) for name in HEAD},
        version=label,
        valid_from=content.valid_from,
        extension_reasons={row.code: row.label for row in content.extensions},
        pause_reasons={row.code: row.label for row in content.pauses},
        reason_clauses={"extension": _places(content.extensions), "pause": _places(content.pauses)},
    )
    Step.objects.bulk_create(
        Step(programme=programme, position=position, **{**asdict(row), "after": list(row.after), "rule": row.rule or OWN_RULE})
        for position, row in enumerate(content.steps, start=1)
    )
    Material.objects.bulk_create(
        Material(programme=programme, position=position, **asdict(row)) for position, row in enumerate(content.materials, start=1)
    )
    return programme


def _places(rows) -> dict[str, list[str]]:
    return {row.code: [row.document, row.number] for row in rows}


def is_known(clause: Clause) -> bool:
    """Is this place in the index of clauses, each of several numbers joined by "、" too?"""
    try:
        return bool(clauses.entries_of(clause))
    except KeyError:
        return False


def clause_of(text: str) -> Clause:
    """What was typed as one line, "民发〔2021〕57号 第十五条". What the index lacks is kept as typed, for the rule to name."""
    text = " ".join(text.split())
    known = {str(entry.cite): entry.cite for entry in clauses.entries()}
    if text in known:
        return known[text]
    document, _, number = text.partition(" ")
    return Clause(document, number)
