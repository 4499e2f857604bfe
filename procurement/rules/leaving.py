"""How a contractor leaves before the end: triggers, prior notice and hearing, what must be settled first, and whom we ask to bar it."""

from collections.abc import Collection, Iterator
from datetime import date

from procurement.rules.contract import EXIT, EXIT_TRIGGERS, NO_CHANGE
from records.policy import Breach, Clause

PENALTY = Clause("政府采购法", "第七十七条")
PENALTY_PERFORMANCE = Clause("政府采购法实施条例", "第七十二条")
POOR = "差"
GROUNDS = {
    "contract": "合同约定的解除情形",
    "public_harm": "继续履行将损害国家利益和社会公共利益",
    "grave": "情节严重、造成恶劣社会影响",
}
ACTS = {
    "false_materials": ("提供虚假材料谋取成交", PENALTY),
    "collusion": ("与采购人或者其他供应商恶意串通", PENALTY),
    "bribery": ("行贿或者提供其他不正当利益", PENALTY),
    "refused_inspection": ("拒绝有关部门监督检查或者提供虚假情况", PENALTY),
    "assignment": ("将合同转包", PENALTY_PERFORMANCE),
    "refused_signing": ("无正当理由拒不签订合同", PENALTY_PERFORMANCE),
    "unilateral": ("擅自变更、中止或者终止合同", PENALTY_PERFORMANCE),
}


def trigger_breaches(ground: str, facts: str, *, has_evidence: bool, agreed: Collection[str]) -> Iterator[Breach]:
    """V-07: a trigger is one of the list, told with facts and evidence; one that the contract does not name needs a reason."""
    if ground not in EXIT_TRIGGERS:
        yield Breach("V-07", EXIT, "请选择退出情形。")
        return
    if len(facts.strip()) < 10:
        yield Breach("V-07", EXIT, "请写明事实（时间、地点、经过，不少于 10 个字）。")
    if not has_evidence:
        yield Breach("V-07", EXIT, f"认定“{EXIT_TRIGGERS[ground]}”须附证据材料。")
    if ground not in agreed:
        yield Breach("V-07", EXIT, f"合同退出条款没有列明“{EXIT_TRIGGERS[ground]}”，请说明依据法律还是合同的哪一条。", binding=False)


def two_poor_years(grades: dict[int, str]) -> tuple[int, int] | None:
    """V-07: the newest two consecutive years graded 差, or None. ``grades``: year → the worst grade of that year with this purchaser."""
    for year in sorted(grades, reverse=True):
        if grades[year] == POOR and grades.get(year - 1) == POOR:
            return year - 1, year
    return None


def ground_breaches(ground: str, facts: str) -> Iterator[Breach]:
    """P-24: no contract ends one-sidedly but on a ground of the law or of the contract."""
    if ground not in GROUNDS:
        yield Breach("P-24", NO_CHANGE, "合同不得擅自终止，请选择法律或者合同规定的终止情形。")
    if len(facts.strip()) < 10:
        yield Breach("P-24", NO_CHANGE, "请写明终止合同的事实和理由（不少于 10 个字）。")


def signed_breaches(*, running: bool) -> Iterator[Breach]:
    """P-24: once signed, a purchase does not end past its contract."""
    if running:
        yield Breach("P-24", NO_CHANGE, "合同已经签订，不能直接终止项目。请按合同办理终止（事先告知、听取意见、决定），项目随合同终止。")


def answer_day_breaches(answer_by: date, *, on: date) -> Iterator[Breach]:
    """V-11: the notice leaves the contractor time to answer. The text names no number of days: any later day will do."""
    if answer_by <= on:
        yield Breach("V-11", EXIT, f"陈述申辩的截止日期 {answer_by} 应晚于今天（{on}）。")


def hearing_breaches(*, notified: bool, answered: bool, waived: bool, minutes: str, answer_by: date | None, on: date) -> Iterator[Breach]:
    """V-11: prior notice, and the contractor heard: minutes of a hearing, its own waiver, or silence past the day it was given."""
    if not notified or answer_by is None:
        yield Breach("V-11", EXIT, "尚未向承接主体发出终止合同的事先告知，不能作出决定。")
        return
    if minutes.strip() or waived:
        return
    if answered:
        yield Breach("V-11", EXIT, "承接主体已提出陈述申辩，请先登记听取意见的记录。")
    elif on <= answer_by:
        yield Breach("V-11", EXIT, f"承接主体可在 {answer_by} 前陈述申辩，期限未满，不能作出决定。")


def settled_breaches(*, open_orders: int) -> Iterator[Breach]:
    """V-10: nobody loses a provider by a termination: open orders are moved, handed on or ended with a reason first."""
    if open_orders:
        yield Breach("V-10", EXIT, f"还有 {open_orders} 张服务单由该承接主体负责，请先启动接管，或者逐张写明原因后结束。")


def proposal_breaches(acts: Collection[str], facts: str, *, evidence: int) -> Iterator[Breach]:
    """P-08: only the finance department bars; what we send it names the act, its clause, the facts and the evidence."""
    if not acts or any(act not in ACTS for act in acts):
        yield Breach("P-08", PENALTY, "请选择违法情形（对应政府采购法第七十七条或者实施条例第七十二条）。")
    if len(facts.strip()) < 10:
        yield Breach("P-08", PENALTY, "请写明事实（不少于 10 个字）。")
    if not evidence:
        yield Breach("P-08", PENALTY, "建议函须附证据清单，请先在“退出情形”登记并上传证据。")
