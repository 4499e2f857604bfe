"""Schemes: read an edition; write the next one with every check before it is saved."""

from dataclasses import asdict

from django.contrib import messages
from django.shortcuts import redirect, render

from accounts.access import fetch, guarded, may, organisations_for
from accounts.models import Organisation
from accounts.roles import Permission
from evaluation import figures, forms, rules
from evaluation.models import Evaluation, Scheme
from evaluation.services import schemes
from evaluation.views.work import refuse
from records.refusals import Refused

ISSUERS = (Organisation.Kind.CITY, Organisation.Kind.BUREAU)


def _readable(user):
    """A user's own schemes, those of superiors, and those by which something he may see was judged."""
    rows = Scheme.objects.all()
    judged = Evaluation.objects.visible_to(user).order_by().values("scheme")
    return (rows.visible_to(user) | rows.issued_to(user) | rows.filter(pk__in=judged)).select_related("organisation").distinct()


@guarded(Permission.SCHEME_VIEW, methods=("GET", "HEAD"))
def scheme_list(request):
    rows = _readable(request.user)[:200]
    return render(request, "evaluation/scheme_list.html", {"schemes": rows, "may_edit": may(request.user, Permission.SCHEME_EDIT)})


@guarded(Permission.EVALUATION_VIEW, methods=("GET", "HEAD"))
def scheme_detail(request, pk):
    """For everyone who is judged by it too."""
    found = _readable(request.user).filter(pk=pk).first()
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
    """The next edition, starting from ``?from=`` or from the common starting point."""
    choices = organisations_for(request.user, Permission.SCHEME_EDIT).filter(kind__in=ISSUERS)
    head, rows = _start(request)
    form = forms.SchemeForm(request.POST or None, organisations=choices, initial=head)
    formset = forms.IndicatorFormSet(request.POST or None, initial=rows, prefix="indicators")
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and formset.is_valid():
            try:
                return _create(request, form, formset)
            except Refused as refusal:
                refuse(form, refusal)
    return render(request, "evaluation/scheme_form.html", {"form": form, "formset": formset}, status=status)


def _create(request, form, formset):
    scheme = schemes.create_edition(**form.cleaned_data, specs=formset.specs(), by=request.user)
    messages.success(request, f"{scheme}已保存，自 {scheme.effective_from} 起开始的评价期间适用。")
    return redirect("evaluation:scheme_detail", pk=scheme.pk)


def _start(request) -> tuple[dict, list[dict]]:
    number = request.GET.get("from", "")
    scheme = _readable(request.user).filter(pk=int(number)).first() if number.isdigit() else None
    if scheme is None:
        name, source, specs = schemes.starting_point()
        return {"name": name, "source": source}, [asdict(spec) for spec in specs]
    kept = [name for name in forms.SchemeForm.Meta.fields if name != "effective_from"]
    head = {name: getattr(scheme, name) for name in kept} | {"organisation": scheme.organisation_id}
    return head, [asdict(spec) for spec in schemes.specs_of(scheme)]
