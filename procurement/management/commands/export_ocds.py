"""manage.py export_ocds --district 500157 --year 2026 OUT: what was published of a district's purchases, as OCDS 1.1.5 packages."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from accounts.models import Organisation
from procurement import exchange_ocds


class Command(BaseCommand):
    help = "Write the OCDS release and record packages of one district and budget year into a folder."

    def add_arguments(self, parser):
        parser.add_argument("out", metavar="OUT", type=Path, help="folder; made when it is not there")
        parser.add_argument("--district", required=True, help="division code, or the name of the bureau")
        parser.add_argument("--year", required=True, type=int, help="budget year of the projects")

    def handle(self, *args, out: Path, district: str, year: int, **options):
        bureau = bureau_of(district)
        counts = exchange_ocds.export(out, district=bureau, year=year)
        self.stdout.write(
            f"{bureau.name} {year}：{counts['projects']} 个项目，{counts['releases']} 条发布，{counts['records']} 条记录 → {out}"
        )


def bureau_of(text: str) -> Organisation:
    rows = Organisation.objects.filter(kind=Organisation.Kind.BUREAU).filter(Q(code=text) | Q(name=text) | Q(short_name=text))
    found = list(rows.order_by("path")[:2])
    if len(found) != 1:
        raise CommandError(f"没有（或者不止一个）区县民政局的代码或名称为“{text}”。")
    return found[0]
