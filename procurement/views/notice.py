"""信息发布: what a project has announced, its timetable, and the preparation of each kind of notice."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView

from accounts.access import Guarded, fetch, guarded, may, require
from accounts.roles import Permission
from procurement.forms.notice import FORMS, initial_of
from procurement.models import Announcement, AnnouncementFile, Project, ProjectPaper
from procurement.reports import notice as reports
from procurement.reports import sections, timeline
from procurement.services import announcements as services
from procurement.services.papers import draft_of
from procurement.views.frame import act, version_of
from procurement.views.project import NotePage
from records.files import file_response
from records.idempotency import once_for
from records.pages import RefusalsInForm

Kind = ProjectPaper.Kind
RELATED = ("organisation", "tender", "contract__contractor__organisation")


def project_of(request, pk):
    return fetch(Project.objects.select_related(*RELATED), request.user, pk=pk)


def project_tabs(request, project, current: str) -> list[dict]:
    return sections.tabs(sections.PROJECT, request.user, project, current=f"procurement:{current}")


@guarded(Permission.PROJECT_VIEW, methods=("GET", "HEAD"))
def project_notices(request, pk):
    project = project_of(request, pk)
    waiting = project.status in Project.BEFORE_NOTICE and may(request.user, Permission.PROJECT_DRAFT, project)
    context = {
        "project": project,
        "tabs": project_tabs(request, project, "project_notices"),
        "rows": reports.rows_of(project, request.user),
        "explain_url": reverse("procurement:project_explain_intent", args=[pk]) if waiting else "",
        "explained": project.reasons.get("T-01", ""),
    }
    return render(request, "procurement/notice_list.html", context)


@guarded(Permission.PROJECT_VIEW, methods=("GET", "HEAD"))
def project_timeline(request, pk):
    project = project_of(request, pk)
    context = {
        "project": project,
        "tabs": project_tabs(request, project, "project_timeline"),
        "milestones": timeline.timeline_of(project),
    }
    return render(request, "procurement/project_timeline.html", context)


class NoticePrepare(Guarded, RefusalsInForm, FormView):
    """Type what the notice needs, look at it as it would be issued today, then issue it."""

    permission = Permission.PROJECT_DRAFT
    template_name = "procurement/notice_prepare.html"

    @property
    def kind(self) -> str:
        return self.kwargs["kind"]

    def dispatch(self, request, *args, **kwargs):
        if kwargs["kind"] not in FORMS:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def project(self):
        project = project_of(self.request, self.kwargs["pk"])
        require(self.request.user, reports.BY_KIND[self.kind].prepare, project)
        return project

    @cached_property
    def draft(self):
        return draft_of(self.project, self.kind)

    def get_form_class(self):
        return FORMS[self.kind]

    def form_invalid(self, form):
        self.status = 422
        return super().form_invalid(form)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "project": self.project, "initial": initial_of(self.project, self.kind, self.draft)}

    def save(self, form):
        with once_for(self.request, "procurement.notice_prepare") as slot:
            if not slot.done:
                draft = services.save_draft(
                    self.project.pk,
                    kind=self.kind,
                    values=form.values,
                    version=version_of(self.request) if self.draft else None,
                    upload=form.cleaned_data["attachment"],
                    label=form.cleaned_data["attachment_label"],
                    by=self.request.user,
                )
                slot.result = draft.pk
        messages.success(self.request, "已保存。预览见下方，核对后发布。")

    def get_success_url(self):
        return f"{reverse('procurement:notice_prepare', args=[self.project.pk, self.kind])}#preview"

    def get_context_data(self, **kwargs):
        project, draft = self.project, self.draft
        preview = reports.preview_of(project, self.kind, draft)
        url, version = reports.issue_url(project, self.kind, draft)
        return super().get_context_data(
            project=project,
            heading=f"编制{Kind(self.kind).label}",
            label=Kind(self.kind).label,
            version=self.request.POST.get("version", draft.version if draft else 0),
            draft=draft,
            files=draft.files.select_related("file") if draft else [],
            preview=preview,
            untouched=draft is None and self.kind in services.ISSUERS and services.is_open(project, self.kind),
            issue={"url": url, "version": version} if url and may(self.request.user, reports.BY_KIND[self.kind].issue, project) else None,
            cancel_url=notices_url(project.pk),
            discard_url=reverse("procurement:announcement_discard", args=[draft.pk]) if draft else "",
            **kwargs,
        )


def draft_in_reach(request, pk) -> Announcement:
    draft = fetch(Announcement.objects.select_related("project__organisation"), request.user, pk=pk)
    require(request.user, reports.BY_KIND[draft.kind].prepare, draft.project)
    return draft


def notices_url(project_pk) -> str:
    return reverse("procurement:project_notices", args=[project_pk])


@guarded(Permission.PROJECT_PUBLISH, methods=("POST",))
def announcement_issue(request, pk):
    draft = fetch(Announcement.objects.select_related("project"), request.user, Permission.PROJECT_PUBLISH, pk=pk)
    return act(request, services.issue, pk, notices_url(draft.project_id), "公告已发布，PDF 稍后生成。")


@guarded(Permission.PROJECT_DRAFT, methods=("POST",))
def announcement_discard(request, pk):
    draft = draft_in_reach(request, pk)
    return act(request, services.discard_draft, pk, notices_url(draft.project_id), "公告稿已作废。")


@guarded(Permission.PROJECT_VIEW, methods=("GET", "HEAD"))
def announcement_file(request, pk, file_pk):
    draft = fetch(Announcement, request.user, pk=pk)
    row = get_object_or_404(AnnouncementFile.objects.select_related("file"), announcement=draft, pk=file_pk)
    return file_response(row.file)


@guarded(Permission.PROJECT_DRAFT, methods=("POST",))
def announcement_file_remove(request, pk, file_pk):
    draft = draft_in_reach(request, pk)
    get_object_or_404(AnnouncementFile, announcement=draft, pk=file_pk)
    services.detach(draft.pk, file_pk, by=request.user)
    messages.success(request, "附件已移除。")
    return redirect("procurement:notice_prepare", pk=draft.project_id, kind=draft.kind)


class IntentExplain(NotePage):
    """T-01: a purchase that cannot wait."""

    permission = Permission.PROJECT_DRAFT
    heading, label, submit = "说明未提前公开采购意向的理由", "理由", "保存理由"
    intro = "因不可预见的原因急需采购的，可以不满 30 日发布公告。理由在发布公告时写入审计记录。"

    def verb(self, note):
        services.explain_intent(self.project.pk, reason=note, by=self.request.user)

    def get_success_url(self):
        return notices_url(self.project.pk)
