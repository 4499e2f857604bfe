"""Who reaches what is served: the purchaser's side by its tree, whoever serves by name, be it a contractor or an office that took over."""

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from accounts.models import Organisation
from accounts.reach import reach_of
from accounts.roles import Permission
from contractors.models import Contractor
from procurement.models.contract import Contract

CONTRACTORS = "50/C-"
HANDS_ON = frozenset({Permission.SERVICE_RECORD, Permission.ROSTER_EDIT})  # acts of whoever serves, never of those above
NOTHING = Q(pk__in=[])


def starting(lookup: str, paths: list[str]) -> Q:
    return reduce(or_, (Q(**{f"{lookup}__startswith": path}) for path in paths), NOTHING)


@dataclass(frozen=True, slots=True)
class Serving:
    """Paths where a permission is held: as purchaser (the tree below), as contractor, as an office that serves itself (that office)."""

    purchasers: list[str]
    contractors: list[str]
    offices: list[str]

    # Rows are judged by these keys and not by joins: an OR over joined organisations would have every visit of the city joined first.

    def bought(self) -> Q:
        below = starting("project__organisation__path", self.purchasers)
        return Q(contract__in=Contract.objects.filter(below).values("pk")) if self.purchasers else NOTHING

    def by_firm(self, field: str) -> Q:
        below = starting("organisation__path", self.contractors)
        return Q(**{f"{field}__in": Contractor.objects.filter(below).values("pk")}) if self.contractors else NOTHING

    def by_office(self, field: str) -> Q:
        return Q(**{f"{field}__in": Organisation.objects.filter(path__in=self.offices).values("pk")}) if self.offices else NOTHING


def serving_of(user, permission) -> Serving:
    """Below a bureau everything is in the purchaser's tree already; only a township needs its own name to see what it took over."""
    reach = reach_of(user)
    paths = reach.paths(permission)
    own = [path for path in sorted(reach.exact(permission)) if not path.startswith(CONTRACTORS)]
    acting = permission in HANDS_ON
    return Serving(
        purchasers=[] if acting else [path for path in paths if not path.startswith(CONTRACTORS)],
        contractors=[path for path in paths if path.startswith(CONTRACTORS)],
        offices=own if acting else [path for path in own if path.count("/") > 2],
    )
