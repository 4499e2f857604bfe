"""Which roles fit together, and at which kind of organisation."""

from accounts.roles import Role

SECOND_FACTOR_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.EXPERT})
READ_ONLY_ROLES = frozenset({Role.CITY_AUDITOR, Role.AUDIT_ADMIN, Role.STAFFING_READER})
# Roles that one person may not hold together (三员分立; the auditor judges nobody's work but others').
INCOMPATIBLE = (
    frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}),
    frozenset({Role.CITY_AUDITOR, Role.CITY_BUREAU}),
)
# Which roles fit which kind of organisation (by its name in Organisation.Kind).
ROLES_BY_KIND: dict[str, frozenset[Role]] = {
    "CITY": frozenset(
        {Role.CITY_BUREAU, Role.CITY_AUDITOR, Role.STAFFING_READER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}
    ),
    "BUREAU": frozenset(
        {
            Role.BUREAU_CHIEF,
            Role.PURCHASE_OFFICER,
            Role.SUPERVISOR,
            Role.EVALUATION_OFFICER,
            Role.FINANCE_OFFICER,
            Role.ASSISTANCE_OFFICER,
            Role.STAFFING_READER,
            Role.SYSTEM_ADMIN,
            Role.SECURITY_ADMIN,
            Role.AUDIT_ADMIN,
        }
    ),
    "DEPARTMENT": frozenset({Role.DEPARTMENT_HANDLER}),
    "TOWNSHIP": frozenset({Role.TOWNSHIP_LEAD, Role.WINDOW_CLERK, Role.PURCHASE_OFFICER}),
    "VILLAGE": frozenset({Role.VILLAGE_ASSISTANT}),
    "CONTRACTOR": frozenset({Role.CONTRACTOR_ADMIN, Role.CONTRACTOR_REPORTER, Role.CHARITY}),
    "THIRD_PARTY": frozenset({Role.THIRD_PARTY, Role.CHARITY}),
    "POOL": frozenset({Role.EXPERT}),
}
