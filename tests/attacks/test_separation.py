"""T28, P-65: who did the one step does not do the other, whatever post he holds by then: the post changes between the steps."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.urls import reverse

from accounts import audit
from accounts.models import Membership, User
from accounts.roles import Role
from contractors import services as contractor_services
from procurement.models import Award
from procurement.services import amendment as amendments
from procurement.services import committee
from procurement.services import contract as contracts
from procurement.services import payment as payments
from procurement.services import project as projects
from tests.factories import make_user
from tests.procurement import factories, money, tendering
from tests.records.factories import make_value

pytestmark = pytest.mark.django_db


@dataclass
class Step:
    """The second step about ``row``, and what its status would become."""

    person: User  # who did the first
    role: Role  # the post that he holds now
    url: str
    row: object
    data: dict


def at(name: str, row) -> str:
    return reverse(f"procurement:{name}", args=[row.pk])


def project_approval(chongqing) -> Step:
    office = factories.make_office(chongqing)
    project = factories.make_submitted(office)
    return Step(office.officer, Role.BUREAU_CHIEF, at("project_approve", project), project, {"version": project.version})


def project_approval_after_one_change(chongqing) -> Step:
    """Another drafted and submitted it; he only changed the name."""
    office = factories.make_office(chongqing)
    other = make_user(role=Role.PURCHASE_OFFICER, organisation=office.bureau)
    project = factories.make_complete_draft(office)
    project = projects.edit_project(project.pk, version=project.version, name="改名", by=other)
    project = projects.submit_project(project.pk, version=project.version, by=office.officer)
    return Step(other, Role.BUREAU_CHIEF, at("project_approve", project), project, {"version": project.version})


def contract_approval(chongqing) -> Step:
    office = factories.make_office(chongqing)
    contract = factories.make_contract_draft(office, chongqing.contractors[0])
    contract = contracts.submit_contract(contract.pk, version=contract.version, by=office.officer)
    return Step(office.officer, Role.BUREAU_CHIEF, at("contract_approve", contract), contract, {"version": contract.version})


def contract_approval_after_submitting(chongqing) -> Step:
    """Another drafted it; he handed it in."""
    office = factories.make_office(chongqing)
    other = make_user(role=Role.PURCHASE_OFFICER, organisation=office.bureau)
    contract = factories.make_contract_draft(office, chongqing.contractors[0])
    contract = contracts.submit_contract(contract.pk, version=contract.version, by=other)
    return Step(other, Role.BUREAU_CHIEF, at("contract_approve", contract), contract, {"version": contract.version})


def report_acceptance(chongqing) -> Step:
    office = factories.make_office(chongqing)
    report = factories.make_submitted_report(office, chongqing.contractors[0])
    return Step(office.officer, Role.SUPERVISOR, at("report_accept", report), report, {"version": report.version})


def report_acceptance_by_the_reviewer(chongqing) -> Step:
    office = factories.make_office(chongqing)
    report = factories.make_submitted_report(office, chongqing.contractors[0])
    return Step(report.contract.reviewed_by, Role.SUPERVISOR, at("report_accept", report), report, {"version": report.version})


def running(chongqing):
    """(office, contract in service with an advance agreed)"""
    setter, confirmer = (make_user(role=Role.CITY_BUREAU, organisation=chongqing.city) for _ in range(2))
    with money.on(money.STARTED):
        office = factories.make_office(chongqing)
    factories.set_policy("advance_payment_share", "30", chongqing.city, setter, confirmer)
    return office, money.make_contract(office, chongqing.contractors[0])


def payment_confirmation(chongqing) -> Step:
    office, contract = running(chongqing)
    accepted = money.make_accepted(office, contract)
    with money.on(money.AFTER):
        payment = payments.request_payment(accepted.pk, by=office.officer)
    data = {"version": payment.version, "voucher": "GK-1", "paid_on": str(money.AFTER)}
    return Step(office.officer, Role.FINANCE_OFFICER, at("payment_confirm", payment), payment, data)


def amendment_approval(chongqing) -> Step:
    office, contract = running(chongqing)
    values = {"ground": "same_service", "increase": 100, "content": "增加", "reason": "新增对象", "same_terms": True}
    with money.on(money.STARTED):
        row = amendments.draft_amendment(contract.pk, by=office.officer, **values)
        row = amendments.submit_amendment(row.pk, version=row.version, by=office.officer)
    return Step(office.officer, Role.BUREAU_CHIEF, at("amendment_approve", row), row, {"version": row.version})


def award(chongqing) -> Step:
    """Who prepared the tender, now chief, would choose the winner."""
    world = tendering.make_world(chongqing)
    bids = [tendering.add_bidder(world), tendering.add_bidder(world, "950000")]
    tendering.reach_ranking(world, {bids[0].pk: "35", bids[1].pk: "30"})
    return Step(world.officer, Role.BUREAU_CHIEF, at("award_confirm", world.tender), world.tender, {"bid": bids[0].pk})


def writes_and_scores(chongqing) -> Step:
    """Who once set the scale, of another's project, would sit in the purchaser's seat."""
    world = tendering.make_world(chongqing)
    other = make_user(role=Role.PURCHASE_OFFICER, organisation=world.bureau)
    audit.record("procurement.project.factors_set", world.tender.project, by=other)
    tendering.add_bidder(world)
    tendering.open_bids(world)
    return Step(other, Role.PURCHASE_OFFICER, at("committee_draw", world.tender), world.tender, {"buyer_seat": other.pk})


def evaluator_tied_to_a_bidder(chongqing) -> Step:
    """Tied since after the draw, the expert would declare to be free."""
    world = tendering.make_world(chongqing)
    bid = tendering.add_bidder(world)
    tendering.open_bids(world)
    member = committee.draw_committee(world.tender.pk, buyer_seat=None, by=world.officer).members.first()
    contractor_services.record_tie(member.user, bid.contractor, kind="INTEREST", by=world.officer)
    return Step(member.user, Role.EXPERT, at("seat_declare", member), member, {"clear": "yes"})


def acceptance_after_submitting_the_contract(chongqing) -> Step:
    """He only handed the contract in; now he would accept what is delivered under it."""
    office, contract = running(chongqing)
    other = make_user(role=Role.PURCHASE_OFFICER, organisation=office.bureau)
    audit.record("procurement.contract.under_review", contract, by=other)
    return Step(other, Role.SUPERVISOR, at("acceptance_open", contract.instalments.get(number=1)), contract, {})


def value_confirmation(chongqing) -> Step:
    setter = make_user(role=Role.PURCHASE_OFFICER, organisation=chongqing.home.bureau)
    row = make_value(chongqing.home.bureau, setter, code="transfer_days", value="2")
    return Step(setter, Role.BUREAU_CHIEF, reverse("records:value_confirm", args=[row.pk]), row, {})


STEPS: list[Callable] = [
    project_approval, project_approval_after_one_change, contract_approval, contract_approval_after_submitting, report_acceptance,
    report_acceptance_by_the_reviewer, payment_confirmation, amendment_approval, award, value_confirmation,
    writes_and_scores, evaluator_tied_to_a_bidder, acceptance_after_submitting_the_contract,
]  # fmt: skip


def state(row) -> tuple:
    row.refresh_from_db()
    return getattr(row, "status", None), getattr(row, "version", None), Award.objects.count()


def change_post(person: User, role: Role) -> None:
    Membership.objects.filter(user=person).update(role=role)


@pytest.mark.parametrize("prepare", STEPS)
def test_a_new_post_does_not_undo_what_one_did_before(chongqing, browse, prepare):
    step = prepare(chongqing)
    change_post(step.person, step.role)
    before = state(step.row)
    answer = browse(step.person).post(step.url, step.data | {"idempotency_key": "k"})
    assert answer.status_code == 422, f"{answer.status_code} {answer.headers.get('Location')}"
    assert any(said in answer.content.decode() for said in ("须由另一人办理", "不能", "应当回避"))
    assert state(step.row) == before


CONTROLS: list[Callable] = [project_approval, contract_approval, contract_approval_after_submitting, report_acceptance, award]


@pytest.mark.parametrize("prepare", CONTROLS)
def test_control_somebody_else_in_the_same_post_may(chongqing, browse, prepare):
    step = prepare(chongqing)
    before = state(step.row)
    somebody = make_user(role=step.role, organisation=chongqing.home.bureau)
    answer = browse(somebody).post(step.url, step.data | {"idempotency_key": "k"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert state(step.row) != before
