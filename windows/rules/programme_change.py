"""What differs between two versions of a programme: field by field, step by step, paper by paper."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from records.policy import Clause
from windows.rules.programme import Content, MaterialSpec, ReasonSpec, StepSpec, limit_words

ACTORS = {"TOWNSHIP": "乡镇（街道）", "COUNTY": "区县民政局"}
BASES = {"VERIFIED": "文件规定", "DESIGN": "示例"}
NEEDS = {"REQUIRED": "须提供", "IF_APPLICABLE": "有此情形的提供", "SHAREABLE": "无需提供（可核对）"}
BASICS, STEPS, MATERIALS, EXTENSIONS, PAUSES = "基本信息", "步骤", "材料", "可延长的情形", "可暂停计时的事由"
ORDERED = (STEPS, MATERIALS)
NONE = "无"


@dataclass(frozen=True, slots=True)
class Change:
    """``subject``: the step or paper, empty for the programme itself. ``clause``: what the new version stands on."""

    part: str
    subject: str
    field: str
    old: str
    new: str
    clause: Clause


def compare(old: Content, new: Content) -> list[Change]:
    """Everything that is not the same, in the order of the page. ``valid_from`` is every version's own and no change."""
    return [
        *_fields(BASICS, "", _basics(old), _basics(new), new.clause),
        *_rows(STEPS, old.steps, new.steps, _step(old.steps), _step(new.steps)),
        *_rows(MATERIALS, old.materials, new.materials, _material, _material),
        *_rows(EXTENSIONS, old.extensions, new.extensions, _reason, _reason),
        *_rows(PAUSES, old.pauses, new.pauses, _reason, _reason),
    ]


def _basics(content: Content) -> dict[str, str]:
    extended = "" if content.extended_amount is None else limit_words(content.extended_amount, "WD")
    return {
        "名称": content.name,
        "申请地点": content.apply_at,
        "决定机关": content.decided_by,
        "依据": str(content.clause),
        "全程时限": limit_words(content.whole_amount, content.whole_unit),
        "全程时限来源": BASES.get(content.whole_basis, content.whole_basis) if content.whole_amount is not None else "",
        "延长后的时限": extended,
    }


def _step(steps: Sequence[StepSpec]):
    names = {step.code: step.name for step in steps}

    def words(step: StepSpec) -> dict[str, str]:
        return {
            "名称": step.name,
            "办理方": ACTORS.get(step.actor, step.actor),
            "前置步骤": "、".join(names.get(code, code) for code in step.after) or "受理即开始",
            "时限": step.limit_words or "计入全程",
            "时限来源": BASES.get(step.basis, step.basis),
            "最少人数": str(step.people) if step.people else NONE,
            "作出决定": "是" if step.concludes else "否",
            "依据": str(step.clause),
        }

    return words


def _material(row: MaterialSpec) -> dict[str, str]:
    return {"名称": row.name, "说明": row.hint, "要求": NEEDS.get(row.need, row.need), "依据": str(row.clause)}


def _reason(row: ReasonSpec) -> dict[str, str]:
    return {"名称": row.label, "依据": str(row.clause)}


def _fields(part: str, subject: str, old: dict[str, str], new: dict[str, str], clause: Clause) -> Iterator[Change]:
    for name, value in new.items():
        if old[name] != value:
            yield Change(part, subject, name, old[name] or NONE, value or NONE, clause)


def _rows(part: str, old: Sequence, new: Sequence, words_old, words_new) -> Iterator[Change]:
    before, after = {row.code: row for row in old}, {row.code: row for row in new}
    for row in new:
        if row.code in before:
            yield from _fields(part, words_new(row)["名称"], words_old(before[row.code]), words_new(row), row.clause)
        else:
            yield Change(part, words_new(row)["名称"], "新增", NONE, _summary(words_new(row)), row.clause)
    for row in old:
        if row.code not in after:
            yield Change(part, words_old(row)["名称"], "删除", _summary(words_old(row)), NONE, row.clause)
    kept_old, kept_new = [row.code for row in old if row.code in after], [row.code for row in new if row.code in before]
    if kept_old != kept_new and part in ORDERED:
        was, now = _listed(before, kept_old, words_old), _listed(after, kept_new, words_new)
        yield Change(part, "", "顺序", was, now, after[kept_new[0]].clause)


def _summary(words: dict[str, str]) -> str:
    return "；".join(f"{name} {value}" for name, value in words.items() if name not in ("名称", "依据") and value not in ("", NONE, "否"))


def _listed(rows: dict, codes: Iterable[str], words) -> str:
    return " → ".join(words(rows[code])["名称"] for code in codes)
