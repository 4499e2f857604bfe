"""PDFs fetch nothing, show markup as text, and leave the machine standing (T11, T12)."""

import http.server
import io
import subprocess
import sys
import threading

import pypdf
import pytest
from django.urls import reverse

from procurement.services import announcements
from records import child, jobs, notices, pdf
from records.files import read_bytes
from records.fonts import fontconfig_file
from records.models import Job
from tests.procurement.factories import make_complete_draft, make_intent_draft, make_office

SECRET = "CANARY-龘龘龘"
VECTORS = """<link rel="stylesheet" href="{web}/1.css"><style>@import url("{web}/2.css");
@font-face {{ font-family: x; src: url("{web}/3.woff") }} p {{ font-family: x; background: url("{web}/4.png") }}</style>
<p>文</p><img src="{web}/5.png"><img src="{web}/redirect"><svg><image href="{web}/6.svg"/></svg>
<link rel="attachment" href="{file}"><a rel="attachment" href="{file}">x</a><img src="{file}"><iframe src="{file}"></iframe>"""


@pytest.fixture
def listener():
    """A server on the loopback that remembers what it was asked for."""
    hits = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_response(302 if self.path == "/redirect" else 404)
            self.send_header("Location", "/redirected")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", hits
    server.shutdown()
    server.server_close()


@pytest.fixture
def markup(listener, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    return VECTORS.format(web=listener[0], file=secret.as_uri())


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def attachments_of(data: bytes) -> list:
    return list(pypdf.PdfReader(io.BytesIO(data)).attachments)


def test_markup_that_reached_the_page_fetches_nothing(listener, markup):
    data = pdf.render_html(f"<html><body>{markup}</body></html>")

    assert listener[1] == []
    assert attachments_of(data) == []
    assert SECRET not in text_of(data)


def test_the_same_markup_with_the_default_fetcher_is_caught(listener, markup):
    """The control: unguarded, WeasyPrint asks the server and takes the file along."""
    script = "import sys,weasyprint; sys.stdout.buffer.write(weasyprint.HTML(string=sys.stdin.read()).write_pdf())"
    done = subprocess.run(
        [sys.executable, "-c", script], input=f"<html><body>{markup}</body></html>".encode(), capture_output=True, check=True, timeout=60
    )

    assert len(set(listener[1])) >= 5
    assert attachments_of(done.stdout)


@pytest.mark.django_db
def test_the_same_markup_typed_into_a_real_notice_is_words_on_paper_and_on_the_public_page(chongqing, client, listener, markup):
    """T11: the nine ways out, in each field that an officer fills, through issue, job, PDF and page."""
    office = make_office(chongqing)
    project = make_complete_draft(office, name=markup[:110])
    draft = make_intent_draft(project, office, overview=markup, other=markup)
    notice = announcements.issue(draft.pk, version=draft.version, by=office.officer).notice
    jobs.run(Job.objects.get(kind=notices.JOB, key=str(notice.pk)).pk)
    notice.refresh_from_db()

    data, page = read_bytes(notice.file), client.get(reverse("public_notice", args=[notice.code])).content.decode()
    assert listener[1] == [] and attachments_of(data) == [] and SECRET not in text_of(data)
    assert "<iframesrc=" in "".join(text_of(data).split())
    assert "&lt;link rel=" in page and "<iframe src=" not in page and '<link rel="stylesheet" href="http:' not in page


def official(title: str, words: str = "") -> bytes:
    return pdf.render("tests/paper.html", {"title": title, "words": words})


@pytest.fixture(autouse=True)
def _paper(settings, tmp_path):
    """A paper of the ordinary kind: the template escapes what people wrote."""
    folder = tmp_path / "tests"
    folder.mkdir()
    blocks = {"heading": "{{ title }}", "content": "<p>{{ words }}</p>"}
    body = "".join(f"{{% block {name} %}}{text}{{% endblock %}}" for name, text in blocks.items())
    (folder / "paper.html").write_text(f'{{% extends "records/print/official.html" %}}{body}')
    engine = {**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}
    settings.TEMPLATES = [engine]


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "</td></table><style>*{display:none}</style>", "</body></html>"])
def test_markup_in_a_field_is_printed_as_text(words):
    data = official("公告", words)

    assert words.replace(" ", "") in text_of(data).replace("\n", "").replace(" ", "")
    assert len(pypdf.PdfReader(io.BytesIO(data)).pages) == len(pypdf.PdfReader(io.BytesIO(official("公告", "文"))).pages)


def test_a_paper_that_trusted_its_words_is_seen(tmp_path):
    """The control: marked safe, the same words are markup and no longer on the paper."""
    paper = tmp_path / "tests" / "paper.html"
    paper.write_text(paper.read_text().replace("{{ words }}", "{{ words|safe }}"))

    assert "script" not in text_of(official("公告", "<script>alert(1)</script>"))


def test_direction_marks_and_hidden_characters_are_dropped():
    data = official("公告", "张\u202e三\u200b四\u2066五")

    assert "张三四五" in text_of(data)


def test_a_word_without_end_stays_on_the_paper():
    data = official("公告", "长" * 3_000 + "W" * 3_000)

    assert text_of(data).count("W") == 3_000


def test_the_paper_is_a4_with_the_margins_and_numbers_of_the_standard():
    reader = pypdf.PdfReader(io.BytesIO(official("公告", "文" * 2_000)))

    width, height = (float(side) / 72 * 25.4 for side in reader.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (210, 297)
    assert len(reader.pages) >= 3
    for number, page in enumerate(reader.pages, start=1):
        assert f"— {number} —" in page.extract_text()
    assert reader.metadata.title == "公告"
    assert [item.title for item in reader.outline] == ["公告"]


def test_full_lines_hold_28_characters():
    lines = text_of(official("公告", "文" * 280)).splitlines()

    assert lines.count("文" * 28) >= 8


def test_a_picture_of_ours_is_drawn_and_any_other_asset_is_not():
    square = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
    )
    page = '<img src="asset:{}" style="width:10mm">'

    with_ours = pdf.render_html(page.format("seal"), assets={"seal": ("image/png", square)})
    without = pdf.render_html(page.format("other"), assets={"seal": ("image/png", square)})

    assert b"/Subtype /Image" in with_ours
    assert b"/Subtype /Image" not in without


def test_a_child_that_wants_too_much_is_ended(monkeypatch):
    monkeypatch.setattr(pdf, "MEMORY_MB", 180)
    with pytest.raises(child.ChildFailed):
        pdf.render_html("<p>文</p>" * 200_000)


def test_a_child_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(pdf, "WALL_SECONDS", 0.2)
    with pytest.raises(child.ChildFailed, match=r"0\.2 s"):
        pdf.render_html("<p>文</p>")


def test_a_child_sees_no_secret_of_ours(monkeypatch):
    monkeypatch.setenv("YIMEN_FIELD_KEY", "ff" * 16)
    asked = []
    monkeypatch.setattr(
        child.subprocess, "run", lambda *args, **options: asked.append(options) or subprocess.CompletedProcess(args, 0, b"", b"")
    )

    child.run("records.pdf_child", b"")

    assert not [name for name in asked[0]["env"] if name.startswith("YIMEN") or name == "DATABASE_URL"]


def test_the_font_configuration_names_packaged_and_own_fonts(settings):
    text = fontconfig_file().read_text()

    assert "pylopdf_fonts_zh_cn" in text
    assert str(settings.FONTS_DIR) in text
