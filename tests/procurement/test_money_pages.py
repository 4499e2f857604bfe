"""The pages of contract money, by the people who use them: from the paper of acceptance to the treasury's voucher."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from procurement.models import Acceptance, Amendment, Contract, Payment, Subcontract
from records import clock
from tests.factories import make_user
from tests.kept import fixture_of
from tests.procurement import factories, money, scenes
from tests.procurement.test_amendments import PART
from tests.procurement.test_pages import key, text_of

pytestmark = pytest.mark.django_db


scene_once = scenes.with_contract_and_advance
office, contract = fixture_of("office"), fixture_of("contract")


@pytest.fixture
def after():
    with money.on(money.AFTER):
        yield


def address(name, row) -> str:
    return reverse(f"procurement:{name}", args=[row.pk])


def send(client, name, row, data=None, *, page=""):
    """Post as the page would: with its key and version."""
    url = address(name, row)
    answer = client.post(url, {**(data or {}), **key(client, page or url)})
    assert answer.status_code == 302, text_of(answer)
    return answer


def test_a_period_goes_through_the_pages_from_paper_to_voucher(office, contract, browse, after):
    supervisor, member = browse(office.supervisor), make_user(role=Role.EVALUATION_OFFICER, organisation=office.bureau)
    board = address("contract_money", contract)
    send(supervisor, "acceptance_open", contract.instalments.get(number=1), page=board)
    row = Acceptance.objects.get()
    detail = address("acceptance_detail", row)
    assert "邀请服务对象参加" in text_of(supervisor.get(detail))
    send(supervisor, "acceptance_member", row, {"seat": "member", "user": member.pk})
    send(supervisor, "acceptance_member", row, {"seat": "recipient", "name": "示例对象", "office": "服务对象"})
    opinion = {"satisfaction": "good", "channel": "visit", "text": "按时来。", "given_on": str(clock.today()), "name": "示例对象"}
    send(supervisor, "acceptance_opinion", row, opinion)
    paper = {"amount": str(row.amount), "conclusion": "同意验收。"}
    paper |= {f"verdict-{item.pk}": "met" for item in row.items.all()} | {f"finding-{item.pk}": "抽查达到" for item in row.items.all()}
    send(supervisor, "acceptance_paper", row, paper)
    send(supervisor, "acceptance_send", row, page=detail)
    for seat in row.members.all():
        send(browse(seat.user) if seat.user_id else supervisor, "acceptance_sign", seat, {"agrees": "yes"})
    send(supervisor, "acceptance_conclude", row, {"passed": "yes"})
    send(supervisor, "acceptance_announce", row, page=detail)
    send(browse(office.officer), "payment_request", row, page=detail)
    payment = Payment.objects.get()
    send(browse(office.finance), "payment_confirm", payment, {"voucher": "GK-1", "paid_on": str(clock.today())})
    assert Payment.objects.get().status == "paid"
    assert Contract.objects.get().paid_amount == Acceptance.objects.get().payable
    assert "已支付" in text_of(supervisor.get(board))


def test_the_contractor_reads_what_recipients_said_and_never_who_they_are(office, contract, browse):
    row = money.make_accepted(office, contract)
    signer, inside = browse(factories.signer_of(contract.contractor.organisation)), browse(office.supervisor)
    theirs, ours = text_of(signer.get(address("acceptance_detail", row))), text_of(inside.get(address("acceptance_detail", row)))
    assert "护理员准时，服务好。" in theirs and "姓名不公开" in theirs
    assert "示" not in theirs.partition("验收组")[2].partition("服务对象意见")[0].replace("示例", "")
    assert "示**" in ours and "示**" not in theirs
    assert "示例对象" not in ours


def test_the_account_number_is_masked_on_every_page_and_in_the_api(office, contract, browse):
    payment = money.make_paid(office, money.make_accepted(office, contract))
    client = browse(office.finance)
    for url in (address("contract_money", contract), address("payment_detail", payment), f"/api/v1/payments/{payment.pk}/"):
        text = text_of(client.get(url))
        assert "6222000000000001234" not in text and "1234" in text


def test_the_person_who_asked_reads_why_the_button_is_not_theirs(office, contract, browse, after):
    row = money.make_accepted(office, contract)
    both = make_user(role=Role.PURCHASE_OFFICER, organisation=office.bureau)
    make_user(role=Role.FINANCE_OFFICER, organisation=office.bureau)
    payment = money.payments.request_payment(row.pk, by=office.finance)
    text = text_of(browse(office.finance).get(address("payment_detail", payment)))
    assert "支付确认须由另一人办理" in text and "确认支付</a>" not in text
    assert browse(both).get(address("payment_confirm", payment)).status_code == 403


def test_the_contractor_enters_its_own_account_only_in_digits(contract, browse):
    client = browse(factories.signer_of(contract.contractor.organisation))
    url = address("payee_edit", contract)
    refused = client.post(url, {"bank": "甲银行", "account": "张三的账户"} | key(client, url))
    assert "8 至 30 位数字" in text_of(refused)
    send(client, "payee_edit", contract, {"bank": "甲银行", "account": "6222 0000 1111 2222"})
    contract.payment_terms.refresh_from_db()
    assert contract.payment_terms.payee_account == "6222000011112222"


def test_a_change_goes_through_the_pages_until_it_is_in_force(office, contract, browse):
    with money.on(money.STARTED):
        officer, signer = browse(office.officer), browse(factories.signer_of(contract.contractor.organisation))
        changes = address("contract_changes", contract)
        data = {"ground": "same_service", "increase": "30,000.00", "content": "增加 80 人次", "reason": "新增对象", "same_terms": "on"}
        refused = officer.post(
            address("amendment_create", contract), {**data, "increase": "45000.01"} | key(officer, address("amendment_create", contract))
        )
        assert refused.status_code == 422 and "超出 0.01 元" in text_of(refused) and "增加 80 人次" in text_of(refused)
        send(officer, "amendment_create", contract, data)
        row = Amendment.objects.get()
        send(officer, "amendment_submit", row, page=address("amendment_detail", row))
        send(browse(office.chief), "amendment_approve", row, page=address("amendment_detail", row))
        send(signer, "amendment_sign", row, page=address("amendment_detail", row))
        assert "480,000.00 元" in text_of(officer.get(changes))


def test_a_part_given_away_is_decided_on_the_chiefs_page(office, contract, browse):
    signer, chief = browse(factories.signer_of(contract.contractor.organisation)), browse(office.chief)
    send(signer, "subcontract_propose", contract, {**PART, "amount": "60000", "named_in_bid": "on"})
    row = Subcontract.objects.get()
    assert "13.3%" in text_of(chief.get(address("subcontract_decide", row)))
    send(chief, "subcontract_decide", row, {"consent": "yes", "note": "核查无转包"})
    assert Subcontract.objects.get().status == "consented"


def test_work_lists_name_what_waits_for_whom(office, contract, browse, after):
    text = text_of(browse(office.supervisor).get("/"))
    assert "该期服务已结束，可以验收" in text
    row = money.make_accepted(office, contract)
    assert "申请支付" in text_of(browse(office.officer).get("/"))
    money.payments.request_payment(row.pk, by=office.officer)
    assert "支付确认" in text_of(browse(office.finance).get("/"))


def test_the_payment_list_filters_and_exports_what_is_filtered(office, contract, browse):
    money.make_paid(office, money.make_accepted(office, contract))
    client = browse(office.finance)
    assert "GK-2026-001" in client.get(reverse("procurement:payment_list"), {"export": "csv"}).content.decode()
    assert "GK-2026-001" not in client.get(reverse("procurement:payment_list"), {"export": "csv", "status": "requested"}).content.decode()


def test_the_money_page_asks_as_much_for_four_periods_as_for_one(office, contract, browse, count_queries):
    client, url = browse(office.finance), address("contract_money", contract)
    money.make_paid(office, money.make_accepted(office, contract))
    count_queries(client, url)  # the first page of a process also reads what is cached later
    few = count_queries(client, url)
    for number in (2, 3, 4):
        money.make_paid(office, money.make_accepted(office, contract, number=number), voucher=f"GK-{number}")
    assert count_queries(client, url) == few <= 40


def test_the_api_lists_payments_and_acceptances_in_scope_only(office, contract, browse, chongqing):
    money.make_paid(office, money.make_accepted(office, contract))
    other = make_user(role=Role.FINANCE_OFFICER, organisation=chongqing.districts[1].bureau)
    for noun in ("acceptances", "payments", "amendments", "subcontracts"):
        assert browse(other).get(f"/api/v1/{noun}/").json()["results"] == []
    row = browse(office.finance).get("/api/v1/acceptances/").json()["results"][0]
    assert row["opinions"] == [{"satisfaction": "good", "text": "护理员准时，服务好。"}]
