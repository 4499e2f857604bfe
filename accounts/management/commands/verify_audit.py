import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts import audit


class Command(BaseCommand):
    help = "核验审计链：找出被修改、删除或插入的记录。--anchor FILE 另存链头作库外锚点，--against FILE 与锚点比对。"

    def add_arguments(self, parser):
        parser.add_argument("--anchor", type=Path, help="把当前链头写入此文件（JSON）")
        parser.add_argument("--against", type=Path, help="与此锚点文件比对")

    def handle(self, *args, anchor=None, against=None, **options):
        known = {chain: tuple(head) for chain, head in json.loads(against.read_text()).items()} if against else None
        faults = list(audit.verify(known))
        for fault in faults:
            self.stderr.write(str(fault))
        if faults:
            raise CommandError(f"审计链核验不通过：{len(faults)} 条链有问题。")
        if anchor:
            anchor.write_text(json.dumps(audit.anchors(), ensure_ascii=False, indent=1))
        self.stdout.write(f"审计链核验通过：{audit.AuditEvent.objects.count()} 条记录。")
