"""V-08 … V-10: from the alarm to the confirmation, nobody left without a provider; the drill, the hand-back, 1,200 at once, two at once."""

import time
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from contractors.models import Debarment
from procurement.models import PostedWorker, ServiceOrder, ServiceRecipient, ServiceVisit, Takeover, TakeoverLine, TakeoverPaper
from procurement.reports import takeover as reports
from procurement.rules import takeover as rules
from procurement.services import takeover as services
from procurement.services import takeover_lists
from records import clock, jobs, pdf
from records.models import Job, Message
from records.refusals import Refused
from tests.factories import make_user
from tests.procurement import factories, supervising
from tests.procurement.taking_over import confirm, make_substitute, people, propose, townships_of
from tests.procurement.test_award_race import race

pytestmark = pytest.mark.django_db
Status = Takeover.Status


@pytest.fixture
def office(chongqing):
    return factories.make_office(chongqing)


@pytest.fixture
def contract(office, chongqing):
    return factories.make_running(office, chongqing.contractors[0])


@pytest.fixture
def substitute(office, chongqing):
    return make_substitute(office, chongqing.contractors[1])


def refused(rule: str, text: str, act, *args, **more):
    with pytest.raises(Refused) as refusal:
        act(*args, **more)
    found = [breach for breach in refusal.value.breaches if breach.rule == rule]
    assert found and text in found[0].message and str(found[0].clause), refusal.value.breaches


# --- the basis ------------------------------------------------------------------------------------------------------------

REASON = "突发停止服务，非本单位原因造成"


@pytest.mark.parametrize(
    ("basis", "more", "text"),
    [
        ("", {}, "请选择"),
        ("next_candidate", {}, "已经签订"),
        ("emergency", {}, "不属于紧急采购"),
        ("negotiation", {"note": "急"}, "须写明紧急情形"),
        ("single_source", {"note": ""}, "须写明紧急情形"),
        ("own", {"own_only": False}, "只能是本区县"),
        ("add_on", {"add_on": None}, "请选择追加"),
        ("add_on", {"add_on": rules.AddOn("HT", "甲", Decimal("100000"), Decimal("5000"), Decimal("5000.01"))}, "10%"),
    ],
)
def test_v09_a_basis_that_the_law_does_not_give_is_refused(basis, more, text):
    found = list(rules.basis_breaches(basis, **({"note": REASON * 2, "number": "HT-1"} | more)))
    assert any(text in breach.message and breach.binding and breach.rule == "V-09" for breach in found)


@pytest.mark.parametrize(
    ("basis", "more"),
    [
        ("own", {}),
        ("negotiation", {}),
        ("single_source", {}),
        ("add_on", {"add_on": rules.AddOn("HT", "甲", Decimal("100000"), Decimal("5000"), Decimal("5000"))}),
    ],
)
def test_v09_each_lawful_basis_stands_with_what_the_law_asks(basis, more):
    assert list(rules.basis_breaches(basis, **({"note": REASON * 2, "number": "HT-1"} | more))) == []


def test_v09_the_present_an_unverified_and_a_barred_contractor_cannot_take_over(contract, office, substitute):
    people(contract, office.officer, 2)
    refused("V-09", "正是现在的服务单位", propose, contract, office, contract.contractor)
    type(substitute).objects.filter(pk=substitute.pk).update(status="pending")
    substitute.refresh_from_db()
    refused("V-09", "尚未核实", propose, contract, office, substitute)
    type(substitute).objects.filter(pk=substitute.pk).update(status="verified")
    today = clock.today()
    Debarment.objects.create(
        contractor=substitute, decision_no="财决1号", issued_by=office.bureau, starts_on=today, ends_on=today + timedelta(days=400),
        imported_by=office.finance,
    )  # fmt: skip
    substitute.refresh_from_db()
    refused("V-09", "禁止参加政府采购", propose, contract, office, substitute)
    assert not Takeover.objects.exists()


def test_v09_an_office_of_another_district_cannot_serve_here(contract, office, chongqing):
    people(contract, office.officer, 2)
    refused("V-09", "不是本区县", propose, contract, office, chongqing.districts[1].bureau, basis="own")


# --- preview and confirmation ---------------------------------------------------------------------------------------------


def test_v10_an_order_without_a_taker_and_without_a_reason_stops_the_takeover(contract, office, substitute):
    people(contract, office.officer, 4)
    routes = [services.Route(substitute, townships_of(contract)[0])]
    refused("V-10", "没有接管方", propose, contract, office, substitute, routes=routes)


def test_nothing_moves_before_the_second_person_and_never_by_the_first(contract, office, substitute):
    people(contract, office.officer, 3)
    takeover = propose(contract, office, substitute)
    assert not ServiceOrder.objects.filter(provider=substitute).exists()
    refused("P-65", "另一人", confirm, takeover, office.officer)
    assert Message.objects.filter(recipient=office.chief, title__contains="请确认").exists()


def test_every_order_moves_or_is_set_aside_with_its_reason_and_the_sum_is_the_total(contract, office, substitute):
    orders = people(contract, office.officer, 10)
    takeover = confirm(propose(contract, office, substitute, exceptions={orders[0].pk: "住院", orders[1].pk: "家属谢绝"}), office.chief)
    assert (takeover.total, takeover.moved, takeover.excepted, takeover.recipients) == (10, 8, 2, 10)
    assert takeover.status == Status.ACTIVE
    assert ServiceOrder.objects.active().filter(provider=substitute).count() == 8
    aside = ServiceOrder.objects.filter(status="suspended")
    assert set(aside.values_list("pk", "provider")) == {(orders[0].pk, None), (orders[1].pk, None)}
    assert set(TakeoverLine.objects.exclude(reason="").values_list("reason", flat=True)) == {"住院", "家属谢绝"}


def test_planned_visits_keep_their_dates_and_only_those_set_aside_are_called_off(contract, office, substitute):
    orders = people(contract, office.officer, 4)
    before = dict(ServiceVisit.objects.values_list("pk", "planned_on"))
    confirm(propose(contract, office, substitute, exceptions={orders[0].pk: "住院"}), office.chief)
    assert dict(ServiceVisit.objects.values_list("pk", "planned_on")) == before
    assert set(ServiceVisit.objects.filter(outcome="called_off").values_list("order", flat=True)) == {orders[0].pk}


def test_several_substitutes_by_township(contract, office, substitute):
    people(contract, office.officer, 6)
    first, second = townships_of(contract)
    takeover = propose(contract, office, substitute, routes=[services.Route(substitute), services.Route(second, second)])
    confirm(takeover, office.chief)
    assert ServiceOrder.objects.filter(recipient__township=first, provider=substitute, caretaker=None).count() == 3
    assert ServiceOrder.objects.filter(recipient__township=second, provider=None, caretaker=second).count() == 3


def test_v10_orders_that_came_between_preview_and_confirmation_stop_it(contract, office, substitute):
    people(contract, office.officer, 3)
    takeover = propose(contract, office, substitute)
    supervising.make_order(supervising.make_recipient(contract, office.officer, 7), office.officer)
    refused("V-10", "预览时有 3 张服务单，现在是 4 张", confirm, takeover, office.chief, 3)
    assert ServiceOrder.objects.filter(provider=substitute).count() == 0
    assert confirm(takeover, office.chief).total == 4


def test_v10_the_database_keeps_an_active_order_from_losing_its_provider(contract, office):
    order = people(contract, office.officer, 1)[0]
    with pytest.raises(IntegrityError, match="active_order_has_provider"), transaction.atomic():
        ServiceOrder.objects.filter(pk=order.pk).update(provider=None)
    with pytest.raises(IntegrityError, match="order_has_one_provider"), transaction.atomic():
        ServiceOrder.objects.filter(pk=order.pk).update(caretaker=office.bureau)


def test_the_database_keeps_the_counts_and_the_second_person(contract, office, substitute):
    people(contract, office.officer, 2)
    takeover = propose(contract, office, substitute)
    for wrong in ({"total": 3}, {"decided_by": office.officer}, {"status": "active"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Takeover.objects.filter(pk=takeover.pk).update(**wrong)


@pytest.mark.parametrize("start", Status.values)
@pytest.mark.parametrize("to", Status.values)
def test_the_whole_table_of_transitions(start, to):
    allowed = {("proposed", "active"), ("proposed", "done"), ("proposed", "cancelled"), ("active", "done")}
    assert (to in Takeover.TRANSITIONS[Status(start)]) == ((start, to) in allowed)


# --- who sees what afterwards ---------------------------------------------------------------------------------------------


def test_the_old_contractor_loses_the_people_at_once_and_keeps_its_own_records(contract, office, substitute):
    orders = people(contract, office.officer, 3)
    old, new = factories.signer_of(contract.contractor.organisation), factories.signer_of(substitute.organisation)
    facts = {"contract": contract, "township": orders[0].recipient.township, "planned_on": clock.today(), "off_roster": True}
    facts |= {"outcome": "done", "done_at": clock.now(), "provider": contract.contractor, "recorded_by": old}
    done = ServiceVisit.objects.create(order=orders[0], **facts)
    seen = (ServiceRecipient, ServiceOrder, ServiceVisit)
    assert [model.objects.visible_to(old).count() for model in seen] == [3, 3, 4]
    assert [model.objects.visible_to(new).count() for model in seen] == [0, 0, 0]
    confirm(propose(contract, office, substitute), office.chief)
    assert [model.objects.visible_to(old).count() for model in seen] == [0, 0, 1]
    assert ServiceVisit.objects.visible_to(old).get() == done
    assert [model.objects.visible_to(new).count() for model in seen] == [3, 3, 3]


def test_papers_go_to_contractor_substitute_finance_and_recipients(contract, office, substitute, browse):
    people(contract, office.officer, 2)
    takeover = confirm(propose(contract, office, substitute), office.chief)
    assert sorted(takeover.papers.values_list("kind", flat=True)) == ["contractor", "finance", "recipients", "substitute"]
    jobs.run_pending()
    old, new = factories.signer_of(contract.contractor.organisation), factories.signer_of(substitute.organisation)
    paper = {kind: TakeoverPaper.objects.get(takeover=takeover, kind=kind) for kind in ("contractor", "substitute")}
    urls = {kind: reverse("procurement:takeover_paper", args=[row.pk]) for kind, row in paper.items()}
    assert browse(old).get(urls["contractor"]).content.startswith(b"%PDF")
    assert browse(old).get(urls["substitute"]).status_code == 404
    assert browse(new).get(urls["substitute"]).status_code == 200
    for row in takeover.papers.select_related("notice"):
        assert "示例1" not in str(row.notice.context)  # no recipient's name on a stored notice


def test_a_new_order_during_a_takeover_belongs_to_whoever_took_over(contract, office, substitute):
    people(contract, office.officer, 2)
    confirm(propose(contract, office, substitute), office.chief)
    order = supervising.make_order(supervising.make_recipient(contract, office.officer, 9), office.officer)
    assert order.provider == substitute


def test_an_exception_is_settled_later_and_its_visits_stand_again(contract, office, substitute):
    orders = people(contract, office.officer, 2)
    takeover = confirm(propose(contract, office, substitute, exceptions={orders[0].pk: "住院"}), office.chief)
    line = takeover.lines.get(order=orders[0])
    services.resolve_exception(line.pk, route=services.Route(substitute), by=office.supervisor)
    order = ServiceOrder.objects.get(pk=orders[0].pk)
    assert (order.status, order.provider) == ("active", substitute)
    assert order.visits.get().outcome == "pending"
    refused("V-10", "不在例外清单", services.resolve_exception, line.pk, route=services.Route(substitute), by=office.supervisor)


# --- drill and hand-back --------------------------------------------------------------------------------------------------


def everything(contract) -> list:
    orders = list(ServiceOrder.objects.filter(contract=contract).order_by("pk").values())
    return [orders, list(ServiceVisit.objects.filter(contract=contract).order_by("pk").values())]


def test_v08_a_drill_goes_through_every_step_and_changes_nothing(contract, office, substitute):
    orders = people(contract, office.officer, 5)
    before = everything(contract)
    takeover = confirm(propose(contract, office, substitute, drill=True, basis="", exceptions={orders[0].pk: "住院"}), office.chief)
    assert takeover.status == Status.DONE and (takeover.moved, takeover.excepted) == (4, 1)
    assert everything(contract) == before and not takeover.papers.exists()
    assert reports.last_drill(contract) == clock.today()


@pytest.mark.parametrize(
    ("started", "last", "due"),
    [(date(2026, 1, 1), None, False), (date(2025, 11, 23), None, True), (date(2020, 1, 1), date(2025, 11, 24), False)],
)
def test_v08_a_drill_is_due_every_year(started, last, due):
    assert rules.drill_is_due(started_on=started, last_drill_on=last, on=date(2026, 11, 23)) is due


def test_a_takeover_is_handed_back_to_the_old_contractor_in_the_same_manner(contract, office, substitute):
    orders = people(contract, office.officer, 4)
    facts = {"contractor": contract.contractor, "employer": "示例", "starts_on": contract.starts_on, "id_index": "x"}
    worker = PostedWorker.objects.create(contract=contract, created_by=office.officer, **facts)
    ServiceOrder.objects.filter(pk=orders[0].pk).update(worker=worker)
    make_substitute(office, contract.contractor.organisation)
    takeover = confirm(propose(contract, office, substitute), office.chief)
    contract.contractor.refresh_from_db()
    back = propose(contract, office, contract.contractor, kind="handback", returned=takeover, basis="")
    back = confirm(back, office.chief)
    takeover.refresh_from_db()
    assert set(ServiceOrder.objects.exclude(worker=None).values_list("pk", "worker")) == {(orders[0].pk, worker.pk)}
    assert back.status == takeover.status == Status.DONE and takeover.ended_at
    assert ServiceOrder.objects.active().filter(provider=contract.contractor).count() == 4
    assert ServiceVisit.objects.visible_to(factories.signer_of(substitute.organisation)).count() == 0


def test_without_a_takeover_there_is_nothing_to_hand_back(contract, office, substitute):
    people(contract, office.officer, 1)
    make_substitute(office, contract.contractor.organisation)
    refused("V-09", "没有正在进行的接管", propose, contract, office, contract.contractor, kind="handback", basis="")


# --- the clock ------------------------------------------------------------------------------------------------------------


def test_v08_the_hours_of_the_plan_run_from_the_alarm(contract, office, substitute, monkeypatch):
    people(contract, office.officer, 1)
    takeover = propose(contract, office, substitute)
    assert takeover.due_at - takeover.raised_at == timedelta(hours=4)
    assert "还剩 3 小时 59 分" in reports.clock_of(takeover)["text"] or "还剩 4 小时 0 分" in reports.clock_of(takeover)["text"]
    later = takeover.due_at + timedelta(minutes=90)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert reports.clock_of(takeover) == {"text": reports.clock_of(takeover)["text"], "tone": "overdue"}
    assert "已超时 1 小时 30 分" in reports.clock_of(takeover)["text"]


# --- 1,200 recipients, and two at once ------------------------------------------------------------------------------------


def queries_of(django_assert_max_num_queries, takeover, chief) -> int:
    with django_assert_max_num_queries(200) as seen:
        confirm(takeover, chief)
    return len(seen)


def test_v10_twelve_hundred_recipients_move_in_one_transaction_with_constant_queries(
    contract, office, substitute, chongqing, django_assert_max_num_queries
):
    other = factories.make_running(office, chongqing.contractors[0], name="另一个合同")
    few = people(other, office.officer, 12)
    small = queries_of(django_assert_max_num_queries, propose(other, office, substitute, exceptions={few[0].pk: "住院"}), office.chief)
    many = people(contract, office.officer, 1200)
    takeover = propose(contract, office, substitute, exceptions={order.pk: "住院" for order in many[:7]})
    began = time.monotonic()
    large = queries_of(django_assert_max_num_queries, takeover, office.chief)
    assert time.monotonic() - began < 30
    takeover.refresh_from_db()
    assert (takeover.moved, takeover.excepted, takeover.total) == (1193, 7, 1200)
    assert large <= small + 2  # bulk inserts go in batches
    assert not ServiceOrder.objects.active().filter(contract=contract, provider=None, caretaker=None).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="threads need row locks")
@pytest.mark.parametrize("hands", [2, 6])
def test_of_several_confirmations_at_once_exactly_one_succeeds(chongqing, hands):
    office = factories.make_office(chongqing)
    contract = factories.make_running(office, chongqing.contractors[0])
    substitute = make_substitute(office, chongqing.contractors[1])
    people(contract, office.officer, 30)
    takeover = propose(contract, office, substitute)
    chiefs = [make_user(role=Role.BUREAU_CHIEF, organisation=office.bureau) for _ in range(hands)]
    outcomes = race(hands, lambda number: services.confirm(takeover.pk, version=takeover.version, total=30, by=chiefs[number]))
    assert outcomes == {"done": 1, "StaleVersion": hands - 1}
    assert TakeoverLine.objects.filter(takeover=takeover).count() == 30
    assert AuditEvent.objects.filter(action="procurement.takeover.active").count() == 1
    assert TakeoverPaper.objects.filter(takeover=takeover).count() == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="threads need row locks")
def test_of_two_proposals_at_once_one_stands_and_the_other_reads_why(chongqing):
    office = factories.make_office(chongqing)
    contract = factories.make_running(office, chongqing.contractors[0])
    substitute = make_substitute(office, chongqing.contractors[1])
    people(contract, office.officer, 5)
    outcomes = race(2, lambda number: propose(contract, office, substitute))
    assert outcomes == {"done": 1, "Refused": 1}
    refused("V-09", "已有待确认或正在进行的接管", propose, contract, office, substitute)


# --- pages ----------------------------------------------------------------------------------------------------------------


def key_of(body: str) -> dict:
    hidden = {"idempotency_key": body.split('name="idempotency_key" value="')[1].split('"')[0]}
    for name in ("version", "total"):
        if f'name="{name}"' in body:
            hidden[name] = body.split(f'name="{name}" value="')[1].split('"')[0]
    return hidden


def test_j13_from_the_alarm_to_the_confirmation_by_the_pages(contract, office, substitute, browse):
    people(contract, office.officer, 3)
    officer, chief = browse(office.officer), browse(office.chief)
    tab = officer.get(reverse("procurement:contract_exit", args=[contract.pk])).content.decode()
    new = reverse("procurement:takeover_new", args=[contract.pk])
    assert new in tab
    data = key_of(officer.get(new).content.decode())
    data |= {
        "reason": "无人上门",
        "basis": "negotiation",
        "basis_note": REASON * 2,
        "taker": f"c{substitute.pk}",
        "exceptions": "R00001 住院",
    }
    answer = officer.post(new, data)
    assert answer.status_code == 302, answer.content.decode()
    page = chief.get(answer.url).content.decode()
    assert "确认并生效" in page and "转接 <strong>2</strong>" in page and "还剩" in page
    takeover = Takeover.objects.get()
    assert chief.post(reverse("procurement:takeover_confirm", args=[takeover.pk]), key_of(page)).status_code == 302
    takeover.refresh_from_db()
    assert takeover.status == Status.ACTIVE and takeover.excepted == 1
    assert "例外：住院" in chief.get(answer.url).content.decode()
    listed = officer.get(answer.url, {"export": "csv"}).content.decode()
    assert "R00002" in listed and "示例2" not in listed


def test_the_form_refuses_an_unlawful_basis_with_its_clause_and_keeps_what_was_typed(contract, office, substitute, browse):
    people(contract, office.officer, 2)
    client, new = browse(office.officer), reverse("procurement:takeover_new", args=[contract.pk])
    data = key_of(client.get(new).content.decode())
    data |= {"reason": "联系不上承接主体负责人", "basis": "emergency", "taker": f"c{substitute.pk}"}
    answer = client.post(new, data)
    assert answer.status_code == 422
    assert "不属于紧急采购" in answer.content.decode() and "联系不上承接主体负责人" in answer.content.decode()
    assert not Takeover.objects.exists()


def test_an_unknown_code_among_the_exceptions_is_named(contract, office, substitute, browse):
    people(contract, office.officer, 1)
    client, new = browse(office.officer), reverse("procurement:takeover_new", args=[contract.pk])
    data = key_of(client.get(new).content.decode())
    answer = client.post(new, data | {"reason": "x", "basis": "own", "taker": f"o{office.bureau.pk}", "exceptions": "R09999 住院"})
    assert "R09999" in answer.content.decode() and not Takeover.objects.exists()


def test_the_list_costs_the_same_for_one_and_thirty(contract, office, browse, django_assert_max_num_queries):
    client, url = browse(office.officer), reverse("procurement:takeover_list")
    facts = {"contract": contract, "reason": "演练", "drill": True, "due_at": clock.now(), "proposed_by": office.officer}
    Takeover.objects.create(**facts)
    client.get(url)  # what a process reads once is not the list's
    with django_assert_max_num_queries(40) as one:
        client.get(url)
    Takeover.objects.bulk_create(Takeover(**facts) for _ in range(29))
    with django_assert_max_num_queries(40) as thirty:
        client.get(url)
    assert len(thirty) == len(one)


def test_a_stranger_finds_no_takeover_and_the_contractor_no_exit_tab(contract, office, substitute, chongqing, browse):
    people(contract, office.officer, 1)
    takeover = propose(contract, office, substitute)
    stranger = make_user(role=Role.BUREAU_CHIEF, organisation=chongqing.districts[1].bureau)
    assert browse(stranger).get(reverse("procurement:takeover_detail", args=[takeover.pk])).status_code == 404
    firm = factories.signer_of(contract.contractor.organisation)
    assert browse(firm).get(reverse("procurement:contract_exit", args=[contract.pk])).status_code == 403


def test_the_delivery_list_is_printed_with_masked_names(contract, office, substitute, monkeypatch):
    people(contract, office.officer, 3)
    takeover = confirm(propose(contract, office, substitute), office.chief)
    drawn = {}
    monkeypatch.setattr(pdf, "render", lambda template, context, **more: drawn.update(context) or b"%PDF")
    job = jobs.run(takeover_lists.request_list(takeover, by=office.officer).pk)
    assert job.status == Job.Status.DONE
    names = [row["name"] for _, rows in drawn["groups"] for row in rows]
    assert len(names) == 3 and not any("示例" in name for name in names)
