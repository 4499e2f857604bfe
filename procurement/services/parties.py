"""Who is tied to a bidder: by post at its organisation, or by a recorded tie (P-56)."""

from collections.abc import Iterator

from accounts.models import Membership
from contractors.models import PersonalTie
from procurement.models import Bid
from procurement.rules import committee
from procurement.rules.committee import Link
from procurement.services.drafts import handled
from records import clock
from records.policy import Breach


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


def handles(user, tender) -> bool:
    """P-65: runs the tender, or wrote the requirement or the scale that it goes by."""
    return user.pk == tender.created_by_id or handled(tender.project, user)


def barred(user, tender, *, seat: str) -> Iterator[Breach]:
    """Why this person may not judge: tied to a bidder (P-56), the purchaser's own staff in an expert's seat (P-55), its handler (P-65)."""
    yield from committee.recusal_breaches(str(user), ties_to_bidders(user, tender), on=clock.today())
    place = tender.project.organisation
    posts = Membership.objects.active(clock.today()).filter(user=user).select_related("organisation")
    own = any(post.organisation.path.startswith(place.path) or place.path.startswith(post.organisation.path) for post in posts)
    yield from committee.seat_breaches(str(user), seat=seat, of_purchaser=own, handler=handles(user, tender))
