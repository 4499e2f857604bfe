"""A township's list comes in: upload, preview by row, confirm. Nothing of it is written before, and then all of it or nothing.

An import never stops anybody: who is on our list and not in the file is told (MISSING) and ended by hand, with a reason.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice

from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts import audit
from accounts.models import Organisation
from records import clock, identity, jobs
from records.policy import Clause
from records.refusals import HOUSE, Refused
from records.sheets import judge_file, read_tables
from records.tables.cells import DOTS
from records.uploads import clean_name
from records.workflow import claim, move
from windows.exchange_standing import RELIEF, SKIP, TAKE, Reader, Row
from windows.models import Person, StandingEntry, StandingImport, StandingRow
from windows.rules import hearing as rules
from windows.services import cuts
from windows.services.people import index_of, pinyin_of

LIST = Clause(HOUSE, "表格导入")
PREVIEW_JOB, CONFIRM_JOB = "windows.standing_preview", "windows.standing_confirm"
CHUNK = 2_000
AT_ONCE = 1_000  # rows that are written while the clerk waits; more by a job
Outcome = StandingRow.Outcome
FIELDS = ("category", "amount", "village", "started", "relation")
WORDS = {"category": "类别", "amount": "金额", "village": "村（社区）", "started": "起始日期", "relation": "与户主关系"}


def in_chunks(items: Iterable) -> Iterator[list]:
    """Lists of at most CHUNK."""
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


# --- upload and preview ---------------------------------------------------------------------------------------------------


@transaction.atomic
def upload(township: Organisation, *, kind: str, category: str, data: bytes, name: str, by) -> StandingImport:
    """Keep the file sealed and have it read. The same file sent again comes back to its own preview, until our list changes."""
    judge_file(data, name)
    digest = hashlib.sha256(data).hexdigest()
    waiting = StandingImport.objects.filter(organisation=township, kind=kind, category=category, sha256=digest)
    paper = waiting.filter(status__in=[StandingImport.Status.READING, StandingImport.Status.READY], made_by=by).first()
    if paper is not None and not outdated(paper):
        return paper
    sealed = base64.b64encode(zlib.compress(data, 1)).decode()
    paper = StandingImport.objects.create(
        organisation=township, kind=kind, category=category, file_name=clean_name(name), sha256=digest, sealed=sealed, made_by=by
    )
    audit.record("windows.standingimport.uploaded", paper, by=by, organisation=township, detail={"sha256": digest})
    jobs.enqueue(PREVIEW_JOB, organisation=township, by=by, key=f"{paper.pk}", title=f"读取{paper}", paper=paper.pk)
    return paper


@jobs.handler(PREVIEW_JOB)
def preview_job(job, report) -> None:
    """Judge every row and keep what was found. Run twice it begins anew; rows are shown only once all are there."""
    paper = StandingImport.objects.select_related("organisation").get(pk=job.params["paper"])
    if paper.status != StandingImport.Status.READING:
        return
    StandingRow.objects.filter(paper=paper).delete()
    tables = read_tables(zlib.decompress(base64.b64decode(paper.sealed)), paper.file_name)
    total = sum(len(table.rows) for table in tables)
    reader = Reader(kind=paper.kind, villages=villages_of(paper.organisation), today=clock.today(), category=paper.category)
    judge = Judge(paper, reader)
    done = 0
    for chunk in in_chunks(reader.rows(tables)):
        judge.take(chunk)
        done += len(chunk)
        report(done, total, f"第 {done} 行")
    if not reader.facts.found:
        raise Refused.because("SHEET-4", LIST, "没有找到表头：需要“姓名”和“身份证号”两列，表头在前 15 行之内。请核对后重新上传。")
    judge.missing()
    _ready(paper, judge, by=job.requested_by)


@transaction.atomic
def _ready(paper: StandingImport, judge: "Judge", *, by) -> None:
    paper.facts, paper.sealed, paper.read_at = judge.told(), "", clock.now()
    claim(StandingImport, paper.pk, version=paper.version)
    move(paper, StandingImport.Status.READY, by=by, detail={"count": sum(judge.counts.values())})
    paper.save(update_fields=["facts", "sealed", "read_at"])


def villages_of(township: Organisation) -> dict[str, int]:
    rows = Organisation.objects.filter(parent=township, kind=Organisation.Kind.VILLAGE).valid(clock.today())
    return dict(rows.values_list("name", "pk"))


@dataclass(frozen=True, slots=True)
class Standing:
    """An open entry as the judge compares it."""

    pk: int
    organisation: int
    member: bool
    facts: dict


class Judge:
    """What each row would do to the register, two or three queries a chunk."""

    def __init__(self, paper: StandingImport, reader: Reader):
        self.paper, self.reader, self.district = paper, reader, paper.organisation.district
        self.counts = dict.fromkeys(Outcome.values, 0)
        self.accepted, self.ordinal = Decimal(0), 0
        self.refused: set[int] = set()  # heads refused here: their members cannot stand alone
        self.mentioned: set[int] = set()  # people of the district whose number stands in the file

    def take(self, rows: list[Row]) -> None:
        indices = {row.ordinal: index_of(row.values["id"]) for row in rows if row.values.get("id")}
        people = {
            index: (pk, name)
            for pk, index, name in Person.objects.filter(
                organisation=self.district, id_index__in=set(indices.values())
            ).values_list("pk", "id_index", "name")
        }  # fmt: skip
        held = self._held([pk for pk, _ in people.values()])
        self.heard = set() if self.paper.kind == RELIEF else cuts.heard([one.pk for one in held.values()])
        made = []
        for row in rows:
            person = people.get(indices.get(row.ordinal, ""))
            if person:
                self.mentioned.add(person[0])
            made.append(self._row(row, person, held.get(person[0]) if person else None))
        StandingRow.objects.bulk_create(made, batch_size=CHUNK)
        self.ordinal = max(self.ordinal, made[-1].ordinal)

    def _held(self, people: list[int]):
        rows = StandingEntry.objects.filter(person__in=people)
        if self.paper.kind == RELIEF:
            paid: dict[int, set] = {}
            for person, day, amount in rows.filter(category="TEMPORARY").values_list("person", "started_on", "amount"):
                paid.setdefault(person, set()).add((day, amount))
            return paid
        values = rows.open().values_list("person", "pk", "organisation", "head", "category", "amount", "village", "started_on", "relation")
        return {
            person: Standing(pk, place, head is not None, dict(zip(FIELDS, facts, strict=True)))
            for person, pk, place, head, *facts in values
        }

    def _row(self, row: Row, person, held) -> StandingRow:
        outcome, notes, entry = self._outcome(row, person, held)
        values = row.values
        self.counts[outcome] += 1
        made = StandingRow(paper=self.paper, ordinal=row.ordinal, sheet=row.sheet[:120], number=row.number, outcome=outcome, entry_id=entry)
        made.name = (values.get("name") or "")[:60]
        masked = next((text for cell, text in row.raw.items() if any(c.startswith("id_") and at == cell for at, c in row.faults)), "")
        made.id_masked = (identity.mask_id(values["id"]) if values.get("id") else masked)[:24]
        made.notes = [[*note, ""][:4] for note in notes]
        if outcome in (Outcome.ADD, Outcome.CHANGE):
            made.sealed = json.dumps({**values, "head_row": row.head_row}, ensure_ascii=False, default=str)
        if outcome in (Outcome.ADD, Outcome.CHANGE, Outcome.SAME):
            self.accepted += values.get("amount") or 0
        return made

    def _outcome(self, row: Row, person, held):
        """(outcome, notes, entry): a note is [kind, cell, code, what stood there]."""
        notes = [["fault", cell, code, row.raw.get(cell, "")] for cell, code in row.faults]
        if row.outcome == SKIP:
            return Outcome.SKIPPED, [["skip", "", row.code]], None
        notes += [["repair", cell, code] for cell, code in row.repairs] + [["warning", cell, code] for cell, code in row.warnings]
        if row.outcome != TAKE:
            return self._refuse(row, notes)
        if row.head_row in self.refused:
            return self._refuse(row, [["fault", f"{row.number}", "head_refused"], *notes])
        if person and person[1].translate(DOTS) != row.values["name"]:
            return self._refuse(row, [["fault", f"{row.number}", "name_differs"], *notes])
        if self.paper.kind == RELIEF:
            paid = held and (row.values["started"], row.values["amount"]) in held
            return (Outcome.SKIPPED, [["skip", "", "paid_before"]], None) if paid else (Outcome.ADD, notes, None)
        if held is None:
            return Outcome.ADD, notes, None
        if held.organisation != self.paper.organisation_id:
            return self._refuse(row, [["fault", f"{row.number}", "standing_elsewhere"], *notes])
        if rules.lowers(held.facts["amount"], row.values.get("amount")) and held.pk not in self.heard:
            return self._refuse(row, [["fault", f"{row.number}", "cut_unheard", str(held.facts["amount"])], *notes])
        changes = list(self._changes(row, held))
        return (Outcome.CHANGE if changes else Outcome.SAME), changes + notes, held.pk

    def _refuse(self, row: Row, notes):
        self.refused.add(row.ordinal)
        return Outcome.REFUSED, notes, None

    def _changes(self, row: Row, held: Standing) -> Iterator[list]:
        """A blank cell says nothing: it changes nothing."""
        member = row.head_row is not None
        if member != held.member:
            yield ["change", "", "改为家庭成员" if member else "改为户主"]
        for key in FIELDS:
            new, old = row.values.get(key), held.facts[key]
            if new not in (None, "") and new != old:
                yield ["change", "", WORDS[key], f"{_shown(key, old)} → {_shown(key, new)}" if key != "village" else ""]

    def missing(self) -> None:
        """Who is on our list in the file's categories and not in the file. Nobody is stopped."""
        if self.paper.kind == RELIEF or not self.reader.facts.categories:
            return
        rows = StandingEntry.objects.open().filter(organisation=self.paper.organisation, category__in=self.reader.facts.categories)
        absent = (entry for entry in rows.select_related("person").order_by("pk").iterator(CHUNK) if entry.person_id not in self.mentioned)
        for chunk in in_chunks(absent):
            made = [self._missing(entry) for entry in chunk]
            StandingRow.objects.bulk_create(made, batch_size=CHUNK)

    def _missing(self, entry: StandingEntry) -> StandingRow:
        self.ordinal += 1
        self.counts[Outcome.MISSING] += 1
        return StandingRow(
            paper=self.paper, ordinal=self.ordinal, outcome=Outcome.MISSING, name=entry.person.name, entry=entry,
            id_masked=identity.mask_id(entry.person.id_number), notes=[["missing", "", entry.get_category_display(), ""]],
        )  # fmt: skip

    def told(self) -> dict:
        facts = self.reader.facts
        total = None if facts.total is None else str(facts.total)
        return {
            "counts": self.counts, "total": total, "accepted": str(self.accepted), "unused": facts.unused,
            "hidden": facts.hidden, "notes": facts.notes,
        }  # fmt: skip


def _shown(key: str, value) -> str:
    if value in (None, ""):
        return "（空）"
    return StandingEntry(category=value).get_category_display() if key == "category" else str(value)


# --- confirm --------------------------------------------------------------------------------------------------------------


def outdated(paper: StandingImport) -> bool:
    """The township's list changed after this preview was made."""
    changed = StandingEntry.objects.filter(organisation=paper.organisation_id).aggregate(last=Max("changed_at"))["last"]
    return bool(changed and paper.read_at and changed > paper.read_at)


def confirm(pk: int, *, version, by) -> StandingImport:
    """Write everything that the preview showed. One fault and nothing is written."""
    try:
        return _confirm(pk, version=version, by=by)
    except IntegrityError as error:
        if "unique" not in str(error).lower():
            raise
        raise Refused.because("SHEET-5", LIST, "有对象刚刚在别处登记为在享，没有写入任何一行。请重新上传，再看一次预览。") from None


@transaction.atomic
def _confirm(pk: int, *, version, by) -> StandingImport:
    paper = claim(StandingImport.objects.select_related("organisation"), pk, version=version)
    claim(Organisation, paper.organisation_id)  # one import of a township at a time
    if paper.status == StandingImport.Status.READY and outdated(paper):
        raise Refused.because("SHEET-5", LIST, "预览之后在享名册有变动，没有写入任何一行。请重新上传，再看一次预览。")
    counts = paper.facts.get("counts", {})
    if paper.status == StandingImport.Status.READY:
        paper.confirmed_by, paper.confirmed_at = by, clock.now()
        paper.save(update_fields=["confirmed_by", "confirmed_at"])
    move(paper, StandingImport.Status.CONFIRMED, by=by, detail={"added": counts.get("ADD", 0), "changed": counts.get("CHANGE", 0)})
    Writer(paper).write()
    paper.rows.update(sealed="")
    return paper


@jobs.handler(CONFIRM_JOB)
def confirm_job(job, report) -> None:
    paper = StandingImport.objects.get(pk=job.params["paper"])
    if paper.status != StandingImport.Status.CONFIRMED:
        report(0, to_write(paper), "写入名册")
        confirm(paper.pk, version=job.params["version"], by=job.requested_by)


def to_write(paper: StandingImport) -> int:
    counts = paper.facts.get("counts", {})
    return counts.get("ADD", 0) + counts.get("CHANGE", 0)


@transaction.atomic
def discard(pk: int, *, version, by) -> StandingImport:
    """Give the preview up: nothing was written, and nothing of the file is kept."""
    paper = claim(StandingImport, pk, version=version)
    move(paper, StandingImport.Status.DISCARDED, by=by)
    paper.sealed = ""
    paper.save(update_fields=["sealed"])
    paper.rows.update(sealed="")
    return paper


class Writer:
    """Rows into entries, heads before their members, a chunk at a time."""

    def __init__(self, paper: StandingImport):
        self.paper, self.now, self.today = paper, clock.now(), clock.today()
        self.district = paper.organisation.district
        kept = paper.rows.filter(outcome__in=[Outcome.CHANGE, Outcome.SAME]).values_list("ordinal", "entry")
        self.entry_of: dict[int, int] = dict(kept)

    def write(self) -> None:
        for members in (False, True):
            for rows in self._chunks():
                chosen = [(row, values) for row, values in rows if (values["head_row"] is not None) == members]
                self._add([pair for pair in chosen if pair[0].outcome == Outcome.ADD])
                self._change([pair for pair in chosen if pair[0].outcome == Outcome.CHANGE])

    def _chunks(self) -> Iterator[list[tuple[StandingRow, dict]]]:
        last = 0
        rows = self.paper.rows.filter(outcome__in=[Outcome.ADD, Outcome.CHANGE]).order_by("ordinal")
        while chunk := list(rows.filter(ordinal__gt=last)[:CHUNK]):
            last = chunk[-1].ordinal
            yield [(row, json.loads(row.sealed)) for row in chunk]

    def _add(self, pairs) -> None:
        people = self._people([values for _, values in pairs])
        entries = [
            StandingEntry(person_id=people[values["id"]], organisation=self.paper.organisation, **self._facts(values))
            for _, values in pairs
        ]
        StandingEntry.objects.bulk_create(entries, batch_size=CHUNK)
        self.entry_of |= {row.ordinal: entry.pk for (row, _), entry in zip(pairs, entries, strict=True)}

    def _facts(self, values: dict) -> dict:
        started = date.fromisoformat(values["started"]) if values["started"] else None
        once = values["category"] == "TEMPORARY"
        return {
            "village_id": values["village"], "head_id": self.entry_of.get(values["head_row"]), "relation": values.get("relation", ""),
            "category": values["category"], "amount": Decimal(values["amount"]) if values["amount"] else None,
            "reason": values.get("reason", "") if once else "", "started_on": started, "ended_on": started if once else None,
            "source": self.paper, "changed_at": self.now,
        }  # fmt: skip

    def _change(self, pairs) -> None:
        held, lowered = StandingEntry.objects.select_related("person", "organisation").in_bulk([row.entry_id for row, _ in pairs]), []
        for row, values in pairs:
            entry, facts = held[row.entry_id], self._facts(values)
            if rules.lowers(entry.amount, facts["amount"]):
                lowered.append((entry, entry.amount))
            for name in ("head_id", "amount", "category", "source", "changed_at"):
                setattr(entry, name, facts[name])
            for name in ("village_id", "started_on", "relation"):
                setattr(entry, name, facts[name] or getattr(entry, name))
        names = ["head", "amount", "category", "source", "changed_at", "village", "started_on", "relation"]
        StandingEntry.objects.bulk_update(held.values(), names, batch_size=500)
        for entry, before in lowered:
            cuts.tell(entry, before, by=self.paper.confirmed_by)

    def _people(self, rows: list[dict]) -> dict[str, int]:
        """Number → person, made where the district does not know the number yet."""
        wanted = {index_of(values["id"]): values for values in rows}
        known = set(self._known(wanted))
        fresh = [self._person(index, values) for index, values in wanted.items() if index not in known]
        Person.objects.bulk_create(fresh, batch_size=CHUNK, ignore_conflicts=True)
        found = self._known(wanted)
        return {values["id"]: found[index] for index, values in wanted.items()}

    def _known(self, wanted) -> dict[str, int]:
        return dict(Person.objects.filter(organisation=self.district, id_index__in=wanted).values_list("id_index", "pk"))

    def _person(self, index: str, values: dict) -> Person:
        facts = identity.facts_of(values["id"], self.today)
        pinyin, initials = pinyin_of(values["name"])
        return Person(
            organisation=self.district, name=values["name"], pinyin=pinyin, initials=initials, id_number=values["id"], id_index=index,
            birth_on=facts.born, sex=Person.Sex.MALE if facts.sex == "男" else Person.Sex.FEMALE, phone=values.get("phone", ""),
        )  # fmt: skip
