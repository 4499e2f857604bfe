"""The sections of a project's and a contract's file, as tabs above the page. A noun that has a page of its own stands here once."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from accounts.access import may
from accounts.roles import Permission


@dataclass(frozen=True, slots=True)
class Section:
    """``name`` is an address that takes the primary key of the project (or contract)."""

    label: str
    name: str
    permission: Permission


PROJECT = (
    Section("概览", "procurement:project_detail", Permission.PROJECT_VIEW),
    Section("需求与意见", "procurement:project_requirement", Permission.PROJECT_VIEW),
    Section("信息发布", "procurement:project_notices", Permission.PROJECT_VIEW),
    Section("时间表", "procurement:project_timeline", Permission.PROJECT_VIEW),
    Section("分年度资金", "procurement:project_years", Permission.PROJECT_VIEW),
    Section("采购包", "procurement:project_lots", Permission.PROJECT_VIEW),
    Section("保证金", "procurement:project_securities", Permission.SECURITY_VIEW),
    Section("前期服务单位", "procurement:project_advisers", Permission.PROJECT_VIEW),
    Section("询问质疑投诉", "procurement:project_challenges", Permission.PROJECT_VIEW),
    Section("档案", "procurement:project_archive", Permission.PROJECT_ARCHIVE),
)
CONTRACT = (
    Section("概览", "procurement:contract_detail", Permission.CONTRACT_VIEW),
    Section("验收与支付", "procurement:contract_money", Permission.CONTRACT_VIEW),
    Section("变更与分包", "procurement:contract_changes", Permission.CONTRACT_VIEW),
    Section("续签", "procurement:contract_renewals", Permission.CONTRACT_VIEW),
    Section("服务单", "procurement:contract_orders", Permission.SERVICE_VIEW),
    Section("服务记录", "procurement:contract_visits", Permission.SERVICE_VIEW),
    Section("人员", "procurement:contract_workers", Permission.SERVICE_VIEW),
    Section("检查整改", "procurement:contract_supervision", Permission.RECTIFICATION_VIEW),
    Section("投诉", "procurement:contract_complaints", Permission.COMPLAINT_VIEW),
    Section("接管与退出", "procurement:contract_exit", Permission.TAKEOVER_VIEW),
)


def tabs(sections: Iterable[Section], user, row, *, current: str) -> list[dict]:
    """Tabs of the sections this person may open; none at all when there is only one. ``current`` is an address name."""
    found = [
        {"label": one.label, "url": reverse(one.name, args=[row.pk]), "current": one.name == current}
        for one in sections
        if may(user, one.permission, row)
    ]
    return found if len(found) > 1 else []
