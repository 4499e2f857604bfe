"""A running contract with recipients, and somebody to take them over."""

from datetime import timedelta

from contractors.models import Contractor
from procurement.models import Contract, ServiceOrder, ServiceRecipient, ServiceVisit, Takeover
from procurement.services import takeover as services
from records import clock
from tests.procurement import factories, supervising


def make_substitute(office, organisation) -> Contractor:
    contractor = factories.make_contractor(organisation, office.officer)
    known = {"status": Contractor.Status.VERIFIED, "verified_by": office.officer, "verified_at": clock.now()}
    Contractor.objects.filter(pk=contractor.pk).update(**known)
    contractor.refresh_from_db()
    return contractor


def townships_of(contract: Contract) -> list:
    return list(contract.project.organisation.children.filter(kind="TOWNSHIP").order_by("pk"))


def people(contract: Contract, by, count: int) -> list[ServiceOrder]:
    """Recipients with one order and one visit planned for tomorrow, spread over the townships. In bulk, as an import would."""
    towns, item = townships_of(contract), contract.project.items.first()
    rows = [
        ServiceRecipient(
            contract=contract,
            code=f"R{number:05d}",
            name=f"示例{number}",
            name_index=str(number),
            no_id_reason="演示",
            programme="TK",
            township=towns[number % len(towns)],
            created_by=by,
        )
        for number in range(1, count + 1)
    ]
    recipients = ServiceRecipient.objects.bulk_create(rows)
    terms = {"contract": contract, "item": item, "unit": "week", "starts_on": contract.starts_on, "ends_on": contract.ends_on}
    orders = ServiceOrder.objects.bulk_create(
        ServiceOrder(recipient=one, number=number, provider=contract.contractor, created_by=by, **terms)
        for number, one in enumerate(recipients, start=1)
    )
    tomorrow = clock.today() + timedelta(days=1)
    ServiceVisit.objects.bulk_create(
        ServiceVisit(order=order, contract=contract, township_id=order.recipient.township_id, planned_on=tomorrow) for order in orders
    )
    return orders


def propose(contract: Contract, office, taker, **more) -> Takeover:
    values = {
        "reason": "承接主体负责人失联，今日无人上门",
        "basis": "negotiation",
        "basis_note": "突发停止服务，非本单位原因造成，老人照料不能中断",
    }
    values |= {"routes": [services.Route(taker)]} | more
    return services.propose(contract.pk, by=office.officer, **values)


def confirm(takeover: Takeover, by, total: int | None = None) -> Takeover:
    total = services.cover_of(takeover).total if total is None else total
    return services.confirm(takeover.pk, version=takeover.version, total=total, by=by)


__all__ = ["confirm", "make_substitute", "people", "propose", "supervising", "townships_of"]
