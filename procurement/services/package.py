"""Splitting a purchase into lots while it is drafted. What lots know of each other: services/lots.py."""

from django.db import transaction

from accounts import audit
from accounts.models import Organisation
from procurement.models import Consultation, Package, Project, ProjectStandard, ScoringFactor
from procurement.rules import lots as rules
from procurement.services.drafts import claim_draft
from procurement.services.project import next_code
from records.refusals import Refused
from records.workflow import claim, touch

SHARED = (
    "organisation", "purchaser_form", "fiscal_year", "programmes", "requirement", "unit", "qualification", "starts_on", "ends_on",
    "multi_year", "set_aside", "method", "method_reason", "method_approval", "award_basis", "price_weight", "price_approval", "fixed_price",
    "plan_number", "accepts_consortium", "contact_name", "contact_phone", "contact_address", "screening", "employment_test",
    "reasons", "reasoned",
)  # fmt: skip


@transaction.atomic
def add_lot(project_id: int, *, name: str, version: int, by) -> Project:
    """One more lot beside this draft: the same demands, scale and records; quantity and money are its own and still to be filled."""
    project = claim_draft(project_id, version)
    if not name.strip():
        raise Refused.because("P-27", rules.SPLITTING, "请填写采购包名称。")
    Organisation.objects.select_for_update(of=("self",)).get(pk=project.organisation_id)
    package = project.package or found_package(project, by)
    lot = Project.objects.create(
        **{field: getattr(project, field) for field in SHARED},
        name=name.strip(),
        code=next_code(project.organisation, project.fiscal_year),
        package=package,
        lot_number=package.lots.count() + 1,
        created_by=by,
    )
    copy_parts(project, lot)
    audit.record("procurement.project.created", lot, by=by, detail={"code": lot.code, "package": package.name, "number": lot.lot_number})
    return lot


def found_package(project: Project, by) -> Package:
    """The draft becomes lot 1 of a purchase of its name."""
    package = Package.objects.create(organisation=project.organisation, name=project.name, created_by=by)
    project.package, project.lot_number = package, 1
    touch(project)
    project.save(update_fields=["package", "lot_number", "version"])
    audit.record("procurement.package.created", package, by=by)
    return package


def copy_parts(project: Project, lot: Project) -> None:
    """Items, standards, scale, and the surveys that were made for the whole purchase."""
    lot.items.set(project.items.all())
    copies = (
        (ProjectStandard, project.standards.all(), ("item_id", "name", "measure", "target", "position")),
        (ScoringFactor, project.factors.all(), ("name", "kind", "weight", "bands", "position")),
        (
            Consultation,
            project.consultations.all(),
            ("kind", "started_on", "ended_on", "channel", "respondents", "summary", "recorded_by_id"),
        ),
    )
    for model, rows, fields in copies:
        for row in rows:
            model.objects.create(project=lot, **{field: getattr(row, field) for field in fields})


@transaction.atomic
def set_award_limit(package_id: int, *, limit: int | None, version: int, by) -> Package:
    """At most so many lots for one supplier; fixed once the first lot is announced."""
    package = claim(Package, package_id, version=version)
    if package.lots.filter(published_at__isnull=False).exists():
        raise Refused.because("T-12", rules.CONFIRMATION, "公告已经发布，成交包数的限定不能再改。")
    if limit is not None and limit < 1:
        raise Refused.because("T-12", rules.CONFIRMATION, "一家供应商最多成交包数至少为 1。")
    package.award_limit = limit
    touch(package)
    package.save(update_fields=["award_limit", "version"])
    audit.record("procurement.package.limit_set", package, by=by, detail={"count": limit})
    return package


@transaction.atomic
def repeat_project(project_id: int, *, reason: str, by) -> Project:
    """重新采购: a failed purchase begun anew as a draft with the same content; its money is arranged afresh (P-59)."""
    project = claim(Project, project_id)
    if project.status != Project.Status.FAILED or not reason.strip():
        raise Refused.because("P-59", rules.CONFIRMATION, "废标的项目，写明调整情况后才能重新采购。")
    Organisation.objects.select_for_update(of=("self",)).get(pk=project.organisation_id)
    again = Project.objects.create(
        **{field: getattr(project, field) for field in (*SHARED, "name", "quantity", "plan_amount", "ceiling")},
        code=next_code(project.organisation, project.fiscal_year),
        created_by=by,
    )
    again.method_reason = f"{project.code} 废标后重新采购：{reason.strip()}"
    again.plan_number = ""
    again.save(update_fields=["method_reason", "plan_number"])
    copy_parts(project, again)
    audit.record("procurement.project.created", again, by=by, detail={"code": again.code, "reason": again.method_reason})
    return again
