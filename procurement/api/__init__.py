"""/api/v1/ of the purchase: one module per noun with its ``ENDPOINTS``, joined here. Scope, filters and services are the pages' own."""

from procurement.api import (
    acceptance,
    amendment,
    challenge,
    complaint,
    contract,
    inspection,
    notice,
    package,
    payment,
    plan,
    project,
    report,
    roster,
    service,
    takeover,
    tender,
)

PARTS = (
    project,
    contract,
    report,
    plan,
    notice,
    tender,
    challenge,
    package,
    acceptance,
    payment,
    amendment,
    service,
    roster,
    inspection,
    complaint,
    takeover,
)


def register(router) -> None:
    for part in PARTS:
        for prefix, viewset, basename in part.ENDPOINTS:
            router.register(prefix, viewset, basename=basename)
