"""The standing list of the demo township: one file confirmed, and a later one that waits with a change, a gap and two refused rows."""

from datetime import timedelta

from config.demo.timing import at, workday
from records import clock, jobs
from records.exports import xlsx
from records.models import Job
from windows.models import StandingEntry, StandingImport
from windows.services import hearings, standing

FIRST_PERSON = 150_000  # numbers of made-up people of the list
TITLES = ("村（社区）", "户主姓名", "姓名", "与户主关系", "身份证号码", "保障类别", "月保障金额（元）", "起保时间")
HOUSEHOLDS = ((1, "农村低保", 560), (3, "农低", 1120), (2, "农村低保", 980), (1, "特困（分散供养）", 1050), (1, "城市低保", 717))


def tell(place, users, made_up) -> None:
    if StandingImport.objects.exists():
        return
    clerk, township, today = users["chuangkou"], place.townships[0], clock.today()
    rows = list(listed(place, made_up))
    with at(workday(today - timedelta(days=35)), 9):
        paper = come_in(township, "在享名册（演示）.xlsx", rows, by=clerk)
        standing.confirm(paper.pk, version=paper.version, by=clerk)
    later = [list(row) for row in rows[:-1]]
    later[0][6] = "￥580.00"
    later[4][4] = later[4][4][:-2]
    later.append([place.villages[0].name, "示例甲", "示例甲", "本人", "5.10200198808081E+17", "农村低保", 560, "2026.2.30"])
    with at(workday(today - timedelta(days=1)), 10):
        come_in(township, "本月名册（演示）.xlsx", later, by=clerk)
        hear_last(township, clerk)


def hear_last(township, clerk) -> None:
    """Who is not in the new file is heard before anything is stopped."""
    entry = StandingEntry.objects.open().filter(organisation=township).order_by("pk").last()
    heard = hearings.Heard(
        ground="本月名册中没有，核实已随子女迁往外区县定居（演示）", told_on=clock.today(), way="PHONE",
        heard_on=clock.today(), outcome="HEARD", statement="已经迁走，没有意见，请告知新住地怎样申请（演示）。",
    )  # fmt: skip
    hearings.hear(entry.pk, heard, by=clerk)


def listed(place, made_up):
    """Row by row; the amount stands once for a household, on the head's row."""
    turn = FIRST_PERSON
    for number, (members, category, amount) in enumerate(HOUSEHOLDS):
        head = made_up.person(turn)
        for member in range(members):
            person, turn = made_up.person(turn), turn + 1
            paid = amount if not member else ""
            relation = "家庭成员" if member else "户主"
            village = place.villages[number % len(place.villages)].name
            yield [village, head.name, person.name, relation, person.id_number, category, paid, "2025年7月"]


def come_in(township, name: str, rows, *, by) -> StandingImport:
    paper = standing.upload(township, kind="ROSTER", category="", data=xlsx(TITLES, rows), name=name, by=by)
    jobs.run(Job.objects.get(kind=standing.PREVIEW_JOB, key=f"{paper.pk}").pk)
    paper.refresh_from_db()
    return paper
