"""T05: before the opening a bid is nowhere to be read: not in the database, Redis, the log, sessions, jobs or files on disk."""

import base64
import logging
import os
import secrets
from decimal import Decimal
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db import connection
from django.urls import reverse

from accounts import audit
from accounts.models import AuditEvent
from accounts.roles import Role
from procurement.models import Bid
from procurement.sealing.content import Content
from procurement.services import bidding, tender
from procurement.views import bidding as pages
from records.refusals import StaleVersion
from tests.contractors.factories import make_contractor, make_contractor_admin
from tests.factories import make_user
from tests.procurement.tendering import make_world, open_bids

pytestmark = pytest.mark.django_db

# Of this process alone: another one on the same server opens its bids, and the write-ahead log is of all of them.
MARK = secrets.token_hex(4)
PRICE = f"{900_000 + secrets.randbelow(90_000)}.46"
WORDS, FILE_WORDS = f"龘龘龘{MARK}夜间巡访方案", f"龘龘龘{MARK}附件正文"
FILE = b"%PDF-1.4\n" + FILE_WORDS.encode() + b"\n%%EOF"


def canaries() -> dict[str, bytes]:
    """The price and the words in the forms they might leak in."""
    price, fen = PRICE.encode(), str(int(Decimal(PRICE) * 100)).encode()
    found = {
        "price": price,
        "price with comma": f"{Decimal(PRICE):,}".encode(),
        "price in fen": fen,
        "price utf-16": PRICE.encode("utf-16-le"),
    }
    for label, words in (("words", WORDS), ("file", FILE_WORDS)):
        for encoding in ("utf-8", "gbk", "utf-16-le"):
            found[f"{label} {encoding}"] = words.encode(encoding, "replace")
        found[f"{label} escaped"] = words.encode("unicode_escape")
    for label, value in list(found.items()):
        found |= {f"{label} base64 {n}": base64.b64encode(b"\0" * n + value)[4:-4] for n in range(3)}
        found[f"{label} hex"] = value.hex().encode()
    return {label: value for label, value in found.items() if len(value) >= 8}


def database_dump() -> bytes:
    """Every row of every table, as text, and every binary column as it is."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                parts += [bytes(value) if isinstance(value, memoryview | bytes) else str(value).encode() for value in row]
    return b"\x00".join(parts)


def redis_dump() -> bytes:
    client = redis.Redis(unix_socket_path=os.environ["YIMEN_TEST_REDIS"])
    parts = []
    for number in range(64):
        client.execute_command("SELECT", number)
        for key in client.keys("*"):
            parts += [key, client.dump(key) or b""]
            if client.type(key) == b"string":
                parts.append(client.get(key))
    return b"\x00".join(parts)


def files_dump() -> bytes:
    folder = Path(settings.MEDIA_ROOT)
    return b"\x00".join(path.read_bytes() for path in folder.rglob("*") if path.is_file()) if folder.exists() else b""


def log_dump() -> bytes:
    """The write-ahead log on disk, what this transaction wrote included: what a replica and an archive are given."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        folder = Path(cursor.fetchone()[0]) / "pg_wal"
    return b"\x00".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


def hits(data: bytes) -> list[str]:
    return [label for label, value in canaries().items() if value in data]


@pytest.fixture
def sealed(chongqing, browse, caplog, monkeypatch):
    """A bid sent through the page while every log line and every temporary file is watched."""
    caplog.set_level(logging.DEBUG)
    spilled = []
    monkeypatch.setattr(TemporaryFileUploadHandler, "new_file", lambda *args, **kwargs: spilled.append(args))
    world = make_world(chongqing, open_for_bids=True)
    contractor = make_contractor(by=world.officer)
    admin = make_contractor_admin(contractor)
    data = {"quote": PRICE, "proposal": WORDS, "reason": "", "idempotency_key": "k1", "upload": SimpleUploadedFile("方案.pdf", FILE)}
    answer = browse(admin).post(reverse("procurement:bid_new", args=[world.tender.pk]), data)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return world, caplog, spilled


def test_a_sealed_bid_is_nowhere_to_be_read(sealed):
    _, caplog, spilled = sealed
    assert Bid.objects.count() == 1
    assert hits(database_dump()) == []
    assert hits(log_dump()) == []
    assert hits(redis_dump()) == []
    assert hits(files_dump()) == []
    assert hits(caplog.text.encode()) == []
    assert spilled == []


def test_the_search_would_see_a_leak(sealed):
    """Control: the same search finds the price and the words once the bids are open."""
    world, _, _ = sealed
    open_bids(world)
    found = hits(database_dump()) + hits(files_dump())
    assert {"price", "words utf-8", "file utf-8"} <= set(found)
    assert "words utf-8" in hits(log_dump())


def test_a_file_above_djangos_memory_limit_still_stays_in_memory(sealed, browse, settings, monkeypatch):
    """Control for the temporary files: with Django's own handlers the same upload is spilled to disk."""
    world, _, spilled = sealed
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    admin = Bid.objects.get().submitted_by
    url = reverse("procurement:bid_new", args=[world.tender.pk])

    def send():
        upload = SimpleUploadedFile("方案.pdf", FILE)
        return browse(admin).post(url, {"quote": PRICE, "proposal": "", "reason": "", "upload": upload})

    assert send().status_code == 302
    assert spilled == []
    monkeypatch.setattr(pages, "InMemoryOnly", TemporaryFileUploadHandler)
    with pytest.raises(AttributeError):
        send()
    assert spilled


def readable(user) -> str:
    """Everything of the purchase that this person finds in the audit trail."""
    rows = AuditEvent.objects.visible_to(user).filter(action__startswith="procurement.")
    return " ".join(f"{row.action} {row.actor_name} {row.target_label} {row.organisation_path} {row.detail}" for row in rows)


@pytest.fixture
def readers(chongqing, sealed):
    """Whoever reads the trail of the district or of the whole city."""
    world, city = sealed[0], chongqing.city
    roles = (Role.CITY_AUDITOR, Role.CITY_BUREAU, Role.AUDIT_ADMIN)
    return [world.chief, *(make_user(role=role, organisation=city) for role in roles)]


def test_p51_the_audit_trail_does_not_tell_who_bids_before_the_opening(sealed, readers, browse):
    world, bid = sealed[0], Bid.objects.get()
    bidding.withdraw_bid(bid.pk, contractor=bid.contractor, by=bid.submitted_by)
    bidding.submit_bid(world.tender.pk, contractor=bid.contractor, content=Content(Decimal(PRICE), "重报"), by=bid.submitted_by)
    for reader in readers:
        assert "procurement.tender" in readable(reader)
        assert "procurement.tender.commitment" not in readable(reader) and "procurement.bid" not in readable(reader)
        assert bid.receipt not in readable(reader) and bid.contractor.organisation.path not in readable(reader)
        page = browse(reader).get(reverse("accounts:audit_list"), {"action": "procurement."}).content.decode()
        assert bid.receipt not in page and str(bid.submitted_by) not in page
    assert list(audit.verify()) == []


def test_p51_a_stale_form_does_not_name_the_bidder_as_the_last_to_act(sealed):
    world, bid = sealed[0], Bid.objects.get()
    with pytest.raises(StaleVersion) as stale:
        tender.prepare_tender(world.tender.project_id, values={}, holders=world.holders, by=world.officer, version=99)
    assert AuditEvent.objects.about(world.tender).last().actor == bid.submitted_by  # who is the last indeed
    assert stale.value.changed_by == str(world.officer)


def test_the_trail_tells_who_bid_after_the_opening(sealed, readers):
    """Control: the same readers find the bidder once the bids are open, and the chain still holds."""
    world, bid = sealed[0], Bid.objects.get()
    open_bids(world)
    for reader in readers[1:]:  # the bureau's own chief has no reach over bidders' rows
        assert "procurement.tender.commitment" in readable(reader) and bid.receipt in readable(reader)
    assert list(audit.verify()) == []
