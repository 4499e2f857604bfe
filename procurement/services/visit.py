"""What was done, written down once: from a phone at the door, or later and marked so; the first version of a correction stays."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts import audit
from procurement.models import PostedWorker, ServiceOrder, ServiceVisit, VisitVersion
from procurement.rules import service as rules
from procurement.services.limits import limit_of
from procurement.services.service import pin_index
from records import clock
from records.files import store_upload
from records.identity import mask_name
from records.ratelimit import check
from records.refusals import Refused, uphold
from records.uploads import IMAGES
from records.workflow import claim, touch

Outcome = ServiceVisit.Outcome
RELATED = ("order__recipient", "order__provider", "order__caretaker", "order__item", "contract__project__organisation")
PIN_TRIES, PIN_SECONDS = 5, 900
LARGEST_PHOTO = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class VisitData:
    """What was typed about one visit. None is "not said" and never 0."""

    outcome: str
    done_at: datetime | None
    worker: PostedWorker | None = None
    worker_name: str = ""
    minutes: int | None = None
    place: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    note: str = ""
    sign: str = ""
    signed_by: str = ""
    pin: str = ""
    photo: object = None


KEPT = ("outcome", "done_at", "minutes", "place", "latitude", "longitude", "note", "sign", "signed_by", "worker_name")


@transaction.atomic
def record_visit(visit_id: int, data: VisitData, *, version: int, by, reason: str = "") -> ServiceVisit:
    """Write down a planned visit. It is written down once; after that it is corrected, with the first version kept."""
    visit = claim(ServiceVisit.objects.select_related(*RELATED), visit_id, version=version)
    if visit.outcome != Outcome.PENDING:
        raise Refused.because("V-04", rules.SUPERVISION, f"这次服务已记为“{visit.get_outcome_display()}”，如需修改请使用更正。")
    lifted = _judge(visit, data, reason)
    _write(visit, data, by)
    visit.late = rules.is_late(data.done_at, visit.recorded_at, _late_hours(visit))
    touch(visit)
    visit.save()
    detail = {"order": str(visit.order), "outcome": visit.outcome, "late": visit.late, "reason": reason if lifted else ""}
    audit.record("procurement.servicevisit.recorded", visit, by=by, detail=detail)
    return visit


@transaction.atomic
def record_extra(order_id: int, data: VisitData, *, by, reason: str = "") -> ServiceVisit:
    """A visit nobody planned (called for, urgent): its own row, on the day it was made."""
    order = claim(ServiceOrder.objects.select_related("recipient"), order_id)
    if order.status == ServiceOrder.Status.ENDED or data.done_at is None:
        raise Refused.because("V-04", rules.SUPERVISION, "服务单已结束，或者没有填写服务时间，不能登记计划外服务。")
    day = timezone.localtime(data.done_at).date()
    last = order.visits.filter(planned_on=day).order_by("-slot").values_list("slot", flat=True).first() or 0
    visit = ServiceVisit.objects.create(
        order=order, contract_id=order.contract_id, township_id=order.recipient.township_id, planned_on=day, slot=last + 1, extra=True
    )
    return record_visit(visit.pk, data, version=visit.version, by=by, reason=reason)


@transaction.atomic
def correct_visit(visit_id: int, data: VisitData, *, version: int, by, reason: str) -> ServiceVisit:
    """Put a record right. What it said before is kept as a version of its own, with who corrected it and why."""
    visit = claim(ServiceVisit.objects.select_related(*RELATED), visit_id, version=version)
    if visit.outcome in (Outcome.PENDING, Outcome.CALLED_OFF):
        raise Refused.because("V-04", rules.SUPERVISION, "这次服务还没有记录，不需要更正。")
    if not reason.strip():
        raise Refused.because("V-04", rules.SUPERVISION, "更正服务记录须写明原因。")
    _judge(visit, data, reason, pin_known=visit.sign == ServiceVisit.Sign.PIN)
    VisitVersion.objects.create(
        visit=visit,
        number=visit.corrections + 1,
        content=json.dumps(content_of(visit), ensure_ascii=False, default=str),
        recorded_at=visit.recorded_at,
        recorded_by=visit.recorded_by,
        replaced_at=clock.now(),
        replaced_by=by,
        reason=reason.strip()[:300],
    )
    _write(visit, data, by)
    visit.corrections += 1
    touch(visit)
    visit.save()
    audit.record("procurement.servicevisit.corrected", visit, by=by, detail={"reason": reason, "version": visit.corrections})
    return visit


def content_of(visit: ServiceVisit) -> dict:
    """What a record says, in words, for keeping and for showing side by side."""
    place = f"{visit.latitude}, {visit.longitude}" if visit.latitude is not None else ""
    return {
        "结果": visit.get_outcome_display(),
        "服务时间": f"{timezone.localtime(visit.done_at):%Y-%m-%d %H:%M}" if visit.done_at else "",
        "服务人员": f"{mask_name(visit.worker.name)}（名册）"
        if visit.worker_id
        else f"名册外：{visit.worker_name}"
        if visit.off_roster
        else "",
        "时长（分钟）": visit.minutes,
        "地点": visit.place or place,
        "服务情况": visit.note,
        "签收": " ".join(part for part in (visit.get_sign_display(), visit.signed_by) if part),
        "照片": visit.photo.sha256[:12] if visit.photo_id else "",
    }


def roster_of(order: ServiceOrder):
    """The people of whoever answers for the order: its contractor, or the office that took over."""
    return PostedWorker.objects.filter(contract=order.contract_id, contractor=order.provider_id, office=order.caretaker_id)


def _judge(visit: ServiceVisit, data: VisitData, reason: str, *, pin_known: bool = False):
    order = visit.order
    record = rules.Record(
        data.outcome,
        timezone.localtime(data.done_at) if data.done_at else None,
        data.minutes,
        _on_roster(order, data),
        data.sign,
        data.signed_by,
        data.note,
    )
    lifted = uphold(
        rules.record_breaches(record, now=timezone.localtime(clock.now()), order_starts=order.starts_on, order_ends=order.ends_on),
        reason=reason,
    )
    if data.outcome == Outcome.DONE and data.sign == ServiceVisit.Sign.PIN and not (pin_known and not data.pin):
        _check_pin(order.recipient, data.pin)
    return lifted


def _on_roster(order: ServiceOrder, data: VisitData) -> bool | None:
    if data.worker is None:
        return False if data.worker_name.strip() else None
    day = timezone.localtime(data.done_at).date() if data.done_at else clock.today()
    return roster_of(order).on_post(day).filter(pk=data.worker.pk).exists()


def _check_pin(recipient, pin: str) -> None:
    check("visit-pin", str(recipient.pk), limit=PIN_TRIES, seconds=PIN_SECONDS, fail_open=False)
    if not recipient.pin_index or pin_index(recipient, pin) != recipient.pin_index:
        raise Refused.because("V-04", rules.SUPERVISION, "签收码不符。没有签收码的，请选择本人签名或者家属签名。")


def _write(visit: ServiceVisit, data: VisitData, by) -> None:
    for name in KEPT:
        setattr(visit, name, getattr(data, name))
    visit.worker = data.worker
    visit.off_roster = data.outcome == Outcome.DONE and _on_roster(visit.order, data) is False
    if visit.provider_id is None and visit.office_id is None:
        visit.provider_id, visit.office_id = visit.order.provider_id, visit.order.caretaker_id
    if data.photo:
        organisation = visit.contract.project.organisation
        visit.photo = store_upload(data.photo, organisation=organisation, by=by, accept=IMAGES, limit=LARGEST_PHOTO)
    visit.recorded_at, visit.recorded_by = clock.now(), by


def _late_hours(visit: ServiceVisit):
    return limit_of("service_record_hours", visit.contract)


def read_version(version: VisitVersion) -> dict:
    return json.loads(version.content)
