"""What the public knows of a project, as one OCDS 1.1.5 release (lots and bids extensions); nothing that is still sealed or unannounced.

Each block appears with the paper that announced it: planning with the intent, tender with the notice, bid statistics with the opening,
awards and tenderers with the result, contract with its announcement. Money in 元, times in Chongqing's zone.
"""

from decimal import Decimal

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from procurement.models import Amendment, Announcement, Award, Bid, Contract, Payment, Project, ProjectPaper, Standing, Tender
from procurement.services import ocds_lots

Kind, Status = ProjectPaper.Kind, Project.Status
CURRENCY = "CNY"
METHODS = {
    Project.Method.INVITED: "selective",
    Project.Method.NEGOTIATION: "selective",
    Project.Method.SINGLE_SOURCE: "direct",
}
TENDER_STATUS = {
    Status.DRAFT: "planned",
    Status.SUBMITTED: "planned",
    Status.APPROVED: "planned",
    Status.NOTICE_PUBLISHED: "active",
    Status.OPENED: "active",
    Status.EVALUATED: "active",
    Status.FAILED: "unsuccessful",
    Status.TERMINATED: "cancelled",
}  # everything later: complete
DOCUMENT_TYPES = {
    Kind.INTENT: "plannedProcurementNotice",
    Kind.SINGLE_SOURCE: "procurementPlan",
    Kind.NOTICE: "tenderNotice",
    Kind.AMENDMENT: "clarifications",
    Kind.RESULT: "awardNotice",
    Kind.TERMINATION: "cancellationDetails",
    Kind.CONTRACT: "contractNotice",
    Kind.ACCEPTANCE: "completionCertificate",
    Kind.COMPLAINT: "complaints",
}
PLACES = {
    Kind.INTENT: "planning",
    Kind.SINGLE_SOURCE: "planning",
    Kind.RESULT: "award",
    Kind.CONTRACT: "contract",
    Kind.ACCEPTANCE: "implementation",
}
CONTRACT_STATUS = {Contract.Status.COMPLETED: "terminated", Contract.Status.TERMINATED: "terminated"}


def head_of(project: Project) -> Project:
    """The project whose code names the contracting process: the first lot of a purchase in lots."""
    return project.package.lots.order_by("lot_number").first() if project.package_id else project


def ocid(project: Project) -> str:
    return f"{settings.OCDS_PREFIX}-{head_of(project).code}"


def body_of(project: Project) -> dict:
    """Everything but id, date and tag. The lots of a purchase make one process: all that are announced are in it."""
    if project.package_id is None:
        return body_alone(project)
    package, head = project.package, head_of(project)
    public = package.lots.filter(Q(pk=project.pk) | Q(papers__isnull=False)).distinct().order_by("lot_number")
    purchase = ocds_lots.Purchase(ocid(project), head.code, package.name, package.award_limit)
    return ocds_lots.joined(purchase, [(str(lot.lot_number), body_alone(lot)) for lot in public.select_related("organisation")])


def body_alone(project: Project) -> dict:
    """What is public of one project, whether or not it is a lot."""
    papers = list(project.papers.select_related("notice").order_by("issued_at", "pk"))
    told = {paper.kind for paper in papers}
    tender = Tender.objects.filter(project=project).first() if project.published_at else None
    documents = documents_of(papers)
    body = {"ocid": f"{settings.OCDS_PREFIX}-{project.code}", "initiationType": "tender", "language": "zh"}
    body["planning"] = planning(project, papers, documents.get("planning", []))
    body["tender"] = tender_block(project, tender, papers, documents.get("tender", []))
    awards = awards_of(tender, documents.get("award", [])) if tender and Kind.RESULT in told else []
    if tender and tender.opened_at and project.method != Project.Method.SINGLE_SOURCE:
        body["bids"] = {"statistics": statistics(tender), **({"details": winning_bids(tender)} if awards else {})}
    if awards:
        body["awards"] = awards
    contract = Contract.objects.filter(project=project).select_related("contractor__organisation", "award").first()
    if contract and contract.announced_at:
        body["contracts"] = [contract_block(project, contract, documents)]
    people = parties(project, tender if awards else None, contract if contract and contract.announced_at else None)
    return {**body, "buyer": reference(people[0]), "parties": people}


def value(amount: Decimal) -> dict:
    return {"amount": int(amount) if amount == int(amount) else float(amount), "currency": CURRENCY}


def moment(at) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")


def day(on) -> str:
    """A day as the moment it begins in Chongqing: OCDS knows moments only."""
    return f"{on.isoformat()}T00:00:00+08:00"


def period(start, end) -> dict:
    return {"startDate": day(start), "endDate": f"{end.isoformat()}T23:59:59+08:00"}


def reference(party: dict) -> dict:
    return {"id": party["id"], "name": party["name"]}


def buyer_party(project: Project) -> dict:
    organisation = project.organisation
    scheme = f"CN-{organisation.code_scheme.upper()}"
    contact = {"name": project.contact_name, "telephone": project.contact_phone}
    return {
        "id": f"{scheme}-{organisation.code}",
        "name": organisation.name,
        "identifier": {"scheme": scheme, "id": organisation.code, "legalName": organisation.name},
        "roles": ["buyer", "procuringEntity", "payer"],
        **({"contactPoint": contact} if project.contact_name else {}),
        **({"address": {"streetAddress": project.contact_address, "countryName": "中国"}} if project.contact_address else {}),
    }


def contractor_id(contractor) -> str:
    return f"CN-USCC-{contractor.uscc}"


def contractor_party(contractor, roles: list[str]) -> dict:
    name = contractor.organisation.name
    party = {"id": contractor_id(contractor), "name": name, "roles": roles}
    party["identifier"] = {"scheme": "CN-USCC", "id": contractor.uscc, "legalName": name}
    return party | ({"address": {"streetAddress": contractor.address, "countryName": "中国"}} if contractor.address else {})


def parties(project: Project, tender: Tender | None, contract: Contract | None) -> list[dict]:
    """The buyer first; tenderers and suppliers once the result is announced; the payee with the contract."""
    roles: dict[int, list[str]] = {}
    found = {}
    for bid in tenderers_of(tender) if tender else ():
        found[bid.contractor_id] = bid.contractor
        roles[bid.contractor_id] = ["tenderer"]
    for award in Award.objects.filter(tender=tender).select_related("contractor__organisation") if tender else ():
        found[award.contractor_id] = award.contractor
        roles.setdefault(award.contractor_id, []).append("supplier")
    if contract:
        found[contract.contractor_id] = contract.contractor
        roles.setdefault(contract.contractor_id, ["supplier"]).append("payee")
    return [buyer_party(project), *(contractor_party(found[pk], sorted(set(roles[pk]))) for pk in sorted(found))]


def documents_of(papers: list[ProjectPaper]) -> dict[str, list[dict]]:
    """Papers and their attachments by the block they belong to."""
    found: dict[str, list[dict]] = {}
    for paper in papers:
        if not paper.notice.is_withdrawn:
            found.setdefault(PLACES.get(paper.kind, "tender"), []).append(document(paper))
    issued = Announcement.objects.filter(paper__in=papers).select_related("project", "paper__notice").prefetch_related("files__file")
    for announcement in issued:
        if not announcement.paper.notice.is_withdrawn:
            place = found.setdefault(PLACES.get(announcement.kind, "tender"), [])
            place.extend(attachment(announcement, row) for row in announcement.files.all())
    return found


def document(paper: ProjectPaper) -> dict:
    return {
        "id": paper.notice.code,
        "documentType": DOCUMENT_TYPES[paper.kind],
        "title": paper.notice.title,
        "description": paper.notice.number,
        "url": f"{settings.SITE_URL}{reverse('public_notice', args=[paper.notice.code])}",
        "datePublished": moment(paper.issued_at),
        "format": "text/html",
        "language": "zh",
    }


def attachment(announcement: Announcement, row) -> dict:
    url = reverse("public_attachment", args=[announcement.project.code, row.pk])
    return {
        "id": f"{announcement.paper.notice.code}-{row.pk}",
        "title": row.label,
        "url": f"{settings.SITE_URL}{url}",
        "datePublished": moment(announcement.paper.issued_at),
        "format": row.file.content_type,
        "language": "zh",
    }


def planning(project: Project, papers: list[ProjectPaper], documents: list[dict]) -> dict:
    """The budget, and what the intent or the single-source notice said of the need."""
    budget = {"id": str(project.fiscal_year), "description": f"{project.fiscal_year} 年度预算", "project": project.name}
    if project.plan_amount is not None:
        budget["amount"] = value(project.plan_amount)
    said = [
        paper.detail.get("overview") or paper.detail.get("reason") for paper in papers if paper.kind in (Kind.INTENT, Kind.SINGLE_SOURCE)
    ]
    said = [text for text in said if text]
    return {"budget": budget, **({"rationale": said[-1]} if said else {}), **listed(documents)}


def listed(documents: list[dict]) -> dict:
    return {"documents": documents} if documents else {}


def items_of(project: Project) -> list[dict]:
    quantity = {"quantity": float(project.quantity), "unit": {"name": project.unit}} if project.quantity is not None else {}
    one = project.items.count() == 1
    return [
        {
            "id": item.code,
            "description": item.name,
            "classification": {"scheme": "CN-CQ-SA", "id": item.code, "description": item.name},
            **(quantity if one else {}),
        }
        for item in project.items.all()
    ]


def tender_block(project: Project, tender: Tender | None, papers: list[ProjectPaper], documents: list[dict]) -> dict:
    """Before the notice no more than that a tender is planned: the rest is still a draft."""
    block = {
        "id": project.code,
        "title": project.name,
        "status": TENDER_STATUS.get(project.status, "complete"),
        "procuringEntity": reference(buyer_party(project)),
        "mainProcurementCategory": "services",
    }
    if tender is None:
        return block
    block |= {
        "description": project.requirement,
        "procurementMethod": METHODS.get(project.method, "open"),
        "procurementMethodDetails": project.get_method_display(),
        "items": items_of(project),
        "value": value(tender.ceiling),
        **(competition(project, tender) if project.method != Project.Method.SINGLE_SOURCE else {}),
        "contractPeriod": period(project.starts_on, project.ends_on),
        **({"eligibilityCriteria": project.qualification} if project.qualification else {}),
        **listed(documents),
    }
    amendments = [amendment(paper) for paper in papers if paper.kind == Kind.AMENDMENT and paper.detail.get("subject") != "result"]
    if amendments:
        block["amendments"] = amendments
    if any(paper.kind == Kind.RESULT for paper in papers):
        block["tenderers"] = [supplier(bid.contractor) for bid in tenderers_of(tender)]
        block["numberOfTenderers"] = len(block["tenderers"])
    return block


def competition(project: Project, tender: Tender) -> dict:
    """How offers come in and are compared; a single source has neither."""
    return {
        "awardCriteria": "ratedCriteria",
        "awardCriteriaDetails": "；".join(f"{factor.name} {factor.weight} 分" for factor in tender.factors),
        "submissionMethod": ["electronicSubmission"],
        "tenderPeriod": {"startDate": moment(project.published_at), "endDate": moment(tender.bid_deadline)},
    }


def tenderers_of(tender: Tender):
    """Those who were ranked; of a single source, the one with whom it was negotiated."""
    if tender.project.method == Project.Method.SINGLE_SOURCE:
        return tender.bids.valid().select_related("contractor__organisation")
    ranked = Standing.objects.filter(bid__tender=tender).values("bid")
    return Bid.objects.filter(pk__in=ranked).select_related("contractor__organisation").order_by("standing__rank", "pk")


def supplier(contractor) -> dict:
    return {"id": contractor_id(contractor), "name": str(contractor)}


def amendment(paper: ProjectPaper) -> dict:
    detail = paper.detail
    changed = "；".join(f"{change['label']}：{change['before']} → {change['after']}" for change in detail.get("changes", []))
    return {
        "id": paper.notice.code,
        "date": moment(paper.issued_at),
        "rationale": detail.get("reason", ""),
        "description": "；".join(filter(None, [changed, detail.get("clarification", "")])),
    }


def statistics(tender: Tender) -> list[dict]:
    """Counts only, and only after the opening. Valid ones once every bid was judged."""
    bids = [bid.status for bid in tender.bids.live()]
    at = moment(tender.opened_at)
    found = [{"id": "bids", "measure": "bids", "value": len(bids), "date": at}]
    if Bid.Status.OPENED not in bids:
        found.append({"id": "validBids", "measure": "validBids", "value": bids.count(Bid.Status.VALID), "date": at})
    return found


def winning_bids(tender: Tender) -> list[dict]:
    """Of the bids whose award was announced, the price that was compared and contracted: the final quote of a consultation (P-44)."""
    return [
        {
            "id": award.bid.receipt,
            "date": moment(award.bid.received_at),
            "status": "valid",
            "tenderers": [supplier(award.contractor)],
            "value": value(award.bid.price),
        }
        for award in announced_awards(tender)
    ]


def announced_awards(tender: Tender):
    told = [paper.detail.get("award") for paper in ProjectPaper.objects.filter(project=tender.project_id, kind=Kind.RESULT)]
    awards = Award.objects.filter(tender=tender, pk__in=[pk for pk in told if pk])
    return awards.select_related("contractor__organisation", "bid").order_by("confirmed_at", "pk")


def awards_of(tender: Tender, documents: list[dict]) -> list[dict]:
    """Awards that were announced. A lapsed one stays, cancelled. What a single source was negotiated at is its value: no marks, no bid."""
    bids = tender.project.method != Project.Method.SINGLE_SOURCE
    return [
        {
            "id": f"{tender.project.code}-{award.pk}",
            "title": tender.project.name,
            "status": "active" if award.status == Award.Status.CONFIRMED else "cancelled",
            "date": moment(award.confirmed_at),
            "value": value(award.amount),
            "suppliers": [supplier(award.contractor)],
            **({"relatedBid": award.bid.receipt} if bids else {}),
            **(listed(documents) if award.status == Award.Status.CONFIRMED else {}),
        }
        for award in announced_awards(tender)
    ]


def contract_block(project: Project, contract: Contract, documents: dict) -> dict:
    block = {
        "id": contract.number,
        "awardID": f"{project.code}-{contract.award_id}",
        "title": f"{project.name}合同",
        "description": contract.scope,
        "status": CONTRACT_STATUS.get(contract.status, "active"),
        "period": period(contract.starts_on, contract.ends_on),
        "value": value(contract.value),
        "items": items_of(project),
        "dateSigned": moment(contract.signed_at),
        **listed(documents.get("contract", [])),
    }
    in_force = contract.amendments.filter(status=Amendment.Status.IN_FORCE).order_by("number")
    changes = [contract_amendment(contract, one) for one in in_force]
    done = implementation(project, contract, documents.get("implementation", []))
    return {**block, **({"amendments": changes} if changes else {}), **({"implementation": done} if done else {})}


def contract_amendment(contract: Contract, one: Amendment) -> dict:
    return {
        "id": f"{contract.number}-{one.number}",
        "date": moment(one.signed_at),
        "rationale": one.get_ground_display(),
        "description": one.content,
    }


def implementation(project: Project, contract: Contract, documents: list[dict]) -> dict:
    """Payments that the treasury made, and the acceptance notices."""
    paid = contract.payments.filter(status=Payment.Status.PAID, amount__gt=0).order_by("paid_on", "pk")
    payee = {"id": contractor_id(contract.contractor), "name": contract.contractor.organisation.name}
    transactions = [
        {
            "id": f"{contract.number}-{payment.pk}",
            "source": "国库集中支付",
            "date": day(payment.paid_on),
            "value": value(payment.amount),
            "payer": reference(buyer_party(project)),
            "payee": payee,
        }
        for payment in paid
    ]
    return {**({"transactions": transactions} if transactions else {}), **listed(documents)}
