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
    CHARITY = "CHARITY", "慈善组织"
    STAFFING_READER = "STAFFING_READER", "编办、人社（人员配备只读）"
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
    APPLICATION_VIEW = "contractors.application_view"
    COLLEAGUE_MANAGE = "contractors.colleague_manage"
    # procurement
    PROJECT_VIEW = "procurement.project_view"
    PROJECT_DRAFT = "procurement.project_draft"
    PROJECT_APPROVE = "procurement.project_approve"
    PROJECT_PUBLISH = "procurement.project_publish"
    PROJECT_GUIDE = "procurement.project_guide"
    PROJECT_END = "procurement.project_end"
    PROJECT_ARCHIVE = "procurement.project_archive"
    FUNDS_SIGN = "procurement.funds_sign"
    GUIDANCE_LIST = "procurement.guidance_list"
    STANDARD_KEEP = "procurement.standard_keep"
    BUDGET_VIEW = "procurement.budget_view"
    BUDGET_MANAGE = "procurement.budget_manage"
    TENDER_VIEW = "procurement.tender_view"
    TENDER_MANAGE = "procurement.tender_manage"
    BID_VIEW = "procurement.bid_view"
    BID_OPEN = "procurement.bid_open"
    BID_SUBMIT = "procurement.bid_submit"
    BID_SCORE = "procurement.bid_score"
    AWARD_CONFIRM = "procurement.award_confirm"
    CHALLENGE_VIEW = "procurement.challenge_view"
    CHALLENGE_RAISE = "procurement.challenge_raise"
    CHALLENGE_ANSWER = "procurement.challenge_answer"
    CHALLENGE_REVIEW = "procurement.challenge_review"
    COMPLAINT_RECORD = "procurement.complaint_record"
    SECURITY_VIEW = "procurement.security_view"
    SECURITY_MANAGE = "procurement.security_manage"
    CONTRACT_VIEW = "procurement.contract_view"
    CONTRACT_DRAFT = "procurement.contract_draft"
    CONTRACT_SIGN = "procurement.contract_sign"
    CONTRACT_COUNTERSIGN = "procurement.contract_countersign"
    ACCEPTANCE_MANAGE = "procurement.acceptance_manage"
    ACCEPTANCE_SIGN = "procurement.acceptance_sign"
    PAYMENT_REQUEST = "procurement.payment_request"
    PAYMENT_CONFIRM = "procurement.payment_confirm"
    REPORT_VIEW = "procurement.report_view"
    TAKEOVER_VIEW = "procurement.takeover_view"
    TAKEOVER_PROPOSE = "procurement.takeover_propose"
    TAKEOVER_CONFIRM = "procurement.takeover_confirm"
    TAKEOVER_PAPER = "procurement.takeover_paper"
    EXIT_RAISE = "procurement.exit_raise"
    EXIT_DECIDE = "procurement.exit_decide"
    TERMINATION_VIEW = "procurement.termination_view"
    TERMINATION_ANSWER = "procurement.termination_answer"
    REPORT_FILE = "procurement.report_file"
    REPORT_REVIEW = "procurement.report_review"
    SERVICE_VIEW = "procurement.service_view"
    SERVICE_MANAGE = "procurement.service_manage"
    SERVICE_RECORD = "procurement.service_record"
    SERVICE_REVEAL = "procurement.service_reveal"
    ROSTER_EDIT = "procurement.roster_edit"
    INSPECTION_VIEW = "procurement.inspection_view"
    INSPECTION_MANAGE = "procurement.inspection_manage"
    RECTIFICATION_VIEW = "procurement.rectification_view"
    RECTIFICATION_ANSWER = "procurement.rectification_answer"
    RECTIFICATION_VERIFY = "procurement.rectification_verify"
    COMPLAINT_VIEW = "procurement.complaint_view"
    COMPLAINT_HANDLE = "procurement.complaint_handle"
    COMPLAINT_ANSWER = "procurement.complaint_answer"
    SUSPICION_VIEW = "procurement.suspicion_view"
    SUSPICION_EXPLAIN = "procurement.suspicion_explain"
    SUSPICION_JUDGE = "procurement.suspicion_judge"
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
    VERIFICATION_VIEW = "windows.verification_view"
    VERIFICATION_REQUEST = "windows.verification_request"
    VERIFICATION_SEND = "windows.verification_send"
    INQUIRY_VIEW = "windows.inquiry_view"
    STANDING_VIEW = "windows.standing_view"
    STANDING_IMPORT = "windows.standing_import"
    VILLAGE_VIEW = "windows.village_view"
    VILLAGE_DO = "windows.village_do"
    VILLAGE_MANAGE = "windows.village_manage"
    WINDOW_VIEW = "windows.window_view"
    WINDOW_MANAGE = "windows.window_manage"
    MEETING_VIEW = "windows.meeting_view"
    MEETING_CONVENE = "windows.meeting_convene"
    MEETING_SIGN = "windows.meeting_sign"
    NEED_VIEW = "windows.need_view"
    NEED_REGISTER = "windows.need_register"
    NEED_DECIDE = "windows.need_decide"
    CHARITY_VIEW = "windows.charity_view"
    CHARITY_KEEP = "windows.charity_keep"
    CHARITY_OFFER = "windows.charity_offer"
    MONTH_VIEW = "windows.month_view"
    MONTH_COUNT = "windows.month_count"
    PROGRAMME_VIEW = "windows.programme_view"
    GUIDE_EDIT = "windows.guide_edit"
    GUIDE_PUBLISH = "windows.guide_publish"
    PROGRAMME_EDIT = "windows.programme_edit"
    PROGRAMME_ENACT = "windows.programme_enact"
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
    SURVEY_JUDGE = "evaluation.survey_judge"


P = Permission

EVERYONE = frozenset({P.ORGANISATION_VIEW, P.FILE_VIEW, P.NOTICE_VIEW, P.JOB_VIEW, P.POLICY_VALUE_VIEW})
BUREAU_READ = EVERYONE | {
    P.USER_VIEW,
    P.CONTRACTOR_VIEW,
    P.APPLICATION_VIEW,
    P.PROJECT_VIEW,
    P.BUDGET_VIEW,
    P.TENDER_VIEW,
    P.BID_VIEW,
    P.CHALLENGE_VIEW,
    P.SECURITY_VIEW,
    P.CONTRACT_VIEW,
    P.REPORT_VIEW,
    P.SERVICE_VIEW,
    P.INSPECTION_VIEW,
    P.RECTIFICATION_VIEW,
    P.COMPLAINT_VIEW,
    P.SUSPICION_VIEW,
    P.TAKEOVER_VIEW,
    P.TAKEOVER_PAPER,
    P.TERMINATION_VIEW,
    P.STAFFING_VIEW,
    P.EVALUATION_VIEW,
    P.SCHEME_VIEW,
    P.PROGRAMME_VIEW,
    P.WINDOW_VIEW,
    P.EVALUATION_DOWNLOAD,
}
CASE_READ = frozenset({P.CASE_VIEW, P.REFERRAL_VIEW, P.PERSON_VIEW, P.VILLAGE_VIEW, P.STANDING_VIEW, P.MEETING_VIEW, P.NEED_VIEW})
CHARITY_DESK = frozenset({P.NEED_DECIDE, P.CHARITY_VIEW, P.CHARITY_KEEP})
TOWNSHIP_READ = EVERYONE | CASE_READ | {P.PROGRAMME_VIEW, P.WINDOW_VIEW, P.STAFFING_VIEW}

# What a contractor's people do under a running contract: they see and record what they answer for.
# An office that took a service over does the same for those whom it serves, and for nobody else (procurement.models.serving).
CARETAKING = frozenset({P.SERVICE_VIEW, P.SERVICE_RECORD, P.SERVICE_REVEAL, P.TAKEOVER_PAPER})
SERVING = frozenset(
    {
        P.TAKEOVER_PAPER,
        P.TERMINATION_VIEW,
        P.SERVICE_VIEW,
        P.SERVICE_RECORD,
        P.SERVICE_REVEAL,
        P.RECTIFICATION_VIEW,
        P.RECTIFICATION_ANSWER,
        P.COMPLAINT_VIEW,
        P.COMPLAINT_ANSWER,
    }
)

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.BUREAU_CHIEF: BUREAU_READ
    | CASE_READ
    | CHARITY_DESK
    | {
        P.MONTH_VIEW,
        P.MONTH_COUNT,
        P.AUDIT_VIEW,
        P.PROJECT_APPROVE,
        P.PROJECT_GUIDE,
        P.PROJECT_END,
        P.PROJECT_ARCHIVE,
        P.TAKEOVER_CONFIRM,
        P.EXIT_DECIDE,
        P.AWARD_CONFIRM,
        P.CHALLENGE_REVIEW,
        P.CONTRACT_SIGN,
        P.ACCEPTANCE_SIGN,
        P.BID_OPEN,
        P.EVALUATION_FINALISE,
        P.POLICY_VALUE_CONFIRM,
        P.DEPUTY_APPOINT,
        P.CASE_CONFIRM,
        P.CASE_REASSIGN,
        P.INQUIRY_VIEW,
        P.MEETING_CONVENE,
        P.MEETING_SIGN,
        P.VERIFICATION_VIEW,
        P.VERIFICATION_SEND,
        P.WINDOW_MANAGE,
        P.GUIDE_EDIT,
        P.GUIDE_PUBLISH,
        P.STAFFING_EDIT,
        P.RECTIFICATION_VERIFY,
    },
    Role.PURCHASE_OFFICER: BUREAU_READ
    | {
        P.SERVICE_MANAGE,
        P.PROJECT_DRAFT,
        P.GUIDANCE_LIST,
        P.STANDARD_KEEP,
        P.PROJECT_PUBLISH,
        P.PROJECT_ARCHIVE,
        P.TAKEOVER_PROPOSE,
        P.EXIT_RAISE,
        P.TENDER_MANAGE,
        P.CHALLENGE_ANSWER,
        P.CONTRACT_DRAFT,
        P.PAYMENT_REQUEST,
        P.CONTRACTOR_REGISTER,
        P.CONTRACTOR_VERIFY,
        P.NOTICE_ISSUE,
        P.BID_OPEN,
        P.POLICY_VALUE_SET,
    },
    Role.SUPERVISOR: BUREAU_READ
    | CASE_READ
    | {
        P.MONTH_VIEW,
        P.MONTH_COUNT,
        P.ACCEPTANCE_MANAGE,
        P.ACCEPTANCE_SIGN,
        P.STAFFING_EDIT,
        P.REPORT_REVIEW,
        P.BID_OPEN,
        P.WINDOW_MANAGE,
        P.SERVICE_MANAGE,
        P.SERVICE_REVEAL,
        P.SERVICE_RECORD,
        P.ROSTER_EDIT,
        P.INSPECTION_MANAGE,
        P.RECTIFICATION_VERIFY,
        P.TAKEOVER_PROPOSE,
        P.EXIT_RAISE,
        P.COMPLAINT_HANDLE,
        P.SUSPICION_JUDGE,
    },
    Role.EVALUATION_OFFICER: BUREAU_READ
    | {
        P.ACCEPTANCE_SIGN,
        P.EVALUATION_MANAGE,
        P.EVALUATION_SCORE_PURCHASER,
        P.EVALUATION_PUBLISH,
        P.SURVEY_ISSUE,
        P.SURVEY_JUDGE,
        P.SCHEME_EDIT,
        P.NOTICE_ISSUE,
    },
    Role.FINANCE_OFFICER: BUREAU_READ
    | {
        P.PAYMENT_CONFIRM,
        P.ACCEPTANCE_SIGN,
        P.BUDGET_MANAGE,
        P.FUNDS_SIGN,
        P.DEBARMENT_IMPORT,
        P.POLICY_VALUE_SET,
        P.COMPLAINT_RECORD,
        P.SECURITY_MANAGE,
    },
    Role.ASSISTANCE_OFFICER: EVERYONE
    | CASE_READ
    | CHARITY_DESK
    | {P.USER_VIEW, P.STAFFING_VIEW, P.PROGRAMME_VIEW, P.WINDOW_VIEW, P.CASE_CONFIRM, P.REFERRAL_ANSWER, P.PERSON_REVEAL}
    | {P.GUIDE_EDIT, P.GUIDE_PUBLISH, P.INQUIRY_VIEW, P.VERIFICATION_VIEW, P.VERIFICATION_SEND, P.MONTH_VIEW, P.MONTH_COUNT}
    | {P.MEETING_CONVENE},
    Role.TOWNSHIP_LEAD: TOWNSHIP_READ
    | CARETAKING
    | {
        P.MONTH_VIEW,
        P.MONTH_COUNT,
        P.ROSTER_EDIT,
        P.CASE_LOG,
        P.CASE_HANDLE,
        P.CASE_CONFIRM,
        P.CASE_REASSIGN,
        P.STANDING_IMPORT,
        P.DEPUTY_APPOINT,
        P.WINDOW_MANAGE,
        P.PERSON_REVEAL,
        P.USER_VIEW,
        P.STAFFING_EDIT,
        P.VILLAGE_MANAGE,
        P.INQUIRY_VIEW,
        P.MEETING_CONVENE,
        P.MEETING_SIGN,
        P.VERIFICATION_VIEW,
        P.VERIFICATION_REQUEST,
    }
    | {P.NEED_REGISTER, P.NEED_DECIDE},
    Role.WINDOW_CLERK: TOWNSHIP_READ
    | CARETAKING
    | {P.CASE_LOG, P.CASE_HANDLE, P.PERSON_REVEAL, P.STANDING_IMPORT, P.NEED_REGISTER}
    | {P.VILLAGE_MANAGE, P.INQUIRY_VIEW, P.VERIFICATION_VIEW, P.VERIFICATION_REQUEST},
    Role.VILLAGE_ASSISTANT: EVERYONE | {P.CASE_VIEW, P.PROGRAMME_VIEW, P.WINDOW_VIEW, P.VILLAGE_VIEW, P.VILLAGE_DO},
    Role.DEPARTMENT_HANDLER: EVERYONE | {P.REFERRAL_VIEW, P.REFERRAL_ANSWER, P.PERSON_REVEAL, P.PROGRAMME_VIEW} | {P.MEETING_VIEW},
    Role.CONTRACTOR_ADMIN: EVERYONE
    | SERVING
    | {
        P.ROSTER_EDIT,
        P.SUSPICION_VIEW,
        P.SUSPICION_EXPLAIN,
        P.CONTRACTOR_VIEW,
        P.CONTRACTOR_EDIT,
        P.COLLEAGUE_MANAGE,
        P.BID_SUBMIT,
        P.BID_VIEW,
        P.CHALLENGE_VIEW,
        P.CHALLENGE_RAISE,
        P.SECURITY_VIEW,
        P.CONTRACT_VIEW,
        P.CONTRACT_COUNTERSIGN,
        P.TERMINATION_ANSWER,
        P.REPORT_VIEW,
        P.REPORT_FILE,
        P.EVALUATION_VIEW,
        P.EVALUATION_OBJECT,
    },
    Role.CONTRACTOR_REPORTER: EVERYONE | SERVING | {P.CONTRACTOR_VIEW, P.CONTRACT_VIEW, P.REPORT_VIEW, P.REPORT_FILE, P.EVALUATION_VIEW},
    Role.THIRD_PARTY: EVERYONE | {P.EVALUATION_VIEW, P.EVALUATION_SCORE_THIRD_PARTY, P.SURVEY_ENTER},
    Role.EXPERT: EVERYONE | {P.TENDER_VIEW, P.BID_VIEW, P.BID_SCORE},
    Role.CHARITY: EVERYONE | {P.CHARITY_OFFER},
    Role.STAFFING_READER: EVERYONE | {P.STAFFING_VIEW},
    Role.CITY_BUREAU: BUREAU_READ
    | CASE_READ
    | {P.POLICY_VALUE_SET, P.POLICY_VALUE_CONFIRM, P.CALENDAR_MANAGE, P.PROGRAMME_EDIT, P.SCHEME_EDIT, P.ORGANISATION_MANAGE, P.AUDIT_VIEW}
    | {P.GUIDE_EDIT, P.GUIDE_PUBLISH, P.PROGRAMME_ENACT, P.MONTH_VIEW, P.MONTH_COUNT, P.CHARITY_VIEW},
    Role.CITY_AUDITOR: BUREAU_READ | CASE_READ | {P.AUDIT_VIEW, P.PROJECT_ARCHIVE, P.MONTH_VIEW, P.CHARITY_VIEW},
    Role.SYSTEM_ADMIN: EVERYONE | {P.USER_VIEW, P.USER_MANAGE, P.ORGANISATION_MANAGE, P.CALENDAR_MANAGE},
    Role.SECURITY_ADMIN: EVERYONE | {P.USER_VIEW, P.MEMBERSHIP_MANAGE, P.TOKEN_MANAGE},
    Role.AUDIT_ADMIN: EVERYONE | {P.USER_VIEW, P.AUDIT_VIEW},
}
