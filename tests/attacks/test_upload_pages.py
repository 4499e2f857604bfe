"""T10, T13–T16 through every page that takes a file: refused in Chinese, nothing stored. What is judged is tested in tests/records.

A new file field needs a row in ``PAGES``: the name of its form and a short function that leads to its page.
"""

import ast
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from html import unescape
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from contractors.models import CreditCheck
from contractors.rules import Condition
from evaluation.models import Indicator
from procurement.models import Bid, LowPriceReview
from procurement.services import rectification
from procurement.uploads import InMemoryOnly
from records import clock
from records.models import StoredFile
from records.uploads import EICAR
from tests.contractors.factories import make_contractor, make_contractor_admin
from tests.contractors.test_applications import begun
from tests.evaluation import factories as judging
from tests.factories import make_user
from tests.procurement import factories as purchase
from tests.procurement import supervising, tendering
from tests.records.factories import make_notice
from tests.records.test_exports import HOSTILE
from tests.records.test_uploads import BAD, PDF, png
from tests.windows.charity import make_matched
from tests.windows.course import finish
from tests.windows.course import visit as home
from tests.windows.factories import log, make_clerk, make_verification_batch
from windows.services import village

pytestmark = pytest.mark.django_db
DOCUMENTS, IMAGES, SHEETS, DIGEST = "documents", "pictures", "sheets", "only its digest is taken"
BOOKS = {name: (make, "名册.xlsx") for name, make in HOSTILE.items()}
TABLES = {
    "page as table": (lambda: b"<html><script>alert(1)</script></html>", "a.csv"),
    "virus": (lambda: "姓名,金额\n".encode() + EICAR, "a.csv"),
    "pdf as book": (lambda: PDF, "a.xlsx"),
    "picture as table": (lambda: png(), "a.csv"),
    "nothing": (lambda: b"", "a.xlsx"),
}
PAPERS = {name: (lambda data=data: data, file) for name, (data, file, _) in BAD.items()}
REASONS = {name: reason for name, (_, _, reason) in BAD.items()} | {"empty": "空"}  # that one Django says by itself
PICTURES = {name: PAPERS[name] for name in ("empty", "script picture", "mismatch", "program", "pixel flood", "wide photo")}
SENT = {DOCUMENTS: PAPERS, IMAGES: PICTURES, SHEETS: BOOKS | TABLES, DIGEST: PAPERS}
ODD_NAMES = ["../../etc/passwd.pdf", "..\\..\\boot.pdf", "a\r\nX-Evil: 1.pdf", "长" * 300 + ".pdf", "a\u202efdp.pdf", "con .pdf"]


@dataclass
class Page:
    user: User | Client
    url: str
    data: dict = field(default_factory=dict)
    field: str = "upload"


# --- how to each page -----------------------------------------------------------------------------------------------------


def contractor_page(name: str, **data) -> Callable:
    def lead(chongqing) -> Page:
        contractor = make_contractor()
        by = make_contractor_admin(contractor)
        return Page(by, reverse(f"contractors:{name}", args=[contractor.pk]), data)

    return lead


def credit_check(chongqing) -> Page:
    by = make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.home.bureau)
    return Page(
        by,
        reverse("contractors:credit_check_new", args=[make_contractor(by=by).pk]),
        {"note": "已查询", "sites": list(CreditCheck.Site.values)},
    )


def change(chongqing) -> Page:
    contractor = make_contractor()
    by = make_contractor_admin(contractor)
    data = {"representative": "新负责人", "statement": "换届", "version": contractor.version}
    return Page(by, reverse("contractors:change_new", args=[contractor.pk, "head"]), data)


def application_paper(chongqing) -> Page:
    client = begun(chongqing.home.bureau)
    return Page(client, reverse("application_paper", args=[Condition.INDEPENDENT]), {"statement": "见附件"})


def bans(chongqing) -> Page:
    by = make_user(role=Role.FINANCE_OFFICER, organisation=chongqing.home.bureau)
    return Page(by, reverse("contractors:debarment_import"))


def village_report(chongqing) -> Page:
    town = chongqing.home.townships[0]
    values = {"kind": "GUIDE", "title": "走访", "due_on": clock.today(), "fee": Decimal(120), "fund_source": "工作经费"}
    task = village.set_tasks([town.villages[0]], by=make_clerk(town.organisation), **values)[0]
    by = make_user(role=Role.VILLAGE_ASSISTANT, organisation=town.villages[0])
    data = {"version": task.version, "done_on": clock.today(), "text": "已完成"}
    return Page(by, reverse("windows:village_task_report", args=[task.pk]), data, "photo")


def visit_paper(chongqing) -> Page:
    town = chongqing.home.townships[0].organisation
    by = make_clerk(town)
    case = log(by, town)
    finish(case, "INQUIRY", by)
    return Page(by, reverse("windows:visit_attach", args=[home(case, by).pk]), {"note": "堂屋"})


def charity_proof(chongqing) -> Page:
    row, by = make_matched(chongqing)
    data = {"version": row.version, "delivered_on": clock.today(), "delivered": row.quantity, "evidence": "收据 1 号"}
    return Page(by, reverse("windows:offer_deliver", args=[row.pk]), data)


def standing_sheet(chongqing) -> Page:
    town = chongqing.home.townships[0].organisation
    return Page(make_clerk(town), reverse("windows:standing_upload"), {"organisation": town.pk, "kind": "ROSTER", "category": ""})


def notice(chongqing) -> Page:
    office = purchase.make_office(chongqing)
    draft = purchase.make_complete_draft(office)
    data = {"overview": "上门照料服务", "expected": f"{clock.today():%Y-%m}", "attachment_label": "说明"}
    return Page(office.officer, reverse("procurement:notice_prepare", args=[draft.pk, "intent"]), data, "attachment")


def report_import(chongqing) -> Page:
    report = purchase.make_due_report(purchase.make_office(chongqing), chongqing.contractors[0])
    by = make_user(role=Role.CONTRACTOR_REPORTER, organisation=chongqing.contractors[0])
    return Page(by, reverse("procurement:report_import", args=[report.pk]), {"version": report.version}, "file")


def roster_import(chongqing) -> Page:
    bureau = chongqing.home.bureau
    by = make_user(role=Role.BUREAU_CHIEF, organisation=bureau)
    return Page(by, reverse("staffing:roster_import", args=[bureau.pk]), {}, "file")


def caseload_import(chongqing) -> Page:
    bureau = chongqing.home.bureau
    by = make_user(role=Role.SUPERVISOR, organisation=bureau)
    return Page(by, reverse("staffing:caseload_import", args=[bureau.pk]), {"as_of": "2026-09-30", "source": "月报"}, "file")


def verification_answers(chongqing) -> Page:
    town, by = chongqing.home.townships[0].organisation, make_user(role=Role.ASSISTANCE_OFFICER, organisation=chongqing.home.bureau)
    batch = make_verification_batch(make_clerk(town), town, by)
    return Page(by, reverse("windows:verification_answers", args=[batch.pk]), {}, "file")


def calendar_import(chongqing) -> Page:
    by = make_user(role=Role.CITY_BUREAU, organisation=chongqing.city)
    return Page(by, reverse("records:calendar_import"), {"source": "国办发明电〔2025〕7号"}, "file")


def bid(chongqing) -> Page:
    world = tendering.make_world(chongqing)
    by = make_contractor_admin(make_contractor(by=world.officer))
    return Page(by, reverse("procurement:bid_new", args=[world.tender.pk]), {"quote": "900000", "proposal": "两人一组"})


def explanation(chongqing) -> Page:
    world = tendering.make_world(chongqing)
    bids = [tendering.add_bidder(world, quote) for quote in ("900000", "300000")]
    tendering.open_bids(world)
    tendering.judge_all(world)
    review = LowPriceReview.objects.filter(bid=bids[1]).first() or LowPriceReview.objects.create(bid=bids[1], grounds=["低于均值的一半"])
    return Page(world.bidders[1][1], reverse("procurement:low_price_explain", args=[review.pk]), {"explanation": "人工成本低"}, "evidence")


def refusal(chongqing) -> Page:
    office = purchase.make_office(chongqing)
    tender = purchase.make_awarded(office, chongqing.contractors[0]).tender
    return Page(office.chief, reverse("procurement:award_lapse", args=[tender.pk]), {"reason": "书面放弃签约"})


def challenge(chongqing) -> Page:
    world = tendering.make_world(chongqing)
    by = make_contractor_admin(make_contractor(by=world.officer))
    data = {"step": "documents", "demand": "更正", "facts": "条款倾向", "basis": "政府采购法第五十二条"}
    return Page(by, reverse("procurement:challenge_new", args=[world.tender.pk]), data)


def commitments(chongqing) -> Page:
    world = tendering.make_world(chongqing)
    tendering.add_bidder(world)
    tendering.reach_opening_time(world)
    return Page(world.officer, reverse("procurement:commitment_list", args=[world.tender.pk]))


def compared(chongqing) -> Page:
    by = make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.home.bureau)
    return Page(by, reverse("verify", args=[make_notice(chongqing.home.bureau, by=by).code]), {}, "file")


def scores(chongqing) -> Page:
    world = judging.make_world(chongqing)
    row = judging.make_open(world)
    rows = list(row.scheme.indicators.filter(evaluator=Indicator.Evaluator.PURCHASER, source=Indicator.Source.MANUAL))
    data = {"version": row.version} | {f"value_{one.code}": "80" for one in rows} | {f"comment_{one.code}": "已核" for one in rows}
    return Page(world.officer, reverse("evaluation:purchaser_scores", args=[row.pk]), data, f"file_{rows[0].code}")


def objection(chongqing) -> Page:
    world = judging.make_world(chongqing)
    row = judging.make_objection_window(world)
    return Page(world.contractor, reverse("evaluation:objection_raise", args=[row.pk]), {"text": "数据有误"}, "file")


def in_service(chongqing):
    office = purchase.make_office(chongqing)
    return office, purchase.make_running(office, chongqing.contractors[0]), chongqing.contractors[0]


def visit(chongqing) -> Page:
    office, contract, firm = in_service(chongqing)
    supervising.set_limits(chongqing.city)
    order = supervising.make_order(supervising.make_recipient(contract, office.supervisor), office.supervisor)
    row, by = order.visits.pending().order_by("planned_on").first(), make_user(role=Role.CONTRACTOR_REPORTER, organisation=firm)
    worker = supervising.make_worker(contract, by)
    data = {"version": row.version, "outcome": "done", "done_at": f"{clock.today()}T00:00", "worker": worker.pk, "sign": "name"}
    return Page(by, reverse("procurement:visit_record", args=[row.pk]), data | {"signed_by": "本人"}, "photo")


def finding(chongqing) -> Page:
    office, contract, _ = in_service(chongqing)
    row = supervising.make_inspection(contract, office)
    data = {"fact": "未入户", "clause": "合同第五条", "severity": "minor"}
    return Page(office.supervisor, reverse("procurement:finding_create", args=[row.pk]), data, "photo")


def rectified(chongqing) -> Page:
    office, contract, firm = in_service(chongqing)
    supervising.set_limits(chongqing.city)
    row = supervising.make_rectification(contract, office)
    by = make_user(role=Role.CONTRACTOR_ADMIN, organisation=firm)
    row = rectification.plan_rectification(row.pk, version=row.version, owner="负责人", plan="一周内补齐", by=by)
    data = {"version": row.version, "evidence": "已补签"}
    return Page(by, reverse("procurement:rectification_evidence", args=[row.pk]), data, "file")


def exit_trigger(chongqing) -> Page:
    office, contract, _ = in_service(chongqing)
    data = {"ground": "assignment", "facts": "三月起由另一机构的人员上门"}
    return Page(office.supervisor, reverse("procurement:trigger_new", args=[contract.pk]), data)


def credit_round(chongqing) -> Page:
    world = tendering.make_world(chongqing)
    bid = tendering.add_bidder(world)
    tendering.open_bids(world)
    url = reverse("procurement:tender_credit", args=[world.tender.pk])
    return Page(world.officer, url, {}, f"{bid.contractor_id}-CREDIT_CHINA-upload")


def plan_import(chongqing) -> Page:
    office = purchase.make_office(chongqing)
    data = {"organisation": office.bureau.pk, "fiscal_year": clock.today().year}
    return Page(office.officer, reverse("procurement:plan_import"), data, "sheet")


PAGES = {
    "ProofForm": (DOCUMENTS, contractor_page("proof_new", condition="INDEPENDENT", statement="见附件")),
    "QualificationForm": (DOCUMENTS, contractor_page("qualification_new", kind="社会工作服务")),
    "CreditCheckForm": (DOCUMENTS, credit_check),
    "ChangeForm": (DOCUMENTS, change),
    "PaperForm": (DOCUMENTS, application_paper),
    "BanImportForm": (SHEETS, bans),
    "TaskReportForm": (IMAGES, village_report),
    "VisitFileForm": (DOCUMENTS, visit_paper),
    "DeliverForm": (DOCUMENTS, charity_proof),
    "StandingSheetForm": (SHEETS, standing_sheet),
    "NoticeForm": (DOCUMENTS, notice),
    "procurement.SheetForm": (SHEETS, report_import),
    "ImportForm": (SHEETS, caseload_import),
    "RosterForm": (SHEETS, roster_import),
    "AnswersForm": (SHEETS, verification_answers),
    "CalendarForm": (SHEETS, calendar_import),
    "BidForm": (DOCUMENTS, bid),
    "ExplanationForm": (DOCUMENTS, explanation),
    "ChallengeForm": (DOCUMENTS, challenge),
    "LapseForm": (DOCUMENTS, refusal),
    "DigestForm": (DIGEST, commitments),
    "CompareForm": (DIGEST, compared),
    "ScoresForm": (DOCUMENTS, scores),
    "ObjectionForm": (DOCUMENTS, objection),
    "VisitForm": (IMAGES, visit),
    "FindingForm": (IMAGES, finding),
    "EvidenceForm": (DOCUMENTS, rectified),
    "TriggerForm": (DOCUMENTS, exit_trigger),
    "CreditRoundForm": (DOCUMENTS, credit_round),
    "PlanSheetForm": (SHEETS, plan_import),
}


# --- the attacks ----------------------------------------------------------------------------------------------------------


def on_disk() -> set[Path]:
    return set(Path(settings.MEDIA_ROOT).rglob("*"))


def send(browse, page: Page, data: bytes, name: str):
    upload = SimpleUploadedFile("x", data)
    upload._name = name  # as a bad client sends it: Django's own cleaning of names is for honest ones
    client = page.user if isinstance(page.user, Client) else browse(page.user)
    return client.post(page.url, {**page.data, page.field: upload})


@pytest.mark.parametrize("form", PAGES)
def test_hostile_files_are_refused_with_their_reason_and_nothing_is_stored(chongqing, browse, form):
    takes, lead = PAGES[form]
    page = lead(chongqing)
    rows, files = StoredFile.objects.count(), on_disk()
    for name, (make, file) in SENT[takes].items():
        response = send(browse, page, make(), file)
        assert response.status_code == (200 if takes == DIGEST else 422), f"{form}, {name}: {response.status_code}"
        words = {DOCUMENTS: REASONS.get(name), IMAGES: REASONS.get(name), SHEETS: "" if name == "nothing" else "无法"}.get(takes) or ""
        found = words in unescape(response.content.decode())
        assert found, f"{form}, {name}: {words}"
    assert (StoredFile.objects.count(), on_disk()) == (rows, files)


@pytest.mark.parametrize("largest", [len(PDF) * 2, -settings.DATA_UPLOAD_MAX_MEMORY_SIZE])
def test_file_2_an_over_large_bid_is_refused_and_the_earlier_one_stands(chongqing, browse, monkeypatch, largest):
    """Cut while it is read, and told beforehand by its Content-Length."""
    page = bid(chongqing)
    assert send(browse, page, PDF, "方案.pdf").status_code == 302
    monkeypatch.setattr(InMemoryOnly, "LIMIT", largest)
    response = send(browse, page, PDF + b"%" * len(PDF) * 2, "方案.pdf")
    assert response.status_code == 422
    assert "文件超过 16 MB，没有递交，原响应文件仍有效" in response.content.decode()
    assert list(Bid.objects.values_list("status", flat=True)) == [Bid.Status.SUBMITTED]


def test_file_2_a_bid_that_breaks_off_in_its_file_is_refused(chongqing, browse):
    page = bid(chongqing)
    body = encode_multipart(BOUNDARY, {**page.data, page.field: SimpleUploadedFile("方案.pdf", PDF)})
    response = browse(page.user).generic("POST", page.url, body[: -len(PDF) // 2], content_type=MULTIPART_CONTENT)
    assert (response.status_code, Bid.objects.exists()) == (422, False)


@pytest.mark.parametrize("name", ODD_NAMES)
def test_an_odd_name_is_kept_as_a_plain_one_or_refused(chongqing, browse, name):
    page = contractor_page("qualification_new", kind="社会工作服务")(chongqing)
    response = send(browse, page, PDF, name)
    assert response.status_code in (302, 422)
    for stored in StoredFile.objects.all():
        assert not set("/\\\r\n\u202e") & set(stored.name) and len(stored.name) <= 120
        assert stored.storage_name.endswith(stored.uuid.hex)


@pytest.mark.parametrize("name", ODD_NAMES)
def test_nothing_is_written_outside_the_store_whatever_the_name(chongqing, browse, written, name):
    page = contractor_page("qualification_new", kind="社会工作服务")(chongqing)
    send(browse, page, PDF, name)
    assert not {path for path in written() if not is_at_home(path)}


def test_control_a_file_written_beside_the_store_is_seen(written):
    beside = Path(settings.MEDIA_ROOT).parent / f"beside-{uuid4().hex}.pdf"
    beside.write_bytes(PDF)
    beside.rename(beside.with_suffix(".bin"))
    beside.with_suffix(".bin").unlink()
    assert {path for path in written() if not is_at_home(path)} == {beside, beside.with_suffix(".bin")}


def is_at_home(path: Path) -> bool:
    """In the store, or in the system's folder for temporary files, where an upload lies until it is judged (under a name of its own)."""
    store, temporary = Path(settings.MEDIA_ROOT).resolve(), Path(tempfile.gettempdir()).resolve()
    return (
        path.resolve().is_relative_to(store)
        or (path.parent.resolve() == temporary and path.name.startswith("tmp"))
        or (path.parent.name == "__pycache__")
    )


WRITING, SEEN = os.O_WRONLY | os.O_RDWR | os.O_CREAT, []


def note(event: str, given: tuple) -> None:
    """What this process opens to write, renames, links or makes; an audit hook stays for ever, so it writes only while it is asked to."""
    if SEEN and event == "open" and isinstance(given[0], str | bytes) and given[2] & WRITING:
        SEEN[0].add(Path(os.fsdecode(given[0])))
    elif SEEN and event in ("os.rename", "os.link", "os.symlink"):
        SEEN[0].add(Path(os.fsdecode(given[1])))
    elif SEEN and event == "os.mkdir":
        SEEN[0].add(Path(os.fsdecode(given[0])))


@pytest.fixture(scope="module")
def hook():
    sys.addaudithook(note)


@pytest.fixture
def written(hook):
    """``written()`` → every path that was written to since the test began."""
    SEEN.append(set())
    yield lambda: SEEN[0]
    SEEN.clear()


def test_control_a_sound_file_goes_through_the_same_page(chongqing, browse):
    page = contractor_page("qualification_new", kind="社会工作服务")(chongqing)
    assert send(browse, page, PDF, "证书.pdf").status_code == 302
    assert StoredFile.objects.filter(name="证书.pdf").exists()


def forms_with_files() -> set[str]:
    """Classes of our apps' forms in which ``FileField(`` stands."""
    found = set()
    for path in sorted(Path(settings.BASE_DIR).glob("*/forms*/**/*.py")) + sorted(Path(settings.BASE_DIR).glob("*/forms.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and any(takes_file(part) for part in ast.walk(node)):
                found.add(node.name)
    return found


def takes_file(node) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in ("FileField", "ImageField")


def test_every_form_with_a_file_is_in_the_table():
    assert forms_with_files() == {name.rpartition(".")[2] for name in PAGES}
