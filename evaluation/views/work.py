"""The verbs of the people who judge: score, assign, object, finalise, publish, correct."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.access import fetch, guarded, may
from accounts.models import Organisation
from accounts.roles import Permission
from accounts.typed import number_in
from evaluation import forms, reports, rules
from evaluation.masking import mask_personal
from evaluation.models import Assignment, Evaluation, Objection, Score
from evaluation.rules import Evaluator, Source
from evaluation.services import outcome, periods, scoring, voices
from records import clock
from records.files import store_upload
from records.idempotency import FIELD, fingerprint_of, once
from records.refusals import Refused
from records.workdays import OPEN_DATE

POST = ("POST",)


def refuse(form, refusal: Refused) -> None:
    """Bring the breaches into the form, so that it comes back with what was typed."""
    form.breaches = refusal.breaches


def back(evaluation_id: int):
    return redirect("evaluation:evaluation_detail", pk=evaluation_id)


def version_of(request) -> int | None:
    return number_in(request.POST.get("version"))


def _form_page(
    request, evaluation, form, *, title: str, submit: str, note: str = "", status: int = 200, version=None, danger: bool = False
):
    status = 422 if form.errors and status == 200 else status
    context = {
        "evaluation": evaluation,
        "form": form,
        "heading": title,
        "submit": submit,
        "note": note,
        "version": version,
        "danger": danger,
        "cancel_url": reverse("evaluation:evaluation_detail", args=[evaluation.pk]),
    }
    return render(request, "evaluation/evaluation_form.html", context, status=status)


@guarded(Permission.EVALUATION_SCORE_PURCHASER)
def purchaser_scores(request, pk):
    return _scores(request, pk, Evaluator.PURCHASER, Permission.EVALUATION_SCORE_PURCHASER)


@guarded(Permission.EVALUATION_SCORE_THIRD_PARTY)
def third_party_scores(request, pk):
    """The declaration of independence first, then the scores (E-04)."""
    evaluation = fetch(Evaluation, request.user, Permission.EVALUATION_SCORE_THIRD_PARTY, pk=pk)
    assignment = get_object_or_404(Assignment, contract=evaluation.contract_id)
    if not (assignment.no_control and assignment.no_payment):
        return _declare(request, evaluation, assignment)
    return _scores(request, pk, Evaluator.THIRD_PARTY, Permission.EVALUATION_SCORE_THIRD_PARTY)


def _declare(request, evaluation, assignment):
    form, status = forms.DeclarationForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            voices.declare_independence(assignment.pk, **form.cleaned_data, by=request.user)
            return redirect("evaluation:third_party_scores", pk=evaluation.pk)
        except Refused as refusal:
            refuse(form, refusal)
            status = refusal.status
    note = f"被评价的承接主体：{evaluation.contract.contractor.organisation.name}。声明属实后才能评分。"
    return _form_page(request, evaluation, form, title="第三方独立性声明", submit="声明并继续", note=note, status=status)


def _scores(request, pk, evaluator, permission):
    evaluation = fetch(Evaluation.objects.listed(), request.user, permission, pk=pk)
    indicators = evaluation.scheme.indicators.filter(evaluator=evaluator, source=Source.MANUAL)
    kept = {row.indicator_id: row for row in Score.objects.filter(evaluation=evaluation).select_related("file")}
    third = evaluator == Evaluator.THIRD_PARTY
    form = forms.ScoresForm(request.POST or None, request.FILES or None, indicators=indicators, kept=kept, needs_reason=third)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            _enter(request, evaluation, evaluator, form)
            messages.success(request, f"{rules.EVALUATOR_LABELS[evaluator]}评分已保存。")
            return back(pk)
        except Refused as refusal:
            refuse(form, refusal)
            status = refusal.status
    title = f"{rules.EVALUATOR_LABELS[evaluator]}评分"
    note = "每项 0 至 100 分，可保留两位小数。数据计算和满意度测评的指标由系统计分，不在此填写。"
    return _form_page(request, evaluation, form, title=title, submit="保存评分", note=note, status=status, version=evaluation.version)


@transaction.atomic
def _enter(request, evaluation, evaluator, form) -> None:
    marks = {}
    for code, (value, comment, uploaded) in form.typed().items():
        stored = store_upload(uploaded, organisation=evaluation.organisation, by=request.user) if uploaded else None
        marks[code] = voices.Mark(value, comment, stored)
    voices.enter_scores(evaluation.pk, evaluator=evaluator, marks=marks, by=request.user, version=version_of(request))


@guarded(Permission.EVALUATION_MANAGE)
def third_party_assign(request, pk):
    evaluation = fetch(Evaluation.objects.listed(), request.user, Permission.EVALUATION_MANAGE, pk=pk)
    known = Assignment.objects.filter(contract=evaluation.contract_id).first()
    initial = {"third_party": known.third_party_id, "procurement_reference": known.procurement_reference} if known else None
    choices = Organisation.objects.filter(kind=Organisation.Kind.THIRD_PARTY).valid(clock.today())
    form, status = forms.AssignmentForm(request.POST or None, initial=initial, third_parties=choices), 200
    if request.method == "POST" and form.is_valid():
        try:
            voices.assign_third_party(evaluation.contract_id, **form.cleaned_data, by=request.user)
            messages.success(request, "已委托第三方，等待其声明独立性后评分。")
            return back(pk)
        except Refused as refusal:
            refuse(form, refusal)
            status = refusal.status
    return _form_page(request, evaluation, form, title="委托第三方", submit="委托", status=status)


@guarded(Permission.EVALUATION_MANAGE, methods=POST)
def evaluations_open(request):
    """Open what is over and was not opened yet, now instead of tonight."""
    opened = 0
    for due in periods.due_periods(clock.today()):
        if may(request.user, Permission.EVALUATION_MANAGE, due.contract.project.organisation):
            _, made = periods.open_evaluation(due.contract, due.period, by=request.user)
            opened += made
    messages.success(request, f"已生成 {opened} 件评价。" if opened else "没有到期而未生成的评价。")
    return redirect("evaluation:evaluation_list")


@guarded(Permission.EVALUATION_MANAGE, methods=POST)
def evaluation_score(request, pk):
    fetch(Evaluation, request.user, Permission.EVALUATION_MANAGE, pk=pk)
    evaluation = scoring.score(pk, by=request.user, version=version_of(request))
    messages.success(request, f"已计分：{rules.shown(evaluation.total)} 分，等级“{evaluation.grade}”。")
    return back(pk)


@guarded(Permission.EVALUATION_MANAGE, methods=POST)
def evaluation_improvement(request, pk):
    fetch(Evaluation, request.user, Permission.EVALUATION_MANAGE, pk=pk)
    form = forms.ImprovementForm(request.POST)
    if form.is_valid():
        outcome.note_improvement(pk, text=form.cleaned_data["text"], by=request.user)
        messages.success(request, "“需要改进”已保存，将写入评价报告首页。")
    return back(pk)


@guarded(Permission.EVALUATION_MANAGE, methods=POST)
def objection_open(request, pk):
    fetch(Evaluation, request.user, Permission.EVALUATION_MANAGE, pk=pk)
    evaluation = outcome.open_objection(pk, by=request.user)
    messages.success(request, f"已送承接主体核对，异议期至：{evaluation.objection_due_on or OPEN_DATE}。")
    return back(pk)


@guarded(Permission.EVALUATION_MANAGE)
def evaluation_reopen(request, pk):
    return _reason(request, pk, outcome.reopen, "退回收集", "退回", "退回后可以补正数据和评分，再次计分并重新送承接主体核对。")


@guarded(Permission.EVALUATION_MANAGE)
def evaluation_correct(request, pk):
    note = "更正产生新的一版，原版保留并注明“已更正”。新版重新收集、计分、送承接主体核对、审定、公布。"
    return _reason(request, pk, outcome.correct, "更正评价", "开始更正", note)


def _reason(request, pk, service, title: str, submit: str, note: str):
    evaluation = fetch(Evaluation.objects.listed(), request.user, Permission.EVALUATION_MANAGE, pk=pk)
    form, status = forms.ReasonForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            return back(service(pk, reason=form.cleaned_data["reason"], by=request.user).pk)
        except Refused as refusal:
            refuse(form, refusal)
            status = refusal.status
    return _form_page(request, evaluation, form, title=title, submit=submit, note=note, status=status)


@guarded(Permission.EVALUATION_OBJECT)
def objection_raise(request, pk):
    evaluation = fetch(Evaluation.objects.listed(), request.user, Permission.EVALUATION_OBJECT, pk=pk)
    form, status = forms.ObjectionForm(request.POST or None, request.FILES or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            _object(request, evaluation, form.cleaned_data)
            messages.success(request, "异议已提出。")
            return back(pk)
        except Refused as refusal:
            refuse(form, refusal)
            status = refusal.status
    note = f"异议期至：{evaluation.objection_due_on or OPEN_DATE}。" if evaluation.objection_from else ""
    return _form_page(request, evaluation, form, title="提出异议", submit="提出异议", note=note, status=status)


def _object(request, evaluation, data: dict) -> None:
    with once(request.user, "evaluation.objection", request.POST.get(FIELD, ""), fingerprint_of(request.POST)) as slot:
        if slot.done:
            return
        uploaded = data["file"]
        stored = store_upload(uploaded, organisation=evaluation.contract.contractor.organisation, by=request.user) if uploaded else None
        slot.result = outcome.raise_objection(evaluation.pk, text=data["text"], file=stored, by=request.user).pk


@guarded(Permission.EVALUATION_OBJECT, methods=POST)
def objection_waive(request, pk):
    fetch(Evaluation, request.user, Permission.EVALUATION_OBJECT, pk=pk)
    outcome.waive_objection(pk, by=request.user)
    messages.success(request, "已表示无异议。")
    return back(pk)


@guarded(Permission.EVALUATION_MANAGE)
def objection_answer(request, pk):
    objection = get_object_or_404(Objection.objects.filter(evaluation__in=Evaluation.objects.visible_to(request.user).order_by()), pk=pk)
    evaluation = fetch(Evaluation.objects.listed(), request.user, Permission.EVALUATION_MANAGE, pk=objection.evaluation_id)
    form, status = forms.AnswerForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            outcome.answer_objection(pk, **form.cleaned_data, by=request.user)
            messages.success(request, "异议已答复。")
            return back(evaluation.pk)
        except Refused as refusal:
            refuse(form, refusal)
            status = refusal.status
    note = f"{objection.raised_by} {clock.local_day(objection.raised_at)} 提出：{objection.text}"
    return _form_page(request, evaluation, form, title="答复异议", submit="答复", note=note, status=status)


@guarded(Permission.EVALUATION_FINALISE, methods=POST)
def evaluation_finalise(request, pk):
    fetch(Evaluation, request.user, Permission.EVALUATION_FINALISE, pk=pk)
    evaluation = outcome.finalise(pk, by=request.user, version=version_of(request))
    messages.success(request, f"已审定，评价报告 {evaluation.report.number}。公布期限：{evaluation.publish_due_on or OPEN_DATE}。")
    return back(pk)


@guarded(Permission.EVALUATION_PUBLISH)
def evaluation_publish(request, pk):
    """What citizens will read, personal data masked, before anything is public."""
    rows = Evaluation.objects.listed().filter(finalised_at__isnull=False)
    evaluation = fetch(rows, request.user, Permission.EVALUATION_PUBLISH, pk=pk)
    form, status = forms.PublishForm(request.POST or None, initial={"summary": evaluation.improvement}), 200
    if request.method == "POST" and form.is_valid() and request.POST.get("confirmed"):
        try:
            evaluation = outcome.publish(pk, summary=form.cleaned_data["summary"], by=request.user, version=version_of(request))
            messages.success(request, f"已公布，公告 {evaluation.announcement.number}。")
            return back(pk)
        except Refused as refusal:
            refuse(form, refusal)
            status = refusal.status
    typed = form.cleaned_data["summary"] if form.is_bound and form.is_valid() else evaluation.improvement
    context = {
        "evaluation": evaluation,
        "form": form,
        "typed": typed,
        "shown": reports.public_context(evaluation, typed),
        "masked": mask_personal(typed) != typed,
    }
    return render(request, "evaluation/evaluation_publish.html", context, status=status)
