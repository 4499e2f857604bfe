"""Papers of need and charity: a need of each township, an offer of one charity on it, and a complaint about the offer."""

from accounts.models import Organisation
from accounts.roles import Role
from records import clock, files
from tests.factories import make_organisation
from windows.models import Charity, CharityNeed, CharityOffer, OfferComplaint

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
STRANGER = "915000009000000T8X"


def add_need(world, whose: str, case, township: Organisation) -> None:
    """Asked of the charities of its own district: the seat's where that is the first, a stranger elsewhere."""
    c, today = world.chongqing, clock.today()
    here = township.parent == c.home.bureau
    charity = verified(world, whose, c.third_party if here else stranger(c), township.parent)
    lead = world.user(Role.TOWNSHIP_LEAD)
    need = CharityNeed.objects.create(
        organisation=township, case=case, code=f"BF{case.pk:06}", gap="UNCOVERED", gap_note="现行政策没有这一项", category="EDUCATION",
        kind="MONEY", what="书本费", quantity=1000, unit="元", situation="该户两个孩子上学，开支困难。", consent_giver="SELF",
        consent_way="SIGNED", consent_on=today, registered_by=case.handler, approved_by=lead, status="PUBLISHED", published_on=today,
        lapses_on=today, matched=400,
    )  # fmt: skip
    world.add("charity_need", whose, need.pk, places=[township])
    world.add("board_need", whose, need.pk, persons={Role.CHARITY} if here else set())
    offer = CharityOffer.objects.create(
        need=need, charity=charity, quantity=400, ready_on=today, status="DISPUTED", offered_by=world.user(Role.CHARITY), decided_by=lead,
        decided_on=today, delivered_on=today, delivered=400, evidence="收据 1 号", hand_name=True,
        file=files.store_bytes(PDF, "收据.pdf", organisation=township),
    )  # fmt: skip
    world.add("need_offer", whose, {"pk": need.pk, "paper": offer.pk}, places=[township])
    world.add("own_offer", whose, offer.pk, places=[charity.organisation])
    said = OfferComplaint.objects.create(offer=offer, was="DELIVERED", text="没有收到", raised_on=today, recorded_by=case.handler)
    world.add("need_complaint", whose, {"pk": need.pk, "paper": said.pk}, places=[township])


def verified(world, whose: str, organisation: Organisation, bureau: Organisation) -> Charity:
    facts = {"form": "CHARITY", "registration": "示例 1 号", "registrar": "示例民政局", "contact": "某某", "phone": "12345"}
    facts |= {"checked_on": clock.today(), "checked_how": "查验登记证书原件", "verified_by": world.user(Role.ASSISTANCE_OFFICER)}
    row, fresh = Charity.objects.get_or_create(bureau=bureau, organisation=organisation, defaults=facts)
    if fresh:
        world.add("charity", whose, row.pk, places=[bureau])
    return row


def stranger(chongqing) -> Organisation:
    found = Organisation.objects.filter(code=STRANGER).first()
    return found or make_organisation("THIRD_PARTY", parent=chongqing.city, name="示例慈善会", code=STRANGER, segment=f"T-{STRANGER}")
