"""需求与意见: the answers behind a project, and the public asked about its requirement."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import fetch, guarded, may, public
from accounts.roles import Permission
from procurement.forms.project import NoteForm
from procurement.forms.requirement import CommentForm, ReviewForm, RoundForm
from procurement.models import CommentRound, Project, PublicComment
from procurement.reports import requirement as reports
from procurement.reports import sections
from procurement.services import requirement as services
from procurement.views.frame import RowForm
from records import clock, ratelimit
from records.pages import add_breaches
from records.refusals import Refused

VIEW, DRAFT = Permission.PROJECT_VIEW, Permission.PROJECT_DRAFT
PER_HOUR = 6  # comments from one address


def tab_url(pk) -> str:
    return reverse("procurement:project_requirement", args=[pk])


@guarded(VIEW, methods=("GET", "HEAD"))
def project_requirement(request, pk):
    project = fetch(Project.objects.select_related("organisation"), request.user, pk=pk)
    drafting = may(request.user, DRAFT, project) and project.status in Project.BEFORE_NOTICE
    rounds = reports.rounds_of(project, drafting=drafting)
    context = {
        "project": project,
        "tabs": sections.tabs(sections.PROJECT, request.user, project, current="procurement:project_requirement"),
        "lists": reports.answers_of(project),
        "rounds": rounds,
        "consultations": project.consultations.select_related("recorded_by"),
        "drafting": drafting,
        "may_open": drafting and all(row["state"] == "已汇总" for row in rounds),
    }
    return render(request, "procurement/project_requirement.html", context)


class RequirementForm(RowForm):
    permission = DRAFT
    crumb = ("购买项目", "procurement:project_list")


class CommentsOpen(RequirementForm):
    form_class = RoundForm
    heading, submit = "网上征求意见", "发布"
    intro = "采购需求按现在的内容公开，任何人可以留言；留言经审阅后公开。结束后逐条写明采纳情况，汇总为征求意见记录。"

    def fetch_row(self):
        return fetch(Project.objects.select_related("organisation"), self.request.user, DRAFT, pk=self.kwargs["pk"])

    def act(self, form):
        services.open_round(self.row.pk, ends_on=form.cleaned_data["ends_on"], by=self.request.user)

    def get_success_url(self):
        return tab_url(self.row.pk)


class CommentsClose(RequirementForm):
    heading, submit = "汇总意见", "汇总"
    intro = "汇总后成为项目的征求意见记录，不能再改。"

    def fetch_row(self):
        return fetch(CommentRound.objects.select_related("project__organisation"), self.request.user, DRAFT, pk=self.kwargs["pk"])

    def get_form(self, form_class=None):
        return NoteForm(self.request.POST or None, label="意见与采纳情况")

    def act(self, form):
        services.close_round(self.row.pk, summary=form.cleaned_data["note"], by=self.request.user)

    def get_success_url(self):
        return tab_url(self.row.project_id)


class CommentReview(RequirementForm):
    form_class = ReviewForm
    heading, submit = "审阅意见", "保存"

    def fetch_row(self):
        comment = get_object_or_404(PublicComment.objects.select_related("round__project"), pk=self.kwargs["pk"])
        fetch(CommentRound, self.request.user, DRAFT, pk=comment.round_id)
        return comment

    def act(self, form):
        services.review_comment(self.row.pk, by=self.request.user, **form.cleaned_data)

    def get_success_url(self):
        return tab_url(self.row.round.project_id)

    def get_context_data(self, **kwargs):
        facts = [{"label": "意见", "value": self.row.text}, {"label": "联系方式", "value": self.row.contact or None}]
        return super().get_context_data(facts=facts, **kwargs)


# For everybody


@public
@require_safe
def comment_list(request):
    rows = CommentRound.objects.open_on(clock.today()).select_related("project__organisation")[:200]
    return render(request, "procurement/public_comment_list.html", {"rows": rows})


@public
@require_http_methods(["GET", "HEAD", "POST"])
def comment_page(request, pk):
    """The requirement and what was said about it; while it is open, a form for everybody."""
    row = get_object_or_404(CommentRound.objects.select_related("project__organisation"), pk=pk)
    is_open = row.consultation_id is None and row.started_on <= clock.today() <= row.ends_on
    form, status = CommentForm(request.POST or None), 200
    if request.method == "POST":
        ratelimit.check("public_comment", ratelimit.client_address(request), limit=PER_HOUR, seconds=3600)
        if form.is_valid():
            try:
                services.leave_comment(row.pk, **form.cleaned_data)
                messages.success(request, "意见已提交，经审阅后公开。谢谢。")
                return redirect("public_comment", row.pk)
            except Refused as refusal:
                add_breaches(form, refusal)
        status = 422
    context = {"row": row, "project": row.project, "open": is_open, "form": form, "comments": reports.public_comments(row)}
    return render(request, "procurement/public_comment.html", context, status=status)
