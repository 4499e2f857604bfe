from django.core.management.base import BaseCommand

from windows.services import programmes


class Command(BaseCommand):
    help = "Bring the programmes (救助事项) to what windows/programmes.toml says. May run any number of times."

    def handle(self, *args, **options):
        result = programmes.load()
        self.stdout.write(f"新增 {len(result.added)}，变更 {len(result.changed)}，未变 {len(result.kept)}")
        for label in result.in_use:
            self.stderr.write(f"{label} 已有申请在用，未改动；请在 programmes.toml 中使用新的版本号。")
        for label in result.portal:
            self.stderr.write(f"{label} 已在平台“事项版本”中修订，以平台的版本为准，未改动。")
