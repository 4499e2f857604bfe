"""规则依据: the clause index, and the card behind every 依据 chip."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import public
from records import clauses, clock
from records.policy import Clause


@public
@require_safe
def clause_list(request):
    """The whole index by document, searched by words; with ``document`` and ``number`` the clause that a chip cites."""
    document = request.GET.get("document", "")[:100]
    if document:
        return _cited(request, Clause(document, request.GET.get("number", "")[:100]))
    text = request.GET.get("q", "").strip()[:80]
    groups: dict[str, dict] = {}
    for entry in clauses.find(text):
        groups.setdefault(entry.document, {"first": entry, "rows": []})["rows"].append(_row(entry))
    context = {"groups": list(groups.values()), "text": text, "count": sum(len(group["rows"]) for group in groups.values())}
    return render(request, "records/clause_list.html", context | _layout(request))


def _cited(request, cited: Clause):
    try:
        entries = [_row(entry) for entry in clauses.entries_of(cited)]
    except KeyError:
        raise Http404("依据目录中没有这一条。") from None
    template = "records/clause_card.html" if request.htmx else "records/clause_detail.html"
    return render(request, template, {"entries": entries, "cited": cited} | _layout(request))


def _row(entry) -> dict:
    on = clock.today()
    period = f"{entry.in_force_from} 起" + (f"，至 {entry.in_force_to} 止" if entry.in_force_to else "")
    return {"entry": entry, "period": period, "holds": entry.holds(on)}


def _layout(request) -> dict:
    return {"layout": "base.html" if request.user.is_authenticated else "public.html"}
