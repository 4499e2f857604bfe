"""Every citation in the code can be opened (ARCHITECTURE §3)."""

import ast
from datetime import date
from pathlib import Path

import pytest

from records import clauses
from records.policy import Clause
from records.refusals import HOUSE

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "records", "contractors", "procurement", "staffing", "windows", "evaluation", "config")


def citations(source: str):
    """(line, document, number) of each ``Clause(document, number)`` whose arguments are written out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Clause":
            words = [HOUSE if getattr(arg, "id", "") == "HOUSE" else getattr(arg, "value", None) for arg in node.args]
            if len(words) == 2 and all(isinstance(word, str) for word in words):
                yield node.lineno, *words


def test_every_clause_cited_in_the_code_is_in_the_index():
    missing = []
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            for line, document, number in citations(path.read_text(encoding="utf-8")):
                try:
                    clauses.entries_of(Clause(document, number))
                except KeyError:
                    missing.append(f"{path.relative_to(ROOT)}:{line} {document} {number}")

    assert not missing, "not in records/clauses.toml:\n" + "\n".join(missing)


def test_the_search_for_citations_sees_a_wrong_one():
    assert list(citations('X = Clause("没有的文件", "第一条")')) == [(1, "没有的文件", "第一条")]
    with pytest.raises(KeyError):
        clauses.entries_of(Clause("没有的文件", "第一条"))


def test_the_founding_document_is_covered_clause_by_clause():
    numbers = [entry.number for entry in clauses.entries() if entry.document == "渝民发〔2018〕4号"]

    assert {f"二（{n}）" for n in "一二三四五六七"} | {f"三（{n}）" for n in "一二三四五"} <= set(numbers)


def test_a_citation_of_two_articles_finds_both():
    found = clauses.entries_of(Clause("民法典", "第二百零一条、第二百零三条"))

    assert [entry.number for entry in found] == ["第二百零一条", "第二百零三条"]


def test_an_alias_finds_the_same_entry():
    assert clauses.clause("国务院令第649号", "第六十条") is clauses.clause("社会救助暂行办法", "第六十条")


def test_a_clause_holds_only_while_in_force():
    law = clauses.clause("社会救助法", "第五十六条")

    assert not law.holds(date(2026, 6, 30))
    assert law.holds(date(2026, 7, 1))


def test_summaries_are_single_short_lines_of_our_own():
    for entry in clauses.entries():
        assert 4 <= len(entry.summary) <= 80, entry
        assert "\n" not in entry.summary


def test_search_takes_several_words():
    assert clauses.clause("政府采购法", "第三十五条") in clauses.find("采购法 20日")
    assert clauses.find("采购法 没有这个词") == []
