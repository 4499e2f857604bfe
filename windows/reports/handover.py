"""Whose open work lies where, and the rows of a handover before and after."""

from collections.abc import Mapping

from django.db.models import Count, Min, Q
from django.urls import reverse

from accounts.access import organisations_for
from accounts.models import Membership, Organisation, User
from accounts.roles import Permission
from records import clock
from windows.models import Case, Handover
from windows.reports.lights import case_light

PEOPLE = 500


def holders(user) -> list[dict]:
    """Everybody with open cases at the windows where this person may reassign: those who no longer work there first."""
    today = clock.today()
    places = organisations_for(user, Permission.CASE_REASSIGN).filter(kind=Organisation.Kind.TOWNSHIP)
    counts = (
        Case.objects.open().filter(organisation__in=places).order_by().values("organisation", "handler")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(next_due_on__lt=today)), first=Min("next_due_on"))
    )[:PEOPLE]  # fmt: skip
    counts = list(counts)
    people = User.objects.in_bulk({row["handler"] for row in counts})
    windows = Organisation.objects.in_bulk({row["organisation"] for row in counts})
    posts = Membership.objects.active(today).filter(user__in=people, organisation__in=windows)
    working = set(posts.values_list("organisation", "user"))
    rows = [
        {
            "person": people[row["handler"]].name,
            "window": str(windows[row["organisation"]]),
            "open": row["n"],
            "late": row["late"],
            "first": row["first"],
            "gone": (row["organisation"], row["handler"]) not in working or not people[row["handler"]].is_active,
            "url": reverse("windows:handover_new", args=[row["organisation"], row["handler"]]),
        }
        for row in counts
    ]
    return sorted(rows, key=lambda row: (not row["gone"], -row["open"], row["window"], row["person"]))


def preview_rows(cases: list[Case], goes_to: Mapping[int, int], names: Mapping[int, str], kept: Mapping[int, str]) -> list[dict]:
    """Plain rows, the most urgent first."""
    today = clock.today()
    ordered = sorted(cases, key=lambda case: (case.next_due_on is None, case.next_due_on or today, case.pk))
    return [
        {
            "pk": case.pk,
            "number": case.number,
            "url": reverse("windows:case_detail", args=[case.pk]),
            "person": case.person.name,
            "programme": case.programme.name,
            "village": case.village.name if case.village else "—",
            "light": case_light(case, today),
            "to": names.get(goes_to.get(case.pk), ""),
            "keep": case.pk in kept,
            "why": kept.get(case.pk, ""),
        }
        for case in ordered
    ]


def shares(goes_to: Mapping[int, int], names: Mapping[int, str]) -> list[dict]:
    """How many each receiver gets."""
    return [{"label": name, "value": f"{sum(to == pk for to in goes_to.values())} 件"} for pk, name in names.items()]


def paper_facts(paper: Handover) -> list[dict]:
    return [
        {"label": "乡镇（街道）", "value": str(paper.organisation)},
        {"label": "移交人", "value": str(paper.from_user)},
        {"label": "在办件数", "value": f"{paper.total} 件"},
        {"label": "移交", "value": f"{paper.moved} 件"},
        {"label": "暂不移交", "value": f"{paper.kept} 件"},
        {"label": "分配办法", "value": paper.get_rule_display()},
        {"label": "原因", "value": paper.reason},
        {"label": "办理人", "value": str(paper.made_by)},
    ]
