"""The register of the demo: one organisation registered itself, one was refused, one waits, one is barred and one was."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from config.demo.people import made_up_uscc
from config.demo.timing import at, workday
from contractors import services as contractors
from contractors.models import Application, Contractor, Debarment
from contractors.rules import Condition
from contractors.rules.application import PAPER_NEEDED
from contractors.services import admission, application, change
from records import clock

PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
PAPER += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
CLAIMED = "yimen-yanshi-zizhu-2026"

# name, kind of code, serial, form, services
SELF_REGISTERED = ("邻里情养老服务中心（演示）", "52", 41, "SOCIAL_SERVICE", ("B1", "B3", "B8"))
REFUSED = ("示例区福利院（演示）", "12", 42, "INSTITUTION_2", ("B1",))
WAITING = ("绿荫助残服务社（演示）", "52", 43, "SOCIAL_SERVICE", ("B2", "B4"))
BARRED_NOW = ("恒捷服务有限公司（演示）", "91", 44)
BARRED_BEFORE = ("久安家政有限公司（演示）", "91", 45)
OFFERED = (("A1", "A2", "B1", "B8"), ("A1", "A6", "B6"), ("B1", "B2", "B3"))


class Market:
    def __init__(self, place, users):
        self.place, self.users = place, users
        self.officer, self.finance = users["caigou"], users["caiwu"]
        self.start = workday(clock.today() - timedelta(days=120))

    def day(self, offset: int):
        return workday(self.start + timedelta(days=offset))

    def run(self) -> None:
        if Application.objects.exists():
            return
        self.describe_known()
        self.approve(self.apply(SELF_REGISTERED, 0), 3)
        self.refuse(self.apply(REFUSED, 8), 10)
        self.apply(WAITING, 110)
        self.bar()
        self.freed()
        self.propose()

    def describe_known(self) -> None:
        """What the three bidders of the story offer."""
        rows = Contractor.objects.filter(organisation__in=self.place.contractors).order_by("pk")
        for row, services in zip(rows, OFFERED, strict=True):
            values = {"contact_name": "示例联系人", "phone": row.phone, "services": list(services), "introduction": "演示数据。"}
            change.edit_contact(row.pk, values=values, by=row.created_by)

    def apply(self, plan, offset: int) -> Application:
        name, kind, serial, form, services = plan
        with at(self.day(offset), 9):
            values = {"name": name, "uscc": made_up_uscc(kind, serial), "legal_form": form, "uscc_reason": "", "form_reason": ""}
            begun = application.begin(district=self.place.bureau, key=f"demo-{serial}", fingerprint="demo", values=values)
            row = self.fill(begun.application, serial, services)
        with at(self.day(offset), 11):
            return application.submit(row.pk, declared=True, declared_by=row.representative)

    def fill(self, row: Application, serial: int, services) -> Application:
        given = {
            "representative": f"示例法人{serial}", "address": f"演示路 {serial} 号", "contact_name": f"示例联系人{serial}",
            "phone": f"1230000{serial:04}", "services": list(services), "introduction": "演示数据，不是真实单位。",
        }  # fmt: skip
        row = application.edit(row.pk, values=given, version=None)
        for condition in Condition:
            upload = SimpleUploadedFile("证明（演示）.pdf", PAPER) if condition in PAPER_NEEDED else None
            application.add_paper(row.pk, kind=condition, upload=upload, statement="见所附材料（演示）")
        application.add_paper(
            row.pk, kind="QUALIFICATION", title="养老护理服务备案", number=f"演示备案{serial}", statement="演示",
            valid_until=clock.today() + timedelta(days=140),
        )  # fmt: skip
        return row

    def approve(self, row: Application, offset: int) -> None:
        with at(self.day(offset), 10):
            admission.send_back(row.pk, notes={"papers": "财务报告缺审计意见页，请补齐（演示）。"}, by=self.officer)
        with at(self.day(offset), 15):
            application.add_paper(row.pk, kind=Condition.CREDIT_AND_ACCOUNTS, upload=SimpleUploadedFile("财务报告（演示）.pdf", PAPER))
            application.submit(row.pk, declared=True, declared_by=row.representative)
        with at(self.day(offset + 2), 10):
            admission.approve(row.pk, reason="材料齐全（演示）", by=self.officer)
        with at(self.day(offset + 3), 9):
            admission.claim_account(row.pk, password=CLAIMED)

    def refuse(self, row: Application, offset: int) -> None:
        reason = "编制部门分类批复载明该院为公益一类事业单位，不得作为承接主体（财政部令第102号 第八条）。"
        with at(self.day(offset), 10):
            admission.refuse(row.pk, reason=reason, by=self.officer)

    def bar(self) -> None:
        """One ban that binds today, one that ran out and frees."""
        today = clock.today()
        spans = ((BARRED_NOW, today - timedelta(days=200), 729), (BARRED_BEFORE, today - timedelta(days=500), 364))
        for number, ((name, kind, serial), starts_on, days) in enumerate(spans, start=1):
            decision = contractors.Decision(
                uscc=made_up_uscc(kind, serial), name=name, decision_no=f"渝财采罚〔演示〕{number}号", issuer="重庆市财政局",
                starts_on=starts_on, ends_on=starts_on + timedelta(days=days), ground="提供虚假材料谋取成交（演示）",
            )  # fmt: skip
            if not Debarment.objects.filter(uscc=decision.uscc).exists():
                contractors.enter_decision(decision, by=self.finance)

    def freed(self) -> None:
        """Its ban ran out, so it may be registered again (P-08)."""
        row = self.apply((*BARRED_BEFORE, "ENTERPRISE", ("A3", "A4")), 20)
        with at(self.day(22), 10):
            admission.approve(row.pk, reason="禁入期已满，材料齐全（演示）", by=self.officer)

    def propose(self) -> None:
        """A change that waits for verification, so that the desk shows one."""
        row = Contractor.objects.get(organisation=self.place.contractors[1])
        values = {"representative": "示例法人2（新任）"}
        change.propose(row.pk, section="head", values=values, statement="理事会换届（演示）", by=self.users["jigou2"])
