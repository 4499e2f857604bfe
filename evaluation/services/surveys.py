"""One-use codes on paper slips. A code is derived from a key outside the database, so slips can be printed again but not guessed."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import audit
from evaluation import rules
from evaluation.models import Answer, Evaluation, Survey, SurveyCode, SurveyReply
from evaluation.rules import Source
from records import clock, jobs, pdf
from records.crypto import blind_index
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that looks like something else
LENGTH = 10  # 31^10: ten thousand guesses a day for a thousand codes find one in 200,000 years
LARGEST_BATCH = 2_000
SLIPS_JOB = "evaluation.survey_slips"
CODE = rules.THREE_VOICES


def breach(message: str) -> Breach:
    return Breach("E-08", CODE, message)


def code_of(survey: Survey, serial: int) -> str:
    """The code on slip ``serial``: needs the key of the house, which is not in the database."""
    message = f"survey:{survey.salt}:{serial}".encode()
    number = int.from_bytes(hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest())
    letters = []
    for _ in range(LENGTH):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index])
    return "".join(letters)


def hash_of(code: str) -> str:
    return blind_index(code, "survey")


def read_code(text: str) -> str:
    """What somebody typed or scanned: any case, with or without dashes."""
    return "".join(char for char in text.upper() if char in ALPHABET)[: LENGTH + 1]


def spell_code(code: str) -> str:
    return f"{code[:5]}-{code[5:]}"


@transaction.atomic
def issue_codes(
    evaluation_id: int, *, count: int, population: int, population_source: str, expires_on: date, by, drawn: bool = False
) -> Survey:
    """Make ``count`` further slips; the paper follows as a job in 下载中心. ``drawn``: for those whom ``samples`` has drawn.

    Raises Refused when the sample would be too small, or smaller than everybody without having been drawn at random.
    """
    evaluation = claim(Evaluation, evaluation_id)
    survey = Survey.objects.filter(evaluation=evaluation).first()
    issued = survey.codes.count() if survey else 0
    uphold(_issue_breaches(evaluation, issued + count, population, expires_on))
    uphold(_chance_breaches(survey, issued + count, population, drawn=drawn))
    if survey is None:
        survey = Survey(evaluation=evaluation, salt=secrets.token_hex(16), created_by=by)
    survey.population, survey.population_source, survey.expires_on = population, population_source, expires_on
    survey.save()
    serials = range(issued + 1, issued + count + 1)
    SurveyCode.objects.bulk_create(SurveyCode(survey=survey, serial=n, code_hash=hash_of(code_of(survey, n))) for n in serials)
    audit.record("evaluation.survey.issued", evaluation, by=by, detail={"count": count, "population": population, "expires_on": expires_on})
    print_slips(survey, issued + 1, issued + count, by=by)
    return survey


def _issue_breaches(evaluation: Evaluation, total: int, population: int, expires_on: date):
    if not evaluation.is_open:
        yield Breach("E-08", CODE, f"本期评价{evaluation.get_status_display()}，不能再发放测评码。")
    scheme = evaluation.scheme
    if population < 1:
        yield Breach("E-08", CODE, "服务对象人数应大于 0。")
        return
    needed = min(rules.replies_needed(population, floor=scheme.sample_floor, percent=scheme.sample_percent), population)
    if not needed <= total <= population:
        yield Breach("E-08", CODE, f"共发放 {total} 张，应在 {needed} 至 {population} 张之间：服务对象 {population} 人，每人最多一张。")
    if total > LARGEST_BATCH:
        yield Breach("E-08", CODE, f"一次测评最多 {LARGEST_BATCH} 张，现为 {total} 张。")
    if expires_on < clock.today():
        yield Breach("E-08", CODE, f"测评码有效期 {expires_on} 已经过去。")


def _chance_breaches(survey: Survey | None, total: int, population: int, *, drawn: bool):
    """Either everybody has a slip, or chance has said who."""
    if survey is not None and hasattr(survey, "sample"):
        yield breach("本次测评已经抽样，不再另发测评单；无法访问的由候补名单替补，沿用原测评单。")
    elif total < population and not drawn:
        yield breach(f"只发 {total} 张，少于服务对象 {population} 人：请先随机抽样，由抽中的人填写，不能自行挑选。")


def print_slips(survey: Survey, first: int, last: int, *, by) -> jobs.Job:
    evaluation = survey.evaluation
    title = f"满意度测评单 {first:03d}–{last:03d}：{evaluation.contract.project.name}"
    params = {"survey": survey.pk, "first": first, "last": last}
    key = f"{survey.pk}:{first}-{last}"
    return jobs.enqueue(SLIPS_JOB, organisation=evaluation.organisation, by=by, key=key, title=title, **params)


@jobs.handler(SLIPS_JOB)
def draw_slips(job, report) -> jobs.FileResult:
    """Two A5 slips on an A4 sheet, each with its code, QR code and how to answer without a phone."""
    survey = Survey.objects.select_related("evaluation__contract__project", "evaluation__organisation").get(pk=job.params["survey"])
    first, last = job.params["first"], job.params["last"]
    slips = []
    for serial in range(first, last + 1):
        code = code_of(survey, serial)
        url = f"{settings.SITE_URL}{reverse('survey', args=[code])}"
        slips.append({"serial": f"{serial:03d}", "code": spell_code(code), "url": url, "qr": pdf.qr_svg(url)})
        if serial % 50 == 0:
            report(serial - first, last - first + 1, f"编号 {serial:03d}")
    context = {"survey": survey, "evaluation": survey.evaluation, "questions": questions_of(survey.evaluation), "slips": slips}
    context["start_url"] = f"{settings.SITE_URL}{reverse('survey_start')}"
    return jobs.FileResult(pdf.render("evaluation/print/survey_slips.html", context), f"满意度测评单{first:03d}-{last:03d}.pdf")


def questions_of(evaluation: Evaluation):
    return list(evaluation.scheme.indicators.filter(source=Source.SURVEY))


def find_slip(text: str) -> SurveyCode | None:
    """The open slip behind a typed code; None for wrong, used, expired, closed: all look alike to a guesser."""
    code = read_code(text)
    rows = SurveyCode.objects.select_related(
        "survey__evaluation__contract__project",
        "survey__evaluation__contract__contractor__organisation",
        "survey__evaluation__organisation",
        "survey__evaluation__scheme",
        "reply",
    )
    slip = rows.filter(code_hash=hash_of(code)).first() if len(code) == LENGTH else None
    return slip


def slip_breaches(slip: SurveyCode | None):
    """Why this slip cannot be answered (any more)."""
    if slip is None:
        yield Breach("E-08", CODE, "没有这个测评码，请核对纸上的 10 位编码。")
        return
    if hasattr(slip, "reply"):
        yield Breach("E-08", CODE, "这个测评码已使用，每张测评单只能填一次。")
    if slip.unreachable_reason:
        yield Breach("E-08", CODE, "这个测评码已登记为无法访问，不能再填。")
    if slip.survey.expires_on < clock.today():
        yield Breach("E-08", CODE, f"这个测评码已于 {slip.survey.expires_on} 过期。")
    if not slip.survey.evaluation.is_open:
        yield Breach("E-08", CODE, "本期评价已经计分，测评已结束。")


@transaction.atomic
def reply(
    slip_id: int, *, levels: Mapping[int, int], channel: str = SurveyReply.Channel.WEB, proxy: bool = False, by=None, trace=None
) -> SurveyReply:
    """Count one recipient's answers (indicator id → 0…5). The database takes one reply per slip, whoever sends it twice.

    ``trace``: what ``doubts.trace_of`` leaves of the device that sent it.
    """
    slip = claim(SurveyCode.objects.select_related(None), slip_id)
    uphold(slip_breaches(slip))
    questions = {row.pk for row in questions_of(slip.survey.evaluation)}
    if set(levels) != questions or not set(levels.values()) <= set(rules.ANSWER_LABELS):
        raise Refused.because("E-08", CODE, "请回答每一道题；不了解的可以选“说不清”。")
    try:
        with transaction.atomic():
            row = SurveyReply.objects.create(code=slip, channel=channel, proxy=proxy, entered_by=by, **(trace or {}))
    except IntegrityError:
        raise Refused.because("E-08", CODE, "这个测评码已使用，每张测评单只能填一次。") from None
    Answer.objects.bulk_create(Answer(reply=row, indicator_id=pk, level=level) for pk, level in sorted(levels.items()))
    if by is not None:
        detail = {"serial": slip.serial, "channel": channel, "proxy": proxy}
        audit.record("evaluation.survey.entered", slip.survey.evaluation, by=by, detail=detail)
    return row


@transaction.atomic
def mark_unreachable(slip_id: int, *, reason: str, by) -> SurveyCode:
    """A recipient of a census who cannot be asked any more (moved away, died): with a reason, no longer waited for."""
    slip = claim(SurveyCode.objects.select_related(None), slip_id)
    uphold(slip_breaches(slip))
    if hasattr(slip.survey, "sample"):
        raise Refused.because("E-08", CODE, "本次测评已经抽样，请在抽样名单上按抽取顺序登记，由候补替补。")
    if not reason.strip():
        raise Refused.because("E-08", CODE, "登记无法访问须写明原因。")
    slip.unreachable_reason, slip.unreachable_by = reason.strip()[:120], by
    slip.save(update_fields=["unreachable_reason", "unreachable_by"])
    audit.record("evaluation.survey.unreachable", slip.survey.evaluation, by=by, detail={"serial": slip.serial, "reason": reason})
    return slip
