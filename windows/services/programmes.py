"""programmes.toml → Programme, Step, Material. Loading twice changes nothing; a version that cases use is never rewritten.

Who owns a programme: the file, until the city bureau puts a version of its own in force. From then on, also when that version was taken
back, the portal owns the programme: loading neither adds to its versions nor changes one of them (``Loaded.portal``).
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from windows.models import Case, Material, Programme, ProgrammeDraft, Step
from windows.rules.referral import SEND_WORKDAYS

SOURCE = Path(__file__).resolve().parent.parent / "programmes.toml"
SEND = {
    "code": "SEND",
    "name": "送出转办（转介）",
    "actor": "TOWNSHIP",
    "limit": [SEND_WORKDAYS, "WD"],
    "basis": "DESIGN",
    "policy_value": "transfer_days",
    "rule": "W-08",
    "clause": ["社会救助法", "第六十四条"],
}
REPLY = {
    "code": "REPLY",
    "name": "告知申请人办理结果",
    "actor": "TOWNSHIP",
    "after": ["SEND"],
    "concludes": True,
    "rule": "W-03",
    "clause": ["渝民发〔2018〕4号", "三（一）"],
}


@dataclass
class Loaded:
    """What a load did, by programme code and version."""

    added: list[str]
    changed: list[str]
    kept: list[str]
    in_use: list[str]
    portal: list[str]


def read(path: Path = SOURCE) -> dict:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@transaction.atomic
def load(data: dict | None = None) -> Loaded:
    """Bring the tables to what the file says. A programme version with cases keeps its steps and materials: ``in_use``."""
    data = data or read()
    _refuse_overlap(data)
    result = Loaded([], [], [], [], [])
    edited = set(ProgrammeDraft.objects.exclude(programme=None).values_list("code", flat=True))
    for order, entry in enumerate(data["programme"]):
        label = f"{entry['code']}/{entry['version']}"
        if entry["code"] in edited:
            result.portal.append(label)
        else:
            getattr(result, _bring(entry, data, order)).append(label)
    return result


def _bring(entry: dict, data: dict, order: int) -> str:
    """One version of the file; returns what became of it, by the name in ``Loaded``."""
    row = Programme.objects.filter(code=entry["code"], version=entry["version"]).first()
    wanted = _programme(entry, data, order)
    if row is None:
        _end_former(entry)
        row = Programme.objects.create(code=entry["code"], version=entry["version"], **wanted)
        _parts(row, entry, data)
        return "added"
    if _same(row, wanted, entry, data):
        return "kept"
    if Case.objects.filter(programme=row).exists():
        Programme.objects.filter(pk=row.pk).update(valid_to=wanted["valid_to"])  # no case keeps that
        return "in_use"
    _replace(row, wanted, entry, data)
    return "changed"


def _refuse_overlap(data: dict) -> None:
    """Versions of one programme in the file follow each other: a later one begins when the earlier has ended."""
    last: dict[str, dict] = {}
    for entry in sorted(data["programme"], key=lambda entry: (entry["code"], entry["valid_from"])):
        former = last.get(entry["code"])
        if former is not None and former.get("valid_to", date.max) > entry["valid_from"]:
            raise ValueError(f"programmes.toml: {entry['code']}/{former['version']} must end (valid_to) before {entry['version']} begins")
        last[entry["code"]] = entry


def _end_former(entry: dict) -> None:
    """A version that the file no longer names ends when the file's new one begins."""
    earlier = Programme.objects.filter(code=entry["code"], valid_to=None, valid_from__lt=entry["valid_from"])
    earlier.update(valid_to=entry["valid_from"])


def _programme(entry: dict, data: dict, order: int) -> dict:
    whole = entry.get("whole", [None, ""])
    return {
        "key": entry["key"],
        "name": entry["name"],
        "group": entry["group"],
        "department": entry["department"],
        "action": entry["action"],
        "apply_at": entry["apply_at"],
        "decided_by": entry["decided_by"],
        "document": entry["clause"][0],
        "number": entry["clause"][1],
        "valid_from": entry["valid_from"],
        "valid_to": entry.get("valid_to"),
        "urgent": entry.get("urgent", False),
        "whole_amount": whole[0],
        "whole_unit": whole[1],
        "whole_basis": entry.get("whole_basis", "VERIFIED"),
        "extended_amount": entry.get("extended"),
        "extension_reasons": {code: data["extension_reasons"][code] for code in entry.get("extension_reasons", [])},
        "pause_reasons": {code: data["pause_reasons"][code] for code in entry.get("pause_reasons", [])},
        "order": order,
    }


def _steps(entry: dict) -> list[dict]:
    if entry["action"] in ("TRANSFER", "REFER"):
        return [{**SEND, "limit": [0, "WD"]} if entry.get("at_once") else SEND, REPLY]
    return entry.get("steps", [])


def _step_rows(entry: dict) -> list[dict]:
    rows = []
    for position, step in enumerate(_steps(entry), start=1):
        limit = step.get("limit", [None, ""])
        rows.append(
            {
                "code": step["code"],
                "name": step["name"],
                "position": position,
                "actor": step["actor"],
                "after": step.get("after", []),
                "amount": limit[0],
                "unit": limit[1],
                "minimum": step.get("minimum", False),
                "basis": step.get("basis", "VERIFIED"),
                "policy_value": step.get("policy_value", ""),
                "rule": step["rule"],
                "people": step.get("people", 0),
                "concludes": step.get("concludes", False),
                "document": step["clause"][0],
                "number": step["clause"][1],
            }
        )
    return rows


def _material_rows(entry: dict, data: dict) -> list[dict]:
    listed = data["materials"].get(entry.get("materials", ""))
    if listed is None:
        return []
    base = data["materials"][listed["extend"]] if "extend" in listed else {}
    never = data["materials"][listed["inherit_never"]] if "inherit_never" in listed else {}
    groups = (
        ("REQUIRED", base.get("require", []) + listed.get("require", [])),
        ("IF_APPLICABLE", base.get("applicable", []) + listed.get("applicable", [])),
        ("SHAREABLE", base.get("never", []) + never.get("never", []) + listed.get("never", [])),
    )
    document, number = listed["clause"]
    flat = [(need, item) for need, items in groups for item in items]
    return [
        {"code": code, "name": name, "hint": "".join(hint), "need": need, "position": position, "document": document, "number": number}
        for position, (need, (code, name, *hint)) in enumerate(flat, start=1)
    ]


def _parts(row: Programme, entry: dict, data: dict) -> None:
    Step.objects.bulk_create([Step(programme=row, **values) for values in _step_rows(entry)])
    Material.objects.bulk_create([Material(programme=row, **values) for values in _material_rows(entry, data)])


def _same(row: Programme, wanted: dict, entry: dict, data: dict) -> bool:
    return (
        all(getattr(row, name) == value for name, value in wanted.items())
        and list(row.steps.values(*_names(_step_rows(entry)))) == _step_rows(entry)
        and list(row.materials.values(*_names(_material_rows(entry, data)))) == _material_rows(entry, data)
    )


def _names(rows: list[dict]) -> list[str]:
    return list(rows[0]) if rows else ["pk"]


def _replace(row: Programme, wanted: dict, entry: dict, data: dict) -> None:
    for name, value in wanted.items():
        setattr(row, name, value)
    row.save()
    row.steps.all().delete()
    row.materials.all().delete()
    _parts(row, entry, data)
