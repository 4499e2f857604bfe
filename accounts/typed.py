"""Numbers as they come in addresses and hidden fields."""

LONGEST = 18  # digits of the largest key


def number_in(text: str | None) -> int | None:
    """A whole number of plain digits; None for anything else (signs, other scripts, more digits than any key has)."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST else None
