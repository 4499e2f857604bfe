"""A township window at work: applications in every state, some handed to departments, a few late."""

from datetime import timedelta
from decimal import Decimal

from config.demo.timing import at, workday
from records import clock
from windows.models import Case, CaseStep, Programme, Referral, Window
from windows.services import course, intake, objections, people, programmes, publicity, referrals, visits, windows

FIRST_PERSON = 100_000  # numbers of made-up people of the counter
ADULT_BEFORE = 2000


class Counter:
    """``users``: username → User; all work happens at the first two townships of the demo district."""

    def __init__(self, place, users, made_up):
        self.place, self.users, self.made_up = place, users, made_up
        self.clerk, self.lead, self.officer = users["chuangkou"], users["zhenzhang"], users["jiuzhu"]
        self.township, self.today = place.townships[0], clock.today()
        self.turn = 0

    def open_windows(self) -> None:
        programmes.load()
        for number, (township, staff) in enumerate(((self.township, "chuangkou"), (self.place.townships[1], "linzhen"))):
            if not Window.objects.filter(organisation=township).exists():
                facts = {
                    "address": f"{township.label}公共服务中心一楼 {number + 1} 号窗口（演示）",
                    "hours": "工作日 9:00—12:00，14:00—18:00",
                }
                windows.save_window(township, **facts, phone=f"1230000{number:04}", staff=[self.users[staff]], by=self.lead)

    def programme(self, code: str) -> Programme:
        return Programme.objects.current(self.today).get(code=code)

    def someone(self) -> people.PersonData:
        """The next made-up grown-up."""
        while True:
            person = self.made_up.person(FIRST_PERSON + self.turn)
            self.turn += 1
            if person.born_on.year < ADULT_BEFORE:
                return people.PersonData(name=person.name, id_number=person.id_number, phone=person.phone, address="演示村 3 组")

    def log(self, code: str, days_ago: int, *, brought=None, also=(), need="", consent=False, hour=10) -> Case:
        """One application, logged so many days ago; complete unless ``brought`` names what was brought."""
        programme = self.programme(code)
        required = [material.code for material in programme.materials.filter(need="REQUIRED")]
        form = intake.Application(
            organisation=self.township, programme=programme, person=self.someone(), need=need,
            papers=dict.fromkeys(required if brought is None else brought, "BROUGHT"),
            also=tuple(self.programme(other) for other in also), consent=consent,
        )  # fmt: skip
        with at(workday(self.today - timedelta(days=days_ago)) if days_ago else self.today, hour):
            return intake.log_application(form, by=self.clerk)

    def finish(self, case: Case, code: str, days_ago: int, *, by=None) -> None:
        with at(workday(self.today - timedelta(days=days_ago)), 15):
            step, case = CaseStep.objects.get(case=case, code=code), Case.objects.get(pk=case.pk)
            words = "协理员已张贴，经现场查看（演示）。" if step.minimum else "已办结（演示）"
            course.complete_step(step.pk, note=words, version=case.version, by=by or self.clerk)

    def through(self, case: Case, days_ago: int) -> None:
        """A DIBAO application up to its public notice, step by step from so many days ago."""
        self.finish(case, "INQUIRY", days_ago - 2)
        self.finish(case, "CHECK", days_ago - 4, by=self.officer)
        self.visit(case, days_ago - 5)
        self.finish(case, "OPINION", days_ago - 7)
        self.post(case, days_ago - 7)

    def post(self, case: Case, days_ago: int) -> None:
        """The public notice, hung by the first village."""
        with at(workday(self.today - timedelta(days=days_ago)), 16):
            posting = publicity.Posting(
                village=self.place.villages[0], family_count=2, grants=True, phone="12300000000", fee=Decimal("50.00"),
                fund_source="区级社会救助工作经费（演示）",
            )  # fmt: skip
            publicity.issue(case.pk, posting, version=Case.objects.get(pk=case.pk).version, by=self.clerk)

    def object_to(self, case: Case, days_ago: int) -> None:
        """Somebody objects without a name: the notice stands still until there was a new visit."""
        with at(workday(self.today - timedelta(days=days_ago)), 17):
            said = objections.Raised(
                raised_on=clock.today(), channel="LETTER", anonymous=True, text="听说该户在场镇有门面出租，请核实（演示）。"
            )
            objections.record(case.pk, said, version=Case.objects.get(pk=case.pk).version, by=self.clerk)

    def visit(self, case: Case, days_ago: int) -> None:
        """Two go, the village's assistant leads the way."""
        with at(workday(self.today - timedelta(days=days_ago)), 15):
            case = Case.objects.select_related("person").get(pk=case.pk)
            seen = visits.Seen(
                visited_on=clock.today(), names=[self.clerk.name, self.lead.name], village_guide=self.users["xieliyuan"].name,
                met=case.person.name, met_relation="本人", family="夫妻二人，一人慢性病长期服药（演示）。",
                housing="自有砖房两间，约 60 平方米（演示）。", work="务农，农闲零工，收入不稳定（演示）。",
                living="每月药费约 400 元（演示）。",
                finding="家庭情况与申报一致，生活确有困难（演示）。",
            )  # fmt: skip
            visits.record(case.pk, seen, version=case.version, by=self.clerk)

    def confirm(self, case: Case, days_ago: int) -> None:
        with at(workday(self.today - timedelta(days=days_ago)), 16):
            case = Case.objects.get(pk=case.pk)
            words = "经审核，符合条件，予以确认（演示）。"
            course.conclude(case.pk, outcome=Case.Status.CONFIRMED, reason=words, version=case.version, by=self.officer)

    def transfers(self) -> None:
        """To 医保局: answered, acknowledged, just sent, returned, and one that waits too long."""
        doctor = self.users["yibao"]
        answered = self.sent("MEDICAL", 15)
        self.take(answered, 14, doctor)
        with at(workday(self.today - timedelta(days=11)), 11):
            answered.refresh_from_db()
            referrals.answer(answered.pk, outcome="GRANTED", text="符合医疗救助条件，已纳入（演示）。", version=answered.version, by=doctor)
        self.take(self.sent("MEDICAL", 6), 5, doctor)
        returned = self.sent("MEDICAL", 4)
        with at(workday(self.today - timedelta(days=3)), 9):
            referrals.send_back(returned.pk, reason="参保地在外区县，请转参保地医保部门（演示）。", version=returned.version, by=doctor)
        self.sent("MEDICAL", 8)
        self.sent("EDUCATION", 1)

    def sent(self, code: str, days_ago: int) -> Referral:
        return Referral.objects.get(case=self.log(code, days_ago, consent=True))

    def take(self, row: Referral, days_ago: int, handler) -> None:
        with at(workday(self.today - timedelta(days=days_ago)), 14):
            row.refresh_from_db()
            referrals.acknowledge(row.pk, version=row.version, by=handler)

    def day_after_day(self) -> None:
        """What lies on the table today."""
        confirmed = self.log("DIBAO", 40)
        self.through(confirmed, 40)
        self.finish(confirmed, "PUBLIC", 40 - 16)
        self.confirm(confirmed, 40 - 18)
        objected = self.log("DIBAO", 10)
        self.through(objected, 10)
        self.object_to(objected, 1)
        self.log("DIBAO", 6)  # the inquiry has not begun: overdue
        self.log("TEKUN", 3)
        self.log("MARGINAL", 1, also=("MEDICAL", "EDUCATION"), consent=True)
        self.log("DIBAO", 2, brought=["APPLICATION", "IDENTITY"])
        self.log("TEMPORARY_URGENT", 0, brought=[], need="突发疾病住院，急需垫付（演示）。", hour=9)
        self.log("OTHER", 1, need="房屋漏雨，不知找哪个部门（演示）。")
        self.transfers()
