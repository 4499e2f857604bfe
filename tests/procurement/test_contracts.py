"""From the award to the first day of service."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from procurement.models import Award, Contract, PeriodicReport, Project, ProjectPaper, TakeoverPlan
from procurement.reports import contract as reports
from procurement.reports import trail
from procurement.services import archive, closing, results, terms
from procurement.services import contract as contracts
from records import clock, workdays
from records.refusals import MissingCalendar, Refused, StaleVersion
from tests.factories import make_user
from tests.kept import fixture_of
from tests.procurement import factories, scenes

pytestmark = pytest.mark.django_db


scene_once = scenes.with_office
office = fixture_of("office")


@pytest.fixture
def winner(chongqing):
    return chongqing.contractors[0]


def rules_of(refusal) -> set[str]:
    return {breach.rule for breach in refusal.value.breaches}


def test_a_contract_goes_from_award_to_service_and_schedules_its_reports(office, winner):
    contract = factories.make_running(office, winner)
    assert contract.status == Contract.Status.IN_SERVICE
    assert Project.objects.get(pk=contract.project_id).status == Project.Status.IN_SERVICE
    periods = list(contract.reports.order_by("period_start").values_list("period_start", "period_end", "status"))
    assert periods[0][0] == contract.starts_on and periods[-1][1] == contract.ends_on
    assert {status for _, _, status in periods} == {PeriodicReport.Status.NOT_DUE}
    assert ProjectPaper.objects.filter(project=contract.project, kind=ProjectPaper.Kind.CONTRACT).count() == 1


def test_drafting_twice_gives_the_same_contract(office, winner):
    award = factories.make_awarded(office, winner)
    assert contracts.draft_contract(award.pk, by=office.officer) == contracts.draft_contract(award.pk, by=office.chief)
    assert Contract.objects.count() == 1


def test_f09_the_contract_amount_is_the_award(office, winner):
    contract = factories.make_contract_draft(office, winner)
    with pytest.raises(IntegrityError, match="应等于成交金额"), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).update(amount=contract.amount + Decimal("0.01"))


@pytest.mark.parametrize(
    "values",
    [
        {"accepted_amount": "450000.01"},
        {"accepted_amount": "100.00", "paid_amount": "100.01"},
        {"paid_amount": "0.01"},
        {"accepted_amount": "-0.01"},
    ],
)
def test_f09_the_database_holds_contract_accepted_and_paid_in_order(office, winner, values):
    contract = factories.make_contract_draft(office, winner)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).update(**values)


def test_p20_and_v07_a_thin_contract_cannot_go_to_review(office, winner):
    contract = contracts.draft_contract(factories.make_awarded(office, winner).pk, by=office.officer)
    contract = contracts.edit_contract(contract.pk, version=contract.version, by=office.officer, exit_triggers=[])
    with pytest.raises(Refused) as refusal:
        contracts.submit_contract(contract.pk, version=contract.version, by=office.officer)
    assert rules_of(refusal) == {"P-20", "V-07"}


def test_p65_the_handler_cannot_review_the_own_contract_and_the_database_agrees(office, winner):
    contract = factories.make_contract_draft(office, winner)
    contract = contracts.submit_contract(contract.pk, version=contract.version, by=office.officer)
    with pytest.raises(Refused) as refusal:
        contracts.approve_contract(contract.pk, version=contract.version, by=office.officer)
    assert rules_of(refusal) == {"P-65"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).update(reviewed_by=office.officer)


def test_a_contract_under_review_cannot_be_edited(office, winner):
    contract = factories.make_contract_draft(office, winner)
    contract = contracts.submit_contract(contract.pk, version=contract.version, by=office.officer)
    with pytest.raises(Refused) as refusal:
        contracts.edit_contract(contract.pk, version=contract.version, by=office.officer, scope="别的内容")
    assert rules_of(refusal) == {"P-24"}


def test_after_signing_only_the_takeover_plan_may_change(office, winner):
    contract = factories.make_signed(office, winner)
    plan = {"substitute": "另一家单位"}
    contract = contracts.edit_contract(contract.pk, version=contract.version, by=office.officer, plan=plan)
    assert TakeoverPlan.objects.get(contract=contract).substitute == "另一家单位"
    with pytest.raises(Refused):
        contracts.edit_contract(contract.pk, version=contract.version, by=office.officer, liability="改")


def test_two_editors_of_a_contract_do_not_overwrite_each_other(office, winner):
    contract = factories.make_contract_draft(office, winner)
    contracts.edit_contract(contract.pk, version=contract.version, by=office.officer, settlement="按月")
    with pytest.raises(StaleVersion):
        contracts.edit_contract(contract.pk, version=contract.version, by=office.chief, settlement="按年")
    assert Contract.objects.get(pk=contract.pk).settlement == "按月"


def test_amount_and_parties_are_no_editable_terms(office, winner):
    contract = factories.make_contract_draft(office, winner)
    for field in ("amount", "contractor", "status", "award", "signed_at", "paid_amount"):
        with pytest.raises(TypeError):
            contracts.edit_contract(contract.pk, version=contract.version, by=office.officer, **{field: None})


def test_t14_signing_after_30_days_asks_for_a_reason_that_the_trail_keeps(office, winner):
    contract = factories.make_contract_draft(office, winner)
    Award.objects.filter(pk=contract.award_id).update(confirmed_at=clock.now() - timedelta(days=60))  # the letter, of today, counts
    contract = contracts.submit_contract(contract.pk, version=contract.version, by=office.officer)
    contract = contracts.approve_contract(contract.pk, version=contract.version, by=office.chief)
    signer = factories.signer_of(winner)
    assert not contracts.signing_breaches(contract, clock.today())
    assert reports.signing_due(contract) > clock.today()
    with clock.as_of(clock.now() + timedelta(days=40)):
        with pytest.raises(Refused) as refusal:
            contracts.sign_contract(contract.pk, version=contract.version, by=signer)
        assert rules_of(refusal) == {"T-14"}
        contracts.sign_contract(contract.pk, version=contract.version, by=signer, reason="质疑答复期间暂停签订")
    event = AuditEvent.objects.about(contract).get(action="procurement.contract.signed")
    assert event.detail["lifted"] == ["T-14"] and event.detail["note"] == "质疑答复期间暂停签订"


def test_t13_no_contract_before_the_result_of_this_award_is_announced(office, winner):
    award = factories.make_awarded(office, winner, announced=False)
    with pytest.raises(Refused) as refusal:
        contracts.draft_contract(award.pk, by=office.officer)
    assert rules_of(refusal) == {"T-13"} and not Contract.objects.exists()
    results.publish_result(award.tender_id, by=office.officer)
    contract = contracts.draft_contract(award.pk, by=office.officer)
    Award.objects.filter(pk=award.pk).update(confirmed_at=clock.now() + timedelta(days=1))  # as if chosen after that announcement
    contract = Contract.objects.get(pk=contract.pk)
    assert "T-13" in {breach.rule for breach in contracts.content_breaches(contract)}


def test_t14_and_t15_do_not_wait_for_an_unpublished_calendar(office, winner, monkeypatch):
    contract = factories.make_contract_draft(office, winner)
    contract = contracts.submit_contract(contract.pk, version=contract.version, by=office.officer)
    contract = contracts.approve_contract(contract.pk, version=contract.version, by=office.chief)

    def unpublished(day):
        raise MissingCalendar(day.year)

    monkeypatch.setattr(workdays, "is_workday", unpublished)
    contract = contracts.sign_contract(contract.pk, version=contract.version, by=factories.signer_of(winner))
    contract = contracts.announce_contract(contract.pk, version=contract.version, by=office.officer)
    assert AuditEvent.objects.about(contract).get(action="procurement.contract.announced").detail["due"] is None


def test_t15_service_does_not_start_unannounced(office, winner):
    contract = factories.make_signed(office, winner)
    with pytest.raises(Refused) as refusal:
        contracts.start_service(contract.pk, version=contract.version, by=office.officer)
    assert rules_of(refusal) == {"T-15"}


def test_a_contract_is_announced_once(office, winner):
    contract = factories.make_signed(office, winner)
    contract = contracts.announce_contract(contract.pk, version=contract.version, by=office.officer)
    with pytest.raises(Refused):
        contracts.announce_contract(contract.pk, version=contract.version, by=office.officer)
    assert contract.project.papers.filter(kind="contract").count() == 1


@pytest.mark.parametrize(("field", "value"), [("substitute", ""), ("activation_hours", 5), ("funding_line", None), ("handover_items", "")])
def test_v08_service_does_not_start_without_a_whole_takeover_plan(office, winner, field, value):
    contract = factories.make_signed(office, winner)
    contract = contracts.announce_contract(contract.pk, version=contract.version, by=office.officer)
    TakeoverPlan.objects.filter(contract=contract).update(**{field: value})
    with pytest.raises(Refused) as refusal:
        contracts.start_service(contract.pk, version=contract.version, by=office.officer)
    assert rules_of(refusal) == {"V-08"}
    assert Contract.objects.get(pk=contract.pk).reports.count() == 0


def test_service_does_not_start_before_its_day(office, winner):
    contract = factories.make_signed(office, winner)
    contract = contracts.announce_contract(contract.pk, version=contract.version, by=office.officer)
    Contract.objects.filter(pk=contract.pk).update(starts_on=clock.today() + timedelta(days=1))
    with pytest.raises(Refused) as refusal:
        contracts.start_service(contract.pk, version=contract.version, by=office.officer)
    assert rules_of(refusal) == {"P-20"}


def test_p59_a_lapsed_award_cannot_be_signed_and_the_next_candidate_takes_the_paper_over(office, winner, chongqing):
    contract = factories.make_contract_draft(office, winner)
    contract = contracts.submit_contract(contract.pk, version=contract.version, by=office.officer)
    Award.objects.filter(pk=contract.award_id).update(status=Award.Status.LAPSED)
    with pytest.raises(Refused) as refusal:
        contracts.approve_contract(contract.pk, version=contract.version, by=office.chief)
    assert rules_of(refusal) == {"P-59"}
    terms.set_payee(contract.pk, bank="示例银行", account="6222000000000001234", by=factories.signer_of(winner))
    next_one = factories.second_award(contract, chongqing.contractors[1], office)
    again = contracts.draft_contract(next_one.pk, by=office.officer)
    assert (terms.terms_of(again).payee_bank, terms.terms_of(again).payee_account) == ("", ""), "P-63"
    assert (again.pk, again.contractor, again.amount, again.status) == (contract.pk, next_one.contractor, next_one.amount, "draft")


def test_v04_a_contract_is_performed_when_its_term_is_over_and_every_report_is_accepted(office, winner, browse):
    contract = factories.make_running(office, winner)
    url = reverse("procurement:contract_complete", args=[contract.pk])
    client = browse(office.officer)
    with pytest.raises(Refused) as refusal:
        contracts.complete_contract(contract.pk, version=contract.version, by=office.officer)
    assert rules_of(refusal) == {"P-20", "V-04"}
    yesterday = clock.today() - timedelta(days=1)
    Contract.objects.filter(pk=contract.pk).update(starts_on=yesterday - timedelta(days=90), ends_on=yesterday)
    page = client.get(reverse("procurement:contract_detail", args=[contract.pk])).content.decode()
    assert "确认履行完毕" in page and "未审核通过" in page
    assert client.post(url, {"version": contract.version}).status_code == 422
    contract.reports.update(status=PeriodicReport.Status.ACCEPTED)
    assert browse(factories.signer_of(winner)).post(url, {"version": contract.version}).status_code == 403
    assert client.post(url, {"version": contract.version}).status_code == 302
    assert Contract.objects.get(pk=contract.pk).status == Contract.Status.COMPLETED
    project = Project.objects.get(pk=contract.project_id)
    assert project.status == Project.Status.IN_SERVICE  # P-60: the periods wait to be accepted
    contract.instalments.all().delete()
    closing.accept_project(Contract.objects.get(pk=contract.pk), by=office.supervisor)
    project.refresh_from_db()
    assert project.status == Project.Status.ACCEPTED
    Project.objects.filter(pk=project.pk).update(status="published")
    auditor = make_user(role=Role.CITY_AUDITOR, organisation=office.bureau.parent)
    for by, status in ((auditor, Project.Status.PUBLISHED), (office.officer, Project.Status.CLOSED)):
        archive.request_archive(Project.objects.get(pk=project.pk), by=by)
        project.refresh_from_db()
        assert project.status == status
    assert [step["state"] for step in trail.stages_of(project, trail.moves_of(project))] == ["done"] * 5
