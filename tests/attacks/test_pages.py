"""T21, T22: what every answer of the walk carries, what a GET may write, and no unsafe call without its token."""

import re

import pytest
from django.conf import settings

pytestmark = [pytest.mark.django_db, pytest.mark.long]
INLINE = (
    re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>\s*\S", re.IGNORECASE),
    re.compile(rb"<style[\s>]", re.IGNORECASE),
    re.compile(rb"<[a-z][^>]*\sstyle\s*=", re.IGNORECASE),
    re.compile(rb"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    re.compile(rb"(href|src|action)\s*=\s*[\"']?\s*javascript:", re.IGNORECASE),
)
HEADERS = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
# Reading these leaves a trace by design: an auditor's look at a report (P-80).
TRACED_LOOKS = {"evaluation:report_pdf INSERT accounts_auditevent"}


def faults_of(answer, *, signed_in: bool) -> list[str]:
    """What an HTML answer lacks, or carries and should not."""
    policy = answer.headers.get("Content-Security-Policy", "")
    found = [name for name, value in HEADERS.items() if answer.headers.get(name) != value]
    if "unsafe-" in policy or "default-src 'self'" not in policy or "frame-ancestors 'none'" not in policy:
        found.append(f"CSP {policy!r}")
    if signed_in and "no-store" not in answer.headers.get("Cache-Control", ""):
        found.append("Cache-Control")
    body = re.sub(rb"<(script)[^>]*type=\"application/json\"[^>]*>.*?</script>", b"", answer.body, flags=re.DOTALL)
    return found + [f"inline {rule.search(body)[0][:80]!r}" for rule in INLINE if rule.search(body)]


def test_every_html_answer_carries_the_strict_headers_and_nothing_inline(walked):
    faults = {
        f"{route} {status}": faults
        for (route, status, anonymous), answer in walked.pages.items()
        if (faults := faults_of(answer, signed_in=not anonymous))
    }
    assert len(walked.pages) > 150
    assert not faults


@pytest.mark.parametrize("spoilt", ["<script>alert(1)</script>", "<p style='color:red'>", '<b onclick="x()">', "<style>p{}</style>"])
def test_control_an_inline_script_or_style_is_seen(walked, spoilt):
    answer = next(iter(walked.pages.values()))
    worse = type(answer)(answer.status, answer.length, answer.headers, answer.body + spoilt.encode())
    assert faults_of(worse, signed_in=False)


def test_control_a_missing_header_is_seen(walked):
    answer = next(iter(walked.pages.values()))
    for name in (*HEADERS, "Content-Security-Policy"):
        bare = {key: value for key, value in answer.headers.items() if key != name}
        assert faults_of(type(answer)(answer.status, answer.length, bare, answer.body), signed_in=False), name


def test_no_get_writes_a_row(walked):
    assert walked.writes - TRACED_LOOKS == set()


def test_control_a_get_that_writes_is_seen(walked):
    """The one look that leaves a trace was seen by the same means."""
    assert walked.writes >= TRACED_LOOKS


def test_hsts_of_a_year_under_production_settings():
    text = (settings.BASE_DIR / "config" / "settings.py").read_text()
    assert "SECURE_HSTS_SECONDS = 31_536_000" in text
