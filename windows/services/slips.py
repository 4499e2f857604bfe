"""Papers over the counter: issued once with frozen contents, drawn on A5, printed again only as the same paper marked 补打."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from records import clock, files, identity, jobs, notices, pdf, workdays
from records.models import StoredFile
from records.refusals import MissingCalendar
from windows.models import Case, CaseMaterial, CaseStep, Programme, Slip
from windows.rules import intake as rules
from windows.rules.clock import Unit

TEMPLATE = "windows/print/slip.html"
REPRINT_JOB = "windows.slip_reprint"
PREFIXES = {
    Slip.Kind.ACCEPTANCE: "救助受理",
    Slip.Kind.ONE_TIME: "救助告知",
    Slip.Kind.REGISTRATION: "救助登记回执",
    Slip.Kind.NOT_ACCEPTED: "救助不予受理",
    Slip.Kind.DECISION: "救助结果告知",
}


def kind_of_acceptance(case: Case) -> Slip.Kind:
    return Slip.Kind.ACCEPTANCE if case.programme.action == Programme.Action.HANDLE else Slip.Kind.REGISTRATION


def issue(case: Case, kind: Slip.Kind, *, by) -> Slip:
    """Number and freeze the paper; the PDF follows by a job. The title names no person: it shows on the public check page."""
    notice = notices.issue(
        f"windows.{kind.lower()}",
        organisation=case.organisation,
        title=f"{case.programme.name}{kind.label}",
        template=TEMPLATE,
        context={"paper": paper_of(case, kind)},
        by=by,
        number_prefix=PREFIXES[kind],
    )
    return Slip.objects.create(case=case, kind=kind, notice=notice)


def paper_of(case: Case, kind: Slip.Kind) -> dict:
    """Everything the paper says, as plain text: the person masked, the dates with their reasons."""
    window = getattr(case.organisation, "window", None)
    url = f"{settings.SITE_URL}{reverse('progress:code', args=[case.progress_code])}"
    return {
        "kind": kind.value,
        "title": kind.label,
        "window": str(case.organisation),
        "address": window.address if window else "",
        "hours": window.hours if window else "",
        "phone": (window.phone if window else "") or case.first_contact.phone,
        "number": case.number,
        "person": case.person.name,
        "id_number": identity.mask_id(case.person.id_number) if case.person.id_number else case.person.no_id_reason,
        "agent": case.agent_name,
        "programme": case.programme.name,
        "decided_by": case.programme.decided_by,
        "clause": str(case.programme.clause),
        "registered_on": words(timezone.localdate(case.registered_at)),
        "accepted_on": words(case.accepted_on),
        "first_contact": case.first_contact.name,
        "brought": _papers(case, CaseMaterial.State.BROUGHT),
        "later": _papers(case, CaseMaterial.State.LATER),
        "missing": _papers(case, CaseMaterial.State.MISSING),
        "shareable": [material.name for material in case.programme.materials.filter(need="SHAREABLE")],
        "receivers": _receivers(case),
        "clocks": _clocks(case),
        "status": case.get_status_display(),
        "conclusion": case.conclusion,
        "remedies": rules.remedies() if case.status in (Case.Status.NOT_ACCEPTED, Case.Status.DECLINED) else "",
        "progress_code": case.progress_code,
        "progress_url": url,
        "progress_qr": str(pdf.qr_svg(url)),
    }


def words(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _papers(case: Case, state) -> list[dict]:
    rows = case.materials.filter(state=state).select_related("material")
    return [{"name": row.material.name, "hint": row.material.hint} for row in rows]


def _receivers(case: Case) -> list[dict]:
    rows = case.referrals.select_related("to_organisation", "programme").order_by("pk")
    return [
        {
            "mode": row.get_mode_display(),
            "to": row.to_organisation.name,
            "programme": row.programme.name,
            "due": words(row.due_on) or row.due_note,
        }
        for row in rows
    ]


def _clocks(case: Case) -> list[dict]:
    """The whole clock if there is one, else the running steps: what, until when, and the day-by-day strip."""
    running = [step for step in case.steps.select_related("step") if step.status == CaseStep.Status.RUNNING and step.amount is not None]
    chosen = [step for step in running if step.whole] or running
    return [
        {
            "name": step.name,
            "limit": limit_words(step),
            "due": words(step.due_on) or step.due_note,
            "open": step.due_on is None,
            "at": _hour(step),
            "strip": strip_words(step),
        }
        for step in chosen
    ]


def limit_words(row) -> str:
    return f"{'满' if row.minimum else ''}{row.amount} {row.get_unit_display()}"


def _hour(step: CaseStep) -> str:
    return f"{timezone.localtime(step.due_at):%H:%M}" if step.due_at else ""


def strip(row) -> list[workdays.DayNote]:
    """Day by day from the start to the due day, for clocks in working days; empty for others and while no date is known."""
    if row.due_on is None or row.starts_on is None or row.unit != Unit.WORKDAYS:
        return []
    try:
        return workdays.explain(row.starts_on, workdays.workdays_between(row.starts_on, row.due_on))
    except MissingCalendar:
        return []


def strip_words(row) -> str:
    """The strip in one line: what was left out between start and due day."""
    days = strip(row)
    if not days:
        return ""
    off = [day for day in days[1:] if not day.counts]
    special = [f"{day.date.month}月{day.date.day}日{day.why}" for day in days[1:] if day.why not in ("工作日", "周末")]
    text = f"自{words(row.starts_on)}次日起算，期间有 {len(off)} 个休息日不计入"
    return f"{text}（{'、'.join(special[:6])}{'等' if len(special) > 6 else ''}）" if special else text


@transaction.atomic
def count_print(slip_id: int, *, by) -> Slip:
    """Note that the paper goes out. From the second time on it is the reprint."""
    slip = Slip.objects.select_for_update(of=("self",)).select_related("notice__organisation", "case").get(pk=slip_id)
    if slip.prints == 0:
        slip.first_printed_at, slip.first_printed_by = clock.now(), by
    slip.prints += 1
    slip.save(update_fields=["prints", "first_printed_at", "first_printed_by"])
    if slip.prints > 1 and slip.reprint_id is None:
        label = f"补打：{slip.notice.number}"
        jobs.enqueue(REPRINT_JOB, organisation=slip.notice.organisation, by=by, key=str(slip.pk), title=label, slip=slip.pk)
    return slip


def file_of(slip: Slip) -> StoredFile | None:
    """What the printer gets now; None while it is being drawn."""
    return slip.reprint if slip.prints > 1 else slip.notice.file


@jobs.handler(REPRINT_JOB)
def draw_reprint(job, report) -> None:
    """The frozen paper once more, with 补打 on it and nothing else changed. Drawn once; later prints are the same bytes."""
    slip = Slip.objects.select_related("notice__organisation").get(pk=job.params["slip"])
    if slip.reprint_id:
        return
    report(0, 1, f"补打 {slip.notice.number}")
    data = pdf.render(TEMPLATE, {**notices.print_context(slip.notice), "reprint": True})
    with transaction.atomic():
        locked = Slip.objects.select_for_update(of=("self",)).get(pk=slip.pk)
        if locked.reprint_id is None:
            name = f"{slip.notice.number} 补打.pdf"
            locked.reprint = files.store_bytes(data, name, organisation=slip.notice.organisation, by=job.requested_by)
            locked.save(update_fields=["reprint"])
