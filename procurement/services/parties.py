"""Who is tied to a bidder: by post at its organisation, or by a recorded tie (P-56)."""

from accounts.models import Membership
from contractors.models import PersonalTie
from procurement.models import Bid
from procurement.rules.committee import Link


def bidders_of(tender) -> list[int]:
    return list(Bid.objects.filter(tender=tender).live().values_list("contractor_id", flat=True))


def ties_to_bidders(user, tender) -> list[Link]:
    """Every tie of this person to one of the tender's bidders, as the rules want it."""
    contractors = bidders_of(tender)
    ties = PersonalTie.objects.filter(user=user, contractor__in=contractors).select_related("contractor__organisation")
    posts = Membership.objects.filter(user=user, organisation__contractor__in=contractors).select_related("organisation")
    return [Link(tie.kind, str(tie.contractor), tie.ended_on) for tie in ties] + [
        Link("EMPLOYEE", post.organisation.name, post.ended_on) for post in posts
    ]
