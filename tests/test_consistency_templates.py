"""Habits of templates and static files that a reader would otherwise have to keep in mind."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.urls import get_resolver

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "print" not in path.relative_to(ROOT / "templates").parts]
STATIC = sorted(path for path in (ROOT / "static").rglob("*") if path.suffix in {".css", ".js", ".svg"})
APPS = ("config", "accounts", "records", "contractors", "procurement", "staffing", "windows", "evaluation")
NAMED_BY_DJANGO = {"400.html", "403.html", "404.html", "500.html", "503.html", "429.html"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT / "templates").as_posix()


def views(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from views(pattern.url_patterns)
        else:
            yield pattern.callback


def implicit_names() -> set[str]:
    """Names that generic class-based pages make up from their model."""
    names = set()
    for view in views(get_resolver().url_patterns):
        page = getattr(view, "view_class", None)
        model = getattr(page, "model", None)
        if model is not None and hasattr(page, "template_name_suffix"):
            names.add(f"{model._meta.app_label}/{model._meta.model_name}{page.template_name_suffix}.html")
    return names


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_compiles(path):
    assert get_template(name_of(path))


def test_no_template_is_unused():
    code = "\n".join(path.read_text() for app in APPS for path in (ROOT / app).rglob("*.py"))
    texts = {name_of(path): path.read_text() for path in TEMPLATES}
    known = implicit_names() | NAMED_BY_DJANGO
    unused = []
    for name in texts:
        others = "".join(text for other, text in texts.items() if other != name)
        if name not in known and f'"{name}"' not in code and f'"{name}"' not in others:
            unused.append(name)
    assert not unused


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_has_no_inline_script_style_or_handler(path):
    text = path.read_text()
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<[a-zA-Z][^>]*\son[a-z]+\s*=", re.sub(r"{[%{].*?[%}]}", "", text))
    assert not re.search(r"javascript:|hx-on|hx-vals=['\"]js:", text)
    assert not re.search(r"data-bs-(?!theme)", text), "Bootstrap's scripts are not loaded; use the components"


@pytest.mark.parametrize("path", [*TEMPLATES, *STATIC], ids=lambda path: path.name)
def test_nothing_comes_from_another_host(path):
    text = re.sub(r"xmlns(:\w+)?=\"[^\"]*\"", "", path.read_text())
    assert not re.search(r"(?:src|href|action|url|import|@import|fetch)\s*[=(]?\s*[\"'(]?\s*(?:https?:)?//[a-z0-9]", text, re.IGNORECASE)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_component_takes_values_only(path):
    """``only`` keeps a component from leaning on what happens to be around it; parts without values need none."""
    for include in re.findall(r"{%\s*include\s+[^%]*%}", path.read_text()):
        if " with " in include:
            assert " only " in include, include


@pytest.mark.parametrize(
    "path", [path for path in PAGES if 'extends "base.html"' in path.read_text() and path.name != "public.html"], ids=name_of
)
def test_a_page_names_itself(path):
    text = path.read_text()
    assert "{% block title %}" in text or path.name == "public.html"
    assert "<h1" in text or "{% block heading %}" not in text or "{% block page %}" in text


def test_components_are_written_down():
    written = (ROOT / "docs" / "components.md").read_text()
    inner = {"brand", "mark", "topbar", "sidebar", "messages", "large_switch", "field_notes", "card"}
    missing = [
        path.stem
        for path in (ROOT / "templates" / "components").glob("*.html")
        if path.stem not in inner and f"`{path.stem}`" not in written
    ]
    assert not missing


def test_colours_stand_in_the_tokens_only():
    """Another colour than a token's in another file is a decision nobody took. Tints of chips stand in components.css."""
    for name in ("base.css",):
        text = (ROOT / "static" / "css" / name).read_text()
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b", text), name


@pytest.mark.parametrize("app", APPS)
def test_no_stored_moment_is_written_out_before_it_is_brought_home_to_local_time(app):
    """A stored moment is UTC: written out as it is, everything before eight in the morning falls on the day before."""
    raw = re.compile(r"\{[a-z_.]+_at:%[^}]*%[dHm]|[a-z]_at\.date\(\)")
    faults = [
        f"{path.relative_to(ROOT)}: {found.group(0)}"
        for path in (ROOT / app).rglob("*.py")
        if not {"migrations", "rules"} & set(path.parts)
        for found in raw.finditer(path.read_text(encoding="utf-8"))
    ]
    assert [fault for fault in faults if "%Y%m%d%H" not in fault] == []


def classes_of(sheet: str) -> set[str]:
    return set(re.findall(r"\.([a-z][a-z-]+)", re.sub(r"/\*.*?\*/|\{[^}]*\}", " ", (ROOT / "static/css" / sheet).read_text(), flags=re.S)))


@pytest.mark.parametrize("sheet", ["windows.css", "evaluation.css"])
def test_a_page_that_uses_a_sheets_own_classes_loads_the_sheet(sheet):
    common = set().union(*(classes_of(name) for name in ("base.css", "components.css", "tokens.css")))
    own = classes_of(sheet) - common
    assert own
    pages = {path: path.read_text() for path in PAGES if path.name[0] != "_"}
    without = [(path, text) for path, text in pages.items() if "{% extends" in text and f"css/{sheet}" not in text]
    unstyled = {name_of(path): used for path, text in without if (used := own & used_in(text))}
    assert not unstyled


def used_in(text: str) -> set[str]:
    return {name for given in re.findall(r'class="([^"{]*)', text) for name in given.split()}
