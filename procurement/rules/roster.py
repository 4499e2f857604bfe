"""Who may stand on the contractor's roster: its own people, for a service, at named places. Rule ids: docs/rules.md."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from records.policy import Breach, Clause

ENGAGEMENT = Clause("财政部令第102号", "第十八条")
PLACES = Clause("渝民发〔2018〕4号", "三（二）")
SUBCONTRACTING = Clause("渝民发〔2018〕4号", "二（七）")


@dataclass(frozen=True, slots=True)
class Post:
    """One person as entered. ``place_kind`` is the kind of the organisation posted to, "" for nobody's place."""

    engagement: str
    employer: str
    contractor: str
    insured: bool | None
    former_buyer_staff: bool
    place: str
    place_kind: str
    starts_on: date
    ends_on: date | None
    office: bool = False  # an office of the government that serves itself, after a takeover


KINDS = {"bureau": "BUREAU", "township": "TOWNSHIP", "village": "VILLAGE"}


def post_breaches(post: Post, *, contract_starts: date, contract_ends: date) -> Iterator[Breach]:
    """P-33: employed by the contractor, never hired out. W-20: posted nowhere but the four places, or at the recipients' homes."""
    if post.engagement == "dispatch":
        yield Breach("P-33", ENGAGEMENT, "不得以劳务派遣方式用工，请由承接主体直接用工。")
    if not post.office:
        yield from _hired_breaches(post)
    if post.place in KINDS and post.place_kind != KINDS[post.place]:
        yield Breach("W-20", PLACES, "派驻单位与服务地点不一致，请选择对应的民政部门、乡镇（街道）或者村（社区）。")
    if not contract_starts <= post.starts_on <= contract_ends or (post.ends_on and post.ends_on > contract_ends):
        yield Breach("P-33", ENGAGEMENT, f"到岗、离岗日期应在合同期限 {contract_starts} 至 {contract_ends} 内。")


def _hired_breaches(post: Post) -> Iterator[Breach]:
    """What is asked of a contractor's people only: an office's own staff were hired by nobody else."""
    if post.engagement == "office":
        yield Breach("P-33", ENGAGEMENT, "“本单位工作人员”只用于政府单位直接承担服务，请选择承接主体的用工形式。")
    if post.employer.strip() != post.contractor:
        message = f"用人单位“{post.employer}”不是承接主体“{post.contractor}”，请说明原因；监管人员将核实是否转包。"
        yield Breach("V-03", SUBCONTRACTING, message, binding=False)
    if post.insured is False:
        yield Breach("P-33", ENGAGEMENT, "社会保险不由承接主体缴纳，请说明原因。", binding=False)
    if post.former_buyer_staff:
        yield Breach("P-33", ENGAGEMENT, "曾由购买主体聘用的人员转为派驻，请说明不属于变相用工的理由。", binding=False)
