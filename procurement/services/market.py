"""Who may take part in one purchase: earlier advisers on record, partners of a consortium, both credit sites for all bidders."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from accounts import audit
from contractors import reports as contractor_reports
from contractors import rules as contractor_rules
from contractors import services as contractor_services
from contractors.models import Contractor
from procurement.models import Adviser, Bid, ConsortiumMember, Project, Tender
from procurement.rules import market
from records import clock
from records.refusals import Refused, uphold
from records.values import policy_values
from records.workflow import claim

from .lots import live_lots, total_ceiling
from .tender import require_status

FIGURES = ("decentralised_limit_services", "sme_reserve_limit")


@transaction.atomic
def record_adviser(project_id, *, uscc: str, name: str, kind: str, note: str = "", by) -> Adviser:
    """Who designed, wrote up, managed, supervised or tested for this purchase."""
    project = claim(Project, project_id)
    try:
        with transaction.atomic():
            row = Adviser.objects.create(
                project=project, uscc=contractor_rules.normalise_uscc(uscc), name=name.strip(), kind=kind, note=note.strip(), recorded_by=by
            )
    except IntegrityError:
        raise Refused.because("P-11", market.ADVISERS, f"“{name}”的{market.ADVICE[kind]}服务已经登记。") from None
    audit.record("procurement.adviser.recorded", row, by=by, detail={"uscc": row.uscc, "kind": row.get_kind_display()})
    return row


@transaction.atomic
def strike_adviser(adviser_id, *, reason: str, by) -> Adviser:
    """Entered by mistake: struck with a reason, kept on record."""
    row = Adviser.objects.select_for_update(of=("self",)).select_related("project__organisation").get(pk=adviser_id)
    if not reason.strip() or row.struck_at:
        raise Refused.because("P-11", market.ADVISERS, "撤销登记须写明原因，且只能撤销一次。")
    row.struck_by, row.struck_at, row.struck_reason = by, clock.now(), reason.strip()
    row.save(update_fields=["struck_by", "struck_at", "struck_reason"])
    audit.record("procurement.adviser.struck", row, by=by, detail={"reason": row.struck_reason})
    return row


def advisers_of(project) -> list[market.Adviser]:
    """Of the whole purchase: who designed one lot, designed for all of them."""
    rows = Adviser.objects.standing().filter(project__in=live_lots(project))
    return [market.Adviser(row.uscc, row.name, row.kind) for row in rows]


def entry_breaches(tender, contractor):
    """What this one purchase asks of a bidder, beyond what the register knows: P-11, P-14."""
    yield from market.adviser_breaches(contractor.uscc, advisers_of(tender.project), method=tender.project.method)
    yield from market.reserved_breaches(tender.project.set_aside, small_business=contractor.small_business)


def partners_named(codes: Iterable[str]) -> list[Contractor]:
    """The verified contractors behind the codes of a consortium. Raises Refused for one that is not in the register."""
    codes = list(codes)
    found = {row.uscc: row for row in Contractor.objects.verified().filter(uscc__in=codes).select_related("organisation")}
    uphold(market.unknown_partner_breaches(code for code in codes if code not in found))
    return [found[code] for code in codes]


def consortium_breaches(tender, lead: Contractor, codes: Iterable[str], *, agreement: bool, on):
    """P-13 before the envelope is sealed: the form of the consortium, and each partner's own standing."""
    codes = list(codes)
    if not codes:
        return
    own = market.Partner(lead.uscc, str(lead))
    named = [market.Partner(code, code) for code in codes]
    yield from market.consortium_breaches(own, named, accepted=tender.project.accepts_consortium, agreement=agreement)
    for partner in partners_named(dict.fromkeys(codes)):
        for breach in (*contractor_reports.eligibility(partner, on=on), *entry_breaches(tender, partner)):
            if breach.binding:
                yield breach


def reveal_partners(bid: Bid, codes: Iterable[str]) -> None:
    """Once the envelope is open its partners are known."""
    rows = Contractor.objects.filter(uscc__in=list(codes))
    ConsortiumMember.objects.bulk_create(ConsortiumMember(bid=bid, contractor=row) for row in rows)


def members_of(bid: Bid) -> list[Contractor]:
    """Lead and partners; prefetch ``partners__contractor``."""
    return [bid.contractor, *(row.contractor for row in bid.partners.all())]


def partner_findings(bid: Bid, *, rivals, advisers: list[market.Adviser], on):
    """P-13, P-09, P-10, P-11 for all who stand in this bid, against all who stand in the others."""
    for member in members_of(bid):
        yield from market.adviser_breaches(member.uscc, advisers, method=bid.tender.project.method)
    for row in bid.partners.all():
        yield from contractor_reports.eligibility(row.contractor, on=on)
        yield from contractor_reports.credit(row.contractor, on=on)
    others = [other for other in rivals if other.pk != bid.pk]
    standing = {str(other.contractor): {member.uscc: str(member) for member in members_of(other)} for other in others}
    yield from market.twice_breaches({member.uscc: str(member) for member in members_of(bid)}, standing)
    partners = [row.contractor for row in bid.partners.all()]
    outside = [contractor_reports.control(member) for other in others for member in members_of(other)]
    for partner in partners:
        yield from contractor_rules.same_control_breaches(contractor_reports.control(partner), outside)
    rival_partners = [contractor_reports.control(row.contractor) for other in others for row in other.partners.all()]
    yield from contractor_rules.same_control_breaches(contractor_reports.control(bid.contractor), rival_partners)


def reserve_figures(project: Project) -> dict:
    """The city's two figures of today; None while unset."""
    found = policy_values(FIGURES, project.organisation, clock.today())
    return dict(zip(("limit", "reserve"), (found[code].value if code in found else None for code in FIGURES), strict=True))


def set_aside_breaches(project: Project):
    """P-14 with the city's figures of today."""
    return market.set_aside_breaches(project.set_aside, total_ceiling(project), **reserve_figures(project))


def set_aside_unset(project: Project) -> str:
    """What to say beside P-14 while a figure is missing; empty when it can judge."""
    return market.unset_words(project.set_aside, total_ceiling(project), **reserve_figures(project))


def subjects_of(tender: Tender) -> list[Contractor]:
    """Everybody whose credit is looked up on the day of review: bidders and their partners, each once."""
    bids = tender.bids.live().filter(status__in=Bid.OPENED_STATUSES)
    read = ("contractor__credit_checks", "partners__contractor__credit_checks", "partners__contractor__organisation")
    rows = bids.select_related("contractor__organisation").prefetch_related(*read)
    return list({member.pk: member for bid in rows for member in members_of(bid)}.values())


@transaction.atomic
def record_credit_round(tender_id, *, results: dict[int, dict], by) -> int:
    """P-09 for all bidders in one go. ``results``: contractor → site → {listed_in, upload, note}. Returns how many were recorded."""
    tender = claim(Tender.objects.select_related("project"), tender_id)
    require_status(tender, Tender.Status.OPENED, "登记信用查询")
    allowed, done = {row.pk: row for row in subjects_of(tender)}, 0
    for pk, sites in results.items():
        for site, given in sites.items():
            contractor_services.record_credit_check(allowed[pk], sites=(site,), by=by, **given)
            done += 1
    return done
