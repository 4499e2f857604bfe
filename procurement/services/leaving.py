"""Exit triggers (V-07), termination with a hearing (P-24, V-11), the proposal that finance bars the contractor."""

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import audit
from accounts.models import Organisation
from accounts.roles import Role
from contractors.models import Debarment, Performance, Qualification
from procurement.models import Contract, DebarmentProposal, ExitTrigger, Project, Rectification, ServiceOrder, Suspicion, Termination
from procurement.rules import contract as contract_rules
from procurement.rules import leaving as rules
from procurement.rules import project as project_rules
from procurement.services.money import purchaser_district
from procurement.services.papers import spelled
from procurement.services.report import cut_schedule
from procurement.services.takeover_papers import TEMPLATE
from records import clock, messages, notices
from records.disclosure import personal_data_breaches
from records.files import store_upload
from records.models import Notice
from records.refusals import Refused, uphold
from records.workflow import claim, move, touch

Source = ExitTrigger.Source
CALLED_OFF = (Contract.Status.SIGNED, Contract.Status.IN_SERVICE)
FIRM_ROLES = (Role.CONTRACTOR_ADMIN, Role.CONTRACTOR_REPORTER)

# --- triggers -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def raise_trigger(contract_id: int, *, ground: str, facts: str, upload=None, reason: str = "", by) -> ExitTrigger:
    """Write down a ground for leaving, with its evidence. Another person finds it true or not."""
    contract = claim(Contract.objects.select_related("project__organisation"), contract_id)
    found = rules.trigger_breaches(ground, facts, has_evidence=upload is not None, agreed=contract.exit_triggers)
    lifted = uphold(found, reason=reason)
    stored = store_upload(upload, organisation=contract.project.organisation, by=by)
    trigger = ExitTrigger.objects.create(
        contract=contract, ground=ground, facts=facts.strip(), reason=reason.strip(), evidence=stored, raised_by=by
    )
    detail = {"ground": ground, "reason": reason, "lifted": {breach.rule: reason for breach in lifted}}
    audit.record("procurement.exittrigger.raised", trigger, by=by, detail=detail)
    return trigger


@transaction.atomic
def judge_trigger(trigger_id: int, *, version: int, confirmed: bool, decision: str, by) -> ExitTrigger:
    """The chief's finding, in words; never by whoever wrote it down."""
    trigger = claim(ExitTrigger.objects.select_related("contract__project__organisation"), trigger_id, version=version)
    handlers = {"退出情形登记": trigger.raised_by_id}
    uphold(project_rules.other_person_breaches(by.pk, handlers=handlers, act="退出情形认定"))
    if not decision.strip():
        raise Refused.because("V-07", contract_rules.EXIT, "请写明认定意见。")
    trigger.decided_by, trigger.decided_at, trigger.decision = by, clock.now(), decision.strip()
    trigger.save(update_fields=["decided_by", "decided_at", "decision"])
    return move(trigger, ExitTrigger.Status.CONFIRMED if confirmed else ExitTrigger.Status.DISMISSED, by=by, note=decision)


def find_triggers(on: date) -> int:
    """What the data says about every running contract, put on the chief's list once. Returns how many are new."""
    running = Contract.objects.running().select_related("project__organisation", "contractor__organisation")
    return sum(find_of(contract, on) for contract in running.order_by("pk").iterator(chunk_size=200))


def find_of(contract: Contract, on: date) -> int:
    found = [*bans_of(contract, on), *expired_of(contract, on), *grades_of(contract)]
    found += [*map(of_rectification, failed_rectifications(contract)), *map(of_suspicion, confirmed_suspicions(contract))]
    return sum(propose_trigger(contract, *one) for one in found)


@transaction.atomic
def propose_trigger(contract: Contract, source, key: str, ground: str, facts: str) -> bool:
    """Once for each paper: on the chief's list, and in the chief's inbox."""
    values = {"ground": ground, "facts": facts}
    trigger, made = ExitTrigger.objects.get_or_create(contract=contract, source=source, source_key=key, defaults=values)
    if made:
        audit.record("procurement.exittrigger.raised", trigger, by=None, detail={"ground": ground, "source": source})
        url, title = reverse("procurement:trigger_judge", args=[trigger.pk]), f"请认定退出情形：{trigger}"
        chief = (purchaser_district(contract.project.organisation), Role.BUREAU_CHIEF)
        messages.to_role(*chief, title, facts, url=url, key=f"exit-trigger:{trigger.pk}")
    return made


def bans_of(contract: Contract, on: date):
    for ban in Debarment.objects.filter(contractor=contract.contractor_id).in_force(on):
        facts = f"承接主体自 {ban.starts_on} 至 {ban.ends_on} 被禁止参加政府采购（{ban.decision_no}）。"
        yield Source.BAN, str(ban.pk), "lost_qualification", facts


def expired_of(contract: Contract, on: date):
    wanted = getattr(contract.award.tender, "required_qualifications", [])
    for kind in wanted:
        rows = Qualification.objects.filter(contractor=contract.contractor_id, kind=kind)
        newest = max((row.valid_until for row in rows if row.valid_until), default=None)
        if newest and newest < on and not rows.filter(valid_until=None).exists():
            yield Source.QUALIFICATION, f"{kind}:{newest}", "lost_qualification", f"采购要求的“{kind}”已于 {newest} 到期，没有续期记录。"


def grades_of(contract: Contract):
    rows = Performance.objects.filter(contractor=contract.contractor_id, purchaser=contract.project.organisation)
    grades: dict[int, str] = {}
    for row in rows.order_by("year", "score"):
        grades.setdefault(row.year, row.grade)
    years = rules.two_poor_years(grades)
    if years:
        yield Source.GRADES, f"{years[0]}-{years[1]}", "two_poor", f"{years[0]}、{years[1]} 年绩效评价均为“差”。"


def failed_rectifications(contract: Contract):
    return contract.rectifications.filter(status=Rectification.Status.EXIT_REVIEW).select_related("contract").order_by("pk")


def of_rectification(row: Rectification) -> tuple:
    return Source.RECTIFICATION, str(row.pk), "breach", f"{row}：两次复查未通过，已提请退出审查。"


def confirmed_suspicions(contract: Contract):
    return contract.suspicions.filter(status=Suspicion.Status.CONFIRMED).order_by("pk")


def of_suspicion(row: Suspicion) -> tuple:
    return Source.SUSPICION, str(row.pk), "assignment", f"{row.get_sign_display()}：{row.facts}认定意见：{row.outcome}"


# --- termination ----------------------------------------------------------------------------------------------------------


def notify_breaches(contract: Contract, ground: str, facts: str, answer_by: date) -> list:
    found = [*rules.ground_breaches(ground, facts), *rules.answer_day_breaches(answer_by, on=clock.today())]
    if contract.status not in CALLED_OFF:
        message = f"合同现为“{contract.get_status_display()}”，不能办理终止。"
        found.append(rules.Breach("P-24", rules.NO_CHANGE, message))
    return found


@transaction.atomic
def notify_termination(contract_id: int, *, ground: str, facts: str, answer_by: date, trigger=None, by) -> Termination:
    """事先告知: the contractor learns the ground, the facts and until when it may answer (V-11)."""
    contract = claim(Contract.objects.select_related("project__organisation", "contractor__organisation"), contract_id)
    uphold(notify_breaches(contract, ground, facts, answer_by))
    values = {"ground": ground, "facts": facts.strip(), "answer_by": answer_by, "trigger": trigger}
    try:
        with transaction.atomic():
            row = Termination.objects.create(contract=contract, notified_by=by, **values)
    except IntegrityError:
        raise Refused.because("V-11", contract_rules.EXIT, "该合同已有办理中的终止程序。") from None
    sections = [
        ("一、拟终止的合同", [f"{contract.number} {contract.project.name}"]),
        ("二、事实和理由", [facts.strip()]),
        ("三、依据", [f"{row.get_ground_display()}（{rules.NO_CHANGE}）"]),
        ("四、你单位的权利", [f"可在{spelled(answer_by)}前陈述、申辩或者要求当面听取意见；逾期未提出的，视为放弃。"]),
    ]
    row.prior_notice = issue(contract, "termination_prior", "终止合同事先告知书", sections, by)
    row.save(update_fields=["prior_notice"])
    audit.record("procurement.termination.notified", row, by=by, detail={"ground": ground, "until": answer_by})
    url = reverse("procurement:termination_detail", args=[row.pk])
    for role in FIRM_ROLES:
        messages.to_role(contract.contractor.organisation, role, "终止合同事先告知书", facts, url=url, key=f"termination:{row.pk}:{role}")
    return row


def issue(contract: Contract, kind: str, title: str, sections: list, by, *, to=None) -> Notice:
    """``to``: whom it is addressed to, the contractor when nobody else is named."""
    organisation = contract.project.organisation
    return notices.issue(
        f"procurement.{kind}",
        organisation=organisation,
        title=title,
        template=TEMPLATE,
        context={"title": title, "organisation": str(organisation), "to": str(to or contract.contractor), "sections": sections},
        by=by,
        number_prefix=f"{organisation.label}合"[:30],
    )


@transaction.atomic
def answer_termination(termination_id: int, *, version: int, statement: str, waived: bool, by) -> Termination:
    """The contractor's own word: its statement, or that it waives one."""
    row = claim(Termination, termination_id, version=version)
    if row.status != Termination.Status.NOTIFIED or row.answered_at:
        raise Refused.because("V-11", contract_rules.EXIT, "陈述申辩已经提交或者程序已经结束。")
    if not statement.strip() and not waived:
        raise Refused.because("V-11", contract_rules.EXIT, "请填写陈述申辩的内容，或者选择放弃。")
    row.statement, row.waived, row.answered_by, row.answered_at = statement.strip(), waived and not statement.strip(), by, clock.now()
    touch(row)
    row.save(update_fields=["statement", "waived", "answered_by", "answered_at", "version"])
    audit.record("procurement.termination.answered", row, by=by, detail={"waived": row.waived})
    return row


@transaction.atomic
def record_hearing(termination_id: int, *, version: int, heard_on: date, minutes: str, by) -> Termination:
    row = claim(Termination.objects.select_related("contract__project__organisation"), termination_id, version=version)
    if not minutes.strip():
        raise Refused.because("V-11", contract_rules.EXIT, "请填写听取意见的记录（时间、参加人、各方意见）。")
    if heard_on > clock.today():
        raise Refused.because("V-11", contract_rules.EXIT, f"听取意见的日期 {heard_on} 还没有到。")
    row.heard_on, row.minutes, row.heard_by = heard_on, minutes.strip(), by
    row.save(update_fields=["heard_on", "minutes", "heard_by"])
    return move(row, Termination.Status.HEARD, by=by)


def open_orders(contract: Contract) -> int:
    """Orders for which the contractor itself still answers."""
    return ServiceOrder.objects.open().filter(contract=contract, provider=contract.contractor_id).count()


def decision_breaches(row: Termination) -> list:
    heard = rules.hearing_breaches(
        notified=row.prior_notice_id is not None,
        answered=bool(row.statement),
        waived=row.waived,
        minutes=row.minutes,
        answer_by=row.answer_by,
        on=clock.today(),
    )
    return [*heard, *rules.settled_breaches(open_orders=open_orders(row.contract))]


@transaction.atomic
def decide_termination(termination_id: int, *, version: int, terminate: bool, decision: str, by) -> Termination:
    """The chief ends the contract, or lets it stand. Raises Refused without notice, hearing, or with orders still open (V-10, V-11)."""
    row = claim(Termination.objects.select_related("contract__project__organisation"), termination_id, version=version)
    contract = claim(Contract.objects.select_related("project__organisation", "contractor__organisation"), row.contract_id)
    row.contract = contract
    uphold(project_rules.other_person_breaches(by.pk, handlers={"终止告知": row.notified_by_id}, act="终止决定"))
    if not decision.strip():
        raise Refused.because("V-11", contract_rules.EXIT, "请写明决定的内容和理由。")
    if terminate:
        uphold([*decision_breaches(row), *personal_data_breaches(decision.splitlines())])  # the public page tells why the project ended
        row.decision_notice = issue(contract, "termination_decision", "终止合同通知书", decision_sections(row, decision), by)
    row.decision, row.decided_by, row.decided_at = decision.strip(), by, clock.now()
    row.save(update_fields=["decision", "decided_by", "decided_at", "decision_notice"])
    move(row, Termination.Status.DECIDED if terminate else Termination.Status.DROPPED, by=by, note=decision)
    if terminate:
        contract.terminated_on = clock.today()
        contract.save(update_fields=["terminated_on"])
        move(contract, Contract.Status.TERMINATED, by=by, note=decision)
        cut_schedule(contract, contract.terminated_on)
        end_project(contract, decision, by)
    return row


def end_project(contract: Contract, decision: str, by) -> None:
    project = claim(Project, contract.project_id)
    if Project.Status.TERMINATED in Project.TRANSITIONS[Project.Status(project.status)]:
        project.closing_reason = f"合同终止：{decision.strip()}"
        project.save(update_fields=["closing_reason"])
        move(project, Project.Status.TERMINATED, by=by, note=contract.number)


def decision_sections(row: Termination, decision: str) -> list:
    contract = row.contract
    heard = f"{spelled(row.heard_on)}听取了意见" if row.heard_on else "你单位在规定期限内未提出或者放弃陈述申辩"
    owed = contract.accepted_amount - contract.paid_amount
    return [
        ("一、决定", [f"终止合同 {contract.number}（{contract.project.name}）。", decision.strip()]),
        ("二、依据", [f"{row.get_ground_display()}（{rules.NO_CHANGE}）", f"事先告知书 {row.prior_notice.number}；{heard}。"]),
        ("三、结算", [f"已验收 {contract.accepted_amount:,.2f} 元，已支付 {contract.paid_amount:,.2f} 元，待结算 {owed:,.2f} 元。"]),
        ("四、救济", ["对本决定不服的，可以依法按照合同约定的争议解决方式处理。"]),
    ]


# --- proposal to finance --------------------------------------------------------------------------------------------------


def finance_of(contract: Contract) -> Organisation | None:
    path = purchaser_district(contract.project.organisation).path
    departments = Organisation.objects.filter(path__startswith=path, kind=Organisation.Kind.DEPARTMENT)
    return departments.filter(function=Organisation.Function.FINANCE).first()


@transaction.atomic
def propose_debarment(contract_id: int, *, acts: Iterable[str], facts: str, by) -> DebarmentProposal:
    """The letter to the finance department with facts, clauses and the list of evidence. We bar nobody."""
    contract = claim(Contract.objects.select_related("project__organisation", "contractor__organisation"), contract_id)
    confirmed = list(
        contract.exit_triggers_found.filter(status=ExitTrigger.Status.CONFIRMED, evidence__isnull=False).select_related("evidence")
    )
    acts = sorted(set(acts))
    uphold(rules.proposal_breaches(acts, facts, evidence=len(confirmed)))
    finance = finance_of(contract)
    if finance is None:
        raise Refused.because("P-08", rules.PENALTY, "组织中没有本区县财政部门，请先在“组织”登记。")
    if contract.debarment_proposals.filter(status=DebarmentProposal.Status.SENT).exists():
        raise Refused.because("P-08", rules.PENALTY, "建议函已送财政部门，正等待答复。")
    sections = proposal_sections(contract, acts, facts, confirmed)
    notice = issue(contract, "debarment_proposal", "关于建议依法处理供应商的函", sections, by, to=finance)
    row = DebarmentProposal.objects.create(
        contract=contract, acts=acts, facts=facts.strip(), addressee=finance, notice=notice, proposed_by=by
    )
    row.triggers.set(confirmed)
    audit.record("procurement.debarmentproposal.sent", row, by=by, detail={"acts": acts, "evidence": len(confirmed)})
    return row


def proposal_sections(contract: Contract, acts, facts: str, confirmed) -> list:
    grounds = [f"{rules.ACTS[act][0]}（{rules.ACTS[act][1]}）" for act in acts]
    evidence = [f"{number}. {one.evidence.name}\nSHA-256 {one.evidence.sha256}" for number, one in enumerate(confirmed, start=1)]
    return [
        ("一、供应商", [str(contract.contractor), f"统一社会信用代码：{contract.contractor.uscc}"]),
        ("二、采购项目", [f"{contract.project.name}（{contract.project.code}），合同 {contract.number}，金额 {contract.amount:,.2f} 元"]),
        ("三、事实", [facts.strip(), *(f"{one.get_ground_display()}：{one.facts}" for one in confirmed)]),
        ("四、涉嫌违反的规定", grounds),
        ("五、证据清单", evidence),
        ("六、建议", ["请依法调查处理。是否列入不良行为记录、禁止参加政府采购及期限，由财政部门决定；我单位依决定执行。"]),
    ]


@transaction.atomic
def record_answer(proposal_id: int, *, version: int, answer: str, answered_on: date, by) -> DebarmentProposal:
    row = claim(DebarmentProposal, proposal_id, version=version)
    if not answer.strip():
        raise Refused.because("P-08", rules.PENALTY, "请填写财政部门答复的内容和文号。")
    row.answer, row.answered_on = answer.strip(), answered_on
    row.save(update_fields=["answer", "answered_on"])
    return move(row, DebarmentProposal.Status.ANSWERED, by=by, note=answer)
