"""Copy the few front-end files that pages use from node_modules to build/vendor, and build the icon sprite.

Nothing of these packages is committed. A page says ``{% static "vendor/tabler.min.css" %}`` and, for an icon,
``<svg class="icon"><use href="{% static "vendor/icons.svg" %}#bi-house"/></svg>``.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules"
TARGET = ROOT / "build" / "vendor"

FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "tom-select.min.js": "tom-select/dist/js/tom-select.base.min.js",
    "tom-select.min.css": "tom-select/dist/css/tom-select.bootstrap5.min.css",
    "echarts.min.js": "echarts/dist/echarts.common.min.js",
}
LICENCES = {  # Tabler carries its licence (MIT) in the banner of its files
    "htmx": "htmx.org",
    "tom-select": "tom-select",
    "echarts": "echarts",
    "bootstrap-icons": "bootstrap-icons",
}
# Names of Bootstrap Icons. Add a name here when a page needs it; a wrong name stops the build.
ICONS = """
    archive arrow-down arrow-left arrow-left-right arrow-repeat arrow-return-left arrow-right arrow-up award bank bar-chart bell
    bookmark box-arrow-in-right box-arrow-right box-arrow-up-right briefcase building buildings calculator calendar-check
    calendar3 card-checklist cash-coin chat-left-text check check-circle check2-square chevron-down chevron-left chevron-right
    chevron-up circle clipboard-check clipboard-data clock clock-history cloud-download columns-gap copy dash-circle diagram-3
    door-open download envelope envelope-open exclamation-circle exclamation-octagon exclamation-triangle eye eye-slash
    file-earmark-excel file-earmark-pdf file-earmark-text files filter flag folder2-open funnel gear geo-alt globe graph-up grid
    hand-thumbs-up hourglass-split house inbox info-circle journal-check journal-text key layers link-45deg list list-check
    list-ul lock megaphone mortarboard paperclip patch-check pencil pencil-square people people-fill person person-badge
    person-check person-plus person-vcard phone pie-chart pin-angle play-circle plus plus-circle plus-lg printer qr-code
    question-circle receipt reply search send shield-check shield-exclamation shield-lock signpost-split sliders sort-down
    speedometer2 square star star-fill stopwatch table telephone three-dots three-dots-vertical trash trophy unlock upload
    wallet2 x x-circle x-lg
""".split()  # noqa: SIM905

SOURCE_MAP = re.compile(rb"\s*(/\*#\s*sourceMappingURL=[^*]*\*/|//#\s*sourceMappingURL=\S*)\s*")
ICON = re.compile(r'<svg[^>]*viewBox="([^"]+)"[^>]*>(.*?)</svg>', re.DOTALL)


def write(name: str, content: bytes) -> None:
    """Write only what changed, so that collectstatic's stamps stay quiet."""
    path = TARGET / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)


def sprite() -> bytes:
    symbols = []
    for name in sorted(set(ICONS)):
        match = ICON.search((SOURCE / "bootstrap-icons" / "icons" / f"{name}.svg").read_text())
        box, body = match.groups()
        symbols.append(f'<symbol id="bi-{name}" viewBox="{box}" fill="currentColor">{" ".join(body.split())}</symbol>')
    return ('<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n").encode()


def licence(package: str) -> bytes:
    return next(path for path in sorted((SOURCE / package).glob("LICENSE*")) if path.is_file()).read_bytes()


def main() -> int:
    if not SOURCE.is_dir():
        print("vendor: node_modules is missing; run `make` again or `npm ci --ignore-scripts`.", file=sys.stderr)
        return 1
    try:
        contents = {name: SOURCE_MAP.sub(b"\n", (SOURCE / source).read_bytes()) for name, source in FILES.items()}
        contents["icons.svg"] = sprite()
        contents |= {f"licences/{name}.txt": licence(package) for name, package in LICENCES.items()}
    except FileNotFoundError as exc:
        print(f"vendor: {exc.filename} is missing; check the list in scripts/vendor.py.", file=sys.stderr)
        return 1
    for name, content in contents.items():
        write(name, content)
    stale = {path for path in TARGET.rglob("*") if path.is_file()} - {TARGET / name for name in contents}
    for path in stale:
        path.unlink()
    print(f"vendor: {len(contents)} files in {TARGET.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
