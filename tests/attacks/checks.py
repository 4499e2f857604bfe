"""What every part of the walk must show (T01, T21, T22), once for the files ``test_walk_*.py`` that run side by side."""

import re

import pytest

from tests.attacks import walk

INLINE = (
    re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>\s*\S", re.IGNORECASE),
    re.compile(rb"<style[\s>]", re.IGNORECASE),
    re.compile(rb"<[a-z][^>]*\sstyle\s*=", re.IGNORECASE),
    re.compile(rb"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    re.compile(rb"(href|src|action)\s*=\s*[\"']?\s*javascript:", re.IGNORECASE),
)
DATA = re.compile(rb"<(script)[^>]*type=\"application/json\"[^>]*>.*?</script>", re.DOTALL)
HEADERS = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
# Reading these leaves a trace by design: an auditor's look at a report (P-80).
TRACED_LOOKS = {"evaluation:report_pdf INSERT accounts_auditevent", "evaluation:report_pdf UPDATE accounts_auditchain"}


def told(lines) -> str:
    return f"{len(lines)}:\n" + "\n".join(sorted(lines)[:200])


def faults_of(answer, *, signed_in: bool) -> list[str]:
    """What an HTML answer lacks, or carries and should not."""
    policy = answer.headers.get("Content-Security-Policy", "")
    found = [name for name, value in HEADERS.items() if answer.headers.get(name) != value]
    if "unsafe-" in policy or "default-src 'self'" not in policy or "frame-ancestors 'none'" not in policy:
        found.append(f"CSP {policy!r}")
    if signed_in and answer.body and "no-store" not in answer.headers.get("Cache-Control", ""):
        found.append("Cache-Control")
    body = DATA.sub(b"", answer.body)
    return found + [f"inline {rule.search(body)[0][:80]!r}" for rule in INLINE if rule.search(body)]


class Walked:
    """The addresses of one part, called by every seat on every paper."""

    pytestmark = pytest.mark.django_db  # tells the run that a database is needed

    part = ""
    least_cells = 200  # fewer calls would mean that the walk lost its way

    @pytest.fixture(scope="class")
    @classmethod
    def walked(cls, in_a_world) -> walk.Report:
        part = cls.part
        report = in_a_world(lambda world: walk.walk(world, part=part))
        dearest = sorted(report.costs.items(), key=lambda item: -item[1])[:5]
        print(f"\n{part}: {sum(report.cells.values()):,} calls {dict(report.cells)} in {report.seconds:.0f} s, CPU {report.cpu:.0f} s")
        print(", ".join(f"{name} {seconds:.1f} s" for name, seconds in dearest))
        return report

    def test_every_cell_answers_as_the_policy_says(self, walked):
        assert sum(walked.cells.values()) >= self.least_cells
        assert not walked.mismatches, told(walked.mismatches)

    def test_no_cell_ends_in_a_server_error(self, walked):
        assert not walked.failures, told(walked.failures)

    def test_no_get_writes_a_row(self, walked):
        assert walked.writes - TRACED_LOOKS == set()

    def test_every_html_answer_carries_the_strict_headers_and_nothing_inline(self, walked):
        faults = {
            f"{route} {status}": faults
            for (route, status, anonymous), answer in walked.pages.items()
            if (faults := faults_of(answer, signed_in=not anonymous))
        }
        assert walked.pages
        assert not faults, faults
