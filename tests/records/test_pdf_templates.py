"""T11: the nine ways out in every word of every paper: whatever a template is given, it prints it and fetches nothing.

The context is built by the template itself: every name, attribute, row and column that it asks for is the markup.
"""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, engines
from django.template.base import FilterExpression
from django.template.defaulttags import ForNode

from records import pdf
from tests.attacks.walk import FULL
from tests.records.test_pdf import SECRET, attachments_of, listener, markup, text_of  # noqa: F401

FOLDER = Path(settings.BASE_DIR) / "templates"
PAPERS = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.glob("*/print/*.html"))
FRAMES = {"records/print/base.html", "records/print/official.html"}  # blocks only: what stands in them comes from the papers
# As PDF in ``make attacks``; one real notice in every run (test_pdf).
ONCE = pytest.param("", marks=pytest.mark.skip(reason="make attacks draws every paper"))
DRAWN = [name for name in PAPERS if name not in FRAMES] if FULL else [ONCE]
OURS = {"progress_qr": "", "size": "9"}  # the code that we draw and freeze with the notice, and the size of type: nobody types them
FETCHED = {"src", "href", "xlink:href", "data"}


class Tags(HTMLParser):
    """What a page would fetch from the addresses of the markup."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in FETCHED and (value or "").startswith(("http://127.0.0.1", "file:")):
                self.found.append(f"<{tag} {name}={value}>")

    def handle_data(self, data):
        if self.cdata_elem == "style" and "127.0.0.1" in data:
            self.found.append(data[:80])


class Everything(str):
    """The markup under every name: its attributes, items and rows are the markup again."""

    columns = 1  # as many as the loop under way unpacks

    def __getitem__(self, key):
        if isinstance(key, str):
            return OURS.get(key, Everything(self))
        return super().__getitem__(key)

    def __iter__(self):
        return iter([Everything(self)] * Everything.columns)

    def __len__(self):
        return Everything.columns


class Names(dict):
    """A context that knows every name."""

    def __init__(self, text: str):
        super().__init__()
        self.text, self.asked = text, set()

    def __contains__(self, name):
        return name not in ("True", "False", "None")

    def __getitem__(self, name):
        self.asked.add(name)
        return OURS.get(name, Everything(self.text))


def lenient(real):
    """A filter that wants a day or an amount and cannot take a word leaves the word as it is."""

    def resolve(expression, context, *args, **kwargs):
        try:
            return real(expression, context, *args, **kwargs)
        except (ValueError, TypeError, AttributeError, ArithmeticError, LookupError):
            return expression.var.resolve(context)

    return resolve


@pytest.fixture
def drawn(monkeypatch):
    """``drawn(template, text)`` → its HTML, where every word of its context is the text."""
    real = ForNode.render

    def render(node, context):
        before, Everything.columns = Everything.columns, len(node.loopvars)
        try:
            return real(node, context)
        finally:
            Everything.columns = before

    monkeypatch.setattr(ForNode, "render", render)
    monkeypatch.setattr(FilterExpression, "resolve", lenient(FilterExpression.resolve))

    def draw(name: str, text: str) -> str:
        return engines["django"].get_template(name).template.render(Context(Names(text)))

    return draw


@pytest.mark.parametrize("name", PAPERS)
def test_markup_in_every_word_of_a_paper_is_words(name, drawn, markup):  # noqa: F811
    html = drawn(name, markup)

    assert Tags(html).found == []
    assert name in FRAMES or "&lt;iframe src=" in html  # something of the context is on the paper at all


def test_control_a_paper_that_trusts_one_word_is_told(drawn, markup, tmp_path, settings):  # noqa: F811
    (tmp_path / "trusting.html").write_text("{% for row in rows %}{{ row.name|safe }}{% endfor %}")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}]

    assert len(Tags(drawn("trusting.html", markup)).found) >= 8


@pytest.mark.parametrize("name", DRAWN)
def test_its_pdf_fetches_nothing_and_takes_nothing_along(name, drawn, listener, markup):  # noqa: F811
    data = pdf.render_html(drawn(name, markup))

    assert listener[1] == []
    assert attachments_of(data) == []
    assert SECRET not in text_of(data)


@pytest.mark.parametrize("name", DRAWN)
def test_a_bare_address_in_every_word_is_not_fetched_either(name, drawn, listener, tmp_path):  # noqa: F811
    """Where a word stands in ``src`` or ``href``, it needs no markup around it."""
    (tmp_path / "secret.txt").write_text(SECRET)
    for address in (f"{listener[0]}/bare.png", (tmp_path / "secret.txt").as_uri()):
        data = pdf.render_html(drawn(name, address))
        assert listener[1] == [] and attachments_of(data) == [] and SECRET not in text_of(data)
