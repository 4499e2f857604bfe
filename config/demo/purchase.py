"""The purchase of the demo: one project from selection to service over the past year, and one at every earlier gate.

Everything goes through the services, on the day it is said to have happened.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from config.demo.ground import Ground
from config.demo.organisation import CONTRACTORS, PASSWORD
from config.demo.timing import at, moment, workday
from contractors import services as contractors
from contractors.models import Contractor
from procurement.models import Budget, CatalogueItem, CommitteeMember, Consultation, Contract, Project, ScoreSheet, Security, Source, Tender
from procurement.rules import catalogue as screening
from procurement.sealing.content import Content
from procurement.services import (
    announcements,
    award,
    bidding,
    challenge,
    committee,
    contract,
    money,
    opening,
    prints,
    publication,
    quotes,
    results,
    review,
    scoring,
    security,
    tender,
)
from procurement.services import project as projects
from records import clock

PASSPHRASE = PASSWORD  # of the two key holders; printed with the accounts
SCALE = (
    ("服务方案", "QUALITY", "40", (("优", 32, 40), ("良", 20, 31), ("一般", 0, 19))),
    ("人员配备与专业资质", "QUALITY", "30", (("优", 24, 30), ("良", 15, 23), ("一般", 0, 14))),
    ("以往绩效评价", "PERFORMANCE", "10", ()),
)
MARKS = {0: ("36", "27"), 1: ("33", "23"), 2: ("27", "20")}  # what the experts give each bidder, before a small spread
QUOTES = {0: Decimal("468000.00"), 1: Decimal("455000.00"), 2: Decimal("472000.00")}


@dataclass(frozen=True)
class Plan:
    """One project of the story."""

    name: str
    item: str
    amount: Decimal
    requirement: str
    quantity: Decimal
    unit: str


CARE = Plan(
    "分散供养特困人员和低保失能人员上门照料服务（演示）",
    "B1",
    Decimal("480000.00"),
    "为辖区分散供养特困人员、低保家庭失能人员提供生活照料、助洁、陪同就医等上门服务，每户每月不少于 4 次，服务记录逐次签认。",
    Decimal("5200"),
    "人次",
)
VISITS = Plan(
    "社会救助对象建档访视与需求评估服务（演示）",
    "A6",
    Decimal("260000.00"),
    "对新纳入和动态管理的社会救助对象入户访视、建立档案、评估需求，形成访视记录和需求清单，发现困难及时报告乡镇（街道）。",
    Decimal("3000"),
    "户次",
)
COUNSEL = Plan(
    "困难家庭心理疏导与社会融入服务（演示）",
    "B6",
    Decimal("180000.00"),
    "为有需求的困难家庭成员提供心理评估、个案疏导和小组活动，建立个案档案，定期回访。",
    Decimal("600"),
    "人次",
)
TRAINING = Plan(
    "基层社会救助经办人员业务培训服务（演示）",
    "A3",
    Decimal("90000.00"),
    "组织两期业务培训，含政策、系统操作和案例研讨。",
    Decimal("2"),
    "期",
)


class Purchase(Ground):
    """The officers of the demo bureau at work, project by project."""

    # 项目选定
    def draft(self, plan: Plan, first_day: int, *, starts_on: date) -> Project:
        with at(self.day(first_day)):
            row = projects.create_project(
                organisation=self.bureau, name=plan.name, fiscal_year=clock.today().year,
                items=CatalogueItem.objects.filter(code=plan.item), programmes=["DB", "TK"], by=self.officer,
            )  # fmt: skip
            return self.describe(row, plan, starts_on)

    def describe(self, row: Project, plan: Plan, starts_on: date) -> Project:
        row = projects.edit_project(
            row.pk, version=row.version, by=self.officer,
            requirement=plan.requirement, quantity=plan.quantity, unit=plan.unit, qualification="具有履行合同所必需的设备和专业服务能力。",
            starts_on=starts_on, ends_on=starts_on + timedelta(days=364), plan_amount=plan.amount, ceiling=plan.amount,
            plan_number=f"计划备〔{clock.today().year}〕{row.pk:03}号（演示）",
            contact_name="蔡购", contact_phone="12300000001", contact_address="演示大道 1 号",
            screening=answers(screening.SCREENING, "已会同法规科审查"), employment_test=answers(screening.EMPLOYMENT_TEST),
        )  # fmt: skip
        row = projects.set_factors(row.pk, version=row.version, price_weight=Decimal(20), rows=factors(), by=self.officer)
        line = Budget.objects.get(organisation=self.bureau, fiscal_year=row.fiscal_year).lines.get(source=Source.OWN_DISTRICT)
        return money.fund_project(row.pk, version=row.version, amounts={line.pk: plan.amount}, by=self.officer)

    def consult(self, row: Project, kind, days: int, respondents: int) -> None:
        today = clock.today()
        projects.record_consultation(
            row.pk, kind=kind, started_on=today - timedelta(days=days), ended_on=today - timedelta(days=1),
            channel="区政府网站、社区公告栏", respondents=respondents, summary="多数意见赞成，采纳合理建议 5 条（演示）。", by=self.officer,
        )  # fmt: skip

    def submit(self, row: Project, day: int) -> Project:
        with at(self.day(day)):
            self.consult(row, Consultation.Kind.NEEDS_SURVEY, 7, 4)
            self.consult(row, Consultation.Kind.PUBLIC_OPINION, 8, 26)
            row = Project.objects.get(pk=row.pk)
            return projects.submit_project(row.pk, version=row.version, by=self.officer)

    def approve(self, row: Project, day: int) -> Project:
        with at(self.day(day)):
            row = Project.objects.get(pk=row.pk)
            return projects.approve_project(row.pk, version=row.version, by=self.chief, note="同意（演示）")

    # 信息发布
    def intend(self, row: Project, day: int) -> None:
        """The intent stands in public for thirty days before the notice."""
        with at(self.day(day), 15):
            row = Project.objects.get(pk=row.pk)
            values = {
                "overview": row.requirement,
                "expected": f"{clock.today() + timedelta(days=45):%Y-%m}",
                "other": "面向所有具备条件的供应商",
            }
            ready = announcements.save_draft(row.pk, kind="intent", values=values, by=self.officer)
            announcements.issue(ready.pk, version=ready.version, by=self.officer)

    def amend(self, row: Project, day: int) -> None:
        """A question answered for all: it may bear on bids, and enough days are left."""
        values = {
            "subject": "document",
            "reason": "供应商询问",
            "clarification": "采购需求中的“户次”以完成一次入户访视并形成记录为一户次，同一户同日多次入户计一户次（演示）。",
            "affects_bids": True,
            "other": "",
        }
        with at(self.day(day), 15):
            ready = announcements.save_draft(row.pk, kind="amendment", values=values, by=self.officer)
            announcements.issue(ready.pk, version=ready.version, by=self.officer)

    def publish(self, row: Project, day: int) -> Tender:
        deadline = moment(workday(self.day(day) + timedelta(days=14)))
        with at(self.day(day), 9):
            values = {"bid_deadline": deadline, "opening_at": deadline, "committee_size": 3}
            values |= {"bid_security": row.ceiling / 100, "performance_percent": Decimal(5)}
            ready = tender.prepare_tender(row.pk, values=values, holders=self.holders, by=self.officer)
            for holder in self.holders:
                tender.take_custody(ready.pk, passphrase=PASSPHRASE, by=holder)
        with at(self.day(day)):
            row = Project.objects.get(pk=row.pk)
            publication.publish_notice(row.pk, version=row.version, by=self.officer)
        return Tender.objects.get(pk=ready.pk)

    # 组织购买
    def bid(self, ready: Tender, day: int, firms: list[Contractor], which=(0, 1, 2)) -> None:
        for number in which:
            with at(self.day(day), 10 + number):
                content = Content(QUOTES[number] * ready.project.ceiling / CARE.amount // 1000 * 1000, f"{firms[number]}服务方案（演示）")
                bidding.submit_bid(ready.pk, contractor=firms[number], content=content, by=self.bidders[number])

    def open(self, ready: Tender) -> None:
        day = clock_day(ready.opening_at)
        with at(day, 10, 5):
            for holder in self.holders:
                opening.contribute_share(ready.pk, passphrase=PASSPHRASE, by=holder)
        with at(day, 10, 20):
            for number, row in enumerate(Tender.objects.get(pk=ready.pk).bids.live(), start=1):
                self.secure(ready, security.Kind.BID, row.contractor, ready.bid_security, f"BH-{ready.pk}-{number}")
        with at(day, 10, 30):
            for row in Tender.objects.get(pk=ready.pk).bids.all():
                contractors.record_credit_check(row.contractor, note="资格审查当日查询无不良记录（演示）", by=self.officer)
                if row.status == "opened":
                    review.judge_bid(row.pk, valid=True, by=self.officer)
            committee.draw_committee(ready.pk, buyer_seat=None, by=self.officer, seed=f"demo:{ready.project.code}")

    def secure(self, ready: Tender, kind, firm: Contractor, amount: Decimal, number: str) -> None:
        security.record_security(
            ready.pk, kind=kind, contractor=firm, form="bank", instrument_no=number, issuer="示例银行（演示）", amount=amount,
            received_on=clock.today(), by=self.finance,
        )  # fmt: skip

    def final_quotes(self, ready: Tender) -> None:
        """Three per cent off the first quote for everybody, sealed, opened by the same two."""
        day, people = clock_day(ready.opening_at), {user.memberships.first().organisation_id: user for user in self.bidders}
        with at(day, 14, 10):
            deadline = clock.now() + timedelta(minutes=40)
            quotes.call_quotes(
                ready.pk, deadline=deadline, note="服务频次不变；护理员须持证上岗，名单随合同提交（演示）。", by=self.officer
            )
        with at(day, 14, 30):
            for row in ready.bids.valid().select_related("contractor__organisation"):
                price = (row.quote * Decimal("0.97")).quantize(Decimal(1))
                person = people[row.contractor.organisation_id]
                quotes.submit_quote(ready.pk, contractor=row.contractor, quote=price, statement="在首次报价基础上优惠（演示）", by=person)
        with at(day, 14, 55):
            for holder in self.holders:
                opening.contribute_share(ready.pk, passphrase=PASSPHRASE, by=holder)

    def judge(self, ready: Tender, firms: list[Contractor]) -> None:
        day = clock_day(ready.opening_at)
        with at(day, 14):
            for member in CommitteeMember.objects.filter(committee__tender=ready).select_related("user"):
                committee.declare(member.pk, clear=True, statement="与各供应商无利害关系", by=member.user)
        self.final_quotes(ready)
        with at(day, 15):
            scoring_tender = review.start_scoring(ready.pk, by=self.officer)
        with at(day, 16):
            sheets = ScoreSheet.objects.filter(bid__tender=scoring_tender).select_related("member__user", "bid").order_by("pk")
            for turn, sheet in enumerate(sheets):
                self.score(sheet, firms.index(sheet.bid.contractor), turn)
            scoring.rank_bids(ready.pk, by=self.officer)
        with at(day, 17):
            for member in CommitteeMember.objects.filter(committee__tender=ready).select_related("user"):
                committee.sign_report(member.pk, by=member.user)

    def score(self, sheet: ScoreSheet, number: int, turn: int) -> None:
        spread = Decimal(turn % 3 - 1)
        marks = {name: Decimal(points) + spread for (name, *_), points in zip(SCALE, MARKS[number], strict=False)}
        opinion = "方案可行，重点看人员稳定性（演示）。"
        scoring.save_sheet(sheet.pk, marks=marks, opinion=opinion, submit=True, version=sheet.version, by=sheet.member.user)

    def award(self, ready: Tender) -> None:
        with at(workday(clock_day(ready.opening_at) + timedelta(days=2))):
            first = ready.bids.valid().order_by("standing__rank").first()
            award.confirm_award(ready.pk, bid_id=first.pk, reason="综合得分第一（演示）", by=self.chief)
        with at(workday(clock_day(ready.opening_at) + timedelta(days=3)), 11):
            results.publish_result(ready.pk, by=self.officer)
            results.order_score_sheets(Tender.objects.get(pk=ready.pk), by=self.officer)
            for paper in prints.PAPERS:
                prints.order(Tender.objects.get(pk=ready.pk), paper, by=self.officer)
        self.object(ready)

    def object(self, ready: Tender) -> None:
        """One question before, one challenge after the result, answered by two people and not upheld; losers get their security back."""
        first = clock_day(ready.opening_at)
        loser = ready.bids.valid().order_by("-standing__rank").select_related("contractor").first().contractor
        with at(workday(first + timedelta(days=4)), 9):
            asked = challenge.ask(ready.pk, contractor=loser, question="履约保证金能否用保函？（演示）", by=self.bidders[2])
            raised = challenge.raise_challenge(
                ready.pk, contractor=loser, step="result", demand="请复核服务方案的评分（演示）", facts="我单位服务方案得分偏低（演示）",
                basis="政府采购法第五十二条", by=self.bidders[2],
            )  # fmt: skip
        with at(workday(first + timedelta(days=5)), 10):
            challenge.answer_enquiry(asked.pk, answer="可以，金融机构、担保机构出具的保函均可（演示）。", by=self.officer)
            challenge.draft_answer(
                raised.pk,
                verdict="rejected",
                consequence="kept",
                answer="经复核，各成员评分均在区间内，汇总无误（演示）。",
                by=self.officer,
            )
        with at(workday(first + timedelta(days=6)), 10):
            challenge.approve_answer(raised.pk, by=self.chief)
            for row in Security.objects.held().filter(tender=ready).exclude(contractor__awards__status="confirmed"):
                security.return_security(row.pk, on=clock.today(), by=self.finance)

    # 合同与服务
    def sign(self, ready: Tender) -> Contract:
        signed_on = workday(clock_day(ready.opening_at) + timedelta(days=9))
        with at(signed_on, 9):
            row = contract.draft_contract(ready.awards.get().pk, by=self.officer)
            row = contract.edit_contract(row.pk, version=row.version, by=self.officer, plan=self.takeover(row), **TERMS)
            row = contract.submit_contract(row.pk, version=row.version, by=self.officer)
        with at(signed_on, 11):
            row = contract.approve_contract(row.pk, version=row.version, by=self.users["fuju"], note="条款完备（演示）")
        with at(signed_on, 15):
            row = contract.sign_contract(row.pk, version=row.version, by=self.users["jigou"])
        with at(workday(signed_on + timedelta(days=1))):
            row = contract.announce_contract(row.pk, version=row.version, by=self.officer)
        with at(workday(signed_on + timedelta(days=2)), 15):
            for held in Security.objects.held().filter(tender=ready, kind=security.Kind.BID):
                security.return_security(held.pk, on=clock.today(), by=self.finance)
            self.secure(ready, security.Kind.PERFORMANCE, row.contractor, row.amount / 20, f"LY-{ready.pk}")
        with at(row.starts_on, 9):
            return contract.start_service(row.pk, version=row.version, by=self.officer)

    def takeover(self, row: Contract) -> dict:
        return {
            "substitute": CONTRACTORS[1][0],
            "contact_name": "季二",
            "contact_phone": "12300000002",
            "activation_hours": 4,
            "funding_line": row.project.fundings.first().line,
            "handover_items": "服务对象名册、服务计划、钥匙和门禁登记、系统数据导出、未完成工单",
        }


TERMS = {
    "settlement": "按季结算：验收合格后 30 日内支付；年度评价合格支付尾款 10%。",
    "rights_duties": "甲方监督检查、按期支付；乙方按标准服务、保护服务对象隐私、接受检查并按月报告。",
    "liability": "未达标准的，按合同扣减；严重违约的，解除合同并承担损失。",
    "exit_clause": "出现退出情形时，甲方书面通知，启动临时接管预案，乙方 3 日内移交全部服务资料。",
}


def answers(questions, note: str = "") -> dict:
    return {question.key: {"answer": not question.wrong, "note": note} for question in questions}


def factors() -> list[dict]:
    return [
        {
            "name": name,
            "kind": kind,
            "weight": Decimal(weight),
            "bands": [{"label": label, "low": low, "high": high} for label, low, high in bands],
        }
        for name, kind, weight, bands in SCALE
    ]


def clock_day(instant) -> date:
    return timezone.localtime(instant).date()
