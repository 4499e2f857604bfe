"""Run a command under production settings with made-up secrets: ``as_production.py manage.py check --deploy``.

Every secret that config/settings.py asks for is made anew, so a forgotten one is found by ``make check`` and the tests.
"""

import os
import re
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def asked_for() -> dict[str, int]:
    """{name of the variable: bytes of a hex key, or 0 for text}."""
    text = (ROOT / "config" / "settings.py").read_text()
    return {
        name: int(digits or 0) for name, digits in re.findall(r'env_secret\("(\w+)", keep=kept\("[^"]+"\)(?:, hex_bytes=(\d+))?\)', text)
    }


def made_up() -> dict[str, str]:
    """A complete environment of production; nothing listens at its addresses."""
    drawn = {name: secrets.token_hex(size) if size else secrets.token_urlsafe(50) for name, size in asked_for().items()}
    return drawn | {
        "YIMEN_ENV": "production",
        "YIMEN_VAR": str(ROOT / "build" / "check"),
        "YIMEN_ALLOWED_HOSTS": "yimen.example",
        "DATABASE_URL": "postgresql://yimen@127.0.0.1:1/yimen",
        "BROKER_URL": "redis://127.0.0.1:1/0",
        "CACHE_URL": "redis://127.0.0.1:1/1",
    }


if __name__ == "__main__":
    os.execve(sys.executable, [sys.executable, *sys.argv[1:]], {**os.environ, **made_up()})  # noqa: S606
