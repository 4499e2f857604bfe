"""The draw: from what list, by what seed, who was called, who stepped in; and that it can be made again."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import fetch, guarded, may
from accounts.roles import Permission
from evaluation import forms, reports, rules
from evaluation.audience import CONTRACTOR, audience_of
from evaluation.models import Evaluation
from evaluation.reports.survey import sample_facts, sample_rows
from evaluation.services import dates, samples, scoring
from evaluation.views.work import refuse
from records import clock
from records.idempotency import FIELD, fingerprint_of, once
from records.refusals import Refused


@guarded(Permission.EVALUATION_VIEW, methods=("GET", "HEAD"))
def survey_sample(request, pk):
    """For the purchaser's side and the third party that visits; the contractor never learns whom chance has chosen."""
    return _page(request, _reached(request, pk))


def _reached(request, pk) -> Evaluation:
    evaluation = fetch(Evaluation.objects.listed(), request.user, pk=pk)
    hidden = audience_of(request.user, evaluation) == CONTRACTOR
    return fetch(Evaluation.objects.none(), request.user, pk=pk) if hidden else evaluation


def _page(request, evaluation, *, draw_form=None, unreached_form=None, status: int = 200):
    survey = scoring.survey_of(evaluation)
    sample = samples.sample_of(survey)
    terms = samples.terms_for(evaluation.organisation)
    draw = evaluation.is_open and survey is None and may(request.user, Permission.SURVEY_ISSUE, evaluation)
    enter = evaluation.is_open and sample is not None and may(request.user, Permission.SURVEY_ENTER, evaluation)
    events = len(samples.events_of(evaluation))
    context = {
        "evaluation": evaluation,
        "survey": survey,
        "sample": sample,
        "facts": sample_facts(sample, scoring.count_survey(evaluation).replies, served=events) if sample else [],
        "rows": sample_rows(sample) if sample else [],
        "reserve": sample.population - len(sample.units.all()) if sample else 0,
        "faults": samples.faults_of(sample) if sample else [],
        "terms": terms.words,
        "events": events,
        "draw_form": (draw_form or _draw_form(evaluation, terms)) if draw else None,
        "unreached_form": (unreached_form or forms.UnreachedForm()) if enter else None,
        "clause": rules.THREE_VOICES,
        "detail_url": reverse("evaluation:survey_detail", args=[evaluation.pk]),
        "period": reports.period_words(evaluation.period_start, evaluation.period_end),
    }
    return render(request, "evaluation/survey_sample.html", context, status=status)


def _draw_form(evaluation, terms):
    expires = dates.collect_due(evaluation.scheme, max(clock.today(), evaluation.period_end)).on
    return forms.DrawForm(terms=terms, initial={"expires_on": expires})


@guarded(Permission.SURVEY_ISSUE, methods=("POST",))
def survey_draw(request, pk):
    evaluation = fetch(Evaluation.objects.listed(), request.user, Permission.SURVEY_ISSUE, pk=pk)
    form, status = forms.DrawForm(request.POST, terms=samples.terms_for(evaluation.organisation)), 422
    if form.is_valid():
        try:
            with once(request.user, "evaluation.survey_draw", request.POST.get(FIELD, ""), fingerprint_of(request.POST)) as slot:
                if not slot.done:
                    slot.result = samples.draw_sample(pk, **form.cleaned_data, by=request.user).pk
            messages.success(request, "已抽样并记录种子。测评单正在排版，完成后在下载中心打印。")
            return redirect("evaluation:survey_sample", pk=pk)
        except Refused as refusal:
            refuse(form, refusal)
            status = refusal.status
    return _page(request, evaluation, draw_form=form, status=status)


@guarded(Permission.SURVEY_ENTER, methods=("POST",))
def survey_unreached(request, pk):
    evaluation = fetch(Evaluation.objects.listed(), request.user, Permission.SURVEY_ENTER, pk=pk)
    form, status = forms.UnreachedForm(request.POST), 422
    if form.is_valid():
        try:
            fresh = samples.mark_unreached(pk, **form.cleaned_data, by=request.user)
            then = f"由候补第 {fresh.position} 名 {fresh.reference} 替补。" if fresh else "候补已经用完。"
            messages.success(request, f"第 {form.cleaned_data['position']} 名已登记为无法访问，{then}")
            return redirect("evaluation:survey_sample", pk=pk)
        except Refused as refusal:
            refuse(form, refusal)
            status = refusal.status
    return _page(request, evaluation, unreached_form=form, status=status)
