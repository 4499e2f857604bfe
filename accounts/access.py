"""May this person do this here? Out of reach is 404, in reach without the permission is 403."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from accounts.models import Membership, Organisation, User
from accounts.reach import reach_of
from accounts.roles import GRANTS, Permission
from accounts.scoping import ScopedQuerySet, is_multi_valued
from accounts.wallclock import today


def may(user, permission, obj=None) -> bool:
    """Does this user hold ``permission`` at ``obj`` (an Organisation, or a row in scope of one)? None: anywhere."""
    reach = reach_of(user)
    if obj is None:
        return bool(reach.roles_granting(permission))
    paths = reach.paths(permission)
    if isinstance(obj, Organisation):
        return any(obj.path.startswith(path) for path in paths)
    return bool(reach.roles_granting(permission)) and _row_reached(obj, user, permission, paths)


def _row_reached(obj, user, permission, paths) -> bool:
    rows = type(obj)._default_manager.all()
    lookups = (*rows.scope_lookups, *rows.person_lookups)
    own_reach = type(rows).reached_with is not ScopedQuerySet.reached_with
    if own_reach or any(is_multi_valued(type(obj), lookup) for lookup in lookups):
        return rows.filter(pk=obj.pk).reached_with(user, permission).exists()
    if any(_walk(obj, lookup) == user for lookup in rows.person_lookups):
        return True
    owned = [_walk(obj, lookup) for lookup in rows.scope_lookups]
    return any(path and path.startswith(reached) for path in owned for reached in paths)


def _walk(obj, lookup: str):
    for part in lookup.split("__"):
        obj = getattr(obj, part, None)
        if obj is None:
            return None
    return obj


def require(user, permission, obj=None) -> None:
    if not may(user, permission, obj):
        raise PermissionDenied("您的岗位没有办理此事项的权限。")


def fetch(rows, user, permission=None, **lookup):
    """The row, or 404 when out of this user's reach, or 403 when in reach without ``permission`` there."""
    queryset = rows._default_manager.all() if isinstance(rows, type) and issubclass(rows, models.Model) else rows
    if not isinstance(queryset, ScopedQuerySet):
        raise TypeError(f"{queryset.model} has no scope")
    obj = get_object_or_404(queryset.visible_to(user), **lookup)
    if permission is not None:
        require(user, permission, obj)
    return obj


def organisations_for(user, permission):
    """Organisations where this user holds ``permission``: the choices of a form."""
    return Organisation.objects.reached_with(user, permission)


def holders_of(permission, organisation):
    """Everybody who ``may`` do this at ``organisation``: posts there and above it, also above what succeeded it, today's only."""
    paths, place = set(), organisation
    while place is not None and place.path not in paths:
        paths.update(place.ancestor_paths())
        place = place.succeeded_by
    roles = [role for role, granted in GRANTS.items() if permission in granted]
    posts = Membership.objects.active(today()).filter(organisation__path__in=paths, role__in=roles)
    return User.objects.filter(is_active=True, pk__in=posts.values("user"))


def guarded(permission: Permission, *, methods: tuple[str, ...] = ("GET", "HEAD", "POST")):
    """A function view that needs ``permission`` somewhere; where exactly, ``fetch`` decides. Marks the view for the URL walk."""

    def decorate(view):
        @require_http_methods(methods)
        @wraps(view)
        def inner(request, *args, **kwargs):
            require(request.user, permission)
            return view(request, *args, **kwargs)

        inner.permission = permission
        return inner

    return decorate


def public(view):
    """A page for everybody, signed in or not. Marks the view for the URL walk."""
    view.login_required = False
    view.is_public = True
    return view


def signed_in(view):
    """A page for everyone who is signed in, about nobody but themselves (inbox, password). Marks the view for the URL walk."""
    view.is_personal = True
    return view


class Guarded:
    """Mixin of class-based pages: ``permission`` is needed somewhere to come in at all. PUT is not POST here, as it is in Django."""

    permission: Permission | None = None
    http_method_names = ("get", "head", "post")

    @classmethod
    def as_view(cls, **initkwargs):
        view = super().as_view(**initkwargs)
        view.permission = cls.permission
        return view

    def dispatch(self, request, *args, **kwargs):
        if self.permission is None:
            raise Http404
        require(request.user, self.permission)
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return super().get_queryset().visible_to(self.request.user)
