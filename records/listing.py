"""Lists over big tables: keyset pages and a count capped at 1,001 (QUALITY finding 3). No OFFSET, no COUNT(*).

page = KeysetPage(cases, order=("-created_at", "-pk"), request=request)
rows = [prepared(case) for case in page.rows]          # plain strings, the view's job (finding 2)
page.count      # 37 or "1000+"
page.next_url, page.previous_url                       # None at the ends; filters stay in the URL
"""

import base64
import binascii
import json
from functools import cached_property

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q

COUNT_CAP = 1_000
AFTER, BEFORE = "after", "before"


class KeysetPage:
    """One page of ``queryset`` in ``order``: field names of the model or one FK hop, none of them null, the last one unique."""

    def __init__(self, queryset, *, order=("-created_at", "-pk"), request, size: int = 20):
        self.queryset, self.order, self.size = queryset, tuple(order), size
        self.query, self.path = request.GET.copy(), request.path
        cursor = self._cursor(self.query.get(BEFORE)) if self.query.get(BEFORE) else None
        self.backwards = cursor is not None
        self.cursor = cursor or self._cursor(self.query.get(AFTER))
        self.query.pop(AFTER, None)
        self.query.pop(BEFORE, None)
        self._load()

    def _load(self):
        order = tuple(map(_reverse, self.order)) if self.backwards else self.order
        rows = self.queryset.order_by(*order)
        if self.cursor is not None:
            rows = rows.filter(_beyond(order, self.cursor))
        found = list(rows[: self.size + 1])
        more, found = len(found) > self.size, found[: self.size]
        self.rows = found[::-1] if self.backwards else found
        self.has_next = bool(self.rows) and (True if self.backwards else more)
        self.has_previous = bool(self.rows) and (more if self.backwards else self.cursor is not None)

    @cached_property
    def count(self) -> int | str:
        """Rows in the whole list, or "1000+"."""
        found = self.queryset.order_by()[: COUNT_CAP + 1].count()
        return found if found <= COUNT_CAP else f"{COUNT_CAP}+"

    @property
    def next_url(self) -> str | None:
        return self._url(AFTER, self.rows[-1]) if self.has_next else None

    @property
    def previous_url(self) -> str | None:
        return self._url(BEFORE, self.rows[0]) if self.has_previous else None

    @property
    def first_url(self) -> str:
        return f"{self.path}?{self.query.urlencode()}" if self.query else self.path

    def _url(self, direction: str, row) -> str:
        query = self.query.copy()
        query[direction] = _pack([_value(row, name.lstrip("-")) for name in self.order])
        return f"{self.path}?{query.urlencode()}"

    def _cursor(self, packed: str | None) -> list | None:
        """The values of a cursor from the URL; None for anything that is not one (then the first page is shown)."""
        if not packed:
            return None
        try:
            values = json.loads(base64.urlsafe_b64decode(packed.encode()))
            if not isinstance(values, list) or len(values) != len(self.order):
                return None
            return [_field(self.queryset.model, name).to_python(value) for name, value in zip(self.order, values, strict=True)]
        except (ValueError, TypeError, binascii.Error, ValidationError, FieldDoesNotExist):
            return None


def _pack(values: list) -> str:
    return base64.urlsafe_b64encode(json.dumps(values, cls=ExactEncoder).encode()).decode()


class ExactEncoder(DjangoJSONEncoder):
    """Times to the microsecond: Django's encoder cuts them to milliseconds, and rows between would be lost."""

    def default(self, o):
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)


def _reverse(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _field(model, name: str):
    name = name.lstrip("-")
    *hops, last = name.split("__")
    for hop in hops:
        model = model._meta.get_field(hop).related_model
    return model._meta.pk if last == "pk" else model._meta.get_field(last)


def _value(row, name: str):
    for part in name.split("__"):
        row = row[part] if isinstance(row, dict) else getattr(row, part)
    return row


def _beyond(order, values) -> Q:
    """(a, b) strictly after the cursor, as a ≥ x and (a > x or (a = x and b > y)): the first part lets the index work."""
    condition, equal = Q(), Q()
    for name, value in zip(order, values, strict=True):
        bare, step = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
        condition |= equal & Q(**{f"{bare}__{step}": value})
        equal &= Q(**{bare: value})
    first = order[0].lstrip("-")
    return Q(**{f"{first}__{'lte' if order[0].startswith('-') else 'gte'}": values[0]}) & condition
