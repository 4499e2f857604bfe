"""Doubts about replies: what the patterns saw, what a person decided, and the score with and without."""

from django.contrib import messages
from django.shortcuts import redirect, render

from accounts.access import fetch, guarded, may
from accounts.roles import Permission
from evaluation import forms, rules
from evaluation.audience import OFFICE, audience_of
from evaluation.models import Evaluation
from evaluation.reports.survey import compared, doubt_rows, settings_rows
from evaluation.services import doubts, scoring
from evaluation.views.work import refuse
from records import clock
from records.refusals import Refused


@guarded(Permission.EVALUATION_VIEW, methods=("GET", "HEAD"))
def survey_doubts(request, pk):
    evaluation = fetch(Evaluation.objects.listed(), request.user, pk=pk)
    if audience_of(request.user, evaluation) != OFFICE:
        return fetch(Evaluation.objects.none(), request.user, pk=pk)
    return _page(request, evaluation)


def _page(request, evaluation, *, form=None, status: int = 200):
    survey = scoring.survey_of(evaluation)
    found = doubts.look(survey) if survey else []
    judge = evaluation.is_open and survey is not None and may(request.user, Permission.SURVEY_JUDGE, evaluation)
    entries, counted = scoring.collect(evaluation, as_of=clock.today()) if evaluation.is_open else ([], None)
    known = doubts.settings_of(evaluation.organisation)
    context = {
        "evaluation": evaluation,
        "survey": survey,
        "rows": doubt_rows(found, form),
        "undecided": sum(each.decision == "open" for each in found),
        "aside": sum(each.decision == "aside" for each in found),
        "settings": settings_rows(known),
        "device_days": known["survey_device_days"].value if "survey_device_days" in known else None,
        "compared": compared(evaluation, entries, counted),
        "form": form or forms.DecisionForm(serials=()),
        "may_judge": judge and bool(found),
        "clause": rules.THREE_VOICES,
    }
    return render(request, "evaluation/survey_doubts.html", context, status=status)


@guarded(Permission.SURVEY_JUDGE, methods=("POST",))
def survey_decide(request, pk):
    evaluation = fetch(Evaluation.objects.listed(), request.user, Permission.SURVEY_JUDGE, pk=pk)
    survey = scoring.survey_of(evaluation)
    serials = [each.reply.code.serial for each in doubts.look(survey)] if survey else []
    form, status = forms.DecisionForm(request.POST, serials=serials), 422
    if form.is_valid():
        try:
            aside = form.cleaned_data["decision"] == "aside"
            count = doubts.decide(
                pk, serials=form.cleaned_data["serials"], aside=aside, reason=form.cleaned_data["reason"], by=request.user
            )
            messages.success(request, f"{'剔除' if aside else '保留'} {count} 份答卷，计分前可以重新核定。")
            return redirect("evaluation:survey_doubts", pk=pk)
        except Refused as refusal:
            refuse(form, refusal)
            status = refusal.status
    return _page(request, evaluation, form=form, status=status)
