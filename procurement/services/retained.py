"""E-09: the retained share is set free by the published grade, as the contract states. Evaluation calls ``release_retained``."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from accounts import audit
from procurement.models import Acceptance, Contract, GradeNotice, RetainedRelease
from procurement.rules import deadlines as limits
from procurement.rules import payment as rules
from procurement.services import deadlines
from procurement.services.terms import terms_of
from records import clock
from records.workflow import claim

ZERO = Decimal("0.00")


@transaction.atomic
def release_retained(
    contract: Contract, grade: str, source_url: str, by, *, period_start: date | None = None, period_end: date | None = None
) -> GradeNotice:
    """The evaluation of ``contract`` from ``period_start`` to ``period_end`` (default: its whole term) was published with ``grade``.

    Every accepted period that ends inside it gets its retained part by the contract's scale; earlier ones keep their own grade. Told
    twice, it answers with the first notice. A corrected grade comes with its own ``source_url``: a better one releases the
    difference, a worse one is noted for recovery.
    """
    contract = claim(Contract, contract.pk)
    span = {"period_start": period_start or contract.starts_on, "period_end": period_end or contract.ends_on}
    known = GradeNotice.objects.filter(contract=contract, source_url=source_url).first()
    if known:
        return known
    notice = GradeNotice.objects.create(contract=contract, **span, grade=grade, source_url=source_url, told_by=by)
    judged = contract.acceptances.counted().filter(instalment__period_end__range=(notice.period_start, notice.period_end))
    for acceptance in judged.select_related("instalment"):
        acceptance.contract = contract
        release(acceptance, notice)
    detail = {"grade": grade, **span, "released": contract.released_amount}
    audit.record("procurement.contract.graded", contract, by=by, detail=detail)
    return notice


def release_known(acceptance: Acceptance, *, by) -> RetainedRelease | None:
    """A period accepted after its evaluation was published: its retained part follows at once. The caller holds the contract."""
    end = acceptance.instalment.period_end
    notices = GradeNotice.objects.filter(contract=acceptance.contract, period_start__lte=end, period_end__gte=end)
    notice = notices.order_by("period_end", "-pk").first()
    return release(acceptance, notice) if notice else None


def release(acceptance: Acceptance, notice: GradeNotice) -> RetainedRelease | None:
    """Set free what this grade allows beyond what was released before. The caller holds the contract."""
    if not acceptance.retained_amount:
        return None
    contract, scale = acceptance.contract, terms_of(acceptance.contract).grade_scale
    target = rules.released_of(acceptance.retained_amount, scale, notice.grade)
    before = acceptance.releases.aggregate(total=Sum("amount"))["total"] or ZERO
    row = RetainedRelease.objects.create(
        acceptance=acceptance,
        grade_notice=notice,
        share=Decimal(scale.get(notice.grade, rules.USUAL_SCALE[notice.grade])),
        amount=max(target - before, ZERO),
        recover=max(before - target, ZERO),
        pay_due_on=due_of(contract),
    )
    contract.released_amount += row.amount
    contract.save(update_fields=["released_amount"])
    return row


def due_of(contract: Contract) -> date | None:
    return deadlines.due(limits.PAYMENT.within(terms_of(contract).payment_days), clock.today()).on
