"""询问, 质疑 and 投诉: the supplier raises, the purchaser answers, another person reviews, finance's decision is recorded."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.access import fetch, guarded, may
from accounts.roles import Permission
from contractors.models import Contractor
from procurement.filters import ChallengeFilter
from procurement.forms.challenge import AnswerForm, ChallengeAnswerForm, ChallengeForm, ComplaintForm, DecisionForm, EnquiryForm
from procurement.forms.project import NoteForm
from procurement.models import Challenge, Complaint, Enquiry, Project, Tender
from procurement.reports import challenge as reports
from procurement.reports import sections, trail
from procurement.rules import challenge as rules
from procurement.services import challenge as services
from procurement.views.frame import ListPage
from records import clock
from records.exports import Column
from records.files import file_response
from records.formpage import form_page

P = Permission
FORM = "procurement/challenge_form.html"


class ChallengeList(ListPage):
    permission = P.CHALLENGE_VIEW
    model = Challenge
    filterset_class = ChallengeFilter
    template_name = "procurement/challenge_list.html"
    related = reports.RELATED
    order = ("-raised_at", "-pk")
    columns = reports.COLUMNS
    export_name = "质疑"
    export_columns = [
        Column("收文编号", width=30),
        Column("项目编号", width=26),
        Column("项目名称", width=36),
        *map(Column, ("供应商", "环节", "状态")),
        Column("收到", "date"),
        Column("答复期限", "date"),
        *map(Column, ("结论", "处理")),
        Column("答复日期", "date"),
    ]

    def rows(self, objects):
        return reports.list_rows(objects)

    def export_row(self, row):
        return reports.export_row(row)

    def more(self):
        enquiries = Enquiry.objects.visible_to(self.request.user).select_related(*reports.RELATED)
        return {"enquiries": enquiries[:20], "may_answer": may(self.request.user, P.CHALLENGE_ANSWER)}


def own_contractor(request) -> Contractor:
    contractor = Contractor.objects.reached_with(request.user, P.CHALLENGE_RAISE).select_related("organisation").first()
    if contractor is None:
        raise Http404
    return contractor


def announced(pk) -> Tender:
    """Any announced purchase: the public notice is enough to ask or object."""
    rows = Tender.objects.open_to_bidders().select_related("project__organisation")
    return get_object_or_404(rows, pk=pk)


@guarded(P.CHALLENGE_RAISE)
def enquiry_new(request, pk):
    tender, contractor = announced(pk), own_contractor(request)

    def save(data):
        return services.ask(pk, contractor=contractor, question=data["question"], by=request.user)

    def done(enquiry):
        messages.success(request, f"询问已提交，采购人应在 {enquiry.due_on or '3 个工作日'} 前答复。")
        return redirect("procurement:challenge_list")

    context = frame("提出询问", "提交询问", tender.project, rules.ENQUIRY, "采购人应在 3 个工作日内答复。涉及商业秘密的内容不予答复。")
    return form_page(request, EnquiryForm(request.POST or None), save, template=FORM, context=context, done=done)


def frame(title, submit, project, clause, note="", cancel="procurement:challenge_list") -> dict:
    return {"title": title, "submit": submit, "project": project, "clause": clause, "note": note, "cancel_url": reverse(cancel)}


@guarded(P.CHALLENGE_ANSWER)
def enquiry_answer(request, pk):
    enquiry = fetch(Enquiry.objects.select_related(*reports.RELATED), request.user, P.CHALLENGE_ANSWER, pk=pk)

    def save(data):
        return services.answer_enquiry(pk, answer=data["answer"], by=request.user)

    def done(_enquiry):
        messages.success(request, "已答复。")
        return redirect("procurement:project_challenges", pk=enquiry.tender.project_id)

    context = frame("答复询问", "答复", enquiry.tender.project, rules.ENQUIRY, f"{enquiry.contractor}：{enquiry.question}")
    return form_page(request, AnswerForm(request.POST or None), save, template=FORM, context=context, done=done)


@guarded(P.CHALLENGE_RAISE)
def challenge_new(request, pk):
    """The steps that may be challenged today; those that may not stand beside with the reason."""
    tender, contractor = announced(pk), own_contractor(request)
    judged = {step: list(services.raising_breaches(tender, contractor, step, on=clock.today())) for step in Challenge.Step}
    open_steps = [(step.value, step.label) for step, breaches in judged.items() if not breaches]

    def save(data):
        return services.raise_challenge(pk, contractor=contractor, by=request.user, **data)

    def done(challenge):
        messages.success(request, f"质疑已收到，编号 {challenge.number}，采购人应在 {challenge.due_on or '7 个工作日'} 前答复。")
        return redirect("procurement:challenge_detail", pk=challenge.pk)

    context = frame(
        "提出质疑", "提交质疑", tender.project, rules.RAISING, "同一环节的质疑应一次性提出。捏造事实或者提供虚假材料的，依法处理。"
    )
    context["closed"] = [breach for breaches in judged.values() for breach in breaches]
    context["nothing_open"] = not open_steps
    form = ChallengeForm(request.POST, request.FILES, steps=open_steps) if request.method == "POST" else ChallengeForm(steps=open_steps)
    return form_page(request, form, save, template=FORM, context=context, done=done)


def visible(request, pk, permission=None) -> Challenge:
    rows = Challenge.objects.select_related(*reports.RELATED, "file", "drafted_by", "reviewed_by", "released_by")
    return fetch(rows, request.user, permission, pk=pk)


@guarded(P.CHALLENGE_VIEW, methods=("GET", "HEAD"))
def challenge_detail(request, pk):
    challenge = visible(request, pk)
    complaint = Complaint.objects.filter(challenge=challenge).first()
    inside = may(request.user, P.CHALLENGE_ANSWER, challenge) or may(request.user, P.PROJECT_VIEW, challenge.tender)
    shown = inside or challenge.status == Challenge.Status.ANSWERED
    open_now = challenge.status in Challenge.OPEN
    context = {
        "challenge": challenge,
        "project": challenge.tender.project,
        "facts": reports.facts_of(challenge),
        "answer": reports.answer_facts(challenge) if challenge.answer and shown else [],
        "inside": inside,
        "complaint": complaint,
        "complaint_facts": reports.complaint_facts(complaint) if complaint else [],
        "events": trail.timeline(challenge) if inside else [],
        "own_breaches": list(rules.reviewer_breaches(request.user.pk, author=challenge.drafted_by_id)),
        "may_answer": challenge.status == Challenge.Status.RAISED and may(request.user, P.CHALLENGE_ANSWER, challenge),
        "may_review": challenge.status == Challenge.Status.DRAFTED and may(request.user, P.CHALLENGE_REVIEW, challenge),
        "may_release": open_now and challenge.suspends and may(request.user, P.CHALLENGE_REVIEW, challenge),
        "may_withdraw": open_now and may(request.user, P.CHALLENGE_RAISE, challenge),
        "may_complain": complaint is None and may(request.user, P.COMPLAINT_RECORD, challenge),
        "may_decide": complaint is not None and complaint.status == "accepted" and may(request.user, P.COMPLAINT_RECORD, challenge),
    }
    return render(request, "procurement/challenge_detail.html", context)


@guarded(P.CHALLENGE_VIEW, methods=("GET", "HEAD"))
def challenge_file(request, pk):
    challenge = visible(request, pk)
    if challenge.file is None:
        raise Http404
    return file_response(challenge.file)


@guarded(P.CHALLENGE_ANSWER)
def challenge_answer(request, pk):
    challenge = visible(request, pk, P.CHALLENGE_ANSWER)

    def save(data):
        return services.draft_answer(pk, version=request.POST.get("version") or None, by=request.user, **data)

    def done(_challenge):
        messages.success(request, "答复已拟好，送另一人复核。")
        return redirect("procurement:challenge_detail", pk=pk)

    context = frame("答复质疑", "送复核", challenge.tender.project, rules.ANSWERING, challenge.demand) | {"version": challenge.version}
    initial = {name: getattr(challenge, name) for name in ("verdict", "consequence", "answer")}
    return form_page(request, ChallengeAnswerForm(request.POST or None, initial=initial), save, template=FORM, context=context, done=done)


@guarded(P.CHALLENGE_REVIEW, methods=("POST",))
def challenge_review(request, pk):
    """Approve the answer, which sends it and carries it out, or return it with a word."""
    visible(request, pk, P.CHALLENGE_REVIEW)
    if request.POST.get("act") == "return":
        services.return_answer(pk, note=request.POST.get("reason", ""), by=request.user)
        messages.success(request, "答复已退回拟稿人。")
    else:
        services.approve_answer(pk, version=request.POST.get("version") or None, by=request.user)
        messages.success(request, "答复已送达质疑供应商。")
    return redirect("procurement:challenge_detail", pk=pk)


@guarded(P.CHALLENGE_REVIEW, methods=("POST",))
def challenge_release(request, pk):
    visible(request, pk, P.CHALLENGE_REVIEW)
    services.release_signing(pk, reason=request.POST.get("reason", ""), by=request.user)
    messages.success(request, "已认定不影响成交结果，可以继续签订合同。")
    return redirect("procurement:challenge_detail", pk=pk)


@guarded(P.CHALLENGE_RAISE, methods=("POST",))
def challenge_withdraw(request, pk):
    challenge = visible(request, pk, P.CHALLENGE_RAISE)
    services.withdraw_challenge(pk, contractor=challenge.contractor, by=request.user)
    messages.success(request, "质疑已撤回。")
    return redirect("procurement:challenge_detail", pk=pk)


@guarded(P.COMPLAINT_RECORD)
def complaint_new(request, pk):
    challenge = visible(request, pk, P.COMPLAINT_RECORD)

    def save(data):
        return services.record_complaint(pk, by=request.user, **data)

    def done(_complaint):
        messages.success(request, "投诉受理情况已登记。")
        return redirect("procurement:challenge_detail", pk=pk)

    context = frame("登记投诉", "登记", challenge.tender.project, rules.COMPLAINING, f"质疑 {challenge.number}。按财政部门送达的文书登记。")
    return form_page(request, ComplaintForm(request.POST or None), save, template=FORM, context=context, done=done)


@guarded(P.COMPLAINT_RECORD)
def complaint_decide(request, pk):
    rows = Complaint.objects.select_related("challenge__tender__project__organisation", "challenge__contractor__organisation")
    complaint = fetch(rows, request.user, P.COMPLAINT_RECORD, pk=pk)

    def save(data):
        return services.record_decision(pk, version=request.POST.get("version") or None, by=request.user, **data)

    def done(_complaint):
        messages.success(request, "处理决定已登记。")
        return redirect("procurement:challenge_detail", pk=complaint.challenge_id)

    context = frame("登记投诉处理决定", "登记", complaint.challenge.tender.project, rules.DECIDING, str(complaint))
    context["version"] = complaint.version
    return form_page(request, DecisionForm(request.POST or None), save, template=FORM, context=context, done=done)


@guarded(P.COMPLAINT_RECORD)
def complaint_withdraw(request, pk):
    rows = Complaint.objects.select_related("challenge__tender__project__organisation", "challenge__contractor__organisation")
    complaint = fetch(rows, request.user, P.COMPLAINT_RECORD, pk=pk)

    def save(data):
        return services.withdraw_complaint(pk, note=data["note"], by=request.user)

    def done(_complaint):
        messages.success(request, "投诉已终止处理。")
        return redirect("procurement:challenge_detail", pk=complaint.challenge_id)

    context = frame("投诉终止处理", "登记", complaint.challenge.tender.project, rules.DECIDING, str(complaint))
    form = NoteForm(request.POST or None, label="财政部门终止处理的通知文号和原因")
    return form_page(request, form, save, template=FORM, context=context, done=done)


@guarded(P.PROJECT_VIEW, methods=("GET", "HEAD"))
def project_challenges(request, pk):
    """The project's own page of what suppliers asked and objected to."""
    project = fetch(Project.objects.select_related("organisation"), request.user, pk=pk)
    rows = Challenge.objects.visible_to(request.user).filter(tender__project=project).select_related(*reports.RELATED)
    tender = Tender.objects.filter(project=project).first()
    context = {
        "project": project,
        "tabs": sections.tabs(sections.PROJECT, request.user, project, current="procurement:project_challenges"),
        "columns": reports.COLUMNS,
        "rows": reports.list_rows(rows[:200]),
        "enquiries": Enquiry.objects.visible_to(request.user).filter(tender__project=project).select_related(*reports.RELATED)[:200],
        "rounds": tender.rounds.select_related("opened_by") if tender else [],
        "suspended": list(services.suspension_breaches(tender)) if tender else [],
        "may_answer": may(request.user, P.CHALLENGE_ANSWER, project),
    }
    return render(request, "procurement/project_challenges.html", context)
