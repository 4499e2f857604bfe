"""What staffing asks of people, and what a search finds."""

from datetime import date

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from accounts.access import may
from accounts.models import Organisation
from accounts.roles import Permission
from records import clock
from records.worklist import Hit, WorkItem
from staffing import rules
from staffing.models import StaffMember
from staffing.reports import training
from staffing.reports.table import Basis, caseloads

OFFICES = 250


def worklist(user) -> list[WorkItem]:
    """What staffing asks of the people who may edit it: trainings, townships without numbers, and numbers older than a quarter."""
    if not may(user, Permission.STAFFING_EDIT):
        return []
    on = clock.today()
    reach = Organisation.objects.reached_with(user, Permission.STAFFING_EDIT).valid(on)
    rows = with_expiring(reach, on).filter(kind__in=(Organisation.Kind.BUREAU, Organisation.Kind.TOWNSHIP))
    offices = list(rows.order_by("kind", "path")[:OFFICES])
    bureaus = [office for office in offices if office.kind == Organisation.Kind.BUREAU]
    townships = [office for office in offices if office.kind == Organisation.Kind.TOWNSHIP]
    return training.work_of(bureaus, on) + expiring_items(offices) + caseload_items(townships, on)


def with_expiring(offices, on: date):
    """The same rows, each with the first day on which a social-work certificate of its people runs out (part of this one statement)."""
    people = StaffMember.objects.in_post(on).filter(certificate_until__lte=rules.renewal_from(on))
    people = people.filter(Q(organisation=OuterRef("pk")) | Q(organisation__parent=OuterRef("pk"))).exclude(
        ~Q(organisation=OuterRef("pk")), organisation__kind=Organisation.Kind.TOWNSHIP
    )
    first = people.order_by("certificate_until").values("certificate_until")[:1]
    return offices.annotate(expires_on=Subquery(first))


def expiring_items(offices: list[Organisation]) -> list[WorkItem]:
    """Certificates to renew, one line per office, the most urgent first (W-21)."""
    due = sorted((office for office in offices if office.expires_on), key=lambda office: office.expires_on)
    return [
        WorkItem(
            f"{office.label}：社会工作职业资格登记到期续办", _renewals(office), office.expires_on, "人员配备", clause=str(rules.STANDARD)
        )
        for office in due[:20]
    ]


def _renewals(office: Organisation) -> str:
    if office.kind == Organisation.Kind.BUREAU:
        return f"{reverse('staffing:staff_list', args=[office.pk])}?only=expiring"
    return reverse("staffing:township_detail", args=[office.pk])


def caseload_items(townships: list[Organisation], on: date) -> list[WorkItem]:
    loads = caseloads([item.pk for item in townships], Basis(on))
    items = []
    for township in townships:
        load = loads.get(township.pk)
        if load is None or rules.is_stale(load[1], on):
            title = f"{township.name}：登记救助对象数" if load is None else f"{township.name}：更新救助对象数（截至 {load[1]:%Y-%m-%d}）"
            url = reverse("staffing:caseload_enter", args=[township.pk])
            due = rules.fresh_until(load[1]) if load else None
            items.append(WorkItem(title, url, due, "人员配备", clause=str(rules.STANDARD)))
    return items[:20]


def search(user, text: str) -> list[Hit]:
    """Townships by name (to their staffing page) and people on the roster, within reach."""
    found = StaffMember.objects.visible_to(user).filter(name__contains=text).select_related("organisation")[:5]
    people = [
        Hit(f"{member.name}（{member.get_employment_display()}）", _page_of(member.organisation), "经办人员", member.organisation.name)
        for member in found
    ]
    reach = Organisation.objects.reached_with(user, Permission.STAFFING_VIEW).filter(kind=Organisation.Kind.TOWNSHIP)
    townships = reach.valid(clock.today()).filter(name__contains=text).order_by("path")[:5]
    return people + [Hit(f"{item.name}经办人员配备", _page_of(item), "人员配备") for item in townships]


def _page_of(organisation: Organisation) -> str:
    if organisation.kind == Organisation.Kind.BUREAU:
        return reverse("staffing:unit_table", args=[organisation.pk])
    township = organisation.pk if organisation.kind == Organisation.Kind.TOWNSHIP else organisation.parent_id
    return reverse("staffing:township_detail", args=[township])
