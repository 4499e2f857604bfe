"""A village at work: what the township entrusted to it, what it reported, whom it found."""

from datetime import timedelta
from decimal import Decimal

from config.demo.timing import at, workday
from records import clock
from windows.models import Finding, VillageTask
from windows.services import village


def tell(place, users) -> None:
    """Three tasks in three states and two findings, one of them followed up."""
    if VillageTask.objects.filter(case=None).exists():
        return
    clerk, assistant, today, home = users["chuangkou"], users["xieliyuan"], clock.today(), place.villages[0]
    money = {"fee": Decimal("300.00"), "fund_source": "区级社会救助工作经费（演示）"}
    with at(workday(today - timedelta(days=12)), 9):
        done = village.set_tasks(
            [home], kind="SCREENING", title="冬季困难群众排查", due_on=today, detail="独居、重病、残疾家庭逐户走访。", by=clerk, **money
        )
        village.set_tasks(place.villages[:3], kind="GUIDE", title="新政策入户宣传", due_on=today + timedelta(days=5), by=clerk, **money)
        finding = village.report_finding(
            home, kind=Finding.Kind.NEED, situation="独居老人摔伤，无人照料（演示）。", name="演示甲子", place="演示村 3 组", by=assistant
        )
    with at(workday(today - timedelta(days=8)), 16):
        task = village.report_task(
            done[0].pk, done_on=clock.today(), text="走访完毕，发现一户（演示）。", households=86, version=done[0].version, by=assistant
        )
        village.answer_finding(
            finding.pk, answer="已上门，家属接回照料，不需申请（演示）。", case=None, registered=False, version=0, by=clerk
        )
    with at(workday(today - timedelta(days=7)), 10):
        village.accept_task(task.pk, version=task.version, by=clerk)
        village.set_tasks([home], kind="NOTICE", title="张贴低保审核公示", due_on=today, no_fee_reason="随日常走访完成（演示）", by=clerk)
    village.report_finding(home, kind=Finding.Kind.CHANGE, situation="在册家庭成员外出务工（演示）。", name="演示乙丑", by=assistant)
