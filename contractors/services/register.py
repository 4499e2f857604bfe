"""Entering a contractor into the register, and changing its entry."""

from django.db import transaction

from accounts import audit
from accounts.models import Organisation
from contractors import rules
from contractors.models import Contractor, Debarment
from records.crypto import blind_index
from records.identity import normalise_id
from records.refusals import Refused, uphold

FIELDS = (
    "legal_form", "fiscally_funded", "small_business", "representative", "representative_id", "address",
    "contact_name", "phone", "email", "services", "introduction",
)  # fmt: skip


def refuse_known(uscc: str) -> None:
    if Contractor.objects.filter(uscc=uscc).exists():
        raise Refused.because("USCC", rules.USCC, f"统一社会信用代码 {uscc} 已经登记过，请在承接主体库中查找。")


@transaction.atomic
def register(*, name: str, uscc: str, by, uscc_reason: str = "", **values) -> Contractor:
    """A new contractor, waiting to be verified. An odd code is kept when ``uscc_reason`` says why."""
    uscc = rules.normalise_uscc(uscc)
    refuse_known(uscc)
    form = values.get("legal_form", "")
    odd = [*rules.uscc_breaches(uscc, form), *rules.small_business_breaches(form, declared=values.get("small_business", False))]
    lifted = uphold(odd, reason=uscc_reason)
    contractor = Contractor(organisation=organisation_of(name, uscc), uscc=uscc, uscc_reason=uscc_reason if lifted else "", created_by=by)
    assign(contractor, values)
    contractor.save()
    Debarment.objects.filter(uscc=uscc, contractor=None).update(contractor=contractor)
    audit.record("contractors.contractor.registered", contractor, by=by, detail={"uscc": uscc, "lifted": [b.message for b in lifted]})
    return contractor


def organisation_of(name: str, uscc: str) -> Organisation:
    """The organisation under the city that stands for this contractor; made if it is new."""
    city = Organisation.objects.get(kind=Organisation.Kind.CITY)
    organisation, _ = Organisation.objects.get_or_create(
        path=Organisation.child_path(city, f"C-{uscc}"),
        defaults={
            "name": name,
            "kind": Organisation.Kind.CONTRACTOR,
            "code": uscc,
            "code_scheme": Organisation.Scheme.USCC,
            "parent": city,
        },
    )
    return organisation


def clean_head(values: dict) -> dict:
    """An ID number as it is compared: no blanks, upper case."""
    if values.get("representative_id"):
        values = {**values, "representative_id": normalise_id(values["representative_id"])}
    return values


def assign(contractor, values) -> None:
    values = clean_head(values)
    for field in FIELDS:
        if field in values:
            setattr(contractor, field, values[field])
    contractor.representative_index = blind_index(contractor.representative_id, "id") if contractor.representative_id else ""
