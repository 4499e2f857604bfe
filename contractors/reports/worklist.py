"""The contractors' part of the home page and of the search."""

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localtime

from accounts.access import may
from accounts.roles import Permission
from contractors.models import Application, Contractor, ContractorChange, Qualification
from records import clock
from records.worklist import Hit, WorkItem

SOON = timedelta(days=30)
LIMIT = 50
FOUND = 8
ELIGIBLE = "渝民发〔2018〕4号 二（三）"


def worklist(user) -> list[WorkItem]:
    """Applications, contractors and changes to verify for the bureau; qualifications about to run out for the contractor."""
    items = []
    if may(user, Permission.CONTRACTOR_VERIFY):
        items += [*_applications(user), *_waiting(user), *_changes(user)]
    if may(user, Permission.CONTRACTOR_EDIT):
        items += _ending(user)
    return items


def _applications(user):
    rows = Application.objects.reached_with(user, Permission.CONTRACTOR_VERIFY).waiting().order_by("submitted_at")
    for row in rows[:LIMIT]:
        url = reverse("contractors:application_detail", args=[row.pk])
        sent = f"{localtime(row.submitted_at):%Y-%m-%d} 第 {row.round} 次提交"
        yield WorkItem(f"核实登记申请：{row.name}", url, None, "登记申请", "政府采购法 第二十二条", sent)


def _waiting(user):
    rows = Contractor.objects.visible_to(user).filter(status=Contractor.Status.PENDING).exclude(created_by=user)
    for row in rows.select_related("organisation").order_by("created_at")[:LIMIT]:
        url = reverse("contractors:contractor_detail", args=[row.pk])
        yield WorkItem(f"核实承接主体：{row}", url, None, "承接主体核实", ELIGIBLE)


def _changes(user):
    rows = ContractorChange.objects.visible_to(user).filter(status=ContractorChange.Status.PENDING)
    for row in rows.select_related("contractor__organisation").order_by("submitted_at")[:LIMIT]:
        url = reverse("contractors:contractor_detail", args=[row.contractor_id])
        yield WorkItem(f"核实登记变更：{row.contractor}", url, None, "登记变更", ELIGIBLE, row.get_section_display())


def _ending(user):
    rows = Qualification.objects.visible_to(user).latest_of_kind().filter(valid_until__lte=clock.today() + SOON)
    for row in rows.order_by("valid_until")[:LIMIT]:
        url = reverse("contractors:contractor_detail", args=[row.contractor_id])
        ended = row.valid_until < clock.today()
        title = f"资质{'已经到期' if ended else '即将到期'}：{row.kind}"
        yield WorkItem(title, url, row.valid_until, "资质更新", "政府采购法 第二十二条", "到期的资质在采购中不计" if ended else "")


def search(user, text: str) -> list[Hit]:
    """By name or code, within reach."""
    rows = Contractor.objects.visible_to(user).filter(Q(organisation__name__icontains=text) | Q(uscc__startswith=text.upper()))
    return [
        Hit(str(row), reverse("contractors:contractor_detail", args=[row.pk]), "承接主体", row.get_legal_form_display())
        for row in rows.select_related("organisation")[:FOUND]
    ]
