"""Who may take part in this one purchase: earlier advisers, partners of a consortium, small business. Rule ids: docs/rules.md."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from records.policy import Breach, Clause
from records.refusals import HOUSE

ADVISERS = Clause("政府采购法实施条例", "第十八条")
CONSORTIUM = Clause("政府采购法", "第二十四条")
MEMBERS = Clause(HOUSE, "联合体成员数")
PARTNERS = Clause("政府采购法实施条例", "第二十二条")
SET_ASIDE = Clause("财库〔2020〕46号", "")

ADVICE = {
    "DESIGN": "整体设计",
    "SPECIFICATION": "规范编制",
    "MANAGEMENT": "项目管理",
    "SUPERVISION": "监理",
    "TESTING": "检测",
}
MOST_PARTNERS = 5
NONE, WHOLE, PART = "none", "whole", "part"


@dataclass(frozen=True, slots=True)
class Adviser:
    """Who did what for this purchase before it was announced."""

    uscc: str
    name: str
    kind: str  # a key of ADVICE


def adviser_breaches(uscc: str, advisers: Iterable[Adviser], *, method: str) -> Iterator[Breach]:
    """P-11: whoever designed, wrote up, managed, supervised or tested does not bid, except where only one supplier exists."""
    if method == "SINGLE_SOURCE":
        return
    for adviser in advisers:
        if adviser.uscc == uscc:
            yield Breach("P-11", ADVISERS, f"“{adviser.name}”为本项目提供过{ADVICE[adviser.kind]}服务，不得再参加本项目的采购活动。")


@dataclass(frozen=True, slots=True)
class Partner:
    uscc: str
    name: str


def consortium_breaches(lead: Partner, partners: Iterable[Partner], *, accepted: bool, agreement: bool) -> Iterator[Breach]:
    """P-13: only where the notice accepts it, each partner once, with a signed agreement that says who does what."""
    partners = list(partners)
    if not partners:
        return
    if not accepted:
        yield Breach("P-13", CONSORTIUM, "本项目公告不接受联合体，请以本单位名义单独响应。")
    if not agreement:
        yield Breach("P-13", CONSORTIUM, "联合体须提交共同签署的联合协议，载明各方承担的工作和义务。")
    codes = [partner.uscc for partner in partners]
    if lead.uscc in codes:
        yield Breach("P-13", PARTNERS, "联合体其他成员中不应再列牵头单位。")
    for code in dict.fromkeys(code for code in codes if codes.count(code) > 1):
        yield Breach("P-13", PARTNERS, f"联合体成员 {code} 重复填写。")
    if len(partners) > MOST_PARTNERS:
        yield Breach("P-13", MEMBERS, f"联合体其他成员最多 {MOST_PARTNERS} 家，现填写 {len(partners)} 家。")


def unknown_partner_breaches(codes: Iterable[str]) -> Iterator[Breach]:
    for code in codes:
        yield Breach("P-13", CONSORTIUM, f"联合体成员 {code} 不在承接主体库中或尚未核实，请先由该单位登记。")


def twice_breaches(own: Mapping[str, str], others: Mapping[str, Mapping[str, str]]) -> Iterator[Breach]:
    """P-13: who stands in one bid stands in no other. ``own``: code → name; ``others``: the other bidder's name → its code → name."""
    for rival, members in others.items():
        for code in [code for code in own if code in members]:
            yield Breach("P-13", PARTNERS, f"“{own[code]}”同时出现在本响应和“{rival}”的响应中：联合体成员不得另行单独或者与他人联合响应。")


def set_aside_breaches(set_aside: str, ceiling: Decimal | None, *, limit: Decimal | None, reserve: Decimal | None) -> Iterator[Breach]:
    """P-14: from the purchase limit up to the reserve, reserved for small business in principle; what is not, says why.

    A whole reservation shuts out social organisations, which are no enterprises: that, too, is a choice with a reason.
    Where the city has not set a figure there is nothing to compare with, and nothing is asked; ``unset_words`` says so.
    """
    if set_aside == WHOLE:
        text = "专门面向中小企业采购将排除社会组织、事业单位（不属于中小企业），与面向社会力量购买服务的要求不一致，请写明理由。"
        yield Breach("P-14", SET_ASIDE, text, binding=False)
    elif set_aside == NONE and None not in (ceiling, limit, reserve) and limit <= ceiling <= reserve:
        yield Breach(
            "P-14",
            SET_ASIDE,
            f"最高限价 {ceiling:,.2f} 元在 {limit:,.2f}–{reserve:,.2f} 元之间，适宜由中小企业提供的原则上专门面向中小企业；"
            "不预留的请写明理由（如公共服务须面向社会组织、市场竞争充分等）。",
            binding=False,
        )


def unset_words(set_aside: str, ceiling: Decimal | None, *, limit: Decimal | None, reserve: Decimal | None) -> str:
    """P-14 while it cannot act: told where it would, for silence would read as “nothing to reserve”."""
    if set_aside != NONE or (limit is not None and ceiling is not None and ceiling < limit):
        return ""
    missing = "上限尚未设定" if reserve is None else "分散采购限额标准尚未设定" if limit is None else ""
    return missing and f"{missing}：预留中小企业的服务采购金额由市局在“政策参数”中设定，设定前不判断本项目是否应当预留。"


def reserved_breaches(set_aside: str, *, small_business: bool) -> Iterator[Breach]:
    """P-14, on the bidder's side: what is reserved is answered by small business; a medium one says so."""
    if set_aside == WHOLE and not small_business:
        yield Breach("P-14", SET_ASIDE, "本项目专门面向中小企业，登记信息未声明为小型、微型企业；属于中型企业的请说明。", binding=False)
