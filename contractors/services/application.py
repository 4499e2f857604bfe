"""An application from outside: begun, filled in, sent, and sent again. The applicant has no account; a number and a code open it.

The code is derived from the browser's own submission key, so that a repeated request tells the same code; only its hash is kept.
"""

import hashlib
import secrets
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts import audit
from contractors import rules
from contractors.models import QUALIFICATION, Application, ApplicationPaper, Debarment
from records import clock
from records.files import store_upload
from records.idempotency import ONCE
from records.policy import Clause
from records.refusals import HOUSE, Refused, lifted_by, uphold
from records.workflow import claim, move, touch

from .register import clean_head

ENTERING = Clause(HOUSE, "自助登记")
CODE_LENGTH = 16
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is misread
MOST_QUALIFICATIONS = 12
MOST_BYTES = 10 * 1024 * 1024
NOBODY = "0" * 64


@dataclass(frozen=True, slots=True)
class Begun:
    application: Application
    code: str


def begin(*, district, key: str, fingerprint: str, values: dict) -> Begun:
    """A new draft. The same submission sent again answers the same number and code; whether the code is registered is not told."""
    if not key:
        raise Refused.because("R-ONCE", ONCE, "页面已经失效，请刷新后重新填写提交。")
    values = {**values, "uscc": rules.normalise_uscc(values["uscc"])}
    said = values.get("form_reason", "")
    lifted = lifted_by(said, uphold(entrance_breaches(values), reason=said))
    code = code_of(key)
    try:
        with transaction.atomic():
            row = Application(
                number=new_number(),
                submission_key=digest(key),
                fingerprint=fingerprint,
                code_hash=digest(code),
                district=district,
                **values,
            )
            row.save(force_insert=True)
            audit.record("contractors.application.begun", row, by=None, detail={"uscc": row.uscc, "lifted": lifted})
    except IntegrityError:
        row = Application.objects.get(submission_key=digest(key))
        if row.fingerprint != fingerprint:
            raise Refused.because("R-ONCE", ONCE, "同一提交编号已经用于另一份内容。请刷新页面后重新填写提交。") from None
    return Begun(row, code)


def entrance_breaches(values: dict):
    """What needs no paper to be seen: a form that may never contract is told so before anything is filled in (P-03)."""
    yield from rules.form_breaches(values["legal_form"], fiscally_funded=values.get("fiscally_funded", False))
    yield from rules.small_business_breaches(values["legal_form"], declared=values.get("small_business", False))
    if not values.get("uscc_reason"):
        yield from rules.uscc_breaches(values["uscc"], values["legal_form"])


def code_of(key: str) -> str:
    number = int.from_bytes(salted_hmac("contractors.application", key, algorithm="sha256").digest())
    return "".join(ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(CODE_LENGTH))


def new_number() -> str:
    return f"DJ{clock.today():%Y%m%d}{''.join(secrets.choice(ALPHABET) for _ in range(6))}"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def spelled(code: str) -> str:
    """As people copy it: blanks, dashes and small letters do not matter."""
    return "".join(char for char in code.upper() if char in ALPHABET)


def find(number: str, code: str) -> Application | None:
    """The application, if number and code belong together. The same work is done whether the number exists or not."""
    row = Application.objects.filter(number=number.strip().upper()).first()
    right = constant_time_compare(row.code_hash if row else NOBODY, digest(spelled(code)))
    return row if row is not None and right else None


def own(pk) -> Application:
    """Locked for its applicant, as long as it may still be changed. Raises Refused."""
    row = claim(Application.objects.select_related("district"), pk)
    if not row.is_open:
        raise Refused.because("R-STATE", ENTERING, f"申请现为“{row.get_status_display()}”，不能修改。核实意见会在本页显示。")
    return row


@transaction.atomic
def edit(pk, *, values: dict, version: int | None) -> Application:
    """Keep what was typed, complete or not: what is missing is told before it is sent."""
    row = claim(Application.objects.select_related("district"), pk, version=version)
    own(pk)
    for field, value in clean_head(values).items():
        setattr(row, field, value)
    touch(row)
    row.save()
    return row


@transaction.atomic
def add_paper(pk, *, kind: str, upload=None, statement: str = "", title: str = "", number: str = "", valid_until=None) -> ApplicationPaper:
    """One piece of evidence, kept at once; a condition's earlier paper is replaced."""
    row = own(pk)
    if not upload and not statement.strip():
        raise Refused.because("P-07", rules.EVIDENCE, "请选择文件；确实没有文件的写明情况。")
    earlier = row.papers.filter(kind=kind)
    if kind == QUALIFICATION and earlier.count() >= MOST_QUALIFICATIONS:
        raise Refused.because("P-07", ENTERING, f"资质证书最多 {MOST_QUALIFICATIONS} 份，请合并或删除后再传。")
    stored = store_upload(upload, organisation=row.district, by=None, limit=MOST_BYTES) if upload else None
    if kind != QUALIFICATION:
        earlier.delete()
    return ApplicationPaper.objects.create(
        application=row, kind=kind, title=title.strip(), number=number.strip(), valid_until=valid_until,
        statement=statement.strip(), file=stored,
    )  # fmt: skip


@transaction.atomic
def remove_paper(pk, paper_pk) -> None:
    own(pk).papers.filter(pk=paper_pk).delete()


def request_of(row: Application) -> rules.Request:
    """The application as the rules read it."""
    papers: dict[str, bool] = {}
    for paper in row.papers.all():
        if paper.kind != QUALIFICATION:
            papers[paper.kind] = paper.file_id is not None
    return rules.Request(
        name=row.name,
        uscc=row.uscc,
        legal_form=row.legal_form,
        fiscally_funded=row.fiscally_funded,
        small_business=row.small_business,
        representative=row.representative,
        contact_name=row.contact_name,
        phone=row.phone,
        address=row.address,
        services=frozenset(row.services),
        papers=papers,
        bans=tuple(rules.Ban(ban.decision_no, ban.starts_on, ban.last_day) for ban in Debarment.objects.filter(uscc=row.uscc)),
    )


def breaches(row: Application, *, on) -> list:
    return list(rules.request_breaches(request_of(row), on=on))


def submission_breaches(row: Application, *, on) -> list:
    """What keeps the application on the applicant's desk: reasons already written lift what a reason may lift."""
    reason = row.form_reason or row.uscc_reason
    return [breach for breach in breaches(row, on=on) if breach.binding or not reason]


@transaction.atomic
def submit(pk, *, declared: bool, declared_by: str) -> Application:
    """To the bureau's desk, first time or again."""
    row = own(pk)
    uphold([*rules.declaration_breaches(declared=declared, by=declared_by), *submission_breaches(row, on=clock.today())])
    row.declared_by, row.submitted_at, row.round = declared_by.strip(), clock.now(), row.round + 1
    row.save(update_fields=["declared_by", "submitted_at", "round"])
    return move(row, Application.Status.SUBMITTED, by=None, note=f"承诺人：{row.declared_by}", detail={"round": row.round})
