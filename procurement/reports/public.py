"""Announced projects as the public reads them."""

from django.urls import reverse
from django.utils import timezone

from procurement.models import Project
from procurement.reports.project import TONES, papers_of
from procurement.rules.money import yuan

COLUMNS = [
    {"label": "项目", "align": ""},
    {"label": "采购人", "align": ""},
    {"label": "采购方式", "align": ""},
    {"label": "最高限价", "align": "number"},
    {"label": "公告日期", "align": ""},
    {"label": "状态", "align": ""},
]

__all__ = ["COLUMNS", "facts_of", "list_rows", "papers_of"]


def list_rows(projects) -> list[dict]:
    return [{"cells": cells_of(project)} for project in projects]


def cells_of(project: Project) -> list[dict]:
    return [
        {"text": project.name, "url": reverse("public_project_detail", args=[project.code]), "sub": project.code},
        {"text": project.organisation.name},
        {"text": project.get_method_display()},
        {"text": yuan(project.ceiling), "align": "number"},
        {"text": f"{timezone.localtime(project.published_at):%Y-%m-%d}"},
        {"text": project.get_status_display(), "chip": True, "tone": TONES.get(project.status, "info")},
    ]


def facts_of(project: Project) -> list[dict]:
    tender = getattr(project, "tender", None)
    deadline = f"{timezone.localtime(tender.bid_deadline):%Y-%m-%d %H:%M}（北京时间）" if tender else None
    opening = f"{timezone.localtime(tender.opening_at):%Y-%m-%d %H:%M}（北京时间）" if tender else None
    return [
        {"label": "项目编号", "value": project.code},
        {"label": "采购人", "value": project.organisation.name},
        {"label": "采购方式", "value": project.get_method_display()},
        {"label": "预算金额", "value": yuan(project.plan_amount)},
        {"label": "最高限价", "value": yuan(project.ceiling)},
        {"label": "服务期限", "value": f"{project.starts_on} 至 {project.ends_on}"},
        {"label": "响应文件提交截止", "value": deadline},
        {"label": "开启时间", "value": opening},
        {"label": "终止（废标）原因", "value": project.closing_reason or None},
        {"label": "联系方式", "value": f"{project.contact_name} {project.contact_phone}，{project.contact_address}"},
    ]
