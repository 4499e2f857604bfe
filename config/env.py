"""Strict readers of the environment: a typo stops the start with one clear line instead of becoming a default."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
SECRET_BYTES = 50


def env_str(name: str, default: str | None = None) -> str:
    """The variable, stripped. Without it the default; without that ImproperlyConfigured."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} must be set in the environment.")
    return default


def env_choice(name: str, choices: tuple[str, ...]) -> str:
    """One of ``choices``; the first is the default."""
    value = env_str(name, choices[0])
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def env_bool(name: str, default: bool) -> bool:
    value = env_str(name, "1" if default else "0").lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in TRUE


def env_int(name: str, default: int, *, least: int = 0) -> int:
    value = env_str(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < least:
        raise ImproperlyConfigured(f"{name} must be a whole number of at least {least}, not {value!r}.")
    return int(value)


def env_list(name: str, default: list[str] | None = None) -> list[str]:
    """Comma-separated; empty parts are dropped."""
    return [part.strip() for part in env_str(name, ",".join(default or [])).split(",") if part.strip()]


def env_secret(name: str, *, keep: Path | None, hex_bytes: int = 0) -> str:
    """A secret: required from the environment when ``keep`` is None (production), else made once and kept in that file.

    ``hex_bytes`` asks for that many bytes written as hex digits; otherwise any text of 32 characters or more.
    """
    value = os.environ.get(name, "").strip()
    if not value and keep is not None:
        value = kept_secret(keep, secrets.token_hex(hex_bytes) if hex_bytes else secrets.token_urlsafe(SECRET_BYTES))
    if not value:
        raise ImproperlyConfigured(f"{name} must be set in production; there is no default secret.")
    if hex_bytes and (len(value) != 2 * hex_bytes or set(value.lower()) - set("0123456789abcdef")):
        raise ImproperlyConfigured(f"{name} must be {2 * hex_bytes} hex digits.")
    if not hex_bytes and len(value) < 32:
        raise ImproperlyConfigured(f"{name} is shorter than 32 characters.")
    return value


def kept_secret(path: Path, fresh: str) -> str:
    """The secret in ``path``; written there first, mode 600, when it is not. Two processes agree on whoever was first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(fresh)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
