"""Whom a township serves, counted from the list of who receives (在享名册), registered as a snapshot of today."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q

from accounts.models import Organisation
from records import clock
from records.policy import Clause
from records.refusals import Refused
from staffing.models import Caseload
from staffing.models import Category as Counted
from staffing.services import record_caseload
from windows.models.standing import Category, StandingEntry, StandingImport

RULE = Clause("渝民发〔2018〕4号", "三（二）")
COUNTED_AS = {
    Category.RURAL_DIBAO: Counted.RURAL_DIBAO,
    Category.URBAN_DIBAO: Counted.URBAN_DIBAO,
    Category.TEKUN_SCATTERED: Counted.TEKUN,
    Category.TEKUN_CENTRAL: Counted.TEKUN,
    Category.TEKUN: Counted.TEKUN,
}


@dataclass(frozen=True, slots=True)
class Found:
    """One township: persons by category as the list has them today, and what is registered for today already."""

    township: Organisation
    recipients: dict[str, int]
    registered: dict[str, int]

    @property
    def parts(self) -> list[tuple[str, int]]:
        return [(Counted(code).label, count) for code, count in self.recipients.items()]

    @property
    def is_new(self) -> bool:
        return any(self.registered.get(code) != count for code, count in self.recipients.items())


def counted(bureau: Organisation) -> list[Found]:
    """Townships whose list was imported and confirmed; of others nothing is known, and nothing is not 0.

    A category that nobody on the list ever had is left out for the same reason; one that everybody left is 0.
    """
    today = clock.today()
    confirmed = StandingImport.objects.filter(kind=StandingImport.Kind.ROSTER, status=StandingImport.Status.CONFIRMED)
    townships = Organisation.objects.below(bureau).filter(kind=Organisation.Kind.TOWNSHIP, pk__in=confirmed.values("organisation"))
    townships = list(townships.valid(today).order_by("path"))
    rows = StandingEntry.objects.filter(organisation__in=townships, category__in=COUNTED_AS).order_by()
    found: dict[int, dict[str, int]] = {}
    for pk, category, count in rows.values_list("organisation", "category").annotate(open=Count("pk", filter=Q(ended_on=None))):
        sums = found.setdefault(pk, {})
        code = COUNTED_AS[category].value
        sums[code] = sums.get(code, 0) + count
    held: dict[int, dict[str, int]] = {}
    for load in Caseload.objects.filter(organisation__in=townships, as_of=today):
        held.setdefault(load.organisation_id, {})[load.category] = load.recipients
    return [Found(one, found[one.pk], held.get(one.pk, {})) for one in townships if one.pk in found]


@transaction.atomic
def take(bureau: Organisation, *, by) -> int:
    """Register what is counted today; returns how many townships changed. Refused: no list to count."""
    rows, today = counted(bureau), clock.today()
    if not rows:
        raise Refused.because("W-19b", RULE, "本区县还没有确认导入的在享名册，无数可取。请先由乡镇（街道）导入，或者直接登记救助对象数。")
    source = f"本系统在享名册（{today:%Y-%m-%d} 在享人数）"
    return sum(bool(record_caseload(row.township, as_of=today, recipients=row.recipients, source=source, by=by)) for row in rows)
