"""Recipients of every township for the demo: synthetic sizes calibrated to city totals, spread over the real tree."""

import csv
from datetime import date
from pathlib import Path

from django.conf import settings

from accounts.models import Organisation
from records import clock
from staffing.models import Caseload, Category

SIZING = Path(settings.BASE_DIR) / "staffing" / "data" / "synthetic_sizing.csv"
SOURCE = "演示数据（按公开总量推算）"
COLUMNS = {
    Category.URBAN_DIBAO: "urban_dibao",
    Category.RURAL_DIBAO: "rural_dibao",
    Category.TEKUN: "tekun",
    Category.EDGE: "low_income_edge",
}


def read_sizing(path: Path = SIZING) -> list[dict[str, str]]:
    """Rows of the sizing file; its first line says that it is demo data."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def last_quarter_end(on: date) -> date:
    """The last day of the quarter before the one that ``on`` lies in: always less than a quarter and a bit old."""
    first = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
    return date.fromordinal(first.toordinal() - 1)


def heirs() -> dict[str, Organisation]:
    """Township code of 2023 → the township that stands there today, through every succession."""
    rows = Organisation.objects.filter(kind=Organisation.Kind.TOWNSHIP).in_bulk()
    found = {}
    for row in rows.values():
        heir = row
        while heir.succeeded_by_id:
            heir = rows[heir.succeeded_by_id]
        if row.code_scheme == Organisation.Scheme.NBS2023:
            found[row.code] = heir
    return found


def load_caseloads(*, on: date | None = None, district: str = "") -> int:
    """Enter the synthetic numbers, once. ``district`` (six digits) narrows them. Returns how many rows were new."""
    as_of = last_quarter_end(on or clock.today())
    standing, now = heirs(), clock.now()
    rows = [
        Caseload(
            organisation=standing[row["code"]], as_of=as_of, category=category, recipients=int(row[column]), source=SOURCE, entered_at=now
        )
        for row in read_sizing()
        if row["code"] in standing and row["district"].startswith(district)
        for category, column in COLUMNS.items()
    ]
    before = Caseload.objects.count()
    Caseload.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2_000)
    return Caseload.objects.count() - before
