"""What lies in an envelope: quote, proposal and one file, framed without any compression that would tell about the content."""

import json
from dataclasses import dataclass
from decimal import Decimal

HEAD_BYTES = 4


@dataclass(frozen=True, slots=True)
class Content:
    """``quote`` in 元, two places. ``repr`` keeps the secret, so that no log or traceback shows it."""

    quote: Decimal
    proposal: str
    file_name: str = ""
    file: bytes = b""
    small_business: bool = False  # as the bidder stands in the register when it bids (P-45)
    partners: tuple[str, ...] = ()  # codes of the other members of a consortium (P-13)
    agreement_name: str = ""
    agreement: bytes = b""

    def __repr__(self) -> str:
        return "Content(sealed)"


def pack(content: Content) -> bytes:
    head = {"quote": str(content.quote), "proposal": content.proposal, "file_name": content.file_name, "small": content.small_business}
    if content.partners:
        head |= {"partners": list(content.partners), "agreement_name": content.agreement_name, "agreement_bytes": len(content.agreement)}
    text = json.dumps(head, ensure_ascii=False).encode()
    return len(text).to_bytes(HEAD_BYTES, "big") + text + content.agreement + content.file


def unpack(data: bytes) -> Content:
    """Raises ValueError for bytes that ``pack`` did not make."""
    length = int.from_bytes(data[:HEAD_BYTES], "big")
    try:
        head = json.loads(data[HEAD_BYTES : HEAD_BYTES + length])
        body, cut = data[HEAD_BYTES + length :], int(head.get("agreement_bytes", 0))
        named = (tuple(head.get("partners", ())), head.get("agreement_name", ""), body[:cut])
        return Content(Decimal(head["quote"]), head["proposal"], head["file_name"], body[cut:], bool(head["small"]), *named)
    except (KeyError, TypeError, ArithmeticError) as error:
        raise ValueError("not a bid") from error
