"""T01: every address × method × role × ownership, against the written policy."""

import pytest

from tests.attacks.conftest import CONTROL_ROUTES

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def told(lines) -> str:
    return f"{len(lines)}:\n" + "\n".join(sorted(lines)[:200])


def test_every_cell_answers_as_the_policy_says(walked):
    print(f"\n{sum(walked.cells.values()):,} calls {dict(walked.cells)} in {walked.seconds:.0f} s")
    assert not walked.mismatches, told(walked.mismatches)


def test_no_cell_ends_in_a_server_error(walked):
    assert not walked.failures, told(walked.failures)


def test_control_querysets_that_answer_everything_are_seen(seen):
    """The same walk over five addresses while ``visible_to`` filters nothing: each of them must be told."""
    told_of = {line.split(" as ")[0].split()[1] for line in seen.leaking.mismatches}
    assert told_of == set(CONTROL_ROUTES)
