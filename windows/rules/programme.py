"""A version of a programme before it is put in force: what it says, and what forbids it. Values in, verdicts out."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from records.policy import Breach, Clause
from records.refusals import HOUSE
from windows.rules.clock import WHOLE_CASE
from windows.rules.referral import COORDINATED

VERSIONS = Clause(HOUSE, "救助事项版本")
IN_TIME = Clause("渝民发〔2018〕4号", "三（一）")
IN_ORDER = Clause("民发〔2021〕57号", "第二十八条")
SHAREABLE = Clause("社会救助法", "第六十二条")
PUBLIC_NOTICE = Clause("民发〔2021〕57号", "第十九条")
INVESTIGATORS = Clause("民发〔2021〕57号", "第十六条")

UNIT_WORDS = {"WD": "个工作日", "CD": "日", "H": "小时"}
NOTICE_RULES = frozenset({"DB-4", "TK-2"})  # their steps are the seven days of public notice that the texts fix
NOTICE_DAYS = 7
INVESTIGATORS_MINIMUM = 2
HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class StepSpec:
    code: str
    name: str
    actor: str
    after: tuple[str, ...] = ()
    amount: int | None = None
    unit: str = ""
    minimum: bool = False
    basis: str = "VERIFIED"
    policy_value: str = ""
    rule: str = ""
    people: int = 0
    concludes: bool = False
    document: str = ""
    number: str = ""

    @property
    def clause(self) -> Clause:
        return Clause(self.document, self.number)

    @property
    def limit_words(self) -> str:
        return limit_words(self.amount, self.unit, minimum=self.minimum)


@dataclass(frozen=True, slots=True)
class MaterialSpec:
    code: str
    name: str
    need: str
    hint: str = ""
    document: str = ""
    number: str = ""

    @property
    def clause(self) -> Clause:
        return Clause(self.document, self.number)


@dataclass(frozen=True, slots=True)
class ReasonSpec:
    """A reason for which the time may be extended, or the clock may stand."""

    code: str
    label: str
    document: str = ""
    number: str = ""

    @property
    def clause(self) -> Clause:
        return Clause(self.document, self.number)


@dataclass(frozen=True, slots=True)
class Content:
    """Everything of a version that may be edited."""

    name: str
    apply_at: str
    decided_by: str
    document: str
    number: str
    valid_from: date | None = None
    whole_amount: int | None = None
    whole_unit: str = ""
    whole_basis: str = "VERIFIED"
    extended_amount: int | None = None
    extensions: tuple[ReasonSpec, ...] = ()
    pauses: tuple[ReasonSpec, ...] = ()
    steps: tuple[StepSpec, ...] = ()
    materials: tuple[MaterialSpec, ...] = ()

    @property
    def clause(self) -> Clause:
        return Clause(self.document, self.number)


def limit_words(amount: int | None, unit: str, *, minimum: bool = False) -> str:
    if amount is None:
        return ""
    words = f"{amount} {UNIT_WORDS.get(unit, unit)}"
    return f"满 {words}" if minimum else f"{words}内"


def content_breaches(
    content: Content, *, kept: Iterable[str], known: Callable[[Clause], bool], shareable: Mapping[str, str]
) -> Iterator[Breach]:
    """All that one version says, judged by itself. ``kept``: codes of steps that 转办 and 转介 themselves work with."""
    yield from clause_breaches(content, known)
    yield from course_breaches(content.steps, kept)
    yield from limit_breaches(content)
    yield from notice_breaches(content.steps)
    yield from reason_breaches(content)
    yield from demand_breaches(content.materials, shareable)


def clause_breaches(content: Content, known: Callable[[Clause], bool]) -> Iterator[Breach]:
    """Whatever binds an applicant names its place, and the place is in the index of clauses."""
    for subject, clause in cited(content):
        if not clause.document.strip():
            yield Breach("W-CLAUSE", VERSIONS, f"{subject}没有写明依据。请填写文件和条款。")
        elif not known(clause):
            yield Breach("W-CLAUSE", VERSIONS, f"{subject}的依据“{clause}”不在条款索引中。请核对文号和条款，或先把它补入条款索引。")


def cited(content: Content) -> Iterator[tuple[str, Clause]]:
    yield "事项", content.clause
    yield from ((f"步骤“{row.name}”", row.clause) for row in content.steps)
    yield from ((f"材料“{row.name}”", row.clause) for row in content.materials)
    yield from ((f"延长情形“{row.label}”", row.clause) for row in content.extensions)
    yield from ((f"暂停事由“{row.label}”", row.clause) for row in content.pauses)


def course_breaches(steps: Sequence[StepSpec], kept: Iterable[str]) -> Iterator[Breach]:
    """W-14: every step can be reached, and exactly one of them, the last, decides."""
    names = {step.code: step.name for step in steps}
    doubled = [name for name, times in Counter(step.name for step in steps).items() if times > 1]
    if doubled:
        yield Breach("W-COURSE", VERSIONS, f"步骤名称重复：{'、'.join(doubled)}。")
    for step in steps:
        lost = [code for code in step.after if code not in names]
        if lost:
            yield Breach("W-COURSE", VERSIONS, f"步骤“{step.name}”的前置步骤 {'、'.join(lost)} 不存在（可能已删除），该步骤永远不会开始。")
    circle = in_circle(steps)
    if circle:
        yield Breach("W-COURSE", VERSIONS, f"步骤互为前置，都不会开始：{'、'.join(names[code] for code in circle)}。")
    ends = [step for step in steps if step.concludes]
    if len(ends) != 1:
        yield Breach("W-14", IN_ORDER, f"须有且只有一个作出决定的步骤，现有 {len(ends)} 个。")
    for end in ends:
        later = [step.name for step in steps if end.code in step.after]
        if later:
            yield Breach("W-14", IN_ORDER, f"“{end.name}”作出决定后申请即办结，不能再有后续步骤：{'、'.join(later)}。")
    if missing := set(kept) - names.keys():
        yield Breach("W-03", COORDINATED, f"转办（转介）事项须保留送出和告知结果的步骤，缺少 {'、'.join(sorted(missing))}。")


def in_circle(steps: Sequence[StepSpec]) -> list[str]:
    """The codes that wait for each other, in their order. What points nowhere counts as done."""
    codes = {step.code for step in steps}
    waiting = {step.code: set(step.after) & codes for step in steps}
    while ready := [code for code, after in waiting.items() if not after & waiting.keys()]:
        for code in ready:
            del waiting[code]
    return [step.code for step in steps if step.code in waiting]


def limit_breaches(content: Content) -> Iterator[Breach]:
    """W-05: each step has its time; no step may take longer than the whole."""
    for step in content.steps:
        if step.amount is None and not step.document.strip():
            yield Breach("W-05", IN_TIME, f"步骤“{step.name}”既没有时限也没有依据。")
        elif step.amount is None and content.whole_amount is None:
            text = f"步骤“{step.name}”没有时限，全程也没有时限，逾期无从判断：请写明理由。"
            yield Breach("W-05", IN_TIME, text, binding=False)
        if step.amount is not None and not step.unit:
            yield Breach("D-03", PUBLIC_NOTICE, f"步骤“{step.name}”的时限 {step.amount} 没有单位：工作日、日、小时不能互换。")
        if longer(step, content):
            whole = limit_words(content.whole_amount, content.whole_unit)
            yield Breach("W-05", IN_TIME, f"步骤“{step.name}”的时限 {step.limit_words}超过全程时限 {whole}。")
    if content.whole_amount is not None and not content.whole_unit:
        yield Breach("D-03", PUBLIC_NOTICE, f"全程时限 {content.whole_amount} 没有单位：工作日、日、小时不能互换。")


def longer(step: StepSpec, content: Content) -> bool:
    """Surely longer: n working days are at least n days, n days are not more than n working days."""
    if step.amount is None or content.whole_amount is None:
        return False
    if step.unit == content.whole_unit:
        return step.amount > content.whole_amount
    in_days = {"WD": step.amount, "CD": step.amount, "H": step.amount / HOURS_A_DAY}.get(step.unit, 0)
    return content.whole_unit == "CD" and in_days > content.whole_amount


def span_breaches(*, last: date | None, whole: date | None) -> Iterator[Breach]:
    """W-05: when every step takes all its time, the steps together must still end within the whole."""
    if last is not None and whole is not None and last > whole:
        text = f"各步骤用满时限要到 {last} 才能办完，晚于全程到期日 {whole}：请写明理由，或者缩短步骤时限。"
        yield Breach("W-05", IN_TIME, text, binding=False)


def notice_breaches(steps: Sequence[StepSpec]) -> Iterator[Breach]:
    """DB-4, DB-3: seven days of public notice must pass, and two investigate; another minimum is no notice."""
    for step in steps:
        if step.minimum and step.amount is None:
            yield Breach("DB-4", PUBLIC_NOTICE, f"步骤“{step.name}”要求满期限，却没有填写期限。")
        if step.minimum and "公示" not in step.name:
            text = f"步骤“{step.name}”须满期限才能办结，但不是公示：满期限只用于公示，其他步骤请写明理由。"
            yield Breach("DB-4", PUBLIC_NOTICE, text, binding=False)
        if step.rule in NOTICE_RULES and not (step.minimum and step.unit == "CD" and (step.amount or 0) >= NOTICE_DAYS):
            yield Breach("DB-4", PUBLIC_NOTICE, f"步骤“{step.name}”须公示满 {NOTICE_DAYS} 日，现为“{step.limit_words or '没有期限'}”。")
        if step.rule == "DB-3" and step.people < INVESTIGATORS_MINIMUM:
            text = f"步骤“{step.name}”须由 {INVESTIGATORS_MINIMUM} 名以上调查人员进行，现为 {step.people} 名。"
            yield Breach("DB-3", INVESTIGATORS, text)


def reason_breaches(content: Content) -> Iterator[Breach]:
    """DB-8: a longer time has its listed reasons, and reasons have a longer time."""
    if content.extended_amount is not None:
        if content.whole_amount is None or content.whole_unit != "WD":
            yield Breach("DB-8", WHOLE_CASE, "延长后的时限按工作日计算，须先有以工作日计的全程时限。")
        elif content.extended_amount <= content.whole_amount:
            text = f"延长后的时限 {content.extended_amount} 个工作日不长于全程时限 {content.whole_amount} 个工作日。"
            yield Breach("DB-8", WHOLE_CASE, text)
        if not content.extensions:
            yield Breach("DB-8", WHOLE_CASE, "填写了延长后的时限，却没有列出可以延长的情形。")
    elif content.extensions:
        yield Breach("DB-8", WHOLE_CASE, "列出了可以延长的情形，却没有填写延长后的时限。")


def demand_breaches(materials: Iterable[MaterialSpec], shareable: Mapping[str, str]) -> Iterator[Breach]:
    """W-07: what a check or a platform supplies is not asked for. ``shareable``: code → name of all that is known to be so."""
    names = set(shareable.values())
    for row in materials:
        if row.need != "SHAREABLE" and (row.code in shareable or row.name in names):
            yield Breach("W-07", SHAREABLE, f"“{row.name}”可以通过核对或者政务平台取得，不得列为申请人提供的材料。")


def loosened_breaches(old: Content, new: Content) -> Iterator[Breach]:
    """W-05: a limit that a text fixes is not made longer, nor a minimum shorter, while the same text is named."""
    if _same_place(old, new) and new.whole_basis == "VERIFIED" == old.whole_basis:
        yield from _loosened("全程", old.whole_amount, new.whole_amount, old.whole_unit, new.whole_unit)
        yield from _loosened("延长后", old.extended_amount, new.extended_amount, "WD", "WD")
    before = {step.code: step for step in old.steps}
    for step in new.steps:
        was = before.get(step.code)
        if was and _same_place(was, step) and step.basis == "VERIFIED" == was.basis:
            yield from _loosened(f"步骤“{step.name}”", was.amount, step.amount, was.unit, step.unit, minimum=was.minimum)


def dropped_breaches(old: Content, new: Content) -> Iterator[Breach]:
    """DB-4, DB-3: public notice, several investigators and a minimum period do not fall out of the next version."""
    for was in old.steps:
        if not (was.rule in NOTICE_RULES or was.people or was.minimum):
            continue
        rule = "DB-3" if was.people else "DB-4"
        for text in _dropped(was, _successor(was, old, new)):
            yield Breach(rule, was.clause, text, binding=was.rule in NOTICE_RULES | {"DB-3"})


def _successor(was: StepSpec, old: Content, new: Content) -> StepSpec | None:
    """The step itself, or a new row under the same rule; a row that stood before stands for itself."""
    before = {step.code for step in old.steps}
    same = [step for step in new.steps if step.code == was.code]
    return next(iter(same or [step for step in new.steps if step.rule == was.rule and step.code not in before]), None)


def _dropped(was: StepSpec, now: StepSpec | None) -> Iterator[str]:
    if now is None:
        yield f"现行版本的步骤“{was.name}”依 {was.clause} 设立，新版本中没有，不能以其他步骤代替。"
        return
    if now.people < was.people:
        yield f"步骤“{now.name}”的调查人员由 {was.people} 名减为 {now.people} 名（{was.clause}）。"
    if was.minimum and not now.minimum:
        yield f"步骤“{now.name}”原须满 {limit_words(was.amount, was.unit)[:-1]}才能办结，新版本取消了满期限（{was.clause}）。"


def _same_place(old, new) -> bool:
    return old.clause == new.clause


def _loosened(subject: str, was: int | None, now: int | None, unit: str, unit_now: str, *, minimum: bool = False) -> Iterator[Breach]:
    if was is None or (now == was and unit == unit_now):
        return
    if now is None or unit != unit_now or (now < was if minimum else now > was):
        new = limit_words(now, unit_now, minimum=minimum) or "不定"
        old, act = limit_words(was, unit, minimum=minimum), "缩短" if minimum else "放宽"
        text = f"{subject}时限由 {old}{act}为 {new}，而所列依据没有变：请改列新的依据，或者写明理由。"
        yield Breach("W-05", IN_TIME, text, binding=False)


def period_breaches(*, valid_from: date | None, today: date, former: tuple[str, date] | None) -> Iterator[Breach]:
    """One day has one version: the new one begins tomorrow at the earliest, on a day of ``former``, which then ends."""
    if valid_from is None:
        yield Breach("W-PERIOD", VERSIONS, "请填写施行日期。")
        return
    if valid_from <= today:
        yield Breach("W-PERIOD", VERSIONS, f"施行日期 {valid_from} 不晚于今天 {today}：已经开始的日子按原版本办理，最早自明天起施行。")
    if former is None:
        yield Breach("W-PERIOD", VERSIONS, f"本稿所依据的版本到 {valid_from} 已不再适用，不能接续。请撤销本稿，从现行版本重新拟订。")
    elif valid_from <= former[1]:
        yield Breach("W-PERIOD", VERSIONS, f"施行日期 {valid_from} 须晚于现行版本 {former[0]} 的施行日期 {former[1]}。")


def coming_breaches(coming: Iterable[tuple[str, date]]) -> Iterator[Breach]:
    """``coming``: (label, first day) of versions that are put in force for a day to come."""
    for label, begins in coming:
        yield Breach("W-PERIOD", VERSIONS, f"版本 {label} 已定于 {begins} 施行，期间不能重叠。请待其施行后再拟订，或者先收回该版本。")


def take_back_breaches(*, valid_from: date, today: date, cases: int) -> Iterator[Breach]:
    """A version that has begun is not undone: cases have been promised its days. Another version follows it."""
    if valid_from <= today:
        yield Breach("W-PERIOD", VERSIONS, f"该版本已于 {valid_from} 施行，不能收回。需要调整的，请拟订新版本。")
    if cases:
        yield Breach("W-PERIOD", VERSIONS, f"已有 {cases} 件申请按该版本登记，不能收回。")


def label_breaches(label: str, taken: Iterable[str]) -> Iterator[Breach]:
    if label in set(taken):
        yield Breach("W-PERIOD", VERSIONS, f"版本名称“{label}”已经用过，请换一个。")


def second_breaches(*, actor: int, authors: Iterable[int]) -> Iterator[Breach]:
    """Who wrote any part of it does not put it in force."""
    if actor in set(authors):
        yield Breach("W-SECOND", VERSIONS, "拟订或修改过本稿的人不能发布施行，请市局另一名工作人员复核后发布。")


def change_breaches(changes: Sequence) -> Iterator[Breach]:
    if not changes:
        yield Breach("W-CHANGE", VERSIONS, "本稿与现行版本没有差别，无需发布新版本。")


def written_breaches(reason: str, act: str) -> Iterator[Breach]:
    if not reason.strip():
        yield Breach("W-REASON", VERSIONS, f"请写明{act}的原因。")
