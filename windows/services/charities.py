"""The bureau's register of charities: verified, suspended, taken up again; and the days that the slice counts by."""

from dataclasses import asdict, dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import audit, organisations
from accounts.models import Organisation
from records import clock, identity, workdays
from records.refusals import Refused, uphold
from records.values import policy_value
from records.workflow import claim, move
from windows.models import Charity
from windows.rules import charity as rules
from windows.services.guards import in_status

Kind = Organisation.Kind
BREACH = ("W-CHARITY", rules.HOUSE)
KINDS = (Kind.THIRD_PARTY, Kind.CONTRACTOR)


@dataclass(frozen=True, slots=True)
class Register:
    """What the bureau saw."""

    name: str
    uscc: str
    form: str
    registration: str
    registrar: str
    contact: str
    phone: str
    checked_on: date
    checked_how: str
    valid_until: date | None = None
    scope: str = ""


def due(code: str, organisation: Organisation, today: date | None = None) -> workdays.Due:
    """The last day by the authority's figure, or by ours (示例) where none is set."""
    today = today or clock.today()
    return workdays.due(workdays.add_workdays, today, days(code, organisation, today))


def days(code: str, organisation: Organisation, today: date) -> int:
    found = policy_value(code, organisation, today)
    return int(found.value) if found else rules.DAYS[code]


def active_for(organisation: Organisation, today: date):
    """The charities that the district's bureau verified, as they stand today."""
    return Charity.objects.active(today).filter(bureau=organisation.district).select_related("organisation")


@transaction.atomic
def register(bureau: Organisation, data: Register, *, by) -> Charity:
    """One charity more. Its organisation is found by its code, or made; the account is opened by the administrator of the city."""
    code = identity.normalise_id(data.uscc)
    uphold(breach for breach in identity.check_uscc(code) if breach.binding)
    uphold(
        rules.charity_breaches(checked_on=data.checked_on, today=clock.today(), valid_until=data.valid_until, checked_how=data.checked_how)
    )
    values = {name: value.strip() if isinstance(value, str) else value for name, value in asdict(data).items()}
    name = values.pop("name")
    values.pop("uscc")
    organisation = organisation_of(bureau, name, code, by)
    try:
        with transaction.atomic():
            row = Charity.objects.create(bureau=bureau, organisation=organisation, verified_by=by, **values)
    except IntegrityError:
        raise Refused.because(*BREACH, f"“{organisation}”已在本区县登记，请打开原来的登记。") from None
    audit.record("windows.charity.verified", row, by=by, detail={"uscc": code, "valid_until": row.valid_until})
    return row


def organisation_of(bureau: Organisation, name: str, code: str, by) -> Organisation:
    found = Organisation.objects.filter(code_scheme=Organisation.Scheme.USCC, code=code).first()
    if found is None:
        try:
            return organisations.create(kind=Kind.THIRD_PARTY, parent=bureau.parent, name=name, code=code, by=by)
        except ValidationError as error:
            raise Refused.because(*BREACH, "".join(error.messages)) from None
    if found.kind not in KINDS or not found.is_valid(clock.today()):
        raise Refused.because(*BREACH, f"代码 {code} 属于“{found}”，不能登记为慈善组织，请核对。")
    if found.name != name:
        raise Refused.because(*BREACH, f"代码 {code} 已登记的名称是“{found.name}”，与所填“{name}”不同，请核对证书。")
    return found


@transaction.atomic
def suspend(pk: int, *, reason: str, version: int, by) -> Charity:
    """From now on it sees no need and is matched with none; what was matched goes on under the eyes of the office."""
    row = claim(Charity.objects.select_related("bureau", "organisation"), pk, version=version)
    in_status(row, Charity.Status.VERIFIED, breach=BREACH, act="停用")
    uphold(rules.reason_breaches("W-CHARITY", reason, act="停用"))
    row.suspended_reason = reason.strip()
    row.save(update_fields=["suspended_reason"])
    return move(row, Charity.Status.SUSPENDED, by=by, note=row.suspended_reason)


@transaction.atomic
def verify_again(pk: int, *, valid_until: date | None, checked_on: date, checked_how: str, version: int, by) -> Charity:
    """A new look at its papers: a suspended one comes back, a running one gets its new last day."""
    row = claim(Charity.objects.select_related("bureau", "organisation"), pk, version=version)
    uphold(rules.charity_breaches(checked_on=checked_on, today=clock.today(), valid_until=valid_until, checked_how=checked_how))
    row.valid_until, row.checked_on, row.checked_how, row.verified_by = valid_until, checked_on, checked_how.strip(), by
    row.version += 1
    row.save(update_fields=["valid_until", "checked_on", "checked_how", "verified_by", "version"])
    detail = {"valid_until": valid_until}
    if row.status == Charity.Status.SUSPENDED:
        return move(row, Charity.Status.VERIFIED, by=by, note=row.checked_how, detail=detail)
    audit.record("windows.charity.verified", row, by=by, detail={"note": row.checked_how, **detail})
    return row
