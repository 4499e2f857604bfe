"""What one person's posts reach today: organisation paths by permission. Two queries, once per request."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.apps import apps
from django.db.models import Q

from accounts.roles import GRANTS, Role
from accounts.wallclock import today


@dataclass(frozen=True)
class Post:
    path: str
    role: str
    organisation_id: int
    inherited: bool = False  # reached through a predecessor of the organisation


SIDE_TREES = ("50/C-", "50/T-", "50/P-")  # contractors, third parties, expert pools: no district's


class Reach:
    def __init__(self, posts: Iterable[Post], memberships=()):
        self.posts = tuple(posts)
        self.memberships = tuple(memberships)  # the rows themselves, whatever the request is narrowed to

    def roles_granting(self, permission) -> set[str]:
        return {post.role for post in self.posts if permission is None or permission in GRANTS[Role(post.role)]}

    def paths(self, permission) -> list[str]:
        """Paths where ``permission`` is held, shortest first, none below another."""
        granting = {post.path for post in self.posts if permission is None or permission in GRANTS[Role(post.role)]}
        return outermost(granting)

    def exact(self, permission) -> set[str]:
        """The posts' own paths, also those that lie below another."""
        return {post.path for post in self.posts if permission in GRANTS[Role(post.role)]}

    def paths_above(self, permission) -> list[str]:
        above: set[str] = set()
        for path in self.paths(permission):
            parts = path.rstrip("/").split("/")
            above.update("/".join(parts[:n]) + "/" for n in range(1, len(parts) + 1))
        return sorted(above)

    @property
    def roles(self) -> set[str]:
        return {post.role for post in self.posts}


def outermost(paths: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for path in sorted(paths, key=len):
        if not any(path.startswith(other) for other in kept):
            kept.append(path)
    return kept


def reach_of(user) -> Reach:
    """The user's reach, kept on the user object: it lives as long as the request."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Reach(())
    on = today()
    kept = getattr(user, "_reach", None)
    if kept is None or kept[0] != on:
        user._reach = kept = (on, _read(user, on))
    return kept[1]


def narrow(user, path: str) -> None:
    """For this request, keep somebody with posts above or in several districts to the one at ``path``. Never adds reach."""
    user._narrowed_to = path
    forget_reach(user)


def _within(posts: list[Post], path: str) -> list[Post]:
    """Posts inside the district as they are, posts above it cut down to it, posts in other districts left out."""
    kept = [post for post in posts if post.path.startswith((path, *SIDE_TREES))]
    above = [post for post in posts if path.startswith(post.path) and post.path != path]
    return kept + [replace(post, path=cut) for post in above for cut in (path, *SIDE_TREES) if cut.startswith(post.path)]


def forget_reach(user) -> None:
    """After a change of posts: read them anew."""
    user.__dict__.pop("_reach", None)


def _read(user, on) -> Reach:
    membership = apps.get_model("accounts", "Membership")
    rows = list(membership.objects.filter(user=user).active(on).select_related("organisation", "deputy_for"))
    posts = [Post(row.organisation.path, row.role, row.organisation_id) for row in rows]
    if narrowed := getattr(user, "_narrowed_to", ""):
        posts = _within(posts, narrowed)
    return Reach(posts + _inherited(posts), rows)


def _inherited(posts: list[Post]) -> list[Post]:
    """Posts at a successor reach what its abolished predecessors left (old records keep their district)."""
    organisation = apps.get_model("accounts", "Organisation")
    found: dict[tuple[str, str], Post] = {}
    frontier = [post for post in posts if post.path.count("/") > 1 and not post.path.startswith(("50/C-", "50/T-", "50/P-"))]
    while frontier:
        condition = Q(pk__in=[])
        for path in outermost({post.path for post in frontier}):
            condition |= Q(succeeded_by__path__startswith=path)
        links = organisation.objects.filter(condition).values_list("path", "succeeded_by__path", "pk")
        fresh = []
        for path, successor, pk in links:
            for post in frontier:
                if successor.startswith(post.path) and (path, post.role) not in found:
                    found[path, post.role] = Post(path, post.role, pk, inherited=True)
                    fresh.append(found[path, post.role])
        frontier = fresh
    return list(found.values())
