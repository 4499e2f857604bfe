"""The official OCDS release schema, and what a release has against it."""

import json
import os
from datetime import datetime
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parents[2]
dates = jsonschema.FormatChecker(formats=())


@dates.checks("date-time", raises=ValueError)
def is_moment(value) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def schema_file(name: str) -> Path | None:
    """The official schema: from OCDS_SCHEMA_DIR, or where the test set-up unpacked it."""
    folder = Path(os.environ.get("OCDS_SCHEMA_DIR") or ROOT / "build" / "ocds")
    return next((path for path in (folder / name, folder / "1.1.5" / name) if path.is_file()), None)


def validator() -> jsonschema.Draft4Validator:
    """Of the official release schema; the test that asks is skipped where it is not here."""
    found = schema_file("release-schema.json")
    if found is None:
        pytest.skip("the OCDS release schema is not here: run scripts/setup.sh test with a network, or set OCDS_SCHEMA_DIR")
    schema = json.loads(found.read_text(encoding="utf-8"))
    assert "1__1__5" in schema["id"]
    return jsonschema.Draft4Validator(schema, format_checker=dates)


def errors(validator, release) -> list[str]:
    return [f"{'/'.join(map(str, error.path))}: {error.message[:120]}" for error in validator.iter_errors(release)]
