import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from config.demo import story
from config.demo.steps import STEPS, World

BAR = 30


STORY = story  # importing it registers its steps after the ground's


class Command(BaseCommand):
    help = "载入演示数据：一个真实区县的全部角色和业务。再次运行不重复。--scale city：全市机构规模与 20 万件申请。"

    def add_arguments(self, parser):
        parser.add_argument("--scale", choices=("district", "city"), default="district")
        parser.add_argument("--seed", type=int, default=2026)
        parser.add_argument("--cases", type=int, default=200_000, help="--scale city 时的申请件数")

    def handle(self, *, scale, seed, cases, **options):
        if settings.PRODUCTION:
            raise CommandError("正式环境不载入演示数据。请在单独的机器或数据库上运行。")
        self.quiet = options["verbosity"] == 0
        world = World(seed, cases, progress=self.progress)
        for step in STEPS:
            if step.city and scale != "city":
                continue
            started = time.monotonic()
            self.say(f"{step.title} …", ending="")
            with transaction.atomic():  # a step that breaks off leaves nothing behind
                step.run(world)
            self.say(f" {time.monotonic() - started:.1f} 秒")
        for line in world.notes:
            self.say(line)

    def progress(self, done: int, total: int, at: str) -> None:
        """One line that fills up, on a terminal; silence elsewhere."""
        if self.stdout.isatty() and total:
            filled = BAR * done // total
            self.say(f"\r{at} [{'█' * filled}{'·' * (BAR - filled)}] {done:,}/{total:,}", ending="" if done < total else "\n")

    def say(self, text: str, ending: str = "\n") -> None:
        if not self.quiet:
            self.stdout.write(text, ending=ending)
            self.stdout.flush()
