"""How a contractor carried out a contract in a period, counted from the records of supervision. Evaluation reads these.

Each answers (part, whole, rows): what counted, out of how much, and the rows it was counted from.
"""

from datetime import date

from django.db.models import Count, Q
from django.utils import timezone

from procurement.models import (
    Contract,
    Finding,
    Inspection,
    InspectionSubject,
    PostedWorker,
    Rectification,
    ServiceComplaint,
    ServiceVisit,
    Suspicion,
)
from procurement.services.served import taken_from

Counted = tuple[int, int, list[dict]]
UNREACHED = (InspectionSubject.Result.OPEN, InspectionSubject.Result.UNREACHED)


def visits_done(contract: Contract, start: date, end: date) -> Counted:
    """Planned visits that took place, one aggregate. What fell to whoever had taken over is not the contractor's."""
    planned = ServiceVisit.objects.filter(contract=contract, extra=False, planned_on__range=(start, end)).exclude(outcome="called_off")
    planned = planned.exclude(taken_from(contract))
    found = planned.aggregate(done=Count("pk", filter=Q(outcome="done")), planned=Count("pk"))
    cells = [["计划服务", str(found["planned"])], ["按记录完成", str(found["done"])]]
    return found["done"], found["planned"], [{"kind": "visits", "pk": contract.pk, "label": f"{start} 至 {end} 服务记录", "cells": cells}]


def rectified_in_time(contract: Contract, start: date, end: date, as_of: date) -> Counted:
    """Rectifications whose limit lay in the period: closed by it, or not."""
    rows = Rectification.objects.filter(contract=contract, due_on__range=(start, min(end, as_of))).order_by("number")
    shown = [_rectification(row) for row in rows.prefetch_related("rounds")]
    return sum(row["counts"] for row in shown), len(shown), shown


def _rectification(row: Rectification) -> dict:
    """In time: what finally passed was handed in no later than the limit."""
    passed = next((each for each in row.rounds.all() if each.outcome == "passed"), None)
    in_time = passed is not None and timezone.localtime(passed.submitted_at).date() <= row.due_on
    cells = [["整改期限", str(row.due_on)], ["状态", row.get_status_display()], ["按期完成", "是" if in_time else "否"]]
    return {"kind": "rectification", "pk": row.pk, "label": f"整改 {row.number}", "cells": cells, "counts": int(in_time)}


def spot_checks(contract: Contract, start: date, end: date) -> Counted:
    """People drawn and reached whose service was as recorded."""
    held = InspectionSubject.objects.filter(inspection__contract=contract, inspection__held_on__range=(start, end))
    rows = held.exclude(result__in=UNREACHED).values("inspection", "inspection__number").order_by("inspection__number")
    rows = rows.annotate(checked=Count("pk"), good=Count("pk", filter=Q(result="good")))
    shown = [
        {
            "kind": "inspection",
            "pk": row["inspection"],
            "label": f"第 {row['inspection__number']} 次检查",
            "cells": [["核查", str(row["checked"])], ["与记录一致", str(row["good"])]],
        }
        for row in rows
    ]
    return sum(row["good"] for row in rows), sum(row["checked"] for row in rows), shown


def clean_checks(contract: Contract, start: date, end: date) -> Counted:
    """Checks held in the period, those without a finding that is more than minor, and what each found."""
    held = Inspection.objects.filter(contract=contract, status=Inspection.Status.DONE, held_on__range=(start, end))
    grave = Q(findings__severity__in=(Finding.Severity.MAJOR, Finding.Severity.GRAVE))
    rows = held.annotate(found=Count("findings"), grave=Count("findings", filter=grave)).order_by("number")
    shown = [
        {
            "kind": "inspection",
            "pk": row.pk,
            "label": f"第 {row.number} 次检查",
            "cells": [["检查日期", str(row.held_on)], ["问题", str(row.found)], ["其中较重、严重", str(row.grave)]],
            "counts": int(not row.grave),
        }
        for row in rows
    ]
    return sum(row["counts"] for row in shown), len(shown), shown


def confirmed_signs(contract: Contract, start: date, end: date) -> list[dict]:
    """What was found to be 转包 in the period, with the day it was judged."""
    rows = Suspicion.objects.filter(contract=contract, status=Suspicion.Status.CONFIRMED, judged_at__date__range=(start, end))
    return [
        {
            "kind": "suspicion",
            "pk": row.pk,
            "label": row.get_sign_display(),
            "cells": [["认定日期", f"{timezone.localtime(row.judged_at):%Y-%m-%d}"], ["认定意见", row.outcome[:60]]],
        }
        for row in rows.order_by("judged_at")
    ]


def qualified_staff(contract: Contract, start: date, end: date) -> Counted:
    """Workers on the roster on the last day of the period, and those with a certificate that was valid on it."""
    day = min(end, contract.ends_on or end)
    rows = PostedWorker.objects.filter(contract=contract, contractor=contract.contractor_id).on_post(day)
    valid = ~Q(qualification="none") & (Q(certificate_until__isnull=True) | Q(certificate_until__gte=day))
    found = rows.aggregate(all=Count("pk"), qualified=Count("pk", filter=valid))
    cells = [["在岗", str(found["all"])], ["持有效资格", str(found["qualified"])]]
    return found["qualified"], found["all"], [{"kind": "workers", "pk": contract.pk, "label": f"{day} 在岗名册", "cells": cells}]


def founded_complaints(contract: Contract, start: date, end: date) -> Counted:
    """Complaints of the period found true in whole or part, against the visits that took place."""
    rows = ServiceComplaint.objects.filter(contract=contract, received_at__date__range=(start, end), verdict__in=("founded", "partly"))
    shown = [
        {
            "kind": "complaint",
            "pk": row.pk,
            "label": f"投诉 {row.number}",
            "cells": [["事项", row.get_about_display()], ["认定", row.get_verdict_display()]],
        }
        for row in rows.order_by("number")
    ]
    return len(shown), visits_done(contract, start, end)[0], shown
