"""The organisation tree to read: search, one place with what is below it, its codes and what became of it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import redirect, render

from accounts import organisations
from accounts.access import fetch, guarded, may, organisations_for
from accounts.forms import EndForm, OrganisationForm
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
    context["may_manage"] = may(request.user, Permission.ORGANISATION_MANAGE)
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
        "may_end": organisation.kind in organisations.PARENTS
        and organisation.valid_to is None
        and may(request.user, Permission.ORGANISATION_MANAGE, organisation),
        "end_form": EndForm(),
        "may_follow": organisation.succeeded_by_id and visible.filter(pk=organisation.succeeded_by_id).exists(),
    }
    return render(request, "accounts/organisation_detail.html", context)


@guarded(Permission.ORGANISATION_MANAGE)
def organisation_create(request):
    """A third party, an expert pool or a department that no list of divisions brings."""
    parents = organisations_for(request.user, Permission.ORGANISATION_MANAGE).filter(kind__in=set(organisations.PARENTS.values()))
    form = OrganisationForm(request.POST or None, parents=parents.valid(today()).order_by("path"))
    if request.method == "POST" and form.is_valid():
        try:
            row = organisations.create(**form.cleaned_data, by=request.user)
            messages.success(request, f"已登记“{row}”。可在“用户与岗位”中任命人员。")
            return redirect("accounts:organisation_detail", pk=row.pk)
        except ValidationError as error:
            form.add_error(None, error.messages)
    return render(request, "accounts/organisation_form.html", {"form": form})


@guarded(Permission.ORGANISATION_MANAGE, methods=("POST",))
def organisation_end(request, pk):
    organisation = fetch(Organisation, request.user, Permission.ORGANISATION_MANAGE, pk=pk)
    form = EndForm(request.POST)
    if form.is_valid():
        try:
            organisations.end(organisation, **form.cleaned_data, by=request.user)
            messages.success(request, f"“{organisation}”自 {form.cleaned_data['on']} 起撤销。")
        except ValidationError as error:
            messages.error(request, "".join(error.messages))
    else:
        messages.error(request, "请填写撤销日期和理由。")
    return redirect("accounts:organisation_detail", pk=pk)
