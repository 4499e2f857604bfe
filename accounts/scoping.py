"""Who reaches which rows. One method, everywhere: pages, API, exports, counts, form choices begin with ``visible_to(user)``.

A row is in reach when the path of an organisation that it hangs from begins with the path of an organisation where the
user holds, today, a role that grants the queryset's ``view_permission``; or when the row names the person (``person_lookups``).
The result depends on nothing but (user, date), so a row-level-security policy over the same prefix can stand behind it.
"""

from functools import lru_cache

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.reach import reach_of


@lru_cache(maxsize=512)
def is_multi_valued(model, lookup: str) -> bool:
    """Does this lookup cross a to-many relation (so that filtering by it could repeat rows)?"""
    for part in lookup.split("__"):
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:
            return False
        if field.one_to_many or field.many_to_many:
            return True
        if not field.is_relation:
            return False
        model = field.related_model
    return False


class ScopedQuerySet(models.QuerySet):
    view_permission = None
    scope_lookups: tuple[str, ...] = ("organisation__path",)
    person_lookups: tuple[str, ...] = ()
    # Two sides, purchaser or contractor: each judged by its keys. Joined, an OR would have every row carry both sides before it is judged.
    scope_by_keys = False

    def visible_to(self, user):
        """The rows this user may know of. Nobody signed in, or no role that grants the view: none."""
        return self.reached_with(user, self.view_permission)

    def reached_with(self, user, permission):
        """The rows where this user holds ``permission`` (None: any role at all)."""
        reach = reach_of(user)
        paths = reach.paths(permission)
        condition = self._under(paths)
        if reach.roles_granting(permission):
            for lookup in self.person_lookups:
                condition |= self._matching(lookup, user)
        return self.filter(condition)

    def issued_to(self, user):
        """Rows that organisations at or above the user's hand down (schemes, values, public notices)."""
        above = reach_of(user).paths_above(self.view_permission)
        condition = Q(pk__in=[])
        for lookup in self.scope_lookups:
            condition |= self._matching(f"{lookup}__in", above)
        return self.filter(condition)

    def _under(self, paths) -> Q:
        condition = Q(pk__in=[])
        for lookup in self.scope_lookups:
            for path in paths:
                condition |= self._below(lookup, path) if self.scope_by_keys else self._matching(f"{lookup}__startswith", path)
        return condition

    def _below(self, lookup: str, path: str) -> Q:
        """What hangs from an organisation at or below ``path``, as keys of the row's own first reference."""
        own, rest = lookup.split("__", 1)
        rows = self.model._meta.get_field(own).related_model._base_manager.filter(**{f"{rest}__startswith": path})
        return Q(**{f"{own}__in": rows.values("pk")})

    def _matching(self, lookup: str, value) -> Q:
        if is_multi_valued(self.model, lookup):
            return Q(Exists(self.model._base_manager.filter(pk=OuterRef("pk"), **{lookup: value})))
        return Q(**{lookup: value})
