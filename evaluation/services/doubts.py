"""Doubts about replies: what is kept of a device and for how long, what the patterns see, and what a person decides."""

import ipaddress
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from django.db import transaction

from accounts import audit
from accounts.models import Organisation
from accounts.reach import reach_of
from accounts.roles import Role
from evaluation import rules
from evaluation.models import Evaluation, ReplyDoubt, Survey, SurveyReply
from evaluation.rules import doubt
from evaluation.rules.doubt import Given, Limits
from records import clock
from records.crypto import blind_index
from records.refusals import Refused, uphold
from records.values import Value, policy_value, policy_values
from records.workflow import claim

log = logging.getLogger(__name__)
LIFE = "survey_device_days"
CODES = ("survey_device_replies", "survey_burst_seconds", "survey_contractor_network", "survey_alike_run", LIFE)
FIRM_ROLES = {Role.CONTRACTOR_ADMIN, Role.CONTRACTOR_REPORTER}
Decision = ReplyDoubt.Decision


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reply that a pattern points at: as it was written down, or as it is seen now and not yet written."""

    reply: SurveyReply
    findings: dict[str, str]
    row: ReplyDoubt | None = None

    @property
    def decision(self) -> str:
        """Open again when a pattern sees something new in a reply that was kept."""
        if self.row is None or (self.row.decision == Decision.KEPT and self.findings.keys() - self.row.findings.keys()):
            return Decision.OPEN
        return self.row.decision


# --- what is kept of a device ------------------------------------------------------------------------------------------


def settings_of(organisation: Organisation) -> dict[str, Value]:
    return policy_values(CODES, organisation, clock.today())


def limits_of(found: dict[str, Value]) -> Limits:
    """What is not set is not looked for."""
    number = lambda code: int(found[code].value) if code in found else None  # noqa: E731
    network = "survey_contractor_network" in found and found["survey_contractor_network"].value == "flag"
    return Limits(number("survey_device_replies"), number("survey_burst_seconds"), network, number("survey_alike_run"))


def device_days(organisation: Organisation) -> int | None:
    """How many days a device's mark is kept; None: none is made at all."""
    value = policy_value(LIFE, organisation, clock.today())
    return int(value.value) if value else None


def device_mark(survey: Survey, *, address: str, agent: str) -> str:
    """A keyed digest that holds within one survey only: equal for the same device behind the same address, and good for nothing else."""
    return blind_index(f"{survey.salt}|{address}|{agent[:300]}", "survey-device") if address else ""


def network_of(address: str) -> str:
    """The exit a building shares: the IPv4 address, or the first 64 bits of an IPv6 one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network(f"{found}/64", strict=False)) if found.version == 6 else str(found)


def note_network(user, address: str) -> None:
    """A contractor's person has signed in: remember the exit as a keyed digest, as long as device marks live, and no longer."""
    network = network_of(address)
    paths = {post.path for post in reach_of(user).posts if post.role in FIRM_ROLES} if network else ()
    for firm in Organisation.objects.filter(path__in=paths) if paths else ():
        if days := device_days(firm):
            _remember(_network_key(firm, network), days * 86_400)


def _remember(key: str, seconds: int) -> None:
    """Losing this costs a doubt, never a sign-in."""
    try:
        cache.set(key, 1, timeout=seconds)
    except Exception:  # any cache backend, any failure of it
        log.warning("survey networks: cache unreachable, not remembered")


def _remembered(key: str) -> bool:
    try:
        return cache.get(key) is not None
    except Exception:  # as above
        log.warning("survey networks: cache unreachable, not compared")
        return False


def _network_key(firm: Organisation, network: str) -> str:
    return f"survey-network:{blind_index(f'{firm.pk}|{network}', 'survey-network')}"


def trace_of(survey: Survey, *, address: str, agent: str) -> dict:
    """What a reply from a phone is stored with: a mark and a yes or no; nothing at all while no life is set for it."""
    evaluation = survey.evaluation
    if device_days(evaluation.organisation) is None:
        return {}
    key = _network_key(evaluation.contract.contractor.organisation, network_of(address))
    return {"device": device_mark(survey, address=address, agent=agent), "from_contractor": _remembered(key)}


def forget_devices() -> int:
    """Every mark whose days are over, after its doubts were written down. Runs every night, may run twice."""
    gone = 0
    surveys = Survey.objects.filter(codes__reply__device__gt="").select_related("evaluation__organisation").distinct()
    for survey in surveys:
        days = device_days(survey.evaluation.organisation)
        until = clock.now() if days is None else clock.now() - timedelta(days=days)
        old = SurveyReply.objects.filter(code__survey=survey, device__gt="", received_at__lte=until)
        if old.exists():
            gone += _forget(survey, old)
    return gone


@transaction.atomic
def _forget(survey: Survey, old) -> int:
    if claim(Evaluation, survey.evaluation_id).is_open:
        note(survey)
    return old.update(device="")


# --- what the patterns see ---------------------------------------------------------------------------------------------


def look(survey: Survey) -> list[Doubt]:
    """Every doubt there is, by serial: those written down and those seen now. Writes nothing."""
    replies = list(SurveyReply.objects.filter(code__survey=survey).select_related("code", "doubt__decided_by").prefetch_related("answers"))
    seen = {}
    if survey.evaluation.is_open:
        seen = doubt.findings([_given(row) for row in replies], limits_of(settings_of(survey.evaluation.organisation)))
    found = []
    for reply in sorted(replies, key=lambda row: row.code.serial):
        row = getattr(reply, "doubt", None)
        findings = (row.findings if row else {}) | seen.get(reply.code.serial, {})
        if findings:
            found.append(Doubt(reply, findings, row))
    return found


def _given(reply: SurveyReply) -> Given:
    levels = tuple(answer.level for answer in sorted(reply.answers.all(), key=lambda answer: answer.indicator_id))
    own = reply.channel == SurveyReply.Channel.WEB
    return Given(reply.code.serial, own, reply.received_at, reply.device, reply.from_contractor, levels)


def undecided(survey: Survey) -> int:
    """Doubts that wait for a person. Where nothing is looked for, only what was written down before."""
    if limits_of(settings_of(survey.evaluation.organisation)) == Limits():
        return ReplyDoubt.objects.filter(reply__code__survey=survey, decision=Decision.OPEN).count()
    return sum(each.decision == Decision.OPEN for each in look(survey))


def note(survey: Survey) -> None:
    """Write down what is seen, before the marks that show it are gone."""
    for each in look(survey):
        _write(each)


def _write(each: Doubt) -> ReplyDoubt:
    if each.row is None:
        return ReplyDoubt.objects.create(reply=each.reply, findings=each.findings)
    if each.findings != each.row.findings:
        if each.decision == Decision.OPEN and each.row.decision != Decision.OPEN:
            each.row.decision, each.row.reason, each.row.decided_by, each.row.decided_at = Decision.OPEN, "", None, None
        each.row.findings = each.findings
        each.row.save()
    return each.row


# --- what a person decides ---------------------------------------------------------------------------------------------


@transaction.atomic
def decide(evaluation_id: int, *, serials: Iterable[int], aside: bool, reason: str, by) -> int:
    """Set these replies aside or keep them, with one reason. May be decided anew until the period closes; each decision is on record."""
    evaluation = claim(Evaluation, evaluation_id)
    survey = Survey.objects.select_related("evaluation__organisation").filter(evaluation=evaluation).first()
    known = {each.reply.code.serial: each for each in look(survey)} if survey else {}
    serials = sorted(set(serials))
    if not serials:
        raise Refused.because("E-08", rules.THREE_VOICES, "请先勾选要核定的答卷。")
    for serial in serials:
        facts = {"doubted": serial in known, "is_open": evaluation.is_open, "serial": f"{serial:03d}"}
        uphold(doubt.decision_breaches(reason=reason, **facts))
    for serial in serials:
        row = _write(known[serial])
        row.decision, row.reason = Decision.ASIDE if aside else Decision.KEPT, reason.strip()[:300]
        row.decided_by, row.decided_at = by, clock.now()
        row.save()
    action = "evaluation.survey.set_aside" if aside else "evaluation.survey.reply_kept"
    detail = {"serials": serials, "reason": reason.strip(), "signs": _signs(known[serial] for serial in serials)}
    audit.record(action, evaluation, by=by, detail=detail)
    return len(serials)


def _signs(chosen: Iterable[Doubt]) -> list[str]:
    kinds = {kind for each in chosen for kind in each.findings}
    return [doubt.PATTERN_LABELS[kind] for kind in doubt.PATTERN_LABELS if kind in kinds]


def decisions_of(survey: Survey | None) -> list[dict]:
    """Every decision as it is frozen with a score."""
    rows = ReplyDoubt.objects.filter(reply__code__survey=survey).exclude(decision=Decision.OPEN) if survey else []
    return [
        {
            "serial": row.reply.code.serial,
            "decision": row.decision,
            "findings": row.findings,
            "reason": row.reason,
            "by": str(row.decided_by),
        }
        for row in (rows.select_related("reply__code", "decided_by") if survey else rows)
    ]
