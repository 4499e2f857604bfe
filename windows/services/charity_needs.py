"""帮扶需求: registered with the applicant's consent, read by a second person, told without identity, taken back at a word."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import audit
from accounts.models import Organisation
from accounts.roles import Role
from records import clock, messages, workdays
from records.refusals import Refused, uphold
from records.workflow import claim, move
from windows.models import Case, CharityNeed, CharityOffer, Person
from windows.models.charity import PROMISED
from windows.rules import charity as rules
from windows.services import charities
from windows.services.guards import in_status
from windows.services.intake import new_code
from windows.services.people import age

BREACH = ("W-NEED", rules.LINKED)
Status, Offer = CharityNeed.Status, CharityOffer.Status
REFUSED = (Case.Status.NOT_ACCEPTED, Case.Status.DECLINED)
UNTIL_NOW = "尚未编号"


@dataclass(frozen=True, slots=True)
class Draft:
    """What the clerk typed. ``shared``: what the applicant agreed to hand over after a match."""

    gap: str
    gap_note: str
    category: str
    kind: str
    what: str
    quantity: Decimal
    unit: str
    situation: str
    consent_giver: str
    consent_way: str
    consent_on: date
    share_name: bool = False
    share_phone: bool = False
    share_address: bool = False

    def fields(self) -> dict:
        return {name: value.strip() if isinstance(value, str) else value for name, value in asdict(self).items()}


def sheet_of(need: CharityNeed) -> rules.Sheet:
    """Exactly what leaves. The page of a charity, the preview and the review all show this."""
    return rules.Sheet(
        code=need.code or UNTIL_NOW,
        place=need.organisation.name,
        category=need.get_category_display(),
        what=need.what,
        quantity=rules.amount(need.quantity, need.unit),
        situation=need.situation,
    )


def preview(case: Case, draft: Draft) -> rules.Sheet:
    """The sheet of a draft, screened. Raises Refused; writes nothing."""
    need = CharityNeed(case=case, organisation=case.organisation, **draft.fields())
    uphold(screen(need))
    return sheet_of(need)


def screen(need: CharityNeed) -> list:
    """What in the free texts says who it is, judged against what the office knows of the household today."""
    case, person = need.case, need.case.person
    names = {person.name, case.agent_name}
    if person.household_id:
        names |= set(Person.objects.filter(household=person.household_id).values_list("name", flat=True))
    villages = Organisation.objects.filter(kind=Organisation.Kind.VILLAGE, parent=case.organisation_id)
    fields = {"what": need.what, "quantity": need.unit, "situation": need.situation}
    address = person.household.address if person.household else ""
    return list(rules.screen_breaches(fields, names=names, villages=list(villages.values_list("name", flat=True)), address=address))


def judge(need: CharityNeed, seen: str) -> None:
    refused = need.case.status in REFUSED if need.gap == CharityNeed.Gap.REFUSED else None
    today = clock.today()
    uphold(
        [
            *rules.need_breaches(
                quantity=need.quantity,
                gap_note=need.gap_note,
                situation=need.situation,
                seen=seen == sheet_of(need).digest(),
                withdrawn=need.case.status == Case.Status.WITHDRAWN,
                refused=refused,
            ),
            *rules.consent_breaches(given_on=need.consent_on, today=today, giver=need.consent_giver, age=age(need.case.person, today)),
            *screen(need),
        ]
    )


@transaction.atomic
def register(case_id: int, draft: Draft, *, seen: str, by) -> CharityNeed:
    """One need of a case, with the consent on record; it waits for a second person. ``seen``: digest of the sheet that was previewed."""
    case = claim(Case.objects.select_related("organisation", "person__household"), case_id)
    need = CharityNeed(case=case, organisation=case.organisation, registered_by=by, **draft.fields())
    judge(need, seen)
    need.code = f"BF{new_code()[:8]}"
    due = charities.due("charity_review_days", case.organisation)
    need.due_on, need.due_note = due.on, due.note
    try:
        with transaction.atomic():
            need.save()
    except IntegrityError:
        raise Refused.because(*BREACH, f"{case.number} 的{need.get_category_display()}需求尚未办结，不再重复登记。") from None
    audit.record("windows.charityneed.submitted", need, by=by, detail=consent_detail(need))
    _ask_reviewers(need)
    return need


def consent_detail(need: CharityNeed) -> dict:
    """Who agreed to what, when and how: the audit trail keeps it whatever becomes of the row."""
    return {
        "consent_on": need.consent_on,
        "consent_giver": need.get_consent_giver_display(),
        "consent_way": need.get_consent_way_display(),
        "shared": [label for one, label in rules.HANDABLE.items() if getattr(need, f"share_{one}")],
    }


def _ask_reviewers(need: CharityNeed) -> None:
    url, title = reverse("windows:need_detail", args=[need.pk]), f"帮扶需求待审核：{need.code}"
    messages.to_role(need.organisation, Role.TOWNSHIP_LEAD, title, url=url, key=f"charity-need:{need.pk}:{need.version}")


def need_of(pk: int, version: int) -> CharityNeed:
    return claim(CharityNeed.objects.select_related("organisation", "case__organisation", "case__person__household"), pk, version=version)


@transaction.atomic
def change(pk: int, draft: Draft, *, seen: str, version: int, by) -> CharityNeed:
    """What came back is put right and goes to the second person again; whoever changed it may not be that person."""
    need = need_of(pk, version)
    in_status(need, Status.RETURNED, breach=BREACH, act="修改")
    fields = draft.fields()
    for name, value in fields.items():
        setattr(need, name, value)
    judge(need, seen)
    need.registered_by = by
    due = charities.due("charity_review_days", need.organisation)
    need.due_on, need.due_note = due.on, due.note
    need.save(update_fields=[*fields, "registered_by", "due_on", "due_note"])
    move(need, Status.SUBMITTED, by=by, detail=consent_detail(need))
    _ask_reviewers(need)
    return need


@transaction.atomic
def publish(pk: int, *, checked: bool, version: int, by) -> CharityNeed:
    """Read by a second person, screened once more, told to the verified charities of the district."""
    need = need_of(pk, version)
    in_status(need, Status.SUBMITTED, breach=BREACH, act="发布")
    uphold([*rules.review_breaches(own=need.registered_by_id == by.pk, checked=checked), *screen(need)])
    need.approved_by = by
    need.save(update_fields=["approved_by"])
    return tell(need, by=by)


def tell(need: CharityNeed, *, by, note: str = "") -> CharityNeed:
    """Ask for offers, from today to the last day."""
    today = clock.today()
    need.published_on = today
    need.lapses_on = workdays.add_calendar_days(today, charities.days("charity_publish_days", need.organisation, today), roll=False)
    need.due_on, need.due_note = None, ""
    need.save(update_fields=["published_on", "lapses_on", "due_on", "due_note"])
    move(need, Status.PUBLISHED, by=by, note=note, detail={"until": need.lapses_on, "from_day": today})
    url = reverse("windows:board_need", args=[need.pk])
    for charity in charities.active_for(need.organisation, today):
        title, key = f"新的帮扶需求：{need.get_category_display()}", f"charity-told:{need.pk}:{need.version}"
        messages.to_role(charity.organisation, Role.CHARITY, title, f"征集至 {need.lapses_on}", url=url, key=key)
    return need


@transaction.atomic
def send_back(pk: int, *, reason: str, version: int, by) -> CharityNeed:
    need = need_of(pk, version)
    in_status(need, Status.SUBMITTED, breach=BREACH, act="退回")
    uphold(rules.reason_breaches("W-NEED", reason, act="退回"))
    need.return_reason = reason.strip()
    need.save(update_fields=["return_reason"])
    move(need, Status.RETURNED, by=by, note=need.return_reason)
    url = reverse("windows:need_detail", args=[need.pk])
    messages.send(
        [need.registered_by], f"帮扶需求退回修改：{need.code}", need.return_reason, url=url, key=f"charity-back:{pk}:{need.version}"
    )
    return need


@transaction.atomic
def tell_again(pk: int, *, version: int, by) -> CharityNeed:
    """Nobody came: asked once more, with the texts as they were approved, screened against what is known today."""
    need = need_of(pk, version)
    in_status(need, Status.LAPSED, breach=BREACH, act="再次征集")
    uphold(screen(need))
    return tell(need, by=by)


def stop_all(case: Case, *, reason: str, by) -> None:
    """The application was taken back: nobody is asked to help with it any longer."""
    for need in case.charity_needs.open().order_by("pk"):
        withdraw(need.pk, revoked=False, reason=reason, version=need.version, by=by)


@transaction.atomic
def withdraw(pk: int, *, revoked: bool, reason: str, version: int, by) -> CharityNeed:
    """Off the board at once. ``revoked``: the applicant took the consent back, so what was handed over is closed too."""
    need = need_of(pk, version)
    in_status(need, Status.SUBMITTED, Status.RETURNED, Status.PUBLISHED, Status.MATCHED, Status.LAPSED, breach=BREACH, act="撤回")
    uphold(rules.reason_breaches("W-CONSENT", reason, act="撤回"))
    need.withdraw_reason, need.withdrawn_on, need.withdrawn_by = reason.strip(), clock.today(), by
    need.due_on, need.due_note = None, ""
    need.save(update_fields=["withdraw_reason", "withdrawn_on", "withdrawn_by", "due_on", "due_note"])
    move(need, Status.WITHDRAWN, by=by, note=need.withdraw_reason, detail={"revoked": revoked})
    need.revoked = revoked
    need.save(update_fields=["revoked"])
    _let_go(need, by)
    recount(need)
    return need


def _let_go(need: CharityNeed, by) -> None:
    """Offers that wait are declined, promises that nobody has kept yet are released; what was delivered stays to be confirmed."""
    why = "该需求已撤回，不再需要帮扶。"
    for offer in need.offers.filter(status__in=(Offer.OFFERED, Offer.MATCHED)).select_related("charity__organisation", "offered_by"):
        offer.reason, offer.due_on, offer.due_note = why, None, ""
        offer.save(update_fields=["reason", "due_on", "due_note"])
        move(offer, Offer.DECLINED if offer.status == Offer.OFFERED else Offer.RELEASED, by=by, note=why)
        url = reverse("windows:offer_detail", args=[offer.pk])
        messages.send([offer.offered_by], f"需求已撤回：{need.code}", why, url=url, key=f"charity-withdrawn:{offer.pk}")


def sums(need: CharityNeed) -> tuple[Decimal, Decimal]:
    """(matched, confirmed) by the offers as they stand: a promise counts whole until it is received, then as it was received."""
    matched = confirmed = Decimal(0)
    for offer in need.offers.filter(status__in=(*PROMISED, Offer.CONFIRMED)):
        received = offer.delivered if offer.confirmed_on is not None else Decimal(0)
        confirmed += received
        matched += received or offer.quantity
    return matched, confirmed


def recount(need: CharityNeed) -> None:
    """The caller holds the lock on the need."""
    need.matched, need.confirmed = sums(need)
    need.save(update_fields=["matched", "confirmed"])


def follow(need: CharityNeed, *, by, ask_again: bool = False, note: str = "") -> CharityNeed:
    """Bring the need after a change of its offers. ``ask_again``: what is missing now is asked for anew.

    The status that forbids a sum is left before the sum is written.
    """
    if ask_again and need.status in (Status.MATCHED, Status.CLOSED) and sums(need)[0] < need.quantity:
        tell(need, by=by, note=note)
    recount(need)
    if need.status == Status.PUBLISHED and need.left == 0:
        move(need, Status.MATCHED, by=by)
    if need.status == Status.MATCHED and need.confirmed > 0 and not need.offers.promised().exists():
        move(need, Status.CLOSED, by=by)
    return need


def lapse_all() -> int:
    """Nightly: the last day of asking has passed. What was matched in part goes on; what nobody took waits for a decision."""
    pks = list(CharityNeed.objects.filter(status=Status.PUBLISHED, lapses_on__lt=clock.today()).values_list("pk", flat=True))
    return sum(lapse(pk) for pk in pks)


@transaction.atomic
def lapse(pk: int) -> bool:
    need = claim(CharityNeed.objects.select_related("organisation"), pk)
    if need.status != Status.PUBLISHED or need.lapses_on >= clock.today() or need.offers.filter(status=Offer.OFFERED).exists():
        return False  # an offer that waits is decided first
    move(need, Status.MATCHED if need.matched > 0 else Status.LAPSED, by=None, note="征集期满")
    follow(need, by=None)
    url = reverse("windows:need_detail", args=[pk])
    messages.send([need.registered_by], f"帮扶需求征集期满：{need.code}", url=url, key=f"charity-lapsed:{pk}:{need.lapses_on}")
    return True
