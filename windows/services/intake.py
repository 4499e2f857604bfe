"""At the counter: register, then accept or hand out the one list of what is missing. One form, one transaction."""

import secrets
from dataclasses import dataclass, field
from datetime import date

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.models import Organisation
from records import clock, notices
from records.refusals import Refused, uphold
from records.values import policy_value, policy_values
from records.workflow import claim, move
from windows.models import Case, CaseMaterial, CaseStep, Material, OneTimeNotice, Programme, Slip, Step
from windows.rules import intake as rules
from windows.rules.clock import Unit
from windows.services import clocks, people, referrals, slips
from windows.services.guards import in_status

SERIES = "救助登记"
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 O 1 I
DELEGATED_WHOLE = 20  # DB-8: confirmation delegated to the township


@dataclass(frozen=True, slots=True)
class Application:
    """What the clerk's form says. ``papers``: material code → what was ticked; ``also``: further needs handed on at once."""

    organisation: Organisation
    programme: Programme
    person: people.PersonData
    need: str = ""
    papers: dict[str, str] = field(default_factory=dict)
    also: tuple[Programme, ...] = ()
    consent: bool = False
    by_proxy: bool = False
    agent_name: str = ""
    agent_phone: str = ""
    mandate: bool = False
    near_relative: bool = False
    relation: str = ""
    village: Organisation | None = None


def papers_of(materials, ticks: dict[str, str], *, urgent: bool) -> list[rules.Paper]:
    """The programme's list with the ticks. Untouched: required → missing, if applicable → not applicable, shareable → never asked.

    Raises Refused for a tick that the paper's kind does not allow (W-06, W-07).
    """
    papers = []
    for material in materials:
        default = rules.Brought.MISSING if material.need == Material.Need.REQUIRED else rules.Brought.NOT_APPLICABLE
        state = rules.Brought(ticks.get(material.code, default))
        papers.append(rules.Paper(material.code, material.name, rules.Need(material.need), state))
    uphold(rules.tick_breaches(papers, urgent=urgent))
    return papers


def open_case_of(person, programme: Programme) -> Case | None:
    """The open case of this person on this programme, wherever it lies."""
    if programme.action == Programme.Action.REGISTER or person is None:
        return None
    return Case.objects.open().filter(person=person, programme_code=programme.code).select_related("organisation").first()


@transaction.atomic
def log_application(form: Application, *, by) -> Case:
    """Register; accept when the papers are complete (W-06), else hand out the one-time notice (W-04). Returns the case."""
    uphold(rules.proxy_breaches(by_proxy=form.by_proxy, agent=form.agent_name, mandate=form.mandate))
    uphold(rules.near_relative_breaches(near_relative=form.near_relative, relation=form.relation))
    if form.village:
        uphold(rules.village_breaches(village=form.village.name, within=form.village.path.startswith(form.organisation.path)))
    materials = list(form.programme.materials.all())
    papers = papers_of(materials, form.papers, urgent=form.programme.urgent)
    district = form.organisation.district
    person = people.register(district, form.person, by=by)
    case = _register(form, person, by=by)
    _keep_papers(case, materials, papers)
    if rules.missing(papers) and not form.programme.urgent:
        give_notice(case, papers, reason="", by=by)
        move(case, Case.Status.AWAITING, by=by, note="材料不齐，已一次性告知")
        slips.issue(case, Slip.Kind.ONE_TIME, by=by)
    else:
        _accept(case, papers, also=form.also, by=by)
    return case


def _register(form: Application, person, *, by) -> Case:
    existing = open_case_of(person, form.programme)
    uphold(rules.duplicate_breaches(open_case=_named(existing) if existing else None))
    case = Case(
        organisation=form.organisation,
        village=form.village,
        number=next_number(form.organisation),
        progress_code=new_code(),
        person=person,
        programme=form.programme,
        programme_code=form.programme.code,
        need=form.need.strip(),
        first_contact=by,
        handler=by,
        by_proxy=form.by_proxy,
        agent_name=form.agent_name.strip(),
        agent_phone=form.agent_phone.strip(),
        near_relative=form.near_relative,
        relation=form.relation.strip(),
        consent=form.consent,
    )
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError:
        existing = open_case_of(person, form.programme)
        raise Refused(rules.duplicate_breaches(open_case=_named(existing) if existing else "刚刚由他人登记")) from None
    audit.record("windows.case.registered", case, by=by, detail={"programme": form.programme.name, "proxy": form.agent_name})
    return case


def _named(case: Case) -> str:
    return f"{case.organisation} {case.number}"


def next_number(organisation: Organisation) -> str:
    """“500101001-2026-00012”: township, year, running number. The row lock keeps two windows apart."""
    year = clock.today().year
    return case_number(organisation, year, notices.next_number(organisation, SERIES, year))


def case_number(organisation: Organisation, year: int, sequence: int) -> str:
    return f"{organisation.code[:9]}-{year}-{sequence:05d}"


def new_code() -> str:
    """The applicant's own key to the progress page: 10 characters of 32, unguessable."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(10))


def _keep_papers(case: Case, materials: list[Material], papers: list[rules.Paper]) -> None:
    today = clock.today()
    CaseMaterial.objects.bulk_create(
        CaseMaterial(
            case=case,
            material=material,
            state=CaseMaterial.State.LATER if _later(case, paper) else paper.state.value,
            brought_on=today if paper.state is rules.Brought.BROUGHT else None,
        )
        for material, paper in zip(materials, papers, strict=True)
        if paper.need is not rules.Need.SHAREABLE
    )


def _later(case: Case, paper: rules.Paper) -> bool:
    return case.programme.urgent and paper.state is rules.Brought.MISSING


def current_papers(case: Case) -> list[rules.Paper]:
    rows = case.materials.select_related("material")
    return [rules.Paper(row.material.code, row.material.name, rules.Need(row.material.need), rules.Brought(row.state)) for row in rows]


def give_notice(case: Case, papers: list[rules.Paper], *, reason: str, by) -> OneTimeNotice:
    """The list of everything missing, once. A second one needs a reason and counts (W-04)."""
    earlier = case.one_time_notices.count()
    lifted = uphold(rules.one_time_notice_breaches(papers, earlier_notices=earlier, reason=reason), reason=reason)
    items = [{"code": paper.code, "name": paper.name} for paper in rules.missing(papers)]
    notice = OneTimeNotice.objects.create(case=case, ordinal=earlier + 1, items=items, reason=reason.strip(), issued_by=by)
    audit.record(
        "windows.case.notified",
        case,
        by=by,
        detail={"ordinal": notice.ordinal, "items": [item["name"] for item in items], "lifted": [breach.rule for breach in lifted]},
    )
    return notice


@transaction.atomic
def add_papers(case_id: int, ticks: dict[str, str], *, version: int, by, reason: str = "") -> Case:
    """Papers were brought later. Complete ⇒ accepted in the same act; asked for something new ⇒ a second notice, with reason."""
    case = claim(Case, case_id, version=version)
    in_status(case, Case.Status.AWAITING, Case.Status.ACCEPTED, breach=("W-06", rules.ACCEPT), act="登记补交材料")
    before = {paper.code for paper in rules.missing(current_papers(case))}
    _tick(case, ticks)
    papers = current_papers(case)
    lacking = rules.missing(papers)
    if case.status == Case.Status.ACCEPTED:
        uphold(rules.acceptance_breaches(papers, urgent=case.programme.urgent))
    case.version += 1
    case.save(update_fields=["version"])
    audit.record("windows.case.papers", case, by=by, detail={"brought": sorted(before - {paper.code for paper in lacking})})
    if case.status == Case.Status.AWAITING and not lacking:
        _accept(case, papers, also=(), by=by)
    elif case.status == Case.Status.AWAITING and {paper.code for paper in lacking} - before:
        give_notice(case, papers, reason=reason, by=by)
        slips.issue(case, Slip.Kind.ONE_TIME, by=by)
    return case


def _tick(case: Case, ticks: dict[str, str]) -> None:
    today, rows = clock.today(), list(case.materials.select_related("material"))
    states = {row.material.code: row.state for row in rows} | ticks
    papers_of(case.programme.materials.all(), states, urgent=case.programme.urgent)
    for row in rows:
        state = ticks.get(row.material.code, row.state)
        if state != row.state:
            row.state = CaseMaterial.State(state)
            row.brought_on = today if state == CaseMaterial.State.BROUGHT else None
            row.save(update_fields=["state", "brought_on"])


def _accept(case: Case, papers: list[rules.Paper], *, also, by) -> None:
    uphold(rules.acceptance_breaches(papers, urgent=case.programme.urgent))
    case.accepted_on = clock.today()
    case.save(update_fields=["accepted_on"])
    move(case, Case.Status.ACCEPTED, by=by, note="受理" if case.programme.action == Programme.Action.HANDLE else "登记")
    create_steps(case)
    referrals.send_first(case, also, by=by)
    clocks.show_on_case(case)
    slips.issue(case, slips.kind_of_acceptance(case), by=by)


def create_steps(case: Case) -> list[CaseStep]:
    """D-05: the clocks begin with acceptance. ``confirm_level`` township: the confirming step is the township's, 20 working days."""
    definitions = list(case.programme.steps.all())
    level = policy_value("confirm_level", case.organisation, case.accepted_on)
    delegated = level is not None and level.value == "township"
    rows = [step_row(case, step, delegated) for step in definitions]
    if case.programme.whole is not None:
        rows.insert(0, whole_row(case, delegated))
    _set_by_authority(rows, case)
    now = clock.now()
    for row in rows:
        if row.whole or not row.step.after:
            row.status = CaseStep.Status.RUNNING
            clocks.begin(row, now)
    return CaseStep.objects.bulk_create(rows)


def step_row(case: Case, step: Step, delegated: bool) -> CaseStep:
    """A waiting row for one step of the programme's version. Not saved."""
    actor = Step.Actor.TOWNSHIP if delegated and step.concludes else step.actor
    return CaseStep(
        case=case,
        step=step,
        code=step.code,
        name=step.name,
        position=step.position,
        actor=actor,
        amount=step.amount,
        unit=step.unit,
        minimum=step.minimum,
    )


def whole_row(case: Case, delegated: bool) -> CaseStep:
    """The row of the whole case's clock. Not saved."""
    programme = case.programme
    amount = min(programme.whole_amount, DELEGATED_WHOLE) if delegated and programme.whole_unit == Unit.WORKDAYS else programme.whole_amount
    return CaseStep(
        case=case, code="WHOLE", name="全程", position=0, actor=Step.Actor.COUNTY, whole=True, amount=amount, unit=programme.whole_unit
    )


def _set_by_authority(rows: list[CaseStep], case: Case) -> None:
    """Limits that no text fixes are taken from the policy values in force, where somebody set them."""
    named = {row.step.policy_value: row for row in rows if row.step and row.step.policy_value}
    values = policy_values(list(named), case.organisation, case.accepted_on) if named else {}
    for code, value in values.items():
        if named[code].amount:
            named[code].amount = int(value.value)


@transaction.atomic
def refuse_application(case_id: int, *, reason: str, version: int, by) -> Case:
    """不予受理: only in writing, with reasons and remedies, and never of a complete application."""
    case = claim(Case, case_id, version=version)
    in_status(case, Case.Status.REGISTERED, Case.Status.AWAITING, breach=("W-06", rules.ACCEPT), act="作出不予受理决定")
    uphold(rules.refusal_breaches(complete=not rules.missing(current_papers(case)), reason=reason))
    case.conclusion, case.ended_at = reason.strip(), clock.now()
    case.save(update_fields=["conclusion", "ended_at"])
    move(case, Case.Status.NOT_ACCEPTED, by=by, note=reason.strip())
    slips.issue(case, Slip.Kind.NOT_ACCEPTED, by=by)
    return case


def expected_on(case: Case) -> date | None:
    """The day the applicant is told: the whole clock, else the farthest running one."""
    if case.due_on:
        return case.due_on
    return case.next_due_on
