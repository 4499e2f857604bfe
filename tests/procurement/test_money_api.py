"""The year's money, roster and inspections for other systems: in scope, filtered as the pages are, without what is not theirs."""

from decimal import Decimal

import pytest

from procurement.models import CatalogueItem, Contract, Inspection, PlanRow, PostedWorker
from records import clock
from tests.procurement import factories

pytestmark = pytest.mark.django_db


def ids(client, url) -> list[int]:
    answer = client.get(f"/api/v1/{url}")
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


@pytest.fixture
def rows(chongqing) -> dict:
    """A budget, two planned purchases, a worker and an inspection under one contract."""
    office = factories.make_office(chongqing)
    contract = factories.make_signed(office, chongqing.contractors[0])
    facts = {"organisation": office.bureau, "item": CatalogueItem.objects.get(code="B1"), "amount": 1000, "created_by": office.officer}
    years = (clock.today().year, clock.today().year + 1)
    plans = [PlanRow.objects.create(name=f"{year}年", fiscal_year=year, month=6, **facts) for year in years]
    who = {"name": "示甲", "id_number": "1", "id_index": "i", "phone": "12300000001", "employer": "示例社工服务中心A"}
    party = {"contract": contract, "contractor": contract.contractor, "created_by": office.officer}
    worker = PostedWorker.objects.create(starts_on=clock.today(), **who, **party)
    check = Inspection.objects.create(contract=contract, number=1, planned_on=clock.today(), scope="抽查", created_by=office.supervisor)
    return {"office": office, "contract": contract, "plans": plans, "worker": worker, "check": check}


def test_budgets_plans_roster_and_inspections_are_listed_in_scope_and_filtered(rows, chongqing, browse):
    office, contract = rows["office"], rows["contract"]
    client = browse(office.officer)
    assert ids(client, f"budgets/?fiscal_year={clock.today().year}") == [office.budget.pk]
    assert sum(Decimal(line["amount"]) for line in client.get(f"/api/v1/budgets/{office.budget.pk}/").json()["lines"]) == Decimal(
        "2000000.00"
    )
    assert ids(client, f"plan-rows/?fiscal_year={rows['plans'][1].fiscal_year}") == [rows["plans"][1].pk]
    assert ids(client, "plan-rows/?state=drafted") == []
    for url, row in (("workers", rows["worker"]), ("inspections", rows["check"])):
        assert ids(client, f"{url}/?contract={contract.pk}") == [row.pk]
        assert ids(client, f"{url}/?contract=没有这个合同") == []
    told = client.get(f"/api/v1/workers/{rows['worker'].pk}/").content.decode()
    assert "示甲" not in told and "12300000001" not in told
    firm = browse(factories.signer_of(chongqing.contractors[0]))
    assert ids(firm, "workers/") == [rows["worker"].pk]
    assert {firm.get(f"/api/v1/{url}/").status_code for url in ("budgets", "plan-rows", "inspections")} == {403}
    other = browse(factories.signer_of(chongqing.contractors[1]))
    assert ids(other, "workers/") == [] and other.get(f"/api/v1/workers/{rows['worker'].pk}/").status_code == 404


def test_visits_are_filtered_by_the_number_or_id_of_their_contract(rows, browse):
    client = browse(rows["office"].supervisor)
    for value in (rows["contract"].number, Contract.objects.get().pk, "没有"):
        assert ids(client, f"visits/?contract={value}") == []
    shown = client.get("/api/v1/schema/").json()["paths"]["/api/v1/visits/"]["get"]["parameters"]
    assert "contract" in {one["name"] for one in shown}
