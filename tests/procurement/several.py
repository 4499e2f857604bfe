"""A purchase from July 2026 to June 2028, split over three budgets, on its way to a signed contract."""

from datetime import date
from decimal import Decimal

from procurement.models import Contract, Project, Source
from procurement.services import contract as contracts
from procurement.services import money as funds
from procurement.services import project as projects
from procurement.services import years
from tests.procurement import factories, money

STARTS, ENDS = date(2026, 7, 1), date(2028, 6, 30)
SHARES = {2026: Decimal("120000.00"), 2027: Decimal("240000.00"), 2028: Decimal("120000.00")}
FIVE = dict.fromkeys(("budget_assured", "content_fixed", "continuous", "funding_stable", "price_stable"), True)


def make_split(office) -> Project:
    """Two years from July, the first of three budgets funded."""
    with money.on(money.STARTED):
        project = factories.make_complete_draft(office)
        facts = {"starts_on": STARTS, "ends_on": ENDS, "multi_year": FIVE}
        project = projects.edit_project(project.pk, version=project.version, by=office.officer, **facts)
        project = years.set_shares(project.pk, version=project.version, amounts=SHARES, by=office.officer)
        amounts = {office.line.pk: SHARES[2026]}
        return funds.fund_project(project.pk, version=project.version, amounts=amounts, by=office.officer)


def signed(office, chongqing, monkeypatch, draft) -> Contract:
    """The contract of the split purchase: 450,000 of the planned 480,000."""
    monkeypatch.setattr(factories, "make_complete_draft", lambda *args, **more: Project.objects.get(pk=draft.pk))
    signer = factories.signer_of(chongqing.contractors[0])
    with money.on(money.STARTED):
        contract = factories.make_contract_draft(office, chongqing.contractors[0])
        facts = {"starts_on": STARTS, "ends_on": ENDS}
        contract = contracts.edit_contract(contract.pk, version=contract.version, by=office.officer, **facts)
        contract = contracts.submit_contract(contract.pk, version=contract.version, by=office.officer)
        contract = contracts.approve_contract(contract.pk, version=contract.version, by=office.chief)
        return contracts.sign_contract(contract.pk, version=contract.version, by=signer)


def next_line(office, *, year=2027, amount="300000.00"):
    """The line of a later year's budget."""
    facts = {"name": "购买社会救助服务", "document": f"区财预〔{year}〕1号（示例）", "approved_on": date(year, 1, 5)}
    lines = [(Source.OWN_DISTRICT, Decimal(amount), factories.BASIS)]
    budget = funds.create_budget(
        organisation=office.bureau, fiscal_year=year, amount=Decimal(amount), lines=lines, by=office.finance, reason="分年安排", **facts
    )
    return budget.lines.get()
