"""Takeovers and exits as people read them: the clock, the preview, lists, what waits for whom."""

from datetime import date, datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import may
from accounts.roles import Permission
from procurement.models import Contract, DebarmentProposal, ExitTrigger, Takeover, TakeoverLine, Termination
from procurement.rules import takeover as rules
from procurement.rules.contract import EXIT
from procurement.services import takeover as services
from records import clock
from records.worklist import WorkItem

COLUMNS = [
    {"label": "合同", "align": ""},
    {"label": "类型", "align": ""},
    {"label": "状态", "align": ""},
    {"label": "提出时间", "align": ""},
    {"label": "服务单", "align": "number"},
    {"label": "转接", "align": "number"},
    {"label": "例外", "align": "number"},
]
DESTINATIONS = [
    {"label": "新的责任服务单位", "align": ""},
    {"label": "服务对象", "align": "number"},
    {"label": "服务单", "align": "number"},
]
LINES = [
    {"label": "对象编号", "align": ""},
    {"label": "乡镇（街道）", "align": ""},
    {"label": "服务项目", "align": ""},
    {"label": "原服务单位", "align": ""},
    {"label": "新服务单位（例外原因）", "align": ""},
]
TRIGGERS = [
    {"label": "退出情形", "align": ""},
    {"label": "来源", "align": ""},
    {"label": "事实", "align": ""},
    {"label": "状态", "align": ""},
    {"label": "证据", "align": ""},
]
TONES = {Takeover.Status.PROPOSED: "due", Takeover.Status.ACTIVE: "overdue", Takeover.Status.DONE: "ok"}
LIST_RELATED = ("contract__project__organisation", "proposed_by", "decided_by")
PAPERS = {
    ExitTrigger.Source.RECTIFICATION: "procurement:rectification_detail",
    ExitTrigger.Source.SUSPICION: "procurement:suspicion_detail",
}
SHOWN = 50


def kind_of(row: Takeover) -> str:
    return f"演练：{row.get_kind_display()}" if row.drill else row.get_kind_display()


def list_rows(takeovers) -> list[dict]:
    return [{"cells": cells_of(row)} for row in takeovers]


def contract_rows(takeovers) -> list[dict]:
    """On the contract's own tab, which says already whose they are."""
    rows = [(row, cells_of(row)[1:]) for row in takeovers]
    return [{"cells": [cells[0] | {"url": reverse("procurement:takeover_detail", args=[row.pk])}, *cells[1:]]} for row, cells in rows]


def cells_of(row: Takeover) -> list[dict]:
    return [
        {"text": row.contract.project.name, "url": reverse("procurement:takeover_detail", args=[row.pk]), "sub": row.contract.number},
        {"text": kind_of(row)},
        {"text": row.get_status_display(), "chip": True, "tone": TONES.get(row.status, "")},
        {"text": stamp(row.raised_at)},
        *({"text": f"{number:,}" if row.decided_at else "—", "align": "number"} for number in (row.total, row.moved, row.excepted)),
    ]


def export_row(row: Takeover) -> list:
    return [
        row.contract.number,
        row.contract.project.name,
        kind_of(row),
        row.get_status_display(),
        row.get_basis_display(),
        row.reason,
        row.raised_at,
        row.due_at,
        row.decided_at,
        str(row.proposed_by),
        str(row.decided_by or ""),
        row.recipients,
        row.total,
        row.moved,
        row.excepted,
    ]


def stamp(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def span(seconds: float) -> str:
    minutes = int(abs(seconds) // 60)
    return f"{minutes // 60} 小时 {minutes % 60} 分" if minutes >= 60 else f"{minutes} 分"


def clock_of(row: Takeover) -> dict:
    """The limit of the plan as a clock: shape, words and colour."""
    end = row.decided_at or clock.now()
    left = (row.due_at - end).total_seconds()
    until = f"{timezone.localtime(row.due_at):%m-%d %H:%M} 止"
    if row.status == Takeover.Status.CANCELLED:
        return {"text": "已撤销", "tone": ""}
    if row.decided_at:
        took = span((row.decided_at - row.raised_at).total_seconds())
        return {
            "text": f"● 用时 {took}，在时限内" if left >= 0 else f"■ 用时 {took}，超时 {span(left)}",
            "tone": "ok" if left >= 0 else "overdue",
        }
    if left < 0:
        return {"text": f"■ 已超时 {span(left)}（{until}）", "tone": "overdue"}
    near = left < (row.due_at - row.raised_at).total_seconds() / 4
    return {"text": f"{'▲' if near else '●'} 还剩 {span(left)}（{until}）", "tone": "due" if near else "ok"}


def facts_of(row: Takeover) -> list[dict]:
    clause = rules.CLAUSES.get(row.basis)
    facts = [
        {"label": "合同", "value": row.contract.number, "url": reverse("procurement:contract_detail", args=[row.contract_id])},
        {"label": "承接主体", "value": str(row.contract.contractor)},
        {"label": "事由", "value": row.reason},
        {"label": "提出", "value": f"{row.proposed_by} {stamp(row.raised_at)}"},
        {"label": "确认", "value": f"{row.decided_by} {stamp(row.decided_at)}" if row.decided_at else None},
    ]
    if clause:
        facts.insert(3, {"label": "依据", "value": row.get_basis_display(), "clause": clause, "help": row.basis_note})
    if row.replacement:
        url = reverse("procurement:contract_detail", args=[row.replacement_id])
        note = "原合同的服务单结束，服务对象和以后的计划转入新合同，日期不变；签收码须重新设定"
        facts.append({"label": "转入合同", "value": f"{row.replacement.number}（{row.replacement.contractor}）", "url": url, "help": note})
    if row.host_contract:
        facts.append({"label": "追加合同", "value": f"{row.host_contract.number}，{row.amount:,.2f} 元"})
    return facts


def destination_rows(cover) -> list[dict]:
    return [
        {
            "cells": [
                {"text": one["to"]},
                {"text": f"{one['recipients']:,}", "align": "number"},
                {"text": f"{one['orders']:,}", "align": "number"},
            ],
            "tone": "due" if one["to"] in ("例外", "没有接管方") else "",
        }
        for one in services.destinations(cover)
    ]


def lines_of(row: Takeover):
    related = ("order__recipient", "order__item", "township", "before__organisation", "provider__organisation", "caretaker", "successor")
    return TakeoverLine.objects.filter(takeover=row).select_related(*related).order_by("-reason", "township__path", "pk")


def line_rows(row: Takeover, user) -> list[dict]:
    moved = not row.drill and row.status in (Takeover.Status.ACTIVE, Takeover.Status.DONE)
    resolvable = moved and may(user, Permission.TAKEOVER_PROPOSE, row)
    return [{"cells": line_cells(line, resolvable), "tone": "due" if line.reason else ""} for line in lines_of(row)[:SHOWN]]


def line_cells(line: TakeoverLine, resolvable: bool) -> list[dict]:
    open_exception = resolvable and line.reason and not line.order.provider_id and not line.order.caretaker_id
    url = reverse("procurement:takeover_resolve", args=[line.pk]) if open_exception else ""
    return [
        {"text": line.order.recipient.code},
        {"text": line.township.name},
        {"text": line.order.item.name},
        {"text": str(line.before or "—")},
        {"text": f"例外：{line.reason}" if line.reason else str(line.provider or line.caretaker), "url": url, "sub": followed(line)},
    ]


def followed(line: TakeoverLine) -> str:
    return f"新合同服务单 F{line.successor.number:04d}" if line.successor else ""


def delivery_rows(row: Takeover):
    """The delivery list: who must be told of what, by township; codes, no names."""
    for number, line in enumerate(lines_of(row).iterator(chunk_size=500), start=1):
        taker = str(line.provider or line.caretaker or "")
        yield [number, line.township.name, line.order.recipient.code, line.order.item.name, str(line.before or ""), taker, line.reason]


def trigger_rows(contract: Contract, user) -> list[dict]:
    rows = contract.exit_triggers_found.select_related("evidence")[:SHOWN]
    judge = may(user, Permission.EXIT_DECIDE, contract)
    return [{"cells": trigger_cells(row, judge)} for row in rows]


def trigger_cells(row: ExitTrigger, judge: bool) -> list[dict]:
    waiting = row.status == ExitTrigger.Status.RAISED
    url = reverse("procurement:trigger_judge", args=[row.pk]) if judge and waiting else ""
    evidence = reverse("procurement:trigger_file", args=[row.pk]) if row.evidence else ""
    return [
        {"text": row.get_ground_display(), "url": url},
        {"text": row.get_source_display(), "url": source_url(row)},
        {"text": row.facts, "sub": row.decision},
        {"text": row.get_status_display(), "chip": True, "tone": "due" if waiting else ""},
        {"text": row.evidence.name if row.evidence else "—", "url": evidence},
    ]


def source_url(row: ExitTrigger) -> str:
    """The paper that a trigger was found in."""
    name = PAPERS.get(row.source)
    return reverse(name, args=[row.source_key]) if name else ""


def last_drill(contract: Contract) -> date | None:
    row = Takeover.objects.filter(contract=contract, drill=True, status=Takeover.Status.DONE).order_by("-decided_at").first()
    return timezone.localtime(row.decided_at).date() if row else None


def drill_facts(contract: Contract) -> list[dict]:
    if not contract.started_at:
        return [{"label": "年度演练", "value": "服务启动后每年一次", "clause": EXIT}]
    last, started = last_drill(contract), timezone.localtime(contract.started_at).date()
    due = rules.drill_is_due(started_on=started, last_drill_on=last, on=clock.today())
    value = f"上次 {last}" if last else "尚未演练"
    return [{"label": "年度演练", "value": f"{value}{'，本年度应当演练' if due else ''}", "clause": EXIT}]


def worklist(user) -> list[WorkItem]:
    """Takeovers and terminations to confirm, triggers to judge, exceptions to settle, drills due, notices to answer."""
    return [*_confirm(user), *_judge(user), *_settle(user), *_answer(user), *_drills(user)]


def _confirm(user):
    if not may(user, Permission.TAKEOVER_CONFIRM):
        return
    rows = Takeover.objects.reached_with(user, Permission.TAKEOVER_CONFIRM).filter(status=Takeover.Status.PROPOSED)
    for row in rows.exclude(proposed_by=user).select_related("contract__project")[:SHOWN]:
        due = timezone.localtime(row.due_at).date()
        yield item(str(row), "takeover_detail", row.pk, "接管确认", clock_of(row)["text"], due)


def _judge(user):
    if not may(user, Permission.EXIT_DECIDE):
        return
    reach = ExitTrigger.objects.reached_with(user, Permission.EXIT_DECIDE).filter(status=ExitTrigger.Status.RAISED)
    for row in reach.exclude(raised_by=user).select_related("contract__project")[:SHOWN]:
        yield item(str(row), "trigger_judge", row.pk, "退出情形", f"{row.get_source_display()}，待认定")
    open_rows = Termination.objects.reached_with(user, Permission.EXIT_DECIDE).filter(status__in=Termination.OPEN)
    for row in open_rows.exclude(notified_by=user).select_related("contract__project")[:SHOWN]:
        yield item(str(row), "termination_detail", row.pk, "合同终止", "听取意见后作出决定", row.answer_by)


def _settle(user):
    if not may(user, Permission.TAKEOVER_PROPOSE):
        return
    rows = Takeover.objects.reached_with(user, Permission.TAKEOVER_PROPOSE).filter(status=Takeover.Status.ACTIVE)
    alone = Q(lines__reason__gt="", lines__order__provider=None, lines__order__caretaker=None, lines__order__status="suspended")
    for row in rows.annotate(left=Count("lines", filter=alone)).select_related("contract__project")[:SHOWN]:
        note = f"还有 {row.left} 张例外服务单没有承接方" if row.left else "办理替代采购，完成后交回"
        yield item(str(row), "takeover_detail", row.pk, "接管中", note)


def _answer(user):
    if not may(user, Permission.TERMINATION_ANSWER):
        return
    rows = Termination.objects.reached_with(user, Permission.TERMINATION_ANSWER).filter(
        status=Termination.Status.NOTIFIED, answered_at=None
    )
    for row in rows.select_related("contract__project")[:SHOWN]:
        yield item(str(row), "termination_detail", row.pk, "终止告知", "可以陈述申辩", row.answer_by)


def _drills(user):
    if not may(user, Permission.TAKEOVER_PROPOSE):
        return
    running = Contract.objects.running().reached_with(user, Permission.TAKEOVER_PROPOSE).filter(started_at__isnull=False)
    drilled = Takeover.objects.filter(drill=True, status=Takeover.Status.DONE, contract__in=running).order_by("decided_at")
    last = {pk: timezone.localtime(at).date() for pk, at in drilled.values_list("contract_id", "decided_at")}
    for contract in running.select_related("project")[:SHOWN]:
        started = timezone.localtime(contract.started_at).date()
        if rules.drill_is_due(started_on=started, last_drill_on=last.get(contract.pk), on=clock.today()):
            yield item(str(contract), "contract_exit", contract.pk, "接管演练", "每年演练一次临时接管预案")


def item(title: str, name: str, pk: int, kind: str, note: str, due_on: date | None = None) -> WorkItem:
    return WorkItem(title, reverse(f"procurement:{name}", args=[pk]), due_on, kind, str(EXIT), note)


def proposal_rows(contract: Contract) -> list[dict]:
    rows = DebarmentProposal.objects.filter(contract=contract).select_related("notice", "addressee")
    return [
        {
            "cells": [
                {"text": row.notice.number, "url": reverse("procurement:proposal_file", args=[row.pk])},
                {"text": str(row.addressee)},
                {"text": row.get_status_display(), "chip": True, "tone": "due" if row.status == DebarmentProposal.Status.SENT else ""},
                {"text": row.answer or "登记答复", "url": reverse("procurement:proposal_answer", args=[row.pk]) if not row.answer else ""},
            ]
        }
        for row in rows
    ]


PROPOSALS = [
    {"label": "文号", "align": ""},
    {"label": "财政部门", "align": ""},
    {"label": "状态", "align": ""},
    {"label": "答复", "align": ""},
]
