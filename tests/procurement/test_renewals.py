"""Renewing a contract year by year: P-22, E-12, F-09, P-08, P-65."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from procurement.models import Contract, GradeNotice, Renewal
from procurement.rules import renewal as rules
from procurement.services import acceptance as acceptances
from procurement.services import renewal as renewals
from procurement.services import years
from records.refusals import Refused
from tests.kept import fixture_of
from tests.procurement import factories, money, scenes
from tests.procurement.several import make_split, next_line, signed
from tests.procurement.test_pages import key

STARTS, ENDS = date(2026, 7, 1), date(2028, 6, 30)
WHY = "评价将于二月公布，服务不能中断（示例）"


def ids(found) -> list[tuple[str, bool]]:
    return [(breach.rule, breach.binding) for breach in found]


def test_p22_only_a_contract_over_one_year_has_years_to_renew():
    assert rules.renewed_years(STARTS, ENDS, [2028, 2026, 2027]) == [2027, 2028]
    assert rules.renewed_years(STARTS, date(2027, 6, 30), [2026, 2027]) == []


@pytest.mark.parametrize(
    ("year", "needed", "taken", "refused"),
    [
        (2027, [2027, 2028], [], False),
        (2028, [2027, 2028], [2027], False),
        (2028, [2027, 2028], [], True),
        (2029, [2027, 2028], [2027, 2028], True),
        (2027, [], [], True),
    ],
)
def test_p22_years_are_renewed_in_order_and_never_beyond_the_announced_term(year, needed, taken, refused):
    assert ids(rules.year_breaches(year, needed=needed, taken=taken)) == [("P-22", True)] * refused


@pytest.mark.parametrize(
    ("grades", "found"),
    [([], [("P-22", False)]), (["中"], []), (["差", "良"], []), (["差"], [("E-12", False)]), (["差", "差"], [("E-12", False)])],
)
def test_p22_and_e12_a_renewal_rests_on_the_grade_of_the_year_before(grades, found):
    assert ids(rules.evaluation_breaches(2027, grades)) == found


scene_once = scenes.with_money
office = fixture_of("office")


@pytest.fixture
def contract(office, chongqing, monkeypatch) -> Contract:
    """In service since July 2026; 2027 and 2028 are not renewed."""
    contract = signed(office, chongqing, monkeypatch, make_split(office))
    Contract.objects.filter(pk=contract.pk).update(status=Contract.Status.IN_SERVICE)
    return Contract.objects.get(pk=contract.pk)


def fund(office, contract, *, year=2027) -> None:
    line, project = next_line(office, year=year), contract.project
    project.refresh_from_db()
    amounts = {line.pk: years.planned_of(contract)[year]}
    years.fund_year(project.pk, version=project.version, year=year, amounts=amounts, by=office.finance)


def judge(contract, grade, *, on=date(2026, 12, 31)) -> None:
    GradeNotice.objects.create(
        contract=contract, period_start=contract.starts_on, period_end=on, grade=grade, source_url=f"/public/{grade}/{on}/"
    )


def said(refusal) -> str:
    return "；".join(breach.message for breach in refusal.value.breaches)


@pytest.mark.django_db
def test_p22_a_year_goes_through_the_pages_from_draft_to_signature_and_only_then_is_accepted(office, contract, browse):
    signer = factories.signer_of(contract.contractor.organisation)
    period = contract.instalments.filter(period_end__year=2027).first()
    with money.on(date(2027, 4, 10)):
        fund(office, contract)
        with pytest.raises(Refused, match="2027 年度尚未续签"):
            acceptances.open_acceptance(period.pk, by=office.supervisor)
        tab, new = (reverse(f"procurement:{name}", args=[contract.pk]) for name in ("contract_renewals", "renewal_create"))
        officer = browse(office.officer)
        assert "起草 2027 年度续签" in officer.get(tab).content.decode()
        assert officer.post(new, {"reason": ""} | key(officer, new)).status_code == 302
        row = Renewal.objects.get()
        page = reverse("procurement:renewal_detail", args=[row.pk])
        assert "绩效评价尚未公布" in officer.get(page).content.decode()
        with pytest.raises(Refused, match="绩效评价尚未公布"):
            renewals.submit_renewal(row.pk, version=row.version, by=office.officer)
        edit = reverse("procurement:renewal_edit", args=[row.pk])
        assert officer.post(edit, {"reason": WHY} | key(officer, edit)).status_code == 302
        for person, verb in ((office.officer, "submit"), (office.chief, "approve"), (signer, "sign")):
            client, url = browse(person), reverse(f"procurement:renewal_{verb}", args=[row.pk])
            assert client.post(url, key(client, page)).status_code == 302
        row.refresh_from_db()
        assert (row.status, row.amount) == (Renewal.Status.IN_FORCE, years.planned_of(contract)[2027])
        assert acceptances.open_acceptance(period.pk, by=office.supervisor).amount == period.planned
    assert AuditEvent.objects.get(action="procurement.renewal.in_force").detail["lifted"] == {"P-22": WHY}


@pytest.mark.django_db
def test_f09_a_year_without_its_budget_is_not_renewed_and_p65_its_handler_does_not_review_it(office, contract):
    judge(contract, "良")
    with money.on(date(2027, 1, 5)):
        row = renewals.draft_renewal(contract.pk, by=office.officer)
        with pytest.raises(Refused, match="还差 225,000.00 元"):
            renewals.submit_renewal(row.pk, version=row.version, by=office.officer)
        fund(office, contract)
        row = renewals.submit_renewal(row.pk, version=row.version, by=office.officer)
        assert row.grade_notice.grade == "良"
        with pytest.raises(Refused, match="由另一人办理"):
            renewals.approve_renewal(row.pk, version=row.version, by=office.officer)
    with pytest.raises(IntegrityError, match="renewal_in_force_is_signed"), transaction.atomic():
        Renewal.objects.filter(pk=row.pk).update(status=Renewal.Status.IN_FORCE)


@pytest.mark.django_db
def test_e12_after_a_poor_grade_a_year_is_given_up_with_a_reason_or_renewed_with_one(office, contract):
    judge(contract, "差")
    with money.on(date(2027, 1, 5)):
        fund(office, contract)
        row = renewals.draft_renewal(contract.pk, by=office.officer)
        with pytest.raises(Refused, match="原则上不续签"):
            renewals.submit_renewal(row.pk, version=row.version, by=office.officer)
        with pytest.raises(Refused, match="写明原因"):
            renewals.withdraw_renewal(row.pk, version=row.version, by=office.officer, note=" ")
        renewals.withdraw_renewal(row.pk, version=row.version, by=office.officer, note="上年度评价为差")
        again = renewals.draft_renewal(contract.pk, by=office.officer, reason="换人后已整改，服务对象要求延续（示例）")
        assert again.fiscal_year == 2027
        with pytest.raises(Refused, match="正在办理"):
            renewals.draft_renewal(contract.pk, by=office.officer)
