"""A case under way: steps done, clocks stopped, time extended, conclusion written."""

from django.db import transaction
from django.db.models import F

from accounts import audit
from records import clock
from records.policy import Clause
from records.refusals import Refused, uphold
from records.workflow import claim, move
from windows.models import Case, CaseStep, Programme, Slip
from windows.rules import clock as clock_rules
from windows.rules import course as rules
from windows.services import charity_needs, clocks, objections, publicity, referrals, slips, verification
from windows.services.guards import in_status

TAKEN_BACK = "申请人已撤回申请"
CONCLUDE = Clause("民发〔2021〕57号", "第二十八条")
Status = CaseStep.Status


def waiting_for(step: CaseStep) -> list[str]:
    """Names of the steps that must be done before this one."""
    codes = step.step.after if step.step else []
    return list(step.case.steps.filter(code__in=codes).exclude(status=Status.DONE).values_list("name", flat=True))


@transaction.atomic
def complete_step(pk: int, *, note: str, version: int, by) -> CaseStep:
    """Mark a step done and begin what waited for it. ``version`` is the case's. The concluding step is done by ``conclude``.

    Who took part is what the record of the visit says.
    """
    step = CaseStep.objects.select_related("step").get(pk=pk)
    case = claim(Case, step.case_id, version=version)
    step = CaseStep.objects.select_for_update(of=("self",)).select_related("step", "case").get(pk=pk)
    if step.whole or (step.step and step.step.concludes):
        raise Refused.because("W-14", CONCLUDE, f"“{step.name}”由作出结论完成，请填写结论。")
    in_status(step, Status.RUNNING, Status.WAITING, Status.PAUSED, breach=("W-14", CONCLUDE), act="登记完成")
    visit = step.visits.standing().last()
    names = visit.investigators if visit else []
    earliest = step.due_on if step.minimum and step.starts_on else None
    if step.minimum and step.starts_on and not step.paused_on and earliest is None:
        raise Refused.because("D-02", CONCLUDE, f"“{step.name}”的期满日还没有算出：{step.due_note}。")
    uphold(
        rules.step_breaches(
            name=step.name,
            waiting_for=waiting_for(step),
            paused=step.status == Status.PAUSED,
            earliest=earliest,
            today=clock.today(),
            people=names,
            people_minimum=step.step.people if step.step else 0,
            recorded=visit is not None,
        )
    )
    if step.minimum:
        publicity.finish(step, note=note, by=by)
    step.note, step.people, step.done_on, step.done_by = note.strip(), "、".join(names)[:120], clock.today(), by
    step.save(update_fields=["note", "people", "done_on", "done_by"])
    move(step, Status.DONE, by=by, note=step.note)
    _bump(case)
    begin_ready(case, by=by)
    _resume_whole(case, by=by)
    clocks.show_on_case(case)
    return step


def _bump(case: Case) -> None:
    case.version += 1
    case.save(update_fields=["version"])


def begin_ready(case: Case, *, by) -> None:
    """Start every waiting step whose predecessors are all done."""
    steps = list(case.steps.select_related("step"))
    done = {step.code for step in steps if step.status == Status.DONE}
    for step in steps:
        if step.status == Status.WAITING and step.step and set(step.step.after) <= done:
            clocks.begin(step, clock.now())
            step.save(update_fields=clocks.DUE_FIELDS)
            move(step, Status.RUNNING, by=by)


@transaction.atomic
def pause_step(pk: int, *, reason: str, note: str, version: int, by) -> CaseStep:
    """Stop a step's clock, and the whole case's with it, for a reason that the programme's version lists (D-05)."""
    step = CaseStep.objects.get(pk=pk)
    case = claim(Case, step.case_id, version=version)
    step = CaseStep.objects.select_related("case").get(pk=pk)
    in_status(step, Status.RUNNING, breach=("D-05", clock_rules.WHOLE_CASE), act="暂停计时")
    allowed, rows = case.programme.pause_reasons, _with_whole(case, step)
    due = min((row.due_on for row in rows if row.due_on is not None), default=None)
    uphold(clock_rules.pause_breaches(reason=reason, allowed=allowed, standing=False, due=due, today=clock.today()))
    if step.whole:
        raise Refused.because("D-05", clock_rules.WHOLE_CASE, "全程时限只随办理环节暂停，请暂停正在办理的环节。")
    for row in rows:
        if row.status == Status.RUNNING:
            span = clocks.pause(row, reason=reason, note=note, by=by)
            move(row, Status.PAUSED, by=by, note=allowed[reason], detail={"note": note, "due_before": span.due_before})
    _bump(case)
    clocks.show_on_case(case)
    return step


@transaction.atomic
def resume_step(pk: int, *, version: int, by) -> CaseStep:
    """Start the clock again; the due day moves by the working days that stood still, both in the history."""
    step = CaseStep.objects.get(pk=pk)
    case = claim(Case, step.case_id, version=version)
    step = CaseStep.objects.select_related("case").get(pk=pk)
    uphold(clock_rules.resume_breaches(standing=step.status == Status.PAUSED, started_on=step.paused_on, today=clock.today()))
    if step.whole:
        raise Refused.because("D-05", clock_rules.WHOLE_CASE, "全程时限随办理环节恢复，请恢复暂停的环节。")
    uphold(objections.resume_breaches(step))
    _go_on(step, by=by)
    _resume_whole(case, by=by)
    _bump(case)
    clocks.show_on_case(case)
    return step


def _go_on(row: CaseStep, *, by) -> None:
    span = clocks.resume(row, by=by)
    move(row, Status.RUNNING, by=by, detail={"due_before": span.due_before, "due_after": span.due_after})


def _resume_whole(case: Case, *, by) -> None:
    """The whole clock stands while any step stands, and goes on with the last of them (D-05)."""
    rows = list(case.steps.filter(status=Status.PAUSED))
    if all(row.whole for row in rows):
        for row in rows:
            _go_on(row, by=by)


def _with_whole(case: Case, step: CaseStep) -> list[CaseStep]:
    return [row for row in case.steps.all() if row.pk == step.pk or row.whole]


@transaction.atomic
def extend(case_id: int, *, reason: str, note: str, version: int, by) -> Case:
    """30 working days become 45 for a listed special reason, once (DB-8, RG-1)."""
    case = claim(Case, case_id, version=version)
    programme = case.programme
    in_status(case, Case.Status.ACCEPTED, breach=("DB-8", clock_rules.WHOLE_CASE), act="延长办理时限")
    whole = case.steps.filter(whole=True).first()
    uphold(
        clock_rules.extension_breaches(
            reason=reason,
            allowed=programme.extension_reasons,
            already=bool(case.extension),
            extended_limit=programme.extended_amount if whole else None,
            note=note,
            due=whole.due_on if whole else None,
            today=clock.today(),
        )
    )
    before, whole.amount = whole.due_on, programme.extended_amount
    clocks.set_due(whole, clocks.standstills(whole))
    whole.save(update_fields=["amount", *clocks.DUE_FIELDS])
    case.extension, case.extension_note = reason, note.strip()
    case.version += 1
    case.save(update_fields=["extension", "extension_note", "version"])
    detail = {"reason": programme.extension_reasons[reason], "note": note, "due_before": before, "due_after": whole.due_on}
    audit.record("windows.case.extended", case, by=by, detail=detail)
    clocks.show_on_case(case)
    return case


@transaction.atomic
def conclude(case_id: int, *, outcome: str, reason: str, version: int, by, county_visit_on=None, complained: bool = False) -> Case:
    """DB-7: the answer, its notice issued at once: confirmed, declined (written, with remedies), or closed where others decided.

    ``complained``: somebody complained while the county decided (DB-6); an objection that came by then is such a complaint.
    """
    case = claim(Case, case_id, version=version)
    outcome = Case.Status(outcome)
    in_status(case, Case.Status.ACCEPTED, breach=("W-14", CONCLUDE), act="作出结论")
    if outcome not in outcomes_for(case):
        raise Refused.because("W-14", CONCLUDE, f"“{case.programme}”不能以“{outcome.label}”办结。")
    if county_visit_on:
        case.county_visit_on = county_visit_on
    complained = complained or late_objections(case)
    visit = {"visited_on": case.county_visit_on, "accepted_on": case.accepted_on, "today": clock.today()}
    uphold([*_breaches(case, outcome, reason), *rules.county_visit_breaches(complained=complained, **visit)])
    case.conclusion, case.ended_at = reason.strip(), clock.now()
    case.save(update_fields=["conclusion", "ended_at", "county_visit_on"])
    move(case, outcome, by=by, note=reason.strip(), detail={"complained": True} if complained else None)
    verification.stop_all(case, reason=f"申请已{outcome.label}", by=by)
    publicity.stop(case, by=by)
    _end_steps(case, by=by)
    slips.issue(case, Slip.Kind.DECISION, by=by)
    return case


def county_looks(case: Case) -> bool:
    """Does the county confirm it by D57, and look at home where somebody complained (DB-6)?"""
    return case.steps.filter(step__concludes=True, step__rule="DB-6").exists()


def late_objections(case: Case) -> bool:
    """Was an objection brought while the county was deciding already?"""
    begun = case.steps.filter(step__concludes=True, step__rule="DB-6", status=Status.RUNNING).values_list("starts_on", flat=True).first()
    return begun is not None and case.objections.filter(recorded_on__gte=begun, recorded_on__gt=F("publicity__step__done_on")).exists()


def outcomes_for(case: Case) -> tuple[Case.Status, ...]:
    if case.programme.action == Programme.Action.HANDLE:
        return (Case.Status.CONFIRMED, Case.Status.DECLINED)
    return (Case.Status.CLOSED,)


def _breaches(case: Case, outcome, reason: str):
    open_referrals = [f"{row.to_organisation.label}（{row.get_status_display()}）" for row in case.referrals.open()]
    yield from rules.closing_breaches(open_referrals=open_referrals)
    if outcome in (Case.Status.CONFIRMED, Case.Status.DECLINED):
        yield from verification.closing_breaches(case, confirming=outcome == Case.Status.CONFIRMED)
        yield from objections.closing_breaches(case)
    if outcome == Case.Status.CONFIRMED:
        unfinished = case.steps.exclude(status=Status.DONE).filter(whole=False, step__concludes=False)
        names = list(unfinished.values_list("name", flat=True))
        yield from rules.confirmation_breaches(open_steps=names, near_relative=case.near_relative, county_visit_on=case.county_visit_on)
    if outcome in (Case.Status.DECLINED, Case.Status.CLOSED):
        yield from rules.negative_breaches(reason=reason, act="不予确认" if outcome == Case.Status.DECLINED else "办结")


def _end_steps(case: Case, *, by) -> None:
    today = clock.today()
    for step in case.steps.select_related("step"):
        if step.status == Status.DONE:
            continue
        reached = step.whole or (step.step and step.step.concludes and step.status == Status.RUNNING)
        if step.status == Status.PAUSED:
            clocks.resume(step, by=by)
            move(step, Status.RUNNING, by=by)
        if reached:
            step.done_on, step.done_by = today, by
            step.save(update_fields=["done_on", "done_by"])
            move(step, Status.DONE, by=by)
        else:
            move(step, Status.SKIPPED, by=by)
    clocks.show_on_case(case)


@transaction.atomic
def withdraw(case_id: int, *, reason: str, version: int, by) -> Case:
    """The applicant takes the application back: whatever was sent out, hung, asked or promised for it is taken back along."""
    case = claim(Case, case_id, version=version)
    if not case.is_open:
        raise Refused.because("W-14", CONCLUDE, f"该申请{case.get_status_display()}，不能再登记撤回。")
    uphold(rules.negative_breaches(reason=reason, act="申请人撤回"))
    case.conclusion, case.ended_at = reason.strip(), clock.now()
    case.save(update_fields=["conclusion", "ended_at"])
    move(case, Case.Status.WITHDRAWN, by=by, note=reason.strip())
    for stop in (verification.stop_all, referrals.stop_all, objections.stop, publicity.take_back, charity_needs.stop_all):
        stop(case, reason=TAKEN_BACK, by=by)
    for step in case.steps.exclude(status=Status.DONE):
        if step.status == Status.PAUSED:
            clocks.resume(step, by=by)
            move(step, Status.RUNNING, by=by)
        move(step, Status.SKIPPED, by=by)
    clocks.show_on_case(case)
    return case
