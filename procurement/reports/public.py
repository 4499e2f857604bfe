"""Announced projects as the public reads them: only what a paper has said, nothing of the work inside the office."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from procurement.models import Announcement, Award, Project, ProjectPaper
from procurement.reports.project import TONES
from procurement.reports.timeline import Facts, Milestone, before_notice, choosing, contracting, while_announced
from procurement.rules.money import yuan
from procurement.services.lots import announced_lots

STATES = (
    ("意向公开", Project.BEFORE_NOTICE),
    ("公告中", (Project.Status.NOTICE_PUBLISHED,)),
    ("评审中", (Project.Status.OPENED, Project.Status.EVALUATED)),
    ("已成交", (Project.Status.AWARDED, Project.Status.CONTRACTED)),
    ("服务中", (Project.Status.IN_SERVICE, Project.Status.ACCEPTED)),
    ("评价和归档", (Project.Status.EVALUATING, Project.Status.PUBLISHED, Project.Status.CLOSED)),
    ("废标", (Project.Status.FAILED,)),
    ("终止", (Project.Status.TERMINATED,)),
)
Kind = ProjectPaper.Kind
EXCUSED = "急需采购，采购人已说明理由"


def state_of(project: Project) -> str:
    return next(label for label, statuses in STATES if project.status in statuses)


def list_rows(projects: Iterable[Project]) -> list[dict]:
    """Plain rows for the list; the queryset brings ``organisation`` and the papers in order of issue."""
    return [row_of(project) for project in projects]


def row_of(project: Project) -> dict:
    newest = list(project.papers.all())[-1:]
    lot = f"包 {project.lot_number}" if project.lot_number else ""
    budget = f"预算 {yuan(project.plan_amount)}" if project.plan_amount is not None else ""
    return {
        "name": project.name,
        "url": reverse("public_project_detail", args=[project.code]),
        "state": state_of(project),
        "tone": TONES.get(project.status, "info"),
        "facts": [project.organisation.name, project.get_method_display(), *filter(None, [lot, budget]), project.code],
        "latest": newest[0].get_kind_display() if newest else "",
        "on": timezone.localtime(project.announced_at).date(),
    }


LOT_COLUMNS = [
    {"label": "采购包"},
    {"label": "最高限价（元）", "align": "number"},
    {"label": "提交截止"},
    {"label": "开启时间"},
    {"label": "状态"},
    {"label": "成交供应商"},
]


def lot_rows(project: Project):
    """The announced lots of the purchase; numbers and times from the notice on, the winner from the result on."""
    won = won_lots(project)
    for lot in announced_lots(project).select_related("tender"):
        tender = getattr(lot, "tender", None) if lot.published_at else None
        yield {
            "cells": [
                {"text": f"包 {lot.lot_number} {lot.name}", "url": reverse("public_project_detail", args=[lot.code]), "sub": lot.code},
                {"text": f"{lot.ceiling:,.2f}" if tender and lot.ceiling is not None else "未公告", "align": "number"},
                {"text": f"{timezone.localtime(tender.bid_deadline):%Y-%m-%d %H:%M}" if tender else "未公告"},
                {"text": f"{timezone.localtime(tender.opening_at):%Y-%m-%d %H:%M}" if tender else "未公告"},
                {"text": state_of(lot), "chip": 1, "tone": TONES.get(lot.status, "info")},
                {"text": won.get(lot.pk, "")},
            ]
        }


def won_lots(project: Project) -> dict[int, str]:
    """Lot → winner, of the lots whose result was announced."""
    told = ProjectPaper.objects.filter(project__package=project.package_id, kind=Kind.RESULT, notice__withdrawn_at=None).values("project")
    awards = Award.objects.in_force().filter(tender__project__in=told).select_related("contractor__organisation")
    return {award.tender.project_id: str(award.contractor) for award in awards.select_related("tender")}


def package_facts(project: Project, rows: list) -> list[dict]:
    limit = project.package.award_limit
    return [
        {"label": "采购人", "value": project.package.organisation.name},
        {"label": "采购包", "value": f"已公告 {len(rows)} 个"},
        {"label": "一家供应商最多成交", "value": f"{limit} 个包，按包号顺序确定" if limit else "不限定"},
    ]


def facts_of(project: Project) -> list[dict]:
    first = [
        {"label": "项目编号", "value": project.code},
        {"label": "采购人", "value": project.organisation.name},
        {"label": "采购方式", "value": project.get_method_display()},
        {"label": "预算金额", "value": yuan(project.plan_amount) if project.plan_amount is not None else None},
    ]
    contact = {"label": "联系方式", "value": f"{project.contact_name} {project.contact_phone}，{project.contact_address}"}
    return [*first, *(announced_facts(project) if project.published_at else []), contact]


def announced_facts(project: Project) -> list[dict]:
    """What the notice has said; none of it is shown while the project is only intended."""
    tender = getattr(project, "tender", None)
    deadline = f"{timezone.localtime(tender.bid_deadline):%Y-%m-%d %H:%M}（北京时间）" if tender else None
    opening = f"{timezone.localtime(tender.opening_at):%Y-%m-%d %H:%M}（北京时间）" if tender else None
    term = f"{project.starts_on} 至 {project.ends_on}" if project.starts_on and project.ends_on else None
    return [
        {"label": "最高限价", "value": yuan(project.ceiling) if project.ceiling is not None else None},
        {"label": "服务期限", "value": term},
        {"label": "响应文件提交截止", "value": deadline},
        {"label": "开启时间", "value": opening},
        *([{"label": "终止（废标）原因", "value": project.closing_reason}] if project.closing_reason else []),
    ]


def papers_of(project: Project) -> list[dict]:
    """Papers, newest first, with PDF and attachments; a withdrawn one keeps its line and says so."""
    drafts = Announcement.objects.filter(project=project, paper__isnull=False).prefetch_related("files__file")
    attached = {draft.paper_id: list(draft.files.all()) for draft in drafts}
    papers = project.papers.select_related("notice__file").order_by("-issued_at", "-pk")
    return [paper_card(project, paper, attached.get(paper.pk, [])) for paper in papers]


def paper_card(project: Project, paper: ProjectPaper, attached: list) -> dict:
    notice = paper.notice
    files = (
        [{"url": reverse("public_notice_file", args=[notice.code]), "name": "公告 PDF", "size": notice.file.size}] if notice.file else []
    )
    files += [
        {"url": reverse("public_attachment", args=[project.code, row.pk]), "name": row.label, "size": row.file.size} for row in attached
    ]
    return {
        "kind": paper.get_kind_display(),
        "url": reverse("public_notice", args=[notice.code]),
        "title": notice.title,
        "number": notice.number,
        "issued_at": paper.issued_at,
        "until": paper.until,
        "withdrawn": notice.is_withdrawn,
        "sections": [] if notice.is_withdrawn else notice.context.get("sections", []),
        "files": [] if notice.is_withdrawn else files,
    }


def milestones_of(project: Project) -> list[Milestone]:
    """The timetable as far as papers have told it: choice and contract appear with their announcements."""
    facts = Facts.of(project)
    found = list(before_notice(facts, why=EXCUSED))
    if project.published_at:
        found += while_announced(facts)
    if facts.papers.get(Kind.RESULT):
        found += choosing(facts)
    if facts.papers.get(Kind.CONTRACT):
        found += contracting(facts)
    return found
