"""Every address of the portal, read from Django's own resolver: pages and the router of the API."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse


@dataclass(frozen=True)
class Route:
    name: str  # with its namespace
    pattern: str
    parameters: frozenset[str]

    @property
    def key(self) -> str:
        """The row of the policy table."""
        return self.name

    def url(self, values: dict) -> str:
        chosen = {name: values[name] for name in self.parameters if name in values}
        try:
            return reverse(self.name, kwargs=chosen)
        except NoReverseMatch as missing:
            raise LookupError(f"{self.name} needs {sorted(self.parameters)}, the paper has {sorted(values)}") from missing


def all_routes() -> list[Route]:
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver, namespace: str, prefix: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            parameters = frozenset(entry.pattern.regex.groupindex) | frozenset(getattr(entry.pattern, "converters", {}))
            yield Route(f"{namespace}{entry.name}", f"{prefix}{entry.pattern}", parameters)
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, inner, f"{prefix}{entry.pattern}")
