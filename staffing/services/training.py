"""Trainings of a district: planned, changed, cancelled, held; who was there; marks and certificates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts import audit
from accounts.models import Organisation
from records import clock, jobs, notices
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim, move, touch
from staffing import rules
from staffing.models import Attendance, StaffMember, Training

ALPHABET, CODE_LENGTH = notices.CODE_ALPHABET, 10
CERTIFICATES, CERTIFICATE, PREFIX = "staffing.certificates", "staffing.certificate", "培训证"
TEMPLATE = "staffing/print/certificate.html"
PLAN_FIELDS = ("title", "held_on", "place", "topic", "hours", "capacity", "party_education", "tested")


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """What is planned: when, where, about what, for how many."""

    title: str
    held_on: date
    place: str
    topic: str
    hours: int
    capacity: int
    party_education: bool
    tested: bool


@transaction.atomic
def hold_training(bureau: Organisation, *, title: str, held_on: date, hours: int, party_education: bool, attendees, by) -> Training:
    """Record one training and who was there. Refused: a day to come, people of another district."""
    uphold(_training_breaches(bureau, held_on, attendees))
    facts = {"title": title, "held_on": held_on, "hours": hours, "party_education": party_education}
    training = Training.objects.create(organisation=bureau, status=Training.Status.HELD, **facts)
    Attendance.objects.bulk_create([Attendance(training=training, member=member) for member in attendees])
    audit.record("staffing.training.held", training, by=by, detail={"held_on": held_on, "attendees": len(attendees)})
    return training


def _training_breaches(bureau, held_on, attendees) -> Iterable[Breach]:
    if held_on > clock.today():
        yield Breach("W-22", rules.TRAINING, f"培训日期 {held_on:%Y-%m-%d} 在今天之后，培训结束后再登记。")
    for member in attendees:
        yield from _outsider_breaches(bureau, member)


def _outsider_breaches(bureau: Organisation, member: StaffMember) -> Iterable[Breach]:
    if not member.organisation.path.startswith(bureau.path):
        yield Breach("W-22", rules.TRAINING, f"{member.name}不是本区县的经办人员。")


@transaction.atomic
def plan_training(bureau: Organisation, plan: TrainingPlan, *, by) -> Training:
    """A training in the district's plan of the year. Refused: a day that is past, the same title on the same day."""
    uphold(rules.plan_day_breaches(plan.held_on, clock.today()))
    _refuse_twin(bureau, plan)
    values = {name: getattr(plan, name) for name in PLAN_FIELDS}
    training = Training.objects.create(organisation=bureau, **values)
    audit.record("staffing.training.planned", training, by=by, detail={"held_on": plan.held_on, "place": plan.place})
    return training


@transaction.atomic
def change_plan(pk: int, plan: TrainingPlan, *, version, by) -> Training:
    training = claim(Training.objects.select_related("organisation"), pk, version=version)
    require_planned(training)
    uphold(rules.plan_day_breaches(plan.held_on, clock.today(), present=training.attendances.count(), before=training.held_on))
    _refuse_twin(training.organisation, plan, but=training)
    changed = [name for name in PLAN_FIELDS if getattr(training, name) != getattr(plan, name)]
    for name in changed:
        setattr(training, name, getattr(plan, name))
    touch(training)
    training.save(update_fields=[*changed, "version"])
    audit.record("staffing.training.changed", training, by=by, detail={"fields": changed, "held_on": plan.held_on})
    return training


def require_planned(training: Training) -> None:
    if training.status != Training.Status.PLANNED:
        raise Refused.because("W-22", rules.TRAINING, f"该培训{training.get_status_display()}，不能再改安排。")


def _refuse_twin(bureau: Organisation, plan: TrainingPlan, but: Training | None = None) -> None:
    twins = Training.objects.filter(organisation=bureau, title=plan.title, held_on=plan.held_on)
    if twins.exclude(pk=but.pk if but else None).exists():
        raise Refused.because("W-22", rules.TRAINING, f"{plan.held_on:%Y-%m-%d} 的“{plan.title}”已登记。")


@transaction.atomic
def cancel_training(pk: int, *, reason: str, by) -> Training:
    """Not held after all, with the reason on record. Refused when people were there."""
    training = claim(Training, pk)
    present = training.attendances.count()
    if present:
        raise Refused.because("W-22", rules.TRAINING, f"已有 {present} 人签到，不能取消。")
    training.cancellation_reason = reason.strip()
    if training.status == Training.Status.PLANNED:
        training.save(update_fields=["cancellation_reason"])
    return move(training, Training.Status.CANCELLED, by=by, note=reason)


@transaction.atomic
def close_training(pk: int, *, by) -> Training:
    """Held: from now on it counts for the district's year and for each person who was there."""
    training = claim(Training, pk)
    present = training.attendances.count()
    uphold(rules.closing_breaches(training.held_on, clock.today(), present=present))
    return move(training, Training.Status.HELD, by=by, detail={"attendees": present})


# --- signing in


def code_of(training: Training) -> str:
    """The code of the day: of this training on this day, guessable by nobody, stored nowhere."""
    digest = salted_hmac("staffing.training.code", f"{training.pk}:{training.held_on}", algorithm="sha256").digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:CODE_LENGTH])


def is_code_of(training: Training, code: str) -> bool:
    return constant_time_compare(code_of(training), code)


def sign_in_url(training: Training) -> str:
    return f"{settings.SITE_URL}{reverse('staffing:training_sign_in', args=[training.pk, code_of(training)])}"


def entry_of(training: Training, user) -> StaffMember | None:
    """The roster entry in post in this district that is tied to this account."""
    path = training.organisation.path
    return StaffMember.objects.in_post(training.held_on).filter(account=user, organisation__path__startswith=path).first()


@transaction.atomic
def sign_in(pk: int, *, by) -> Attendance:
    """The person at the own phone: whose account stands on the roster, on the day itself. Twice is once."""
    training = claim(Training.objects.select_related("organisation"), pk)
    uphold(rules.sign_in_breaches(training.held_on, clock.today(), planned=training.status == Training.Status.PLANNED))
    member = entry_of(training, by)
    if member is None:
        raise Refused.because("W-22", rules.TRAINING, "您的账号没有关联本区县的经办人员名册，请由组织者在名册上签到。")
    return _take_down(training, member, Attendance.Way.CODE, by=by)


@transaction.atomic
def mark_present(pk: int, member_id: int, *, by) -> Attendance:
    """The organiser ticks a person on the roster: on the day, or afterwards for a training that was held."""
    training = claim(Training.objects.select_related("organisation"), pk)
    if training.status == Training.Status.CANCELLED or training.held_on > clock.today():
        raise Refused.because("W-22", rules.TRAINING, f"培训日期为 {training.held_on:%Y-%m-%d}，当天起才能签到；已取消的不签到。")
    member = StaffMember.objects.select_related("organisation").filter(pk=member_id).first()
    if member is None:
        raise Refused.because("W-22", rules.TRAINING, "名册上没有这个人。")
    uphold(_outsider_breaches(training.organisation, member))
    way = Attendance.Way.LIST if training.status == Training.Status.PLANNED else Attendance.Way.LATER
    return _take_down(training, member, way, by=by)


def _take_down(training: Training, member: StaffMember, way: str, *, by) -> Attendance:
    values = {"way": way, "signed_at": clock.now(), "signed_by": by}
    row, made = Attendance.objects.get_or_create(training=training, member=member, defaults=values)
    if made:
        audit.record("staffing.training.attended", training, by=by, detail={"name": member.name, "sign": row.get_way_display()})
    return row


@transaction.atomic
def unmark(pk: int, member_id: int, *, by) -> None:
    """Ticked by mistake. Refused once there is a mark or a certificate."""
    training = claim(Training, pk)
    row = training.attendances.select_related("member").filter(member=member_id).first()
    if row is None:
        return
    if row.certificate_id or row.result != Attendance.Result.NONE:
        raise Refused.because("W-22", rules.TRAINING, f"{row.member.name}已有考核结果或者证书，不能撤销签到。")
    if training.status == Training.Status.HELD and training.attendances.count() == 1:
        raise Refused.because("W-22", rules.TRAINING, "已举办的培训至少有一名参训人员。")
    row.delete()
    audit.record("staffing.training.unattended", training, by=by, detail={"name": row.member.name})


# --- marks and certificates


@transaction.atomic
def record_results(pk: int, marks: dict[int, tuple[str, int | None]], *, by) -> int:
    """``marks``: attendance → (result, score). Returns how many changed. What a certificate says is changed no more."""
    training = claim(Training, pk)
    uphold(rules.result_breaches(held=training.status == Training.Status.HELD, tested=training.tested))
    changed = []
    for row in training.attendances.select_related("member").filter(pk__in=marks):
        result, score = marks[row.pk]
        if (row.result, row.score) == (result, score):
            continue
        if row.certificate_id:
            raise Refused.because("W-22", rules.TRAINING, f"{row.member.name}的证书已签发，考核结果不能再改；请先撤回证书。")
        row.result, row.score = result, score
        changed.append(row)
    Attendance.objects.bulk_update(changed, ["result", "score"])
    if changed:
        audit.record("staffing.training.marked", training, by=by, detail={"count": len(changed)})
    return len(changed)


def earning(training: Training) -> list[Attendance]:
    """Who has earned a certificate and has none that stands."""
    rows = training.attendances.select_related("member__organisation", "certificate")
    held = training.status == Training.Status.HELD
    return [
        row
        for row in rows
        if (row.certificate is None or row.certificate.is_withdrawn)
        and rules.earns_certificate(held=held, tested=training.tested, passed=row.result == Attendance.Result.PASSED)
    ]


def order_certificates(training: Training, *, by):
    """Queue them all: one job numbers and freezes each paper; a hundred papers are nothing to wait on."""
    waiting = earning(training)
    if not waiting:
        raise Refused.because("W-22", rules.TRAINING, "没有可以签发的证书：培训须已举办，安排考核的须考核合格。")
    key, title = f"{by.pk}:{training.pk}:{clock.now():%Y%m%d%H%M%S}", f"签发培训证书：{training.title}"
    return jobs.enqueue(CERTIFICATES, organisation=training.organisation, by=by, key=key, title=title, training=training.pk)


@jobs.handler(CERTIFICATES)
def issue_certificates(job, report) -> None:
    """One paper each, in a transaction of its own; who has one already gets no second."""
    training = Training.objects.select_related("organisation").get(pk=job.params["training"])
    waiting = earning(training)
    for number, row in enumerate(waiting, start=1):
        issue_certificate(row.pk, by=job.requested_by)
        report(number, len(waiting), row.member.name)


@transaction.atomic
def issue_certificate(pk: int, *, by) -> Attendance:
    """Number and freeze one certificate. Its title names nobody: it shows on the public check page."""
    row = claim(Attendance.objects.select_related("training__organisation", "member__organisation"), pk)
    training = row.training
    if row not in earning(training):
        return row
    context = {
        "name": row.member.name,
        "unit": row.member.organisation.label,
        "training": training.title,
        "topic": training.topic,
        "held_on": training.held_on.isoformat(),
        "hours": training.hours,
        "result": f"{row.get_result_display()}{f'（{row.score} 分）' if row.score is not None else ''}" if training.tested else "",
        "clause": str(rules.TRAINING),
    }
    facts = {"title": "社会救助经办业务培训证书", "template": TEMPLATE, "number_prefix": PREFIX}
    row.certificate = notices.issue(CERTIFICATE, organisation=training.organisation, context=context, by=by, **facts)
    row.save(update_fields=["certificate"])
    audit.record("staffing.training.certified", training, by=by, detail={"name": row.member.name, "number": row.certificate.number})
    return row
