"""Acceptance and payment of the running contract, period by period; one supplement in between, and the newest paper still open."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from config.demo.timing import at, workday
from procurement.models import Acceptance, Amendment, Contract, Instalment, Payment, RetainedRelease
from procurement.services import acceptance as acceptances
from procurement.services import amendment as amendments
from procurement.services import payment as payments
from procurement.services import terms
from records import clock

MORE = Decimal("9600.00")  # of the supplement: inside ten percent and inside the plan
SAID = (
    ("good", "present", "护理员准时来，打扫得干净，有事打电话就到（演示）。"),
    ("good", "visit", "陪我去医院复查，一路照看（演示）。"),
    ("fair", "phone", "换过一次人，要重新熟悉，别的都好（演示）。"),
)


class Payments:
    """``users``: username → User."""

    def __init__(self, users, contract: Contract):
        self.users, self.contract = users, contract
        self.supervisor, self.member = users["jianguan"], users["pingjia"]
        self.officer, self.finance, self.firm = users["caigou"], users["caiwu"], users["jigou"]

    def run(self, today: date) -> None:
        self.advance()
        over = [row.number for row in self.contract.instalments.all() if row.is_over(today)]
        for number in over:
            row = self.contract.instalments.get(number=number)  # drawn anew by the supplement
            if number == over[-1]:
                self.begin(row)
            else:
                self.settle(row)
            if number == over[0]:
                self.supplement(row.period_end + timedelta(days=20))

    def advance(self) -> None:
        day = workday(self.contract.starts_on + timedelta(days=2))
        with at(day, 9):
            terms.set_payee(self.contract.pk, bank="演示银行演示支行", account="6200000000000000018", by=self.firm)
            payment = payments.request_advance(self.contract.pk, by=self.officer, note="按合同支付预付款（演示）")
        self.confirm(payment, workday(day + timedelta(days=3)))

    def confirm(self, payment: Payment, day: date) -> None:
        with at(day, 15):
            facts = {"voucher": f"GK{day:%Y%m%d}{payment.pk:03}（演示）", "paid_on": day}
            payments.confirm_payment(payment.pk, version=payment.version, by=self.finance, **facts)

    def settle(self, row: Instalment) -> None:
        """Accepted, announced and paid within the contract's thirty days."""
        day = workday(row.period_end + timedelta(days=10))
        with at(day, 9):
            paper = self.write(acceptances.open_acceptance(row.pk, by=self.supervisor))
            paper = acceptances.send_to_sign(paper.pk, version=paper.version, by=self.supervisor)
            for seat in paper.members.select_related("user"):
                acceptances.sign(seat.pk, agrees=True, opinion="", by=seat.user or self.supervisor)
        with at(day, 16):
            paper = acceptances.conclude(paper.pk, version=paper.version, passed=True, by=self.supervisor)
            acceptances.announce(paper.pk, version=paper.version, by=self.supervisor)
        asked = workday(day + timedelta(days=3))
        with at(asked, 10):
            payment = payments.request_payment(paper.pk, by=self.officer)
        self.confirm(payment, workday(asked + timedelta(days=4)))

    def write(self, paper: Acceptance, *, finished: bool = True) -> Acceptance:
        by = self.supervisor
        acceptances.add_member(paper.pk, seat="member", user=self.member, by=by)
        acceptances.add_member(paper.pk, seat="recipient", name="示甲子", office="服务对象", by=by)
        acceptances.add_member(paper.pk, seat="invited", name="例乙丑", office="演示街道社会工作站", by=by)
        for satisfaction, channel, text in SAID:
            facts = {"satisfaction": satisfaction, "channel": channel, "text": text, "given_on": clock.today()}
            acceptances.record_opinion(paper.pk, by=by, **facts)
        done = list(paper.items.all())[: None if finished else 1]
        findings = {item.pk: ("met", "抽查服务记录 30 份并入户核实 6 户，达到约定标准（演示）") for item in done}
        conclusion = "服务数量和质量达到合同约定，服务对象总体满意，同意验收（演示）。" if finished else ""
        values = {"conclusion": conclusion, "place": "区民政局会议室及 6 户服务对象家中（演示）"}
        return acceptances.save_paper(paper.pk, version=paper.version, by=by, findings=findings, **values)

    def begin(self, row: Instalment) -> None:
        """The newest period: the paper is half written and waits on the supervisor's work list."""
        with at(workday(row.period_end + timedelta(days=10)), 9):
            self.write(acceptances.open_acceptance(row.pk, by=self.supervisor), finished=False)

    def supplement(self, near: date) -> Amendment:
        """More of the same service, reviewed by another and signed by party B."""
        day = workday(near)
        with at(day, 9):
            facts = {"ground": "same_service", "increase": MORE, "evidence": "新增特困人员名册（演示）"}
            words = {"content": "增加上门照料 104 人次，其他条款不变（演示）。", "reason": "本季度新纳入分散供养特困人员 2 名（演示）。"}
            row = amendments.draft_amendment(self.contract.pk, by=self.officer, **facts, **words)
            row = amendments.submit_amendment(row.pk, version=row.version, by=self.officer)
        with at(day, 11):
            row = amendments.approve_amendment(row.pk, version=row.version, by=self.users["fuju"], note="在 10% 以内（演示）")
        with at(workday(day + timedelta(days=2)), 10):
            return amendments.sign_amendment(row.pk, version=row.version, by=self.firm)

    def pay_retained(self) -> None:
        """What the published grades set free is paid a week after the result."""
        rows = RetainedRelease.objects.filter(acceptance__contract=self.contract, amount__gt=0, payments=None).order_by("pk")
        for row in list(rows):
            day = workday(timezone.localtime(row.grade_notice.told_at).date() + timedelta(days=4))
            with at(day, 9):
                payment = payments.request_release(row.pk, by=self.officer)
            self.confirm(payment, workday(day + timedelta(days=3)))
