from accounts.models.audit import AuditChain, AuditEmbargo, AuditEvent
from accounts.models.organisation import Organisation, OrganisationCode
from accounts.models.people import Membership, User
from accounts.models.tokens import ApiToken

__all__ = ["ApiToken", "AuditChain", "AuditEmbargo", "AuditEvent", "Membership", "Organisation", "OrganisationCode", "User"]
