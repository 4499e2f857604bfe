"""Schemes: read an edition; write the next one with every check before it is saved."""

import hashlib
import json
from dataclasses import asdict

from django.contrib import messages
from django.shortcuts import redirect, render

from accounts.access import fetch, guarded, may, organisations_for
from accounts.models import Organisation
from accounts.roles import Permission
from accounts.typed import number_in
from evaluation import figures, forms, rules
from evaluation.audience import readable_schemes
from evaluation.models import Scheme
from evaluation.reports.preview import preview
from evaluation.services import schemes
from evaluation.views.work import refuse
from records.refusals import Refused

ISSUERS = (Organisation.Kind.CITY, Organisation.Kind.BUREAU)


@guarded(Permission.SCHEME_VIEW, methods=("GET", "HEAD"))
def scheme_list(request):
    rows = readable_schemes(request.user)[:200]
    return render(request, "evaluation/scheme_list.html", {"schemes": rows, "may_edit": may(request.user, Permission.SCHEME_EDIT)})


@guarded(Permission.EVALUATION_VIEW, methods=("GET", "HEAD"))
def scheme_detail(request, pk):
    """For everyone who is judged by it too."""
    found = readable_schemes(request.user).filter(pk=pk).first()
    scheme = found or fetch(Scheme, request.user, pk=pk)
    lines = scheme.lines()
    context = {
        "scheme": scheme,
        "indicators": [_indicator(row) for row in scheme.indicators.all()],
        "voices": [(label, rules.weights_by(lines, "evaluator").get(key)) for key, label in rules.EVALUATOR_LABELS.items()],
        "dimensions": [(label, rules.weights_by(lines, "dimension").get(key)) for key, label in rules.DIMENSION_LABELS.items()],
        "bands": [{"grade": str(grade), "edge": str(edge)} for edge, grade in rules.BANDS],
        "may_edit": may(request.user, Permission.SCHEME_EDIT),
        "may_list": may(request.user, Permission.SCHEME_VIEW),
        "clause": rules.THREE_VOICES,
    }
    return render(request, "evaluation/scheme_detail.html", context)


def _indicator(row) -> dict:
    known = figures.REGISTRY.get(row.figure)
    return {
        "code": row.code,
        "name": row.name,
        "dimension": row.get_dimension_display(),
        "evaluator": row.get_evaluator_display(),
        "weight": f"{row.weight:.2f}",
        "source": row.get_source_display(),
        "how": f"{known.name}：{known.formula}" if known else row.criteria,
        "evidence": row.evidence,
        "when_missing": row.get_when_missing_display(),
    }


@guarded(Permission.SCHEME_EDIT)
def scheme_create(request):
    """The next edition, starting from ``?from=`` or from the common starting point: tried on past periods first, then saved."""
    choices = organisations_for(request.user, Permission.SCHEME_EDIT).filter(kind__in=ISSUERS)
    head, rows = _start(request)
    form = forms.SchemeForm(request.POST or None, organisations=choices, initial=head)
    formset = forms.IndicatorFormSet(request.POST or None, initial=rows, prefix="indicators")
    context, status = {"form": form, "formset": formset}, 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and formset.is_valid():
            try:
                if _tried(request, form, formset) and "save" in request.POST:
                    return _create(request, form, formset)
                context |= _try(request, form, formset)
                status = 422 if "save" in request.POST else 200
            except Refused as refusal:
                refuse(form, refusal)
    return render(request, "evaluation/scheme_form.html", context, status=status)


def _digest(form, formset) -> str:
    """What was typed, whatever the order of its fields: only what was tried out is saved."""
    head = {name: str(getattr(value, "pk", value)) for name, value in form.cleaned_data.items()}
    text = json.dumps([head, [asdict(spec) for spec in formset.specs()]], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _tried(request, form, formset) -> bool:
    return request.POST.get("tried", "") == _digest(form, formset)


def _try(request, form, formset) -> dict:
    """Every check, then the last closed periods side by side. Nothing is written."""
    head, specs = form.cleaned_data, formset.specs()
    names = ("organisation", "effective_from", "service_class")
    schemes.check_edition(specs=specs, **{name: head[name] for name in names})
    found = preview(head["organisation"], head["service_class"], specs, request.user)
    return {"preview": found, "tried": _digest(form, formset), "changed_since": "save" in request.POST}


def _create(request, form, formset):
    scheme = schemes.create_edition(**form.cleaned_data, specs=formset.specs(), by=request.user)
    messages.success(request, f"{scheme}已保存，自 {scheme.effective_from} 起开始的评价期间适用。")
    return redirect("evaluation:scheme_detail", pk=scheme.pk)


def _start(request) -> tuple[dict, list[dict]]:
    number = number_in(request.GET.get("from"))
    scheme = readable_schemes(request.user).filter(pk=number).first() if number is not None else None
    if scheme is None:
        name, source, specs = schemes.starting_point()
        return {"name": name, "source": source}, [asdict(spec) for spec in specs]
    kept = [name for name in forms.SchemeForm.Meta.fields if name != "effective_from"]
    head = {name: getattr(scheme, name) for name in kept} | {"organisation": scheme.organisation_id}
    return head, [asdict(spec) for spec in schemes.specs_of(scheme)]
