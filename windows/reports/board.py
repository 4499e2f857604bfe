"""Overdue work by township and receiver, and which window stands with whom (W-01, W-02)."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Min

from accounts.models import Membership, Organisation
from accounts.roles import Permission, Role
from records import clock
from windows.models import Case, Referral, Window


@dataclass
class BoardRow:
    organisation: Organisation
    overdue: int = 0
    oldest: date | None = None
    children: list["BoardRow"] = field(default_factory=list)


def overdue_board(user) -> list[BoardRow]:
    """Overdue open cases: districts with their townships, most first. One grouped query over the partial index."""
    today = clock.today()
    counts = (
        Case.objects.visible_to(user).overdue(today).order_by().values("organisation").annotate(n=Count("pk"), oldest=Min("next_due_on"))
    )
    found = {row["organisation"]: row for row in counts}
    townships = Organisation.objects.filter(pk__in=found).select_related("parent")
    districts: dict[int, BoardRow] = {}
    for township in townships:
        row = found[township.pk]
        top = districts.setdefault(township.parent_id, BoardRow(township.parent))
        top.children.append(BoardRow(township, row["n"], row["oldest"]))
        top.overdue += row["n"]
        top.oldest = min(filter(None, (top.oldest, row["oldest"])))
    for top in districts.values():
        top.children.sort(key=lambda child: (-child.overdue, child.organisation.path))
    return sorted(districts.values(), key=lambda row: (-row.overdue, row.organisation.path))


def overdue_departments(user) -> list[dict]:
    """Overdue sub-cases by receiver."""
    rows = Referral.objects.visible_to(user).at_receiver().filter(due_on__lt=clock.today())
    return list(rows.order_by().values("to_organisation__name").annotate(n=Count("pk"), oldest=Min("due_on")).order_by("-n"))


# --- coverage -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coverage:
    """One township: has it a window (W-01), and how many dedicated people (W-02)?"""

    organisation: Organisation
    window: Window | None
    staff: tuple[str, ...]
    second_lists: int

    @property
    def fault(self) -> str:
        if self.window is None:
            return "未设立社会救助服务窗口"
        return "" if self.staff else "没有专职人员"


def coverage(user) -> list[Coverage]:
    """Every township in reach against W-01 and W-02, with the second lists it gave out (W-04)."""
    townships = Organisation.objects.reached_with(user, Permission.WINDOW_VIEW).filter(kind=Organisation.Kind.TOWNSHIP)
    townships = list(townships.valid(clock.today()).order_by("path"))
    windows = {w.organisation_id: w for w in Window.objects.filter(organisation__in=townships).prefetch_related("staff")}
    second = dict(
        Case.objects.filter(organisation__in=townships, one_time_notices__ordinal__gt=1)
        .order_by()
        .values_list("organisation")
        .annotate(n=Count("one_time_notices"))
    )
    rows = []
    for township in townships:
        window = windows.get(township.pk)
        staff = tuple(user.name for user in window.staff.all()) if window else ()
        rows.append(Coverage(township, window, staff, second.get(township.pk, 0)))
    return rows


def clerks_of(organisation: Organisation):
    """Who may be named as dedicated staff: the window's clerks of today."""
    return Membership.objects.active(clock.today()).filter(organisation=organisation, role=Role.WINDOW_CLERK)
