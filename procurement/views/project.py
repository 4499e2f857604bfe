"""Pages of a project: list, gate page, sections of the draft, and its verbs."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView

from accounts.access import Guarded, fetch, guarded, may
from accounts.models import Organisation
from accounts.roles import Permission
from procurement.filters import ProjectFilter
from procurement.forms.project import ConsultationForm, NoteForm, ProjectForm
from procurement.forms.sections import SECTIONS
from procurement.models import Project, ProjectPaper
from procurement.reports import contract as contract_reports
from procurement.reports import notice as notices
from procurement.reports import project as reports
from procurement.reports import sections, trail
from procurement.rules import leaving
from procurement.services import announcements, drafts, publication
from procurement.services import project as services
from procurement.views.frame import ListPage, act, version_of
from records.exports import Column
from records.idempotency import once_for
from records.pages import RefusalsInForm

Status = Project.Status


class ProjectList(ListPage):
    permission = Permission.PROJECT_VIEW
    model = Project
    filterset_class = ProjectFilter
    template_name = "procurement/project_list.html"
    related = ("organisation",)
    columns = reports.COLUMNS
    export_name = "购买项目"
    export_columns = [
        Column("项目编号", width=26),
        Column("项目名称", width=36),
        Column("购买主体", width=20),
        *map(Column, ("阶段", "状态", "采购方式")),
        Column("年度", "int"),
        Column("计划金额（元）", "money"),
        Column("最高限价（元）", "money"),
        *(Column(title, "date") for title in ("开始日期", "结束日期", "公告日期")),
    ]

    def rows(self, objects):
        return reports.list_rows(objects)

    def export_row(self, row):
        return reports.export_row(row)

    def more(self):
        return {"may_create": may(self.request.user, Permission.PROJECT_DRAFT)}


class ProjectCreate(Guarded, RefusalsInForm, FormView):
    permission = Permission.PROJECT_DRAFT
    form_class = ProjectForm
    template_name = "procurement/project_form.html"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def save(self, form):
        with once_for(self.request, "procurement.project_create") as slot:
            if not slot.done:
                slot.result = services.create_project(**form.cleaned_data, by=self.request.user).pk
        return slot.result

    def get_success_url(self):
        return reverse("procurement:project_detail", args=[self.saved])

    def get_context_data(self, **kwargs):
        return super().get_context_data(heading="立项", submit="建立草稿", cancel_url=reverse("procurement:project_list"), **kwargs)


@guarded(Permission.PROJECT_VIEW, methods=("GET", "HEAD"))
def project_detail(request, pk):
    """The gate page: stages, what the next step still needs, facts, papers, everything that happened."""
    rows = Project.objects.select_related("organisation", "created_by", "approved_by", "submitted_by", "contract", "tender")
    rows = rows.prefetch_related("items", "standards__item", "factors", "consultations")
    project = fetch(rows, request.user, pk=pk)
    editable = may(request.user, Permission.PROJECT_DRAFT, project)
    gate = reports.gate_of(project, editable=editable)
    context = {
        "project": project,
        "steps": trail.stages_of(project, trail.moves_of(project)),
        "tabs": sections.tabs(sections.PROJECT, request.user, project, current="procurement:project_detail"),
        "gate": gate,
        "facts": reports.facts_of(project),
        "sections": section_links(project) if editable and project.status == Status.DRAFT else [],
        "standards": project.standards.all(),
        "factors": project.factors.all(),
        "fundings": project.fundings.select_related("line__budget"),
        "consultations": project.consultations.all(),
        "papers": reports.papers_of(project),
        "cap": reports.cap_facts(project),
        "events": trail.timeline(project),
        "action": primary_action(request.user, project, gate),
        "others": other_actions(request.user, project),
        "editable": editable,
        "before_notice": project.status in Project.BEFORE_NOTICE,
    }
    return render(request, "procurement/project_detail.html", context)


def section_links(project) -> list[dict]:
    return [{"label": form.title, "url": reverse("procurement:project_edit", args=[project.pk, key])} for key, form in SECTIONS.items()]


def primary_action(user, project, gate) -> dict | None:
    """The one thing this person can do next here: a verb (blocked with its reasons) or a way to the next page."""
    verbs = {
        Status.DRAFT: (Permission.PROJECT_DRAFT, "送审", "project_submit", "送审后不能修改，确定送审？"),
        Status.SUBMITTED: (Permission.PROJECT_APPROVE, "批准", "project_approve", "确定批准该项目？"),
        Status.APPROVED: (Permission.PROJECT_PUBLISH, "发布公告", "project_publish", "公告发布后评审标准冻结，确定发布？"),
    }
    if project.status == Status.APPROVED and not hasattr(project, "tender"):
        return tender_action(user, project)
    if project.status in verbs:
        permission, label, name, confirm = verbs[project.status]
        if not may(user, permission, project):
            return None
        url = reverse(f"procurement:{name}", args=[project.pk])
        own = own_breaches(user, project)
        reason = f"还有 {len(gate.stopping)} 个问题，见下方“{gate.title}”的条件。" if gate.stopping else ""
        return {"label": label, "url": url, "confirm": confirm, "breaches": own, "reason": reason, "verb": True}
    return link_action(user, project)


def own_breaches(user, project) -> list:
    """What stops this person, not the project: P-65."""
    if project.status != Status.SUBMITTED:
        return []
    return list(services.approver_breaches(project, user))


def tender_action(user, project) -> dict | None:
    if not may(user, Permission.TENDER_MANAGE, project):
        return None
    if project.method == Project.Method.SINGLE_SOURCE:
        return {"label": "单一来源论证", "url": reverse("procurement:sole_detail", args=[project.pk]), "verb": False}
    return {"label": "筹备采购活动", "url": reverse("procurement:tender_prepare", args=[project.pk]), "verb": False}


def link_action(user, project) -> dict | None:
    contract = getattr(project, "contract", None)
    if contract is not None:
        return {"label": "查看合同", "url": reverse("procurement:contract_detail", args=[contract.pk]), "verb": False}
    if contract_reports.may_draft_for(user, project):
        return {
            "label": "起草合同",
            "url": reverse("procurement:contract_draft", args=[project.pk]),
            "confirm": "",
            "breaches": [],
            "verb": True,
        }
    return None


def other_actions(user, project) -> list[dict]:
    """Further verbs, each on a page of its own that asks for a word."""
    pk = project.pk
    found = []
    if project.status in (Status.SUBMITTED, Status.APPROVED) and may(user, Permission.PROJECT_APPROVE, project):
        found.append({"label": "退回修改", "url": reverse("procurement:project_return", args=[pk])})
    if project.status in Project.BEFORE_NOTICE:
        if project.organisation.kind == Organisation.Kind.TOWNSHIP and may_guide(user, project):
            found.append({"label": "出具指导意见", "url": reverse("procurement:project_guide", args=[pk])})
        if may(user, Permission.FUNDS_SIGN, project):
            found.append({"label": "资金会签", "url": reverse("procurement:project_sign_funds", args=[pk])})
        if may(user, Permission.PROJECT_DRAFT, project):
            found.append({"label": "登记征求意见", "url": reverse("procurement:project_consult", args=[pk])})
    if project.status == Status.FAILED and may(user, Permission.PROJECT_DRAFT, project):
        found.append({"label": "重新采购", "url": reverse("procurement:project_repeat", args=[pk])})
    endable = Status.TERMINATED in Project.TRANSITIONS[project.status] and may(user, Permission.PROJECT_END, project)
    if endable and not publication.signed_contract(project):
        found.append({"label": "终止项目", "url": reverse("procurement:project_end", args=[pk])})
    return found


def may_guide(user, project) -> bool:
    """P-02: guidance comes from the district bureau, so the permission must be held there."""
    district = project.organisation.district
    return district is not None and may(user, Permission.PROJECT_GUIDE, district)


class ProjectEdit(Guarded, RefusalsInForm, FormView):
    """One section of a draft."""

    permission = Permission.PROJECT_DRAFT
    template_name = "procurement/project_edit.html"

    def dispatch(self, request, *args, **kwargs):
        if kwargs["section"] not in SECTIONS:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_form_class(self):
        return SECTIONS[self.kwargs["section"]]

    @cached_property
    def project(self):
        rows = Project.objects.select_related("organisation")
        return fetch(rows, self.request.user, Permission.PROJECT_DRAFT, pk=self.kwargs["pk"])

    def get(self, request, *args, **kwargs):
        drafts.require_draft(self.project)  # the page of the refusal says why, before anything is typed
        return super().get(request, *args, **kwargs)

    def get_form(self, form_class=None):
        return self.get_form_class()(self.request.POST or None, project=self.project)

    def save(self, form):
        with once_for(self.request, "procurement.project_edit") as slot:
            if not slot.done:
                form.save(version=version_of(self.request), by=self.request.user)
                slot.result = self.project.pk

    def get_success_url(self):
        """On to the next section; after the last one back to the project."""
        keys = list(SECTIONS)
        following = keys[keys.index(self.kwargs["section"]) + 1 :]
        if "onward" in self.request.POST and following:
            return reverse("procurement:project_edit", args=[self.project.pk, following[0]])
        return reverse("procurement:project_detail", args=[self.project.pk])

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        current = self.kwargs["section"]
        tabs = [{**link, "current": key == current} for key, link in zip(SECTIONS, section_links(self.project), strict=True)]
        version = self.request.POST.get("version", self.project.version)
        cancel_url = reverse("procurement:project_detail", args=[self.project.pk])
        return {**context, "project": self.project, "tabs": tabs, "version": version, "cancel_url": cancel_url}


@guarded(Permission.PROJECT_DRAFT, methods=("POST",))
def project_submit(request, pk):
    fetch(Project, request.user, Permission.PROJECT_DRAFT, pk=pk)
    return act(request, services.submit_project, pk, detail_url(pk), "已送审。")


@guarded(Permission.PROJECT_APPROVE, methods=("POST",))
def project_approve(request, pk):
    fetch(Project, request.user, Permission.PROJECT_APPROVE, pk=pk)
    return act(request, services.approve_project, pk, detail_url(pk), "已批准。")


@guarded(Permission.PROJECT_PUBLISH, methods=("POST",))
def project_publish(request, pk):
    fetch(Project, request.user, Permission.PROJECT_PUBLISH, pk=pk)
    return act(request, publication.publish_notice, pk, detail_url(pk), "公告已发布，PDF 稍后生成。")


def detail_url(pk) -> str:
    return reverse("procurement:project_detail", args=[pk])


class NotePage(Guarded, RefusalsInForm, FormView):
    """A verb that asks for a word: the form says what for, the service judges."""

    form_class = NoteForm
    template_name = "procurement/note_form.html"
    heading = label = submit = ""
    intro = ""

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "label": self.label}

    @cached_property
    def project(self):
        return self.fetch_project()

    def fetch_project(self):
        return fetch(Project.objects.select_related("organisation"), self.request.user, self.permission, pk=self.kwargs["pk"])

    def save(self, form):
        with once_for(self.request, f"procurement.{type(self).__name__}") as slot:
            if not slot.done:
                self.verb(form.cleaned_data["note"])
                slot.result = self.project.pk

    def get_success_url(self):
        return detail_url(self.project.pk)

    def get_context_data(self, **kwargs):
        more = {"project": self.project, "heading": self.heading, "submit": self.submit, "intro": self.intro}
        version = self.request.POST.get("version", self.project.version)
        return super().get_context_data(version=version, cancel_url=detail_url(self.project.pk), **more, **kwargs)


class ProjectReturn(NotePage):
    permission = Permission.PROJECT_APPROVE
    heading, label, submit = "退回修改", "退回原因", "退回"

    def verb(self, note):
        services.return_project(self.project.pk, version=version_of(self.request), by=self.request.user, note=note)


class ProjectGuide(NotePage):
    permission = Permission.PROJECT_GUIDE
    heading, label, submit = "出具指导意见", "指导意见", "出具意见"
    intro = "乡镇（街道）购买服务，须在区县民政局指导下进行。"

    def fetch_project(self):
        project = super().fetch_project()
        if not may_guide(self.request.user, project):
            raise Http404
        return project

    def verb(self, note):
        services.give_guidance(self.project.pk, opinion=note, by=self.request.user)


class ProjectSignFunds(NotePage):
    permission = Permission.FUNDS_SIGN
    heading, label, submit = "资金会签", "会签意见", "会签"
    intro = "市级尚未确定上级专项资金用于购买服务的比例时，须由财务人员写明意见。"

    def verb(self, note):
        services.sign_off_funds(self.project.pk, reason=note, by=self.request.user)


class ProjectEnd(NotePage):
    """Before the notice the reason is all; after it the prepared 终止公告 is looked at here as it will be issued."""

    permission = Permission.PROJECT_END
    heading, label, submit = "终止项目", "终止原因", "终止"
    template_name = "procurement/project_end.html"

    @cached_property
    def announced(self) -> bool:
        return announcements.is_open(self.project, ProjectPaper.Kind.TERMINATION)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "label": "决定意见" if self.announced else self.label}

    def get_context_data(self, **kwargs):
        if self.announced:
            kwargs |= notices.ending_of(self.project)
        kwargs["shut"] = list(leaving.signed_breaches(running=publication.signed_contract(self.project)))
        return super().get_context_data(**kwargs)

    def verb(self, note):
        version = version_of(self.request)
        if self.announced:
            announcements.terminate(self.project.pk, version=version, opinion=note, by=self.request.user)
            return
        publication.end_project(self.project.pk, outcome=Status.TERMINATED, version=version, reason=note, by=self.request.user)


class ProjectConsult(Guarded, RefusalsInForm, FormView):
    """P-17, P-18: record what was asked of the public or the market."""

    permission = Permission.PROJECT_DRAFT
    form_class = ConsultationForm
    template_name = "procurement/note_form.html"

    @cached_property
    def project(self):
        return fetch(Project, self.request.user, Permission.PROJECT_DRAFT, pk=self.kwargs["pk"])

    def save(self, form):
        with once_for(self.request, "procurement.project_consult") as slot:
            if not slot.done:
                services.record_consultation(self.project.pk, **form.cleaned_data, by=self.request.user)
                slot.result = self.project.pk

    def get_success_url(self):
        return detail_url(self.project.pk)

    def get_context_data(self, **kwargs):
        more = {"project": self.project, "heading": "登记征求意见（需求调查）", "submit": "登记", "cancel_url": detail_url(self.project.pk)}
        return super().get_context_data(**more, **kwargs)
