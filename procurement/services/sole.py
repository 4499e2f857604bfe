"""单一来源: the case argued, announced, negotiated on record; then an award like any other, without scoring."""

import hashlib
from datetime import date, datetime, time
from decimal import Decimal

from django.db import transaction
from django.utils.timezone import localtime, make_aware

from accounts import audit
from contractors import reports as contractor_reports
from contractors import rules as contractor_rules
from procurement.models import Award, Bid, ExpertOpinion, Project, ProjectPaper, SoleSource, Tender
from procurement.rules import bidding
from procurement.rules import project as project_rules
from procurement.rules import selection as rules
from procurement.services import gates
from procurement.services.limits import least_of
from records import clock
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim, move, stale, touch

Status, Ground = SoleSource.Status, SoleSource.Ground
FIELDS = ("ground", "reason", "contractor", "original")


@transaction.atomic
def prepare_case(project_id, *, ground, reason, contractor, original=None, by, version=None) -> SoleSource:
    """Write or rewrite the case of an approved single-source project, until it is announced."""
    project = claim(Project, project_id)
    if project.method != Project.Method.SINGLE_SOURCE or project.status != Project.Status.APPROVED:
        message = f"项目采购方式为“{project.get_method_display()}”，现为“{project.get_status_display()}”，不能办理单一来源论证。"
        raise Refused.because("T-10", rules.SOLE_GROUNDS, message)
    case = SoleSource.objects.filter(project=project).first()
    if case is not None:
        case = claim(SoleSource, case.pk, version=version)
        require(case, Status.PREPARED)
        touch(case)
    case = case or SoleSource(project=project, created_by=by)
    case.ground, case.reason, case.contractor, case.original = ground, reason.strip(), contractor, original
    if not case.reason:
        raise Refused.because("T-10", rules.SOLE_GROUNDS, "请写明采用单一来源的原因。")
    case.save()
    audit.record("procurement.solesource.prepared_saved", case, by=by, detail={"contractor": str(contractor), "reason": reason})
    return case


def require(case, status) -> None:
    if case.status != status:
        raise Refused.because("T-10", rules.SOLE_NOTICE, f"单一来源采购现为“{case.get_status_display()}”，须为“{Status(status).label}”。")


@transaction.atomic
def add_opinion(case_id, *, name, unit, title, opinion, given_on: date, by) -> ExpertOpinion:
    case = claim(SoleSource, case_id)
    require(case, Status.PREPARED)
    if given_on > clock.today() or not opinion.strip():
        raise Refused.because("T-10", rules.SOLE_NOTICE, "请填写论证意见和不晚于今天的论证日期。")
    made = ExpertOpinion.objects.create(
        case=case, name=name, unit=unit, title=title, opinion=opinion.strip(), given_on=given_on, recorded_by=by
    )
    audit.record("procurement.solesource.opinion_added", case, by=by, detail={"members": str(made)})
    return made


def case_breaches(case: SoleSource) -> list[Breach]:
    """Everything between the case and the negotiation: ground, opinions, the announcement run out, money, plan; shown on the page."""
    project, today = case.project, clock.today()
    return [
        *rules.sole_ground_breaches(
            case.ground,
            reason=case.reason,
            opinions=case.opinions.count(),
            least=least_of("single_source_opinions", project),
            amount=project.ceiling,
            original=case.original.amount if case.original else None,
        ),
        *gates.unsettled(project, gates.publication_breaches(project, on=today)),
        *project_rules.contact_breaches(project.contact_name, project.contact_phone, project.contact_address),
        *(fault for fault in contractor_reports.eligibility(case.contractor, on=today) if fault.binding),
    ]


@transaction.atomic
def record_objection(case_id, *, objection: str, answer: str, by) -> SoleSource:
    """What somebody objected within the notice, and the further argument that answers it."""
    case = claim(SoleSource, case_id)
    require(case, Status.PREPARED)
    if not objection.strip():
        raise Refused.because("T-10", rules.SOLE_NOTICE, "请写明收到的异议。")
    case.objection, case.objection_answer = objection.strip(), answer.strip()
    touch(case)
    case.save(update_fields=["objection", "objection_answer", "version"])
    audit.record("procurement.solesource.objection_recorded", case, by=by, detail={"objection": objection, "outcome": answer})
    return case


@transaction.atomic
def negotiate(case_id, *, held_on: date, people: str, cost_note: str, terms: str, price: Decimal, by, version=None) -> SoleSource:
    """The record of the negotiation. From it come the supplier's one bid at that price and the report to the purchaser."""
    case = claim(SoleSource.objects.select_related("project__organisation", "contractor__organisation"), case_id, version=version)
    require(case, Status.PREPARED)
    project = claim(Project, case.project_id)
    uphold(case_breaches(case))
    case.paper = gates.last_paper(project, ProjectPaper.Kind.SINGLE_SOURCE)
    uphold(negotiation_breaches(case, held_on=held_on, people=people, terms=terms, price=price))
    project.published_at = case.paper.issued_at
    project.save(update_fields=["published_at"])
    case.held_on, case.people, case.cost_note = held_on, people.strip(), cost_note.strip()
    case.terms, case.price = terms.strip(), price
    case.save(update_fields=["paper", "held_on", "people", "cost_note", "terms", "price"])
    tender = make_tender(case, project, by)
    move(project, Project.Status.NOTICE_PUBLISHED, by=by, note="单一来源公示期满")
    move(project, Project.Status.OPENED, by=by, note="单一来源协商")
    move(project, Project.Status.EVALUATED, by=by, note=f"商定价格 {price:,.2f} 元")
    move(tender, Tender.Status.RANKED, by=by, note="单一来源采购，不评分")
    return move(case, Status.NEGOTIATED, by=by, detail={"amount": price})


def negotiation_breaches(case, *, held_on: date, people: str, terms: str, price: Decimal):
    on = clock.today()
    yield from rules.sole_negotiation_breaches(
        waits_until=case.paper.until,
        on=held_on,
        objection=case.objection,
        answer=case.objection_answer,
        people=len([line for line in people.splitlines() if line.strip()]),
        least=least_of("negotiation_buyers", case.project),
        price=price,
        ceiling=case.project.ceiling,
    )
    if held_on > on or held_on < localtime(case.paper.issued_at).date():
        yield Breach("T-10", rules.SOLE_RECORD, f"协商日期 {held_on} 应在公示之后、今天之前。")
    if not terms.strip():
        yield Breach("T-10", rules.SOLE_RECORD, "协商情况记录须写明合同主要条款及价格商定情况。")
    yield from (fault for fault in contractor_reports.eligibility(case.contractor, on=on) if fault.binding)
    yield from contractor_reports.credit(case.contractor, on=on)


def make_tender(case, project, by) -> Tender:
    """The one bid of a single source: nothing was sealed and nobody competed, so no key and no envelope, but its record is hashed."""
    now = clock.now()
    held_at = min(make_aware(datetime.combine(case.held_on, time(9))), now)
    tender = Tender.objects.create(
        project=project, bid_deadline=held_at, opening_at=held_at, opened_at=now, published_at=project.published_at,
        ceiling=project.ceiling, public_key=b"", created_by=case.created_by, ranked_at=now, small_business_deduction=0,
    )  # fmt: skip
    record = f"{case.pk}|{case.contractor_id}|{case.price}|{case.people}|{case.cost_note}|{case.terms}"
    Bid.objects.create(
        tender=tender, contractor=case.contractor, status=Bid.Status.VALID, receipt=f"{tender.pk}-DY",
        commitment=hashlib.sha256(record.encode()).hexdigest(), submitted_by=by, received_at=now, opened_at=now, quote=case.price,
        proposal=case.terms, small_business=case.contractor.small_business,
    )  # fmt: skip
    return tender


def award_breaches(case, *, by):
    """P-65, P-08: another person confirms, and nobody who is banned wins."""
    done = {"经办本项目": case.created_by_id}
    yield from bidding.separate_people_breaches(by.pk, done, act="确定成交供应商")
    profile = contractor_reports.profile(case.contractor, on=clock.today())
    yield from contractor_rules.ban_breaches(profile.bans, on=clock.today())


@transaction.atomic
def confirm(case_id, *, by) -> Award:
    """The purchaser's choice of the negotiated supplier. One award in force, as everywhere."""
    case = SoleSource.objects.select_related("project", "contractor__organisation").get(pk=case_id)
    require(case, Status.NEGOTIATED)
    tender = claim(Tender.objects.select_related("project"), Tender.objects.get(project=case.project).pk)
    if tender.status == Tender.Status.AWARDED:
        raise stale(tender)
    uphold(award_breaches(case, by=by))
    bid = tender.bids.get()
    award = Award.objects.create(
        tender=tender, bid=bid, contractor=bid.contractor, amount=bid.price, rank=1, reason=case.get_ground_display(), confirmed_by=by
    )
    audit.record("procurement.award.confirmed", award, by=by, detail={"bid": bid.receipt, "amount": bid.price, "reason": award.reason})
    move(tender, Tender.Status.AWARDED, by=by, note=f"成交：{bid.contractor}")
    move(claim(Project, case.project_id), Project.Status.AWARDED, by=by, note=f"成交：{bid.contractor}")
    return award
