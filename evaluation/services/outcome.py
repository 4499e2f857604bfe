"""From score to public result: objection, finalisation by another person, publication, correction."""

from decimal import Decimal

from django.db import transaction
from django.urls import reverse

from accounts import audit
from accounts.roles import Role
from contractors.services import record_performance
from evaluation import reports, rules
from evaluation.masking import mask_personal
from evaluation.models import Evaluation, Objection, Score
from evaluation.rules import Source
from evaluation.services import dates
from procurement.models import Project
from procurement.services.retained import release_retained
from records import clock, messages, notices
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim, move, touch

Status = Evaluation.Status
REPORT, ANNOUNCEMENT = "evaluation.report", "evaluation.announcement"


@transaction.atomic
def note_improvement(evaluation_id: int, *, text: str, by, version: int | None = None) -> Evaluation:
    """What the purchaser asks to mend, in words; goes on page 1 of the report. Open until the report is final."""
    evaluation = claim(Evaluation, evaluation_id, version=version)
    if evaluation.status not in (Status.COLLECTING, Status.SCORED, Status.OBJECTION):
        raise Refused.because("E-15", rules.THREE_VOICES, f"本期评价{evaluation.get_status_display()}，不能再改“需要改进”。")
    evaluation.improvement = text.strip()
    touch(evaluation)
    evaluation.save(update_fields=["improvement", "version"])
    audit.record("evaluation.evaluation.improvement", evaluation, by=by)
    return evaluation


@transaction.atomic
def reopen(evaluation_id: int, *, reason: str, by) -> Evaluation:
    """Back to collecting, before anything is final; the audit trail keeps the score that was."""
    evaluation = claim(Evaluation, evaluation_id)
    if not reason.strip():
        raise Refused.because("E-15", rules.THREE_VOICES, "退回收集须写明原因。")
    before = {"total": str(evaluation.total), "sha256": evaluation.frozen_sha256}
    return move(evaluation, Status.COLLECTING, by=by, note=reason, detail=before)


@transaction.atomic
def open_objection(evaluation_id: int, *, by) -> Evaluation:
    """Show the score to the contractor, who has some working days to object (E-15)."""
    evaluation = claim(Evaluation, evaluation_id)
    evaluation.objection_from = clock.today()
    due = dates.objection_due(evaluation.scheme, evaluation.objection_from)
    evaluation.objection_due_on, evaluation.objection_waived_by = due.on, None
    touch(evaluation)
    evaluation.save(update_fields=["objection_from", "objection_due_on", "objection_waived_by", "version"])
    move(evaluation, Status.OBJECTION, by=by)
    title = f"绩效评价结果请核对：{evaluation.contract.project.name}"
    body = f"总分 {rules.shown(evaluation.total)}，等级“{evaluation.grade}”。如有异议，请在异议期内提出。异议期至：{due}。"
    contractor = evaluation.contract.contractor.organisation
    key = f"evaluation-objection:{evaluation.pk}:{evaluation.version}"
    messages.to_role(contractor, Role.CONTRACTOR_ADMIN, title, body, url=_url(evaluation), key=key)
    return evaluation


def _url(evaluation: Evaluation) -> str:
    return reverse("evaluation:evaluation_detail", args=[evaluation.pk])


def _in_objection(evaluation: Evaluation) -> None:
    if evaluation.status != Status.OBJECTION:
        raise Refused.because("E-15", rules.THREE_VOICES, f"本期评价{evaluation.get_status_display()}，不在异议期。")


@transaction.atomic
def raise_objection(evaluation_id: int, *, text: str, by, file=None) -> Objection:
    evaluation = claim(Evaluation, evaluation_id)
    _in_objection(evaluation)
    uphold(rules.objection_breaches(today=clock.today(), due_on=evaluation.objection_due_on))
    due = dates.answer_due(evaluation.scheme, clock.today())
    objection = Objection.objects.create(evaluation=evaluation, text=text.strip(), file=file, raised_by=by, answer_due_on=due.on)
    _set_waiver(evaluation, None)
    audit.record("evaluation.objection.raised", evaluation, by=by, detail={"objection": objection.pk, "answer_due_on": due.on})
    title = f"收到绩效评价异议：{evaluation.contract.project.name}"
    key = f"evaluation-objected:{objection.pk}"
    messages.to_office(evaluation.organisation, Role.EVALUATION_OFFICER, title, f"答复期限：{due}。", url=_url(evaluation), key=key)
    return objection


@transaction.atomic
def waive_objection(evaluation_id: int, *, by) -> Evaluation:
    """The contractor says that it has nothing to say: no need to wait for the end of the window."""
    evaluation = claim(Evaluation, evaluation_id)
    _in_objection(evaluation)
    if evaluation.objections.filter(outcome=Objection.Outcome.OPEN).exists():
        raise Refused.because("E-15", rules.THREE_VOICES, "已提出的异议尚未答复，不能同时表示无异议。")
    _set_waiver(evaluation, by)
    audit.record("evaluation.objection.waived", evaluation, by=by)
    return evaluation


def _set_waiver(evaluation: Evaluation, by) -> None:
    evaluation.objection_waived_by = by
    touch(evaluation)
    evaluation.save(update_fields=["objection_waived_by", "version"])


@transaction.atomic
def answer_objection(objection_id: int, *, upheld: bool, answer: str, by) -> Objection:
    """Answer in words. An upheld objection sends the evaluation back to be scored anew."""
    evaluation = claim(Evaluation, Objection.objects.values_list("evaluation_id", flat=True).get(pk=objection_id))
    objection = claim(Objection, objection_id)
    if objection.outcome != Objection.Outcome.OPEN:
        raise Refused.because("E-15", rules.THREE_VOICES, "这件异议已经答复。")
    if not answer.strip():
        raise Refused.because("E-15", rules.THREE_VOICES, "答复异议须写明理由。")
    objection.outcome = Objection.Outcome.UPHELD if upheld else Objection.Outcome.REJECTED
    objection.answer, objection.answered_by, objection.answered_at = answer.strip(), by, clock.now()
    objection.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])
    audit.record("evaluation.objection.answered", evaluation, by=by, detail={"objection": objection.pk, "outcome": objection.outcome})
    if upheld:
        move(evaluation, Status.COLLECTING, by=by, note="异议成立，重新计分", detail={"sha256": evaluation.frozen_sha256})
    messages.send(
        [objection.raised_by], "绩效评价异议已答复", objection.answer, url=_url(evaluation), key=f"evaluation-answered:{objection.pk}"
    )
    return objection


def finalise_breaches(evaluation: Evaluation, by) -> list[Breach]:
    """Shown beside the button before it is pressed."""
    scorers = set(Score.objects.filter(evaluation=evaluation, entered_by__isnull=False).values_list("entered_by_id", flat=True))
    waived = evaluation.objection_waived_by_id is not None
    over = evaluation.objection_due_on is not None and clock.today() > evaluation.objection_due_on
    return list(
        rules.finalise_breaches(
            scorers=scorers | {evaluation.scored_by_id} - {None},
            finaliser=by.pk,
            open_objections=evaluation.objections.filter(outcome=Objection.Outcome.OPEN).count(),
            window_closed=waived or over,
        )
    )


@transaction.atomic
def finalise(evaluation_id: int, *, by, version: int | None = None) -> Evaluation:
    """The report is issued and the 20-working-day clock of publication starts (E-10). Not by anyone who scored."""
    evaluation = claim(Evaluation, evaluation_id, version=version)
    _in_objection(evaluation)
    uphold(finalise_breaches(evaluation, by))
    evaluation.finalised_by, evaluation.finalised_at = by, clock.now()
    evaluation.publish_due_on = dates.publish_due(clock.today()).on
    evaluation.report = notices.issue(
        REPORT,
        organisation=evaluation.organisation,
        title=f"{evaluation.contract.project.name}绩效评价报告",
        template="evaluation/print/report.html",
        context=reports.report_context(evaluation),
        by=by,
        number_prefix=reports.number_prefix(evaluation.organisation),
    )
    touch(evaluation)
    evaluation.save(update_fields=["finalised_by", "finalised_at", "publish_due_on", "report", "version"])
    return move(evaluation, Status.FINAL, by=by, detail={"report": evaluation.report.number})


@transaction.atomic
def publish(evaluation_id: int, *, summary: str, by, version: int | None = None) -> Evaluation:
    """The masked result goes public and into the contractor's file (E-10, E-11); an earlier edition is marked corrected."""
    evaluation = claim(Evaluation, evaluation_id, version=version)
    if evaluation.status != Status.FINAL:
        raise Refused.because("E-10", rules.DISCLOSURE, f"本期评价{evaluation.get_status_display()}，审定后才能公布。")
    evaluation.public_summary = mask_personal(summary)
    evaluation.published_by, evaluation.published_at = by, clock.now()
    evaluation.announcement = notices.issue(
        ANNOUNCEMENT,
        organisation=evaluation.organisation,
        title=f"{evaluation.contract.project.name}绩效评价结果公告",
        template="evaluation/print/announcement.html",
        context=reports.public_context(evaluation),
        by=by,
        number_prefix=reports.number_prefix(evaluation.organisation),
        public=True,
    )
    touch(evaluation)
    evaluation.save(update_fields=["public_summary", "published_by", "published_at", "announcement", "version"])
    move(evaluation, Status.PUBLISHED, by=by, detail={"announcement": evaluation.announcement.number})
    _retire_earlier(evaluation, by)
    _write_down(evaluation, by)
    _release_retained(evaluation, by)
    _advance_project(evaluation, by)
    return evaluation


def _write_down(evaluation: Evaluation, by) -> None:
    """E-11: into the contractor's file, where next year's selection reads it; a correction replaces its own line."""
    record_performance(
        evaluation.contract.contractor,
        purchaser=evaluation.organisation,
        year=evaluation.period_end.year,
        subject=f"{evaluation.contract.project.name}（{evaluation.period_start} 至 {evaluation.period_end}）",
        score=Decimal(rules.shown(evaluation.total)),
        grade=evaluation.grade,
        source_url=reverse("public_evaluation", args=[evaluation.pk]),
        by=by,
    )


def _release_retained(evaluation: Evaluation, by) -> None:
    """E-09: what the contract retained for this period follows the grade, as the contract states."""
    url = reverse("public_evaluation", args=[evaluation.pk])
    span = {"period_start": evaluation.period_start, "period_end": evaluation.period_end}
    release_retained(evaluation.contract, evaluation.grade, url, by, **span)


def _retire_earlier(evaluation: Evaluation, by) -> None:
    earlier = evaluation.supersedes
    if earlier is None:
        return
    reason = f"由第 {evaluation.edition} 版更正：{evaluation.correction_reason}"
    for notice in (earlier.report, earlier.announcement):
        if notice is not None and not notice.is_withdrawn:
            notices.withdraw(notice.pk, by=by, reason=reason)
    move(claim(Evaluation, earlier.pk), Status.CORRECTED, by=by, note=reason)


def _advance_project(evaluation: Evaluation, by) -> None:
    """The last period of a contract brings its project to 评价已公布."""
    project = evaluation.contract.project
    if evaluation.period_end < evaluation.contract.ends_on:
        return
    project = claim(Project, project.pk)
    if project.status in (Project.Status.IN_SERVICE, Project.Status.ACCEPTED):
        move(project, Project.Status.EVALUATING, by=by, note="合同最后一期绩效评价")
    if project.status == Project.Status.EVALUATING:
        move(project, Project.Status.PUBLISHED, by=by, note=f"评价结果公告 {evaluation.announcement.number}")


@transaction.atomic
def correct(evaluation_id: int, *, reason: str, by) -> Evaluation:
    """Open the next edition of a final evaluation; this one stays as it is, and stays visible."""
    earlier = claim(Evaluation, evaluation_id)
    if earlier.status not in (Status.FINAL, Status.PUBLISHED):
        raise Refused.because("E-15", rules.THREE_VOICES, f"本期评价{earlier.get_status_display()}，只有已审定或已公布的评价需要更正。")
    if not reason.strip():
        raise Refused.because("E-15", rules.THREE_VOICES, "更正须写明原因。")
    if Evaluation.objects.filter(supersedes=earlier).exists():
        raise Refused.because("E-15", rules.THREE_VOICES, f"第 {earlier.edition + 1} 版更正已经在办理。")
    same = ("contract", "organisation", "scheme", "period_start", "period_end", "improvement")
    fields = {name: getattr(earlier, name) for name in same}
    due = dates.collect_due(earlier.scheme, clock.today()).on
    fresh = Evaluation.objects.create(
        **fields, edition=earlier.edition + 1, supersedes=earlier, correction_reason=reason.strip(), collect_due_on=due
    )
    for score in earlier.scores.filter(indicator__source=Source.MANUAL):
        score.pk, score.evaluation = None, fresh
        score.save(force_insert=True)
    audit.record("evaluation.evaluation.correction_opened", fresh, by=by, detail={"supersedes": earlier.pk, "reason": reason})
    return fresh
