"""Making and ending the organisations that no list of divisions brings: third parties, expert pools, departments."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from accounts import audit, services
from accounts.models import Membership, Organisation
from accounts.wallclock import today

Kind = Organisation.Kind
PARENTS = {Kind.THIRD_PARTY: Kind.CITY, Kind.POOL: Kind.CITY, Kind.DEPARTMENT: Kind.BUREAU}
PREFIXES = {Kind.THIRD_PARTY: "T-", Kind.POOL: "P-", Kind.DEPARTMENT: "D-"}


@transaction.atomic
def create(*, kind: str, parent: Organisation, name: str, code: str, function: str = "", by) -> Organisation:
    """One organisation below its fitting superior. Raises ValidationError naming what does not fit."""
    if kind not in PARENTS:
        raise ValidationError(f"{Kind(kind).label}不在此处登记：行政区划由名单导入，承接主体在“承接主体”中登记。")
    if parent.kind != PARENTS[kind]:
        raise ValidationError(f"{Kind(kind).label}的上级应是{PARENTS[kind].label}，现为“{parent}”。")
    if (kind == Kind.DEPARTMENT) != bool(function):
        raise ValidationError("部门须选职能，其他类别不选。")
    scheme = Organisation.Scheme.USCC if kind == Kind.THIRD_PARTY else Organisation.Scheme.OWN
    path = Organisation.child_path(parent, f"{PREFIXES[kind]}{code.removeprefix(PREFIXES[kind])}")
    row = Organisation(name=name, kind=kind, parent=parent, code=code, code_scheme=scheme, function=function, path=path, valid_from=today())
    row.full_clean()
    row.save()
    audit.record("accounts.organisation.created", row, by=by, detail={"kind": kind, "code": code})
    return row


@transaction.atomic
def end(organisation: Organisation, *, on: date, reason: str, by) -> Organisation:
    """The first day it no longer exists. Its records and the posts of its people stay on record; the posts end with it."""
    row = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if row.kind not in PARENTS:
        raise ValidationError(f"{row.get_kind_display()}不在此处撤销：行政区划变更请导入新名单。")
    row.valid_to = on
    row.full_clean()
    row.save(update_fields=["valid_to"])
    for post in Membership.objects.filter(organisation=row).filter(Q(ended_on__isnull=True) | Q(ended_on__gte=on)):
        services.end_post(post, by=by, on=on - timedelta(days=1), reason=f"单位撤销：{reason}")
    audit.record("accounts.organisation.ended", row, by=by, detail={"on": on, "reason": reason})
    return row
