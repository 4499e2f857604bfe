"""The walk sees what it must see: each fault that it looks for, put in on purpose."""

from dataclasses import dataclass

import pytest
from django.conf import settings

from accounts import access
from accounts.roles import Role
from accounts.scoping import ScopedQuerySet
from tests.attacks import walk
from tests.attacks.checks import HEADERS, TRACED_LOOKS, faults_of

pytestmark = pytest.mark.django_db
LEAKING = ("procurement:project_detail", "windows:case_detail", "procurement:report_detail", "case-detail", "staffing:staff_edit")

GUARDED = ("accounts:user_list", "accounts:user_create", "accounts:token_list", "records:calendar_import", "procurement:project_list")


@dataclass
class Seen:
    sound: walk.Report
    leaking: walk.Report
    unguarded: walk.Report


@pytest.fixture(scope="module")
def seen(in_a_world) -> Seen:
    return in_a_world(attack)


def attack(built) -> Seen:
    sound = walk.walk(built, roles=[Role.SUPERVISOR, Role.CITY_AUDITOR], names=("evaluation:report_pdf", "home"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ScopedQuerySet, "visible_to", lambda rows, user: rows.all())
        leaking = walk.walk(built, names=LEAKING, roles=[Role.SUPERVISOR])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(access, "require", lambda *given, **more: None)
        return Seen(sound, leaking, walk.walk(built, names=GUARDED, roles=[Role.WINDOW_CLERK]))


@pytest.fixture
def answer(seen):
    return next(iter(seen.sound.pages.values()))


def spoilt(answer, *, headers=None, more=b""):
    return type(answer)(answer.status, answer.length, answer.headers if headers is None else headers, answer.body + more)


def test_querysets_that_answer_everything_are_seen(seen):
    """A walk over five addresses while ``visible_to`` filters nothing: each of them must be told."""
    assert {line.split(" as ")[0].split()[1] for line in seen.leaking.mismatches} == set(LEAKING)


def test_a_door_that_asks_for_no_right_is_seen(seen):
    """A walk over pages of others while no right is asked for: where 403 is written, each of them must be told."""
    told = {line.split(" as ")[0].split()[1] for line in seen.unguarded.mismatches if "wanted 403" in line}
    assert told == set(GUARDED)


def test_a_sound_page_has_no_fault(answer):
    assert faults_of(answer, signed_in=True) == []


@pytest.mark.parametrize("inline", ["<script>alert(1)</script>", "<p style='color:red'>", '<b onclick="x()">', "<style>p{}</style>"])
def test_an_inline_script_or_style_is_seen(answer, inline):
    assert faults_of(spoilt(answer, more=inline.encode()), signed_in=False)


@pytest.mark.parametrize("name", [*HEADERS, "Content-Security-Policy"])
def test_a_missing_header_is_seen(answer, name):
    bare = {key: value for key, value in answer.headers.items() if key != name}
    assert faults_of(spoilt(answer, headers=bare), signed_in=False)


def test_a_get_that_writes_is_seen(seen):
    """The one look that leaves a trace by design."""
    assert seen.sound.writes == TRACED_LOOKS


def test_hsts_of_a_year_under_production_settings():
    text = (settings.BASE_DIR / "config" / "settings.py").read_text()
    assert "SECURE_HSTS_SECONDS = 31_536_000" in text
