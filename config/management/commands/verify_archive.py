"""``manage.py verify_archive FILE``: does a packed project file still hold what was packed, and is it one that we packed?"""

import json
import zipfile
from types import SimpleNamespace

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.audit import hash_of
from procurement.models import ProjectArchive
from records.bundle import prove

TRAIL = "审计/审计记录.jsonl"


class Command(BaseCommand):
    help = "Check a project archive (ZIP) against its own hashes, its audit events against theirs, and both against our records."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--offline", action="store_true", help="do not ask the database whether this file was packed here")

    def handle(self, *, file, offline, **options):
        try:
            with open(file, "rb") as archive:
                proof = prove(archive)
                faults = [*proof.faults, *(() if proof.faults else trail_faults(archive))]
        except (OSError, zipfile.BadZipFile) as error:
            raise CommandError(f"无法读取档案包：{error}") from None
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"档案包与摘要不符：{len(faults)} 处。")
        self.stdout.write(f"{proof.parts} 个文件与摘要清单一致。清单 SHA-256：{proof.root}")
        if not offline:
            self.tell_origin(proof.root)

    def tell_origin(self, root: str) -> None:
        found = ProjectArchive.objects.filter(root=root).select_related("project", "packed_by").order_by("packed_at").first()
        if found is None:
            raise CommandError("本系统没有打包过摘要清单相同的档案：内容自洽，但不能证明来自本系统。")
        at = f"{timezone.localtime(found.packed_at):%Y-%m-%d %H:%M}"
        self.stdout.write(f"与本系统记录一致：{found.project}，{found.packed_by} 于 {at} 首次打包。")


def trail_faults(file):
    """Every audit event in the file, proved by its own hash."""
    with zipfile.ZipFile(file) as archive:
        if TRAIL not in archive.namelist():
            return
        with archive.open(TRAIL) as lines:
            for number, line in enumerate(lines, start=1):
                row = json.loads(line)
                row["at"] = parse_datetime(row["at"])
                if hash_of(SimpleNamespace(**row)) != row["hash"]:
                    yield f"审计记录第 {number} 行与其摘要不符"
