"""The whole file of a project in one ZIP, and how long it is kept (P-25).

Packing is a job: parts are made one after the other, one that fails is listed and stops nobody else, memory does not grow with the
file. The same content gives the same list of hashes; the root of that list stays here and on the trail, so that a copy can be proved
years later. Apps above add parts of their own with ``@contributor``.
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date

from django.core.serializers.json import DjangoJSONEncoder
from django.db import InterfaceError, OperationalError, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEvent
from accounts.wording import describe
from procurement.models import Contract, Envelope, Project, ProjectArchive, Tender
from procurement.reports import bidding
from procurement.reports import contract as contract_reports
from procurement.rules import retention
from procurement.services import archive_rows as rows
from procurement.services.closing import close_project
from records import clock, jobs, pdf
from records.bundle import Bundle
from records.exports import csv_lines
from records.files import chunks_of
from records.models import Job, Notice, StoredFile
from records.uploads import clean_name

JOB, INDEX_JOB = "procurement.archive", "procurement.archive_index"
FATAL = (jobs.LeaseLost, OperationalError, InterfaceError)


@dataclass(frozen=True, slots=True)
class Part:
    path: str
    title: str
    chunks: Callable[[], Iterable[bytes]]


CONTRIBUTORS: list[Callable[[Project], Iterable[Part]]] = []


def contributor(function: Callable[[Project], Iterable[Part]]):
    """Register ``f(project)`` that yields parts of the file which lie above this app (the evaluation's papers)."""
    CONTRIBUTORS.append(function)
    return function


# --- retention ------------------------------------------------------------------------------------------------------------


def ended_on(project: Project) -> date | None:
    """The day on which the procurement ended; None while it runs."""
    contract = Contract.objects.filter(project=project).exclude(status=Contract.Status.CANCELLED).first()
    if contract is not None and contract.status in (Contract.Status.COMPLETED, Contract.Status.TERMINATED):
        return last_move(contract, contract.status)
    if contract is None and project.status in (Project.Status.FAILED, Project.Status.TERMINATED):
        return last_move(project, project.status)
    return None


def last_move(row, status) -> date | None:
    action = f"{row._meta.label_lower}.{status}"
    event = AuditEvent.objects.about(row).filter(action=action).last()
    return timezone.localtime(event.at).date() if event else None


def deletion_breaches(project: Project) -> list:
    return list(retention.deletion_breaches(f"项目 {project.code}", ended_on(project), on=clock.today()))


# --- packing --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def request_archive(project: Project, *, by) -> Job:
    """One job for this person and this minute; the access goes on record where the project's district sees it.

    The purchaser's own request closes a purchase that is over and evaluated.
    """
    close_project(project, by=by)
    key = f"{project.pk}:{by.pk}:{clock.now():%Y%m%d%H%M}"
    title = f"项目档案：{project.name}"
    job = jobs.enqueue(JOB, organisation=project.organisation, by=by, key=key, title=title, project=project.pk)
    detail = {"job": job.pk, "project": project.code}
    audit.record("procurement.projectarchive.requested", job, by=by, detail=detail, organisation=project.organisation)
    return job


@jobs.handler(JOB)
def pack(job, report) -> jobs.StreamResult:
    project = Project.objects.select_related("organisation").get(pk=job.params["project"])
    file = tempfile.TemporaryFile()  # noqa: SIM115  nameless: a killed worker leaves nothing; whoever runs the job closes it
    try:
        write_bundle(project, file, job, report)
    except BaseException:
        file.close()
        raise
    return jobs.StreamResult(file, f"{project.code}_{project.name}_档案.zip")


def write_bundle(project: Project, file, job, report) -> None:
    bundle = Bundle(file, fatal=FATAL, explain=explain)
    total = count_of(project)
    for number, part in enumerate(parts_of(project, bundle)):
        report(min(number, total), total, part.title)
        bundle.add(part.path, part.title, part.chunks)
    facts = facts_of(project)
    index = {"facts": facts, "parts": bundle.entries, "missing": bundle.failures}
    bundle.add("目录.html", "档案目录（可打印）", lambda: [render_to_string("procurement/print/archive_contents.html", index).encode()])
    keep_record(project, job, bundle, facts, bundle.close(facts))
    report(total, total, "保存")


def keep_record(project: Project, job: Job, bundle: Bundle, facts: dict, root: str) -> None:
    """Running twice keeps one row for the job; the root goes on the trail each time."""
    contents = {**facts, "parts": [asdict(one) for one in bundle.entries], "missing": [asdict(one) for one in bundle.failures]}
    values = {
        "project": project,
        "root": root,
        "parts": len(bundle.entries),
        "missing": len(bundle.failures),
        "contents": contents,
        "packed_by": job.requested_by,
        "packed_at": clock.now(),
    }
    archive, _ = ProjectArchive.objects.update_or_create(job=job, defaults=values)
    detail = {"root": root, "parts": archive.parts, "missing": archive.missing}
    audit.record("procurement.projectarchive.packed", archive, by=job.requested_by, detail=detail)


def explain(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "存储中没有这个文件。"
    if isinstance(error, ValueError) and "SHA-256" in str(error):
        return "文件内容与存档时的摘要不符。"
    return jobs.readable(error)


def facts_of(project: Project) -> dict:
    """What the contents say of the file itself. No time of packing: the same content is the same file."""
    end = ended_on(project)
    withheld = [] if rows.is_told(project) else ["采购结果公告前，供应商、响应文件和评审小组的资料保密，未列入本档案。"]
    return {
        "project": {"code": project.code, "name": project.name, "purchaser": str(project.organisation)},
        "status": project.get_status_display(),
        "procurement_ended_on": end.isoformat() if end else None,
        "kept_until": retention.kept_until(end).isoformat() if end else None,
        "withheld": withheld,
    }


def count_of(project: Project) -> int:
    """About how many parts there will be, for the progress bar."""
    count = 2 * len(rows.models_of(project)) + 8
    for model, field in keys_to_papers(project):
        count += rows.rows_of(model, project).filter(**{f"{field.name}__isnull": False}).count()
    return count


def parts_of(project: Project, bundle: Bundle) -> Iterator[Part]:
    """Everything, in one order for ever. A source that breaks off is listed as missing and the next one goes on."""
    sources = (drawn_parts, paper_parts, envelope_parts, data_parts, trail_parts, *CONTRIBUTORS)
    for source in sources:
        try:
            yield from source(project)
        except FATAL:
            raise
        except Exception as error:  # one bad source is listed and stops nobody else
            bundle.fail(f"{source.__name__}/", "本类材料未能全部收入", explain(error))


def drawn_parts(project: Project) -> Iterator[Part]:
    """Papers that are drawn from the rows: the contract, the score sheets."""
    contract = Contract.objects.filter(project=project).select_related("project__organisation", "contractor__organisation").first()
    if contract is not None:
        yield Part(f"合同/{contract.number}.pdf", "合同文本", lambda: [draw_contract(contract)])
    tender = Tender.objects.filter(project=project, ranked_at__isnull=False).select_related("project__organisation").first()
    if tender is not None and rows.is_told(project):
        yield Part("评审/评分表.pdf", "评分表", lambda: [draw_sheets(tender)])


def draw_contract(contract: Contract) -> bytes:
    context = {
        "title": f"{contract.project.name}合同",
        "contract": contract,
        "terms": contract_reports.terms_of(contract),
        "plan": contract_reports.takeover_facts(contract),
    }
    return pdf.render("procurement/print/contract.html", context)


def draw_sheets(tender: Tender) -> bytes:
    context = {"title": f"{tender.project.name}评分表", "tender": tender, "project": tender.project, "rows": bidding.result_rows(tender)}
    return pdf.render("procurement/print/score_sheets.html", context)


def keys_to_papers(project: Project):
    """(model, field) of every key to a stored file or an issued notice, in the nouns of this file."""
    for model in rows.models_of(project):
        for field in model._meta.concrete_fields:
            if field.related_model in (StoredFile, Notice):
                yield model, field


def paper_parts(project: Project) -> Iterator[Part]:
    """Issued notices (PDF and frozen text) and everything that was handed in."""
    for model, field in keys_to_papers(project):
        found = rows.rows_of(model, project).filter(**{f"{field.name}__isnull": False})
        for row in found.select_related(field.name).iterator(chunk_size=200):
            paper = getattr(row, field.name)
            folder = f"{model._meta.verbose_name}/{row.pk:06d}"
            yield from notice_parts(folder, paper) if isinstance(paper, Notice) else [file_part(f"附件/{folder}_{field.name}", paper)]


def notice_parts(folder: str, notice: Notice) -> Iterator[Part]:
    name = f"文书/{folder}_{clean_name(notice.number)}"
    yield Part(f"{name}.pdf", str(notice), lambda: pdf_of(notice))
    frozen = {"number": notice.number, "title": notice.title, "context": notice.context, "sha256": notice.context_sha256}
    yield Part(f"{name}.json", f"{notice.number} 定稿内容", lambda: [as_json(frozen)])


def pdf_of(notice: Notice) -> Iterable[bytes]:
    if notice.file is None:
        raise FileNotFoundError(notice.number)
    return chunks_of(notice.file)


def file_part(path: str, stored: StoredFile) -> Part:
    return Part(f"{path}_{clean_name(stored.name)}", stored.name, lambda: chunks_of(stored))


def envelope_parts(project: Project) -> Iterator[Part]:
    """The sealed bytes of opened bids: whoever holds a receipt can prove that nothing was changed."""
    if not rows.is_told(project):
        return
    opened = Envelope.objects.filter(bid__tender__project=project, bid__opened_at__isnull=False).order_by("pk")
    for pk, receipt in opened.values_list("pk", "bid__receipt"):
        yield Part(f"响应文件密封件/{receipt}.sealed", f"密封响应文件 {receipt}", lambda pk=pk: [sealed_bytes(pk)])


def sealed_bytes(pk: int) -> bytes:
    return bytes(Envelope.objects.values_list("sealed", flat=True).get(pk=pk))


def data_parts(project: Project) -> Iterator[Part]:
    for model in rows.models_of(project):
        if not rows.rows_of(model, project).exists():
            continue
        title = str(model._meta.verbose_name)
        name = f"{title}_{model._meta.model_name}"
        yield Part(f"数据/{name}.csv", title, lambda model=model: rows.table(model, project))
        yield Part(f"数据/{name}.jsonl", f"{title}（机读）", lambda model=model: rows.json_lines(model, project))


def trail_parts(project: Project) -> Iterator[Part]:
    yield Part("审计/审计记录.csv", "审计记录", lambda: csv_lines(TRAIL, map(trail_row, rows.events(project))))
    yield Part("审计/审计记录.jsonl", "审计记录（机读，逐条可核验）", lambda: rows.trail_lines(project))


TRAIL = ("时间", "操作人", "事项", "对象", "链", "序号", "摘要")


def trail_row(event: AuditEvent) -> list:
    return [event.at, event.actor_name, describe(event.action), event.target_label, event.chain, event.sequence, event.hash]


def as_json(value) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, cls=DjangoJSONEncoder).encode()


@jobs.handler(INDEX_JOB)
def print_index(job, report) -> jobs.FileResult:
    """The hand-over list of a packed file as a paper to sign."""
    archive = ProjectArchive.objects.select_related("project__organisation").get(pk=job.params["archive"])
    report(0, 1, "排版移交目录")
    data = pdf.render("procurement/print/archive_index.html", {"title": "档案移交目录", **index_context(archive)})
    return jobs.FileResult(data, f"{archive.project.code}_档案移交目录.pdf")


def index_context(archive: ProjectArchive) -> dict:
    parts = archive.contents["parts"]
    folders: dict[str, list] = {}
    for part in parts:
        folders.setdefault(part["path"].partition("/")[0] if "/" in part["path"] else "目录", []).append(part)
    return {"archive": archive, "project": archive.project, "folders": sorted(folders.items()), "facts": archive.contents}


def request_index(archive: ProjectArchive, *, by) -> Job:
    title = f"档案移交目录：{archive.project.name}"
    key = f"{archive.pk}:{by.pk}"
    return jobs.enqueue(INDEX_JOB, organisation=archive.project.organisation, by=by, key=key, title=title, archive=archive.pk)
