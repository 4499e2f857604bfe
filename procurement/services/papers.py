"""Public papers of a project: numbered, frozen, kept in the order of issue. Their day is the server's, nobody's choice."""

import json
from datetime import date

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from procurement.models import Announcement, Project, ProjectPaper
from procurement.services.releases import release_paper
from records import notices
from records.disclosure import personal_data_breaches
from records.refusals import uphold
from records.workflow import claim, move

TEMPLATE = "procurement/print/notice.html"


def draft_of(project: Project, kind) -> Announcement | None:
    """What is being prepared for the next paper of this kind."""
    return Announcement.objects.filter(project=project, kind=kind, status=Announcement.Status.DRAFT).first()


def extras_of(project: Project, kind) -> dict:
    """What the preparer typed beside what the project says by itself."""
    draft = draft_of(project, kind)
    return draft.values if draft else {}


def paper(project: Project, kind, title: str, context: dict, by, until: date | None = None, **detail) -> ProjectPaper:
    """Issue a public paper of the project today and keep it among its papers. ``detail``: its facts as plain JSON, for other systems.

    A preparation of this kind goes out with it, attachments and all. Raises Refused when a line shows personal data (NT-3).
    """
    draft = draft_of(project, kind)
    attached = [file.label for file in draft.files.all()] if draft else []
    sections = [*context["sections"], *([("附件", attached)] if attached else [])]
    uphold(personal_data_breaches(line for _, lines in sections for line in lines))
    notice = notices.issue(
        f"procurement.{kind}",
        organisation=project.organisation,
        title=title,
        template=TEMPLATE,
        context={"title": title, "organisation": str(project.organisation), **context, "sections": sections},
        by=by,
        number_prefix=f"{project.organisation.label}购"[:30],
        public=True,
    )
    plain = json.loads(json.dumps(detail, cls=DjangoJSONEncoder, ensure_ascii=False))
    issued = ProjectPaper.objects.create(project=project, kind=kind, notice=notice, until=until, detail=plain)
    if draft:
        send_out(draft, issued, by)
    Project.objects.filter(pk=project.pk).update(announced_at=issued.issued_at)
    release_paper(issued)
    return issued


def is_withdrawn(project: Project, kind) -> bool:
    """Was the last paper of this kind taken back? Then it may be issued anew."""
    last = project.papers.filter(kind=kind).select_related("notice").order_by("issued_at", "pk").last()
    return last is not None and last.notice.is_withdrawn


def send_out(draft: Announcement, issued: ProjectPaper, by) -> None:
    draft = claim(Announcement, draft.pk)
    draft.paper = issued
    draft.save(update_fields=["paper"])
    move(draft, Announcement.Status.ISSUED, by=by)


def spelled(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def spelled_time(moment) -> str:
    local = timezone.localtime(moment)
    return f"{spelled(local.date())} {local:%H:%M}"


def contact_of(project: Project) -> str:
    return f"采购人：{project.organisation}；联系人：{project.contact_name}；电话：{project.contact_phone}；地址：{project.contact_address}"
