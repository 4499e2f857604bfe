"""The recipients' survey: slips for the office, entry for the third party, one large page for the recipient."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import fetch, guarded, may, public
from accounts.roles import Permission
from evaluation import forms
from evaluation.audience import OFFICE, THIRD_PARTY, audience_of
from evaluation.models import Evaluation, SurveyCode, SurveyReply
from evaluation.services import dates, doubts, samples, scoring, surveys
from evaluation.views.work import refuse
from records import clock
from records.idempotency import FIELD, fingerprint_of, once
from records.ratelimit import check, client_address
from records.refusals import Refused, uphold

TRIES, WINDOW = 60, 600  # requests from one address in ten minutes: twenty recipients behind one village router


@guarded(Permission.EVALUATION_VIEW, methods=("GET", "HEAD"))
def survey_detail(request, pk):
    """How the survey stands. The office sees every anonymous reply, the third party the slips, the contractor nothing."""
    evaluation = fetch(Evaluation.objects.listed(), request.user, pk=pk)
    audience = audience_of(request.user, evaluation)
    if audience not in (OFFICE, THIRD_PARTY):
        return fetch(Evaluation.objects.none(), request.user, pk=pk)
    return render(request, "evaluation/survey_detail.html", _context(request, evaluation, audience))


def _context(request, evaluation, audience: str, *, codes_form=None, entry_form=None, unreachable_form=None) -> dict:
    survey = scoring.survey_of(evaluation)
    sample = samples.sample_of(survey)
    questions = surveys.questions_of(evaluation)
    issue = evaluation.is_open and sample is None and may(request.user, Permission.SURVEY_ISSUE, evaluation)
    enter = evaluation.is_open and survey is not None and may(request.user, Permission.SURVEY_ENTER, evaluation)
    return {
        "evaluation": evaluation,
        "survey": survey,
        "sample": sample,
        "may_draw": issue and survey is None,
        "audience": audience,
        "counted": scoring.count_survey(evaluation),
        "slips": _slips(survey, audience, questions) if survey else [],
        "questions": questions,
        "codes_form": (codes_form or forms.CodesForm(initial=_suggested(evaluation, survey))) if issue else None,
        "entry_form": (entry_form or forms.EntryForm(questions=questions)) if enter else None,
        "unreachable_form": (unreachable_form or forms.UnreachableForm()) if enter and sample is None else None,
    }


def _suggested(evaluation, survey) -> dict:
    """The population of the last report, and a slip for each of them: who asks fewer lets chance choose."""
    latest = (
        evaluation.contract.reports.filter(kind="service", period_end__lte=evaluation.period_end, status="accepted")
        .order_by("period_end")
        .last()
    )
    population = survey.population if survey else int((latest and latest.figures.get("recipients")) or 0)
    source = survey.population_source if survey else (str(latest) if latest else "")
    scheme = evaluation.scheme
    expires = dates.collect_due(scheme, max(clock.today(), evaluation.period_end)).on
    return {
        "population": population or None,
        "population_source": source,
        "count": population - (survey.codes.count() if survey else 0) or None,
        "expires_on": expires,
    }


def _slips(survey, audience: str, questions) -> list[dict]:
    """One row a slip: what became of it and, for the office, what was answered. No times: they could point at a person."""
    rows = []
    for slip in SurveyCode.objects.filter(survey=survey).select_related("reply__doubt").prefetch_related("reply__answers"):
        reply = getattr(slip, "reply", None)
        answers = (
            {answer.indicator_id: answer.get_level_display() for answer in reply.answers.all()} if reply and audience == OFFICE else {}
        )
        state = "已收回" if reply else f"无法访问：{slip.unreachable_reason}" if slip.unreachable_reason else "未收回"
        channel = f"{reply.get_channel_display()}{'（他人代答）' if reply.proxy else ''}" if reply else ""
        rows.append(
            {
                "serial": str(slip),
                "state": state,
                "channel": channel,
                "set_aside": _aside(reply),
                "answers": [answers.get(row.pk, "") for row in questions],
            }
        )
    return rows


def _aside(reply) -> str:
    row = getattr(reply, "doubt", None)
    return row.reason if row and row.decision == row.Decision.ASIDE else ""


@guarded(Permission.SURVEY_ISSUE, methods=("POST",))
def survey_issue(request, pk):
    evaluation = fetch(Evaluation.objects.listed(), request.user, Permission.SURVEY_ISSUE, pk=pk)
    form, status = forms.CodesForm(request.POST), 422
    if form.is_valid():
        try:
            with once(request.user, "evaluation.survey_issue", request.POST.get(FIELD, ""), fingerprint_of(request.POST)) as slot:
                if not slot.done:
                    slot.result = surveys.issue_codes(pk, **form.cleaned_data, by=request.user).pk
            messages.success(request, "测评单正在排版，完成后在下载中心打印。")
            return redirect("evaluation:survey_detail", pk=pk)
        except Refused as refusal:
            refuse(form, refusal)
            status = refusal.status
    return render(request, "evaluation/survey_detail.html", _context(request, evaluation, OFFICE, codes_form=form), status=status)


@guarded(Permission.SURVEY_ENTER, methods=("POST",))
def survey_enter(request, pk):
    """A reply put on the phone or at the door counts like any other; who typed it is on record."""
    evaluation = fetch(Evaluation.objects.listed(), request.user, Permission.SURVEY_ENTER, pk=pk)
    form, status = forms.EntryForm(request.POST, questions=surveys.questions_of(evaluation)), 422
    if form.is_valid():
        try:
            slip = _slip_of(evaluation, form.cleaned_data["serial"])
            data = form.cleaned_data
            surveys.reply(slip.pk, levels=form.levels(), channel=data["channel"], proxy=data["proxy"], by=request.user)
            messages.success(request, f"测评单 {slip} 已录入。")
            return redirect("evaluation:survey_detail", pk=pk)
        except Refused as refusal:
            refuse(form, refusal)
            status = refusal.status
    return render(request, "evaluation/survey_detail.html", _context(request, evaluation, THIRD_PARTY, entry_form=form), status=status)


@guarded(Permission.SURVEY_ENTER, methods=("POST",))
def survey_unreachable(request, pk):
    evaluation = fetch(Evaluation.objects.listed(), request.user, Permission.SURVEY_ENTER, pk=pk)
    form, status = forms.UnreachableForm(request.POST), 422
    if form.is_valid():
        try:
            slip = _slip_of(evaluation, form.cleaned_data["serial"])
            surveys.mark_unreachable(slip.pk, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, f"测评单 {slip} 已登记为无法访问。")
            return redirect("evaluation:survey_detail", pk=pk)
        except Refused as refusal:
            refuse(form, refusal)
            status = refusal.status
    return render(
        request, "evaluation/survey_detail.html", _context(request, evaluation, THIRD_PARTY, unreachable_form=form), status=status
    )


def _slip_of(evaluation, serial: int) -> SurveyCode:
    survey = scoring.survey_of(evaluation)
    slip = SurveyCode.objects.filter(survey=survey, serial=serial).first() if survey else None
    if slip is None:
        raise Refused.because("E-08", surveys.CODE, f"没有编号为 {serial:03d} 的测评单。")
    return slip


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey_start(request):
    """For who types the code instead of scanning it."""
    if request.method == "POST":
        code = surveys.read_code(request.POST.get("code", ""))
        if code:
            return redirect("survey", code=code)
    return render(request, "evaluation/public/survey_start.html")


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request, code):
    """One slip, one reply. Wrong, used and expired codes are refused, and guessing is counted."""
    address = client_address(request)
    check("survey", address, limit=TRIES, seconds=WINDOW, fail_open=False)
    slip = surveys.find_slip(code)
    breaches = list(surveys.slip_breaches(slip))
    if breaches:
        return render(request, "evaluation/public/survey_closed.html", {"breaches": breaches}, status=404 if slip is None else 410)
    evaluation = slip.survey.evaluation
    form, status = forms.QuestionsForm(request.POST or None, questions=surveys.questions_of(evaluation)), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                uphold(surveys.slip_breaches(slip))
                trace = doubts.trace_of(slip.survey, address=address, agent=request.headers.get("User-Agent", ""))
                surveys.reply(slip.pk, levels=form.levels(), channel=SurveyReply.Channel.WEB, trace=trace)
                return redirect(reverse("survey_thanks"))
            except Refused as refusal:
                return render(request, "evaluation/public/survey_closed.html", {"breaches": refusal.breaches}, status=410)
    context = {"slip": slip, "evaluation": evaluation, "form": form, "device_days": doubts.device_days(evaluation.organisation)}
    return render(request, "evaluation/public/survey.html", context, status=status)


@public
@never_cache
@require_http_methods(["GET", "HEAD"])
def survey_thanks(request):
    return render(request, "evaluation/public/survey_thanks.html")
