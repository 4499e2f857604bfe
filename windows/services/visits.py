"""入户调查 written down: the record completes the step, a correction stands beside what it corrects, papers are attached."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction

from accounts import audit
from records import clock, jobs, pdf
from records.files import DOCUMENTS, store_upload
from records.refusals import Refused, uphold
from records.workflow import claim
from windows.models import Case, CaseStep, HomeVisit, VisitFile
from windows.rules import visit as rules
from windows.services import course, objections
from windows.services.guards import in_status

PRINT_JOB = "windows.home_visit"
TEMPLATE = "windows/print/visit.html"
NOTE = "见入户调查记录"
SITUATION = ("family", "housing", "work", "living")
LARGEST_FILES = 20
BREACH = (rules.ID, rules.CLAUSE)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the investigators wrote down. ``names``: everybody who went, each once."""

    visited_on: date
    names: Sequence[str]
    met: str
    met_relation: str
    family: str
    housing: str
    work: str
    living: str
    finding: str
    village_guide: str = ""
    by_video: bool = False
    video_reason: str = ""
    signed: bool = True
    unsigned_reason: str = ""

    def fields(self) -> dict:
        values = {name: text.strip() if isinstance(text, str) else text for name, text in asdict(self).items()}
        first, second, *others = dict.fromkeys(values.pop("names"))
        values["video_reason"] = values["video_reason"] if self.by_video else ""
        values["unsigned_reason"] = "" if self.signed else values["unsigned_reason"]
        return values | {"first_investigator": first, "second_investigator": second, "other_investigators": "、".join(others)}


def open_step(case: Case) -> CaseStep | None:
    """The step that a visit would complete: under way, and to be done by two."""
    rows = case.steps.select_related("step").filter(status=CaseStep.Status.RUNNING, step__people__gt=0)
    return rows.order_by("position").first()


@transaction.atomic
def record(case_id: int, seen: Seen, *, version: int, by) -> HomeVisit:
    """Write the visit down and complete the step that waits for it (DB-3), or serve the objections that ask for a new one (DB-5)."""
    case = claim(Case.objects.select_related("organisation"), case_id, version=version)
    in_status(case, Case.Status.ACCEPTED, breach=BREACH, act="登记入户调查")
    step = open_step(case)
    if step is None and not objections.waiting(case).exists():
        raise Refused.because(*BREACH, "现在没有待办的入户调查环节。已登记的记录有误的，请在记录页更正。")
    _uphold(case, seen, minimum=step.step.people if step else 0)
    visit = HomeVisit.objects.create(case=case, step=step, recorded_by=by, **seen.fields())
    _trace(visit, "visited", by=by)
    if step:
        course.complete_step(step.pk, note=NOTE, version=case.version, by=by)
    else:
        objections.visited(case, visit)
    return visit


@transaction.atomic
def correct(pk: int, seen: Seen, *, reason: str, by) -> HomeVisit:
    """A new version that names the former; both stay. Nothing about the step changes but who went."""
    former = HomeVisit.objects.select_related("case__organisation", "step__step").get(pk=pk)
    case = claim(Case.objects.select_related("organisation"), former.case_id)
    in_status(case, Case.Status.ACCEPTED, breach=BREACH, act="更正入户调查记录")
    uphold(rules.correction_breaches(reason=reason, replaced=HomeVisit.objects.filter(replaces=former).exists()))
    _uphold(case, seen, minimum=former.step.step.people if former.step else 0)
    visit = HomeVisit.objects.create(
        case=case, step=former.step, replaces=former, correction_reason=reason.strip(), recorded_by=by, **seen.fields()
    )
    _trace(visit, "visit_corrected", by=by, reason=reason.strip())
    if former.step_id:
        CaseStep.objects.filter(pk=former.step_id).update(people="、".join(visit.investigators)[:120])
    return visit


def _uphold(case: Case, seen: Seen, *, minimum: int) -> None:
    labels = {name: str(HomeVisit._meta.get_field(name).verbose_name) for name in ("met", "met_relation", *SITUATION)}
    uphold(
        rules.visit_breaches(
            visited_on=seen.visited_on,
            accepted_on=case.accepted_on,
            today=clock.today(),
            names=seen.names,
            minimum=minimum,
            situation={label: getattr(seen, name) for name, label in labels.items()},
            finding=seen.finding,
            by_video=seen.by_video,
            video_reason=seen.video_reason,
            signed=seen.signed,
            unsigned_reason=seen.unsigned_reason,
        )
    )


def _trace(visit: HomeVisit, verb: str, *, by, **more) -> None:
    """On the case: who went and when; never what was seen."""
    detail = {"on": visit.visited_on, "investigators": visit.investigators, **more}
    audit.record(f"windows.case.{verb}", visit.case, by=by, detail=detail)


@transaction.atomic
def attach(pk: int, upload, *, note: str, by) -> VisitFile:
    """A photo or a scan, as long as the case is under way."""
    visit = HomeVisit.objects.select_related("case__organisation").get(pk=pk)
    case = claim(Case.objects.select_related("organisation"), visit.case_id)
    in_status(case, Case.Status.ACCEPTED, breach=BREACH, act="添加附件")
    if visit.files.count() >= LARGEST_FILES:
        raise Refused.because(*BREACH, f"一次入户调查最多 {LARGEST_FILES} 个附件。")
    stored = store_upload(upload, organisation=case.organisation, by=by, accept=DOCUMENTS)
    row = VisitFile.objects.create(visit=visit, file=stored, note=note.strip(), added_by=by)
    audit.record("windows.case.visit_attached", case, by=by, detail={"on": visit.visited_on, "name": stored.name})
    return row


def order_print(visit: HomeVisit, *, by):
    """The form on A4, for the signatures; drawn once for each who asks, because a record never changes."""
    title = f"入户调查表 {visit.case.number} {visit.visited_on}"
    return jobs.enqueue(PRINT_JOB, organisation=visit.case.organisation, by=by, key=f"{visit.pk}:{by.pk}", title=title, visit=visit.pk)


@jobs.handler(PRINT_JOB)
def draw(job, report) -> jobs.FileResult:
    rows = HomeVisit.objects.select_related("case__person", "case__programme", "case__organisation", "case__village", "recorded_by")
    visit = rows.get(pk=job.params["visit"])
    report(0, 1, f"排版 {visit}")
    context = {"title": "入户调查表", "visit": visit, "case": visit.case, "clause": rules.CLAUSE}
    return jobs.FileResult(pdf.render(TEMPLATE, context), f"{job.title}.pdf")
