"""Is docker-compose.yml sound? First against the published format, then by Docker Compose's own reader; no daemon is needed."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docker-compose.yml"


def main() -> int:
    format_check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    if subprocess.run(format_check).returncode:
        return 1
    # The package's Python wrapper always exits 0, so its program is run directly.
    compose = Path(importlib.util.find_spec("compose").submodule_search_locations[0]) / "docker-compose"
    required = set(re.findall(r"\$\{(\w+):\?", FILE.read_text()))
    bare = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    reader = [str(compose), "--project-directory", str(ROOT), "--env-file", os.devnull, "-f", str(FILE), "config", "--quiet"]
    if subprocess.run(reader, env=bare | dict.fromkeys(required, "x")).returncode:
        return 1
    for name in sorted(required):
        given = dict.fromkeys(required - {name}, "x")
        if subprocess.run(reader, env=bare | given, capture_output=True).returncode == 0:
            print(f"docker-compose.yml starts without {name}", file=sys.stderr)
            return 1
    print(f"docker-compose.yml: sound, and refuses to start without each of {len(required)} secrets and names.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
