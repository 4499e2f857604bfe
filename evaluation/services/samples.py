"""Who is asked: drawn at random from numbers of service events, recorded, repeatable; the reserve steps in by the same seed."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from accounts import audit
from evaluation import rules
from evaluation.models import Evaluation, Sample, SampleUnit, Survey
from evaluation.rules import sample as terms_of_draw
from evaluation.services import surveys
from procurement.models import ServiceVisit
from records import clock, draws
from records.refusals import Refused, uphold
from records.values import Value, policy_values
from records.workflow import claim

CONFIDENCE, MARGIN = "survey_confidence", "survey_margin"
TYPED = "未设定政策参数，由经办人填写"


@dataclass(frozen=True, slots=True)
class Terms:
    """Confidence and margin in force for a purchaser; None where no authority has set them: they are typed with the draw."""

    confidence: str | None
    margin: Decimal | None
    words: str


def terms_for(organisation) -> Terms:
    found = policy_values((CONFIDENCE, MARGIN), organisation, clock.today())
    shown = "；".join(f"{label}{_words(found.get(code))}" for code, label in ((CONFIDENCE, "置信水平"), (MARGIN, "允许误差")))
    confidence, margin = found.get(CONFIDENCE), found.get(MARGIN)
    return Terms(str(confidence.value) if confidence else None, margin.value if margin else None, shown[:300])


def _words(value: Value | None) -> str:
    return f" {value.value} {value.unit}（{value.source}，{value.status}）" if value else TYPED


def events_of(evaluation: Evaluation) -> list[str]:
    """One service event for each recipient served in the period: the last one done, by the numbers of order and visit. No names."""
    visits = ServiceVisit.objects.done().filter(contract=evaluation.contract_id)
    visits = visits.filter(planned_on__range=(evaluation.period_start, evaluation.period_end)).order_by("planned_on", "slot", "pk")
    rows = visits.values_list("order__recipient", "order__number", "planned_on", "slot")
    last = {recipient: f"F{number:04d}-{day:%Y%m%d}-{slot}" for recipient, number, day, slot in rows.iterator(chunk_size=2_000)}
    return sorted(last.values())


@transaction.atomic
def draw_sample(
    evaluation_id: int,
    *,
    source: str,
    references: Sequence[str] = (),
    confidence: str,
    margin: Decimal,
    size: int | None = None,
    expires_on: date,
    by,
    seed: str = "",
) -> Sample:
    """Draw once: the first ``size`` (None: as many as the terms need) get slips, the rest stand in reserve. ``seed`` for the demonstration.

    What an authority has set wins over ``confidence`` and ``margin``. Raises Refused with every fault of the list.
    """
    evaluation = claim(Evaluation, evaluation_id)
    if Survey.objects.filter(evaluation=evaluation).exists():
        raise Refused.because("E-08", rules.THREE_VOICES, "本期已经发放测评单，不能再抽样：名单只抽一次，不挑选结果。")
    frame = events_of(evaluation) if source == Sample.Source.RECORDS else list(references)
    uphold(terms_of_draw.frame_breaches(frame))
    terms, scheme = terms_for(evaluation.organisation), evaluation.scheme
    confidence, margin = terms.confidence or confidence, terms.margin or margin
    limits = {"floor": scheme.sample_floor, "percent": scheme.sample_percent}
    needed = terms_of_draw.sample_needed(len(frame), confidence=confidence, margin=margin, **limits)
    size = needed if size is None else size
    uphold(terms_of_draw.size_breaches(size, needed=needed, population=len(frame)))
    words = f"服务事件清单（{Sample.Source(source).label}）"
    facts = {"count": size, "population": len(frame), "population_source": words, "expires_on": expires_on}
    survey = surveys.issue_codes(evaluation.pk, **facts, by=by, drawn=True)
    sample = Sample.objects.create(
        survey=survey, source=source, frame=sorted(frame), frame_sha256=draws.digest(frame), population=len(frame),
        seed=seed or secrets.token_hex(16), confidence=confidence, margin=margin, terms=terms.words, needed=needed, size=size, drawn_by=by,
    )  # fmt: skip
    _call(sample, size)
    detail = {"seed": sample.seed, "population": len(frame), "count": size, "sha256": sample.frame_sha256}
    audit.record("evaluation.survey.drawn", evaluation, by=by, detail=detail | {"confidence": confidence, "margin": str(margin)})
    return sample


def _call(sample: Sample, size: int) -> None:
    drawn = draws.draw(sample.frame, seed=sample.seed)[:size]
    SampleUnit.objects.bulk_create(SampleUnit(sample=sample, position=n, reference=text) for n, text in enumerate(drawn, 1))


@transaction.atomic
def mark_unreached(evaluation_id: int, *, position: int, reason: str, by) -> SampleUnit | None:
    """Somebody drawn cannot be reached: with a reason, and the next in the order of the same seed steps in, if there is one."""
    evaluation = claim(Evaluation, evaluation_id)
    unit = SampleUnit.objects.select_related("sample").filter(sample__survey__evaluation=evaluation, position=position).first()
    uphold(_unreached_breaches(evaluation, unit, position, reason))
    sample = unit.sample
    unit.unreached_reason, unit.unreached_by, unit.unreached_at = reason.strip()[:120], by, clock.now()
    unit.save(update_fields=["unreached_reason", "unreached_by", "unreached_at"])
    called = sample.units.count()
    order = draws.draw(sample.frame, seed=sample.seed)
    fresh = None
    if called < len(order):
        fresh = SampleUnit.objects.create(sample=sample, position=called + 1, reference=order[called], replaces=unit)
    detail = {"position": position, "reason": unit.unreached_reason, "replacement": fresh.position if fresh else "候补已用完"}
    audit.record("evaluation.survey.replaced", evaluation, by=by, detail=detail)
    return fresh


def _unreached_breaches(evaluation: Evaluation, unit: SampleUnit | None, position: int, reason: str):
    if not evaluation.is_open:
        yield surveys.breach(f"本期评价{evaluation.get_status_display()}，抽样名单不能再变动。")
    if unit is None:
        yield surveys.breach(f"抽样名单上没有第 {position} 名。")
    elif unit.unreached_reason:
        yield surveys.breach(f"第 {position} 名已经登记为无法访问：{unit.unreached_reason}。")
    if not reason.strip():
        yield surveys.breach("登记无法访问须写明原因。")


def faults_of(sample: Sample) -> list[str]:
    """The draw made again from list and seed: what differs from what is on record. Empty: equal."""
    found = []
    if draws.digest(sample.frame) != sample.frame_sha256 or len(sample.frame) != sample.population:
        found.append("服务事件清单与抽取时的摘要不符")
    units = list(sample.units.all())
    called = [unit.reference for unit in units]
    if len(called) < sample.size or called != draws.draw(sample.frame, seed=sample.seed)[: len(called)]:
        found.append("抽中和替补的先后与种子算出的不符")
    gaps = [unit.position for unit in units if (unit.position > sample.size) != (unit.replaces_id is not None)]
    if gaps or [unit.position for unit in units] != list(range(1, len(units) + 1)):
        found.append("抽取顺序不连续，或者替补没有写明替谁")
    return found


def unreached_of(survey: Survey) -> int:
    """Those who could not be reached and for whom nobody was left to step in."""
    return SampleUnit.objects.filter(sample__survey=survey, replaced_by=None).exclude(unreached_reason="").count()


def sample_of(survey: Survey | None) -> Sample | None:
    return Sample.objects.filter(survey=survey).prefetch_related("units").first() if survey else None


def frozen_of(sample: Sample | None) -> dict | None:
    """The draw as it is frozen with a score."""
    if sample is None:
        return None
    return {
        "seed": sample.seed,
        "frame_sha256": sample.frame_sha256,
        "population": sample.population,
        "confidence": sample.confidence,
        "margin": str(sample.margin),
        "terms": sample.terms,
        "needed": sample.needed,
        "size": sample.size,
        "called": [[unit.position, unit.reference, unit.unreached_reason] for unit in sample.units.all()],
    }
