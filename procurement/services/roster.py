"""The posted roster: entered by whoever serves, judged on entry, never erased; who leaves keeps the days served."""

from dataclasses import dataclass, fields
from datetime import date

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.models import Membership, Organisation, User
from contractors.models import Contractor
from procurement.models import Contract, PostedWorker
from procurement.rules import roster as rules
from procurement.rules import service as service_rules
from procurement.services.service import IDENTITY, SERVABLE
from procurement.services.takeover import LIVE
from records import clock, identity
from records.crypto import blind_index
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim, touch


@dataclass(frozen=True, slots=True)
class WorkerData:
    name: str
    id_number: str
    starts_on: date
    phone: str = ""
    employer: str = ""
    insured_by_contractor: bool | None = None
    engagement: str = PostedWorker.Engagement.EMPLOYEE
    former_buyer_staff: bool = False
    education: str = ""
    qualification: str = PostedWorker.Qualification.NONE
    certificate: str = ""
    certificate_until: date | None = None
    place: str = PostedWorker.Place.HOME
    posted_to: Organisation | None = None
    ends_on: date | None = None
    user: User | None = None


def unit_keys(unit: Contractor | Organisation) -> dict:
    """Whose person it is: a contractor's, or that of an office which took over."""
    own = isinstance(unit, Contractor)
    return {"contractor": unit if own else None, "office": None if own else unit}


def worker_breaches(contract: Contract, data: WorkerData, unit: Contractor | Organisation | None = None) -> list[Breach]:
    """What stands against this person on the roster of this contract."""
    unit = unit or contract.contractor
    servable = SERVABLE if unit == contract.contractor else LIVE  # whoever took over goes on when the contract has ended
    found = [breach for breach in identity.check_resident_id(data.id_number, clock.today()) if breach.binding]
    if not data.name.strip():
        found.append(Breach("ID-1", IDENTITY, "请填写姓名。"))
    if contract.status not in servable:
        found.append(Breach("P-20", service_rules.CONTENT, "合同签订后、履行完毕前才能登记服务人员。"))
    post = rules.Post(
        data.engagement,
        data.employer or str(unit),
        str(unit),
        data.insured_by_contractor,
        data.former_buyer_staff,
        data.place,
        data.posted_to.kind if data.posted_to else "",
        data.starts_on,
        data.ends_on,
        office=isinstance(unit, Organisation),
    )
    return [*found, *rules.post_breaches(post, contract_starts=contract.starts_on, contract_ends=contract.ends_on)]


@transaction.atomic
def add_worker(contract_id: int, data: WorkerData, *, by, reason: str = "", unit=None) -> PostedWorker:
    """Put a person on the roster of ``unit`` (None: the contract's own contractor). What needs a word is let through with
    ``reason`` and stands in the audit row."""
    contract = claim(Contract.objects.select_related("contractor__organisation", "project__organisation"), contract_id)
    unit = unit or contract.contractor
    lifted = uphold(worker_breaches(contract, data, unit), reason=reason)
    values = {field.name: getattr(data, field.name) for field in fields(data)}
    values["employer"] = data.employer.strip() or str(unit)
    values["id_number"] = identity.normalise_id(data.id_number)
    worker = PostedWorker(contract=contract, created_by=by, reason=reason.strip()[:300], **unit_keys(unit), **values)
    worker.id_index, worker.phone_index = blind_index(worker.id_number, "id"), phone_index(data.phone)
    try:
        with transaction.atomic():
            worker.save()
    except IntegrityError:
        raise Refused.because("ID-1", IDENTITY, "该人员已在本合同的在岗名册中。") from None
    detail = {"reason": reason, "lifted": [breach.message for breach in lifted]} if lifted else {}
    audit.record("procurement.postedworker.added", worker, by=by, detail=detail)
    return worker


def phone_index(phone: str) -> str:
    return blind_index(identity.normalise_id(phone), "phone")


@transaction.atomic
def change_worker(worker_id: int, *, version: int, by, **values) -> PostedWorker:
    """Mend phone, qualification, certificate, account. Identity and employer are settled on entry."""
    worker = claim(PostedWorker, worker_id, version=version)
    for name, value in values.items():
        setattr(worker, name, value)
    worker.phone_index = phone_index(worker.phone)
    touch(worker)
    worker.save()
    labels = [PostedWorker._meta.get_field(name).verbose_name for name in values]
    audit.record("procurement.postedworker.changed", worker, by=by, detail={"fields": labels})
    return worker


@transaction.atomic
def end_post(worker_id: int, *, version: int, ends_on: date, by) -> PostedWorker:
    worker = claim(PostedWorker, worker_id, version=version)
    if worker.ends_on is not None:
        raise Refused.because("P-33", rules.ENGAGEMENT, f"该人员已于 {worker.ends_on} 离岗。")
    if ends_on < worker.starts_on:
        raise Refused.because("P-33", rules.ENGAGEMENT, f"离岗日期 {ends_on} 早于到岗日期 {worker.starts_on}。")
    worker.ends_on = ends_on
    touch(worker)
    worker.save(update_fields=["ends_on", "version"])
    audit.record("procurement.postedworker.ended", worker, by=by, detail={"ended_on": ends_on})
    return worker


@transaction.atomic
def reveal_worker(worker: PostedWorker, *, reason: str, by) -> dict[str, str]:
    uphold(service_rules.reveal_breaches(reason))
    audit.record("procurement.postedworker.revealed", worker, by=by, detail={"reason": reason.strip()})
    return {"姓名": worker.name, "身份证号": worker.id_number, "联系电话": worker.phone or "（无）"}


def accounts_of(unit: Contractor | Organisation):
    """Accounts of whoever serves that may stand beside a worker's name."""
    organisation = unit.organisation if isinstance(unit, Contractor) else unit
    posts = Membership.objects.active(clock.today()).filter(organisation=organisation)
    return User.objects.filter(memberships__in=posts).distinct()
