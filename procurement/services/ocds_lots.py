"""Lots of one purchase as one contracting process: OCDS gives all of them one ocid, ``tender.lots`` and references to these from the rest.

Pure: takes the public blocks of each lot as they would read alone, and puts them together. A lot's own period stays with the lot, where the
extension allows it to override the tender's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Purchase:
    """What the lots share. ``code`` is the first lot's; ``most``: lots that one supplier may win, where limited."""

    ocid: str
    code: str
    title: str
    most: int | None = None


Part = tuple[str, dict]  # number of the lot, its body
LOT_FIELDS = ("title", "description", "status", "value", "tenderPeriod", "contractPeriod")
SHARED_TENDER = ("procuringEntity", "mainProcurementCategory")
ANNOUNCED_TENDER = ("procurementMethod", "procurementMethodDetails", "awardCriteria", "submissionMethod", "eligibilityCriteria")


def joined(purchase: Purchase, parts: list[Part]) -> dict:
    """The body of the whole purchase, as far as its lots are public."""
    first = parts[0][1]
    body = {"ocid": purchase.ocid, "initiationType": first["initiationType"], "language": first["language"]}
    body["planning"] = planning(purchase, parts)
    body["tender"] = tender(purchase, [(number, part["tender"]) for number, part in parts])
    if any("bids" in part for _, part in parts):
        body["bids"] = bids([(number, part["bids"]) for number, part in parts if "bids" in part])
    for block in ("awards", "contracts"):
        found = [in_lot(row, number, block) for number, part in parts for row in part.get(block, ())]
        if found:
            body[block] = found
    return {**body, "buyer": first["buyer"], "parties": parties(part["parties"] for _, part in parts)}


def total(values: Iterable[dict]) -> dict:
    values = list(values)
    amount = sum((Decimal(str(value["amount"])) for value in values), Decimal(0))
    return {"amount": int(amount) if amount == int(amount) else float(amount), "currency": values[0]["currency"]}


def planning(purchase: Purchase, parts: list[Part]) -> dict:
    first, amounts = parts[0][1]["planning"]["budget"], [part["planning"]["budget"] for _, part in parts]
    amounts = [budget["amount"] for budget in amounts if "amount" in budget]
    budget = {**{name: first[name] for name in ("id", "description")}, "project": purchase.title}
    said = list(dict.fromkeys(part["planning"]["rationale"] for _, part in parts if "rationale" in part["planning"]))
    found = {"budget": {**budget, **({"amount": total(amounts)} if amounts else {})}}
    return {**found, **({"rationale": "\n".join(said)} if said else {}), **documents((n, part["planning"]) for n, part in parts)}


def tender(purchase: Purchase, parts: list[Part]) -> dict:
    """The joint tender: sums and outer dates, and each lot with its own."""
    block = {"id": purchase.code, "title": purchase.title, "status": status_of([part["status"] for _, part in parts])}
    block |= {name: parts[0][1][name] for name in SHARED_TENDER}
    announced = [(number, part) for number, part in parts if "value" in part]
    if announced:
        block |= {name: announced[0][1][name] for name in ANNOUNCED_TENDER if name in announced[0][1]}
        block |= {"value": total(part["value"] for _, part in announced), "items": items(announced)}
        block |= {name: outer([part[name] for _, part in announced if name in part]) for name in ("tenderPeriod", "contractPeriod")}
        block = {name: found for name, found in block.items() if found}
    block["lots"] = [lot(number, part) for number, part in parts]
    if purchase.most:
        block["lotDetails"] = {"maximumLotsAwardedPerSupplier": purchase.most}
    criteria = [f"包 {number}：{part['awardCriteriaDetails']}" for number, part in announced if part.get("awardCriteriaDetails")]
    changes = [amendment(number, row) for number, part in parts for row in part.get("amendments", ())]
    tenderers = list({row["id"]: row for _, part in parts for row in part.get("tenderers", ())}.values())
    return {
        **block,
        **({"awardCriteriaDetails": "\n".join(criteria)} if criteria else {}),
        **documents(parts),
        **({"amendments": changes} if changes else {}),
        **({"tenderers": tenderers, "numberOfTenderers": len(tenderers)} if tenderers else {}),
    }


def status_of(found: list[str]) -> str:
    """The joint status: what still goes on decides; else one lot that was completed completes the process."""
    return next(status for status in ("active", "planned", "complete", "unsuccessful", "cancelled") if status in found)


def outer(periods: list[dict]) -> dict:
    if not periods:
        return {}
    return {"startDate": min(p["startDate"] for p in periods), "endDate": max(p["endDate"] for p in periods)}


def lot(number: str, part: dict) -> dict:
    return {"id": number, **{name: part[name] for name in LOT_FIELDS if name in part}}


def items(parts: Iterable[Part]) -> list[dict]:
    return [{**row, "id": f"{number}-{row['id']}", "relatedLot": number} for number, part in parts for row in part.get("items", ())]


def documents(parts: Iterable[Part]) -> dict:
    found = [{**row, "relatedLots": [number]} for number, part in parts for row in part.get("documents", ())]
    return {"documents": found} if found else {}


def amendment(number: str, row: dict) -> dict:
    return {**row, "description": f"包 {number}：{row['description']}"}


def bids(parts: list[Part]) -> dict:
    counts = [{**row, "id": f"{number}-{row['id']}", "relatedLot": number} for number, part in parts for row in part["statistics"]]
    details = [{**row, "relatedLots": [number]} for number, part in parts for row in part.get("details", ())]
    return {"statistics": counts, **({"details": details} if details else {})}


def in_lot(row: dict, number: str, block: str) -> dict:
    """An award or a contract with what it says of its lot."""
    found = {**row, **documents([(number, row)])}
    if block == "awards":
        found["relatedLots"] = [number]
    if "items" in row:
        found["items"] = items([(number, row)])
    if "implementation" in row:
        found["implementation"] = {**row["implementation"], **documents([(number, row["implementation"])])}
    return found


def parties(lists: Iterable[list[dict]]) -> list[dict]:
    """Each organisation once, with all its roles; the buyer stays first."""
    found: dict[str, dict] = {}
    for party in (party for parties in lists for party in parties):
        known = found.setdefault(party["id"], party)
        known = {**party, **known, "roles": sorted({*known["roles"], *party["roles"]})}
        found[party["id"]] = known
    return list(found.values())
