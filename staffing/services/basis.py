"""How the sums are made for an organisation: rounding and counted categories as the authority set them."""

from datetime import date

from accounts.models import Organisation
from records.values import policy_values
from staffing.models import Category
from staffing.reports.table import DEFAULT_CATEGORIES, Basis
from staffing.rules import Rounding

CATEGORY_SETTING, ROUNDING_SETTING = "recipient_categories", "staffing_rounding"
SETTING_CATEGORIES = {
    "dibao": (Category.URBAN_DIBAO, Category.RURAL_DIBAO),
    "tekun": (Category.TEKUN,),
    "marginal": (Category.EDGE,),
    "rigid": (Category.HARDSHIP,),
}


def basis_for(organisation: Organisation, on: date) -> Basis:
    """Rounding and counted categories as the authority set them for this organisation; unset: the default."""
    values = policy_values((ROUNDING_SETTING, CATEGORY_SETTING), organisation, on)
    rounding, counted = values.get(ROUNDING_SETTING), values.get(CATEGORY_SETTING)
    categories = tuple(category for code in counted.value for category in SETTING_CATEGORIES[code]) if counted else DEFAULT_CATEGORIES
    return Basis(on, Rounding(rounding.value) if rounding else Rounding.CEIL, categories)
