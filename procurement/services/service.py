"""Recipients of a contract and the orders that say what each receives; planned visits follow from the rhythm, once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q

from accounts import audit
from accounts.models import Organisation
from procurement.models import Contract, ServiceOrder, ServiceRecipient, ServiceVisit
from procurement.rules import service as rules
from procurement.services.takeover import responsible_for
from records import clock, identity
from records.crypto import blind_index
from records.policy import Breach, Clause
from records.refusals import Refused, uphold
from records.workflow import claim, move, touch

IDENTITY = Clause("民发〔2021〕57号", "第九条")
SERVABLE = (Contract.Status.SIGNED, Contract.Status.IN_SERVICE)
AHEAD_DAYS = 35  # visits are planned so far ahead, and a little further every night
BATCH = 2_000
Outcome = ServiceVisit.Outcome


@dataclass(frozen=True, slots=True)
class RecipientData:
    """What was typed about a person. ``checked``: how an unlikely but possible ID number was looked at."""

    name: str
    programme: str
    township: Organisation
    id_number: str = ""
    no_id_reason: str = ""
    address: str = ""
    phone: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    needs: str = ""
    checked: str = ""


CONTACT = ("address", "phone", "contact_name", "contact_phone", "needs")


def recipient_breaches(contract: Contract, data: RecipientData) -> list[Breach]:
    """Everything that stands against this person being entered, without writing anything."""
    found = list(identity.check_resident_id(data.id_number, clock.today())) if data.id_number.strip() else []
    if not data.name.strip():
        found.append(Breach("ID-1", IDENTITY, "请填写姓名。"))
    if not data.id_number.strip() and not data.no_id_reason.strip():
        found.append(Breach("ID-1", IDENTITY, "没有身份证号的，请登记情况说明。"))
    if data.programme not in ServiceRecipient.Programme.values:
        found.append(Breach("V-04", rules.SUPERVISION, f"救助类别“{data.programme}”不在可选范围内。"))
    if not data.township.path.startswith(district_path(contract)):
        found.append(Breach("V-04", rules.SUPERVISION, f"{data.township.name}不属于本合同所在区县。"))
    if data.checked.strip():
        found = [breach for breach in found if breach.binding]
    return found


def district_path(contract: Contract) -> str:
    organisation = contract.project.organisation
    return (organisation.district or organisation).path


def townships_of(contract: Contract):
    kind = Organisation.Kind.TOWNSHIP
    return Organisation.objects.filter(kind=kind, path__startswith=district_path(contract)).order_by("path")


def id_index(number: str) -> str | None:
    return blind_index(identity.normalise_id(number), "id") or None


def name_index(name: str) -> str:
    return blind_index(name.strip(), "name")


@transaction.atomic
def add_recipient(contract_id: int, data: RecipientData, *, by) -> ServiceRecipient:
    """Enter one person. Raises Refused; the same ID number stands once under a contract."""
    contract = claim(Contract.objects.select_related("project__organisation"), contract_id)
    uphold(recipient_breaches(contract, data))
    return write_recipient(contract, data, next_code(contract), by=by)


def write_recipient(contract: Contract, data: RecipientData, code: str, *, by) -> ServiceRecipient:
    """The row itself; whoever calls holds the contract's lock and has judged."""
    number = identity.normalise_id(data.id_number)
    recipient = ServiceRecipient(
        contract=contract,
        code=code,
        name=data.name.strip(),
        name_index=name_index(data.name),
        id_number=number,
        id_index=id_index(number),
        no_id_reason="" if number else data.no_id_reason.strip(),
        programme=data.programme,
        township=data.township,
        created_by=by,
        **{field: getattr(data, field).strip() for field in CONTACT},
    )
    try:
        with transaction.atomic():
            recipient.save()
    except IntegrityError:
        raise Refused.because("ID-1", IDENTITY, "该身份证号已在本合同登记，请在服务对象中查找。") from None
    audit.record("procurement.servicerecipient.registered", recipient, by=by)
    return recipient


def next_code(contract: Contract) -> str:
    """R0001, R0002 …: locked by the contract's row."""
    last = contract.recipients.aggregate(last=Max("code"))["last"]
    return f"R{(int(last[1:]) if last else 0) + 1:05d}"


@transaction.atomic
def change_recipient(recipient_id: int, *, version: int, by, reason: str = "", **contact) -> ServiceRecipient:
    """Mend where and how a person is reached. Name and ID number are not changed here."""
    recipient = claim(ServiceRecipient, recipient_id, version=version)
    changed = [name for name in CONTACT if name in contact and contact[name].strip() != getattr(recipient, name)]
    for name in changed:
        setattr(recipient, name, contact[name].strip())
    touch(recipient)
    recipient.save(update_fields=[*changed, "version"])
    labels = [ServiceRecipient._meta.get_field(name).verbose_name for name in changed]
    audit.record("procurement.servicerecipient.changed", recipient, by=by, detail={"fields": labels, "reason": reason})
    return recipient


@transaction.atomic
def leave_recipient(recipient_id: int, *, version: int, by, reason: str) -> ServiceRecipient:
    """The person no longer receives services under this contract: every open order ends with it."""
    recipient = claim(ServiceRecipient, recipient_id, version=version)
    if not reason.strip():
        raise Refused.because("V-04", rules.SUPERVISION, "请写明服务对象退出的原因（例：去世、迁出、不再符合条件）。")
    for order in ServiceOrder.objects.open().filter(recipient=recipient):
        end_order(order.pk, by=by, note=reason)
    recipient.left_on, recipient.left_reason = clock.today(), reason.strip()[:120]
    recipient.save(update_fields=["left_on", "left_reason"])
    return move(recipient, ServiceRecipient.Status.LEFT, by=by, note=reason)


@transaction.atomic
def reveal_recipient(recipient: ServiceRecipient, *, reason: str, by, with_id: bool) -> dict[str, str]:
    """Name and numbers in clear, once, with the reason on record. The ID number never goes to a contractor."""
    uphold(rules.reveal_breaches(reason))
    detail = {"reason": reason.strip(), "id_number": with_id}
    audit.record("procurement.servicerecipient.revealed", recipient, by=by, detail=detail)
    shown = {"姓名": recipient.name, "联系电话": recipient.phone or "（无）", "联系人": recipient.contact_name or "（无）"}
    shown["联系人电话"] = recipient.contact_phone or "（无）"
    return shown | ({"身份证号": recipient.id_number or "（无）"} if with_id else {})


@transaction.atomic
def set_pin(recipient_id: int, pin: str, *, by) -> ServiceRecipient:
    """The code by which a recipient signs for a visit: handed over on paper, kept only as a keyed digest."""
    recipient = claim(ServiceRecipient, recipient_id)
    if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 8):
        raise Refused.because("V-04", rules.SUPERVISION, "签收码应为 4 至 8 位数字。")
    recipient.pin_index = pin_index(recipient, pin)
    touch(recipient)
    recipient.save(update_fields=["pin_index", "version"])
    audit.record("procurement.servicerecipient.pin_set", recipient, by=by)
    return recipient


def pin_index(recipient: ServiceRecipient, pin: str) -> str:
    return blind_index(f"{recipient.pk}:{pin.strip()}", "pin")


# Orders


def terms_of(contract: Contract) -> rules.Terms:
    codes = contract.project.items.values_list("code", flat=True)
    return rules.Terms(frozenset(codes), contract.starts_on, contract.ends_on, contract.status in SERVABLE)


def order_breaches(contract: Contract, values: Mapping) -> list[Breach]:
    return [
        *rules.order_breaches(terms_of(contract), item=values["item"].code, starts_on=values["starts_on"], ends_on=values["ends_on"]),
        *rules.frequency_breaches(values["unit"], values["times"], values.get("minutes")),
    ]


@transaction.atomic
def open_order(recipient_id: int, *, by, provider=None, **values) -> ServiceOrder:
    """Order one item for one person: ``item, unit, times, minutes, starts_on, ends_on, worker, note``. Visits are planned at once.

    ``provider`` is whoever answers for the township today: the contract's own contractor, or who took over from it.
    """
    recipient = claim(ServiceRecipient.objects.select_related("contract__project"), recipient_id)
    contract = claim(Contract.objects.select_related("project"), recipient.contract_id)
    answering = {"provider": provider, "caretaker": None} if provider else responsible_for(contract, recipient.township_id)
    uphold(
        [
            *order_breaches(contract, values),
            *rules.provider_breaches(answering["provider"] or answering["caretaker"]),
            *_standing_breaches(recipient, values["item"]),
        ]
    )
    number = (contract.orders.aggregate(last=Max("number"))["last"] or 0) + 1
    order = ServiceOrder.objects.create(contract=contract, recipient=recipient, number=number, created_by=by, **answering, **values)
    audit.record("procurement.serviceorder.created", order, by=by, detail={"recipient": recipient.code, "item": order.item.code})
    plan_visits(order, clock.today() + timedelta(days=AHEAD_DAYS))
    return order


def _standing_breaches(recipient: ServiceRecipient, item) -> Iterable[Breach]:
    if recipient.status != ServiceRecipient.Status.ACTIVE:
        yield Breach("V-04", rules.SUPERVISION, f"{recipient}已退出，不能再下服务单。")
    if ServiceOrder.objects.active().filter(recipient=recipient, item=item).exists():
        yield Breach("V-04", rules.SUPERVISION, f"{recipient}已有服务中的“{item.name}”服务单，请调整原服务单。")


@transaction.atomic
def suspend_order(order_id: int, *, by, note: str, version: int | None = None) -> ServiceOrder:
    """Stop for a time (hospital, away): what is planned from today on is called off."""
    order = claim(ServiceOrder, order_id, version=version)
    call_off(order, clock.today())
    return move(order, ServiceOrder.Status.SUSPENDED, by=by, note=note)


@transaction.atomic
def resume_order(order_id: int, *, by, note: str = "", version: int | None = None) -> ServiceOrder:
    """Go on: what was called off from today on stands again."""
    order = claim(ServiceOrder.objects.select_related("recipient", "item"), order_id, version=version)
    uphold([*rules.provider_breaches(order.provider_id or order.caretaker_id), *_standing_breaches(order.recipient, order.item)])
    order.visits.filter(outcome=Outcome.CALLED_OFF, planned_on__gte=clock.today()).update(outcome=Outcome.PENDING)
    move(order, ServiceOrder.Status.ACTIVE, by=by, note=note)
    yesterday = clock.today() - timedelta(days=1)
    order.planned_until = max(order.planned_until or yesterday, yesterday)  # nothing is planned for the days it stood still
    plan_visits(order, clock.today() + timedelta(days=AHEAD_DAYS))
    return order


@transaction.atomic
def end_order(order_id: int, *, by, note: str, version: int | None = None) -> ServiceOrder:
    order = claim(ServiceOrder, order_id, version=version)
    call_off(order, clock.today())
    return move(order, ServiceOrder.Status.ENDED, by=by, note=note)


def clip_orders(contract: Contract, *, by) -> None:
    """The contract ends earlier: its open orders end with it, and the visits planned for later days are called off. The caller holds it."""
    last, note = contract.ends_on, f"合同变更，服务到 {contract.ends_on} 为止"
    ServiceVisit.objects.filter(order__contract=contract, outcome=Outcome.PENDING, planned_on__gt=last).update(outcome=Outcome.CALLED_OFF)
    open_orders = contract.orders.open().filter(ends_on__gt=last)
    for order in open_orders.filter(starts_on__gt=last):
        move(order, ServiceOrder.Status.ENDED, by=by, note=note)
    open_orders.filter(planned_until__gt=last).update(planned_until=last)
    open_orders.filter(starts_on__lte=last).update(ends_on=last, version=F("version") + 1)


def call_off(order: ServiceOrder, since: date) -> int:
    """Visits still to come are called off, not erased."""
    return order.visits.filter(outcome=Outcome.PENDING, planned_on__gte=since).update(outcome=Outcome.CALLED_OFF)


# The plan


def plan_visits(order: ServiceOrder, until: date) -> int:
    """Write the planned visits up to ``until``. Running twice writes nothing twice: (order, day, slot) is unique."""
    since = order.planned_until + timedelta(days=1) if order.planned_until else order.starts_on
    days = rules.visit_dates(order.unit, order.times, order.starts_on, order.ends_on, since=since, until=until)
    township = order.recipient.township_id
    rows = [ServiceVisit(order=order, contract_id=order.contract_id, township_id=township, planned_on=day) for day in days]
    ServiceVisit.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    if until >= since:
        order.planned_until = min(until, order.ends_on)
        ServiceOrder.objects.filter(pk=order.pk).update(planned_until=order.planned_until)
    return len(days)


def plan_ahead(today: date) -> int:
    """Every night: plan further for every active order, and end those whose last day is over. Returns how many orders it touched."""
    until, touched = today + timedelta(days=AHEAD_DAYS), 0
    waiting = ServiceOrder.objects.active().filter(Q(planned_until__isnull=True) | Q(planned_until__lt=until), ends_on__gte=today)
    for pk in waiting.exclude(planned_until__gte=F("ends_on")).values_list("pk", flat=True):
        touched += plan_one(pk, until)
    for pk in ServiceOrder.objects.open().filter(ends_on__lt=today).values_list("pk", flat=True):
        end_order(pk, by=None, note="服务单期限届满")
        touched += 1
    return touched


@transaction.atomic
def plan_one(order_id: int, until: date) -> bool:
    """One order, locked; False when somebody ended it meanwhile."""
    order = claim(ServiceOrder.objects.select_related("recipient"), order_id)
    if order.status != ServiceOrder.Status.ACTIVE:
        return False
    plan_visits(order, until)
    return True
