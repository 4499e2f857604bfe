"""The figures below the work list. Each is counted by the very filter set of the list that it links to, within the reader's scope."""

from dataclasses import dataclass

from django.db import models
from django.http import QueryDict
from django.urls import reverse

from accounts.access import may
from accounts.models import User
from procurement.filters import ContractFilter, ProjectFilter, ReportFilter
from procurement.models import Contract, PeriodicReport, Project
from windows.filters import CaseFilter
from windows.models import Case

CAP = 1_000


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    unit: str
    model: type[models.Model]
    filterset: type
    url_name: str
    query: str
    tone: str = ""


FIGURES = (
    Figure("逾期申请", "件", Case, CaseFilter, "windows:case_list", "light=late", "overdue"),
    Figure("在办申请", "件", Case, CaseFilter, "windows:case_list", "light=open"),
    Figure("组织购买中的项目", "个", Project, ProjectFilter, "procurement:project_list", "stage=2"),
    Figure("履行中的合同", "份", Contract, ContractFilter, "procurement:contract_list", f"status={Contract.Status.IN_SERVICE}"),
    Figure("逾期未交的报告", "份", PeriodicReport, ReportFilter, "procurement:report_list", "overdue=1", "overdue"),
)


class Counted(models.Subquery):
    """How many rows a queryset has, as a column: all figures of a page are one statement."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = models.IntegerField()
    empty_result_set_value = 0


def figures_for(user) -> list[dict]:
    """Values of ``components/stat.html``; a figure whose list this user may not open is left out."""
    figures = [figure for figure in FIGURES if may(user, figure.model._default_manager.all().view_permission)]
    if not figures:
        return []
    counts = User.objects.filter(pk=user.pk).values_list(*(Counted(_rows(figure, user)) for figure in figures)).get()
    return [_stat(figure, count) for figure, count in zip(figures, counts, strict=True)]


def _rows(figure: Figure, user) -> models.QuerySet:
    rows = figure.filterset(QueryDict(figure.query), queryset=figure.model._default_manager.visible_to(user)).qs
    return rows.order_by().values("pk")[: CAP + 1]


def _stat(figure: Figure, count: int) -> dict:
    return {
        "label": figure.label,
        "unit": figure.unit,
        "value": f"{count:,}" if count <= CAP else f"{CAP:,}+",
        "url": f"{reverse(figure.url_name)}?{figure.query}",
        "tone": figure.tone if count else "",
    }
