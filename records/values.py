"""Numbers and choices that the policy leaves to an authority: looked up by day and by the nearest organisation upward.

cap = policy_value("cap_ratio", district, on)         # Value or None: unset is never read as a default
if cap is None: ...                                   # the rule says what an unset value means (BLOCK or WARN)
cap.value                                             # Decimal, str, or a list of str, by the registry below
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.models import Organisation
from records import clock
from records.models import PolicyValue
from records.policy import Clause
from records.refusals import HOUSE, Refused
from records.workflow import claim, move

RULE = Clause(HOUSE, "政策参数")
NUMBER, TEXT, CHOICE, LIST = "number", "text", "choice", "list"


@dataclass(frozen=True, slots=True)
class Known:
    """A registered parameter. ``choices`` for CHOICE and LIST; ``low``/``high`` bound a NUMBER; ``policy`` is its rule (docs/rules.md)."""

    code: str
    label: str
    unit: str
    kind: str
    meaning: str
    policy: str
    choices: tuple[tuple[str, str], ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    city_only: bool = False

    def may_be_set_at(self, organisation: Organisation) -> bool:
        """A cap or threshold binds the district: only the city sets it."""
        return not self.city_only or organisation.kind == Organisation.Kind.CITY


@dataclass(frozen=True, slots=True)
class Value:
    """What holds on one day: the value, its certainty (示例/待确认/已确认) and its document."""

    code: str
    value: "Decimal | str | list[str]"
    unit: str
    status: str
    source: str
    organisation: str
    effective_from: date

    @property
    def is_confirmed(self) -> bool:
        return self.status == PolicyValue.Status.CONFIRMED.label


def _load_registry() -> dict[str, Known]:
    rows = tomllib.loads((Path(__file__).parent / "values.toml").read_text(encoding="utf-8"))["value"]
    found = {row["code"]: _known(row) for row in rows}
    if len(found) < len(rows):
        raise ValueError("a code stands twice in values.toml: one authority's figure would rule where another's is meant")
    return found


def _known(row: dict) -> Known:
    limits = {name: Decimal(row.pop(name)) for name in ("low", "high") if name in row}
    return Known(**{**row, **limits, "choices": tuple(map(tuple, row.get("choices", ())))})


REGISTRY = _load_registry()


def policy_value(code: str, organisation: Organisation, on: date) -> Value | None:
    """The value in force for ``organisation`` on that day: its own, else the nearest superior's; None when unset."""
    return policy_values([code], organisation, on).get(code)


def policy_values(codes, organisation: Organisation, on: date) -> dict[str, Value]:
    """Several at once, in one query. Unset codes are absent. Raises KeyError for an unregistered code."""
    unknown = set(codes) - REGISTRY.keys()
    if unknown:
        raise KeyError(f"not in the registry: {sorted(unknown)}")
    rows = PolicyValue.objects.in_force(on).filter(code__in=codes, organisation__path__in=organisation.ancestor_paths())
    found: dict[str, tuple[int, Value]] = {}
    for row in rows.select_related("organisation"):
        depth = row.organisation.depth
        if not REGISTRY[row.code].may_be_set_at(row.organisation):
            continue
        if row.code not in found or depth > found[row.code][0]:
            found[row.code] = (depth, _as_value(row))
    return {code: value for code, (_, value) in found.items()}


def _as_value(row: PolicyValue) -> Value:
    return Value(
        row.code,
        parse(row.code, row.value),
        row.unit,
        row.get_status_display(),
        row.source_document,
        row.organisation.name,
        row.effective_from,
    )


def parse(code: str, text: str):
    """The typed value of a stored text. Raises ValueError with a Chinese message."""
    known, text = REGISTRY[code], text.strip()
    if known.kind == NUMBER:
        return _number(known, text)
    if known.kind == CHOICE:
        return _choice(known, text)
    if known.kind == LIST:
        return [_choice(known, part.strip()) for part in text.split(",") if part.strip()]
    return text


def _number(known: Known, text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise ValueError(f"{known.label}应填数字，现为“{text}”。") from None
    if not number.is_finite() or (known.low is not None and number < known.low) or (known.high is not None and number > known.high):
        limits = f"{known.low}{f'–{known.high}' if known.high is not None else ' 以上'}"
        raise ValueError(f"{known.label}应在 {limits}{known.unit} 之间，现为“{text}”。")
    return number


def _choice(known: Known, text: str) -> str:
    if text not in dict(known.choices):
        raise ValueError(f"{known.label}只能取：{'、'.join(label for _, label in known.choices)}。")
    return text


def words(code: str, text: str) -> str:
    """A stored value as people read it."""
    known = REGISTRY.get(code)
    if known is None or known.kind not in (CHOICE, LIST):
        return f"{int(text):,}" if text.isascii() and text.isdigit() else text
    labels = dict(known.choices)
    return "、".join(labels.get(part.strip(), part) for part in text.split(","))


@transaction.atomic
def set_value(code, *, organisation, value, effective_from, source_document, by, effective_to=None, example=False) -> PolicyValue:
    """Enter a value; another person confirms it. An open-ended predecessor ends the day this one begins.

    Raises Refused when the value does not fit the registry or its period overlaps another one.
    """
    known = REGISTRY.get(code)
    if known is None:
        raise Refused.because("PV-1", RULE, f"没有代码为“{code}”的政策参数。")
    if not known.may_be_set_at(organisation):
        raise Refused.because("PV-6", RULE, f"“{known.label}”由市级统一确定，{organisation}不能自行设定。请由市民政局设定并确认。")
    text = ",".join(value) if isinstance(value, list | tuple) else str(value).strip()
    try:
        parse(code, text)
    except ValueError as error:
        raise Refused.because("PV-1", RULE, str(error)) from None
    if effective_to is not None and effective_to <= effective_from:
        raise Refused.because("PV-2", RULE, f"失效日期 {effective_to} 必须晚于生效日期 {effective_from}。")
    claim(Organisation, organisation.pk)  # one writer per organisation, so that periods cannot overlap
    _close_predecessor(code, organisation, effective_from, by)
    _refuse_overlap(code, organisation, effective_from, effective_to)
    row = PolicyValue.objects.create(
        code=code,
        organisation=organisation,
        value=text,
        unit=known.unit,
        effective_from=effective_from,
        effective_to=effective_to,
        source_document=source_document,
        status=PolicyValue.Status.EXAMPLE if example else PolicyValue.Status.PENDING,
        set_by=by,
    )
    audit.record("records.policyvalue.set", row, by=by, detail={"value": text, "source": source_document, "from": effective_from})
    return row


def _close_predecessor(code, organisation, effective_from, by) -> None:
    rows = PolicyValue.objects.exclude(status=PolicyValue.Status.WITHDRAWN)
    earlier = rows.filter(code=code, organisation=organisation, effective_to=None, effective_from__lt=effective_from).first()
    if earlier:
        earlier.effective_to = effective_from
        earlier.save(update_fields=["effective_to"])
        audit.record("records.policyvalue.ended", earlier, by=by, detail={"effective_to": effective_from})


def _refuse_overlap(code, organisation, effective_from, effective_to) -> None:
    rows = PolicyValue.objects.exclude(status=PolicyValue.Status.WITHDRAWN).filter(code=code, organisation=organisation)
    rows = rows.filter(Q(effective_to=None) | Q(effective_to__gt=effective_from))
    if effective_to is not None:
        rows = rows.filter(effective_from__lt=effective_to)
    other = rows.first()
    if other:
        until = other.effective_to or "长期"
        period = f"{other.effective_from} 至 {until}"
        raise Refused.because("PV-3", RULE, f"{organisation}的“{REGISTRY[code].label}”在 {period} 已有取值 {other.value}，期间不能重叠。")


@transaction.atomic
def confirm_value(pk: int, *, by) -> PolicyValue:
    """A second person confirms. Raises Refused for the person who set it."""
    row = claim(PolicyValue, pk)
    if row.set_by_id == by.pk:
        raise Refused.because("PV-4", RULE, "设定人不能确认自己设定的参数，请由另一人确认。")
    row.confirmed_by, row.confirmed_at = by, clock.now()
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    return move(row, PolicyValue.Status.CONFIRMED, by=by)


@transaction.atomic
def withdraw_value(pk: int, *, by, reason: str) -> PolicyValue:
    """Take a value back. It stays on record and no longer applies to any day."""
    if not reason.strip():
        raise Refused.because("PV-5", RULE, "撤回参数必须写明原因。")
    return move(claim(PolicyValue, pk), PolicyValue.Status.WITHDRAWN, by=by, note=reason)
