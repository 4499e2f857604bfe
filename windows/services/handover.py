"""All of a colleague's open cases at one window in one act (J5): moved, or listed with the reason why not."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Count, F
from django.urls import reverse

from accounts import audit
from accounts.models import Membership, Organisation, User
from accounts.roles import GRANTS, Permission
from records import clock, messages
from records.refusals import Refused, uphold
from windows.models import Case, Handover, HandoverItem
from windows.rules import handover as rules

HANDLING = [role for role, granted in GRANTS.items() if Permission.CASE_HANDLE in granted]
SPREAD = {Handover.Rule.EVEN: rules.spread_evenly, Handover.Rule.VILLAGE: rules.spread_by_village}


def open_cases(organisation: Organisation, giver: User):
    """What lies in this person's name at this window."""
    return Case.objects.open().filter(organisation=organisation, handler=giver).order_by("pk")


def colleagues(organisation: Organisation, giver: User):
    """Who may take over: whoever handles cases at this window today, the giver excepted."""
    posts = Membership.objects.active(clock.today()).filter(organisation=organisation, role__in=HANDLING)
    people = User.objects.filter(memberships__in=posts, is_active=True).exclude(pk=giver.pk)
    return people.distinct().order_by("name", "pk")


def loads(organisation: Organisation, receivers: Iterable[int]) -> dict[int, int]:
    """Receiver → open cases at this window, in the order given."""
    counted = Case.objects.open().filter(organisation=organisation, handler__in=receivers).order_by()
    found = dict(counted.values_list("handler").annotate(n=Count("pk")))
    return {pk: found.get(pk, 0) for pk in receivers}


def plan(organisation: Organisation, cases: Iterable[Case], receivers: list[int], rule: str) -> dict[int, int]:
    """case → receiver by the chosen rule; what the preview shows is what the act does."""
    rows = [rules.Row(case.pk, case.village_id, case.next_due_on) for case in cases]
    return SPREAD[Handover.Rule(rule)](rows, loads(organisation, receivers))


@transaction.atomic
def reassign(
    organisation: Organisation,
    giver: User,
    *,
    receivers: list[int],
    rule: str,
    kept: Mapping[int, str],
    seen: Iterable[int],
    reason: str,
    by,
) -> Handover:
    """Move every open case of ``giver`` except ``kept`` (case → why it stays). ``seen``: the cases of the preview.

    All or nothing: a case that came or went since the preview refuses the whole act. 首问负责人 stays who it was (W-03).
    """
    cases = list(open_cases(organisation, giver).select_for_update(of=("self",)))
    numbers = {case.pk: case.number for case in cases}
    kept = {pk: text.strip() for pk, text in kept.items() if pk in numbers}
    allowed = dict(colleagues(organisation, giver).values_list("pk", "name"))
    uphold(rules.receiver_breaches(receivers, allowed=allowed, giver=giver.pk))
    uphold([*rules.seen_breaches(seen, numbers), *rules.remainder_breaches(kept, numbers)])
    moving = [case for case in cases if case.pk not in kept]
    if not moving:
        raise Refused.because("W-03", rules.ALL_OR_LISTED, f"{giver}在本窗口没有可移交的在办件。")
    goes_to = plan(organisation, moving, receivers, rule)
    paper = Handover.objects.create(
        organisation=organisation, from_user=giver, rule=rule, reason=reason.strip(), made_by=by,
        total=len(cases), moved=len(moving), kept=len(kept),
    )  # fmt: skip
    write_items(paper, cases, goes_to, kept)
    write_moves(paper, moving, goes_to, allowed, by)
    return paper


def write_items(paper: Handover, cases: list[Case], goes_to: Mapping[int, int], kept: Mapping[int, str]) -> None:
    HandoverItem.objects.bulk_create(
        HandoverItem(handover=paper, case=case, to_user_id=goes_to.get(case.pk), kept_reason=kept.get(case.pk, "")) for case in cases
    )


def write_moves(paper: Handover, moving: list[Case], goes_to: Mapping[int, int], names: Mapping[int, str], by) -> None:
    """The new hand on every case, a trace on each, one message to each receiver."""
    for receiver in sorted(set(goes_to.values())):
        mine = [pk for pk, to in goes_to.items() if to == receiver]
        Case.objects.filter(pk__in=mine).update(handler=receiver, version=F("version") + 1)
        url = f"{reverse('windows:case_list')}?light=open&mine=on"
        body = f"{paper.from_user}的在办件转由您经办。原因：{paper.reason}。首问负责人不变。"
        messages.send([User.objects.get(pk=receiver)], f"转入 {len(mine)} 件在办申请", body, url=url, key=f"handover:{paper.pk}:{receiver}")
    for case in moving:
        detail = {"giver": str(paper.from_user), "receiver": names[goes_to[case.pk]], "reason": paper.reason, "handover": paper.pk}
        audit.record("windows.case.reassigned", case, by=by, detail=detail)
    detail = {"giver": str(paper.from_user), "total": paper.total, "moved": paper.moved, "kept": paper.kept}
    audit.record("windows.handover.made", paper, by=by, detail=detail)
