"""What pages say about a draw and about doubted replies."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from evaluation import rules
from evaluation.models import Evaluation, Sample
from evaluation.rules import Source
from evaluation.rules.doubt import PATTERN_LABELS, Pattern
from evaluation.rules.sample import margin_reached
from evaluation.services.doubts import LIFE, Doubt
from evaluation.services.scoring import Counted, Entry, with_all
from records import clock
from records.values import REGISTRY, Value, words

SETTINGS = {
    Pattern.DEVICE: "survey_device_replies",
    Pattern.BURST: "survey_burst_seconds",
    Pattern.NETWORK: "survey_contractor_network",
    Pattern.ALIKE: "survey_alike_run",
}
DECISION_TONES = {"open": "due", "aside": "overdue", "kept": "ok"}


# --- the draw ----------------------------------------------------------------------------------------------------------


def sample_facts(sample: Sample, replies: int, *, served: int) -> list[dict]:
    """``served``: recipients by the service records of the period: a list of the officer's own stands beside them."""
    reached = margin_reached(sample.population, replies, confidence=sample.confidence)
    return [
        {
            "label": "服务事件清单",
            "value": f"{sample.get_source_display()}，{sample.population} 条",
            "help": f"本期服务记录有 {served} 名服务对象",
        },
        {"label": "置信水平", "value": sample.get_confidence_display()},
        {"label": "允许误差", "value": f"±{rules.shown(sample.margin)} 个百分点"},
        {"label": "按公式需要", "value": f"{sample.needed} 名", "help": "按最保守的比例 50% 和有限总体修正计算，不低于计分所需答卷"},
        {"label": "实际抽取", "value": f"{sample.size} 名"},
        {"label": "按已收有效答卷的误差", "value": f"±{reached} 个百分点（{replies} 份）" if reached is not None else "还没有答卷"},
        {"label": "参数依据", "value": sample.terms},
        {"label": "抽取人", "value": f"{sample.drawn_by}，{clock.local_day(sample.drawn_at)}"},
    ]


def sample_rows(sample: Sample) -> list[dict]:
    """Everybody called, in the order of the draw."""
    units = list(sample.units.all())
    position = {unit.pk: unit.position for unit in units}
    return [
        {
            "position": unit.position,
            "reference": unit.reference,
            "how": f"替补第 {position[unit.replaces_id]} 名" if unit.replaces_id else "抽中",
            "unreached": unit.unreached_reason,
        }
        for unit in units
    ]


def drawn_words(frozen_survey: Mapping) -> str:
    """One sentence about the draw for reports and the public; empty where everybody was asked."""
    sample = frozen_survey.get("sample")
    if not sample:
        return ""
    population, replies = sample["population"], frozen_survey["replies"]
    reached = margin_reached(population, replies, confidence=sample["confidence"])
    return (
        f"从 {population} 名服务对象中随机抽取 {sample['size']} 名，置信水平 {sample['confidence']}%，"
        f"抽样允许误差 ±{rules.shown(Decimal(sample['margin']))} 个百分点，按有效答卷为 ±{reached} 个百分点。"
    )


# --- doubts ------------------------------------------------------------------------------------------------------------


def doubt_rows(found: Iterable[Doubt], form=None) -> list[dict]:
    ticked = set(form.data.getlist("serials")) if form is not None and form.is_bound else set()
    rows = []
    for each in found:
        decided = each.row is not None and each.decision != "open"
        rows.append(
            {
                "serial": each.reply.code.serial,
                "shown": str(each.reply.code),
                "channel": each.reply.get_channel_display(),
                "findings": [{"label": PATTERN_LABELS[kind], "text": text} for kind, text in each.findings.items()],
                "decision": {"open": "待核定", "aside": "剔除", "kept": "保留"}[each.decision],
                "tone": DECISION_TONES[each.decision],
                "note": f"{each.row.reason}（{each.row.decided_by}，{clock.local_day(each.row.decided_at)}）" if decided else "",
                "ticked": str(each.reply.code.serial) in ticked,
            }
        )
    return rows


def settings_rows(found: Mapping[str, Value]) -> list[dict]:
    """Each pattern with the number it goes by today, or that nobody has set it."""
    rows = []
    for pattern, code in SETTINGS.items():
        value, needs_mark = found.get(code), pattern in (Pattern.DEVICE, Pattern.NETWORK) and LIFE not in found
        shown = f"{words(code, str(value.value))} {value.unit}".strip() if value else "未设定，不检查"
        rows.append(
            {
                "label": PATTERN_LABELS[pattern],
                "meaning": REGISTRY[code].meaning,
                "value": f"{shown}；未设定“{REGISTRY[LIFE].label}”，实际不检查" if value and needs_mark else shown,
                "source": f"{value.source}（{value.status}）" if value else "平台设计，待权限机关设定",
            }
        )
    return rows


def compared(evaluation: Evaluation, entries: list[Entry], counted: Counted | None) -> dict:
    """The recipients' scores without and with what was set aside: as they stand while the period is open, else as frozen."""
    found = _standing(entries, counted) if counted is not None else _frozen(evaluation)
    values = (found["other"] or {}).get("values", {})
    rows = [
        {"label": f"{code} {name}", "without": rules.shown(value), "with": rules.shown(_decimal(values.get(code)))}
        for code, name, value in found["questions"]
    ]
    if counted is None and found["other"]:
        rows.append(with_and_without(evaluation, found["other"]) | {"label": "总分"})
    return {"rows": rows if found["other"] else [], "note": found["note"], "replies": found["replies"], "aside": found["aside"]}


def _standing(entries: list[Entry], counted: Counted) -> dict:
    few = f"样本不足：剔除后有效答卷 {counted.replies} 份，至少需要 {counted.needed} 份，不出分数。"
    return {
        "other": with_all(entries, counted),
        "questions": [(e.indicator.code, e.indicator.name, e.value) for e in entries if e.indicator.source == Source.SURVEY],
        "replies": counted.replies,
        "aside": counted.set_aside,
        "note": "" if counted.enough else few,
    }


def _frozen(evaluation: Evaluation) -> dict:
    survey, rows = evaluation.frozen["survey"], evaluation.frozen["indicators"]
    questions = [(row["code"], row["name"], _decimal(row["value"])) for row in rows if row["source"] == Source.SURVEY]
    return {"other": survey.get("with_all"), "questions": questions, "replies": survey["replies"], "aside": survey["set_aside"], "note": ""}


def with_and_without(evaluation: Evaluation, other: Mapping) -> dict:
    """Total and grade as scored, and as they would be with every reply."""
    return {
        "without": f"{rules.shown(evaluation.total)}（{evaluation.grade}）",
        "with": f"{rules.shown(_decimal(other['total']))}（{other['grade'] or '—'}）",
    }


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
