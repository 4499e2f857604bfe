from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.divisions import loading, tree
from accounts.models import Organisation
from accounts.wallclock import today


class Command(BaseCommand):
    help = "导入行政区划。不带文件：随软件的2023、2026年名单；带文件：把更新的名单（code,name,level,parent_code）并入现有组织树。"

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="*", type=Path, help="名单（CSV，可为 .gz）")
        parser.add_argument("--first", action="store_true", help="文件是第一份名单（空库），不是后续变更")
        parser.add_argument("--scheme", choices=Organisation.Scheme.values, help="文件所用代码体系；缺省：首份 NBS2023，后续 MCA2026")
        parser.add_argument("--on", type=date.fromisoformat, help="变更生效日期，缺省今天")
        parser.add_argument("--succession", type=Path, help="去向对照表（nbs2023_code,name,mca2026_code,match）")
        parser.add_argument("--decree", default="", help="批准文号，记入说明")

    def handle(self, *args, files, **options):
        try:
            report = loading.apply(self._tree(files, options))
        except (OSError, UnicodeDecodeError, tree.BadList) as fault:
            raise CommandError(f"名单不能导入，未写入任何数据：{fault}") from fault
        for line in report.lines() if options["verbosity"] else ():
            self.stdout.write(line)

    def _tree(self, files, options) -> tree.Tree:
        if not files:
            return tree.bundled()
        divisions = [item for file in files for item in tree.read_divisions(file)]
        if options["first"]:
            return tree.build_first(divisions, tree.read_rows(tree.DATA / "special_areas.csv"))
        successions = tree.read_successions(options["succession"]) if options["succession"] else ()
        standing = loading.tree_from_database(today())
        scheme = options["scheme"] or tree.LATER_SCHEME
        return tree.advance(standing, divisions, successions, scheme=scheme, on=options["on"] or today(), decree=options["decree"])
