"""Every verb on every status it is not for: refused in words, never an exception, and nothing changed."""

from datetime import UTC, datetime
from itertools import product

import pytest
import time_machine

from accounts.models import AuditEvent
from records import clock
from records.refusals import Refused
from tests.windows.factories import log, make_clerk, programme
from windows.models import Case, CaseStep, Escalation, Referral, Slip, Standstill
from windows.services import course, intake, referrals

pytestmark = pytest.mark.django_db
REASON = "申请人已经另行办理"


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(datetime(2026, 9, 21, 2, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def township(chongqing):
    return chongqing.home.townships[0].organisation


@pytest.fixture
def clerk(township):
    return make_clerk(township)


def everything():
    """All rows that a verb could touch, as plain values."""
    models = (Case, CaseStep, Referral, Standstill, Slip, Escalation)
    return [list(model.objects.order_by("pk").values()) for model in models] + [AuditEvent.objects.count()]


def refused_without_a_trace(verb):
    before = everything()
    with pytest.raises(Refused):
        verb()
    assert everything() == before


CASE = Case.Status
CASE_VERBS = {
    "papers": ({CASE.AWAITING, CASE.ACCEPTED}, lambda c, by: intake.add_papers(c.pk, {"CONSENT": "BROUGHT"}, version=c.version, by=by)),
    "refuse": (
        {CASE.REGISTERED, CASE.AWAITING},
        lambda c, by: intake.refuse_application(c.pk, reason=REASON, version=c.version, by=by),
    ),
    "extend": ({CASE.ACCEPTED}, lambda c, by: course.extend(c.pk, reason="SEPARATED", note="外地", version=c.version, by=by)),
    "conclude": (
        {CASE.ACCEPTED},
        lambda c, by: course.conclude(c.pk, outcome="DECLINED", reason=REASON, version=c.version, by=by),
    ),
    "withdraw": (
        {CASE.REGISTERED, CASE.AWAITING, CASE.ACCEPTED},
        lambda c, by: course.withdraw(c.pk, reason=REASON, version=c.version, by=by),
    ),
    "refer": (
        {CASE.ACCEPTED},
        lambda c, by: referrals.send_from_case(
            c.pk,
            programme("MEDICAL"),
            referrals.receiver_for(programme("MEDICAL"), c.organisation),
            reason="住院",
            consent=True,
            version=c.version,
            by=by,
        ),
    ),
}


def case_in(status, clerk, township) -> Case:
    """Not yet accepted: without steps, as in life. Ended: with the steps it had."""
    case = log(clerk, township, papers={} if status in (CASE.REGISTERED, CASE.AWAITING, CASE.NOT_ACCEPTED) else None)
    ended = {} if status in ("REGISTERED", "AWAITING", "ACCEPTED") else {"ended_at": clock.now(), "conclusion": REASON}
    Case.objects.filter(pk=case.pk).update(status=status, **ended)
    return Case.objects.get(pk=case.pk)


CASE_WRONG = [(verb, status) for verb, status in product(CASE_VERBS, CASE) if status not in CASE_VERBS[verb][0]]


@pytest.mark.parametrize(("verb", "status"), CASE_WRONG)
def test_a_verb_of_a_case_on_the_wrong_status_is_refused_without_a_trace(verb, status, clerk, township):
    case = case_in(status, clerk, township)
    refused_without_a_trace(lambda: CASE_VERBS[verb][1](case, clerk))


STEP = CaseStep.Status
STEP_VERBS = {
    "complete": ({STEP.RUNNING}, lambda s, by: course.complete_step(s.pk, note="已办", version=s.case.version, by=by)),
    "pause": ({STEP.RUNNING}, lambda s, by: course.pause_step(s.pk, reason="SUPPLEMENT", note="", version=s.case.version, by=by)),
    "resume": ({STEP.PAUSED}, lambda s, by: course.resume_step(s.pk, version=s.case.version, by=by)),
}
STEP_WRONG = [(verb, status) for verb, status in product(STEP_VERBS, STEP) if status not in STEP_VERBS[verb][0]]


@pytest.mark.parametrize("code", ["RELIEF", "PAPERS", "WHOLE"])
@pytest.mark.parametrize(("verb", "status"), STEP_WRONG)
def test_a_verb_of_a_step_on_the_wrong_status_is_refused_without_a_trace(verb, status, code, clerk, township):
    case = log(clerk, township, "TEMPORARY_URGENT")
    row = case.steps.filter(code=code).first() or case.steps.last()
    CaseStep.objects.filter(pk=row.pk).update(status=status, done_on=clock.today() if status == STEP.DONE else None)
    row = CaseStep.objects.select_related("case").get(pk=row.pk)
    refused_without_a_trace(lambda: STEP_VERBS[verb][1](row, clerk))


SENT = Referral.Status
SUB_VERBS = {
    "acknowledge": ({SENT.SENT}, lambda r, by: referrals.acknowledge(r.pk, version=r.version, by=by)),
    "send back": (
        {SENT.SENT, SENT.ACKNOWLEDGED},
        lambda r, by: referrals.send_back(r.pk, reason=REASON, version=r.version, by=by),
    ),
    "ask": ({SENT.ACKNOWLEDGED}, lambda r, by: referrals.ask_more(r.pk, question="费用清单", version=r.version, by=by)),
    "supply": ({SENT.MORE_ASKED}, lambda r, by: referrals.supply(r.pk, supplement="已补", version=r.version, by=by)),
    "answer": (
        {SENT.ACKNOWLEDGED},
        lambda r, by: referrals.answer(r.pk, outcome="GRANTED", text="已救助", version=r.version, by=by),
    ),
    "send again": (
        {SENT.RETURNED},
        lambda r, by: referrals.send_again(r.pk, receiver=r.to_organisation, reason="改送", version=r.version, by=by),
    ),
    "recall": (set(referrals.OPEN), lambda r, by: referrals.recall(r.pk, reason=REASON, version=r.version, by=by)),
}
SUB_WRONG = [(verb, status) for verb, status in product(SUB_VERBS, SENT) if status not in SUB_VERBS[verb][0]]
NEEDS = {"ANSWERED": {"answer": "已办", "outcome": "GRANTED", "answered_at": clock.now()}, "RETURNED": {"return_reason": REASON}}


@pytest.mark.parametrize(("verb", "status"), SUB_WRONG)
def test_a_verb_of_a_sub_case_on_the_wrong_status_is_refused_without_a_trace(verb, status, clerk, township):
    row = log(clerk, township, "MEDICAL").referrals.get()
    Referral.objects.filter(pk=row.pk).update(status=status, **NEEDS.get(status, {}))
    refused_without_a_trace(lambda: SUB_VERBS[verb][1](Referral.objects.get(pk=row.pk), clerk))
