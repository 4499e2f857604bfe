"""The purchaser's and the third party's scores, and who the third party is."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from accounts import audit
from accounts.models import Organisation
from evaluation import rules
from evaluation.models import Assignment, Evaluation, Score
from evaluation.rules import Evaluator, Source
from procurement.models import Bid, Contract
from records import clock
from records.policy import Breach
from records.refusals import Refused, uphold
from records.workflow import claim, touch


@dataclass(frozen=True, slots=True)
class Mark:
    """One score as it is typed: 0–100 with two places, its reason, and perhaps a paper."""

    value: Decimal
    comment: str = ""
    file: object = None


@transaction.atomic
def assign_third_party(contract_id: int, *, third_party: Organisation, procurement_reference: str, by) -> Assignment:
    """Give a contract to a third party (E-04). It may be changed until somebody of it has scored."""
    contract = claim(Contract, contract_id)
    if Score.objects.filter(evaluation__contract=contract, indicator__evaluator=Evaluator.THIRD_PARTY).exists():
        raise Refused.because("E-04", rules.INDEPENDENCE, "第三方已经评分，不能更换。")
    facts = _facts(contract, third_party) | {"declares_no_control": True, "declares_no_payment": True}
    uphold(rules.independence_breaches(**facts, procurement_reference=procurement_reference))
    fresh = {"no_control": False, "no_payment": False, "declared_by": None, "declared_at": None}
    values = {"third_party": third_party, "procurement_reference": procurement_reference, "assigned_by": by, "assigned_at": clock.now()}
    assignment, _ = Assignment.objects.update_or_create(contract=contract, defaults=values | fresh)
    audit.record("evaluation.assignment.assigned", assignment, by=by, detail={"third_party": third_party.name})
    return assignment


def _facts(contract: Contract, third_party: Organisation) -> dict:
    """What the records know of the relation between the two."""
    contractor = contract.contractor.organisation
    bidders = Bid.objects.filter(tender__project=contract.project)
    same = third_party.pk == contractor.pk or bool(third_party.code) and third_party.code == contractor.code
    rival = bidders.filter(contractor__organisation=third_party).exists()
    if third_party.code:  # a blank code says nothing: it must not match another organisation without one
        rival = rival or bidders.filter(contractor__organisation__code=third_party.code).exists()
    return {"same_organisation": same, "bid_for_project": rival}


@transaction.atomic
def declare_independence(assignment_id: int, *, no_control: bool, no_payment: bool, by) -> Assignment:
    """The third party's own word (E-04), by one of its people."""
    assignment = claim(Assignment, assignment_id)
    uphold(_assignment_breaches(assignment, no_control, no_payment))
    assignment.no_control, assignment.no_payment = no_control, no_payment
    assignment.declared_by, assignment.declared_at = by, clock.now()
    assignment.save(update_fields=["no_control", "no_payment", "declared_by", "declared_at"])
    audit.record("evaluation.assignment.declared", assignment, by=by)
    return assignment


def _assignment_breaches(assignment: Assignment, no_control: bool, no_payment: bool):
    return rules.independence_breaches(
        **_facts(assignment.contract, assignment.third_party),
        declares_no_control=no_control,
        declares_no_payment=no_payment,
        procurement_reference=assignment.procurement_reference,
    )


@transaction.atomic
def enter_scores(evaluation_id: int, *, evaluator: str, marks: Mapping[str, Mark], by, version: int | None = None) -> Evaluation:
    """Scores of one voice by indicator code, while the period collects. Entering again replaces; the audit trail keeps both."""
    evaluation = claim(Evaluation, evaluation_id, version=version)
    uphold(_entry_breaches(evaluation, evaluator, marks))
    indicators = {row.code: row for row in evaluation.scheme.indicators.filter(evaluator=evaluator, source=Source.MANUAL)}
    kept = {}
    for code, mark in marks.items():
        values = {"value": mark.value, "comment": mark.comment, "entered_by": by, "entered_at": clock.now()}
        if mark.file is not None:
            values["file"] = mark.file
        Score.objects.update_or_create(evaluation=evaluation, indicator=indicators[code], defaults=values)
        kept[code] = str(mark.value)
    touch(evaluation)
    evaluation.save(update_fields=["version"])
    audit.record(f"evaluation.score.{evaluator}", evaluation, by=by, detail={"scores": kept})
    return evaluation


def _entry_breaches(evaluation: Evaluation, evaluator: str, marks: Mapping[str, Mark]):
    if not evaluation.is_open:
        yield Breach("E-01", rules.THREE_VOICES, f"本期评价{evaluation.get_status_display()}，不能再录入评分。")
    known = set(evaluation.scheme.indicators.filter(evaluator=evaluator, source=Source.MANUAL).values_list("code", flat=True))
    for code in sorted(set(marks) - known):
        yield Breach("E-01", rules.THREE_VOICES, f"指标“{code}”不由{rules.EVALUATOR_LABELS[evaluator]}评分。")
    for code, mark in marks.items():
        if not 0 <= mark.value <= 100:
            yield Breach("E-06", rules.GRADES_OF_FINANCE, f"指标“{code}”得分 {mark.value} 应在 0 至 100 之间。")
        if evaluator == Evaluator.THIRD_PARTY and not mark.comment.strip():
            yield Breach("E-04", rules.INDEPENDENCE, f"指标“{code}”：第三方评分须写明佐证。")
    if evaluator == Evaluator.THIRD_PARTY:
        yield from _declared(evaluation)


def _declared(evaluation: Evaluation):
    assignment = Assignment.objects.filter(contract=evaluation.contract_id).select_related("contract", "third_party").first()
    if assignment is None:
        yield Breach("E-04", rules.INDEPENDENCE, "本合同尚未委托第三方。")
    else:
        yield from _assignment_breaches(assignment, assignment.no_control, assignment.no_payment)
