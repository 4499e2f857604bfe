"""What leaves the house: the auditor's ZIP of chosen evaluations — report, frozen inputs, raw rows, hashes, trail, recomputation."""

import hashlib
import io
import json
import zipfile

from django.core.serializers.json import DjangoJSONEncoder

from accounts import audit
from accounts.models import AuditEvent
from evaluation import reports, rules
from evaluation.models import Evaluation, Score, SurveyReply
from evaluation.reports.survey import sample_rows
from evaluation.services import samples, scoring
from procurement.services import archive as project_archive
from records import clock, draws, jobs
from records.exports import csv
from records.files import read_bytes

JOB = "evaluation.archive"
LARGEST = 200
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes


def enqueue_archive(evaluations: list[Evaluation], *, organisation, by) -> jobs.Job:
    """One ZIP of these, for 下载中心. The access itself goes on record with every evaluation, where its district sees it."""
    pks = sorted(row.pk for row in evaluations)
    moment = clock.now()
    digest = hashlib.sha256(f"{by.pk}:{pks}:{moment:%Y%m%d%H%M}".encode()).hexdigest()[:24]
    job = jobs.enqueue(JOB, organisation=organisation, by=by, key=digest, title=f"绩效评价审计下载（{len(pks)} 件）", evaluations=pks)
    for row in evaluations:
        audit.record("evaluation.evaluation.archived", row, by=by, detail={"job": job.pk})
    return job


@jobs.handler(JOB)
def build_archive(job, report) -> jobs.FileResult:
    rows = Evaluation.objects.filter(pk__in=job.params["evaluations"]).visible_to(job.requested_by).listed().order_by("pk")
    total = rows.count()
    buffer, manifest = io.BytesIO(), []
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for n, evaluation in enumerate(rows):
            report(n, total, str(evaluation)[:120])
            for name, data in papers_of(evaluation):
                path = f"{evaluation.pk:06d}_第{evaluation.edition}版/{name}"
                _write(archive, path, data)
                manifest.append(f"{hashlib.sha256(data).hexdigest()}  {path}")
        _write(archive, "SHA256SUMS", ("\n".join(manifest) + "\n").encode())
    return jobs.FileResult(buffer.getvalue(), f"绩效评价审计材料{clock.today():%Y%m%d}.zip")


@project_archive.contributor
def parts_of_project(project):
    """The papers of every finished evaluation of this project, for the project's own file (P-25)."""
    rows = Evaluation.objects.filter(contract__project=project).listed().order_by("pk")
    for evaluation in rows:
        folder = f"绩效评价/{evaluation.pk:06d}_第{evaluation.edition}版"
        for name, data in papers_of(evaluation):
            yield project_archive.Part(f"{folder}/{name}", f"{evaluation} {name}"[:200], lambda data=data: [data])


def _write(archive: zipfile.ZipFile, path: str, data: bytes) -> None:
    info = zipfile.ZipInfo(path, EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data)


def papers_of(evaluation: Evaluation):
    """Name and bytes of every paper about one evaluation."""
    for notice, label in ((evaluation.report, "评价报告"), (evaluation.announcement, "结果公告")):
        if notice is not None and notice.file is not None:
            yield f"{label}.pdf", read_bytes(notice.file)
    if evaluation.frozen is not None:
        yield "计分依据.json", _json(evaluation.frozen | {"sha256": evaluation.frozen_sha256})
        yield "得分.csv", csv(SCORE_COLUMNS, score_rows(evaluation))
        yield "原始行.csv", csv(("指标", "原始行", "内容"), raw_rows(evaluation))
        yield "重算结果.json", _json(recomputed(evaluation))
    sample = samples.sample_of(scoring.survey_of(evaluation))
    if sample is not None:
        yield "抽样名单.csv", csv(("抽取顺序", "服务事件", "来历", "无法访问原因"), drawn_rows(sample))
    yield "答卷.csv", csv(("编号", "渠道", "代答", "题目", "选项", "剔除原因"), answer_rows(evaluation))
    yield "审计记录.csv", csv(("序号", "时间", "操作人", "动作", "摘要"), trail_rows(evaluation))
    for score in Score.objects.filter(evaluation=evaluation, file__isnull=False).select_related("file", "indicator"):
        yield f"佐证/{score.indicator.code}_{score.file.name}", read_bytes(score.file)


SCORE_COLUMNS = ("编号", "指标", "方面", "评价主体", "权重", "计入权重", "得分", "得分（分值）", "来源", "说明")


def score_rows(evaluation: Evaluation):
    names = ("code", "name", "dimension", "evaluator", "weight", "counted_weight", "score", "points", "source_label", "comment")
    for row in reports.result_context(evaluation)["indicators"]:
        yield [row[name] for name in names]


def raw_rows(evaluation: Evaluation):
    for row in reports.result_context(evaluation)["indicators"]:
        for line in row["rows"]:
            yield [row["code"], line["label"], "；".join(f"{name} {value}" for name, value in line["cells"])]


def answer_rows(evaluation: Evaluation):
    survey = scoring.survey_of(evaluation)
    replies = SurveyReply.objects.filter(code__survey=survey).select_related("code", "doubt").prefetch_related("answers__indicator")
    for reply in replies.order_by("code__serial"):
        row = getattr(reply, "doubt", None)
        aside = row.reason if row and row.decision == row.Decision.ASIDE else ""
        for answer in reply.answers.all():
            question = f"{answer.indicator.code} {answer.indicator.name}"
            label = rules.ANSWER_LABELS[answer.level]
            yield [reply.code.serial, reply.get_channel_display(), "是" if reply.proxy else "否", question, label, aside]


def drawn_rows(sample):
    """The whole list in the order of its seed: who was called, who stands in reserve."""
    called = sample_rows(sample)
    for row in called:
        yield [row["position"], row["reference"], row["how"], row["unreached"]]
    for position, reference in enumerate(draws.draw(sample.frame, seed=sample.seed)[len(called) :], len(called) + 1):
        yield [position, reference, "候补", ""]


def trail_rows(evaluation: Evaluation):
    for event in AuditEvent.objects.about(evaluation):
        yield [event.sequence, event.at.isoformat(), event.actor_name, event.action, event.hash]


def recomputed(evaluation: Evaluation) -> dict:
    differences = scoring.recompute(evaluation)
    return {"equal": not differences, "differences": [{"what": row.what, "kept": row.kept, "now": row.now} for row in differences]}


def _json(value) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, cls=DjangoJSONEncoder).encode()
