"""docs/rules.md: where each rule acts. ``python -m scripts.rules_table`` fills the table's last column from the code.

A rule acts where its id stands as a literal, where a number of it is left to an authority (records/values.toml), where a step of a
programme has its limit by it (windows/programmes.toml), or, when it only counts and refuses nothing, where the docstring of a function
or class begins with its id and a colon.
The other columns are written by hand; a test holds both sides together.
"""

import ast
import re
import tomllib
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "rules.md"
APPS = ("accounts", "records", "contractors", "procurement", "staffing", "windows", "evaluation", "config")
RULE = re.compile(r"(?:D|DB|E|F|ID|JOB|N|NT|P|PV|R|RG|T|TA|TK|V|W|X)-(?:\d+[a-z]?|[A-Z]{4,})")
VALUES = "records/values.toml"
PROGRAMMES = "windows/programmes.toml"
COUNTED = re.compile(rf"(?:{RULE.pattern})(?:(?:, | … )(?:{RULE.pattern}))*:")
ELSEWHERE = {"gallery.py"}  # shows components with made-up breaches
PLACES_SHOWN = 4


def places() -> dict[str, list[str]]:
    """Rule id → the functions (or modules, for tables of rules) that name it, in order of path."""
    found = defaultdict(dict)
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if path.name in ELSEWHERE or {"migrations", "demo"} & set(path.relative_to(ROOT).parts):
                continue
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            for rule, function in cited(ast.parse(path.read_text(encoding="utf-8"))):
                found[rule][f"{module}:{function}" if function else module] = True
    for value in tomllib.loads((ROOT / VALUES).read_text(encoding="utf-8"))["value"]:
        found[value["policy"]][f"{VALUES}:{value['code']}"] = True
    for programme in tomllib.loads((ROOT / PROGRAMMES).read_text(encoding="utf-8"))["programme"]:
        for step in programme.get("steps", ()):
            found[step["rule"]][f"{PROGRAMMES}:{programme['code']}.{step['code']}"] = True
    return {rule: list(where) for rule, where in found.items()}


def cited(node: ast.AST, function: str = ""):
    """(id, name of the enclosing function or class) of every literal that is a rule id, and of every docstring that begins with one."""
    for child in ast.iter_child_nodes(node):
        named = isinstance(child, ast.FunctionDef | ast.ClassDef)
        inner = f"{function}.{child.name}".lstrip(".") if named else function
        if named and (head := COUNTED.match(ast.get_docstring(child) or "")):
            yield from ((rule, inner) for rule in RULE.findall(head[0]))
        if isinstance(child, ast.Constant) and isinstance(child.value, str) and RULE.fullmatch(child.value):
            yield child.value, inner
        yield from cited(child, inner)


def rows() -> dict[str, list[str]]:
    """Rule id → cells of its line in the table."""
    lines = (line.strip().strip("|").split("|") for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("|"))
    cells = ([cell.strip() for cell in line] for line in lines)
    return {line[0]: line for line in cells if RULE.fullmatch(line[0])}


def words(where: list[str]) -> str:
    shown = "<br>".join(f"`{place}`" for place in where[:PLACES_SHOWN])
    return f"{shown}<br>等" if len(where) > PLACES_SHOWN else shown


def fill() -> str:
    """The table with its last column as the code stands."""
    found, lines = places(), []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and RULE.fullmatch(cells[0]):
            line = "| " + " | ".join([*cells[:-1], words(found.get(cells[0], []))]) + " |"
        lines.append(line)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(fill(), encoding="utf-8")
