"""A month of service: a dozen people with orders, a roster, visits written at the door, a check with two rectifications, a complaint."""

from datetime import timedelta

from config.demo.timing import at, moment, workday
from procurement.models import Contract, PostedWorker, ServiceOrder, ServiceVisit
from procurement.services import complaint, inspection, rectification, roster, service, suspicion, visit
from records import clock
from records.models import PolicyValue
from records.values import set_value

PEOPLE, STAFF, FIRST = 12, 4, 60_000  # made-up people from number FIRST on
DAYS = 30
LIMITS = {
    "rectification_days": "15",
    "rectification_extension_days": "10",
    "complaint_acknowledge_days": "2",
    "complaint_answer_days": "15",
    "service_record_hours": "48",
    "passed_on_alert_share": "90",
}
NOTES = ("测血压、整理床铺", "陪同散步、打扫房间", "协助洗澡、换洗衣物", "代买日用品、谈心")
MISSED = {11: "not_met", 17: "away", 29: "refused"}  # every so many visits something comes between


def set_limits(city, *, by) -> None:
    for code, value in LIMITS.items():
        if not PolicyValue.objects.filter(code=code, organisation=city).exists():
            facts = {"effective_from": clock.today().replace(month=1, day=1), "source_document": "演示数据（示例口径）"}
            set_value(code, organisation=city, value=value, by=by, example=True, **facts)


def enter(contract: Contract, people, *, users) -> None:
    """Recipients, roster and orders, a month ago."""
    if ServiceOrder.objects.filter(contract=contract).exists():
        return
    start = max(contract.starts_on, clock.today() - timedelta(days=DAYS))
    towns = list(contract.project.organisation.children.filter(kind="TOWNSHIP").order_by("path")[:3])
    item = contract.project.items.order_by("code").first()
    with at(start, 8):
        staff = [hire(contract, people.person(FIRST + 500 + number), number, start, by=users["jigou"]) for number in range(STAFF)]
        for number in range(PEOPLE):
            one = people.person(FIRST + number)
            data = service.RecipientData(
                name=one.name,
                id_number=one.id_number,
                programme="TK" if number % 3 else "DB",
                township=towns[number % len(towns)],
                address=f"演示小区 {number + 1} 栋",
                phone=one.phone,
                needs="听力不好，请敲门后等候" if number % 4 == 0 else "",
                checked="演示数据",
            )
            recipient = service.add_recipient(contract.pk, data, by=users["jianguan"])
            values = {"item": item, "unit": "week", "times": 1 + number % 2, "minutes": 60, "worker": staff[number % STAFF]}
            service.open_order(recipient.pk, by=users["jianguan"], starts_on=start, ends_on=contract.ends_on, **values)


def hire(contract: Contract, person, number: int, start, *, by) -> PostedWorker:
    """One carer; the last one is somebody else's employee, which is let through with a reason and looked into."""
    kinds = PostedWorker.Qualification
    values = {"qualification": kinds.CARE if number % 2 == 0 else kinds.ASSISTANT, "insured_by_contractor": True, "education": "大专"}
    if number == STAFF - 1:
        values["employer"] = "示例家政服务有限公司"
    data = roster.WorkerData(name=person.name, id_number=person.id_number, starts_on=start, phone=person.phone, **values)
    return roster.add_worker(contract.pk, data, by=by, reason="临时借调，月底转签劳动合同（演示）")


def work(contract: Contract, *, users) -> int:
    """Write down every visit up to yesterday, each in the afternoon of its day. Returns how many."""
    waiting = ServiceVisit.objects.pending().filter(contract=contract, planned_on__lt=clock.today())
    rows = list(waiting.select_related("order").order_by("planned_on", "pk"))
    for number, row in enumerate(rows, start=1):
        late = number % 23 == 0
        with at(row.planned_on + timedelta(days=3 if late else 0), 17, number % 60):
            outcome = next((what for every, what in MISSED.items() if number % every == 0), "done")
            data = visit.VisitData(
                outcome=outcome,
                done_at=moment(row.planned_on, 9 + number % 6, number * 7 % 60),
                worker=row.order.worker,
                minutes=50 + number % 20 if number % 5 else None,
                note=NOTES[number % len(NOTES)] if outcome == "done" else "已电话联系家属，另约时间（演示）",
                sign="name" if outcome == "done" else "",
                signed_by="本人" if outcome == "done" else "",
            )
            visit.record_visit(row.pk, data, version=row.version, by=users["tianbao"])
    return len(rows)


def supervise(contract: Contract, *, users) -> None:
    """A check with two findings: one put right and verified by the chief, one overdue and told to the chief."""
    if contract.inspections.exists():
        return
    today, supervisor = clock.today(), users["jianguan"]
    held = workday(today - timedelta(days=27))
    with at(held, 10):
        values = {"kind": "random", "planned_on": held, "scope": "上门服务记录与实际是否一致", "size": 4, "seed": "demo-2026"}
        row = inspection.plan_inspection(contract.pk, by=supervisor, **values)
        results = {subject.pk: ("problem" if subject.position == 2 else "good", "") for subject in row.subjects.all()}
        inspection.hold_inspection(row.pk, version=row.version, held_on=held, summary="入户 4 户（演示）。", results=results, by=supervisor)
        found = [("一户服务时长不足约定 60 分钟", "合同第五条", "minor"), ("应急联系卡没有张贴", "合同第七条", "major")]
        findings = [inspection.add_finding(row.pk, fact=fact, clause=clause, severity=how, by=supervisor) for fact, clause, how in found]
        first = rectification.rectify_findings(row, findings[:1], demand="补足时长，完善签到", by=supervisor)
        rectification.rectify_findings(row, findings[1:], demand="全部张贴并拍照报送", by=supervisor)
    _put_right(first, held, users)
    rectification.escalate_overdue(today)


def _put_right(row, day, users) -> None:
    with at(workday(day + timedelta(days=1)), 9):
        row = rectification.plan_rectification(row.pk, version=fresh(row), owner="季构", plan="逐户核对时长（演示）", by=users["jigou"])
    with at(workday(day + timedelta(days=5)), 9):
        row = rectification.submit_evidence(row.pk, version=fresh(row), evidence="已补足时长并启用签到（演示）", by=users["jigou"])
    with at(workday(day + timedelta(days=7)), 15):
        rectification.verify_rectification(row.pk, version=fresh(row), passed=True, comment="复查属实（演示）", by=users["chenju"])


def fresh(row) -> int:
    row.refresh_from_db()
    return row.version


def complain(contract: Contract, *, users) -> None:
    """A complaint from the public page, explained by the contractor and waiting for the bureau's answer; and the signs of 转包."""
    if contract.complaints.exists():
        return
    day = workday(clock.today() - timedelta(days=8))
    with at(day, 20):
        data = complaint.ComplaintData(about="absence", text="上周约好的上门服务没有来，也没有打电话（演示）", channel="public")
        row, _ = complaint.receive_complaint(contract.pk, data)
    with at(workday(day + timedelta(days=1)), 9):
        row = complaint.accept_complaint(row.pk, version=fresh(row), by=users["jianguan"])
        brief = "有服务对象反映上周一次上门服务没有提供，也没有提前告知（演示）"
        row = complaint.forward_complaint(row.pk, version=fresh(row), by=users["jianguan"], brief=brief)
    with at(workday(day + timedelta(days=2)), 9):
        said = "护理员临时请假，调度漏通知，已补上门并道歉（演示）"
        complaint.explain_complaint(row.pk, version=fresh(row), by=users["jigou"], explanation=said)
    suspicion.look(contract)
