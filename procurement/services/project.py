"""Verbs of a project up to its notice, and its two side exits. Every verb: lock, judge, write, move."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from accounts import audit
from accounts.models import Organisation
from procurement.models import CatalogueItem, Consultation, Project, ProjectStandard, ScoringFactor
from procurement.rules import catalogue, wording
from procurement.rules import project as rules
from procurement.services import gates
from procurement.services.answers import write_answers
from procurement.services.drafts import claim_draft, handlers_breaches, lapse_guidance
from procurement.services.money import purchaser_district
from procurement.services.standard import standards_for
from records import clock
from records.refusals import Refused, uphold
from records.workflow import claim, move, touch

FIELDS = frozenset(
    {
        "name",
        "purchaser_form",
        "fiscal_year",
        "programmes",
        "requirement",
        "quantity",
        "unit",
        "qualification",
        "starts_on",
        "ends_on",
        "multi_year",
        "method",
        "method_reason",
        "method_approval",
        "award_basis",
        "price_weight",
        "fixed_price",
        "plan_amount",
        "ceiling",
        "plan_number",
        "accepts_consortium",
        "set_aside",
        "contact_name",
        "contact_phone",
        "contact_address",
        "screening",
        "employment_test",
        "reasons",
    }
)
ABOUT_THE_PROCEDURE = {"contact_name", "contact_phone", "contact_address", "plan_number", "reasons"}  # not about what is bought
Status = Project.Status


@transaction.atomic
def create_project(*, organisation: Organisation, name: str, fiscal_year: int, items, programmes, by) -> Project:
    """A draft with the catalogue's standards of its items. Refuses wrong purchasers and acts that stay with the authority."""
    claim(Organisation, organisation.pk)  # one numberer at a time
    form = Project.PurchaserForm.TOWNSHIP if organisation.kind == Organisation.Kind.TOWNSHIP else Project.PurchaserForm.GOVERNMENT
    uphold([*rules.purchaser_breaches(organisation.kind, form), *catalogue.reserved_act_breaches(name)])
    project = Project.objects.create(
        organisation=organisation,
        purchaser_form=form,
        code=next_code(organisation, fiscal_year),
        name=name,
        fiscal_year=fiscal_year,
        programmes=list(programmes),
        created_by=by,
    )
    choose_items(project, items)
    audit.record("procurement.project.created", project, by=by, detail={"code": project.code})
    return project


def next_code(organisation: Organisation, fiscal_year: int) -> str:
    """SQ-<organisation>-<year>-<three digits or more>; the caller holds the organisation's lock."""
    prefix = f"SQ-{organisation.code}-{fiscal_year}-"
    taken = Project.objects.filter(code__startswith=prefix).values_list("code", flat=True)
    last = max((int(code.removeprefix(prefix)) for code in taken), default=0)  # a thousandth sorts before the 999th as text
    return f"{prefix}{last + 1:03d}"


def choose_items(project: Project, items) -> None:
    """Set the items; new ones bring the district's standards (or the catalogue's examples), dropped ones take theirs along."""
    items, district = list(items), purchaser_district(project.organisation)
    project.items.set(items)
    project.standards.exclude(item__in=items).delete()
    present = set(project.standards.values_list("item_id", flat=True))
    for item in CatalogueItem.objects.filter(pk__in=[i.pk for i in items if i.pk not in present]).prefetch_related("standards"):
        for position, row in enumerate(standards_for(district, item, clock.today()), start=1):
            ProjectStandard.objects.create(project=project, item=item, position=position, **row)


@transaction.atomic
def edit_project(project_id: int, *, version: int, by, items=None, **changes) -> Project:
    """Change a draft. ``changes`` are names of FIELDS; a rule that the change itself breaks refuses at once."""
    unknown = set(changes) - FIELDS
    if unknown:
        raise TypeError(f"not editable: {sorted(unknown)}")
    project = claim_draft(project_id, version)
    before = {name: getattr(project, name) for name in changes}
    for name, value in changes.items():
        setattr(project, name, value)
    uphold(
        [
            *rules.basis_breaches(project.award_basis),
            *rules.purchaser_breaches(project.organisation.kind, project.purchaser_form),
            *catalogue.reserved_act_breaches(gates.text_of(project)),
            *(breach for breach in wording.wording_breaches(gates.text_of(project)) if breach.binding),
            *inquiry_breaches(project),
        ]
    )
    other_items = items is not None and {item.pk for item in items} != set(project.items.values_list("pk", flat=True))
    if other_items:
        choose_items(project, items)
    touch(project)
    project.save(update_fields=[*changes, "version"])
    if "reasons" in changes:
        stamp_reasons(project)
    write_answers(project, before, by)
    changed = {name: [before[name], getattr(project, name)] for name in changes if before[name] != getattr(project, name)}
    if other_items or set(changed) - ABOUT_THE_PROCEDURE:
        lapse_guidance(project)
    audit.record("procurement.project.edited", project, by=by, detail=changed)
    return project


def stamp_reasons(project: Project) -> None:
    """Keep with each reason all that its rule says now: what the rule says later needs a reason of its own."""
    now = gates.principles(gates.submission_breaches(project))
    project.reasoned = {rule: now.get(rule, []) for rule in project.reasons}
    project.save(update_fields=["reasoned"])


def inquiry_breaches(project: Project):
    """Methods that may never be chosen are refused when chosen, not at publication."""
    found = rules.method_breaches(project.method, None, open_threshold=Decimal(1), limit=Decimal(1), approval="")
    return list(found)


@transaction.atomic
def set_standards(project_id: int, *, version: int, rows, by) -> Project:
    """Replace the service standards: rows of {item, name, measure, target}."""
    project = claim_draft(project_id, version)
    lapse_guidance(project)
    project.standards.all().delete()
    for position, row in enumerate(rows, start=1):
        ProjectStandard.objects.create(project=project, position=position, **row)
    return _touched(project, "standards_set", by, {"count": len(rows)})


@transaction.atomic
def set_factors(
    project_id: int, *, version: int, price_weight: Decimal, rows, fixed_price: bool = False, price_approval: str = "", by
) -> Project:
    """Replace the scoring scale: rows of {name, kind, weight, bands}. Its sum is judged at submission (P-46)."""
    project = claim_draft(project_id, version)
    lapse_guidance(project)
    project.factors.all().delete()
    for position, row in enumerate(rows, start=1):
        ScoringFactor.objects.create(project=project, position=position, **row)
    project.price_weight, project.fixed_price, project.price_approval = price_weight, fixed_price, price_approval.strip()
    project.save(update_fields=["price_weight", "fixed_price", "price_approval"])
    return _touched(
        project,
        "factors_set",
        by,
        {
            "price": price_weight,
            "approval": project.price_approval,
            "fixed": fixed_price,
            "factors": {row["name"]: row["weight"] for row in rows},
        },
    )


@transaction.atomic
def record_consultation(project_id: int, *, kind, started_on: date, ended_on: date, channel, respondents, summary, by) -> Consultation:
    """P-17, P-18: what was asked of the public or the market. Dates in the future are no record."""
    project = claim(Project, project_id)
    if project.status not in Project.BEFORE_NOTICE:
        raise Refused.because("P-17", rules.PUBLIC_OPINION, "公告发布后不能补记征求意见情况。")
    if ended_on > clock.today():
        raise Refused.because("P-17", rules.PUBLIC_OPINION, f"结束日期 {ended_on} 尚未到，请在征求意见结束后登记。")
    consultation = Consultation.objects.create(
        project=project,
        kind=kind,
        started_on=started_on,
        ended_on=ended_on,
        channel=channel,
        respondents=respondents,
        summary=summary,
        recorded_by=by,
    )
    audit.record("procurement.project.consulted", project, by=by, detail={"kind": kind, "respondents": respondents})
    return consultation


@transaction.atomic
def give_guidance(project_id: int, *, opinion: str, by) -> Project:
    """P-02: the district bureau's guidance opinion on a township's purchase."""
    project = claim(Project, project_id)
    if not opinion.strip():
        raise Refused.because("P-02", rules.PURCHASER, "请填写指导意见。")
    if project.status not in Project.BEFORE_NOTICE:
        raise Refused.because("P-02", rules.PURCHASER, "公告已发布，不能再出具指导意见。")
    project.guidance_by, project.guidance_on, project.guidance_opinion = by, clock.today(), opinion
    project.save(update_fields=["guidance_by", "guidance_on", "guidance_opinion"])
    return _touched(project, "guided", by, {"opinion": opinion})


@transaction.atomic
def sign_off_funds(project_id: int, *, reason: str, by) -> Project:
    """F-03: finance answers in writing for drawing superior special funds while the city has fixed no ratio."""
    project = claim(Project, project_id)
    if not reason.strip():
        raise Refused.because("F-03", gates.money.SOURCES, "请填写资金会签意见。")
    uphold(handlers_breaches(project, by, act="资金会签"))
    project.finance_signed_by, project.finance_signed_at, project.finance_reason = by, clock.now(), reason
    project.save(update_fields=["finance_signed_by", "finance_signed_at", "finance_reason"])
    return _touched(project, "funds_signed", by, {"reason": reason})


@transaction.atomic
def submit_project(project_id: int, *, version: int, by) -> Project:
    """Hand a draft to the approver; everything about the project itself must hold."""
    project = claim(Project, project_id, version=version)
    lifted = gates.uphold_gate(project, gates.submission_breaches(project))
    project.submitted_by, project.submitted_at = by, clock.now()
    project.save(update_fields=["submitted_by", "submitted_at"])
    return move(project, Status.SUBMITTED, by=by, detail={"lifted": lifted})


def approver_breaches(project: Project, person):
    """P-65 for this person: whoever drafted, changed, funded or submitted the project does not approve it."""
    return handlers_breaches(project, person, act="项目批准")


@transaction.atomic
def approve_project(project_id: int, *, version: int, by, note: str = "") -> Project:
    """P-65: another person than whoever drafted, changed or submitted it."""
    project = claim(Project, project_id, version=version)
    uphold(approver_breaches(project, by))
    lifted = gates.uphold_gate(project, gates.approval_breaches(project))
    project.approved_by, project.approved_at = by, clock.now()
    project.save(update_fields=["approved_by", "approved_at"])
    return move(project, Status.APPROVED, by=by, note=note, detail={"lifted": lifted})


@transaction.atomic
def return_project(project_id: int, *, version: int, by, note: str) -> Project:
    """Back to draft with a word on why; the approval falls."""
    project = claim(Project, project_id, version=version)
    if not note.strip():
        raise Refused.because("P-65", rules.DUTIES, "退回须写明原因。")
    project.approved_by, project.approved_at = None, None
    project.save(update_fields=["approved_by", "approved_at"])
    return move(project, Status.DRAFT, by=by, note=note)


def _touched(project: Project, verb: str, by, detail: dict) -> Project:
    touch(project)
    project.save(update_fields=["version"])
    audit.record(f"procurement.project.{verb}", project, by=by, detail=detail)
    return project
