"""One module of addresses per noun, joined here."""

from procurement.urls import (
    amendment,
    archive,
    challenge,
    contract,
    market,
    money,
    notice,
    package,
    payment,
    plan,
    project,
    renewal,
    report,
    selection,
    service,
    supervision,
    takeover,
    tender,
)

app_name = "procurement"
PARTS = (
    project,
    notice,
    tender,
    contract,
    report,
    money,
    challenge,
    archive,
    payment,
    amendment,
    renewal,
    selection,
    package,
    market,
    plan,
    takeover,
    service,
    supervision,
)
urlpatterns = [address for part in PARTS for address in part.urlpatterns]
