"""A project's file as people read it: what was packed, when, how long it is kept, whom it is handed to."""

from django.urls import reverse
from django.utils import timezone

from procurement.models import Project, ProjectArchive
from procurement.rules import retention
from procurement.services import archive as services

COLUMNS = [
    {"label": "打包时间", "align": ""},
    {"label": "打包人", "align": ""},
    {"label": "文件数", "align": "number"},
    {"label": "未能收入", "align": "number"},
    {"label": "摘要清单 SHA-256", "align": ""},
    {"label": "档案包", "align": ""},
]
PART_COLUMNS = [{"label": "文件", "align": ""}, {"label": "题名", "align": ""}, {"label": "大小（字节）", "align": "number"}]
SHOWN = 20


def facts_of(project: Project) -> list[dict]:
    end = services.ended_on(project)
    kept = f"{retention.kept_until(end)}（采购结束之日起 {retention.YEARS} 年）" if end else "采购结束后起算"
    return [
        {"label": "采购结束日期", "value": str(end) if end else "采购尚未结束"},
        {"label": "至少保存至", "value": kept, "clause": retention.RETENTION},
        {"label": "电子档案", "value": "可以用电子档案方式保存", "clause": retention.ELECTRONIC},
    ]


def rows_of(project: Project, user) -> list[dict]:
    """Earlier packings. The ZIP itself belongs to whoever asked for it; another person packs anew."""
    found = ProjectArchive.objects.visible_to(user).filter(project=project).select_related("packed_by", "job")
    return [{"cells": cells_of(row, user), "tone": "due" if row.missing else ""} for row in found[:SHOWN]]


def cells_of(row: ProjectArchive, user) -> list[dict]:
    own = row.packed_by_id == user.pk
    return [
        {"text": f"{timezone.localtime(row.packed_at):%Y-%m-%d %H:%M}", "url": reverse("procurement:archive_detail", args=[row.pk])},
        {"text": str(row.packed_by)},
        {"text": f"{row.parts:,}", "align": "number"},
        {"text": f"{row.missing:,}", "align": "number"},
        {"text": row.root[:16] + "…"},
        {"text": "下载" if own else "仅打包人可下载", "url": reverse("records:job_detail", args=[row.job_id]) if own else ""},
    ]


def part_rows(archive: ProjectArchive) -> list[dict]:
    return [
        {"cells": [{"text": part["path"]}, {"text": part["title"]}, {"text": f"{part['size']:,}", "align": "number"}]}
        for part in archive.contents["parts"][:500]
    ]


def missing_rows(archive: ProjectArchive) -> list[dict]:
    return [
        {"cells": [{"text": one["path"]}, {"text": one["title"]}, {"text": one["reason"]}], "tone": "due"}
        for one in archive.contents["missing"]
    ]


def export_rows(archive: ProjectArchive):
    """The hand-over list: every file with its size and hash."""
    for number, part in enumerate(archive.contents["parts"], start=1):
        yield [number, part["path"], part["title"], part["size"], part["sha256"]]
