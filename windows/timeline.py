"""Everything that happened on a case, from the audit trail: who, when, what."""

from django.db.models import Q

from accounts.models import AuditEvent
from accounts.wording import deed

WORDS = {
    "windows.case.registered": "登记",
    "windows.case.awaiting": "材料不齐，等待补正",
    "windows.case.notified": "出具一次性告知书",
    "windows.case.papers": "登记补交材料",
    "windows.case.accepted": "受理",
    "windows.case.confirmed": "审核确认",
    "windows.case.declined": "不予确认",
    "windows.case.not_accepted": "不予受理",
    "windows.case.withdrawn": "申请人撤回",
    "windows.case.closed": "办结",
    "windows.case.extended": "延长办理时限",
    "windows.case.imported": "批量导入",
    "windows.case.visited": "登记入户调查",
    "windows.case.visit_corrected": "更正入户调查记录",
    "windows.case.visit_attached": "入户调查附件",
    "windows.casestep.done": "完成",
    "windows.casestep.running": "开始（恢复）计时",
    "windows.casestep.paused": "暂停计时",
    "windows.casestep.recomputed": "重新计算期限：",
    "windows.casestep.skipped": "未办",
    "windows.case.posted": "出具初审公示",
    "windows.case.objected": "登记公示异议",
    "windows.case.discussed": "会商",
    "windows.case.decision_done": "会商决定已落实",
    "windows.noticeobjection.answered": "答复公示异议",
    "windows.noticeobjection.stopped": "公示异议终止",
    "windows.noticeobjection.recomputed": "重新计算异议答复期限",
    "windows.referral.sent": "送出",
    "windows.referral.acknowledged": "签收（继续办理）",
    "windows.referral.more_asked": "要求补充",
    "windows.referral.returned": "退回",
    "windows.referral.answered": "答复",
    "windows.referral.recalled": "撤回",
    "windows.referral.recomputed": "重新计算期限",
}
MOST_FIELDS = 6
HIDDEN = {"windows.casestep.skipped"}
INQUIRY = ("windows.case.objected", "windows.noticeobjection.")  # what begins so is for those who look into it
CORRECTED = "windows.case.visit_corrected"
TONES = {"returned": "overdue", "declined": "overdue", "paused": "paused", "confirmed": "ok", "answered": "ok", "closed": "ok"}


def timeline(case, *, reads: bool) -> list[dict]:
    """Rows for the timeline component, newest first. One query over the audit trail. ``reads``: inquiries and objections too."""
    steps = [str(pk) for pk in case.steps.values_list("pk", flat=True)]
    referrals = [str(pk) for pk in case.referrals.values_list("pk", flat=True)]
    objections = [str(pk) for pk in case.objections.values_list("pk", flat=True)]
    about = (
        Q(target_type="windows.case", target_id=str(case.pk))
        | Q(target_type="windows.casestep", target_id__in=steps)
        | Q(target_type="windows.noticeobjection", target_id__in=objections)
        | Q(target_type="windows.referral", target_id__in=referrals)
    )
    events = AuditEvent.objects.filter(about).exclude(action__in=HIDDEN).order_by("-pk")[:200]
    return [row(event if reads else veiled(event)) for event in events if reads or not event.action.startswith(INQUIRY)]


def veiled(event):
    """Why a visit's record was corrected may say what was found. Not saved."""
    if event.action == CORRECTED:
        event.detail = {name: value for name, value in event.detail.items() if name != "reason"}
    return event


def of_referral(referral) -> list[dict]:
    return [row(event) for event in AuditEvent.objects.about(referral).order_by("-pk")[:100]]


def of_draft(draft) -> list[dict]:
    """A programme's version in preparation: in the words of the audit trail."""
    events = AuditEvent.objects.about(draft).order_by("-pk")[:100]
    return [{**row(event), "what": deed(event.action), "note": note(event.detail) or _touched(event.detail)} for event in events]


def _touched(detail: dict) -> str:
    fields = detail.get("fields", [])
    return f"{'、'.join(fields[:MOST_FIELDS])}{f' 等 {len(fields)} 项' if len(fields) > MOST_FIELDS else ''}"


def row(event) -> dict:
    word = WORDS.get(event.action, event.action)
    subject = event.target_label if event.target_type == "windows.casestep" else ""
    return {
        "what": f"{word}{subject}" if subject else word,
        "at": event.at,
        "who": event.actor_name,
        "note": note(event.detail),
        "tone": TONES.get(event.action.rsplit(".", 1)[-1], ""),
    }


def note(detail: dict) -> str:
    parts = [detail.get("note", ""), detail.get("reason", "") if isinstance(detail.get("reason"), str) else ""]
    if detail.get("items"):
        parts.append(f"第 {detail['ordinal']} 次，待补：{'、'.join(detail['items'])}")
    if detail.get("investigators"):
        parts.append(f"{detail['on']} {'、'.join(detail['investigators'])}")
    if detail.get("until"):
        parts.append(f"{detail['from_day']} 至 {detail['until']}")
    if detail.get("brought"):
        parts.append(f"已补 {len(detail['brought'])} 项")
    if detail.get("to") and "programme" in detail:
        parts.append(f"{detail['programme']} → {detail['to']}")
    if detail.get("due_before") and detail.get("due_after") and detail["due_before"] != detail["due_after"]:
        parts.append(f"到期日由 {detail['due_before']} 变为 {detail['due_after']}")
    elif detail.get("due_before"):
        parts.append(f"原到期日 {detail['due_before']}")
    return "；".join(part for part in parts if part)
