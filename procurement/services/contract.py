"""From the award to the first day of service. Handler, reviewer and the contractor's signer are three people (P-65)."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import audit
from contractors import reports as contractor_reports
from contractors import rules as contractor_rules
from procurement.models import Award, CatalogueItem, Contract, PaymentTerms, Project, ProjectPaper, TakeoverPlan
from procurement.rules import contract as rules
from procurement.rules import deadlines as limits
from procurement.rules import money
from procurement.rules import project as project_rules
from procurement.services import deadlines, duties, years
from procurement.services.challenge import suspension_breaches
from procurement.services.closing import accept_project
from procurement.services.money import purchaser_district
from procurement.services.notice_text import numbered, project_lines
from procurement.services.papers import contact_of, extras_of, is_withdrawn, paper, spelled
from procurement.services.report import schedule_reports
from procurement.services.results import result_breaches
from procurement.services.security import performance_breaches
from procurement.services.terms import change_terms, ensure_schedule, reschedule, terms_breaches
from records import clock
from records.policy import Breach
from records.refusals import MissingCalendar, Refused, uphold
from records.values import policy_value
from records.workflow import claim, move, touch

Status = Contract.Status
TERMS = frozenset(
    {
        "starts_on",
        "ends_on",
        "scope",
        "quantity_terms",
        "quality_terms",
        "price_terms",
        "settlement",
        "rights_duties",
        "liability",
        "exit_triggers",
        "exit_clause",
        "report_due_workdays",
    }
)
PLAN = frozenset({"substitute", "contact_name", "contact_phone", "activation_hours", "funding_line", "handover_items"})
CARE = frozenset({"B1", "B3"})  # items where nobody may wait a day: the shorter takeover limit


@transaction.atomic
def draft_contract(award_id: int, *, by) -> Contract:
    """The contract of an award, filled from the project. A second call returns the first one; the next candidate takes it over (P-59)."""
    award = Award.objects.select_related("contractor", "tender__project__organisation").get(pk=award_id)
    project = claim(Project, award.tender.project_id)
    existing = Contract.objects.filter(project=project).first()
    if existing and existing.award_id == award.pk:
        return existing
    uphold(result_breaches(award))
    if existing:
        return hand_to_next(existing, award, by)
    if project.status != Project.Status.AWARDED:
        message = f"项目现为“{project.get_status_display()}”，确定成交后方可起草合同。"
        raise Refused.because("F-09", money.BUDGET_LAW, message)
    uphold(money.chain_breaches(None, project.plan_amount, project.ceiling, award.amount))
    contract = Contract.objects.create(
        project=project,
        award=award,
        contractor=award.contractor,
        number=f"HT-{project.code.removeprefix('SQ-')}",
        amount=award.amount,
        drafted_by=by,
        **first_terms(project, award),
    )
    TakeoverPlan.objects.create(contract=contract)
    reschedule(contract)
    audit.record("procurement.contract.drafted", contract, by=by, detail={"amount": award.amount, "contractor": str(award.contractor)})
    return contract


def hand_to_next(contract: Contract, award, by) -> Contract:
    """The winner would not sign: the same paper goes back to draft for the next candidate. A signed contract never changes hands."""
    if contract.award.status != Award.Status.LAPSED or contract.signed_at:
        raise Refused.because("P-59", rules.SIGNING, f"合同 {contract.number} 仍属于{contract.contractor}，不能改由他人签订。")
    contract.award, contract.contractor, contract.amount = award, award.contractor, award.amount
    contract.price_terms = first_terms(contract.project, award)["price_terms"]
    contract.drafted_by, contract.reviewed_by, contract.reviewed_at = by, None, None
    contract.save(update_fields=["award", "contractor", "amount", "price_terms", "drafted_by", "reviewed_by", "reviewed_at"])
    PaymentTerms.objects.filter(contract=contract).update(payee_bank="", payee_account="")  # the next party B names its own (P-63)
    reschedule(contract)
    audit.record("procurement.contract.handed_on", contract, by=by, detail={"contractor": str(award.contractor), "amount": award.amount})
    return contract if contract.status == Status.DRAFT else move(contract, Status.DRAFT, by=by, note="原成交供应商未签订合同")


def first_terms(project: Project, award) -> dict:
    """What the project already says about the contract."""
    standards = "\n".join(f"{s.name}：{s.target}（{s.measure}）" for s in project.standards.all())
    return {
        "starts_on": project.starts_on,
        "ends_on": project.ends_on,
        "scope": project.requirement,
        "quantity_terms": f"{project.quantity.normalize():f} {project.unit}",
        "quality_terms": standards,
        "price_terms": f"合同总价 {award.amount:,.2f} 元（含税），履行期内不作调整。",
        "exit_triggers": sorted(rules.LEAST_TRIGGERS),
    }


@transaction.atomic
def edit_contract(contract_id: int, *, version: int, by, plan: dict | None = None, payment: dict | None = None, **terms) -> Contract:
    """Change a draft's terms, those of payment too; the takeover plan until service starts. The amount is the award's (F-09)."""
    unknown = (set(terms) - TERMS) | (set(plan or {}) - PLAN)
    if unknown:
        raise TypeError(f"not editable: {sorted(unknown)}")
    contract = claim(Contract, contract_id, version=version)
    if contract.status not in (Status.DRAFT, Status.SIGNED) or ((terms or payment) and contract.status == Status.SIGNED):
        raise Refused.because("P-24", rules.NO_CHANGE, f"合同现为“{contract.get_status_display()}”，不能修改。")
    for name, value in terms.items():
        setattr(contract, name, value)
    touch(contract)
    contract.save(update_fields=[*terms, "version"])
    if plan:
        TakeoverPlan.objects.update_or_create(contract=contract, defaults=plan)
    if payment:
        change_terms(contract, payment)
    if contract.status == Status.DRAFT:
        reschedule(contract)
    detail = {"terms": sorted(terms), "plan": sorted(plan or {}), "payment": sorted(payment or {})}
    audit.record("procurement.contract.edited", contract, by=by, detail=detail)
    return contract


def content_breaches(contract: Contract) -> list[Breach]:
    """Before review and again before signing: content, term, exit, amount."""
    project = contract.project
    return [
        *result_breaches(contract.award),
        *suspension_breaches(contract.award.tender),
        *rules.award_breaches(in_force=contract.award.status == Award.Status.CONFIRMED, contractor=str(contract.contractor)),
        *rules.content_breaches({name: getattr(contract, name) for name in rules.REQUIRED_CONTENT}),
        *project_rules.term_breaches(contract.starts_on, contract.ends_on, project.multi_year),
        *rules.exit_breaches(contract.exit_triggers, contract.exit_clause),
        *terms_breaches(contract),
        *money.chain_breaches(None, project.plan_amount, project.ceiling, contract.award.amount, contract.amount),
        *years.contract_breaches(contract),
    ]


@transaction.atomic
def submit_contract(contract_id: int, *, version: int, by) -> Contract:
    contract = claim(Contract, contract_id, version=version)
    uphold(content_breaches(contract))
    return move(contract, Status.UNDER_REVIEW, by=by)


def reviewer_breaches(contract: Contract, person) -> list[Breach]:
    """P-65: not who drafted the contract, nor who ever changed or submitted it, whatever post he holds by now."""
    handlers = {"合同起草": contract.drafted_by_id, "合同修改或送审": person.pk if duties.wrote(contract, person) else None}
    return list(project_rules.other_person_breaches(person.pk, handlers=handlers, act="合同审查"))


@transaction.atomic
def approve_contract(contract_id: int, *, version: int, by, note: str = "") -> Contract:
    """The purchaser's review and signature; another person than the handler."""
    contract = claim(Contract, contract_id, version=version)
    uphold(reviewer_breaches(contract, by))
    uphold(content_breaches(contract))
    contract.reviewed_by, contract.reviewed_at = by, clock.now()
    contract.save(update_fields=["reviewed_by", "reviewed_at"])
    return move(contract, Status.APPROVED, by=by, note=note)


@transaction.atomic
def return_contract(contract_id: int, *, version: int, by, note: str) -> Contract:
    contract = claim(Contract, contract_id, version=version)
    if not note.strip():
        raise Refused.because("P-65", project_rules.DUTIES, "退回须写明原因。")
    contract.reviewed_by, contract.reviewed_at = None, None
    contract.save(update_fields=["reviewed_by", "reviewed_at"])
    return move(contract, Status.DRAFT, by=by, note=note)


def signing_breaches(contract: Contract, on: date) -> list[Breach]:
    """T-14 from the day of the award letter, and P-08: nobody signs while shut out. The calendar is asked only when it could matter."""
    awarded_on = contract.award.told_on
    roll = on > awarded_on + timedelta(days=limits.SIGNING.n)
    last_day = deadlines.end_of(limits.SIGNING, awarded_on, roll=roll)
    bans = contractor_reports.profile(contract.contractor, on=on).bans
    late = rules.signing_breaches(awarded_on=awarded_on, on=on, last_day=last_day)
    return [*contractor_rules.ban_breaches(bans, on=on), *late]


@transaction.atomic
def sign_contract(contract_id: int, *, version: int, by, reason: str = "") -> Contract:
    """The contractor's signature: from here on the contract binds. Late signing asks for a reason (T-14)."""
    contract = claim(Contract, contract_id, version=version)
    uphold(content_breaches(contract))
    lifted = uphold(signing_breaches(contract, clock.today()), reason=reason)
    contract.signed_by, contract.signed_at = by, clock.now()
    contract.save(update_fields=["signed_by", "signed_at"])
    ensure_schedule(contract)
    move(contract, Status.SIGNED, by=by, note=reason, detail={"lifted": [breach.rule for breach in lifted]})
    move(claim(Project, contract.project_id), Project.Status.CONTRACTED, by=by, note=contract.number)
    return contract


def announcement_due(contract: Contract) -> date | None:
    """T-15: two working days from signing; None before it."""
    if not contract.signed_at:
        return None
    return deadlines.end_of(limits.CONTRACT_NOTICE, timezone.localtime(contract.signed_at).date())


def known_announcement_due(contract: Contract) -> date | None:
    """T-15, or None while that year's calendar is not published: an announcement never waits for a calendar."""
    try:
        return announcement_due(contract)
    except MissingCalendar:
        return None


@transaction.atomic
def announce_contract(contract_id: int, *, version: int, by) -> Contract:
    """合同公告 (T-15) with the fields a notice must have. Once, and anew after it was withdrawn."""
    contract = claim(Contract, contract_id, version=version)
    if not may_announce(contract):
        raise Refused.because("T-15", rules.ANNOUNCEMENT, f"合同现为“{contract.get_status_display()}”，不需要（再次）公告。")
    contract.announced_at = clock.now()
    touch(contract)
    contract.save(update_fields=["announced_at", "version"])
    project, content = contract.project, {"sections": announcement_sections(contract)}
    paper(project, ProjectPaper.Kind.CONTRACT, f"{project.name}合同公告", content, by, contract=contract.number)
    audit.record("procurement.contract.announced", contract, by=by, detail={"due": known_announcement_due(contract)})
    return contract


def may_announce(contract: Contract) -> bool:
    if contract.announced_at is None:
        return contract.status == Status.SIGNED
    return is_withdrawn(contract.project, ProjectPaper.Kind.CONTRACT)


def is_announced(contract: Contract) -> bool:
    """T-15, with an announcement that stands."""
    return contract.announced_at is not None and not is_withdrawn(contract.project, ProjectPaper.Kind.CONTRACT)


def announcement_sections(contract: Contract) -> list:
    project, values = contract.project, extras_of(contract.project, ProjectPaper.Kind.CONTRACT)
    contractor, unit = contract.contractor, project.quantity
    price = [f"单价：{contract.amount / unit:,.2f} 元/{project.unit}"] if unit else []
    return numbered([
        ("合同编号与名称", [f"合同编号：{contract.number}", f"合同名称：{project.name}合同", *project_lines(project)]),
        ("合同主体", [
            f"采购人（甲方）：{project.organisation}", contact_of(project),
            f"供应商（乙方）：{contractor}；地址：{contractor.address or '见登记证书'}；联系方式：{contractor.phone or '见登记证书'}",
        ]),
        ("合同主要信息", [
            f"主要标的名称：{project.name}", f"服务要求：{contract.scope}", f"数量：{contract.quantity_terms}", *price,
            f"合同金额：{contract.amount:,.2f} 元",
            f"履约期限：{spelled(contract.starts_on)}至{spelled(contract.ends_on)}",
            f"履约地点：{values.get('place') or '采购文件约定的地点'}", f"采购方式：{project.get_method_display()}",
        ]),
        ("合同签订日期", [spelled(timezone.localtime(contract.signed_at).date())]),
        ("合同公告日期", [spelled(clock.today())]),
        ("其他补充事宜", [values.get("other") or "无"]),
    ])  # fmt: skip


def takeover_of(contract: Contract) -> rules.Takeover | None:
    plan = TakeoverPlan.objects.filter(contract=contract).first()
    if plan is None:
        return None
    return rules.Takeover(
        plan.substitute, plan.contact_name, plan.contact_phone, plan.activation_hours, plan.funding_line_id is not None, plan.handover_items
    )


def takeover_limit(contract: Contract):
    """Hours within which a takeover must be running: shorter where people are cared for. None while unset."""
    care = CatalogueItem.objects.filter(projects=contract.project, code__in=CARE).exists()
    code = "takeover_hours_care" if care else "takeover_hours"
    value = policy_value(code, purchaser_district(contract.project.organisation), clock.today())
    return value.value if value else None


def start_breaches(contract: Contract, on: date) -> list[Breach]:
    """V-08 and T-15 before the first day of service."""
    return [
        *performance_breaches(contract),
        *rules.takeover_breaches(takeover_of(contract), limit_hours=takeover_limit(contract)),
        *rules.start_breaches(announced=is_announced(contract), starts_on=contract.starts_on, on=on),
    ]


@transaction.atomic
def start_service(contract_id: int, *, version: int, by) -> Contract:
    """Service begins: the reports of the whole term are scheduled, the project moves to supervision."""
    contract = claim(Contract, contract_id, version=version)
    uphold(start_breaches(contract, clock.today()))
    contract.started_at = clock.now()
    contract.save(update_fields=["started_at"])
    move(contract, Status.IN_SERVICE, by=by)
    move(claim(Project, contract.project_id), Project.Status.IN_SERVICE, by=by, note=contract.number)
    schedule_reports(contract)
    return contract


def completion_breaches(contract: Contract, on: date) -> list[Breach]:
    owed = contract.reports.exclude(status="accepted").order_by("period_start")
    return list(rules.completion_breaches(ends_on=contract.ends_on, on=on, owed=[str(report.period_start) for report in owed]))


@transaction.atomic
def complete_contract(contract_id: int, *, version: int, by) -> Contract:
    """The term is over and everything owed was accepted: the contract is performed, and the project too once all periods are accepted."""
    contract = claim(Contract, contract_id, version=version)
    uphold(completion_breaches(contract, clock.today()))
    move(contract, Status.COMPLETED, by=by)
    accept_project(contract, by=by)
    return contract
