"""T04: random verbs, in and out of order, by the people whose verbs they are: what the tables allow and nothing else.

Hypothesis draws the verbs; each is called in whatever state the paper stands. A verb out of order must be refused and leave no trace;
a verb that succeeds must end where the written table says, raise the version and leave its one audit row.
"""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEvent
from procurement.models import Award, Bid, Committee, Contract, PeriodicReport, Project, ScoreSheet, Standing, Tender
from procurement.rules import report as report_rules
from procurement.services import award as awards
from procurement.services import contract as contracts
from procurement.services import ending, opening, publication, quotes, review, rounds, scoring
from procurement.services import project as projects
from procurement.services import report as reports
from procurement.services import tender as tenders
from records import clock
from records.refusals import Refused
from tests.factories import make_chongqing
from tests.kept import fixture_of
from tests.procurement import factories, tendering
from tests.procurement.tendering import make_world

pytestmark = pytest.mark.django_db
STEPS = 12
CONTACT = {"contact_name": "经办甲", "contact_phone": "023-00000000", "contact_address": "示例路1号", "requirement": "入户调查"}
FULL = os.environ.get("YIMEN_WALK") == "full"  # make attacks: more than 10,000 steps in all
MACHINE = settings(
    derandomize=True, database=None, deadline=None, phases=[Phase.generate], report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
EXAMPLES = {"tender": 10, "choice": 10}  # of so many steps; their keys, envelopes and marks take time. The others: 25
FULL_EXAMPLES = 170
P, C, R, T = Project.Status, Contract.Status, PeriodicReport.Status, Tender.Status


@dataclass(frozen=True)
class Verb:
    """Written by hand from the policy: from where it may be done, and where it leads."""

    name: str
    legal: frozenset
    to: str
    call: Callable  # (pk, version) → None
    weight: int = 1  # how often it is drawn from those in order


@dataclass
class Machine:
    model: type
    pk: int
    verbs: list[Verb]
    done: Counter = field(default_factory=Counter)
    refused: Counter = field(default_factory=Counter)  # out of order

    def row(self):
        return self.model.objects.get(pk=self.pk)

    def trail(self) -> int:
        return AuditEvent.objects.about(self.row()).count()

    def step(self, verb: Verb) -> None:
        before, trail = self.row(), self.trail()
        try:
            with transaction.atomic():
                verb.call(self.pk, before.version)
        except (Refused, ObjectDoesNotExist):  # the latter: nothing there to act on, which the pages answer with 404
            after = self.row()
            assert (after.status, after.version, self.trail()) == (before.status, before.version, trail), f"{verb.name} left a trace"
            self.refused[verb.name] += before.status not in verb.legal
            return
        after = self.row()
        assert before.status in verb.legal, f"{verb.name} was done from {before.status}"
        assert after.status == verb.to, f"{verb.name} led to {after.status}"
        assert after.version > before.version
        assert AuditEvent.objects.about(after).filter(action__endswith=f".{str(verb.to).lower()}").exists()
        self.done[verb.name] += 1


def project_machine(office, _place) -> Machine:
    project, o, c = factories.make_complete_draft(office), office.officer, office.chief
    end = lambda outcome: lambda pk, v: publication.end_project(pk, outcome=outcome, version=v, reason="不再需要", by=c)  # noqa: E731
    running = frozenset({P.DRAFT, P.SUBMITTED, P.APPROVED, P.NOTICE_PUBLISHED})
    verbs = [
        Verb("submit", frozenset({P.DRAFT}), P.SUBMITTED, lambda pk, v: projects.submit_project(pk, version=v, by=o)),
        Verb("approve", frozenset({P.SUBMITTED}), P.APPROVED, lambda pk, v: projects.approve_project(pk, version=v, by=c)),
        Verb(
            "return", frozenset({P.SUBMITTED, P.APPROVED}), P.DRAFT, lambda pk, v: projects.return_project(pk, version=v, by=c, note="补正")
        ),
        Verb("terminate", running, P.TERMINATED, end(P.TERMINATED)),
        Verb("fail", frozenset({P.NOTICE_PUBLISHED}), P.FAILED, end(P.FAILED)),
    ]
    return Machine(Project, project.pk, verbs)


def contract_machine(office, place) -> Machine:
    firm = place.contractors[0]
    contract, o, c = factories.make_contract_draft(office, firm), office.officer, office.chief
    signer = factories.signer_of(firm)
    returnable = frozenset({C.UNDER_REVIEW, C.APPROVED})
    verbs = [
        Verb("submit", frozenset({C.DRAFT}), C.UNDER_REVIEW, lambda pk, v: contracts.submit_contract(pk, version=v, by=o)),
        Verb("approve", frozenset({C.UNDER_REVIEW}), C.APPROVED, lambda pk, v: contracts.approve_contract(pk, version=v, by=c)),
        Verb("return", returnable, C.DRAFT, lambda pk, v: contracts.return_contract(pk, version=v, by=c, note="补正")),
        Verb("sign", frozenset({C.APPROVED}), C.SIGNED, lambda pk, v: contracts.sign_contract(pk, version=v, by=signer, reason="补签")),
        Verb("start", frozenset({C.SIGNED}), C.IN_SERVICE, lambda pk, v: contracts.start_service(pk, version=v, by=o)),
        Verb("complete", frozenset({C.IN_SERVICE}), C.COMPLETED, lambda pk, v: contracts.complete_contract(pk, version=v, by=o)),
    ]
    return Machine(Contract, contract.pk, verbs)


def report_machine(office, place) -> Machine:
    firm = place.contractors[0]
    report = factories.make_due_report(office, firm)
    PeriodicReport.objects.filter(pk=report.pk).update(figures=factories.FIGURES)
    reporter, s = factories.signer_of(firm), office.supervisor
    said = {next(iter(report_rules.SECTIONS)): "请补充明细"}
    verbs = [
        Verb(
            "submit", frozenset({R.DUE, R.RETURNED}), R.SUBMITTED,
            lambda pk, v: reports.submit_report(pk, version=v, by=reporter, reason="据实报送"),
        ),
        Verb("accept", frozenset({R.SUBMITTED}), R.ACCEPTED, lambda pk, v: reports.accept_report(pk, version=v, by=s)),
        Verb("return", frozenset({R.SUBMITTED}), R.RETURNED, lambda pk, v: reports.return_report(pk, version=v, by=s, comments=said)),
    ]  # fmt: skip
    return Machine(PeriodicReport, report.pk, verbs)


def tender_machine(_office, place) -> Machine:
    """From the key to the marks, and every way to end or to begin a step again; keys, envelopes and committee are real."""
    world = make_world(place, open_for_bids=False, **CONTACT)
    return Machine(Tender, world.tender.pk, tender_verbs(world))


def choice_machine(_office, place) -> Machine:
    """The same from the marks to the award."""
    world = make_world(place, **CONTACT)
    for quote in ("900000", "950000"):
        tendering.add_bidder(world, quote)
    tendering.reach_scoring(world)
    return Machine(Tender, world.tender.pk, tender_verbs(world))


def tender_verbs(world) -> list[Verb]:
    pk, o, chief = world.tender.pk, world.officer, world.chief
    running = frozenset({T.OPEN, T.OPENED, T.QUOTING, T.SCORING, T.RANKED, T.AWARDED})
    return [
        Verb("open", frozenset({T.PREPARED}), T.OPEN, lambda *_: tenders.open_for_bids(pk, by=o), weight=4),
        Verb("unseal", frozenset({T.OPEN}), T.OPENED, lambda *_: receive_and_open(world), weight=6),
        Verb("call", frozenset({T.OPENED}), T.QUOTING, lambda *_: call_quotes(world), weight=4),
        Verb("unseal quotes", frozenset({T.QUOTING}), T.OPENED, lambda *_: open_quotes(world), weight=6),
        Verb("score", frozenset({T.OPENED}), T.SCORING, lambda *_: review.start_scoring(pk, by=o), weight=4),
        Verb("rank", frozenset({T.SCORING}), T.RANKED, lambda *_: mark_and_rank(world), weight=6),
        Verb("award", frozenset({T.RANKED}), T.AWARDED, lambda *_: confirm_best(world, chief), weight=4),
        Verb("lapse", frozenset({T.AWARDED}), T.RANKED, lambda *_: lapse(pk, chief), weight=4),
        Verb("again", frozenset({T.RANKED}), T.SCORING, lambda *_: rounds.review_again(pk, reason="评分汇总有误", by=o)),
        Verb("fail", running, T.FAILED, lambda *_: ending.fail_tender(pk, reason="有效供应商不足", by=o)),
    ]


def status_of(world) -> str:
    return Tender.objects.get(pk=world.tender.pk).status


def put_in_shares(world) -> None:
    """As it stands, without turning its clock."""
    for holder, passphrase in zip(world.holders, tendering.PASSPHRASES, strict=True):
        opening.contribute_share(world.tender.pk, passphrase=passphrase, by=holder)


def receive_and_open(world) -> None:
    if status_of(world) != T.OPEN:
        return put_in_shares(world)
    for quote in ("900000", "950000"):
        tendering.add_bidder(world, quote)
    tendering.open_bids(world)


def open_quotes(world) -> None:
    return tendering.open_final_quotes(world) if status_of(world) == T.QUOTING else put_in_shares(world)


def call_quotes(world) -> None:
    tendering.judge_all(world)
    if not Committee.objects.filter(tender=world.tender.pk).exists():
        tendering.seat_committee(world)
    quotes.call_quotes(world.tender.pk, deadline=clock.now() + timedelta(minutes=40), note="", by=world.officer)
    for bid in Bid.objects.filter(tender=world.tender.pk, status=Bid.Status.VALID):
        people = {contractor.pk: person for contractor, person in world.bidders}
        quotes.submit_quote(world.tender.pk, contractor=bid.contractor, quote=bid.quote, by=people[bid.contractor_id])


def mark_and_rank(world) -> None:
    bids = ScoreSheet.objects.filter(bid__tender=world.tender.pk).values_list("bid", flat=True)
    tendering.score_all(world, dict.fromkeys(bids, "30"))
    scoring.rank_bids(world.tender.pk, by=world.officer)


def confirm_best(world, chief) -> None:
    best = Standing.objects.filter(bid__tender=world.tender.pk, bid__awards=None).order_by("rank").first()
    awards.confirm_award(world.tender.pk, bid_id=best.bid_id if best else 0, by=chief, reason="综合评分最高")


def lapse(pk, chief) -> None:
    found = Award.objects.in_force().filter(tender=pk).first()
    awards.lapse_award(found.pk if found else 0, reason="书面放弃签约", refusal=tendering.letter(), by=chief)


MACHINES = {
    "project": project_machine,
    "contract": contract_machine,
    "report": report_machine,
    "tender": tender_machine,
    "choice": choice_machine,
}
GUARDED_TWICE = {"tender": ("open", "unseal"), "choice": ("rank", "award")}  # by the table and by their own services
MUST_BE_DONE = {
    "project": {"submit", "approve", "return", "terminate"},
    "contract": {"submit", "approve", "return", "sign"},
    "report": {"submit", "accept", "return"},
    "tender": {"open", "unseal", "call", "unseal quotes", "score", "fail"},
    "choice": {"rank", "award", "lapse", "again", "fail"},
}


def run(machine: Machine, examples: int = 25) -> None:
    """Half of the verbs are drawn from those in order, so that the machine gets somewhere."""

    @settings(MACHINE, max_examples=FULL_EXAMPLES if FULL else examples)
    @given(st.data())
    def walk(data):
        with transaction.atomic():
            for _ in range(STEPS):
                status = machine.row().status
                in_order = [verb for verb in machine.verbs for _ in range(verb.weight) if status in verb.legal]
                astray = data.draw(st.booleans()) or not in_order
                machine.step(data.draw(st.sampled_from(machine.verbs if astray else in_order)))
            transaction.set_rollback(True)

    walk()


def scene_once():
    chongqing = make_chongqing()
    office = factories.make_office(chongqing)
    return SimpleNamespace(chongqing=chongqing, office=office)


office = fixture_of("office")


@pytest.mark.parametrize("noun", MACHINES)
def test_no_order_of_verbs_gets_past_the_table(office, chongqing, noun):
    machine = MACHINES[noun](office, chongqing)
    run(machine, EXAMPLES.get(noun, 25))
    assert MUST_BE_DONE[noun] <= set(machine.done), machine.done
    assert sum(machine.refused.values()) > 15, machine.refused


@pytest.mark.parametrize("noun", sorted(MACHINES.keys() - GUARDED_TWICE.keys()))
def test_control_a_door_that_lets_everything_through_is_seen(office, chongqing, noun, monkeypatch):
    machine = MACHINES[noun](office, chongqing)
    statuses = set(machine.model.Status)
    monkeypatch.setattr(machine.model, "TRANSITIONS", {status: statuses for status in statuses})
    with pytest.raises(AssertionError, match="was done from"):
        run(machine)


@pytest.mark.parametrize("noun", GUARDED_TWICE)
def test_control_a_verb_that_the_written_policy_does_not_allow_is_seen(office, chongqing, noun):
    machine, (first, second) = MACHINES[noun](office, chongqing), GUARDED_TWICE[noun]
    verbs = {verb.name: verb for verb in machine.verbs}
    machine.verbs = [verbs[first], replace(verbs[second], legal=frozenset())]
    with pytest.raises(AssertionError, match="was done from"):
        run(machine, 5)
