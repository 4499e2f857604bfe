"""Papers that are issued: numbered without gaps, frozen, drawn once, checkable by anybody.

    notice = issue("procurement.award", organisation=bureau, title="中标（成交）结果公告", template="procurement/print/award.html",
                   context={...plain JSON...}, by=user, number_prefix="渝中民", public=True)

The number, the row and the audit event belong to the caller's transaction; the PDF follows by a job. ``context`` is frozen as
JSON: dates and Decimals become text, so format them before. The template gets it as ``context.*`` merged with ``notice`` and
``verification`` (code, url, qr). After issue only ``withdraw`` changes anything, and the database sees to that.
"""

import hashlib
import json
import secrets

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from records import clock, files, jobs, pdf
from records.models import Notice, NumberSeries, StoredFile
from records.policy import Clause
from records.refusals import HOUSE, Refused

RULE = Clause(HOUSE, "文书公告")
JOB = "records.notice_pdf"
SECTIONS = {  # the app part of a notice's kind, as the public pages group them
    "procurement": "采购信息",
    "evaluation": "绩效评价",
    "contractors": "承接主体",
    "windows": "救助窗口",
    "staffing": "经办力量",
    "records": "其他",
}
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that looks like something else
CODE_LENGTH = 12


@transaction.atomic
def issue(kind: str, *, organisation, title, template, context: dict, by, number_prefix: str, public: bool = False) -> Notice:
    """Number, freeze and record a paper; its PDF is drawn by a job after commit."""
    frozen = json.loads(json.dumps(context, cls=DjangoJSONEncoder, ensure_ascii=False))
    issued_at = clock.now()
    year = timezone.localtime(issued_at).year
    sequence = next_number(organisation, number_prefix, year)
    notice = Notice.objects.create(
        organisation=organisation,
        kind=kind,
        title=title[:200],
        prefix=number_prefix,
        year=year,
        sequence=sequence,
        number=f"{number_prefix}〔{year}〕{sequence}号",
        template=template,
        context=frozen,
        context_sha256=digest_of(frozen),
        code=new_code(),
        public=public,
        issued_by=by,
        issued_at=issued_at,
    )
    audit.record("records.notice.issued", notice, by=by, detail={"number": notice.number, "kind": kind, "public": public})
    jobs.enqueue(JOB, organisation=organisation, by=by, key=str(notice.pk), title=f"生成文书：{notice.number} {title}", notice=notice.pk)
    return notice


def next_number(organisation, prefix: str, year: int) -> int:
    """The next number of a series, locked until commit: a rollback gives it back, so there is no gap."""
    NumberSeries.objects.get_or_create(organisation=organisation, prefix=prefix, year=year)
    series = NumberSeries.objects.select_for_update(of=("self",)).get(organisation=organisation, prefix=prefix, year=year)
    NumberSeries.objects.filter(pk=series.pk).update(last=F("last") + 1)
    return series.last + 1


def digest_of(context: dict) -> str:
    return hashlib.sha256(json.dumps(context, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def new_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def section_of(kind: str) -> str:
    return SECTIONS.get(kind.partition(".")[0], SECTIONS["records"])


def spell_code(code: str) -> str:
    """Grouped by four for the eye: ``7K3M-…``."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def read_code(text: str) -> str:
    """What somebody typed from paper, as it is stored."""
    return "".join(char for char in text.upper() if char in CODE_ALPHABET)[:CODE_LENGTH]


def verification_url(notice: Notice) -> str:
    return f"{settings.SITE_URL}{reverse('verify', args=[notice.code])}"


@jobs.handler(JOB)
def draw(job, report) -> None:
    """Draw the PDF of ``params.notice`` and attach it, once."""
    notice = Notice.objects.select_related("organisation").get(pk=job.params["notice"])
    if notice.file_id:
        return
    report(0, 1, f"排版 {notice.number}")
    attach(notice, pdf.render(notice.template, print_context(notice)))


def print_context(notice: Notice) -> dict:
    url = verification_url(notice)
    verification = {"code": spell_code(notice.code), "url": url, "qr": pdf.qr_svg(url)}
    return {**notice.context, "notice": notice, "verification": verification, "issued_on": timezone.localtime(notice.issued_at).date()}


@transaction.atomic
def attach(notice: Notice, data: bytes) -> StoredFile | None:
    """Give the notice its file; None when it has one already (the job ran twice)."""
    locked = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if locked.file_id:
        return None
    name = f"{notice.number} {notice.title}.pdf"
    locked.file = files.store_bytes(data, name, organisation=notice.organisation, by=notice.issued_by)
    locked.save(update_fields=["file"])
    return locked.file


@transaction.atomic
def withdraw(notice_id: int, *, by, reason: str) -> Notice:
    """Take a paper back. It stays on record; the public pages say that it was withdrawn, and why."""
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice_id)
    if not reason.strip():
        raise Refused.because("NT-1", RULE, "撤回文书必须写明原因。")
    if notice.is_withdrawn:
        raise Refused.because("NT-2", RULE, f"{notice.number} 已于 {timezone.localtime(notice.withdrawn_at):%Y-%m-%d} 撤回。")
    notice.withdrawn_at, notice.withdrawn_by, notice.withdrawal_reason = clock.now(), by, reason.strip()[:300]
    notice.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    audit.record("records.notice.withdrawn", notice, by=by, detail={"reason": reason})
    return notice
