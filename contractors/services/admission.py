"""The bureau's side of an application: sent back with reasons, refused, or entered into the register with its first account."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts import services as accounts
from accounts.models import User
from accounts.roles import Role
from contractors import rules
from contractors.models import (
    QUALIFICATION,
    Application,
    ApplicationNote,
    ConditionProof,
    Contractor,
    Debarment,
    Qualification,
)
from records import clock
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim, move

from .application import ENTERING, breaches, code_of, digest
from .register import assign, organisation_of, refuse_known

COPIED = (
    "legal_form", "fiscally_funded", "small_business", "representative", "representative_id", "address",
    "contact_name", "phone", "email", "services", "introduction",
)  # fmt: skip


@transaction.atomic
def send_back(pk, *, notes: dict[str, str], version: int | None = None, by) -> Application:
    """Back to the applicant: all sections that fall short at once, each with its reason."""
    row = claim(Application.objects.select_related("district"), pk, version=version)
    uphold(rules.return_breaches(notes))
    move(row, Application.Status.RETURNED, by=by, detail={"sections": [name for name, text in notes.items() if text.strip()]})
    ApplicationNote.objects.bulk_create(
        ApplicationNote(application=row, round=row.round, section=section, reason=text.strip(), returned_by=by)
        for section, text in notes.items()
        if text.strip()
    )
    return row


@transaction.atomic
def refuse(pk, *, reason: str, version: int | None = None, by) -> Application:
    """Not entered into the register, with the reason and for good; the organisation may apply anew."""
    row = claim(Application.objects.select_related("district"), pk, version=version)
    if not reason.strip():
        raise Refused.because("P-07", rules.FOUNDING, "请写明不予登记的理由和依据，申请单位可以看到。")
    row.judged_by, row.judged_at, row.verdict_reason = by, clock.now(), reason.strip()
    row.save(update_fields=["judged_by", "judged_at", "verdict_reason"])
    return move(row, Application.Status.REFUSED, by=by, note=reason)


def approval_breaches(row: Application, *, on) -> list[Breach]:
    """What stands against entering this application: the applicant's own list, and a code that is in the register already."""
    found = breaches(row, on=on)
    known = Contractor.objects.filter(uscc=row.uscc).select_related("organisation").first()
    if known:
        found.append(Breach("USCC", rules.USCC, f"统一社会信用代码 {row.uscc} 已登记为“{known}”，请不予登记并请该单位使用原有账号。"))
    return found


@transaction.atomic
def approve(pk, *, reason: str = "", version: int | None = None, by) -> Application:
    """Enter the organisation with what was proved, and open its first account. Of two who press at once one succeeds."""
    row = claim(Application.objects.select_related("district"), pk, version=version)
    refuse_known(row.uscc)
    lifted = uphold(approval_breaches(row, on=clock.today()), reason=reason)
    organisation = organisation_of(row.name, row.uscc)
    row.administrator = open_account(row, organisation, by=by)
    row.contractor = enter(row, organisation, by=by)
    row.judged_by, row.judged_at, row.verdict_reason = by, clock.now(), reason.strip()
    row.save(update_fields=["administrator", "contractor", "judged_by", "judged_at", "verdict_reason"])
    move(row, Application.Status.APPROVED, by=by, note=reason, detail={"lifted": [breach.rule for breach in lifted]})
    return row


def open_account(row: Application, organisation, *, by) -> User:
    """The first administrator's account. Nobody knows its password: its owner sets one with the application's code."""
    user = accounts.create_user(
        username=row.uscc.lower(), name=row.contact_name, password=secrets.token_urlsafe(32), phone=row.phone, email=row.email, by=by
    )
    user.set_unusable_password()
    user.save(update_fields=["password"])
    accounts.appoint(user, organisation, Role.CONTRACTOR_ADMIN, by=by)
    return user


def enter(row: Application, organisation, *, by) -> Contractor:
    """The register's row, verified, with every proof and qualification of the application."""
    contractor = Contractor(organisation=organisation, uscc=row.uscc, uscc_reason=row.uscc_reason, created_by=row.administrator)
    assign(contractor, {field: getattr(row, field) for field in COPIED})
    contractor.save()
    Debarment.objects.filter(uscc=row.uscc, contractor=None).update(contractor=contractor)
    now, today = clock.now(), clock.today()
    for paper in row.papers.all():
        seen = {"contractor": contractor, "file": paper.file, "verified_by": by, "verified_on": today, "submitted_at": row.submitted_at}
        if paper.kind == QUALIFICATION:
            Qualification.objects.create(kind=paper.title, number=paper.number, valid_until=paper.valid_until, **seen)
        else:
            ConditionProof.objects.create(condition=paper.kind, statement=paper.statement, **seen)
    contractor.verified_by, contractor.verified_at = by, now
    contractor.save(update_fields=["verified_by", "verified_at"])
    return move(contractor, Contractor.Status.VERIFIED, by=by, note=f"自助登记 {row.number}")


@transaction.atomic
def claim_account(pk, *, password: str) -> User:
    """The owner of the code takes over the account by setting its password; once."""
    row = claim(Application.objects.select_related("district", "administrator"), pk)
    if row.administrator is None or row.claimed_at:
        raise Refused.because("R-STATE", ENTERING, "账号已经领取或尚未建立。忘记密码请联系受理的民政局重新发放查询码。")
    try:
        validate_password(password, row.administrator)
    except ValidationError as error:
        raise Refused.because("R-PASSWORD", ENTERING, "".join(error.messages)) from None
    accounts.change_password(row.administrator, password, by=None)
    row.claimed_at = clock.now()
    row.save(update_fields=["claimed_at"])
    audit.record("contractors.application.claimed", row, by=None, detail={"user": row.administrator.username})
    return row.administrator


@transaction.atomic
def reissue_code(pk, *, reason: str, by) -> tuple[Application, str]:
    """A fresh code for somebody who lost theirs and proved at the counter who they are. Ends whatever the old one had opened."""
    row = claim(Application.objects.select_related("district"), pk)
    if not reason.strip():
        raise Refused.because("R-STATE", ENTERING, "请写明如何核对了来人身份。")
    if row.claimed_at:
        raise Refused.because("R-STATE", ENTERING, "账号已经领取，查询码不再需要；忘记密码的由该单位管理员或系统管理员重置。")
    code = code_of(secrets.token_urlsafe(32))
    row.code_hash = digest(code)
    row.save(update_fields=["code_hash"])
    audit.record("contractors.application.code_reissued", row, by=by, detail={"reason": reason.strip()})
    return row, code
