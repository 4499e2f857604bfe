"""A check asked for, sent with the district's next batch, settled by the window. Answers: ``verification_answers``."""

import hashlib
from base64 import b64decode, b64encode
from datetime import date

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from accounts import audit
from accounts.models import Organisation
from records import clock, jobs, messages, notices, workdays
from records.refusals import MissingCalendar, Refused, uphold
from records.workflow import claim, move
from windows.models import Case, Household, Person, Programme, VerificationAnswer, VerificationBatch, VerificationRequest
from windows.rules import verification as rules
from windows.services import people, verification_sheets
from windows.services.guards import in_status

SERIES = "核对批次"
BATCH_JOB = "windows.verification_batch"
LARGEST_BATCH = 5_000
STEP = 200  # rows between two signs of progress
ORDER = ("DB-2", rules.START)
OWN = "本人"
Status = VerificationRequest.Status


@transaction.atomic
def ask(case_id: int, *, version: int, consent_on: date | None, relation: str = OWN, member=None, by) -> VerificationRequest:
    """Ask for a check of the applicant, or of a member of the household (``member``: people.PersonData), whose consent is on file."""
    case = claim(Case.objects.select_related("organisation", "person__household", "programme"), case_id, version=version)
    person = case.person if member is None else _member(case, member, by=by)
    handled = case.programme.action == Programme.Action.HANDLE and case.status == Case.Status.ACCEPTED
    uphold(
        rules.request_breaches(
            name=person.name,
            accepted=handled,
            has_number=bool(person.id_number),
            consent_on=consent_on,
            today=clock.today(),
            open_already=case.verifications.open().filter(person=person).exists(),
        )
    )
    row = VerificationRequest.objects.create(
        organisation=case.organisation.district, case=case, person=person, relation=relation.strip() or OWN, consent_on=consent_on,
        requested_by=by, due_on=_due(),
    )  # fmt: skip
    audit.record("windows.verificationrequest.requested", row, by=by, detail={"case": case.number, "consent_on": consent_on})
    return row


def _due() -> date | None:
    try:
        return workdays.add_workdays(clock.today(), rules.START_WORKDAYS)
    except MissingCalendar:
        return None


def _member(case: Case, data: people.PersonData, *, by) -> Person:
    """Somebody who lives with the applicant; both are of one household from now on, unless the person has one already."""
    if not data.id_number.strip():
        raise Refused.because("DB-2", rules.START, "请填写家庭成员的身份证号。")
    person = people.register(case.organisation.district, data, by=by)
    if data.name.strip() != person.name:
        raise Refused.because("ID-1", people.IDENTITY, "该身份证号已登记为另一姓名，请核对身份证后填写。")
    if person.pk == case.person_id:
        raise Refused.because("DB-2", rules.START, "这是申请人本人，请选“申请人本人”。")
    if case.person.household is None:
        case.person.household = Household.objects.create(organisation=case.organisation.district, village=case.village)
        case.person.save(update_fields=["household"])
    if person.household_id is None:
        person.household = case.person.household
        person.save(update_fields=["household"])
    return person


@transaction.atomic
def stop(pk: int, *, reason: str, version: int, by) -> VerificationRequest:
    """A request made by mistake is taken back before it goes out."""
    row = claim(VerificationRequest, pk, version=version)
    in_status(row, Status.REQUESTED, breach=ORDER, act="撤销")
    return _stop(row, reason=reason, by=by)


def _stop(row: VerificationRequest, *, reason: str, by) -> VerificationRequest:
    row.stopped_reason = reason.strip()
    row.save(update_fields=["stopped_reason"])
    return move(row, Status.STOPPED, by=by, note=row.stopped_reason)


def stop_all(case: Case, *, reason: str, by) -> None:
    """The case has ended: nobody's means are looked into any longer for it."""
    for row in case.verifications.open().select_for_update(of=("self",)).order_by("pk"):
        _stop(row, reason=reason, by=by)


def closing_breaches(case: Case, *, confirming: bool):
    """What stands in the way of a conclusion."""
    rows = list(case.verifications.open().values_list("status", "person__name"))
    unsettled = [name for status, name in rows if status == Status.ANSWERED]
    waiting = [name for status, name in rows if status != Status.ANSWERED]
    yield from rules.closing_breaches(unsettled=unsettled, waiting=waiting, confirming=confirming)


# --- out ------------------------------------------------------------------------------------------------------------------


@transaction.atomic
def send_batch(district: Organisation, *, kind: str, by) -> VerificationBatch:
    """Everybody who waits in this district, at most ``LARGEST_BATCH``, under one number; a job makes the file."""
    waiting = VerificationRequest.objects.waiting().filter(organisation=district).order_by("pk")
    chosen = list(waiting.select_for_update(of=("self",)).values_list("pk", flat=True)[:LARGEST_BATCH])
    if not chosen:
        raise Refused.because("DB-2", rules.START, f"{district}现在没有待送核对的人员。")
    year = clock.today().year
    number = f"{district.code[:9]}-HD-{year}-{notices.next_number(district, SERIES, year):04d}"
    batch = VerificationBatch.objects.create(organisation=district, number=number, kind=kind, total=len(chosen), sent_by=by)
    moved = VerificationRequest.objects.filter(pk__in=chosen, status=Status.REQUESTED)
    moved.update(status=Status.SENT, batch=batch, version=F("version") + 1)  # one audit row for the batch, which names them all
    audit.record("windows.verificationbatch.sent", batch, by=by, detail={"number": number, "total": len(chosen)})
    batch.job = jobs.enqueue(
        BATCH_JOB, organisation=district, by=by, key=str(batch.pk), title=f"生成核对批次文件 {number}", batch=batch.pk
    )  # fmt: skip
    batch.save(update_fields=["job"])
    return batch


@jobs.handler(BATCH_JOB)
def make_file(job, report) -> None:
    """The sheet of a batch. It stays sealed in the batch's own row; nothing in clear reaches the disk or the download centre."""
    batch = VerificationBatch.objects.get(pk=job.params["batch"])
    rows = {}  # somebody in two applications is asked about once
    for done, row in enumerate(batch.requests.select_related("person", "case").order_by("pk").iterator(chunk_size=STEP), start=1):
        rows.setdefault(row.person_id, verification_sheets.out_row(batch, row))
        if done % STEP == 0:
            report(done, batch.total, row.case.number)
    data = verification_sheets.out_file(batch, list(rows.values()))
    VerificationBatch.objects.filter(pk=batch.pk).update(
        content=b64encode(data).decode(), file_hash=hashlib.sha256(data).hexdigest(), version=F("version") + 1
    )
    report(batch.total, batch.total, batch.number)


@transaction.atomic
def hand_out(pk: int, *, by) -> tuple[VerificationBatch, bytes]:
    """The file in clear, with its trace: numbers leave the house."""
    batch = claim(VerificationBatch, pk)
    if not batch.content:
        raise Refused.because("DB-2", rules.START, f"批次 {batch.number} 的文件还在生成，请稍后再取。")
    detail = {"number": batch.number, "total": batch.total, "sha256": batch.file_hash}
    audit.record("windows.verificationbatch.downloaded", batch, by=by, detail=detail)
    return batch, b64decode(batch.content)


@transaction.atomic
def hand_over(batch: VerificationBatch, *, by) -> list[VerificationRequest]:
    """The people of a batch for a system that checks, with the same trace as the file."""
    rows = list(batch.requests.exclude(status=Status.STOPPED).select_related("case", "person").order_by("pk"))
    detail = {"number": batch.number, "total": len(rows), "source": VerificationAnswer.Channel.API.label}
    audit.record("windows.verificationbatch.downloaded", batch, by=by, detail=detail)
    return rows


# --- settled --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def settle(pk: int, *, decision: str, heard: str, heard_on: date | None, reason: str, version: int, by) -> VerificationRequest:
    """What the window makes of an answer. One that does not agree is put to the applicant before."""
    row = claim(VerificationRequest, pk, version=version)
    in_status(row, Status.ANSWERED, breach=("W-15", rules.HEAR), act="处理结果")
    uphold(
        rules.settle_breaches(
            result=row.result,
            decision=decision,
            heard=heard,
            heard_on=heard_on,
            answered_on=clock.local_day(row.answered_at),
            reason=reason,
            today=clock.today(),
        )
    )
    row.decision, row.heard, row.heard_on, row.reason = decision, heard.strip(), heard_on, reason.strip()
    row.settled_by, row.settled_at, row.differs = by, clock.now(), False
    row.save(update_fields=["decision", "heard", "heard_on", "reason", "settled_by", "settled_at", "differs"])
    return move(row, Status.SETTLED, by=by, note=row.get_decision_display())


def tell_window(rows, *, by) -> None:
    """One message to each handler whose answers came."""
    hands: dict = {}
    for row in rows:
        hands.setdefault(row.case.handler, []).append(row)
    for handler, mine in hands.items():
        url = f"{reverse('windows:verification_list')}?status={Status.ANSWERED}"
        body = "、".join(row.case.number for row in mine[:5])
        messages.send(
            [handler], f"核对结果已反馈 {len(mine)} 人", body, url=url, key=f"verification:{mine[0].batch_id}:{mine[0].pk}:{len(mine)}"
        )
