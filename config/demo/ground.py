"""What the purchase of the demo stands on: figures of the city, budgets, the guidance catalogue, verified contractors."""

from datetime import date, timedelta
from decimal import Decimal

from accounts.models import User
from config.demo.organisation import CONTRACTORS
from config.demo.people import made_up_uscc
from config.demo.timing import at, workday
from contractors import services as contractors
from contractors.models import Contractor
from contractors.rules import Condition, LegalForm
from procurement.models import Budget, CatalogueItem, Source
from procurement.services import (
    catalogue,
    money,
)
from records import clock
from records.models import PolicyValue
from records.values import confirm_value, set_value

BASIS = "渝财社〔演示〕1号（演示数据）"
FORMS = {"52": LegalForm.SOCIAL_SERVICE, "91": LegalForm.ENTERPRISE}
FIGURES = {
    "open_tender_threshold_services": "4000000",
    "decentralised_limit_services": "1000000",
    "cap_ratio": "20",
    "takeover_hours": "24",
    "takeover_hours_care": "4",
    "advance_payment_share": "30",
    "retained_share": "10",
    "subcontract_alert_share": "50",
    "final_quote_minutes": "30",
    "single_source_opinions": "3",
    "negotiation_buyers": "2",
    "score_gap_percent": "20",
}


class Ground:
    """The officers of the demo bureau. ``users``: username → User."""

    def __init__(self, place, users: dict[str, User]):
        self.place, self.bureau, self.users = place, place.bureau, users
        self.officer, self.chief, self.finance = users["caigou"], users["chenju"], users["caiwu"]
        self.holders = (users["fuju"], users["jianguan"])
        self.bidders = (users["jigou"], users["jigou2"], users["jigou3"])
        self.start = workday(clock.today() - timedelta(days=326))

    def day(self, offset: int) -> date:
        """A working day of the story, counted from its beginning."""
        return workday(self.start + timedelta(days=offset))

    def lay_ground(self) -> None:
        catalogue.load_catalogue()
        self.set_values()
        with at(self.day(0)):
            if not Budget.objects.filter(organisation=self.bureau, fiscal_year=self.year).exists():
                self.fund()

    @property
    def year(self) -> int:
        return self.start.year

    def set_values(self) -> None:
        setter, confirmer = self.users["shiju"], self.users["shiju2"]
        for code, value in FIGURES.items():
            if not PolicyValue.objects.filter(code=code, organisation=self.place.city).exists():
                row = set_value(
                    code,
                    organisation=self.place.city,
                    value=value,
                    effective_from=date(self.year - 1, 1, 1),
                    source_document="演示数据（数值未经核实）",
                    by=setter,
                    example=True,
                )
                if row.status != PolicyValue.Status.EXAMPLE:
                    confirm_value(row.pk, by=confirmer)

    def fund(self) -> None:
        catalogue.list_in_guidance(
            self.bureau,
            CatalogueItem.objects.all(),
            document="区政府购买服务指导性目录（演示）",
            valid_from=date(self.year, 1, 1),
            by=self.officer,
        )
        for fiscal_year in {self.year, clock.today().year, (self.start + timedelta(days=300)).year}:
            self.budget(fiscal_year)

    def budget(self, fiscal_year: int) -> None:
        money.record_grant(
            organisation=self.bureau, fiscal_year=fiscal_year, source=Source.CITY_SPECIAL, amount=Decimal("3000000.00"),
            document=BASIS, issued_on=self.start, by=self.finance,
        )  # fmt: skip
        money.create_budget(
            organisation=self.bureau, fiscal_year=fiscal_year, name="购买社会救助服务", amount=Decimal("1600000.00"),
            document="区财政预算批复（演示）", approved_on=self.start,
            lines=[(Source.OWN_DISTRICT, Decimal("1200000.00"), "区本级预算（演示）"), (Source.CITY_SPECIAL, Decimal("400000.00"), BASIS)],
            by=self.finance,
        )  # fmt: skip

    def register_contractors(self) -> list[Contractor]:
        found = []
        for (name, kind, serial), bidder in zip(CONTRACTORS, self.bidders, strict=True):
            uscc = made_up_uscc(kind, serial)
            row = Contractor.objects.filter(uscc=uscc).first()
            with at(self.day(0), 9):
                found.append(row or self.register(name, kind, serial, uscc, bidder))
        return found

    def register(self, name, kind, serial, uscc, bidder) -> Contractor:
        row = contractors.register(
            name=name, uscc=uscc, by=bidder, legal_form=FORMS[kind], small_business=kind == "91",
            representative=f"示例法人{serial}", address=f"演示路 {serial} 号", phone=f"1230000{serial:04}",
        )  # fmt: skip
        proofs = [contractors.submit_proof(row, condition=condition, statement="已提交证明（演示）", by=bidder) for condition in Condition]
        contractors.verify_papers(row, proofs=[proof.pk for proof in proofs], by=self.officer)
        contractors.record_credit_check(row, note="两网站查询无不良记录（演示）", by=self.officer)
        return contractors.verify(row.pk, by=self.officer)
