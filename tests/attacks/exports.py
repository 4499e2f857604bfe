"""T10: every table that leaves the portal, with a formula at the head of every text that the database lets us change."""

import ast
import csv
import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import Error, models, transaction

from accounts.models import AuditChain, AuditEmbargo, Organisation, User
from evaluation.exchange import papers_of
from evaluation.models import Evaluation
from procurement.models import Project
from procurement.services import archive
from records.crypto import EncryptedTextField
from records.exports import FORMULA_STARTS, XLSX_TYPE
from records.models import Job, Notice, StoredFile
from tests.attacks import walk
from tests.attacks.policy import ROUTES
from tests.attacks.routes import Route, all_routes

OWN = ("accounts", "records", "contractors", "procurement", "staffing", "windows", "evaluation", "config")
STARTS = ("=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "　=", "\ufeff=", "＋", "＠")
MARK = "cmd|'/c calc'!A0"
MACHINERY = (AuditChain, AuditEmbargo, Job, Notice, StoredFile)  # what the portal finds its way by
WAYS = {Organisation: {"path", "code", "code_scheme", "function"}, User: {"username", "password", "session_key"}}
HINT = re.compile(r"\b(exports|csv|xlsxwriter|openpyxl)\b")
NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?%?")
FORMULA = re.compile(rb"<f[ >]|t=\"str\"")
PLACES = 3
ALL_WAYS = "export={0}&format={0}&as={0}"
# Address → the kinds of table that it answers with. A new one fails the full run until it stands here.
EXPORTS = {
    "contractors:debarment_list": "csv xlsx",
    "contractors:debarment_template": "xlsx",
    "evaluation:evaluation_list": "csv xlsx",
    "procurement:archive_detail": "csv xlsx",
    "procurement:challenge_list": "csv xlsx",
    "procurement:complaint_list": "csv xlsx",
    "procurement:contract_list": "csv xlsx",
    "procurement:contract_visits": "csv xlsx",
    "procurement:payment_list": "csv xlsx",
    "procurement:plan_export": "csv xlsx",
    "procurement:project_list": "csv xlsx",
    "procurement:recipient_template": "xlsx",
    "procurement:rectification_list": "csv xlsx",
    "procurement:report_list": "csv xlsx",
    "procurement:report_template": "xlsx",
    "procurement:suspicion_list": "csv xlsx",
    "procurement:takeover_detail": "csv xlsx",
    "procurement:takeover_list": "csv xlsx",
    "staffing:city_export": "csv xlsx",
    "staffing:scenario_export": "csv xlsx",
    "staffing:training_missing_export": "csv xlsx",
    "staffing:unit_caseloads_export": "csv xlsx",
    "staffing:unit_export": "csv xlsx",
    "staffing:unit_months_export": "csv xlsx",
    "windows:case_export": "csv xlsx",
    "windows:decision_list": "csv xlsx",
    "windows:month_export": "csv xlsx",
    "windows:need_export": "csv xlsx",
    "windows:standing_export": "csv xlsx",
    "windows:standing_refused": "csv xlsx",
    "windows:verification_export": "csv xlsx",
    "windows:village_fees": "csv xlsx",
}
# Modules that make tables, and what brings the test to them. A new one fails every run until it stands here.
MAKERS = {
    "contractors/exchange.py": "contractors:debarment_list contractors:debarment_template",
    "evaluation/exchange.py": "a bundle",
    "evaluation/views/pages.py": "evaluation:evaluation_list",
    "procurement/exchange.py": "procurement:report_template",
    "procurement/exchange_plan.py": "procurement:plan_export",
    "procurement/exchange_service.py": "procurement:recipient_template",
    "procurement/services/archive.py": "a bundle",
    "procurement/services/archive_rows.py": "a bundle",
    "procurement/views/archive.py": "procurement:archive_detail",
    "procurement/views/frame.py": "every ListPage",
    "procurement/views/plan.py": "procurement:plan_export",
    "procurement/views/report.py": "procurement:report_template",
    "procurement/views/service.py": "procurement:recipient_template",
    "procurement/views/takeover.py": "procurement:takeover_detail",
    "procurement/views/visit.py": "procurement:contract_visits",
    "staffing/papers.py": "staffing:city_export staffing:scenario_export staffing:training_missing_export staffing:unit_caseloads_export"
    " staffing:unit_export staffing:unit_months_export",
    "windows/exchange.py": "windows:case_export windows:standing_export",
    "windows/reports/charity.py": "windows:need_export",
    "windows/reports/month.py": "windows:month_export",
    "windows/reports/standing.py": "windows:standing_export windows:standing_refused",
    "windows/views/decision.py": "windows:decision_list",
    "windows/views/lists.py": "windows:case_export",
    "windows/services/verification_sheets.py": "windows:verification_export",
    "windows/views/needs.py": "windows:need_export",
    "windows/views/month.py": "windows:month_export",
    "windows/views/standing.py": "windows:standing_export windows:standing_refused",
    "windows/views/verification.py": "windows:verification_export",
    "windows/views/village.py": "windows:village_fees",
}
READERS = {"accounts/divisions/tree.py", "config/demo/caseloads.py", "config/demo/standing.py", "records/sheets.py"}  # take tables in


@dataclass
class Tables:
    seeded: int = 0
    read: dict[str, int] = field(default_factory=dict)  # "address kind" → texts of ours in it
    formulas: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def note(self, name: str, kind: str, data: bytes) -> None:
        found = formulas_in_sheet(data) if kind == "xlsx" else formulas_in_csv(data)
        self.formulas += [f"{name}: {one}" for one in found]
        self.read[f"{name} {kind}"] = texts_in_sheet(data) if kind == "xlsx" else data.count(b"cmd|")


def seed() -> int:
    """A formula at the head of every free text of every row; how many columns took it."""
    return sum(seed_column(model, column) for model in own_models() for column in model._meta.concrete_fields if is_free(model, column))


def own_models():
    return [
        model for model in apps.get_models() if model._meta.app_label in OWN and model not in MACHINERY and not model._meta.auto_created
    ]


def is_free(model, column) -> bool:
    text = isinstance(column, models.CharField | models.TextField | EncryptedTextField) and not isinstance(column, models.JSONField)
    fixed = column.is_relation or column.primary_key or column.choices or column.unique or column.name in WAYS.get(model, ())
    return text and not fixed and not column.name.endswith(("_index", "code", "hash", "chain"))


def seed_column(model, column) -> bool:
    start = STARTS[zlib.crc32(f"{model.__name__}.{column.name}".encode()) % len(STARTS)]
    text = f"{start}{MARK}"[: column.max_length or 200]
    try:
        with transaction.atomic():
            return model._base_manager.filter(**{f"{column.name}__isnull": False}).update(**{column.name: text}) > 0
    except Error:
        return False  # a trigger or a check keeps what stands there


def formulas_in_sheet(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return [name for name in book.namelist() if name.startswith("xl/worksheets/") and FORMULA.search(book.read(name))]


def texts_in_sheet(data: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return sum(book.read(name).count(b"cmd|") for name in book.namelist() if name.endswith(".xml"))


def formulas_in_csv(data: bytes) -> list[str]:
    cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) for cell in row]
    bare = [cell.lstrip(" \u3000\ufeff\u200b") for cell in cells]
    return [cell[:40] for cell, text in zip(cells, bare, strict=True) if (text[:1] or "x") in FORMULA_STARTS and not NUMBER.fullmatch(cell)]


def kind_of(answer) -> str:
    kind = answer.headers.get("Content-Type", "")
    return "xlsx" if kind == XLSX_TYPE else "csv" if kind.startswith("text/csv") else ""


def places(world, route: Route):
    """Somebody who may read, and the papers that he reaches."""
    row = ROUTES[route.key]
    for paper in world.papers[row.kind] if row.kind else [None]:
        for seat in world.seats.values():
            if row.get and walk.expected(row, "GET", seat, paper) == walk.ALLOWED:
                yield seat, paper
                break


def ask(caller, seat, paper, route: Route, query: str):
    cache.clear()
    url = f"{route.url(paper.values if paper else {})}?{query}"
    return caller.send(seat.name, url, route.name, lambda client: client.get(url), "GET")


def take_all(world, caller, names=tuple(EXPORTS)) -> Tables:
    """Every export of every kind with formulas in the rows behind it, and the two bundles of tables."""
    tables = Tables(seeded=seed())
    for route in all_routes():
        if route.name in names:
            for kind in EXPORTS[route.name].split():
                take(world, caller, route, kind, tables)
    for name, data in bundles():
        tables.note(name, "csv", data)
    return tables


def take(world, caller, route: Route, kind: str, tables: Tables) -> None:
    for seat, paper in list(places(world, route))[:PLACES]:
        answer = ask(caller, seat, paper, route, ALL_WAYS.format(kind))
        if kind_of(answer) == kind:
            tables.note(route.name, kind, answer.body)
            return
    tables.refused.append(f"{route.name} {kind}")


def bundles():
    """What goes out in ZIP files: the archive of a project, the file of an evaluation."""
    for project in Project.objects.filter(contract__isnull=False).order_by("pk")[:1]:
        for part in (*archive.data_parts(project), *archive.trail_parts(project)):
            if part.path.endswith(".csv"):
                yield part.path, b"".join(part.chunks())
    for evaluation in Evaluation.objects.order_by("pk")[:1]:
        yield from ((name, data) for name, data in papers_of(evaluation) if name.endswith(".csv"))


def discover(world, caller) -> dict[str, str]:
    """Every address that answers with a table, asked in all the ways the portal knows."""
    found = {}
    for route in all_routes():
        row = ROUTES.get(route.key)
        if row is None or not row.get or route.name == walk.TELLS_WHAT_IS_WRONG:
            continue
        for seat, paper in places(world, route):
            kinds = {kind_of(ask(caller, seat, paper, route, ALL_WAYS.format(kind))) for kind in ("xlsx", "csv")} - {""}
            if kinds:
                found[route.name] = " ".join(sorted(kinds))
                break
    return found


def makers() -> set[str]:
    """Modules that make tables: whatever calls on records.exports for more than a column."""
    found = set()
    for app in OWN:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            text = path.read_text()
            if path.name != "exports.py" and HINT.search(text) and makes_tables(text):
                found.add(path.relative_to(settings.BASE_DIR).as_posix())
    return found


def makes_tables(text: str) -> bool:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module == "records.exports" and {name.name for name in node.names} - {"Column"}:
            return True
        if isinstance(node, ast.ImportFrom) and node.module == "records" and "exports" in {name.name for name in node.names}:
            return True
        if isinstance(node, ast.Import | ast.ImportFrom) and {"csv", "xlsxwriter", "openpyxl"} & {name.name for name in node.names}:
            return True
    return False
