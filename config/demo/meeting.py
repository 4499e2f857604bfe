"""Two meetings: the coordination mechanism's, signed, with decisions under way; and a case conference that is called for next week."""

from datetime import timedelta

from config.demo.timing import at, moment, workday
from records import clock
from windows.models import AgendaItem, Meeting
from windows.services import agenda, meeting, minutes

FREE = ("急难发生地临时救助先行办理的备用金", "各乡镇（街道）备用金额度不一，请统一口径（演示）。")
OUTSIDE = (("何理事（演示）", "区慈善会 办公室"),)
LATER = timedelta(days=5)


def tell(place, users) -> None:
    if Meeting.objects.exists():
        return
    coordination(place, users)
    conference(place, users)


def coordination(place, users) -> None:
    """Held three days ago: departments that are silent or sent back, and one free item."""
    day = workday(clock.today() - timedelta(days=3))
    chief, officer = users["chenju"], users["jiuzhu"]
    plan = meeting.Plan(
        title=f"{day.year}年第四季度协调机制会议（演示）", held_at=moment(day, 14), place="区民政局三楼会议室（演示）", chair=chief,
        organisations=[place.departments["MEDICAL"], place.departments["EDUCATION"]], people=[users["zhenzhang"]], others=OUTSIDE,
    )  # fmt: skip
    with at(day, 9):
        made = meeting.arrange(place.bureau, Meeting.Kind.COORDINATION, plan, by=officer)
        silent = [point.key for point in agenda.proposals(place.bureau) if point.source in ("SILENT", "RETURNED")]
        made = meeting.set_agenda(made.pk, silent[:2], [FREE], version=made.version, by=officer)
        made = meeting.convene(made.pk, version=made.version, by=officer)
    with at(day, 16):
        here = [guest.pk for guest in made.guests.all() if guest.organisation != place.departments["EDUCATION"]]
        made = meeting.hold(made.pk, here, version=made.version, by=officer)
        for item in made.items.all():
            write(item, users["jiuzhu" if item.source == "FREE" else "yibao"], 10 if item.source == "FREE" else 1, by=officer)
        signed = minutes.sign(made.pk, version=made.version, by=chief)
    row = signed.decisions.get(item__source="FREE")
    minutes.finish(row.pk, result="已起草备用金管理口径，送财政局会签（演示）。", version=row.version, by=officer)


def write(item: AgendaItem, owner, days: int, *, by) -> None:
    post = meeting.posts(item.meeting.organisation).filter(user=owner).first()
    free = item.source == "FREE"
    entry = minutes.Entry(
        discussion="各单位认为口径应当统一（演示）。" if free else "医保部门说明了情况，参保地已经核清（演示）。",
        decision="OTHER" if free else "ASSIGN",
        decision_text="由救助科起草统一口径，征求财政意见（演示）。" if free else "由医保部门按期办理并答复窗口（演示）。",
        post=post,
        days=days,
    )
    minutes.write(item.pk, entry, version=item.version, by=by)


def conference(place, users) -> None:
    """Called by the township for next week: what nothing fits, and an objection."""
    lead, township = users["zhenzhang"], place.townships[0]
    when = moment(workday(clock.today() + LATER), 10)
    plan = meeting.Plan(
        title="一事一议个案会商（演示）", held_at=when, place=f"{township.label}会议室（演示）", chair=lead,
        organisations=[place.departments["HOUSING"]], people=[users["jiuzhu"], users["chuangkou"]],
    )  # fmt: skip
    made = meeting.arrange(township, Meeting.Kind.CASE, plan, by=lead)
    open_ones = [point.key for point in agenda.proposals(township) if point.source in ("UNFIT", "OBJECTION")]
    made = meeting.set_agenda(made.pk, open_ones, version=made.version, by=lead)
    meeting.convene(made.pk, version=made.version, by=lead)
