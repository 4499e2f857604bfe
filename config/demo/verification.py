"""Checks of household means: a couple answered and settled, one answer to settle, one person waiting for the next batch."""

from datetime import timedelta

from config.demo.timing import at, workday
from records import clock, jobs
from windows.models import Case, VerificationRequest
from windows.services import verification
from windows.services import verification_answers as answers
from windows.services.people import PersonData
from windows.services.verification_sheets import Line, normal

SPOUSE = 700_000  # number of the made-up spouse, whom no case uses


def running(township, code: str) -> list[Case]:
    return list(Case.objects.filter(organisation=township, programme_code=code, status=Case.Status.ACCEPTED).order_by("accepted_on", "pk"))


def ask(case: Case, by, **more) -> VerificationRequest:
    return verification.ask(case.pk, version=Case.objects.get(pk=case.pk).version, consent_on=case.accepted_on, by=by, **more)


def answer(asked: list[VerificationRequest], *texts: tuple[str, str, str], by) -> None:
    lines = [Line(n, row.person.id_number, normal(*said), {}) for n, (row, said) in enumerate(zip(asked, texts, strict=True), start=2)]
    answers.take(VerificationRequest.objects.get(pk=asked[0].pk).batch_id, lines, channel="FILE", by=by)


def settle(row: VerificationRequest, by, **words) -> None:
    values = {"heard": "", "heard_on": None, "reason": ""} | words
    verification.settle(row.pk, version=VerificationRequest.objects.get(pk=row.pk).version, by=by, **values)


def send(township, officer) -> None:
    jobs.run(verification.send_batch(township.district, kind="xlsx", by=officer).job_id)


def tell(place, users, made_up) -> None:
    if VerificationRequest.objects.exists():
        return
    clerk, officer, township, today = users["chuangkou"], users["jiuzhu"], place.townships[0], clock.today()
    first, person = running(township, "DIBAO")[0], made_up.person(SPOUSE)
    with at(workday(today - timedelta(days=8)), 11):
        asked = [ask(first, clerk), ask(first, clerk, relation="配偶", member=PersonData(name=person.name, id_number=person.id_number))]
        send(township, officer)
    with at(workday(today - timedelta(days=6)), 10):
        answer(asked, ("不一致", "名下机动车 1 辆（演示）", "车辆管理（演示）"), ("一致", "", ""), by=officer)
    with at(workday(today - timedelta(days=5)), 15):
        heard = {"heard": "三轮车，去年已报废，出示报废证明（演示）。", "heard_on": clock.today()}
        settle(asked[0], clerk, decision="EXPLAINED", reason="已查验报废证明，不计入家庭财产（演示）。", **heard)
        settle(asked[1], clerk, decision="ADOPTED")
    with at(workday(today - timedelta(days=3)), 15):
        waiting = [ask(running(township, "TEKUN")[0], clerk)]
        send(township, officer)
    answer(waiting, ("不一致", "银行存款 36,000.00 元（演示）", "银行（演示）"), by=officer)
    ask(running(township, "MARGINAL")[0], clerk)
