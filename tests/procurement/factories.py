"""Rows of the purchase, built through the services: officers of the home district and a project at each gate."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organisation, User
from accounts.roles import Role
from contractors.models import Contractor
from procurement.models import (
    Announcement,
    Award,
    Bid,
    Budget,
    CatalogueItem,
    Consultation,
    Contract,
    PeriodicReport,
    Project,
    Source,
    Tender,
)
from procurement.rules import catalogue as catalogue_rules
from procurement.services import announcements, catalogue, money, results
from procurement.services import contract as contracts
from procurement.services import project as projects
from procurement.services import report as reports
from records import clock
from records.values import confirm_value, set_value
from tests.factories import Chongqing, make_user

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
BASIS = "渝财社〔2026〕1号（示例）"
FACTORS = (
    {"name": "服务方案", "kind": "QUALITY", "weight": Decimal("40"), "bands": [("优", 30, 40), ("良", 15, 29), ("一般", 0, 14)]},
    {"name": "人员配备", "kind": "QUALITY", "weight": Decimal("30"), "bands": [("优", 20, 30), ("良", 10, 19), ("一般", 0, 9)]},
    {"name": "以往绩效评价", "kind": "PERFORMANCE", "weight": Decimal("10"), "bands": []},
)


@dataclass
class Office:
    """Everybody a purchase of one bureau needs, with thresholds, guidance catalogue and a funded budget."""

    bureau: Organisation
    officer: User
    chief: User
    supervisor: User
    finance: User
    budget: Budget

    @property
    def line(self):
        return self.budget.lines.get(source=Source.OWN_DISTRICT)

    @property
    def superior_line(self):
        return self.budget.lines.get(source=Source.CITY_SPECIAL)


def make_office(chongqing: Chongqing, *, district: int = 0) -> Office:
    bureau = chongqing.districts[district].bureau
    roles = (Role.PURCHASE_OFFICER, Role.BUREAU_CHIEF, Role.SUPERVISOR, Role.FINANCE_OFFICER)
    officer, chief, supervisor, finance = (make_user(role=role, organisation=bureau) for role in roles)
    catalogue.load_catalogue()
    set_thresholds(chongqing.city)
    items = CatalogueItem.objects.all()
    catalogue.list_in_guidance(bureau, items, document="区府发〔2025〕8号（示例）", valid_from=date(2025, 1, 1), by=officer)
    return Office(bureau, officer, chief, supervisor, finance, make_budget(bureau, finance))


def make_budget(organisation, by, *, amount="2000000.00", name="购买社会救助服务") -> Budget:
    own, superior = Decimal(amount) * Decimal("0.75"), Decimal(amount) * Decimal("0.25")
    return money.create_budget(
        organisation=organisation,
        fiscal_year=clock.today().year,
        name=name,
        amount=Decimal(amount),
        document="区财预〔2026〕1号（示例）",
        approved_on=date(clock.today().year, 1, 5),
        lines=[(Source.OWN_DISTRICT, own, BASIS), (Source.CITY_SPECIAL, superior, BASIS)],
        by=by,
    )


def set_thresholds(city, *, open_tender="4000000", limit="1000000") -> None:
    """Local figures as examples; once per city."""
    setter, confirmer = make_user(role=Role.CITY_BUREAU, organisation=city), make_user(role=Role.CITY_BUREAU, organisation=city)
    figures = {
        "open_tender_threshold_services": open_tender,
        "decentralised_limit_services": limit,
        "takeover_hours": "24",
        "takeover_hours_care": "4",
    }
    for code, value in figures.items():
        set_policy(code, value, city, setter, confirmer)


def set_policy(code, value, organisation, setter, confirmer):
    row = set_value(code, organisation=organisation, value=value, effective_from=date(2020, 1, 1), source_document="示例文件", by=setter)
    return confirm_value(row.pk, by=confirmer)


def good_answers(questions, note="") -> dict:
    return {q.key: {"answer": not q.wrong, "note": note if q.key in catalogue_rules.NOTED else ""} for q in questions}


def make_draft(office: Office, *, organisation=None, name="困难群众上门照料服务", item="B1") -> Project:
    items = list(CatalogueItem.objects.filter(code=item))
    return projects.create_project(
        organisation=organisation or office.bureau,
        name=name,
        fiscal_year=clock.today().year,
        items=items,
        programmes=["DB", "TK"],
        by=office.officer,
    )


def make_intent_draft(project: Project, office: Office, **values) -> Announcement:
    """A prepared intent with one attachment, not yet issued."""
    said = {"overview": "上门照料服务 1200 人次", "expected": f"{clock.today():%Y-%m}", "other": ""} | values
    upload = SimpleUploadedFile("说明.pdf", PDF)
    return announcements.save_draft(project.pk, kind="intent", values=said, upload=upload, label="说明", by=office.officer)


def factor_rows() -> list[dict]:
    def bands(row):
        return [{"label": label, "low": str(low), "high": str(high)} for label, low, high in row["bands"]]

    return [{**row, "bands": bands(row)} for row in FACTORS]


def make_complete_draft(office: Office, *, amount="480000.00", line=None, **more) -> Project:
    """A draft to which nothing is missing."""
    project = make_draft(office, **more)
    starts = clock.today() + timedelta(days=30)
    project = projects.edit_project(
        project.pk,
        version=project.version,
        by=office.officer,
        requirement="为分散供养特困人员和低保失能人员提供上门照料服务。",
        quantity=Decimal("1200"),
        unit="人次",
        qualification="具有履行合同所必需的设备和专业服务能力。",
        starts_on=starts,
        ends_on=starts + timedelta(days=364),
        plan_amount=Decimal(amount),
        ceiling=Decimal(amount),
        plan_number="计划备〔2026〕001号（示例）",
        contact_name="示例联系人",
        contact_phone="12300000001",
        contact_address="示例路 1 号",
        reasons={"T-01": "汛期安置急需，采购意向公开不满三十日（示例）"},
        screening=good_answers(catalogue_rules.SCREENING, "已会同法规科审查"),
        employment_test=good_answers(catalogue_rules.EMPLOYMENT_TEST),
    )
    project = projects.set_factors(project.pk, version=project.version, price_weight=Decimal("20"), rows=factor_rows(), by=office.officer)
    project = money.fund_project(
        project.pk, version=project.version, amounts={(line or office.line).pk: Decimal(amount)}, by=office.officer
    )
    consult(project, office, Consultation.Kind.NEEDS_SURVEY, respondents=3)
    return Project.objects.get(pk=project.pk)


def consult(project, office, kind, *, respondents=12) -> Consultation:
    today = clock.today()
    return projects.record_consultation(
        project.pk,
        kind=kind,
        started_on=today - timedelta(days=10),
        ended_on=today - timedelta(days=1),
        channel="区政府网站",
        respondents=respondents,
        summary="收到意见 12 条，采纳 5 条。",
        by=office.officer,
    )


def make_submitted(office: Office, **more) -> Project:
    project = make_complete_draft(office, **more)
    return projects.submit_project(project.pk, version=project.version, by=office.officer)


def make_approved(office: Office, **more) -> Project:
    project = make_submitted(office, **more)
    consult(project, office, Consultation.Kind.PUBLIC_OPINION)
    if project.organisation.kind == Organisation.Kind.TOWNSHIP:
        project = projects.give_guidance(project.pk, opinion="具备条件，同意购买。", by=office.chief)
    project = projects.approve_project(project.pk, version=project.version, by=office.chief)
    return Project.objects.get(pk=project.pk)


# From the award on. The tender itself has tests of its own; here its outcome is written down.


def make_contractor(organisation, by) -> Contractor:
    found = Contractor.objects.filter(organisation=organisation).first()
    return found or Contractor.objects.create(
        organisation=organisation, legal_form="SOCIAL_SERVICE", uscc=organisation.code, representative="示例负责人", created_by=by
    )


def make_awarded(office: Office, winner: Organisation, *, amount="450000.00", announced=True, **more) -> Award:
    """An approved project whose tender ended with an award to ``winner``, and its announcement."""
    project, now = make_approved(office, **more), clock.now()
    Project.objects.filter(pk=project.pk).update(status=Project.Status.AWARDED, published_at=now)
    contractor = make_contractor(winner, office.officer)
    tender = Tender.objects.create(
        project=project,
        status=Tender.Status.AWARDED,
        bid_deadline=now,
        opening_at=now,
        opened_at=now,
        published_at=now,
        ceiling=project.ceiling,
        public_key=b"key",
        created_by=office.officer,
    )
    bid = Bid.objects.create(
        tender=tender,
        contractor=contractor,
        status=Bid.Status.VALID,
        receipt=f"R{project.pk}",
        commitment="0" * 64,
        submitted_by=office.officer,
        received_at=now,
        opened_at=now,
        quote=Decimal(amount),
    )
    award = Award.objects.create(
        tender=tender, bid=bid, contractor=contractor, amount=Decimal(amount), total=Decimal("88.50"), rank=1, confirmed_by=office.chief
    )
    if announced:
        results.publish_result(tender.pk, by=office.officer)
    return award


def make_contract_draft(office: Office, winner: Organisation, **more) -> Contract:
    """A drafted contract to which nothing is missing, its takeover plan included."""
    contract = contracts.draft_contract(make_awarded(office, winner, **more).pk, by=office.officer)
    plan = {
        "substitute": "示例养老服务中心",
        "contact_name": "示例联系人",
        "contact_phone": "12300000002",
        "activation_hours": 4,
        "funding_line": office.line,
        "handover_items": "服务对象档案\n钥匙\n服务记录",
    }
    today = clock.today()
    return contracts.edit_contract(
        contract.pk,
        version=contract.version,
        by=office.officer,
        plan=plan,
        starts_on=today,
        ends_on=today + timedelta(days=100),
        settlement="按季验收后支付。",
        rights_duties="见合同附件。",
        liability="违约方承担违约责任。",
        exit_clause="提前 30 日书面通知，配合接管。",
    )


def make_signed(office: Office, winner: Organisation, **more) -> Contract:
    contract = make_contract_draft(office, winner, **more)
    contract = contracts.submit_contract(contract.pk, version=contract.version, by=office.officer)
    contract = contracts.approve_contract(contract.pk, version=contract.version, by=office.chief)
    return contracts.sign_contract(contract.pk, version=contract.version, by=signer_of(winner))


def signer_of(winner: Organisation) -> User:
    found = User.objects.filter(memberships__organisation=winner, memberships__role=Role.CONTRACTOR_ADMIN).first()
    return found or make_user(role=Role.CONTRACTOR_ADMIN, organisation=winner)


def make_running(office: Office, winner: Organisation, **more) -> Contract:
    contract = make_signed(office, winner, **more)
    contract = contracts.announce_contract(contract.pk, version=contract.version, by=office.officer)
    return contracts.start_service(contract.pk, version=contract.version, by=office.officer)


FIGURES = {
    "services_planned": 100,
    "services_done": 100,
    "recipients": 40,
    "visits_planned": 20,
    "visits_done": 20,
    "complaints_received": 1,
    "complaints_settled": 1,
    "staff_on_post": 6,
    "staff_trained": 2,
    "money_received": "50000.00",
    "money_spent": "48000.50",
    "narrative": "按计划开展上门照料。",
}


def make_due_report(office: Office, winner: Organisation, **more) -> PeriodicReport:
    """The first report of a running contract, its month made to be over."""
    contract = make_running(office, winner, **more)
    report = contract.reports.filter(kind=PeriodicReport.Kind.SERVICE).order_by("period_start").first()
    over = clock.today() - timedelta(days=1)
    PeriodicReport.objects.filter(pk=report.pk).update(
        period_start=over - timedelta(days=29), period_end=over, due_on=clock.today() + timedelta(days=5)
    )
    reports.open_report(report.pk)
    return PeriodicReport.objects.get(pk=report.pk)


def make_submitted_report(office: Office, winner: Organisation, **more) -> PeriodicReport:
    report = make_due_report(office, winner, **more)
    signer = signer_of(winner)
    report = reports.save_figures(report.pk, version=report.version, figures=FIGURES, by=signer)
    return reports.submit_report(report.pk, version=report.version, by=signer)


def second_award(contract: Contract, winner: Organisation, office: Office) -> Award:
    """The next candidate of the same tender, confirmed after the first award lapsed."""
    contractor, now, tender = make_contractor(winner, office.officer), clock.now(), contract.award.tender
    bid = Bid.objects.create(
        tender=tender,
        contractor=contractor,
        status=Bid.Status.VALID,
        receipt=f"R{tender.pk}-2",
        commitment="1" * 64,
        submitted_by=office.officer,
        received_at=now,
        opened_at=now,
        quote=Decimal("460000.00"),
    )
    award = Award.objects.create(
        tender=tender, bid=bid, contractor=contractor, amount=bid.quote, total=Decimal("80.00"), rank=2, confirmed_by=office.chief
    )
    results.publish_result(tender.pk, by=office.officer)
    return award
