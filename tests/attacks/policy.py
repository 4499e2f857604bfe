"""Who may open what: the written policy (ARCHITECTURE §5, the role table of the brief), by hand, never derived from the code.

Every route of the portal has one row. A row says which kind of paper the address is about, which roles may GET and POST it, and
how the answer is told: without the role 403, out of reach 404 as if there were nothing, in reach without the right 403.
"""

from dataclasses import dataclass

from accounts.roles import Role as R

CHIEF, PURCHASE, SUPERVISOR, EVALUATOR, FINANCE = (
    R.BUREAU_CHIEF, R.PURCHASE_OFFICER, R.SUPERVISOR, R.EVALUATION_OFFICER, R.FINANCE_OFFICER,
)  # fmt: skip
ASSISTANCE, LEAD, CLERK, VILLAGE, DEPARTMENT = (
    R.ASSISTANCE_OFFICER, R.TOWNSHIP_LEAD, R.WINDOW_CLERK, R.VILLAGE_ASSISTANT, R.DEPARTMENT_HANDLER,
)  # fmt: skip
FIRM, REPORTER, THIRD, EXPERT = R.CONTRACTOR_ADMIN, R.CONTRACTOR_REPORTER, R.THIRD_PARTY, R.EXPERT
CITY, AUDITOR, SYSTEM, SECURITY, AUDIT = R.CITY_BUREAU, R.CITY_AUDITOR, R.SYSTEM_ADMIN, R.SECURITY_ADMIN, R.AUDIT_ADMIN

EVERYBODY = frozenset(R)  # everybody with a post
OFFICES = frozenset({CHIEF, PURCHASE, SUPERVISOR, EVALUATOR, FINANCE, CITY, AUDITOR})
FIRMS = frozenset({FIRM, REPORTER})
CASEWORK = frozenset({CHIEF, SUPERVISOR, ASSISTANCE, LEAD, CLERK, CITY, AUDITOR})
USER_READERS = OFFICES | {ASSISTANCE, LEAD, SYSTEM, SECURITY, AUDIT}
STAFFING = OFFICES | {ASSISTANCE, LEAD, CLERK}
STAFFING_EDIT = frozenset({CHIEF, SUPERVISOR, LEAD})
ANNOUNCERS = frozenset({PURCHASE, EVALUATOR})
CONFIRMERS = frozenset({CHIEF, CITY})
OPENERS = frozenset({CHIEF, PURCHASE, SUPERVISOR})
HANDLERS = frozenset({LEAD, CLERK})
COUNTY = frozenset({CHIEF, ASSISTANCE})
REVEALERS = frozenset({ASSISTANCE, LEAD, CLERK, DEPARTMENT})
GUIDE = OFFICES | {ASSISTANCE, LEAD, CLERK, VILLAGE, DEPARTMENT}
WINDOWS = OFFICES | {ASSISTANCE, LEAD, CLERK, VILLAGE}
VALUE_SETTERS = frozenset({PURCHASE, FINANCE, CITY})
JUDGED = OFFICES | FIRMS | {THIRD}

SIGNED_IN = "signed in"  # whoever has an account, with or without a post; about nobody but themselves
PUBLIC = "public"  # everybody, without sign-in
NOWHERE = "nowhere"  # the page is there for developers only: 404 for all


def only(*roles) -> frozenset:
    return frozenset(roles)


@dataclass(frozen=True)
class Row:
    kind: str | None = None  # of the world's papers; None = about no particular paper
    get: object = None  # roles, SIGNED_IN or PUBLIC; None = not offered
    post: object = None
    patch: object = None
    enter: frozenset | None = None  # who gets past the door when the right itself is judged at the paper
    sees: frozenset | None = None  # who reaches the paper by place (None = whoever may enter)
    verb: str = ""  # the paper itself says which seats act (``Paper.acting[verb]``)
    holder_acts: bool = False  # the person whom the paper is about may act without the role

    def who(self, method: str):
        return {"GET": self.get, "POST": self.post, "PATCH": self.patch}.get(method)


def read(kind, roles, **more) -> Row:
    return Row(kind, get=roles, **more)


def act(kind, roles, **more) -> Row:
    return Row(kind, post=roles, **more)


def form(kind, roles, **more) -> Row:
    return Row(kind, get=roles, post=roles, **more)


FRAME = {
    "healthz": read(None, PUBLIC),
    "home": read(None, SIGNED_IN),
    "search": read(None, SIGNED_IN),
    "district_switch": act(None, SIGNED_IN),
    "display_mode": act(None, PUBLIC),
    "components": read(None, NOWHERE),
    "verify_start": read(None, PUBLIC),
    "verify": form("public_notice", PUBLIC),
    "public_notices": read(None, PUBLIC),
    "public_notice": read("public_notice", PUBLIC),
    "public_notice_file": read("public_notice", PUBLIC),
    "progress:form": form(None, PUBLIC),
    "progress:code": form("progress", PUBLIC),
    "public_project_list": read(None, PUBLIC),
    "public_project_detail": read("public_project", PUBLIC),
}
ACCOUNTS = {
    "accounts:login": form(None, PUBLIC),
    "accounts:totp": form(None, PUBLIC),
    "accounts:logout": act(None, PUBLIC),
    "accounts:signed_out": read(None, PUBLIC),
    "accounts:profile": read(None, SIGNED_IN),
    "accounts:password_change": form(None, SIGNED_IN),
    "accounts:totp_setup": form(None, SIGNED_IN),
    "accounts:token_create": act(None, SIGNED_IN),
    "accounts:token_revoke": act("token", SIGNED_IN),
    "accounts:user_list": read(None, USER_READERS),
    "accounts:user_create": form(None, only(SYSTEM)),
    "accounts:user_detail": read("user", USER_READERS),
    "accounts:user_active": act("user", only(SYSTEM)),
    "accounts:user_edit": form("user", only(SYSTEM)),
    "accounts:password_reset": act("user", only(SYSTEM)),
    "accounts:second_factor_reset": act("user", only(SYSTEM)),
    "accounts:membership_create": form("user", only(SECURITY)),
    "accounts:membership_end": act("post", only(SECURITY)),
    "accounts:deputy_appoint": act("post", only(CHIEF, LEAD), enter=EVERYBODY, sees=USER_READERS, holder_acts=True),
    "accounts:organisation_list": read(None, EVERYBODY),
    "accounts:organisation_create": form(None, only(CITY, SYSTEM)),
    "accounts:organisation_end": act("organisation", only(CITY, SYSTEM)),
    "accounts:organisation_detail": read("organisation", EVERYBODY),
    "accounts:audit_list": read(None, only(CHIEF, CITY, AUDITOR, AUDIT)),
}
RECORDS = {
    "records:clause_list": read(None, PUBLIC),
    "records:calendar_list": read(None, SIGNED_IN),
    "records:calendar_year": read("year", SIGNED_IN),
    "records:calendar_import": form(None, only(CITY, SYSTEM)),
    "records:calendar_confirm": act(None, only(CITY, SYSTEM)),
    "records:value_list": read(None, EVERYBODY),
    "records:value_detail": read("parameter", EVERYBODY),
    "records:value_set": form("parameter", VALUE_SETTERS),
    "records:value_confirm": act("value", CONFIRMERS),
    "records:value_withdraw": act("value", CONFIRMERS),
    "records:file_download": read("file", EVERYBODY),
    "records:job_list": read(None, EVERYBODY),
    "records:job_detail": read("job", EVERYBODY),
    "records:job_file": read("job", EVERYBODY),
    "records:job_retry": act("job", EVERYBODY),
    "records:message_list": read(None, SIGNED_IN),
    "records:message_open": act("message", SIGNED_IN),
    "records:message_read_all": act(None, SIGNED_IN),
    "records:notice_list": read(None, EVERYBODY),
    "records:notice_detail": read("notice", EVERYBODY),
    "records:notice_file": read("notice", EVERYBODY),
    "records:notice_withdraw": act("notice", ANNOUNCERS),
}
REGISTER = OFFICES | FIRMS
VERIFY = dict(kind="contractor", roles=only(PURCHASE))
CONTRACTORS = {
    "contractors:contractor_list": read(None, REGISTER),
    "contractors:contractor_new": form(None, only(PURCHASE)),
    "contractors:own_page": read(None, only(FIRM)),
    "contractors:contractor_detail": read("contractor", REGISTER),
    "contractors:contractor_edit": form("contractor", only(FIRM)),
    "contractors:contractor_verify": act(**VERIFY),
    "contractors:contractor_suspend": act(**VERIFY),
    "contractors:contractor_reinstate": act(**VERIFY),
    "contractors:papers_verify": act(**VERIFY),
    "contractors:paper_file": read("contractor", REGISTER),
    "contractors:proof_new": form("contractor", only(FIRM)),
    "contractors:qualification_new": form("contractor", only(FIRM)),
    "contractors:credit_check_new": form(**VERIFY),
    "contractors:violation_new": form(**VERIFY),
    "contractors:debarment_new": form("contractor", only(FINANCE)),
    "contractors:controller_new": form(**VERIFY),
    "contractors:tie_new": form(**VERIFY),
}
TENDERS = OFFICES | {EXPERT}
PROCUREMENT = {
    "procurement:project_list": read(None, OFFICES),
    "procurement:project_create": form(None, only(PURCHASE)),
    "procurement:project_detail": read("project", OFFICES),
    "procurement:project_edit": form("project", only(PURCHASE)),
    "procurement:project_consult": form("project", only(PURCHASE)),
    "procurement:project_submit": act("project", only(PURCHASE)),
    "procurement:project_approve": act("project", only(CHIEF)),
    "procurement:project_return": form("project", only(CHIEF)),
    "procurement:project_guide": form("project", only(CHIEF)),
    "procurement:project_sign_funds": form("project", only(FINANCE)),
    "procurement:project_publish": act("project", only(PURCHASE)),
    "procurement:project_end": form("project", only(CHIEF)),
    "procurement:contract_draft": act("project", only(PURCHASE)),
    "procurement:tender_prepare": form("project", only(PURCHASE)),
    "procurement:tender_detail": read("tender", TENDERS),
    "procurement:tender_open": act("tender", only(PURCHASE)),
    "procurement:tender_custody": form("custody", OPENERS),
    "procurement:tender_opening": form("custody", OPENERS),
    "procurement:escrow_approve": act("tender", only(CHIEF)),
    "procurement:committee_draw": act("tender", only(PURCHASE)),
    "procurement:scoring_start": act("tender", only(PURCHASE)),
    "procurement:tender_rank": act("tender", only(PURCHASE)),
    "procurement:tender_fail": act("tender", only(PURCHASE)),
    "procurement:tender_result": read("result", TENDERS),
    "procurement:result_publish": act("tender", only(PURCHASE)),
    "procurement:award_confirm": act("tender", only(CHIEF)),
    "procurement:award_lapse": act("tender", only(PURCHASE)),
    "procurement:score_sheets_print": act("tender", only(PURCHASE)),
    "procurement:commitment_list": form("announced_tender", PUBLIC),
    "procurement:bid_new": form("announced_tender", only(FIRM)),
    "procurement:bid_judge": act("bid", only(PURCHASE)),
    "procurement:bid_file": read("bid", OFFICES | {FIRM, EXPERT}),
    "procurement:bid_receipt": read("own_bid", only(FIRM)),
    "procurement:bid_envelope": read("own_bid", only(FIRM)),
    "procurement:bid_withdraw": act("own_bid", only(FIRM)),
    "procurement:low_price_explain": form("own_low_price", only(FIRM)),
    "procurement:low_price_judge": act("low_price", only(PURCHASE)),
    "procurement:bidding_desk": read(None, only(FIRM)),
    "procurement:desk": read(None, only(EXPERT)),
    "procurement:seat_declare": act("committee_seat", only(EXPERT)),
    "procurement:sheet_edit": form("sheet", only(EXPERT)),
    "procurement:sheet_gap": act("sheet", only(EXPERT)),
    "procurement:contract_list": read(None, OFFICES | FIRMS),
    "procurement:contract_detail": read("contract", OFFICES | FIRMS),
    "procurement:contract_edit": form("contract", only(PURCHASE)),
    "procurement:contract_submit": act("contract", only(PURCHASE)),
    "procurement:contract_approve": act("contract", only(CHIEF)),
    "procurement:contract_return": form("contract", only(CHIEF)),
    "procurement:contract_sign": form("contract", only(FIRM)),
    "procurement:contract_announce": act("contract", only(PURCHASE)),
    "procurement:contract_start": act("contract", only(PURCHASE)),
    "procurement:contract_complete": act("contract", only(PURCHASE)),
    "procurement:report_list": read(None, OFFICES | FIRMS),
    "procurement:report_detail": read("report", OFFICES | FIRMS),
    "procurement:report_save": act("report", FIRMS),
    "procurement:report_accept": act("report", only(SUPERVISOR)),
    "procurement:report_return": act("report", only(SUPERVISOR)),
    "procurement:report_template": read("report", OFFICES | FIRMS),
    "procurement:report_import": act("report", FIRMS),
    "procurement:budget_list": read(None, OFFICES),
    "procurement:catalogue_list": read(None, OFFICES),
    "procurement:guidance_create": form(None, only(PURCHASE)),
    "procurement:budget_create": form(None, only(FINANCE)),
    "procurement:grant_create": form(None, only(FINANCE)),
}
STAFF = {
    "staffing:home": read(None, STAFFING),
    "staffing:city_table": read(None, STAFFING),
    "staffing:city_export": read(None, STAFFING),
    "staffing:unit_table": read("unit", STAFFING),
    "staffing:unit_export": read("unit", STAFFING),
    "staffing:unit_paper": act("unit", STAFFING),
    "staffing:caseload_import": form("unit", STAFFING_EDIT),
    "staffing:caseload_import_confirm": act("unit", STAFFING_EDIT),
    "staffing:staff_list": read("unit", STAFFING),
    "staffing:training_list": read("unit", STAFFING),
    "staffing:training_create": form("unit", STAFFING_EDIT),
    "staffing:scenario_list": read("unit", STAFFING),
    "staffing:scenario_create": form("unit", STAFFING_EDIT),
    "staffing:scenario_detail": read("scenario", STAFFING),
    "staffing:township_detail": read("township", STAFFING),
    "staffing:caseload_enter": form("township", STAFFING_EDIT),
    "staffing:staff_create": form("township", STAFFING_EDIT),
    "staffing:staff_edit": form("staff", STAFFING_EDIT),
    "staffing:staff_end": act("staff", STAFFING_EDIT),
}
CASE_READERS = CASEWORK | {VILLAGE}
REFERRAL_READERS = CASEWORK | {DEPARTMENT}
ANSWERERS = frozenset({ASSISTANCE, DEPARTMENT})
COUNTER = {
    "windows:intake": form(None, HANDLERS),
    "windows:intake_person": act(None, HANDLERS),
    "windows:intake_need": act(None, HANDLERS),
    "windows:desk": read(None, REFERRAL_READERS),
    "windows:overdue_board": read(None, CASE_READERS),
    "windows:case_list": read(None, CASE_READERS),
    "windows:case_search": act(None, CASE_READERS),
    "windows:case_export": read(None, CASE_READERS),
    "windows:case_detail": read("case", CASE_READERS),
    "windows:case_papers": act("case", HANDLERS),
    "windows:case_refuse": act("case", HANDLERS),
    "windows:case_withdraw": act("case", HANDLERS),
    "windows:case_extend": act("case", HANDLERS),
    "windows:case_refer": act("case", HANDLERS),
    "windows:case_conclude": act("case", COUNTY, enter=CASE_READERS),
    "windows:case_reveal": act("case", REVEALERS, sees=CASE_READERS),
    "windows:case_name": act("case", HANDLERS),
    "windows:step_complete": act("step", CASE_READERS, verb="step"),
    "windows:step_pause": act("step", CASE_READERS, verb="step"),
    "windows:step_resume": act("step", CASE_READERS, verb="step"),
    "windows:referral_list": read(None, REFERRAL_READERS),
    "windows:referral_detail": read("referral", REFERRAL_READERS),
    "windows:referral_acknowledge": act("referral", ANSWERERS, verb="receive"),
    "windows:referral_return": act("referral", ANSWERERS, verb="receive"),
    "windows:referral_ask": act("referral", ANSWERERS, verb="receive"),
    "windows:referral_answer": act("referral", ANSWERERS, verb="receive"),
    "windows:referral_supply": act("referral", HANDLERS),
    "windows:referral_recall": act("referral", HANDLERS),
    "windows:referral_again": act("referral", HANDLERS),
    "windows:referral_reveal": act("referral", REVEALERS),
    "windows:slip_detail": read("slip", CASE_READERS),
    "windows:slip_print": act("slip", HANDLERS),
    "windows:slip_pdf": read("slip", CASE_READERS),
    "windows:programme_list": read(None, GUIDE),
    "windows:programme_detail": read("programme", GUIDE),
    "windows:window_list": read(None, WINDOWS),
    "windows:window_edit": form("township", only(CHIEF, SUPERVISOR, LEAD)),
}
THIRD_SIDE = only(THIRD)
EVALUATION = {
    "evaluation:evaluation_list": read(None, JUDGED),
    "evaluation:evaluations_open": act(None, only(EVALUATOR)),
    "evaluation:evaluation_archive": act(None, OFFICES),
    "evaluation:evaluation_detail": read("evaluation", JUDGED),
    "evaluation:evaluation_recompute": read("scored", OFFICES),
    "evaluation:report_pdf": read("evaluation_report", OFFICES),
    "evaluation:evidence": read("evidence", JUDGED),
    "evaluation:purchaser_scores": form("evaluation", only(EVALUATOR)),
    "evaluation:third_party_scores": form("evaluation", THIRD_SIDE),
    "evaluation:third_party_assign": form("evaluation", only(EVALUATOR)),
    "evaluation:evaluation_score": act("evaluation", only(EVALUATOR)),
    "evaluation:evaluation_improvement": act("evaluation", only(EVALUATOR)),
    "evaluation:evaluation_reopen": form("evaluation", only(EVALUATOR)),
    "evaluation:evaluation_correct": form("evaluation", only(EVALUATOR)),
    "evaluation:evaluation_finalise": act("evaluation", only(CHIEF)),
    "evaluation:evaluation_publish": form("final", only(EVALUATOR)),
    "evaluation:objection_open": act("evaluation", only(EVALUATOR)),
    "evaluation:objection_raise": form("evaluation", only(FIRM)),
    "evaluation:objection_waive": act("evaluation", only(FIRM)),
    "evaluation:objection_answer": form("objection", only(EVALUATOR)),
    "evaluation:objection_file": read("objection", JUDGED),
    "evaluation:survey_detail": read("survey_page", JUDGED),
    "evaluation:survey_issue": act("evaluation", only(EVALUATOR)),
    "evaluation:survey_enter": act("evaluation", THIRD_SIDE),
    "evaluation:survey_unreachable": act("evaluation", THIRD_SIDE),
    "evaluation:scheme_list": read(None, OFFICES),
    "evaluation:scheme_create": form(None, only(EVALUATOR, CITY)),
    "evaluation:scheme_detail": read("scheme", JUDGED),
    "public_evaluation_list": read(None, PUBLIC),
    "public_evaluation": read("public_evaluation", PUBLIC),
    "public_evaluation_pdf": read("public_evaluation", PUBLIC),
    "survey_start": form(None, PUBLIC),
    "survey_thanks": read(None, PUBLIC),
    "survey": form("survey_slip", PUBLIC),
}
API = {
    "project-list": Row(None, get=OFFICES, post=only(PURCHASE)),
    "project-detail": Row("project", get=OFFICES, patch=only(PURCHASE)),
    "project-submit": act("project", only(PURCHASE)),
    "project-approve": act("project", only(CHIEF)),
    "contract-list": read(None, OFFICES | FIRMS),
    "contract-detail": read("contract", OFFICES | FIRMS),
    "contract-start": act("contract", only(PURCHASE)),
    "report-list": read(None, OFFICES | FIRMS),
    "report-detail": Row("report", get=OFFICES | FIRMS, patch=FIRMS),
    "report-submit": act("report", FIRMS),
    "report-accept": act("report", only(SUPERVISOR)),
    "report-send-back": act("report", only(SUPERVISOR)),
    "evaluation-list": read(None, JUDGED),
    "evaluation-detail": read("evaluation", JUDGED),
    "evaluation-basis": read("scored", OFFICES),
    "evaluation-recompute": read("scored", OFFICES),
    "evaluation-scheme-list": read(None, OFFICES),
    "evaluation-scheme-detail": read("scheme", OFFICES),
    "me": read(None, SIGNED_IN),
    "schema": read(None, SIGNED_IN),
    "docs": read(None, SIGNED_IN),
    "organisation-list": read(None, EVERYBODY),
    "organisation-detail": read("organisation", EVERYBODY),
    "caseload-list": Row(None, get=STAFFING, post=STAFFING_EDIT),
    "caseload-detail": read("caseload", STAFFING),
    "staffmember-list": read(None, STAFFING),
    "staffmember-detail": read("staff", STAFFING),
    "training-list": read(None, STAFFING),
    "training-detail": read("training", STAFFING),
    "scenario-list": read(None, STAFFING),
    "scenario-detail": read("scenario", STAFFING),
    "staffing-table-detail": read("unit", STAFFING),
    "case-list": read(None, CASE_READERS),
    "case-detail": read("case", CASE_READERS),
    "referral-list": read(None, REFERRAL_READERS),
    "referral-detail": read("referral", REFERRAL_READERS),
    "programme-list": read(None, GUIDE),
    "programme-detail": read("programme", GUIDE),
    "contractor-list": read(None, REGISTER),
    "contractor-detail": read("contractor", REGISTER),
    "tender-list": read(None, TENDERS),
    "tender-detail": read("tender", TENDERS),
    "bid-list": read(None, OFFICES | {FIRM, EXPERT}),
    "bid-detail": read("bid", OFFICES | {FIRM, EXPERT}),
}
ROUTES: dict[str, Row] = {**FRAME, **ACCOUNTS, **RECORDS, **CONTRACTORS, **PROCUREMENT, **STAFF, **COUNTER, **EVALUATION, **API}
