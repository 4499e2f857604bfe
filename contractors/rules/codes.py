"""The unified social credit code (GB 32100-2015). Rule ids: docs/rules.md."""

from collections.abc import Iterator, Mapping

from stdnum.cn import uscc as uscc_check
from stdnum.exceptions import ValidationError

from records.policy import Breach, Clause

from .forms import LEGAL_FORM_LABELS, LegalForm

USCC = Clause("GB 32100-2015", "")

USCC_PREFIXES: Mapping[str, tuple[str, ...]] = {
    LegalForm.SOCIAL_GROUP: ("51",),
    LegalForm.SOCIAL_SERVICE: ("52",),
    LegalForm.FOUNDATION: ("53",),
    LegalForm.EXEMPT_GROUP: ("13", "51"),
    LegalForm.INSTITUTION_2: ("12",),
    LegalForm.INSTITUTION_COMMERCIAL: ("12",),
    LegalForm.INSTITUTION_1: ("12",),
    LegalForm.INSTITUTION_UNCLASSED: ("12",),
    LegalForm.ORGAN: ("11", "12"),
    LegalForm.ENTERPRISE: ("91",),
    LegalForm.PRACTICE: ("31",),
    LegalForm.LABOUR_AGENCY: ("91",),
    LegalForm.COLLECTIVE: ("N",),
    LegalForm.COMMITTEE: ("54",),
}


def uscc_breaches(code: str, legal_form: str = "") -> Iterator[Breach]:
    """Never binding: two real codes of public bodies fail the check digit."""
    try:
        uscc_check.validate(code)
    except ValidationError:
        yield Breach(
            "USCC", USCC, f"统一社会信用代码“{code}”校验不通过，请对照登记证书核对；确属证书所载的，写明情况后可以保存。", binding=False
        )
    prefixes = USCC_PREFIXES.get(legal_form, ())
    if prefixes and not code.startswith(prefixes):
        label = LEGAL_FORM_LABELS[legal_form]
        yield Breach("USCC", USCC, f"“{code}”开头与组织形式“{label}”不一致（通常为 {'、'.join(prefixes)}），请核对。", binding=False)


def normalise_uscc(text: str) -> str:
    """Full-width digits, spaces and lower case are put right silently."""
    table = {ord("０") + n: str(n) for n in range(10)} | {ord("Ａ") + n: chr(65 + n) for n in range(26)}
    return "".join(text.translate(table).split()).upper()
