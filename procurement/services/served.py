"""Whose a visit is: the contractor's own, or of whoever had taken the order over."""

from django.db.models import Exists, OuterRef, Q

from procurement.models import Contract, TakeoverLine


def taken_from(contract: Contract) -> Q:
    """Visits written down by others, and those that stood open while others answered for the order."""
    lines = TakeoverLine.objects.filter(order=OuterRef("order"), takeover__kind="takeover", takeover__drill=False)
    lines = lines.filter(takeover__decided_at__date__lte=OuterRef("planned_on"))
    away = lines.filter(Q(takeover__ended_at__isnull=True) | Q(takeover__ended_at__date__gt=OuterRef("planned_on")))
    by_others = Q(office__isnull=False) | Q(provider__isnull=False) & ~Q(provider=contract.contractor_id)
    return by_others | Q(provider__isnull=True) & Q(Exists(away))
