"""The organisation tree to read: search, one place with what is below it, its codes and what became of it."""

from django.db.models import Q
from django.shortcuts import render

from accounts.access import fetch, guarded
from accounts.models import Organisation
from accounts.roles import Permission
from accounts.wallclock import today

FOUND = 50


@guarded(Permission.ORGANISATION_VIEW, methods=("GET", "HEAD"))
def organisation_list(request):
    """Search by name or code, abolished places included; without a search the tops of this user's own tree."""
    query, visible = request.GET.get("q", "").strip(), Organisation.objects.visible_to(request.user)
    if query:
        matching = Q(name__contains=query) | Q(code__startswith=query) | Q(codes__code__startswith=query) | Q(note__contains=f"原名{query}")
        rows = list(visible.filter(matching).distinct().select_related("parent").order_by("path")[: FOUND + 1])
    else:
        rows = list(visible.exclude(parent__in=visible).select_related("parent").order_by("path")[: FOUND + 1])
    on = today()
    context = {"rows": [(row, row.is_valid(on)) for row in rows[:FOUND]], "query": query, "more": len(rows) > FOUND, "limit": FOUND}
    return render(request, "accounts/organisation_list.html", context)


@guarded(Permission.ORGANISATION_VIEW, methods=("GET", "HEAD"))
def organisation_detail(request, pk):
    """One place: its superiors, what is directly below, its codes, predecessors and successor."""
    visible = Organisation.objects.visible_to(request.user)
    organisation = fetch(Organisation.objects.select_related("parent", "succeeded_by"), request.user, pk=pk)
    on = today()
    children = sorted(organisation.children.all(), key=lambda child: (not child.is_valid(on), child.kind != "DEPARTMENT", child.path))
    above = visible.filter(path__in=organisation.ancestor_paths()[1:]).order_by("path")
    context = {
        "organisation": organisation,
        "is_valid": organisation.is_valid(on),
        "above": above,
        "children": [(child, child.is_valid(on)) for child in children],
        "codes": organisation.codes.all(),
        "predecessors": organisation.predecessors.select_related("parent"),
        "may_follow": organisation.succeeded_by_id and visible.filter(pk=organisation.succeeded_by_id).exists(),
    }
    return render(request, "accounts/organisation_detail.html", context)
