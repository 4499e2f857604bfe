"""Strike a line of the year's money that was entered by mistake: it stays on record and counts nowhere any more."""

from django.db import transaction

from accounts import audit
from procurement.models import PlanRow, SuperiorGrant
from procurement.models.striking import Strikable
from procurement.rules import money
from procurement.services.money import cap_of, lock_cap, purchaser_district
from records import clock
from records.policy import Clause
from records.refusals import Refused, uphold
from records.workflow import claim


def strike(row: Strikable, *, rule: str, clause: Clause, reason: str, by) -> None:
    """Once, with a reason. The caller holds the row."""
    if not reason.strip() or row.struck_at:
        raise Refused.because(rule, clause, "撤销登记须写明原因，且只能撤销一次。")
    row.struck_by, row.struck_at, row.struck_reason = by, clock.now(), reason.strip()
    row.save(update_fields=["struck_by", "struck_at", "struck_reason"])
    audit.record(f"procurement.{row._meta.model_name}.struck", row, by=by, detail={"reason": row.struck_reason, "amount": row.amount})


@transaction.atomic
def strike_grant(grant_id: int, *, reason: str, by) -> SuperiorGrant:
    """F-04: the denominator shrinks. Not while the purchases of the year would then be above the cap: enter the right one first."""
    grant = claim(SuperiorGrant.objects.select_related("organisation"), grant_id)
    district = purchaser_district(grant.organisation)
    lock_cap(district)
    strike(grant, rule="F-04", clause=money.SOURCES, reason=reason, by=by)
    after = cap_of(district, grant.fiscal_year)
    uphold(breach for breach in money.cap_breaches(after, draws_superior=after.used > 0) if breach.binding)
    return grant


@transaction.atomic
def strike_plan_row(row_id: int, *, reason: str, by) -> PlanRow:
    """What became a project is corrected in the project."""
    row = claim(PlanRow, row_id)
    if row.project_id:
        raise Refused.because("F-09", money.BUDGET_LAW, "该计划已经立项，请在项目中修改或者终止。")
    strike(row, rule="F-09", clause=money.BUDGET_LAW, reason=reason, by=by)
    return row
