"""Needs, offers and charities as the office sees them, and what waits for whom. Nothing here writes."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import BooleanField, Count, ExpressionWrapper, F, OuterRef, Q, Subquery, Sum
from django.urls import reverse

from accounts.access import may, organisations_for
from accounts.roles import Permission
from records import clock, exports, identity
from records.worklist import WorkItem
from windows.models import Case, Charity, CharityNeed, CharityOffer, OfferComplaint
from windows.reports.desk import principals
from windows.reports.lights import light_of
from windows.rules import charity as rules
from windows.rules.charity import amount
from windows.services.charity_needs import sheet_of

Need, Offer, Said = CharityNeed.Status, CharityOffer.Status, OfferComplaint.Status
CLAUSE = str(rules.LINKED)
TONES = {Need.CLOSED: "ok", Offer.CONFIRMED: "ok", Need.RETURNED: "due", Need.LAPSED: "due"}
TONES |= {Offer.DISPUTED: "overdue", Offer.FAILED: "overdue"}
ROWS = 100
CHUNK = 2_000
HEADINGS = (
    exports.Column("需求编号"),
    exports.Column("乡镇（街道）", width=20),
    exports.Column("受助人（掩码）"),
    exports.Column("类别"),
    exports.Column("需要什么", width=24),
    exports.Column("数量", "money"),
    exports.Column("单位"),
    exports.Column("已对接", "money"),
    exports.Column("已确认", "money"),
    exports.Column("状态"),
    exports.Column("登记日期", "date"),
    exports.Column("征集截止日期", "date"),
)


def need_row(need: CharityNeed, today) -> dict:
    due = need.lapses_on if need.status == Need.PUBLISHED else need.due_on
    return {
        "need": need,
        "url": reverse("windows:need_detail", args=[need.pk]),
        "where": need.organisation.name,
        "wanted": amount(need.quantity, need.unit),
        "matched": amount(need.matched),
        "confirmed": amount(need.confirmed),
        "light": light_of(due, today=today, note=need.due_note) if due or need.due_note else None,
        "tone": tone(need.status),
    }


def tone(status: str) -> str:
    return TONES.get(status, "")


def table(rows, kind: str) -> bytes:
    """The filtered list; people masked, because a file leaves the house."""
    rows = rows.select_related("organisation", "case__person").order_by("-pk")
    lines = (
        (
            need.code, need.organisation.name, identity.mask_name(need.case.person.name), need.get_category_display(), need.what,
            need.quantity, need.unit, need.matched, need.confirmed, need.get_status_display(), clock.local_day(need.registered_at),
            need.lapses_on,
        )
        for need in rows.iterator(chunk_size=CHUNK)
    )  # fmt: skip
    return exports.csv(HEADINGS, lines) if kind == "csv" else exports.xlsx(HEADINGS, lines, sheet="帮扶需求")


def figures(rows) -> list[dict]:
    """What became of the needs of this list, and the money that really came."""
    got = Sum("confirmed", filter=Q(kind=CharityNeed.Kind.MONEY))
    found = rows.order_by().aggregate(
        all=Count("pk"), asking=Count("pk", filter=Q(status=Need.PUBLISHED)), closed=Count("pk", filter=Q(confirmed__gt=0)), got=got
    )
    return [
        {"label": "登记需求", "value": f"{found['all']} 件"},
        {"label": "征集中", "value": f"{found['asking']} 件"},
        {"label": "已有确认收到", "value": f"{found['closed']} 件"},
        {"label": "确认收到资金", "value": amount(found["got"] or Decimal(0), "元")},
    ]


def of_case(user, case: Case) -> dict | None:
    """The card on a case's page; None for those who may not know, and where there is nothing to show or do."""
    if not may(user, Permission.NEED_VIEW, case.organisation):
        return None
    adds = case.status != Case.Status.WITHDRAWN and may(user, Permission.NEED_REGISTER, case.organisation)
    today = clock.today()
    rows = [need_row(need, today) for need in case.charity_needs.select_related("organisation")]
    return {"rows": rows, "adds": adds} if rows or adds else None


def facts(need: CharityNeed, named: bool) -> list[dict]:
    """For the office only: whose it is, what was agreed to, who read it."""
    person = need.case.person.name if named else identity.mask_name(need.case.person.name)
    shared = "、".join(label for one, label in rules.HANDABLE.items() if getattr(need, f"share_{one}"))
    url = reverse("windows:case_detail", args=[need.case_id])
    found = [
        {"label": "受助人", "value": person},
        {"label": "申请", "value": need.case.number, "url": url},
        {"label": "政策情况", "value": need.get_gap_display(), "help": need.gap_note},
        {
            "label": "同意",
            "value": f"{need.get_consent_giver_display()}　{need.consent_on:%Y-%m-%d}　{need.get_consent_way_display()}",
            "help": "不具名发布；可以随时撤回",
            "clause": str(rules.CONSENT),
        },
        {"label": "同意对接后提供", "value": shared or "不提供身份信息"},
        {"label": "登记人", "value": f"{need.registered_by} {clock.local_day(need.registered_at):%Y-%m-%d}"},
    ]
    if need.approved_by:
        until = f"{need.published_on:%Y-%m-%d} 至 {need.lapses_on:%Y-%m-%d}"
        found += [{"label": "审核人", "value": str(need.approved_by)}, {"label": "征集", "value": until}]
    if need.withdrawn_on:
        why = "申请人撤回同意" if need.revoked else "撤回"
        found.append({"label": why, "value": f"{need.withdrawn_on:%Y-%m-%d} {need.withdrawn_by}", "help": need.withdraw_reason})
    return found


def progress(need: CharityNeed) -> list[dict]:
    return [
        {"label": "需要", "value": amount(need.quantity, need.unit)},
        {"label": "已对接", "value": amount(need.matched, need.unit)},
        {"label": "已确认收到", "value": amount(need.confirmed, need.unit)},
        {"label": "尚缺", "value": amount(need.left, need.unit)},
    ]


def offer_row(offer: CharityOffer, unit: str, today) -> dict:
    """One offer on the need's page, with what was complained about it."""
    return {
        "row": offer,
        "tone": tone(offer.status),
        "amount": amount(offer.quantity, unit),
        "delivered": amount(offer.delivered, unit) if offer.delivered is not None else "",
        "light": light_of(offer.due_on, today=today, note=offer.due_note) if offer.due_on or offer.due_note else None,
        "handed": "、".join(label for one, label in rules.HANDABLE.items() if getattr(offer, f"hand_{one}")),
        "complaints": list(offer.complaints.all()),
    }


def offers_of(need: CharityNeed) -> list[CharityOffer]:
    people = ("charity__organisation", "decided_by", "confirmed_by", "file")
    return list(need.offers.select_related(*people).prefetch_related("complaints__recorded_by", "complaints__settled_by"))


def sheet(need: CharityNeed) -> list[dict]:
    return [{"label": label, "value": text} for label, text in sheet_of(need).rows()]


def charity_row(charity: Charity, today) -> dict:
    return {
        "charity": charity,
        "url": reverse("windows:charity_detail", args=[charity.pk]),
        "name": charity.organisation.name,
        "uscc": charity.organisation.code,
        "bureau": charity.bureau.name,
        "late": not charity.is_active(today),
    }


def charity_facts(charity: Charity) -> list[dict]:
    until = f"{charity.valid_until:%Y-%m-%d}" if charity.valid_until else "长期"
    return [
        {"label": "统一社会信用代码", "value": charity.organisation.code},
        {"label": "组织形式", "value": charity.get_form_display()},
        {"label": "证书", "value": f"{charity.registration}（{charity.registrar}）"},
        {"label": "有效期至", "value": until},
        {"label": "帮扶范围", "value": charity.scope or "—"},
        {"label": "联系人", "value": f"{charity.contact}　{charity.phone}"},
        {"label": "核实", "value": f"{charity.checked_on:%Y-%m-%d} {charity.verified_by}", "help": charity.checked_how},
        {"label": "核实的区县", "value": charity.bureau.name},
    ]


def worklist(user) -> list[WorkItem]:
    """For who decides: needs to read, offers to match, complaints. For who registered: what came back and what is to be confirmed.

    One statement: it is asked on everybody's first page.
    """
    decides, registers = may(user, Permission.NEED_DECIDE), may(user, Permission.NEED_REGISTER)
    if not (decides or registers):
        return []
    here = Q(organisation__in=organisations_for(user, Permission.NEED_DECIDE)) if decides else Q(pk__in=[])
    mine = Q(registered_by__in=principals(user)) if registers else Q(pk__in=[])
    rows = CharityNeed.objects.annotate(
        here=ExpressionWrapper(here, BooleanField()),
        mine=ExpressionWrapper(mine, BooleanField()),
        offered=_first(Offer.OFFERED, "pk"),
        offered_due=_first(Offer.OFFERED, "due_on"),
        disputed=_first(Offer.DISPUTED, "pk"),
        disputed_due=_first(Offer.DISPUTED, "due_on"),
        given=_first(Offer.DELIVERED, "pk"),
        given_due=_first(Offer.DELIVERED, "due_on"),
    )
    waits = Q(status__in=(Need.SUBMITTED, Need.LAPSED)) | Q(offered__isnull=False) | Q(disputed__isnull=False)
    comes_back = Q(status=Need.RETURNED) | Q(given__isnull=False)
    found = rows.filter(here & waits | mine & comes_back).order_by(F("due_on").asc(nulls_last=True), "pk")[:ROWS]
    return [item for need in found for item in (*_to_decide(need, user), *_to_register(need))]


def _first(status: str, field: str) -> Subquery:
    """Of a need's offers in this status, the one that is due first."""
    rows = CharityOffer.objects.filter(need=OuterRef("pk"), status=status).order_by(F("due_on").asc(nulls_last=True), "pk")
    return Subquery(rows.values(field)[:1])


def _item(need: CharityNeed, due, note: str) -> WorkItem:
    return WorkItem(str(need), reverse("windows:need_detail", args=[need.pk]), due, "慈善帮扶", CLAUSE, note)


def _to_decide(need: CharityNeed, user) -> Iterator[WorkItem]:
    if need.here and need.status == Need.SUBMITTED and need.registered_by_id != user.pk:
        yield _item(need, need.due_on, "审核发布内容")
    if need.here and need.status == Need.LAPSED:
        yield _item(need, need.lapses_on, "期满无人认领，再次征集或撤回")
    if need.here and need.offered:
        yield _item(need, need.offered_due, "慈善组织已认领，作出对接决定")
    if need.here and need.disputed:
        yield _item(need, need.disputed_due, "核实未交付投诉")


def _to_register(need: CharityNeed) -> Iterator[WorkItem]:
    if need.mine and need.status == Need.RETURNED:
        yield _item(need, None, "退回修改")
    if need.mine and need.given:
        yield _item(need, need.given_due, "向受助人确认是否收到")
