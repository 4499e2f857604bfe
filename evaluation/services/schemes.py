"""Schemes: a new edition is judged whole, then never changed."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.db.models import Max, Min

from accounts import audit
from accounts.models import Organisation
from evaluation import figures, rules
from evaluation.models import Indicator, Scheme
from records.policy import Breach
from records.refusals import uphold
from records.workflow import claim


@dataclass(frozen=True, slots=True)
class Spec:
    """One indicator as it is typed."""

    code: str
    name: str
    dimension: str
    evaluator: str
    weight: Decimal
    source: str = rules.Source.MANUAL
    figure: str = ""
    criteria: str = ""
    evidence: str = ""
    when_missing: str = rules.WhenMissing.WAIT

    def line(self) -> rules.Line:
        return rules.Line(self.code, self.name, self.dimension, self.evaluator, self.weight, self.source, self.when_missing)


def starting_point() -> tuple[str, str, list[Spec]]:
    """Name, source and indicators of the scheme a bureau without one starts from (weights are 示例)."""
    data = tomllib.loads((Path(__file__).parent.parent / "schemes.toml").read_text(encoding="utf-8"))
    return data["name"], data["source"], [Spec(**row | {"weight": Decimal(row["weight"])}) for row in data["indicator"]]


def specs_of(scheme: Scheme) -> list[Spec]:
    names = Spec.__dataclass_fields__
    return [Spec(**{name: getattr(indicator, name) for name in names}) for indicator in scheme.indicators.all()]


def edition_breaches(specs: Sequence[Spec], *, effective_from: date, latest: date | None) -> list[Breach]:
    """What is wrong with a new edition, all at once, before it is saved."""
    found = list(rules.scheme_breaches([spec.line() for spec in specs]))
    for spec in specs:
        if (spec.source == rules.Source.FIGURE) != (spec.figure in figures.REGISTRY):
            found.append(Breach("E-06", rules.THREE_VOICES, f"指标“{spec.name}”：数据计算须从已登记的数据项中选择，其他来源不选。"))
    if latest is not None and effective_from <= latest:
        found.append(Breach("E-06", rules.THREE_VOICES, f"新版生效日期 {effective_from} 须晚于上一版的 {latest}。"))
    return found


def check_edition(*, organisation: Organisation, specs: Sequence[Spec], effective_from: date, service_class: str) -> int:
    """Raises Refused with every fault of an edition that may follow now; returns its number. Writes nothing."""
    earlier = Scheme.objects.filter(organisation=organisation, service_class=service_class)
    latest = earlier.aggregate(edition=Max("edition"), day=Max("effective_from"))
    uphold(edition_breaches(specs, effective_from=effective_from, latest=latest["day"]))
    return (latest["edition"] or 0) + 1


@transaction.atomic
def create_edition(*, organisation: Organisation, specs: Sequence[Spec], effective_from: date, by, **fields) -> Scheme:
    """The next edition for this class of service. Raises Refused with every fault. ``fields``: the plain columns of Scheme."""
    claim(Organisation, organisation.pk)  # one writer per organisation: editions are numbered without gaps
    service_class = fields.get("service_class", Scheme.ServiceClass.ANY)
    number = check_edition(organisation=organisation, specs=specs, effective_from=effective_from, service_class=service_class)
    scheme = Scheme.objects.create(organisation=organisation, edition=number, effective_from=effective_from, created_by=by, **fields)
    Indicator.objects.bulk_create(Indicator(scheme=scheme, position=n, **asdict(spec)) for n, spec in enumerate(specs, 1))
    audit.record("evaluation.scheme.created", scheme, by=by, detail={"effective_from": effective_from, "indicators": len(specs)})
    return scheme


def class_of(contract) -> str:
    """The class of service of a contract; one that buys both kinds falls under the general scheme."""
    kinds = {item.kind for item in contract.project.items.all()}
    return kinds.pop() if len(kinds) == 1 else Scheme.ServiceClass.ANY


def without_scheme(contracts: Iterable) -> list:
    """Those of these contracts that no edition in force on their first day judges: no period of theirs would ever be opened.

    One query for all editions. Wants ``project__organisation`` and ``project__items`` loaded.
    """
    editions = list(Scheme.objects.values_list("organisation__path", "service_class", "effective_from"))

    def judged(contract) -> bool:
        path, classes = contract.project.organisation.path, {class_of(contract), Scheme.ServiceClass.ANY}
        return any(path.startswith(above) and kind in classes and on <= contract.starts_on for above, kind, on in editions)

    return [contract for contract in contracts if contract.starts_on and not judged(contract)]


def scheme_for(organisation: Organisation, service_class: str, on: date) -> Scheme | None:
    """The edition in force: the nearest organisation upwards first, its own class of service before the general one."""
    paths = organisation.ancestor_paths()
    rows = Scheme.objects.in_force(on).filter(organisation__path__in=paths, service_class__in={service_class, Scheme.ServiceClass.ANY})
    found = list(rows.select_related("organisation"))
    rank = lambda row: (row.organisation.depth, row.service_class == service_class, row.effective_from)  # noqa: E731
    return max(found, key=rank, default=None)


def first_scheme(organisation: Organisation, service_class: str, *, after: date, until: date) -> Scheme | None:
    """The earliest edition that comes into force in (``after``, ``until``], for a contract that began before any."""
    days = Scheme.objects.filter(
        organisation__path__in=organisation.ancestor_paths(),
        service_class__in={service_class, Scheme.ServiceClass.ANY},
        effective_from__gt=after,
        effective_from__lte=until,
    )
    day = days.aggregate(first=Min("effective_from"))["first"]
    return scheme_for(organisation, service_class, day) if day else None
