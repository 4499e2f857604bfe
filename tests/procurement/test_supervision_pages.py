"""Pages of supervision by role: everything opens, nobody sees what is not theirs, sending twice does nothing twice."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from procurement import exchange_service
from procurement.models import Rectification, ServiceComplaint, ServiceRecipient, ServiceVisit
from procurement.services import complaint as complaints
from procurement.services import inspection as inspections
from procurement.services import suspicion as suspicions
from procurement.services import visit as visits
from records import clock
from records.exports import xlsx
from tests.factories import make_user
from tests.kept import fixture_of
from tests.procurement import factories, scenes, supervising

pytestmark = pytest.mark.django_db


scene_once = scenes.with_office
office = fixture_of("office")


@pytest.fixture
def firm(chongqing):
    return chongqing.contractors[0]


@pytest.fixture
def contract(office, firm):
    return factories.make_running(office, firm)


@pytest.fixture
def signer(firm):
    return factories.signer_of(firm)


@pytest.fixture
def order(office, contract):
    return supervising.make_order(supervising.make_recipient(contract, office.supervisor), office.supervisor)


def url(name, *args) -> str:
    return reverse(f"procurement:{name}", args=args)


def page(client, user, name, *args, status=200):
    client.force_login(user)
    answer = client.get(url(name, *args))
    assert answer.status_code == status, (name, answer.status_code)
    return answer.content.decode()


def test_every_page_of_supervision_opens_for_its_people_and_is_not_found_by_strangers(client, chongqing, office, contract, signer, order):
    supervising.set_limits(chongqing.city)
    visit = supervising.record(order, signer, worker=None, worker_name="代班的人", reason="临时代班")
    visits.correct_visit(visit.pk, supervising.visit_data(order, signer), version=visit.version, by=signer, reason="选错人员")
    worker = contract.workers.first()
    row = supervising.answer_rectification(supervising.make_rectification(contract, office), signer)
    complaint, _ = supervising.make_complaint(contract, complainant="李某某")
    complaint = complaints.accept_complaint(complaint.pk, version=complaint.version, by=office.supervisor)
    complaints.forward_complaint(complaint.pk, version=complaint.version, by=office.supervisor, brief="有人反映未上门")
    supervising.make_worker(contract, signer, 77, employer="另一家公司", reason="外聘专家")
    suspicions.look(contract)
    sign = contract.suspicions.first()
    shared = [
        *((name, contract.pk) for name in ("contract_orders", "contract_visits", "contract_workers", "contract_supervision")),
        ("contract_complaints", contract.pk), ("recipient_detail", order.recipient_id), ("order_detail", order.pk),
        ("visit_detail", visit.pk), ("worker_detail", worker.pk), ("rectification_detail", row.pk),
        ("complaint_detail", complaint.pk), ("suspicion_detail", sign.pk), ("rectification_list",),
        ("complaint_list",), ("suspicion_list",),
    ]  # fmt: skip
    stranger = factories.signer_of(chongqing.contractors[1])
    for name, *args in shared:
        for user in (office.supervisor, office.chief, signer):
            text = page(client, user, name, *args)
            assert order.recipient.name not in text and order.recipient.id_number not in text and "李某某" not in text
        page(client, stranger, name, *args, status=404 if args else 200)
    own = [
        ("recipient_create", contract.pk), ("recipient_import", contract.pk), ("recipient_edit", order.recipient_id),
        ("recipient_leave", order.recipient_id), ("recipient_pin", order.recipient_id), ("recipient_reveal", order.recipient_id),
        ("order_create", order.recipient_id), ("order_suspend", order.pk), ("order_end", order.pk),
        ("inspection_create", contract.pk), ("inspection_detail", row.inspection_id), ("inspection_hold", row.inspection_id),
        ("finding_create", row.inspection_id), ("rectification_issue", row.inspection_id), ("complaint_create", contract.pk),
        ("complaint_answer", complaint.pk), ("suspicion_judge", sign.pk), ("rectification_extend", row.pk),
    ]  # fmt: skip
    for name, *args in own:
        page(client, office.supervisor, name, *args)
    pending = order.visits.pending().first()
    theirs = [("visit_today",), ("visit_record", pending.pk), ("visit_correct", visit.pk), ("visit_extra", order.pk)]
    theirs += [("worker_create", contract.pk), ("worker_end", worker.pk), ("worker_reveal", worker.pk), ("rectification_plan", row.pk)]
    for name, *args in [*theirs, ("complaint_explain", complaint.pk), ("suspicion_explain", sign.pk)]:
        page(client, signer, name, *args)
    page(client, office.chief, "rectification_verify", row.pk)
    page(client, signer, "inspection_detail", row.inspection_id, status=403)


def test_a_visit_sent_twice_from_a_phone_is_written_once(client, order, signer):
    worker = supervising.make_worker(order.contract, signer)
    visit = order.visits.pending().order_by("planned_on").first()
    client.force_login(signer)
    sent = {
        "outcome": "done", "done_at": timezone.localtime(clock.now() - timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M"),
        "worker": worker.pk, "sign": "name", "signed_by": "本人", "version": visit.version, "idempotency_key": "door-1",
    }  # fmt: skip
    for _ in range(2):
        assert client.post(url("visit_record", visit.pk), sent).status_code == 302
    visit.refresh_from_db()
    assert visit.outcome == ServiceVisit.Outcome.DONE and visit.corrections == 0 and visit.minutes is None
    again = client.post(url("visit_record", visit.pk), sent | {"idempotency_key": "door-2"})
    assert again.status_code == 409


def test_the_contractor_sees_no_id_number_even_after_giving_a_reason(client, order, signer, office):
    for user, sees in ((signer, False), (office.supervisor, True)):
        client.force_login(user)
        answer = client.post(url("recipient_reveal", order.recipient_id), {"note": "电话约定上门时间"})
        text = answer.content.decode()
        assert answer.status_code == 200 and order.recipient.name in text and (order.recipient.id_number in text) is sees


def sheet(rows) -> SimpleUploadedFile:
    return SimpleUploadedFile("对象.xlsx", xlsx(exchange_service.TITLES, rows))


def test_an_import_names_the_cell_and_takes_nothing_or_all(client, contract, office):
    township = supervising.recipient_data(contract).township.name
    good = ["王一", supervising.id_number(1), "", "特困", township, "一组", "", "", "", ""]
    bad = ["王二", "500157195001010010", "", "特困", "没有的镇", "", "", "", "", ""]
    client.force_login(office.supervisor)
    text = client.post(url("recipient_import", contract.pk), {"file": sheet([good, bad, good])}).content.decode()
    assert "E3：" in text and "B4：" in text and 'name="token" value' not in text.replace('value=""', "")
    assert not ServiceRecipient.objects.exists()
    answer = client.post(url("recipient_import", contract.pk), {"file": sheet([good])})
    token = answer.context["sealed"]
    assert "王一" not in token and not ServiceRecipient.objects.exists()
    for _ in range(2):
        client.post(url("recipient_import", contract.pk), {"token": token, "idempotency_key": "import-1"})
    assert ServiceRecipient.objects.get().name == "王一"


def test_lists_ask_the_same_number_of_queries_for_one_row_and_for_many(client, contract, office, signer, order):
    worker = supervising.make_worker(contract, signer)
    supervising.record(order, signer, worker=worker)
    client.force_login(office.supervisor)

    def asked(name, *args):
        client.get(url(name, *args))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url(name, *args)).status_code == 200
        return len(queries)

    pages = ("contract_visits", "contract_orders", "contract_workers", "contract_complaints", "contract_supervision")
    before = [asked(name, contract.pk) for name in pages]
    for index in range(2, 20):
        another = supervising.make_order(supervising.make_recipient(contract, office.supervisor, index), office.supervisor)
        supervising.record(another, signer, worker=worker)
        supervising.make_worker(contract, signer, 500 + index)
        supervising.make_complaint(contract)
    inspections.plan_inspection(contract.pk, kind="random", planned_on=clock.today(), scope="抽查", size=9, by=office.supervisor)
    after = [asked(name, contract.pk) for name in pages]
    assert all(later <= earlier + 1 for earlier, later in zip(before, after, strict=True)), (before, after)
    assert max(after) <= 40


def test_anybody_may_complain_and_ask_with_the_code_and_guessing_is_slow(client, contract, settings):
    answer = client.post(reverse("public_complaint"), {"contract": contract.pk, "about": "absence", "text": "已经两周没有人上门服务了"})
    complaint = ServiceComplaint.objects.get()
    assert answer.status_code == 200 and complaint.entered_by is None and complaint.channel == "public"
    code = answer.context["code"]
    asked = client.post(reverse("public_complaint_progress"), {"code": code.lower()})
    assert "待受理" in asked.content.decode() and "两周" not in asked.content.decode()
    assert client.post(reverse("public_complaint_progress"), {"code": "AAAA-AAAA-AAAA"}).status_code == 422
    codes = [client.post(reverse("public_complaint"), {"contract": contract.pk}).status_code for _ in range(6)]
    assert codes[-1] == 429 and ServiceComplaint.objects.count() == 1


def test_whoever_complains_chooses_a_district_before_the_service(client, chongqing, contract, monkeypatch):
    monkeypatch.setattr(factories, "set_thresholds", lambda city: None)  # the city has set them
    url, home = reverse("public_complaint"), contract.project.organisation
    assert contract.project.name in client.get(url).content.decode(), "one district: nothing to choose"
    other = factories.make_running(factories.make_office(chongqing, district=1), chongqing.contractors[1])
    asked = client.get(url).content.decode()
    assert f"?district={home.code}" in asked and "<form" not in asked.partition("<main")[2].partition("</main")[0]
    chosen = client.get(url, {"district": home.code}).content.decode()
    assert contract.project.name in chosen and f'value="{other.pk}"' not in chosen


def test_j9_work_lies_with_whoever_must_act(client, chongqing, office, contract, signer):
    supervising.set_limits(chongqing.city)
    row = supervising.make_rectification(contract, office)
    assert str(row) in home(client, signer)
    supervising.answer_rectification(row, signer)
    assert "复查整改" in home(client, office.chief)
    other = make_user(role="SUPERVISOR", organisation=office.bureau)
    assert "复查整改" in home(client, other) and "复查整改" not in home(client, office.supervisor)
    Rectification.objects.filter(pk=row.pk).update(status="reopened", first_due_on="2026-01-05", due_on="2026-01-05")
    assert "督办整改" in home(client, office.chief)


def home(client, user) -> str:
    client.force_login(user)
    return client.get("/").content.decode()
