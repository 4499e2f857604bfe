"""An acceptance as people read it: what the paper covers, who sits and signed, what recipients said, what is still open."""

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.access import may
from accounts.roles import Permission
from procurement.models import Acceptance, AcceptanceMember, Contract, Instalment
from procurement.rules import acceptance as rules
from procurement.rules import payment as payment_rules
from procurement.rules.money import BUDGET_LAW, yuan
from procurement.services import acceptance as services
from records import clock
from records.identity import mask_name
from records.refusals import joined
from records.worklist import WorkItem

Status = Acceptance.Status
VERDICT_TONES = {"met": "ok", "partly": "due", "unmet": "overdue", "": ""}
DETAIL = ("contract__project__organisation", "contract__contractor__organisation", "instalment", "prepared_by", "notice")


def facts_of(row: Acceptance) -> list[dict]:
    contract = row.contract
    concluded = timezone.localtime(row.concluded_at).date() if row.concluded_at else None
    return [
        {"label": "合同", "value": contract.number, "url": reverse("procurement:contract_money", args=[contract.pk])},
        {"label": "承接主体", "value": str(contract.contractor)},
        {"label": "期次", "value": str(row.instalment)},
        {"label": "计划金额", "value": yuan(services.sums_of(row).planned)},
        {"label": "验收金额", "value": yuan(row.amount)},
        {"label": "其中留存", "value": yuan(row.retained_amount) if row.retained_amount else None, "clause": payment_rules.BY_RESULT},
        {"label": "有争议未验收", "value": yuan(row.withheld) if row.withheld else None, "clause": payment_rules.UNDISPUTED},
        {"label": "说明", "value": row.reason or None},
        {"label": "验收意见", "value": row.conclusion or None},
        {"label": "结论日期", "value": str(concluded) if concluded else None},
        {"label": "付款期限", "value": str(row.pay_due_on) if row.pay_due_on else None, "clause": payment_rules.FROM_ACCEPTANCE},
        {"label": "结果公告", "value": row.notice.number, "url": reverse("public_notice", args=[row.notice.code])}
        if row.notice
        else {"label": "结果公告", "value": None},
        {"label": "验收组织人", "value": str(row.prepared_by)},
    ]


def item_rows(row: Acceptance) -> list[dict]:
    return [
        {
            "name": item.name,
            "target": item.target,
            "measure": item.measure,
            "finding": item.finding,
            "verdict": item.get_verdict_display() or "未填写",
            "tone": VERDICT_TONES[item.verdict],
        }
        for item in row.items.all()
    ]


def member_rows(row: Acceptance, *, inside: bool, user, managing: bool) -> list[dict]:
    """``inside``: the purchaser's side. The contractor sees that recipients took part, not who they are."""
    return [member_row(member, row, inside=inside, user=user, managing=managing) for member in row.members.select_related("user")]


def member_row(member: AcceptanceMember, row: Acceptance, *, inside: bool, user, managing: bool) -> dict:
    recipient = member.seat == AcceptanceMember.Seat.RECIPIENT
    name = member.user.name if member.user_id else mask_name(member.name)
    own = member.user_id == user.pk if member.user_id else managing
    return {
        "pk": member.pk,
        "seat": member.get_seat_display(),
        "name": "（姓名不公开）" if recipient and not inside else name,
        "office": member.office,
        "signed": timezone.localtime(member.signed_at) if member.signed_at else None,
        "agrees": member.agrees,
        "opinion": member.opinion if inside or not recipient else "",
        "may_drop": managing and row.status == Status.DRAFT,
        "may_sign": own and row.status == Status.SIGNING and not member.signed_at,
        "on_paper": not member.user_id,
    }


def opinion_rows(row: Acceptance, *, inside: bool) -> list[dict]:
    return [
        {
            "text": opinion.text,
            "satisfaction": opinion.get_satisfaction_display(),
            "tone": {"good": "ok", "fair": "", "poor": "overdue"}[opinion.satisfaction],
            "who": f"{mask_name(opinion.name)}，{opinion.get_channel_display()}，{opinion.given_on}" if inside and opinion.name else "",
        }
        for opinion in row.opinions.all()
    ]


CHECKS = (
    ("验收书逐项写明每项服务标准，验收意见和金额完整", "P-60", rules.GROUP),
    ("服务对象参加验收并有意见", "P-61", rules.RECIPIENTS),
    ("无争议部分金额和争议说明", "P-63", payment_rules.UNDISPUTED),
    ("不超过合同尚可验收金额", "F-09", BUDGET_LAW),
)


def gate_of(row: Acceptance) -> list[dict]:
    """Met and unmet before the group signs."""
    found = services.paper_breaches(row)
    return [
        {"label": label, "met": not open_points, "note": joined(open_points), "clause": clause}
        for label, rule, clause in CHECKS
        for open_points in [[breach.message for breach in found if breach.rule == rule]]
    ]


def worklist(user) -> list[WorkItem]:
    """The supervisor: periods to accept, papers to finish and announce. Members: papers to sign."""
    items = []
    if may(user, Permission.ACCEPTANCE_MANAGE):
        reach = Acceptance.objects.reached_with(user, Permission.ACCEPTANCE_MANAGE).select_related("contract__project", "instalment")
        items += [work(row, "履约验收", "完成验收书后送签") for row in reach.filter(status=Status.DRAFT, prepared_by=user)[:50]]
        items += [work(row, "公告验收结果", "公告后方可支付") for row in reach.filter(status=Status.PASSED)[:50]]
        signing = reach.filter(status=Status.SIGNING, prepared_by=user).exclude(members__signed_at=None)
        items += [work(row, "作出验收结论", "成员均已签字") for row in signing[:50]]
        items += [waiting(row) for row in due_periods(user)[:50]]
    if may(user, Permission.ACCEPTANCE_SIGN):
        seats = AcceptanceMember.objects.filter(user=user, signed_at=None, acceptance__status=Status.SIGNING)
        seats = seats.select_related("acceptance__contract__project", "acceptance__instalment")
        items += [work(seat.acceptance, "验收签字", seat.get_seat_display()) for seat in seats[:50]]
    return items


def due_periods(user):
    """Periods that are over and that nobody has begun to accept."""
    contracts = Contract.objects.reached_with(user, Permission.ACCEPTANCE_MANAGE).filter(status__in=services.ACCEPTABLE)
    rows = Instalment.objects.filter(contract__in=contracts, period_end__lt=clock.today(), acceptances=None)
    rows = rows.exclude(contract__terminated_on__lt=F("period_start"))
    return rows.exclude(contract__drafted_by=user).exclude(contract__reviewed_by=user).select_related("contract__project")


def waiting(row: Instalment) -> WorkItem:
    url = reverse("procurement:contract_money", args=[row.contract_id])
    return WorkItem(f"{row.contract.project.name} {row}", url, None, "履约验收", str(rules.IN_PARTS), "该期服务已结束，可以验收")


def work(row: Acceptance, kind: str, note: str) -> WorkItem:
    url = reverse("procurement:acceptance_detail", args=[row.pk])
    return WorkItem(f"{row.contract.project.name} {row}", url, None, kind, str(rules.GROUP), note)
