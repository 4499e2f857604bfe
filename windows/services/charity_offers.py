"""认领 to 确认: offered by a charity, matched by the office, handed over what may be, delivered, confirmed or complained of."""

from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import audit
from accounts.roles import Role
from records import clock, messages
from records.files import DOCUMENTS, store_upload
from records.refusals import Refused, uphold
from records.workflow import claim, move
from windows.models import Charity, CharityNeed, CharityOffer, OfferComplaint
from windows.models.charity import PROMISED
from windows.rules import charity as rules
from windows.services import charities
from windows.services.charity_needs import follow
from windows.services.guards import in_status

BREACH = ("W-OFFER", rules.LINKED)
GIVEN = ("W-DELIVERY", rules.HOUSE)
Status, Need = CharityOffer.Status, CharityNeed.Status
DUE = ["due_on", "due_note"]
BEGUN_ANEW = {Status.MATCHED: "charity_delivery_days", Status.DELIVERED: "charity_confirm_days"}  # after a complaint that was not upheld
WITH = ("charity__organisation", "charity__bureau", "offered_by")


def hold(pk: int, version: int) -> tuple[CharityNeed, CharityOffer]:
    """Both rows locked, the need first, so that two matches of one need come one after the other."""
    need = claim(CharityNeed.objects.select_related("organisation"), CharityOffer.objects.values_list("need", flat=True).get(pk=pk))
    offer = claim(CharityOffer.objects.select_related(*WITH), pk, version=version)
    offer.need = need
    return need, offer


def set_due(offer: CharityOffer, code: str) -> None:
    due = charities.due(code, offer.need.organisation) if code else None
    offer.due_on, offer.due_note = (due.on, due.note) if due else (None, "")


@transaction.atomic
def offer(need_pk: int, charity: Charity, *, quantity: Decimal, ready_on: date, note: str = "", by) -> CharityOffer:
    """A charity takes on the whole or a part. It learns nothing by it."""
    need, today = claim(CharityNeed.objects.select_related("organisation"), need_pk), clock.today()
    asking = need.lapses_on if need.status == Need.PUBLISHED else None
    uphold(
        rules.offer_breaches(
            quantity=quantity, left=need.left, active=charity.is_active(today), lapses_on=asking, ready_on=ready_on, today=today
        )
    )
    row = CharityOffer(need=need, charity=charity, quantity=quantity, ready_on=ready_on, note=note.strip(), offered_by=by)
    set_due(row, "charity_match_days")
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused.because(*BREACH, f"本组织已认领 {need.code}，尚未办结，不再重复认领。") from None
    audit.record("windows.charityoffer.offered", row, by=by, detail={"quantity": quantity, "date": ready_on})
    url = reverse("windows:need_detail", args=[need.pk])
    messages.to_role(need.organisation, Role.TOWNSHIP_LEAD, f"有慈善组织认领：{need.code}", url=url, key=f"charity-offer:{row.pk}")
    return row


@transaction.atomic
def take_back(pk: int, *, version: int, by) -> CharityOffer:
    """The charity thinks better of it before anybody relied on it."""
    _, row = hold(pk, version)
    in_status(row, Status.OFFERED, breach=BREACH, act="撤回")
    set_due(row, "")
    row.save(update_fields=DUE)
    return move(row, Status.WITHDRAWN, by=by)


@transaction.atomic
def match(pk: int, *, hand: set[str], version: int, by) -> CharityOffer:
    """A person decides: this offer, and these of the things the applicant agreed to hand over ("name", "phone", "address")."""
    need, row = hold(pk, version)
    in_status(row, Status.OFFERED, breach=BREACH, act="对接")
    in_status(need, Need.PUBLISHED, breach=BREACH, act="对接")
    shared = {one for one in rules.HANDABLE if getattr(need, f"share_{one}")}
    active = row.charity.is_active(clock.today())
    uphold(rules.match_breaches(quantity=row.quantity, left=need.left, active=active, handed=hand, shared=shared))
    row.decided_by, row.decided_on = by, clock.today()
    set_due(row, "charity_delivery_days")
    row.save(update_fields=["decided_by", "decided_on", *DUE])
    handed = [label for one, label in rules.HANDABLE.items() if one in hand]
    move(row, Status.MATCHED, by=by, detail={"quantity": row.quantity, "handed": handed, "due_on": row.due_on})
    for one in rules.HANDABLE:
        setattr(row, f"hand_{one}", one in hand)
    row.save(update_fields=[f"hand_{one}" for one in rules.HANDABLE])
    follow(need, by=by)
    tell_charity(row, "认领已对接", f"请于 {row.due_on or row.due_note} 前交付并登记。")
    return row


def tell_charity(row: CharityOffer, title: str, body: str = "") -> None:
    url, key = reverse("windows:offer_detail", args=[row.pk]), f"charity-offer-told:{row.pk}:{row.version}"
    messages.to_role(row.charity.organisation, Role.CHARITY, f"{title}：{row.need.code}", body, url=url, key=key)


@transaction.atomic
def decline(pk: int, *, reason: str, version: int, by) -> CharityOffer:
    _, row = hold(pk, version)
    in_status(row, Status.OFFERED, breach=BREACH, act="不采纳")
    return end(row, Status.DECLINED, reason, act="不采纳", told="认领未采纳", by=by)


@transaction.atomic
def release(pk: int, *, reason: str, version: int, by) -> CharityOffer:
    """A promise that nobody will keep is let go, and what it covered is asked for again."""
    need, row = hold(pk, version)
    in_status(row, Status.MATCHED, breach=BREACH, act="解除")
    end(row, Status.RELEASED, reason, act="解除", told="对接已解除", by=by)
    follow(need, by=by, ask_again=True, note="对接解除，继续征集")
    return row


def end(row: CharityOffer, to: str, reason: str, *, act: str, told: str, by) -> CharityOffer:
    uphold(rules.reason_breaches("W-OFFER", reason, act=act))
    row.reason = reason.strip()
    set_due(row, "")
    row.save(update_fields=["reason", *DUE])
    move(row, to, by=by, note=row.reason)
    tell_charity(row, told, row.reason)
    return row


@transaction.atomic
def reveal(pk: int, *, purpose: str, by) -> dict[str, str]:
    """What was handed over, once, with its purpose on record: label → text. Only while the delivery is under way."""
    row = claim(CharityOffer.objects.select_related("charity", "need__organisation", "need__case__person__household"), pk)
    handed = [one for one in rules.HANDABLE if getattr(row, f"hand_{one}")]
    closed = row.need.status == Need.WITHDRAWN
    active = row.charity.is_active(clock.today())
    uphold(
        rules.reveal_breaches(
            handed=bool(handed), open_offer=row.status in PROMISED and not closed, revoked=row.need.revoked, active=active, purpose=purpose
        )
    )
    person = row.need.case.person
    known = {"name": person.name, "phone": person.phone, "address": person.household.address if person.household else ""}
    detail = {"purpose": purpose.strip(), "handed": [rules.HANDABLE[one] for one in handed], "charity": str(row.charity)}
    audit.record("windows.charityoffer.revealed", row, by=by, detail=detail)
    return {rules.HANDABLE[one]: known[one] or "（未登记，请与经办人联系）" for one in handed}


@transaction.atomic
def deliver(pk: int, *, delivered_on: date, delivered: Decimal, evidence: str, upload=None, version: int, by) -> CharityOffer:
    """The charity says what it gave, when, and what shows it. ``upload``: a paper or picture, or None."""
    _, row = hold(pk, version)
    in_status(row, Status.MATCHED, breach=GIVEN, act="登记交付")
    uphold(
        rules.delivery_breaches(
            on=delivered_on, matched_on=row.decided_on, today=clock.today(), quantity=delivered, promised=row.quantity, evidence=evidence
        )
    )
    row.delivered_on, row.delivered, row.evidence, row.delivered_by = delivered_on, delivered, evidence.strip(), by
    row.file = store_upload(upload, organisation=row.need.organisation, by=by, accept=DOCUMENTS) if upload else None
    set_due(row, "charity_confirm_days")
    row.save(update_fields=["delivered_on", "delivered", "evidence", "delivered_by", "file", *DUE])
    move(row, Status.DELIVERED, by=by, detail={"date": delivered_on, "quantity": delivered})
    url = reverse("windows:need_detail", args=[row.need_id])
    messages.send(
        [row.need.registered_by], f"请向受助人确认：{row.need.code}", f"请于 {row.due_on or row.due_note} 前确认。", url=url,
        key=f"charity-delivered:{row.pk}:{row.version}",
    )  # fmt: skip
    return row


@transaction.atomic
def confirm(pk: int, *, confirmed_on: date, how: str, version: int, by) -> CharityOffer:
    """The recipient has it. What came short of the promise is asked for again."""
    need, row = hold(pk, version)
    in_status(row, Status.DELIVERED, breach=GIVEN, act="确认收到")
    uphold(rules.confirm_breaches(on=confirmed_on, delivered_on=row.delivered_on, today=clock.today(), how=how))
    row.confirmed_on, row.confirmed_how, row.confirmed_by = confirmed_on, how.strip(), by
    set_due(row, "")
    row.save(update_fields=["confirmed_on", "confirmed_how", "confirmed_by", *DUE])
    move(row, Status.CONFIRMED, by=by, detail={"date": confirmed_on, "quantity": row.delivered})
    short = row.delivered < row.quantity
    follow(need, by=by, ask_again=short, note="交付不足，继续征集" if short else "")
    tell_charity(row, "受助人已确认收到")
    return row


@transaction.atomic
def complain(pk: int, *, raised_on: date, text: str, version: int, by) -> OfferComplaint:
    """It did not come, or not as promised: the offer stands still until somebody looked into it."""
    need, row = hold(pk, version)
    in_status(row, Status.MATCHED, Status.DELIVERED, Status.CONFIRMED, breach=GIVEN, act="登记投诉")
    uphold(rules.complaint_breaches(raised_on=raised_on, matched_on=row.decided_on, today=clock.today(), text=text))
    due = charities.due("charity_complaint_days", need.organisation)
    made = OfferComplaint.objects.create(
        offer=row, was=row.status, text=text.strip(), raised_on=raised_on, due_on=due.on, due_note=due.note, recorded_by=by
    )
    audit.record("windows.offercomplaint.recorded", made, by=by, detail={"due_on": due.on})
    row.due_on, row.due_note = due.on, due.note
    row.save(update_fields=DUE)
    move(row, Status.DISPUTED, by=by)
    follow(need, by=by)
    url = reverse("windows:need_detail", args=[need.pk])
    messages.to_role(need.organisation, Role.TOWNSHIP_LEAD, f"慈善帮扶投诉：{need.code}", url=url, key=f"charity-complaint:{made.pk}")
    tell_charity(row, "受助人有投诉，正在核实", "请准备交付凭证。")
    return made


@transaction.atomic
def settle(pk: int, *, upheld: bool, finding: str, version: int, by) -> OfferComplaint:
    """Upheld: the promise counts as not kept and the need is asked for again. Not upheld: back to where it stood."""
    found = OfferComplaint.objects.select_related("offer").get(pk=pk)
    need, row = hold(found.offer_id, found.offer.version)
    made = claim(OfferComplaint, pk, version=version)
    made.offer = row
    in_status(made, OfferComplaint.Status.OPEN, breach=GIVEN, act="核实")
    uphold(rules.reason_breaches("W-DELIVERY", finding, act="核实结论"))
    made.finding, made.settled_on, made.settled_by = finding.strip(), clock.today(), by
    made.save(update_fields=["finding", "settled_on", "settled_by"])
    move(made, OfferComplaint.Status.UPHELD if upheld else OfferComplaint.Status.REJECTED, by=by)
    set_due(row, "" if upheld else BEGUN_ANEW.get(made.was, ""))
    row.reason = "经核实未按对接交付。" if upheld else row.reason
    row.save(update_fields=["reason", *DUE])
    move(row, Status.FAILED if upheld else made.was, by=by)
    follow(need, by=by, ask_again=upheld, note="投诉成立，重新征集")
    tell_charity(row, "投诉成立，对接作废" if upheld else "投诉不成立，对接恢复")
    return made
