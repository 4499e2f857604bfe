"""An imported roster: judged against what is on record, and written only when somebody has read the preview."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from accounts.models import Organisation
from procurement.models import Contract
from records import clock, identity
from records.policy import Clause
from records.refusals import Refused, uphold
from records.sheets import Table
from records.tables.cells import normal
from staffing.exchange_staff import MAX_ROWS, Reader, Row, Units
from staffing.models import StaffMember
from staffing.rules import STANDARD
from staffing.services.staff import StaffFacts, add_staff, change_staff, index_of, staff_breaches

IMPORT = Clause("渝民发〔2018〕4号", "三（二）")
DATES = ("started_on", "ended_on", "certificate_until")
COMPARED = (
    "organisation_id", "name", "place", "institution", "employment", "contract_id", "education", "social_work_education",
    "certificate", "certificate_until", "exception_reason", "started_on", "ended_on",
)  # fmt: skip


@dataclass(slots=True)
class Preview:
    """What the file would do; nothing is written yet."""

    rows: list[Row] = field(default_factory=list)

    def of(self, outcome: str) -> list[Row]:
        return [row for row in self.rows if row.outcome == outcome]

    @property
    def refused(self) -> list[Row]:
        return self.of("refused")

    @property
    def to_write(self) -> list[Row]:
        return [row for row in self.rows if row.outcome in ("add", "change")]

    @property
    def counts(self) -> dict[str, int]:
        return {outcome: len(self.of(outcome)) for outcome in ("add", "change", "same", "refused", "skip")}


def preview(bureau: Organisation, tables: list[Table], *, user) -> Preview:
    """Every row of the file with its outcome. Refused: no such table in it, too many rows."""
    today = clock.today()
    contracts = {normal(row.number): row for row in contracts_of(bureau, user)}
    reader = Reader(units=Units.of(bureau, today), contracts={number: row.pk for number, row in contracts.items()}, today=today)
    found = Preview(list(reader.rows(tables)))
    if not reader.found:
        raise Refused.because("W-19b", IMPORT, "没有找到名册：表头至少要有“姓名”和“身份证号”两列。")
    if len(found.rows) > MAX_ROWS:
        raise Refused.because("W-19b", IMPORT, f"名册超过 {MAX_ROWS:,} 行，请按乡镇（街道）拆分后导入。")
    _judge(bureau, [row for row in found.rows if not row.outcome], {row.pk: row for row in contracts.values()})
    return found


def contracts_of(bureau: Organisation, user):
    """Signed contracts of the district that this user may know of."""
    rows = Contract.objects.visible_to(user).filter(signed_at__isnull=False, project__organisation__path__startswith=bureau.path)
    return rows.select_related("project__organisation")


def _judge(bureau: Organisation, rows: list[Row], contracts: Mapping[int, Contract]) -> None:
    """Against the record: add, change or unchanged, and what the rules say of each."""
    others = standing_of([row.values["id_number"] for row in rows])
    units = Organisation.objects.in_bulk({row.values["organisation"] for row in rows})
    for row in rows:
        facts_index = index_of(row.values["id_number"])
        member = next((one for one in others.get(facts_index, []) if here(bureau, one)), None)
        facts = facts_of(row.values, units, contracts, member)
        row.masked = identity.mask_id(row.values["id_number"])
        try:
            uphold(staff_breaches(facts, member=member, others=others.get(facts_index, [])), reason=facts.exception_reason)
        except Refused as refusal:
            row.faults += [(f"第 {row.number} 行", "", breach.message) for breach in refusal.breaches]
            row.outcome = "refused"
            continue
        if member is None:
            row.outcome = "add"
        else:
            row.outcome = "same" if _same(member, facts) else "change"
            row.values["member"], row.values["version"] = member.pk, member.version


def standing_of(numbers: list[str]) -> dict[str, list[StaffMember]]:
    """Every entry of these people, newest first, wherever it is."""
    wanted = {index_of(number) for number in numbers} - {None}
    found: dict[str, list[StaffMember]] = {}
    rows = StaffMember.objects.filter(id_index__in=wanted).select_related("organisation", "account").order_by("-started_on", "-pk")
    for row in rows:
        found.setdefault(row.id_index, []).append(row)
    return found


def here(bureau: Organisation, member: StaffMember) -> bool:
    """The entry that a file of this district corrects: in post, in this district."""
    return member.ended_on is None and member.organisation.path.startswith(bureau.path)


def facts_of(values: Mapping, units: Mapping[int, Organisation], contracts: Mapping[int, Contract], member=None) -> StaffFacts:
    plain = {name: value for name, value in values.items() if name not in ("member", "version", "organisation", "contract", *DATES)}
    days = {name: date.fromisoformat(values[name]) if values[name] else None for name in DATES}
    contract = contracts.get(values["contract"]) if values["contract"] else None
    account = member.account if member else None
    return StaffFacts(organisation=units[values["organisation"]], contract=contract, account=account, **plain, **days)


def _same(member: StaffMember, facts: StaffFacts) -> bool:
    typed = {name: getattr(facts, name) for name in COMPARED if hasattr(facts, name)}
    typed |= {"organisation_id": facts.organisation.pk, "contract_id": facts.contract.pk if facts.contract else None}
    return all(getattr(member, name) == value for name, value in typed.items())


@transaction.atomic
def write(bureau: Organisation, rows: list[Mapping], *, by) -> int:
    """All rows of a read preview or none; each is judged again, and an entry that changed meanwhile is refused."""
    contracts = {row.pk: row for row in contracts_of(bureau, by)}
    units = Organisation.objects.below(bureau).in_bulk([row["organisation"] for row in rows])
    for row in rows:
        if row["organisation"] not in units:
            raise Refused.because("W-20", STANDARD, "名册中有不属于本区县的单位，没有写入任何数据。请重新上传。")
        member = StaffMember.objects.filter(pk=row.get("member"), organisation__path__startswith=bureau.path).first()
        facts = facts_of(row, units, contracts, member)
        if row.get("member"):
            change_staff(row["member"], facts, by=by, version=row["version"])
        else:
            add_staff(facts, by=by)
    return len(rows)
