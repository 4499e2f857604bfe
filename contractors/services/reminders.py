"""Messages before a certificate runs out: thirty days, seven days, and once when it has."""

from datetime import date, timedelta

from django.urls import reverse

from accounts.roles import Role
from contractors.models import Contractor, Qualification
from records import messages

STEPS = (30, 7)  # days before the last valid day
LOOK_BACK = 30  # days after which an old certificate is no news any more


def tell_expiring(today: date) -> int:
    """One message for each certificate and step, whatever happened to yesterday's run. Returns how many certificates."""
    rows = Qualification.objects.latest_of_kind().exclude(contractor__status=Contractor.Status.SUSPENDED)
    rows = rows.filter(valid_until__gte=today - timedelta(days=LOOK_BACK), valid_until__lte=today + timedelta(days=max(STEPS)))
    told = 0
    for row in rows.select_related("contractor__organisation"):
        tell(row, today)
        told += 1
    return told


def tell(row: Qualification, today: date) -> None:
    left = (row.valid_until - today).days
    step = "over" if left < 0 else min(days for days in STEPS if left <= days)
    title = f"资质“{row.kind}”已经到期" if step == "over" else f"资质“{row.kind}”{step} 天内到期"
    body = f"有效期至 {row.valid_until}。到期的资质在采购中不计，请更新后提交核实。"
    url = reverse("contractors:contractor_detail", args=[row.contractor_id])
    key = f"qualification:{row.pk}:{row.valid_until}:{step}"
    messages.to_role(row.contractor.organisation, Role.CONTRACTOR_ADMIN, title, body, url=url, key=key)
