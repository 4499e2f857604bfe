"""What the lots of one purchase know of each other: their total, that they go out together, how many a supplier has."""

from decimal import Decimal

from django.db.models import Sum

from procurement.models import Award, Project
from procurement.rules import lots as rules

ENDED = (Project.Status.FAILED, Project.Status.TERMINATED)


def live_lots(project: Project):
    """All lots of the purchase that were not given up, this one included; the project alone where there is no package."""
    if project.package_id is None:
        return Project.objects.filter(pk=project.pk)
    return Project.objects.filter(package=project.package_id).exclude(status__in=ENDED)


def total_ceiling(project: Project) -> Decimal | None:
    """What the thresholds look at: all lots together, in 元. None while this lot has no ceiling."""
    if project.package_id is None or project.ceiling is None:
        return project.ceiling
    return live_lots(project).aggregate(total=Sum("ceiling"))["total"]


def together_breaches(project: Project):
    """Before the notice of any lot: all are approved and go by one method."""
    if project.package_id is None:
        return ()
    rows = list(live_lots(project))
    waiting = [f"包 {row.lot_number}" for row in rows if row.status in (Project.Status.DRAFT, Project.Status.SUBMITTED)]
    return rules.together_breaches(waiting, [row.get_method_display() for row in rows])


def announced_lots(project: Project):
    """The lots of the purchase of which something is public, by number."""
    return Project.objects.announced().filter(package=project.package_id).order_by("lot_number")


def lots_won(project: Project, contractor) -> list[str]:
    """The other lots of the purchase that this supplier has in force."""
    if project.package_id is None:
        return []
    rows = Award.objects.in_force().filter(tender__project__package=project.package_id, contractor=contractor)
    rows = rows.exclude(tender__project=project).exclude(tender__project__status__in=ENDED).order_by("tender__project__lot_number")
    return [f"包 {number}" for number in rows.values_list("tender__project__lot_number", flat=True)]


def undecided_before(project: Project) -> list[str]:
    """Lots with a lower number that have no award yet and were not given up."""
    earlier = live_lots(project).filter(lot_number__lt=project.lot_number or 0)
    decided = Award.objects.in_force().filter(tender__project__in=earlier).values("tender__project")
    return [f"包 {row.lot_number}" for row in earlier.exclude(pk__in=decided).order_by("lot_number")]


def limit_breaches(project: Project, contractor):
    if project.package_id is None or project.package.award_limit is None:
        return ()
    won = lots_won(project, contractor)
    return rules.award_limit_breaches(str(contractor), won=won, limit=project.package.award_limit, undecided=undecided_before(project))


def at_limit(project: Project, contractor) -> bool:
    """Has this supplier all the lots it may have? Then the next candidate's turn has come."""
    limit = project.package.award_limit if project.package_id else None
    return limit is not None and len(lots_won(project, contractor)) >= limit
