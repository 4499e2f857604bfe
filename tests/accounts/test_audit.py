"""The trail is append-only, and every way of tampering is found and named."""

import json
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts import audit
from accounts.models import AuditChain, AuditEvent
from accounts.roles import Role
from accounts.wording import DETAILS, describe
from tests.accounts.tampering import Tamperer
from tests.factories import make_user


@pytest.fixture
def trail(world, chief):
    for n in range(6):
        audit.record("test.thing.done", world.a1, by=chief, detail={"n": n, "amount": "1.10"})
    audit.record("test.thing.done", world.b1, by=None)
    return AuditEvent.objects.filter(chain=world.a1.path).order_by("sequence")


def tamper(sql, *params):
    """As a superuser of the database: with the triggers away."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL's session_replication_role")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, params)
        cursor.execute("SET session_replication_role = DEFAULT")


def test_an_untouched_trail_verifies(trail):
    assert list(audit.verify(audit.anchors())) == []


def test_each_township_has_a_chain_of_its_own(trail, world):
    assert set(AuditEvent.objects.values_list("chain", flat=True)) == {world.a1.path, world.b1.path}
    assert [event.sequence for event in trail] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("statement", ["UPDATE accounts_auditevent SET action = 'x'", "DELETE FROM accounts_auditevent"])
def test_the_database_refuses_to_change_or_delete(trail, statement):
    with pytest.raises(DatabaseError, match="只能追加"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("column", ["action", "target_label", "target_id", "actor_name", "organisation_path", "previous_hash", "hash"])
def test_a_changed_column_is_found_at_its_record(trail, column):
    tamper(f"UPDATE accounts_auditevent SET {column} = 'forged' WHERE id = %s", trail[2].pk)
    assert [(fault.sequence, "修改" in fault.what) for fault in audit.verify()] == [(3, True)]


def test_a_changed_detail_or_time_is_found(trail):
    tamper("UPDATE accounts_auditevent SET detail = '{\"n\": 99}' WHERE id = %s", trail[4].pk)
    assert [fault.sequence for fault in audit.verify()] == [5]
    tamper("UPDATE accounts_auditevent SET at = at + interval '1 microsecond' WHERE id = %s", trail[0].pk)
    assert [fault.sequence for fault in audit.verify()] == [1]


@pytest.mark.parametrize(("position", "named"), [(0, 1), (3, 4), (5, 6)])
def test_a_removed_record_is_found(trail, position, named):
    tamper("DELETE FROM accounts_auditevent WHERE id = %s", trail[position].pk)
    assert [fault.sequence for fault in audit.verify()] == [named]


def test_two_swapped_records_are_found(trail):
    first, second = trail[1].pk, trail[2].pk
    tamper("UPDATE accounts_auditevent SET sequence = -sequence + 5 + 100 WHERE id IN (%s, %s)", first, second)
    tamper("UPDATE accounts_auditevent SET sequence = sequence - 100 WHERE id IN (%s, %s)", first, second)
    assert [fault.sequence for fault in audit.verify()] == [2]


def test_an_inserted_record_is_found(trail, world):
    tamper(
        "INSERT INTO accounts_auditevent (chain, sequence, action, target_type, target_id, target_label, actor_name,"
        " organisation_path, detail, at, previous_hash, hash)"
        " SELECT chain, 7, 'forged', target_type, target_id, target_label, actor_name, organisation_path, detail, at, hash, 'x'"
        " FROM accounts_auditevent WHERE id = %s",
        trail[5].pk,
    )
    assert [fault.sequence for fault in audit.verify()] == [7]


def test_a_tail_cut_off_with_its_head_is_found_by_the_anchor(trail, world):
    anchors = audit.anchors()
    short = trail[4]
    tamper("DELETE FROM accounts_auditevent WHERE id = %s", trail[5].pk)
    head = AuditChain.objects.get(chain=world.a1.path)
    head.sequence, head.hash = 5, short.hash
    head.seal = audit.seal_of(head)
    head.save()
    assert list(audit.verify()) == []
    assert [fault.sequence for fault in audit.verify(anchors)] == [6]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL's session_replication_role")
def test_every_one_of_two_hundred_generated_tamperings_is_named(world, chief):
    """T27; ``make drills`` tries a thousand."""
    tried, missed = Tamperer([world.a1, world.b1], chief, seed=27).run(200)
    assert missed == []
    assert len(tried) == 8 and min(tried.values()) == 20


def test_a_head_rewritten_without_the_key_is_found(trail, world, settings):
    head = AuditChain.objects.get(chain=world.a1.path)
    settings.AUDIT_KEY = "another key"
    head.seal = audit.seal_of(head)
    head.save()
    settings.AUDIT_KEY = "the real key"
    assert world.a1.path in [fault.chain for fault in audit.verify()]


def test_when_the_trace_fails_the_act_is_undone(world, chief, monkeypatch):
    def broken(event):
        raise DatabaseError("disk full")

    monkeypatch.setattr(audit, "hash_of", broken)
    with pytest.raises(DatabaseError), transaction.atomic():
        world.a1.name = "改名"
        world.a1.save()
        audit.record("test.renamed", world.a1, by=chief)
    world.a1.refresh_from_db()
    assert world.a1.name == "甲一镇"


def test_the_command_names_the_fault_and_fails(trail, tmp_path, capsys):
    anchor = tmp_path / "anchor.json"
    call_command("verify_audit", anchor=anchor)
    assert len(json.loads(anchor.read_text())) == 2
    tamper("DELETE FROM accounts_auditevent WHERE id = %s", trail[3].pk)
    with pytest.raises(CommandError, match="1 条链"):
        call_command("verify_audit", against=anchor)
    assert "第 4 条" in capsys.readouterr().err


def test_an_auditor_reads_the_trail_and_a_clerk_does_not(trail, world, person, client):
    client.force_login(person("auditor", Role.CITY_AUDITOR, world.city))
    assert client.get("/accounts/audit/").context["events"][0][0].target_label == "乙一镇"
    client.force_login(person("clerk", Role.WINDOW_CLERK, world.a1))
    assert client.get("/accounts/audit/").status_code == 403


def test_a_chief_reads_only_the_own_district(trail, world, chief, client):
    client.force_login(chief)
    assert {event.target_label for event, *_ in client.get("/accounts/audit/").context["events"]} == {"甲一镇"}


def test_a_detail_named_items_is_shown_like_any_other(world, chief, client):
    audit.record("accounts.user.created", world.a1, by=chief, detail={"items": ["甲", "乙"], "count": 2})
    client.force_login(chief)
    page = client.get("/accounts/audit/").content.decode()
    assert "事项：甲、乙" in page and "数量：2" in page


def test_every_key_of_a_detail_that_the_code_writes_out_has_chinese_words():
    pattern = re.compile(r"detail=\{([^{}]*)\}")
    apps = ("accounts", "records", "contractors", "procurement", "staffing", "windows", "evaluation")
    written = [text for app in apps for path in Path(app).rglob("*.py") for text in pattern.findall(path.read_text())]
    keys = {key for text in written for key in re.findall(r'"([a-z0-9_]+)":', text)}
    assert len(keys) > 40
    assert sorted(keys - DETAILS.keys()) == []


def test_every_action_that_the_code_records_has_chinese_words():
    pattern = re.compile(r"""record\(\s*["']([a-z_]+\.[a-z_]+\.[a-z_]+)["']""")
    apps = ("accounts", "records", "contractors", "procurement", "staffing", "windows", "evaluation")
    found = {action for app in apps for path in Path(app).rglob("*.py") for action in pattern.findall(path.read_text())}
    assert len(found) > 40
    assert sorted(action for action in found if re.search("[a-z]", describe(action))) == []


def test_an_event_speaks_chinese_and_a_detail_called_items_breaks_no_page(chongqing, browse):
    auditor = make_user(role=Role.AUDIT_ADMIN, organisation=chongqing.city)
    detail = {"from": "REGISTERED", "to": "ACCEPTED", "items": ["身份证", "户口簿"], "public": False, "note": ""}
    audit.record("windows.case.accepted", chongqing.home.bureau, by=auditor, detail=detail, organisation=chongqing.home.bureau)
    page = browse(auditor).get("/accounts/audit/").content.decode()
    assert "原状态：" in page and "事项：身份证、户口簿" in page and "公开：否" in page
    assert "REGISTERED" not in page and "救助申请：accepted" not in page
