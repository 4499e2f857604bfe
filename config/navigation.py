"""The left navigation: one table. A role sees the entries whose permission it holds somewhere."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from accounts.access import may
from accounts.roles import Permission
from procurement.reports import service
from windows import reports as windows


@dataclass(frozen=True, slots=True)
class Entry:
    """``permission`` None: everybody signed in. ``count(user)``: open work, shown beside the label when not zero."""

    label: str
    url_name: str
    permission: str | None = None
    icon: str = "circle"
    count: Callable | None = None
    when: Callable | None = None  # asked of those who hold the permission: is there anything behind it for them?


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    entries: tuple[Entry, ...]


NAVIGATION: tuple[Group, ...] = (
    Group("", (Entry("待办", "home", None, "list-check"),)),
    Group(
        "社会救助窗口",
        (
            Entry("登记受理", "windows:intake", Permission.CASE_LOG, "pencil-square"),
            Entry("我的办理台", "windows:desk", Permission.REFERRAL_VIEW, "inbox", windows.open_work),
            Entry("救助申请", "windows:case_list", Permission.CASE_VIEW, "folder2-open"),
            Entry("转办转介", "windows:referral_list", Permission.REFERRAL_VIEW, "send"),
            Entry("经济状况核对", "windows:verification_list", Permission.VERIFICATION_VIEW, "clipboard-check"),
            Entry("在享名册", "windows:standing_list", Permission.STANDING_VIEW, "people"),
            Entry("村级任务", "windows:village_home", Permission.VILLAGE_VIEW, "house"),
            Entry("主动发现", "windows:finding_list", Permission.VILLAGE_VIEW, "search"),
            Entry("慈善帮扶需求", "windows:need_list", Permission.NEED_VIEW, "people"),
            Entry("慈善组织", "windows:charity_list", Permission.CHARITY_VIEW, "buildings"),
            Entry("帮扶需求", "windows:board_list", Permission.CHARITY_OFFER, "inbox"),
            Entry("本组织认领", "windows:offer_list", Permission.CHARITY_OFFER, "list-check"),
            Entry("在办件移交", "windows:handover_list", Permission.CASE_REASSIGN, "arrow-left-right"),
            Entry("会商与协调", "windows:meeting_list", Permission.MEETING_VIEW, "chat-left-text"),
            Entry("逾期看板", "windows:overdue_board", Permission.CASE_VIEW, "stopwatch"),
            Entry("窗口月报", "windows:month", Permission.MONTH_VIEW, "calendar3"),
            Entry("办事指南", "windows:programme_list", Permission.PROGRAMME_VIEW, "signpost-split"),
            Entry("事项版本", "windows:programme_versions", Permission.PROGRAMME_EDIT, "card-checklist"),
            Entry("指南信息", "windows:guide_text_list", Permission.GUIDE_EDIT, "megaphone"),
            Entry("窗口设置", "windows:window_list", Permission.WINDOW_VIEW, "geo-alt"),
        ),
    ),
    Group(
        "购买服务",
        (
            Entry("购买项目", "procurement:project_list", Permission.PROJECT_VIEW, "folder2-open"),
            Entry("我的工作台", "procurement:portal", Permission.REPORT_FILE, "house"),
            Entry("参加采购", "procurement:bidding_desk", Permission.BID_SUBMIT, "envelope"),
            Entry("评审工作", "procurement:desk", Permission.BID_SCORE, "clipboard-check"),
            Entry("询问质疑投诉", "procurement:challenge_list", Permission.CHALLENGE_VIEW, "chat-left-text"),
            Entry("合同", "procurement:contract_list", Permission.CONTRACT_VIEW, "files"),
            Entry("合同支付", "procurement:payment_list", Permission.CONTRACT_VIEW, "cash-coin"),
            Entry("接管与退出", "procurement:takeover_list", Permission.TAKEOVER_VIEW, "arrow-repeat"),
            Entry("定期报告", "procurement:report_list", Permission.REPORT_VIEW, "journal-check"),
            Entry("今天的服务", "procurement:visit_today", Permission.SERVICE_RECORD, "list-check", when=service.serves),
            Entry("整改", "procurement:rectification_list", Permission.RECTIFICATION_VIEW, "clipboard-check"),
            Entry("服务投诉", "procurement:complaint_list", Permission.COMPLAINT_VIEW, "inbox"),
            Entry("转包迹象", "procurement:suspicion_list", Permission.SUSPICION_VIEW, "shield-check"),
            Entry("购买目录", "procurement:catalogue_list", Permission.PROJECT_VIEW, "card-checklist"),
            Entry("年度计划与资金", "procurement:budget_list", Permission.BUDGET_VIEW, "cash-coin"),
            Entry("承接主体", "contractors:contractor_list", Permission.CONTRACTOR_VIEW, "buildings"),
            Entry("登记申请", "contractors:application_list", Permission.APPLICATION_VIEW, "person-plus"),
            Entry("禁入名单", "contractors:debarment_list", Permission.CONTRACTOR_VIEW, "shield-exclamation"),
            Entry("本单位档案", "contractors:own_page", Permission.CONTRACTOR_EDIT, "building"),
        ),
    ),
    Group("经办力量", (Entry("经办人员", "staffing:home", Permission.STAFFING_VIEW, "person-badge"),)),
    Group(
        "评价",
        (
            Entry("绩效评价", "evaluation:evaluation_list", Permission.EVALUATION_VIEW, "clipboard-check"),
            Entry("评价方案", "evaluation:scheme_list", Permission.SCHEME_VIEW, "sliders"),
        ),
    ),
    Group(
        "档案",
        (
            Entry("文书公告", "records:notice_list", Permission.NOTICE_VIEW, "file-earmark-text"),
            Entry("下载中心", "records:job_list", Permission.JOB_VIEW, "download"),
            Entry("政策参数", "records:value_list", Permission.POLICY_VALUE_VIEW, "sliders"),
            Entry("工作日历", "records:calendar_list", None, "calendar3"),
            Entry("规则依据", "records:clause_list", None, "journal-text"),
        ),
    ),
    Group(
        "管理",
        (
            Entry("组织", "accounts:organisation_list", Permission.ORGANISATION_VIEW, "diagram-3"),
            Entry("用户与岗位", "accounts:user_list", Permission.USER_VIEW, "people"),
            Entry("接口令牌", "accounts:token_list", Permission.TOKEN_MANAGE, "key"),
            Entry("审计记录", "accounts:audit_list", Permission.AUDIT_VIEW, "shield-check"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    icon: str
    current: bool
    count: str = ""


def navigation_for(user, path: str) -> list[tuple[str, list[Link]]]:
    """Groups with at least one entry for this user; the entry whose address fits ``path`` best is current."""
    groups = [(group.label, [entry for entry in group.entries if _open_to(user, entry)]) for group in NAVIGATION]
    current = _current([entry for _, entries in groups for entry in entries], path)
    return [(label, [_link(entry, user, entry is current) for entry in entries]) for label, entries in groups if entries]


def _open_to(user, entry: Entry) -> bool:
    return (entry.permission is None or may(user, entry.permission)) and (entry.when is None or entry.when(user))


def _link(entry: Entry, user, current: bool) -> Link:
    return Link(entry.label, reverse(entry.url_name), entry.icon, current, badge(entry.count(user)) if entry.count else "")


def badge(count: int) -> str:
    """Three digits fit beside an entry, and nobody counts further."""
    return "999+" if count > 999 else str(count or "")


def _current(entries: list[Entry], path: str) -> Entry | None:
    fitting = [(len(reverse(entry.url_name)), entry) for entry in entries if path.startswith(reverse(entry.url_name))]
    best = max(fitting, key=lambda pair: pair[0], default=(0, None))[1]
    return best if best is None or best.url_name != "home" or path == reverse("home") else None
