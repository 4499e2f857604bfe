"""What a charity sees: needs as sheets, and its own offers. Nothing here hands a need, a case or a person to a page."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.access import may
from accounts.reach import reach_of
from accounts.roles import Permission
from records import clock
from records.worklist import WorkItem
from windows.models import Charity, CharityNeed, CharityOffer
from windows.models.charity import PROMISED
from windows.reports.charity import CLAUSE, tone
from windows.reports.lights import light_of
from windows.rules import charity as rules
from windows.rules.charity import amount
from windows.services.charity_needs import sheet_of

Status = CharityOffer.Status
ROWS = 100


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One need as a charity reads it: the sheet, what is still wanted, and until when."""

    pk: int
    sheet: rules.Sheet
    left: str
    until: date
    url: str


def own_charities(user, today: date):
    """The verifications that this person's own organisation holds today."""
    paths = reach_of(user).exact(Permission.CHARITY_OFFER)
    return Charity.objects.active(today).filter(organisation__path__in=paths).select_related("organisation", "bureau")


def board(user):
    """Needs that ask today, of the districts whose bureau verified this person's charity."""
    today = clock.today()
    bureaus = own_charities(user, today).filter(bureau=OuterRef("organisation__parent"))
    return CharityNeed.objects.asking(today).filter(Exists(bureaus)).select_related("organisation")


def board_row(need: CharityNeed) -> BoardRow:
    url = reverse("windows:board_need", args=[need.pk])
    return BoardRow(need.pk, sheet_of(need), amount(need.left, need.unit), need.lapses_on, url)


def sheet_facts(row: BoardRow) -> list[dict]:
    found = [{"label": label, "value": text} for label, text in row.sheet.rows()]
    return [*found, {"label": "尚缺", "value": row.left}, {"label": "征集至", "value": f"{row.until:%Y-%m-%d}"}]


def offer_row(offer: CharityOffer, today: date) -> dict:
    """Plain values of an own offer."""
    sheet, unit = sheet_of(offer.need), offer.need.unit
    return {
        "pk": offer.pk,
        "url": reverse("windows:offer_detail", args=[offer.pk]),
        "code": sheet.code,
        "what": f"{sheet.category}：{sheet.what}",
        "place": sheet.place,
        "amount": amount(offer.quantity, unit),
        "status": offer.get_status_display(),
        "tone": tone(offer.status),
        "light": light_of(offer.due_on, today=today, note=offer.due_note) if offer.due_on or offer.due_note else None,
        "ready": offer.ready_on,
    }


def offer_facts(offer: CharityOffer) -> list[dict]:
    sheet, unit = sheet_of(offer.need), offer.need.unit
    found = [{"label": label, "value": text} for label, text in sheet.rows()]
    found += [
        {"label": "认领数量", "value": amount(offer.quantity, unit)},
        {"label": "认领组织", "value": str(offer.charity)},
        {"label": "认领", "value": f"{clock.local_day(offer.offered_at):%Y-%m-%d} {offer.offered_by}"},
        {"label": "预计交付", "value": f"{offer.ready_on:%Y-%m-%d}"},
    ]
    if offer.decided_on:
        found.append({"label": "对接", "value": f"{offer.decided_on:%Y-%m-%d}", "help": "由乡镇（街道）或者区县民政局决定"})
    if offer.delivered_on:
        found.append({"label": "交付", "value": f"{offer.delivered_on:%Y-%m-%d}　{amount(offer.delivered, unit)}", "help": offer.evidence})
    if offer.confirmed_on:
        found.append({"label": "受助人确认", "value": f"{offer.confirmed_on:%Y-%m-%d}"})
    if offer.reason:
        found.append({"label": "理由", "value": offer.reason})
    return found


def handed(offer: CharityOffer) -> str:
    """What may be looked at now, in words; empty when nothing may."""
    under_way = offer.status in PROMISED and offer.need.status != CharityNeed.Status.WITHDRAWN
    labels = [label for one, label in rules.HANDABLE.items() if getattr(offer, f"hand_{one}")]
    return "、".join(labels) if under_way and offer.charity.is_active(clock.today()) else ""


def worklist(user) -> list[WorkItem]:
    """Promises to keep, for the charity's people."""
    if not may(user, Permission.CHARITY_OFFER):
        return []
    rows = CharityOffer.objects.visible_to(user).filter(status=Status.MATCHED).select_related("need")[:ROWS]
    return [
        WorkItem(str(row.need), reverse("windows:offer_detail", args=[row.pk]), row.due_on, "慈善帮扶", CLAUSE, "已对接，交付并登记")
        for row in rows
    ]
