"""What happens at the counter: who asks, with which papers, and what the clerk must answer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from records.policy import Breach, Clause

FIRST_CONTACT = Clause("渝民发〔2018〕4号", "三（一）")
ACCEPT = Clause("重庆市城乡居民最低生活保障条例", "第十七条")
ONE_NOTICE = Clause("民发〔2021〕57号", "第十条")
SHAREABLE = Clause("社会救助法", "第六十二条")
REMEDIES = Clause("社会救助法", "第七十六条")
PROXY = Clause("民发〔2021〕57号", "第六条")
NEAR_RELATIVE = Clause("民发〔2021〕57号", "第十一条")

REASON_MINIMUM = 8  # characters; our default: “不符合” alone tells nobody anything (W-16 asks for reasons)


class Need(StrEnum):
    """Who has to bring a material."""

    REQUIRED = "REQUIRED"
    IF_APPLICABLE = "IF_APPLICABLE"
    SHAREABLE = "SHAREABLE"


class Brought(StrEnum):
    """What the clerk ticked for a material."""

    BROUGHT = "BROUGHT"
    MISSING = "MISSING"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    LATER = "LATER"


@dataclass(frozen=True, slots=True)
class Paper:
    """One material of the list with the clerk's tick."""

    code: str
    name: str
    need: Need
    state: Brought


def missing(papers: Iterable[Paper]) -> list[Paper]:
    """W-04: everything still to be brought, in list order. Shareable materials are never missing (W-07)."""
    return [paper for paper in papers if paper.need is not Need.SHAREABLE and paper.state is Brought.MISSING]


def demand_breaches(papers: Iterable[Paper]) -> Iterator[Breach]:
    """W-07: what a check or a government platform can supply may not be asked for."""
    for paper in papers:
        if paper.need is Need.SHAREABLE and paper.state is not Brought.NOT_APPLICABLE:
            yield Breach("W-07", SHAREABLE, f"“{paper.name}”可通过核对或政务平台取得，不得要求申请人提供。")


def tick_breaches(papers: Iterable[Paper], *, urgent: bool) -> Iterator[Breach]:
    """W-06: a paper that the list requires is brought or it is missing; no third answer makes an incomplete application complete.

    Only an emergency lets papers follow (TA-1). W-07: a shareable one is never asked for, whatever was ticked.
    """
    papers = list(papers)
    yield from demand_breaches(papers)
    for paper in papers:
        if paper.need is Need.REQUIRED and paper.state is Brought.NOT_APPLICABLE:
            yield Breach("W-06", ACCEPT, f"“{paper.name}”是必须提供的材料，只能登记为已收（验）或待补，不能登记为不适用。")
        if paper.state is Brought.LATER and paper.need is not Need.SHAREABLE and not urgent:
            yield Breach("W-06", ACCEPT, f"“{paper.name}”不能容缺后补：只有急难型救助可以先办理、后补材料。")


def acceptance_breaches(papers: Iterable[Paper], *, urgent: bool) -> Iterator[Breach]:
    """W-06, TA-1: complete ⇒ accept; incomplete ⇒ one-time notice first; in an emergency papers may follow."""
    lacking = missing(papers)
    if lacking and not urgent:
        names = "、".join(paper.name for paper in lacking)
        yield Breach("W-06", ACCEPT, f"材料不齐，还缺：{names}。请出具一次性告知书，补齐后再受理。")


def one_time_notice_breaches(papers: Iterable[Paper], *, earlier_notices: int, reason: str) -> Iterator[Breach]:
    """W-04: one written list of everything missing. A second list counts against the window and needs a reason."""
    papers = list(papers)
    yield from demand_breaches(papers)
    if not missing(papers):
        yield Breach("W-06", ACCEPT, "材料已齐，应当受理并出具受理通知书，不能再出具一次性告知书。")
    if earlier_notices and not reason.strip():
        yield Breach(
            "W-04",
            ONE_NOTICE,
            f"该申请已出具过 {earlier_notices} 次一次性告知书。再次告知须写明为何未一次告知，并计入窗口质量。",
            binding=False,
        )


def refusal_breaches(*, complete: bool, reason: str) -> Iterator[Breach]:
    """W-06, W-16: no silent and no unreasoned refusal; a complete application is accepted and then decided."""
    if complete:
        yield Breach("W-06", ACCEPT, "材料齐全的申请应当受理。是否符合条件，由受理后的调查核对和审核确认决定。")
    if len(reason.strip()) < REASON_MINIMUM:
        yield Breach("W-16", REMEDIES, f"不予受理须书面写明理由（不少于 {REASON_MINIMUM} 个字），现有 {len(reason.strip())} 个字。")


def remedies() -> str:
    """W-16: what every negative paper must say."""
    return "如不服本决定，可以自收到之日起六十日内依法申请行政复议，或者自收到之日起六个月内依法提起行政诉讼。"


def proxy_breaches(*, by_proxy: bool, agent: str, mandate: bool) -> Iterator[Breach]:
    """W-09: somebody else may apply with a mandate (委托手续)."""
    if by_proxy and not agent.strip():
        yield Breach("W-09", PROXY, "代为申请须登记代办人姓名。")
    if by_proxy and not mandate:
        yield Breach("W-09", PROXY, "代为申请须查验委托手续：请确认委托书已收，或由申请人本人办理。")


def near_relative_breaches(*, near_relative: bool, relation: str) -> Iterator[Breach]:
    """W-13: near relatives of staff or village cadres are registered separately, with the relation."""
    if near_relative and not relation.strip():
        yield Breach("W-13", NEAR_RELATIVE, "与经办人员或村（居）干部有近亲属关系的，须登记关系（例：某村主任之母）。")


def village_breaches(*, village: str, within: bool) -> Iterator[Breach]:
    """W-09: the village committee helps those who live in it; it must be one of the township that takes the application."""
    if not within:
        yield Breach("W-09", PROXY, f"{village}不属于受理的乡镇（街道），请选择本乡镇（街道）的村（社区）。")


def duplicate_breaches(*, open_case: str | None) -> Iterator[Breach]:
    """One person, one programme, one open case: the existing one is shown instead of a second."""
    if open_case:
        yield Breach("W-03", FIRST_CONTACT, f"该人同一事项已有在办申请（{open_case}），请在原申请上继续办理，不再重复登记。")
