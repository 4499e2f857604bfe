"""Celery's way in: every night, one small job for each contract-period that is over. Firing twice makes no second job."""

import logging
from datetime import date

from celery import shared_task
from django.urls import reverse

from accounts.roles import Role
from evaluation import exchange as exchange  # registers its job handlers
from evaluation.services import dates, doubts, periods
from evaluation.services import surveys as surveys  # registers its job handler
from procurement.models import Contract
from records import clock, jobs, messages
from records.refusals import Refused

JOB = "evaluation.close_period"
log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def close_periods() -> int:
    """Fan out. The key holds the day, so that an incomplete period is looked at again tomorrow, and once a day only."""
    today, count = clock.today(), 0
    for due in periods.due_periods(today):
        start, end = due.period.start.isoformat(), due.period.end.isoformat()
        jobs.enqueue(
            JOB,
            organisation=due.contract.project.organisation,
            by=None,
            key=f"{due.contract.pk}:{start}:{today}",
            title=f"绩效评价到期计分：{due.contract.project.name} {start}",
            contract=due.contract.pk,
            start=start,
            end=end,
        )
        count += 1
    return count


@shared_task(ignore_result=True)
def fill_open_dates() -> int:
    """Limits that waited for a calendar year."""
    return dates.fill_open_dates()


@shared_task(ignore_result=True)
def forget_devices() -> int:
    """Marks of devices whose days are over."""
    return doubts.forget_devices()


@jobs.handler(JOB)
def close_period(job, report) -> None:
    """One contract-period. What goes wrong here is told to the evaluation officers and stops nobody else."""
    try:
        periods.close_period(job.params["contract"], date.fromisoformat(job.params["start"]), date.fromisoformat(job.params["end"]))
    except Exception as error:
        tell_officers(job, error)
        raise


def tell_officers(job, error: Exception) -> None:
    contract = Contract.objects.select_related("project").filter(pk=job.params["contract"]).first()
    name = contract.project.name if contract else f"合同 {job.params['contract']}"
    reason = str(error) if isinstance(error, Refused) else "系统内部错误，请联系系统管理员。"
    log.warning("period %s of contract %s: %s", job.params["start"], job.params["contract"], type(error).__name__)
    url = reverse("evaluation:evaluation_list")
    title = f"绩效评价未能到期计分：{name}"
    messages.to_office(job.organisation, Role.EVALUATION_OFFICER, title, reason, url=url, key=f"evaluation-failed:{job.key}")
