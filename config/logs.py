"""Log lines as JSON, without personal data: what looks like an identity number or a mobile number is masked."""

import json
import logging
import re
from datetime import UTC, datetime

RESIDENT_ID = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?!\d)")
MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
CARD = re.compile(r"(?<!\d)(\d{6})\d{6,9}(\d{4})(?!\d)")


def mask(text: str) -> str:
    """``500101199001011234`` → ``500101********1234``, ``13912345678`` → ``139****5678``, long card numbers likewise."""
    text = RESIDENT_ID.sub(r"\1********\2", text)
    text = MOBILE.sub(r"\1****\2", text)
    return CARD.sub(r"\1******\2", text)


class JsonFormatter(logging.Formatter):
    """One event, one line. CR and LF inside a message are escaped by JSON, so no one can forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": mask(record.getMessage()),
        }
        if record.exc_info:
            line["trace"] = mask(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class PlainFormatter(logging.Formatter):
    """The same for a terminal; a message stays on its line, only a trace takes more."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))
