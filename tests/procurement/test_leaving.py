"""V-07, V-11, P-24: why a contractor must leave, that it is heard first, and that only finance bars it."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from contractors.models import Debarment, Performance
from procurement.models import Contract, DebarmentProposal, ExitTrigger, Project, ServiceOrder, Termination
from procurement.rules import leaving as rules
from procurement.services import leaving as services
from records import clock
from records.models import Message
from records.refusals import Refused
from tests.kept import fixture_of
from tests.procurement import factories, scenes
from tests.procurement.taking_over import confirm, make_substitute, people, propose

pytestmark = pytest.mark.django_db
FACTS = "三月以来把全部上门服务交给另一家公司的人员完成"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


scene_once = scenes.with_running_contract
office, contract = fixture_of("office"), fixture_of("contract")


def evidence():
    return SimpleUploadedFile("证据.pdf", PDF, "application/pdf")


def refused(rule: str, text: str, act, *args, **more):
    with pytest.raises(Refused) as refusal:
        act(*args, **more)
    found = [breach for breach in refusal.value.breaches if breach.rule == rule]
    assert found and any(text in breach.message and str(breach.clause) for breach in found), refusal.value.breaches


def raised(contract, office, **more) -> ExitTrigger:
    values = {"ground": "assignment", "facts": FACTS, "upload": evidence()} | more
    return services.raise_trigger(contract.pk, by=office.supervisor, **values)


def judged(trigger, office, *, confirmed=True) -> ExitTrigger:
    return services.judge_trigger(
        trigger.pk, version=trigger.version, confirmed=confirmed, decision="事实清楚，证据充分。", by=office.chief
    )


# --- triggers -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "text"),
    [({"ground": "mood"}, "请选择"), ({"facts": "不好"}, "请写明事实"), ({"upload": None}, "须附证据")],
)
def test_v07_a_trigger_without_ground_facts_or_evidence_is_refused(contract, office, more, text):
    refused("V-07", text, raised, contract, office, **more)
    assert not ExitTrigger.objects.exists()


def test_v07_a_ground_that_the_contract_does_not_name_asks_for_a_reason_that_is_kept(contract, office):
    refused("V-07", "没有列明", raised, contract, office, ground="privacy")
    trigger = raised(contract, office, ground="privacy", reason="个人信息保护法第二十一条")
    assert trigger.reason == "个人信息保护法第二十一条"


def test_v07_whoever_wrote_it_down_does_not_judge_it(contract, office):
    trigger = raised(contract, office)
    act = services.judge_trigger
    refused("P-65", "另一人", act, trigger.pk, version=0, confirmed=True, decision="成立", by=office.supervisor)
    refused("V-07", "认定意见", act, trigger.pk, version=0, confirmed=True, decision=" ", by=office.chief)
    assert judged(trigger, office).status == ExitTrigger.Status.CONFIRMED
    with pytest.raises(IntegrityError, match="exit_trigger_decided_by_another"), transaction.atomic():
        ExitTrigger.objects.filter(pk=trigger.pk).update(decided_by=office.supervisor)


@pytest.mark.parametrize(
    ("grades", "years"),
    [
        ({2024: "差", 2025: "差"}, (2024, 2025)),
        ({2023: "差", 2025: "差"}, None),
        ({2024: "差", 2025: "良"}, None),
        ({2022: "差", 2023: "差", 2024: "良"}, (2022, 2023)),
        ({}, None),
    ],
)
def test_v07_two_poor_years_are_two_in_a_row(grades, years):
    assert rules.two_poor_years(grades) == years


def test_v07_what_the_data_says_comes_on_the_list_once(contract, office):
    today = clock.today()
    Debarment.objects.create(
        contractor=contract.contractor,
        decision_no="财决〔2026〕1号",
        issued_by=office.bureau,
        starts_on=today,
        ends_on=today + timedelta(days=400),
        imported_by=office.finance,
    )
    for year in (2024, 2025):
        Performance.objects.create(
            contractor=contract.contractor, purchaser=office.bureau, year=year, subject="照料", score=50, grade="差", source_url="x"
        )
    assert services.find_triggers(today) == 2 and services.find_triggers(today) == 0
    assert set(ExitTrigger.objects.values_list("source", "ground")) == {("ban", "lost_qualification"), ("grades", "two_poor")}


# --- termination ----------------------------------------------------------------------------------------------------------


def notified(contract, office, **more) -> Termination:
    values = {"ground": "contract", "facts": FACTS, "answer_by": clock.today() + timedelta(days=5)} | more
    return services.notify_termination(contract.pk, by=office.supervisor, **values)


def decide(row, by, *, terminate=True) -> Termination:
    row.refresh_from_db()
    return services.decide_termination(row.pk, version=row.version, terminate=terminate, decision="转包属实，终止合同。", by=by)


@pytest.mark.parametrize(
    ("more", "rule", "text"),
    [
        ({"ground": "whim"}, "P-24", "不得擅自终止"),
        ({"facts": "差"}, "P-24", "请写明"),
        ({"answer_by": date(2020, 1, 1)}, "V-11", "应晚于今天"),
    ],
)
def test_p24_no_notice_without_a_ground_facts_and_time_to_answer(contract, office, more, rule, text):
    refused(rule, text, notified, contract, office, **more)


def test_v11_the_notice_reaches_the_contractor_with_its_right_to_answer(contract, office):
    row = notified(contract, office)
    firm = factories.signer_of(contract.contractor.organisation)
    assert Message.objects.filter(recipient=firm, title="终止合同事先告知书").exists()
    assert any("陈述、申辩" in line for _, lines in row.prior_notice.context["sections"] for line in lines)


def test_v11_no_decision_before_the_contractor_was_heard_or_let_its_time_pass(contract, office, monkeypatch):
    row = notified(contract, office)
    refused("V-11", "期限未满", decide, row, office.chief)
    firm = factories.signer_of(contract.contractor.organisation)
    services.answer_termination(row.pk, version=row.version, statement="我们没有转包。", waived=False, by=firm)
    later = clock.now() + timedelta(days=9)
    monkeypatch.setattr(clock, "now", lambda: later)
    monkeypatch.setattr(clock, "today", lambda: later.date())
    refused("V-11", "请先登记听取意见的记录", decide, row, office.chief)
    row.refresh_from_db()
    services.record_hearing(row.pk, version=row.version, heard_on=clock.today(), minutes="双方到场，查看派工记录。", by=office.supervisor)
    assert decide(row, office.chief).status == Termination.Status.DECIDED
    assert Contract.objects.get(pk=contract.pk).status == Contract.Status.TERMINATED
    assert Project.objects.get(pk=contract.project_id).status == Project.Status.TERMINATED


def test_v11_a_waiver_is_enough(contract, office):
    row = notified(contract, office)
    services.answer_termination(
        row.pk, version=row.version, statement="", waived=True, by=factories.signer_of(contract.contractor.organisation)
    )
    assert decide(row, office.chief).decision_notice is not None
    contract.refresh_from_db()
    assert contract.terminated_on == clock.today()
    assert not contract.reports.filter(period_end__gt=contract.terminated_on).exists()


def test_nt3_a_decision_that_becomes_public_names_nobodys_number(contract, office):
    row = notified(contract, office)
    values = {"terminate": True, "decision": "服务对象 510200197001011234 无人照料"}
    with pytest.raises(Refused) as refusal:
        services.decide_termination(row.pk, version=row.version, by=office.chief, **values)
    assert "NT-3" in [breach.rule for breach in refusal.value.breaches]


def test_v11_whoever_gave_notice_does_not_decide(contract, office):
    refused("P-65", "另一人", decide, notified(contract, office), office.supervisor)


def test_v10_no_termination_while_the_contractor_still_answers_for_people(contract, office, chongqing):
    people(contract, office.officer, 3)
    row = notified(contract, office)
    firm = factories.signer_of(contract.contractor.organisation)
    services.answer_termination(row.pk, version=row.version, statement="", waived=True, by=firm)
    refused("V-10", "3 张服务单", decide, row, office.chief)
    confirm(propose(contract, office, make_substitute(office, chongqing.contractors[1])), office.chief)
    assert decide(row, office.chief).status == Termination.Status.DECIDED
    assert ServiceOrder.objects.active().count() == 3


def test_a_contract_may_be_let_stand(contract, office):
    assert decide(notified(contract, office), office.chief, terminate=False).status == Termination.Status.DROPPED
    assert Contract.objects.get(pk=contract.pk).status == Contract.Status.IN_SERVICE


def test_one_termination_at_a_time(contract, office):
    notified(contract, office)
    refused("V-11", "已有办理中", notified, contract, office)


@pytest.mark.parametrize("start", Termination.Status.values)
@pytest.mark.parametrize("to", Termination.Status.values)
def test_the_whole_table_of_transitions(start, to):
    allowed = {("notified", "heard"), ("notified", "decided"), ("notified", "dropped"), ("heard", "decided"), ("heard", "dropped")}
    assert (to in Termination.TRANSITIONS[Termination.Status(start)]) == ((start, to) in allowed)


# --- the letter to finance ------------------------------------------------------------------------------------------------


def test_p08_the_letter_names_acts_clauses_facts_and_evidence_and_bars_nobody(contract, office):
    refused("P-08", "证据清单", services.propose_debarment, contract.pk, acts=["assignment"], facts=FACTS, by=office.officer)
    judged(raised(contract, office), office)
    refused("P-08", "违法情形", services.propose_debarment, contract.pk, acts=["mood"], facts=FACTS, by=office.officer)
    row = services.propose_debarment(contract.pk, acts=["assignment"], facts=FACTS, by=office.officer)
    text = str(row.notice.context["sections"])
    assert "政府采购法实施条例 第七十二条" in text and "证据.pdf" in text and contract.contractor.uscc in text
    assert row.addressee.function == "FINANCE" and not Debarment.objects.exists()
    refused("P-08", "正等待答复", services.propose_debarment, contract.pk, acts=["assignment"], facts=FACTS, by=office.officer)
    row = services.record_answer(
        row.pk, version=row.version, answer="财函〔2026〕3号：已立案", answered_on=clock.today(), by=office.officer
    )
    assert row.status == DebarmentProposal.Status.ANSWERED


# --- pages ----------------------------------------------------------------------------------------------------------------


def key_of(body: str) -> dict:
    hidden = {"idempotency_key": body.split('name="idempotency_key" value="')[1].split('"')[0]}
    if 'name="version"' in body:
        hidden["version"] = body.split('name="version" value="')[1].split('"')[0]
    return hidden


def test_a_trigger_is_written_down_judged_and_shown_by_the_pages(contract, office, browse):
    client, url = browse(office.supervisor), reverse("procurement:trigger_new", args=[contract.pk])
    data = key_of(client.get(url).content.decode()) | {"ground": "assignment", "facts": FACTS, "upload": evidence()}
    assert client.post(url, data).status_code == 302
    trigger, chief = ExitTrigger.objects.get(), browse(office.chief)
    assert str(reverse("procurement:trigger_judge", args=[trigger.pk])) in chief.get(reverse("home")).content.decode()
    url = reverse("procurement:trigger_judge", args=[trigger.pk])
    data = key_of(chief.get(url).content.decode()) | {"confirmed": "yes", "decision": "属实"}
    assert chief.post(url, data).status_code == 302
    assert chief.get(reverse("procurement:trigger_file", args=[trigger.pk])).content == PDF
    assert "已认定" in chief.get(reverse("procurement:contract_exit", args=[contract.pk])).content.decode()


def test_the_contractor_answers_on_its_own_page_and_another_finds_nothing(contract, office, chongqing, browse):
    row = notified(contract, office)
    firm = browse(factories.signer_of(contract.contractor.organisation))
    page, answer = (reverse(f"procurement:termination_{name}", args=[row.pk]) for name in ("detail", "answer"))
    assert "陈述申辩" in firm.get(page).content.decode()
    data = key_of(firm.get(answer).content.decode()) | {"statement": "我们没有转包。"}
    assert firm.post(answer, data).status_code == 302
    row.refresh_from_db()
    assert row.statement == "我们没有转包。"
    assert browse(factories.signer_of(chongqing.contractors[1])).get(page).status_code == 404
