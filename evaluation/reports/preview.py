"""An edition that is not saved yet, tried on the last closed periods: side by side, whoever changes grade first. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from accounts.models import Organisation
from evaluation import rules
from evaluation.models import Evaluation, Scheme
from evaluation.rules.preview import Asked, Rescored, rescore
from evaluation.services.schemes import Spec
from procurement.models import Project

PERIODS = 40  # the newest so many
ORDER = ("优", "良", "中", "差")


@dataclass(frozen=True, slots=True)
class Row:
    evaluation: Evaluation
    now: Rescored

    @property
    def changed(self) -> bool:
        return self.now.grade is not None and str(self.now.grade) != self.evaluation.grade

    @property
    def words(self) -> str:
        if self.now.grade is None:
            return "缺项，不能试算"
        if not self.changed:
            return "等级不变"
        return "升级" if ORDER.index(str(self.now.grade)) < ORDER.index(self.evaluation.grade) else "降级"


def periods_judged(organisation: Organisation, service_class: str, user):
    """The newest closed periods that an edition of ``organisation`` for this class would judge, within the user's reach.

    Not those judged by an edition nearer to the purchaser, nor, for the general edition, by one for their own class of service.
    """
    rows = Evaluation.objects.visible_to(user).listed().filter(organisation__path__startswith=organisation.path, frozen__isnull=False)
    rows = rows.exclude(status=Evaluation.Status.COLLECTING).exclude(superseded_by__frozen__isnull=False)
    rows = rows.filter(scheme__organisation__path__in=organisation.ancestor_paths())
    if service_class == Scheme.ServiceClass.ANY:
        return rows.exclude(~Q(scheme__service_class=Scheme.ServiceClass.ANY), scheme__organisation=organisation)
    kinds = Project.items.through.objects.filter(project=OuterRef("contract__project"))
    return rows.filter(Exists(kinds), ~Exists(kinds.exclude(catalogueitem__kind=service_class)))


def try_out(organisation: Organisation, service_class: str, specs: Sequence[Spec], user) -> list[Row]:
    """Every period re-scored from its frozen inputs; who changes grade first, then what cannot be told, then the rest."""
    asked = [Asked(spec.line(), spec.figure, spec.criteria) for spec in specs]
    found = periods_judged(organisation, service_class, user).order_by("-period_end", "-pk")[:PERIODS]
    rows = [Row(evaluation, rescore(asked, evaluation.frozen["indicators"])) for evaluation in found]
    return sorted(rows, key=lambda row: (not row.changed, row.now.grade is not None))


def preview(organisation: Organisation, service_class: str, specs: Sequence[Spec], user) -> dict:
    """What the page shows of it."""
    rows = try_out(organisation, service_class, specs, user)
    return {
        "rows": [_shown(row) for row in rows],
        "count": len(rows),
        "changed": sum(row.changed for row in rows),
        "untold": sum(row.now.grade is None for row in rows),
        "most": PERIODS,
    }


def _shown(row: Row) -> dict:
    evaluation = row.evaluation
    known = row.now.total is not None
    return {
        "pk": evaluation.pk,
        "project": evaluation.contract.project.name,
        "period": f"{evaluation.period_start} 至 {evaluation.period_end}",
        "contractor": evaluation.contract.contractor.organisation.name,
        "before": f"{rules.shown(evaluation.total)} {evaluation.grade}",
        "after": f"{rules.shown(row.now.total)} {row.now.grade}" if known else "—",
        "difference": f"{rules.shown(row.now.total - evaluation.total)}" if known else "—",
        "words": row.words,
        "tone": {"升级": "info", "降级": "overdue", "等级不变": "ok"}.get(row.words, "due"),
        "missing": row.now.missing,
    }
