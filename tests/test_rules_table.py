"""docs/rules.md tells of every rule that acts, and of none that does not; nothing names a paper that is not here."""

import re
import subprocess
from pathlib import Path

import pytest

from records import clauses
from scripts import rules_table

ROOT = Path(__file__).resolve().parent.parent
PAPER = re.compile(r"\b[A-Z_]{3,}\.md\b|\bPEERS\b|\bdata/README\b|\bissue \d+\b|\bPOLICY(?= [A-Z]-\d| §)|§\d\.\d")
OURS = {"README.md", "CHANGELOG.md"}
DOCUMENTS = {document for document, _ in clauses.index()}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:  # an unpacked archive has no index
        return [path for path in ROOT.rglob("*") if path.is_file() and not {".git", ".venv", "build", "var"} & set(path.parts)]
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def test_the_table_and_the_code_name_the_same_rules():
    assert sorted(rules_table.rows()) == sorted(rules_table.places())


def test_each_rule_acts_where_the_table_says():
    found = rules_table.places()
    told = {rule: re.findall(r"`([^`]+)`", cells[-1]) for rule, cells in rules_table.rows().items()}
    assert all(told.values())
    gone = [(rule, place) for rule, where in told.items() for place in where if place not in found[rule]]
    assert gone == [], "run: python -m scripts.rules_table"


@pytest.mark.parametrize("cells", rules_table.rows().values(), ids=rules_table.rows().keys())
def test_each_line_is_whole_and_cites_a_clause_of_the_index(cells):
    _, text, cited, severity, certainty, _ = cells
    document, _, number = cited.partition(" ")
    assert text
    assert document == "GB" or (document, number) in clauses.index() or (document in DOCUMENTS and not number)
    assert re.match("拒绝|写明理由可放行|仅提示|作为参数|照此计算", severity)
    assert certainty in {"原文", "公开文本", "转述", "待核对", "平台设计"}


def test_no_text_names_a_paper_that_is_not_in_the_repository():
    here = Path(__file__).resolve()
    found = []
    for path in tracked():
        if path == here or path.suffix not in {".py", ".md", ".toml", ".html", ".css", ".js", ".sh", ".yml", ".in", ".txt", ""}:
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        names = {name for name in PAPER.findall(text) if name not in OURS}
        found += [f"{path.relative_to(ROOT)}: {name}" for name in sorted(names)]
    assert found == []
