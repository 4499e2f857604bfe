"""A period is accepted: P-60 … P-65, F-09."""

from decimal import Decimal

import pytest

from accounts.models import AuditEvent
from procurement.models import Contract, RecipientOpinion
from procurement.services import acceptance as acceptances
from procurement.services import terms
from records.models import Notice
from records.refusals import Refused
from tests.kept import fixture_of
from tests.procurement import money, scenes

pytestmark = pytest.mark.django_db


scene_once = scenes.with_contract_and_advance
office, contract = fixture_of("office"), fixture_of("contract")


def rules_of(refusal) -> set[str]:
    return {breach.rule for breach in refusal.value.breaches}


def said(refusal) -> str:
    return "；".join(breach.message for breach in refusal.value.breaches)


def test_p62_a_period_is_accepted_when_it_is_over_and_once(office, contract):
    first = contract.instalments.get(number=1)
    with money.on(first.period_end), pytest.raises(Refused, match="尚未期满") as refusal:
        acceptances.open_acceptance(first.pk, by=office.supervisor)
    assert rules_of(refusal) == {"P-62"}
    money.make_accepted(office, contract)
    with money.on(money.AFTER), pytest.raises(Refused, match="已经验收"):
        acceptances.open_acceptance(first.pk, by=office.supervisor)


@pytest.mark.parametrize("person", ["officer", "chief"])
def test_p65_handler_and_reviewer_of_the_contract_neither_open_nor_sit_nor_conclude(office, contract, person):
    user = getattr(office, person)
    instalment = contract.instalments.get(number=1)
    with money.on(money.AFTER):
        with pytest.raises(Refused, match="不能参加验收") as refusal:
            acceptances.open_acceptance(instalment.pk, by=user)
        assert rules_of(refusal) == {"P-65"}
        acceptance = acceptances.open_acceptance(instalment.pk, by=office.supervisor)
        with pytest.raises(Refused, match="不能参加验收"):
            acceptances.add_member(acceptance.pk, seat="member", user=user, by=office.supervisor)
        acceptance = money.write_paper(office, acceptance)
        acceptance = acceptances.send_to_sign(acceptance.pk, version=acceptance.version, by=office.supervisor)
        money.sign_all(acceptance, office)
        with pytest.raises(Refused, match="不能参加验收"):
            acceptances.conclude(acceptance.pk, version=acceptance.version, passed=True, by=user)


def test_p60_and_p61_an_empty_paper_is_refused_with_every_gap(office, contract):
    with money.on(money.AFTER):
        acceptance = acceptances.open_acceptance(contract.instalments.get(number=1).pk, by=office.supervisor)
        with pytest.raises(Refused) as refusal:
            acceptances.send_to_sign(acceptance.pk, version=acceptance.version, by=office.supervisor)
    assert rules_of(refusal) == {"P-60", "P-61"}
    for words in ("逐项写明每项服务标准", "至少 2 人", "邀请服务对象参加", "尚未登记服务对象的意见", "请填写验收意见"):
        assert words in said(refusal)


def test_p60_every_standard_of_the_contract_stands_on_the_paper(office, contract):
    with money.on(money.AFTER):
        acceptance = acceptances.open_acceptance(contract.instalments.get(number=1).pk, by=office.supervisor)
    names = list(contract.project.standards.values_list("name", flat=True))
    assert names and list(acceptance.items.values_list("name", flat=True)) == names


def test_p60_nothing_passes_until_all_have_signed_and_nobody_signs_for_another(office, contract):
    with money.on(money.AFTER):
        acceptance = acceptances.open_acceptance(contract.instalments.get(number=1).pk, by=office.supervisor)
        acceptance = money.write_paper(office, acceptance)
        acceptance = acceptances.send_to_sign(acceptance.pk, version=acceptance.version, by=office.supervisor)
        other = acceptance.members.get(seat="member")
        with pytest.raises(Refused, match="本人签字"):
            acceptances.sign(other.pk, agrees=True, opinion="", by=office.supervisor)
        with pytest.raises(Refused, match="尚未签字") as refusal:
            acceptances.conclude(acceptance.pk, version=acceptance.version, passed=True, by=office.supervisor)
    assert rules_of(refusal) == {"P-60"}


def test_p60_a_dissent_needs_words_and_then_a_reason_that_the_audit_keeps(office, contract):
    with money.on(money.AFTER):
        acceptance = acceptances.open_acceptance(contract.instalments.get(number=1).pk, by=office.supervisor)
        acceptance = money.write_paper(office, acceptance)
        acceptance = acceptances.send_to_sign(acceptance.pk, version=acceptance.version, by=office.supervisor)
        lead, other, recipient = (acceptance.members.get(seat=seat) for seat in ("lead", "member", "recipient"))
        with pytest.raises(Refused, match="写明不同意见"):
            acceptances.sign(other.pk, agrees=False, opinion=" ", by=other.user)
        acceptances.sign(other.pk, agrees=False, opinion="两份记录没有签认", by=other.user)
        acceptances.sign(lead.pk, agrees=True, opinion="", by=lead.user)
        acceptances.sign(recipient.pk, agrees=True, opinion="", by=office.supervisor)
        with pytest.raises(Refused, match="不同意验收结论"):
            acceptances.conclude(acceptance.pk, version=acceptance.version, passed=True, by=office.supervisor)
        acceptances.conclude(acceptance.pk, version=acceptance.version, passed=True, by=office.supervisor, reason="已补签认")
    event = AuditEvent.objects.get(action="procurement.acceptance.passed")
    assert event.detail["note"] == "已补签认" and event.detail["lifted"]


def test_a_different_amount_or_a_missed_standard_is_explained(office, contract):
    with money.on(money.AFTER):
        acceptance = acceptances.open_acceptance(contract.instalments.get(number=1).pk, by=office.supervisor)
        acceptance = money.write_paper(office, acceptance, amount=acceptance.amount - 100, withheld=Decimal(100))
        with pytest.raises(Refused, match="有争议未验收"):
            acceptances.send_to_sign(acceptance.pk, version=acceptance.version, by=office.supervisor)


def test_f09_more_than_the_contract_has_left_is_never_accepted(office, contract):
    with money.on(money.AFTER):
        acceptance = acceptances.open_acceptance(contract.instalments.get(number=1).pk, by=office.supervisor)
        acceptance = money.write_paper(office, acceptance, amount=Decimal("450000.01"), reason="试多验收")
        with pytest.raises(Refused, match="超出 0.01 元") as refusal:
            acceptances.send_to_sign(acceptance.pk, version=acceptance.version, by=office.supervisor)
    assert rules_of(refusal) == {"F-09"}


def test_p63_what_was_in_dispute_gets_a_paper_of_its_own_later(office, contract):
    planned = contract.instalments.get(number=1).planned
    money.make_accepted(office, contract, amount=planned - 1000, withheld=Decimal("1000.00"), reason="10 人次记录有争议")
    with money.on(money.AFTER):
        second = acceptances.open_acceptance(contract.instalments.get(number=1).pk, by=office.supervisor)
    assert (second.round, second.amount) == (2, Decimal("1000.00"))


def test_p61_the_result_is_public_and_names_no_recipient(office, contract):
    acceptance = money.make_accepted(office, contract)
    paper = Notice.objects.get(pk=acceptance.notice_id)
    text = str(paper.context)
    assert paper.public and "服务对象代表 1 名" in text
    assert "示例对象" not in text
    assert f"{acceptance.amount:,.2f} 元" in text


def test_recipients_names_are_not_readable_in_the_database(office, contract):
    money.make_accepted(office, contract)
    from_database = RecipientOpinion.objects.extra(select={"raw": "name"}).values_list("raw", flat=True)[0]
    assert "示例对象" not in from_database
    assert RecipientOpinion.objects.get().name == "示例对象"


def test_an_accepted_period_moves_the_sums_of_the_contract(office, contract):
    acceptance = money.make_accepted(office, contract)
    contract = Contract.objects.get(pk=contract.pk)
    assert contract.accepted_amount == acceptance.amount == acceptances.accepted_sum(contract)
    assert contract.retained_amount == acceptance.retained_amount == (acceptance.amount / 10).quantize(Decimal("0.01"))
    assert terms.account_of(contract).payable == acceptance.amount - acceptance.retained_amount
