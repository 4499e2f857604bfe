"""Who may do what: one table a manager can read. Roles are plain strings in the database.

System, security and audit administrator are three people (等保三员分立) and see no business record.
"""

from enum import StrEnum

from django.db.models import TextChoices


class Role(TextChoices):
    BUREAU_CHIEF = "BUREAU_CHIEF", "区县局负责人"
    PURCHASE_OFFICER = "PURCHASE_OFFICER", "购买服务经办"
    SUPERVISOR = "SUPERVISOR", "服务监管"
    EVALUATION_OFFICER = "EVALUATION_OFFICER", "绩效评价经办"
    FINANCE_OFFICER = "FINANCE_OFFICER", "财务"
    ASSISTANCE_OFFICER = "ASSISTANCE_OFFICER", "社会救助经办"
    TOWNSHIP_LEAD = "TOWNSHIP_LEAD", "乡镇街道负责人"
    WINDOW_CLERK = "WINDOW_CLERK", "窗口经办"
    VILLAGE_ASSISTANT = "VILLAGE_ASSISTANT", "村级社会救助协理员"
    DEPARTMENT_HANDLER = "DEPARTMENT_HANDLER", "部门经办"
    CONTRACTOR_ADMIN = "CONTRACTOR_ADMIN", "承接主体管理员"
    CONTRACTOR_REPORTER = "CONTRACTOR_REPORTER", "承接主体填报"
    THIRD_PARTY = "THIRD_PARTY", "第三方评价"
    EXPERT = "EXPERT", "评审专家"
    CITY_BUREAU = "CITY_BUREAU", "市局业务"
    CITY_AUDITOR = "CITY_AUDITOR", "市级审计"
    SYSTEM_ADMIN = "SYSTEM_ADMIN", "系统管理员"
    SECURITY_ADMIN = "SECURITY_ADMIN", "安全管理员"
    AUDIT_ADMIN = "AUDIT_ADMIN", "审计管理员"


class Permission(StrEnum):
    """Verbs, grouped by app. A name ending in ``_view`` decides who sees the rows at all."""

    # accounts
    ORGANISATION_VIEW = "accounts.organisation_view"
    ORGANISATION_MANAGE = "accounts.organisation_manage"
    USER_VIEW = "accounts.user_view"
    USER_MANAGE = "accounts.user_manage"
    MEMBERSHIP_MANAGE = "accounts.membership_manage"
    DEPUTY_APPOINT = "accounts.deputy_appoint"
    AUDIT_VIEW = "accounts.audit_view"
    TOKEN_MANAGE = "accounts.token_manage"  # noqa: S105
    # records
    FILE_VIEW = "records.file_view"
    NOTICE_VIEW = "records.notice_view"
    NOTICE_ISSUE = "records.notice_issue"
    JOB_VIEW = "records.job_view"
    POLICY_VALUE_VIEW = "records.policy_value_view"
    POLICY_VALUE_SET = "records.policy_value_set"
    POLICY_VALUE_CONFIRM = "records.policy_value_confirm"
    CALENDAR_MANAGE = "records.calendar_manage"
    # contractors
    CONTRACTOR_VIEW = "contractors.contractor_view"
    CONTRACTOR_EDIT = "contractors.contractor_edit"
    CONTRACTOR_REGISTER = "contractors.contractor_register"
    CONTRACTOR_VERIFY = "contractors.contractor_verify"
    DEBARMENT_IMPORT = "contractors.debarment_import"
    # procurement
    PROJECT_VIEW = "procurement.project_view"
    PROJECT_DRAFT = "procurement.project_draft"
    PROJECT_APPROVE = "procurement.project_approve"
    PROJECT_PUBLISH = "procurement.project_publish"
    PROJECT_GUIDE = "procurement.project_guide"
    PROJECT_END = "procurement.project_end"
    FUNDS_SIGN = "procurement.funds_sign"
    GUIDANCE_LIST = "procurement.guidance_list"
    BUDGET_VIEW = "procurement.budget_view"
    BUDGET_MANAGE = "procurement.budget_manage"
    TENDER_VIEW = "procurement.tender_view"
    TENDER_MANAGE = "procurement.tender_manage"
    BID_VIEW = "procurement.bid_view"
    BID_OPEN = "procurement.bid_open"
    BID_SUBMIT = "procurement.bid_submit"
    BID_SCORE = "procurement.bid_score"
    AWARD_CONFIRM = "procurement.award_confirm"
    CONTRACT_VIEW = "procurement.contract_view"
    CONTRACT_DRAFT = "procurement.contract_draft"
    CONTRACT_SIGN = "procurement.contract_sign"
    CONTRACT_COUNTERSIGN = "procurement.contract_countersign"
    REPORT_VIEW = "procurement.report_view"
    REPORT_FILE = "procurement.report_file"
    REPORT_REVIEW = "procurement.report_review"
    # windows
    CASE_VIEW = "windows.case_view"
    CASE_LOG = "windows.case_log"
    CASE_HANDLE = "windows.case_handle"
    CASE_CONFIRM = "windows.case_confirm"
    CASE_REASSIGN = "windows.case_reassign"
    REFERRAL_VIEW = "windows.referral_view"
    REFERRAL_ANSWER = "windows.referral_answer"
    PERSON_VIEW = "windows.person_view"
    PERSON_REVEAL = "windows.person_reveal"
    WINDOW_VIEW = "windows.window_view"
    WINDOW_MANAGE = "windows.window_manage"
    PROGRAMME_VIEW = "windows.programme_view"
    PROGRAMME_EDIT = "windows.programme_edit"
    # staffing
    STAFFING_VIEW = "staffing.staffing_view"
    STAFFING_EDIT = "staffing.staffing_edit"
    # evaluation
    EVALUATION_VIEW = "evaluation.evaluation_view"
    EVALUATION_MANAGE = "evaluation.evaluation_manage"
    EVALUATION_SCORE_PURCHASER = "evaluation.score_purchaser"
    EVALUATION_SCORE_THIRD_PARTY = "evaluation.score_third_party"
    EVALUATION_OBJECT = "evaluation.object"
    EVALUATION_FINALISE = "evaluation.finalise"
    EVALUATION_PUBLISH = "evaluation.publish"
    EVALUATION_DOWNLOAD = "evaluation.download"
    SCHEME_VIEW = "evaluation.scheme_view"
    SCHEME_EDIT = "evaluation.scheme_edit"
    SURVEY_ISSUE = "evaluation.survey_issue"
    SURVEY_ENTER = "evaluation.survey_enter"


P = Permission

EVERYONE = frozenset({P.ORGANISATION_VIEW, P.FILE_VIEW, P.NOTICE_VIEW, P.JOB_VIEW, P.POLICY_VALUE_VIEW})
BUREAU_READ = EVERYONE | {
    P.USER_VIEW,
    P.CONTRACTOR_VIEW,
    P.PROJECT_VIEW,
    P.BUDGET_VIEW,
    P.TENDER_VIEW,
    P.BID_VIEW,
    P.CONTRACT_VIEW,
    P.REPORT_VIEW,
    P.STAFFING_VIEW,
    P.EVALUATION_VIEW,
    P.SCHEME_VIEW,
    P.PROGRAMME_VIEW,
    P.WINDOW_VIEW,
    P.EVALUATION_DOWNLOAD,
}
CASE_READ = frozenset({P.CASE_VIEW, P.REFERRAL_VIEW, P.PERSON_VIEW})
TOWNSHIP_READ = EVERYONE | CASE_READ | {P.PROGRAMME_VIEW, P.WINDOW_VIEW, P.STAFFING_VIEW}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.BUREAU_CHIEF: BUREAU_READ
    | CASE_READ
    | {
        P.AUDIT_VIEW,
        P.PROJECT_APPROVE,
        P.PROJECT_GUIDE,
        P.PROJECT_END,
        P.AWARD_CONFIRM,
        P.CONTRACT_SIGN,
        P.BID_OPEN,
        P.EVALUATION_FINALISE,
        P.POLICY_VALUE_CONFIRM,
        P.DEPUTY_APPOINT,
        P.CASE_CONFIRM,
        P.CASE_REASSIGN,
        P.WINDOW_MANAGE,
        P.STAFFING_EDIT,
    },
    Role.PURCHASE_OFFICER: BUREAU_READ
    | {
        P.PROJECT_DRAFT,
        P.GUIDANCE_LIST,
        P.PROJECT_PUBLISH,
        P.TENDER_MANAGE,
        P.CONTRACT_DRAFT,
        P.CONTRACTOR_REGISTER,
        P.CONTRACTOR_VERIFY,
        P.NOTICE_ISSUE,
        P.BID_OPEN,
        P.POLICY_VALUE_SET,
    },
    Role.SUPERVISOR: BUREAU_READ | CASE_READ | {P.STAFFING_EDIT, P.REPORT_REVIEW, P.BID_OPEN, P.WINDOW_MANAGE},
    Role.EVALUATION_OFFICER: BUREAU_READ
    | {P.EVALUATION_MANAGE, P.EVALUATION_SCORE_PURCHASER, P.EVALUATION_PUBLISH, P.SURVEY_ISSUE, P.SCHEME_EDIT, P.NOTICE_ISSUE},
    Role.FINANCE_OFFICER: BUREAU_READ | {P.BUDGET_MANAGE, P.FUNDS_SIGN, P.DEBARMENT_IMPORT, P.POLICY_VALUE_SET},
    Role.ASSISTANCE_OFFICER: EVERYONE
    | CASE_READ
    | {P.USER_VIEW, P.STAFFING_VIEW, P.PROGRAMME_VIEW, P.WINDOW_VIEW, P.CASE_CONFIRM, P.REFERRAL_ANSWER, P.PERSON_REVEAL},
    Role.TOWNSHIP_LEAD: TOWNSHIP_READ
    | {
        P.CASE_LOG,
        P.CASE_HANDLE,
        P.CASE_CONFIRM,
        P.CASE_REASSIGN,
        P.DEPUTY_APPOINT,
        P.WINDOW_MANAGE,
        P.PERSON_REVEAL,
        P.USER_VIEW,
        P.STAFFING_EDIT,
    },
    Role.WINDOW_CLERK: TOWNSHIP_READ | {P.CASE_LOG, P.CASE_HANDLE, P.PERSON_REVEAL},
    Role.VILLAGE_ASSISTANT: EVERYONE | {P.CASE_VIEW, P.PROGRAMME_VIEW, P.WINDOW_VIEW},
    Role.DEPARTMENT_HANDLER: EVERYONE | {P.REFERRAL_VIEW, P.REFERRAL_ANSWER, P.PERSON_REVEAL, P.PROGRAMME_VIEW},
    Role.CONTRACTOR_ADMIN: EVERYONE
    | {
        P.CONTRACTOR_VIEW,
        P.CONTRACTOR_EDIT,
        P.BID_SUBMIT,
        P.BID_VIEW,
        P.CONTRACT_VIEW,
        P.CONTRACT_COUNTERSIGN,
        P.REPORT_VIEW,
        P.REPORT_FILE,
        P.EVALUATION_VIEW,
        P.EVALUATION_OBJECT,
    },
    Role.CONTRACTOR_REPORTER: EVERYONE | {P.CONTRACTOR_VIEW, P.CONTRACT_VIEW, P.REPORT_VIEW, P.REPORT_FILE, P.EVALUATION_VIEW},
    Role.THIRD_PARTY: EVERYONE | {P.EVALUATION_VIEW, P.EVALUATION_SCORE_THIRD_PARTY, P.SURVEY_ENTER},
    Role.EXPERT: EVERYONE | {P.TENDER_VIEW, P.BID_VIEW, P.BID_SCORE},
    Role.CITY_BUREAU: BUREAU_READ
    | CASE_READ
    | {P.POLICY_VALUE_SET, P.POLICY_VALUE_CONFIRM, P.CALENDAR_MANAGE, P.PROGRAMME_EDIT, P.SCHEME_EDIT, P.ORGANISATION_MANAGE, P.AUDIT_VIEW},
    Role.CITY_AUDITOR: BUREAU_READ | CASE_READ | {P.AUDIT_VIEW},
    Role.SYSTEM_ADMIN: EVERYONE | {P.USER_VIEW, P.USER_MANAGE, P.ORGANISATION_MANAGE, P.CALENDAR_MANAGE},
    Role.SECURITY_ADMIN: EVERYONE | {P.USER_VIEW, P.MEMBERSHIP_MANAGE, P.TOKEN_MANAGE},
    Role.AUDIT_ADMIN: EVERYONE | {P.USER_VIEW, P.AUDIT_VIEW},
}

SECOND_FACTOR_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.EXPERT})
READ_ONLY_ROLES = frozenset({Role.CITY_AUDITOR, Role.AUDIT_ADMIN})
# Roles that one person may not hold together (三员分立; the auditor judges nobody's work but others').
INCOMPATIBLE = (
    frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}),
    frozenset({Role.CITY_AUDITOR, Role.CITY_BUREAU}),
)
# Which roles fit which kind of organisation (by its name in Organisation.Kind).
ROLES_BY_KIND: dict[str, frozenset[Role]] = {
    "CITY": frozenset({Role.CITY_BUREAU, Role.CITY_AUDITOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}),
    "BUREAU": frozenset(
        {
            Role.BUREAU_CHIEF,
            Role.PURCHASE_OFFICER,
            Role.SUPERVISOR,
            Role.EVALUATION_OFFICER,
            Role.FINANCE_OFFICER,
            Role.ASSISTANCE_OFFICER,
            Role.SYSTEM_ADMIN,
            Role.SECURITY_ADMIN,
            Role.AUDIT_ADMIN,
        }
    ),
    "DEPARTMENT": frozenset({Role.DEPARTMENT_HANDLER}),
    "TOWNSHIP": frozenset({Role.TOWNSHIP_LEAD, Role.WINDOW_CLERK, Role.PURCHASE_OFFICER}),
    "VILLAGE": frozenset({Role.VILLAGE_ASSISTANT}),
    "CONTRACTOR": frozenset({Role.CONTRACTOR_ADMIN, Role.CONTRACTOR_REPORTER}),
    "THIRD_PARTY": frozenset({Role.THIRD_PARTY}),
    "POOL": frozenset({Role.EXPERT}),
}
