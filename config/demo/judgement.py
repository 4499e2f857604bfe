"""The evaluation of the running contract: every period that is over but the newest goes all the way to publication."""

from datetime import date, timedelta
from decimal import Decimal

from config.demo.timing import at, workday
from evaluation import rules
from evaluation.models import Evaluation, Scheme
from evaluation.services import doubts, outcome, periods, samples, schemes, scoring, surveys, voices
from procurement.models import Contract
from records.models import PolicyValue
from records.values import set_value

RECIPIENTS = 108
SAMPLING = {
    "survey_confidence": "95",
    "survey_margin": "10",
    "survey_device_days": "7",
    "survey_device_replies": "3",
    "survey_burst_seconds": "20",
    "survey_contractor_network": "flag",
    "survey_alike_run": "8",
}
ONE_PHONE = (6, 7, 8)  # slips that came back from one and the same telephone


class Judgement:
    """``users``: username → User."""

    def __init__(self, place, users, contract: Contract):
        self.place, self.users, self.contract = place, users, contract
        self.officer, self.third = users["pingjia"], users["sanfang"]

    def scheme(self) -> None:
        if not Scheme.objects.filter(organisation=self.place.city).exists():
            name, source, specs = schemes.starting_point()
            schemes.create_edition(
                organisation=self.place.city, specs=specs, effective_from=date(self.contract.starts_on.year - 1, 1, 1),
                by=self.users["shiju"], name=name, source=source, frequency=rules.Frequency.QUARTER,
            )  # fmt: skip

    def settings(self) -> None:
        facts = {"effective_from": date(self.contract.starts_on.year - 1, 1, 1), "source_document": "演示数据（示例口径）"}
        for code, value in SAMPLING.items():
            if not PolicyValue.objects.filter(code=code, organisation=self.place.city).exists():
                set_value(code, organisation=self.place.city, value=value, by=self.users["shiju"], example=True, **facts)

    def run(self, today: date) -> None:
        self.scheme()
        self.settings()
        over = [period for period in periods.periods_of(self.contract) if period.end < today]
        for number, period in enumerate(over):
            opened_on = workday(period.end + timedelta(days=1))
            with at(opened_on, 2):
                evaluation, _ = periods.open_evaluation(self.contract, period)
            self.collect(evaluation, opened_on, number, newest=period == over[-1])
            if period != over[-1]:
                self.settle(evaluation, opened_on)

    def collect(self, evaluation: Evaluation, opened_on: date, number: int, *, newest: bool) -> None:
        """Three voices; of the newest period the third party has not yet come, and the survey is half way."""
        with at(opened_on, 10):
            survey = self.draw(evaluation, opened_on, number)
            marks = {"G4": voices.Mark(Decimal(86 + number))}
            voices.enter_scores(evaluation.pk, evaluator=rules.Evaluator.PURCHASER, marks=marks, by=self.officer)
            if number == 0:
                self.assign()
        for serial, slip in enumerate(survey.codes.order_by("serial")[: 20 if newest else 41]):
            with at(workday(opened_on + timedelta(days=2 + serial // 12)), 9 + serial % 8, serial):
                self.answer(slip, serial, same=newest or number == 0)
        if not newest:
            with at(workday(opened_on + timedelta(days=6))):
                visits = {
                    code: voices.Mark(Decimal(84 + number + n), f"实地核查记录第 {n + 1} 页（演示）")
                    for n, code in enumerate(("T1", "T2", "T3"))
                }
                voices.enter_scores(evaluation.pk, evaluator=rules.Evaluator.THIRD_PARTY, marks=visits, by=self.third)

    def assign(self) -> None:
        chosen = voices.assign_third_party(
            self.contract.pk, third_party=self.place.third_party, procurement_reference="评价服务合同（演示）", by=self.officer
        )
        voices.declare_independence(chosen.pk, no_control=True, no_payment=True, by=self.third)

    def draw(self, evaluation: Evaluation, opened_on: date, number: int):
        """One service event for each recipient of the period; the first one drawn has moved away."""
        events = [f"F{n:04d}-{evaluation.period_end:%Y%m}-1" for n in range(1, RECIPIENTS + 1)]
        facts = {"source": "list", "references": events, "confidence": "", "margin": None}
        expires = opened_on + timedelta(days=60)
        sample = samples.draw_sample(evaluation.pk, **facts, expires_on=expires, by=self.officer, seed=f"demo-{number}")
        samples.mark_unreached(evaluation.pk, position=1, reason="已迁出（演示）", by=self.third)
        return sample.survey

    def answer(self, slip, serial: int, *, same: bool) -> None:
        """Most are content, a few are not; two in ten are asked by the third party at home or by phone; three came from one telephone."""
        questions = surveys.questions_of(slip.survey.evaluation)
        levels = {row.pk: (5, 5, 4, 4, 5, 4, 3, 5, 4, 2)[(serial + n) % 10] for n, row in enumerate(questions)}
        more = {"channel": "home", "by": self.third} if serial % 5 == 0 else {}
        if same and serial in ONE_PHONE:
            levels = dict.fromkeys(levels, 5)
            more = {"trace": {"device": doubts.device_mark(slip.survey, address="192.0.2.8", agent="demo")}}
        surveys.reply(slip.pk, levels=levels, **more)

    def look_through(self, evaluation: Evaluation) -> None:
        """The officer asked at the village: one person filled in three slips."""
        found = [each.reply.code.serial for each in doubts.look(evaluation.survey) if "device" in each.findings]
        if found:
            doubts.decide(evaluation.pk, serials=found, aside=True, reason="经村里核实，三份由同一人填写（演示）", by=self.officer)

    def settle(self, evaluation: Evaluation, opened_on: date) -> None:
        with at(workday(opened_on + timedelta(days=12))):
            outcome.note_improvement(evaluation.pk, text="稳定护理员队伍，减少临时换人；月底前补足第三个月缺口（演示）。", by=self.officer)
            self.look_through(evaluation)
            scoring.score(evaluation.pk, by=self.officer)
            outcome.open_objection(evaluation.pk, by=self.officer)
        with at(workday(opened_on + timedelta(days=15))):
            outcome.waive_objection(evaluation.pk, by=self.users["jigou"])
        with at(workday(opened_on + timedelta(days=16))):
            outcome.finalise(evaluation.pk, by=self.users["chenju"])
        with at(workday(opened_on + timedelta(days=18))):
            summary = "服务总体达到合同标准，服务对象满意度较高；个别月份服务量略低于计划，已整改（演示）。"
            outcome.publish(evaluation.pk, summary=summary, by=self.officer)
