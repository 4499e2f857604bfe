"""Recipients, orders, visits and the roster as people read them: masked rows, the plan against what was done, today's visits."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone

from accounts.access import may
from accounts.roles import Permission
from procurement.models import PostedWorker, ServiceOrder, ServiceRecipient, ServiceVisit, TakeoverRoute
from procurement.models.serving import serving_of
from procurement.rules.report import SUPERVISION
from records import clock, identity
from records.worklist import WorkItem

Outcome = ServiceVisit.Outcome
TONES = {
    Outcome.DONE: "ok", Outcome.PENDING: "paused", Outcome.CALLED_OFF: "paused", Outcome.NOT_DONE: "overdue", Outcome.NOT_MET: "due",
    Outcome.REFUSED: "due", Outcome.AWAY: "due",
}  # fmt: skip


def columns(*labels: str) -> list[dict]:
    """Headings of a table; a leading # stands for a column of figures."""
    return [{"label": label.removeprefix("#"), "align": "number" if label.startswith("#") else ""} for label in labels]


RECIPIENT_COLUMNS = columns("对象编号", "姓名", "救助类别", "乡镇（街道）", "#在册服务单", "状态")
ORDER_COLUMNS = columns("服务单", "服务项目", "频次", "期限", "责任服务单位", "状态")
VISIT_COLUMNS = columns("计划日期", "对象", "服务项目", "结果", "服务人员", "记录时间", "标记")
WORKER_COLUMNS = columns("姓名", "资格", "用人单位", "用工形式", "服务地点", "在岗期间", "核对")
PLAN_COLUMNS = [
    {"label": "分组", "align": ""},
    *({"label": label, "align": "number"} for label in ("计划", "完成", "完成率", "未完成", "待记录", "计划外", "补录", "名册外")),
]
VISIT_RELATED = ("order__recipient", "order__item", "worker", "contract", "recorded_by")
GROUPS = {"month": "按月", "township": "按乡镇", "worker": "按服务人员", "item": "按服务项目"}


def recipient_rows(people: Iterable[ServiceRecipient]) -> list[dict]:
    return [
        {
            "cells": [
                {"text": row.code, "url": reverse("procurement:recipient_detail", args=[row.pk])},
                {"text": identity.mask_name(row.name)},
                {"text": row.get_programme_display()},
                {"text": row.township.name},
                {"text": str(row.open_orders), "align": "number"},
                {"text": row.get_status_display(), "chip": True, "tone": "ok" if row.status == "active" else "paused"},
            ]
        }
        for row in people
    ]


def with_orders(rows):
    """Recipients with the number of their open orders, for a list."""
    return rows.select_related("township").annotate(open_orders=Count("orders", filter=Q(orders__status__in=ServiceOrder.OPEN)))


def rhythm(order: ServiceOrder) -> str:
    return order.get_unit_display() if order.unit == "once" else f"{order.get_unit_display()} {order.times} 次"


def order_rows(orders: Iterable[ServiceOrder]) -> list[dict]:
    tones = {"active": "ok", "suspended": "due", "ended": "paused"}
    return [
        {
            "cells": [
                {"text": f"F{row.number:04d}", "url": reverse("procurement:order_detail", args=[row.pk])},
                {"text": row.item.name},
                {"text": rhythm(row)},
                {"text": f"{row.starts_on} 至 {row.ends_on}"},
                {"text": str(row.answering or "（无）")},
                {"text": row.get_status_display(), "chip": True, "tone": tones[row.status]},
            ]
        }
        for row in orders
    ]


def visit_rows(visits: Iterable[ServiceVisit]) -> list[dict]:
    return [
        {
            "cells": [
                {"text": str(row.planned_on), "url": reverse("procurement:visit_detail", args=[row.pk])},
                {"text": row.order.recipient.code, "sub": identity.mask_name(row.order.recipient.name)},
                {"text": row.order.item.name},
                {"text": row.get_outcome_display(), "chip": True, "tone": TONES[row.outcome]},
                {"text": worker_of(row)},
                {"text": f"{timezone.localtime(row.recorded_at):%Y-%m-%d %H:%M}" if row.recorded_at else "—"},
                {"text": "、".join(marks(row)) or "—"},
            ]
        }
        for row in visits
    ]


def worker_of(row: ServiceVisit) -> str:
    if row.worker_id:
        return identity.mask_name(row.worker.name)
    return f"{identity.mask_name(row.worker_name)}（名册外）" if row.off_roster else "—"


def marks(row: ServiceVisit) -> list[str]:
    found = {"计划外": row.extra, "补录": row.late, "名册外": row.off_roster, f"更正 {row.corrections} 次": row.corrections}
    return [label for label, on in found.items() if on]


def export_visit(row: ServiceVisit) -> list:
    done_at = timezone.localtime(row.done_at).strftime("%Y-%m-%d %H:%M") if row.done_at else ""
    head = [row.contract.number, row.order.recipient.code, row.order.item.name, row.planned_on, row.get_outcome_display(), done_at]
    return [*head, worker_of(row), row.minutes, row.get_sign_display(), "、".join(marks(row))]


def worker_rows(workers: Iterable[PostedWorker], today: date) -> list[dict]:
    return [
        {
            "cells": [
                {"text": identity.mask_name(row.name), "url": reverse("procurement:worker_detail", args=[row.pk])},
                {"text": row.get_qualification_display(), "sub": expiry(row, today)},
                {"text": row.employer},
                {"text": row.get_engagement_display()},
                {"text": row.get_place_display(), "sub": row.posted_to.name if row.posted_to else ""},
                {"text": f"{row.starts_on} 至 {row.ends_on or '今'}"},
                {"text": "须说明" if row.reason else "—"},
            ]
        }
        for row in workers
    ]


def expiry(row: PostedWorker, today: date) -> str:
    if row.certificate_until is None:
        return ""
    over = row.certificate_until < today
    return f"已于 {row.certificate_until} 过期" if over else f"有效至 {row.certificate_until}"


# Plan against done: one aggregate for each question


def counts(today: date) -> dict:
    done = Q(outcome=Outcome.DONE)
    return {
        "planned": Count("pk", filter=Q(extra=False) & ~Q(outcome=Outcome.CALLED_OFF)),
        "done": Count("pk", filter=done & Q(extra=False)),
        "missed": Count("pk", filter=Q(outcome__in=(Outcome.NOT_MET, Outcome.REFUSED, Outcome.AWAY, Outcome.NOT_DONE))),
        "unwritten": Count("pk", filter=Q(outcome=Outcome.PENDING, planned_on__lt=today)),
        "extra": Count("pk", filter=done & Q(extra=True)),
        "late": Count("pk", filter=Q(late=True)),
        "off_roster": Count("pk", filter=Q(off_roster=True)),
    }


def plan_rows(visits, by: str) -> list[dict]:
    """Planned and done by month, township, worker or item: one query, whatever the number of rows."""
    today = clock.today()
    rows = visits.filter(planned_on__lte=today).order_by()
    field = {"township": "township__name", "worker": "worker", "item": "order__item__name"}.get(by)
    rows = rows.values(field) if field else rows.annotate(group=TruncMonth("planned_on")).values("group")
    found = rows.annotate(**counts(today)).order_by(field or "group")
    names = worker_names([row["worker"] for row in found]) if by == "worker" else {}
    return [plan_row(label_of(row, field, names), row) for row in found]


def worker_names(pks: list) -> dict[int, str]:
    rows = PostedWorker.objects.filter(pk__in=[pk for pk in pks if pk])
    return {row.pk: identity.mask_name(row.name) for row in rows.only("name")}


def label_of(row: dict, field: str | None, names: dict) -> str:
    if field is None:
        return f"{row['group']:%Y年%m月}"
    return names.get(row[field], "未记录或名册外") if field == "worker" else str(row[field])


def plan_row(label: str, row: dict) -> dict:
    rate = f"{row['done'] * 100 / row['planned']:.1f}%" if row["planned"] else "—"
    numbers = [row["planned"], row["done"], rate, *(row[key] for key in ("missed", "unwritten", "extra", "late", "off_roster"))]
    return {"cells": [{"text": label}, *({"text": str(number), "align": "number"} for number in numbers)]}


def stats_of(visits) -> list[dict]:
    """The four numbers above the list: one aggregate."""
    row = visits.filter(planned_on__lte=clock.today()).aggregate(**counts(clock.today()))
    rate = f"{row['done'] * 100 / row['planned']:.1f}" if row["planned"] else "—"
    return [
        {"label": "到期计划", "value": row["planned"], "unit": "次"},
        {"label": "完成率", "value": rate, "unit": "%"},
        {"label": "逾期未记录", "value": row["unwritten"], "unit": "次", "tone": "overdue" if row["unwritten"] else ""},
        {"label": "名册外人员服务", "value": row["off_roster"], "unit": "次", "tone": "due" if row["off_roster"] else ""},
    ]


# One person, one order, one visit


def recipient_facts(row: ServiceRecipient, *, outside: bool) -> list[dict]:
    """What this reader may see. ``outside``: a contractor, who gets what a visit needs and never the ID number."""
    facts = [
        {"label": "对象编号", "value": row.code},
        {"label": "姓名", "value": identity.mask_name(row.name)},
        {"label": "救助类别", "value": row.get_programme_display()},
        {"label": "乡镇（街道）", "value": row.township.name},
        {"label": "住址", "value": row.address or None},
        {"label": "联系电话", "value": identity.mask_phone(row.phone) or None},
        {"label": "联系人", "value": identity.mask_name(row.contact_name) or None},
        {"label": "服务注意事项", "value": row.needs or None},
        {"label": "签收码", "value": "已设定" if row.pin_index else "未设定"},
    ]
    if not outside:
        facts.insert(2, {"label": "身份证号", "value": identity.mask_id(row.id_number) or row.no_id_reason})
    return facts


def order_facts(row: ServiceOrder) -> list[dict]:
    return [
        {"label": "服务对象", "value": row.recipient.code, "url": reverse("procurement:recipient_detail", args=[row.recipient_id])},
        {"label": "服务项目", "value": row.item.name},
        {"label": "频次", "value": rhythm(row)},
        {"label": "每次时长", "value": f"{row.minutes} 分钟" if row.minutes else None},
        {"label": "期限", "value": f"{row.starts_on} 至 {row.ends_on}"},
        {"label": "责任服务单位", "value": str(row.answering or "（无）")},
        {"label": "已排到", "value": str(row.planned_until) if row.planned_until else None},
        {"label": "说明", "value": row.note or None},
    ]


def visit_facts(row: ServiceVisit) -> list[dict]:
    return [
        {"label": "服务单", "value": str(row.order), "url": reverse("procurement:order_detail", args=[row.order_id])},
        {"label": "服务对象", "value": f"{row.order.recipient.code} {identity.mask_name(row.order.recipient.name)}"},
        {"label": "服务项目", "value": row.order.item.name},
        {"label": "计划日期", "value": str(row.planned_on)},
        {"label": "标记", "value": "、".join(marks(row)) or None},
    ]


def today_rows(visits: Iterable[ServiceVisit], today: date) -> list[dict]:
    """Cards of the phone page: overdue first, then today's, each with what is needed to go there."""
    return [
        {
            "url": reverse("procurement:visit_record", args=[row.pk]),
            "name": identity.mask_name(row.order.recipient.name),
            "code": row.order.recipient.code,
            "item": row.order.item.name,
            "address": row.order.recipient.address,
            "needs": row.order.recipient.needs,
            "day": row.planned_on,
            "light": "overdue" if row.planned_on < today else "due",
        }
        for row in visits
    ]


def worklist(user) -> list[WorkItem]:
    """A contractor's visits of today, as one line; the supervisor's unwritten ones are in the plan tables."""
    if not may(user, Permission.SERVICE_RECORD):
        return []
    today = clock.today()
    waiting = ServiceVisit.objects.waiting_for(user, Permission.SERVICE_RECORD, today)
    number = waiting[:1_000].count()
    title = f"今天及以前有 {number} 次服务待记录"
    return [WorkItem(title, reverse("procurement:visit_today"), today, "服务记录", str(SUPERVISION))] if number else []


def taken_over(user) -> list[dict]:
    """The contracts that this user's unit serves after a takeover, once each."""
    routes = TakeoverRoute.objects.visible_to(user).active().select_related("takeover__contract__project").order_by("pk")
    found = {route.takeover_id: route for route in routes}
    return [
        {"label": route.takeover.contract.project.name, "url": reverse("procurement:serving", args=[route.pk])} for route in found.values()
    ]


def serves(user) -> bool:
    """Has this user's unit anything to serve? A contractor's people always; an office only while it took something over."""
    serving = serving_of(user, Permission.SERVICE_RECORD)
    offices = serving.offices
    return bool(serving.contractors) or bool(offices and ServiceOrder.objects.open().filter(caretaker__path__in=offices).exists())


def today_facts(order: ServiceOrder, recipient: ServiceRecipient) -> list[dict]:
    """What stands above the record form: whom to see, for what, where."""
    return [
        {"label": "服务对象", "value": f"{recipient.code} {identity.mask_name(recipient.name)}"},
        {"label": "服务项目", "value": order.item.name},
        {"label": "住址", "value": recipient.address or None},
        {"label": "注意事项", "value": recipient.needs or None},
    ]
