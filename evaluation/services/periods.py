"""Which periods are over, and bringing each to its score exactly once (natural key: contract, first day, edition)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse

from accounts import audit
from accounts.roles import Role
from evaluation import rules
from evaluation.models import Evaluation, Scheme
from evaluation.services import dates, scoring
from evaluation.services.schemes import class_of, first_scheme, scheme_for
from procurement.models import Contract
from records import clock, messages, workdays
from records.refusals import Refused
from records.workflow import claim

SERVED = (Contract.Status.IN_SERVICE, Contract.Status.COMPLETED)


@dataclass(frozen=True, slots=True)
class Due:
    """One contract-period that is over and not yet scored."""

    contract: Contract
    period: rules.Period


def due_periods(today: date) -> Iterator[Due]:
    """Contract-periods that ended before ``today`` and have no score yet, oldest first within a contract.

    The periods are laid out by the scheme in force when the contract began; each is judged by the scheme of its own first day.
    """
    settled = set(Evaluation.objects.exclude(status=Evaluation.Status.COLLECTING).values_list("contract_id", "period_start"))
    contracts = Contract.objects.filter(status__in=SERVED, starts_on__lt=today, ends_on__isnull=False)
    for contract in (
        contracts.select_related("project__organisation").prefetch_related("project__items").order_by("pk").iterator(chunk_size=500)
    ):
        for period in periods_of(contract):
            if period.end < today and (contract.pk, period.start) not in settled:
                yield Due(contract, period)


def periods_of(contract: Contract) -> list[rules.Period]:
    """Laid out by the scheme of the first day. Where the first one came later, only what began under it: nobody is judged by
    what was not yet known."""
    organisation, kind = contract.project.organisation, class_of(contract)
    if scheme := scheme_for(organisation, kind, contract.starts_on):
        return rules.periods(contract.starts_on, contract.ends_on, scheme.frequency)
    scheme = first_scheme(organisation, kind, after=contract.starts_on, until=contract.ends_on)
    laid_out = rules.periods(contract.starts_on, contract.ends_on, scheme.frequency) if scheme else []
    return [period for period in laid_out if period.start >= scheme.effective_from]


@transaction.atomic
def open_evaluation(contract: Contract, period: rules.Period, *, by=None) -> tuple[Evaluation, bool]:
    """The evaluation of this contract and period, made now or found. Raises Refused without a scheme in force."""
    organisation = contract.project.organisation
    scheme = scheme_for(organisation, class_of(contract), period.start)
    if scheme is None:
        raise Refused.because("E-06", rules.THREE_VOICES, f"{period.start} 没有生效的评价方案，请先为{organisation}制定评价方案。")
    due = dates.collect_due(scheme, period.end)
    values = {"organisation": organisation, "scheme": scheme, "period_end": period.end, "collect_due_on": due.on}
    evaluation, made = Evaluation.objects.get_or_create(contract=contract, period_start=period.start, edition=1, defaults=values)
    if made:
        audit.record("evaluation.evaluation.opened", evaluation, by=by, detail={"scheme": str(scheme)})
        _announce(evaluation, due)
    return evaluation, made


def _announce(evaluation: Evaluation, due: workdays.Due) -> None:
    title = f"请完成绩效评价：{evaluation.contract.project.name}"
    body = f"评价期间 {evaluation.period_start} 至 {evaluation.period_end}，收齐三方评价的期限：{due}。"
    url = reverse("evaluation:evaluation_detail", args=[evaluation.pk])
    messages.to_office(evaluation.organisation, Role.EVALUATION_OFFICER, title, body, url=url, key=f"evaluation-opened:{evaluation.pk}")


def close_period(contract_id: int, start: date, end: date) -> Evaluation:
    """One step of the nightly run for one contract-period: open it, and score it when its time is up. May run twice."""
    contract = Contract.objects.select_related("project__organisation").get(pk=contract_id)
    evaluation, _ = open_evaluation(contract, rules.Period(start, end))
    with transaction.atomic():
        evaluation = claim(Evaluation, evaluation.pk)
        if not evaluation.is_open or evaluation.collect_due_on is None or evaluation.collect_due_on > clock.today():
            return evaluation
        lacking = scoring.missing(*scoring.collect(evaluation, as_of=clock.today()))
        if lacking:
            _remind(evaluation, lacking)
            return evaluation
        return scoring.score(evaluation.pk)


def _remind(evaluation: Evaluation, lacking) -> None:
    title = f"绩效评价缺 {len(lacking)} 项，暂不能计分：{evaluation.contract.project.name}"
    body = "\n".join(breach.message for breach in lacking)
    url = reverse("evaluation:evaluation_detail", args=[evaluation.pk])
    messages.to_office(evaluation.organisation, Role.EVALUATION_OFFICER, title, body, url=url, key=f"evaluation-missing:{evaluation.pk}")


def latest_scheme(organisation, service_class: str) -> Scheme | None:
    """The scheme a new edition starts from: the organisation's own last one, else what its superior has in force."""
    own = Scheme.objects.filter(organisation=organisation, service_class=service_class).order_by("-edition").first()
    return own or scheme_for(organisation, service_class, clock.today())
